"""Worlds whose logs are kept, as CSV files in `golden/`. `python tests/golden_worlds.py` writes them anew."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from where import TESTS
from worlds import PlanBuilder, held, plan_of, run, timetable

from sim.contract import ROW, Cause, EventKind, EventLog, PlaceKind, SampledPlan, StepKind

GATE, HANDLE, RUN, CHECK = StepKind
BREST = 7


def a_closed_border() -> SampledPlan:
    """Three trains and a ferry by hand: a border with opening hours and a closure, an inspection, a shared fleet."""
    b = PlanBuilder(period_s=400)
    sets = b.fleet(home=2, return_after_s=40, returns_s=[25] * 4)
    hours = [(0, 1000), (60, 0), (100, 1000), (160, 0), (200, 1000), (260, 0), (300, 1000)]
    border = b.gate(15, [(0, 1000), (45, 0), (90, 1000)])
    customs = b.station([(0, 1), (210, 2)], rate=hours, shut=Cause.HOURS)
    to_border = b.service(
        (RUN, b.leg(), [20, 30, 20]),
        (HANDLE, b.station(1, cause=Cause.GAUGE_CHANGE), 10),
        capacity=3,
        rule=held(30),
    )
    west = b.service(
        (GATE, border),
        (HANDLE, customs, [12, 18, 9]),
        (CHECK, BREST),
        (RUN, b.leg(), 35),
        capacity=3,
        spare=3,
        fleet=sets,
        rule=held(25, 2),
    )
    east = b.service((RUN, b.leg(), 35), capacity=3, fleet=sets, end=1, rule=held(50))
    ferry = b.service(
        (RUN, b.leg(cause=Cause.SAILING), 60), capacity=6, rule=timetable(0, 80, 160, 240, least_teu=1)
    )
    barred = b.calendar([(120, 0)], Cause.POLICY, policy=1)
    rail, sea = b.chain(to_border, west), b.chain(ferry)
    b.options((rail, barred), sea)
    b.options((rail, barred))
    b.options(b.chain(east))
    for i, release_s in enumerate((0, 8, 8, 21, 30, 42, 70, 85, 119, 120, 121, 150)):
        acts = {3: [(BREST, 60, 0)], 4: [(-1, 12, 2)], 7: [(BREST, 20, 0), (BREST, 15, 3)]}.get(i, ())
        b.consignment(release_s, options=(0, 0, 2, 1)[i % 4], size=1 + i % 2, express=i % 5 == 4, acts=acts)
    return b.plan()


def six_days_of_the_tiny_world() -> SampledPlan:
    """Six days drawn from a scenario."""
    return plan_of(
        "period: {length: 6 d}",
        "flows: {cn-de: {volume: 60 TEU/day}, cn-pl: {volume: 20 TEU/day}}",
        "policies: {check: {territory: [RU], inspected: {share: 40 %, handling: 6 h}}}",
        "disruptions: {shut: {at: {id: r}, from: '2025-01-04', lasts: 1 d, effect: closed}}",
        seed=3,
    )


def a_line_that_others_use() -> SampledPlan:
    """Two services and background trains at the gate of one line, which closes for a while and opens by hours at first."""
    b = PlanBuilder(period_s=300)
    nights = [(0, 1000), (30, 0), (60, 1000), (90, 0), (120, 1000), (150, 0), (200, 500)]
    line = b.gate(8, nights, background=(2, 19, 33, 34, 71, 95, 140, 141, 160, 180, 207, 222, 290, 299))
    ordinary = b.service((GATE, line), (RUN, b.leg(), [12, 17]), capacity=2, rule=held(6))
    express = b.service(
        (GATE, line), (RUN, b.leg(), 9), capacity=2, rule=timetable(20, 80, 170, 230), express=True
    )
    b.options(b.chain(ordinary))
    b.options(b.chain(express))
    for i, release_s in enumerate((0, 1, 13, 28, 31, 64, 79, 100, 133, 155, 190, 229)):
        b.consignment(release_s, options=int(i % 3 == 2))
    return b.plan()


GOLDEN = {
    "closed-border": a_closed_border,
    "shared-line": a_line_that_others_use,
    "tiny-world": six_days_of_the_tiny_world,
}


def as_csv(log: EventLog) -> str:
    """A log as CSV, with names for kinds, places and causes."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(ROW.names)
    tables = {"kind": EventKind, "place_kind": PlaceKind, "cause": Cause}
    for row in log.rows.tolist():
        named = zip(ROW.names, row, strict=True)
        rows.writerow(
            [tables[name](value).label if name in tables and value >= 0 else value for name, value in named]
        )
    return out.getvalue()


def golden(name: str) -> Path:
    """Where an expected log is kept."""
    return TESTS / "golden" / f"{name}.csv"


if __name__ == "__main__":
    for name, world in GOLDEN.items():
        golden(name).write_text(as_csv(run(world())), encoding="utf-8")
