"""Draw what a disruption does to work in progress: five trains of a tiny world, run by the engine.

`make pictures` writes docs/images/work-in-progress.svg.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from sim.contract import OPEN, Calendar, EventKind, SampledPlan
from sim.engine import simulate
from sim.model import Scenario, cross_check
from sim.sampling import Sampler
from sim.views.page import page, paper, save, settle
from sim.views.style import CAUSES, GREY, GROUND, INK, SHADE

HOUR_S = 3_600
FROM_H, UNTIL_H = 12, 18
TRAINS = {
    "running": 1,
    "being handled": 6,
    "waiting at the gate": 7,
    "running to the gate": 11,
    "not yet departed": 13,
}
"""What each train does when the disruption begins, and the hour of its departure."""
EFFECTS = {
    "no disruption": None,
    "effect: closed": "closed",
    "effect: {rate: 50 %}": {"rate": "50 %"},
    "effect: {running_time: 200 %}": {"running_time": "200 %"},
}
WORLD = """
schema: 1
title: One line with a border
network: none
period: {start: "2025-01-01", length: 2 d}
railways: {r: {name: R, speed: 1000 km/day, tariff: 0.2 USD/FEU-km, emissions: 19 g/t-km}}
facilities:
  a: {name: A, country: KZ, position: [45, 80], kind: terminal, terminal: {}, tags: [line]}
  b: {name: B, country: RU, position: [50, 60], kind: border, tags: [line],
      border: {capacity: 8 trains/day, time: 270 min, servers: 3}}
  c: {name: C, country: DE, position: [51, 10], kind: terminal, terminal: {}}
legs:
  a-b: {between: [a, b], mode: rail, gauge: 1520, length: 200 km, railway: r, running_time: 4 h, tags: [line]}
  b-c: {between: [b, c], mode: rail, gauge: 1520, length: 200 km, railway: r, running_time: 5 h, tags: [line]}
corridors: {rail: {title: Rail}}
cargo: {goods: {title: goods, hs: ["84"], time_value: 80 USD/FEU-day}}
flows: {a-c: {origin: a, destination: c, volume: 1 TEU/year, consignment: 1 TEU, cargo: {goods: 100 %}, mass: 15 t/FEU,
        deadline: 2 d, routing: {shares: {by-1: 100 %}}}}
"""


@dataclass(frozen=True)
class Span:
    """What a train does from one second until another, and at which rate (permille) the place works then."""

    train: int
    what: str
    from_s: int
    until_s: int
    rate: int


def world(effect: object) -> Scenario:
    """The line with one timetabled service for each train, and a disruption of all of it from hour 12 until 18."""
    tree = yaml.safe_load(WORLD)
    tree["services"] = {
        f"train-{i}": {
            "route": ["a", "b", "c"], "gauge": 1520, "capacity": "40 TEU",
            "dispatch": {"when": "timetable", "every": "2 d", "first": f"{first_h} h"},
        }
        for i, first_h in enumerate(TRAINS.values(), 1)
    }  # fmt: skip
    tree["chains"] = {f"by-{i}": {"corridor": "rail", "services": [f"train-{i}"]} for i in range(1, 6)}
    if effect is not None:
        tree["disruptions"] = {
            "event": {
                "at": {"tag": "line"}, "from": f"2025-01-01T{FROM_H}:00", "lasts": f"{UNTIL_H - FROM_H} h",
                "effect": effect,
            }
        }  # fmt: skip
    made = Scenario.model_validate(tree)
    assert not cross_check(made), cross_check(made)
    return made


def spans_of(effect: object) -> list[Span]:
    """What every train does when, by the log of the engine and the calendars of its plan."""
    plan = Sampler(world(effect)).plan(0)
    since_s = [hour * HOUR_S for hour in TRAINS.values()]
    spans = []
    for row in simulate(plan).rows.tolist():
        time_s, kind, _, trip, _, place, *_ = row
        if trip < 0 or kind not in _DOING:
            continue
        if time_s > since_s[trip]:
            what, calendar = _DOING[kind], _calendar(plan, kind, place)
            spans += [Span(trip, what, *piece) for piece in _pieces(since_s[trip], time_s, calendar)]
        since_s[trip] = time_s
    return spans


_DOING = {
    EventKind.DEPARTED: "load",
    EventKind.PASSED: "path",
    EventKind.STARTED: "crane",
    EventKind.FINISHED: "customs",
    EventKind.ARRIVED: "running",
}
"""What a train has been doing, by the event that ends it, as a cause of the pictures."""


def _calendar(plan: SampledPlan, kind: int, place: int) -> Calendar:
    numbers = {
        EventKind.DEPARTED: plan.service_calendar,
        EventKind.PASSED: plan.gate_calendar,
        EventKind.ARRIVED: plan.leg_calendar,
    }.get(EventKind(kind), plan.station_rate)
    return Calendar(plan, int(numbers[place]))


def _pieces(from_s: int, until_s: int, calendar: Calendar) -> list[tuple[int, int, int]]:
    """(from_s, until_s, rate) of a span, cut where the rate changes."""
    cuts = [from_s, *(at_s for at_s in calendar.at_s if from_s < at_s < until_s), until_s]
    return [(a, b, calendar.now(a)) for a, b in pairwise(cuts)]


def draw(stem: Path, formats: Sequence[str] = ("svg",)) -> list[Path]:
    """Write the picture; returns its paths."""
    from matplotlib.patches import Patch

    looks = {
        "running": CAUSES["running"].colour,
        "being handled": CAUSES["customs"].colour,
        "waiting for its turn": CAUSES["path"].colour,
        "paused by the closure": CAUSES["closure"].colour,
    }
    legend: dict[str, Any] = {label: Patch(facecolor=colour) for label, colour in looks.items()}
    legend["going on slowly"] = Patch(facecolor="white", hatch="//////", edgecolor=INK, linewidth=0.5)
    legend["disruption"] = Patch(facecolor=GREY, alpha=SHADE)
    with paper():
        figure, axes = page(
            "What a disruption does to work in progress",
            "Five trains on one line, told apart by what they do when the disruption begins at 12 h: a leg of 4 h, a gate with a "
            "headway of 3 h, a station that works 4.5 h, a leg of 5 h. Numbers: when each arrives. Computed by the engine. A "
            "closure pauses running, handling and the gate's headway, and keeps trains from departing; work goes on where it "
            "was. A slow-down stretches what is left; so does a longer running time, on legs only.",
            panels=len(EFFECTS), columns=2, panel_in=2.0, legend=legend,
        )  # fmt: skip
        for (title, effect), ax, i in zip(EFFECTS.items(), axes, range(4), strict=True):
            _panel(ax, spans_of(effect), shaded=effect is not None)
            ax.set_title(title)
            ax.set_yticks(range(len(TRAINS)), list(TRAINS) if i % 2 == 0 else [""] * len(TRAINS))
            ax.set_xlabel("Hours" if i > 1 else "")
        return save(settle(figure), stem, formats)


def _panel(ax: Any, spans: list[Span], *, shaded: bool) -> None:
    if shaded:
        ax.axvspan(FROM_H, UNTIL_H, color=GREY, alpha=SHADE, linewidth=0, zorder=0, gid=GROUND)
    for span in spans:
        from_h, hours = span.from_s / HOUR_S, (span.until_s - span.from_s) / HOUR_S
        cause = CAUSES["closure" if span.rate == 0 else span.what]
        hatch = "//////" if 0 < span.rate < OPEN else ""
        ax.barh(
            span.train, hours, 0.6, from_h, color=cause.colour, hatch=hatch, edgecolor="white", linewidth=0.4
        )
    for train in range(len(TRAINS)):
        end_h = max(span.until_s for span in spans if span.train == train) / HOUR_S
        ax.text(end_h + 0.4, train, f"{end_h:g}", va="center", fontsize=7)
    ax.invert_yaxis()
    ax.set_xlim(0, 38)
    ax.set_xticks(range(0, 37, 6))
    ax.grid(axis="y", visible=False)


if __name__ == "__main__":
    print(*draw(Path(__file__).parent / "images" / "work-in-progress"))
