"""Closures are marked where they hit, and places are called what they are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from matplotlib.figure import Figure
from shown_runs import said
from where import CASES

from sim.cli import main
from sim.errors import LandbridgeError
from sim.experiment.network_record import network_record
from sim.results import Run
from sim.scenario_file import load_scenario
from sim.views import draw


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
