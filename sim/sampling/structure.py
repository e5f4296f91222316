"""The network as numbers: gates, stations, legs and the steps of every service; the same in every replication."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.contract import Cause, Place, StepKind
from sim.model import (
    Leg,
    Operation,
    Scenario,
    Service,
    checkpoint,
    legs_of,
    line_names,
    unload_operation,
    way_of,
)
from sim.units import DAY_S

OPERATION_CAUSE = {
    "border": Cause.CUSTOMS,
    "gauge_change": Cause.GAUGE_CHANGE,
    "port": Cause.PORT,
    "terminal": Cause.TERMINAL,
}


@dataclass(frozen=True)
class Step:
    """What a trip of a service does next: kind, number of the place, and for work whose draws it uses."""

    kind: StepKind
    place: int
    facility: str = ""
    operation: str = ""
    leg: str = ""


@dataclass
class Structure:
    """Numbers of everything that stands, in the order of the scenario."""

    scenario: Scenario
    facilities: list[str] = field(default_factory=list)
    gates: list[Place] = field(default_factory=list)
    gate_headway_s: list[int] = field(default_factory=list)
    stations: list[Place] = field(default_factory=list)
    legs: list[Place] = field(default_factory=list)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    _lines: dict[tuple[str, bool], str] = field(default_factory=dict)
    _numbers: dict[tuple[int, Place], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number everything, in the order of services and their ways."""
        self.facilities = list(self.scenario.facilities)
        self._lines = line_names(self.scenario)
        for name, service in self.scenario.services.items():
            self.steps[name] = list(self._steps(service))

    def _steps(self, service: Service) -> list[Step]:
        """The steps of a service: borders and legs on its way, then unloading."""
        scenario = self.scenario
        checks = self._checkpoints(service)
        steps: list[Step] = []
        for i, (leg, forward) in enumerate(legs_of(scenario, service)):
            here = service.route[i]
            if i > 0:
                steps += self._operation(here, "border", service)
                if here in checks:
                    steps.append(Step(StepKind.CHECK, self.facilities.index(here), facility=here))
            steps += self._leg(leg, forward)
        operation = unload_operation(scenario, service)
        if operation is not None:
            steps += self._operation(service.route[-1], operation, service)
        return steps

    def _checkpoints(self, service: Service) -> set[str]:
        """Facilities on the way of a service where some policy may set consignments out."""
        found = {checkpoint(self.scenario, policy, service) for policy in self.scenario.policies.values()}
        return {place for place in found if place is not None}

    def _operation(self, place: str, name: str, service: Service) -> list[Step]:
        """The steps of a train's work at a facility: its gate, then the work."""
        facility = self.scenario.facilities[place]
        operation: Operation | None = getattr(facility, name)
        if operation is None:
            return []
        steps = []
        # Hours bind whoever enters; a place without capacity or work of its own still has a door.
        if operation.capacity is not None or (operation.hours is not None and operation.time is None):
            way = way_of(self.scenario, service)
            gate = self._gate(Place(f"{place}.{name} {way}", place, operation=name, direction=way), operation)
            steps.append(Step(StepKind.GATE, gate))
        if operation.time is not None:
            station = self._number(self.stations, Place(f"{place}.{name}", place, operation=name))
            steps.append(Step(StepKind.HANDLE, station, place, name))
        return steps

    def _leg(self, leg: str, forward: bool) -> list[Step]:
        """The steps of a leg: its gate, then running."""
        line = self.scenario.legs[leg]
        start, end = line.between if forward else line.between[::-1]
        place = Place(self._lines[leg, forward], start, end, leg)
        steps = []
        if line.capacity is not None or line.hours is not None:
            steps.append(Step(StepKind.GATE, self._gate(place, line)))
        steps.append(Step(StepKind.RUN, self._number(self.legs, place), leg=leg))
        return steps

    def _gate(self, place: Place, at: Operation | Leg) -> int:
        """Number of a gate, with its headway."""
        number = self._number(self.gates, place)
        if number == len(self.gate_headway_s):
            self.gate_headway_s.append(headway_s(at))
        return number

    def _number(self, places: list[Place], place: Place) -> int:
        """Number of a place, entering it if it is new."""
        key = (id(places), place)
        if key not in self._numbers:
            self._numbers[key] = len(places)
            places.append(place)
        return self._numbers[key]


def rate_before(gate: Operation | Leg) -> int:
    """Rate in permille at which a gate works before its opening: capacity then over capacity after; it never closes."""
    assert gate.before is not None and gate.capacity is not None
    return max(round(1000 * gate.before.capacity.value / gate.capacity.value), 1)


def headway_s(gate: Operation | Leg) -> int:
    """Minimum headway in seconds of a gate: open time a day over its capacity; 1 s where only hours bind."""
    if gate.capacity is None:
        return 1
    open_s = gate.hours.open_s if gate.hours else DAY_S
    return max(round(open_s / gate.capacity.value), 1)
