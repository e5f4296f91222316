"""What was observed or announced, to be set beside what the model says."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.model.figures import Grade
from sim.model.frozen import Frozen
from sim.model.network import Id
from sim.model.quantities import Date

Statistic = Literal["mean", "median", "range", "single"]


class Transit(Frozen):
    """Transit times of flows by a corridor, in days."""

    corridor: Id
    origins: tuple[Id, ...] = Field(strict=False)
    destinations: tuple[Id, ...] = Field(strict=False)
    trains: Literal["all", "ordinary", "timetabled"] = Field(
        default="all", description="by chains with a timetabled train in them, or by those without"
    )
    since: Literal["release", "departure"] = Field(
        default="release", description="release at the origin terminal, or departure of the first vehicle"
    )


class Way(Frozen):
    """Time of trips of one service from the departure at one facility to the arrival at another, in days."""

    from_: Id = Field(alias="from")
    to: Id


class FreeFlowTime(Frozen):
    """Time along a chain when nothing waits for anything, in days; between two of its places, or the whole of it."""

    chain: Id
    from_: Id | None = Field(default=None, alias="from")
    to: Id | None = None


class Places(Frozen):
    """Time of trips at facilities, waiting included, summed over a trip and in hours.

    A place is a facility, or one of its operations, `khorgos.border`; since trains pass a border at `border` and end at
    `gauge_change`, an operation tells the direction.
    """

    at: tuple[str, ...] = Field(strict=False)

    @property
    def worked(self) -> tuple[tuple[str, str | None], ...]:
        """Facility and operation of each place; None for all of a facility's work."""
        read = (place.partition(".") for place in self.at)
        return tuple((facility, operation or None) for facility, _, operation in read)


class Queue(Frozen):
    """Trips waiting at a gate on a day, background trains apart."""

    gate: str
    on: Date


class YearVolume(Frozen):
    """TEU released by a corridor in a direction after the warm-up and before the cool-down, scaled to a year."""

    corridor: Id
    direction: Literal["westbound", "eastbound"]


class Observation(Frozen):
    """One observed or announced figure, with its range, and what of the model it is compared with."""

    what: str
    period: str = Field(description="when it was observed")
    scenario: Id = Field(description="the shipped scenario that stands for that period")
    transit: Transit | None = None
    free_flow: FreeFlowTime | None = None
    way: Way | None = None
    places: Places | None = None
    queue: Queue | None = None
    volume: YearVolume | None = None
    low: float | None = None
    typical: float | None = None
    high: float | None = None
    statistic: Statistic | None = Field(
        default=None,
        description="a published mean or median (low and high: those of several years), a range in which most lie, or one round or "
        "single figure",
    )
    kind: Literal["observed", "announced", "estimate", "input", "apart"] = Field(
        description="estimates are reasoned from other rows; inputs are shown, not judged; what is apart has no counterpart in the model, "
        "and says why"
    )
    scope: Literal["terminal to terminal", "door to door", "border to border", "one place", "network"]
    grade: Grade
    source: str
    behind: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="numbers of the network that were derived from this figure, though they name another page",
    )
    unit_given: str = Field(default="", alias="unit", description="unit of a figure that is apart")
    comment: str = Field(default="", description="why a miss, or what to mind")

    @model_validator(mode="after")
    def _complete(self) -> Observation:
        """An observation has one measure, a statistic and a number, or says why it has none."""
        given = sum(measure is not None for measure in self.measures())
        if self.kind == "apart":
            if given or not self.comment or not self.unit_given or self.statistic:
                raise ValueError(
                    "what is apart has a unit, no measure or statistic, and a comment that says why. Give it these."
                )
        elif given != 1:
            raise ValueError(
                "an observation needs exactly one of transit, free_flow, way, places, queue or volume. Give it one."
            )
        elif self.statistic is None:
            raise ValueError("say what the figure is. Add statistic: mean, median, range or single.")
        if self.statistic == "range" and (self.low is None or self.high is None):
            raise ValueError("a range has two ends. Add low and high, or say statistic: single.")
        if self.kind == "input" and self.typical is None:
            raise ValueError(
                "an input needs a typical figure, from which its deviation is shown. Add typical."
            )
        if self.low is None and self.typical is None and self.high is None:
            raise ValueError("an observation needs a number: low, typical or high. Add one.")
        return self

    def measures(self) -> tuple[object | None, ...]:
        """The six kinds of measure, of which one is given."""
        return (self.transit, self.free_flow, self.way, self.places, self.queue, self.volume)

    @property
    def unit(self) -> str:
        """Unit of the figures."""
        if self.unit_given:
            return self.unit_given
        if self.places is not None:
            return "h"
        if self.queue is not None:
            return "trains"
        return "TEU/year" if self.volume is not None else "d"
