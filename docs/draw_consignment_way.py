"""Draw the way of a consignment: where it can wait and why, and one consignment of a tiny world hour by hour.

`make pictures` writes docs/images/consignment-way.svg.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.contract import Cause, EventKind
from sim.engine import simulate
from sim.model import Scenario, cross_check
from sim.sampling import Sampler
from sim.views.page import page, paper, save, settle
from sim.views.style import CAUSES, FAINT, GREY, INK

HOUR_S = 3_600
STAGES: dict[str, tuple[str, ...]] = {
    "origin\nterminal": ("policy", "vehicle", "load", "weather", "closure"),
    "gate": ("path", "hours", "closure"),
    "leg": ("running", "sailing", "closure"),
    "border\nstation": ("crane", "customs", "hours", "closure"),
    "check-\npoint": ("policy", "vehicle"),
    "gauge change\nor port": ("path", "crane", "gauge_change", "port", "hours", "closure"),
    "yard, next\nservice": ("vehicle", "load", "weather", "closure"),
    "destination\nterminal": ("path", "crane", "terminal", "hours", "closure"),
}
"""What a consignment meets, and on what time can go there."""
WORLD = """
schema: 1
title: Two services and everything on their way
network: none
period: {start: "2025-01-01", length: 8 d}
railways: {r: {name: R, speed: 1000 km/day, tariff: 0.2 USD/FEU-km, emissions: 19 g/t-km}}
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal, terminal: {}}
  b: {name: B, country: CN, position: [45, 90], kind: border, border: {capacity: 6 trains/day, time: 5 h, servers: 1}}
  k: {name: K, country: KZ, position: [45, 80], kind: gauge-change, gauge_change: {time: 8 h, servers: 1}}
  d: {name: D, country: DE, position: [51, 10], kind: terminal, terminal: {time: 4 h, hours: "08:00-20:00"}}
legs:
  a-b: {between: [a, b], mode: rail, gauge: 1435, length: 400 km, railway: r, running_time: 8 h}
  b-k: {between: [b, k], mode: rail, gauge: 1435, length: 200 km, railway: r, running_time: 5 h}
  k-d: {between: [k, d], mode: rail, gauge: 1520, length: 900 km, railway: r, running_time: 20 h}
fleets: {sets: {between: [k, d], vehicles: 2, empty_return: {after: 1 h, time: 20 h}}}
services:
  first: {route: [a, b, k], gauge: 1435, capacity: 3 TEU, dispatch: {when: full}}
  second: {route: [k, d], gauge: 1520, capacity: 2 TEU, fleet: sets, dispatch: {when: full}}
corridors: {rail: {title: Rail}}
chains: {by-rail: {corridor: rail, services: [first, second]}}
cargo: {goods: {title: goods, hs: ["84"], time_value: 80 USD/FEU-day}}
flows: {a-d: {origin: a, destination: d, volume: 12 TEU/day, consignment: 1 TEU, cargo: {goods: 100 %}, mass: 15 t/FEU,
        deadline: 2 d, routing: {shares: {by-rail: 100 %}}}}
disruptions: {closure: {at: {id: b-k}, from: "2025-01-01T20:00", lasts: 9 h, effect: closed}}
"""
CONSIGNMENT = 4


@dataclass(frozen=True)
class Span:
    """Time of a consignment on one cause, in seconds from the period's start."""

    cause: str
    from_s: int
    until_s: int


def world() -> Scenario:
    """Two services, a gate, three stations, a small fleet and a short closure."""
    made = Scenario.model_validate(yaml.safe_load(WORLD))
    assert not cross_check(made), cross_check(made)
    return made


def spans_of(consignment: int) -> list[Span]:
    """On what the time of a delivered consignment went, in order, by the log of the engine.

    Within one wait, causes that ended in the same second are laid one after the other: their order is not told.
    """
    timed = {EventKind.WAITED, EventKind.FINISHED, EventKind.ARRIVED, EventKind.CLEARED}
    spans: list[Span] = []
    trip, since_s = -1, 0
    for row in simulate(Sampler(world()).plan(0)).rows.tolist():
        time_s, kind, who, of_trip, _, _, cause, span_s, _ = row
        if who == consignment and kind == EventKind.RELEASED:
            since_s = time_s
        mine = who == consignment or (who < 0 and of_trip == trip >= 0)
        if mine and kind in timed and span_s:
            spans.append(Span(Cause(cause).name.lower(), since_s, since_s + span_s))
            since_s += span_s
        if who == consignment and kind in (EventKind.BOARDED, EventKind.UNLOADED):
            trip = of_trip if kind == EventKind.BOARDED else -1
    return spans


def draw(stem: Path, formats: Sequence[str] = ("svg",)) -> list[Path]:
    """Write the picture; returns its paths."""
    from matplotlib.patches import Patch

    shown = [cause for cause in CAUSES if any(cause in causes for causes in STAGES.values())]
    legend: dict[str, Any] = {
        CAUSES[cause].label: Patch(
            facecolor=CAUSES[cause].colour,
            hatch=CAUSES[cause].hatch,
            edgecolor=CAUSES[cause].line,
            linewidth=0,
        )
        for cause in shown
    }
    with paper():
        figure, axes = page(
            "The way of a consignment, and on what its time goes",
            "Above: what a consignment meets, and the causes that time there can have; what is between grey terminals may come often, "
            "or not at all. Below: one consignment of a tiny world with a fleet of two vehicles and a closure of nine hours, computed by "
            "the engine.",
            panels=2, columns=1, panel_in=1.55, legend=legend,
        )  # fmt: skip
        _way(axes[0])
        _hours(axes[1])
        return save(settle(figure), stem, formats)


def _way(ax: Any) -> None:
    standing = ("origin\nterminal", "yard, next\nservice")
    for i, (name, causes) in enumerate(STAGES.items()):
        box = {
            "boxstyle": "round,pad=0.25",
            "facecolor": FAINT if name in standing else "white",
            "edgecolor": GREY,
        }
        ax.text(i, 1.0, name, ha="center", va="center", fontsize=6.5, bbox=box | {"linewidth": 0.6})
        for k, cause in enumerate(causes):
            look = CAUSES[cause]
            ax.bar(
                i - 0.14 * (len(causes) - 1) / 2 + 0.14 * k, 0.42, 0.13, 0.08,
                color=look.colour, hatch=look.hatch, edgecolor=look.line, linewidth=0,
            )  # fmt: skip
        if i:
            arrow = {"arrowstyle": "->", "color": CAUSES["running"].colour, "linewidth": 1.2}
            ax.annotate("", (i - 0.36, 0.66), (i - 0.64, 0.66), arrowprops=arrow)
    ax.set_xlim(-0.5, len(STAGES) - 0.5)
    ax.set_ylim(0, 1.3)
    ax.axis("off")


def _hours(ax: Any) -> None:
    spans = spans_of(CONSIGNMENT)
    begin_s = spans[0].from_s
    for span in spans:
        look, from_h = CAUSES[span.cause], (span.from_s - begin_s) / HOUR_S
        hours = (span.until_s - span.from_s) / HOUR_S
        ax.barh(0, hours, 0.5, from_h, color=look.colour, hatch=look.hatch, edgecolor=look.line, linewidth=0)
        if hours > 1.2:
            ax.text(
                from_h + hours / 2, 0.32, f"{hours:.1f}", ha="center", va="bottom", fontsize=6.5, color=INK
            )
    ax.set_xlim(0, (spans[-1].until_s - begin_s) / HOUR_S)
    ax.set_ylim(-0.5, 0.7)
    ax.set_yticks([])
    ax.grid(visible=False)
    ax.set_xlabel("Hours from release to delivery")


if __name__ == "__main__":
    print(*draw(Path(__file__).parent / "images" / "consignment-way"))
