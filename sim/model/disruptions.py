"""Disruptions: what is hit, when, how hard, what of it is announced, and how it passes."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.model.distributions import highest
from sim.model.drawn_quantities import Durations, Shares
from sim.model.frozen import Frozen, faults
from sim.model.network import Country, Id
from sim.model.quantities import (
    Change,
    Count,
    Date,
    Duration,
    Frequency,
    LongDuration,
    MonthlyFactors,
    Rate,
    Steps,
)
from sim.model.texts import Prose, Title
from sim.units import DURATION, SHARE, show

RUNNING_TIME_MAX = 10.0
"""Longest running time as a factor: at a leg rate of 100 permille, its rounding is at most 0.5 % of the time."""


KINDS = ("facility", "leg", "service", "fleet", "flow")
"""What a target may name by its kind."""


class Target(Frozen):
    """What is hit: exactly one of `id`, `tag`, `country` or `corridor`; or of `facility`, `leg`, `service`, `fleet` or `flow`.

    `id` is any of these last five; where several have the id, their kind must be said: {leg: poti-constanta}.
    """

    id: Id | None = Field(default=None, description="the facility, leg, service, fleet or flow with this id")
    facility: Id | None = Field(default=None, description="a facility, where a leg or so has its id too")
    leg: Id | None = Field(default=None, description="a leg, where a service or so has its id too")
    service: Id | None = Field(default=None, description="a service, where a leg or so has its id too")
    fleet: Id | None = Field(default=None, description="a fleet, where a service or so has its id too")
    flow: Id | None = Field(default=None, description="a flow, where a service or so has its id too")
    tag: Id | None = None
    country: Country | None = None
    corridor: Id | None = Field(
        default=None, description="the services, legs, facilities and fleets that only this corridor uses"
    )

    @model_validator(mode="after")
    def _one(self) -> Target:
        """A target is given in exactly one way."""
        if sum(getattr(self, key) is not None for key in type(self).model_fields) != 1:
            raise ValueError(
                "expected exactly one of id, tag, country or corridor (or of facility, leg, service, fleet or flow). "
                "Write for example at: {id: brest}."
            )
        return self

    @property
    def name(self) -> str:
        """The one that is given, for messages."""
        return str(
            next(value for key in type(self).model_fields if (value := getattr(self, key)) is not None)
        )

    @property
    def kind(self) -> str | None:
        """The kind of the one thing that it names, of KINDS; None when it names none, or any by its id."""
        return next((kind for kind in KINDS if getattr(self, kind) is not None), None)


class Effect(Frozen):
    """What a disruption does while it lasts; the word `closed` alone is {rate: 0 %}."""

    rate: Rate | None = Field(
        default=None, description="gates, stations and legs work at this share of normal (70 %, or -30 %)"
    )
    servers: Count | None = Field(default=None, description="servers left at stations")
    vehicles_lost: Count | None = Field(default=None, description="vehicles taken from fleets until the end")
    demand: Change | None = Field(default=None, description="factor on the volume of flows (80 %, or -20 %)")
    running_time: Change | None = Field(
        default=None, description="factor on the running time of legs, from 100 % to 1000 % (150 %, or +50 %)"
    )
    price: Change | None = Field(
        default=None, description="factor on what the services cost an FEU (130 %, or +30 %)"
    )

    @model_validator(mode="before")
    @classmethod
    def _closed(cls, given: object) -> object:
        """ "closed" is a rate of nothing."""
        if given == "closed":
            return {"rate": "0 %"}
        if isinstance(given, str):
            raise ValueError(
                f'expected "closed" or a mapping, got "{given}". Write for example effect: closed or effect: {{rate: 50 %}}.'
            )
        return given

    @model_validator(mode="after")
    def _something(self) -> Effect:
        """An effect does something, and a longer running time is within bounds."""
        if not self.given:
            raise ValueError(
                "the effect is empty. Write for example effect: closed, {rate: 50 %}, {servers: 1}, {vehicles_lost: 2}, "
                "{demand: 80 %}, {running_time: 150 %} or {price: 130 %}."
            )
        if self.running_time is not None and not 1 <= self.running_time <= RUNNING_TIME_MAX:
            words = (
                f"expected {show(1, SHARE)} to {show(RUNNING_TIME_MAX, SHARE)} of the normal running time, "
                f"got {show(self.running_time, SHARE)}. Write for example 150 %; what stands still is closed."
            )
            raise faults([("running_time", words)])
        return self

    @property
    def given(self) -> tuple[str, ...]:
        """Keys that are given, in the order of the fields."""
        return tuple(key for key in type(self).model_fields if getattr(self, key) is not None)

    @property
    def closes(self) -> bool:
        """Whether it closes what it hits: rates are in whole permille."""
        return self.rate is not None and round(1000 * self.rate) == 0


class RandomTimes(Frozen):
    """Disruptions that come by chance, at a rate that may depend on the month (factors, January first)."""

    rate: Frequency = Field(description='mean number over time, for example "2 /year"')
    season: MonthlyFactors | None = None
    severity: Shares | None = Field(
        default=None, description="share of the effect, drawn for each event; the whole effect if not given"
    )

    @model_validator(mode="after")
    def _ends_at_the_whole(self) -> RandomTimes:
        """No severity is drawn above the whole."""
        if self.severity is not None and highest(self.severity) is None:
            words = (
                "expected a distribution that ends at or below 100 %: this one has no highest value. "
                "Write for example {low: 20 %, mode: 50 %, high: 100 %}."
            )
            raise faults([("severity", words)])
        return self


class Recovery(Frozen):
    """How an effect passes after it has lasted: over so long, day by day (linear) or in equal steps."""

    shape: Literal["linear", "steps"]
    over: Duration = Field(description="time from the end of the full effect to normal; 0 d is at once")
    steps: Steps | None = Field(default=None, description="number of steps, with shape: steps")

    @model_validator(mode="after")
    def _counted(self) -> Recovery:
        """Steps are given to a recovery in steps, and to no other."""
        if self.shape == "steps" and self.steps is None:
            raise faults([("steps", "shape: steps needs a number of steps. Write for example steps: 4.")])
        if self.shape == "linear" and self.steps is not None:
            raise faults(
                [("steps", "a linear recovery goes day by day. Remove steps, or write shape: steps.")]
            )
        if self.steps is not None and 0 < self.over < self.steps:
            raise faults(
                [("steps", f"expected at most one step a second, got {self.steps}. Write fewer steps.")]
            )
        return self


class Revision(Frozen):
    """A later announcement: made `after` so long from the start, it tells a new total duration."""

    after: Duration = Field(description="time from the start to this announcement")
    lasts: LongDuration = Field(description="total duration from the start, as announced now")

    @model_validator(mode="after")
    def _tells_the_future(self) -> Revision:
        """A revision tells an end that is still to come."""
        if self.lasts <= self.after:
            words = (
                f"expected a total duration above {show(self.after, DURATION)}, when it is announced, "
                f"got {show(self.lasts, DURATION)}: an end that is past. Count from the start of the closure."
            )
            raise faults([("lasts", words)])
        return self


class Announced(Frozen):
    """What shippers are told of a closure, which may be wrong: they act on it, the world on the truth."""

    before: Duration = Field(default=0, description="lead time: known so long before the start")
    lasts: LongDuration | None = Field(
        default=None, description="duration as first announced; until further notice if not given"
    )
    revisions: tuple[Revision, ...] = Field(default=(), strict=False, description="later announcements")

    @model_validator(mode="after")
    def _in_order(self) -> Announced:
        """Revisions come one after the other, and after the announcement that they revise."""
        if self.revisions and self.before == 0 and self.revisions[0].after == 0:
            words = (
                "the first revision is made when the closure becomes known, so nobody hears what it revises. "
                "Write its duration as announced.lasts, or give before."
            )
            raise faults([("revisions", words)])
        if any(b.after <= a.after for a, b in pairwise(self.revisions)):
            words = "expected revisions in order of time, each after the one before. Sort them by after."
            raise faults([("revisions", words)])
        return self


class Linked(Frozen):
    """A further effect of the same event, from `after` its start; as long as the event unless it has its own `lasts`."""

    at: Annotated[Target, Field(description="what is hit")]
    effect: Effect
    after: Duration = Field(default=0, description="time from the event's start")
    lasts: Durations | None = Field(
        default=None, description="the event's duration, from its own start, if not given"
    )


class Disruption(Frozen):
    """A dated (`from`, `lasts`) or random (`random`, `lasts`) event that takes capacity, demand, time or money."""

    title: Title | None = None
    source: Prose | None = None
    at: Annotated[Target, Field(description="what is hit")]
    from_: Date | None = Field(default=None, alias="from")
    random: RandomTimes | None = None
    lasts: Durations | None = Field(default=None, description="until the end of the period if not given")
    effect: Effect
    linked: tuple[Linked, ...] = Field(
        default=(), strict=False, description="further effects of the same event"
    )
    recovery: Recovery | None = Field(default=None, description="how the effects pass; at once if not given")
    announced: Announced | None = Field(
        default=None, description="what is known of closures; when they happen, without an end, if not given"
    )

    @property
    def parts(self) -> tuple[Linked, ...]:
        """The effects of an event: its own, then those linked to it."""
        return (Linked(at=self.at, effect=self.effect), *self.linked)

    @model_validator(mode="after")
    def _when(self) -> Disruption:
        """A disruption is dated, or random with a duration."""
        if (self.from_ is None) == (self.random is None):
            raise ValueError("expected either from (a date) or random. Write for example from: 2025-09-12.")
        if self.random is not None and self.lasts is None:
            raise ValueError(
                "a random disruption needs lasts. Write for example lasts: {p50: 12 h, p90: 40 h}."
            )
        return self

    @model_validator(mode="after")
    def _without_contradiction(self) -> Disruption:
        """Recovery and announcement fit what is disrupted."""
        found = []
        if self.recovery is not None and self.lasts is None:
            found.append(
                ("recovery", "there is no end to recover from. Give the disruption lasts, for example 13 d.")
            )
        if self.announced is not None:
            found += self._wrongly_announced(self.announced)
        if found:
            raise faults(found)
        return self

    def _wrongly_announced(self, announced: Announced) -> list[tuple[str, str]]:
        """What contradicts an announcement: (key, message)."""
        hardest = (
            1.0 if self.random is None or self.random.severity is None else highest(self.random.severity)
        )
        if not any(part.effect.closes for part in self.parts) or (hardest or 0.0) < 1:
            return [("announced", "nothing is closed in full, so there is nothing to announce. Remove it.")]
        over_s = max(self._over_s(part) for part in self.parts if part.effect.closes)
        late = [revision for revision in announced.revisions if revision.after >= over_s]
        if not late:
            return []
        words = (
            f"a revision after {show(late[0].after, DURATION)} comes when all is open again, after "
            f"{show(over_s, DURATION)} at most. Remove it, or make it earlier."
        )
        return [("announced", words)]

    def _over_s(self, part: Linked) -> float:
        """Seconds from the start after which a part is over, however long it was drawn."""
        spread = part.lasts or self.lasts
        longest = None if spread is None else highest(spread)
        return math.inf if longest is None else part.after + longest
