"""Queues over time, what waits where, and how much freight a line carries: by hand, and in every order."""

import math

import pandas as pd
import pytest
from cells import DAY_S
from drawn_world import place as a_place
from drawn_world import service
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.results import NetworkRecord
from sim.stats import busiest_queues
from sim.stats.traffic import line_traffic, mean_waiting

HOUR_S = 3_600


def levels(
    *rows: tuple[int, str, str, int, int, int], scenario: str = "s", facility: str | None = None
) -> pd.DataFrame:
    """Levels of (replication, kind, place, hour, trips, TEU)."""
    return pd.DataFrame([
        {"scenario": scenario, "replication": n, "place_kind": kind, "place": place, "facility": facility or place, "time_s": hour * HOUR_S,
         "trips": trips, "teu": teu}
        for n, kind, place, hour, trips, teu in rows
    ])  # fmt: skip


# --- queues ----------------------------------------------------------------------------------------------------------


def test_a_queue_of_trains_is_counted_in_trains_and_that_of_a_yard_in_teu() -> None:
    found = busiest_queues(levels((0, "gate", "brest", 0, 3, 300), (0, "yard", "xian", 0, 0, 50)))
    assert found[["place", "unit", "waiting"]].to_numpy().tolist() == [
        ["brest", "trains", 3],
        ["xian", "TEU", 50],
    ]


def test_what_waits_is_the_mean_of_a_day() -> None:
    table = levels(
        *(
            (0, "gate", "brest", hour, trips, 100 * trips)
            for hour, trips in ((0, 2), (6, 4), (12, 6), (24, 1))
        )
    )
    found = busiest_queues(table)
    assert found["time_s"].tolist() == [0, DAY_S]
    assert found["waiting"].tolist() == [4, 1]


def test_a_replication_without_a_queue_counts_as_none() -> None:
    table = levels((0, "gate", "brest", 0, 4, 400), (1, "gate", "other", 0, 1, 1))
    found = busiest_queues(table, places=1)
    assert found[["waiting", "replications"]].to_numpy().tolist() == [[2, 2]]
    (three,) = busiest_queues(table, places=1, replications={"s": 4})["waiting"]
    assert three == 1


def test_places_rank_by_the_teu_that_wait_where_that_is_most() -> None:
    calm = levels((0, "gate", "a", 0, 1, 40), (0, "gate", "b", 0, 1, 50), scenario="calm")
    storm = levels((0, "gate", "a", 0, 9, 900), (0, "gate", "b", 0, 1, 60), scenario="storm")
    found = busiest_queues(pd.concat([calm, storm]), places=1)
    assert found["place"].unique().tolist() == ["a"]
    assert dict(zip(found["scenario"], found["waiting"], strict=True)) == {"calm": 1, "storm": 9}


def test_a_place_where_nothing_ever_waits_is_left_out() -> None:
    assert busiest_queues(levels((0, "gate", "brest", 0, 0, 0))).empty


def test_of_no_levels_there_are_no_queues_but_their_columns() -> None:
    found = busiest_queues(levels((0, "gate", "brest", 0, 0, 0)).iloc[:0])
    assert found.columns.tolist() == [
        "scenario",
        "place_kind",
        "place",
        "unit",
        "time_s",
        "waiting",
        "low",
        "high",
        "replications",
    ]


def test_a_run_of_many_years_has_means_of_several_days() -> None:
    table = levels(*((0, "gate", "brest", 24 * day, day % 4, 1) for day in range(801)))
    found = busiest_queues(table)
    # 800 days on at most 200 points: means of four days, each with 0, 1, 2 and 3 trains; the last day stands alone.
    assert found["time_s"].tolist() == [4 * DAY_S * i for i in range(201)]
    assert set(found["waiting"][:-1]) == {1.5}


def test_five_replications_have_an_interval_that_is_never_below_nothing() -> None:
    found = busiest_queues(
        levels(*((n, "gate", "brest", 0, trips, 1) for n, trips in enumerate((0, 0, 0, 1, 9))))
    )
    assert found["waiting"].tolist() == [2]
    assert 0 < found["low"].item() < 2 < found["high"].item()
    assert math.isnan(busiest_queues(levels((0, "gate", "brest", 0, 2, 1)))["low"].item())


LEVEL = st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", "c"]), st.integers(0, 60), st.integers(0, 9))


@given(st.lists(LEVEL, min_size=1, max_size=12, unique_by=lambda row: row[:3]))
@settings(max_examples=15)
def test_the_days_of_a_queue_are_those_of_any_row_and_its_means_are_over_all_replications(
    rows: list[tuple[int, str, int, int]],
) -> None:
    table = levels(*((n, "gate", place, hour, trips, trips) for n, place, hour, trips in rows))
    days = sorted({hour // 24 for _, _, hour, _ in rows})
    for place, queue in busiest_queues(table, replications={"s": 3}).groupby("place"):
        assert queue["time_s"].tolist() == [day * DAY_S for day in days]
        for day, waiting in zip(days, queue["waiting"], strict=True):
            each = [
                [trips for n, at, hour, trips in rows if (n, at, hour // 24) == (run, place, day)]
                for run in range(3)
            ]
            assert waiting == pytest.approx(sum(sum(one) / len(one) for one in each if one) / 3)


# --- what waits at a facility ----------------------------------------------------------------------------------------


def test_what_waits_aboard_and_in_yards_are_two_figures() -> None:
    table = pd.concat([
        levels((0, "gate", "brest.border", 0, 1, 60), (0, "set-out", "brest", 0, 0, 4), facility="brest"),
        levels((0, "yard", "train", 0, 0, 20), facility="xian"),
    ])  # fmt: skip
    found = mean_waiting(table, (0, DAY_S), ["train"]).set_index("facility")
    assert found.loc["brest"].tolist() == [60, 4]
    assert found.loc["xian"].tolist() == [0, 20]


def test_yards_of_other_services_do_not_count_and_queues_of_trains_are_everybodys() -> None:
    table = pd.concat(
        [levels((0, "yard", "other", 0, 0, 90), facility="xian"), levels((0, "gate", "brest", 0, 1, 10))]
    )
    found = mean_waiting(table, (0, DAY_S), ["train"])
    assert found.to_numpy().tolist() == [["brest", 10, 0]]


def test_the_mean_is_over_all_moments_and_replications_of_the_time_looked_at() -> None:
    table = levels(
        (0, "gate", "brest", 0, 1, 80), (0, "gate", "brest", 12, 1, 0), (0, "gate", "brest", 48, 1, 9_999)
    )
    assert mean_waiting(table, (0, DAY_S), [])["aboard_teu"].tolist() == [40]
    assert mean_waiting(table, (0, DAY_S), [], replications=4)["aboard_teu"].tolist() == [10]


# --- what a line carries ---------------------------------------------------------------------------------------------

NETWORK = NetworkRecord.model_validate({
    "facilities": {name: a_place(name, 40, lon) for lon, name in enumerate("abcd")},
    "legs": {
        "a-b": {"between": ["a", "b"], "mode": "rail", "length_m": 900},
        "a-b-narrow": {"between": ["b", "a"], "mode": "rail", "length_m": 800},
        "b-c": {"between": ["c", "b"], "mode": "rail", "length_m": 500},
        "idle": {"between": ["c", "d"], "mode": "sea", "length_m": 700},
    },
    "services": {
        "out": service(["a", "b", "c"], ["a-b", "b-c"]),
        "home": service(["c", "b"], ["b-c"]),
        "side": service(["b", "a"], ["a-b-narrow"]),
    },
    "chains": {},
    "closures": [],
})  # fmt: skip


def trips(*rows: tuple[str, int], replication: int = 0, measured: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"service": name, "load_teu": load, "replication": replication, "measured": measured}
            for name, load in rows
        ]
    )


def test_a_line_carries_both_directions_and_all_tracks_between_its_ends() -> None:
    table = pd.concat([trips(("out", 40), ("home", 10), ("side", 5)), trips(("out", 7), measured=False)])
    found = line_traffic(table, NETWORK, days=365).set_index(["start", "end", "mode"])
    assert found["teu_per_year"].to_dict() == {
        ("a", "b", "rail"): 45,
        ("b", "c", "rail"): 50,
        ("c", "d", "sea"): 0,
    }
    assert found["length_m"].to_dict() == {
        ("a", "b", "rail"): 800,
        ("b", "c", "rail"): 500,
        ("c", "d", "sea"): 700,
    }


@pytest.mark.parametrize(
    ("days", "replications", "factor"), [(73, None, 5), (365, None, 1), (730, 2, 1 / 4), (365, 10, 1 / 10)]
)
def test_traffic_is_of_a_year_and_of_one_replication(
    days: float, replications: int | None, factor: float
) -> None:
    found = line_traffic(trips(("home", 60)), NETWORK, days, replications).set_index("start")["teu_per_year"]
    assert found["b"] == pytest.approx(60 * factor)
