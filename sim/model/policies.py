"""Policies: sanctions and trade rules as data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.model.demand import HsCode
from sim.model.drawn_quantities import Durations
from sim.model.frozen import Frozen, faults
from sim.model.network import Country, Id
from sim.model.quantities import Date, Price, Share
from sim.model.texts import Prose, Title

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

    title: Title | None = None
    source: Prose | None = None
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
        """A policy ends after it begins."""
        if self.from_ is not None and self.until is not None and not self.from_ < self.until:
            raise faults(
                [
                    (
                        "until",
                        "expected a date after from: the policy would end before it begins. Write a later until, or none.",
                    )
                ]
            )
        return self

    @model_validator(mode="after")
    def _acts(self) -> Policy:
        """A policy does something."""
        acts = (self.inspected, self.delayed, self.surcharge, self.avoided)
        if not self.barred and all(act is None for act in acts):
            raise ValueError(
                "the policy does nothing. Give it barred: true, inspected, delayed, surcharge or avoided."
            )
        return self
