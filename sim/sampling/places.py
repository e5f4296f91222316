"""Gates, stations, legs and fleets of a plan: what stands, and what of it strikes in one replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.contract import NEVER, OPEN, UNLIMITED, Cause, Ints, Place
from sim.model import Fleet, Leg, Operation, Scenario, opening_s
from sim.sampling.background import Background
from sim.sampling.choosing import Tariffs
from sim.sampling.quantiles import firsts, invert, whole
from sim.sampling.services import fleet_end
from sim.sampling.shocks import Shocks, Spells
from sim.sampling.streams import Streams
from sim.sampling.structure import OPERATION_CAUSE, Structure, rate_before
from sim.sampling.unrolling import (
    CalendarBook,
    Spell,
    Step,
    closed_outside,
    lost_steps,
    multiplied_steps,
    rate_steps,
    server_steps,
    spells_outside,
)
from sim.units import WEEK_S


@dataclass(frozen=True)
class _Calendar:
    """When a place works, at what rate: what is always so (opening hours, openings, other trains), and what strikes it."""

    before: tuple[Spell, ...]
    after: tuple[Spell, ...]
    steps: tuple[Step, ...]
    """Where nothing strikes."""
    period_s: int

    @classmethod
    def of(cls, period_s: int, before: Sequence[Spell] = (), after: Sequence[Spell] = ()) -> _Calendar:
        """With the spells that stand before and after those that strike."""
        return cls(tuple(before), tuple(after), rate_steps([*before, *after], period_s), period_s)

    def struck(self, spells: Sequence[Spell], drawn: Sequence[Spell] = ()) -> tuple[Step, ...]:
        """The steps of one replication, with what strikes and with what no other replication has."""
        if drawn:
            return multiplied_steps((*self.before, *spells, *self.after, *drawn), self.period_s)
        return rate_steps([*self.before, *spells, *self.after], self.period_s) if spells else self.steps


class Places:
    """Columns of the gates, stations and legs of a scenario."""

    def __init__(self, scenario: Scenario, structure: Structure) -> None:
        self._scenario, self._structure = scenario, structure
        self._gates = [self._gate(place) for place in structure.gates]
        self._stations = [self._standing(place) for place in structure.stations]
        self._plain = _Calendar.of(scenario.period.length)
        operations = [self._operation(place) for place in structure.stations]
        self._servers = [one.servers.value if one.servers else UNLIMITED for one in operations]
        causes = [OPERATION_CAUSE[place.operation] for place in structure.stations]
        modes = [scenario.legs[place.leg].mode for place in structure.legs]
        self._background = Background(
            scenario, [(_owner(place), self._at(place)) for place in structure.gates]
        )
        self._columns = {
            "gate_headway_s": np.array(structure.gate_headway_s, dtype=np.int64),
            "station_cause": np.array(causes, dtype=np.int64),
            "leg_cause": np.array(
                [Cause.SAILING if mode == "sea" else Cause.RUNNING for mode in modes], dtype=np.int64
            ),
        }

    def _operation(self, place: Place) -> Operation:
        """The work at a gate or station of a facility."""
        operation: Operation = getattr(self._scenario.facilities[place.facility], place.operation)
        return operation

    def _at(self, place: Place) -> Operation | Leg:
        """What a gate or station belongs to: a leg, or an operation of a facility."""
        return self._scenario.legs[place.leg] if place.leg else self._operation(place)

    def _standing(self, place: Place, more: Sequence[Spell] = ()) -> _Calendar:
        """A gate or station as it stands: its opening hours, and openings."""
        period, at = self._scenario.period, self._at(place)
        opening = at.opening if isinstance(at, Leg) else None
        outside = spells_outside(opening_s(self._scenario, opening), NEVER) if opening else []
        return _Calendar.of(period.length, closed_outside(at.hours, period), [*outside, *more])

    def _gate(self, place: Place) -> _Calendar:
        """A gate as it stands: as its place, and with its rate before an opening."""
        gate = self._at(place)
        if gate.before is None:
            return self._standing(place)
        until_s = opening_s(self._scenario, gate.before.opening)
        return self._standing(place, [Spell(0, until_s, rate_before(gate))])

    def _accepted(self, place: Place, streams: Streams) -> list[Spell]:
        """What is accepted of a gate's capacity, week by week from the period's start: a rate, never a closure."""
        accepted = self._at(place).accepted
        if accepted is None:
            return []
        period_s = self._scenario.period.length
        shares = invert(accepted.value, streams.uniforms("accepted", _owner(place), -(-period_s // WEEK_S)))
        rates = np.clip(whole(shares * OPEN), 1, OPEN).tolist()
        return [Spell(week * WEEK_S, (week + 1) * WEEK_S, rate) for week, rate in enumerate(rates)]

    def columns(self, shocks: Shocks, streams: Streams, book: CalendarBook) -> dict[str, Ints]:
        """Columns of one replication; their calendars go into the book."""
        structure, period_s = self._structure, self._scenario.period.length
        servers = [
            book.number(server_steps(normal, shocks.facility_servers.get(place.facility, []), period_s))
            for normal, place in zip(self._servers, structure.stations, strict=True)
        ]
        # Trains inside a line's opening hours run on when it closes: hours bind entry (the gate), not running.
        running, rates = shocks.leg_running, shocks.leg_rate
        legs = [[*rates.get(place.leg, []), *running.get(place.leg, [])] for place in structure.legs]

        def calendars(standing: Sequence[_Calendar], struck: Sequence[Sequence[Spell]]) -> Ints:
            """Numbers of the calendars of places, each with what strikes it."""
            numbers = [book.number(one.struck(spells)) for one, spells in zip(standing, struck, strict=True)]
            return np.array(numbers, dtype=np.int64)

        return self._columns | {
            "gate_calendar": np.array(
                [
                    book.number(gate.struck(_striking(shocks, place), self._accepted(place, streams)))
                    for gate, place in zip(self._gates, structure.gates, strict=True)
                ],
                dtype=np.int64,
            ),
            **self._background.columns(streams),
            "station_servers": np.array(servers, dtype=np.int64),
            "station_rate": calendars(
                self._stations, [_striking(shocks, place) for place in structure.stations]
            ),
            "leg_calendar": calendars([self._plain] * len(legs), legs),
        }


def _owner(gate: Place) -> str:
    """Whose draws those of a gate are: a line's from one end, or an operation's in one direction."""
    if gate.leg:
        return f"gate:leg:{gate.leg} from {gate.facility}"
    return f"gate:facility:{gate.facility}.{gate.operation} {gate.direction}"


def _striking(shocks: Shocks, place: Place) -> Sequence[Spell]:
    """What strikes a gate or station: what hits its leg or its facility."""
    return shocks.leg_rate.get(place.leg, ()) if place.leg else shocks.facility_rate.get(place.facility, ())


class Fleets:
    """Columns of the fleets of a scenario."""

    def __init__(self, scenario: Scenario, tariffs: Tariffs) -> None:
        self._fleets, self._period_s = scenario.fleets, scenario.period.length
        services = enumerate(scenario.services.items())
        runs: dict[str, list[tuple[int, str]]] = {name: [] for name in scenario.fleets}
        for s, (service, run) in services:
            if run.fleet is not None:
                runs[run.fleet].append((s, service))
        self._services = {name: [s for s, _ in mine] for name, mine in runs.items()}
        self._from_home = {
            name: [s for s, service in mine if fleet_end(scenario, scenario.services[service]) == 0]
            for name, mine in runs.items()
        }
        self._mean_s = {
            name: round(sum(tariffs.expectations[service].mean_s for _, service in mine) / max(len(mine), 1))
            for name, mine in runs.items()
        }
        vehicles, after, calls = [], [], []
        for fleet in scenario.fleets.values():
            empty = fleet.empty_return
            vehicles += [fleet.vehicles.value, 0] if fleet.vehicles else [UNLIMITED, UNLIMITED]
            after.append(empty.after.value if empty.after else -1)
            calls.append(empty.waiting.value if empty.called else -1)
        self._columns = {
            "fleet_vehicles": np.array(vehicles, dtype=np.int64),
            "return_after_s": np.array(after, dtype=np.int64),
            "call_after_s": np.array(calls, dtype=np.int64),
        }

    def columns(self, lost: Spells, trips: Ints, streams: Streams, book: CalendarBook) -> dict[str, Ints]:
        """Columns of one replication: vehicles lost, and empty runs where services have so many trips."""
        withdrawn = [book.number(lost_steps(lost.get(name, []), self._period_s)) for name in self._fleets]
        returns = [self._empty_runs(name, fleet, trips, streams) for name, fleet in self._fleets.items()]
        return self._columns | {
            "fleet_withdrawn": np.array(withdrawn, dtype=np.int64),
            "return_first": firsts([len(runs_s) for runs_s in returns]),
            "return_s": np.concatenate([*returns, np.zeros(0, dtype=np.int64)]),
        }

    def _empty_runs(self, name: str, fleet: Fleet, trips: Ints, streams: Streams) -> Ints:
        """Seconds of the empty runs of a fleet: one for each trip from its home, and as many as may be under way at once."""
        empty = fleet.empty_return
        if fleet.vehicles is None or (empty.after is None and not empty.called):
            return np.zeros(0, dtype=np.int64)
        out, all_trips = int(trips[self._from_home[name]].sum()), int(trips[self._services[name]].sum())
        n = max(out, min(fleet.vehicles.value, 2 * all_trips))
        if empty.time is None:
            return np.full(n, self._mean_s[name], dtype=np.int64)
        return whole(invert(empty.time.value, streams.uniforms("return", f"fleet:{name}", n)))
