"""Policies (sanctions and trade rules as data) and disruptions (closures, slow-downs, losses)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.model.demand import HsCode
from sim.model.figures import (
    Count,
    Date,
    Durations,
    Factor,
    Frequency,
    Frozen,
    MonthlyFactors,
    Price,
    Share,
    faults,
)
from sim.model.network import Country, Id

Direction = Literal["westbound", "eastbound"]


class Detained(Frozen):
    """A part of the inspected consignments that is kept much longer."""

    share: Share = Field(description="of the inspected consignments")
    for_: Durations = Field(alias="for", description="how long they are kept")


class Inspected(Frozen):
    """A share is set out at the first facility of the territory (or at `at`), and sent on with a later train."""

    share: Share
    handling: Durations = Field(description="time from being set out to being cleared")
    detained: Detained | None = None
    at: Id | None = Field(
        default=None, description="facility; else the first one in the territory where trains are stopped"
    )


class Avoided(Frozen):
    """Self-sanctioning: a share of shippers will not cross the territory."""

    share: Share


class Delayed(Frozen):
    """A licence or payment that holds a share at the origin terminal."""

    share: Share = 1.0
    for_: Durations = Field(alias="for")


class Policy(Frozen):
    """A rule: what it binds (all conditions given must hold) and how it acts. It binds consignments released, or
    trains passing, from `from` until `until`.
    """

    title: str | None = None
    source: str | None = None
    territory: tuple[Country, ...] = Field(
        default=(), strict=False, description="countries that the chain crosses (any of them)"
    )
    cargo: tuple[Id, ...] = Field(default=(), strict=False)
    carrier: tuple[Country, ...] = Field(
        default=(),
        strict=False,
        description="nationalities of carriers: chains that use a service of one of them",
    )
    hs: tuple[HsCode, ...] = Field(
        default=(),
        strict=False,
        description="HS codes of 2, 4 or 6 digits (any of them): cargo classes of which a code begins with it",
    )
    origin: tuple[Country, ...] = Field(default=(), strict=False)
    destination: tuple[Country, ...] = Field(default=(), strict=False)
    flows: tuple[Id, ...] = Field(default=(), strict=False)
    direction: Direction | None = None
    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    barred: bool = Field(default=False, description="may not cross the territory")
    inspected: Inspected | None = None
    delayed: Delayed | None = None
    surcharge: Price | None = Field(default=None, description="what an FEU pays more")
    avoided: Avoided | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Policy:
        if self.from_ is not None and self.until is not None and not self.from_ < self.until:
            raise faults([("until", "expected a date after from: the policy would end before it begins.")])
        return self

    @model_validator(mode="after")
    def _acts(self) -> Policy:
        acts = (self.inspected, self.delayed, self.surcharge, self.avoided)
        if not self.barred and all(act is None for act in acts):
            raise ValueError(
                "the policy does nothing. Give it barred: true, inspected, delayed, surcharge or avoided."
            )
        return self


class Target(Frozen):
    """What is hit: exactly one of `id` (facility, leg, service, fleet or flow), `tag`, `country` or `corridor`."""

    id: Id | None = None
    tag: Id | None = None
    country: Country | None = None
    corridor: Id | None = Field(default=None, description="the services that only this corridor's chains use")

    @model_validator(mode="after")
    def _one(self) -> Target:
        if sum(value is not None for value in (self.id, self.tag, self.country, self.corridor)) != 1:
            raise ValueError(
                "expected exactly one of id, tag, country or corridor. Write for example at: {id: brest}."
            )
        return self


class Effect(Frozen):
    """What a disruption does while it lasts; the word `closed` alone is {rate: 0 %}."""

    rate: Share | None = Field(
        default=None, description="gates, stations and legs work at this share of normal"
    )
    servers: Count | None = Field(default=None, description="servers left at stations")
    vehicles_lost: Count | None = Field(default=None, description="vehicles taken from fleets")
    demand: Factor | None = Field(default=None, description="factor on the volume of flows")

    @model_validator(mode="before")
    @classmethod
    def _closed(cls, given: object) -> object:
        if given == "closed":
            return {"rate": "0 %"}
        if isinstance(given, str):
            raise ValueError(
                f'expected "closed" or a mapping, got "{given}". Write for example effect: closed or effect: {{rate: 50 %}}.'
            )
        return given

    @model_validator(mode="after")
    def _something(self) -> Effect:
        if all(value is None for value in (self.rate, self.servers, self.vehicles_lost, self.demand)):
            raise ValueError(
                "the effect is empty. Write for example effect: closed, {rate: 50 %}, {servers: 1}, {vehicles_lost: 2} or {demand: 80 %}."
            )
        return self


class RandomTimes(Frozen):
    """Disruptions that come by chance, at a rate that may depend on the month (factors, January first)."""

    rate: Frequency = Field(description='mean number over time, for example "2 /year"')
    season: MonthlyFactors | None = None


class Disruption(Frozen):
    """A dated (`from`, `lasts`) or random (`random`, `lasts`) loss of capacity or demand."""

    title: str | None = None
    source: str | None = None
    at: Annotated[Target, Field(description="what is hit")]
    from_: Date | None = Field(default=None, alias="from")
    random: RandomTimes | None = None
    lasts: Durations | None = Field(default=None, description="until the end of the period if not given")
    effect: Effect

    @model_validator(mode="after")
    def _when(self) -> Disruption:
        if (self.from_ is None) == (self.random is None):
            raise ValueError("expected either from (a date) or random. Write for example from: 2025-09-12.")
        if self.random is not None and self.lasts is None:
            raise ValueError(
                "a random disruption needs lasts. Write for example lasts: {p50: 12 h, p90: 40 h}."
            )
        return self
