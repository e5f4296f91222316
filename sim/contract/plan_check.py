"""Whether a plan contradicts itself: lengths, references, and values that no engine can run."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import numpy.typing as npt

from sim.contract.log import ROW
from sim.contract.plan import Ints, SampledPlan
from sim.contract.tables import NEVER, OPEN, UNLIMITED, Dispatch, StepKind
from sim.contract.turns import draws_of
from sim.errors import PlanError

_COUNTS = (
    "service_calendar",
    "gate_calendar",
    "station_servers",
    "station_rate",
    "leg_calendar",
    "fleet_withdrawn",
    "option_calendar",
)
"""Columns of calendars whose values are rates or numbers of things."""


def check_plan(plan: SampledPlan) -> None:
    """Raise PlanError, naming every contradiction, unless an engine can run a plan."""
    wrong = contradictions(plan)
    if wrong:
        raise PlanError(f"plan of seed {plan.seed}, replication {plan.replication}: " + "; ".join(wrong))


def contradictions(plan: SampledPlan) -> list[str]:
    """What is wrong with a plan, in words; empty when an engine can run it."""
    wrong = [
        f"{field.name} must be int64 with one dimension"
        for field in fields(plan)
        if field.type == "Ints"
        and (getattr(plan, field.name).dtype != np.int64 or getattr(plan, field.name).ndim != 1)
    ]
    if wrong:
        return wrong
    n, services = plan.n_consignments, plan.n_services
    lengths = (
        (n, "size_teu express flow cargo options patience_s"),
        (
            services,
            "spare_teu full_teu dispatch hold_s load_teu_min call_teu service_express service_calendar fleet fleet_end turns reserve "
            "service_from service_price service_mean_s service_variance_min2 service_usual_s",
        ),
        (len(plan.step_kind), "step_place work_first"),
        (len(plan.act_facility), "act_from_s act_until_s act_span_s act_policy"),
        (len(plan.calendar_at_s), "calendar_value calendar_cause calendar_policy"),
        (len(plan.gate_headway_s), "gate_calendar"),
        (len(plan.station_servers), "station_rate station_cause"),
        (len(plan.leg_calendar), "leg_cause"),
        (len(plan.fleet_withdrawn), "return_after_s call_after_s"),
        (len(plan.option_chain), "option_calendar option_extra"),
        (len(plan.options_first) - 1, "options_day_cents options_spread_cents"),
        (
            len(plan.notice_offset_s),
            "notice_known_from_s notice_known_until_s notice_closed_from_s notice_closed_until_s",
        ),
    )
    for expected, names in lengths:
        for name in names.split():
            found = len(getattr(plan, name))
            if found != expected:
                wrong.append(f"{name} has {found} elements, expected {expected}")
    for name, entities, into in (
        ("act_first", n, len(plan.act_facility)),
        ("taste_first", n, len(plan.taste_cents)),
        ("behind_first", len(plan.option_chain), len(plan.behind_cents)),
        ("notice_first", services, len(plan.notice_offset_s)),
        ("options_first", None, len(plan.option_chain)),
        ("chain_first", None, len(plan.chain_service)),
        ("trip_first", services, None),
        ("slot_first", services, len(plan.slot_s)),
        ("step_first", services, len(plan.step_kind)),
        ("calendar_first", None, len(plan.calendar_at_s)),
        ("return_first", len(plan.fleet_withdrawn), len(plan.return_s)),
    ):
        first = getattr(plan, name)
        if len(first) == 0 or first[0] != 0 or (np.diff(first) < 0).any():
            wrong.append(f"{name} must rise from 0")
        elif entities is not None and len(first) != entities + 1:
            wrong.append(f"{name} has {len(first)} elements, expected {entities + 1}")
        elif into is not None and first[-1] != into:
            wrong.append(f"{name} ends at {first[-1]}, expected {into}")
    return wrong or _too_large(plan) or _bad_values(plan)


def _too_large(plan: SampledPlan) -> list[str]:
    """Numbers that the log of this plan could not hold."""

    def numbers(*columns: Ints) -> list[int]:
        return [int(column.max(initial=-1)) + 1 for column in columns]

    places = [len(plan.chain_first) - 1, plan.n_services, len(plan.fleet_withdrawn)]
    places += numbers(plan.step_place, plan.act_facility)
    policies = max(numbers(plan.act_policy, plan.calendar_policy))
    found = {
        "time_s": (plan.period_s, "seconds"),
        "consignment": (plan.n_consignments, "consignments"),
        "trip": (plan.n_trips, "trips"),
        "place": (max(places), "places of one kind"),
        "policy": (policies, "policies"),
    }
    most = {name: np.iinfo(ROW[name]).max for name in found}
    return [
        f"a log takes at most {most[name]:,} {words}, got {n:,}"
        for name, (n, words) in found.items()
        if n > most[name]
    ]


def _bad_values(plan: SampledPlan) -> list[str]:
    wrong: list[str] = []

    def must(holds: npt.ArrayLike, words: str) -> None:
        if not np.all(holds):
            wrong.append(words)

    def refers(name: str, count: int, least: int = 0) -> None:
        values = getattr(plan, name)
        must((values >= least) & (values < count), f"{name} must lie in {least} to {count - 1}")

    calendars = len(plan.calendar_first) - 1
    must(plan.bulletin_s >= 0 and plan.lag_s >= 0, "bulletin_s and lag_s must not be negative")
    must(plan.open_end_s >= 0, "open_end_s must not be negative")
    must(plan.period_s > 0, "period_s must be positive")
    must(np.diff(plan.release_s) >= 0, "release_s must not fall")
    must((plan.release_s >= 0) & (plan.release_s < plan.period_s), "release_s must lie in the period")
    must(plan.size_teu > 0, "size_teu must be positive")
    must((plan.express == 0) | (plan.express == 1), "express must be 0 or 1")
    must((plan.service_express == 0) | (plan.service_express == 1), "service_express must be 0 or 1")
    must(plan.capacity_teu > 0, "capacity_teu must be positive")
    must(plan.spare_teu >= 0, "spare_teu must not be negative")
    must((plan.full_teu > 0) & (plan.full_teu <= plan.capacity_teu), "full_teu must lie in 1 to capacity_teu")
    must(plan.load_teu_min <= plan.capacity_teu, "load_teu_min must not exceed capacity_teu")
    must((plan.call_teu > 0) & (plan.call_teu <= plan.capacity_teu), "call_teu must lie in 1 to capacity_teu")
    must(plan.call_after_s >= -1, "call_after_s must be -1 or more")
    must(plan.return_s >= 0, "return_s must not be negative")
    must(plan.turns >= 0, "turns must not be negative")
    must(plan.reserve >= 1, "reserve must be positive")
    must(plan.service_mean_s >= 0, "service_mean_s must not be negative")
    must(plan.service_usual_s >= 0, "service_usual_s must not be negative")
    must(plan.service_variance_min2 >= 0, "service_variance_min2 must not be negative")
    must(plan.patience_s > 0, "patience_s must be positive")
    must(plan.options_day_cents >= -1, "options_day_cents must be -1 or more")
    must(plan.options_spread_cents >= 0, "options_spread_cents must not be negative")
    must(plan.notice_closed_from_s < plan.notice_closed_until_s, "a notice must tell of some time")
    must(plan.notice_offset_s >= 0, "notice_offset_s must not be negative")
    must(plan.hold_s >= 0, "hold_s must not be negative")
    must(np.isin(plan.dispatch, [int(rule) for rule in Dispatch]), "dispatch must be a Dispatch")
    must(np.isin(plan.step_kind, [int(kind) for kind in StepKind]), "step_kind must be a StepKind")
    must(plan.work_s >= 0, "work_s must not be negative")
    must(plan.gate_headway_s >= 1, "gate_headway_s must be positive")
    must(plan.act_span_s >= 0, "act_span_s must not be negative")
    must((plan.fleet_end == 0) | (plan.fleet_end == 1), "fleet_end must be 0 or 1")
    must(
        (plan.fleet_vehicles >= 0) & (plan.fleet_vehicles <= UNLIMITED), "fleet_vehicles must not be negative"
    )
    must(
        len(plan.fleet_vehicles) == 2 * len(plan.fleet_withdrawn), "fleet_vehicles needs two numbers a fleet"
    )
    must(len(plan.station_servers) == len(plan.station_rate), "stations need servers and rates")
    for name in (*_COUNTS, "option_extra", "service_price"):
        refers(name, calendars)
    refers("option_chain", len(plan.chain_first) - 1)
    refers("options", len(plan.options_first) - 1)
    refers("chain_service", plan.n_services)
    refers("fleet", len(plan.fleet_withdrawn), least=-1)
    starts = plan.calendar_first[:-1]
    must(plan.calendar_first[1:] > starts, "every calendar needs a step")
    if not wrong:
        must(plan.calendar_at_s[starts] == 0, "every calendar must begin at 0")
        must(plan.calendar_value[0] == OPEN and plan.calendar_first[1] == 1, "calendar 0 must be always open")
        inner = np.ones(len(plan.calendar_at_s), dtype=bool)
        inner[starts] = False
        must(np.diff(plan.calendar_at_s, prepend=-1)[inner] > 0, "calendar steps must rise")
        counted = np.unique(np.concatenate([getattr(plan, name) for name in _COUNTS]))
        for number in counted:
            part = plan.calendar_value[plan.calendar_first[number] : plan.calendar_first[number + 1]]
            must(part >= 0, f"calendar {number} must not be negative")
        wrong += _bad_choices(plan) + _bad_services(plan)
    return wrong


def _bad_choices(plan: SampledPlan) -> list[str]:
    """Option lists that are weighed need tastes for each of their options, the others none."""
    wrong: list[str] = []
    adaptive = plan.options_day_cents >= 0
    width = np.where(adaptive, np.diff(plan.options_first), 0)
    if plan.n_consignments and (np.diff(plan.taste_first) != width[plan.options]).any():
        wrong.append("taste_first must have a taste for each option of a weighed list, and none for others")
    if adaptive.any() and plan.bulletin_s == 0:
        wrong.append("bulletin_s must be positive where options are weighed")
    stages = np.diff(plan.chain_first)[plan.option_chain]
    if (np.diff(plan.behind_first) != stages).any():
        wrong.append("behind_first must have a number for each service of an option's chain")
    policies, chains = len(plan.policy_place), len(plan.chain_first) - 1
    acting = int(plan.act_policy.max(initial=-1)) + 1
    if chains == 0 or policies % chains or policies < acting * chains:
        wrong.append(f"policy_place has {policies} elements, expected {chains} a policy")
    return wrong


def _bad_services(plan: SampledPlan) -> list[str]:
    wrong: list[str] = []
    limits = {
        int(StepKind.GATE): len(plan.gate_headway_s),
        int(StepKind.HANDLE): len(plan.station_servers),
        int(StepKind.RUN): len(plan.leg_calendar),
        int(StepKind.CHECK): NEVER,
    }
    works = (int(StepKind.HANDLE), int(StepKind.RUN))
    draws = [
        draws_of(plan.period_s, turns, n)
        for turns, n in zip(plan.turns.tolist(), plan.reserve.tolist(), strict=True)
    ]
    first, kinds = plan.step_first.tolist(), plan.step_kind.tolist()
    places, work_first = plan.step_place.tolist(), plan.work_first.tolist()
    for s in range(plan.n_services):
        for i in range(first[s], first[s + 1]):
            if not 0 <= places[i] < limits[kinds[i]]:
                wrong.append(f"step {i} of service {s} has no {StepKind(kinds[i]).label} {places[i]}")
            if kinds[i] in works and not 0 <= work_first[i] <= len(plan.work_s) - draws[s]:
                wrong.append(f"step {i} of service {s} lacks some of its {draws[s]} draws")
        slots = plan.slot_s[plan.slot_first[s] : plan.slot_first[s + 1]]
        if len(slots) and (slots[0] < 0 or (np.diff(slots) <= 0).any()):
            wrong.append(f"the timetable of service {s} must rise from 0")
    return wrong + _misfits(plan)


def _misfits(plan: SampledPlan) -> list[str]:
    """Services that could never load a consignment which may take them, or are called full while one still fits."""
    lists = len(plan.options_first) - 1
    largest, smallest = np.zeros(lists, dtype=np.int64), np.full(lists, NEVER, dtype=np.int64)
    np.maximum.at(largest, plan.options, plan.size_teu)
    np.minimum.at(smallest, plan.options, plan.size_teu)
    top, least = dict.fromkeys(range(plan.n_services), 0), dict.fromkeys(range(plan.n_services), NEVER)
    options_first, option_chain = plan.options_first.tolist(), plan.option_chain.tolist()
    chain_first, chain_service = plan.chain_first.tolist(), plan.chain_service.tolist()
    for i, (large_teu, small_teu) in enumerate(zip(largest.tolist(), smallest.tolist(), strict=True)):
        for chain in option_chain[options_first[i] : options_first[i + 1]]:
            for s in chain_service[chain_first[chain] : chain_first[chain + 1]]:
                top[s], least[s] = max(top[s], large_teu), min(least[s], small_teu)
    wrong = [
        f"service {s} cannot load a consignment of {top[s]} TEU"
        for s, capacity_teu in enumerate(plan.capacity_teu.tolist())
        if top[s] > capacity_teu
    ]
    return wrong + [
        f"service {s} is called full at {full_teu} TEU, when a consignment of {least[s]} TEU still fits"
        for s, full_teu in enumerate(plan.full_teu.tolist())
        if plan.capacity_teu[s] - full_teu >= least[s]
    ]
