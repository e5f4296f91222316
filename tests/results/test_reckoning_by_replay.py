"""What measures are made of, on random plans: the measured consignments and departures, as a reader of the log tells them."""

from __future__ import annotations

from functools import cache

import pytest
from generated import PERIOD_S
from named_plans import Told, chains_of, told

from sim.contract import EventKind
from sim.results import Reckoning, reckoning_of

K = EventKind
numbers = pytest.mark.parametrize("number", range(800, 825))


@cache
def reckoned(number: int) -> Reckoning:
    one = told(number)
    return reckoning_of(one.plan, one.log, one.legend)


def measured(one: Told) -> list[int]:
    """Consignments of measured flows that are released in the measured time."""
    plan = one.plan
    return [
        c for c in range(plan.n_consignments) if plan.flow[c] < 2 and 40 <= plan.release_s[c] < PERIOD_S - 60
    ]


def texts(found: Reckoning, name: str) -> list[str]:
    return [found.cohort.names[name][k] for k in found.cohort[name]]


@numbers
def test_the_cohort_is_what_is_measured_in_order_of_release(number: int) -> None:
    one, found = told(number), reckoned(number)
    who = measured(one)
    plan, legend = one.plan, one.legend
    assert len(found.cohort) == len(who)
    assert found.cohort["release_s"].tolist() == [int(plan.release_s[c]) for c in who]
    assert found.cohort["size_teu"].tolist() == [int(plan.size_teu[c]) for c in who]
    assert found.cohort["express"].tolist() == [plan.express[c] == 0 for c in who]
    assert texts(found, "flow") == [legend.flows[plan.flow[c]] for c in who]
    assert texts(found, "cargo") == [legend.cargos[plan.cargo[c]] for c in who]
    # Its number counts all of its flow, those before the warm-up, too: flows take turns.
    assert found.cohort["number"].tolist() == [c // 3 for c in who]
    assert found.cohort_teu == sum(int(plan.size_teu[c]) for c in who)


@numbers
def test_what_became_of_the_cohort_is_what_the_log_tells(number: int) -> None:
    one, found = told(number), reckoned(number)
    status, chain, transit = texts(found, "status"), texts(found, "chain"), found.cohort["transit_s"].tolist()
    for i, c in enumerate(measured(one)):
        goods = one.story.goods[c]
        ended = goods.delivered_s if goods.delivered_s >= 0 else PERIOD_S
        there = goods.delivered_s >= 0
        assert status[i] == ("refused" if goods.refused else "delivered" if there else "under way")
        assert chain[i] == ("" if goods.refused else one.legend.chains[goods.chain])
        assert transit[i] == (0 if goods.refused else ended - int(one.plan.release_s[c]))
        promise = -1 if goods.refused else one.legend.chain_quoted_s[goods.first_chain]
        assert found.cohort["promise_s"][i] == promise
        assert found.cohort["on_time"][i] == (there and transit[i] <= promise)
        deadline = one.legend.flow_deadline_s[one.plan.flow[c]]
        assert found.cohort["in_time"][i] == (there and transit[i] <= deadline)
        assert found.cohort["reroutes"][i] == goods.reroutes


@numbers
def test_time_costs_what_the_cargo_is_worth_a_day(number: int) -> None:
    one, found = told(number), reckoned(number)
    for i, c in enumerate(measured(one)):
        cost = found.cohort["time_cost_usd_per_feu"][i]
        if one.story.goods[c].refused:
            assert cost != cost
            continue
        # 86.4 or 864 USD a day: a thousandth or a hundredth of a dollar a second.
        a_second = (0.001, 0.01)[one.plan.cargo[c]]
        assert cost == pytest.approx(found.cohort["transit_s"][i] * a_second)


@numbers
def test_departures_that_count_are_measured_and_of_services_of_one_corridor(number: int) -> None:
    one, found = told(number), reckoned(number)
    users: dict[int, set[str]] = {}
    for chain, services in enumerate(chains_of(one.plan)):
        for service in services:
            users.setdefault(service, set()).add(one.legend.corridors[one.legend.chain_corridor[chain]])
    ways: dict[int, set[str]] = {}
    for c, service, _ in one.story.boarded:
        ways.setdefault(service, set()).add(one.legend.flow_direction[one.plan.flow[c]])
    expected = []
    for _, kind, _, trip, _, service, *_ in one.log.rows.tolist():
        if kind != K.DEPARTED or len(users.get(service, ())) != 1:
            continue
        way = one.story.ways[trip]
        if 40 <= way.departed_s < PERIOD_S - 60:
            (corridor,) = users[service]
            those = ways.get(service, set())
            direction = next(iter(those)) if len(those) == 1 else ""
            expected.append((corridor, direction, way.load_teu / int(one.plan.capacity_teu[service])))
    names = found.cohort.names
    told_ways = [names["direction"][k] if k >= 0 else "" for k in found.departures.direction]
    told_corridors = [names["corridor"][k] for k in found.departures.corridor]
    assert list(zip(told_corridors, told_ways, found.departures.fill.tolist(), strict=True)) == expected


@numbers
def test_acts_of_policies_are_those_on_measured_freight_with_its_size(number: int) -> None:
    one, found = told(number), reckoned(number)
    assert set(found.bound.who.tolist()) <= set(measured(one))
    assert found.bound_teu.tolist() == [int(one.plan.size_teu[c]) for c in found.bound.who]
    rows = one.log.rows.tolist()
    held = sorted((r[2], r[0]) for r in rows if r[1] == K.CLEARED and r[8] >= 0 and r[2] in measured(one))
    acts = zip(found.bound.who.tolist(), found.bound.time_s.tolist(), found.bound.act.tolist(), strict=True)
    # The third and the fourth act are holds.
    assert sorted((c, at_s) for c, at_s, act in acts if act in (2, 3)) == held
