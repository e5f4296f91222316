"""Pictures say what they show: units, sample size, interval, what had not arrived; and come out the same twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import drawn_world
import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from sim.contract.tables import Cause
from sim.errors import LandbridgeError
from sim.stats.distribution import box_numbers, ecdf_band, merge_small_causes, sample_sizes
from sim.stats.intervals import share_interval
from sim.stats.waiting import busiest_queues
from sim.views import draw, save, transit_box, transit_cdf
from sim.views.page import page, paper, thin_svg
from sim.views.style import CAUSES, CORRIDORS, corridor_strokes, scenario_strokes, wrap

KINDS = (
    "transit-cdf",
    "transit-box",
    "where-time-went",
    "queues",
)  # the others: tests/views/test_views_more.py
DAY_S = 86_400
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
TYPICAL_D = {"northern": 15.0, "cku": 30.0, "ocean": 45.0}


def consignments(
    corridors: Mapping[str, float] = TYPICAL_D, *, replications: int = 4, each: int = 60, late: float = 0.0
) -> pd.DataFrame:
    """Freight with lognormal transit times of the given median days, a share of it still under way."""
    parts = []
    for replication in range(replications):
        for number, (corridor, median_d) in enumerate(corridors.items()):
            draws = np.random.default_rng([replication, number])
            transit_s = (median_d * DAY_S * draws.lognormal(0, 0.2, each)).astype(int)
            under_way = np.arange(each) < late * each
            part = pd.DataFrame(
                {
                    "scenario": "any",
                    "replication": replication,
                    "corridor": corridor,
                    "direction": np.where(np.arange(each) % 3 == 0, "eastbound", "westbound"),
                    "size_teu": np.where(np.arange(each) % 2 == 0, 20, 2),
                    "status": np.where(under_way, "under way", "delivered"),
                    "measured": True,
                    "release_s": 0,
                    "delivered_s": transit_s,
                    "transit_s": transit_s,
                }
            )
            for cause in Cause:
                part[f"{cause.name.lower()}_s"] = 0
            part["running_s"], part["customs_s"] = transit_s - transit_s // 3, transit_s // 3
            part["unfinished_s"] = 0
            parts.append(part)
    return pd.concat(parts, ignore_index=True)


def levels(*, replications: int = 4, places: int = 8) -> pd.DataFrame:
    """Queues of 1, 2, 3 ... trains at as many gates, every 6 hours over 60 days."""
    time_s = np.arange(0, 60 * DAY_S, DAY_S // 4)
    parts = []
    for replication in range(replications):
        for place in range(places):
            trains = place + 1 + (replication + np.arange(len(time_s))) % 3
            part = {"place_kind": "gate", "place": f"gate-{place}", "facility": f"gate-{place}", "to": "", "leg": "",
                    "operation": "border", "direction": "westbound", "time_s": time_s, "trains": trains}  # fmt: skip
            parts.append(
                pd.DataFrame({"scenario": "any", "replication": replication, **part, "teu": 100 * trains})
            )
    table = pd.concat(parts, ignore_index=True)
    return table.rename(columns={"trains": "trips"})


NETWORK: dict[str, Any] = {
    "facilities": {f"gate-{n}": {"name": f"Gate {n}", "country": "XX", "kind": "border", "lat": 50, "lon": n} for n in range(8)},
    "legs": {},
    "services": {},
    "chains": {},
    "corridors": {"northern": {"title": "Northern: Russia"}, "cku": {"title": "CKU"}, "ocean": {"title": "Ocean"}},
    "closures": [],
}  # fmt: skip


FREIGHT, QUEUES = consignments(), levels()


class FakeRun(drawn_world.FakeRun):
    """A run of freight and queues: what pictures of transit times and queues need."""

    def __init__(
        self,
        name: str = "baseline",
        consignments: pd.DataFrame = FREIGHT,
        levels: pd.DataFrame = QUEUES,
        more: Mapping[str, Any] | None = None,
        path: Path | None = None,
        network: Mapping[str, Any] = NETWORK,
    ) -> None:
        period = {
            "start": "2025-06-01T00:00:00+00:00",
            "length_s": 60 * DAY_S,
            "warm_up_s": 0,
            "cool_down_s": 0,
        }
        tables = {"consignments": consignments, "levels": levels}
        super().__init__(name, tables, network, {"period": period, **(more or {})}, path)


def text_of(figure: Figure, gid: str) -> str:
    """The title or the caption, on one line."""
    (text,) = [text for text in figure.texts if text.get_gid() == gid]
    return text.get_text().replace("\n", " ").replace("\u00a0", " ")


def all_text(figure: Figure) -> str:
    figure.draw_without_rendering()
    return " ".join(text.get_text() for text in figure.findobj(matplotlib.text.Text)).replace("\n", " ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scenarios", [1, 2, 5])
def test_every_kind_names_units_on_its_axes(kind: str, scenarios: int) -> None:
    figure = draw(kind, [FakeRun(f"scenario-{i}") for i in range(scenarios)])
    labels = " ".join(f"{ax.get_xlabel()} {ax.get_ylabel()}" for ax in figure.axes)
    assert ("trains waiting" in labels and "Date (UTC)" in labels) if kind == "queues" else "(days)" in labels


@pytest.mark.parametrize("kind", KINDS)
def test_every_caption_says_how_many_replications(kind: str) -> None:
    assert "4 replications" in text_of(draw(kind, [FakeRun()]), "caption")


@pytest.mark.parametrize("kind", ["transit-cdf", "transit-box", "where-time-went"])
def test_a_caption_says_how_many_consignments_and_where_they_went(kind: str) -> None:
    caption = text_of(draw(kind, [FakeRun()]), "caption")
    assert "n = 720 consignments (Northern 240, CKU 240, Ocean 240)" in caption


@pytest.mark.parametrize("kind", ["transit-cdf", "transit-box", "queues"])
def test_a_caption_says_which_interval_is_drawn(kind: str) -> None:
    run = FakeRun(consignments=consignments(replications=5), levels=levels(replications=5))
    assert "95 % interval of the mean over replications" in text_of(draw(kind, [run]), "caption")
    assert "4 replications give no interval; 5 do." in text_of(draw(kind, [FakeRun()]), "caption")


@pytest.mark.parametrize("kind", ["transit-cdf", "transit-box", "queues"])
def test_one_replication_gives_no_band_and_says_so(kind: str) -> None:
    run = FakeRun(consignments=consignments(replications=1), levels=levels(replications=1))
    assert "One replication gives no interval; 5 do." in text_of(draw(kind, [run]), "caption")


@pytest.mark.parametrize("kind", ["transit-cdf", "transit-box", "where-time-went"])
def test_a_caption_says_what_was_still_under_way(kind: str) -> None:
    late = pd.concat([consignments({"northern": 15}), consignments({"cku": 30}, late=0.2)])
    caption = text_of(draw(kind, [FakeRun(consignments=late)]), "caption")
    assert "Still under way at the end: 20 % of CKU freight" in caption


def test_a_caption_says_what_was_refused() -> None:
    table = consignments({"northern": 15, "": 15})
    table.loc[table["corridor"] == "", "status"] = "refused"
    caption = text_of(draw("transit-box", [FakeRun(consignments=table)]), "caption")
    assert "Refused, and not shown: 50 % of the demand." in caption


def test_a_caption_names_the_scenarios_without_freight_on_a_corridor() -> None:
    runs = [FakeRun(), FakeRun("russia-transit-ban", consignments({"cku": 30, "ocean": 45}))]
    assert "No Northern freight in russia-transit-ban." in text_of(draw("transit-cdf", runs), "caption")


def test_corridors_have_colours_of_their_own_and_keep_them() -> None:
    strokes = corridor_strokes([*CORRIDORS, "trans-siberian", "polar", "air", "a-very-long-one"])
    assert len({stroke.colour for stroke in strokes.values()}) == len(strokes)
    assert corridor_strokes(["northern"])["northern"] == strokes["northern"] == CORRIDORS["northern"]
    assert corridor_strokes(["polar"])["polar"].colour not in {stroke.colour for stroke in CORRIDORS.values()}


def test_neighbouring_colours_differ_also_in_grey_print_or_by_dashes() -> None:
    for strokes in (CORRIDORS, scenario_strokes([f"s{i}" for i in range(6)])):
        for one, other in combinations(strokes.values(), 2):
            assert one.colour != other.colour
            assert one.dashes != other.dashes or abs(_grey(one.colour) - _grey(other.colour)) > 0.2


def test_every_cause_of_the_contract_has_a_fill_of_its_own() -> None:
    assert {cause.name.lower() for cause in Cause} <= set(CAUSES)
    for one, other in combinations(CAUSES.values(), 2):
        assert one.colour != other.colour
        assert one.hatch != other.hatch or abs(_grey(one.colour) - _grey(other.colour)) > 0.1, (one, other)


def _grey(colour: str) -> float:
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_runs_give_the_same_bytes(kind: str, tmp_path: Path) -> None:
    first = save(draw(kind, [FakeRun(), FakeRun("other")]), tmp_path / "a" / kind)
    second = save(draw(kind, [FakeRun(), FakeRun("other")]), tmp_path / "b" / kind)
    assert [path.name for path in first] == [f"{kind}.png", f"{kind}.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert "replications" in ElementTree.parse(first[1]).getroot().findtext(
        f".//{{{DUBLIN_CORE}}}description", ""
    )


def test_an_ending_in_the_stem_is_not_doubled(tmp_path: Path) -> None:
    (path,) = save(draw("transit-box", [FakeRun()]), tmp_path / "v1.2.svg", formats=("svg",))
    assert path == tmp_path / "v1.2.svg"


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="format 'gif' is none of png, svg, pdf"):
        save(draw("transit-box", [FakeRun()]), tmp_path / "box", formats=("png", "gif"))
    assert not list(tmp_path.iterdir())


def test_drawing_leaves_the_users_settings_alone(tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        loud = save(draw("transit-cdf", [FakeRun()]), tmp_path / "loud", formats=("svg",))
    quiet = save(draw("transit-cdf", [FakeRun()]), tmp_path / "quiet", formats=("svg",))
    assert loud[0].read_bytes() == quiet[0].read_bytes()
    assert dict(matplotlib.rcParams) == before


def test_an_unknown_kind_names_the_kinds() -> None:
    with pytest.raises(
        LandbridgeError, match="'pie' is none of transit-cdf, transit-box, where-time-went, queues"
    ):
        draw("pie", [FakeRun()])


def test_no_run_is_a_mistake() -> None:
    with pytest.raises(LandbridgeError, match="no run to draw"):
        draw("queues", [])


def test_an_unknown_corridor_names_those_that_there_are() -> None:
    with pytest.raises(LandbridgeError, match=r"no freight of corridor 'nothern' .* northern, cku, ocean"):
        draw("transit-cdf", [FakeRun()], corridor="nothern")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_measured_gives_a_picture_that_says_so(kind: str) -> None:
    empty = FakeRun(consignments=consignments().assign(measured=False), levels=levels().iloc[:0])
    figure = draw(kind, [empty])
    assert "nothing to draw" in all_text(figure)


@pytest.mark.parametrize("kind", ["transit-cdf", "transit-box", "where-time-went"])
def test_empty_tables_and_all_refused_give_a_picture_that_says_so(kind: str) -> None:
    refused = consignments().assign(status="refused", corridor="")
    for table in (consignments().iloc[:0], refused):
        assert "nothing to draw" in all_text(draw(kind, [FakeRun(consignments=table)]))


@pytest.mark.parametrize("kind", ["transit-cdf", "transit-box", "where-time-went"])
def test_a_world_in_which_nothing_arrived_is_drawn(kind: str) -> None:
    caption = text_of(draw(kind, [FakeRun(consignments=consignments(late=1.0))]), "caption")
    assert "Still under way at the end: 100 % of" in caption


def test_a_corridor_keeps_its_colour_where_it_is_the_only_one() -> None:
    runs = [FakeRun(), FakeRun("russia-transit-ban", consignments({"ocean": 45}))]
    (line,) = [line for line in draw("transit-cdf", runs).axes[1].lines if line.get_label() == "ocean"]
    assert line.get_color() == CORRIDORS["ocean"].colour
    (line,) = draw("transit-cdf", runs[1:]).axes[0].lines
    assert line.get_color() == CORRIDORS["ocean"].colour


def test_one_corridor_is_drawn_by_scenario() -> None:
    figure = draw("transit-cdf", [FakeRun("a"), FakeRun("b")], corridor="cku", direction="westbound")
    (ax,) = figure.axes
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert text_of(figure, "title").endswith(": CKU, westbound")
    assert "n = 320 consignments" in text_of(figure, "caption")


def test_two_runs_of_one_scenario_are_told_apart() -> None:
    old, new = Path("here/old/a"), Path("here/new/a")
    figure = draw("transit-cdf", [FakeRun("a", path=old), FakeRun("a", path=new)], corridor="cku")
    assert [line.get_label() for line in figure.axes[0].lines] == ["a (old/a)", "a (new/a)"]


def test_nothing_is_drawn_outside_the_page() -> None:
    long = "a-scenario-with-a-name-that-nobody-would-have-thought-of-but-somebody-wrote-all-the-same"
    table = pd.concat([consignments({"a-corridor-with-a-name-just-as-long-as-that": 20}), consignments()])
    for kind in KINDS:
        figure = draw(kind, [FakeRun(long, table), FakeRun("b" * 70, table)])
        figure.draw_without_rendering()
        width, height = figure.canvas.get_width_height()
        drawn = [ax.get_tightbbox() for ax in figure.axes]
        for box in [*drawn, *(artist.get_window_extent() for artist in (*figure.texts, *figure.legends))]:
            inside = box.x0 >= -1 and box.x1 <= width + 1 and box.y0 >= -1 and box.y1 <= height + 1
            assert inside, f"{kind}: {box} outside {width} x {height}"


def test_a_place_without_rows_in_a_replication_had_no_queue_there() -> None:
    table = levels(replications=2, places=2)
    table = table[(table["place"] == "gate-0") | (table["replication"] == 0)]
    waiting = busiest_queues(table).groupby("place")["waiting"].mean()
    assert waiting["gate-1"] == pytest.approx((2 + 3 + 4) / 3 / 2, abs=0.01)


def test_a_long_run_has_means_of_several_days() -> None:
    table = levels(replications=2, places=1)
    long = table.assign(time_s=table["time_s"] * 10)
    assert set(busiest_queues(long)["time_s"].diff().dropna()) == {3 * DAY_S}
    assert "Means of 3 days" in text_of(draw("queues", [FakeRun(levels=long)]), "caption")


def test_the_six_busiest_places_are_shown_with_iso_dates() -> None:
    figure = draw("queues", [FakeRun()])
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        f"Gate {n}: before the border, westbound" for n in (7, 6, 5, 4, 3, 2)
    ]
    assert "2025-06-15" in all_text(figure)


def test_a_dated_disruption_is_shaded_and_named() -> None:
    spell = {"name": "Border closed", "from": "2025-06-10T00:00:00+00:00", "until": "2025-06-23T00:00:00+00:00",
             "closed": True, "facilities": ["gate-7"], "legs": [], "services": []}  # fmt: skip
    figure = draw("queues", [FakeRun(network={**NETWORK, "closures": [spell]})])
    assert "Shaded where they are hit: Border closed from 2025-06-10 to 2025-06-23." in text_of(
        figure, "caption"
    )
    assert [len(ax.patches) for ax in figure.axes] == [1, 0, 0, 0, 0, 0]


def test_a_box_writes_its_median_and_marks_a_lower_bound() -> None:
    late = consignments({"cku": 30}, late=0.2)
    figure = draw("transit-box", [FakeRun(consignments=late)])
    assert "≥ " in all_text(figure)
    assert "lower bound" in text_of(figure, "caption")
    assert "≥ " not in all_text(draw("transit-box", [FakeRun()]))


def test_a_bar_ends_with_the_mean_transit_time() -> None:
    table = consignments({"cku": 30})
    mean_d = np.average(table["transit_s"], weights=table["size_teu"]) / DAY_S
    assert f"{mean_d:.1f} d" in all_text(draw("where-time-went", [FakeRun(consignments=table)]))


def test_plot_functions_take_a_table_and_an_axes_of_the_users_own() -> None:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    transit_cdf(ecdf_band(consignments()), left)
    transit_box(box_numbers(consignments()), right)
    assert [line.get_label() for line in left.lines] == list(TYPICAL_D)
    figure.draw_without_rendering()


def test_a_page_needs_no_legend() -> None:
    with paper():
        figure, axes = page("A title", "A caption.", panels=3, columns=2, panel_in=1, legend={})
    assert len(axes) == len(figure.axes) == 3


def test_long_names_are_broken_and_at_last_cut() -> None:
    assert wrap("russia-transit-ban", 24) == "russia-transit-ban"
    assert wrap("russia-transit-ban", 10) == "russia-\ntransit-\nban"
    assert max(map(len, wrap("x" * 500, 24).split("\n"))) <= 24
    assert len(wrap("x" * 500, 24).split("\n")) == 3


def test_importing_views_loads_nothing_heavy() -> None:
    code = "import sys, sim.views; print({'matplotlib', 'pandas', 'scipy'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "set()"


def test_a_curve_counts_teu_and_never_reaches_what_has_not_arrived() -> None:
    days = np.array([10, 20, 30, 5]) * DAY_S
    status = ["delivered", "delivered", "delivered", "under way"]
    one = {"scenario": "s", "corridor": "cku", "direction": "westbound", "measured": True}
    table = pd.DataFrame(
        {**one, "replication": 0, "size_teu": [20, 2, 10, 8], "status": status, "transit_s": days}
    )
    curve = ecdf_band(table, points=31).set_index("transit_days")["share"]
    assert [curve[d] for d in (9.0, 10.0, 20.0, 30.0)] == [0, 50, 55, 80]


def test_the_band_is_that_of_a_share_over_replications() -> None:
    table = consignments({"cku": 30}, replications=5)
    band = ecdf_band(table, points=11)
    row = band.iloc[5]
    shares = []
    for _, one in table.groupby("replication"):
        shares.append(
            100
            * one.loc[one["transit_s"] <= row["transit_days"] * DAY_S, "size_teu"].sum()
            / one["size_teu"].sum()
        )
    expected = share_interval(shares, 300)
    assert row[["share", "low", "high"]].to_list() == pytest.approx(expected[:3])
    assert expected.low < row["share"] < expected.high
    assert band[["low", "high"]].to_numpy().min() >= 0
    assert band[["low", "high"]].to_numpy().max() <= 100
    assert set(band["replications"]) == {5}


def test_box_numbers_are_quantiles_by_teu_with_late_freight_at_its_age() -> None:
    one = {"scenario": "s", "corridor": "cku", "direction": "westbound", "measured": True, "replication": 0}
    status = ["delivered"] * 9 + ["under way"]
    days = np.repeat(np.arange(1, 11), 40)
    table = pd.DataFrame({**one, "size_teu": 10, "status": np.repeat(status, 40), "transit_s": days * DAY_S})
    box = box_numbers(table).set_index("quantile")
    assert list(box["days"]) == [1, 3, 5, 8, 10]
    few = box_numbers(table[::4]).set_index("quantile")["days"]
    assert few.notna().to_list() == [False, True, True, True, False]
    assert list(box["lower_bound"]) == [False, False, False, False, True]
    assert box["low"].isna().all()


def test_sample_sizes_are_those_of_the_measured_cohort() -> None:
    table = consignments({"cku": 30, "ocean": 45}, late=0.1)
    table.loc[table["corridor"] == "ocean", "measured"] = False
    (row,) = sample_sizes(table).to_dict("records")
    assert (row["corridor"], row["consignments"], row["replications"]) == ("cku", 240, 4)
    assert row["under_way"] == pytest.approx(10)


def test_small_causes_are_merged_and_named() -> None:
    days = {"running": 97, "hours": 1, "weather": 1.5, "closure": 0.5, "crane": 0}
    table = pd.DataFrame(
        {
            "scenario": "s",
            "corridor": "cku",
            "lower_bound": False,
            "cause": list(days),
            "days": list(days.values()),
        }
    )
    merged, small = merge_small_causes(table)
    assert small == ["hours", "weather", "closure"]
    assert dict(zip(merged["cause"], merged["days"], strict=True)) == {"running": 97, "other": 3}


def test_a_thin_svg_has_the_same_numbers_to_a_hundredth_and_the_words_untouched() -> None:
    text = '<path d="M 1.23456 7\nL -0.000001 12.5 \n" style="stroke-width: 0.123456"/><use x="3.999999" y="2.50"/>1.23456'
    assert thin_svg(text) == (
        '<path d="M 1.23 7 L -0 12.5" style="stroke-width: 0.123456"/><use x="4" y="2.50"/>1.23456'
    )
