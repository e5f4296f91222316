"""Kernel: one walk through a log tells what was where when: trips at some places, freight in some yards, and who was aboard."""

import numpy as np
import numpy.typing as npt

from sim.compiled import Into, entry, inlined
from sim.contract.tables import EventKind, PlaceKind
from sim.results.log_words import (
    WORDS,
    consignment_of,
    kind_of,
    place_kind_of,
    place_of,
    second_of,
    stage_from,
    trip_of,
)

Ints = npt.NDArray[np.int64]

NOT = -1
_RELEASED, _BOARDED, _DEPARTED = int(EventKind.RELEASED), int(EventKind.BOARDED), int(EventKind.DEPARTED)
_PASSED, _FINISHED, _ARRIVED = int(EventKind.PASSED), int(EventKind.FINISHED), int(EventKind.ARRIVED)
_SET_OUT, _CLEARED, _ATTACHED = int(EventKind.SET_OUT), int(EventKind.CLEARED), int(EventKind.ATTACHED)
_UNLOADED, _DELIVERED, _REROUTED = (
    int(EventKind.UNLOADED),
    int(EventKind.DELIVERED),
    int(EventKind.REROUTED),
)
_FACILITY = int(PlaceKind.FACILITY)
_MOVES = sum(1 << kind for kind in (_BOARDED, _ATTACHED, _SET_OUT, _DEPARTED, _PASSED, _FINISHED, _ARRIVED))
_STANDS = sum(
    1 << kind
    for kind in (_RELEASED, _BOARDED, _REROUTED, _UNLOADED, _CLEARED, _ATTACHED, _SET_OUT, _DELIVERED)
)
"""A bit for each kind of row that is looked at."""


@inlined
def put(rows: Ints, row: int, a: int, b: int, c: int, d: int, e: int) -> None:
    """Write a row of five."""
    at = 5 * row
    rows[at], rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4] = a, b, c, d, e


@entry
def be_there(
    words: Ints, period_s: int, size_teu: Ints, visit_first: Ints, visit_place: Ints, asked_place: Ints,
    load: Into[Ints], at: Into[Ints], since_s: Into[Ints], service: Into[Ints], ride: Into[Ints],
    visits: Into[Ints], rides: Into[Ints], counts: Into[Ints],
) -> None:  # fmt: skip
    """List visits of trips to the places asked for, and rides of consignments.

    The places that trips of a service visit in order are those of `visit_place` from `visit_first` on. `visits` takes trip, place, from
    when, until when, and the load at its end; `rides` consignment, trip, when it was put aboard and when it was set out (the period's
    end if not), and nothing; `counts` says how many of either. By trip `load` (0), `at`, `since_s` and `service` (-1), and by consignment
    `ride` are room to work in.
    """
    n_visits = n_rides = 0
    for row in range(len(words) // WORDS):
        kind = kind_of(words, row)
        if not _MOVES >> kind & 1:
            continue
        c = consignment_of(words, row)
        if kind in (_BOARDED, _ATTACHED):
            trip = trip_of(words, row)
            load[trip] += size_teu[c]
            put(rides, n_rides, c, trip, second_of(words, row), period_s, 0)
            ride[c] = n_rides
            n_rides += 1
        elif kind == _SET_OUT:
            load[trip_of(words, row)] -= size_teu[c]
            rides[5 * ride[c] + 3] = second_of(words, row)
        elif kind == _DEPARTED:
            trip = trip_of(words, row)
            service[trip] = place_of(words, row)
            at[trip], since_s[trip] = visit_first[service[trip]], second_of(words, row)
        elif c < 0:
            trip, time_s = trip_of(words, row), second_of(words, row)
            if asked_place[visit_place[at[trip]]]:
                put(visits, n_visits, trip, visit_place[at[trip]], since_s[trip], time_s, load[trip])
                n_visits += 1
            at[trip] += 1
            since_s[trip] = time_s
    for trip in range(len(at)):
        # What the period's end cuts off is where it is.
        on_its_way = service[trip] >= 0 and at[trip] < visit_first[service[trip] + 1]
        if on_its_way and asked_place[visit_place[at[trip]]]:
            put(visits, n_visits, trip, visit_place[at[trip]], since_s[trip], period_s, load[trip])
            n_visits += 1
    counts[0], counts[1] = n_visits, n_rides


@entry
def stand(
    words: Ints, period_s: int, chain_first: Ints, chain_service: Ints, service_from: Ints, held_at_release: Ints, asked_service: Ints,
    chain: Into[Ints], stage: Into[Ints], ready_s: Into[Ints], last: Into[Ints], spells: Into[Ints],
) -> int:  # fmt: skip
    """List the spells in which consignments stand in a yard, ready for a vehicle of a service asked for; returns how many.

    `spells` takes consignment, service, from when and until when, and nothing. `chain`, `stage` (0), `ready_s` (-1) and `last` are room to
    work in. One that is held by a licence or payment when it is released is not ready until that has come.
    """
    n = 0
    for row in range(len(words) // WORDS):
        kind = kind_of(words, row)
        if not _STANDS >> kind & 1:
            continue
        c = consignment_of(words, row)
        if kind == _RELEASED:
            chain[c] = place_of(words, row)
        if kind in (_BOARDED, _REROUTED):
            here = chain_service[chain_first[chain[c]] + stage[c]]
            if ready_s[c] >= 0 and asked_service[here]:
                put(spells, n, c, here, ready_s[c], second_of(words, row), 0)
                n += 1
            stage[c] += 1
            if kind == _REROUTED:
                chain[c] = place_of(words, row)
                stage[c] = stage_from(service_from[here], chain[c], chain_first, chain_service, service_from)
        ready = kind in (_RELEASED, _UNLOADED, _REROUTED)
        if kind == _CLEARED:
            ready = place_kind_of(words, row) != _FACILITY
        ready_s[c] = second_of(words, row) if ready else NOT
        last[c] = kind
    for c in range(len(chain)):
        held = last[c] == _RELEASED and held_at_release[c]
        if ready_s[c] >= 0 and not held and stage[c] < chain_first[chain[c] + 1] - chain_first[chain[c]]:
            here = chain_service[chain_first[chain[c]] + stage[c]]
            if asked_service[here]:
                put(spells, n, c, here, ready_s[c], period_s, 0)
                n += 1
    return n
