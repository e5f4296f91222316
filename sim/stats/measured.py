"""The measures, declared once: name, unit, title, meaning, and what each is where there is no freight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

QUANTILES: Mapping[str, float] = {"p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}


class Nature(Enum):
    """What kind of number a measure is: how it is summed up over replications, and what it is of no freight."""

    AMOUNT = "an amount: 0 where there is no freight; never below 0"
    PORTION = "a part of all freight: 0 where there is none of it, missing where there is no freight at all; 0 to 100 %"
    SHARE = "a share of what there is: missing where there is nothing; 0 to 100 %"
    MEAN = "a mean over freight: missing where there is none; never below 0"
    QUANTILE = "a quantile over freight: missing where there is none; never below 0"
    CHANGE = "a sum of changes: 0 where there is no freight; of either sign"
    SHIFT = "a mean or largest change: missing where there is no freight; of either sign"


@dataclass(frozen=True)
class Measure:
    """One measure: `quantiles` are those that it rests on, which need enough consignments."""

    name: str
    unit: str
    title: str
    meaning: str
    nature: Nature
    quantiles: tuple[float, ...] = ()


def _quantile(name: str, share: float) -> Measure:
    return Measure(
        f"transit_time.{name}",
        "d",
        f"{name.upper()} of the transit time",
        f"{100 * share:.0f} % of the TEU arrive within so many days after their release; freight under way enters with its age",
        Nature.QUANTILE,
        (share,),
    )


_OF_TEU = "mean over the TEU carried"
MEASURE_TABLE: tuple[Measure, ...] = (
    Measure(
        "transit_time.mean",
        "d",
        "mean transit time",
        f"days from release to delivery, {_OF_TEU}; freight under way enters with its age",
        Nature.MEAN,
    ),
    *(_quantile(name, share) for name, share in QUANTILES.items()),
    Measure(
        "buffer.index",
        "%",
        "buffer index",
        "(P95 - P50) / P50 of the transit time: what a careful shipper adds to the median",
        Nature.QUANTILE,
        (0.50, 0.95),
    ),
    Measure(
        "on_time.share",
        "%",
        "on time",
        "TEU delivered within the time quoted for their chain, as a share of the TEU by quoted chains; what is under way is not yet",
        Nature.SHARE,
    ),
    Measure(
        "deadline.share",
        "%",
        "within the deadline",
        "TEU delivered within the shippers' own deadline, as a share of the TEU carried; what is under way is not yet",
        Nature.SHARE,
    ),
    Measure("delivered", "TEU", "delivered", "TEU delivered by the period's end", Nature.AMOUNT),
    Measure(
        "refused",
        "TEU",
        "refused",
        "TEU that no chain was open to; by no corridor, so only over all of them",
        Nature.AMOUNT,
    ),
    Measure("under_way", "TEU", "under way", "TEU not yet delivered at the period's end", Nature.AMOUNT),
    Measure(
        "rerouted",
        "TEU",
        "rerouted",
        "TEU that took another chain at a terminal at least once; what is under way may still do so",
        Nature.AMOUNT,
    ),
    Measure(
        "corridor.share",
        "%",
        "share of freight",
        "TEU carried, as a share of the TEU that any corridor carries of the same direction, cargo and flow",
        Nature.PORTION,
    ),
    Measure(
        "cost.per_feu",
        "USD/FEU",
        "cost",
        f"paid for transport: services, charge of the flow, surcharges; {_OF_TEU}; of freight under way as booked so far",
        Nature.MEAN,
    ),
    Measure(
        "time_cost.per_feu",
        "USD/FEU",
        "cost of time",
        f"transit days times the time value of the cargo; {_OF_TEU}",
        Nature.MEAN,
    ),
    Measure(
        "emissions.per_feu",
        "kg CO2e/FEU",
        "emissions",
        f"well-to-wheel emissions of the services ridden; {_OF_TEU}; of freight under way as booked so far",
        Nature.MEAN,
    ),
    Measure(
        "load.factor",
        "%",
        "load factor",
        "load at departure over capacity, mean over the departures of services that are one corridor's alone",
        Nature.SHARE,
    ),
)
"""Every measure of freight."""
BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURE_TABLE}
MEASURES: Mapping[str, str] = {measure.name: measure.unit for measure in MEASURE_TABLE}
"""Every measure with its unit."""
