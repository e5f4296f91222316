"""Acts of policies on single consignments: written once for both engines."""

from __future__ import annotations

from sim.contract.plan import SampledPlan


def in_force(p: SampledPlan, a: int, chain: int, facility: int, time_s: int) -> bool:
    """Whether an act is in force at a second on one who takes a chain, at a facility (-1: at its origin)."""
    if p.act_facility[a] != facility or not p.act_from_s[a] <= time_s < p.act_until_s[a]:
        return False
    place = p.policy_place[p.act_policy[a] * p.n_chains + chain]
    return place == facility if facility >= 0 else place >= -1
