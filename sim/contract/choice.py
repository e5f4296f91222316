"""Which chain shippers take, in whole seconds and cents: written once for engines and for the audit.

They reckon with what they know of waits (see `knowledge`), and with closures as they are announced. A function's `p` is a plan
and its `w` what is known: for an engine that is not compiled lists, in compiled code views of the same names.
"""

from __future__ import annotations

from math import sqrt

from sim.contract.calendars import is_constant, step_of, value_at
from sim.contract.knowledge import MINUTE_S, Knowledge
from sim.contract.plan import SampledPlan
from sim.contract.tables import NEVER
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


def may_choose(p: SampledPlan, w: Knowledge, c: int, facility: int) -> bool:
    """Whether a consignment weighs its options, and has more than one way on from a facility."""
    return weighs(p, c) and ways_on(p, w, p.options[c], facility) > 1


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
