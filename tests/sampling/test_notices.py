"""What is known of disruptions, and when."""

import pytest
from drawn_shocks import event, shocks_of, struck
from worlds import DAY_S, HOUR_S

from sim.contract import NEVER
from sim.sampling.notices import Notice

RANDOM = "random: {rate: 60 /year}"
D = DAY_S


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
