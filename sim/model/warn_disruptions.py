"""Warnings of disruptions that strike nothing, never, or without effect."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.disruptions import Disruption, Effect, Linked
from sim.model.distributions import highest
from sim.model.faults import Fault, Path
from sim.model.network import Facility
from sim.model.reach import Reach, listed
from sim.model.scenario import Scenario
from sim.model.size import month_days
from sim.model.targets import GROUPS, closed_services, hit, priced_services
from sim.units import iso

AT_RELEASE = ("demand", "price")
"""Effects that are felt at a release only; the others are felt by what is on its way, too."""
EVENTS_MIN = 1.0
"""Random events that are to be expected in all replications together, below which most runs have none."""

UNLIMITED = 2**40
"""More servers than any disruption leaves."""


def warn_disruptions(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of disruptions."""
    reach = Reach(scenario)
    for name, disruption in scenario.disruptions.items():
        path = ("disruptions", name)
        late = (
            _dates(reach, path, disruption) if disruption.random is None else _rarely(reach, path, disruption)
        )
        yield from late
        yield from _late_links(reach, path, disruption)
        yield from _instant(path, disruption)
        if disruption.announced is not None and scenario.choice.routing == "fixed":
            yield (
                (*path, "announced"),
                "with choice.routing: fixed nobody reckons with what is announced. Write choice.routing: adaptive, or "
                "remove announced.",
            )
        paths = [path, *((*path, "linked", i) for i in range(len(disruption.linked)))]
        for where, part in zip(paths, disruption.parts, strict=True):
            yield from _part(reach, where, part)


def _dates(reach: Reach, path: Path, disruption: Disruption) -> Iterator[Fault]:
    """Yield the warning of a dated disruption that is over before anything is measured, or begins when nothing is."""
    period, key, begin = reach.scenario.period, (*path, "from"), disruption.from_
    assert begin is not None
    from_s = period.second(begin)
    starts_s = [from_s + part.after for part in disruption.parts]
    until_s = max(_ends(disruption, part, from_s) for part in disruption.parts)
    measured = f"{reach.date(reach.releases[0])} to {reach.date(reach.releases[1])}"
    if min(starts_s) >= period.length or until_s <= 0:
        side = "begins after the period" if from_s >= period.length else "is over before the period begins"
        yield (
            key,
            f"it {side}, {reach.date(0)} to {reach.date(period.length)}: nothing happens. "
            f"Change from ({iso(begin)}), or the period's start and length.",
        )
    elif until_s <= reach.releases[0]:
        yield (
            key,
            f"it is over on {reach.date(until_s)}, before the first measured release ({measured} is measured): only what "
            "it leaves behind is seen. Change from, or shorten period.warm_up.",
        )
    elif min(starts_s) >= reach.releases[1] and all(
        effect in AT_RELEASE for part in disruption.parts for effect in part.effect.given
    ):
        yield (
            key,
            f"it begins after the last measured release ({measured} is measured): no measured freight meets it. "
            f"Change from ({iso(begin)}), or shorten period.cool_down.",
        )


def _late_links(reach: Reach, path: Path, disruption: Disruption) -> Iterator[Fault]:
    """Yield warnings of linked effects of a dated event that would begin after the period, when the event itself does not."""
    end_s = reach.period[1]
    from_s = reach.scenario.period.second(disruption.from_) if disruption.from_ is not None else 0
    for i, part in enumerate(disruption.linked):
        if from_s < end_s <= from_s + part.after:
            yield (
                (*path, "linked", i, "after"),
                f"it would begin on {reach.date(from_s + part.after)}, after the period ({reach.date(0)} to "
                f"{reach.date(end_s)}): nothing happens. Write a shorter time, or lengthen the period.",
            )


def _ends(disruption: Disruption, part: Linked, from_s: int) -> float:
    """Second after which a part of a dated disruption is over for good; infinite when no end is told."""
    spread = part.lasts or disruption.lasts
    longest = None if spread is None else highest(spread)
    if longest is None:
        return float("inf")
    return from_s + part.after + longest + (disruption.recovery.over if disruption.recovery else 0)


def expected_events(scenario: Scenario, disruption: Disruption) -> float:
    """Random events of a disruption in a replication, on average: its rate and season over the period."""
    assert disruption.random is not None
    season = disruption.random.season or (1.0,) * 12
    return disruption.random.rate * sum(season[month - 1] * days for month, days in month_days(scenario))


def _rarely(reach: Reach, path: Path, disruption: Disruption) -> Iterator[Fault]:
    """Yield the warning of a random disruption that hardly ever strikes in the replications asked for."""
    scenario = reach.scenario
    assert disruption.random is not None
    number = expected_events(scenario, disruption)
    if number == 0:
        key = "rate" if disruption.random.rate == 0 else "season"
        yield (
            (*path, "random", key),
            "it never strikes within the period. Write a rate above 0, for example "
            '"2 /year", and a season that is above 0 % in some month of it.',
        )
    elif number * scenario.replications < EVENTS_MIN:
        enough = round(EVENTS_MIN / number + 0.5)
        yield (
            (*path, "random", "rate"),
            f"it is expected to strike {number * scenario.replications:.2g} times in all (replications: "
            f"{scenario.replications}), so that it most likely never does. Write a higher rate, or replications: {enough} or more.",
        )
    severity = disruption.random.severity
    if severity is not None and highest(severity) == 0:
        yield (
            (*path, "random", "severity"),
            "a severity of 0 %: nothing happens. Write a higher one, or remove it.",
        )


def _instant(path: Path, disruption: Disruption) -> Iterator[Fault]:
    """What lasts no time does nothing."""
    spreads = [(path, disruption.lasts)]
    spreads += [((*path, "linked", i), part.lasts) for i, part in enumerate(disruption.linked)]
    for where, spread in spreads:
        if spread is not None and highest(spread) == 0:
            yield (
                (*where, "lasts"),
                'a duration of 0: it is over when it begins. Write for example "13 d", or leave lasts out for a '
                "disruption without an end.",
            )


def _part(reach: Reach, path: Path, part: Linked) -> Iterator[Fault]:
    """Yield warnings of one effect: what it hits carries nothing, or it leaves all as it is."""
    scenario, effect = reach.scenario, part.effect
    for key in effect.given:
        hits = _feeling(scenario, part, key)
        used = {group: reach.used[group].intersection(names) for group, names in hits.items()}
        if not any(used.values()):
            names = listed(sorted({name for group in hits.values() for name in group}))
            yield (
                (*path, "at"),
                f"no freight comes within the period to what it hits at {part.at.name} ({names}), so {key} does nothing. "
                "Name another target, or give flows shares of chains that come there.",
            )
            continue
        yield from _as_it_is(scenario, path, effect, key, used)


def _feeling(scenario: Scenario, part: Linked, key: str) -> dict[str, list[str]]:
    """What feels one key of an effect, by group."""
    found = {group: hit(scenario, part.at, group) for group in GROUPS}
    match key:
        case "demand":
            return {"flows": found["flows"]}
        case "vehicles_lost":
            return {"fleets": found["fleets"]}
        case "running_time":
            return {"legs": found["legs"]}
        case "servers":
            return {"facilities": found["facilities"]}
        case "price":
            return {"services": priced_services(scenario, part.at)}
    closed = closed_services(scenario, part.at) if part.effect.closes else []
    return {"facilities": found["facilities"], "legs": found["legs"], "services": closed}


def _as_it_is(
    scenario: Scenario, path: Path, effect: Effect, key: str, used: dict[str, set[str]]
) -> Iterator[Fault]:
    """Yield the warning of an effect that changes nothing, or takes more than there is."""
    value, where = getattr(effect, key), (*path, "effect", key)
    if key in ("rate", "demand", "running_time", "price"):
        if round(1000 * value) == 1000:
            yield (
                where,
                f'{key} at 100 % leaves all as it is. Write another share, for example "70 %", or remove it.',
            )
    elif key == "vehicles_lost":
        fleets = {name: scenario.fleets[name].vehicles for name in sorted(used["fleets"])}
        there = {name: vehicles.value for name, vehicles in fleets.items() if vehicles is not None}
        short = {name: number for name, number in there.items() if number < value}
        if value == 0:
            yield where, "no vehicle is lost. Write a number above 0, or remove it."
        elif short and len(short) == len(there):
            words = listed(f"{name} has {number}" for name, number in short.items())
            yield (
                where,
                f"it takes {value} vehicles, more than there are: {words}. Write at most {max(short.values())}.",
            )
    elif key == "servers":
        counts = {name: _servers(scenario.facilities[name]) for name in sorted(used["facilities"])}
        there = {name: max(servers) for name, servers in counts.items() if servers}
        if there and value >= max(there.values()):
            words = listed(f"{name} has {most}" for name, most in there.items())
            less = max(there.values()) - 1
            yield where, f"it leaves {value} servers, and there are no more: {words}. Write at most {less}."


def _servers(facility: Facility) -> list[int]:
    """Servers of each operation of a facility that handles; UNLIMITED where it has no limit."""
    return [
        operation.servers.value if operation.servers else UNLIMITED
        for operation in (facility.border, facility.gauge_change, facility.port, facility.terminal)
        if operation is not None and operation.time is not None
    ]
