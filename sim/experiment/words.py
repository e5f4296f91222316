"""What sentences call the places, ways and markets of scenarios, and when each way opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import inf
from typing import TYPE_CHECKING

from sim.model import Scenario, life_of

if TYPE_CHECKING:
    from sim.stats import Words


def words_of(scenarios: Iterable[Scenario]) -> Words:
    """The words of all scenarios together, the first one's where they differ; two things that have one word have their ids, too."""
    from sim.stats import Words

    called: dict[tuple[str, str], str] = {}
    for scenario in scenarios:
        for key, word in _words(scenario):
            called.setdefault(key, word)
    often = Counter((column, word) for (column, _), word in called.items())
    return Words(
        {
            (column, name): f"{word} ({name})" if often[column, word] > 1 else word
            for (column, name), word in called.items()
        }
    )


def _words(scenario: Scenario) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what each thing of a scenario is called, by breakdown and id."""
    from sim.results import od_of

    place = {name: facility.name.split(" (")[0] for name, facility in scenario.facilities.items()}
    for name, flow in scenario.flows.items():
        origin, destination = place[flow.origin], place[flow.destination]
        yield ("origin", flow.origin), f"from {origin}"
        yield ("destination", flow.destination), f"to {destination}"
        yield ("od", od_of(flow.origin, flow.destination)), f"{origin}–{destination}"
        yield ("flow", name), f"{name} ({origin}–{destination})"
        if flow.market is not None:
            yield ("market", flow.market), flow.market.replace("-", " ").title()
    for name, corridor in scenario.corridors.items():
        yield ("way", name), corridor.by or corridor.title.split(":")[0]


def opened(scenario: Scenario) -> dict[str, float]:
    """When the first chain of each corridor came to be, in seconds from the period's start; minus infinity where nothing opens."""
    found: dict[str, float] = {}
    for chain in scenario.chains.values():
        opens = max(life_of(scenario, service)[0] for service in chain.services)
        found[chain.corridor] = min(found.get(chain.corridor, inf), opens)
    return found
