"""What shippers know and which chain they take, in whole seconds and cents: written once for engines and for the audit.

Nobody sees the present. A bulletin tells the mean of the waits that ended in the past such time; where none ended, the
mean age of those that go on; where nobody waits, the usual wait. Closures are known as they are announced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import NamedTuple

from sim.contract.calendars import Calendar, is_constant, step_of, value_at
from sim.contract.knowledge import MINUTE_S, Knowledge
from sim.contract.plan import SampledPlan
from sim.contract.tables import NEVER, StepKind
from sim.contract.turns import DAY_S

DAY_MIN = DAY_S // MINUTE_S
UNKNOWN, SPREAD, STEADY = 0, 1, 2
"""What of the rest of a chain is reckoned until the next bulletin: nothing; its spread, since notices or prices may change the
rest; everything."""


def whole_root(n: int) -> int:
    """Largest whole number whose square is at most `n` >= 0; exact, whatever the machine's square root does."""
    root = int(sqrt(n))
    while root * root > n:
        root -= 1
    while (root + 1) * (root + 1) <= n:
        root += 1
    return root


def closure_s(arrival_s: int, now_s: int, closed_from_s: int, closed_until_s: int, open_end_s: int) -> int:
    """Seconds that a closure, as told, holds what arrives at `arrival_s`; 0 when it is not closed then.

    With no end told, or one that is past while the place is closed, it is thought to last `open_end_s` from now.
    """
    if arrival_s < closed_from_s:
        return 0
    if closed_until_s == NEVER or closed_until_s <= now_s:
        return max(now_s + open_end_s - arrival_s, 0)
    return max(closed_until_s - arrival_s, 0)


def weighs(p: SampledPlan, c: int) -> bool:
    """Whether a consignment weighs its options; else it takes them in order, once."""
    return p.options_day_cents[p.options[c]] >= 0


def at_release(p: SampledPlan, w: Knowledge, c: int, now_s: int) -> tuple[int, int, int]:
    """(chain taken, chain that a policy keeps it from, that policy), -1 for none, when a consignment is released."""
    options = p.options[c]
    weighed = weighs(p, c)
    best, best_cents, wanted, wanted_cents = -1, 0, -1, 0
    for o in range(p.options_first[options], p.options_first[options + 1]):
        step = step_of(p, p.option_calendar[o], now_s)
        is_open = p.calendar_value[step] > 0
        if not is_open and p.calendar_policy[step] < 0:
            continue
        option_cents = cents_of(p, w, c, o, 0, now_s) if weighed else o
        if wanted < 0 or option_cents < wanted_cents:
            wanted, wanted_cents = o, option_cents
        if is_open and (best < 0 or option_cents < best_cents):
            best, best_cents = o, option_cents
    barred, policy = -1, -1
    if wanted != best:
        barred = p.option_chain[wanted]
        policy = p.calendar_policy[step_of(p, p.option_calendar[wanted], now_s)]
    return p.option_chain[best] if best >= 0 else -1, barred, policy


def ways_on(p: SampledPlan, w: Knowledge, options: int, facility: int) -> int:
    """How many chains of a list have a service from a facility; counted once."""
    known = options * p.n_facilities + facility
    if w.ways[known] == 0:
        n = 0
        for o in range(p.options_first[options], p.options_first[options + 1]):
            chain = p.option_chain[o]
            for i in range(p.chain_first[chain], p.chain_first[chain + 1]):
                n += p.service_from[p.chain_service[i]] == facility
        w.ways[known] = n + 1
    return w.ways[known] - 1


def at_terminal(p: SampledPlan, w: Knowledge, c: int, chain: int, stage: int, now_s: int) -> tuple[int, int]:
    """(chain, stage) on which a consignment goes on from where the service at `stage` of its chain begins.

    It stays on its own chain unless another one that is open is worth more.
    """
    facility = p.service_from[p.chain_service[p.chain_first[chain] + stage]]
    options = p.options[c]
    best, best_stage = chain, stage
    if ways_on(p, w, options, facility) <= 1:
        return best, best_stage
    first, last = p.options_first[options], p.options_first[options + 1]
    own = -1
    for o in range(first, last):
        if p.option_chain[o] == chain:
            own = o
            break
    if own < 0:
        return best, best_stage
    shut = p.calendar_policy[step_of(p, p.option_calendar[own], now_s)] >= 0
    best_cents = NEVER if shut else cents_of(p, w, c, own, stage, now_s)
    for o in range(first, last):
        if o == own or value_at(p, p.option_calendar[o], now_s) <= 0:
            continue
        other = p.option_chain[o]
        begin = p.chain_first[other]
        for i in range(begin, p.chain_first[other + 1]):
            # Where only what lies behind is another, there is nothing to choose.
            if p.service_from[p.chain_service[i]] != facility or same_rest(p, chain, stage, other, i - begin):
                continue
            option_cents = cents_of(p, w, c, o, i - begin, now_s)
            if option_cents < best_cents:
                best, best_stage, best_cents = other, i - begin, option_cents
    return best, best_stage


def same_rest(p: SampledPlan, chain: int, stage: int, other: int, other_stage: int) -> bool:
    """Whether two chains have the same services from these stages on."""
    a, b = p.chain_first[chain] + stage, p.chain_first[other] + other_stage
    n = p.chain_first[chain + 1] - a
    if p.chain_first[other + 1] - b != n:
        return False
    i = 0
    while i < n and p.chain_service[a + i] == p.chain_service[b + i]:
        i += 1
    return i == n


def cents_of(p: SampledPlan, w: Knowledge, c: int, o: int, stage: int, now_s: int) -> int:
    """Generalised cost of an option from a stage on, in cents an FEU."""
    options = p.options[c]
    price, time_s, spread_min = expected(p, w, p.option_chain[o], stage, now_s)
    taste = p.taste_cents[p.taste_first[c] + o - p.options_first[options]]
    return (
        price
        + value_at(p, p.option_extra[o], now_s)
        + p.behind_cents[p.behind_first[o] + stage]
        + p.options_day_cents[options] * time_s // DAY_S
        + p.options_spread_cents[options] * spread_min // DAY_MIN
        + taste
    )


def expected(p: SampledPlan, w: Knowledge, chain: int, stage: int, now_s: int) -> tuple[int, int, int]:
    """Price (cents an FEU), seconds and standard deviation (minutes) that shippers expect of a chain from a stage on."""
    first = p.chain_first[chain] + stage
    if w.ahead[first] == STEADY:
        return w.ahead_cents[first], w.ahead_s[first], w.ahead_min[first]
    price, time_s, variance, steady = 0, 0, 0, True
    for i in range(first, p.chain_first[chain + 1]):
        s = p.chain_service[i]
        price += value_at(p, p.service_price[s], now_s)
        if p.notice_first[s] < p.notice_first[s + 1]:
            time_s += closures_s(p, w, s, now_s, now_s + time_s)
            steady = False
        time_s += w.time_s[s]
        variance += w.variance[s]
        steady = steady and is_constant(p, p.service_price[s])
    if w.ahead[first] == UNKNOWN:
        w.ahead[first] = STEADY if steady else SPREAD
        w.ahead_cents[first] = price
        w.ahead_s[first] = time_s
        w.ahead_min[first] = whole_root(variance)
    return price, time_s, w.ahead_min[first]


def closures_s(p: SampledPlan, w: Knowledge, s: int, now_s: int, start_s: int) -> int:
    """Seconds that the closures announced on a service's way hold what comes to its terminal at `start_s`."""
    held_s = 0
    for i in range(p.notice_first[s], p.notice_first[s + 1]):
        if p.notice_known_from_s[i] <= now_s < p.notice_known_until_s[i]:
            offset_s = p.notice_offset_s[i]
            wait_s = w.wait_s[s] if offset_s else 0
            arrival_s = start_s + held_s + wait_s + offset_s
            held_s += closure_s(
                arrival_s, now_s, p.notice_closed_from_s[i], p.notice_closed_until_s[i], p.open_end_s
            )
    return held_s


class WaitBook:
    """Waits by place, until a bulletin tells their means. Places: gates, then stations, then services."""

    def __init__(self, plan: SampledPlan) -> None:
        self.first_station = len(plan.gate_headway_s)
        self.first_service = self.first_station + len(plan.station_servers)
        self.usual_s = [0] * self.first_service + plan.service_usual_s.tolist()
        self._clear()

    def _clear(self) -> None:
        n = len(self.usual_s)
        self.count, self.sum_s, self.sum_min, self.sum_min2 = [0] * n, [0] * n, [0] * n, [0] * n

    def add(self, place: int, wait_s: int) -> None:
        """A wait has ended at a place, or goes on while a bulletin is made."""
        minutes = wait_s // MINUTE_S
        self.count[place] += 1
        self.sum_s[place] += wait_s
        self.sum_min[place] += minutes
        self.sum_min2[place] += minutes * minutes

    def close(self) -> tuple[list[int], list[int]]:
        """Mean wait (s) and its variance (square minutes) by place; the usual wait where none was seen. Begins anew."""
        mean_s, variance = self.usual_s.copy(), [0] * len(self.usual_s)
        for place, n in enumerate(self.count):
            if n:
                mean_s[place] = self.sum_s[place] // n
                variance[place] = self.sum_min2[place] // n - (self.sum_min[place] // n) ** 2
        self._clear()
        return mean_s, variance


class Beliefs:
    """What shippers think that every service takes: seconds and variance (square minutes), waits included."""

    def __init__(self, plan: SampledPlan, book: WaitBook) -> None:
        self.base_s: list[int] = plan.service_mean_s.tolist()
        self.base_variance: list[int] = plan.service_variance_min2.tolist()
        self.places: list[list[int]] = []
        offsets = {StepKind.GATE: 0, StepKind.HANDLE: book.first_station}
        for s in range(plan.n_services):
            part = slice(int(plan.step_first[s]), int(plan.step_first[s + 1]))
            steps = zip(plan.step_kind[part].tolist(), plan.step_place[part].tolist(), strict=True)
            met = [offsets[StepKind(kind)] + place for kind, place in steps if kind in offsets]
            self.places.append([*met, book.first_service + s])
        self.wait_s: list[int] = []
        self.time_s: list[int] = []
        self.variance: list[int] = []
        self.learn(book.usual_s, [0] * len(book.usual_s), book.first_service)

    def learn(self, mean_s: Sequence[int], variance: Sequence[int], first_service: int) -> None:
        """Take in a bulletin."""
        self.wait_s = [*mean_s[first_service:]]
        self.time_s = [
            base + sum(mean_s[place] for place in met)
            for base, met in zip(self.base_s, self.places, strict=True)
        ]
        self.variance = [
            base + sum(variance[place] for place in met)
            for base, met in zip(self.base_variance, self.places, strict=True)
        ]


class Decision(NamedTuple):
    """A chain taken, from the service at `stage` of it on (-1: refused), and what a policy keeps from being taken instead."""

    chain: int
    stage: int
    barred: int = -1
    policy: int = -1


class Chooser:
    """Chains that consignments take, from what shippers know."""

    def __init__(self, plan: SampledPlan, calendars: Sequence[Calendar]) -> None:
        self.plan = plan
        self.calendars = calendars
        self.book = WaitBook(plan)
        self.beliefs = Beliefs(plan, self.book)
        self.told: list[tuple[list[int], list[int]]] = []
        self.options: list[int] = plan.options.tolist()
        self.options_first: list[int] = plan.options_first.tolist()
        self.day_cents: list[int] = plan.options_day_cents.tolist()
        self.spread_cents: list[int] = plan.options_spread_cents.tolist()
        self.option_chain: list[int] = plan.option_chain.tolist()
        self.open = [calendars[n] for n in plan.option_calendar.tolist()]
        self.extra = [calendars[n] for n in plan.option_extra.tolist()]
        self.price = [calendars[n] for n in plan.service_price.tolist()]
        self.behind_first: list[int] = plan.behind_first.tolist()
        self.behind_cents: list[int] = plan.behind_cents.tolist()
        self.taste_first: list[int] = plan.taste_first.tolist()
        self.taste_cents: list[int] = plan.taste_cents.tolist()
        self.origin: list[int] = plan.service_from.tolist()
        self.notice_first: list[int] = plan.notice_first.tolist()
        self.notices = list(
            zip(
                plan.notice_known_from_s.tolist(),
                plan.notice_known_until_s.tolist(),
                plan.notice_closed_from_s.tolist(),
                plan.notice_closed_until_s.tolist(),
                plan.notice_offset_s.tolist(),
                strict=True,
            )
        )
        self.chains: list[list[int]] = [
            plan.chain_service[a:b].tolist()
            for a, b in zip(plan.chain_first[:-1], plan.chain_first[1:], strict=True)
        ]
        self.parts: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self.costs: dict[tuple[int, int], tuple[int, int, int] | None] = {}

    # --- information ------------------------------------------------------------------------------------------

    def publish(self, now_s: int, waiting: Iterable[tuple[int, int]]) -> None:
        """Make a bulletin: of the waits since the last one, and of those who wait now, as (place, since)."""
        ended = [n > 0 for n in self.book.count]
        for place, since_s in waiting:
            # Ages are shorter than waits: among them they would make every queue look shorter than it is.
            if not ended[place]:
                self.book.add(place, now_s - since_s)
        self.told.append(self.book.close())

    def learn(self) -> None:
        """The oldest bulletin that is not known yet becomes known."""
        self.beliefs.learn(*self.told.pop(0), self.book.first_service)
        self.costs.clear()

    # --- choice -----------------------------------------------------------------------------------------------

    def weighs(self, c: int) -> bool:
        """Whether a consignment weighs its options; else it takes them in order, once."""
        return self.day_cents[self.options[c]] >= 0

    def at_release(self, c: int, now_s: int) -> Decision:
        """The chain that a consignment takes when it is released."""
        options = self.options[c]
        numbers = range(self.options_first[options], self.options_first[options + 1])
        weighs = self.day_cents[options] >= 0
        best, best_cents, wanted, wanted_cents = -1, 0, -1, 0
        for o in numbers:
            calendar = self.open[o]
            is_open = calendar.now(now_s) > 0
            if not is_open and calendar.policy_at(now_s) < 0:
                continue
            cents = self.cents(c, o, 0, now_s) if weighs else o
            if wanted < 0 or cents < wanted_cents:
                wanted, wanted_cents = o, cents
            if is_open and (best < 0 or cents < best_cents):
                best, best_cents = o, cents
        barred, policy = -1, -1
        if wanted != best:
            barred, policy = self.option_chain[wanted], self.open[wanted].policy_at(now_s)
        return Decision(self.option_chain[best] if best >= 0 else -1, 0, barred, policy)

    def ways_on(self, c: int, facility: int) -> list[tuple[int, int]]:
        """(option, stage) of the chains of a consignment's list that have a service from a facility."""
        options = self.options[c]
        key = (options, facility)
        if key not in self.parts:
            self.parts[key] = [
                (o, stage)
                for o in range(self.options_first[options], self.options_first[options + 1])
                for stage, s in enumerate(self.chains[self.option_chain[o]])
                if self.origin[s] == facility
            ]
        return self.parts[key]

    def at_terminal(self, c: int, chain: int, stage: int, now_s: int) -> Decision:
        """The chain on which a consignment goes on from where the service at `stage` of its chain begins.

        It stays on its own chain unless another one that is open is worth more.
        """
        ways = self.ways_on(c, self.origin[self.chains[chain][stage]])
        best, best_cents = Decision(chain, stage), 0
        own = next((o for o, _ in ways if self.option_chain[o] == chain), -1)
        if len(ways) > 1 and own >= 0:
            shut = self.open[own].policy_at(now_s) >= 0
            best_cents = NEVER if shut else self.cents(c, own, stage, now_s)
            rest = self.chains[chain][stage:]
            for o, at in ways:
                # Where only what lies behind is another, there is nothing to choose.
                if o == own or self.chains[self.option_chain[o]][at:] == rest:
                    continue
                if self.open[o].now(now_s) > 0:
                    cents = self.cents(c, o, at, now_s)
                    if cents < best_cents:
                        best, best_cents = Decision(self.option_chain[o], at), cents
        return best

    def cents(self, c: int, o: int, stage: int, now_s: int) -> int:
        """Generalised cost of an option from a stage on, in cents an FEU."""
        options, chain = self.options[c], self.option_chain[o]
        price, time_s, spread_min = self.expected(chain, stage, now_s)
        taste = self.taste_cents[self.taste_first[c] + o - self.options_first[options]]
        cents: int = (
            price
            + self.extra[o].now(now_s)
            + self.behind_cents[self.behind_first[o] + stage]
            + self.day_cents[options] * time_s // DAY_S
            + self.spread_cents[options] * spread_min // DAY_MIN
            + taste
        )
        return cents

    def expected(self, chain: int, stage: int, now_s: int) -> tuple[int, int, int]:
        """Price (cents an FEU), seconds and standard deviation (minutes) that shippers expect of a chain from a stage on."""
        key = (chain, stage)
        if key in self.costs:
            known = self.costs[key]
            if known is not None:
                return known
        services = self.chains[chain][stage:]
        price, time_s, variance = 0, 0, 0
        steady = True
        for s in services:
            price += self.price[s].now(now_s)
            variance += self.beliefs.variance[s]
            if self.notice_first[s] < self.notice_first[s + 1]:
                time_s += self.closures_s(s, now_s, now_s + time_s)
                steady = False
            time_s += self.beliefs.time_s[s]
            steady = steady and len(self.price[s].at_s) == 1
        found = (price, time_s, whole_root(variance))
        self.costs[key] = found if steady else None
        return found

    def closures_s(self, s: int, now_s: int, start_s: int) -> int:
        """Seconds that the closures announced on a service's way hold what comes to its terminal at `start_s`."""
        held_s = 0
        for known_from_s, known_until_s, from_s, until_s, offset_s in self.notices[
            self.notice_first[s] : self.notice_first[s + 1]
        ]:
            if known_from_s <= now_s < known_until_s:
                wait_s = self.beliefs.wait_s[s] if offset_s else 0
                arrival_s = start_s + held_s + wait_s + offset_s
                held_s += closure_s(arrival_s, now_s, from_s, until_s, self.plan.open_end_s)
        return held_s
