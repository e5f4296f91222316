"""Maps and graphs of one direction, and the weeks of a shock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from shown_runs import said

from sim.results import Run
from sim.stats.struck import LEAST_USUAL, too_few, without_weeks_of_few
from sim.views import draw
from sim.views.recovery import recovery_figure
from sim.views.titles import chain_title


def test_time_over_distance_shows_one_direction_and_says_how_to_get_the_other(shut: Run) -> None:
    figure = draw("time-distance", [shut])
    assert said(figure, "title").endswith(": westbound")
    assert (
        "Only westbound freight, of which there is more; for the other way: --direction eastbound."
        in said(figure, "caption")
    )
    west, east = (
        lon_of_ends(shut, draw("time-distance", [shut], direction=way)) for way in ("westbound", "eastbound")
    )
    assert west and east
    assert all(start > end for start, end in west) and all(start < end for start, end in east)
    assert lon_of_ends(shut, figure) == west


def lon_of_ends(run: Run, figure: Figure) -> list[tuple[float, float]]:
    """Degrees east of where the chains drawn begin and end."""
    network = run.network
    titles = {chain_title(network, name): network.services_of(name) for name in network.chains}
    found = []
    for ax in figure.axes[::2]:
        services = titles[ax.get_title(loc="left").replace("\n", " ")]
        ends = services[0].route[0], services[-1].route[-1]
        found.append((network.facilities[ends[0]].lon, network.facilities[ends[1]].lon))
    return found


def test_the_longest_stops_are_named_beside_the_curves(shut: Run) -> None:
    left = draw("time-distance", [shut]).axes[0]
    assert {text.get_text().rsplit(" ", 2)[0] for text in left.texts} >= {
        "Alashankou / Dostyk",
        "Brest / Malaszewicze",
    }


def test_the_map_names_cities_and_what_is_closed_as_far_as_there_is_room(shut: Run) -> None:
    (ax,) = draw("map", [shut]).axes
    names = [text.get_text() for text in ax.texts]
    assert {"Xi'an", "Chongqing", "Lodz", "Brest", "Malaszewicze"} <= set(names)
    assert len(names) == len(set(names)) <= 34


def test_small_corridors_are_left_out_of_time_over_distance_and_named(shut: Run) -> None:
    figure = draw("time-distance", [shut])
    drawn = {ax.get_title(loc="left").replace("\n", " ") for ax in figure.axes[::2]}
    (listed,) = re.findall(
        r"Not shown, fewer than 10 consignments a replication: (.*?); --chain draws", said(figure, "caption")
    )
    small = listed.split("; ")
    assert small and not drawn & set(small)
    freight = shut.table("consignments", ["chain", "measured", "status"])
    counts = freight[freight["measured"] & (freight["status"] == "delivered")]["chain"].value_counts()
    titles = {chain_title(shut.network, name): name for name in shut.network.chains}
    assert all(counts.get(titles[one], 0) < 20 for one in small)
    assert all(counts[titles[one]] >= 20 for one in drawn)
    alone = draw("time-distance", [shut], chain=titles[small[0]])
    assert said(alone, "title").endswith(f"{small[0]}") and len(alone.axes) in (1, 2)


def delays(usual: dict[str, float]) -> pd.DataFrame:
    rows = [
        {"corridor": name, "direction": "all", "week": week, "delay": 1.0 + week, "low": 0.5, "high": 9.0, "teu": 10.0,
         "usual": count, "replications": 5, "lower_bound": False}
        for name, count in usual.items() for week in range(4)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def weeks_of(names: list[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        for run in ("with", "without"):
            for week in range(4):
                yield {
                    "run": run,
                    "corridor": name,
                    "direction": "all",
                    "week": week,
                    "teu": 50.0,
                    "replications": 5,
                }


def test_a_corridor_of_a_few_consignments_a_week_has_no_line_in_the_delays_and_the_caption_says_so() -> None:
    table = delays({"all": 500.0, "big": LEAST_USUAL, "few": LEAST_USUAL - 0.5})
    start = datetime(2025, 9, 1, tzinfo=UTC)
    figure = recovery_figure(
        pd.DataFrame(weeks_of(["all", "big", "few"])), table, [("Strike", start, start + timedelta(days=5))],
        "Before, during and after\nstrike: A strike", {"big": "The big one", "few": "The small one"},
    )  # fmt: skip
    above, below = figure.axes
    assert len(above.lines) == 1 and len(below.lines) == 4
    assert f"No delay of The small one: a usual week has fewer than {LEAST_USUAL} consignments." in said(
        figure, "caption"
    )
    assert said(figure, "scenario") == "strike: A strike"
    assert "The big one" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert too_few(table) == [("few", "all")]


def test_peak_and_recovery_of_a_corridor_of_a_few_are_missing_and_its_area_is_not() -> None:
    measures = ("delay.peak", "delay.peak_week", "recovery.time", "delay.area", "diverted", "refused")
    rows = [(name, "all", measure, 3.0, True) for name in ("big", "few") for measure in measures]
    values = pd.DataFrame(rows, columns=["corridor", "direction", "measure", "value", "lower_bound"])
    found = without_weeks_of_few(values, [("few", "all")]).set_index(["corridor", "measure"])
    assert found.loc["big", "value"].notna().all() and found.loc["big", "lower_bound"].all()
    missing = found.loc["few"]["value"].isna()
    assert [name for name in measures if missing[name]] == ["delay.peak", "delay.peak_week", "recovery.time"]
    assert not found.loc["few"].loc["recovery.time", "lower_bound"]
