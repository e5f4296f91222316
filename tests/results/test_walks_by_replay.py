"""Where everybody went, what they ride and pay, and what trips took along, on random plans: as a reader of the log tells it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from generated import numbered_plan
from named_plans import TURNING, Told, chains_of, passes_twice, told

from sim.contract import EventKind, SampledPlan
from sim.results import CAUSE_COLUMNS, Columns, consignments_table, itineraries_of
from sim.results.itineraries import Itineraries

K = EventKind
NUMBERS = [*TURNING, *(number for number in range(300, 350) if not passes_twice(numbered_plan(number)))]
numbers = pytest.mark.parametrize("number", NUMBERS)
STATUS = ("delivered", "under way", "refused")


@cache
def walked(number: int) -> Itineraries:
    one = told(number)
    return itineraries_of(one.plan, Columns(one.log), one.legend)


def becomes_of(one: Told, c: int) -> str:
    goods = one.story.goods[c]
    return "refused" if goods.refused else "delivered" if goods.delivered_s >= 0 else "under way"


def price(plan: SampledPlan, service: int, at_s: int) -> int:
    """What a service costs at a second."""
    calendar = plan.service_price[service]
    steps = range(plan.calendar_first[calendar], plan.calendar_first[calendar + 1])
    return [int(plan.calendar_value[i]) for i in steps if plan.calendar_at_s[i] <= at_s][-1]


def bookings(one: Told) -> dict[int, list[tuple[int, int]]]:
    """(service, second at which its chain was taken) of every ride of every consignment, those still to come last."""
    plan, chains = one.plan, chains_of(one.plan)
    rides: dict[int, list[tuple[int, int]]] = {c: [] for c in range(plan.n_consignments)}
    ahead: dict[int, list[tuple[int, int]]] = {c: [] for c in rides}
    for time_s, kind, c, _, _, place, *_ in one.log.rows.tolist():
        if kind == K.RELEASED:
            ahead[c] = [(s, time_s) for s in chains[place]]
        elif kind == K.BOARDED:
            rides[c].append(ahead[c].pop(0))
            assert rides[c][-1][0] == place
        elif kind == K.REROUTED:
            here = plan.service_from[ahead[c][0][0]]
            starts = [plan.service_from[s] for s in chains[place]]
            ahead[c] = [(s, time_s) for s in chains[place][starts.index(here) :]]
    return {c: rides[c] + ahead[c] for c in rides}


@numbers
def test_chains_and_changes_of_chain_are_those_that_the_log_tells(number: int) -> None:
    one, found = told(number), walked(number)
    for c in range(one.plan.n_consignments):
        goods = one.story.goods.get(c)
        if goods is None:
            continue
        assert (found.first_chain[c], found.chain[c]) == (goods.first_chain, goods.chain)
        assert (found.reroutes[c], found.delivered_s[c]) == (goods.reroutes, goods.delivered_s)
        assert STATUS[found.status[c]] == becomes_of(one, c)


@numbers
def test_every_ride_is_booked_when_its_chain_was_taken_and_those_to_come_are_last(number: int) -> None:
    one, booked = told(number), walked(number).booked
    pairs = list(zip(booked.service.tolist(), booked.booked_s.tolist(), strict=True))
    for c, expected in bookings(one).items():
        assert pairs[booked.begin[c] : booked.begin[c + 1]] == expected
    assert booked.consignment.tolist() == [c for c, those in bookings(one).items() for _ in those]


@numbers
def test_all_rides_are_paid_at_the_price_of_when_they_were_booked_and_emit(number: int) -> None:
    one, found = told(number), walked(number)
    for c, rides in bookings(one).items():
        assert found.cents[c] == sum(price(one.plan, s, at_s) for s, at_s in rides)
        assert found.kg_per_t[c] == pytest.approx(
            sum(one.legend.service_emissions_kg_per_t[s] for s, _ in rides)
        )


@numbers
def test_departures_with_their_loads_are_those_that_the_log_tells(number: int) -> None:
    one, found = told(number), walked(number)
    rows = one.log.rows.tolist()
    expected = [(i, row[3], row[5], row[0]) for i, row in enumerate(rows) if row[1] == K.DEPARTED]
    assert [tuple(row) for row in found.departures.tolist()] == expected
    for _, trip, service, departed_s in expected:
        way = one.story.ways[trip]
        assert (way.service, way.departed_s, way.load_teu) == (service, departed_s, found.load_teu[trip])
    assert found.boardings == len(one.story.boarded)


@numbers
def test_a_service_carried_the_directions_of_the_freight_that_boarded_it(number: int) -> None:
    one, found = told(number), walked(number)
    carried = {(s, one.legend.flow_direction[one.plan.flow[c]]) for c, s, _ in one.story.boarded}
    ways = ["westbound", "eastbound"]
    assert {(int(s), ways[w]) for s, w in np.argwhere(found.carried)} == carried


@numbers
def test_what_policies_did_is_in_the_rows_that_tell_it(number: int) -> None:
    one = told(number)
    expected = [
        i
        for i, row in enumerate(one.log.rows.tolist())
        if row[1] == K.BARRED or (row[1] in (K.REFUSED, K.CLEARED) and row[8] >= 0)
    ]
    assert walked(number).acts.tolist() == expected


@numbers
def test_the_seconds_of_every_consignment_are_those_that_the_log_tells_and_sum_to_its_transit_time(
    number: int,
) -> None:
    one = told(number)
    table = consignments_table(one.plan, Columns(one.log), walked(number), one.legend)
    for c, goods in one.story.goods.items():
        row = table.iloc[c]
        seconds = {cause: int(row[name]) for cause, name in CAUSE_COLUMNS.items()}
        assert {cause: s for cause, s in seconds.items() if s} == {
            cause: s for cause, s in goods.spent_s.items() if s
        }
        assert sum(seconds.values()) + row["unfinished_s"] == row["transit_s"]
        assert goods.delivered_s < 0 or row["unfinished_s"] == 0


def test_these_plans_change_chains_refuse_and_hold() -> None:
    rows = np.concatenate([told(number).log.rows["kind"] for number in NUMBERS])
    counts = np.bincount(rows, minlength=len(K))
    for kind in (K.REROUTED, K.REFUSED, K.CLEARED, K.BARRED, K.SET_OUT, K.ATTACHED, K.DELIVERED):
        assert counts[kind] > 0, kind
