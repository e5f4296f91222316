"""The table of plots: a row, and a file with its `figure`, are all that a new kind of plot takes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import LandbridgeError
from sim.results import TABLES, read_run
from sim.views import PLOTS, Plot, draw

ROOT = Path(__file__).parent.parent.parent
WEIGHT = Plot("weight", "Freight in all", "TEU in all", ("consignments",), "weight_page", ("direction",))
WEIGHT_PAGE = '''
"""TEU of all consignments."""

from sim.views.page import page, settle

def figure(asked):
    figure, (ax,) = page(asked.headline(asked.direction), "TEU.", panel_in=1.0, legend={})
    for i, run in enumerate(asked.runs.values()):
        ax.barh([i], [run.table("consignments", ["size_teu"])["size_teu"].sum()])
    return settle(figure)
'''


def landbridge(*words: str) -> str:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def _weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more plot: its row in the table, and its file."""
    (tmp_path / "weight_page.py").write_text(WEIGHT_PAGE)
    monkeypatch.syspath_prepend(tmp_path)
    before = dict(PLOTS)
    PLOTS[WEIGHT.kind] = WEIGHT
    monkeypatch.delitem(sys.modules, "sim.cli.plot", raising=False)  # read again, with the row in the table
    monkeypatch.delitem(sys.modules, "weight_page", raising=False)
    yield
    PLOTS.clear()
    PLOTS.update(before)


@pytest.mark.usefixtures("_weighed")
def test_a_plot_is_offered_described_and_drawn_once_it_has_a_row_and_a_file(
    tmp_path: Path,
) -> None:
    words = landbridge("plot", "--help")
    assert "|train-graph|weight]" in words and re.search(r"^ +weight +TEU in all$", words, re.MULTILINE)
    for kind in list(PLOTS):
        if kind != WEIGHT.kind:
            del PLOTS[kind]  # they take longer
    out, line = tmp_path / "run", str(ROOT / "tests" / "cases" / "line.yaml")
    landbridge(
        "run", line, "--set", "period={start: 2025-01-01, length: 20 d}", "--replications", "1", "--jobs", "1", "--out", str(out)
    )  # fmt: skip
    assert [path.name for path in sorted((out / "plots").iterdir())] == ["weight.png", "weight.svg"]
    figure = draw("weight", [read_run(out)], direction="westbound")
    assert figure.texts[0].get_text() == "Freight in all: westbound"


@pytest.mark.usefixtures("_weighed")
def test_a_message_about_kinds_of_plot_knows_a_new_one() -> None:
    with pytest.raises(LandbridgeError, match=r"'pie' is none of transit-cdf, .*, train-graph, weight\."):
        draw("pie", [])


@pytest.mark.parametrize("plot", PLOTS.values(), ids=lambda plot: plot.kind)
def test_a_row_says_what_there_is(plot: Plot) -> None:
    assert PLOTS[plot.kind] is plot and plot.title and plot.help
    assert plot.needs and set(plot.needs) <= set(TABLES)
    assert set(plot.takes) <= {"corridor", "direction", "chain", "places", "freight", "breakdown"}
