"""The map, time over distance, shares of corridors and the train graph: on a world of two services and a sea lane."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from drawn_world import (
    DAY_S,
    NETWORK,
    WARM_UP_D,
    WRITTEN,
    FakeRun,
    all_text,
    consignments,
    levels,
    trips,
    visits,
    world,
)
from matplotlib.figure import Figure
from where import ROOT, SCENARIOS

from sim.errors import LandbridgeError, RunFolderError
from sim.experiment.network_record import network_record
from sim.results import NetworkRecord, read_run, write_json
from sim.sampling.legends import service_cost_usd_per_feu
from sim.scenario_file import load_scenario, network_scenario
from sim.stats.chains import busiest_chains
from sim.stats.journeys import journey, stages_of, stops
from sim.stats.shares import corridor_shares
from sim.stats.traffic import line_traffic, mean_waiting
from sim.stats.train_diagram import kilometres, services_along, train_paths
from sim.views import draw, save
from sim.views.projection import coastline, course, project
from sim.views.style import corridor_strokes

NEW = ("map", "time-distance", "corridor-share", "train-graph")


CLOSURE = {"name": "Altynkol closed", "from": "2025-03-01T00:00:00+00:00", "until": "2025-03-11T00:00:00+00:00",
           "closed": True, "facilities": ["altynkol"], "legs": []}  # fmt: skip


def closed(name: str = "closure") -> FakeRun:
    return FakeRun(name, network={**WRITTEN, "closures": [CLOSURE]}, more={"disruptions": [CLOSURE]})


def caption_of(figure: Figure) -> str:
    (text,) = [text for text in figure.texts if text.get_gid() == "caption"]
    return text.get_text().replace("\n", " ").replace("\u00a0", " ")


# What is computed


def test_a_lines_traffic_is_what_its_services_carry_in_a_year() -> None:
    lines = line_traffic(trips(visits()), NETWORK, days=90).set_index(["start", "end"])["teu_per_year"]
    assert lines["khorgos", "xian"] == pytest.approx(90 * 100 * 365 / 90)
    assert lines["altynkol", "lodz"] == pytest.approx(2 * 90 * 100 * 365 / 90)  # both directions
    assert lines["lodz", "shanghai"] == 0


def test_what_waits_counts_where_it_waits_and_yards_only_of_chosen_services() -> None:
    window_s = (WARM_UP_D * DAY_S, 100 * DAY_S)
    found = mean_waiting(levels(), window_s, ["east"]).set_index("facility")
    assert dict(found["aboard_teu"]) == {"khorgos": 100, "xian": 0}
    assert dict(found["yard_teu"]) == {"khorgos": 0, "xian": 30}


def one_journey(n: int = 5) -> pd.DataFrame:
    stages = stages_of(NETWORK, "rail")
    return journey(
        visits(n),
        trips(visits(n)),
        levels(n),
        consignments(n),
        stages,
        "rail",
        (WARM_UP_D * DAY_S, 100 * DAY_S),
    )


def test_a_journey_ends_with_the_mean_transit_time_and_the_mean_price() -> None:
    found = one_journey()
    assert found["days"].iloc[-1] == pytest.approx(15, abs=0.001)
    assert found["low"].iloc[-1] < found["days"].iloc[-1] < found["high"].iloc[-1]
    assert found["usd"].iloc[-1] == pytest.approx(1000)
    assert list(found["km"].unique()) == [0, 3000, 3010, 9010]
    assert (found[["days", "free_days", "usd", "km"]].diff().dropna() >= -1e-9).all().all()


def test_a_journey_without_waiting_is_running_and_handling_alone() -> None:
    found = one_journey().set_index(["place", "stage"])["free_days"]
    assert found["khorgos", "running"] == 3
    assert found["khorgos", "handling"] == 4
    assert found["lodz", "handling"] == 3 + 1 + 1 + 6


def test_the_wait_for_trains_is_shared_as_the_boxes_in_the_yards_are() -> None:
    spent = one_journey().assign(spent=lambda table: table["days"].diff())
    yards = spent[spent["stage"] == "yard"].set_index("place")["spent"].fillna(0)
    # 15 days less 12 aboard: three days, three quarters of them at Xi'an.
    assert yards["xian"] == pytest.approx(2.25, abs=0.001)
    assert yards["altynkol"] == pytest.approx(0.75, abs=0.001)


def test_the_two_sides_of_a_border_are_one_stop() -> None:
    found = stops(one_journey())
    assert list(found["places"]) == [("xian",), ("khorgos", "altynkol")]
    assert found["days"].tolist() == pytest.approx([2.25, 2 + 1 + 0.75], abs=0.001)


def test_a_chain_without_delivered_freight_has_no_journey() -> None:
    none = consignments().assign(status="under way")
    window_s = (WARM_UP_D * DAY_S, 100 * DAY_S)
    assert journey(
        visits(), trips(visits()), levels(), none, stages_of(NETWORK, "rail"), "rail", window_s
    ).empty


def test_the_busiest_chain_of_each_corridor_is_found() -> None:
    assert busiest_chains(consignments()) == {"northern": "rail", "ocean": "sea"}


def test_shares_of_corridors_sum_to_everything_that_was_released() -> None:
    shares = corridor_shares(consignments(), [0, 10 * DAY_S, 20 * DAY_S])
    assert shares.groupby("spell")["share"].sum().tolist() == pytest.approx([100, 100])
    first = shares[shares["spell"] == 0].set_index("corridor")
    assert dict(first["share"]) == pytest.approx({"northern": 60, "ocean": 30, "refused": 10})
    assert set(first["teu"]) == {300}


def test_services_on_a_chains_line_are_found_in_both_directions() -> None:
    assert services_along(NETWORK, "rail") == {"east": "along", "west": "along", "home": "back"}
    assert kilometres(NETWORK, "rail") == {"xian": 0, "khorgos": 3000, "altynkol": 3010, "lodz": 9010}


def test_a_stop_is_a_level_part_of_a_trips_path() -> None:
    km = kilometres(NETWORK, "rail")
    paths = train_paths(visits(), ["east"], km, (20 * DAY_S, 21 * DAY_S), 0)
    path = paths[paths["trip"] == 3 * 20].drop_duplicates(["time_s", "km"])
    assert list(zip(path["time_s"] / DAY_S, path["km"], strict=True)) == [(20, 0), (23, 3000)]
    path = train_paths(visits(), ["east"], km, (20 * DAY_S, 40 * DAY_S), 0)
    path = path[path["trip"] == 3 * 20].drop_duplicates(["time_s", "km"])
    corners = [(20, 0), (23, 3000), (24, 3000), (25, 3000), (25, 3010), (26, 3010)]
    assert list(zip(path["time_s"] / DAY_S, path["km"], strict=True)) == corners


def test_a_trip_that_still_waits_has_a_path_to_the_windows_end() -> None:
    table = visits().query("trip == 60 and place_kind == 'gate'").assign(started_s=-1, ended_s=-1)
    path = train_paths(table, ["east"], kilometres(NETWORK, "rail"), (0, 50 * DAY_S), 0)
    assert list(path["time_s"] / DAY_S) == [23, 50]


# The map's ground


def test_the_coastline_has_land_and_the_caspian_sea_in_it() -> None:
    assert (ROOT / "sim" / "views" / "land-110m.json").stat().st_size < 100_000
    assert all(np.abs(np.diff(ring[:, 0])).max() < 180 for ring in coastline())

    def on_land(lon: float, lat: float) -> bool:
        return (
            sum(bool(matplotlib.path.Path(ring).contains_point((lon, lat))) for ring in coastline()) % 2 == 1
        )

    assert on_land(37.6, 55.8) and on_land(104.2, 35.9) and on_land(76.9, 43.3)
    assert not on_land(51.0, 42.0)  # the Caspian
    assert not on_land(34.0, 43.2) and not on_land(140.0, 35.0 - 10)


def test_the_projection_keeps_areas() -> None:
    def area(lon: float, lat: float) -> float:
        x, y = project([lon, lon + 0.1, lon + 0.1, lon], [lat, lat, lat + 0.1, lat + 0.1])
        return float(
            abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2 / np.cos(np.radians(lat + 0.05))
        )

    assert area(20, 30) == pytest.approx(area(110, 60), rel=1e-3)


def test_ships_go_round_continents_and_ferries_straight() -> None:
    shanghai, suez, hamburg, cape = (121.9, 30.9), (32.3, 30.5), (10.0, 53.5), (18.4, -35.0)
    x, y = course(shanghai, suez, "sea", 13_500_000)
    singapore = [float(one[0]) for one in project([104.4], [1.2])]
    assert min(np.hypot(x - singapore[0], y - singapore[1])) < 0.02
    assert np.hypot(x - project([0.0], [45.0])[0], y - project([0.0], [45.0])[1]).min() > 0.3
    back, _ = course(suez, shanghai, "sea", 13_500_000)
    assert back == pytest.approx(x[::-1])
    around = course(cape, hamburg, "sea", 11_900_000)[1].min()
    assert around == pytest.approx(float(project([18.4], [-35.3])[1][0]), abs=0.05)
    assert len(course((53.0, 40.0), (49.4, 40.0), "sea", 320_000)[0]) == 5


# Pictures


@pytest.mark.parametrize("kind", NEW)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_kind_is_drawn_with_units_and_how_many_replications(kind: str, number: int) -> None:
    figure = draw(kind, [FakeRun(f"scenario-{i}") for i in range(number)])
    labels = " ".join(f"{ax.get_xlabel()} {ax.get_ylabel()}" for ax in figure.axes)
    wanted = {"map": "", "time-distance": "USD per FEU", "corridor-share": "(%)", "train-graph": "(km)"}
    assert wanted[kind] in labels
    assert ("replication 0" if kind == "train-graph" else "3 replications") in caption_of(figure)


@pytest.mark.parametrize("kind", NEW)
def test_the_same_runs_give_the_same_bytes(kind: str, tmp_path: Path) -> None:
    first = save(draw(kind, [closed(), FakeRun("other")]), tmp_path / "a" / kind)
    second = save(draw(kind, [closed(), FakeRun("other")]), tmp_path / "b" / kind)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize("kind", NEW)
def test_nothing_is_drawn_outside_the_page(kind: str) -> None:
    long = "a-scenario-with-a-name-that-nobody-would-have-thought-of-but-somebody-wrote-all-the-same"
    for runs in ([closed()], [FakeRun(long), closed("b" * 70)]):
        figure = draw(kind, runs)
        figure.draw_without_rendering()
        width, height = figure.canvas.get_width_height()
        drawn = [ax.get_tightbbox() for ax in figure.axes]
        for box in [*drawn, *(artist.get_window_extent() for artist in (*figure.texts, *figure.legends))]:
            assert box.x0 >= -1 and box.x1 <= width + 1 and box.y0 >= -1 and box.y1 <= height + 1, (
                f"{kind}: {box}"
            )


@pytest.mark.parametrize("kind", NEW)
def test_a_run_without_freight_gives_a_picture_that_says_so(kind: str) -> None:
    empty = FakeRun(tables={name: table.iloc[:0] for name, table in world(1).items()})
    assert "nothing to draw" in all_text(draw(kind, [empty]))


@pytest.mark.parametrize("kind", ["time-distance", "corridor-share"])
def test_one_replication_gives_no_interval_and_says_so(kind: str) -> None:
    assert "One replication gives no interval; 5 do." in caption_of(draw(kind, [FakeRun(tables=world(1))]))


def test_a_map_names_places_and_marks_what_was_closed() -> None:
    text = all_text(draw("map", [closed()]))
    assert all(name in text for name in ("Xi'an", "Lodz", "closed for a time", "TEU a year"))
    assert "Closed for a time: Altynkol closed." in caption_of(draw("map", [closed()]))
    assert "closed" not in all_text(draw("map", [FakeRun()]))


def test_a_map_of_one_corridor_leaves_the_other_lines_without_freight() -> None:
    with pytest.raises(LandbridgeError, match="no corridor 'ocaen'"):
        draw("map", [FakeRun()], corridor="ocaen")
    assert "nothing to draw" in all_text(draw("map", [FakeRun()], corridor="ocean"))  # no ship ever left


def test_time_over_distance_shows_a_chain_of_every_corridor_or_the_one_asked_for() -> None:
    titles = [ax.get_title(loc="left") for ax in draw("time-distance", [FakeRun()]).axes[::2]]
    assert titles == ["Northern, Xi'an–Lodz", "Ocean, Shanghai–Lodz"]
    (left, right) = draw("time-distance", [FakeRun()], chain="rail").axes
    assert left.get_title(loc="left") == "Northern, Xi'an–Lodz"
    assert "Khorgos / Altynkol 3.8 d" in " ".join(text.get_text() for text in left.texts)
    assert right.lines[0].get_ydata()[-1] == pytest.approx(1000)


def test_an_unknown_chain_is_named_with_the_nearest_and_other_kinds_take_none() -> None:
    with pytest.raises(LandbridgeError, match=r"no chain 'rial' in these runs. Did you mean 'rail'\?"):
        draw("train-graph", [FakeRun()], chain="rial")
    with pytest.raises(LandbridgeError, match="'queues' shows no single chain"):
        draw("queues", [FakeRun()], chain="rail")


def test_shares_are_weekly_in_a_short_run_and_name_what_was_disrupted() -> None:
    figure = draw("corridor-share", [closed()])
    assert "First day of the week, 2025, of release (UTC)" in figure.axes[0].get_xlabel()
    assert {"refused", "Northern", "Ocean"} <= set(all_text(figure).split())
    assert "disrupted at some time" in all_text(figure)
    assert "Disrupted: Altynkol closed." in caption_of(figure)


def test_a_train_graph_begins_after_the_warm_up_or_before_the_first_disruption() -> None:
    def first_date(run: FakeRun) -> str:
        (ax,) = draw("train-graph", [run]).axes
        return f"{matplotlib.dates.num2date(ax.get_xlim()[0]):%Y-%m-%d}"

    assert first_date(FakeRun()) == "2025-01-11"
    assert first_date(closed()) == "2025-02-24"
    assert "timetabled trip" in all_text(draw("train-graph", [closed()]))


# What a run folder says about its network


@pytest.mark.parametrize("name", ["brest-closure", "cku-open"])
def test_the_record_of_a_network_is_plain_and_has_the_costs_of_its_services(name: str) -> None:
    scenario = load_scenario(SCENARIOS / f"{name}.yaml").scenario
    record = network_record(scenario)
    assert (
        NetworkRecord.model_validate(json.loads(json.dumps(record.as_written(), allow_nan=False))) == record
    )
    assert set(record.chains) == set(scenario.chains)
    for key, one in record.services.items():
        total = sum(one.leg_costs) + sum(one.fees.values()) + one.charge
        assert total == pytest.approx(service_cost_usd_per_feu(scenario, key), abs=0.5)
        assert len(one.legs) == len(one.leg_costs) == len(one.route) - 1
    for chain in record.chains:
        assert stages_of(record, chain)[-1].km_to > 100
    closures = [one for one in record.closures if one.closed]
    ends = [str(one.until.date()) for one in closures if one.until]
    assert ends == (["2025-09-25"] if name == "brest-closure" else [])
    assert all("brest-malaszewicze-1520" in one.legs or "malaszewicze" in one.facilities for one in closures)


def test_a_run_folder_of_an_older_version_says_what_is_missing(tmp_path: Path) -> None:
    period = {"start": "2025-01-01T00:00:00+00:00", "length_s": 86_400, "warm_up_s": 0, "cool_down_s": 0}
    write_json(tmp_path / "manifest.json", {"scenario": "old", "period": period})
    with pytest.raises(RunFolderError, match=r"network\.json: is missing; this picture needs it"):
        _ = read_run(tmp_path).network


def test_a_share_is_of_measured_flows_and_a_corridor_looks_the_same_in_every_panel() -> None:
    table = world(2)["consignments"]
    through = table.assign(
        flow="through", corridor="regional", status="delivered", measured=False, size_teu=900
    )
    first = FakeRun("first", {**world(2), "consignments": pd.concat([table, through], ignore_index=True)})
    other = table.assign(corridor=table["corridor"].replace("northern", "kashgar-osh"))
    figure = draw("corridor-share", [first, FakeRun("second", {**world(2), "consignments": other})])
    left, right = figure.axes
    looks = [{bars.get_label(): bars[0].get_facecolor() for bars in ax.containers} for ax in (left, right)]
    assert set(looks[0]) == set(looks[1]) == {"northern", "ocean", "kashgar-osh", "refused"}
    assert looks[0] == looks[1]


def test_the_corridors_of_the_network_have_looks_of_their_own() -> None:
    names = [*network_scenario().corridors]
    alone = {name: corridor_strokes([name])[name] for name in names}
    together = corridor_strokes(names)
    assert alone == {name: together[name] for name in names}
    assert len({(one.colour, str(one.dashes)) for one in alone.values()}) == len(names)
