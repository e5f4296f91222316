"""Pictures of a run of one line: what is drawn is what the tables say, point by point."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from in_process import ended, refused
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from where import CASES

from sim.results import Run, read_run
from sim.stats import box_numbers, busiest_queues, ecdf_band, where_time_went
from sim.views import PLOTS, draw, save

DAY_S = 86_400
KM, USD = 1_000, 500


@pytest.fixture(scope="module")
def run(line_run: Path) -> Run:
    return read_run(line_run)


def words(figure: Figure) -> str:
    """All the text of a figure."""
    parts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return " ".join(text.get_text() for text in parts)


def test_the_curve_is_that_of_the_table(run: Run) -> None:
    (axes,) = draw("transit-cdf", [run]).axes
    (curve,) = axes.lines
    table = ecdf_band(run.table("consignments"))
    assert curve.get_xdata() == pytest.approx(table["transit_days"].to_numpy())
    assert curve.get_ydata() == pytest.approx(table["share"].to_numpy())
    assert axes.get_xlabel() == "Transit time (days)"
    assert axes.get_ylabel() == "Delivered (% of TEU)"


def test_the_box_has_the_middle_half_and_the_median_of_the_table(run: Run) -> None:
    (axes,) = draw("transit-box", [run]).axes
    days = box_numbers(run.table("consignments")).set_index("quantile")["days"]
    (box,) = axes.patches
    left, right = box.get_extents().transformed(axes.transData.inverted()).intervalx
    assert left == pytest.approx(days[0.25], abs=0.02)
    assert right == pytest.approx(days[0.75], abs=0.02)
    assert "1.0" in words(axes.figure)  # type: ignore[arg-type]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["C"]


def test_the_bar_is_as_long_as_the_mean_transit_time_and_its_parts_are_the_causes(run: Run) -> None:
    (axes,) = draw("where-time-went", [run]).axes
    table = where_time_went(run.table("consignments"))
    parts = sorted(patch.get_width() for patch in axes.patches)
    assert sum(parts) == pytest.approx(table["days"].sum())
    assert parts[-1] == pytest.approx(table.loc[table["cause"] == "running", "days"].item())
    ends = sorted((patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches)
    assert ends[0][0] == 0
    assert all(before[1] == pytest.approx(after[0]) for before, after in pairwise(ends))


def test_the_queue_is_that_of_the_table_day_by_day(run: Run) -> None:
    (axes,) = draw("queues", [run]).axes
    (curve,) = axes.lines
    table = busiest_queues(run.table("levels"), places=1)
    assert curve.get_ydata() == pytest.approx(table["waiting"].to_numpy())
    assert axes.get_ylabel() == "trains waiting"
    assert len(curve.get_xdata()) == 100


def test_the_map_names_both_ends_of_the_line(run: Run) -> None:
    figure = draw("map", [run])
    named = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"A", "B"} <= named


def test_the_way_of_the_line_ends_after_its_km_its_days_and_its_price(run: Run) -> None:
    time, cost = draw("time-distance", [run]).axes
    freight = run.table("consignments")
    there = freight[freight["measured"] & (freight["status"] == "delivered")]
    means = [
        (one["transit_s"] * one["size_teu"]).sum() / one["size_teu"].sum()
        for _, one in there.groupby("replication")
    ]
    spent = time.lines[0]
    assert (spent.get_xdata()[0], spent.get_xdata()[-1]) == (0, KM)
    assert spent.get_ydata()[-1] == pytest.approx(np.mean(means) / DAY_S)
    (paid,) = cost.lines
    assert (paid.get_xdata()[-1], paid.get_ydata()[-1]) == (KM, USD)
    assert all(after >= before for line in (spent, paid) for before, after in pairwise(line.get_ydata()))


def test_without_waiting_the_way_takes_its_running_and_its_unloading(run: Run) -> None:
    time, _ = draw("time-distance", [run]).axes
    ends = sorted(line.get_ydata()[-1] for line in time.lines if len(line.get_xdata()) > 2)
    assert ends[0] == pytest.approx(25 / 24)


def test_all_freight_of_a_line_goes_by_it_in_every_week(run: Run) -> None:
    (axes,) = draw("corridor-share", [run]).axes
    heights = [patch.get_height() for patch in axes.patches]
    assert len(heights) == 15
    assert heights == pytest.approx([100] * 15)


def test_every_train_of_the_graph_runs_the_line_in_a_day(run: Run) -> None:
    (axes,) = draw("train-graph", [run]).axes
    assert [label.get_text().split() for label in axes.get_yticklabels()] == [["A", "0"], ["B", "1,000"]]
    path = axes.lines[0]
    x, y = np.asarray(path.get_xdata(), float), np.asarray(path.get_ydata(), float)
    moving = np.flatnonzero((y[:-1] == 0) & (y[1:] == KM))
    assert len(moving) > 100
    assert np.diff(x)[moving] == pytest.approx(np.ones(len(moving)))


@pytest.mark.parametrize("kind", PLOTS)
def test_every_picture_names_its_run_and_says_what_it_shows(run: Run, kind: str) -> None:
    figure = draw(kind, [run])
    title, told, name = (text.get_text() for text in figure.texts[:3])
    assert name == "line: One line"
    assert len(title) < 60
    assert len(told) > 60


@pytest.mark.parametrize("kind", ["transit-cdf", "where-time-went", "queues", "corridor-share"])
def test_of_two_runs_both_are_drawn_and_named(run: Run, kind: str, tmp_path: Path) -> None:
    short = ("--set", "period.length=40 d", "--jobs", 1, "--no-plots")
    ended("run", CASES / "line-seed5.yaml", *short, "--out", tmp_path / "other")
    figure = draw(kind, [run, read_run(tmp_path / "other")])
    text = words(figure) + " ".join(
        text.get_text() for legend in figure.legends for text in legend.get_texts()
    )
    text += " ".join(axes.get_title(loc) for axes in figure.axes for loc in ("left", "center"))
    text += " ".join(label.get_text() for axes in figure.axes for label in axes.get_yticklabels())
    assert "line-seed5" in text


@pytest.mark.parametrize("kind", ["transit-cdf", "transit-box", "where-time-went", "corridor-share"])
def test_a_picture_says_how_many_replications_stand_behind_it(run: Run, kind: str) -> None:
    assert "2 replications" in words(draw(kind, [run]))


def test_a_band_of_two_replications_is_not_drawn(run: Run) -> None:
    (axes,) = draw("transit-cdf", [run]).axes
    drawn = [area for one in axes.collections if isinstance(one, PolyCollection) for area in one.get_paths()]
    assert all(not np.isfinite(path.vertices).any() or len(path.vertices) == 0 for path in drawn)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "endings"), [("x", [".png", ".svg"]), ("x.svg", [".svg"]), ("x.pdf", [".pdf"])]
)
def test_a_picture_is_written_as_its_name_ends(
    line_run: Path, tmp_path: Path, stem: str, endings: list[str]
) -> None:
    done = ended("plot", line_run, "--kind", "transit-cdf", "--out", tmp_path / stem)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == endings
    assert all(str(path) in done.output for path in tmp_path.iterdir())


def test_a_picture_has_the_same_bytes_every_time(run: Run, tmp_path: Path) -> None:
    first, second = (save(draw("corridor-share", [run]), tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "queues", "--place", "z"), "no place 'z' in these runs"),
        (("--kind", "train-graph", "--chain", "z"), "no chain 'z' in these runs"),
        (("--kind", "transit-cdf", "--corridor", "z"), "z"),
        (("--kind", "transit-cdf", "--chain", "c"), "shows no single chain"),
        (("--kind", "map", "--place", "a"), "shows no single places"),
    ],
)
def test_what_is_not_there_or_would_do_nothing_is_refused(
    line_run: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    from click.testing import CliRunner

    from sim.cli import main

    done = CliRunner().invoke(main, ["plot", str(line_run), *words, "--out", str(tmp_path / "x")])
    assert done.exit_code in (1, 2)
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(line_run: Path) -> None:
    said = refused("plot", line_run, "--kind", "histogram")
    assert all(kind in said for kind in PLOTS)
