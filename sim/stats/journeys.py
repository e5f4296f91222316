"""Time and cost along a chain: where the days and dollars are spent between origin and destination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.stats.intervals import positive_interval
from sim.stats.weighted import Floats, weighted_mean, weighted_quantiles
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import NetworkRecord

NEAR_KM = 60.0
"""Places nearer than this to each other are one stop: the two sides of a border."""
_COLUMNS = ["km", "place", "stage", "days", "low", "high", "free_days", "usd", "replications"]


@dataclass(frozen=True)
class Stage:
    """A part of a chain: `kind` is yard (waiting for a vehicle), running or handling; `place` is where it ends.

    `spot` says where it is: running on a line is known by the line's id, handling by its facility, waiting by the service.
    """

    service: str
    kind: str
    spot: str
    place: str
    km_from: float
    km_to: float
    usd: float


def stages_of(network: NetworkRecord, chain: str) -> list[Stage]:
    """The stages of a chain in order. Parameters: network as `network.json` has it; chain: an id in it."""
    stages, km = [], 0.0
    for name in network.chains[chain].services:
        service = network.services[name]
        route, fees = service.route, service.fees
        stages.append(Stage(name, "yard", name, route[0], km, km, service.charge))
        # A train that is ready may have to wait for the first line.
        stages.append(Stage(name, "handling", route[0], route[0], km, km, 0.0))
        for (_, end), leg, usd in zip(pairwise(route), service.legs, service.leg_costs, strict=True):
            begun, km = km, km + network.legs[leg].length_m / 1000
            stages.append(Stage(name, "running", leg, end, begun, km, usd))
            stages.append(Stage(name, "handling", end, end, km, km, fees.get(end, 0.0)))
    return stages


def journey(
    visits: pd.DataFrame,
    trips: pd.DataFrame,
    levels: pd.DataFrame,
    consignments: pd.DataFrame,
    stages: Sequence[Stage],
    chain: str,
    window_s: tuple[int, int],
) -> pd.DataFrame:
    """Days and dollars spent up to every point of a chain, with waiting and without.

    Parameters: visits, trips, levels, consignments as in `results.columns`, of one scenario; stages of the chain; window_s: the
    measured time. Returns km, place, stage, days, low, high (mean over replications of the mean time up to there, waits
    included, with its 95 % interval), free_days (sum of the median running and handling times), usd (USD/FEU, charges of
    the flow and surcharges at the origin), replications; a row for the origin and for the end of every stage. Empty when
    no freight of the chain was delivered. The mean time at the end is that of the delivered freight; what it spent neither
    running, handled nor waiting aboard is shared among the terminals as the boxes in their yards are.
    """
    import pandas as pd

    mine = consignments[
        (consignments["chain"] == chain)
        & consignments["measured"]
        & (consignments["status"] == "delivered").to_numpy()
    ]
    replications = sorted(mine["replication"].unique())
    if not replications:
        return pd.DataFrame(columns=_COLUMNS)
    ridden = _ridden(visits, stages)
    yards = _yard_shares(levels, trips, stages, window_s)
    means = _mean_seconds(ridden)
    ends = np.array([
        _elapsed(means.get(one, {}), mine[mine["replication"] == one], stages, yards) for one in replications
    ])  # fmt: skip
    spread = [positive_interval(values) for values in ends.T]
    free = np.cumsum([0.0, *_free(ridden, stages)]) / DAY_S
    paid = np.cumsum([_flow_charge(mine, stages), *(stage.usd for stage in stages)])
    return pd.DataFrame(
        {
            "km": [0.0, *(stage.km_to for stage in stages)],
            "place": [stages[0].place, *(stage.place for stage in stages)],
            "stage": ["origin", *(stage.kind for stage in stages)],
            "days": [one.estimate for one in spread],
            "low": [one.low for one in spread],
            "high": [one.high for one in spread],
            "free_days": free,
            "usd": paid,
            "replications": len(replications),
        },
        columns=_COLUMNS,
    )


def _ridden(visits: pd.DataFrame, stages: Sequence[Stage]) -> pd.DataFrame:
    """Finished visits of the chain's services in the measured time, with the stage's kind and spot; an empty train counts
    as one TEU. What waits to enter a line is handled where that begins.
    """
    import pandas as pd

    chosen = visits["service"].isin({stage.service for stage in stages})
    found = visits[chosen & visits["measured"] & (visits["ended_s"] >= 0)]
    running = (found["place_kind"] == "leg").to_numpy()
    kind = pd.Categorical.from_codes(running.astype(int), pd.Index(["handling", "running"]))
    spot = pd.Series(
        np.where(running, found["leg"].astype(object), found["facility"].astype(object)), found.index
    )
    return found.assign(spot=spot.astype("category"), kind=kind, weight=found["load_teu"].clip(lower=1))


def _mean_seconds(ridden: pd.DataFrame) -> dict[int, dict[tuple[str, str, str], float]]:
    """For each replication the mean seconds aboard by service, kind and spot, waits included."""
    keyed = ridden.assign(spent=(ridden["wait_s"] + ridden["work_s"]) * ridden["weight"])
    key = ["replication", "service", "kind", "spot", "place_kind", "place"]
    sums = keyed.groupby(key, observed=True)[["spent", "weight"]].sum()
    means = (sums["spent"] / sums["weight"]).groupby(level=[0, 1, 2, 3], observed=True).sum()
    found: dict[int, dict[tuple[str, str, str], float]] = {}
    for replication, service, kind, spot, seconds in means.reset_index().itertuples(index=False):
        found.setdefault(replication, {})[str(service), str(kind), str(spot)] = float(seconds)
    return found


def _elapsed(
    means: Mapping[tuple[str, str, str], float],
    mine: pd.DataFrame,
    stages: Sequence[Stage],
    yards: Mapping[str, float],
) -> Floats:
    """Mean days up to the end of every stage in one replication, 0 at the origin first."""
    aboard = [float(means.get((stage.service, stage.kind, stage.spot), 0.0)) for stage in stages]
    total = weighted_mean(mine["transit_s"].to_numpy(float), mine["size_teu"].to_numpy(float))
    waited = max(total - sum(aboard), 0.0)
    spent = [
        waited * yards[stage.service] if stage.kind == "yard" else seconds
        for stage, seconds in zip(stages, aboard, strict=True)
    ]
    return np.cumsum([0.0, *spent]) / DAY_S


def _yard_shares(
    levels: pd.DataFrame, trips: pd.DataFrame, stages: Sequence[Stage], window_s: tuple[int, int]
) -> dict[str, float]:
    """How the waiting for vehicles is shared among the services: by mean TEU in the yard over TEU carried (Little's law)."""
    inside = levels[(levels["time_s"] >= window_s[0]) & (levels["time_s"] < window_s[1])]
    queued = inside[inside["place_kind"] == "yard"].groupby("place", observed=True)["teu"].sum().to_dict()
    carried = trips[trips["measured"]].groupby("service", observed=True)["load_teu"].sum().to_dict()
    services = [stage.service for stage in stages if stage.kind == "yard"]
    waits = [queued.get(name, 0) / max(carried.get(name, 0), 1) for name in services]
    total = sum(waits)
    return {
        name: wait / total if total else 1 / len(services) for name, wait in zip(services, waits, strict=True)
    }


def _free(ridden: pd.DataFrame, stages: Sequence[Stage]) -> list[float]:
    """Median seconds of every stage without waiting, weighted by TEU; stages of a yard take no time."""
    medians: dict[tuple[str, str, str], float] = {}
    for key, group in ridden.groupby(["service", "kind", "spot", "place_kind"], observed=True):
        service, kind, spot = (str(part) for part in key[:3])
        (median,) = weighted_quantiles(
            group["work_s"].to_numpy(float), group["weight"].to_numpy(float), [0.5]
        )
        medians[service, kind, spot] = medians.get((service, kind, spot), 0.0) + median
    return [medians.get((stage.service, stage.kind, stage.spot), 0.0) for stage in stages]


def _flow_charge(mine: pd.DataFrame, stages: Sequence[Stage]) -> float:
    """What freight of the chain paid beside its services, in USD per FEU: charges of its flow and surcharges."""
    paid = weighted_mean(mine["cost_usd_per_feu"].to_numpy(float), mine["size_teu"].to_numpy(float))
    return max(paid - sum(stage.usd for stage in stages), 0.0)


def stops(journey: pd.DataFrame, near_km: float = NEAR_KM) -> pd.DataFrame:
    """Time between arrival and departure along a journey; places less than `near_km` after the one before are one stop.

    Parameters: journey of `journey`. Returns places (tuple of the two where most time is spent, in the order of the
    journey), km (of the first that is counted), days, reached (days since release when the last is left).
    """
    import pandas as pd

    spent = journey["days"].diff().fillna(journey["days"])
    still = journey.assign(spent=spent)[journey["stage"] != "running"]
    found = still.groupby(["place", "km"], sort=False).agg(days=("spent", "sum"), reached=("days", "max"))
    found = found[found["days"] > 0].reset_index()
    group = (found["km"].diff().fillna(0) >= near_km).cumsum()
    rows = []
    for _, near in found.groupby(group):
        most = near.nlargest(2, "days").sort_index()
        telling = most[most["days"] >= 0.1 * most["days"].sum()]
        km = float(telling["km"].iloc[0])
        rows.append((tuple(telling["place"]), km, float(near["days"].sum()), float(near["reached"].max())))
    return pd.DataFrame(rows, columns=["places", "km", "days", "reached"])
