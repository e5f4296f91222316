"""Chance stays where it belongs: named streams, common random numbers, the same bytes everywhere."""

import gc
import hashlib
import os
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from where import ROOT, TESTS
from worlds import plan_of, scenario

from sim.contract import Legend, SampledPlan, StepKind
from sim.contract.turns import days_of
from sim.model import Scenario
from sim.sampling import Sampler, Streams
from sim.sampling.streams import hash_of, hashes_by_day

Draws = dict[str, np.ndarray]


def sampled(*changes: str | dict[str, object], replication: int = 0) -> tuple[Scenario, Legend, SampledPlan]:
    world = scenario(*changes)
    sampler = Sampler(world)
    return world, sampler.legend, sampler.plan(replication)


def draws(*changes: str | dict[str, object], replication: int = 0) -> Draws:
    """All that was drawn, by name: releases and goods of flows, acts of policies on flows, work of services at places, returns."""
    _, legend, plan = sampled(*changes, replication=replication)
    found: Draws = {}
    for f, flow in enumerate(legend.flows):
        mine = np.flatnonzero(plan.flow == f)
        found[f"release {flow}"] = plan.release_s[mine]
        found[f"size {flow}"] = plan.size_teu[mine]
        found[f"express {flow}"] = plan.express[mine]
        found[f"cargo {flow}"] = np.array([legend.cargos[c] for c in plan.cargo[mine]])
        found[f"chain {flow}"] = np.array([first_chain(plan, legend, c) for c in mine])
        for p, policy in enumerate(legend.policies):
            found[f"act {policy} {flow}"] = np.array([act_span_s(plan, c, p) for c in mine])
    for s, service in enumerate(legend.services):
        for i in range(plan.step_first[s], plan.step_first[s + 1]):
            if plan.step_kind[i] in (StepKind.HANDLE, StepKind.RUN):
                names = legend.stations if plan.step_kind[i] == StepKind.HANDLE else legend.legs
                work = f"work {service} {names[plan.step_place[i]]}"
                trips, turns = int(plan.trip_first[s + 1] - plan.trip_first[s]), int(plan.turns[s])
                reserve = plan.work_first[i] + days_of(plan.period_s) * turns
                for turn in range(turns):
                    found[f"{work} turn {turn}"] = plan.work_s[plan.work_first[i] + turn : reserve : turns]
                found[f"{work} reserve"] = plan.work_s[reserve : reserve + trips]
    for f, fleet in enumerate(legend.fleets):
        found[f"return {fleet}"] = plan.return_s[plan.return_first[f] : plan.return_first[f + 1]]
    return found


def first_chain(plan: SampledPlan, legend: Legend, c: int) -> str:
    return legend.chains[plan.option_chain[plan.options_first[plan.options[c]]]]


def act_span_s(plan: SampledPlan, c: int, policy: int) -> int:
    acts = range(plan.act_first[c], plan.act_first[c + 1])
    return sum(int(plan.act_span_s[a]) for a in acts if plan.act_policy[a] == policy)


def assert_same_luck(one: Draws, other: Draws, among: set[str] | None = None) -> None:
    """What both drew is equal, as far as both drew it (a service with more load has draws for more trips)."""
    shared = one.keys() & other.keys()
    assert shared == (one.keys() if among is None else among)
    for name in sorted(shared):
        n = min(len(one[name]), len(other[name]))
        if not name.startswith(("work", "return")):
            assert len(one[name]) == len(other[name]), name
        assert np.array_equal(one[name][:n], other[name][:n]), name


POLICY = "policies: {old: {territory: [RU], inspected: {share: 30 %, handling: {p50: 5 h, p90: 20 h}}}}"
ADDITIONS = {
    "a facility": "facilities: {a0: {name: A0, country: CN, position: [1, 1], kind: terminal, terminal: {time: {p50: 1 h, p90: 9 h}}}}",
    "border work at a facility": "facilities: {k: {border: {time: {p50: 2 h, p90: 9 h}, servers: 1}}}",
    "a flow": """
        flows:
          aa: {origin: a, destination: d, volume: 300 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU,
               deadline: 12 d, routing: {shares: {rail: 50 %, truck: 50 %}, fallbacks: [truck, rail]}}
        """,
    "a service": """
        services:
          express: {route: [k, r, d], gauge: 1520, capacity: 60 TEU, fleet: sets, class: timetabled, dispatch: {when: full}}
        chains: {fast: {corridor: north, services: [west, express]}}
        """,
    "an inspection": "policies: {new: {territory: [KZ], inspected: {share: 50 %, at: r, handling: {p50: 1 h, p90: 9 h}}}}",
    "a licence": "policies: {new: {delayed: {share: 50 %, for: {p50: 10 h, p90: 90 h}}}}",
    "a surcharge": "policies: {new: {territory: [RU], surcharge: 100 USD/FEU}}",
    "a cargo class": "cargo: {art: {title: art, hs: ['97'], time_value: 900 USD/FEU-day}}",
    "a closure": "disruptions: {shut: {at: {id: r}, from: '2025-01-05', lasts: {p50: 2 d, p90: 9 d}, effect: closed}}",
    "random closures": "disruptions: {shut: {at: {country: RU}, random: {rate: 1 /week}, lasts: {p50: 2 h, p90: 9 h}, effect: closed}}",
    "a fleet": "fleets: {more: {between: [a, k], vehicles: 3}}",
    "a weather": "weathers: {storm: {closed: [9 %,9 %,9 %,9 %,9 %,9 %,9 %,9 %,9 %,9 %,9 %,9 %], spell: 5 h}}",
}


@pytest.mark.parametrize("what", ADDITIONS)
def test_an_addition_moves_no_other_draw(what: str) -> None:
    assert_same_luck(draws(POLICY), draws(POLICY, ADDITIONS[what]))


def test_the_order_of_a_file_does_not_move_draws() -> None:
    world = scenario(ADDITIONS["a flow"])
    turned = world.model_copy(update={"flows": dict(reversed(world.flows.items()))})
    one, other = Sampler(world).plan(0), Sampler(turned).plan(0)
    for f in range(3):
        mine, theirs = one.flow == f, other.flow == 2 - f
        assert np.array_equal(one.release_s[mine], other.release_s[theirs])
        assert np.array_equal(one.cargo[mine], other.cargo[theirs])


@pytest.mark.parametrize(
    ("what", "change"),
    {
        "a ban": "policies: {ban: {territory: [RU], barred: true, from: '2025-01-10'}}",
        "shippers who avoid": "policies: {fear: {territory: [RU], avoided: {share: 40 %}}}",
        "a slow-down": "disruptions: {slow: {at: {tag: western}, from: '2025-01-05', lasts: 9 d, effect: {rate: 50 %}}}",
    }.items(),
)
def test_a_baseline_and_a_shock_share_luck_consignment_by_consignment(what: str, change: str) -> None:
    ours, theirs = draws(POLICY), draws(POLICY, change)
    among = {name for name in ours if not name.startswith("chain")}
    assert any(name.startswith("work") for name in among)
    for name in among & theirs.keys():
        n = min(len(ours[name]), len(theirs[name]))
        assert np.array_equal(ours[name][:n], theirs[name][:n]), (what, name)


def test_more_inspections_hold_those_held_before_and_others() -> None:
    few, many = (draws(POLICY.replace("30 %", share))["act old cn-de"] for share in ("30 %", "60 %"))
    assert ((few > 0) <= (many > 0)).all()
    assert np.array_equal(few[few > 0], many[few > 0])
    assert (many > 0).sum() > (few > 0).sum()


def test_a_new_chain_takes_its_share_from_all_and_nobody_else_changes_chain() -> None:
    other = """
        services: {cars: {route: [a, d], mode: road, capacity: 20 TEU, dispatch: {when: full}}}
        chains: {car: {corridor: road, services: [cars]}}
        """
    before, after = (
        draws(other, f"flows: {{cn-de: {{routing: {{shares: {{{shares}}}, fallbacks: null}}}}}}")[
            "chain cn-de"
        ]
        for shares in ("rail: 70 %, truck: 30 %", "car: 20 %, truck: 24 %, rail: 56 %")
    )
    moved = before != after
    assert set(after[moved].tolist()) == {"car"}
    assert 0.1 < moved.mean() < 0.3


def test_more_volume_brings_every_consignment_forward_and_changes_nothing_else_of_it() -> None:
    one, other = draws(), draws("flows: {cn-de: {volume: 400 TEU/day}}")
    n = len(one["release cn-de"])
    assert len(other["release cn-de"]) > 1.5 * n
    assert np.abs(other["release cn-de"][:n] - one["release cn-de"] / 2).max() <= 1
    assert np.array_equal(other["cargo cn-de"][:n], one["cargo cn-de"])
    assert np.array_equal(other["express cn-de"][:n], one["express cn-de"])
    assert np.array_equal(other["release cn-pl"], one["release cn-pl"])


def test_a_longer_period_begins_like_a_shorter_one() -> None:
    short, long = draws("period: {length: 20 d}"), draws()
    for name in (name for name in short.keys() & long if not name.startswith("act")):
        assert np.array_equal(long[name][: len(short[name])], short[name]), name


def test_another_distribution_keeps_the_luck() -> None:
    slow = draws("facilities: {d: {terminal: {time: {p50: 6 h, p90: 18 h}}}}")["work far d.terminal reserve"]
    assert np.abs(slow - 2 * draws()["work far d.terminal reserve"]).max() <= 1


def test_replications_and_seeds_differ_in_every_draw() -> None:
    plans = [draws(POLICY), draws(POLICY, replication=1), draws(POLICY, "seed: 1")]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        for name in plans[one].keys() & plans[other]:
            a, b = plans[one][name], plans[other][name]
            constant = len(set(a.tolist())) <= 1
            assert constant or len(a) != len(b) or not np.array_equal(a, b), name


def test_streams_of_different_owners_are_not_correlated() -> None:
    streams = Streams(0, 0)
    names = [("handling", f"facility:{i}") for i in range(20)] + [
        ("running", f"facility:{i}") for i in range(20)
    ]
    table = np.array([streams.uniforms(purpose, owner, 4_000) for purpose, owner in names])
    correlations = np.corrcoef(table)[np.triu_indices(len(names), 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(4_000)


def test_the_first_draws_do_not_depend_on_how_many_are_asked_for() -> None:
    streams = Streams(5, 2)
    assert np.array_equal(streams.uniforms("a", "b", 1_000)[:7], streams.uniforms("a", "b", 7))
    assert len(streams.uniforms("a", "b", 0)) == 0


def test_uniforms_lie_strictly_between_0_and_1() -> None:
    u = Streams(0, 0).uniforms("a", "b", 200_000)
    assert 0 < u.min() < 1e-4
    assert 1 - 1e-4 < u.max() < 1


def test_a_stream_is_the_same_in_every_version() -> None:
    u = Streams(2025, 3).uniforms("release", "flow:cn-eu-west", 3)
    assert hashlib.sha256(u.tobytes()).hexdigest()[:16] == "3065fca8eb845e23"


def philox(seed: int, replication: int, name: str, n: int) -> np.ndarray:
    """The same stream by NumPy's own generator and seed sequence."""
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    sequence = np.random.SeedSequence(seed, spawn_key=(replication, *words))
    return np.random.Generator(np.random.Philox(sequence)).random(n)


@pytest.mark.parametrize("seed", [0, 7, 2**32, 2**96 - 1, 2**130 + 7])
@pytest.mark.parametrize("replication", [0, 3, 2**33])
def test_a_stream_is_that_of_a_philox_with_numpys_own_seed_sequence(seed: int, replication: int) -> None:
    streams = Streams(seed, replication)
    for n in (0, 1, 2, 3, 4, 5, 1_001):
        assert np.array_equal(streams.uniforms("a", str(n), n), philox(seed, replication, f"a/{n}", n))


@given(
    seed=st.integers(0, 2**70),
    days=st.integers(0, 12),
    blocks=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=5),
)
def test_blocks_hold_of_each_day_the_draws_of_its_turns_and_then_the_reserve(
    seed: int, days: int, blocks: list[tuple[int, int]]
) -> None:
    expected = []
    for b, (turns, reserve) in enumerate(blocks):
        by_turn = [philox(seed, 1, f"{b}/turn:{turn}", days) for turn in range(turns)]
        expected += [by_turn[turn][day] for day in range(days) for turn in range(turns)]
        expected += philox(seed, 1, f"{b}/reserve", reserve).tolist()
    hashes = b"".join(hashes_by_day(str(b), turns) for b, (turns, _) in enumerate(blocks))
    turns, reserve = np.array(blocks, dtype=np.int64).reshape(-1, 2).T.copy()
    assert Streams(seed, 1).by_day(hashes, turns, reserve, days).tolist() == expected


def test_names_that_are_not_one_for_each_stream_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 2 names of streams, got 1"):
        Streams(0, 0).each(hash_of("a"), np.array([3, 3]))


def test_the_seed_zero_is_a_seed_and_overrides_that_of_the_scenario() -> None:
    world = scenario("seed: 8")
    assert Sampler(world, seed=0).seed == 0
    assert Sampler(world, seed=0).plan(0).digest() == plan_of(seed=0).digest()
    assert Sampler(world).plan(0).digest() == Sampler(world, seed=8).plan(0).digest()
    assert Sampler(world).plan(0).digest() != plan_of(seed=0).digest()


TELL = "from worlds import plan_of; print(*(plan_of({policy!r}, replication=r).digest() for r in range(2)))"


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_another_process_draws_the_same_bytes(hash_seed: str) -> None:
    here = [plan_of(POLICY, replication=r).digest() for r in range(2)]
    told = subprocess.run(
        [sys.executable, "-c", TELL.format(policy=POLICY)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=TESTS,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == here


def test_a_replication_does_not_depend_on_those_drawn_before() -> None:
    sampler = Sampler(scenario(POLICY))
    backwards = [sampler.plan(r).digest() for r in (3, 2, 1, 0)]
    assert backwards[::-1] == [Sampler(scenario(POLICY)).plan(r).digest() for r in range(4)]


def test_threads_draw_from_one_sampler_what_one_alone_does() -> None:
    sampler = Sampler(scenario(POLICY))
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda r: sampler.plan(r % 8).digest(), range(48)))
    assert drawn == 6 * [Sampler(scenario(POLICY)).plan(r).digest() for r in range(8)]


def test_what_a_sampler_keeps_does_not_grow_with_replications() -> None:
    sampler = Sampler(scenario(POLICY, "choice: {routing: adaptive}"))
    kept = []
    tracemalloc.start()
    try:
        for r in range(60):
            sampler.plan(r)
            if r % 20 == 19:
                gc.collect()
                kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert kept[2] - kept[1] < 20_000


def test_drawing_loads_no_compiler() -> None:
    program = "import sys; from worlds import plan_of; plan_of(); print([m for m in ('numba', 'scipy') if m in sys.modules])"
    Sampler(scenario()).plan(0)  # what is compiled is kept
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=TESTS, env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "[]\n"
