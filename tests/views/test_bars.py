"""Stacked bars show the numbers of their tables: where the time went, and which corridor freight takes."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.views import where_time_went
from sim.views.shares import REFUSED_FILL, corridor_fills, corridor_share
from sim.views.style import CORRIDORS


def axes() -> Axes:
    return Figure(figsize=(5, 4)).subplots()


def bars(ax: Axes) -> list[tuple[float, float, float, float]]:
    """Left, bottom, width and height of each bar, in the order in which they were drawn; without those of no size."""
    found = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    boxes = [(bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()) for bar in found]
    return [(round(x, 6), round(y, 6), round(w, 6), round(h, 6)) for x, y, w, h in boxes if w > 0 and h > 0]


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


TIMES = pd.DataFrame(
    [
        ("base", "northern", "customs", 1.5, False),
        ("base", "northern", "running", 8.0, False),
        ("base", "middle", "running", 12.0, True),
        ("base", "middle", "closure", 3.25, True),
    ],
    columns=["scenario", "corridor", "cause", "days", "lower_bound"],
)


def test_causes_lie_end_to_end_in_their_fixed_order_and_the_total_stands_at_the_end() -> None:
    ax = axes()
    where_time_went(TIMES, ax, {"northern": "Northern", "middle": "Middle"})
    assert [(x, w) for x, _, w, _ in bars(ax)] == [(0, 8.0), (0, 12.0), (8.0, 1.5), (12.0, 3.25)]
    assert words(ax) == ["9.5 d", "≥ 15.2 d"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Northern", "Middle"]
    assert ax.get_xlim() == (0, pytest.approx(1.1 * 15.25))


def test_parts_of_one_cause_are_one_bar_and_a_cause_that_nobody_has_is_not_in_the_legend() -> None:
    ax = axes()
    twice = pd.concat([TIMES.head(2), TIMES.head(1)]).drop(columns="lower_bound")
    where_time_went(twice, ax)
    assert [(x, w) for x, _, w, _ in bars(ax)] == [(0, 8.0), (8.0, 3.0)]
    assert ax.get_legend_handles_labels()[1] == ["running", "customs"]
    assert words(ax) == ["11.0 d"]


def test_scenarios_stand_under_their_corridor_when_there_are_several() -> None:
    ax = axes()
    other = TIMES.assign(scenario="shock", days=TIMES["days"] * 2)
    where_time_went(pd.concat([TIMES, other]), ax, {"northern": "Northern"})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["base", "shock"] * 2
    assert words(ax) == ["9.5 d", "19.0 d", "≥ 15.2 d", "≥ 30.5 d", "Northern", "middle"]


def shares_of(*spells: tuple[str, float, dict[str, float]], width_d: int = 30) -> pd.DataFrame:
    """Spells, each with its date, its TEU and the share of each corridor in percent."""
    rows = [
        (i, datetime.fromisoformat(date), width_d, teu, corridor, share)
        for i, (date, teu, shares) in enumerate(spells)
        for corridor, share in shares.items()
    ]
    return pd.DataFrame(rows, columns=["spell", "date", "width_d", "teu", "corridor", "share"])


MONTHS = shares_of(
    ("2025-01-01", 950, {"northern": 75.0, "middle": 25.0}),
    ("2025-02-01", 1250, {"northern": 40.0, "refused": 60.0}),
)
FILLS = corridor_fills(["refused", "middle", "northern"])


def test_shares_of_a_spell_are_stacked_in_the_order_of_the_fills_with_refused_freight_on_top() -> None:
    ax = axes()
    corridor_share(MONTHS, ax, FILLS)
    assert [(y, h) for _, y, _, h in bars(ax)] == [(0, 75.0), (0, 40.0), (75.0, 25.0), (40.0, 60.0)]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2025-01\n950", "2025-02\n1.2k"]
    assert ax.get_xlabel().startswith("Month of release")


def test_weeks_are_named_by_their_first_day_and_the_year_stands_below() -> None:
    ax = axes()
    corridor_share(
        shares_of(("2025-03-03", 10, {"middle": 100.0}), width_d=7), ax, corridor_fills(["middle"])
    )
    assert [label.get_text() for label in ax.get_xticklabels()] == ["03-03\n10"]
    assert ax.get_xlabel().startswith("First day of the week, 2025, of release")


def test_only_so_many_spells_are_named_as_find_room() -> None:
    ax = axes()
    months = [(f"2025-{month:02}-01", 1, {"middle": 100.0}) for month in range(1, 13)]
    corridor_share(shares_of(*months), ax, corridor_fills(["middle"]), labels=5)
    assert [label.get_text()[:7] for label in ax.get_xticklabels()] == [
        "2025-01",
        "2025-04",
        "2025-07",
        "2025-10",
    ]


def test_spells_in_which_something_is_disrupted_have_a_line_over_them() -> None:
    ax = axes()
    corridor_share(MONTHS.assign(disrupted=MONTHS["spell"] == 1), ax, FILLS)
    (lines,) = ax.collections
    assert [segment.tolist() for segment in lines.get_segments()] == [[[0.5, 103.0], [1.5, 103.0]]]


def test_a_table_without_spells_is_an_empty_picture() -> None:
    ax = axes()
    corridor_share(MONTHS.head(0), ax, {})
    assert bars(ax) == []
    assert ax.get_xlabel().startswith("Time of release")


def test_fills_stand_in_the_order_of_every_picture_in_the_colours_of_the_corridors() -> None:
    fills = corridor_fills(["refused", "zeta", "middle", "northern", "alpha"])
    assert list(fills) == ["northern", "middle", "alpha", "zeta", "refused"]
    assert fills["refused"] == REFUSED_FILL
    assert all(fills[name].colour == CORRIDORS[name].colour for name in ("northern", "middle"))
    assert "refused" not in corridor_fills(["northern"])


def test_no_two_known_corridors_and_up_to_four_others_have_one_colour_and_hatch() -> None:
    fills = corridor_fills([*CORRIDORS, "p", "q", "r", "s"])
    looks = {(fill.colour, fill.hatch) for fill in fills.values()}
    assert len(looks) == len(fills) == len(CORRIDORS) + 4
