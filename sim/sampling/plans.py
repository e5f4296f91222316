"""A scenario and a seed become sampled plans, one for each replication."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import cast

import numpy as np

from sim.contract import (
    NEVER,
    UNLIMITED,
    Cause,
    Dispatch,
    Hit,
    Ints,
    Legend,
    Place,
    SampledPlan,
    StepKind,
    Strikes,
)
from sim.contract.turns import days_of, draws_of
from sim.model import ByTimetable, Fleet, Scenario, Service, WhenFull, WhenHeld, smallest_consignments
from sim.sampling.binding import Bindings
from sim.sampling.choosing import Tariffs, notices_of, price_steps
from sim.sampling.demand import (
    Acts,
    Consignments,
    Openness,
    Options,
    draw_acts,
    draw_consignments,
    list_options,
    place_tastes,
    policy_places,
)
from sim.sampling.legends import legend_of
from sim.sampling.quantiles import invert, paces, round_into, whole
from sim.sampling.shocks import Shocks, draw_shocks, opening_s, service_lives
from sim.sampling.streams import Floats, Streams
from sim.sampling.strikes import hits_in, strikes_in
from sim.sampling.structure import OPERATION_CAUSE, Structure, rate_before
from sim.sampling.unrolling import (
    CalendarBook,
    Spell,
    closed_outside,
    lost_steps,
    rate_steps,
    server_steps,
    spells_outside,
)
from sim.units import DAY_S

RESERVE = 400
"""Draws that a service keeps for departures beyond its turns of a day; they are used again when they run out."""


class Sampler:
    """Draws the replications of one scenario. What does not depend on chance is worked out once."""

    def __init__(self, scenario: Scenario, *, name: str = "scenario", seed: int | None = None) -> None:
        self.scenario = scenario
        self.name = name
        self.seed = scenario.seed if seed is None else seed
        self.structure = Structure(scenario)
        self.bindings = Bindings(scenario)
        self.lives = service_lives(scenario)
        self.tariffs = Tariffs(scenario, self.bindings)
        lives = [_common([self.lives[s] for s in chain.services]) for chain in scenario.chains.values()]
        self.openness = Openness(self.bindings, lives, scenario.period.length)
        smallest = smallest_consignments(scenario)
        self.smallest_teu = np.array([smallest.get(name, 1) for name in scenario.services], dtype=np.int64)
        self._streams: list[str] = []

    @cached_property
    def legend(self) -> Legend:
        """What the numbers in the plans and logs mean."""
        return legend_of(self.scenario, self.structure, self.bindings, self.name)

    @cached_property
    def _hits(self) -> dict[str, list[Hit]]:
        return hits_in(self.scenario, self.structure)

    def strikes(self, replication: int) -> Strikes:
        """When the disruptions of a replication strike, and what of its plan: the same draws as in `plan`."""
        return strikes_in(self.scenario, self._hits, Streams(self.seed, replication))

    def plan(self, replication: int) -> SampledPlan:
        """Draw one replication (numbered from 0)."""
        streams = Streams(self.seed, replication, self._streams)
        plan = _Draft(self, replication, streams).plan()
        # The next replication will ask for the same ones.
        self._streams = streams.names
        return plan


class _Draft:
    """One plan in the making."""

    def __init__(self, sampler: Sampler, replication: int, streams: Streams) -> None:
        self.sampler = sampler
        self.scenario = sampler.scenario
        self.structure = sampler.structure
        self.replication = replication
        self.streams = streams
        self.book = CalendarBook()
        self.shocks: Shocks = draw_shocks(self.scenario, self.streams, sampler.lives)
        self.consignments: Consignments = draw_consignments(sampler.tariffs, self.shocks, self.streams)
        services = list(self.scenario.services)
        self.chains = [[services.index(s) for s in chain.services] for chain in self.scenario.chains.values()]

    def plan(self) -> SampledPlan:
        """Put the parts together."""
        goods, period_s, choice = self.consignments, self.scenario.period.length, self.scenario.choice
        options = list_options(self.sampler.tariffs, goods, self.sampler.openness, self.book)
        acts: Acts = draw_acts(self.scenario, goods, self.sampler.bindings, self.streams)
        columns = {
            **self._goods(goods, options, acts),
            **self._services(options),
            **self._places(),
        }
        trips = np.diff(columns["trip_first"]).tolist()
        columns |= self._steps(columns["reserve"].tolist(), columns["turns"].tolist())
        columns |= self._fleets(trips)
        columns |= self._calendars()
        return SampledPlan(
            seed=self.sampler.seed,
            replication=self.replication,
            period_s=period_s,
            bulletin_s=choice.bulletin.value if self.sampler.tariffs.adaptive else 0,
            lag_s=choice.lag.value,
            open_end_s=choice.open_end.value,
            # Most are new arrays: a plan has them to itself.
            **{name: np.ascontiguousarray(values, dtype=np.int64) for name, values in columns.items()},
        )

    def _goods(self, goods: Consignments, options: Options, acts: Acts) -> dict[str, Ints]:
        chain_first = np.cumsum([0, *map(len, self.chains)])
        taste_first, taste_cents = place_tastes(self.sampler.tariffs, goods, options, self.streams)
        return {
            "release_s": goods.release_s,
            "size_teu": goods.size_teu,
            "express": goods.express,
            "flow": goods.flow,
            "cargo": goods.cargo,
            "options": options.of,
            "patience_s": goods.patience_s,
            "taste_first": taste_first,
            "taste_cents": taste_cents,
            "options_first": np.array(options.first),
            "options_day_cents": np.array(options.day_cents, dtype=np.int64),
            "options_spread_cents": np.array(options.spread_cents, dtype=np.int64),
            "option_chain": np.array(options.chain, dtype=np.int64),
            "option_calendar": np.array(options.calendar, dtype=np.int64),
            "option_extra": np.array(options.extra, dtype=np.int64),
            "behind_first": np.cumsum([0, *map(len, options.behind)]),
            "behind_cents": np.array([cents for one in options.behind for cents in one], dtype=np.int64),
            "policy_place": policy_places(self.scenario, self.sampler.bindings),
            "act_first": acts.first,
            "act_facility": acts.facility,
            "act_from_s": acts.from_s,
            "act_until_s": acts.until_s,
            "act_span_s": acts.span_s,
            "act_policy": acts.policy,
            "chain_first": chain_first,
            "chain_service": np.array([s for chain in self.chains for s in chain], dtype=np.int64),
        }

    # --- services ---------------------------------------------------------------------------------------------

    def _services(self, options: Options) -> dict[str, Ints]:
        services = list(self.scenario.services.values())
        load_teu, likely_teu, largest_teu = self._loads(options)
        capacity = np.array([service.capacity.value for service in services], dtype=np.int64)
        least = np.array([_least(service) for service in services], dtype=np.int64)
        slots = [_slots(service, self.scenario.period.length) for service in services]
        full = np.maximum(capacity - self.sampler.smallest_teu + 1, 1)
        # The least that a full trip carries: the next in line may be as large as any.
        carried = np.maximum(capacity - np.maximum(largest_teu, 1) + 1, 1)
        trips = [
            len(slots[s])
            if isinstance(service.dispatch, ByTimetable)
            else int(load_teu[s] // max(min(least[s], carried[s]), 1)) + 1
            for s, service in enumerate(services)
        ]
        fleets, names = list(self.scenario.fleets), list(self.scenario.services)
        return {
            "capacity_teu": capacity,
            "spare_teu": np.array([service.spare.value if service.spare else 0 for service in services]),
            "full_teu": full,
            "dispatch": np.array([_rule(service) for service in services]),
            "hold_s": np.array([_hold_s(service) for service in services]),
            "load_teu_min": np.minimum(least, capacity),
            "call_teu": np.array(
                [self._call_teu(service, int(full[s])) for s, service in enumerate(services)], dtype=np.int64
            ),
            "service_express": np.array([0 if service.express else 1 for service in services]),
            "service_calendar": np.array(
                [self._rate(self.shocks.service_rate.get(name, [])) for name in names]
            ),
            "fleet": np.array(
                [-1 if service.fleet is None else fleets.index(service.fleet) for service in services]
            ),
            "fleet_end": np.array([self._end(service) for service in services]),
            "trip_first": np.cumsum([0, *trips]),
            "turns": np.array(
                [self._turns(s, int(likely_teu[i])) for i, s in enumerate(services)], dtype=np.int64
            ),
            "reserve": np.clip(trips, 1, RESERVE),
            "slot_first": np.cumsum([0, *map(len, slots)]),
            "slot_s": np.array([slot for times in slots for slot in times], dtype=np.int64),
            **self._beliefs(names),
        }

    def _beliefs(self, names: list[str]) -> dict[str, Ints]:
        """What shippers take for granted of every service, and the closures announced on its way."""
        tariffs, facilities = self.sampler.tariffs, list(self.scenario.facilities)
        known = [tariffs.expectations[name] for name in names]
        return {
            "service_from": np.array(
                [facilities.index(self.scenario.services[name].route[0]) for name in names]
            ),
            "service_price": price_steps(tariffs, self.shocks, self.book, self.scenario.period.length),
            "service_mean_s": np.array([one.mean_s for one in known]),
            "service_variance_min2": np.array([one.variance_min2 for one in known]),
            "service_usual_s": np.array([one.usual_s for one in known]),
            **notices_of(tariffs, self.shocks.notices),
        }

    def _loads(self, options: Options) -> tuple[Ints, Ints, Ints]:
        """TEU that may come to each service in the period, those that are likely to, and its largest consignment."""
        n = len(self.scenario.services)
        load, largest = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        likely = np.zeros(n)
        size = self.consignments.size_teu
        lists = len(options.first) - 1
        by_list = np.bincount(options.of, weights=size, minlength=lists).astype(np.int64)
        top = np.zeros(lists, dtype=np.int64)
        for one in np.unique(size):
            top[options.of[size == one]] = one
        for i in range(lists):
            part = range(options.first[i], options.first[i + 1])
            shares: dict[int, float] = {}
            for o in part:
                for s in self.chains[options.chain[o]]:
                    shares[s] = min(shares.get(s, 0.0) + options.share[o], 1.0)
            for s, share in shares.items():
                load[s] += by_list[i]
                likely[s] += by_list[i] * share
                largest[s] = max(largest[s], top[i])
        return load, np.rint(likely).astype(np.int64), largest

    def _turns(self, service: Service, load_teu: int) -> int:
        """Departures a day for which a service has draws of their own: about twice as many as it needs on average."""
        if isinstance(service.dispatch, ByTimetable):
            return -(-DAY_S // service.dispatch.every.value)
        if load_teu == 0:
            return 0
        return 2 + round(2 * load_teu / service.capacity.value / days_of(self.scenario.period.length))

    def _end(self, service: Service) -> int:
        """End of its fleet from which a service starts: 0 is home."""
        if service.fleet is None:
            return 0
        return int(self.scenario.fleets[service.fleet].between[0] != service.route[0])

    # --- places -----------------------------------------------------------------------------------------------

    def _rate(self, spells: Sequence[Spell]) -> int:
        return self.book.number(rate_steps(spells, self.scenario.period.length))

    def _spells_at(self, place: Place) -> list[Spell]:
        """Spells on a gate or station: its opening hours, openings, and what hits its facility or leg."""
        period = self.scenario.period
        if place.leg:
            line = self.scenario.legs[place.leg]
            outside = spells_outside(opening_s(self.scenario, line.opening), NEVER)
            return [*closed_outside(line.hours, period), *self.shocks.leg_rate.get(place.leg, []), *outside]
        operation = getattr(self.scenario.facilities[place.facility], place.operation)
        return [*closed_outside(operation.hours, period), *self.shocks.facility_rate.get(place.facility, [])]

    def _gate_spells(self, place: Place) -> list[Spell]:
        """Spells on a gate: those of its place, and its rate before an opening."""
        gate = (
            self.scenario.legs[place.leg]
            if place.leg
            else getattr(self.scenario.facilities[place.facility], place.operation)
        )
        if gate.before is None:
            return self._spells_at(place)
        until_s = opening_s(self.scenario, gate.before.opening)
        return [*self._spells_at(place), Spell(0, until_s, rate_before(gate))]

    def _places(self) -> dict[str, Ints]:
        structure, scenario = self.structure, self.scenario
        servers, causes = [], []
        for place in structure.stations:
            operation = getattr(scenario.facilities[place.facility], place.operation)
            normal = operation.servers.value if operation.servers else UNLIMITED
            fewer = self.shocks.facility_servers.get(place.facility, [])
            servers.append(self.book.number(server_steps(normal, fewer, scenario.period.length)))
            causes.append(OPERATION_CAUSE[place.operation])
        # Trains inside a line's opening hours run on when it closes: hours bind entry (the gate), not running.
        running, rates = self.shocks.leg_running, self.shocks.leg_rate
        leg_spells = [[*rates.get(place.leg, []), *running.get(place.leg, [])] for place in structure.legs]
        return {
            "gate_headway_s": np.array(structure.gate_headway_s, dtype=np.int64),
            "gate_calendar": np.array(
                [self._rate(self._gate_spells(place)) for place in structure.gates], dtype=np.int64
            ),
            "station_servers": np.array(servers, dtype=np.int64),
            "station_rate": np.array(
                [self._rate(self._spells_at(place)) for place in structure.stations], dtype=np.int64
            ),
            "station_cause": np.array(causes, dtype=np.int64),
            "leg_calendar": np.array([self._rate(spells) for spells in leg_spells], dtype=np.int64),
            "leg_cause": np.array(
                [_leg_cause(scenario, place.leg) for place in structure.legs], dtype=np.int64
            ),
        }

    # --- work -------------------------------------------------------------------------------------------------

    def _steps(self, reserves: list[int], turns: list[int]) -> dict[str, Ints]:
        period_s = self.scenario.period.length
        kinds, places, firsts = [], [], []
        draws = [draws_of(period_s, m, n) for m, n in zip(turns, reserves, strict=True)]
        works = [
            sum(step.kind in (StepKind.HANDLE, StepKind.RUN) for step in steps)
            for steps in self.structure.steps.values()
        ]
        work_s = np.empty(sum(one * n for one, n in zip(works, draws, strict=True)), dtype=np.int64)
        length = 0
        for (name, steps), n, m, count in zip(
            self.structure.steps.items(), reserves, turns, draws, strict=True
        ):
            pace: dict[str, Floats] = {}
            for step in steps:
                kinds.append(int(step.kind))
                places.append(step.place)
                firsts.append(length)
                if step.kind == StepKind.HANDLE:
                    seconds = self._handling(step.facility, step.operation, name, m, n)
                elif step.kind == StepKind.RUN:
                    seconds = self._running(step.leg, name, m, n, pace)
                else:
                    continue
                round_into(seconds, work_s[length : length + count])
                length += count
        counts = [len(steps) for steps in self.structure.steps.values()]
        return {
            "step_first": np.cumsum([0, *counts]),
            "step_kind": np.array(kinds, dtype=np.int64),
            "step_place": np.array(places, dtype=np.int64),
            "work_first": np.array(firsts, dtype=np.int64),
            "work_s": work_s,
        }

    def _uniforms(self, purpose: str, owner: str, turns: int, trips: int) -> Floats:
        """Uniforms of a service's departures: by day and turn of the day, then the reserve.

        Every turn has a stream of its own, so that the number of turns moves no draw.
        """
        days = days_of(self.scenario.period.length)
        by_day = self.streams.columns(purpose, [f"{owner}/turn:{turn}" for turn in range(turns)], days)
        return np.concatenate([by_day.reshape(-1), self.streams.uniforms(purpose, f"{owner}/reserve", trips)])

    def _handling(self, facility: str, operation: str, service: str, turns: int, trips: int) -> Floats:
        spread = getattr(self.scenario.facilities[facility], operation).time.value
        owner = f"facility:{facility}.{operation}/service:{service}"
        return invert(spread, self._uniforms("handling", owner, turns, trips))

    def _running(self, leg: str, service: str, turns: int, trips: int, pace: dict[str, Floats]) -> Floats:
        """Running times of a service's trips on a leg; all legs of a railway share a trip's pace."""
        line = self.scenario.legs[leg]
        if line.running_time is not None:
            u = self._uniforms("running", f"leg:{leg}/service:{service}", turns, trips)
            return invert(line.running_time.value, u)
        railway = cast(str, line.railway)
        if railway not in pace:
            u = self._uniforms("running", f"railway:{railway}/service:{service}", turns, trips)
            pace[railway] = paces(self.scenario.railways[railway].speed.value, u)
        return line.length.value / 1000 / pace[railway] * DAY_S

    # --- fleets and calendars ---------------------------------------------------------------------------------

    def _fleets(self, trips: list[int]) -> dict[str, Ints]:
        vehicles, withdrawn, after, calls, counts, returns = [], [], [], [], [0], []
        period_s = self.scenario.period.length
        for name, fleet in self.scenario.fleets.items():
            vehicles += [fleet.vehicles.value, 0] if fleet.vehicles else [UNLIMITED, UNLIMITED]
            withdrawn.append(self.book.number(lost_steps(self.shocks.fleet_lost.get(name, []), period_s)))
            empty = fleet.empty_return
            after.append(empty.after.value if empty.after else -1)
            calls.append(empty.waiting.value if empty.called else -1)
            runs_s = self._empty_runs(name, fleet, trips)
            returns.append(runs_s)
            counts.append(len(runs_s))
        return {
            "fleet_vehicles": np.array(vehicles, dtype=np.int64),
            "fleet_withdrawn": np.array(withdrawn, dtype=np.int64),
            "return_after_s": np.array(after, dtype=np.int64),
            "call_after_s": np.array(calls, dtype=np.int64),
            "return_first": np.cumsum(counts),
            "return_s": np.concatenate([*returns, np.zeros(0, dtype=np.int64)]),
        }

    def _empty_runs(self, name: str, fleet: Fleet, trips: list[int]) -> Ints:
        """Seconds of the empty runs of a fleet: one for each trip from its home, and as many as may be under way at once."""
        empty = fleet.empty_return
        if fleet.vehicles is None or (empty.after is None and not empty.called):
            return np.zeros(0, dtype=np.int64)
        services = [(s, run) for s, run in enumerate(self.scenario.services) if self._fleet_of(run) == name]
        out = sum(trips[s] for s, run in services if self._end(self.scenario.services[run]) == 0)
        n = max(out, min(fleet.vehicles.value, 2 * sum(trips[s] for s, _ in services)))
        if empty.time is None:
            means_s = [self.sampler.tariffs.expectations[run].mean_s for _, run in services]
            return np.full(n, round(sum(means_s) / max(len(means_s), 1)), dtype=np.int64)
        return whole(invert(empty.time.value, self.streams.uniforms("return", f"fleet:{name}", n)))

    def _fleet_of(self, service: str) -> str | None:
        return self.scenario.services[service].fleet

    def _call_teu(self, service: Service, full_teu: int) -> int:
        """TEU of waiting freight that call an empty vehicle: as the fleet says, else what a departure needs."""
        told = self.scenario.fleets[service.fleet].empty_return.at_least if service.fleet else None
        rule = full_teu if isinstance(service.dispatch, WhenFull) else _least(service)
        return min(max(told.value if told else rule, 1), service.capacity.value)

    def _calendars(self) -> dict[str, Ints]:
        steps = np.array([step for calendar in self.book.numbers for step in calendar], dtype=np.int64)
        return {
            "calendar_first": np.cumsum([0, *map(len, self.book.numbers)]),
            "calendar_at_s": steps[:, 0],
            "calendar_value": steps[:, 1],
            "calendar_cause": steps[:, 2],
            "calendar_policy": steps[:, 3],
        }


def _rule(service: Service) -> Dispatch:
    return {"full": Dispatch.FULL, "held": Dispatch.HELD, "timetable": Dispatch.TIMETABLE}[
        service.dispatch.when
    ]


def _hold_s(service: Service) -> int:
    return service.dispatch.at_most.value if isinstance(service.dispatch, WhenHeld) else 0


def _least(service: Service) -> int:
    """TEU that must wait before a vehicle may leave less than full."""
    rule = service.dispatch
    if isinstance(rule, WhenHeld):
        # A hold begins with the first freight: at least nothing is at least one box.
        return max(rule.at_least.value, 1)
    if isinstance(rule, ByTimetable):
        return rule.at_least.value if rule.at_least else 0
    return service.capacity.value


def _slots(service: Service, period_s: int) -> list[int]:
    """Seconds of the timetabled departures in the period."""
    rule = service.dispatch
    if not isinstance(rule, ByTimetable):
        return []
    return list(range(rule.first.value if rule.first else 0, min(period_s, NEVER), rule.every.value))


def _leg_cause(scenario: Scenario, leg: str) -> Cause:
    return Cause.SAILING if scenario.legs[leg].mode == "sea" else Cause.RUNNING


def _common(lives: list[tuple[int, int]]) -> tuple[int, int]:
    """From when until when all parts of something exist."""
    return max(opens_s for opens_s, _ in lives), min(closes_s for _, closes_s in lives)
