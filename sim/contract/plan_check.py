"""Whether a plan contradicts itself: lengths, references, and values that no engine can run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sim.contract.columns import Column
from sim.contract.log import ROW
from sim.contract.plan import Ints, SampledPlan, columns
from sim.contract.tables import NEVER, OPEN, StepKind
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
    arrays = {name: column for name, column in columns().items() if column.each}
    wrong = [
        f"{name} must be int64 with one dimension"
        for name in arrays
        if getattr(plan, name).dtype != np.int64 or getattr(plan, name).ndim != 1
    ]
    if wrong:
        return wrong
    counts = _counts(plan)
    for name, column in arrays.items():
        wrong += _wrong_length(plan, name, column, counts)
    return wrong or _too_large(plan) or _bad_values(plan, counts)


def _counts(plan: SampledPlan) -> dict[str, int]:
    """How many there are of what columns have a number for; each is counted by one column, which may have any length."""
    counted = {
        "consignment": plan.release_s, "service": plan.capacity_teu, "step": plan.step_kind, "act": plan.act_facility,
        "calendar step": plan.calendar_at_s, "gate": plan.gate_headway_s, "station": plan.station_servers,
        "leg": plan.leg_calendar, "fleet": plan.fleet_withdrawn, "option": plan.option_chain, "taste": plan.taste_cents,
        "notice": plan.notice_offset_s, "service behind": plan.behind_cents, "chain stage": plan.chain_service,
        "timetabled departure": plan.slot_s, "empty run": plan.return_s, "background train": plan.background_s,
    }  # fmt: skip
    counts = {what: len(column) for what, column in counted.items()}
    firsts = {"option list": plan.options_first, "chain": plan.chain_first, "calendar": plan.calendar_first}
    counts |= {what: len(column) - 1 for what, column in firsts.items()}
    return counts | {"end of a fleet": 2 * counts["fleet"]}


def _wrong_length(plan: SampledPlan, name: str, column: Column, counts: Mapping[str, int]) -> list[str]:
    """What is wrong with how many numbers a column has, or where its parts begin."""
    values: Ints = getattr(plan, name)
    rises = not column.firsts or (len(values) > 0 and values[0] == 0 and (np.diff(values) >= 0).all())
    if not rises:
        return [f"{name} must rise from 0"]
    expected = counts.get(column.each, len(values) - column.firsts) + column.firsts
    if len(values) != expected:
        return [f"{name} has {len(values)} elements, expected {expected}"]
    if column.into and values[-1] != len(getattr(plan, column.into)):
        return [f"{name} ends at {values[-1]}, expected {len(getattr(plan, column.into))}"]
    return []


def _too_large(plan: SampledPlan) -> list[str]:
    """Numbers that the log of this plan could not hold."""

    def numbers(*columns: Ints) -> list[int]:
        """One more than the largest number of each column."""
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


def _bad_values(plan: SampledPlan, counts: Mapping[str, int]) -> list[str]:
    """Numbers that are none of those which are declared of their column, and columns that contradict one another."""
    wrong: list[str] = []

    def must(holds: npt.ArrayLike, words: str) -> None:
        """Note what does not hold."""
        if not np.all(holds):
            wrong.append(words)

    for name, column in columns().items():
        wrong += _out_of_bounds(name, getattr(plan, name), column, counts)
    must(np.diff(plan.release_s) >= 0, "release_s must not fall")
    must(plan.release_s < plan.period_s, "release_s must lie in the period")
    must(plan.full_teu <= plan.capacity_teu, "full_teu must lie in 1 to capacity_teu")
    must(plan.load_teu_min <= plan.capacity_teu, "load_teu_min must not exceed capacity_teu")
    must(plan.call_teu <= plan.capacity_teu, "call_teu must lie in 1 to capacity_teu")
    must(plan.notice_closed_from_s < plan.notice_closed_until_s, "a notice must tell of some time")
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
        inner = np.ones(len(plan.background_s), dtype=bool)
        inner[plan.background_first[:-1][plan.background_first[:-1] < len(inner)]] = False
        must(np.diff(plan.background_s, prepend=0)[inner] >= 0, "background_s must not fall at a gate")
        wrong += _bad_choices(plan) + _bad_services(plan)
    return wrong


def _out_of_bounds(name: str, values: Ints | int, column: Column, counts: Mapping[str, int]) -> list[str]:
    """What is wrong where some number of a column is not one of those that are declared."""
    if column.kind is not None:
        fits = np.isin(values, [int(member) for member in column.kind])
        return [] if fits.all() else [f"{name} must be a {column.kind.__name__}"]
    least, most = column.least, counts[column.of] - 1 if column.of else column.most
    low = least is not None and np.min(values, initial=least) < least
    high = most is not None and np.max(values, initial=most) > most
    if not low and not high:
        return []
    if column.of:
        return [f"{name} must lie in {least} to {most}"]
    words = column.values
    return [f"{name} must {'not be negative' if words == 'not negative' else f'be {words}'}"]


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
    """What is wrong with services, their steps and their draws."""
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
