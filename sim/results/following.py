"""Kernel: one walk through a log tells where every consignment went, what it pays, and what every trip took along."""

import numpy as np
import numpy.typing as npt

from sim.compiled import Into, entry, inlined
from sim.contract.tables import EventKind
from sim.results.log_words import (
    WORDS,
    consignment_of,
    has_policy,
    kind_of,
    place_of,
    second_of,
    stage_from,
    trip_of,
)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DELIVERED, UNDER_WAY, REFUSED = 0, 1, 2
"""What became of a consignment: numbers in `itineraries.STATUSES`."""
_RELEASED, _REFUSED, _BOARDED = int(EventKind.RELEASED), int(EventKind.REFUSED), int(EventKind.BOARDED)
_DEPARTED, _CLEARED, _DELIVERED = int(EventKind.DEPARTED), int(EventKind.CLEARED), int(EventKind.DELIVERED)
_BARRED, _REROUTED = int(EventKind.BARRED), int(EventKind.REROUTED)
_ASKED = sum(
    1 << kind for kind in (_RELEASED, _REFUSED, _BOARDED, _DEPARTED, _CLEARED, _DELIVERED, _BARRED, _REROUTED)
)
"""A bit for each kind that `follow` looks at."""


@inlined
def value_at(calendar: int, time_s: int, calendar_first: Ints, at_s: Ints, value: Ints) -> int:
    """What a calendar says at a second."""
    low, high = calendar_first[calendar], calendar_first[calendar + 1]
    while low + 1 < high:
        middle = (low + high) // 2
        if at_s[middle] <= time_s:
            low = middle
        else:
            high = middle
    return int(value[low])


@inlined
def pay(
    c: int, begin: int, until: int, taken_s: Ints, chain_service: Ints, service_price: Ints,
    calendar_first: Ints, calendar_at_s: Ints, calendar_value: Ints, kg_per_t: Floats, cents: Ints, carbon: Floats,
) -> None:  # fmt: skip
    """Add what a consignment pays and emits on the services of chains at `begin` to `until`."""
    for i in range(begin, until):
        price = service_price[chain_service[i]]
        cents[c] += value_at(price, taken_s[c], calendar_first, calendar_at_s, calendar_value)
        carbon[c] += kg_per_t[chain_service[i]]


@entry
def follow(
    words: Ints, size_teu: Ints, way: Ints, ways: int, chain_first: Ints, chain_service: Ints, service_from: Ints,
    service_price: Ints, calendar_first: Ints, calendar_at_s: Ints, calendar_value: Ints, kg_per_t: Floats,
    first_chain: Into[Ints], chain: Into[Ints], since: Into[Ints], stage: Into[Ints], taken_s: Into[Ints],
    reroutes: Into[Ints], status: Into[Ints], delivered_s: Into[Ints], cents: Into[Ints], carbon: Into[Floats],
    acts: Into[Ints], load_teu: Into[Ints], carried: Into[Ints], departures: Into[Ints], counts: Into[Ints],
) -> None:  # fmt: skip
    """Follow every consignment and every trip.

    Columns of consignments are those of `Itineraries`, and what they are before anything happens. `acts` takes the rows that tell
    what policies did, `departures` row, trip, service and second of each; `counts` says how many of either,
    and how often freight was boarded. `load_teu` is by trip;
    `carried`, cells of service and way, says which services carried freight of which way: `way` is the direction of each consignment,
    a number below `ways`.
    """
    n_acts = n_departures = n_boarded = 0
    for row in range(len(words) // WORDS):
        kind = kind_of(words, row)
        # Most rows are of other kinds: one question, the answer to which the processor guesses, passes those.
        if not _ASKED >> kind & 1:
            continue
        c = consignment_of(words, row)
        if kind == _BOARDED:
            n_boarded += 1
            stage[c] += 1
            load_teu[trip_of(words, row)] += size_teu[c]
            carried[place_of(words, row) * ways + way[c]] = 1
        elif kind == _DELIVERED:
            status[c], delivered_s[c] = DELIVERED, second_of(words, row)
        elif kind == _RELEASED:
            first_chain[c] = chain[c] = place_of(words, row)
        elif kind == _DEPARTED:
            at = 4 * n_departures
            departures[at], departures[at + 1] = row, trip_of(words, row)
            departures[at + 2], departures[at + 3] = place_of(words, row), second_of(words, row)
            n_departures += 1
        elif kind == _REFUSED:
            status[c] = REFUSED
        elif kind == _REROUTED:
            # It goes on from the terminal where it is: that of the service which it does not board.
            begin = chain_first[chain[c]]
            pay(
                c, begin + since[c], begin + stage[c], taken_s, chain_service, service_price,
                calendar_first, calendar_at_s, calendar_value, kg_per_t, cents, carbon,
            )  # fmt: skip
            here = service_from[chain_service[begin + stage[c]]]
            chain[c], taken_s[c] = place_of(words, row), second_of(words, row)
            since[c] = stage[c] = stage_from(here, chain[c], chain_first, chain_service, service_from)
            reroutes[c] += 1
        if kind == _BARRED or (kind in (_REFUSED, _CLEARED) and has_policy(words, row)):
            acts[n_acts] = row
            n_acts += 1
    counts[0], counts[1], counts[2] = n_acts, n_departures, n_boarded
    for c in range(len(chain)):
        if chain[c] >= 0:
            pay(
                c, chain_first[chain[c]] + since[c], chain_first[chain[c] + 1], taken_s, chain_service, service_price,
                calendar_first, calendar_at_s, calendar_value, kg_per_t, cents, carbon,
            )  # fmt: skip


@entry
def list_rides(
    words: Ints,
    chain_first: Ints,
    chain_service: Ints,
    service_from: Ints,
    begin: Ints,
    chain: Into[Ints],
    stage: Into[Ints],
    taken_s: Into[Ints],
    ridden: Into[Ints],
    service: Into[Ints],
    booked_s: Into[Ints],
    left: Into[Ints],
) -> None:
    """List the services of every consignment from `begin` on, those still to come last, and what each row REROUTED turns away from.

    `chain`, `stage`, `taken_s` and `ridden` are room to work in: 0 but for `taken_s`, the second of release.
    """
    turned = 0
    for row in range(len(words) // WORDS):
        kind = kind_of(words, row)
        c = consignment_of(words, row)
        if kind == _BOARDED:
            at = begin[c] + ridden[c]
            service[at], booked_s[at] = place_of(words, row), taken_s[c]
            stage[c] += 1
            ridden[c] += 1
        elif kind == _RELEASED:
            chain[c] = place_of(words, row)
        elif kind == _REROUTED:
            left[turned] = chain_service[chain_first[chain[c]] + stage[c]]
            chain[c], taken_s[c] = place_of(words, row), second_of(words, row)
            stage[c] = stage_from(
                service_from[left[turned]], chain[c], chain_first, chain_service, service_from
            )
            turned += 1
    for c in range(len(chain)):
        for at in range(begin[c] + ridden[c], begin[c + 1]):
            service[at] = chain_service[chain_first[chain[c]] + stage[c]]
            booked_s[at] = taken_s[c]
            stage[c] += 1
