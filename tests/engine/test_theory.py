"""The engine against what is known in closed form. Means are compared within four standard errors, over fixed replications.

A wrong model would have to be right by luck to pass; a right one fails once in some ten thousand seeds, and the seeds are fixed.
"""

from math import factorial

import numpy as np
import pytest
from worlds import DAY_S, FULL, HOUR_S, PlanBuilder, run, scenario, timetable

from sim.contract import UNLIMITED, Cause, EventKind, EventLog, SampledPlan, StepKind
from sim.engine import ENGINES, simulate
from sim.sampling import Sampler

GATE, HANDLE, RUN, CHECK = StepKind
STANDARD_ERRORS = 4
each_engine = pytest.mark.parametrize("engine", ENGINES)

QUEUE = """
schema: 1
title: A queue
network: none
period: {start: "2025-01-01", length: 400 d}
railways: {r: {name: R, speed: 1000 km/day, tariff: 0 USD/FEU-km, emissions: 0 g/t-km}}
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal, terminal: {}}
  b: {name: B, country: KZ, position: [45, 80], kind: terminal, terminal: {time: 1 h, servers: 1}}
legs: {a-b: {between: [a, b], mode: rail, gauge: 1520, length: 1000 km, railway: r}}
services: {train: {route: [a, b], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}}
corridors: {c: {title: C}}
chains: {c: {corridor: c, services: [train]}}
cargo: {g: {title: goods, hs: ["84"], time_value: 100 USD/FEU-day}}
flows: {f: {origin: a, destination: b, volume: 20 TEU/day, consignment: 1 TEU, cargo: {g: 100 %}, mass: 15 t/FEU, deadline: 9 d,
            routing: {shares: {c: 100 %}}}}
"""
"""Trains of one box each, released at random, that are handled at B."""


def waits_s(log: EventLog, kind: EventKind, cause: Cause) -> np.ndarray:
    """Seconds that each trip waited before its row of a kind, in the order of those rows; 0 for those that did not."""
    rows = log.rows
    trips = rows["trip"][rows["kind"] == kind]
    waited = rows[(rows["kind"] == EventKind.WAITED) & (rows["cause"] == cause) & (rows["trip"] >= 0)]
    by_trip = np.bincount(waited["trip"], weights=waited["span_s"], minlength=trips.max() + 1)
    return by_trip[trips]


def queue_waits_s(engine: str, volume: float, handling: str, servers: int, days: int = 400) -> list[float]:
    """Mean wait for a server in every replication, the first fifth of each left out."""
    sampler = Sampler(
        scenario(
            {
                "period": {"length": f"{days} d"},
                "facilities": {"b": {"terminal": {"time": handling_of(handling), "servers": servers}}},
                "flows": {"f": {"volume": f"{volume} TEU/day"}},
            },
            base=QUEUE,
        ),
        seed=7,
    )
    means = []
    for replication in range(12):
        tell = simulate if replication else run  # The rules are checked once; that takes longer than the run.
        waits = waits_s(tell(sampler.plan(replication), engine=engine), EventKind.STARTED, Cause.CRANE)
        means.append(float(waits[len(waits) // 5 :].mean()))
    return means


def handling_of(words: str) -> object:
    return {"kind": "exponential", "mean": "1 h"} if words == "exponential" else "1 h"


def agree(found: list[float], expected: float) -> None:
    """Within four standard errors of the mean over replications, which must be less than a sixth of it."""
    error = float(np.std(found, ddof=1) / np.sqrt(len(found)))
    assert STANDARD_ERRORS * error < expected / 6, "too noisy to say anything"
    assert abs(np.mean(found) - expected) < STANDARD_ERRORS * error, (np.mean(found), expected, error)


def erlang_wait_s(arrivals_a_day: float, service_s: float, servers: int) -> float:
    """Mean wait in M/M/c: Erlang's C over the spare rate."""
    load = arrivals_a_day * service_s / DAY_S
    waiting = load**servers / factorial(servers) * servers / (servers - load)
    chance = waiting / (sum(load**n / factorial(n) for n in range(servers)) + waiting)
    return chance * service_s / (servers - load)


@each_engine
def test_one_server_with_exponential_handling_waits_as_in_m_m_1(engine: str) -> None:
    load = 12 / 24
    assert erlang_wait_s(12, HOUR_S, 1) == pytest.approx(load / (1 - load) * HOUR_S)
    agree(queue_waits_s(engine, 12, "exponential", 1), load / (1 - load) * HOUR_S)


@each_engine
def test_three_servers_with_exponential_handling_wait_as_erlang_c_says(engine: str) -> None:
    agree(queue_waits_s(engine, 42, "exponential", 3, days=320), erlang_wait_s(42, HOUR_S, 3))


@each_engine
def test_one_server_with_constant_handling_waits_as_pollaczek_and_khinchine_say(engine: str) -> None:
    load = 14 / 24
    agree(queue_waits_s(engine, 14, "constant", 1), load / (2 * (1 - load)) * HOUR_S)


@each_engine
def test_a_saturated_border_passes_its_capacity_exactly(engine: str) -> None:
    sampler = Sampler(
        scenario(
            "facilities: {b: {terminal: {time: null, servers: null, capacity: 16 trains/day, background: 4 trains/day}}}",
            base=QUEUE,
        )
    )
    log = run(sampler.plan(0), engine)
    kinds, times_s = log.column("kind"), log.column("time_s")
    passed_s = times_s[(kinds == EventKind.PASSED) | (kinds == EventKind.BACKGROUND_PASSED)]
    assert set(np.diff(passed_s[100:]).tolist()) == {DAY_S // 16}
    # Of those who come to one queue each has its part of the paths: four background trains a day among 24.
    released = log.column("time_s")[kinds == EventKind.RELEASED]
    others = np.count_nonzero(kinds == EventKind.BACKGROUND_PASSED) / len(passed_s)
    assert others == pytest.approx(4 / (4 + len(released) / (released[-1] / DAY_S)), rel=0.03)


@each_engine
def test_a_border_open_at_night_passes_its_capacity_every_night(engine: str) -> None:
    sampler = Sampler(
        scenario(
            """
            facilities: {b: {terminal: {time: null, servers: null, capacity: 10 trains/day, hours: "00:00-05:00 +03:00"}}}
            period: {length: 60 d}
            """,
            base=QUEUE,
        )
    )
    log = run(sampler.plan(0), engine)
    passed_s = log.column("time_s")[log.column("kind") == EventKind.PASSED]
    of_day_h = passed_s % DAY_S / HOUR_S
    assert ((of_day_h >= 21) | (of_day_h < 2)).all()
    nights = np.bincount((passed_s - 12 * HOUR_S) // DAY_S)
    assert set(nights[20:-1].tolist()) == {10}


@each_engine
def test_after_a_closure_of_13_days_the_queue_is_what_came_and_clears_at_the_spare_rate(engine: str) -> None:
    released_every_s, headway_s, shut_s, days = DAY_S // 8, DAY_S // 12, 20 * DAY_S, 13
    open_s = shut_s + days * DAY_S
    b = PlanBuilder(period_s=90 * DAY_S)
    gate = b.gate(headway_s, [(shut_s, 0), (open_s, 1000)])
    trips = 90 * 8
    b.options(b.chain(b.service((GATE, gate), (RUN, b.leg(), HOUR_S), trips=trips)))
    for i in range(trips):
        b.consignment(i * released_every_s)
    log = run(b.plan(), engine)
    came_s = log.column("time_s")[log.column("kind") == EventKind.DEPARTED]
    passed_s = log.column("time_s")[log.column("kind") == EventKind.PASSED]
    queue_at_opening = (came_s < open_s).sum() - (passed_s < open_s).sum()
    assert queue_at_opening == 8 * days
    late = np.flatnonzero(passed_s > came_s[: len(passed_s)])
    cleared_s = passed_s[late[-1]] - open_s
    assert abs(cleared_s - 8 * days / (12 - 8) * DAY_S) <= headway_s


@each_engine
def test_a_weekly_ferry_is_waited_for_half_a_week(engine: str) -> None:
    sampler = Sampler(
        scenario(
            """
            period: {length: 1400 d}
            services: {train: {capacity: 1000 TEU, dispatch: {when: timetable, every: 7 d}}}
            flows: {f: {volume: 2 TEU/day}}
            """,
            base=QUEUE,
        ),
        seed=7,
    )
    means = []
    for replication in range(8):
        rows = run(sampler.plan(replication), engine).rows
        waited = rows["span_s"][(rows["kind"] == EventKind.WAITED) & (rows["consignment"] >= 0)]
        means.append(float(waited.mean()))
    agree(means, 3.5 * DAY_S)


@each_engine
def test_a_ferry_met_by_boxes_at_every_second_of_the_week_is_waited_for_half_a_week_exactly(
    engine: str,
) -> None:
    every_s, week_s = 100, 700
    b = PlanBuilder(period_s=40 * week_s)
    b.options(
        b.chain(
            b.service(
                (RUN, b.leg(cause=Cause.SAILING), 50),
                capacity=99,
                rule=timetable(*range(0, 40 * week_s, week_s)),
            )
        )
    )
    for release_s in range(every_s // 2, 39 * week_s, every_s):
        b.consignment(release_s)
    rows = run(b.plan(), engine).rows
    waited = rows["span_s"][rows["kind"] == EventKind.WAITED]
    assert waited.mean() == week_s / 2


@each_engine
def test_express_trains_wait_less_and_all_trains_as_long_as_without_priority(engine: str) -> None:
    """Cobham: with two classes at one server, the express wait is W0 / (1 - express load), the ordinary one that / (1 - load)."""
    express, ordinary = [], []
    for plan in map(two_classes, range(8)):
        log = simulate(plan, engine=engine)
        waits = waits_s(log, EventKind.STARTED, Cause.CRANE)
        trips = log.column("trip")[log.column("kind") == EventKind.STARTED]
        fast = trips < plan.trip_first[1]
        express.append(float(waits[fast].mean()))
        ordinary.append(float(waits[~fast].mean()))
    load, express_load = 16 / 24, 6 / 24
    residual_s = load * HOUR_S
    agree(express, residual_s / (1 - express_load))
    agree(ordinary, residual_s / (1 - express_load) / (1 - load))


def two_classes(replication: int) -> SampledPlan:
    """Six express and ten ordinary trains a day at one server with exponential handling."""
    return Sampler(
        scenario(
            """
            facilities: {b: {terminal: {time: {kind: exponential, mean: 1 h}}}}
            services: {express: {route: [a, b], gauge: 1520, capacity: 1 TEU, class: timetabled, dispatch: {when: full}}, train: null}
            chains: {c: {services: [express]}, d: {corridor: c, services: [slow]}}
            flows:
              f: {volume: 6 TEU/day}
              g: {origin: a, destination: b, volume: 10 TEU/day, consignment: 1 TEU, cargo: {g: 100 %}, mass: 15 t/FEU,
                  deadline: 9 d, routing: {shares: {d: 100 %}}}
            """,
            "services: {slow: {route: [a, b], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}}",
            base=QUEUE,
        ),
        seed=7,
    ).plan(replication)


@each_engine
def test_an_unlimited_station_makes_nobody_wait(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(b.service((HANDLE, b.station(UNLIMITED), 100), (RUN, b.leg(), 10), rule=FULL)))
    for _ in range(15):
        b.consignment(0)
    rows = run(b.plan(), engine).rows
    assert not (rows["kind"] == EventKind.WAITED).any()
    assert (rows["time_s"][rows["kind"] == EventKind.FINISHED] == 100).all()


def test_trains_of_a_full_service_are_full() -> None:
    plan = Sampler(scenario("services: {train: {capacity: 5 TEU}}", base=QUEUE)).plan(0)
    rows = run(plan).rows
    boarded = np.bincount(rows["trip"][rows["kind"] == EventKind.BOARDED])
    assert set(boarded.tolist()) == {5}
