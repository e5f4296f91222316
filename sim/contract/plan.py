"""The engine's input: everything that is known or drawn before the run, as read-only integer arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from sim.contract.tables import NEVER, OPEN, UNLIMITED, Dispatch, StepKind
from sim.contract.turns import draws_of
from sim.errors import PlanError

Ints = npt.NDArray[np.int64]


def ints(values: object) -> Ints:
    """Return a read-only contiguous int64 copy of `values`."""
    array = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class SampledPlan:
    """One replication, fully drawn: what an engine reads, and all that it reads.

    Times are seconds from the period's start, sizes TEU, rates permille. `x_first` arrays hold where the part of
    entity i begins in a longer array; it ends where the next one begins (so they have one element more).
    """

    seed: int
    replication: int
    period_s: int

    # Calendars: step functions. Number 0 is always open.
    calendar_first: Ints
    calendar_at_s: Ints
    calendar_value: Ints
    calendar_cause: Ints
    calendar_policy: Ints

    # Consignments, in order of release.
    release_s: Ints
    size_teu: Ints
    express: Ints
    flow: Ints
    cargo: Ints
    options: Ints
    act_first: Ints

    # Option lists: the chains a consignment may take, best first, each with the calendar of its openness to it.
    options_first: Ints
    option_chain: Ints
    option_calendar: Ints

    # Acts of policies on single consignments: at a facility (-1: at release), in force from-until, for so long.
    act_facility: Ints
    act_from_s: Ints
    act_until_s: Ints
    act_span_s: Ints
    act_policy: Ints

    # Chains: ordered services.
    chain_first: Ints
    chain_service: Ints

    # Services.
    capacity_teu: Ints
    spare_teu: Ints
    full_teu: Ints
    dispatch: Ints
    hold_s: Ints
    load_teu_min: Ints
    service_express: Ints
    service_calendar: Ints
    fleet: Ints
    fleet_end: Ints
    trip_first: Ints
    turns: Ints
    slot_first: Ints
    slot_s: Ints
    step_first: Ints

    # Steps of services, in order; work_first points into `work_s` at the first draw of the service (see `turns.py`).
    step_kind: Ints
    step_place: Ints
    work_first: Ints
    work_s: Ints

    # Gates, stations, legs.
    gate_headway_s: Ints
    gate_calendar: Ints
    station_servers: Ints
    station_rate: Ints
    station_cause: Ints
    leg_calendar: Ints
    leg_cause: Ints

    # Fleets: vehicles at either end, vehicles withdrawn (a calendar), empty return from end 1 to end 0.
    fleet_vehicles: Ints
    fleet_withdrawn: Ints
    return_after_s: Ints
    return_first: Ints
    return_s: Ints

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def n_consignments(self) -> int:
        """How many consignments are released in the period."""
        return len(self.release_s)

    @property
    def n_services(self) -> int:
        """How many services there are."""
        return len(self.capacity_teu)

    @property
    def n_trips(self) -> int:
        """How many trips have their draws ready: trip `trip_first[s] + k` is departure k of service s."""
        return int(self.trip_first[-1])

    def digest(self) -> str:
        """SHA-256 over every field in order, as hexadecimal text."""
        total = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            total.update(field.name.encode())
            total.update(np.ascontiguousarray(value, dtype=np.int64).tobytes())
        return total.hexdigest()

    def check(self) -> None:
        """Raise PlanError, naming every contradiction, unless an engine can run this plan."""
        wrong = list(_contradictions(self))
        if wrong:
            raise PlanError(f"plan of seed {self.seed}, replication {self.replication}: " + "; ".join(wrong))


def _contradictions(plan: SampledPlan) -> list[str]:
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
        (n, "size_teu express flow cargo options"),
        (
            services,
            "spare_teu full_teu dispatch hold_s load_teu_min service_express service_calendar fleet fleet_end turns",
        ),
        (len(plan.step_kind), "step_place work_first"),
        (len(plan.act_facility), "act_from_s act_until_s act_span_s act_policy"),
        (len(plan.calendar_at_s), "calendar_value calendar_cause calendar_policy"),
        (len(plan.gate_headway_s), "gate_calendar"),
        (len(plan.station_servers), "station_rate station_cause"),
        (len(plan.leg_calendar), "leg_cause"),
        (len(plan.fleet_withdrawn), "return_after_s"),
        (len(plan.option_chain), "option_calendar"),
    )
    for expected, names in lengths:
        for name in names.split():
            found = len(getattr(plan, name))
            if found != expected:
                wrong.append(f"{name} has {found} elements, expected {expected}")
    for name, entities, into in (
        ("act_first", n, len(plan.act_facility)),
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
    return wrong or _bad_values(plan)


def _bad_values(plan: SampledPlan) -> list[str]:
    wrong: list[str] = []

    def must(holds: npt.ArrayLike, words: str) -> None:
        if not np.all(holds):
            wrong.append(words)

    def refers(name: str, count: int, least: int = 0) -> None:
        values = getattr(plan, name)
        must((values >= least) & (values < count), f"{name} must lie in {least} to {count - 1}")

    calendars = len(plan.calendar_first) - 1
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
    must(plan.turns >= 0, "turns must not be negative")
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
    for name in (
        "service_calendar",
        "gate_calendar",
        "station_servers",
        "station_rate",
        "leg_calendar",
        "fleet_withdrawn",
        "option_calendar",
    ):
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
        must(plan.calendar_value >= 0, "calendar values must not be negative")
        wrong += _bad_services(plan)
    return wrong


def _bad_services(plan: SampledPlan) -> list[str]:
    wrong: list[str] = []
    limits = {
        StepKind.GATE: len(plan.gate_headway_s),
        StepKind.HANDLE: len(plan.station_servers),
        StepKind.RUN: len(plan.leg_calendar),
        StepKind.CHECK: NEVER,
    }
    trips = np.diff(plan.trip_first)
    draws = [draws_of(plan.period_s, int(turns), int(n)) for turns, n in zip(plan.turns, trips, strict=True)]
    for s in range(plan.n_services):
        for i in range(plan.step_first[s], plan.step_first[s + 1]):
            kind = StepKind(int(plan.step_kind[i]))
            if not 0 <= plan.step_place[i] < limits[kind]:
                wrong.append(f"step {i} of service {s} has no {kind.label} {plan.step_place[i]}")
            if (
                kind in (StepKind.HANDLE, StepKind.RUN)
                and not 0 <= plan.work_first[i] <= len(plan.work_s) - draws[s]
            ):
                wrong.append(f"step {i} of service {s} lacks some of its {draws[s]} draws")
        slots = plan.slot_s[plan.slot_first[s] : plan.slot_first[s + 1]]
        if (np.diff(slots) <= 0).any() or (len(slots) and slots[0] < 0):
            wrong.append(f"the timetable of service {s} must rise from 0")
    return wrong + _misfits(plan)


def _misfits(plan: SampledPlan) -> list[str]:
    """Services that could never load a consignment which may take them."""
    largest = np.zeros(len(plan.options_first) - 1, dtype=np.int64)
    np.maximum.at(largest, plan.options, plan.size_teu)
    found: dict[int, int] = {}
    for i, size_teu in enumerate(largest.tolist()):
        for chain in plan.option_chain[plan.options_first[i] : plan.options_first[i + 1]]:
            for s in plan.chain_service[plan.chain_first[chain] : plan.chain_first[chain + 1]].tolist():
                if size_teu > plan.capacity_teu[s]:
                    found[s] = max(size_teu, found.get(s, 0))
    return [
        f"service {s} cannot load a consignment of {size_teu} TEU" for s, size_teu in sorted(found.items())
    ]
