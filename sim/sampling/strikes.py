"""When the disruptions of a replication strike, and what of its plan they hit: for tables; the draws are those of the plan."""

from __future__ import annotations

from sim.contract import NEVER, Hit, Place, Strike, Strikes
from sim.model import Effect, Linked, Scenario
from sim.sampling.shocks import draw_events, hits_of, lasting
from sim.sampling.streams import Streams
from sim.sampling.structure import Structure
from sim.units import SHARE, show


def hits_in(scenario: Scenario, structure: Structure) -> dict[str, list[Hit]]:
    """Of every disruption its effects, in the order of its parts, with what they hit."""
    return {
        name: [_hit(scenario, structure, number, i, part) for i, part in enumerate(disruption.parts)]
        for number, (name, disruption) in enumerate(scenario.disruptions.items())
    }


def strikes_in(scenario: Scenario, hits: dict[str, list[Hit]], streams: Streams) -> Strikes:
    """The strikes of one replication that hold at some time of its period."""
    found = []
    for name, disruption in scenario.disruptions.items():
        events = draw_events(scenario, name, disruption, streams)
        spans = [lasting(disruption, part, events) for part in disruption.parts]
        for e, (start_s, severity) in enumerate(zip(events.start_s, events.severity, strict=True)):
            for hit, part, lasts_s in zip(hits[name], disruption.parts, spans, strict=True):
                from_s = start_s + part.after
                until_s = NEVER if lasts_s is None else from_s + lasts_s[e]
                over_s = until_s + (disruption.recovery.over if disruption.recovery else 0)
                if from_s < scenario.period.length and max(over_s, from_s) > 0:
                    found.append(Strike(hit, e, from_s, until_s, min(over_s, NEVER), severity))
    return Strikes(tuple(scenario.disruptions), tuple(found))


def _hit(scenario: Scenario, structure: Structure, disruption: int, number: int, part: Linked) -> Hit:
    """One effect of a disruption with the numbers of all that it hits."""
    effect, hits, services = part.effect, hits_of(scenario, part.at), list(scenario.services)

    def numbers(names: list[str]) -> tuple[int, ...]:
        """Numbers of services."""
        return tuple(services.index(name) for name in names)

    slowed = effect.rate is not None
    facilities, legs = set(hits["facilities"]), set(hits["legs"])

    def at(places: list[Place], of_facilities: bool, of_legs: bool) -> tuple[int, ...]:
        """Numbers of the places at the facilities or legs that are hit."""
        return tuple(
            i
            for i, place in enumerate(places)
            if (of_facilities and place.facility in facilities) or (of_legs and place.leg in legs)
        )

    fleets = set(hits["fleets"]) if effect.vehicles_lost is not None else set()
    return Hit(
        disruption,
        number,
        part.at.name,
        effect_in_words(effect),
        effect.closes,
        gates=at(structure.gates, slowed, slowed),
        stations=at(structure.stations, slowed or effect.servers is not None, False),
        legs=at(structure.legs, False, slowed or effect.running_time is not None),
        closed=numbers(hits["closed"]) if effect.closes else (),
        fewer=tuple(i for i, run in enumerate(scenario.services.values()) if run.fleet in fleets),
        dearer=numbers(hits["priced"]) if effect.price is not None else (),
        flows=tuple(list(scenario.flows).index(name) for name in hits["flows"])
        if effect.demand is not None
        else (),
    )


def effect_in_words(effect: Effect) -> str:
    """An effect as people write it: "closed", "rate 50 %, servers 2"."""
    words = []
    for key in effect.given:
        value = getattr(effect, key)
        shown = str(value) if key in ("servers", "vehicles_lost") else show(value, SHARE)
        words.append("closed" if key == "rate" and effect.closes else f"{key.replace('_', ' ')} {shown}")
    return ", ".join(words)
