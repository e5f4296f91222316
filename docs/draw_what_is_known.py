"""Draw what is known of a closure, when, and what shippers do then: a tiny world, run by the reference engine.

`make pictures` writes docs/images/what-is-known.svg.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from sim.contract import EventKind, SampledPlan
from sim.contract.choice import expected
from sim.engine.reference import World
from sim.model import Scenario, cross_check
from sim.sampling import Sampler
from sim.views.page import page, paper, save, settle
from sim.views.style import CAUSES, GREY, GROUND, INK, SHADE

DAY_S = 86_400
DAYS = 63
BULLETIN_D, FEEDER_D = 7, 2
ANNOUNCED_D, CLOSED_D, TOLD_END_D, REVISED_D, OPENS_D = 17, 19, 22, 23, 29
"""Days: the closure is announced, begins, should end as first told, is announced anew, ends."""
BELOW_WORDS, ABOVE_ALL = 1.06, 1.45
"""Heights in the upper panel, as shares of the longest delay: what is announced stands between them."""
BORDER, ROUND = "by-border", "round"
WORLD = f"""
schema: 1
title: A border and a way round it
network: none
period: {{start: "2025-01-01", length: {DAYS} d}}
railways: {{r: {{name: R, speed: 1000 km/day, tariff: 0.1 USD/FEU-km, emissions: 19 g/t-km}}}}
facilities:
  a: {{name: A, country: CN, position: [40, 100], kind: terminal, terminal: {{}}}}
  m: {{name: M, country: KZ, position: [45, 80], kind: terminal, terminal: {{}}}}
  b: {{name: B, country: RU, position: [50, 60], kind: border, border: {{capacity: 20 trains/day}}}}
  d: {{name: D, country: DE, position: [51, 10], kind: terminal, terminal: {{}}}}
legs:
  a-m: {{between: [a, m], mode: rail, gauge: 1520, length: 2000 km, railway: r, running_time: {FEEDER_D} d}}
  m-b: {{between: [m, b], mode: rail, gauge: 1520, length: 1000 km, railway: r, running_time: 1 d}}
  b-d: {{between: [b, d], mode: rail, gauge: 1520, length: 4000 km, railway: r, running_time: 5 d}}
  m-d: {{between: [m, d], mode: rail, gauge: 1520, length: 7000 km, railway: r, running_time: 9 d}}
services:
  feeder: {{route: [a, m], gauge: 1520, capacity: 1 TEU, dispatch: {{when: full}}}}
  over: {{route: [m, b, d], gauge: 1520, capacity: 1 TEU, dispatch: {{when: full}}}}
  detour: {{route: [m, d], gauge: 1520, capacity: 1 TEU, dispatch: {{when: full}}}}
corridors: {{border: {{title: Border}}, round: {{title: Round}}}}
chains:
  {BORDER}: {{corridor: border, services: [feeder, over]}}
  {ROUND}: {{corridor: round, services: [feeder, detour]}}
cargo: {{goods: {{title: goods, hs: ["84"], time_value: 300 USD/FEU-day}}}}
flows: {{a-d: {{origin: a, destination: d, volume: 24 TEU/day, consignment: 1 TEU, cargo: {{goods: 100 %}}, mass: 15 t/FEU,
        deadline: 12 d, routing: {{shares: {{{BORDER}: 75 %, {ROUND}: 25 %}}}}}}}}
choice: {{routing: adaptive, bulletin: {BULLETIN_D} d, scale_westbound: 700 USD/FEU, open_end: 10 d}}
disruptions:
  closure:
    at: {{id: b}}
    from: "2025-01-{CLOSED_D + 1}"
    lasts: {OPENS_D - CLOSED_D} d
    effect: closed
    announced: {{before: {CLOSED_D - ANNOUNCED_D} d, lasts: {TOLD_END_D - CLOSED_D} d,
                revisions: [{{after: {REVISED_D - CLOSED_D} d, lasts: {OPENS_D - CLOSED_D} d}}]}}
"""


@dataclass
class Story:
    """What the run tells: seconds and values by consignment, in order of release.

    `reckoned_s`: the delay at the border that its shipper reckons with at its release; `true_s`: the delay there of those
    that went by the border, by second of release; `by_border`: whether the border is chosen at release; `rerouted`:
    (second, chain taken) at M.
    """

    reckoned_s: list[tuple[int, int]] = field(default_factory=list)
    true_s: list[tuple[int, int]] = field(default_factory=list)
    by_border: list[tuple[int, bool]] = field(default_factory=list)
    rerouted: list[tuple[int, int]] = field(default_factory=list)


class Watched(World):
    """The reference engine, asked at every release what its shippers reckon with."""

    def __init__(self, plan: SampledPlan) -> None:
        super().__init__(plan)
        self.free_s = expected(self.plan, self.known, 0, 0, 0)[1]
        self.story = Story()

    def release(self, c: int) -> None:
        """Note down what is reckoned with, then release."""
        expected_s = expected(self.plan, self.known, 0, 0, self.now)[1]
        self.story.reckoned_s.append((self.now, expected_s - self.free_s))
        super().release(c)


def world() -> Scenario:
    """The border, the way round and the closure."""
    made = Scenario.model_validate(yaml.safe_load(WORLD))
    assert not cross_check(made), cross_check(made)
    return made


@cache
def story() -> Story:
    """Run the world; what was reckoned with, what was true and what was chosen."""
    plan = Sampler(world()).plan(0)
    watched = Watched(plan)
    log = watched.run()
    told, free_s = watched.story, watched.free_s
    rerouted = set()
    for row in log.rows.tolist():
        time_s, kind, c, *_, place, _, _, _ = row
        if kind == EventKind.RELEASED:
            told.by_border.append((time_s, place == 0))
        elif kind == EventKind.REROUTED:
            rerouted.add(c)
            told.rerouted.append((time_s, place))
        elif kind == EventKind.DELIVERED and place == 0 and c not in rerouted:
            release_s = int(plan.release_s[c])
            told.true_s.append((release_s, time_s - release_s - free_s))
    told.true_s.sort()
    return told


def daily(times_s: Sequence[int]) -> list[int]:
    """How many of these seconds lie in each day."""
    counts = [0] * DAYS
    for time_s in times_s:
        counts[time_s // DAY_S] += 1
    return counts


def draw(stem: Path, formats: Sequence[str] = ("svg",)) -> list[Path]:
    """Write the picture; returns its paths."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    told = story()
    border, detour = CAUSES["running"].colour, CAUSES["policy"].colour
    legend: dict[str, Any] = {
        "border closed": Patch(facecolor=GREY, alpha=SHADE),
        "bulletin": Line2D([], [], color=GREY, linestyle=":", linewidth=1),
        "reckoned with": Line2D([], [], color=INK, linewidth=1.4),
        "true": Line2D([], [], color=CAUSES["closure"].colour, linewidth=1.4, linestyle="--"),
        "border, at release": Patch(facecolor=border),
        "way round, at release": Patch(facecolor=detour),
        "rerouted at M, either way": Line2D([], [], color=INK, linewidth=1),
    }
    with paper():
        figure, axes = page(
            "What is known of a closure, and what shippers do",
            "24 boxes a day go from A by a terminal M, two days away, and then by a border B or round it, two days longer. Above: the "
            "delay at B that the shipper of a box released on that day reckons with, and the mean delay that boxes which kept "
            "to B then had. Below: what is taken. Computed by the reference engine.",
            panels=2, columns=1, panel_in=1.9, legend=legend,
        )  # fmt: skip
        _delays(axes[0], told)
        _choices(axes[1], told, border, detour)
        for ax, high in zip(axes, (BELOW_WORDS / ABOVE_ALL, 1.0), strict=True):
            ax.axvspan(CLOSED_D, OPENS_D, color=GREY, alpha=SHADE, linewidth=0, zorder=0, gid=GROUND)
            for day in range(BULLETIN_D, DAYS, BULLETIN_D):
                ax.axvline(day, ymax=high, color=GREY, linestyle=":", linewidth=1)
            ax.set_xlim(0, DAYS)
            ax.set_xticks(range(0, DAYS + 1, BULLETIN_D))
        axes[1].set_xlabel("Days")
        return save(settle(figure), stem, formats)


def _delays(ax: Any, told: Story) -> None:
    true = [(day, sum(ds) / len(ds) / DAY_S) for day in range(DAYS) if (ds := _of_day(told.true_s, day))]
    reckoned = _corners([(a / DAY_S, b / DAY_S) for a, b in told.reckoned_s])
    for points, colour, style in ((true, CAUSES["closure"].colour, "--"), (reckoned, INK, "-")):
        days, delays = zip(*points, strict=True)
        ax.plot(days, delays, color=colour, linestyle=style, linewidth=1.4, drawstyle="steps-post")
    top = max(delay for _, delay in (*true, *reckoned))
    for day, text, side, height in (
        (ANNOUNCED_D, f"announced: {CLOSED_D} to {TOLD_END_D}", "right", 1.16),
        (TOLD_END_D, "told end is past", "right", 1.36),
        (REVISED_D, f"announced: until {OPENS_D}", "left", 1.36),
        (OPENS_D, "open", "left", 1.16),
    ):
        ax.plot((day, day), (0, height * top), color=INK, linewidth=0.5)
        shift = 0.4 if side == "left" else -0.4
        ax.text(day + shift, height * top, text, fontsize=7, va="center", ha=side)
    ax.set_ylim(0, ABOVE_ALL * top)
    ax.set_ylabel("Delay at B (days)")


def _of_day(points: Sequence[tuple[int, int]], day: int) -> list[int]:
    return [value for time_s, value in points if time_s // DAY_S == day]


def _corners(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of a step function without those that change nothing, but the last."""
    kept = [point for before, point in pairwise(points) if f"{before[1]:.2f}" != f"{point[1]:.2f}"]
    return [points[0], *kept, points[-1]]


def _choices(ax: Any, told: Story, border: str, detour: str) -> None:
    taken = [daily([t for t, by_border in told.by_border if by_border is way]) for way in (True, False)]
    both = [one + other for one, other in zip(*taken, strict=True)]
    edges = range(DAYS + 1)
    ax.stairs(both, edges, fill=True, color=detour)
    ax.stairs(taken[0], edges, fill=True, color=border)
    turned = daily([time_s for time_s, _ in told.rerouted])
    ax.stairs(turned, edges, color=INK, linewidth=1)
    ax.set_ylabel("Boxes a day")


if __name__ == "__main__":
    print(*draw(Path(__file__).parent / "images" / "what-is-known"))
