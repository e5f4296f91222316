"""Timetables of which not all departures run, and freight that is booked on those that do."""

from itertools import pairwise

import numpy as np
import pytest
import yaml
from worlds import BASE, merged, scenario

from sim.audit import violations
from sim.contract import EventKind, SampledPlan
from sim.engine import ENGINES, simulate
from sim.model import Expected, Scenario, cross_check, warnings_of
from sim.preview import preview
from sim.sampling import Sampler

HOUR_S, DAY_S = 3_600, 86_400
TRAIN = """
services:
  daily: {route: [a, k], gauge: 1435, capacity: 40 TEU, class: timetabled, dispatch: {when: timetable, every: 24 h, first: 12 h}}
chains: {booked-p: {corridor: north, services: [daily, far-p]}}
flows:
  cn-de: null
  cn-pl: {volume: 20 TEU/day, consignment: 5 TEU, booked: {service: daily, before: 6 h}, routing: {shares: {booked-p: 100 %, rail-p: null}}}
"""
"""One flow that is booked on a train a day: four consignments of 5 TEU each."""
SOME_RUN = "services: {daily: {dispatch: {runs: 60 %}}}"


def plan_of(*changes: str, replication: int = 0) -> SampledPlan:
    return Sampler(scenario(TRAIN, *changes)).plan(replication)


def slots_of(plan: SampledPlan, *changes: str) -> list[int]:
    """Departures of the daily train that run."""
    s = list(scenario(TRAIN, *changes).services).index("daily")
    return plan.slot_s[plan.slot_first[s] : plan.slot_first[s + 1]].tolist()


# --- departures that run ----------------------------------------------------------------------------------------------


def test_a_departure_that_does_not_run_does_not_exist() -> None:
    planned = slots_of(plan_of())
    assert planned == [12 * HOUR_S + day * DAY_S for day in range(30)]
    run = slots_of(plan_of(SOME_RUN), SOME_RUN)
    assert 8 < len(run) < 28
    assert set(run) < set(planned)
    rows = simulate(plan_of(SOME_RUN)).rows
    s = list(scenario(TRAIN).services).index("daily")
    left = rows[(rows["kind"] == EventKind.DEPARTED) & (rows["place"] == s)]["time_s"].tolist()
    assert left == run


def test_the_share_of_departures_that_run_is_the_one_stated() -> None:
    counts = [len(slots_of(plan_of(SOME_RUN, replication=r), SOME_RUN)) for r in range(60)]
    assert np.mean(counts) / 30 == pytest.approx(0.6, abs=0.04)
    assert np.std(counts) == pytest.approx(np.sqrt(30 * 0.6 * 0.4), rel=0.35)


def test_a_larger_share_adds_departures_and_moves_none() -> None:
    found = [
        set(slots_of(plan_of(f"services: {{daily: {{dispatch: {{runs: {share} %}}}}}}")))
        for share in (20, 60, 90, 100)
    ]
    assert found[0] < found[1] < found[2] < found[3]


def test_a_timetable_of_which_a_share_runs_offers_and_departs_that_share() -> None:
    def train(*changes: str) -> tuple[float, str]:
        loads = {(one.kind, one.name): one for one in preview(scenario(TRAIN, *changes)).loads}
        return loads["service", "daily"].there, loads["service", "daily"].note

    assert train() == (pytest.approx(40), "1.00 departures a day")
    assert train(SOME_RUN) == (pytest.approx(24), "0.60 departures a day")


def test_freight_that_is_not_booked_reckons_with_the_departures_that_run() -> None:
    def usual_h(*changes: str) -> float:
        world = scenario(TRAIN, "flows: {cn-pl: {booked: null}}", *changes)
        return float(Sampler(world).plan(0).service_usual_s[list(world.services).index("daily")]) / HOUR_S

    assert usual_h() == 12
    # The mean wait from any second until the next of departures that run with a chance of 60 %.
    assert usual_h(SOME_RUN) == pytest.approx(24 * (1 / 0.6 - 0.5), abs=0.01)


# --- booked freight ---------------------------------------------------------------------------------------------------


def test_booked_freight_comes_so_long_before_its_departure_and_leaves_with_it() -> None:
    plan = plan_of()
    assert plan.release_s.tolist() == [t - 6 * HOUR_S for t in slots_of(plan) for _ in range(4)]
    rows = simulate(plan).rows
    boarded = rows[(rows["kind"] == EventKind.BOARDED)]
    first = {int(row["consignment"]): int(row["time_s"]) for row in boarded[::-1]}
    waits = [first[c] - plan.release_s[c] for c in range(plan.n_consignments)]
    assert set(waits) == {6 * HOUR_S}


@pytest.mark.parametrize("engine", ENGINES)
def test_booked_freight_runs_in_both_engines_and_its_log_keeps_the_rules(engine: str) -> None:
    drawn = "flows: {cn-pl: {booked: {before: {low: 2 h, mode: 12 h, high: 60 h}}}}"
    plan = plan_of(SOME_RUN, drawn, "policies: {new: {delayed: {share: 50 %, for: {p50: 1 h, p90: 9 h}}}}")
    log = simulate(plan, engine=engine)
    assert violations(plan, log) == []
    assert np.array_equal(log.rows, simulate(plan).rows)


def test_the_volume_is_spread_evenly_over_the_departures_that_run() -> None:
    sent = []
    for replication in range(20):
        plan = plan_of(SOME_RUN, "services: {daily: {capacity: 60 TEU}}", replication=replication)
        gone = np.searchsorted(slots_of(plan, SOME_RUN), plan.release_s)
        counts = np.bincount(gone)
        # 20 TEU a day over 60 % of the days: 6 2/3 consignments for each departure.
        assert set(counts[1:].tolist()) <= {6, 7}
        sent.append(len(plan.release_s) * 5 / 30)
    assert np.mean(sent) == pytest.approx(20, rel=0.06)


def test_a_departure_carries_no_more_than_the_train_takes() -> None:
    two = """
    chains: {booked-q: {corridor: north, services: [daily, far-p]}}
    flows:
      cn-pl: {volume: 35 TEU/day}
      more: {origin: a, destination: p, volume: 28 TEU/day, consignment: 7 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
             booked: {service: daily, before: {low: 1 h, mode: 9 h, high: 18 h}}, routing: {shares: {booked-q: 100 %}}}
    """
    plan = plan_of(two)
    slots = slots_of(plan, two)
    loads = np.bincount(np.searchsorted(slots, plan.release_s), weights=plan.size_teu)
    assert loads.max() <= 40
    # There is always one more that would not fit.
    assert loads[1:].min() > 40 - 7
    # Who comes first has the place: of the freight on one train, what is left out would have come last.
    free = plan_of(two, "flows: {cn-pl: {volume: 0 TEU/day}}")
    kept, asked = (one.release_s[one.flow == one.flow.max()] for one in (plan, free))
    assert set(kept.tolist()) < set(asked.tolist())
    for first_s, last_s in pairwise(slots):
        mine = [second for second in asked.tolist() if first_s < second <= last_s]
        came = [second for second in mine if second in kept]
        assert came == mine[: len(came)]


def test_flows_that_together_fill_a_train_lose_nothing_by_rounding() -> None:
    two = """
    chains: {booked-q: {corridor: north, services: [daily, far-p]}}
    flows:
      cn-pl: {volume: 22 TEU/day}
      more: {origin: a, destination: p, volume: 17 TEU/day, consignment: 5 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
             booked: {service: daily, before: 4 h}, routing: {shares: {booked-q: 100 %}}}
    """
    sent = np.zeros(2)
    for replication in range(30):
        plan = plan_of(two, replication=replication)
        loads = np.bincount(np.searchsorted(slots_of(plan, two), plan.release_s))
        # 4.4 and 3.4 consignments: of the eight that there is room for, seven or eight, and never more.
        assert set(loads.tolist()) <= {7, 8}
        sent += np.bincount(plan.flow == plan.flow.max(), weights=plan.size_teu) / 30 / 30
    assert sent == pytest.approx([22, 17], rel=0.02)


def test_booked_freight_comes_only_when_the_train_before_is_away_and_never_before_the_period() -> None:
    early = "flows: {cn-pl: {booked: {before: 40 h}}}"
    plan = plan_of(early)
    slots = slots_of(plan)
    # That of the first departure would come before the period; of the others with the train before away.
    assert plan.release_s.tolist() == [t + 1 for t in slots[:-1] for _ in range(4)]
    rows = simulate(plan).rows
    left = rows[(rows["kind"] == EventKind.BOARDED)][:4]["time_s"].tolist()
    assert left == [slots[1]] * 4


def test_what_is_booked_follows_the_season_and_disruptions_of_demand() -> None:
    seasons = ["0 %" if month % 2 else "200 %" for month in range(12)]
    season = f"flows: {{cn-pl: {{season: [{', '.join(seasons)}]}}}}"
    plan = plan_of(season, "period: {start: '2025-01-20', length: 40 d}")
    assert np.bincount(plan.release_s // DAY_S, minlength=40).tolist() == [8] * 12 + [0] * 28
    half = "disruptions: {d: {at: {id: cn-pl}, from: '2025-01-11', lasts: 5 d, effect: {demand: 50 %}}}"
    plan = plan_of(half)
    assert np.bincount(plan.release_s // DAY_S).tolist() == [4] * 10 + [2] * 5 + [4] * 15


def test_another_departure_moves_no_other_freight() -> None:
    change = "flows: {cn-pl: {booked: {before: {low: 1 h, mode: 4 h, high: 9 h}}, cargo: {toys: 50 %, machines: 50 %}, express: 30 %}}"
    policy = "policies: {new: {delayed: {share: 50 %, for: {p50: 1 h, p90: 9 h}}}}"
    few, many = (
        plan_of(change, policy, "services: {daily: {capacity: 60 TEU}}", f"services: {{daily: {{dispatch: {{runs: {share} %}}}}}}",
                f"flows: {{cn-pl: {{volume: {volume} TEU/day}}}}")
        for share, volume in ((60, 12), (90, 18))
    )  # fmt: skip

    def luck(plan: SampledPlan) -> set[tuple[int, ...]]:
        spans = [
            int(plan.act_span_s[plan.act_first[c] : plan.act_first[c + 1]].sum())
            for c in range(plan.n_consignments)
        ]
        return set(zip(plan.release_s.tolist(), plan.cargo.tolist(), plan.express.tolist(), spans, strict=True))  # fmt: skip

    # Each departure has four consignments of its own luck in both.
    assert len(luck(few)) == few.n_consignments < many.n_consignments
    assert luck(few) < luck(many)


def test_freight_of_a_train_that_does_not_exist_yet_is_not_booked() -> None:
    opening = """
    openings: {line: '2025-01-11'}
    services: {daily: {opening: line}}
    flows: {cn-pl: {booked: {before: 20 h}}}
    """
    plan = plan_of(opening)
    assert plan.release_s.min() == 10 * DAY_S
    assert len(plan.release_s) == 20 * 4
    world = scenario(TRAIN, opening)
    assert Expected(world).arrivals(5 * DAY_S, 1).teu == {}
    assert Expected(world).arrivals(15 * DAY_S, 1).teu["daily"] == 20


def test_booked_freight_chooses_like_any_other_where_shippers_weigh() -> None:
    free = """
    choice: {routing: adaptive}
    flows: {cn-pl: {routing: {shares: {booked-p: 50 %, rail-p: 50 %}}}}
    """
    plan = plan_of(free)
    rows = simulate(plan).rows
    taken = rows[rows["kind"] == EventKind.RELEASED]["place"]
    assert len(set(taken.tolist())) == 2
    assert plan.service_usual_s[list(scenario(TRAIN, free).services).index("daily")] == 6 * HOUR_S


def test_what_is_expected_is_at_most_what_the_trains_that_run_take() -> None:
    def sent(*changes: str) -> float:
        return Expected(scenario(TRAIN, *changes)).arrivals(DAY_S, 1).teu["daily"]

    assert sent() == 20
    assert sent("flows: {cn-pl: {volume: 70 TEU/day}}") == 40
    assert sent("flows: {cn-pl: {volume: 70 TEU/day, consignment: 15 TEU}}") == 30
    assert sent("flows: {cn-pl: {volume: 70 TEU/day}}", SOME_RUN) == 24


def test_freight_beyond_what_its_trains_take_is_warned_of() -> None:
    def told(*changes: str) -> list[tuple[str, str]]:
        return [
            (".".join(map(str, path)), words)
            for path, words in warnings_of(scenario(TRAIN, *changes), lambda _: True)
            if "booked" in path
        ]

    assert told() == []
    assert told("flows: {cn-pl: {volume: 50 TEU/day}}") == [
        (
            "flows.cn-pl.booked",
            "50 TEU are booked on a departure of daily on average, and it takes 40 TEU: the rest is not sent. Write a smaller "
            "volume, or give the service more capacity or departures.",
        )
    ]


def test_freight_that_would_come_before_the_train_before_is_away_is_warned_of() -> None:
    early = "flows: {cn-pl: {booked: {before: {low: 1 d, mode: 2 d, high: 3 d}}}}"
    world = scenario(TRAIN, early, "services: {daily: {dispatch: {runs: 80 %}}}")
    found = [words for path, words in warnings_of(world, lambda _: True) if path[-1] == "before"]
    assert found == [
        "it would come 48 h before its departure on average, and daily leaves every 30 h: it comes when the train before is away. "
        "Write a shorter time, or give trains that leave more seldom a service of their own."
    ]


# --- findings ---------------------------------------------------------------------------------------------------------


def faults(*changes: str) -> list[tuple[str, str]]:
    tree: object = yaml.safe_load(BASE)
    for change in (TRAIN, *changes):
        tree = merged(tree, yaml.safe_load(change))
    return [(".".join(map(str, path)), words) for path, words in cross_check(Scenario.model_validate(tree))]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("{service: dayly}", "did you mean 'daily'?"),
        ("{service: west}", "west has no timetable, and freight is booked on departures. Name a service with when: timetable."),
        ("{service: far-p}", "far-p starts at k, the freight at a. Name a service that starts there."),
        ("{service: far-p}", "no chain of the flow begins with far-p; they begin with daily."),
    ],
)  # fmt: skip
def test_freight_is_booked_on_a_timetabled_service_of_its_origin_and_of_a_chain(
    change: str, words: str
) -> None:
    found = faults(f"flows: {{cn-pl: {{booked: {change}}}}}")
    assert {path for path, _ in found} == {"flows.cn-pl.booked.service"}
    assert any(words in said for _, said in found)
