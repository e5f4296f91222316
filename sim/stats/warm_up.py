"""How long a simulation takes to warm up: MSER-5 (White, Cobb & Spratt 2000)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sim.errors import LandbridgeError
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

BATCH = 5
"""Observations in a batch."""
_BATCHES_MIN = 4


def mser5(series: ArrayLike) -> int:
    """Index of the first observation to keep, by the least standard error of what is left, in batches of five.

    Parameters: series (n,) of successive observations. At most half of it is given up: an answer near n / 2 says that
    the series is too short to tell. Raises LandbridgeError with fewer than 20 observations.
    """
    x = np.asarray(series, dtype=float)
    batches = len(x) // BATCH
    if batches < _BATCHES_MIN:
        raise LandbridgeError(
            f"MSER-5 needs at least {BATCH * _BATCHES_MIN} observations, got {len(x)}. Give it a longer run."
        )
    means = x[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    # Sums over what is left after giving up the first d batches; centred first, so that no digits cancel.
    rest = (means - means.mean())[::-1]
    left = np.arange(batches, 0, -1)
    total, squares = rest.cumsum()[::-1], (rest**2).cumsum()[::-1]
    error = (squares - total**2 / left) / left**2
    return int(np.argmin(error[: batches // 2 + 1])) * BATCH


def suggest_warm_up(consignments: pd.DataFrame) -> int:
    """Warm-up in seconds (whole days), found by MSER-5 in the daily mean transit times.

    Parameters: consignments as in `results.columns`, of one scenario and any number of replications. The series is the
    mean transit time by day of release, weighted by TEU, over all replications; days after the last measured
    consignment are left out, because what is released then has not had the time to arrive.
    Raises LandbridgeError when freight was released on fewer than 20 days.
    """
    carried = consignments[consignments["status"] != "refused"]
    carried = carried[carried["release_s"] <= carried.loc[carried["measured"], "release_s"].max()]
    day = carried["release_s"] // DAY_S
    teu = carried["size_teu"]
    daily = (carried["transit_s"] * teu).groupby(day).sum() / teu.groupby(day).sum()
    first = mser5(daily.to_numpy())
    return int(daily.index[first]) * DAY_S if first else 0
