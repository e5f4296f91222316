"""What strikes of disruptions meet and hold, on random plans, beside the same found by reading the log row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from typing import NamedTuple

import pytest
from generated import PERIOD_S, numbered_plan
from named_plans import TURNING, Told, chains_of, passes_twice, told

from sim.contract import NEVER, OPEN, EventKind, Hit, PlaceKind, SampledPlan, StepKind, Strike, Strikes
from sim.results import reckoning_of

K = EventKind
DAY_S = 86_400
NUMBERS = [*TURNING, *(number for number in range(100, 200) if not passes_twice(numbered_plan(number)))]
numbers = pytest.mark.parametrize("number", NUMBERS)
_PLACES = {StepKind.GATE: "gates", StepKind.HANDLE: "stations", StepKind.RUN: "legs"}


class Spell(NamedTuple):
    """Something or someone at a place from when until when."""

    who: int
    where: tuple[str, int]
    from_s: int
    until_s: int
    teu: int


class Read(NamedTuple):
    """What a reader of a log notes: visits of trips, rides (who is a consignment, the place a trip), waits for services, prices taken."""

    visits: list[Spell]
    rides: list[Spell]
    waits: list[Spell]
    departures: list[tuple[int, int, int]]
    booked: list[tuple[int, int, int]]


def read(one: Told) -> Read:
    """Read a log, row by row, with a finger on every trip and every consignment."""
    plan, chains = one.plan, chains_of(one.plan)
    found = Read([], [], [], [], [])
    ways = {s: visiting(plan, s) for s in range(plan.n_services)}
    aboard: dict[int, dict[int, int]] = defaultdict(dict)
    at: dict[int, tuple[int, int, int]] = {}
    to_come: dict[int, list[int]] = {}
    taken: dict[int, int] = {}
    ready: dict[int, int] = {}
    for time_s, kind, c, t, place_kind, place, *_ in one.log.rows.tolist():
        if kind == K.RELEASED:
            to_come[c], taken[c], ready[c] = list(chains[place]), time_s, time_s
        elif kind == K.BOARDED:
            found.waits.append(Spell(c, ("closed", place), ready.pop(c), time_s, 0))
            found.booked.append((c, to_come[c].pop(0), taken[c]))
            aboard[t][c] = time_s
        elif kind == K.REROUTED:
            here = to_come[c][0]
            found.waits.append(Spell(c, ("closed", here), ready.pop(c), time_s, 0))
            starts = [int(plan.service_from[s]) for s in chains[place]]
            to_come[c] = chains[place][starts.index(int(plan.service_from[here])) :]
            taken[c] = ready[c] = time_s
        elif kind == K.UNLOADED or (kind == K.CLEARED and place_kind != PlaceKind.FACILITY):
            ready[c] = time_s
        elif kind == K.ATTACHED:
            aboard[t][c] = time_s
        elif kind == K.SET_OUT:
            found.rides.append(Spell(c, ("trip", t), aboard[t].pop(c), time_s, 0))
        elif kind == K.DEPARTED:
            at[t] = (place, 0, time_s)
            found.departures.append((t, place, time_s))
        elif kind in (K.PASSED, K.FINISHED, K.ARRIVED) and t >= 0:
            service, step, since_s = at[t]
            load = sum(int(plan.size_teu[one]) for one in aboard[t])
            found.visits.append(Spell(t, ways[service][step], since_s, time_s, load))
            at[t] = (service, step + 1, time_s)
    for t, (service, step, since_s) in at.items():
        if step < len(ways[service]):
            load = sum(int(plan.size_teu[one]) for one in aboard[t])
            found.visits.append(Spell(t, ways[service][step], since_s, PERIOD_S, load))
    for t, those in aboard.items():
        found.rides.extend(Spell(c, ("trip", t), on_s, PERIOD_S, 0) for c, on_s in those.items())
    for c, since_s in ready.items():
        if to_come[c] and not is_held(one, c):
            found.waits.append(Spell(c, ("closed", to_come[c][0]), since_s, PERIOD_S, 0))
    found.booked.extend((c, s, taken[c]) for c, those in to_come.items() for s in those)
    return found


def visiting(plan: SampledPlan, service: int) -> list[tuple[str, int]]:
    """The places that trips of a service visit, in order."""
    steps = range(plan.step_first[service], plan.step_first[service + 1])
    return [
        (_PLACES[StepKind(plan.step_kind[i])], int(plan.step_place[i]))
        for i in steps
        if plan.step_kind[i] != StepKind.CHECK
    ]


def is_held(one: Told, c: int) -> bool:
    """Whether a consignment has only been released, and a licence or payment that its chain needs has not come by the end."""
    plan, mine = one.plan, [row for row in one.log.rows.tolist() if row[2] == c]
    if [row[1] for row in mine if row[1] not in (K.WAITED, K.BARRED)] != [K.RELEASED]:
        return False
    chain = next(row[5] for row in mine if row[1] == K.RELEASED)
    chains, release_s = len(plan.chain_first) - 1, int(plan.release_s[c])
    return any(
        plan.act_facility[i] == -1
        and plan.act_from_s[i] <= release_s < plan.act_until_s[i]
        and plan.act_span_s[i] > 0
        and plan.policy_place[plan.act_policy[i] * chains + chain] >= -1
        for i in range(plan.act_first[c], plan.act_first[c + 1])
    )


def strikes_for(plan: SampledPlan, number: int) -> Strikes:
    """Some strikes of three disruptions, by the number's luck."""
    luck = Random(number)

    def some(n: int) -> tuple[int, ...]:
        return tuple(i for i in range(n) if luck.random() < 0.4)

    found = []
    for disruption in range(3):
        for event in range(luck.randint(0, 3)):
            hit = Hit(
                disruption, event, "somewhere", "closed", luck.random() < 0.7,
                gates=some(len(plan.gate_headway_s)), stations=some(len(plan.station_servers)), legs=some(len(plan.leg_calendar)),
                closed=some(plan.n_services), fewer=some(plan.n_services), dearer=some(plan.n_services), flows=some(3),
            )  # fmt: skip
            begin, lasts = luck.randrange(0, PERIOD_S, 5), luck.randrange(5, 120, 5)
            until, over = begin + lasts, begin + lasts + luck.choice((0, 0, 20))
            if luck.random() < 0.2:
                until = over = NEVER
            found.append(Strike(hit, event, begin, until, over, luck.choice((OPEN, OPEN, 500))))
    return Strikes(("quake", "jam", "never"), tuple(found))


def meets(spell: Spell, strike: Strike) -> bool:
    """Whether a spell and a strike have a second in common; one of no length has its own."""
    return spell.from_s < strike.over_s and max(spell.until_s, spell.from_s + 1) > strike.from_s


def met(one: Told, seen: Read, strike: Strike) -> tuple[set[int], set[int], float]:
    """Trips and consignments that a strike met, and the TEU-days that it held."""
    hit = strike.hit
    hits = {(kind, i) for kind in ("gates", "stations", "legs", "closed") for i in getattr(hit, kind)}
    here = [visit for visit in seen.visits if visit.where in hits and meets(visit, strike)]
    trips = {visit.who for visit in here}
    trips |= {t for t, s, at_s in seen.departures if s in hit.fewer and strike.from_s <= at_s < strike.over_s}
    waiting = [wait for wait in seen.waits if wait.where in hits and meets(wait, strike)]
    goods = {wait.who for wait in waiting}
    goods |= {
        ride.who
        for ride in seen.rides
        if ride.where[1] in trips and ride.from_s < strike.over_s and ride.until_s > strike.from_s
    }
    goods |= {c for c, s, at_s in seen.booked if s in hit.dearer and strike.from_s <= at_s < strike.over_s}
    goods |= {
        c
        for c in range(one.plan.n_consignments)
        if one.plan.flow[c] in hit.flows and strike.from_s <= one.plan.release_s[c] < strike.over_s
    }
    held = 0
    if hit.closes and strike.severity == OPEN:
        for spell, teu in [(visit, visit.teu) for visit in here] + [
            (wait, int(one.plan.size_teu[wait.who])) for wait in waiting
        ]:
            held += teu * max(min(spell.until_s, strike.until_s) - max(spell.from_s, strike.from_s), 0)
    return trips, goods, held / DAY_S


def is_measured(one: Told, c: int) -> bool:
    return one.plan.flow[c] < 2 and 40 <= one.plan.release_s[c] < PERIOD_S - 60


@numbers
def test_each_strike_meets_the_trips_and_the_freight_that_a_reader_of_the_log_finds(number: int) -> None:
    one = told(number)
    strikes, seen = strikes_for(one.plan, number), read(one)
    found = reckoning_of(one.plan, one.log, one.legend, strikes).struck
    size = one.plan.size_teu
    before: dict[int, set[int]] = defaultdict(set)
    for i, strike in enumerate(strikes.strikes):
        trips, goods, held = met(one, seen, strike)
        counted = {c for c in goods if is_measured(one, c)}
        known = before[strike.hit.disruption]
        assert int(found.trips[i]) == len(trips)
        assert int(found.teu[i]) == sum(int(size[c]) for c in goods)
        assert int(found.measured_teu[i]) == sum(int(size[c]) for c in counted)
        assert int(found.bound_teu[i]) == sum(int(size[c]) for c in counted - known)
        assert found.held_teu_d[i] == pytest.approx(held)
        assert bool(found.measured[i]) == (strike.from_s < PERIOD_S - 60 and strike.over_s > 40)
        known |= counted


def test_these_plans_have_strikes_of_every_kind_that_meet_something() -> None:
    kinds: Counter[str] = Counter()
    for number in NUMBERS:
        one = told(number)
        seen = read(one)
        for strike in strikes_for(one.plan, number).strikes:
            trips, goods, held = met(one, seen, strike)
            kinds.update({"trips": len(trips), "goods": len(goods), "held": held > 0, "none": not goods})
    assert min(kinds.values()) > 5, kinds
