"""Which draws a departure uses, compiled."""

from __future__ import annotations

from sim.compiled import compiled, inlined
from sim.contract import SampledPlan
from sim.contract.turns import DAY_S, draw_of
from sim.engine.layout import Trip, World
from sim.engine.views import fetch


@compiled
def luck(p: SampledPlan, w: World, s: int) -> int:
    """Number of the draws that a departure of now uses: those of its place in the day."""
    terminal, turns = w.terminals[s], p.turns[s]
    day = w.now // DAY_S
    if day != terminal.day:
        terminal.day, terminal.today = day, 0
    today, beyond = terminal.today, terminal.beyond
    draw = draw_of(p.period_s, turns, p.reserve[s], w.now, today, beyond)
    terminal.beyond += today >= turns
    terminal.today += 1
    return draw


@inlined
def draw_work(p: SampledPlan, trip: Trip, i: int, last: int) -> int:
    """Seconds of work drawn for a trip's step `i`; those of the next step (before `last`) are brought nearer."""
    if i + 1 < last:
        fetch(p.work_s, p.work_first[i + 1] + trip.draw)
    return p.work_s[p.work_first[i] + trip.draw]
