"""The plan has the network as it is, and its legend the names of everything."""

import numpy as np
import pytest
from drawn_plans import TRADE, steps_of
from worlds import BASE, DAY_S, HOUR_S, plan_of, run, scenario

from sim.contract import EventKind, StepKind, check_plan
from sim.sampling import Sampler
from sim.sampling.options import distinct_rows
from sim.sampling.structure import Structure


def test_border_work_is_done_by_trains_that_pass_and_the_rest_where_a_service_ends() -> None:
    structure = Structure(scenario())
    told = [(step.kind, step.facility or step.leg, step.operation) for step in structure.steps["far"]]
    assert told == [
        (StepKind.GATE, "", ""),
        (StepKind.RUN, "k-r", ""),
        (StepKind.HANDLE, "r", "border"),
        (StepKind.RUN, "r-d", ""),
        (StepKind.HANDLE, "d", "terminal"),
    ]


def test_each_direction_has_its_own_gate_and_both_share_the_station() -> None:
    legend = Sampler(
        scenario(TRADE, "facilities: {r: {border: {capacity: 12 trains/day, background: 4 trains/day}}}")
    ).legend
    assert [gate for gate in legend.gates if gate.startswith("r.")] == [
        "r.border westbound",
        "r.border eastbound",
    ]
    assert legend.stations.count("r.border") == 1


@pytest.mark.parametrize(
    ("gate", "headway_s"),
    [
        ("capacity: 12 trains/day", 7_200),
        ("capacity: 12 trains/day, background: 4 trains/day", 7_200),
        ("capacity: 10 trains/day, hours: '00:00-05:00 +03:00'", 1_800),
        ("capacity: 7 trains/week", 86_400),
    ],
)
def test_the_headway_is_open_time_over_capacity(gate: str, headway_s: int) -> None:
    sampler = Sampler(scenario(f"legs: {{k-r: {{{gate}}}}}"))
    assert sampler.plan(0).gate_headway_s[sampler.legend.gates.index("k > r")] == headway_s


def test_hours_bind_entry_where_there_is_no_capacity_too() -> None:
    sampler = Sampler(
        scenario(
            "legs: {r-p: {hours: '08:00-20:00'}}",
            "facilities: {k: {border: {hours: '10:00-12:00'}}, p: {terminal: {time: null, hours: '09:00-17:00'}}}",
        )
    )
    plan, gates = sampler.plan(0), sampler.legend.gates
    assert plan.gate_headway_s[gates.index("r > p")] == 1
    assert [day * 24 for day, *_ in steps_of(plan, plan.gate_calendar[gates.index("r > p")])[:3]] == [
        0,
        8,
        20,
    ]
    assert [
        day * 24 for day, *_ in steps_of(plan, plan.gate_calendar[gates.index("p.terminal westbound")])[:3]
    ] == [0, 9, 17]
    rows = run(plan).rows
    passed_s = rows["time_s"][(rows["kind"] == EventKind.PASSED) & (rows["place"] == gates.index("r > p"))]
    assert len(passed_s)
    assert ((passed_s % DAY_S >= 8 * HOUR_S) & (passed_s % DAY_S < 20 * HOUR_S)).all()


def test_costs_and_emissions_of_a_service_add_up() -> None:
    legend = Sampler(
        scenario(
            """
            facilities: {r: {border: {fee: 40 USD/FEU}}, d: {terminal: {fee: 60 USD/FEU}}, k: {gauge_change: {fee: 1000 USD/FEU}}}
            services: {far: {charge: 5 USD/FEU}}
            """
        )
    ).legend
    far = legend.services.index("far")
    assert legend.service_cost_usd_per_feu[far] == pytest.approx(0.2 * 2_000 + 40 + 60 + 5)
    assert legend.service_emissions_kg_per_t[far] == pytest.approx(19 * 2_000 / 1_000)
    assert legend.service_length_m[far] == 2_000_000


def test_every_plan_of_the_tiny_world_can_be_run() -> None:
    assert "flows" in BASE
    for r in range(3):
        check_plan(plan_of(TRADE, replication=r))


@pytest.mark.parametrize("n", [0, 1, 500])
@pytest.mark.parametrize("spread", [False, True])
def test_distinct_rows_are_those_that_numpy_finds(n: int, spread: bool) -> None:
    rows = np.random.default_rng(n).integers(-1, 4, (n, 3))
    if spread:
        # Few numbers, far apart.
        rows = rows * 1_000_003
    found, which = distinct_rows(rows)
    expected, inverse = np.unique(rows, axis=0, return_inverse=True)
    assert found.tolist() == expected.tolist()
    assert which.tolist() == inverse.reshape(-1).tolist()
