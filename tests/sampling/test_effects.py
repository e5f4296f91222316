"""Disruptions as short stories: what they hit, when, how hard, how they pass."""

import numpy as np
import pytest
from drawn_shocks import event, shocks_of, struck
from worlds import DAY_S, HOUR_S, plan_of

from sim.contract import OPEN, Cause, add_work
from sim.model import Recovery
from sim.sampling.streams import Streams
from sim.sampling.unrolling import Spell, fading, rate_steps, server_steps

RANDOM = "random: {rate: 60 /year}"
D = DAY_S


def days(spells: list[Spell]) -> list[tuple[float, float, int]]:
    return [(spell.from_s / D, spell.until_s / D, spell.value) for spell in spells]


def test_a_closed_terminal_stops_its_station_and_the_services_that_start_there() -> None:
    shocks = shocks_of(event("{id: k}", "closed"))
    assert struck(shocks) == {"facility_rate": ["k"], "service_rate": ["far", "far-p"]}
    shut = [Spell(4 * D, 8 * D, 0, Cause.CLOSURE)]
    assert shocks.facility_rate["k"] == shocks.service_rate["far"] == shut


def test_a_slow_terminal_slows_its_station_and_lets_services_depart() -> None:
    shocks = shocks_of(event("{id: k}", "{rate: 40 %}"))
    assert struck(shocks) == {"facility_rate": ["k"]}
    assert days(shocks.facility_rate["k"]) == [(4, 8, 400)]


def test_a_closed_terminal_without_work_is_no_error_because_its_services_stop() -> None:
    bare = "facilities: {a: {terminal: null}}"
    assert struck(shocks_of(bare, event("{id: a}", "closed")))["service_rate"] == ["trucks", "west"]


def test_lost_vehicles_and_fewer_servers_hold_for_the_time_of_the_event() -> None:
    fleets = shocks_of(event("{id: sets}", "{vehicles_lost: 3}"))
    assert struck(fleets) == {"fleet_lost": ["sets"]}
    assert days(fleets.fleet_lost["sets"]) == [(4, 8, 3)]
    assert days(shocks_of(event("{id: k}", "{servers: 1}")).facility_servers["k"]) == [(4, 8, 1)]


def test_a_longer_running_time_slows_what_runs_and_leaves_the_gate_alone() -> None:
    change = event("{id: k-r}", "{running_time: 150 %}")
    shocks = shocks_of(change)
    assert struck(shocks) == {"leg_running": ["k-r"]}
    assert days(shocks.leg_running["k-r"]) == [(4, 8, 667)]  # 1000 / 1.5, to the nearest permille
    plan = plan_of(change)
    assert plan.gate_calendar.tolist() == [0]
    assert sum(number > 0 for number in plan.leg_calendar.tolist()) == 1
    rate = [0, 4 * D, 8 * D], [OPEN, 667, OPEN]
    assert add_work(4 * D, 20 * HOUR_S, *rate) - 4 * D == -(-20 * HOUR_S * 1000 // 667)  # 30 h, less 54 s


@pytest.mark.parametrize(
    ("at", "services"),
    [
        ("{id: trucks}", ["trucks"]),
        ("{id: k-r}", ["far", "far-p"]),
        ("{tag: western}", ["far"]),
        ("{id: r}", ["far", "far-p"]),
        ("{country: CN}", ["trucks", "west"]),
        ("{country: KZ}", ["far", "far-p", "west"]),
        ("{corridor: north}", ["far", "far-p", "west"]),
        ("{corridor: road}", ["trucks"]),
    ],
)
def test_a_price_holds_for_services_that_are_named_or_touch_what_is(at: str, services: list[str]) -> None:
    shocks = shocks_of(event(at, "{price: 130 %}"))
    assert struck(shocks) == {"price": services}
    assert all(shocks.price[name] == [(4 * D, 8 * D, 1.3)] for name in services)


def test_one_event_may_do_several_things_at_once() -> None:
    shocks = shocks_of(event("{country: DE}", "{demand: 80 %, price: 120 %, vehicles_lost: 2}"))
    assert struck(shocks) == {
        "fleet_lost": ["sets"],
        "demand": ["cn-de"],
        "price": ["far", "trucks"],
    }


def test_a_closed_corridor_closes_what_only_it_uses() -> None:
    shocks = shocks_of(event("{corridor: north}", "closed"))
    assert struck(shocks) == {
        "facility_rate": ["k", "p", "r"],
        "leg_rate": ["a-k", "k-r", "r-d", "r-p"],
        "service_rate": ["far", "far-p", "west"],
    }


def test_slow_downs_that_overlap_never_close_what_none_of_them_closes() -> None:
    slow = [Spell(0, 10, 20, Cause.CLOSURE), Spell(5, 10, 20, Cause.CLOSURE)]
    assert rate_steps(slow, 20) == ((0, 20, -1, -1), (5, 1, -1, -1), (10, OPEN, -1, -1))
    assert rate_steps([*slow, Spell(5, 10, 0, Cause.CLOSURE)], 20)[1] == (5, 0, Cause.CLOSURE, -1)


def test_a_linear_recovery_has_each_day_the_mean_of_the_falling_line() -> None:
    linear = Recovery.model_validate({"shape": "linear", "over": "4 d"})
    assert fading(0, D, OPEN, linear) == [
        (0, D, 1000),
        (D, 2 * D, 875),
        (2 * D, 3 * D, 625),
        (3 * D, 4 * D, 375),
        (4 * D, 5 * D, 125),
    ]
    short = Recovery.model_validate({"shape": "linear", "over": "36 h"})
    assert fading(0, 10, OPEN, short)[1:] == [(10, D + 10, 667), (D + 10, D * 3 // 2 + 10, 167)]


def test_a_recovery_in_steps_climbs_by_equal_steps_of_equal_length() -> None:
    shocks = shocks_of(event("{id: r}", "closed", "recovery: {shape: steps, over: 20 d, steps: 4}"))
    assert days(shocks.facility_rate["r"]) == [(4, 8, 0), (8, 13, 200), (13, 18, 400), (18, 23, 600), (23, 28, 800)]  # fmt: skip


def test_every_effect_recovers_from_itself_back_to_normal() -> None:
    recovery = "recovery: {shape: steps, over: 2 d, steps: 1}"  # a day or two at half of the effect
    effect = "{rate: 40 %, servers: 0, demand: 150 %, running_time: 200 %, price: 80 %, vehicles_lost: 3}"
    world = "facilities: {d: {terminal: {servers: 3}}}"
    shocks = shocks_of(world, event("{country: DE}", effect, recovery))
    assert days(shocks.facility_rate["d"]) == [(4, 8, 400), (8, 10, 700)]
    assert days(shocks.leg_rate["r-d"]) == [(4, 8, 400), (8, 10, 700)]
    assert days(shocks.leg_running["r-d"]) == [(4, 8, 500), (8, 10, 667)]
    assert shocks.demand["cn-de"] == [(4 * D, 8 * D, 1.5), (8 * D, 10 * D, 1.25)]
    assert shocks.price["far"] == [(4 * D, 8 * D, 0.8), (8 * D, 10 * D, 0.9)]
    assert days(shocks.fleet_lost["sets"]) == [(4, 8, 3), (8, 10, 2)]  # a half up
    steps = server_steps(3, shocks.facility_servers["d"], 30 * D)
    assert [(at_s / D, number) for at_s, number, *_ in steps] == [(0, 3), (4, 0), (8, 1), (10, 3)]


def test_a_service_departs_again_when_its_terminal_begins_to_recover() -> None:
    shocks = shocks_of(event("{id: k}", "closed", "recovery: {shape: linear, over: 10 d}"))
    assert days(shocks.service_rate["far"]) == [(4, 8, 0)]
    assert len(shocks.facility_rate["k"]) == 11


def test_a_severity_scales_the_effect_by_the_uniform_of_its_event() -> None:
    effect = "{rate: 20 %, servers: 0, running_time: 200 %, price: 150 %, demand: 50 %, vehicles_lost: 10}"
    world = "facilities: {d: {terminal: {servers: 4}}}"
    when = "random: {rate: 60 /year, severity: {kind: uniform, low: 20 %, high: 100 %}}, lasts: 1 h"
    shocks = shocks_of(world, event("{country: DE}", effect, when=when))
    n = len(shocks.facility_rate["d"])
    uniforms = Streams(0, 0).uniforms("severity", "disruption:event", n)
    part = np.rint(1000 * (0.2 + 0.8 * uniforms)).astype(int)
    assert n > 2
    assert len(set(part.tolist())) == n
    assert [s.value for s in shocks.facility_rate["d"]] == [1000 - int(800 * p / 1000 + 0.5) for p in part]
    assert [s.value for s in shocks.leg_running["r-d"]] == [round(1000 / (1 + p / 1000)) for p in part]
    assert [s.value for s in shocks.fleet_lost["sets"]] == [int(10 * p / 1000 + 0.5) for p in part]
    assert [factor for *_, factor in shocks.price["far"]] == pytest.approx(list(1 + 0.5 * part / 1000))
    assert [factor for *_, factor in shocks.demand["cn-de"]] == pytest.approx(list(1 - 0.5 * part / 1000))
    fewest = [min(n for _, n, *_ in server_steps(4, [s], 30 * D)) for s in shocks.facility_servers["d"]]
    assert fewest == [4 - int(4 * p / 1000 + 0.5) for p in part]


def test_a_severity_moves_neither_starts_nor_durations() -> None:
    lasts = "lasts: {p50: 12 h, p90: 40 h}"
    full = shocks_of(event("{id: r}", "closed", when=f"{RANDOM}, {lasts}"))
    drawn = shocks_of(event("{id: r}", "closed", when=f"random: {{rate: 60 /year, severity: 50 %}}, {lasts}"))
    times = [[(s.from_s, s.until_s) for s in shocks.facility_rate["r"]] for shocks in (full, drawn)]
    assert times[0] == times[1]
    assert {s.value for s in full.facility_rate["r"]} == {0}
    assert {s.value for s in drawn.facility_rate["r"]} == {500}


def test_linked_effects_share_start_and_duration_unless_they_say_otherwise() -> None:
    linked = """linked: [
        {at: {country: DE}, effect: {price: 140 %}},
        {at: {id: sets}, effect: {vehicles_lost: 4}, after: 3 d},
        {at: {id: cn-de}, effect: {demand: 70 %}, after: 1 d, lasts: 10 d}]"""
    shocks = shocks_of(event("{id: r}", "closed", linked))
    assert days(shocks.facility_rate["r"]) == [(4, 8, 0)]
    assert shocks.price["far"] == [(4 * D, 8 * D, 1.4)]
    assert days(shocks.fleet_lost["sets"]) == [(7, 11, 4)]
    assert shocks.demand["cn-de"] == [(5 * D, 15 * D, 0.7)]


def test_linked_effects_of_random_events_share_their_luck_and_severity() -> None:
    linked = """linked: [
        {at: {id: sets}, effect: {vehicles_lost: 1000}, after: 1 h},
        {at: {id: trucks}, effect: {price: 200 %}, lasts: {p50: 24 h, p90: 80 h}}]"""
    when = "random: {rate: 60 /year, severity: {low: 20 %, mode: 50 %, high: 100 %}}, lasts: {p50: 12 h, p90: 40 h}"
    shocks = shocks_of(event("{id: r}", "closed", linked, when))
    main, lost, dear = shocks.facility_rate["r"], shocks.fleet_lost["sets"], shocks.price["trucks"]
    assert len(main) == len(lost) == len(dear) > 2
    for one, two, (from_s, until_s, factor) in zip(main, lost, dear, strict=True):
        assert (two.from_s, two.until_s) == (one.from_s + HOUR_S, one.until_s + HOUR_S)
        assert two.value == 1000 - one.value
        assert from_s == one.from_s
        # A distribution of twice the length at the same uniform: long events are long in all their effects.
        assert until_s - from_s == pytest.approx(2 * (one.until_s - one.from_s), abs=1)
        assert factor == pytest.approx(2 - one.value / 1000)
