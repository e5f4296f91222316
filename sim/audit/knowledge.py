"""What leaves no row: bulletins that shippers learn of, and second thoughts that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from sim.audit.background import settle_background
from sim.audit.state import State
from sim.contract import NEVER, at_terminal, learn, may_choose, note_ages, tell_waits


def settle_knowledge(state: State, until_s: int) -> None:
    """Do what happened silently: bulletins up to a second (first in it), second thoughts before it (last in theirs)."""
    while True:
        learn_s = state.learn_s[0] if state.learn_s else NEVER
        think_s = state.thinking[0][0] if state.thinking else NEVER
        if min(learn_s, state.publish_s) <= min(until_s, think_s):
            if learn_s <= state.publish_s:
                state.learn_s.pop(0)
                learn(state.lists, state.known)
            else:
                _publish(state)
        elif think_s < until_s:
            _think(state, *heappop(state.thinking))
        else:
            return


def plan_to_think(state: State, c: int, now_s: int) -> None:
    """A consignment that waits where chains part will think again when its patience is over."""
    goods = state.goods[c]
    goods.think_s = -1
    s = state.services_of(goods)[goods.leg]
    if may_choose(state.lists, state.known, c, state.lists.service_from[s]):
        goods.think_s = now_s + int(state.plan.patience_s[c])
        heappush(state.thinking, (goods.think_s, c))


def _publish(state: State) -> None:
    """A bulletin comes out, and is known after its lag."""
    now_s = state.publish_s
    settle_background(state, now_s)
    note_ages(state.known, now_s, _waiting_now(state))
    tell_waits(state.lists, state.known)
    if state.plan.lag_s:
        state.learn_s.append(now_s + state.plan.lag_s)
    else:
        learn(state.lists, state.known)
    state.publish_s += state.plan.bulletin_s


def _waiting_now(state: State) -> Iterator[tuple[int, int]]:
    """(place, since when) of all who wait; places are gates, then stations, then services."""
    for place, line in enumerate([*state.gates, *state.stations, *state.terminals]):
        yield from ((place, since_s) for part in line.classes for since_s in part.values())


def _think(state: State, think_s: int, c: int) -> None:
    """A consignment thought again, and no row tells of another chain: it must have had a reason to stay."""
    goods = state.goods[c]
    if goods.state != "at the terminal" or goods.think_s != think_s:
        return
    chain, _ = at_terminal(state.lists, state.known, c, goods.chain, goods.leg, think_s)
    untold = f"at second {think_s} it takes chain {chain}, and no row says so"
    state.must(chain == goods.chain, "choice", untold, consignment=c)
    plan_to_think(state, c, think_s)
