"""Whom a policy binds: every condition alone, and several together; several policies on one consignment."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from worlds import DAY_S, scenario

from sim.model import Policy, Scenario, binds, cross_check, crosses
from sim.sampling import Sampler

# Machines and toys go from China to Germany by rail through Kazakhstan and Russia, or by truck; toys also to Poland by
# rail; machines come back. The broad-gauge train to Germany is Kazakh, the trucks are German, the others are not known.
WORLD = """
services:
  far: {carrier: KZ}
  trucks: {carrier: DE}
  back: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}
  east: {route: [k, a], gauge: 1435, capacity: 40 TEU, dispatch: {when: full}}
chains: {home: {corridor: north, services: [back, east]}}
flows:
  de-cn: {origin: d, destination: a, volume: 100 TEU/day, consignment: 20 TEU, cargo: {machines: 100 %}, mass: 15 t/FEU,
          deadline: 9 d, routing: {shares: {home: 100 %}}}
"""


def world(*changes: str) -> Scenario:
    return scenario(WORLD, *changes)


RAIL, TRUCK = {"machines by rail", "toys by rail"}, {"machines by truck", "toys by truck"}
POLAND, HOME = {"toys by rail-p"}, {"machines by home"}
ALL = RAIL | TRUCK | POLAND | HOME
MACHINES = {"machines by rail", "machines by truck", "machines by home"}


def bound(policy: dict[str, Any], *changes: str) -> set[str]:
    """What of the world's freight a policy binds: cargo by chain."""
    rule, there = Policy.model_validate({"barred": True, **policy}), world(*changes)
    return {
        f"{cargo} by {chain}"
        for name, flow in there.flows.items()
        for cargo, chain in product(flow.cargo.value, {c for rank in flow.routing.ranks() for c in rank})
        if binds(there, rule, name, cargo) and crosses(there, rule, chain)
    }


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, ALL),
        # One condition
        ({"territory": ["RU"]}, ALL - TRUCK),
        ({"territory": ["PL"]}, POLAND),
        ({"territory": ["PL", "DE"]}, ALL),
        ({"cargo": ["machines"]}, MACHINES),
        ({"cargo": ["machines", "toys"]}, ALL),
        ({"hs": ["95"]}, {"toys by rail", "toys by truck", "toys by rail-p"}),
        ({"hs": ["84"]}, MACHINES),
        ({"hs": ["85", "95"]}, ALL),
        ({"hs": ["10"]}, set()),
        ({"origin": ["CN"]}, ALL - HOME),
        ({"origin": ["DE"]}, HOME),
        ({"origin": ["EU"]}, HOME),
        ({"destination": ["PL"]}, POLAND),
        ({"destination": ["EU"]}, ALL - HOME),
        ({"destination": ["CN", "PL"]}, HOME | POLAND),
        ({"flows": ["cn-pl"]}, POLAND),
        ({"direction": "westbound"}, ALL - HOME),
        ({"direction": "eastbound"}, HOME),
        ({"carrier": ["KZ"]}, RAIL),
        ({"carrier": ["DE"]}, TRUCK),
        ({"carrier": ["EU"]}, TRUCK),
        ({"carrier": ["KZ", "DE"]}, RAIL | TRUCK),
        # Several: all must hold
        ({"territory": ["RU"], "carrier": ["KZ"]}, RAIL),
        ({"territory": ["RU"], "carrier": ["DE"]}, set()),
        ({"territory": ["PL"], "carrier": ["KZ"]}, set()),
        ({"territory": ["RU"], "hs": ["84"]}, {"machines by rail", "machines by home"}),
        ({"territory": ["RU"], "hs": ["84"], "direction": "westbound"}, {"machines by rail"}),
        ({"territory": ["RU"], "cargo": ["toys"], "destination": ["EU"]}, {"toys by rail", "toys by rail-p"}),
        ({"cargo": ["toys"], "hs": ["84"]}, set()),
        ({"flows": ["de-cn"], "direction": "westbound"}, set()),
        ({"origin": ["EU"], "destination": ["CN"], "hs": ["85"], "territory": ["KZ"]}, HOME),
    ],
)
def test_a_policy_binds_what_meets_all_its_conditions(policy: dict[str, Any], expected: set[str]) -> None:
    assert bound(policy) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("84", True),
        ("8471", True),
        ("847130", True),
        ("85", True),
        ("8517", True),
        ("8473", False),
        ("847141", False),
        ("90", False),
    ],
)
def test_a_code_binds_a_class_of_which_a_code_begins_with_it(code: str, expected: bool) -> None:
    finer = "cargo: {machines: {hs: ['847130', '8517']}}"
    assert (bound({"hs": [code]}, finer) == MACHINES) is expected
    assert bound({"hs": [code]}, finer) in (MACHINES, set())


def faults(policy: dict[str, Any], cargo: str = "{}") -> list[str]:
    """Findings about a policy of a surcharge, laid over the world."""
    rule = Policy.model_validate({"surcharge": "9 USD/FEU", **policy})
    there = world(f"cargo: {cargo}").model_copy(update={"policies": {"x": rule}})
    return [f"{'.'.join(map(str, path))}: {message}" for path, message in cross_check(there)]


def test_a_code_finer_than_every_class_can_never_bind_and_the_finding_says_what_to_write() -> None:
    (found,) = faults({"hs": ["84", "8471"]})
    assert found == (
        'policies.x.hs.1: "8471" can never bind: it is finer than "84", the code of machines. '
        'Write "84" for all of it, or give a cargo class the finer code: cargo.machines.hs: ["8471"].'
    )
    assert faults({"hs": ["8471"]}, "{machines: {hs: ['847130']}}") == []
    (found,) = faults({"hs": ["847130"]}, "{machines: {hs: ['8471']}}")
    assert 'it is finer than "8471"' in found


def test_a_code_of_goods_that_nobody_ships_is_no_fault() -> None:
    assert faults({"hs": ["02", "0201"]}) == []


@pytest.mark.parametrize(
    ("policy", "path", "words"),
    [
        ({"carrier": ["KG"]}, "carrier.0", "unknown carrier's nationality 'KG'; known: DE, EU, KZ."),
        (
            {"avoided": {"share": "5 %"}},
            "avoided",
            "shippers avoid a territory or a carrier, and none is given",
        ),
        (
            {"inspected": {"share": "5 %", "handling": "2 h"}},
            "inspected",
            "not said where goods are inspected",
        ),
        (
            {"inspected": {"share": "5 %", "handling": "2 h", "at": "a"}},
            "inspected.at",
            "no service passes a between its ends",
        ),
        (
            {"territory": ["RU"], "carrier": ["KZ"], "inspected": {"share": "5 %", "handling": "2 h"}},
            "carrier",
            "goods are inspected at a place, whoever carries them",
        ),
    ],
)
def test_a_condition_that_cannot_hold_is_a_finding(policy: dict[str, Any], path: str, words: str) -> None:
    (found,) = faults(policy)
    assert found.startswith(f"policies.x.{path}: ")
    assert words in found


def test_shippers_may_avoid_a_carrier_only() -> None:
    assert faults({"carrier": ["KZ"], "avoided": {"share": "5 %"}}) == []


def test_several_policies_act_on_the_same_consignment_each_in_its_time() -> None:
    """Machines are inspected in Russia and need a licence; from the 11th day they are barred, and pay until then."""
    rules = """
    flows: {de-cn: null}
    policies:
      check: {territory: [RU], hs: ["84"], inspected: {share: 100 %, handling: 2 h}}
      licence: {cargo: [machines], delayed: {share: 100 %, for: 5 h}}
      toll: {territory: [RU], hs: ["85"], surcharge: 300 USD/FEU, until: "2025-01-11"}
      ban: {territory: [RU], cargo: [machines], from: "2025-01-11", barred: true}
    """
    sampler = Sampler(world(rules))
    plan, legend = sampler.plan(0), sampler.legend
    machines = np.flatnonzero(plan.cargo == legend.cargos.index("machines"))
    assert len(machines) > 50
    for c in machines.tolist():
        mine = slice(plan.act_first[c], plan.act_first[c + 1])
        acts = {
            legend.policies[p]: span
            for p, span in zip(plan.act_policy[mine].tolist(), plan.act_span_s[mine].tolist(), strict=True)
        }
        assert acts == {"check": 7_200, "licence": 18_000}
    toys = np.flatnonzero(plan.cargo == legend.cargos.index("toys"))
    assert not np.isin(np.repeat(np.arange(plan.n_consignments), np.diff(plan.act_first)), toys).any()
    number = legend.policies.index("toll")
    assert {row[0] for row in legend.surcharges} == {number}
    assert {row[4:] for row in legend.surcharges} == {(0, 10 * DAY_S)}
