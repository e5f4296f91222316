"""Bulletins, compiled: what is told of waits."""

from __future__ import annotations

from sim.compiled import compiled
from sim.contract import SampledPlan
from sim.contract.knowledge import note, tell_waits
from sim.engine.layout import Line, World
from sim.engine.lines import CLASSES
from sim.engine.trips import trip_at


@compiled
def publish(p: SampledPlan, w: World) -> None:
    """Make a bulletin of the waits since the last one; where none ended, of those that go on."""
    first_station = p.n_gates
    first_service = first_station + p.n_stations
    for g in range(p.n_gates):
        if w.noted_n[g] == 0:
            trips_wait(w, w.gates[g].line, g)
    for n in range(p.n_stations):
        if w.noted_n[first_station + n] == 0:
            trips_wait(w, w.stations[n].line, first_station + n)
    for s in range(p.n_services):
        if w.noted_n[first_service + s] == 0:
            goods_wait(w, w.terminals[s].line, first_service + s)
    tell_waits(p, w)


@compiled
def trips_wait(w: World, line: Line, place: int) -> None:
    """Note the ages of the waits of a line of trips."""
    for express in range(CLASSES):
        k = line.head[express] - 1
        while k >= 0:
            note(w, place, w.now - trip_at(w, k).since_s)
            k = trip_at(w, k).next - 1


@compiled
def goods_wait(w: World, line: Line, place: int) -> None:
    """Note the ages of the waits at a terminal."""
    for express in range(CLASSES):
        c = line.head[express] - 1
        while c >= 0:
            note(w, place, w.now - w.goods[c].since_s)
            c = w.goods[c].next - 1
