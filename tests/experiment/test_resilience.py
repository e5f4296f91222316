"""What a shock does to freight: paired measures by hand, and the command on a tiny world."""

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from matplotlib.dates import date2num
from worlds import BASE, merged, scenario

from sim.cli import main
from sim.errors import LandbridgeError
from sim.experiment import Case
from sim.experiment.shock import dated_shocks, run_shock, spell_of, without_shocks
from sim.stats import SHOCK_MEASURES
from sim.stats.resilience import (
    VALUES,
    delays,
    mean_moves,
    moves,
    paired,
    resilience_measures,
    shock_summary,
)
from sim.stats.resilience_words import shock_verdicts
from sim.stats.struck import ShockWindow, mean_delays
from sim.stats.weekly import mean_weeks, weekly_table
from sim.views.recovery import recovery_figure

DAY_S = 86_400
WINDOW = ShockWindow(0, 28 * DAY_S, 84 * DAY_S)
"""The shock begins on day 28; releases of days 0 to 84 are looked at."""


def freight(*rows: tuple[Any, ...], replication: int = 0) -> pd.DataFrame:
    """Consignments of (day of release, corridor or "" when refused, days, TEU[, flow[, USD/FEU[, status]]])."""
    made = []
    for day, corridor, days, teu, *rest in rows:
        flow, usd, status = (*rest, *("f", 1000.0, "delivered")[len(rest) :])
        status = status if corridor else "refused"
        made.append(
            {"scenario": "storm", "replication": replication, "flow": flow, "direction": "eastbound" if flow == "e" else "westbound",
             "size_teu": teu, "corridor": corridor, "status": status, "measured": flow != "local",
             "release_s": round(day * DAY_S), "transit_s": round(days * DAY_S),
             "cost_usd_per_feu": usd if corridor else math.nan}
        )  # fmt: skip
    return pd.DataFrame(made).assign(consignment=range(len(made)))


def struck(
    without: pd.DataFrame,
    shocked: pd.DataFrame,
    window: ShockWindow = WINDOW,
    met_on: dict[int, float] | None = None,
) -> pd.DataFrame:
    """Pairs that the shock meets on these days, by the number of the consignment; else at release (or the shock's start), if at all."""
    pairs = paired(without, shocked)
    same = [pairs[f"{name}_a"] == pairs[f"{name}_b"] for name in ("corridor", "status", "transit_s")]
    met_s = pairs["release_s"].clip(lower=window.start_s).where(~(same[0] & same[1] & same[2]), -1)
    by_hand = pairs["consignment_a"].map({one: round(day * DAY_S) for one, day in (met_on or {}).items()})
    return pairs.assign(met_s=by_hand.fillna(met_s).astype(int))


def shock_measures(
    without: pd.DataFrame,
    shocked: pd.DataFrame,
    window: ShockWindow = WINDOW,
    met_on: dict[int, float] | None = None,
) -> pd.DataFrame:
    """As a worker makes them, of replication 0."""
    found = resilience_measures(without, shocked, struck(without, shocked, window, met_on), window)
    return found.assign(scenario="storm", replication=int(shocked["replication"].iloc[0]))


def of_storm(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(scenario="storm")


def measures(
    without: pd.DataFrame,
    shocked: pd.DataFrame,
    corridor: str = "all",
    met_on: dict[int, float] | None = None,
) -> dict[str, tuple[float, bool]]:
    found = shock_measures(without, shocked, met_on=met_on)
    mine = found[(found["corridor"] == corridor) & (found["direction"] == "all")]
    return {row["measure"]: (row["value"], row["lower_bound"]) for row in mine.to_dict("records")}


def test_every_measure_comes_with_its_unit_for_every_corridor_and_direction() -> None:
    run = freight((1, "north", 10, 2), (30, "sea", 40, 2, "e"))
    found = shock_measures(run, run)
    assert list(found.columns)[: len(VALUES)] == VALUES
    assert dict(zip(found["measure"], found["unit"], strict=True)) == {
        one.name: one.unit for one in SHOCK_MEASURES.values()
    }
    groups = [(c, d) for c in ("all", "north", "sea") for d in ("all", "eastbound", "westbound")]
    assert list(dict.fromkeys(zip(found["corridor"], found["direction"], strict=True))) == groups


# --- the delay area -----------------------------------------------------------------------------------------------


def test_the_delay_area_counts_freight_under_way_at_the_shock_and_released_after_it() -> None:
    without = freight((10, "north", 10, 100), (20, "north", 10, 20), (30, "north", 10, 40))
    shocked = freight((10, "north", 10, 100), (20, "north", 13, 20), (30, "north", 15, 40))
    assert measures(without, shocked)["delay.area"] == (20 * 3 + 40 * 5, False)


def test_freight_released_after_the_last_day_looked_at_does_not_count() -> None:
    without, shocked = freight((85, "north", 10, 20)), freight((85, "north", 90, 20))
    assert measures(without, shocked)["delay.area"] == (0, False)


def test_diverted_freight_counts_under_the_corridor_that_it_left() -> None:
    without = freight((30, "north", 10, 20), (31, "sea", 40, 20))
    shocked = freight((30, "sea", 45, 20), (31, "sea", 42, 20))
    assert measures(without, shocked, "north")["delay.area"] == (20 * 35, False)
    assert measures(without, shocked, "sea")["delay.area"] == (20 * 2, False)
    assert measures(without, shocked)["delay.area"] == (20 * 37, False)


def test_refused_freight_has_no_delay_and_is_counted_apart() -> None:
    without = freight((30, "north", 10, 20), (31, "north", 10, 60))
    shocked = freight((30, "", 0, 20), (31, "north", 11, 60))
    north = measures(without, shocked, "north")
    assert north["delay.area"] == (60, False) and north["refused"] == (20, False)


def test_freight_still_under_way_in_the_run_with_the_shock_makes_the_area_a_lower_bound() -> None:
    without = freight((80, "north", 10, 20))
    shocked = freight((80, "north", 30, 20, "f", 1000.0, "under way"))
    assert measures(without, shocked)["delay.area"] == (400, True)


def test_freight_under_way_in_both_runs_adds_nothing() -> None:
    run = freight((80, "sea", 30, 20, "f", 1000.0, "under way"))
    assert measures(run, run)["delay.area"] == (0, False)


def test_freight_that_only_shares_the_track_is_not_measured() -> None:
    without = freight((30, "north", 10, 20), (30, "north", 10, 20, "local"))
    shocked = freight((30, "north", 11, 20), (30, "north", 50, 20, "local"))
    assert measures(without, shocked)["delay.area"] == (20, False)


# --- pairs, where freight went, what it paid ----------------------------------------------------------------------


def test_a_consignment_is_the_same_when_its_number_within_the_flow_and_its_release_are() -> None:
    without = freight((30, "north", 10, 20, "f"), (31, "north", 10, 20, "g"), (32, "north", 20, 20, "f"))
    shocked = freight((30, "north", 12, 20, "f"), (31, "north", 11, 20, "g"), (32, "north", 23, 20, "f"))
    extra = freight((29, "sea", 99, 20, "h"))
    pairs = paired(without, pd.concat([extra, shocked])).set_index(["flow", "number"])
    delays = (pairs["transit_s_b"] - pairs["transit_s_a"]) / DAY_S
    assert delays.to_dict() == {("f", 0): 2, ("g", 0): 1, ("f", 1): 3}
    # A shock to demand releases number 1 on another day: that is another consignment.
    moved = freight((30, "north", 12, 20, "f"), (31, "north", 11, 20, "g"), (40, "north", 23, 20, "f"))
    assert paired(without, moved)["flow"].to_list() == ["f", "g"]
    assert measures(without, moved)["unpaired"] == (2, False)


def test_consignments_of_one_run_only_are_left_out_and_counted() -> None:
    without = freight((30, "north", 10, 20))
    shocked = freight((30, "north", 11, 20), (31, "sea", 99, 20), (32, "north", 99, 20))
    assert measures(without, shocked)["unpaired"] == (2, False)
    assert measures(without, shocked, "north")["unpaired"] == (1, False)
    assert measures(without, shocked)["delay.area"] == (20, False)


def test_the_from_to_table_of_freight_released_from_the_shock_on() -> None:
    without = freight(
        (20, "north", 10, 500),
        (30, "north", 10, 20),
        (31, "north", 10, 40),
        (32, "north", 10, 60),
        (33, "sea", 40, 80),
    )
    shocked = freight(
        (20, "north", 10, 500),
        (30, "north", 10, 20),
        (31, "sea", 40, 40),
        (32, "", 0, 60),
        (33, "sea", 40, 80),
    )
    table = moves(without, shocked, WINDOW)
    pooled = table[table["direction"] == "all"]
    assert pooled[["from", "to", "teu"]].to_numpy().tolist() == [
        ["north", "north", 20],
        ["north", "refused", 60],
        ["north", "sea", 40],
        ["sea", "sea", 80],
    ]
    north = measures(without, shocked, "north")
    assert north["diverted"] == (40, False)
    assert north["diverted.share"] == (pytest.approx(100 * 40 / 120), False)


def test_a_move_that_a_replication_lacks_is_zero_in_the_mean() -> None:
    stays, leaves = freight((30, "north", 10, 20)), freight((30, "sea", 40, 20))
    again = stays.assign(replication=1)
    both = pd.concat([of_storm(moves(stays, leaves, WINDOW)), of_storm(moves(again, again, WINDOW))])
    mean = mean_moves(both, 2)
    assert mean[mean["direction"] == "all"][["from", "to", "teu"]].to_numpy().tolist() == [
        ["north", "sea", 10],
        ["north", "north", 10],
    ]


def test_the_price_paid_more_is_a_mean_per_feu_and_a_total() -> None:
    # 20 TEU are 10 FEU that pay 900 USD more each; 60 TEU pay the same; refused freight pays nothing.
    without = freight((30, "north", 10, 20), (31, "north", 10, 60), (32, "north", 10, 20))
    shocked = freight((30, "sea", 40, 20, "f", 1900.0), (31, "north", 10, 60), (32, "", 0, 20))
    found = measures(without, shocked)
    assert found["cost.extra_per_feu"] == (pytest.approx(900 / 4), False)
    assert found["cost.extra"] == (pytest.approx(9000), False)


# --- weeks: peak and recovery -------------------------------------------------------------------------------------


def weeks(*days: float | None, corridor: str = "north") -> pd.DataFrame:
    """One consignment in the middle of each week of release, from day 0 on, with these transit times; None: refused."""
    return freight(*((7 * k + 3, corridor if d is not None else "", d or 0, 20) for k, d in enumerate(days)))


def test_the_peak_is_the_largest_weekly_difference_of_the_median_and_says_in_which_week() -> None:
    # Week 0 begins with the shock on day 28. Freight released the week before is caught by it, too.
    without = weeks(10, 10, 10, 10, 10, 10, 10, 10, 10)
    shocked = weeks(10, 10, 10, 14, 16, 18, 13, 10, 10)
    found = measures(without, shocked)
    assert found["delay.peak"] == (8, False) and found["delay.peak_week"] == (7, False)


def test_freight_has_recovered_when_two_weeks_after_the_worst_are_within_a_tenth_of_the_weeks_before() -> (
    None
):
    without = weeks(*[10] * 12)
    # One good week (week 2) is not enough: weeks 4 and 5 are the first two in a row.
    shocked = weeks(10, 10, 10, 10, 16, 18, 11, 12, 11, 10.5, 10, 10)
    assert measures(without, shocked)["recovery.time"] == (28, False)


def test_normal_is_a_tenth_of_the_level_of_the_four_weeks_before_the_shock_without_it() -> None:
    # The level is 10 days, so 1.5 days are no recovery, however slow both runs are at the end; no delay is one.
    without = weeks(10, 10, 10, 10, 10, 10, 10, 20, 20, 20, 20, 20)
    shocked = weeks(10, 10, 10, 10, 15, 16, 12, 21.5, 21.5, 20, 20, 20)
    assert measures(without, shocked)["recovery.time"] == (35, False)


def test_what_never_leaves_the_band_recovers_at_once() -> None:
    assert measures(weeks(*[10] * 12), weeks(*[10] * 6, *[10.9] * 6))["recovery.time"] == (0, False)


def test_freight_struck_on_its_way_counts_in_the_week_in_which_the_shock_meets_it() -> None:
    # Released in the two weeks before; held at a border on days 29 and 36: delay and recovery are after the shock's start.
    shocked = weeks(10, 10, 21, 15, 10, 10, 10, 10, 10, 10, 10, 10)
    found = measures(weeks(*[10] * 12), shocked, met_on={2: 29, 3: 36})
    assert found["delay.peak"] == (11, False) and found["delay.peak_week"] == (0, False)
    assert found["recovery.time"] == (14, False)
    assert found["delay.area"] == (20 * 11 + 20 * 5, False)


def test_the_few_that_turn_away_when_a_closure_is_announced_are_not_the_week() -> None:
    # 2 of 20 TEU leave in the week before, 30 days slower; the shock itself holds the rest for 5 days.
    without = freight(*((7 * k + 3, "north", 10, 18) for k in range(12)), (24, "north", 10, 2))
    shocked = freight(
        *((7 * k + 3, "north", 15 if k == 4 else 10, 18) for k in range(12)), (24, "sea", 40, 2)
    )
    found = measures(without, shocked, met_on={12: 24})
    assert found["delay.peak"] == (5, False) and found["delay.peak_week"] == (0, False)
    assert found["recovery.time"] == (7, False)
    assert found["delay.area"] == (18 * 5 + 2 * 30, False)


def test_a_peak_delay_is_never_without_a_time_to_recover() -> None:
    """Whatever weeks a shock delays, from its start on: a peak above the band comes with a recovery after it."""
    for first in range(4, 10):
        shocked = weeks(*[10] * first, 21, *[10] * (11 - first))
        found = measures(weeks(*[10] * 12), shocked)
        assert found["delay.peak"] == (11, False)
        assert found["recovery.time"][0] == 7 * (first - 4 + 1)


def test_not_within_the_period_is_the_end_of_the_last_week_and_a_lower_bound() -> None:
    shocked = weeks(*[10] * 4, *[15] * 7, 10)
    # The last week is good, but nobody knows whether it stays so.
    assert measures(weeks(*[10] * 12), shocked)["recovery.time"] == (56, True)


def test_a_corridor_that_freight_may_not_take_is_not_back_to_normal() -> None:
    without = weeks(*[10] * 12)
    barred = weeks(*[10] * 4, *[None] * 8)
    assert measures(without, barred, "north")["recovery.time"] == (56, True)
    for_a_while = weeks(*[10] * 4, None, None, None, *[10] * 5)
    assert measures(without, for_a_while, "north")["recovery.time"] == (21, False)


def test_a_corridor_barred_from_the_first_day_on_is_not_back_within_the_period() -> None:
    window = ShockWindow(0, 0, 84 * DAY_S)
    found = shock_measures(weeks(*[10] * 12), weeks(*[40] * 12, corridor="sea"), window)
    mine = found[(found["corridor"] == "north") & (found["direction"] == "all")].set_index("measure")
    assert mine.loc["recovery.time", ["value", "lower_bound"]].tolist() == [84, True]
    assert mine["value"]["delay.peak"] == 30


def test_a_week_in_which_nothing_would_have_come_says_nothing() -> None:
    without = weeks(*[10] * 5, None, 10, None, None, 10, 10, 10)
    shocked = weeks(*[10] * 4, 15, None, 10, None, None, 10, 10, 10)
    # Week 2 is back, and so is the next one with freight, week 5.
    assert measures(without, shocked, "north")["recovery.time"] == (14, False)


def test_a_week_whose_median_is_only_an_age_is_not_back() -> None:
    without = weeks(*[10] * 12)
    shocked = weeks(*[10] * 4, 15, 15, 10, 10, 10, 10, 10, 10)
    shocked.loc[6:7, "status"] = "under way"
    assert measures(without, shocked)["recovery.time"] == (28, False)
    assert measures(without, shocked)["delay.peak"] == (5, True)


def test_without_freight_before_the_shock_the_level_is_that_of_its_first_weeks_without_it() -> None:
    window = ShockWindow(0, 0, 84 * DAY_S)
    found = shock_measures(weeks(*[10] * 12), weeks(*[15] * 3, *[10] * 9), window)
    mine = found[(found["corridor"] == "all") & (found["direction"] == "all")].set_index("measure")["value"]
    assert mine["recovery.time"] == 21


def weekly_means(without: pd.DataFrame, shocked: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of one replication, six weeks."""
    window = ShockWindow(0, 28 * DAY_S, 42 * DAY_S)
    by_release = mean_weeks(weekly_table(without, shocked, window).assign(replication=0))
    met = mean_delays(delays(struck(without, shocked, window), window).assign(replication=0))
    return by_release[by_release["direction"] == "all"], met[met["direction"] == "all"]


def test_the_table_of_weeks_has_both_runs_and_the_freight_refused() -> None:
    without, shocked = weeks(*[10] * 6), weeks(10, 10, 10, 10, None, 12)
    table, met = weekly_means(without, shocked)
    assert table["week"].min() == -4 and table["week"].max() == 1
    shown = table[table["week"] == 0].set_index(["run", "corridor"])["teu"]
    assert shown["without", "north"] == 20 and shown["with", "refused"] == 20 and shown["with", "north"] == 0
    north = met[met["corridor"] == "north"].set_index("week")
    # Week 0 is refused: there is no delay to tell. In week 1 freight is delayed by two days.
    assert math.isnan(north["delay"][0]) and north["delay"][1] == 2 and north["delay"][-1] == 0
    assert north["teu"].tolist() == [0, 0, 0, 0, 20, 20]


def test_the_picture_has_delays_and_freight_with_the_shock_over_that_without_it_and_shades_the_shock() -> (
    None
):
    without, shocked = weeks(*[10] * 6), weeks(10, 10, 10, 10, None, 12)
    table, met = weekly_means(without, shocked)
    start = datetime(2025, 9, 1, tzinfo=UTC)
    met = met.assign(usual=40.0)  # as if a usual week had enough freight for a median
    shocks = [("Strike", start, start + timedelta(days=9)), ("Lockout", start, start + timedelta(days=4))]
    figure = recovery_figure(table, met, shocks, "Before, during and after")
    above, below = figure.axes
    drawn = [[None if math.isnan(y) else y for y in line.get_ydata()] for line in above.get_lines()]
    assert drawn == [[0, 0, 0, 0, None, 2]]
    teu = [list(line.get_ydata()) for line in below.get_lines()]
    assert teu == [
        [20] * 6,
        [20, 20, 20, 20, 0, 20],
        [0, 0, 0, 0, 20, 0],
    ]  # north without, with; refused with
    for ax in (above, below):
        (shade,) = ax.patches
        assert [round(x) for x in shade.get_extents().transformed(ax.transData.inverted()).intervalx] == [
            round(date2num(start)),
            round(date2num(start)) + 9,
        ]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "north",
        "refused",
        "without the shock",
        "shock",
    ]
    assert "Shaded: Strike; Lockout." in " ".join(figure.texts[1].get_text().split())


# --- words --------------------------------------------------------------------------------------------------------


def told(*pairs: tuple[pd.DataFrame, pd.DataFrame]) -> list[str]:
    numbered = [(a.assign(replication=r), b.assign(replication=r)) for r, (a, b) in enumerate(pairs)]
    values = pd.concat([shock_measures(a, b) for a, b in numbered])
    moved = mean_moves(pd.concat([of_storm(moves(a, b, WINDOW)) for a, b in numbered]), len(pairs))
    return shock_verdicts(shock_summary(values), values, moved)


def test_the_verdict_names_delay_peak_recovery_and_where_freight_went() -> None:
    def pair(more: float) -> tuple[pd.DataFrame, pd.DataFrame]:
        shocked = weeks(*[10] * 4, 15 + more, 14, 13, *[10] * 5)
        shocked.loc[5, ["corridor", "transit_s"]] = ["sea", 40 * DAY_S]
        return weeks(*[10] * 12), shocked

    first, *rest = told(*[pair(0), pair(1)] * 3)
    assert first.startswith("All freight: delay of 770 TEU-days (")
    assert "back to normal 21 d (21 to 21) after the shock's start" in first
    assert "20 TEU (20 to 20) diverted, 12 % of what is offered" in first and first.endswith(
        "(95 % intervals; n = 6)."
    )
    assert rest[-1] == "Of the 20 TEU that leave their corridor: 100 % by sea."


def test_an_interval_with_zero_inside_is_not_called_a_delay() -> None:
    without = weeks(*[10] * 12)
    later, earlier = weeks(*[10] * 5, 12, *[10] * 6), weeks(*[10] * 5, 9, *[10] * 6)
    first, *rest = told(*[(without, later), (without, earlier)] * 3)
    assert first.startswith("All freight: no delay shown, the interval of the delay area")
    assert rest == ["No freight changes its corridor."]


def test_freight_that_gets_faster_is_said_to_save_time() -> None:
    without = weeks(*[10] * 12)
    faster, as_fast = weeks(*[10] * 4, *[8] * 8), weeks(*[10] * 4, *[7.9] * 8)
    # Eight weeks of 20 TEU, 2 and 2.1 days faster: 320 and 336 TEU-days.
    first = told(*[(without, faster), (without, as_fast)] * 3)[0]
    assert first.startswith("All freight: 328 TEU-days (319 to 337) saved")


def test_small_parts_and_cheaper_ways_are_said_plainly() -> None:
    without = freight((30, "north", 10, 1000), (31, "north", 10, 996), (32, "north", 10, 4))
    shocked = freight((30, "sea", 40, 1000, "f", 900.0), (31, "", 0, 996), (32, "road", 20, 4, "f", 900.0))
    cheaper = shocked.assign(cost_usd_per_feu=[899.0, math.nan, 899.0])
    first, *_, last = told(*[(without, shocked), (without, cheaper)] * 3)
    assert "996 TEU (996 to 996) refused" in first
    # 100 and 101 USD less for each FEU.
    assert "it pays 100 USD/FEU (100 to 101) less" in first
    assert (
        last
        == "Of the 2,000 TEU that leave their corridor: 50 % by sea, 50 % is refused, less than 1 % by road."
    )


def test_no_effect_and_no_recovery_are_said_in_words() -> None:
    same = weeks(*[10] * 12)
    assert told(*[(same, same)] * 5)[0] == "All freight: no delay in any replication (95 % intervals; n = 5)."
    late = weeks(*[10] * 5, 12, *[10] * 6)
    assert told((same, late), (same, late))[0].startswith(
        "All freight: delay of 40 TEU-days in 2 replications, which have no interval"
    )
    never = weeks(*[10] * 4, *[15] * 8)
    assert "it is not back to normal within the period" in told((same, never), (same, never))[0]


# --- the pair of runs ---------------------------------------------------------------------------------------------

SHOCKS = """
period: {start: "2025-01-01", length: 90 d, warm_up: 10 d, cool_down: 20 d}
replications: 2
flows: {cn-de: {volume: 60 TEU/day}}
facilities: {k: {gauge_change: {servers: 9}}, r: {border: {servers: 4}}}
disruptions:
  closed-line: {at: {id: r-d}, from: "2025-02-01", lasts: 6 d, effect: closed, title: The line is closed}
  past: {at: {id: a}, from: "2024-01-01", lasts: 3 d, effect: closed}
  quakes: {at: {id: k}, random: {rate: 1 /year}, lasts: 1 d, effect: closed}
policies:
  ban: {territory: [RU], destination: [DE], from: "2025-02-10", until: "2025-02-24", barred: true}
  always: {territory: [RU], surcharge: 10 USD/FEU}
"""


def test_the_shocks_of_a_scenario_are_those_that_begin_within_its_period() -> None:
    made = scenario(SHOCKS)
    assert dated_shocks(made) == ["ban", "closed-line"]
    bare = without_shocks(made, ["ban", "closed-line"])
    assert list(bare.policies) == ["always"] and list(bare.disruptions) == ["past", "quakes"]


def test_a_spell_is_within_the_period_and_wrong_names_are_errors() -> None:
    made = scenario(SHOCKS)
    spell = spell_of(made, "closed-line")
    assert (spell.title, spell.from_s, spell.until_s) == ("The line is closed", 31 * DAY_S, 37 * DAY_S)
    assert (spell_of(made, "quakes").from_s, spell_of(made, "quakes").until_s) == (0, 90 * DAY_S)
    with pytest.raises(
        LandbridgeError,
        match=r"no policy or disruption 'strike'.*name one of these: ban, always, closed-line",
    ):
        spell_of(made, "strike")
    with pytest.raises(LandbridgeError, match="'past' holds at no time of the period"):
        spell_of(made, "past")


def test_a_closed_line_delays_rail_and_a_ban_sends_its_freight_by_road() -> None:
    case = Case("tiny", scenario(SHOCKS))
    outcome = run_shock(case, dated_shocks(case.scenario))
    assert outcome.window == ShockWindow(10 * DAY_S, 31 * DAY_S, 70 * DAY_S) and outcome.replications == 2
    rows = shock_summary(outcome.values)
    pooled = rows[rows["direction"] == "all"].set_index(["corridor", "measure"])["estimate"]
    assert pooled["north", "delay.area"] > 1_000 and pooled["all", "unpaired"] == 0
    moved = mean_moves(outcome.moves, 2)
    moved = moved[moved["direction"] == "all"].set_index(["from", "to"])["teu"]
    assert set(moved.index) == {("north", "north"), ("north", "road")}
    # 60 TEU a day for 14 days may not cross Russia.
    assert 600 < moved["north", "road"] == pooled["north", "diverted"] < 1_100


def test_a_shock_in_the_cool_down_is_an_error() -> None:
    late = scenario(SHOCKS, 'disruptions: {closed-line: {from: "2025-03-20"}}')
    with pytest.raises(LandbridgeError, match="'closed-line' begins in the cool-down of tiny"):
        run_shock(Case("tiny", late), ["closed-line"])


def test_a_scenario_without_a_shock_is_an_error() -> None:
    with pytest.raises(
        LandbridgeError, match="tiny has no policy or disruption that begins within its period"
    ):
        run_shock(Case("tiny", scenario()), [])


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.yaml"
    file.write_text(yaml.safe_dump(merged(yaml.safe_load(BASE), yaml.safe_load(SHOCKS))), encoding="utf-8")
    return file


def said(*words: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, [*map(str, words)])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def test_resilience_prints_tables_and_a_verdict_and_draws_the_weeks(tiny: Path, tmp_path: Path) -> None:
    text = said("resilience", tiny, "--jobs", "1", "--out", tmp_path / "weeks")
    assert "closed-line: The line is closed, 2025-02-01 to 2025-02-07" in text
    assert "peak delay d" in text and "to road" in text and "- All freight: delay of " in text
    assert all((tmp_path / f"weeks.{end}").stat().st_size > 10_000 for end in ("png", "svg"))


def test_resilience_of_one_shock_as_a_document(tiny: Path) -> None:
    document = json.loads(said("resilience", tiny, "--jobs", "1", "--shock", "closed-line", "--json"))
    assert document["shocks"] == [
        {"id": "closed-line", "title": "The line is closed", "from": "2025-02-01T00:00:00+00:00", "until": "2025-02-07T00:00:00+00:00"}
    ]  # fmt: skip
    assert {row["measure"] for row in document["rows"]} == set(SHOCK_MEASURES)
    # The ban is in both runs then: nobody changes corridor.
    assert all(move["from"] == move["to"] for move in document["moves"])
    assert document["verdicts"][-1] == "No freight changes its corridor."


def test_resilience_says_what_it_cannot_look_at(tiny: Path) -> None:
    assert "no policy or disruption 'strike'" in said("resilience", tiny, "--shock", "strike", code=1)
    quiet = ("--set", "policies.ban=null", "--set", "disruptions.closed-line=null")
    assert "name one with --shock" in said("resilience", tiny, *quiet, code=1)
