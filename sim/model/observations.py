"""What was observed or announced, to be set beside what the model says."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.model.figures import Date, Frozen, Grade
from sim.model.network import Id


class Transit(Frozen):
    """Transit times of flows by a corridor, in days."""

    corridor: Id
    origins: tuple[Id, ...] = Field(strict=False)
    destinations: tuple[Id, ...] = Field(strict=False)


class Way(Frozen):
    """Time of trips of one service from the departure at one facility to the arrival at another, in days."""

    from_: Id = Field(alias="from")
    to: Id


class Places(Frozen):
    """Time of trips at facilities, waiting included, summed over a trip and in hours; `services` narrows whose trips."""

    at: tuple[Id, ...] = Field(strict=False)


class Queue(Frozen):
    """Trips waiting at a gate on a day."""

    gate: str
    on: Date


class Volume(Frozen):
    """TEU delivered by a corridor in a direction, over a year."""

    corridor: Id
    direction: Literal["westbound", "eastbound"]


class Observation(Frozen):
    """One observed or announced figure, with its range, and what of the model it is compared with."""

    what: str
    period: str = Field(description="when it was observed")
    scenario: Id = Field(description="the shipped scenario that stands for that period")
    transit: Transit | None = None
    way: Way | None = None
    places: Places | None = None
    queue: Queue | None = None
    volume: Volume | None = None
    low: float | None = None
    typical: float | None = None
    high: float | None = None
    kind: Literal["observed", "announced", "input"] = Field(description="inputs are shown, not judged")
    scope: Literal["terminal to terminal", "door to door", "border to border", "one place", "network"]
    grade: Grade
    source: str
    comment: str = Field(default="", description="why a miss, or what to mind")

    @model_validator(mode="after")
    def _complete(self) -> Observation:
        if sum(measure is not None for measure in self.measures()) != 1:
            raise ValueError("an observation needs exactly one of transit, way, places, queue or volume.")
        if self.low is None and self.typical is None and self.high is None:
            raise ValueError("an observation needs a number: low, typical or high.")
        return self

    def measures(self) -> tuple[object | None, ...]:
        """The five kinds of measure, of which one is given."""
        return (self.transit, self.way, self.places, self.queue, self.volume)

    @property
    def unit(self) -> str:
        """Unit of the figures."""
        if self.places is not None:
            return "h"
        if self.queue is not None:
            return "trains"
        return "TEU/year" if self.volume is not None else "d"
