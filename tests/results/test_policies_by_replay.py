"""Every time that a policy bound a consignment, on random plans: found by reading the log, and by asking each for its surcharges."""

from __future__ import annotations

from functools import cache

import pytest
from generated import PERIOD_S
from named_plans import Told, chains_of, told

from sim.contract import EventKind, PlaceKind, SampledPlan
from sim.results import ACTS, Columns, Tables, itineraries_of, tabulate

K = EventKind
NUMBERS = range(500, 520)
numbers = pytest.mark.parametrize("number", NUMBERS)
DIVERTED, REFUSED, INSPECTED, DELAYED, CHARGED = ACTS
Act = tuple[str, str, int, int]


@cache
def tables(number: int) -> Tables:
    one = told(number)
    return tabulate(one.plan, one.log, one.legend)


def acts_told(one: Told) -> list[Act]:
    """(policy, act, consignment, second) of all that the log tells of policies."""
    names, found = one.legend.policies, []
    for time_s, kind, c, _, place_kind, _, _, _, policy in one.log.rows.tolist():
        if policy < 0:
            continue
        if kind == K.BARRED and not one.story.goods[c].refused:
            found.append((names[policy], DIVERTED, c, time_s))
        elif kind == K.REFUSED:
            found.append((names[policy], REFUSED, c, time_s))
        elif kind == K.CLEARED:
            act = INSPECTED if place_kind == PlaceKind.FACILITY else DELAYED
            found.append((names[policy], act, c, time_s))
    return found


def taken_s(one: Told, c: int) -> int:
    """When the last chain of a consignment was taken."""
    return max(row[0] for row in one.log.rows.tolist() if row[1] in (K.RELEASED, K.REROUTED) and row[2] == c)


def charges_told(one: Told) -> list[Act]:
    """The same of surcharges: one for each consignment and policy of which an entry binds it."""
    found = []
    for c, goods in one.story.goods.items():
        if goods.refused:
            continue
        at_s = taken_s(one, c)
        policies = {
            policy
            for policy, flow, cargo, chain, from_s, until_s in one.legend.surcharges
            if flow == one.plan.flow[c]
            and cargo in (-1, one.plan.cargo[c])
            and chain == goods.chain
            and from_s <= at_s < until_s
        }
        found += [(one.legend.policies[policy], CHARGED, c, at_s) for policy in policies]
    return found


@numbers
def test_the_policies_table_has_what_the_log_tells_and_who_pays(number: int) -> None:
    one, table = told(number), tables(number).policies
    found = list(zip(table["policy"], table["act"], table["consignment"], table["time_s"], strict=True))
    assert sorted(found) == sorted(acts_told(one) + charges_told(one))
    assert table["time_s"].is_monotonic_increasing


@numbers
def test_holds_take_their_hours_and_charges_their_dollars(number: int) -> None:
    one = told(number)
    size = one.plan.size_teu
    held = [
        (row[2], row[0], row[7] / 3_600)
        for row in one.log.rows.tolist()
        if row[1] == K.CLEARED and row[8] >= 0
    ]
    table = tables(number).policies
    holds = table[table["act"].isin([INSPECTED, DELAYED])]
    found = list(zip(holds["consignment"], holds["time_s"], holds["hours"], strict=True))
    assert sorted(found) == sorted(held)
    assert (holds["usd"] == 0).all()
    charged = table[table["act"] == CHARGED]
    # Policy 1 charges 100 USD an FEU, which is 2 TEU.
    assert charged["usd"].tolist() == [100 * size[c] / 2 for c in charged["consignment"]]
    assert (charged["hours"] == 0).all()


@numbers
def test_diverted_freight_pays_and_takes_the_difference_of_two_chains_without_waits(number: int) -> None:
    one, table = told(number), tables(number).policies
    plan, chains = one.plan, chains_of(one.plan)
    barred = {row[2]: row[5] for row in one.log.rows.tolist() if row[1] == K.BARRED}
    for row in table[table["act"] == DIVERTED].itertuples():
        c = row.consignment
        there, instead = chains[barred[c]], chains[one.story.goods[c].first_chain]
        gap_s = sum(int(plan.service_mean_s[s]) for s in instead) - sum(
            int(plan.service_mean_s[s]) for s in there
        )
        cents = sum(price(plan, s, row.time_s) for s in instead) - sum(
            price(plan, s, row.time_s) for s in there
        )
        assert row.hours == pytest.approx(gap_s / 3_600)
        assert row.usd == pytest.approx(cents / 100 * plan.size_teu[c] / 2)


def price(plan: SampledPlan, service: int, at_s: int) -> int:
    calendar = plan.service_price[service]
    steps = range(plan.calendar_first[calendar], plan.calendar_first[calendar + 1])
    return [int(plan.calendar_value[i]) for i in steps if plan.calendar_at_s[i] <= at_s][-1]


@numbers
def test_a_surcharge_is_in_the_price_of_those_who_pay_it_and_of_nobody_else(number: int) -> None:
    one, table = told(number), tables(number).consignments
    paying = {c for _, _, c, _ in charges_told(one)}
    flat = one.legend.flow_charge_usd_per_feu
    cents = itineraries_of(one.plan, Columns(one.log), one.legend).cents
    for c, goods in one.story.goods.items():
        cost = table["cost_usd_per_feu"].iloc[c]
        if goods.refused:
            assert cost != cost
            continue
        assert cost == pytest.approx(cents[c] / 100 + flat[one.plan.flow[c]] + (100 if c in paying else 0))


@numbers
def test_measured_are_consignments_of_measured_flows_of_the_middle_of_the_period(number: int) -> None:
    one, table = told(number), tables(number).policies
    for row in table.itertuples():
        c = row.consignment
        inside = 40 <= one.plan.release_s[c] < PERIOD_S - 60
        assert row.measured == (inside and one.plan.flow[c] < 2)


def test_every_act_is_done_to_somebody_in_these_plans() -> None:
    found = {act for number in NUMBERS for act in tables(number).policies["act"]}
    assert found == set(ACTS)
