"""The measures of freight: each a row, above the function that makes it of the freight of a cell.

A measure of consignments must hold for any weights: the same function makes the figures of a replication, where each consignment
counts with its TEU, of several replications together, and of like freight in two scenarios. Where freight is under way at the period's
end it enters with its age; a figure that whatever becomes of it can only raise is a lower bound, and one that is not marked ends the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.stats.cells import Cell, Transits
from sim.stats.measured import (
    CARBON,
    PART,
    PRICE,
    TIME,
    VOLUME,
    Figure,
    Measures,
    Nature,
    Of,
    Told,
)
from sim.stats.weighted import Floats, weighted_quantiles

MEASURES = Measures("Of freight (`kpis`, `values`)")
QUANTILES: Mapping[str, float] = {"p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}
_MEDIAN, _P95 = QUANTILES["p50"], QUANTILES["p95"]
_OF_TEU = "mean over the TEU carried"
_EVERYWHERE = (Told.ALL_FREIGHT, Told.CORRIDORS, Told.PARTS, Told.WITHIN, Told.TABLE)
_QUANTILES_SHOWN = {
    "p50": {"heading": "P50 days", "place": 5, "with_interval": True, "told": (*_EVERYWHERE, Told.CHAINS)},
    "p90": {"heading": "P90 days", "place": 6, "with_interval": True, "told": _EVERYWHERE},
}


@MEASURES.measure(
    "transit_time.mean",
    TIME,
    "mean transit time",
    f"days from release to delivery, {_OF_TEU}; freight under way enters with its age",
    Nature.MEAN,
    told=(Told.ALL_FREIGHT,),
)
def _mean_transit_time(cell: Cell) -> Figure:
    """Mean over the cell, ages included."""
    return Figure(cell.mean(cell.days), cell.some_late)


def _declare_quantile(name: str, share: float) -> None:
    """Declare a quantile of the transit time."""

    @MEASURES.measure(
        f"transit_time.{name}",
        TIME,
        f"{name.upper()} of the transit time",
        f"{100 * share:.0f} % of the TEU arrive within so many days after their release; freight under way enters with its age",
        Nature.QUANTILE,
        noun=name.upper(),
        quantiles=(share,),
        **_QUANTILES_SHOWN.get(name, {}),
    )
    def _quantile(cell: Transits) -> Figure:
        """The quantile of the cell."""
        return cell.quantile(share)


for _name, _share in QUANTILES.items():
    _declare_quantile(_name, _share)


@MEASURES.measure(
    "buffer.index",
    PART,
    "buffer index",
    "(P95 - P50) / P50 of the transit time: what a careful shipper adds to the median",
    Nature.QUANTILE,
    quantiles=(_MEDIAN, _P95),
)
def _buffer_index(cell: Transits) -> Figure:
    """The least that it can become: a ratio, so that a median that grows makes it smaller.

    The P95 ends no lower than it is with ages, nor than the P50; the P50 ends no higher than if nothing under way ever
    arrived. When half of the freight is under way there is no such end, and nothing is known but that the index is not
    below 0.
    """
    median, p95 = cell.quantile(_MEDIAN), cell.quantile(_P95)
    if not median.value > 0:
        return Figure(float("nan"))
    highest = median.value
    if median.lower_bound:
        (highest,) = weighted_quantiles(np.where(cell.late, np.inf, cell.days), cell.weights, [_MEDIAN])
    least = max(p95.value / highest - 1, 0.0)
    return Figure(100 * least, p95.lower_bound or median.lower_bound)


@MEASURES.measure(
    "on_time.share",
    PART,
    "on time",
    "TEU delivered within the time quoted for their chain, as a share of the TEU by quoted chains; what is under way is not yet",
    Nature.SHARE,
    noun="on-time share",
    heading="on time %",
    place=7,
    told=(Told.ALL_FREIGHT, Told.TABLE),
)
def _on_time(cell: Cell) -> Figure:
    """Share within what was quoted."""
    return cell.within(cell.freight.promise_s)


@MEASURES.measure(
    "deadline.share",
    PART,
    "within the deadline",
    "TEU delivered within the shippers' own deadline, as a share of the TEU carried; what is under way is not yet",
    Nature.SHARE,
    noun="share within the deadline",
)
def _in_time(cell: Cell) -> Figure:
    """Share within the deadline of the shippers."""
    return cell.within(cell.freight.deadline_s)


@MEASURES.measure(
    "delivered",
    VOLUME,
    "delivered",
    "TEU delivered by the period's end",
    Nature.AMOUNT,
    noun="delivered freight",
    heading="delivered TEU",
    place=1,
    told=(Told.TABLE,),
    of=Of.CELL,
    grows=True,
)
def _delivered(cell: Cell) -> Figure:
    """What has arrived."""
    return Figure(cell.amount(~cell.late))


@MEASURES.measure(
    "refused",
    VOLUME,
    "refused",
    "TEU that no chain was open to; by no corridor, so only over all of them",
    Nature.AMOUNT,
    noun="refused freight",
    heading="refused TEU",
    place=3,
    told=(Told.ALL_FREIGHT,),
    of=Of.CELL,
    grows=True,
)
def _refused(cell: Cell) -> Figure | None:
    """What no corridor took; none where the cell is a corridor's."""
    if cell.refused is None:
        return None
    return Figure(float(cell.freight.teu[cell.refused].sum()), behind=len(cell) + len(cell.refused))


@MEASURES.measure(
    "under_way",
    VOLUME,
    "under way",
    "TEU not yet delivered at the period's end",
    Nature.AMOUNT,
    noun="freight under way",
    heading="under way TEU",
    place=2,
    of=Of.CELL,
)
def _under_way(cell: Cell) -> Figure:
    """What has not arrived."""
    return Figure(cell.amount(cell.late))


@MEASURES.measure(
    "rerouted",
    VOLUME,
    "rerouted",
    "TEU that took another chain at a terminal at least once; what is under way may still do so",
    Nature.AMOUNT,
    noun="rerouted freight",
    of=Of.CELL,
    grows=True,
)
def _rerouted(cell: Cell) -> Figure:
    """What took another chain on its way."""
    # What is under way may still turn to another chain; in a corridor's own figure it would count elsewhere then.
    return Figure(cell.amount(cell.part(cell.freight.rerouted)), cell.some_late)


@MEASURES.measure(
    "corridor.share",
    PART,
    "share of freight",
    "TEU carried, as a share of the TEU that any corridor carries of the same direction, market and breakdown",
    Nature.PORTION,
    heading="share %",
    place=4,
    told=(Told.CORRIDORS, Told.CHAINS),
    of=Of.FREIGHT,
)
def _corridor_share(cell: Cell) -> Figure:
    """The cell's part of what it is among; not a number where that is nothing."""
    return Figure(100 * float(cell.total / cell.among_teu) if cell.among_teu else float("nan"))


@MEASURES.measure(
    "cost.per_feu",
    PRICE,
    "cost",
    f"paid for transport: services, charge of the flow, surcharges; {_OF_TEU}; of freight under way as booked so far",
    Nature.MEAN,
    heading="USD/FEU",
    place=8,
    told=(Told.ALL_FREIGHT, Told.PARTS, Told.WITHIN, Told.TABLE),
)
def _cost(cell: Cell) -> Figure:
    """Mean price."""
    return Figure(cell.mean(cell.part(cell.freight.cost_usd_per_feu)))


@MEASURES.measure(
    "time_cost.per_feu",
    PRICE,
    "cost of time",
    f"transit days times the time value of the cargo; {_OF_TEU}",
    Nature.MEAN,
)
def _time_cost(cell: Cell) -> Figure:
    """Mean cost of time, which grows until freight arrives."""
    return Figure(cell.mean(cell.part(cell.freight.time_cost_usd_per_feu)), cell.some_late)


@MEASURES.measure(
    "emissions.per_feu",
    CARBON,
    "emissions",
    f"well-to-wheel emissions of the services ridden; {_OF_TEU}; of freight under way as booked so far",
    Nature.MEAN,
    heading="kg CO2e/FEU",
    place=9,
    told=(Told.WITHIN,),
)
def _emissions(cell: Cell) -> Figure:
    """Mean emissions."""
    return Figure(cell.mean(cell.part(cell.freight.emissions_kg_per_feu)))


@MEASURES.measure(
    "load.factor",
    PART,
    "load factor",
    "load at departure over capacity, mean over the departures of services that are one corridor's alone",
    Nature.SHARE,
    of=Of.DEPARTURES,
)
def _load_factor(fill: Floats) -> Figure:
    """Mean fill of departures (d,); not a number where there is none."""
    # All departures of the measured time are known at the period's end, so none is a lower bound.
    return Figure(100 * float(fill.mean()) if len(fill) else float("nan"), behind=len(fill))
