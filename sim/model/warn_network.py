"""Warnings of the network: parts that nothing uses, openings without any share, fees that nobody pays, corridors unseen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sim.model.faults import Fault
from sim.model.network import Operation
from sim.model.reach import Reach, listed, meet, shares_of
from sim.model.routes import UNLOADING, legs_of, unload_operation
from sim.model.scenario import Scenario
from sim.units import iso


def warn_network(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of the network."""
    yield from warn_unused(scenario)
    yield from warn_openings(scenario)
    yield from warn_fees(scenario)
    yield from warn_corridors(scenario)


def _used_by(scenario: Scenario) -> dict[str, tuple[Callable[[], Collection[str | None]], str]]:
    """Of each table: what names its entries, and what to write so that one is used."""
    services, legs = scenario.services.values(), scenario.legs.values()
    listing = {
        chain
        for flow in scenario.flows.values()
        for rank in flow.routing.ranks()
        for chain, share in rank.items()
        if share > 0
    }
    return {
        "railways": (lambda: [leg.railway for leg in legs], "a leg's railway"),
        "weathers": (lambda: [run.weather for run in services], "a service's weather"),
        "fleets": (lambda: [run.fleet for run in services], "a service's fleet"),
        "legs": (
            lambda: {leg for name in scenario.services for leg, _ in legs_of(scenario, name)},
            "a service's route",
        ),
        "services": (
            lambda: {name for chain in scenario.chains.values() for name in chain.services},
            "the services of a chain",
        ),
        "chains": (lambda: listing, "the shares of a flow's routing"),
        "corridors": (lambda: [chain.corridor for chain in scenario.chains.values()], "a chain's corridor"),
        "cargo": (
            lambda: {
                name
                for flow in scenario.flows.values()
                for name, share in flow.cargo.value.items()
                if share > 0
            },
            "a flow's cargo",
        ),
    }


def warn_unused(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of entries that nothing uses, so that what they say has no effect."""
    for table, (names, where) in _used_by(scenario).items():
        used = set(names())
        for name in getattr(scenario, table):
            if name not in used:
                yield (
                    (table, name),
                    f"nothing uses it, so it has no effect. Name it in {where}, or remove it.",
                )


def warn_openings(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of openings that open nothing, come too late to be seen, or open chains that no flow gives a share."""
    reach = Reach(scenario)
    given = {chain for _, chain, _ in shares_of(scenario)}
    if scenario.choice.routing == "adaptive":
        given |= {chain for flow in scenario.flows.values() for chain in flow.routing.like}
    for name, opening in scenario.openings.items():
        path, at_s = ("openings", name), scenario.period.second(opening.value)
        services = _opened(scenario, name)
        if not services and not _named(scenario, name):
            yield (
                path,
                "nothing opens or closes with it, so its date has no effect. Name it in a leg's or service's opening.",
            )
            continue
        if at_s >= reach.releases[1]:
            late = "after the period" if at_s >= reach.period[1] else "after the last measured release"
            yield (
                path,
                f"it is {late} ({iso(opening.value)}; {reach.date(reach.releases[0])} to "
                f"{reach.date(reach.releases[1])} is measured): nothing of it is seen. Write an earlier date.",
            )
            continue
        chains = [chain for chain, run in scenario.chains.items() if not services.isdisjoint(run.services)]
        seen = [chain for chain in chains if meet(reach.life(chain), reach.releases)]
        if seen and given.isdisjoint(seen):
            yield path, _without_share(scenario, seen)


def _opened(scenario: Scenario, opening: str) -> set[str]:
    """Services that open with an opening, by themselves or by a leg."""
    return {
        name
        for name, run in scenario.services.items()
        if opening == run.opening
        or any(scenario.legs[leg].opening == opening for leg, _ in legs_of(scenario, name))
    }


def _named(scenario: Scenario, opening: str) -> bool:
    """Whether something closes with an opening, or can do more from then on."""
    gates = [
        *scenario.legs.values(),
        *(
            op
            for place in scenario.facilities.values()
            for op in (place.border, place.gauge_change, place.port, place.terminal)
        ),
    ]
    closing = {
        *(run.closing for run in scenario.services.values()),
        *(leg.closing for leg in scenario.legs.values()),
    }
    stages = {gate.before.opening for gate in gates if gate is not None and gate.before is not None}
    return opening in closing | stages


def _without_share(scenario: Scenario, chains: list[str]) -> str:
    """Why what opens carries nothing: no flow has a share on it."""
    users = [
        (flow, chain)
        for flow, demand in scenario.flows.items()
        for rank in demand.routing.fallbacks
        for chain in rank
        if chain in chains
    ]
    measured = [pair for pair in users if scenario.flows[pair[0]].measured] or users
    if not users:
        return (
            f"no flow lists any of the chains that it opens ({listed(chains)}), so they carry nothing. "
            f"Write for example flows.ID.routing.shares.{chains[0]}: 10 %."
        )
    share = scenario.choice.new_share.value
    how = (
        f"each carries about choice.new_share, {100 * share:.3g} %, of a flow"
        if scenario.choice.routing == "adaptive"
        else "they carry freight only while the chains of the shares are closed"
    )
    flow, chain = measured[0]
    return (
        f"no flow gives a share to any of the {len(chains)} chains that it opens ({listed(chains, 2)}); they stand in "
        f"fallbacks only, so {how}. Give flows shares of them: flows.{flow}.routing.shares.{chain}: 10 %, and less to "
        "the others."
    )


def warn_fees(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of fees of operations that no service is worked by, and of charges of services that carry nothing."""
    charged = {(place, "border") for run in scenario.services.values() for place in run.route[1:-1]}
    charged |= {
        (run.route[-1], kind)
        for name, run in scenario.services.items()
        if (kind := unload_operation(scenario, name)) is not None
    }
    for name, place in scenario.facilities.items():
        for kind in ("border", *UNLOADING):
            operation: Operation | None = getattr(place, kind)
            if operation is not None and operation.fee and (name, kind) not in charged:
                how = (
                    "passes here between its ends" if kind == "border" else f"is unloaded here at the {kind}"
                )
                yield (
                    ("facilities", name, kind, "fee"),
                    f"nobody ever pays this fee: no service {how}. Remove it, or let a service's route come by.",
                )
    for name, run in scenario.services.items():
        carrying = any(name in chain.services for chain in scenario.chains.values())
        if run.charge and not carrying:
            yield (
                ("services", name, "charge"),
                "nobody ever pays this charge: no chain takes the service. Name the service in a chain.",
            )


def warn_corridors(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of corridors of which nothing is measured, though chains of theirs are there."""
    reach = Reach(scenario)
    seen = {
        scenario.chains[chain].corridor
        for chain in reach.open_in(reach.chains(reach.measured), reach.releases)
    }
    for name in scenario.corridors:
        chains = [chain for chain, run in scenario.chains.items() if run.corridor == name]
        if name in seen or not chains or not seen:  # nothing measured at all is told by flows and openings
            continue
        takers = [flow for flow in reach.sending if not set(chains).isdisjoint(reach.chains([flow]))]
        hidden = [flow for flow in takers if not scenario.flows[flow].measured]
        yield from _hidden(scenario, name, hidden)
        if hidden:
            why = f"only flows that are not measured may take it ({listed(hidden)})"
            advice = f"Write flows.{hidden[0]}.measured: true"
        elif takers:
            why = "its chains are not open while anything is measured"
            advice = "Change the dates of its openings"
        else:
            why = "no flow may take its chains"
            advice = f"Give a flow a share of one: flows.ID.routing.shares.{chains[0]}"
        yield ("corridors", name), f"nothing is measured of this corridor: {why}. {advice}."


def _hidden(scenario: Scenario, corridor: str, flows: list[str]) -> Iterator[Fault]:
    """Yield warnings of shares that flows without measures give a corridor of which nothing is measured."""
    for flow, chain, _ in shares_of(scenario):
        if flow in flows and scenario.chains[chain].corridor == corridor:
            yield (
                ("flows", flow, "routing", "shares", chain),
                f"the flow is not measured, nor is any other by the corridor {corridor}: nothing is told of it. Write "
                f"flows.{flow}.measured: true.",
            )
