"""Every measure of freight, of every group, beside the same figure counted consignment by consignment."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from cells import CHAINS, DAY_S, cohorts
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import measures_of

from sim.errors import LandbridgeError
from sim.stats import MEASURES

Freight = list[dict[str, Any]]
KEY = ["replication", "corridor", "direction", "chain", "cargo", "flow"]
few = settings(max_examples=12)


def carried(freight: Freight) -> Freight:
    return [one for one in freight if one["status"] != "refused"]


def teu(freight: Freight, which: Callable[[dict[str, Any]], bool] = bool) -> int:
    return sum(one["size_teu"] for one in freight if which(one))


def mean(freight: Freight, column: str) -> float:
    total = teu(freight)
    return (
        float(Fraction(sum(int(one[column]) * one["size_teu"] for one in freight), total))
        if total
        else math.nan
    )


def quantile(freight: Freight, share: Fraction) -> float:
    """Days within which a share of the TEU are there: boxes one by one, in the order of their arrival."""
    boxes = sorted(one["transit_s"] for one in freight for _ in range(one["size_teu"]))
    return boxes[math.ceil(share * len(boxes)) - 1] / DAY_S if boxes else math.nan


def percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole else math.nan


COUNTED: dict[str, Callable[[Freight], float]] = {
    "transit_time.mean": lambda freight: mean(freight, "transit_s") / DAY_S,
    "transit_time.p10": lambda freight: quantile(freight, Fraction(1, 10)),
    "transit_time.p50": lambda freight: quantile(freight, Fraction(1, 2)),
    "transit_time.p90": lambda freight: quantile(freight, Fraction(9, 10)),
    "transit_time.p95": lambda freight: quantile(freight, Fraction(19, 20)),
    "on_time.share": lambda freight: percent(
        teu(freight, lambda one: one["promise_s"] >= 0 and one["on_time"]),
        teu(freight, lambda one: one["promise_s"] >= 0),
    ),
    "deadline.share": lambda freight: percent(teu(freight, lambda one: one["in_time"]), teu(freight)),
    "delivered": lambda freight: teu(freight, lambda one: one["status"] == "delivered"),
    "under_way": lambda freight: teu(freight, lambda one: one["status"] == "under way"),
    "rerouted": lambda freight: teu(freight, lambda one: one["reroutes"] > 0),
    "cost.per_feu": lambda freight: mean(freight, "cost_usd_per_feu"),
    "time_cost.per_feu": lambda freight: mean(freight, "time_cost_usd_per_feu"),
    "emissions.per_feu": lambda freight: mean(freight, "emissions_kg_per_feu"),
}

COUNTED_ELSEWHERE = {"refused", "corridor.share", "buffer.index", "load.factor"}
"""Of more than the freight of a group: counted below, and by hand in `test_stats` and `test_measures_beside_tables`."""


def test_no_measure_is_left_uncounted() -> None:
    assert set(MEASURES) == {*COUNTED, *COUNTED_ELSEWHERE}


def rows_of(values: pd.DataFrame) -> Iterator[tuple[tuple[Any, ...], dict[str, float]]]:
    for key, group in values.groupby(KEY, sort=False):
        yield key, dict(zip(group["measure"], group["value"], strict=True))


def belongs(one: dict[str, Any], group: tuple[Any, ...]) -> bool:
    replication, *names = group
    same = all(name in ("all", one[column]) for column, name in zip(KEY[1:], names, strict=True))
    return bool(one["replication"] == replication and one["measured"] and same)


@given(cohorts(), st.sampled_from([None, "chain", "cargo", "flow"]))
@few
def test_every_measure_of_every_group_is_the_one_that_is_counted(table: pd.DataFrame, by: str | None) -> None:
    freight = table.to_dict("records")
    for group, figures in rows_of(measures_of(table, by=by)):
        mine = [one for one in freight if belongs(one, group)]
        for name, count in COUNTED.items():
            assert figures[name] == pytest.approx(count(carried(mine)), nan_ok=True), (group, name)


@given(cohorts(), st.sampled_from([None, "chain", "cargo", "flow"]))
@few
def test_a_share_of_freight_is_of_what_any_corridor_carries_the_same_way(
    table: pd.DataFrame, by: str | None
) -> None:
    freight = table.to_dict("records")
    for group, figures in rows_of(measures_of(table, by=by)):
        replication, _, direction, _, cargo, flow = group
        mine = [one for one in freight if belongs(one, group)]
        rivals = [one for one in freight if belongs(one, (replication, "all", direction, "all", cargo, flow))]
        assert figures["corridor.share"] == pytest.approx(
            percent(teu(carried(mine)), teu(carried(rivals))), nan_ok=True
        )


@given(cohorts(), st.sampled_from([None, "chain", "cargo", "flow"]))
@few
def test_refused_freight_is_counted_over_all_corridors_and_by_none(
    table: pd.DataFrame, by: str | None
) -> None:
    freight = table.to_dict("records")
    for group, figures in rows_of(measures_of(table, by=by)):
        assert ("refused" in figures) == (group[1] == "all")
        if group[1] == "all":
            refused = [one for one in freight if belongs(one, group) and one["status"] == "refused"]
            assert figures["refused"] == teu(refused)


@given(cohorts())
@few
def test_what_is_offered_is_delivered_refused_or_under_way(table: pd.DataFrame) -> None:
    for group, figures in rows_of(measures_of(table)):
        if group[1:3] == ("all", "all"):
            offered = table[(table["replication"] == group[0]) & table["measured"]]["size_teu"].sum()
            assert figures["delivered"] + figures["refused"] + figures["under_way"] == offered


@given(cohorts())
@few
def test_corridors_add_up_to_all_and_directions_too(table: pd.DataFrame) -> None:
    values = measures_of(table)
    amounts = values[values["measure"].isin(["delivered", "under_way", "rerouted"])]
    for (_, measure), of_run in amounts.groupby(["replication", "measure"]):
        cells = {
            (c, d): v
            for c, d, v in zip(of_run["corridor"], of_run["direction"], of_run["value"], strict=True)
        }
        corridors = {c for c, _ in cells} - {"all"}
        directions = {d for _, d in cells} - {"all"}
        for direction in [*directions, "all"]:
            assert sum(cells[c, direction] for c in corridors) == cells["all", direction], measure
        for corridor in [*corridors, "all"]:
            assert sum(cells[corridor, d] for d in directions) == cells[corridor, "all"], measure


@given(cohorts())
@few
def test_the_number_behind_a_figure_is_of_consignments_not_of_teu(table: pd.DataFrame) -> None:
    values = measures_of(table, by="flow")
    for key, group in values.groupby(KEY, sort=False):
        mine = [one for one in table.to_dict("records") if belongs(one, key)]
        behind = dict(zip(group["measure"], group["consignments"], strict=True))
        assert behind["transit_time.mean"] == behind["corridor.share"] == len(carried(mine))
        assert behind["on_time.share"] == sum(one["promise_s"] >= 0 for one in carried(mine))
        if "refused" in behind:
            assert behind["refused"] == len(mine)


@given(cohorts(), st.integers(2, 5))
@few
def test_twice_the_boxes_is_twice_the_amounts_and_the_same_times_and_shares(
    table: pd.DataFrame, factor: int
) -> None:
    once = measures_of(table).set_index([*KEY, "measure"])["value"]
    more = measures_of(table.assign(size_teu=table["size_teu"] * factor)).set_index([*KEY, "measure"])[
        "value"
    ]
    amount = once.index.get_level_values("measure").isin(["delivered", "refused", "under_way", "rerouted"])
    pd.testing.assert_series_equal(more[amount], once[amount] * factor)
    pd.testing.assert_series_equal(more[~amount], once[~amount])


@given(cohorts(), st.randoms(use_true_random=False))
@few
def test_the_order_of_consignments_says_nothing(table: pd.DataFrame, luck: Any) -> None:
    order = list(range(len(table)))
    luck.shuffle(order)
    key = [*KEY, "measure"]
    there = measures_of(table, by="chain").sort_values(key, ignore_index=True)
    mixed = measures_of(table.iloc[order], by="chain").sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(there, mixed)


@given(cohorts())
@few
def test_a_replication_is_measured_by_itself(table: pd.DataFrame) -> None:
    together = measures_of(table, runs=[("s", 0), ("s", 1), ("s", 2)])
    for n in range(3):
        alone = measures_of(table[table["replication"] == n], runs=[("s", n)])
        key = [name for name in KEY if name != "replication"]
        mine = together[together["replication"] == n].set_index([*key, "measure"])["value"].dropna()
        same = alone.set_index([*key, "measure"])["value"].dropna()
        # Corridors that only other replications have are rows without freight here.
        pd.testing.assert_series_equal(mine[mine != 0].sort_index(), same[same != 0].sort_index())


def test_a_run_that_released_nothing_has_its_rows_with_nothing_in_them() -> None:
    table = pd.DataFrame({
        "scenario": ["s"], "replication": [0], "chain": ["north-a"], "corridor": ["northern"], "direction": ["westbound"],
        "cargo": ["toys"],
        "flow": ["f"], "size_teu": [2], "transit_s": [10 * DAY_S], "promise_s": [-1], "deadline_s": [9 * DAY_S], "reroutes": [0],
        "measured": [True], "status": ["delivered"], "on_time": [False], "in_time": [False], "cost_usd_per_feu": [3.0],
        "time_cost_usd_per_feu": [2.0], "emissions_kg_per_feu": [1.0], "release_s": [0],
    })  # fmt: skip
    values = measures_of(table, runs=[("s", 0), ("s", 1)])
    empty = values[
        (values["replication"] == 1) & (values["corridor"] == "all") & (values["direction"] == "all")
    ]
    figures = dict(zip(empty["measure"], empty["value"], strict=True))
    assert {name for name, value in figures.items() if value == 0} == {
        "delivered",
        "refused",
        "under_way",
        "rerouted",
    }
    assert all(
        math.isnan(figures[name])
        for name in figures.keys() - {"delivered", "refused", "under_way", "rerouted"}
    )


def test_units_are_those_of_the_declared_measures() -> None:
    values = measures_of(cohort_of_one())
    found = dict(zip(values["measure"], values["unit"], strict=True))
    assert found == {name: MEASURES[name].unit for name in found}
    assert found.keys() == MEASURES.keys() - {"load.factor"}


def cohort_of_one() -> pd.DataFrame:
    from cells import table_of

    return table_of([(0, sorted(CHAINS)[-1], "westbound", "toys", "f", 1, 1, False)])


@pytest.mark.parametrize("by", ["scenario", "Chain", ""])
def test_a_breakdown_that_there_is_not_is_refused_with_those_that_there_are(by: str) -> None:
    with pytest.raises(
        LandbridgeError,
        match='corridor, direction, chain, cargo, flow, market, origin, destination, od, got "' + by,
    ):
        measures_of(cohort_of_one(), by=by)
