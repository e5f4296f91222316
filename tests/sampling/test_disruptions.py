"""Disruptions as short stories: what they hit, when, how hard, how they pass, and what is known of them."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from where import ROOT, SCENARIOS, SMALL
from worlds import DAY_S, FULL, HOUR_S, PlanBuilder, plan_of, run, scenario, told

from sim.contract import NEVER, OPEN, Cause, EventKind, StepKind, add_work
from sim.errors import ScenarioError
from sim.model import Recovery
from sim.sampling.notices import Notice
from sim.sampling.shocks import Shocks, draw_shocks, service_lives
from sim.sampling.streams import Streams
from sim.sampling.unrolling import Spell, fading, rate_steps, server_steps
from sim.scenario_file import load_scenario

RANDOM = "random: {rate: 60 /year}"
D = DAY_S


def shocks_of(*changes: str, replication: int = 0) -> Shocks:
    """What strikes in the tiny world; its period is 30 days from 1 January 2025."""
    world = scenario(*changes)
    return draw_shocks(world, Streams(world.seed, replication), service_lives(world))


def event(at: str, effect: str, more: str = "", when: str = "from: '2025-01-05', lasts: 4 d") -> str:
    """One disruption, from day 4 until day 8 if nothing else is said."""
    return f"disruptions: {{event: {{at: {at}, {when}, effect: {effect}, {more}}}}}"


def days(spells: list[Spell]) -> list[tuple[float, float, int]]:
    return [(spell.from_s / D, spell.until_s / D, spell.value) for spell in spells]


def struck(shocks: Shocks) -> dict[str, list[str]]:
    """Which tables of the shocks hold anything, and for whom; openings leave empty lists."""
    tables = {name: table for name, table in vars(shocks).items() if name != "notices"}
    found = {name: sorted(key for key, spells in table.items() if spells) for name, table in tables.items()}
    return {name: keys for name, keys in found.items() if keys}


# --- each effect -----------------------------------------------------------------------------------------------------


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


# --- recovery --------------------------------------------------------------------------------------------------------


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


# --- severity --------------------------------------------------------------------------------------------------------


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


# --- linked effects --------------------------------------------------------------------------------------------------


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


# --- notices ---------------------------------------------------------------------------------------------------------


def test_a_closure_without_an_announcement_is_known_while_it_lasts_without_an_end() -> None:
    shocks = shocks_of(event("{id: r}", "closed"))
    assert shocks.notices == [Notice("facility", "r", 4 * D, 8 * D, 4 * D, NEVER)]


def test_announcements_follow_one_another_and_the_last_one_ends_with_the_closure() -> None:
    announced = "announced: {before: 2 d, lasts: 1 d, revisions: [{after: 1 d, lasts: 3 d}, {after: 3 d, lasts: 6 d}]}"
    assert shocks_of(event("{id: r-p}", "closed", announced)).notices == [
        Notice("leg", "r-p", 2 * D, 5 * D, 4 * D, 5 * D),
        Notice("leg", "r-p", 5 * D, 7 * D, 4 * D, 7 * D),
        Notice("leg", "r-p", 7 * D, 8 * D, 4 * D, 10 * D),
    ]


def test_a_revision_of_a_random_closure_that_is_over_is_not_made() -> None:
    announced = "announced: {lasts: 6 h, revisions: [{after: 12 h, lasts: 3 d}]}"
    shocks = shocks_of(event("{id: r}", "closed", announced, f"{RANDOM}, lasts: {{sample: [6 h, 18 h]}}"))
    spells = shocks.facility_rate["r"]
    revised = [n for n in shocks.notices if n.closed_until_s - n.closed_from_s == 3 * D]
    assert len(revised) == sum(s.until_s - s.from_s == 18 * HOUR_S for s in spells)
    assert 0 < len(revised) < len(spells)
    ends = {n.known_until_s for n in shocks.notices if n not in revised}
    assert {s.until_s for s in spells if s.until_s - s.from_s == 6 * HOUR_S} <= ends


def test_services_that_start_at_a_closed_facility_have_notices_too() -> None:
    shocks = shocks_of(event("{country: KZ}", "closed"))
    assert [(notice.kind, notice.name) for notice in shocks.notices] == [
        ("facility", "k"),
        ("leg", "a-k"),
        ("leg", "k-r"),
        ("service", "far"),
        ("service", "far-p"),
    ]


def test_a_linked_closure_is_known_with_its_event_and_told_from_its_own_beginning() -> None:
    more = "announced: {before: 1 d, lasts: 2 d}, linked: [{at: {id: r-p}, effect: closed, after: 1 d, lasts: 6 d}]"
    assert shocks_of(event("{id: trucks}", "{price: 120 %}", more)).notices == [
        Notice("leg", "r-p", 3 * D, 11 * D, 5 * D, 7 * D)
    ]


@pytest.mark.parametrize("effect", ["{rate: 50 %}", "{servers: 0}", "{running_time: 150 %}"])
def test_only_closures_have_notices(effect: str) -> None:
    assert shocks_of(event("{id: k-r}" if "running" in effect else "{id: r}", effect)).notices == []


def test_a_closure_of_less_than_full_severity_closes_nothing_and_has_no_notice() -> None:
    shocks = shocks_of(
        event("{id: k}", "closed", when="random: {rate: 60 /year, severity: 90 %}, lasts: 1 d")
    )
    assert shocks.notices == []
    assert struck(shocks) == {"facility_rate": ["k"]}


def test_a_closure_is_known_until_it_begins_to_recover_or_for_ever() -> None:
    recovering = shocks_of(event("{id: r}", "closed", "recovery: {shape: linear, over: 10 d}"))
    assert [notice.known_until_s for notice in recovering.notices] == [8 * D]
    endless = shocks_of(event("{id: r}", "closed", when="from: '2025-01-05'"))
    assert [notice.known_until_s for notice in endless.notices] == [NEVER]


def test_an_announcement_changes_nothing_in_the_world_but_what_is_known() -> None:
    plain, announced = (
        shocks_of(event("{id: r}", "closed", more)) for more in ("", "announced: {before: 3 d, lasts: 1 d}")
    )
    assert plain.notices != announced.notices
    assert plain.facility_rate == announced.facility_rate


# --- in the engine ---------------------------------------------------------------------------------------------------


def test_lost_vehicles_come_back_when_the_event_ends() -> None:
    b = PlanBuilder()
    fleet = b.fleet(
        home=2, away=0, withdrawn=[(0, 0), (5, 2), (40, 0)], return_after_s=0, returns_s=[10] * 20
    )
    b.options(b.chain(b.service((StepKind.RUN, b.leg(), 10), rule=FULL, fleet=fleet)))
    for release_s in (0, 10, 20):
        b.consignment(release_s)
    departed = [line for line in told(run(b.plan())) if "departed" in line or "waited" in line]
    # The set under way at second 5 is withdrawn as it comes free; both are back at 40.
    assert departed == [
        "0 departed t0 service 0",
        "40 waited c1 service 0: 30 s vehicle",
        "40 departed t1 service 0",
        "40 waited c2 service 0: 20 s vehicle",
        "40 departed t2 service 0",
    ]


def test_a_scenario_loses_vehicles_and_has_them_again() -> None:
    lost = event("{id: sets}", "{vehicles_lost: 12}", when="from: '2025-01-05', lasts: 10 d")
    by_day = []
    for plan in (plan_of(), plan_of(lost)):
        departed = [r for r in run(plan).rows if r["kind"] == EventKind.DEPARTED and r["place"] == 1]
        by_day.append(np.bincount([row["time_s"] // D for row in departed], minlength=30))
    usual, robbed = by_day
    assert np.array_equal(usual[:4], robbed[:4])
    assert usual[4:14].sum() > 10
    assert robbed[4:14].sum() == 0
    assert robbed[14:].sum() > 10


def test_a_train_takes_twice_as_long_over_a_leg_where_the_running_time_is_doubled() -> None:
    change = "disruptions: {slow-orders: {at: {id: a-d}, from: '2025-01-05', effect: {running_time: 200 %}}}"
    goods = "flows: {cn-de: {routing: {shares: {rail: 0 %, truck: 100 %}}}}"
    log = run(plan_of(change, goods))
    spans = {
        row["trip"]: (row["time_s"], row["span_s"])
        for row in log.rows
        if row["kind"] == EventKind.ARRIVED and row["span_s"] >= 14 * D
    }
    for end_s, span_s in spans.values():
        # 14 days of work: what is left on day 4 takes twice as long.
        begun_s = end_s - span_s
        assert span_s == 14 * D + max(0, 14 * D - max(0, 4 * D - begun_s))
    assert len(spans) > 3


# --- from a file -----------------------------------------------------------------------------------------------------


def test_a_whole_disruption_is_read_from_a_file(tmp_path: Path) -> None:
    small = SMALL
    (tmp_path / "small.yaml").write_bytes(small.read_bytes())
    (tmp_path / "war.yaml").write_text(
        """
schema: 1
extends: small.yaml
disruptions:
  war:
    at: {tag: cn-kz-border}
    from: 2025-02-10
    lasts: {p50: 13 d, p90: 40 d}
    effect: closed
    announced: {before: 2 d, lasts: 7 d, revisions: [{after: 5 d, lasts: 13 d}]}
    recovery: {shape: steps, over: 20 d, steps: 4}
    linked:
      - {at: {country: RU}, effect: {price: 140 %, running_time: 120 %}}
      - {at: {id: broad}, effect: {vehicles_lost: 4}, after: 3 d, lasts: 30 d}
"""
    )
    war = load_scenario(tmp_path / "war.yaml").scenario.disruptions["war"]
    assert [part.after for part in war.parts] == [0, 0, 3 * D]
    assert war.announced is not None
    assert war.announced.revisions[0].lasts == 13 * D
    with pytest.raises(ScenarioError, match=r"linked\.0\.effect\.demand"):
        load_scenario(
            tmp_path / "war.yaml",
            sets=["disruptions.war.linked=[{at: {id: broad}, effect: {demand: 50 %}}]"],
        )


# --- the docs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(5))
def test_every_example_of_the_page_checks_fine(number: int, tmp_path: Path) -> None:
    examples = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "disruptions.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(examples) == 5
    (tmp_path / "baseline.yaml").write_bytes((SCENARIOS / "baseline.yaml").read_bytes())
    file = tmp_path / "example.yaml"
    file.write_text(f"schema: 1\nextends: baseline.yaml\n{examples[number]}", encoding="utf-8")
    assert len(load_scenario(file).scenario.disruptions) == 1


def the_picture() -> ModuleType:
    found = importlib.util.spec_from_file_location("picture", ROOT / "docs" / "draw_work_in_progress.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["picture"] = module
    found.loader.exec_module(module)
    return module


def test_the_picture_of_work_in_progress_shows_what_the_engine_does() -> None:
    picture = the_picture()

    def told(effect: object, train: int) -> list[tuple[str, float, float, int]]:
        spans = [span for span in picture.spans_of(effect) if span.train == train]
        return [(s.what, s.from_s / HOUR_S, s.until_s / HOUR_S, s.rate) for s in spans]

    running, handled, waiting, _, later = range(5)
    assert told("closed", running)[-3:] == [
        ("running", 9.5, 12, OPEN),
        ("running", 12, 18, 0),
        ("running", 18, 20.5, OPEN),
    ]
    assert told("closed", handled)[1:4] == [
        ("customs", 10, 12, OPEN),
        ("customs", 12, 18, 0),
        ("customs", 18, 20.5, OPEN),
    ]
    assert told("closed", waiting)[1:4] == [
        ("path", 11, 12, OPEN),
        ("path", 12, 18, 0),
        ("path", 18, 19, OPEN),
    ]
    assert told("closed", later)[:2] == [("load", 13, 18, 0), ("running", 18, 22, OPEN)]
    slow = picture.EFFECTS["effect: {rate: 50 %}"]
    assert told(slow, running)[-2:] == [("running", 9.5, 12, OPEN), ("running", 12, 17, 500)]
    assert told(slow, handled)[1:3] == [("customs", 10, 12, OPEN), ("customs", 12, 17, 500)]
    assert told(slow, waiting)[1:3] == [("path", 11, 12, OPEN), ("path", 12, 14, 500)]
    longer = picture.EFFECTS["effect: {running_time: 200 %}"]
    assert told(longer, handled)[1:3] == [("customs", 10, 14.5, OPEN), ("running", 14.5, 18, 500)]


def test_the_picture_is_the_same_every_time(tmp_path: Path) -> None:
    picture = the_picture()
    (one,), (two,) = picture.draw(tmp_path / "one"), picture.draw(tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
