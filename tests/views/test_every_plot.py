"""What holds of every kind of plot in the table, on a world of which every number is known."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from drawn_world import WRITTEN, FakeRun, all_text, world
from matplotlib.figure import Figure

from sim.errors import LandbridgeError
from sim.views import PLOTS, PlotOption, draw, save, taking

EVERY = pytest.mark.parametrize("kind", PLOTS)
UNITS = {
    "transit-cdf": ("Transit time (days)", "Delivered (% of TEU)"),
    "transit-box": ("Transit time (days)",),
    "where-time-went": ("Mean transit time by cause (days)",),
    "queues": ("Date (UTC)", "trains waiting", "TEU waiting"),
    "map": (),
    "time-distance": ("Days since release", "USD per FEU", "Distance from the origin (km)"),
    "corridor-share": (
        "Share of TEU released (%)",
        "First day of the week, 2025, of release (UTC);\nbelow it, TEU released",
    ),
    "train-graph": ("Date (UTC)", "Distance from the origin (km)"),
}
CHOICES: dict[str, dict[str, Any]] = {
    "corridor": {"corridor": "northern"},
    "direction": {"direction": "westbound"},
    "chain": {"chain": "rail"},
    "places": {"places": ["khorgos"]},
    "freight": {"freight": {"flow": ["rail"]}},
    "breakdown": {"by": "flow"},
}


def said(figure: Figure, gid: str) -> str:
    (text,) = [text for text in figure.texts if text.get_gid() == gid]
    return text.get_text().replace("\n", " ").replace("\u00a0", " ")


def labels(figure: Figure) -> set[str]:
    return {label for ax in figure.axes for label in (ax.get_xlabel(), ax.get_ylabel()) if label}


def shuffled(replications: int) -> dict[str, pd.DataFrame]:
    """The same world with the rows of its tables in another order."""
    order = np.random.default_rng(7)
    return {
        name: table.iloc[order.permutation(len(table))].reset_index(drop=True)
        for name, table in world(replications).items()
    }


@cache
def drawn(kind: str) -> tuple[Figure, FakeRun]:
    """A kind of plot of one run, and the run: to be looked at, not changed."""
    run = FakeRun()
    return draw(kind, [run]), run


@EVERY
def test_a_plot_reads_the_tables_that_its_row_says_and_no_other(kind: str) -> None:
    _, run = drawn(kind)
    assert vars(run)["asked"] == set(PLOTS[kind].needs)


@EVERY
def test_its_title_is_that_of_its_row_and_the_scenario_stands_below(kind: str) -> None:
    figure, _ = drawn(kind)
    assert said(figure, "title").startswith(PLOTS[kind].title)
    assert said(figure, "scenario") == "baseline: A title"


@EVERY
def test_its_axes_have_their_quantities_with_units(kind: str) -> None:
    assert labels(drawn(kind)[0]) == set(UNITS[kind])


@EVERY
def test_its_caption_is_of_sentences_and_says_how_much_stands_behind_it(kind: str) -> None:
    caption = said(drawn(kind)[0], "caption")
    assert caption.endswith(".") and "  " not in caption and ".." not in caption and "nan" not in caption
    assert re.search(r"\b3 replications\b|\breplication 0\b", caption)


@EVERY
def test_two_runs_are_both_named_and_one_is_the_reference(kind: str) -> None:
    figure = draw(kind, [FakeRun("before"), FakeRun("after")])
    assert said(figure, "scenario") == "before: A title after: A title"
    words = all_text(figure)
    assert "before" in words and "after" in words


@EVERY
def test_an_empty_world_gives_a_picture_that_says_so(kind: str) -> None:
    empty = FakeRun(tables={name: table.iloc[:0] for name, table in world(1).items()})
    figure = draw(kind, [empty])
    assert "nothing to draw" in all_text(figure)
    assert said(figure, "title").startswith(PLOTS[kind].title) and said(figure, "caption").endswith(".")


@EVERY
def test_one_replication_has_no_interval(kind: str) -> None:
    caption = said(draw(kind, [FakeRun(tables=world(1))]), "caption")
    shown = ("transit-cdf", "transit-box", "queues", "time-distance", "corridor-share")
    assert "95 % interval of the mean over replications" not in caption or kind == "time-distance"
    assert ("One replication gives no interval; 5 do." in caption) == (kind in shown)


@EVERY
def test_the_order_of_rows_in_the_tables_changes_no_byte(kind: str, tmp_path: Path) -> None:
    tables = shuffled(3)
    tables["visits"] = world(3)["visits"]  # a trip's visits are in its order
    figures = drawn(kind)[0], draw(kind, [FakeRun(tables=tables)])
    first, second = (save(one, tmp_path / str(i), formats=("svg",))[0] for i, one in enumerate(figures))
    assert first.read_bytes() == second.read_bytes()


@EVERY
def test_titles_with_odd_letters_are_shown_as_they_are(kind: str, tmp_path: Path) -> None:
    odd = 'Łódź 5 $ and $6, a_b^{c} <b>&amp;</b> 100 % {0} "q" \\n'
    network = {
        **WRITTEN,
        "corridors": {"northern": {"title": odd}, "ocean": {"title": "Ocean"}},
        "facilities": {**WRITTEN["facilities"], "lodz": {**WRITTEN["facilities"]["lodz"], "name": odd}},
    }
    figure = draw(kind, [FakeRun("odd", network=network, more={"title": odd})])
    assert said(figure, "scenario") == f"odd: {odd}"
    (path,) = save(figure, tmp_path / kind, formats=("svg",))
    title = ElementTree.parse(path).getroot().findtext(".//{http://purl.org/dc/elements/1.1/}title", "")
    assert odd in title


TAKEN = [
    (kind, choice, choice in plot.takes) for kind, plot in PLOTS.items() for choice in get_args(PlotOption)
]
"""Every kind of plot with every choice: whether it takes it."""


@pytest.mark.parametrize(("kind", "choice", "takes"), TAKEN)
def test_a_choice_is_drawn_or_refused_with_the_kinds_that_take_it(
    kind: str, choice: PlotOption, takes: bool
) -> None:
    if takes:
        words = said(draw(kind, [FakeRun()], **CHOICES[choice]), "title")
        named = {"corridor": "Northern", "direction": "westbound", "chain": "Lodz", "places": "Khorgos",
                 "freight": "rail", "breakdown": " by flow"}  # fmt: skip
        alone = kind == "train-graph" and choice in (
            "corridor",
            "direction",
            "freight",
        )  # its title is that of the chain
        assert named[choice] in words or alone
    else:
        with pytest.raises(
            LandbridgeError, match=f"{kind!r} shows no single {choice}; .*{taking(choice)[-1]}"
        ):
            draw(kind, [FakeRun()], **CHOICES[choice])
