"""Tiny worlds for tests: plans made by hand, and scenarios from a few lines of YAML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import yaml

from sim.audit import as_text, check_log
from sim.contract import (
    NEVER,
    OPEN,
    UNLIMITED,
    Cause,
    Dispatch,
    EventLog,
    SampledPlan,
    StepKind,
    check_plan,
    ints,
)
from sim.contract.turns import draws_of
from sim.engine import simulate
from sim.model import Scenario
from sim.model.check import cross_check
from sim.sampling import Sampler

HOUR_S = 3_600
DAY_S = 86_400
SHUT = 0
Calendar = int | Sequence[tuple[int, int]]
"""A number of the plan, or (second, value) steps; closed steps have the cause that the place is given."""


@dataclass(frozen=True)
class Rule:
    """When a service departs."""

    dispatch: Dispatch
    hold_s: int = 0
    least_teu: int = 0
    slots_s: tuple[int, ...] = ()


FULL = Rule(Dispatch.FULL)


def held(hold_s: int, least_teu: int = 1) -> Rule:
    return Rule(Dispatch.HELD, hold_s, least_teu)


def timetable(*slots_s: int, least_teu: int = 0) -> Rule:
    return Rule(Dispatch.TIMETABLE, least_teu=least_teu, slots_s=slots_s)


@dataclass
class PlanBuilder:
    """A plan by hand: every method adds a thing and returns its number. Calendar 0, option list by option list, is always open."""

    period_s: int = 1_000
    seed: int = 0
    replication: int = 0
    calendars: list[tuple[tuple[int, int, int, int], ...]] = field(
        default_factory=lambda: [((0, OPEN, -1, -1),)]
    )
    goods: list[dict[str, int]] = field(default_factory=list)
    acts: list[list[tuple[int, ...]]] = field(default_factory=list)
    option_lists: list[list[tuple[int, int, int]]] = field(default_factory=list)
    values: list[tuple[int, int]] = field(default_factory=list)
    bulletin_s: int = 0
    lag_s: int = 0
    open_end_s: int = 100
    places: dict[tuple[int, int], int] = field(default_factory=dict)
    behind: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """(list, place in it): what is added to the option from each stage on, in cents; else nothing."""
    chains: list[tuple[int, ...]] = field(default_factory=list)
    services: list[dict[str, int]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    steps: list[list[tuple[int, int, list[int]]]] = field(default_factory=list)
    gates: list[tuple[int, int]] = field(default_factory=list)
    background: list[list[int]] = field(default_factory=list)
    stations: list[tuple[int, int, int]] = field(default_factory=list)
    legs: list[tuple[int, int]] = field(default_factory=list)
    fleets: list[dict[str, object]] = field(default_factory=list)
    notices: list[list[tuple[int, ...]]] = field(default_factory=list)
    tastes: list[list[int]] = field(default_factory=list)

    def calendar(
        self, steps: Calendar, cause: Cause = Cause.CLOSURE, policy: int = -1, start: int = OPEN
    ) -> int:
        """Steps (second, value); `start` holds before the first one. A step of value 0 has the cause (and policy)."""
        if isinstance(steps, int):
            return steps
        rows = list(steps) if steps and steps[0][0] == 0 else [(0, start), *steps]
        made = tuple((t, v, cause if v == 0 else -1, policy if v == 0 else -1) for t, v in rows)
        if made in self.calendars:
            return self.calendars.index(made)
        self.calendars.append(made)
        return len(self.calendars) - 1

    def gate(
        self,
        headway_s: int,
        calendar: Calendar = 0,
        cause: Cause = Cause.CLOSURE,
        background: Iterable[int] = (),
    ) -> int:
        """`background` are the seconds at which background trains come."""
        self.gates.append((headway_s, self.calendar(calendar, cause)))
        self.background.append([*background])
        return len(self.gates) - 1

    def station(
        self,
        servers: int | Sequence[tuple[int, int]] = UNLIMITED,
        rate: Calendar = 0,
        cause: Cause = Cause.CUSTOMS,
        shut: Cause = Cause.CLOSURE,
    ) -> int:
        number = self.calendar([(0, servers)] if isinstance(servers, int) else servers)
        self.stations.append((number, self.calendar(rate, shut), cause))
        return len(self.stations) - 1

    def leg(self, calendar: Calendar = 0, cause: Cause = Cause.RUNNING) -> int:
        self.legs.append((self.calendar(calendar), cause))
        return len(self.legs) - 1

    def fleet(
        self,
        home: int = UNLIMITED,
        away: int = 0,
        withdrawn: Calendar = ((0, 0),),
        return_after_s: int = -1,
        returns_s: Iterable[int] = (),
        call_after_s: int = -1,
    ) -> int:
        away = UNLIMITED if home == UNLIMITED else away
        number = self.calendar(withdrawn)
        self.fleets.append(
            {
                "vehicles": (home, away),
                "lost": number,
                "after": return_after_s,
                "call": call_after_s,
                "returns": tuple(returns_s),
            }
        )
        return len(self.fleets) - 1

    def service(
        self,
        *steps: tuple[StepKind, int] | tuple[StepKind, int, int | Sequence[int]],
        capacity: int = 1,
        rule: Rule = FULL,
        full: int | None = None,
        call: int = 1,
        spare: int = 0,
        express: bool = False,
        calendar: Calendar = 0,
        shut: Cause = Cause.CLOSURE,
        fleet: int = -1,
        end: int = 0,
        trips: int = 20,
        turns: int = 0,
        reserve: int | None = None,
        start: int = 0,
        price: Calendar | int = ((0, 0),),
        mean_s: int = 0,
        variance_min2: int = 0,
        usual_s: int = 0,
        notices: Iterable[tuple[int, ...]] = (),
    ) -> int:
        """Steps are (kind, place[, seconds of work: one number, or one a draw]); with a timetable there is a trip a slot.

        `start` is the facility where it starts; notices are (known from, until, closed from, until, offset).
        """
        trips = len(rule.slots_s) if rule.dispatch == Dispatch.TIMETABLE else trips
        reserve = max(trips, 1) if reserve is None else reserve
        draws = draws_of(self.period_s, turns, reserve)
        self.notices.append([tuple(notice) for notice in notices])
        self.steps.append([(s[0], s[1], _draws(s[2], draws) if len(s) > 2 else []) for s in steps])
        self.rules.append(rule)
        self.services.append(
            {
                "capacity_teu": capacity,
                "spare_teu": spare,
                "full_teu": capacity if full is None else full,
                "call_teu": call,
                "service_express": 0 if express else 1,
                "service_calendar": self.calendar(calendar, shut),
                "fleet": fleet,
                "fleet_end": end,
                "trips": trips,
                "turns": turns,
                "reserve": reserve,
                "service_from": start,
                "service_price": self.calendar(price),
                "service_mean_s": mean_s,
                "service_variance_min2": variance_min2,
                "service_usual_s": usual_s,
            }
        )
        return len(self.services) - 1

    def chain(self, *services: int) -> int:
        self.chains.append(services)
        return len(self.chains) - 1

    def options(self, *chains: int | tuple[int, ...], day_cents: int = -1, spread_cents: int = 0) -> int:
        """Chains, or (chain, calendar of its openness[, calendar of extra cents]): best first, or with `day_cents` weighed."""
        nothing = self.calendar(((0, 0),))
        filled = [(o, 0) if isinstance(o, int) else o for o in chains]
        self.option_lists.append([(o[0], o[1], o[2] if len(o) > 2 else nothing) for o in filled])
        self.values.append((day_cents, spread_cents))
        return len(self.option_lists) - 1

    def met(self, policy: int, chain: int, facility: int) -> None:
        """A policy holds those on a chain at a facility, or only at their origin (-1), or nowhere (-2); else everywhere."""
        self.places[policy, chain] = facility

    def consignment(
        self,
        at_s: int,
        options: int = 0,
        size: int = 1,
        express: bool = False,
        acts: Iterable[tuple[int, ...]] = (),
        patience_s: int = NEVER,
        tastes: Sequence[int] | None = None,
    ) -> int:
        """Acts are (facility or -1, seconds held[, policy[, from_s, until_s]]); tastes are cents by option."""
        self.goods.append(
            {
                "release_s": at_s,
                "size_teu": size,
                "express": 0 if express else 1,
                "flow": 0,
                "cargo": 0,
                "options": options,
                "patience_s": patience_s,
            }
        )
        width = len(self.option_lists[options]) if self.values[options][0] >= 0 else 0
        self.tastes.append([*tastes] if tastes is not None else [0] * width)
        filled = []
        for facility, span_s, *rest in acts:
            policy, from_s, until_s = (*rest, *(0, 0, NEVER)[len(rest) :])
            filled.append((facility, from_s, until_s, span_s, policy))
        self.acts.append(filled)
        return len(self.goods) - 1

    def plan(self) -> SampledPlan:
        """Put the arrays together; raises PlanError when they contradict one another."""
        columns: dict[str, object] = {}
        for name in (
            "release_s",
            "size_teu",
            "express",
            "flow",
            "cargo",
            "options",
            "patience_s",
        ):
            columns[name] = [goods[name] for goods in self.goods]
        for name in (
            "capacity_teu",
            "spare_teu",
            "full_teu",
            "call_teu",
            "service_express",
            "service_calendar",
            "fleet",
            "fleet_end",
            "turns",
            "reserve",
            "service_from",
            "service_price",
            "service_mean_s",
            "service_variance_min2",
            "service_usual_s",
        ):
            columns[name] = [service[name] for service in self.services]
        columns |= _table(
            "calendar_first",
            self.calendars,
            "calendar_at_s",
            "calendar_value",
            "calendar_cause",
            "calendar_policy",
        )
        columns |= _table(
            "options_first", self.option_lists, "option_chain", "option_calendar", "option_extra"
        )
        behind = [
            [(cents,) for cents in self.behind.get((i, place), [0] * len(self.chains[option[0]]))]
            for i, options in enumerate(self.option_lists)
            for place, option in enumerate(options)
        ]
        columns |= _table("behind_first", behind, "behind_cents")
        columns |= _table("taste_first", [[(t,) for t in tastes] for tastes in self.tastes], "taste_cents")
        names = ("known_from_s", "known_until_s", "closed_from_s", "closed_until_s", "offset_s")
        columns |= _table("notice_first", self.notices, *(f"notice_{name}" for name in names))
        columns |= {
            "options_day_cents": [value[0] for value in self.values],
            "options_spread_cents": [value[1] for value in self.values],
            "policy_place": self._policy_places(),
        }
        columns |= _table(
            "act_first", self.acts, "act_facility", "act_from_s", "act_until_s", "act_span_s", "act_policy"
        )
        columns |= _table("chain_first", [[(s,) for s in chain] for chain in self.chains], "chain_service")
        columns |= _table("slot_first", [[(t,) for t in rule.slots_s] for rule in self.rules], "slot_s")
        columns |= _table(
            "step_first", [[s[:2] for s in steps] for steps in self.steps], "step_kind", "step_place"
        )
        columns |= {
            "dispatch": [rule.dispatch for rule in self.rules],
            "hold_s": [rule.hold_s for rule in self.rules],
            "load_teu_min": [rule.least_teu for rule in self.rules],
            "trip_first": np.cumsum([0, *(service["trips"] for service in self.services)]),
        }
        columns |= _table(
            "background_first", [[(t,) for t in times] for times in self.background], "background_s"
        )
        draws = [s[2] for steps in self.steps for s in steps]
        columns |= {
            "work_first": np.cumsum([0, *map(len, draws)])[:-1],
            "work_s": [work for part in draws for work in part],
            "gate_headway_s": [gate[0] for gate in self.gates],
            "gate_calendar": [gate[1] for gate in self.gates],
            "station_servers": [station[0] for station in self.stations],
            "station_rate": [station[1] for station in self.stations],
            "station_cause": [station[2] for station in self.stations],
            "leg_calendar": [leg[0] for leg in self.legs],
            "leg_cause": [leg[1] for leg in self.legs],
            "fleet_vehicles": [n for fleet in self.fleets for n in fleet["vehicles"]],
            "fleet_withdrawn": [fleet["lost"] for fleet in self.fleets],
            "return_after_s": [fleet["after"] for fleet in self.fleets],
            "call_after_s": [fleet["call"] for fleet in self.fleets],
        }
        columns |= _table(
            "return_first", [[(r,) for r in fleet["returns"]] for fleet in self.fleets], "return_s"
        )
        made = SampledPlan(
            self.seed,
            self.replication,
            self.period_s,
            self.bulletin_s,
            self.lag_s,
            self.open_end_s,
            **{name: ints(v) for name, v in columns.items()},
        )
        check_plan(made)
        return made

    def _policy_places(self) -> list[int]:
        """By default a policy meets every chain where its acts are: facility by facility cannot be told, so by chain."""
        policies = 1 + max((act[4] for acts in self.acts for act in acts), default=-1)
        found = []
        for policy in range(policies):
            at = [act[0] for acts in self.acts for act in acts if act[4] == policy and act[0] >= 0]
            found += [
                self.places.get((policy, chain), at[0] if at else -1) for chain in range(len(self.chains))
            ]
        return found


def _draws(given: int | Sequence[int], n: int) -> list[int]:
    return [given] * n if isinstance(given, int) else [*given, *[given[-1]] * n][:n]


def _table(first: str, groups: Sequence[Sequence[tuple[int, ...]]], *columns: str) -> dict[str, object]:
    """Arrays of the parts of entities, and where each entity's part begins."""
    rows = [row for group in groups for row in group]
    table = {name: [row[i] for row in rows] for i, name in enumerate(columns)}
    return {first: np.cumsum([0, *map(len, groups)]), **table}


def told(log: EventLog) -> list[str]:
    """A log as lines: "60 waited t3 gate 0: 25 s path"."""
    return [as_text(row) for row in log.rows.tolist()]


def run(plan: SampledPlan, engine: str = "reference") -> EventLog:
    """Simulate, and hold the log to every rule."""
    log = simulate(plan, engine=engine)
    check_log(plan, log)
    return log


# --- scenarios -------------------------------------------------------------------------------------------------------

BASE = """
schema: 1
title: A tiny world
network: none
period: {start: "2025-01-01", length: 30 d}
railways:
  cr: {name: China Railway, speed: {p50: 1000 km/day, p90: 1200 km/day}, tariff: 0.2 USD/FEU-km, emissions: 19 g/t-km}
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal, terminal: {time: 3 h}}
  k: {name: K, country: KZ, position: [45, 80], kind: gauge-change, gauge_change: {time: {p50: 10 h, p90: 30 h}, servers: 2}}
  r: {name: R, country: RU, position: [50, 60], kind: border, tags: [eaeu], border: {time: {p50: 2 h, p90: 6 h}, servers: 1}}
  d: {name: D, country: DE, position: [51, 10], kind: terminal, terminal: {time: {p50: 3 h, p90: 9 h}}}
  p: {name: P, country: PL, position: [52, 20], kind: terminal, terminal: {time: 3 h}}
legs:
  a-k: {between: [a, k], mode: rail, gauge: 1435, length: 1000 km, railway: cr}
  k-r: {between: [k, r], mode: rail, gauge: 1520, length: 1000 km, railway: cr, capacity: 20 trains/day}
  r-d: {between: [r, d], mode: rail, gauge: 1520, length: 1000 km, running_time: {p50: 30 h, p90: 50 h}, railway: cr, tags: [western]}
  r-p: {between: [r, p], mode: rail, gauge: 1520, length: 800 km, railway: cr}
  a-d: {between: [a, d], mode: road, length: 9000 km, running_time: 14 d, tariff: 0.5 USD/FEU-km, emissions: 70 g/t-km}
fleets:
  sets: {between: [k, d], vehicles: 12, empty_return: {after: 12 h, time: {p50: 2 d, p90: 3 d}}, tags: [wagons]}
services:
  west: {route: [a, k], gauge: 1435, capacity: 40 TEU, dispatch: {when: full}}
  far: {route: [k, r, d], gauge: 1520, capacity: 40 TEU, spare: 20 TEU, fleet: sets,
        dispatch: {when: held, at_most: 12 h, at_least: 20 TEU}}
  far-p: {route: [k, r, p], gauge: 1520, capacity: 40 TEU, dispatch: {when: timetable, every: 12 h}}
  trucks: {route: [a, d], mode: road, capacity: 20 TEU, dispatch: {when: full}}
corridors: {north: {title: North}, road: {title: Road}}
chains:
  rail: {corridor: north, services: [west, far]}
  rail-p: {corridor: north, services: [west, far-p]}
  truck: {corridor: road, services: [trucks]}
cargo:
  machines: {title: machines, hs: ["84", "85"], time_value: 200 USD/FEU-day}
  toys: {title: toys, hs: ["95"], time_value: 80 USD/FEU-day}
flows:
  cn-de: {origin: a, destination: d, volume: 200 TEU/day, consignment: 20 TEU, cargo: {machines: 60 %, toys: 40 %}, mass: 15 t/FEU,
          express: 20 %, deadline: 12 d, routing: {shares: {rail: 100 %}, fallbacks: [truck]}}
  cn-pl: {origin: a, destination: p, volume: 80 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
          routing: {shares: {rail-p: 100 %}}}
"""


@cache
def _read(text: str) -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load(text)
    return loaded


def merged(under: object, over: object) -> object:
    """Mappings laid over mappings; anything else replaces, and None removes."""
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    joined = {**under, **{key: merged(under.get(key), value) for key, value in over.items()}}
    return {key: value for key, value in joined.items() if value is not None}


def scenario(*changes: str | dict[str, object], base: str = BASE) -> Scenario:
    """The tiny world, with what the changes (YAML or mappings) lay over it; `key: null` removes."""
    tree: object = _read(base)
    for change in changes:
        tree = merged(tree, yaml.safe_load(change) if isinstance(change, str) else change)
    made = Scenario.model_validate(tree)
    assert cross_check(made) == []
    return made


def plan_of(*changes: str | dict[str, object], replication: int = 0, seed: int | None = None) -> SampledPlan:
    """A replication of the tiny world."""
    return Sampler(scenario(*changes), seed=seed).plan(replication)


def without(log: EventLog, *rows: int) -> EventLog:
    """A log that lacks some rows."""
    return EventLog(np.delete(log.rows, rows))


def changed(log: EventLog, row: int, **columns: int) -> EventLog:
    """A log with other numbers in one row."""
    rows = log.rows.copy()
    for name, value in columns.items():
        rows[name][row] = value
    return EventLog(rows)


def altered(plan: SampledPlan, **columns: object) -> SampledPlan:
    """A plan with other columns."""
    return replace(plan, **{name: ints(values) for name, values in columns.items()})


def line(b: PlanBuilder, run_s: int = 10, **service: object) -> int:
    """A service over one leg."""
    return b.service((StepKind.RUN, b.leg(), run_s), **service)
