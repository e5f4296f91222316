"""Options: the chains that consignments may take, and when those are open to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sim.contract import Ints
from sim.sampling.binding import Bindings, policies_with
from sim.sampling.choosing import Tariffs
from sim.sampling.consignments import Consignments
from sim.sampling.quantiles import firsts
from sim.sampling.streams import Floats
from sim.sampling.unrolling import CalendarBook, Step, rate_steps, spells_outside, summed_steps

Kind = tuple[int, ...]
"""What consignments have in common that have the same list: flow, cargo, policies avoided, and whether ordinary (or chains drawn)."""


@dataclass(frozen=True)
class Options:
    """Option lists of some kinds of consignments: the columns of a plan, the book in which their calendars are numbered, and what they
    bring to services.

    Service `served_service[i]` is on the way of options of list `served_list[i]`; `served_share[i]` is the share of them among those
    that have the list, were all open (1 where the list is taken in order).
    """

    columns: dict[str, Ints]
    book: CalendarBook
    served_list: Ints
    served_service: Ints
    served_share: Floats

    def loads(self, of: Ints, size_teu: Ints, services: int) -> tuple[Ints, Ints, Ints]:
        """TEU that may come to each service, those that are likely to, and its largest consignment.

        `of` is the list of each consignment, and `size_teu` its size.
        """
        lists = len(self.columns["options_first"]) - 1
        by_list = np.bincount(of, weights=size_teu, minlength=lists)
        top = np.zeros(lists, dtype=np.int64)
        np.maximum.at(top, of, size_teu)
        load = np.bincount(self.served_service, weights=by_list[self.served_list], minlength=services)
        likely = np.bincount(
            self.served_service, weights=by_list[self.served_list] * self.served_share, minlength=services
        )
        largest = np.zeros(services, dtype=np.int64)
        np.maximum.at(largest, self.served_service, top[self.served_list])
        return load.astype(np.int64), np.rint(likely).astype(np.int64), largest


@dataclass(frozen=True)
class Openness:
    """When chains are open and what they charge: `lives` are (opens, closes) in seconds by chain. The same in every replication."""

    bindings: Bindings
    lives: list[tuple[int, int]]
    period_s: int
    _open: dict[tuple[int, int, tuple[int, ...], int], tuple[Step, ...]] = field(default_factory=dict)
    _extra: dict[tuple[int, int, int, int], tuple[Step, ...]] = field(default_factory=dict)

    def steps(self, flow: int, cargo: int, avoided: tuple[int, ...], chain: int) -> tuple[Step, ...]:
        """A chain's openness to consignments, as the steps of a calendar."""
        key = (flow, cargo, avoided, chain)
        if key not in self._open:
            closures = self.bindings.closures(*key) + spells_outside(*self.lives[chain])
            self._open[key] = rate_steps(closures, self.period_s)
        return self._open[key]

    def extra(self, flow: int, cargo: int, chain: int, cents: int) -> tuple[Step, ...]:
        """What a chain costs consignments beside price and time, cents an FEU: `cents`, and the charges of policies."""
        key = (flow, cargo, chain, cents)
        if key not in self._extra:
            charges = self.bindings.charges(flow, cargo, chain)
            self._extra[key] = summed_steps(cents, charges, self.period_s)
        return self._extra[key]


class Lists:
    """Makes option lists of one scenario. Those of the same kinds are the same in every replication: the last ones are kept."""

    def __init__(self, tariffs: Tariffs, openness: Openness) -> None:
        self._tariffs, self._openness = tariffs, openness
        services = list(tariffs.scenario.services)
        self._services = [
            [services.index(s) for s in chain.services] for chain in tariffs.scenario.chains.values()
        ]
        self._shunned = [p for p, _, _ in policies_with(tariffs.scenario, "avoided")]
        self._of_kinds = lru_cache(maxsize=4)(self._listed)

    def of(self, consignments: Consignments) -> tuple[Ints, Options]:
        """The list of each consignment (n,), and the lists: chains open to it at some time; equal lists once."""
        rest = consignments.express[:, None] if self._tariffs.adaptive else consignments.rank_chain
        keys = np.column_stack([consignments.flow, consignments.cargo, consignments.avoids, rest])
        kinds, of = distinct_rows(keys)
        return of, self._of_kinds(tuple(map(tuple, kinds.tolist())))

    def _listed(self, kinds: tuple[Kind, ...]) -> Options:
        """Taken in order: best first, and what cannot be reached is left out. Weighed: every chain that the flow lists."""
        listing = _Listing(self._services)
        for flow, cargo, avoids, *others in kinds:
            avoided = tuple(p for place, p in enumerate(self._shunned) if avoids >> place & 1)
            if self._tariffs.adaptive:
                self._weigh(listing, (flow, cargo, avoided, others[0] == 0))
            else:
                self._rank(listing, (flow, cargo, avoided), others)
        return listing.options()

    def _rank(self, listing: _Listing, kind: tuple[int, int, tuple[int, ...]], chains: Sequence[int]) -> None:
        """Add the list of the chains that were drawn, in their order."""
        for chain in dict.fromkeys(chain for chain in chains if chain >= 0):
            calendar = listing.book.number(self._openness.steps(*kind, chain))
            listing.add(chain, calendar, 0, [0] * len(self._services[chain]), 1.0)
            if calendar == 0:
                break
        listing.end(-1, 0)

    def _weigh(self, listing: _Listing, kind: tuple[int, int, tuple[int, ...], bool]) -> None:
        """Add the list of all chains of a flow, for its goods of a cargo class."""
        flow, cargo, avoided, express = kind
        tariffs, openness = self._tariffs, self._openness
        name, goods = list(tariffs.scenario.flows)[flow], list(tariffs.scenario.cargo)[cargo]
        day_cents = tariffs.day_cents(goods, express)
        for one in tariffs.listed(name, goods, express):
            extra = listing.book.number(openness.extra(flow, cargo, one.chain, one.extra_cents))
            calendar = listing.book.number(openness.steps(flow, cargo, avoided, one.chain))
            listing.add(one.chain, calendar, extra, one.behind_cents, one.share)
        listing.end(day_cents, tariffs.spread_cents(day_cents))


@dataclass
class _Listing:
    """Option lists in the making. `day_cents` is -1 for a list that is taken in order."""

    services: list[list[int]]
    book: CalendarBook = field(default_factory=CalendarBook)
    first: list[int] = field(default_factory=lambda: [0])
    day_cents: list[int] = field(default_factory=list)
    spread_cents: list[int] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)
    calendar: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    behind: list[list[int]] = field(default_factory=list)
    """For each option, by stage of its chain, what of its constant belongs to the services before."""
    shares: dict[int, float] = field(default_factory=dict)
    """Of each service on the way of the list at work."""
    served: list[tuple[int, int, float]] = field(default_factory=list)

    def add(self, chain: int, calendar: int, extra: int, behind: list[int], share: float) -> None:
        """One more option of the list at work."""
        self.behind.append(behind)
        self.chain.append(chain)
        self.calendar.append(calendar)
        self.extra.append(extra)
        for s in self.services[chain]:
            self.shares[s] = min(self.shares.get(s, 0.0) + share, 1.0)

    def end(self, day_cents: int, spread_cents: int) -> None:
        """The list at work is complete."""
        self.served += [(len(self.day_cents), s, share) for s, share in self.shares.items()]
        self.shares.clear()
        self.first.append(len(self.chain))
        self.day_cents.append(day_cents)
        self.spread_cents.append(spread_cents)

    def options(self) -> Options:
        """All lists, as columns."""
        lists, services, shares = zip(*self.served, strict=True) if self.served else ((), (), ())
        columns = {
            "options_first": self.first,
            "options_day_cents": self.day_cents,
            "options_spread_cents": self.spread_cents,
            "option_chain": self.chain,
            "option_calendar": self.calendar,
            "option_extra": self.extra,
            "behind_first": firsts(list(map(len, self.behind))),
            "behind_cents": [cents for one in self.behind for cents in one],
        }
        return Options(
            {name: np.array(values, dtype=np.int64) for name, values in columns.items()},
            self.book,
            np.array(lists, dtype=np.int64),
            np.array(services, dtype=np.int64),
            np.array(shares, dtype=np.float64),
        )


def distinct_rows(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows of (n, columns) in their order, and which of them each row is (n,).

    As `np.unique` over rows, which sorts whole rows and is slower: here rows become numbers, column by column.
    """
    number, most = np.zeros(len(rows), dtype=np.int64), 1
    for column in rows.T:
        value = column - column.min() if len(column) else column
        span = int(value.max(initial=0)) + 1
        if most * span > 16 * len(rows):
            number = _ranks(number)
            most = int(number.max(initial=0)) + 1
        number = number * span + value
        most *= span
    number = _ranks(number)
    first = np.zeros(number.max(initial=-1) + 1, dtype=np.int64)
    first[number[::-1]] = np.arange(len(rows))[::-1]
    return rows[first], number


def _ranks(numbers: Ints) -> Ints:
    """For numbers (n,), all >= 0, how many smaller ones there are among the distinct ones (n,)."""
    most = int(numbers.max(initial=0))
    if most > 16 * len(numbers):
        _, ranks = np.unique(numbers, return_inverse=True)
        return ranks
    there = np.zeros(most + 1, dtype=np.int64)
    there[numbers] = 1
    return (np.cumsum(there) - 1)[numbers]
