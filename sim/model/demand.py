"""Demand: cargo classes and flows."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim import units
from sim.model.drawn_quantities import Durations
from sim.model.figures import Figure
from sim.model.frozen import Frozen, Reader
from sim.model.network import ID, Id
from sim.model.quantities import Load, LongDuration, Mass, MonthlyFactors, Price, Share, TimeValue, Volume
from sim.model.texts import Title

Shares = Annotated[dict[Id, Share], Reader(lambda value: units.parse(value, units.SHARE))]
HS_CODE = r"^[0-9]{2}([0-9]{2}){0,2}$"
HsCode = Annotated[str, Field(pattern=HS_CODE, description='HS code of 2, 4 or 6 digits as text: "85"')]


def _one_chain(given: object) -> object:
    """A chain alone is all of the freight on it."""
    return {given: "100 %"} if isinstance(given, str) else given


Fallback = Annotated[
    dict[Id, Share],
    BeforeValidator(_one_chain),
    WithJsonSchema(
        {
            "description": "a chain, or several with the share of each",
            "anyOf": [
                {"type": "string", "pattern": ID},
                {
                    "type": "object",
                    "patternProperties": {ID: {"type": "string"}},
                    "additionalProperties": False,
                },
            ],
        }
    ),
]


class CargoClass(Frozen):
    """Goods that policies and shippers treat alike."""

    title: Title
    hs: tuple[HsCode, ...] = Field(strict=False, description="HS codes of 2, 4 or 6 digits")
    time_value: Figure[TimeValue] = Field(description="what a day is worth to the shipper")


class Booked(Frozen):
    """Freight that is sold on the departures of a timetabled service, and comes to its origin some time before each.

    At most as long before as the train before it is away: a terminal takes in the freight of one train after the other.
    """

    service: Id = Field(description="the timetabled service; it starts at the flow's origin")
    before: Figure[Durations] = Field(description="how long before its departure freight is released")


class Routing(Frozen):
    """Fixed routing: a chain by share; where it is not open, the first open one in an order of fallbacks.

    Each fallback is a chain, or several with shares among which one is drawn.
    """

    shares: Shares
    like: dict[Id, Id] = Field(
        default_factory=dict,
        description="adaptive: a chain that shippers take for another one of `shares`, at its own price and time",
    )
    fallbacks: tuple[Fallback, ...] = Field(default=(), strict=False)

    def ranks(self) -> tuple[dict[str, float], ...]:
        """The shares, then each fallback as shares."""
        return (self.shares, *self.fallbacks)

    def chains(self) -> set[str]:
        """Every chain that is listed."""
        return {chain for shares in self.ranks() for chain in shares}

    def pivots(self, new_share: float) -> dict[str, tuple[float, str]]:
        """Of every chain listed: a share, and the chain at whose usual price and time it has that share, were all open.

        About these an adaptive choice pivots. A chain that stands only in a fallback has its part there relative to those
        that have a share already; when none has, its part of `new_share`; with `like`, the share of the other chain, as
        it would have at that one's price and time. Without the last kind they sum to 1.
        """
        found = {chain: share for chain, share in self.shares.items() if share > 0 and chain not in self.like}
        for fallback in self.fallbacks:
            parts = {chain: part for chain, part in fallback.items() if part > 0 and chain not in self.like}
            known = [chain for chain in parts if chain in found]
            unit = sum(found[c] for c in known) / sum(parts[c] for c in known) if known else new_share
            found |= {chain: part * unit for chain, part in parts.items() if chain not in found}
        total = sum(found.values())
        pivots = {chain: (share / total, chain) for chain, share in found.items()}
        return pivots | {chain: pivots[other] for chain, other in self.like.items()}


class Flow(Frozen):
    """Demand of one origin-destination pair; released one by one at random (Poisson), or for the departures on which it is booked."""

    origin: Id
    destination: Id
    volume: Figure[Volume] = Field(description="TEU over time")
    consignment: Figure[Load] = Field(description="size of boxes that travel together")
    cargo: Figure[Shares] = Field(description="share of each cargo class")
    mass: Figure[Mass] = Field(description="cargo in an FEU")
    express: Figure[Share] | None = Field(default=None, description="share that goes first in every terminal")
    season: Figure[MonthlyFactors] | None = Field(
        default=None, description="factor on the volume by month, January first"
    )
    deadline: Figure[LongDuration] = Field(
        description="transit time that its shippers count on, whatever way is taken: later is too late"
    )
    charge: Figure[Price] | None = Field(
        default=None, description="box rental, agent and the like, on every route"
    )
    measured: bool = Field(
        default=True, description="whether its freight is in the measures, or only shares the track"
    )
    booked: Booked | None = Field(
        default=None,
        description="freight sold on the departures of a timetabled service: it comes for them, not at random",
    )
    market: Id | None = Field(
        default=None,
        description="destinations whose freight is summed up together, apart from that of others",
    )
    routing: Routing
    tags: tuple[Id, ...] = Field(default=(), strict=False)
