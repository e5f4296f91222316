"""How shippers choose: what they know, what they weigh, and how long they wait before they think again."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.model.drawn_quantities import Durations
from sim.model.figures import Figure
from sim.model.frozen import Frozen
from sim.model.network import Country
from sim.model.quantities import BulletinTime, Duration, Factor, Price, Scale, Share


class Choice(Frozen):
    """Route choice of every flow. `fixed`: by shares, then fallbacks. `adaptive`: the open chain of least generalised cost.

    An adaptive shipper knows the last bulletin of waits and the closures announced, nothing else. The shares of a flow
    are what its shippers take when all chains are open and waits are as usual: the choice pivots about them.
    """

    routing: Literal["fixed", "adaptive"] = Field(
        default="fixed",
        validate_default=True,
        description="fixed: shares and fallbacks; adaptive: least generalised cost",
    )
    bulletin: Figure[BulletinTime] = Field(
        default="7 d",
        validate_default=True,
        description="every so often the mean waits of the past such time are published",
    )
    lag: Figure[Duration] = Field(
        default="0 h",
        validate_default=True,
        description="a bulletin is known so long after its time has ended",
    )
    scale_westbound: Figure[Scale] = Field(
        default="2500 USD/FEU",
        validate_default=True,
        description="spread of tastes: a difference in cost of so much changes the odds by a factor of e",
    )
    scale_eastbound: Figure[Scale] = Field(
        default="5000 USD/FEU", validate_default=True, description="the same, of eastbound flows"
    )
    reliability: Figure[Factor] = Field(
        default="80 %",
        validate_default=True,
        description="value of a day of standard deviation, as a share of the value of a day",
    )
    express_time_value: Figure[Factor] = Field(
        default="100 %",
        validate_default=True,
        description="factor on the value of time of consignments that go express",
    )
    open_end: Figure[Duration] = Field(
        default="14 d",
        validate_default=True,
        description="how much longer shippers think that a closure lasts when no end is told, or the one told is past",
    )
    patience: Figure[Durations] = Field(
        default="10 d",
        validate_default=True,
        description="wait at a terminal after which a shipper thinks again",
    )
    new_share: Figure[Share] = Field(
        default="0.2 %",
        validate_default=True,
        description="share of a chain that only stands in fallbacks without a chain of the shares beside it",
    )
    aversion: dict[Country, Figure[Price]] = Field(
        default_factory=dict,
        description="what shippers would pay more not to cross a country, beside what the shares already hold",
    )
