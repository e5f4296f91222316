"""Consignments are those that a plain reading of the rules gives, flow by flow and draw by draw in NumPy."""

from itertools import pairwise

import numpy as np
import pytest
from worlds import scenario

from sim.contract import NEVER, SampledPlan
from sim.model import LONGEST_S, Scenario
from sim.sampling import Sampler, Streams
from sim.sampling.consignments import flow_intensity
from sim.sampling.quantiles import Intensity, arrivals, invert

ADAPTIVE = "choice: {routing: adaptive, patience: {p50: 2 d, p90: 5 d}}"
MANY = "flows: {cn-de: {volume: 900 TEU/day, consignment: 2 TEU}}"
WORLDS = {
    "fixed": (MANY,),
    "adaptive": (ADAPTIVE, MANY),
    "no express": (ADAPTIVE, "flows: {cn-de: {express: null}}"),
    "all express": (ADAPTIVE, "flows: {cn-de: {express: 100 %}}"),
    "a flow of nothing": (ADAPTIVE, "flows: {cn-de: {volume: 0 TEU/day}}"),
    "nothing at all": (
        ADAPTIVE,
        "flows: {cn-de: {volume: 0 TEU/day}, cn-pl: {volume: 0 TEU/day}}",
    ),
    "a cargo of which there is nothing": (ADAPTIVE, "flows: {cn-de: {cargo: {machines: 0 %, toys: 100 %}}}"),
    "fixed with fallbacks": (
        MANY,
        "flows: {cn-de: {routing: {shares: {rail: 100 %}, fallbacks: [{truck: 75 %, rail: 25 %}]}}}",
    ),
    "shippers who avoid two territories": (
        "policies: {a: {territory: [RU], avoided: {share: 35 %}}, b: {territory: [KZ], avoided: {share: 60 %}}}",
        MANY,
    ),
    "less demand for a while, then none": (
        ADAPTIVE,
        """disruptions: {less: {at: {id: cn-de}, from: '2025-01-05', lasts: 5 d, effect: {demand: 25 %}},
                         none: {at: {id: cn-de}, from: '2025-01-15', effect: {demand: 0 %}}}""",
    ),
}
FACTORS = {
    "less demand for a while, then none": [(4 * 86_400, 9 * 86_400, 0.25), (14 * 86_400, NEVER, 0.0)],
}


def released(process: Intensity, u: np.ndarray) -> np.ndarray:
    """Seconds of a Poisson process from uniforms, in NumPy."""
    edge_s, total, rate = process.edges
    if total[-1] <= 0:
        return np.zeros(0, dtype=np.int64)
    marks = np.cumsum(-np.log1p(-u))
    marks = marks[marks < total[-1]]
    piece = np.searchsorted(total, marks, side="right") - 1
    seconds = np.floor(edge_s[piece] + (marks - total[piece]) / rate[piece])
    return np.clip(np.rint(np.minimum(seconds, process.until_s - 1)), 0, LONGEST_S).astype(np.int64)


def won(
    shares: dict[str, float], names: list[str], streams: Streams, purpose: str, owner: str, n: int
) -> np.ndarray:
    """Number of the name that wins each of n races."""
    running = [name for name, share in shares.items() if share > 0]
    times = [-np.log(streams.uniforms(purpose, f"{owner}/{name}", n)) / shares[name] for name in running]
    return np.array([names.index(name) for name in running])[np.argmin(np.column_stack(times), axis=1)]


def drawn(world: Scenario, factors: list[tuple[int, int, float]]) -> list[tuple[object, ...]]:
    """Every consignment as (release, flow, size, cargo, express, patience, tastes)."""
    streams, found = Streams(world.seed, 0), []
    adaptive = world.choice.routing == "adaptive"
    for f, (name, flow) in enumerate(world.flows.items()):
        owner = f"flow:{name}"
        process = flow_intensity(world, flow, factors if f == 0 else [])
        release_s = released(process, streams.uniforms("release", owner, process.marks))
        n = len(release_s)
        cargo = won(flow.cargo.value, list(world.cargo), streams, "cargo", owner, n)
        share = flow.express.value if flow.express else 0.0
        express = (streams.uniforms("express", owner, n) >= share).astype(int)
        patience = invert(world.choice.patience.value, streams.uniforms("patience", owner, n))
        patience_s = (
            np.maximum(np.rint(np.clip(patience, 0, LONGEST_S)), 1) if adaptive else np.full(n, NEVER)
        )
        chains = flow.routing.pivots(world.choice.new_share.value) if adaptive else {}
        west = 100 * world.choice.scale_westbound.value
        tastes = [
            np.rint(west * np.log(-np.log(streams.uniforms("route-0", f"{owner}/{chain}", n))))
            for chain in chains
        ]
        columns = [release_s, [f] * n, [flow.consignment.value] * n, cargo, express, patience_s]
        found += list(zip(*columns, zip(*tastes, strict=True) if tastes else [()] * n, strict=True))
    return sorted(found, key=lambda one: one[0])


def told(plan: SampledPlan) -> list[tuple[object, ...]]:
    """The same of a plan."""
    columns = (plan.release_s, plan.flow, plan.size_teu, plan.cargo, plan.express, plan.patience_s)
    first = plan.taste_first
    tastes = [tuple(plan.taste_cents[a:b].tolist()) for a, b in pairwise(first.tolist())]
    return list(zip(*(column.tolist() for column in columns), tastes, strict=True))


@pytest.mark.parametrize("name", WORLDS)
def test_consignments_are_those_of_a_plain_reading(name: str) -> None:
    world = scenario(*WORLDS[name])
    assert told(Sampler(world).plan(0)) == drawn(world, FACTORS.get(name, []))


@pytest.mark.parametrize("name", ["fixed", "fixed with fallbacks", "shippers who avoid two territories"])
def test_fixed_lists_hold_what_was_drawn_for_each_rank_and_no_territory_that_is_avoided(name: str) -> None:
    world = scenario(*WORLDS[name])
    plan, streams, chains = Sampler(world).plan(0), Streams(world.seed, 0), list(world.chains)
    for f, (flow, freight) in enumerate(world.flows.items()):
        mine, owner = np.flatnonzero(plan.flow == f), f"flow:{flow}"
        ranks = [
            won(shares, chains, streams, f"route-{rank}", owner, len(mine))
            for rank, shares in enumerate(freight.routing.ranks())
        ]
        shuns = {
            policy: streams.uniforms("avoid", f"policy:{policy}/{owner}", len(mine)) < rule.avoided.share
            for policy, rule in world.policies.items()
            if rule.avoided is not None
        }
        for i, c in enumerate(mine):
            o = slice(plan.options_first[plan.options[c]], plan.options_first[plan.options[c] + 1])
            listed = list(dict.fromkeys(int(rank[i]) for rank in ranks))
            # The first that is always open ends the list.
            shut = [
                bool((plan.calendar_value[plan.calendar_first[k] : plan.calendar_first[k + 1]] == 0).any())
                for k in plan.option_calendar[o]
            ]
            assert plan.option_chain[o].tolist() == listed[: len(shut)]
            assert all(shut[:-1]) and (len(shut) == len(listed) or not shut[-1])
            crossing = [chains[k] in ("rail", "rail-p") for k in plan.option_chain[o]]
            if shuns:
                assert shut == [any(shun[i] for shun in shuns.values()) and rail for rail in crossing]


def test_processes_drawn_together_are_those_drawn_alone() -> None:
    processes = [
        Intensity([0, 100, 250], [1.0, 0.0, 0.3], 400),
        Intensity([0], [0.0], 400),
        Intensity([0, 10, 20, 30], [0.0, 0.0, 2.0, 0.0], 400),
        Intensity([0], [0.01], 400),
    ]
    streams, owners = Streams(4, 2), list("abcd")
    found, counts = arrivals(processes, streams, "start", owners)
    expected = [
        released(one, streams.uniforms("start", owner, one.marks))
        for one, owner in zip(processes, owners, strict=True)
    ]
    assert counts.tolist() == [len(one) for one in expected]
    assert found.tolist() == np.concatenate(expected).tolist()
    assert counts[0] > 90 and counts[1] == 0
