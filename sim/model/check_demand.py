"""Cross-checks of demand: cargo, flows and their routing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.model.demand import Flow
from sim.model.faults import Fault, Path, unknown
from sim.model.network import ByTimetable, Service
from sim.model.scenario import Scenario

SHARES_TOLERANCE = 1e-4
SEASON_TOLERANCE = 0.02


def check_cargo_and_flows(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of demand."""
    if not scenario.flows:
        yield (
            ("flows",),
            "no flow: nothing would be sent. Give at least one, or take the built-in network (network: eurasia).",
        )
    for name, flow in scenario.flows.items():
        path = ("flows", name)
        yield from _check_ends(scenario, path, flow)
        for cargo in flow.cargo.value:
            yield from unknown("cargo", (*path, "cargo", cargo), cargo, scenario.cargo)
        yield from _check_shares((*path, "cargo"), flow.cargo.value)
        if flow.season is not None:
            mean = sum(flow.season.value) / 12
            if abs(mean - 1) > SEASON_TOLERANCE:
                yield (
                    (*path, "season"),
                    f"expected twelve factors with a mean of 100 %, got a mean of {mean:.2%}. "
                    + (f"Divide each by {mean:.4f}." if mean else "Write for example 100 % for each."),
                )
        yield from _check_routing(scenario, path, flow)
        if flow.booked is not None:
            yield from _check_booked(scenario, path, flow, flow.booked.service)


def _check_ends(scenario: Scenario, path: Path, flow: Flow) -> Iterator[Fault]:
    """A flow goes from one facility to another."""
    yield from unknown("facility", (*path, "origin"), flow.origin, scenario.facilities)
    yield from unknown("facility", (*path, "destination"), flow.destination, scenario.facilities)
    if flow.origin == flow.destination:
        yield (
            (*path, "destination"),
            f"expected a destination other than the origin, {flow.origin}. Name another facility.",
        )


def _check_shares(path: Path, shares: Mapping[str, float]) -> Iterator[Fault]:
    """Shares sum to the whole."""
    total = sum(shares.values())
    if abs(total - 1) > SHARES_TOLERANCE:
        yield path, f"expected shares that sum to 100 %, got {total * 100:.6g} %. {_what_lacks(total)}"


def _what_lacks(total: float) -> str:
    """What to write when shares do not sum to the whole."""
    by = f"{abs(1 - total) * 100:.6g} %"
    return f"Add {by} to one of them." if total < 1 else f"Take {by} from one of them."


def _check_routing(scenario: Scenario, path: Path, flow: Flow) -> Iterator[Fault]:
    """The chains of a flow exist, join its ends, and carry its consignments."""
    where: Path
    for rank, shares in enumerate(flow.routing.ranks()):
        where = (*path, "routing", "fallbacks", rank - 1) if rank else (*path, "routing", "shares")
        yield from _check_shares(where, shares)
        for chain in shares:
            yield from unknown("chain", (*where, chain), chain, scenario.chains)
            yield from _check_chain(scenario, (*where, chain), flow, chain)
    yield from _check_like(path, flow)
    yield from _check_size(scenario, path, flow)


def _check_like(path: Path, flow: Flow) -> Iterator[Fault]:
    """Yield the fault of a chain that is like one without a share of its own, or that is not listed."""
    listed = {chain for shares in flow.routing.ranks() for chain in shares}
    for chain, other in flow.routing.like.items():
        where = (*path, "routing", "like", chain)
        if chain not in listed:
            yield where, f"the chain {chain} is neither in shares nor in fallbacks. Add it to the fallbacks."
        if flow.routing.shares.get(other, 0) <= 0 or other in flow.routing.like:
            named = ", ".join(name for name in flow.routing.shares if name not in flow.routing.like)
            yield where, f"expected a chain with a share of its own, got {other}. Write one of {named}."


def _check_chain(scenario: Scenario, path: Path, flow: Flow, chain: str) -> Iterator[Fault]:
    """Yield the fault of a chain that does not lead from the flow's origin to its destination."""
    services = _services_of(scenario, chain)
    if not services or {flow.origin, flow.destination} - scenario.facilities.keys():
        return
    ends = services[0].route[0], services[-1].route[-1]
    if ends != (flow.origin, flow.destination):
        yield (
            path,
            f"the chain {chain} leads from {ends[0]} to {ends[1]}, the flow from {flow.origin} "
            f"to {flow.destination}. Name a chain between these two, or correct its services.",
        )


def _check_booked(scenario: Scenario, path: Path, flow: Flow, name: str) -> Iterator[Fault]:
    """Freight is booked on a timetabled service that starts at its origin, and by which some chain of it begins."""
    where = (*path, "booked", "service")
    yield from unknown("service", where, name, scenario.services)
    service = scenario.services.get(name)
    if service is None:
        return
    if not isinstance(service.dispatch, ByTimetable):
        yield (
            where,
            f"{name} has no timetable, and freight is booked on departures. Name a service with when: timetable.",
        )
    if service.route[0] != flow.origin:
        yield (
            where,
            f"{name} starts at {service.route[0]}, the freight at {flow.origin}. Name a service that starts there.",
        )
    firsts = {scenario.chains[c].services[0] for c in flow.routing.chains() if c in scenario.chains}
    if name not in firsts:
        yield (
            where,
            f"no chain of the flow begins with {name}; they begin with {', '.join(sorted(firsts)) or 'nothing'}. "
            "Name one of these, or add a chain to its routing.",
        )


def _check_size(scenario: Scenario, path: Path, flow: Flow) -> Iterator[Fault]:
    """Yield the fault of a consignment that some service of the flow's chains cannot load."""
    chains = {chain for shares in flow.routing.ranks() for chain in shares}
    capacities = {
        name: scenario.services[name].capacity.value
        for chain in sorted(chains & scenario.chains.keys())
        for name in scenario.chains[chain].services
        if name in scenario.services
    }
    small = [name for name, capacity in capacities.items() if capacity < flow.consignment.value]
    if small:
        loads = ", ".join(f"{name} (loads {capacities[name]} TEU)" for name in small[:3])
        more = f" and {len(small) - 3} more" if len(small) > 3 else ""
        yield (
            (*path, "consignment"),
            f"a consignment of {flow.consignment.value} TEU does not fit the service {loads}{more}. "
            f"Write a consignment of at most {min(capacities.values())} TEU, or give the service more capacity.",
        )


def _services_of(scenario: Scenario, chain: str) -> list[Service]:
    """Services of a chain; empty when the chain or one of them is unknown."""
    names = scenario.chains[chain].services if chain in scenario.chains else ()
    services = [scenario.services[name] for name in names if name in scenario.services]
    return services if len(services) == len(names) else []
