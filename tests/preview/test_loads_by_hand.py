"""What a preview says is asked of every place of the tiny world, beside the same worked out by hand."""

from math import inf

import pytest
from worlds import scenario

from sim.preview import Load, preview

PLAIN = """
railways: {cr: {speed: 1000 km/day}}
facilities:
  k: {gauge_change: {time: 12 h, servers: 4}}
  r: {border: {time: 2 h, servers: 1}}
  d: {terminal: {time: 3 h}}
legs: {r-d: {running_time: 36 h}}
fleets: {sets: {empty_return: {after: 12 h, time: 2 d}}}
"""
"""The tiny world with constant times."""


def loads(*changes: str) -> dict[tuple[str, str], Load]:
    return {(load.kind, load.name): load for load in preview(scenario(PLAIN, *changes)).loads}


# 280 TEU a day come to the gauge change: seven trains of 40; five go on to Germany, two to Poland by timetable.


def test_a_station_is_asked_for_its_trains_times_their_work() -> None:
    found = loads()
    change = found["station", "k.gauge_change"]
    assert change.asked == pytest.approx(7 * 0.5)
    assert (change.there, change.mean) == (4, pytest.approx(3.5 / 4))
    border = found["station", "r.border"]
    assert border.asked == pytest.approx((200 / 40 + 2) * 2 / 24, rel=0.2)
    assert border.there == 1


def test_a_gate_is_asked_for_its_trains() -> None:
    (gate,) = [load for (kind, name), load in loads().items() if kind == "gate"]
    station = loads()["station", "r.border"]
    assert gate.there == 20
    assert gate.asked == pytest.approx(station.asked * 12)


@pytest.mark.parametrize(("background", "there"), [("5 trains/day", 15), ("19 trains/day", 1)])
def test_what_others_take_of_a_gate_is_not_there(background: str, there: float) -> None:
    found = loads(f"legs: {{k-r: {{background: {background}}}}}")
    (gate,) = [load for (kind, _), load in found.items() if kind == "gate"]
    assert (gate.there, gate.background) == (there, 20 - there)
    assert gate.mean == pytest.approx(gate.asked / there)
    assert gate.warning == ("over" if gate.asked > there else "")


def test_of_an_agreed_capacity_its_mean_that_is_accepted_is_there() -> None:
    agreed = "{accepted: {low: 40 %, mode: 60 %, high: 80 %}, background: 5 trains/day}"
    (gate,) = [load for (kind, _), load in loads(f"legs: {{k-r: {agreed}}}").items() if kind == "gate"]
    assert gate.there == pytest.approx(20 * 0.6 - 5)


def test_a_timetable_offers_its_departures_and_what_leaves_when_full_has_no_limit() -> None:
    found = loads()
    assert (found["service", "far-p"].asked, found["service", "far-p"].there) == (80, 80)
    assert found["service", "far-p"].warning == "near"
    assert (found["service", "west"].asked, found["service", "west"].there) == (280, inf)
    assert found["service", "west"].note == "7.00 departures a day"
    assert found["service", "trucks"].asked == 0


def test_a_fleet_is_asked_for_its_trips_and_its_empty_returns() -> None:
    found = loads()["fleet", "sets"]
    trips_a_day = float(loads()["service", "far"].note.split()[0])
    # A day to the border, 2 h there, 36 h on, 3 h of unloading; then 12 h idle and 2 d empty.
    out_d = 1 + (2 + 36 + 3) / 24
    assert found.asked == pytest.approx(trips_a_day * (out_d + 2.5))
    assert found.there == 12


@pytest.mark.parametrize("factor", [0.5, 2, 3])
def test_so_many_times_the_freight_asks_so_many_times_as_much(factor: float) -> None:
    before = loads()
    after = loads(
        f"flows: {{cn-de: {{volume: {200 * factor} TEU/day}}, cn-pl: {{volume: {80 * factor} TEU/day}}}}"
    )
    for key in (("station", "k.gauge_change"), ("service", "west"), ("service", "far"), ("service", "far-p")):
        assert after[key].asked == pytest.approx(factor * before[key].asked)


def test_the_busiest_month_is_that_of_the_season() -> None:
    season = ", ".join("155 %" if month == 2 else "95 %" for month in range(1, 13))
    found = loads(
        f"period: {{length: 90 d}}\nflows: {{cn-de: {{season: [{season}]}}, cn-pl: {{season: [{season}]}}}}"
    )
    change = found["station", "k.gauge_change"]
    assert change.peak_month == "2025-02"
    assert change.peak == pytest.approx(1.55 * 3.5 / 4)
    # 31 days of January, 28 of February, 31 of March.
    assert change.mean == pytest.approx((62 * 0.95 + 28 * 1.55) * 3.5 / 90 / 4)


@pytest.mark.parametrize(("servers", "warning"), [(3, "over"), (4, ""), (5, "")])
def test_a_place_is_warned_of_by_its_busiest_month(servers: int, warning: str) -> None:
    change = loads(f"facilities: {{k: {{gauge_change: {{servers: {servers}}}}}}}")[
        "station", "k.gauge_change"
    ]
    assert change.warning == warning
    assert change.mean == pytest.approx(3.5 / servers)


def test_freight_that_no_chain_is_open_to_is_counted_as_refused() -> None:
    bar = "policies: {p: {territory: [RU], barred: true}}"
    found = preview(scenario(PLAIN, bar))
    # Freight to Germany has the road as a fallback, that to Poland has none.
    assert found.refused_teu_per_day == pytest.approx(80)
    assert {load.name: load.asked for load in found.loads if load.kind == "service"}[
        "trucks"
    ] == pytest.approx(200)


def test_a_bar_for_half_the_period_asks_for_half_as_much_in_the_mean() -> None:
    bar = "policies: {p: {territory: [RU], from: '2025-01-16', barred: true}}"
    before, after = loads(), loads(bar)
    assert after["service", "west"].asked == pytest.approx(before["service", "west"].asked / 2)
    assert after["service", "trucks"].asked == pytest.approx(100)
    assert preview(scenario(PLAIN, bar)).refused_teu_per_day == pytest.approx(40)


def test_chains_are_listed_by_corridor_and_time_with_the_sum_of_their_parts() -> None:
    chains = {one.chain: one for one in preview(scenario(PLAIN)).chains}
    assert list(chains) == ["rail-p", "rail", "truck"] or list(chains) == ["rail", "rail-p", "truck"]
    rail = chains["rail"]
    # A day to the gauge change, 12 h of it; a day to the border, 2 h, 36 h, 3 h of unloading.
    assert rail.time_s == rail.mean_s == 86_400 * 2 + 3_600 * (12 + 2 + 36 + 3)
    assert rail.length_m == 3_000_000
    assert rail.price_usd_per_feu == pytest.approx(0.2 * 3_000)
    assert rail.emissions_kg_per_feu == pytest.approx(0.019 * 15 * 3_000)
    assert chains["truck"].time_s == 14 * 86_400 + 3 * 3_600
    assert chains["truck"].price_usd_per_feu == pytest.approx(4_500)


def test_loads_come_with_the_highest_first() -> None:
    peaks = [load.peak for load in preview(scenario(PLAIN)).loads]
    assert peaks == sorted(peaks, reverse=True)
