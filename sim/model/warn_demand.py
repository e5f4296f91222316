"""Warnings of demand: flows that send nothing or next to nothing, lack a charge, cannot go, or are too many for memory."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from statistics import median

from sim.model.distributions import average
from sim.model.faults import Fault
from sim.model.reach import Reach, listed
from sim.model.routes import direction_of
from sim.model.scenario import Scenario
from sim.model.size import (
    BYTES_PER_CONSIGNMENT,
    WARN_BYTES,
    consignments,
    running_interval_s,
    sent_teu_per_day,
)
from sim.units import DAY_S, HOUR_S

FEW = 1.0
"""Consignments in a period below which most replications of a flow have none."""


def warn_demand(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of demand."""
    yield from warn_volumes(scenario)
    yield from warn_booked(scenario)
    yield from warn_charges(scenario)
    yield from warn_closed_flows(scenario)
    yield from warn_choice(scenario)


def warn_volumes(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of flows that send nothing, hardly a consignment, or more than memory holds."""
    if not any(flow.measured for flow in scenario.flows.values()):
        yield (
            ("flows",),
            "no flow is measured, so nothing will be told. Write measured: true in at least one.",
        )
    numbers = {name: consignments(scenario, flow) for name, flow in scenario.flows.items()}
    for name, number in numbers.items():
        flow = scenario.flows[name]
        if number == 0:
            key = "season" if flow.volume.value else "volume"
            yield (
                ("flows", name, key),
                "it sends nothing within the period. Write a volume above 0, or remove the flow.",
            )
        elif number < FEW:
            yield (
                ("flows", name, "volume"),
                f"it sends {number:.2g} consignments of {flow.consignment.value} TEU in the period on average, so that "
                "many replications have none. Write a smaller consignment or a larger volume, or lengthen the period.",
            )
    total = sum(numbers.values())
    if total * BYTES_PER_CONSIGNMENT > WARN_BYTES:
        largest = max(numbers, key=lambda name: numbers[name])
        flow = scenario.flows[largest]
        yield (
            ("flows", largest, "volume"),
            f"the flows send {total:,.0f} consignments in a replication, {largest} {numbers[largest]:,.0f} of them: some "
            f"{total * BYTES_PER_CONSIGNMENT / 2**30:,.0f} GiB of memory for each worker. Write a larger "
            f"flows.{largest}.consignment than {flow.consignment.value} TEU, a smaller volume, or a shorter period.",
        )


def warn_booked(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of freight that its trains do not take, and of freight that would come before the train before is away."""
    asked: dict[str, dict[str, float]] = {}
    for flow, demand in scenario.flows.items():
        if demand.booked is None:
            continue
        service = demand.booked.service
        interval_s, before_s = running_interval_s(scenario, service), average(demand.booked.before.value)
        asked.setdefault(service, {})[flow] = demand.volume.value * interval_s / DAY_S
        if before_s > interval_s:
            yield (
                ("flows", flow, "booked", "before"),
                f"it would come {before_s / HOUR_S:.3g} h before its departure on average, and {service} leaves every "
                f"{interval_s / HOUR_S:.3g} h: it comes when the train before is away. Write a shorter time, or give "
                "trains that leave more seldom a service of their own.",
            )
    for service, by_flow in asked.items():
        days = running_interval_s(scenario, service) / DAY_S
        most = sum(sent_teu_per_day(scenario, scenario.flows[flow]) for flow in by_flow) * days
        lot_teu = gcd(*(scenario.flows[flow].consignment.value for flow in by_flow))
        takes = min(most, scenario.services[service].capacity.value // lot_teu * lot_teu)
        total = sum(by_flow.values())
        if total > takes * (1 + 1e-9):
            yield (
                ("flows", max(by_flow, key=lambda flow: by_flow[flow]), "booked"),
                f"{total:.3g} TEU are booked on a departure of {service} on average, and it takes {takes:.3g} TEU: the rest is "
                "not sent. Write a smaller volume, or give the service more capacity or departures.",
            )


def warn_charges(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of measured flows without a charge beside others that have one: their freight looks cheaper than it is."""
    measured = {name: flow for name, flow in scenario.flows.items() if flow.measured}
    charged = {name: flow for name, flow in measured.items() if flow.charge is not None}
    for name, flow in measured.items():
        if flow.charge is not None or not charged:
            continue
        way = direction_of(scenario, flow)
        alike = [other for other, demand in charged.items() if direction_of(scenario, demand) == way] or list(
            charged
        )
        prices = [
            demand.charge.value for other, demand in charged.items() if other in alike and demand.charge
        ]
        usual = f"{median(prices):g} USD/FEU" if prices else "700 USD/FEU"
        yield (
            ("flows", name),
            f"it has no charge (box rental, agent and the like), and others have one ({listed(alike)}): its freight looks "
            f"cheaper than theirs. Write charge: {usual}, or charge: 0 USD/FEU if nothing is paid.",
        )


def warn_closed_flows(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of flows to which no chain is open at any time: all that they send is refused."""
    reach = Reach(scenario)
    for name in reach.sending:
        chains = reach.chains([name])
        if chains and not reach.open_in(chains, reach.period):
            yield (
                ("flows", name, "routing"),
                f"none of its chains is open within the period ({listed(chains)}): everything is refused. Change the "
                "openings that they need, or give it a share of a chain that is open.",
            )


def warn_choice(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of what shippers would weigh, where they weigh nothing or never meet it."""
    given = scenario.choice.model_fields_set - {"routing"}
    if scenario.choice.routing == "fixed":
        for key in sorted(given):
            yield (
                ("choice", key),
                f"with choice.routing: fixed nobody weighs anything, so {key} has no effect. Write choice.routing: "
                f"adaptive, or remove {key}.",
            )
        for name, flow in scenario.flows.items():
            if flow.routing.like:
                yield (
                    ("flows", name, "routing", "like"),
                    "with choice.routing: fixed nobody takes a chain for another one, so like has no effect. Write "
                    "choice.routing: adaptive, or remove like.",
                )
        return
    reach = Reach(scenario)
    passed = {
        scenario.facilities[place].country
        for chain in reach.chains(reach.sending)
        for service in scenario.chains[chain].services
        for place in scenario.services[service].route
    }
    for country in scenario.choice.aversion:
        if country not in passed:
            yield (
                ("choice", "aversion", country),
                f"no chain that a flow may take crosses {country}, so nobody pays to avoid it. Crossed are "
                f"{', '.join(sorted(passed))}.",
            )
