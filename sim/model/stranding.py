"""Fleets that can leave freight standing for ever: what `check` warns of."""

from __future__ import annotations

from sim.model.network import Fleet
from sim.model.scenario import Scenario


def stranding_fleets(scenario: Scenario) -> list[tuple[str, str]]:
    """(path, message) of every fleet of whose freight some can wait for a vehicle that never comes.

    That is a fleet without vehicles, and one whose freight calls no empty vehicle, at an end to which vehicles come only with
    freight or not at all.
    """
    sent = _sent(scenario)
    found = []
    for name, fleet in scenario.fleets.items():
        if fleet.vehicles is None:
            continue
        path = f"fleets.{name}"
        from_end = _services_by_end(scenario, name, fleet, sent)
        if fleet.vehicles.value == 0 and any(from_end):
            who = _listed([*from_end[0], *from_end[1]])
            words = (
                f"there is no vehicle for {who}: their freight waits for ever. Write for example vehicles: 1."
            )
            found.append((f"{path}.vehicles", words))
        elif not fleet.empty_return.called:
            found += [(f"{path}.empty_return", words) for words in _uncalled(fleet, from_end)]
    return found


def _sent(scenario: Scenario) -> set[str]:
    """Services by which some flow with a volume may send something."""
    chains = {
        chain
        for flow in scenario.flows.values()
        if flow.volume.value > 0
        for chain in {*flow.routing.like, *(c for shares in flow.routing.ranks() for c in shares)}
    }
    return {service for chain in chains for service in scenario.chains[chain].services}


def _services_by_end(
    scenario: Scenario, name: str, fleet: Fleet, sent: set[str]
) -> tuple[list[str], list[str]]:
    """Services of a fleet that carry something, from its home and from its other end."""
    mine = [s for s, run in scenario.services.items() if run.fleet == name and s in sent]
    home = [s for s in mine if scenario.services[s].route[0] == fleet.between[0]]
    return home, [s for s in mine if s not in home]


def _uncalled(fleet: Fleet, from_end: tuple[list[str], list[str]]) -> list[str]:
    """Of a fleet that freight does not call: where vehicles end up, and who waits elsewhere."""
    home, away = from_end
    remedy = "Write empty_return: {called: true}, so that freight that waits calls an empty vehicle"
    words = []
    if away and not home:
        words.append(
            f"all vehicles start at {fleet.between[0]}, and nothing brings one to {fleet.between[1]}, where the freight "
            f"of {_listed(away)} waits for ever. {remedy}."
        )
    if home and fleet.empty_return.after is None:
        few = "with nothing to bring them back" if not away else "and come back only with freight"
        words.append(
            f"vehicles leave {fleet.between[0]} with {_listed(home)}, {few}: when all are at {fleet.between[1]}, "
            f"freight at {fleet.between[0]} waits for ever. {remedy}, or after: 1 d, after which an idle one goes home."
        )
    elif home and away:
        words.append(
            f"vehicles come to {fleet.between[1]} only with the freight of {_listed(home)}, and go home when idle: freight "
            f"of {_listed(away)} beyond what they bring room for waits for ever. {remedy}."
        )
    return words


def _listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
