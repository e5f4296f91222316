"""What policies do to a plan: whom they bind, when, and with what."""

import numpy as np
import pytest
from drawn_plans import TRADE, chains_taken, near
from worlds import DAY_S, HOUR_S, run, scenario

from sim.contract import EventKind, StepKind
from sim.sampling import Sampler
from sim.sampling.structure import Structure

CONDITIONS = {
    "territory": ("territory: [RU]", lambda flow, cargo, chain, day: chain != "truck"),
    "territory crossed by none": ("territory: [PL]", lambda flow, cargo, chain, day: chain == "rail-p"),
    "cargo": ("cargo: [machines]", lambda flow, cargo, chain, day: cargo == "machines"),
    "hs": ("hs: ['95', '96']", lambda flow, cargo, chain, day: cargo == "toys"),
    "hs of any chapter": ("hs: ['85']", lambda flow, cargo, chain, day: cargo == "machines"),
    "origin": ("origin: [CN]", lambda flow, cargo, chain, day: flow != "de-kz"),
    "origin in the EU": ("origin: [EU]", lambda flow, cargo, chain, day: flow == "de-kz"),
    "destination": ("destination: [DE]", lambda flow, cargo, chain, day: flow == "cn-de"),
    "destination in the EU": ("destination: [EU]", lambda flow, cargo, chain, day: flow != "de-kz"),
    "destination in the EU or here": ("destination: [EU, KZ]", lambda flow, cargo, chain, day: True),
    "flows": ("flows: [cn-pl]", lambda flow, cargo, chain, day: flow == "cn-pl"),
    "westbound": ("direction: westbound", lambda flow, cargo, chain, day: flow != "de-kz"),
    "eastbound": ("direction: eastbound", lambda flow, cargo, chain, day: flow == "de-kz"),
    "from": ("from: '2025-01-11'", lambda flow, cargo, chain, day: day >= 10),
    "until": ("until: '2025-01-11'", lambda flow, cargo, chain, day: day < 10),
    "from and until": (
        "from: '2025-01-06', until: '2025-01-11'",
        lambda flow, cargo, chain, day: 5 <= day < 10,
    ),
    "before the period": ("until: '2024-01-11'", lambda flow, cargo, chain, day: False),
    "all together": (
        "territory: [RU], cargo: [machines], destination: [EU], direction: westbound, from: '2025-01-11'",
        lambda flow, cargo, chain, day: (
            flow == "cn-de" and cargo == "machines" and chain == "rail" and day >= 10
        ),
    ),
}


FIXED = {"cn-de": "rail", "cn-pl": "rail-p", "de-kz": "back"}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_ban_binds_exactly_what_meets_its_conditions(name: str) -> None:
    words, binds = CONDITIONS[name]
    sampler = Sampler(
        scenario(
            TRADE,
            "flows: {cn-de: {routing: {fallbacks: null}}}",
            f"policies: {{ban: {{barred: true, {words}}}}}",
        )
    )
    plan, legend = sampler.plan(0), sampler.legend
    for c in range(0, plan.n_consignments, 5):
        flow, cargo = legend.flows[plan.flow[c]], legend.cargos[plan.cargo[c]]
        expected = binds(flow, cargo, FIXED[flow], plan.release_s[c] / DAY_S)
        assert (chains_taken(plan, c) < 0) == expected, (flow, cargo, plan.release_s[c] / DAY_S)


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_licence_binds_exactly_what_meets_its_conditions(name: str) -> None:
    words, binds = CONDITIONS[name]
    sampler = Sampler(scenario(TRADE, f"policies: {{licence: {{delayed: {{for: 5 h}}, {words}}}}}"))
    plan, legend = sampler.plan(0), sampler.legend
    for c in range(0, plan.n_consignments, 5):
        flow, cargo, release_s = legend.flows[plan.flow[c]], legend.cargos[plan.cargo[c]], plan.release_s[c]
        acts = range(plan.act_first[c], plan.act_first[c + 1])
        chain = legend.chains.index(FIXED[flow])
        held = [
            a
            for a in acts
            if plan.act_from_s[a] <= release_s < plan.act_until_s[a]
            and plan.policy_place[plan.act_policy[a] * len(legend.chains) + chain] >= -1
        ]
        assert bool(held) == binds(flow, cargo, FIXED[flow], release_s / DAY_S)
        assert all(plan.act_facility[a] == -1 and plan.act_span_s[a] == 5 * HOUR_S for a in held)


def test_a_barred_consignment_falls_back_in_order() -> None:
    change = """
        services: {late: {route: [a, d], mode: road, capacity: 20 TEU, dispatch: {when: full}}}
        chains: {late: {corridor: road, services: [late]}}
        flows: {cn-de: {volume: 2000 TEU/day, routing: {shares: {rail: 100 %}, fallbacks: [{truck: 75 %, late: 25 %}, rail]}}}
        policies: {ban: {territory: [RU], barred: true}}
        """
    sampler = Sampler(scenario(change))
    plan, chains = sampler.plan(0), list(sampler.legend.chains)
    mine = np.flatnonzero(plan.flow == 0)
    taken = [chains[chains_taken(plan, c)] for c in mine]
    assert set(taken) == {"truck", "late"}
    near(taken.count("truck") / len(mine), 0.75, 0.75 * 0.25 / len(mine))


def test_a_share_of_shippers_avoids_a_territory() -> None:
    sampler = Sampler(
        scenario(
            "flows: {cn-de: {volume: 2000 TEU/day}}",
            "policies: {fear: {territory: [RU], avoided: {share: 35 %}}}",
        )
    )
    plan = sampler.plan(0)
    mine = np.flatnonzero(plan.flow == 0)
    by_truck = np.mean([chains_taken(plan, c) == 2 for c in mine])
    near(float(by_truck), 0.35, 0.35 * 0.65 / len(mine))


def test_two_policies_that_are_avoided_act_together() -> None:
    both = "policies: {one: {territory: [RU], avoided: {share: 50 %}}, two: {territory: [KZ], avoided: {share: 50 %}}}"
    sampler = Sampler(scenario("flows: {cn-de: {volume: 2000 TEU/day}}", both))
    plan = sampler.plan(0)
    mine = np.flatnonzero(plan.flow == 0)
    near(float(np.mean([chains_taken(plan, c) == 2 for c in mine])), 0.75, 0.75 * 0.25 / len(mine))


def test_inspections_hold_their_share_and_detain_theirs_of_the_inspected() -> None:
    change = """
        flows: {cn-de: {volume: 4000 TEU/day}}
        policies: {check: {territory: [RU], cargo: [machines], inspected: {share: 25 %, handling: 2 d, detained: {share: 10 %, for: 30 d}}}}
        """
    sampler = Sampler(scenario(change))
    plan, legend = sampler.plan(0), sampler.legend
    assert set(plan.act_facility.tolist()) == {legend.facilities.index("r")}
    bound = (plan.cargo == legend.cargos.index("machines")).sum()
    n = len(plan.act_span_s)
    near(n / bound, 0.25, 0.25 * 0.75 / bound)
    near(float((plan.act_span_s == 30 * DAY_S).mean()), 0.1, 0.09 / n)
    assert set(plan.act_span_s.tolist()) == {2 * DAY_S, 30 * DAY_S}
    owner = np.repeat(np.arange(plan.n_consignments), np.diff(plan.act_first))
    assert set(plan.cargo[owner].tolist()) == {legend.cargos.index("machines")}


def test_trains_stop_for_inspection_where_they_first_have_border_work_in_the_territory_or_where_the_policy_says() -> (
    None
):
    def checks(policy: str) -> dict[str, list[str]]:
        structure = Structure(
            scenario(TRADE, "facilities: {p: {border: {time: 1 h}}}", f"policies: {{x: {policy}}}")
        )
        return {
            name: [structure.facilities[step.place] for step in steps if step.kind == StepKind.CHECK]
            for name, steps in structure.steps.items()
        }

    anywhere = {"west": [], "far": [], "far-p": [], "trucks": [], "back": []}
    at_r = {**anywhere, "far": ["r"], "far-p": ["r"], "back": ["r"]}
    act = "inspected: {share: 5 %, handling: 2 h}"
    assert checks(f"{{territory: [RU], {act}}}") == at_r
    assert checks(f"{{territory: [CN], {act}}}") == anywhere
    assert checks("{territory: [CN], inspected: {share: 5 %, at: r, handling: 2 h}}") == at_r


def test_a_chain_over_two_services_is_inspected_once_in_either_direction() -> None:
    """Westbound trains reach Q before R, eastbound ones R before Q; each stops at the first only."""
    change = """
        facilities:
          q: {name: Q, country: RU, position: [42, 90], kind: border, border: {time: 1 h}}
        legs:
          a-q: {between: [a, q], mode: rail, gauge: 1435, length: 500 km, railway: cr}
          q-k: {between: [q, k], mode: rail, gauge: 1435, length: 500 km, railway: cr}
        services:
          west: {route: [a, q, k]}
          east-1: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}
          east-2: {route: [k, q, a], gauge: 1435, capacity: 40 TEU, dispatch: {when: full}}
        chains: {east: {corridor: north, services: [east-1, east-2]}}
        flows:
          de-cn: {origin: d, destination: a, volume: 100 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU,
                  deadline: 9 d, routing: {shares: {east: 100 %}}}
        policies: {x: {territory: [RU], inspected: {share: 100 %, handling: 2 h}}}
        """
    sampler = Sampler(scenario(change))
    plan, legend = sampler.plan(0), sampler.legend
    rows = run(plan).rows
    out = rows[rows["kind"] == EventKind.SET_OUT]
    assert np.bincount(out["consignment"]).max() == 1
    met = {
        (legend.flows[plan.flow[c]], legend.facilities[place])
        for c, place in zip(out["consignment"], out["place"], strict=True)
    }
    assert met == {("cn-de", "q"), ("cn-pl", "q"), ("de-cn", "r")}


def test_the_legend_says_who_pays_a_surcharge_and_when() -> None:
    change = """
        policies:
          toll: {territory: [RU], cargo: [machines], surcharge: 300 USD/FEU, from: '2025-01-11', until: '2025-01-21'}
          rebate: {flows: [cn-pl], surcharge: -50 USD/FEU}
        """
    legend = Sampler(scenario(change)).legend
    assert legend.policy_surcharge_usd_per_feu == (300, -50)
    named = [
        (
            legend.policies[p],
            legend.flows[f],
            legend.cargos[c],
            legend.chains[chain],
            from_s // DAY_S,
            until_s > 10**9 or until_s // DAY_S,
        )
        for p, f, c, chain, from_s, until_s in legend.surcharges
    ]
    assert [entry for entry in named if entry[0] == "toll"] == [
        ("toll", flow, "machines", chain, 10, 20) for flow in legend.flows for chain in ("rail", "rail-p")
    ]
    assert {entry[3:] for entry in named if entry[0] == "rebate" and entry[2] == "toys"} == {
        (chain, 0, True) for chain in legend.chains
    }
