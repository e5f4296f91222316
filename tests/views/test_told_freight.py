"""Pictures of some freight, by origin and destination or market in place of corridors, and of one market at a time."""

from typing import Any

import pandas as pd
import pytest
from drawn_world import FakeRun, world
from matplotlib.figure import Figure

from sim.errors import LandbridgeError
from sim.views import draw
from sim.views.style import corridor_strokes

PLACES = {"rail": ("xian", "lodz", "europe"), "sea": ("shanghai", "lodz", "far-away")}


def run(**markets: str) -> FakeRun:
    """The small world, whose freight by rail and by sea goes between other places and to other markets."""
    tables = dict(world(3))
    freight = tables["consignments"]
    ends = {flow: (*PLACES[flow][:2], markets.get(flow, PLACES[flow][2])) for flow in PLACES}
    columns = {
        "origin": freight["flow"].map(lambda flow: ends[flow][0]),
        "destination": freight["flow"].map(lambda flow: ends[flow][1]),
        "od": freight["flow"].map(lambda flow: ":".join(ends[flow][:2])),
        "market": freight["flow"].map(lambda flow: ends[flow][2]),
    }
    order = ["europe", "far-away"]
    tables["consignments"] = freight.assign(**columns).assign(
        market=lambda table: pd.Categorical(table["market"], categories=order)
    )
    return FakeRun(tables=tables)


def said(figure: Figure, gid: str) -> str:
    (text,) = [text for text in figure.texts if text.get_gid() == gid]
    return text.get_text().replace("\n", " ").replace("\u00a0", " ")


def labels(figure: Figure) -> list[str]:
    return [label.get_text() for ax in figure.axes for label in ax.get_yticklabels()]


def boxes(**chosen: Any) -> Figure:
    return draw("transit-box", [run()], **chosen)


def test_of_several_markets_the_first_is_drawn_and_the_others_are_named() -> None:
    figure = boxes()
    assert "Europe" in said(figure, "title") and labels(figure) == ["Northern"]
    assert "Only freight of one market; --market shows others: Far Away." in said(figure, "caption")


def test_of_one_market_all_is_drawn_and_nothing_is_said() -> None:
    figure = draw("transit-box", [run(sea="europe")])
    assert sorted(labels(figure)) == ["Northern", "Ocean"]
    assert "--market" not in said(figure, "caption") and "Europe" not in said(figure, "title")


@pytest.mark.parametrize(
    ("freight", "corridor", "title"),
    [
        ({"market": ["far-away"]}, "Ocean", "Far Away"),
        ({"od": ["shanghai:lodz"]}, "Ocean", "Shanghai–Lodz"),
        ({"flow": ["rail"]}, "Northern", "rail"),
    ],
)
def test_only_the_freight_asked_for_is_drawn(
    freight: dict[str, list[str]], corridor: str, title: str
) -> None:
    figure = boxes(freight=freight)
    assert labels(figure) == [corridor] and title in said(figure, "title")


@pytest.mark.parametrize("kind", ["transit-box", "where-time-went"])
def test_pairs_of_places_stand_in_place_of_corridors(kind: str) -> None:
    figure = draw(kind, [run()], by="od")
    assert labels(figure) == ["Shanghai–Lodz", "Xi'an–Lodz"]
    assert (
        said(figure, "title").partition(" by ")[2].startswith("origin and destination")
        or kind != "transit-box"
    )


def test_curves_are_told_apart_by_market() -> None:
    figure = draw("transit-cdf", [run()], by="market")
    assert {line.get_label() for line in figure.axes[0].get_lines()} >= {"europe", "far-away"}
    assert {text.get_text() for text in figure.legends[0].get_texts()} == {"Europe", "Far Away"}


def test_a_corridor_and_places_may_be_chosen_together() -> None:
    assert labels(boxes(by="origin", corridor="ocean")) == ["Shanghai"]


def test_a_name_that_no_freight_has_is_said_with_the_nearest() -> None:
    with pytest.raises(
        LandbridgeError, match=r"no freight of od 'xian:lods' in these runs\. Name one of xian:lodz"
    ):
        boxes(freight={"od": ["xian:lods"]})


def test_shares_and_chains_are_of_the_freight_asked_for() -> None:
    shares = draw("corridor-share", [run()], freight={"flow": ["sea"]})
    assert {text.get_text() for text in shares.legends[0].get_texts()} == {"Ocean", "refused"}
    line = draw("time-distance", [run()], freight={"flow": ["rail"]})
    assert "rail" in said(line, "title")


def test_twelve_lines_of_a_picture_are_no_two_alike() -> None:
    names = [f"place-{i}" for i in range(12)]
    strokes = corridor_strokes(names)
    assert len({(strokes[name].colour, str(strokes[name].dashes)) for name in names}) == 12
