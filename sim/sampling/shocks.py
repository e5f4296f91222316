"""What hits what, and when: disruptions, weather and openings as spells on gates, stations, legs, services, fleets and flows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log1p

from sim.contract import NEVER, OPEN, Cause
from sim.model import GROUPS, Disruption, Effect, Leg, Scenario, Service, Weather, hit, legs_of
from sim.sampling.quantiles import Intensity, invert, mean, whole
from sim.sampling.streams import Streams
from sim.sampling.unrolling import Spell, spells_outside
from sim.units import DAY_S, month_starts

Spells = dict[str, list[Spell]]


@dataclass(frozen=True)
class Notice:
    """A closure as announced: what is closed ("facility", "leg" or "service" and its id), known when, closed when."""

    kind: str
    name: str
    known_from_s: int
    known_until_s: int
    closed_from_s: int
    closed_until_s: int


@dataclass
class Shocks:
    """Spells by what they hit, by id of the scenario. Demand holds (from_s, until_s, factor)."""

    facility_rate: Spells = field(default_factory=lambda: defaultdict(list))
    facility_servers: Spells = field(default_factory=lambda: defaultdict(list))
    leg_rate: Spells = field(default_factory=lambda: defaultdict(list))
    service_rate: Spells = field(default_factory=lambda: defaultdict(list))
    fleet_lost: Spells = field(default_factory=lambda: defaultdict(list))
    demand: dict[str, list[tuple[int, int, float]]] = field(default_factory=lambda: defaultdict(list))
    price: dict[str, list[tuple[int, int, float]]] = field(default_factory=lambda: defaultdict(list))
    notices: list[Notice] = field(default_factory=list)


def draw_shocks(scenario: Scenario, streams: Streams) -> Shocks:
    """Draw every disruption, weather and opening of one replication."""
    shocks = Shocks()
    for name, disruption in scenario.disruptions.items():
        targets = {group: hit(scenario, disruption.at, group) for group in GROUPS}
        # A facility that is closed dispatches nothing either.
        starting = [s for s, run in scenario.services.items() if run.route[0] in targets["facilities"]]
        targets["services"] = list(dict.fromkeys([*targets["services"], *starting]))
        for from_s, until_s in _times(scenario, name, disruption, streams):
            _strike(shocks, disruption.effect, targets, from_s, until_s)
    for name, weather in scenario.weathers.items():
        spells = [Spell(*times, 0, Cause.WEATHER) for times in _storms(scenario, name, weather, streams)]
        for service, run in scenario.services.items():
            if run.weather == name:
                shocks.service_rate[service] += _merged(spells)
    for service, (opens_s, _) in service_lives(scenario).items():
        shocks.service_rate[service] += spells_outside(opens_s, NEVER)
    return shocks


def _strike(shocks: Shocks, effect: Effect, targets: dict[str, list[str]], from_s: int, until_s: int) -> None:
    """Enter one spell of a disruption at everything that it hits."""
    if effect.rate is not None:
        slow = Spell(from_s, until_s, round(effect.rate * OPEN), Cause.CLOSURE)
        for name in targets["facilities"]:
            shocks.facility_rate[name].append(slow)
        for name in targets["legs"]:
            shocks.leg_rate[name].append(slow)
        for name in targets["services"]:
            shocks.service_rate[name].append(slow)
    if effect.servers is not None:
        for name in targets["facilities"]:
            shocks.facility_servers[name].append(Spell(from_s, until_s, effect.servers))
    if effect.vehicles_lost is not None:
        for name in targets["fleets"]:
            shocks.fleet_lost[name].append(Spell(from_s, until_s, effect.vehicles_lost))
    if effect.demand is not None:
        for name in targets["flows"]:
            shocks.demand[name].append((from_s, until_s, effect.demand))


def _times(
    scenario: Scenario, name: str, disruption: Disruption, streams: Streams
) -> Iterator[tuple[int, int]]:
    period = scenario.period
    if disruption.random is None:
        assert disruption.from_ is not None
        starts = [period.second(disruption.from_)]
    else:
        season = disruption.random.season or (1.0,) * 12
        months = month_starts(period.begin, period.length)
        rates = [disruption.random.rate / DAY_S * season[month - 1] for _, month in months]
        intensity = Intensity([at_s for at_s, _ in months], rates, period.length)
        starts = intensity.arrivals(streams, "start", f"disruption:{name}").tolist()
    if disruption.lasts is None:
        yield from ((from_s, NEVER) for from_s in starts)
        return
    lasts_s = whole(invert(disruption.lasts, streams.uniforms("duration", f"disruption:{name}", len(starts))))
    yield from ((from_s, from_s + int(length_s)) for from_s, length_s in zip(starts, lasts_s, strict=True))


def _storms(scenario: Scenario, name: str, weather: Weather, streams: Streams) -> list[tuple[int, int]]:
    """Spells of weather. Starts come at such a rate that, with overlaps, the stated share of time is closed."""
    months = month_starts(scenario.period.begin, scenario.period.length)
    spell_s = mean(weather.spell.value)
    rates = [-log1p(-min(weather.closed.value[month - 1], 0.999)) / spell_s for _, month in months]
    intensity = Intensity([at_s for at_s, _ in months], rates, scenario.period.length)
    starts = intensity.arrivals(streams, "start", f"weather:{name}")
    lasts_s = whole(invert(weather.spell.value, streams.uniforms("duration", f"weather:{name}", len(starts))))
    return [(int(a), int(a + b)) for a, b in zip(starts, lasts_s, strict=True)]


def _merged(spells: list[Spell]) -> list[Spell]:
    """Join spells of equal value that overlap."""
    joined: list[Spell] = []
    for spell in sorted(spells):
        if joined and spell.from_s <= joined[-1].until_s:
            last = joined[-1]
            joined[-1] = Spell(last.from_s, max(last.until_s, spell.until_s), last.value, last.cause)
        else:
            joined.append(spell)
    return joined


def opening_s(scenario: Scenario, opening: str | None) -> int:
    """Second of an opening; 0 without one."""
    return 0 if opening is None else scenario.period.second(scenario.openings[opening].value)


def service_lives(scenario: Scenario) -> dict[str, tuple[int, int]]:
    """(opens, closes) of every service, in seconds: the latest opening and the earliest closing of it and its legs.

    From its closing on, new freight does not take a service; what is on its way still does.
    """
    lives = {}
    for name, service in scenario.services.items():
        parts: list[Service | Leg] = [service, *(scenario.legs[leg] for leg, _ in legs_of(scenario, name))]
        opens_s = max(opening_s(scenario, part.opening) for part in parts)
        closes_s = min((opening_s(scenario, part.closing) for part in parts if part.closing), default=NEVER)
        lives[name] = (max(opens_s, 0), closes_s)
    return lives
