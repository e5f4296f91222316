"""What a shock did, beside two runs made by hand, one with it and one without, and compared box by box."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import pytest
from worlds import scenario

from sim.engine import simulate
from sim.errors import LandbridgeError
from sim.experiment import Case, Criticality, ShockOutcome, close_each, closure_of, places_of, run_shock
from sim.model import Scenario
from sim.results import tabulate
from sim.sampling import Sampler

DAY_S = 86_400
N = 3
WORLD = f"period: {{length: 40 d, warm_up: 3 d, cool_down: 10 d}}\nreplications: {N}"
WHOLE = "period: {warm_up: 0 d, cool_down: 0 d}"
SHOCKS = {
    "closed": "disruptions: {s: {at: {id: k-r}, from: '2025-01-12', lasts: 4 d, effect: closed}}",
    "barred": "policies: {s: {territory: [RU], cargo: [machines], from: '2025-01-12', barred: true}}",
    "slow": "disruptions: {s: {at: {id: r-d}, from: '2025-01-12', lasts: 9 d, effect: {running_time: 200 %}}}",
    "dearer": "policies: {s: {territory: [RU], from: '2025-01-12', surcharge: 300 USD/FEU}}",
}
shocks = pytest.mark.parametrize("name", SHOCKS)
START_S = 11 * DAY_S


class Box(NamedTuple):
    """A consignment in both runs."""

    direction: str
    teu: int
    released_s: int
    corridors: tuple[str, str]
    statuses: tuple[str, str]
    transits_s: tuple[int, int]
    costs: tuple[float, float]

    @property
    def ended_s(self) -> int:
        """When it ends without the shock."""
        return self.released_s + self.transits_s[0]


def run_of(world: Scenario, replication: int) -> dict[tuple[str, int], dict[str, object]]:
    """Measured consignments by flow and number within the flow."""
    sampler = Sampler(world, name="mine")
    plan = sampler.plan(replication)
    table = tabulate(plan, simulate(plan), sampler.legend).consignments
    counts: Counter[str] = Counter()
    found = {}
    for row in table.to_dict("records"):
        found[row["flow"], counts[row["flow"]]] = row
        counts[row["flow"]] += 1
    return found


@cache
def boxes(name: str, replication: int) -> list[Box]:
    """All consignments of the world, without and with a shock."""
    without, shocked = (
        run_of(scenario(WORLD, WHOLE, change), replication) for change in ("{}", SHOCKS[name])
    )
    assert without.keys() == shocked.keys()
    return [
        Box(
            a["direction"], a["size_teu"], a["release_s"], *(
                (a[column], b[column]) for column in ("corridor", "status", "transit_s", "cost_usd_per_feu")
            ),
        )
        for a, b in ((without[key], shocked[key]) for key in without)
    ]  # fmt: skip


@cache
def outcome(name: str) -> ShockOutcome:
    return run_shock(Case("mine", scenario(WORLD, SHOCKS[name])), ["s"])


def measured(found: ShockOutcome, measure: str, corridor: str = "all") -> list[float]:
    table = found.values
    mine = table[
        (table["measure"] == measure) & (table["corridor"] == corridor) & (table["direction"] == "all")
    ]
    return mine.sort_values("replication")["value"].tolist()


def released_after(name: str, replication: int) -> list[Box]:
    """Released from the shock's start until the cool-down."""
    return [box for box in boxes(name, replication) if START_S <= box.released_s < 30 * DAY_S]


@shocks
def test_moves_are_the_corridors_that_boxes_took_without_and_with_the_shock(name: str) -> None:
    found = outcome(name)
    for r in range(N):
        expected: dict[tuple[str, str], int] = defaultdict(int)
        for box in released_after(name, r):
            expected[tuple(corridor or "refused" for corridor in box.corridors)] += box.teu
        moves = found.moves
        mine = moves[(moves["replication"] == r) & (moves["direction"] == "all")]
        assert {
            (row["from"], row["to"]): row["teu"] for row in mine.to_dict("records") if row["teu"]
        } == dict(expected)


@shocks
def test_refused_is_what_is_carried_without_the_shock_and_refused_with_it(name: str) -> None:
    expected = [
        sum(
            box.teu
            for box in released_after(name, r)
            if box.statuses[0] != "refused" and box.statuses[1] == "refused"
        )
        for r in range(N)
    ]
    assert measured(outcome(name), "refused") == expected


@shocks
def test_diverted_is_what_took_another_corridor(name: str) -> None:
    expected = [
        sum(
            box.teu
            for box in released_after(name, r)
            if "refused" not in box.statuses and box.corridors[0] != box.corridors[1]
        )
        for r in range(N)
    ]
    assert measured(outcome(name), "diverted") == expected


@shocks
def test_the_delay_area_is_the_delay_of_every_box_under_way_or_released_later(name: str) -> None:
    for r, found in enumerate(measured(outcome(name), "delay.area")):
        teu_s = sum(
            box.teu * (box.transits_s[1] - box.transits_s[0])
            for box in boxes(name, r)
            if box.released_s < 30 * DAY_S and box.ended_s >= START_S and "refused" not in box.statuses
        )
        assert found == pytest.approx(teu_s / DAY_S)


@shocks
def test_what_is_paid_more_is_paid_by_what_both_runs_carry(name: str) -> None:
    for r in range(N):
        both = [box for box in released_after(name, r) if "refused" not in box.statuses]
        more = sum((box.costs[1] - box.costs[0]) * box.teu / 2 for box in both)
        assert measured(outcome(name), "cost.extra")[r] == pytest.approx(more)
        mean = 2 * more / sum(box.teu for box in both)
        assert measured(outcome(name), "cost.extra_per_feu")[r] == pytest.approx(mean)


def test_the_shocks_do_what_they_are_for() -> None:
    assert min(measured(outcome("closed"), "delay.area")) > 0
    assert min(measured(outcome("slow"), "delay.area")) > 0
    assert min(measured(outcome("barred"), "diverted")) > 0
    assert min(measured(outcome("barred"), "refused")) == max(measured(outcome("barred"), "refused")) == 0
    assert min(measured(outcome("dearer"), "cost.extra")) > 0
    assert set(measured(outcome("dearer"), "delay.area")) == {0}


@shocks
def test_each_consignment_is_in_both_runs(name: str) -> None:
    assert measured(outcome(name), "unpaired") == [0] * N


def test_a_shock_before_the_warm_up_ends_is_measured_from_its_start_on() -> None:
    early = "disruptions: {s: {at: {id: r}, from: '2025-01-02', lasts: 2 d, effect: closed}}"
    found = run_shock(Case("mine", scenario(WORLD, early)), ["s"])
    assert tuple(found.window) == (DAY_S, DAY_S, 30 * DAY_S)
    assert tuple(outcome("closed").window) == (3 * DAY_S, START_S, 30 * DAY_S)


def test_two_shocks_are_taken_away_together() -> None:
    both = (
        "disruptions: {s: {at: {id: k-r}, from: '2025-01-12', lasts: 4 d, effect: closed},"
        " t: {at: {id: r}, from: '2025-01-14', effect: closed}}"
    )
    alone = run_shock(Case("mine", scenario(WORLD, both)), ["s"])
    together = run_shock(Case("mine", scenario(WORLD, both)), ["t", "s"])
    assert [spell.id for spell in together.spells] == ["s", "t"]
    assert min(measured(together, "delay.area")) > max(measured(alone, "delay.area"))


def test_a_case_without_a_shock_is_refused() -> None:
    with pytest.raises(
        LandbridgeError, match="mine has no policy or disruption that begins within its period"
    ):
        run_shock(Case("mine", scenario(WORLD)), [])


# --- each place closed -----------------------------------------------------------------------------------------------


@cache
def closed_in_turn() -> Criticality:
    world = scenario(WORLD)
    closure = closure_of(world, datetime(2025, 1, 12, tzinfo=UTC), 4, 20)
    return close_each(Case("mine", world), closure, places_of(world, None, ["k-r", "r-p", "a-d", "p"]))


def test_a_place_closed_in_turn_delays_as_the_same_closure_run_by_hand() -> None:
    found = closed_in_turn()
    values = found.values
    area = values[(values["place"] == "k-r") & (values["measure"] == "delay.area")]
    cut = "period: {length: 35 d, warm_up: 0 d, cool_down: 0 d}"
    for r, value in enumerate(area.sort_values("replication")["value"]):
        without, closed = (run_of(scenario(WORLD, cut, change), r) for change in ("{}", SHOCKS["closed"]))
        teu_s = sum(
            a["size_teu"] * (closed[key]["transit_s"] - a["transit_s"])
            for key, a in without.items()
            if a["release_s"] + a["transit_s"] >= START_S
            and "refused" not in (a["status"], closed[key]["status"])
        )
        assert value == pytest.approx(teu_s / DAY_S)
    assert (found.closure.cut_s, found.closure.counted_s) == (35 * DAY_S, 35 * DAY_S)


def test_what_nothing_passes_is_not_run_and_every_other_place_once_a_replication() -> None:
    found = closed_in_turn()
    assert found.unused == ("a-d",)
    assert found.runs == N * 3
    assert sorted(set(found.values["place"])) == ["k-r", "p", "r-p"]
    assert len(found.values) == 3 * N * 3


def test_the_line_to_a_place_and_the_place_itself_delay_only_what_goes_there() -> None:
    area = closed_in_turn().values.query("measure == 'delay.area'").groupby("place")["value"].mean()
    assert 0 < area["r-p"] < area["k-r"]
    assert 0 <= area["p"] < area["k-r"]
