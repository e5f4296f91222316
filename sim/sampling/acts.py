"""What policies do to single consignments: inspections, detentions, licence delays."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from sim.contract import Ints
from sim.model import Scenario, chain_checkpoint
from sim.sampling.binding import Bindings, policies_with
from sim.sampling.consignments import Consignments
from sim.sampling.quantiles import invert, whole
from sim.sampling.streams import Floats, Streams

Bools = npt.NDArray[np.bool_]


@dataclass
class Acts:
    """What policies do to single consignments, by consignment."""

    first: Ints
    facility: Ints
    from_s: Ints
    until_s: Ints
    span_s: Ints
    policy: Ints

    def columns(self) -> dict[str, Ints]:
        """As columns of a plan."""
        return {f"act_{field.name}": getattr(self, field.name) for field in fields(self)}


def draw_acts(scenario: Scenario, consignments: Consignments, bindings: Bindings, streams: Streams) -> Acts:
    """Draw inspections, detentions and licence delays; one row a consignment, policy and facility.

    Whether a chain meets the policy there is told by `policy_places`.
    """
    rows: list[Ints] = []
    for p, name, rule in policies_with(scenario, "inspected"):
        places = {chain: chain_checkpoint(scenario, rule, chain) for chain in scenario.chains}
        spans_s = _spans(scenario, consignments, name, p, bindings, streams, "inspected")
        for place in sorted(
            {place for place in places.values() if place}, key=list(scenario.facilities).index
        ):
            # Only flows whose own chains stop there: others may pass the place after their inspection elsewhere.
            met = np.isin(consignments.flow, _flows_through(scenario, places, place))
            facility = list(scenario.facilities).index(place)
            rows.append(_rows(np.where(met, spans_s, 0), facility, bindings.window(p), p))
    for p, name, _ in policies_with(scenario, "delayed"):
        spans_s = _spans(scenario, consignments, name, p, bindings, streams, "delayed")
        rows.append(_rows(spans_s, -1, bindings.window(p), p))
    table = np.concatenate(rows) if rows else np.zeros((0, 6), dtype=np.int64)
    table = table[np.lexsort((table[:, 5], table[:, 1], table[:, 0]))]
    counts = np.bincount(table[:, 0], minlength=len(consignments.flow))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Acts(first, *(np.ascontiguousarray(table[:, column]) for column in range(1, 6)))


def policy_places(scenario: Scenario, bindings: Bindings) -> Ints:
    """Where each policy holds those that take each chain, int64 (policies * chains,): see `SampledPlan.policy_place`."""
    facilities, places = list(scenario.facilities), []
    for p, rule in enumerate(scenario.policies.values()):
        for number, chain in enumerate(scenario.chains):
            place = chain_checkpoint(scenario, rule, chain)
            crosses = bindings.crosses(p, number)
            places.append(facilities.index(place) if place and crosses else -1 if crosses else -2)
    return np.array(places, dtype=np.int64)


def _flows_through(scenario: Scenario, places: dict[str, str | None], place: str) -> list[int]:
    """Numbers of the flows with a chain that meets a policy's inspections at a place first."""
    return [
        f
        for f, flow in enumerate(scenario.flows.values())
        if any(places[chain] == place for shares in flow.routing.ranks() for chain in shares)
    ]


def _rows(spans_s: Ints, facility: int, window: tuple[int, int], policy: int) -> Ints:
    """Rows of those who are held: who, where, the policy's window, how long, by which."""
    who = np.flatnonzero(spans_s > 0)
    fixed = np.broadcast_to(np.array([facility, *window], dtype=np.int64), (len(who), 3))
    return np.column_stack([who, fixed, spans_s[who], np.full(len(who), policy)])


def _spans(
    scenario: Scenario,
    consignments: Consignments,
    name: str,
    policy: int,
    bindings: Bindings,
    streams: Streams,
    act: str,
) -> Ints:
    """Seconds that a policy holds each consignment (0 for most), from draws of its own flow."""
    spans_s = np.zeros(len(consignments.flow), dtype=np.int64)
    rule = scenario.policies[name]
    for f, flow in enumerate(scenario.flows):
        mine = np.flatnonzero(consignments.flow == f)
        within = consignments.within[mine]
        n, owner = int(within.max(initial=-1)) + 1, f"policy:{name}/flow:{flow}"
        bound = np.array([bindings.binds(policy, f, c) for c in range(len(scenario.cargo))], dtype=bool)
        u = streams.uniforms(act, owner, n)
        if act == "delayed":
            assert rule.delayed is not None
            held, length_s = (
                u < rule.delayed.share,
                invert(rule.delayed.for_, streams.uniforms("delay", owner, n)),
            )
        else:
            held, length_s = _inspection(scenario, name, owner, u, streams)
        lasts_s = np.where(held, np.maximum(whole(length_s), 1), 0)
        spans_s[mine] = np.where(bound[consignments.cargo[mine]], lasts_s[within], 0)
    return spans_s


def _inspection(
    scenario: Scenario, name: str, owner: str, u: Floats, streams: Streams
) -> tuple[Bools, Floats]:
    """Who is inspected, and the seconds it takes: longer for those who are detained."""
    inspected = scenario.policies[name].inspected
    assert inspected is not None
    length_s = invert(inspected.handling, streams.uniforms("inspection", owner, len(u)))
    if inspected.detained is not None:
        kept = streams.uniforms("detained", owner, len(u)) < inspected.detained.share
        kept_s = invert(inspected.detained.for_, streams.uniforms("detention", owner, len(u)))
        length_s = np.where(kept, kept_s, length_s)
    return u < inspected.share, length_s
