"""The trips table and the visits table: every departure, and every gate, station and leg that it came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.contract import UNLIMITED, EventKind, Legend, Place, SampledPlan, StepKind, next_open
from sim.results.consignments import in_window
from sim.results.itineraries import Floats, Itineraries, directions
from sim.results.rides import Columns, Ints, Truths, grouped, load_along_trips, named

if TYPE_CHECKING:
    import pandas as pd

PLACE_KINDS = ("gate", "station", "leg")
_GATE, _STATION, _LEG = range(3)
_OF_STEP = {StepKind.GATE: _GATE, StepKind.HANDLE: _STATION, StepKind.RUN: _LEG}
_DONE_STEP = {
    StepKind.GATE: EventKind.PASSED,
    StepKind.HANDLE: EventKind.FINISHED,
    StepKind.RUN: EventKind.ARRIVED,
}
_DONE = tuple(_DONE_STEP.values())


def service_of(plan: SampledPlan, trip: Ints) -> Ints:
    """Service of each trip number."""
    return np.searchsorted(plan.trip_first, trip, side="right") - 1


class Loads(NamedTuple):
    """What departures (d,) took along, in order of departure: service, second, load, and part of the capacity.

    `fill` is not a number where the capacity has no limit. `corridor` of the chains that use the service and `direction` of the
    freight that it carries (numbers in the legend's corridors and in its `directions`) are -1 where there are several, or none.
    """

    service: Ints
    departed_s: Ints
    load_teu: Ints
    fill: Floats
    corridor: Ints
    direction: Ints


def loads_of(ways: Itineraries, legend: Legend) -> Loads:
    """Loads of all departures."""
    _, trip, service, departed_s = ways.departures.T
    load_teu, capacity = ways.load_teu[trip], ways.plan.capacity_teu
    several = ways.carried.sum(axis=1) != 1
    direction = np.where(several, -1, (ways.carried * np.arange(ways.carried.shape[1])).sum(axis=1))
    limit = np.where(capacity >= UNLIMITED, np.nan, capacity)
    return Loads(
        service,
        departed_s,
        load_teu,
        load_teu / limit[service],
        _own_corridor(ways.plan, legend)[service],
        direction[service],
    )


def _own_corridor(plan: SampledPlan, legend: Legend) -> Ints:
    """Corridor of the chains that use each service; -1 where there are several, or none."""
    corridor = np.repeat(np.array(legend.chain_corridor, dtype=np.int64), np.diff(plan.chain_first))
    least, most = np.full(plan.n_services, len(legend.corridors)), np.full(plan.n_services, -1)
    np.minimum.at(least, plan.chain_service, corridor)
    np.maximum.at(most, plan.chain_service, corridor)
    return np.where(least == most, least, -1)


def trips_table(plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend) -> pd.DataFrame:
    """One row for each departure, in order of departure; columns as in `columns.TRIPS`."""
    import pandas as pd

    loads, (departed, trip) = loads_of(ways, legend), ways.departures.T[:2]
    return pd.DataFrame(
        {
            "scenario": named([legend.scenario], np.zeros(len(trip), dtype=np.int64)),
            "replication": np.full(len(trip), plan.replication),
            "trip": trip.copy(),
            "service": named(legend.services, loads.service),
            "corridor": named(legend.corridors, loads.corridor),
            "direction": named(directions(legend), loads.direction),
            "measured": in_window(loads.departed_s, legend),
            "departed_s": loads.departed_s.copy(),
            "ended_s": _ends(plan, log, departed),
            "load_teu": loads.load_teu,
            "capacity_teu": plan.capacity_teu[loads.service],
            "fill": loads.fill,
        }
    )


def visiting_steps(plan: SampledPlan) -> tuple[Ints, Ints]:
    """Steps that leave a visit, service by service, and where each service's begin (services + 1)."""
    visiting = plan.step_kind != StepKind.CHECK
    before = np.concatenate(([0], np.cumsum(visiting)))
    return np.flatnonzero(visiting), before[plan.step_first]


def _ends(plan: SampledPlan, log: Columns, departed: Ints) -> Ints:
    """When each trip of the rows DEPARTED (k,) had done its last step; -1 when not by the period's end."""
    trip, end_s, service = log.trip[departed], log.time_s[departed], log.place[departed]
    steps, first = visiting_steps(plan)
    kind = np.append(plan.step_kind[steps], -1)
    last = np.where(np.diff(first) > 0, kind[first[1:] - 1], -1)[service]
    for step_kind, done in _DONE_STEP.items():
        # Steps of the kind of the last one are enough: how many there are, and how many were done, the last of them when.
        mine = np.flatnonzero(last == step_kind)
        if len(mine) == 0:
            continue
        rows = log.rows(done)
        stepping = log.trip[rows]
        last_s = np.full(plan.n_trips, -1)
        # The last assignment to a place stays: rows are in the order of time.
        last_s[stepping] = log.time_s[rows]
        before = np.concatenate(([0], np.cumsum(plan.step_kind == step_kind)))[plan.step_first]
        whole = np.bincount(stepping, minlength=plan.n_trips)[trip] == np.diff(before)[service]
        end_s[mine] = np.where(whole, last_s[trip], -1)[mine]
    return end_s


def visits_table(plan: SampledPlan, log: Columns, legend: Legend) -> pd.DataFrame:
    """One row for each visit, trip by trip in order; columns as in `columns.VISITS`.

    A visit that the period's end cuts off is there too, with the time so far.
    """
    import pandas as pd

    trip, end_row, number, row = _visits(plan, log)
    count, cut = len(trip), end_row == len(log)
    arrived_s, end_s, place_kind, place = _stays(plan, log, trip, end_row)

    waits = log.kind[row] == EventKind.WAITED
    wait_s = np.bincount(number[waits], log.span_s[row[waits]], count).astype(np.int64)
    started_s = np.where((place_kind == _GATE) & ~cut, end_s, -1)
    begins = log.kind[row] == EventKind.STARTED
    started_s[number[begins]] = log.time_s[row[begins]]
    legs = place_kind == _LEG
    started_s[legs] = _set_off(plan, place[legs], arrived_s[legs], (wait_s > 0)[legs] | cut[legs])
    wait_s = np.where(cut, np.where(started_s < 0, end_s, started_s) - arrived_s, wait_s)
    return pd.DataFrame(
        {
            "scenario": named([legend.scenario], np.zeros(count, dtype=np.int64)),
            "replication": np.full(count, plan.replication),
            "trip": trip,
            "service": named(legend.services, service_of(plan, trip)),
            "place_kind": named(PLACE_KINDS, place_kind),
            **_place_columns(place_kind, place, legend),
            "measured": in_window(arrived_s, legend),
            "arrived_s": arrived_s,
            "started_s": started_s,
            "ended_s": np.where(cut, -1, end_s),
            "wait_s": wait_s,
            "work_s": end_s - arrived_s - wait_s,
            "load_teu": load_along_trips(log, plan.size_teu, trip, end_row),
        }
    )


def _stays(plan: SampledPlan, log: Columns, trip: Ints, end_row: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """From when until when each visit was (v,), kind (number in PLACE_KINDS) and number of its place."""
    end_s = np.append(log.time_s[:], plan.period_s)[end_row]
    first = np.diff(trip, prepend=-1) != 0
    departed_s = np.zeros(plan.n_trips, dtype=np.int64)
    departed = log.rows(EventKind.DEPARTED)
    departed_s[log.trip[departed]] = log.time_s[departed]
    arrived_s = np.where(first, departed_s[trip], np.roll(end_s, 1))
    return arrived_s, end_s, *_places(plan, trip, first)


def _visits(plan: SampledPlan, log: Columns) -> tuple[Ints, Ints, Ints, Ints]:
    """Trip and last row of each visit (v,), then visit and row of each wait or start of work (w,).

    A trip that is still on its way gets one row more, after the log's last: the end of the visit that it is at.
    """
    departed = log.rows(EventKind.DEPARTED)
    cut = log.trip[departed[_ends(plan, log, departed) < 0]]
    logged = log.rows(EventKind.WAITED, EventKind.STARTED, *_DONE, of_trips=True)
    trip = np.concatenate((log.trip[logged], cut))
    row = np.concatenate((logged, np.full(len(cut), len(log))))
    # Rows rise already.
    order = grouped(trip)
    trip, row = trip[order], row[order]
    cut_off = row == len(log)
    kind = log.kind[np.where(cut_off, 0, row)]
    ends = cut_off | (kind == EventKind.PASSED) | (kind == EventKind.FINISHED) | (kind == EventKind.ARRIVED)
    number: Ints = np.cumsum(ends) - ends
    return trip[ends], row[ends], number[~ends], row[~ends]


def _places(plan: SampledPlan, trip: Ints, first: Truths) -> tuple[Ints, Ints]:
    """Kind (number in PLACE_KINDS) and number of the place of each visit: the k-th of a trip is its k-th step."""
    steps, begin = visiting_steps(plan)
    every = np.arange(len(trip))
    k = every - np.maximum.accumulate(np.where(first, every, 0))
    step = steps[begin[service_of(plan, trip)] + k]
    return place_kinds(plan, step), plan.step_place[step]


def place_kinds(plan: SampledPlan, step: Ints) -> Ints:
    """Kind (number in PLACE_KINDS) of the place of each step; -1 where there is none."""
    of_step = np.full(len(StepKind), -1)
    of_step[list(_OF_STEP)] = list(_OF_STEP.values())
    return of_step[plan.step_kind[step]]


def _set_off(plan: SampledPlan, leg: Ints, arrived_s: Ints, ask: Truths) -> Ints:
    """When each trip set off on its leg: at once, or, where asked, when the leg was open (-1: not by the period's end)."""
    started_s = arrived_s.copy()
    for i in np.flatnonzero(ask):
        calendar = plan.leg_calendar[leg[i]]
        steps = slice(plan.calendar_first[calendar], plan.calendar_first[calendar + 1])
        opens_s = next_open(plan.calendar_at_s[steps], plan.calendar_value[steps], int(arrived_s[i]))  # type: ignore[arg-type]
        started_s[i] = opens_s if opens_s < plan.period_s else -1
    return started_s


def _place_columns(place_kind: Ints, place: Ints, legend: Legend) -> dict[str, pd.Categorical]:
    """The columns that say what each place is: name, facility and so on."""
    first = np.array([0, len(legend.gate_places), len(legend.gate_places) + len(legend.station_places)])
    every = [*legend.gate_places, *legend.station_places, *legend.leg_places]
    return place_columns(every, first[place_kind] + place)


def place_columns(places: Sequence[Place], numbers: Ints) -> dict[str, pd.Categorical]:
    """A column for each thing that is known of places (fields of `Place`; the name is called `place`), by number."""
    return {
        "place" if key == "name" else key: named([getattr(place, key) for place in places], numbers)
        for key in Place._fields
    }
