"""Places are known by what they are, never by how they are called: a line, its gate and a facility may share a name."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from where import ROOT

from sim.engine import simulate
from sim.experiment.criticality import Spot, closure_of, places_of, used_places, with_closure
from sim.experiment.network_record import network_record
from sim.model import GROUPS, hit
from sim.results import Tables, tabulate
from sim.sampling import Sampler
from sim.scenario_file import load_scenario
from sim.stats.journeys import journey, stages_of
from sim.stats.traffic import mean_waiting
from sim.stats.train_diagram import kilometres, train_paths
from sim.stats.waiting import busiest_queues

DAY_S = 86_400
ONE_NAME = """
schema: 1
title: the line, the service, the chain and the facility at its end are all called b
network: none
replications: 1
period: {start: "2025-01-01", length: 60 d}
railways: {r: {name: R, speed: 500 km/day, tariff: 0.5 USD/FEU-km, emissions: 20 g/t-km}}
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal, terminal: {}}
  b: {name: B, country: KZ, position: [45, 80], kind: border, border: {time: 6 h, servers: 1, capacity: 2 trains/day}}
  c: {name: C, country: KZ, position: [45, 70], kind: terminal, terminal: {time: 12 h, servers: 1}}
legs:
  a: {between: [a, b], mode: rail, gauge: 1520, length: 1000 km, railway: r, capacity: 1 trains/day}
  b: {between: [b, c], mode: rail, gauge: 1520, length: 500 km, railway: r, capacity: 1 trains/day}
services: {b: {route: [a, b, c], gauge: 1520, capacity: 10 TEU, dispatch: {when: full}}}
corridors: {b: {title: B}}
chains: {b: {corridor: b, services: [b]}}
cargo: {g: {title: goods, hs: ["84"], time_value: 100 USD/FEU-day}}
flows:
  b: {origin: a, destination: c, volume: 9 TEU/day, consignment: 2 TEU, cargo: {g: 100 %}, mass: 15 t/FEU, promise: 9 d,
      routing: {shares: {b: 100 %}}}
"""
TWO_TRACKS = """
services:
  lorry: {route: [a, b, c], mode: road, capacity: 2 TEU, dispatch: {when: full}}
legs:
  road-ab: {between: [a, b], mode: road, length: 900 km, railway: r}
  road-bc: {between: [b, c], mode: road, length: 400 km, railway: r}
chains: {by-road: {corridor: b, services: [lorry]}}
flows: {b: {routing: {shares: {b: 50 %, by-road: 50 %}}}}
"""


def world(folder: Path, more: str = "") -> Sampler:
    (folder / "base.yaml").write_text(ONE_NAME, encoding="utf-8")
    (folder / "s.yaml").write_text(f"schema: 1\nextends: base.yaml\n{more}", encoding="utf-8")
    return Sampler(load_scenario(folder / "s.yaml").scenario, name="s")


def tables_of(sampler: Sampler) -> Tables:
    plan = sampler.plan(0)
    return tabulate(plan, simulate(plan, engine="reference"), sampler.legend)


def test_a_line_whose_name_is_also_a_gates_takes_its_running_time(tmp_path: Path) -> None:
    sampler = world(tmp_path)
    tables = tables_of(sampler)
    called = {
        (kind, name) for kind, name in zip(tables.visits["place_kind"], tables.visits["place"], strict=True)
    }
    assert {("leg", "a > b"), ("gate", "a > b")} <= called
    stages = stages_of(network_record(sampler.scenario), "b")
    found = journey(
        tables.visits, tables.trips, tables.levels, tables.consignments, stages, "b", (0, 60 * DAY_S)
    )
    spent = found.assign(spent=found["days"].diff().fillna(0.0))
    running = spent[spent["stage"] == "running"]
    assert running["spent"].tolist() == pytest.approx([2.0, 1.0], abs=1e-6)
    assert running["free_days"].tolist() == pytest.approx([2.0, 3.25], abs=1e-6)
    # All seconds are accounted for: the journey ends with the mean transit time of what was delivered.
    done = tables.consignments[tables.consignments["status"] == "delivered"]
    assert found["days"].iloc[-1] == pytest.approx(
        np.average(done["transit_s"], weights=done["size_teu"]) / DAY_S
    )


def test_every_stage_takes_the_time_that_trips_spent_there_and_waiting_for_the_first_line_is_one(
    tmp_path: Path,
) -> None:
    sampler = world(tmp_path)
    tables = tables_of(sampler)
    stages = stages_of(network_record(sampler.scenario), "b")
    found = journey(
        tables.visits, tables.trips, tables.levels, tables.consignments, stages, "b", (0, 60 * DAY_S)
    )
    spent = dict(zip(found["stage"] + " " + found["place"], found["days"].diff(), strict=True))
    ended = tables.visits[tables.visits["ended_s"] >= 0]
    seconds = ended["ended_s"] - ended["arrived_s"]

    def mean_days(**what: str) -> float:
        here = ended[np.logical_and.reduce([ended[key] == value for key, value in what.items()])]
        assert len(here)
        return float(np.average(seconds[here.index], weights=here["load_teu"])) / DAY_S

    at_first = mean_days(place_kind="gate", leg="a")
    assert at_first > 0.1  # more than a train a day is full, one a day is let in
    assert spent["handling a"] == pytest.approx(at_first)
    at_border = mean_days(place_kind="gate", operation="border") + mean_days(
        place_kind="station", facility="b"
    )
    assert spent["handling b"] == pytest.approx(at_border + mean_days(place_kind="gate", leg="b"))
    assert spent["handling c"] == pytest.approx(mean_days(place_kind="station", facility="c"))


def test_what_waits_in_a_yard_whose_service_has_a_facilitys_name_is_where_the_service_begins(
    tmp_path: Path,
) -> None:
    inspected = "policies: {look: {territory: [KZ], inspected: {share: 100 %, handling: 5 d}}}\n"
    levels = tables_of(world(tmp_path, inspected)).levels
    kinds = (
        levels[levels["place"] == "b"]
        .groupby(["place_kind", "facility"], observed=True)["teu"]
        .max()
        .to_dict()
    )
    assert kinds["yard", "a"] > 0  # for the service b, at a
    assert kinds["set-out", "b"] > 0  # at the facility b, after inspections
    waiting = mean_waiting(levels, (0, 60 * DAY_S), ["b"]).set_index("facility")["yard_teu"]
    assert waiting["a"] > 0
    assert waiting["b"] > 0
    queues = busiest_queues(levels.assign(scenario="s"))
    units = queues.drop_duplicates(["place_kind", "place"]).set_index(["place_kind", "place"])["unit"]
    assert units["set-out", "b"] == units["yard", "b"] == "TEU"


def test_a_road_and_a_railway_between_the_same_places_are_two_places(tmp_path: Path) -> None:
    """The closure of the railway holds trains and no lorry, whichever of them stands first in the file."""
    shut = (
        TWO_TRACKS + "disruptions: {d: {at: {leg: a}, from: 2025-01-10, lasts: 20 d, effect: {rate: 0 %}}}\n"
    )
    sampler = world(tmp_path, shut)
    names = [place.name for place in sampler.legend.leg_places]
    assert sorted(names) == ["a > b (1520 mm)", "a > b (road)", "b > c (1520 mm)", "b > c (road)"]
    visits = tables_of(sampler).visits
    onto = visits[(visits["facility"] == "a") & (visits["place_kind"] == "leg")]
    held = onto.groupby("leg", observed=True)["wait_s"].max()
    assert held["road-ab"] == 0
    gate = visits[(visits["place_kind"] == "gate") & (visits["leg"] == "a")]
    assert gate["wait_s"].max() > 5 * DAY_S
    assert "road-ab" not in set(visits.loc[visits["place_kind"] == "gate", "leg"])


def test_a_path_of_a_trip_is_drawn_by_facilities(tmp_path: Path) -> None:
    sampler = world(tmp_path)
    tables, network = tables_of(sampler), network_record(sampler.scenario)
    paths = train_paths(tables.visits, ["b"], kilometres(network, "b"), (0, 60 * DAY_S), 0)
    first = paths[paths["trip"] == paths["trip"].iloc[0]]
    assert first["km"].is_monotonic_increasing
    assert set(first["km"]) == {0.0, 1000.0, 1500.0}


def test_lines_and_facilities_in_use_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    sampler = world(tmp_path)
    tables = tables_of(sampler)
    lines = tables.visits[tables.visits["place_kind"] == "leg"]
    only_lines = lines[lines["leg"] == "b"].assign(service="b")
    found = used_places(sampler, tables.consignments.iloc[:0], only_lines, 0)
    assert found == {Spot("leg", "b"), Spot("facility", "a")}  # the line, and where its service begins
    # Each is closed by itself: the line b, its facility b, and no service of that name.
    places = places_of(sampler.scenario, None, ())
    assert places == {
        "facility a": Spot("facility", "a"), "facility b": Spot("facility", "b"), "c": Spot("facility", "c"),
        "leg a": Spot("leg", "a"), "leg b": Spot("leg", "b"),
    }  # fmt: skip
    closure = closure_of(sampler.scenario, datetime(2025, 1, 20, tzinfo=UTC), 5, 20)
    shut = with_closure(sampler.scenario, closure, places["leg b"])
    at = shut.disruptions["criticality-closure"].at
    assert {group: hit(shut, at, group) for group in GROUPS if hit(shut, at, group)} == {"legs": ["b"]}


NAMES_ARE_READ = {
    # The only readers of text here: no place, service or scenario is found in it.
    ("results", "unfinished.py"): "lines of a record of our own",
    ("results", "declared.py"): "messages of a library",
    ("results", "export.py"): "the folder of a table of our own",
    ("results", "reasons.py"): "the version of Python",
    ("results", "tables.py"): "numbers of part files of our own",
    ("views", "asked.py"): "a title, without what is told apart in it",
    ("views", "page.py"): "words of a caption; positions of panels",
    ("views", "titles.py"): "a title, without what explains it in brackets or after a colon",
    ("views", "told_freight.py"): "a pair of places of our own, by its two ids",
    ("cli", "cache.py"): "a limit in MB or GB",
    ("cli", "completing.py"): "what was typed so far",
    ("cli", "init.py"): "a modeline of our own",
    ("cli", "options.py"): "the unit of an amount that matters",
    ("cli", "outcome.py"): "the version of Python",
    ("cli", "program.py"): "whether an option or a command was typed",
}
READERS = {
    "split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix", "match", "fullmatch",
    "search", "findall", "extract", "contains",
}  # fmt: skip


@pytest.mark.parametrize("room", ["results", "stats", "views", "cli"])
def test_no_name_is_read_to_find_out_what_a_thing_is(room: str) -> None:
    found = set()
    for file in sorted((ROOT / "sim" / room).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in READERS
                and ast.unparse(node.func) != "np.split"  # of arrays
            ):
                found.add((room, file.name))
    assert found == {one for one in NAMES_ARE_READ if one[0] == room}


def test_the_declared_columns_say_what_a_place_is(tmp_path: Path) -> None:
    visits: pd.DataFrame = tables_of(world(tmp_path)).visits
    legs = visits[visits["place_kind"] == "leg"]
    assert set(zip(legs["leg"], legs["facility"], legs["to"], strict=True)) == {
        ("a", "a", "b"),
        ("b", "b", "c"),
    }
    gates = visits[(visits["place_kind"] == "gate") & (visits["leg"] == "")]
    assert set(zip(gates["facility"], gates["operation"], gates["direction"], strict=True)) == {
        ("b", "border", "westbound")
    }
