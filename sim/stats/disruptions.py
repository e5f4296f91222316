"""What each disruption did: how often it struck, what freight it met, and how long it held it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.stats.cells import Ints
from sim.stats.intervals import mean_interval
from sim.stats.measured import VOLUME, Least, Measures, Nature, Scale
from sim.stats.policies import FINE_PART
from sim.stats.weighted import Floats

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Reckoning

DISRUPTION_MEASURES = Measures("Of what a disruption did (`disruptions`, `disruption-values`)")
EVENTS = Scale("events", "more", "fewer", "events", 1, Least.PERCENT)
TRIPS = Scale("trips", "more", "fewer", "trips", 0, Least.PERCENT)
TEU_DAYS = Scale("TEU-days", "more", "less", "TEU-days", 0, Least.PERCENT)


class Struck(NamedTuple):
    """What a disruption did in a replication.

    `events`: how many of its events hold in the measured time; of every effect of every event (k,) the trips met, the measured TEU that
    none before it met, the TEU-days held; `cohort_teu`: all measured freight.
    """

    events: int
    trips: Ints
    bound_teu: Ints
    held_teu_d: Floats
    cohort_teu: int


@DISRUPTION_MEASURES.measure(
    "struck", EVENTS, "times struck", "events that hold in the measured time", Nature.AMOUNT, heading="times struck"
)  # fmt: skip
def _struck(struck: Struck) -> float:
    """Events in the measured time."""
    return float(struck.events)


@DISRUPTION_MEASURES.measure(
    "trips", TRIPS, "trips met", "trips met by all its events", Nature.AMOUNT, heading="trips met"
)  # fmt: skip
def _trips(struck: Struck) -> float:
    """Trips met."""
    return float(struck.trips.sum())


@DISRUPTION_MEASURES.measure(
    "bound", VOLUME, "freight met", "measured freight met, each consignment once", Nature.AMOUNT, heading="TEU met"
)  # fmt: skip
def _met(struck: Struck) -> float:
    """Freight met."""
    return float(struck.bound_teu.sum())


@DISRUPTION_MEASURES.measure(
    "bound.share", FINE_PART, "share met", "freight met, as a share of all measured freight", Nature.PORTION,
    heading="share %", with_interval=True,
)  # fmt: skip
def _share_met(struck: Struck) -> float:
    """Freight met beside all measured freight."""
    return 100 * _met(struck) / struck.cohort_teu if struck.cohort_teu else float("nan")


@DISRUPTION_MEASURES.measure(
    "held", TEU_DAYS, "freight held", "time that freight was at what it closed, or waited for it", Nature.AMOUNT,
    heading="held TEU-d",
)  # fmt: skip
def _held(struck: Struck) -> float:
    """Time that freight was held."""
    return float(struck.held_teu_d.sum())


_KEY = ["scenario", "disruption", "measure", "unit"]
DISRUPTION_VALUES = ["scenario", "replication", "disruption", "measure", "unit", "value"]
DISRUPTION_SUMMARY = [*_KEY, "estimate", "low", "high", "replications"]


def disruption_values(reckoning: Reckoning) -> pd.DataFrame:
    """Measures of each disruption in a replication.

    Returns scenario, replication, disruption, measure, unit, value; there are rows for every disruption of the scenario, 0 where it
    did not strike. Freight that several disruptions meet counts under each: rows do not add up. The share is not a number where
    nothing is measured.
    """
    import pandas as pd

    cohort_teu, met = reckoning.cohort_teu, reckoning.struck
    rows = []
    for number, name in enumerate(reckoning.disruptions):
        mine = met.disruption == number
        events = len(np.unique(met.event[mine & met.measured]))
        struck = Struck(events, met.trips[mine], met.bound_teu[mine], met.held_teu_d[mine], cohort_teu)
        rows += [
            (reckoning.scenario, reckoning.replication, name, one.name, one.unit, one.made(struck))
            for one in DISRUPTION_MEASURES.values()
        ]
    return pd.DataFrame(rows, columns=DISRUPTION_VALUES)


def summarise_disruptions(values: pd.DataFrame) -> pd.DataFrame:
    """Means over replications with 95 % intervals, of every disruption, those that never struck included.

    Parameters: values as `disruption_values` returns them, of all replications. Returns scenario, disruption, measure, unit,
    estimate, low, high (not a number with fewer than two values), replications (those with a value).
    """
    import pandas as pd

    rows = [
        (*key, *mean_interval(group["value"]))
        for key, group in values.groupby(_KEY, sort=False, observed=True)
    ]
    return pd.DataFrame(rows, columns=DISRUPTION_SUMMARY)
