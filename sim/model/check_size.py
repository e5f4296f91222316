"""Cross-checks of size: what would not fit into memory or time is found before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.disruptions import Disruption, Recovery
from sim.model.distributions import average
from sim.model.faults import Fault, Path
from sim.model.limits import (
    AVOIDED_MAX,
    CONSIGNMENTS_MAX,
    DEPARTURES_MAX,
    EVENTS_MAX,
    NOTICES_MAX,
    OVER_RUN_MAX,
    OVERLAPS_MAX,
    THINGS_MAX,
)
from sim.model.network import ByTimetable, Leg, Operation, Service, WhenHeld
from sim.model.scenario import Scenario
from sim.model.size import BYTES_PER_CONSIGNMENT, consignments, month_days
from sim.model.targets import GROUPS, hit
from sim.units import DAY_S

_THINGS = ("facilities", "legs", "services", "chains", "fleets", "policies")


def check_size(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of size: too many things, consignments, departures or disruptions, each with what to write."""
    yield from check_things(scenario)
    # Too many departures mostly follow from too many consignments.
    yield from [*check_consignments(scenario)] or check_departures(scenario)
    yield from check_background(scenario)
    for name in scenario.disruptions:
        yield from check_events(scenario, name)
    yield from check_storms(scenario)


def check_things(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of numbers of things that a log could not tell apart."""
    for group in _THINGS:
        n = len(getattr(scenario, group))
        if n > THINGS_MAX:
            yield (
                (group,),
                f"expected at most {THINGS_MAX:,} entries, got {n:,}. Remove or join some of them.",
            )
    avoided = [name for name, rule in scenario.policies.items() if rule.avoided is not None]
    if len(avoided) > AVOIDED_MAX:
        yield (
            ("policies", avoided[AVOIDED_MAX], "avoided"),
            f"expected at most {AVOIDED_MAX} policies with avoided, got {len(avoided)}. Join some of them.",
        )


def check_consignments(scenario: Scenario) -> Iterator[Fault]:
    """Yield the fault of more consignments than memory holds, at the flow that has most, or than time allows."""
    counts = {name: _released(scenario, name) for name in scenario.flows}
    total, replications = sum(counts.values()), scenario.replications
    if total > CONSIGNMENTS_MAX:
        most = max(counts, key=lambda name: counts[name])
        flow = scenario.flows[most]
        # What the others leave of the limit, or an even share of it where they take all.
        left = max(CONSIGNMENTS_MAX - total + counts[most], CONSIGNMENTS_MAX / len(counts))
        least = float(f"{flow.volume.value * left / counts[most]:.2g}")
        yield (
            ("flows", most, "volume"),
            f"a replication would have about {amount(total)} consignments, {amount(counts[most])} of this flow; "
            f"{CONSIGNMENTS_MAX:,} take {CONSIGNMENTS_MAX * BYTES_PER_CONSIGNMENT // 10**9} GB of memory. Write larger "
            f"consignments, a shorter period, or a volume of about {least:.10g} TEU/day.",
        )
    elif total * replications > OVER_RUN_MAX:
        yield (
            ("replications",),
            f"{replications:,} replications of about {amount(total)} consignments would take weeks. "
            f"Write at most {max(int(OVER_RUN_MAX / total), 1):,}.",
        )


def _released(scenario: Scenario, name: str) -> float:
    """Consignments of a flow in the period, with what dated and random disruptions add to its volume on average."""
    more = 0.0
    for disruption in scenario.disruptions.values():
        for part in disruption.parts:
            factor = part.effect.demand
            if factor is not None and factor > 1 and name in hit(scenario, part.at, "flows"):
                more += (factor - 1) * _share_of_time(scenario, disruption)
    flow = scenario.flows[name]
    booked = scenario.services.get(flow.booked.service) if flow.booked else None
    # Every departure on which freight is booked has a place more than are taken.
    places = _departures(booked, scenario.period.length, 0, 1) if booked else 0.0
    return consignments(scenario, flow) * (1 + more) + places


def _share_of_time(scenario: Scenario, disruption: Disruption) -> float:
    """Share of the period, in which a disruption holds; above 1 where several hold at once."""
    lasts_s = _lasts_s(disruption)
    if disruption.from_ is None:
        return events(scenario, disruption) * lasts_s / scenario.period.length
    from_s = scenario.period.second(disruption.from_)
    inside_s = min(from_s + lasts_s, scenario.period.length) - max(from_s, 0)
    return max(inside_s, 0.0) / scenario.period.length


def check_departures(scenario: Scenario) -> Iterator[Fault]:
    """Yield the fault of more departures than memory holds, at the service that has most."""
    teu = dict.fromkeys(scenario.services, 0.0)
    largest = dict.fromkeys(scenario.services, 1)
    for name, flow in scenario.flows.items():
        size, released = flow.consignment.value, _released(scenario, name)
        for service in {s for chain in flow.routing.chains() for s in _services(scenario, chain)}:
            teu[service] += released * size
            largest[service] = max(largest[service], size)
    counts = {
        name: _departures(service, scenario.period.length, teu[name], largest[name])
        for name, service in scenario.services.items()
    }
    total = sum(counts.values())
    if total > DEPARTURES_MAX:
        most = max(counts, key=lambda name: counts[name])
        yield (
            ("services", most, "dispatch"),
            f"a replication would have up to {amount(total)} departures, {amount(counts[most])} of this service; "
            f"expected at most {DEPARTURES_MAX:,}. Write larger vehicles, a longer interval, or a shorter period.",
        )


def check_background(scenario: Scenario) -> Iterator[Fault]:
    """Yield the fault of more background trains than memory holds, at the gates that have most."""
    gates: list[tuple[Path, Operation | Leg]] = [(("legs", name), leg) for name, leg in scenario.legs.items()]
    for name, place in scenario.facilities.items():
        gates += [(("facilities", name, kind), operation) for kind, operation in place.operations.items()]
    days = scenario.period.length / DAY_S
    counts = {
        path: 2
        * days
        * max(
            (stage.background.value for stage in (gate, gate.before) if stage and stage.background), default=0
        )
        for path, gate in gates
    }
    total = sum(counts.values())
    if total > DEPARTURES_MAX:
        most = max(counts, key=lambda path: counts[path])
        yield (
            (*most, "background"),
            f"a replication would have up to {amount(total)} background trains, {amount(counts[most])} of them here in both "
            f"directions; expected at most {DEPARTURES_MAX:,}. Write fewer a day, or a shorter period.",
        )


def _departures(service: Service, period_s: int, teu: float, largest_teu: int) -> float:
    """Most departures of a service in a period, for so many TEU."""
    rule = service.dispatch
    if isinstance(rule, ByTimetable):
        return period_s / rule.every.value
    least = rule.at_least.value if isinstance(rule, WhenHeld) else service.capacity.value
    return teu / max(min(least, service.capacity.value - largest_teu + 1), 1)


def _services(scenario: Scenario, chain: str) -> tuple[str, ...]:
    """Services of a chain that exist."""
    named = scenario.chains[chain].services if chain in scenario.chains else ()
    return tuple(name for name in named if name in scenario.services)


def check_events(scenario: Scenario, name: str) -> Iterator[Fault]:
    """Yield the fault of a disruption that strikes too often, or too often while it still holds."""
    disruption = scenario.disruptions[name]
    n, phases = events(scenario, disruption), _phases(disruption.recovery)
    over_s = disruption.recovery.over if disruption.recovery else 0
    meet = max(n * (min(_lasts_s(disruption), scenario.period.length) + over_s) / scenario.period.length, 1)
    path = ("disruptions", name, "random", "rate") if disruption.random else ("disruptions", name)
    if n > EVENTS_MAX:
        yield path, f"it would strike about {amount(n)} times in a replication. Write a lower rate."
        return
    spells = n * phases * len(disruption.parts)
    if spells * meet > OVERLAPS_MAX:
        yield (
            path,
            f"it would strike about {amount(n)} times in a replication, {amount(meet)} of them at once"
            f"{f', each passing in {phases - 1} steps' if phases > 1 else ''}. Write a lower rate, a shorter duration"
            f"{' or recovery' if phases > 1 else ''}, or a milder effect that always holds.",
        )
    elif (told := n * _closed_places(scenario, disruption)) > NOTICES_MAX:
        yield (
            path,
            f"about {amount(told)} closures of places would be told to shippers in a replication. Write a lower rate, "
            "fewer places, or choice.routing: fixed.",
        )


def _closed_places(scenario: Scenario, disruption: Disruption) -> int:
    """How many announcements of closures a disruption makes to shippers."""
    if scenario.choice.routing != "adaptive":
        return 0
    revisions = len(disruption.announced.revisions) if disruption.announced else 0
    return (1 + revisions) * sum(
        len(hit(scenario, part.at, group))
        for part in disruption.parts
        if part.effect.closes
        for group in GROUPS[:3]
    )


def check_storms(scenario: Scenario) -> Iterator[Fault]:
    """Yield the fault of weather that changes too often."""
    for name, weather in scenario.weathers.items():
        spell_s = max(average(weather.spell.value), 1.0)
        n = sum(
            7 * weather.closed.value[month - 1] * days * DAY_S / spell_s
            for month, days in month_days(scenario)
        )
        if n > EVENTS_MAX:
            yield (
                ("weathers", name, "spell"),
                f"it would close about {amount(n)} times in a replication. Write longer spells, for example 20 h.",
            )


def events(scenario: Scenario, disruption: Disruption) -> float:
    """How often a disruption strikes in the period, on average."""
    if disruption.random is None:
        return 1.0
    season = disruption.random.season or (1.0,) * 12
    return disruption.random.rate * sum(season[month - 1] * days for month, days in month_days(scenario))


def _lasts_s(disruption: Disruption) -> float:
    """Mean duration of a disruption, the longest of its parts; endless without one."""
    spreads = [part.lasts or disruption.lasts for part in disruption.parts]
    return max(float("inf") if spread is None else average(spread) for spread in spreads)


def _phases(recovery: Recovery | None) -> int:
    """Spells of which one event consists: the full effect, and the steps in which it passes."""
    if recovery is None:
        return 1
    return 1 + (recovery.steps or -(-recovery.over // DAY_S))


def amount(number: float) -> str:
    """Write a large number as people read it: "48,730", and "2.0e+13" where digits are no help."""
    return f"{number:,.0f}" if 100 <= number < 1e12 else f"{number:.3g}"
