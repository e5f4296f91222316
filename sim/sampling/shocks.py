"""What hits what, and when: disruptions, weather and openings as spells on gates, stations, legs, services, fleets and flows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log1p

from sim.contract import NEVER, OPEN, Cause
from sim.model import (
    GROUPS,
    Disruption,
    Effect,
    Linked,
    Scenario,
    Target,
    Weather,
    average,
    closed_services,
    hit,
    life_of,
    priced_services,
)
from sim.sampling.notices import Kind, Notice, notices_of
from sim.sampling.quantiles import Intensity, invert, whole
from sim.sampling.streams import Floats, Streams
from sim.sampling.unrolling import Phase, Spell, fading, share_of, spells_outside
from sim.units import DAY_S, month_starts

Spells = dict[str, list[Spell]]
Factors = dict[str, list[tuple[int, int, float]]]


Lives = Mapping[str, tuple[int, int]]
"""(opens, closes) of every service, in seconds."""


@dataclass
class Shocks:
    """What strikes in one replication, by id of the scenario, in seconds from the period's start.

    Rates hold permille of normal. `leg_rate` slows a leg's gate and what runs on it, `leg_running` only what runs.
    `service_rate` closes departures; `fleet_lost` holds vehicles taken away. `demand` holds (from_s, until_s, factor on
    the volume of a flow), `price` (from_s, until_s, factor on what a service costs an FEU); factors multiply where they
    overlap. `notices` says what is known of the closures that disruptions bring.
    """

    facility_rate: Spells = field(default_factory=lambda: defaultdict(list))
    facility_servers: Spells = field(default_factory=lambda: defaultdict(list))
    leg_rate: Spells = field(default_factory=lambda: defaultdict(list))
    leg_running: Spells = field(default_factory=lambda: defaultdict(list))
    service_rate: Spells = field(default_factory=lambda: defaultdict(list))
    fleet_lost: Spells = field(default_factory=lambda: defaultdict(list))
    demand: Factors = field(default_factory=lambda: defaultdict(list))
    price: Factors = field(default_factory=lambda: defaultdict(list))
    notices: list[Notice] = field(default_factory=list)


def draw_shocks(scenario: Scenario, streams: Streams, lives: Lives) -> Shocks:
    """Draw every disruption, weather and opening of one replication; `lives` are those of `service_lives`."""
    shocks = Shocks()
    for name, disruption in scenario.disruptions.items():
        events = draw_events(scenario, name, disruption, streams)
        for part in disruption.parts:
            _strike_all(shocks, scenario, disruption, part, events)
    for name, weather in scenario.weathers.items():
        spells = [Spell(*times, 0, Cause.WEATHER) for times in _storms(scenario, name, weather, streams)]
        for service, run in scenario.services.items():
            if run.weather == name:
                shocks.service_rate[service] += _merged(spells)
    for service, (opens_s, _) in lives.items():
        shocks.service_rate[service] += spells_outside(opens_s, NEVER)
    return shocks


@dataclass(frozen=True)
class Events:
    """The events of one disruption: when each starts, its luck in how long it lasts, its severity in permille."""

    start_s: list[int]
    luck: Floats
    severity: list[int]


def draw_events(scenario: Scenario, name: str, disruption: Disruption, streams: Streams) -> Events:
    """Every event has one uniform for its duration and one for its severity, whether or not others are used."""
    owner, drawn = f"disruption:{name}", disruption.random
    start_s = _starts(scenario, disruption, streams, owner)
    severity = [OPEN] * len(start_s)
    if drawn is not None and drawn.severity is not None:
        shares = invert(drawn.severity, streams.uniforms("severity", owner, len(start_s)))
        severity = whole(shares * OPEN).tolist()
    return Events(start_s, streams.uniforms("duration", owner, len(start_s)), severity)


def _starts(scenario: Scenario, disruption: Disruption, streams: Streams, owner: str) -> list[int]:
    """Seconds at which a disruption's events start: the one that is dated, or random ones."""
    period = scenario.period
    if disruption.random is None:
        assert disruption.from_ is not None
        return [period.second(disruption.from_)]
    season = disruption.random.season or (1.0,) * 12
    months = month_starts(period.begin, period.length)
    rates = [disruption.random.rate / DAY_S * season[month - 1] for _, month in months]
    intensity = Intensity([at_s for at_s, _ in months], rates, period.length)
    found: list[int] = intensity.arrivals(streams, "start", owner).tolist()
    return found


def _strike_all(
    shocks: Shocks, scenario: Scenario, disruption: Disruption, part: Linked, events: Events
) -> None:
    """Enter one effect of a disruption, for every event. A long event is long in all its effects."""
    hits, lasts_s = hits_of(scenario, part.at), lasting(disruption, part, events)
    for i, (start_s, severity) in enumerate(zip(events.start_s, events.severity, strict=True)):
        from_s = start_s + part.after
        until_s = NEVER if lasts_s is None else from_s + lasts_s[i]
        phases = fading(from_s, until_s, severity, disruption.recovery)
        _strike(shocks, part.effect, hits, phases)
        shut = [phase for phase in phases if part.effect.closes and phase[2] == OPEN and phase[0] < phase[1]]
        if shut:
            closed: list[tuple[Kind, str]] = [
                *(("facility", name) for name in hits["facilities"]),
                *(("leg", name) for name in hits["legs"]),
                *(("service", name) for name in hits["closed"]),
            ]
            reopens_s = max(until for _, until, _ in shut)
            shocks.notices += notices_of(closed, start_s, from_s, reopens_s, disruption.announced)


def lasting(disruption: Disruption, part: Linked, events: Events) -> list[int] | None:
    """Seconds that one effect of each event lasts; None where it does not end."""
    spread = part.lasts or disruption.lasts
    return None if spread is None else whole(invert(spread, events.luck)).tolist()


def hits_of(scenario: Scenario, at: Target) -> dict[str, list[str]]:
    """Ids that a target hits, by group; and the services that it closes, and those that it makes dearer."""
    groups = {group: hit(scenario, at, group) for group in GROUPS}
    return groups | {"closed": closed_services(scenario, at), "priced": priced_services(scenario, at)}


def _strike(shocks: Shocks, effect: Effect, hits: dict[str, list[str]], phases: list[Phase]) -> None:
    """Enter one effect of one event at everything that it hits."""
    for from_s, until_s, part in phases:
        if effect.rate is not None:
            rate = OPEN - share_of(OPEN - round(effect.rate * OPEN), part, OPEN)
            slow = Spell(from_s, until_s, rate, Cause.CLOSURE)
            _enter(shocks.facility_rate, hits["facilities"], slow)
            _enter(shocks.leg_rate, hits["legs"], slow)
            if rate == 0:  # a service departs or does not: a slow-down is felt at its stations and legs
                _enter(shocks.service_rate, hits["closed"], slow)
        if effect.running_time is not None:
            longer = Spell(from_s, until_s, round(OPEN / _factor(effect.running_time, part)))
            _enter(shocks.leg_running, hits["legs"], longer)
        if effect.servers is not None:
            fewer = Spell(from_s, until_s, effect.servers, part=part)
            _enter(shocks.facility_servers, hits["facilities"], fewer)
        if effect.vehicles_lost is not None:
            lost = Spell(from_s, until_s, share_of(effect.vehicles_lost, part, OPEN))
            _enter(shocks.fleet_lost, hits["fleets"], lost)
        if effect.demand is not None:
            for name in hits["flows"]:
                shocks.demand[name].append((from_s, until_s, _factor(effect.demand, part)))
        if effect.price is not None:
            for name in hits["priced"]:
                shocks.price[name].append((from_s, until_s, _factor(effect.price, part)))


def _enter(spells: Spells, names: list[str], spell: Spell) -> None:
    """Add a spell to those of some names."""
    for name in names:
        spells[name].append(spell)


def _factor(factor: float, part: int) -> float:
    """A factor of which only a part (permille) holds."""
    return factor if part == OPEN else 1 + (factor - 1) * part / OPEN


def _storms(scenario: Scenario, name: str, weather: Weather, streams: Streams) -> list[tuple[int, int]]:
    """Spells of weather. Starts come at such a rate that, with overlaps, the stated share of time is closed."""
    months = month_starts(scenario.period.begin, scenario.period.length)
    spell_s = average(weather.spell.value)
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


def service_lives(scenario: Scenario) -> Lives:
    """(opens, closes) of every service, in seconds: the latest opening and the earliest closing of it and its legs.

    From its closing on, new freight does not take a service; what is on its way still does.
    """
    lives = {name: life_of(scenario, name) for name in scenario.services}
    return {
        name: (int(max(opens_s, 0)), int(min(closes_s, NEVER))) for name, (opens_s, closes_s) in lives.items()
    }
