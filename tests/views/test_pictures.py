"""Pictures say which scenario they show, call things by their titles, mark closures where they hit, and no text lies on what is drawn."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from where import CASES, ROOT, SCENARIOS

from sim.cli import main
from sim.errors import LandbridgeError
from sim.experiment.network_record import network_record
from sim.results import ManifestRecord, PeriodRecord, Run, read_run
from sim.scenario_file import load_scenario
from sim.stats.struck import LEAST_USUAL, too_few, without_weeks_of_few
from sim.views import PLOTS, draw
from sim.views.recovery import recovery_figure
from sim.views.run_names import run_names, which_scenarios
from sim.views.style import GROUND, NAME_WIDTH, wrap
from sim.views.titles import chain_title, corridor_titles, queue_titles, service_title

MONTH = (
    "period.start=2025-09-01",
    "period.length=60 d",
    "period.warm_up=5 d",
    "period.cool_down=10 d",
)


def run_of(file: Path, out: Path, *sets: str, replications: int = 2) -> Run:
    words = [
        "run",
        str(file),
        "--replications",
        str(replications),
        "--jobs",
        "1",
        "--no-plots",
        "--out",
        str(out),
    ]
    for one in sets:
        words += ["--set", one]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return read_run(out)


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two months of the closed border, twice."""
    out = tmp_path_factory.mktemp("shut") / "brest-closure"
    return run_of(SCENARIOS / "brest-closure.yaml", out, *MONTH)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two short lines that carry freight in one direction."""
    folder = tmp_path_factory.mktemp("tiny")
    file = folder / "tiny.yaml"
    file.write_text((CASES / "hostile" / "small.yaml").read_text())
    return run_of(file, folder / "run")


def again(run: Run, folder: Path) -> Run:
    """The same run in another folder."""
    shutil.copytree(run.path, folder)
    return read_run(folder)


def words_of(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


def said(figure: Figure, gid: str) -> str:
    """The title, the scenarios or the caption, on one line."""
    return (
        " ".join(text.get_text() for text in figure.texts if text.get_gid() == gid)
        .replace("\n", " ")
        .replace("\u00a0", " ")
    )


# --- nothing lies on anything ---------------------------------------------------------------------------------------


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text of a figure that is drawn, with its extent in pixels."""
    canvas: Any = FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()
    figure.draw_without_rendering()
    # Labels of ticks beyond the ends of an axis are made, and not drawn.
    beyond = [
        tick.label1
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    ]
    return [
        (text.get_text(), Text.get_window_extent(text, renderer))
        for text in words_of(figure)
        if not any(text is label for label in beyond)
    ]


def only_data(figure: Figure) -> np.ndarray[Any, Any]:
    """What is left of a picture without its texts, axes, guides and ground: True where something is drawn (rows, columns)."""
    for text in words_of(figure):
        text.set_visible(False)
    for legend in figure.legends:
        legend.set_visible(False)
    for ax in figure.axes:
        ax.patch.set_visible(False)
        ax.grid(visible=False)
        ax.xaxis.set_visible(False)
        ax.yaxis.set_visible(False)
        for spine in ax.spines.values():
            spine.set_visible(False)
        for artist in ax.get_children():
            if artist.get_gid() == GROUND:
                artist.set_visible(False)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    found: np.ndarray[Any, Any] = (pixels < 250).any(axis=2)
    return found


def on_data(name: str, box: Bbox, drawn: np.ndarray[Any, Any]) -> bool:
    height = drawn.shape[0]
    rows = slice(max(int(np.ceil(height - box.y1)), 0), max(int(np.floor(height - box.y0)), 0))
    columns = slice(max(int(np.ceil(box.x0)), 0), max(int(np.floor(box.x1)), 0))
    return bool(drawn[rows, columns].any())


def check_clear(figure: Figure) -> None:
    texts = boxes(figure)
    for i, (one, box) in enumerate(texts):
        for other, beside in texts[i + 1 :]:
            inner = Bbox.from_extents(box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1)
            assert not inner.overlaps(beside), f"{one!r} lies on {other!r}"
    drawn = only_data(figure)
    assert drawn.any()
    hidden = [name for name, box in texts if on_data(name, box, drawn)]
    assert not hidden, f"on the data: {hidden}"


@pytest.mark.parametrize("kind", PLOTS)
def test_no_text_lies_on_what_is_drawn_nor_on_another_text(kind: str, shut: Run) -> None:
    check_clear(draw(kind, [shut]))


@pytest.mark.parametrize("kind", PLOTS)
def test_no_text_lies_on_what_is_drawn_in_a_tiny_world_or_beside_another_run(
    kind: str, tiny: Run, tmp_path: Path
) -> None:
    check_clear(draw(kind, [tiny]))
    check_clear(draw(kind, [tiny, again(tiny, tmp_path / "other")]))


@pytest.mark.parametrize("name", ["consignment_way", "what_is_known", "work_in_progress"])
def test_no_text_lies_on_what_is_drawn_in_the_pictures_of_the_docs(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"draw_{name}.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    monkeypatch.setitem(sys.modules, found.name, module)
    found.loader.exec_module(module)
    drawn: list[Figure] = []
    monkeypatch.setattr(module, "save", lambda figure, stem, formats: drawn.append(figure) or [stem])
    module.draw(tmp_path / name)
    check_clear(drawn[0])


# --- which scenario, and titles -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PLOTS)
def test_every_picture_says_which_scenario_it_shows_in_words(kind: str, shut: Run, tmp_path: Path) -> None:
    name, title = shut.manifest.scenario, shut.manifest.title
    assert said(draw(kind, [shut]), "scenario") == f"{name}: {title}"
    both = said(draw(kind, [shut, again(shut, tmp_path / "twin")]), "scenario")
    assert both == f"{name} (brest-closure): {title} {name} (twin): {title}"


@pytest.mark.parametrize("kind", PLOTS)
def test_no_picture_calls_a_place_a_corridor_or_a_chain_by_its_id(kind: str, shut: Run) -> None:
    network = shut.network
    ids = {
        name
        for group in (network.facilities, network.services, network.chains, network.corridors, network.legs)
        for name in group
    }
    figures = [draw(kind, [shut])]
    if kind == "queues":
        figures.append(draw(kind, [shut], places=["brest", "malaszewicze", "dostyk"]))
    for text in (text for figure in figures for text in words_of(figure)):
        words = set(re.findall(r"[\w'-]+(?:[.-][\w]+)*", text.get_text()))
        assert not words & ids, text.get_text()


def test_chains_and_services_have_titles_of_their_own() -> None:
    network = network_record(load_scenario(SCENARIOS / "baseline.yaml").scenario)
    chains = {name: chain_title(network, name) for name in network.chains}
    services = {name: service_title(network, name) for name in network.services}
    assert len(set(chains.values())) == len(chains)
    assert len(set(services.values())) == len(services)
    assert chains["north-dostyk-xian-lodz"] == "Northern by Dostyk, Xi'an–Lodz"
    assert chains["north-express-warsaw-xian"].startswith("Northern express")
    assert services["shanghai-hamburg-cape"] == "Shanghai–Hamburg by Cape of Good Hope"


def test_a_title_is_never_taken_from_an_id() -> None:
    network = network_record(load_scenario(CASES / "hostile" / "small.yaml").scenario)
    before = [chain_title(network, name) for name in network.chains]
    chains = {f"x{i}": chain for i, chain in enumerate(network.chains.values())}
    renamed = network.model_copy(update={"chains": chains})
    assert [chain_title(renamed, name) for name in renamed.chains] == before
    assert all(name not in title for name, title in zip(network.chains, before, strict=True))


def test_corridors_of_one_short_title_have_their_whole_one() -> None:
    titles = {"a": "North: by Brest", "b": "North: by Narva", "c": "South: by sea", "d": "Same", "e": "Same"}
    assert corridor_titles(titles) == {
        "a": "North: by Brest", "b": "North: by Narva", "c": "South", "d": "Same (d)", "e": "Same (e)",
    }  # fmt: skip


def test_every_place_of_a_run_where_something_waits_has_a_title_of_its_own(shut: Run) -> None:
    columns = ["place_kind", "place", "facility", "to", "leg", "operation", "direction"]
    titles = queue_titles(shut.table("levels", columns), [shut.network])
    assert len(titles) > 50 and len(set(titles.values())) == len(titles)
    assert titles["gate", "brest > malaszewicze"] == "Brest: line to Malaszewicze"
    assert "Dostyk: boxes for trains Dostyk–Malaszewicze" in titles.values()


# --- names of runs --------------------------------------------------------------------------------------------------


def named(name: str, path: Path, title: str = "A title") -> Run:
    """A run of which only the name counts."""
    period = PeriodRecord(start=datetime(2025, 1, 1, tzinfo=UTC), length_s=86_400, warm_up_s=0, cool_down_s=0)
    return Run(path, ManifestRecord(scenario=name, title=title, period=period))


LONG = "baseline + services.dostyk-malaszewicze.fleet.vehicles="


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b b", LONG, LONG + "1", LONG + "12"]),
            st.text("ab-1", min_size=1, max_size=60),
        ),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
def test_no_two_runs_have_one_name_however_long_and_alike_their_names_are(
    pairs: list[tuple[str, str]],
) -> None:
    runs = [named(name, Path("/runs") / f"{i}{folder}" / "x") for i, (name, folder) in enumerate(pairs)]
    names = run_names(runs)
    assert len(set(names)) == len(runs) and max(map(len, names)) <= NAME_WIDTH
    for width in (26, 30):  # as rows and panels have them
        assert len({wrap(name, width, lines=2) for name in names}) == len(runs)
    for line, (name, _) in zip(which_scenarios(runs, names), pairs, strict=True):
        assert name in line


def test_runs_of_one_scenario_are_told_apart_by_so_much_of_their_folders_as_it_takes() -> None:
    runs = [named("a", Path("/x/old/a")), named("a", Path("/x/new/a")), named("b", Path("/x/b"))]
    assert run_names(runs) == ["a (old/a)", "a (new/a)", "b"]
    with pytest.raises(LandbridgeError, match=r"the run folder /x/b is named twice. Name each folder once."):
        run_names([runs[2], runs[2]])


# --- closures, and places -------------------------------------------------------------------------------------------


def shaded(figure: Figure) -> list[str]:
    return [ax.get_title(loc="left").replace("\n", " ") for ax in figure.axes if ax.patches]


def test_a_closure_is_shaded_where_it_hits_and_nowhere_else(shut: Run) -> None:
    figure = draw("queues", [shut], places=["brest", "dostyk"])
    titles = [ax.get_title(loc="left").replace("\n", " ") for ax in figure.axes]
    assert "Brest: line to Malaszewicze" in shaded(figure)
    # Boxes at Dostyk wait for trains that are to pass the closed border; what waits to be let into Dostyk does not.
    assert "Dostyk: boxes for trains Dostyk–Malaszewicze" in shaded(figure)
    others = [
        title for title in titles if title.startswith("Dostyk: before") or title.startswith("Dostyk: line")
    ]
    assert others and not set(others) & set(shaded(figure))
    assert (
        "Shaded where they are hit: Polish-Belarusian border closed from 2025-09-12 to 2025-09-25."
        in said(figure, "caption")
    )


def test_what_hits_no_place_shown_is_said_and_not_shaded(shut: Run) -> None:
    figure = draw("queues", [shut], places=["xian"])
    assert shaded(figure) == []
    assert "Not marked, since it hits none of these places: Polish-Belarusian border closed." in said(
        figure, "caption"
    )


def test_places_are_drawn_alone_and_unknown_ones_are_answered_with_near_ones(shut: Run) -> None:
    figure = draw("queues", [shut], places=["brest"])
    assert said(figure, "title") == "Freight waiting at Brest"
    assert all(ax.get_title(loc="left").startswith("Brest: ") for ax in figure.axes)
    with pytest.raises(LandbridgeError, match=r"no place 'bresd' in these runs. Did you mean 'brest'"):
        draw("queues", [shut], places=["bresd"])
    with pytest.raises(LandbridgeError, match="'map' shows no single places; queues does"):
        draw("map", [shut], places=["brest"])


def test_the_command_takes_places_and_completes_them_from_the_run_folder(shut: Run, tmp_path: Path) -> None:
    out = tmp_path / "queues.png"
    words = [
        "plot",
        str(shut.path),
        "--kind",
        "queues",
        "--place",
        "brest",
        "--place",
        "dostyk",
        "--out",
        str(out),
    ]
    assert CliRunner().invoke(main, words).exit_code == 0 and out.stat().st_size > 10_000
    wrong = CliRunner().invoke(
        main, ["plot", str(shut.path), "--kind", "queues", "--place", "nowhere", "--out", str(out)]
    )
    assert wrong.exit_code != 0 and "no place 'nowhere' in these runs" in wrong.output
    line = f"landbridge plot {shut.path} --kind queues --place bre"
    env = {"_LANDBRIDGE_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": "6"}
    offered = CliRunner().invoke(main, [], prog_name="landbridge", env=env)
    assert "plain,brest" in offered.output.split()


def test_the_record_of_a_disruption_says_which_services_it_holds_and_that_one_without_an_end_lasts(
    tmp_path: Path,
) -> None:
    (tmp_path / "small.yaml").write_text((CASES / "hostile" / "small.yaml").read_text())
    names = network_record(load_scenario(tmp_path / "small.yaml").scenario).facilities
    place = next(iter(names))
    file = tmp_path / "shut.yaml"
    file.write_text(
        yaml.safe_dump(
            {
                "schema": 1,
                "title": "One place shuts for good",
                "extends": "small.yaml",
                "disruptions": {
                    "for-good": {"at": {"facility": place}, "from": "2025-01-20", "effect": "closed"}
                },
            }
        )
    )
    scenario = load_scenario(file).scenario
    (found,) = [one for one in network_record(scenario).closures if one.name == "for-good"]
    assert found.facilities == (place,)
    assert found.until == scenario.period.begin + timedelta(seconds=scenario.period.length)
    starting = [name for name, one in scenario.services.items() if one.route[0] == place]
    assert set(found.services) == set(starting)


# --- one direction, and cities --------------------------------------------------------------------------------------


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


# --- resilience -----------------------------------------------------------------------------------------------------


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
