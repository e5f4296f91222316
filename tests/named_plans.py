"""Random plans with names for their numbers, their logs, and the same told again row by row."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from generated import PERIOD_S, numbered_plan
from replay import Replay, replayed
from worlds import altered

from sim.contract import EventLog, Legend, Place, SampledPlan
from sim.engine import simulate

FLOWS, CARGOS, POLICIES = 3, 2, 3
TURNING = (46, 563, 649, 658, 966, 1440, 1699, 2239, 3165, 3213, 3952)
"""Plans whose chains pass no terminal twice, and of which freight takes other chains on its way."""


class Told(NamedTuple):
    """A random plan, its log, its names, and what a reader of the log would tell."""

    plan: SampledPlan
    log: EventLog
    legend: Legend
    story: Replay


@cache
def told(number: int) -> Told:
    """The random plan of a number: its consignments are of three flows and two cargoes in turn."""
    plan = numbered_plan(number)
    turn = np.arange(plan.n_consignments)
    plan = altered(plan, flow=turn % FLOWS, cargo=turn % CARGOS)
    log = simulate(plan)
    return Told(plan, log, legend_of(plan), replayed(plan, log))


def chains_of(plan: SampledPlan) -> list[list[int]]:
    """The services of every chain."""
    return [plan.chain_service[begin:end].tolist() for begin, end in pairwise(plan.chain_first)]


def passes_twice(plan: SampledPlan) -> bool:
    """Whether a chain has two services from one terminal: then a log does not tell at which of them freight joins it."""
    starts = [plan.service_from[chain].tolist() for chain in chains_of(plan)]
    return any(len(set(one)) < len(one) for one in starts)


def legend_of(plan: SampledPlan) -> Legend:
    """Names, prices and dates for a random plan; the middle of the period is measured, and the third flow is not."""
    services, chains = range(plan.n_services), chains_of(plan)
    legs = range(len(plan.leg_calendar))
    # From the very second of the first release until that of the last, which is no longer in it.
    window = int(plan.release_s[0]), int(plan.release_s[-1])
    policies = max(POLICIES, int(plan.act_policy.max(initial=-1)) + 1, int(plan.calendar_policy.max()) + 1)
    return Legend(
        scenario="random", title="Random", start="2025-01-01", period_s=PERIOD_S, warm_up_s=40, cool_down_s=60,
        flows=("out", "home", "by-the-way"), flow_origin=("a", "b", "a"), flow_destination=("b", "a", "b"),
        flow_direction=("westbound", "eastbound", "westbound"), flow_market=("near", "far", "near"),
        flow_deadline_s=(90, 120, 150), flow_measured=(True, True, False),
        flow_charge_usd_per_feu=(50.0, 0.0, 25.0), flow_mass_t_per_feu=(10.0, 20.0, 15.0),
        cargos=("toys", "cars"), cargo_time_value_usd_per_feu_day=(86.4, 864.0),
        corridors=("northern", "middle"), chains=tuple(f"chain-{i}" for i in range(len(chains))),
        chain_corridor=tuple(i % 2 for i in range(len(chains))), chain_quoted_s=tuple(60 + 30 * i for i in range(len(chains))),
        chain_services=tuple(map(tuple, chains)),
        services=tuple(f"service-{s}" for s in services), service_origin=tuple("ab"[s % 2] for s in services),
        service_destination=tuple("ba"[s % 2] for s in services), service_cost_usd_per_feu=tuple(100.0 * s for s in services),
        service_emissions_kg_per_t=tuple(1.0 + s for s in services), service_length_m=tuple(1_000 for _ in services),
        gate_places=tuple(Place(f"gate-{i}") for i in range(len(plan.gate_headway_s))),
        station_places=tuple(Place(f"station-{i}") for i in range(len(plan.station_servers))),
        leg_places=tuple(Place(f"leg-{i}") for i in legs), fleets=(), facilities=("a", "b", "c"),
        policies=tuple(f"policy-{i}" for i in range(policies)), policy_surcharge_usd_per_feu=tuple(100.0 * i for i in range(policies)),
        surcharges=tuple(
            (1, flow, cargo, chain, *window) for chain in range(0, len(chains), 2) for flow, cargo in ((0, -1), (1, 1))
        ),
    )  # fmt: skip
