"""Pictures say which scenario they show, and call things by their titles."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shown_runs import again, said, words_of
from where import CASES, SCENARIOS

from sim.errors import LandbridgeError
from sim.experiment.network_record import network_record
from sim.results import ManifestRecord, PeriodRecord, Run
from sim.scenario_file import load_scenario
from sim.views import PLOTS, draw
from sim.views.run_names import run_names, which_scenarios
from sim.views.style import NAME_WIDTH, wrap
from sim.views.titles import chain_title, corridor_titles, queue_titles, service_title


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
    assert chains["north-express-warsaw-xian"].startswith("Northern timetabled")
    # Trains for Kuryk pass Aktau, but it is at Aktau that boxes of the other way change.
    assert chains["middle-xian-baku-alat"] == "Middle by Aktau, Xi'an–Baku"
    assert chains["middle-kuryk-xian-baku-alat"] == "Middle by Kuryk, Xi'an–Baku"
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
