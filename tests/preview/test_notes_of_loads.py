"""What is there for freight, month by month: opening hours, weather, openings, fleets; and the notes that say so."""

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
services: {far: {dispatch: {when: full, at_most: null, at_least: null}}}
fleets: {sets: {empty_return: {after: 12 h, time: 2 d}}}
"""
"""The tiny world with constant times; five full trains a day go to Germany, two by timetable to Poland."""
OUT_D = 1 + (2 + 36 + 3) / 24
"""Days of a trip from the gauge change to Germany."""


def loads(*changes: str) -> dict[tuple[str, str], Load]:
    return {(load.kind, load.name): load for load in preview(scenario(PLAIN, *changes)).loads}


def fleet(*changes: str) -> Load:
    return loads(*changes)["fleet", "sets"]


def test_trains_without_a_rule_of_waiting_are_full() -> None:
    assert loads()["service", "far"].note == "5.00 departures a day"


def test_the_hours_of_a_place_are_the_share_of_servers_that_is_there() -> None:
    found = loads("facilities: {r: {border: {hours: 'Mon-Fri 08:00-20:00'}}}")["station", "r.border"]
    share = 12 / 24 * 5 / 7
    assert found.there == pytest.approx(share)
    assert found.asked == pytest.approx(7 * 2 / 24)
    assert found.note.startswith("open ") and found.note.endswith(f"{share:.0%} of the time")


def test_a_place_without_a_number_of_servers_has_no_load() -> None:
    assert ("station", "r.border") not in loads("facilities: {r: {border: {servers: null}}}")


def test_sets_that_come_back_empty_by_themselves_are_under_way_for_all_of_it() -> None:
    found = fleet()
    assert found.asked == pytest.approx(5 * (OUT_D + 0.5 + 2))
    assert (found.there, found.note) == (12, "")


def test_sets_of_which_nothing_else_is_said_run_empty_as_long_as_loaded() -> None:
    found = fleet("fleets: {sets: {empty_return: null}}")
    assert found.asked == pytest.approx(5 * 2 * OUT_D)
    assert found.note == ""


def test_sets_that_never_come_back_are_said_to() -> None:
    found = fleet("fleets: {sets: {empty_return: null}}", "fleets: {sets: {empty_return: {called: false}}}")
    assert found.asked == pytest.approx(5 * OUT_D)
    assert found.note == "no empty return: 5.00 departures a day out, 0.00 back"


def test_a_fleet_without_a_number_has_no_load() -> None:
    found = loads("fleets: {sets: {vehicles: null}}")
    assert ("fleet", "sets") not in found


def test_freight_back_takes_sets_home_and_saves_empty_runs() -> None:
    back = """
    legs: {d-p: {between: [d, p], mode: road, length: 600 km, running_time: 1 d, tariff: 1 USD/FEU-km, emissions: 70 g/t-km}}
    services: {back: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, fleet: sets, dispatch: {when: full}}}
    chains: {back: {corridor: north, services: [back]}}
    flows: {de-kz: {origin: d, destination: k, volume: 120 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %},
                    mass: 15 t/FEU, deadline: 9 d, routing: {shares: {back: 100 %}}}}
    """
    found = fleet(back)
    # Three trains a day come back loaded, so that two come back empty: 36 h, 2 h, a day and 12 h of the gauge change.
    back_d = (36 + 2 + 24 + 12) / 24
    assert found.asked == pytest.approx(5 * OUT_D + 3 * back_d + 2 * (0.5 + 2))


def test_a_preview_of_two_months_has_the_mean_of_both_and_the_month_of_the_peak() -> None:
    season = ", ".join(["80 %"] + ["120 %"] + ["100 %"] * 10)
    found = loads(
        f"period: {{length: 59 d}}\nflows: {{cn-de: {{season: [{season}]}}, cn-pl: {{season: [{season}]}}}}"
    )
    change = found["station", "k.gauge_change"]
    # Seven trains a day of half a day each; 31 days of January and 28 of February.
    assert change.asked == pytest.approx(3.5 * (31 * 0.8 + 28 * 1.2) / 59)
    assert (change.peak_month, change.peak) == ("2025-02", pytest.approx(3.5 * 1.2 / 4))


def test_freight_that_is_barred_from_a_day_on_is_counted_from_that_day_on() -> None:
    for day in (6, 11, 26):
        bar = f"policies: {{p: {{territory: [RU], from: '2025-01-{day:02}', barred: true}}}}"
        # Freight to Poland has no other way.
        assert preview(scenario(PLAIN, bar)).refused_teu_per_day == pytest.approx(80 * (31 - day) / 30)


def test_what_leaves_when_it_is_full_has_no_limit_and_no_load() -> None:
    found = loads()
    assert (found["service", "west"].there, found["service", "west"].mean) == (inf, 0)
    assert found["service", "west"].warning == ""
