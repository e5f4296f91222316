"""Where trains and ships are worked, and closures of such places that hold nobody as they should: what `check` warns of."""

from __future__ import annotations

from collections import defaultdict

from sim.model.disruptions import Linked
from sim.model.network import Operation
from sim.model.routes import unload_operation
from sim.model.scenario import Scenario
from sim.model.targets import closed_services, hit


def worked_places(scenario: Scenario) -> dict[str, dict[str, Operation]]:
    """By facility, the operations done there on trains or ships of some service: border work on the way, the rest at its end."""
    found: dict[str, dict[str, Operation]] = defaultdict(dict)
    for service in scenario.services.values():
        done = [(place, "border") for place in service.route[1:-1]]
        last = unload_operation(scenario, service)
        for place, kind in [*done, *([(service.route[-1], last)] if last else [])]:
            operation = getattr(scenario.facilities[place], kind)
            if operation is not None:
                found[place][kind] = operation
    return dict(found)


def without_rate(scenario: Scenario) -> dict[str, list[str]]:
    """By facility, the operations that any number of trains or ships can pass at once: neither servers nor capacity."""
    free = {
        place: [kind for kind, one in done.items() if one.servers is None and one.capacity is None]
        for place, done in worked_places(scenario).items()
    }
    return {place: kinds for place, kinds in free.items() if kinds}


def closures_without_effect(scenario: Scenario) -> list[tuple[str, str]]:
    """(path, message) of every closure or slow-down of places that it does not keep from working off at once what waited.

    Where a place has neither servers nor capacity, all that waited goes on in the second in which it opens, and no queue forms
    while it is slow (of which only those are told that slow nothing else); where no train is worked at all, none waits.
    """
    free, worked = without_rate(scenario), worked_places(scenario)
    found = []
    for name, event in scenario.disruptions.items():
        for i, part in enumerate(event.parts):
            words = _fault(scenario, part, free, set(worked))
            if words:
                found.append((f"disruptions.{name}{f'.linked.{i - 1}' if i else ''}.effect", words))
    return found


def _fault(scenario: Scenario, part: Linked, free: dict[str, list[str]], worked: set[str]) -> str:
    """What is wrong with the closure or slow-down of one effect of an event, in words; empty when nothing is."""
    closes, places = part.effect.closes, hit(scenario, part.at, "facilities")
    if part.effect.rate is None or part.effect.rate >= 1:
        return ""
    kinds = [(place, kind) for place in places for kind in free.get(place, ())]
    if kinds:
        slows_more = hit(scenario, part.at, "legs") or not worked.intersection(places) <= free.keys()
        return _goes_at_once(kinds, closes) if closes or not slows_more else ""
    nobody = _passed(scenario, places) and worked.isdisjoint(places) and not _stops(scenario, part)
    return _nobody_works(places) if nobody else ""


def _passed(scenario: Scenario, places: list[str]) -> bool:
    """Whether some service passes, or ends at, one of these places."""
    return any(not set(places).isdisjoint(service.route) for service in scenario.services.values())


def _stops(scenario: Scenario, part: Linked) -> bool:
    """Whether legs or departures are held, where no place is."""
    departures = part.effect.closes and closed_services(scenario, part.at)
    return bool(hit(scenario, part.at, "legs") or departures)


def _goes_at_once(kinds: list[tuple[str, str]], closes: bool) -> str:
    """What a disruption of places without limits does not do."""
    place, kind = kinds[0]
    names = ", ".join(f"{place}.{kind}" for place, kind in kinds[:3])
    more = f" and {len(kinds) - 3} more" if len(kinds) > 3 else ""
    what = (
        "all that waited goes on in the second in which it opens"
        if closes
        else "work takes longer, and no queue forms"
    )
    return (
        f"{names}{more}: neither servers nor capacity, so {what}. "
        f"Write for example facilities.{place}.{kind}.servers: 4 or facilities.{place}.{kind}.capacity: 12 trains/day."
    )


def _nobody_works(places: list[str]) -> str:
    """That nothing is worked at the places that a disruption hits."""
    names = ", ".join(places[:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
    return (
        f"no train or ship is worked at {names}, and none departs there: it holds nobody. Write at: with a leg, or with a "
        f"facility where services have border, gauge_change, port or terminal work."
    )
