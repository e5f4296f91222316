"""What a policy that holds everybody does to each consignment: where, for how long, in which window, and to whom not."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import DAY_S, HOUR_S, scenario

from sim.contract import NEVER, Legend, SampledPlan
from sim.sampling import Sampler

Act = tuple[str, int, int, int, str]
"""Facility ("" at the release), window in seconds, seconds held, policy."""


def acts_of(change: str) -> tuple[list[tuple[str, str, list[Act]]], Sampler]:
    """Flow, cargo and acts of each consignment of ten days."""
    sampler = Sampler(scenario("period: {length: 10 d}", change))
    plan: SampledPlan = sampler.plan(0)
    legend: Legend = sampler.legend
    places, rules = [*legend.facilities, ""], list(sampler.scenario.policies)
    found = []
    for c in range(plan.n_consignments):
        rows = slice(int(plan.act_first[c]), int(plan.act_first[c + 1]))
        columns = (plan.act_facility, plan.act_from_s, plan.act_until_s, plan.act_span_s, plan.act_policy)
        acts = [
            (places[place], from_s, until_s, span_s, rules[p])
            for place, from_s, until_s, span_s, p in zip(
                *(one[rows].tolist() for one in columns), strict=True
            )
        ]
        found.append((legend.flows[plan.flow[c]], legend.cargos[plan.cargo[c]], acts))
    return found, sampler


def test_a_licence_for_all_of_a_cargo_holds_each_of_it_at_its_release_and_nobody_else() -> None:
    found, _ = acts_of("policies: {licence: {cargo: [machines], delayed: {share: 100 %, for: 5 h}}}")
    assert {cargo for _, cargo, _ in found} == {"machines", "toys"}
    for _, cargo, acts in found:
        assert acts == ([("", 0, NEVER, 5 * HOUR_S, "licence")] if cargo == "machines" else [])


def test_a_policy_acts_in_its_window_in_seconds_from_the_periods_start() -> None:
    found, _ = acts_of(
        "policies: {licence: {from: '2025-01-04', until: '2025-01-06', delayed: {share: 100 %, for: 1 h}}}"
    )
    assert all(acts == [("", 3 * DAY_S, 5 * DAY_S, HOUR_S, "licence")] for _, _, acts in found)


def test_an_inspection_of_all_is_at_the_border_of_the_territory_on_the_way_of_the_flow() -> None:
    found, _ = acts_of("policies: {check: {territory: [RU], inspected: {share: 100 %, handling: 2 d}}}")
    assert len(found) > 50
    assert all(acts == [("r", 0, NEVER, 2 * DAY_S, "check")] for _, _, acts in found)


def test_acts_of_several_policies_stand_by_place_and_then_in_the_order_of_the_file() -> None:
    found, _ = acts_of(
        """
        policies:
          second: {territory: [RU], inspected: {share: 100 %, handling: 2 d}}
          late: {delayed: {share: 100 %, for: 1 h}}
          first: {territory: [RU], inspected: {share: 100 %, handling: 1 d}}
        """
    )
    for _, _, acts in found:
        assert [(place, span_s, name) for place, _, _, span_s, name in acts] == [
            ("", HOUR_S, "late"),
            ("r", 2 * DAY_S, "second"),
            ("r", DAY_S, "first"),
        ]


def test_everybody_who_is_detained_is_held_for_the_detention_and_not_for_the_handling() -> None:
    found, _ = acts_of(
        "policies: {check: {territory: [RU], inspected: {share: 100 %, handling: 2 d, detained: {share: 100 %, for: 9 d}}}}"
    )
    assert {act[3] for _, _, acts in found for act in acts} == {9 * DAY_S}


@pytest.mark.parametrize("flow", ["cn-de", "cn-pl"])
def test_a_policy_on_a_flow_leaves_the_other_alone(flow: str) -> None:
    found, _ = acts_of(f"policies: {{licence: {{flows: [{flow}], delayed: {{share: 100 %, for: 5 h}}}}}}")
    assert {name for name, _, acts in found if acts} == {flow}
    assert all(acts for name, _, acts in found if name == flow)


def test_a_policy_meets_the_chains_that_cross_its_territory_at_their_checkpoint_and_others_nowhere() -> None:
    _, sampler = acts_of(
        """
        policies:
          check: {territory: [RU], inspected: {share: 100 %, handling: 2 d}}
          licence: {territory: [PL], delayed: {share: 100 %, for: 5 h}}
        """
    )
    plan, legend = sampler.plan(0), sampler.legend
    places = plan.policy_place.reshape(2, -1)
    at_r = legend.facilities.index("r")
    chains = list(sampler.scenario.chains)
    assert dict(zip(chains, places[0].tolist(), strict=True)) == {"rail": at_r, "rail-p": at_r, "truck": -2}
    assert dict(zip(chains, places[1].tolist(), strict=True)) == {"rail": -2, "rail-p": -1, "truck": -2}


def test_a_share_of_a_half_holds_those_whom_a_share_of_a_fifth_held_and_for_as_long() -> None:
    def spans(share: int) -> np.ndarray:
        found, _ = acts_of(
            f"policies: {{licence: {{delayed: {{share: {share} %, for: {{p50: 1 d, p90: 3 d}}}}}}}}"
        )
        return np.array([sum(act[3] for act in acts) for _, _, acts in found])

    few, many = spans(20), spans(50)
    assert 0 < (few > 0).sum() < (many > 0).sum() < len(many)
    assert (many[few > 0] == few[few > 0]).all()
