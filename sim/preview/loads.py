"""A preview without simulation: free-flow times of chains, and expected loads of gates, stations, services and fleets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from typing import Literal

from sim.model import (
    ByTimetable,
    Expected,
    Fleet,
    Hours,
    Leg,
    Operation,
    Scenario,
    Service,
    average,
    legs_of,
    line_names,
    of_class,
    opening_s,
    parts_of,
    unload_operation,
    way_of,
)
from sim.preview.chains import FreeFlow, free_flow
from sim.preview.departures import departures
from sim.units import DAY_S, month_starts

NEAR, OVER = 0.9, 1.0
"""Loads from which a place is warned of."""


@dataclass(frozen=True)
class Need:
    """What is asked of one place, and what is there for it, at one moment.

    Gates: trains a day in one direction, of the accepted capacity that `background` trains leave. Stations: servers at work. Services:
    TEU a day of what a timetable offers. Fleets: vehicles under way. `there` is infinite where nothing limits.
    """

    asked: float
    there: float
    background: float = 0.0
    note: str = ""

    @property
    def load(self) -> float:
        """Share of what is there that is asked for."""
        return self.asked / self.there if self.there > 0 else (inf if self.asked > 0 else 0.0)


@dataclass(frozen=True)
class Load:
    """Mean over the period, and the month of the highest load. `kind` is gate, station, service or fleet."""

    kind: str
    name: str
    asked: float
    background: float
    there: float
    mean: float
    peak: float
    peak_month: str
    note: str

    @property
    def warning(self) -> Literal["over", "near", ""]:
        """Whether the busiest month is above what there is, where queues grow without end, or near it, where they grow long."""
        return "over" if self.peak > OVER else "near" if self.peak >= NEAR else ""


@dataclass(frozen=True)
class Preview:
    """Chains by corridor, direction and time; loads by kind, the highest first; TEU a day that no open chain takes."""

    chains: tuple[FreeFlow, ...]
    loads: tuple[Load, ...]
    refused_teu_per_day: float


@dataclass
class _Moment:
    """Trains a day of every service in one month."""

    at_s: float
    teu: dict[str, float]
    trains: dict[str, float]
    needs: dict[tuple[str, str], Need] = field(default_factory=dict)


def preview(scenario: Scenario) -> Preview:
    """Compute everything that can be known before a run; no chance, no disruptions, no waiting."""
    expected = Expected(scenario)
    ways = _Ways(scenario)
    months = _months(scenario)
    seen: dict[tuple[str, str], list[tuple[float, str, Need]]] = defaultdict(list)
    refused = 0.0
    for at_s, length_s, month, label in months:
        arrivals = expected.arrivals(at_s, month)
        refused += arrivals.refused * length_s / scenario.period.length
        trains = departures(scenario, arrivals)
        moment = _Moment(at_s, arrivals.teu, {s: n for s, n in trains.items() if expected.runs(s, at_s)})
        _gates(scenario, expected, ways, moment)
        _stations(scenario, ways, moment)
        _services(scenario, moment, month)
        _fleets(scenario, ways, moment, month)
        for key, need in moment.needs.items():
            seen[key].append((length_s, label, need))
    loads = sorted(
        (_over_time(*key, rows) for key, rows in seen.items()), key=lambda load: (-load.peak, load.name)
    )
    order = list(scenario.corridors)
    chains = sorted(
        (free_flow(scenario, chain) for chain in scenario.chains),
        key=lambda row: (order.index(row.corridor), row.direction != "westbound", row.time_s, row.chain),
    )
    return Preview(tuple(chains), tuple(loads), refused)


def _months(scenario: Scenario) -> list[tuple[float, int, int, str]]:
    """(middle in seconds, length in seconds, month, label) of the months of the period, cut where something opens or changes."""
    period = scenario.period
    months = dict(month_starts(period.begin, period.length))
    dates = [opening.value for opening in scenario.openings.values()]
    dates += [date for rule in scenario.policies.values() for date in (rule.from_, rule.until) if date]
    cuts = sorted({*months, *(s for date in dates if 0 < (s := period.second(date)) < period.length)})
    found, month = [], 1
    for at_s, end in zip(cuts, [*cuts[1:], period.length], strict=True):
        month = months.get(at_s, month)
        label = f"{period.begin + timedelta(seconds=at_s):%Y-%m}"
        found.append(((at_s + end) / 2, end - at_s, month, label))
    return found


def _over_time(kind: str, name: str, rows: list[tuple[float, str, Need]]) -> Load:
    """The load of a place over all months, and its peak."""
    total_s = sum(length_s for length_s, _, _ in rows)

    def mean(of: Callable[[Need], float]) -> float:
        """The mean over time of something about the place."""
        return sum(length_s * of(need) for length_s, _, need in rows) / total_s

    _, month, peak = max(rows, key=lambda row: row[2].load)
    return Load(
        kind,
        name,
        mean(lambda need: need.asked),
        mean(lambda need: need.background),
        mean(lambda need: need.there),
        mean(lambda need: need.load),
        peak.load,
        month,
        peak.note,
    )


class _Ways:
    """What every service passes; worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self.gates: dict[str, list[tuple[str, str, Operation | Leg]]] = {}
        self.stations: dict[str, list[tuple[str, Operation]]] = {}
        self.mean_s: dict[str, float] = {}
        self._lines = line_names(scenario)
        for name, service in scenario.services.items():
            self.mean_s[name] = sum(part.mean_s for part in parts_of(scenario, name))
            self._walk(scenario, name, service)

    def _walk(self, scenario: Scenario, name: str, service: Service) -> None:
        """Note the gates and stations on the way of a service."""
        way = way_of(scenario, service)
        gates: list[tuple[str, str, Operation | Leg]] = []
        worked = [(place, "border") for place in service.route[1:-1]]
        last = unload_operation(scenario, service)
        worked += [(service.route[-1], last)] if last else []
        operations = [
            (f"{place}.{kind}", getattr(scenario.facilities[place], kind)) for place, kind in worked
        ]
        present = [(label, operation) for label, operation in operations if operation is not None]
        gates += [(f"{label} {way}", label, operation) for label, operation in present if operation.capacity]
        for leg, forward in legs_of(scenario, service):
            line = scenario.legs[leg]
            if line.capacity is not None:
                gates.append((self._lines[leg, forward], leg, line))
        self.gates[name] = gates
        self.stations[name] = [(label, operation) for label, operation in present if operation.time]


def _gates(scenario: Scenario, expected: Expected, ways: _Ways, moment: _Moment) -> None:
    """What trains ask of every gate that they pass."""
    trains: dict[str, float] = defaultdict(float)
    gates: dict[str, Operation | Leg] = {}
    for name, daily in moment.trains.items():
        for label, _, gate in ways.gates[name]:
            trains[label] += daily
            gates[label] = gate
    for label, gate in gates.items():
        early = gate.before is not None and moment.at_s < opening_s(expected.scenario, gate.before.opening)
        stage = gate.before if early and gate.before is not None else gate
        assert stage.capacity is not None
        background = stage.background.value if stage.background else 0.0
        days = len(gate.hours.days) / 7 if gate.hours else 1.0
        accepted = average(gate.accepted.value) if gate.accepted else 1.0
        free = (stage.capacity.value * accepted - background) * days
        moment.needs["gate", label] = Need(trains[label], free, background, _open_hours(gate.hours))


def _stations(scenario: Scenario, ways: _Ways, moment: _Moment) -> None:
    """What trains ask of every station that works on them."""
    busy: dict[str, float] = defaultdict(float)
    stations: dict[str, Operation] = {}
    for name, daily in moment.trains.items():
        for label, operation in ways.stations[name]:
            assert operation.time is not None
            time = of_class(operation.time, scenario.services[name].class_)
            busy[label] += daily * average(time.value) / DAY_S
            stations[label] = operation
    for label, operation in stations.items():
        if operation.servers is None:
            continue
        share = _open_share(operation.hours)
        moment.needs["station", label] = Need(
            busy[label], operation.servers.value * share, note=_open_hours(operation.hours)
        )


def _services(scenario: Scenario, moment: _Moment, month: int) -> None:
    """What freight asks of every service."""
    for name, daily in moment.trains.items():
        service = scenario.services[name]
        offered = inf
        if isinstance(service.dispatch, ByTimetable):
            offered = service.capacity.value * DAY_S / service.dispatch.every.value * service.dispatch.running
        closed = _closed(scenario, service, month)
        note = f"{daily:.2f} departures a day" + (f", weather closes {closed:.0%}" if closed else "")
        moment.needs["service", name] = Need(moment.teu.get(name, 0.0), offered * (1 - closed), note=note)


def _fleets(scenario: Scenario, ways: _Ways, moment: _Moment, month: int) -> None:
    """What departures ask of every fleet, empty runs included."""
    for name, fleet in scenario.fleets.items():
        mine = [service for service in moment.trains if scenario.services[service].fleet == name]
        if fleet.vehicles is None or not mine:
            continue
        closed = max(_closed(scenario, scenario.services[service], month) for service in mine)
        notes = [f"weather closes {closed:.0%}"] if closed else []
        out, back = _each_way(scenario, fleet, mine, moment)
        needed = sum(moment.trains[service] * ways.mean_s[service] for service in mine) / DAY_S
        empty = max(out - back, 0.0)
        run, mean_s = fleet.empty_return, sum(ways.mean_s[service] for service in mine) / len(mine)
        run_s = average(run.time.value) if run.time is not None else mean_s
        if run.after is not None or run.called:
            needed += empty * ((run.after.value if run.after else 0) + run_s) / DAY_S
        elif empty > 0.01 * out:
            notes.append(f"no empty return: {out:.2f} departures a day out, {back:.2f} back")
        if run.called:
            needed += max(back - out, 0.0) * run_s / DAY_S
        elif back > 1.01 * out:
            notes.append(f"{back:.2f} departures a day back, only {out:.2f} out")
        moment.needs["fleet", name] = Need(needed, fleet.vehicles.value * (1 - closed), note="; ".join(notes))


def _each_way(scenario: Scenario, fleet: Fleet, services: list[str], moment: _Moment) -> tuple[float, float]:
    """Departures a day from a fleet's home, and from its other end."""
    out = sum(
        moment.trains[service]
        for service in services
        if scenario.services[service].route[0] == fleet.between[0]
    )
    return out, sum(moment.trains[service] for service in services) - out


def _closed(scenario: Scenario, service: Service, month: int) -> float:
    """Share of a month in which weather keeps a service from departing."""
    return scenario.weathers[service.weather].closed.value[month - 1] if service.weather else 0.0


def _open_share(hours: Hours | None) -> float:
    """Share of the week in which something is open."""
    return hours.open_s * len(hours.days) / 7 / DAY_S if hours else 1.0


def _open_hours(hours: Hours | None) -> str:
    """Opening hours in words, if there are any."""
    return f"open {hours.text}, {_open_share(hours):.0%} of the time" if hours else ""
