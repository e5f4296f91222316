"""Warnings of policies that can bind nothing that is measured, or that bind without doing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.model.distributions import Distribution, highest
from sim.model.faults import Fault, Path
from sim.model.policies import Policy
from sim.model.reach import Reach, Window, in_force, listed, meet
from sim.model.routes import countries_of
from sim.model.rules import binds, chain_checkpoint, crosses
from sim.model.scenario import Scenario
from sim.units import iso

ON_FLOWS = ("flows", "cargo", "hs", "origin", "destination", "direction")
"""Conditions on flows and their goods, as keys of a policy."""


def warn_policies(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of policies, at most one of what each binds."""
    reach = Reach(scenario)
    for name, rule in scenario.policies.items():
        path = ("policies", name)
        yield from _without_effect(path, rule)
        yield from _binds_nothing(reach, path, rule)


def _without_effect(path: Path, rule: Policy) -> Iterator[Fault]:
    """Yield warnings of acts that do nothing to those whom they bind: a share of 0, no time, no money."""
    for act in ("inspected", "delayed", "avoided"):
        found = getattr(rule, act)
        if found is not None and found.share == 0:
            yield (
                (*path, act, "share"),
                f'a share of 0 %: nobody is {act}. Write a share above 0, for example "25 %", or remove {act}.',
            )
    spans: dict[str, Distribution | None] = {}
    if rule.delayed is not None:
        spans["delayed.for"] = rule.delayed.for_
    if rule.inspected is not None:
        detained = rule.inspected.detained
        spans["inspected.handling"] = rule.inspected.handling
        spans["inspected.detained.for"] = detained.for_ if detained else None
        if detained is not None and detained.share == 0:
            yield (
                (*path, "inspected", "detained", "share"),
                "a share of 0 %: nobody is detained. Write a share above 0, or remove detained.",
            )
    for key, spread in spans.items():
        if spread is not None and highest(spread) == 0:
            yield (
                (*path, *key.split(".")),
                'a duration of 0: nobody is held. Write for example "48 h", or remove it.',
            )
    if rule.surcharge == 0:
        yield (
            (*path, "surcharge"),
            'a surcharge of 0: nobody is charged. Write for example "150 USD/FEU", or remove it.',
        )


def _binds_nothing(reach: Reach, path: Path, rule: Policy) -> Iterator[Fault]:
    """Yield the first reason, if any, for which a policy binds nothing that is measured."""
    scenario = reach.scenario
    window = in_force(scenario, rule.from_, rule.until)
    late = _dates(reach, path, rule, window)
    if late is not None:
        yield late
        return
    flows = _bound_flows(reach, rule, reach.measured)
    if not flows:
        yield _no_flow(reach, path, rule)
        return
    chains = [chain for chain in reach.chains(flows) if crosses(scenario, rule, chain)]
    if not chains:
        yield _no_chain(reach, path, rule, flows)
        return
    while_in_force = max(window[0], 0), min(window[1], reach.period[1])
    if not reach.open_in(chains, while_in_force):
        yield (
            path,
            f"it binds only chains that are not open while it is in force: {listed(chains)}. "
            "Change its dates, or those of the openings that these chains need.",
        )
        return
    others = rule.barred or rule.delayed or rule.surcharge or rule.avoided
    if rule.inspected is not None and not any(chain_checkpoint(scenario, rule, chain) for chain in chains):
        yield _no_checkpoint(reach, path, rule, chains, bool(others))


def _bound_flows(reach: Reach, rule: Policy, flows: Sequence[str]) -> list[str]:
    """Flows of which some freight is bound by a policy."""
    scenario = reach.scenario
    return [
        flow
        for flow in flows
        if any(
            share > 0 and binds(scenario, rule, flow, cargo)
            for cargo, share in scenario.flows[flow].cargo.value.items()
        )
    ]


def _dates(reach: Reach, path: Path, rule: Policy, window: Window) -> Fault | None:
    """The warning of a policy that is in force only when nothing is measured."""
    early = window[1] <= reach.releases[0]
    key, date = ("until", rule.until) if early else ("from", rule.from_)
    given = iso(date) if date is not None else "not given"
    if not meet(window, reach.period):
        side = "ends before" if early else "begins after"
        return (
            (*path, key),
            f"the policy {side} the period, {spelt(reach, reach.period)}: it binds nothing. "
            f"Change {key} ({given}), or the period's start and length.",
        )
    # Trains are inspected when they pass, maybe long after the release; all else is done at the release.
    counted = reach.releases if rule.inspected is None else (reach.releases[0], reach.period[1])
    if not meet(window, counted):
        side = "ends before the first" if early else "begins after the last"
        return (
            (*path, key),
            f"the policy {side} measured release ({spelt(reach, reach.releases)} is measured): it binds no measured "
            f"freight. Change {key} ({given}), or period.{'warm_up' if early else 'cool_down'}.",
        )
    return None


def spelt(reach: Reach, window: Window) -> str:
    """A window in words: "2025-01-01 to 2025-12-31"."""
    return " to ".join(reach.date(second) for second in window)


def _no_flow(reach: Reach, path: Path, rule: Policy) -> Fault:
    """The warning of a policy whose conditions on flows and goods hold for nothing that is measured."""
    others = _bound_flows(reach, rule, [flow for flow in reach.sending if flow not in reach.measured])
    if others:
        return (
            path,
            f"it binds only freight that is not measured ({listed(others)}). "
            f"Write flows.{others[0]}.measured: true to see what it does.",
        )
    given = [key for key in ON_FLOWS if getattr(rule, key)]
    alone = [
        key
        for key in given
        if _bound_flows(
            reach, rule.model_copy(update={key: type(rule).model_fields[key].get_default()}), reach.measured
        )
    ]
    if not given:
        return (
            path,
            "no freight is measured, so it binds none. Give a flow a volume, or write measured: true.",
        )
    key = alone[0] if alone else given[0]
    kind = "together, " if len(given) > 1 else ""
    words = " and ".join(f"{one}: {_written(rule, one)}" for one in given)
    return (
        (*path, key),
        f"{kind}{words} holds for no measured freight, so the policy binds none. "
        f"{f'Without {key} it would bind some: change it' if alone else 'Change them'}, or leave it out.",
    )


def _written(rule: Policy, key: str) -> str:
    """A condition of a policy as it is written."""
    value = getattr(rule, key)
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value)


def _no_chain(reach: Reach, path: Path, rule: Policy, flows: Sequence[str]) -> Fault:
    """The warning of a policy whose territory or carriers none of the bound flows meet on their chains."""
    scenario = reach.scenario
    if rule.territory:
        crossed = {code for chain in reach.chains(flows) for code in countries_of(scenario, chain)}
        missing = set(rule.territory).isdisjoint(crossed)
        if missing:
            return (
                (*path, "territory"),
                f"measured freight that it binds ({listed(flows)}) crosses {', '.join(rule.territory)} on no chain that it "
                f"may take, so the policy binds none. It crosses {', '.join(sorted(crossed))}.",
            )
    carriers = {
        scenario.services[service].carrier
        for chain in reach.chains(flows)
        for service in scenario.chains[chain].services
    }
    known = (
        ", ".join(sorted(carrier for carrier in carriers if carrier is not None)) or "of no known nationality"
    )
    return (
        (*path, "carrier"),
        f"measured freight that it binds ({listed(flows)}) takes no chain that has both its carrier and its territory, so the "
        f"policy binds none. Carriers there: {known}.",
    )


def _no_checkpoint(reach: Reach, path: Path, rule: Policy, chains: Sequence[str], others: bool) -> Fault:
    """The warning of inspections at places where no train with bound freight comes by between its ends."""
    scenario = reach.scenario
    assert rule.inspected is not None
    at = rule.inspected.at
    near = _stops(scenario, chains, at)
    advice = (
        f"Write for example at: {near[0]}"
        if near
        else "Name a facility on the way, or a territory with a border"
    )
    if len(near) > 1:
        advice += f" (or {listed(near[1:])})"
    more = " Its other acts still do." if others else ""
    if at is None:
        where = f"no border of {', '.join(rule.territory)}"
        return (
            (*path, "inspected"),
            f"bound freight passes {where} between the ends of a train, so nothing is inspected. {advice}.{more}",
        )
    ends = [
        name
        for chain in chains
        for name in scenario.chains[chain].services
        if at in (scenario.services[name].route[0], scenario.services[name].route[-1])
    ]
    why = (
        f"trains with bound freight end or begin at {at} ({listed(ends, 2)}) and none passes it"
        if ends
        else f"no train with bound freight passes {at}"
    )
    return (
        (*path, "inspected", "at"),
        f"{why}, so nothing is inspected: goods are taken off trains on their way. {advice}.{more}",
    )


def _stops(scenario: Scenario, chains: Sequence[str], at: str | None) -> list[str]:
    """Places with border work between the ends of the chains' trains; of chains by a place, if any, those next to it first."""
    found: dict[str, int] = {}
    ways = {
        chain: [[*scenario.services[name].route] for name in scenario.chains[chain].services]
        for chain in chains
    }
    by_there = [way for way in ways.values() if any(at in route for route in way)]
    for way in by_there or ways.values():
        passed = [place for route in way for place in route]
        home = passed.index(at) if at is not None and at in passed else 0
        for place in (place for route in way for place in route[1:-1]):
            if scenario.facilities[place].border is not None:
                steps = abs(passed.index(place) - home)
                found[place] = min(found.get(place, steps), steps)
    return sorted(found, key=lambda place: found[place])
