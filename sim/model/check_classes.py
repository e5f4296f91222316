"""Cross-checks of classes of trains: what a service of a class meets has a figure for that class."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.model.distributions import Distribution
from sim.model.faults import Fault, Path
from sim.model.network import Service
from sim.model.routes import carries, legs_between, unloading_at
from sim.model.scenario import Scenario
from sim.model.train_classes import CLASSES, ByClass, TrainClass


def check_classes(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of classes: of what runs on no rails, and figures by class that lack one that some service needs."""
    lacking: dict[tuple[Path, TrainClass], list[str]] = {}
    given: dict[Path, list[str]] = {}
    for name, service in scenario.services.items():
        if service.mode != "rail" and "class_" in service.model_fields_set:
            what = "truck" if service.mode == "road" else "ship"
            yield (
                ("services", name, "class"),
                f"a {what} has no class of train. Remove it.",
            )
        for path, figures in _met(scenario, service):
            if getattr(figures, service.class_) is None:
                mine = lacking.setdefault((path, service.class_), [])
                mine += [name] if name not in mine else []
                given[path] = [one for one in CLASSES if getattr(figures, one) is not None]
    for (path, train_class), names in lacking.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        needs = "needs" if len(names) == 1 else "need"
        yield (
            path,
            f"there is no figure for the class {train_class}, which {names[0]}{more} {needs}; there is one for "
            f"{', '.join(given[path])}. Add one, or give the service another class.",
        )


def _met(scenario: Scenario, service: Service) -> Iterator[tuple[Path, ByClass[Distribution]]]:
    """Figures by class on the way of a service, each with its path; steps and ends that are wrong are told elsewhere."""
    places = [place for place in service.route if place in scenario.facilities]
    for start, end in pairwise(service.route):
        for leg in legs_between(scenario, start, end):
            line = scenario.legs[leg]
            railway = scenario.railways.get(line.railway or "")
            if railway is None or line.running_time is not None or not carries(line, service):
                continue
            if isinstance(railway.speed, ByClass):
                yield ("railways", str(line.railway), "speed"), railway.speed
    worked = [(place, "border") for place in places if place in service.route[1:-1]]
    if service.route[-1] in scenario.facilities:
        present = unloading_at(scenario.facilities[service.route[-1]])
        worked += [(service.route[-1], kind) for kind in present if service.unload in (kind, None)]
    for place, kind in worked:
        operation = getattr(scenario.facilities[place], kind)
        if operation is not None and isinstance(operation.time, ByClass):
            yield ("facilities", place, kind, "time"), operation.time
