"""Choice and knowledge, which both engines and the audit share, beside the same reckoned another way from the plan's own arrays."""

import math
from functools import cache
from random import Random

import pytest
from generated import numbered_plan
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.contract import NEVER, Knowledge, SampledPlan, StepKind, as_lists
from sim.contract.acts import in_force
from sim.contract.choice import at_release, at_terminal, cents_of, closure_s, same_rest, weighs, whole_root
from sim.contract.knowledge import learn, note, note_ages, tell_waits

DAY_S, MINUTE_S = 86_400, 60
PLANS = range(60)
each_plan = pytest.mark.parametrize("number", PLANS)


@cache
def plan_of(number: int) -> SampledPlan:
    return numbered_plan(number)


def seconds(plan: SampledPlan, luck: Random, n: int = 6) -> list[int]:
    return [0, *(luck.randrange(plan.period_s + 1) for _ in range(n))]


def informed(plan: SampledPlan, luck: Random) -> Knowledge:
    """What shippers know after a bulletin of waits at random; as usual where there are no bulletins."""
    known = Knowledge(plan)
    if plan.bulletin_s:
        for place in range(plan.n_places):
            for _ in range(luck.randrange(3)):
                note(known, place, luck.randrange(4_000))
        tell_waits(plan, known)
        learn(plan, known)
    return known


# --- the same, another way -------------------------------------------------------------------------------------------


def step(plan: SampledPlan, calendar: int, at_s: int) -> tuple[int, int]:
    """(value, policy) of a calendar at a second, by looking at every step."""
    part = range(plan.calendar_first[calendar], plan.calendar_first[calendar + 1])
    found = [i for i in part if plan.calendar_at_s[i] <= at_s][-1]
    return int(plan.calendar_value[found]), int(plan.calendar_policy[found])


def services(plan: SampledPlan, chain: int) -> list[int]:
    return [int(s) for s in plan.chain_service[plan.chain_first[chain] : plan.chain_first[chain + 1]]]


def options(plan: SampledPlan, c: int) -> list[int]:
    which = plan.options[c]
    return list(range(plan.options_first[which], plan.options_first[which + 1]))


def held_s(plan: SampledPlan, known: Knowledge, s: int, now_s: int, start_s: int) -> int:
    """What the closures announced on the way of a service hold, one after the other."""
    total = 0
    for i in range(plan.notice_first[s], plan.notice_first[s + 1]):
        if not plan.notice_known_from_s[i] <= now_s < plan.notice_known_until_s[i]:
            continue
        offset = int(plan.notice_offset_s[i])
        arrives = start_s + total + offset + (known.wait_s[s] if offset > 0 else 0)
        begins, ends = int(plan.notice_closed_from_s[i]), int(plan.notice_closed_until_s[i])
        if arrives >= begins:
            lasts = now_s + plan.open_end_s if ends == NEVER or ends <= now_s else ends
            total += max(0, lasts - arrives)
    return total


def worth(plan: SampledPlan, known: Knowledge, c: int, o: int, stage: int, now_s: int) -> int:
    """Cents an FEU that a consignment reckons for an option from a stage on."""
    which, rest = int(plan.options[c]), services(plan, int(plan.option_chain[o]))[stage:]
    time_s = 0
    for s in rest:
        time_s += held_s(plan, known, s, now_s, now_s + time_s) + known.time_s[s]
    spread_min = math.isqrt(sum(known.variance[s] for s in rest))
    taste = int(plan.taste_cents[plan.taste_first[c] + o - plan.options_first[which]])
    paid = (
        sum(step(plan, int(plan.service_price[s]), now_s)[0] for s in rest)
        + step(plan, int(plan.option_extra[o]), now_s)[0]
    )
    late = int(plan.options_day_cents[which]) * time_s // DAY_S
    unsure = int(plan.options_spread_cents[which]) * spread_min // (DAY_S // MINUTE_S)
    return paid + int(plan.behind_cents[plan.behind_first[o] + stage]) + late + unsure + taste


# --- at release ------------------------------------------------------------------------------------------------------


@each_plan
def test_the_cost_of_an_option_is_the_sum_of_what_it_is_made_of(number: int) -> None:
    plan, luck = plan_of(number), Random(number)
    lists, known = as_lists(plan), informed(plan, luck)
    for c in range(plan.n_consignments):
        if weighs(lists, c):
            for o in options(plan, c):
                for stage in range(len(services(plan, int(plan.option_chain[o])))):
                    for now_s in seconds(plan, luck, 2):
                        assert cents_of(lists, known, c, o, stage, now_s) == worth(
                            plan, known, c, o, stage, now_s
                        )


@each_plan
def test_a_consignment_takes_the_open_option_of_least_cost_the_first_among_equals(number: int) -> None:
    plan, luck = plan_of(number), Random(number)
    lists, known = as_lists(plan), informed(plan, luck)
    for c in range(plan.n_consignments):
        for now_s in seconds(plan, luck):
            ranked = []
            for o in options(plan, c):
                cost = worth(plan, known, c, o, 0, now_s) if weighs(lists, c) else o
                ranked.append((cost, o, *step(plan, int(plan.option_calendar[o]), now_s)))
            is_open = sorted(one for one in ranked if one[2] > 0)
            wanted = sorted(one for one in ranked if one[2] > 0 or one[3] >= 0)
            chain = int(plan.option_chain[is_open[0][1]]) if is_open else -1
            kept = wanted[0] if wanted and (not is_open or wanted[0] != is_open[0]) else None
            expected = (chain, -1, -1) if kept is None else (chain, int(plan.option_chain[kept[1]]), kept[3])
            assert at_release(lists, known, c, now_s) == expected


@each_plan
def test_on_the_way_a_consignment_stays_unless_another_chain_is_worth_more(number: int) -> None:
    plan, luck = plan_of(number), Random(number)
    lists, known = as_lists(plan), informed(plan, luck)
    for c in range(plan.n_consignments):
        if not weighs(lists, c):
            continue
        for own in options(plan, c):
            chain = int(plan.option_chain[own])
            if own != next(o for o in options(plan, c) if plan.option_chain[o] == chain):
                continue
            for stage, s in enumerate(services(plan, chain)):
                for now_s in seconds(plan, luck, 2):
                    here, rest = int(plan.service_from[s]), services(plan, chain)[stage:]
                    barred = step(plan, int(plan.option_calendar[own]), now_s)[1] >= 0
                    stays = NEVER if barred else worth(plan, known, c, own, stage, now_s)
                    others = [
                        (worth(plan, known, c, o, i, now_s), o, i)
                        for o in options(plan, c) if o != own and step(plan, int(plan.option_calendar[o]), now_s)[0] > 0
                        for i, other in enumerate(services(plan, int(plan.option_chain[o])))
                        if plan.service_from[other] == here and services(plan, int(plan.option_chain[o]))[i:] != rest
                    ]  # fmt: skip
                    best = min(others, default=(NEVER, -1, -1))
                    expected = (
                        (int(plan.option_chain[best[1]]), best[2]) if best[0] < stays else (chain, stage)
                    )
                    assert at_terminal(lists, known, c, chain, stage, now_s) == expected


def test_the_plans_have_freight_that_weighs_that_is_barred_and_that_turns() -> None:
    weighing = barred = 0
    for number in PLANS:
        plan = plan_of(number)
        lists, known = as_lists(plan), Knowledge(plan)
        for c in range(plan.n_consignments):
            weighing += weighs(lists, c)
            barred += any(at_release(lists, known, c, now_s)[1] >= 0 for now_s in range(0, plan.period_s, 40))
    assert weighing > 50
    assert barred > 10


# --- what is known of waits ------------------------------------------------------------------------------------------


def places_on(plan: SampledPlan, s: int) -> list[int]:
    """Gates and stations that a service's trips meet, and its own terminal, as places of bulletins."""
    found = []
    for i in range(plan.step_first[s], plan.step_first[s + 1]):
        if plan.step_kind[i] == StepKind.GATE:
            found.append(int(plan.step_place[i]))
        elif plan.step_kind[i] == StepKind.HANDLE:
            found.append(plan.n_gates + int(plan.step_place[i]))
    return [*found, plan.n_gates + plan.n_stations + s]


@pytest.mark.parametrize("number", [n for n in PLANS if numbered_plan(n).bulletin_s][:25])
def test_a_bulletin_tells_the_mean_wait_and_its_spread_once_it_is_known(number: int) -> None:
    plan, luck = plan_of(number), Random(number)
    known = Knowledge(plan)
    waits = {
        place: [luck.randrange(0, 9_000) for _ in range(luck.randrange(0, 4))]
        for place in range(plan.n_places)
    }
    for place, ended in waits.items():
        for wait_s in ended:
            note(known, place, wait_s)
    before = list(known.time_s)
    tell_waits(plan, known)
    assert known.time_s == before, "nobody knows it yet"
    learn(plan, known)
    first_service = plan.n_gates + plan.n_stations
    for s in range(plan.n_services):
        time_s, variance = int(plan.service_mean_s[s]), int(plan.service_variance_min2[s])
        for place in places_on(plan, s):
            ended = waits[place]
            if ended:
                minutes = [wait_s // MINUTE_S for wait_s in ended]
                time_s += sum(ended) // len(ended)
                variance += sum(m * m for m in minutes) // len(ended) - (sum(minutes) // len(ended)) ** 2
            elif place >= first_service:
                time_s += int(plan.service_usual_s[place - first_service])
        assert (known.time_s[s], known.variance[s]) == (time_s, variance)


@pytest.mark.parametrize("number", [n for n in PLANS if numbered_plan(n).bulletin_s][:10])
def test_ages_count_where_no_wait_ended_and_nowhere_else(number: int) -> None:
    plan = plan_of(number)
    known, other = Knowledge(plan), Knowledge(plan)
    note(known, 0, 600)
    note(other, 0, 600)
    note_ages(known, 5_000, [(0, 1_000), (plan.n_places - 1, 2_000), (plan.n_places - 1, 4_000)])
    if plan.n_places > 1:
        note(other, plan.n_places - 1, 3_000)
        note(other, plan.n_places - 1, 1_000)
    assert (known.noted_n, known.noted_s) == (other.noted_n, other.noted_s)


@given(
    st.integers(0, 40),
    st.integers(0, 90),
    st.integers(0, 90),
    st.one_of(st.just(NEVER), st.integers(0, 90)),
    st.integers(0, 40),
)
@settings(max_examples=200)
def test_a_closure_holds_what_comes_while_it_is_thought_to_last(
    now: int, later: int, begins: int, ends: int, open_end: int
) -> None:
    arrives = now + later
    held = closure_s(arrives, now, begins, ends, open_end)
    thought_until = now + open_end if ends == NEVER or ends <= now else ends
    shut = [second for second in range(arrives, thought_until) if arrives >= begins]
    assert held == len(shut)


@given(st.integers(0, 10**12))
@settings(max_examples=200)
def test_a_whole_root_is_exact(n: int) -> None:
    assert whole_root(n) == math.isqrt(n)
    assert whole_root(n * n) == n if n < 2**31 else True


@each_plan
def test_two_chains_have_the_same_rest_when_their_services_are_the_same_from_there(number: int) -> None:
    plan = plan_of(number)
    lists = as_lists(plan)
    for a in range(plan.n_chains):
        for b in range(plan.n_chains):
            for i in range(len(services(plan, a))):
                for j in range(len(services(plan, b))):
                    assert same_rest(lists, a, i, b, j) == (services(plan, a)[i:] == services(plan, b)[j:])


@each_plan
def test_an_act_is_in_force_in_its_time_at_its_place_on_chains_that_it_meets(number: int) -> None:
    plan, luck = plan_of(number), Random(number)
    lists = as_lists(plan)
    for act in range(len(plan.act_policy)):
        for chain in range(plan.n_chains):
            place = int(plan.policy_place[plan.act_policy[act] * plan.n_chains + chain])
            for facility in range(-1, plan.n_facilities):
                for at_s in seconds(plan, luck, 3):
                    meets = place == facility if facility >= 0 else place >= -1
                    there = plan.act_facility[act] == facility
                    now = plan.act_from_s[act] <= at_s < plan.act_until_s[act]
                    assert in_force(lists, act, chain, facility, at_s) == bool(meets and there and now)
