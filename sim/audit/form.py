"""The form of rows: they have what their kind needs and name only what the plan has."""

from __future__ import annotations

import numpy as np

from sim.audit.events import EVENTS
from sim.audit.rules import Violation
from sim.contract import NEVER, ROW, Cause, EventLog, PlaceKind, SampledPlan


def misfits(plan: SampledPlan, log: EventLog) -> list[Violation]:
    """Rows that lack what their kind needs, or name what the plan does not have."""
    rows = log.rows
    fits = _known(plan, rows)
    told = np.zeros(len(rows), bool)
    has_consignment, has_trip = rows["consignment"] >= 0, rows["trip"] >= 0
    for kind, event in EVENTS.items():
        whose = np.zeros(len(rows), bool)
        for consignment, trip in event.whose:
            whose |= (has_consignment == consignment) & (has_trip == trip)
        own = rows["kind"] == kind
        told |= (
            own & whose & np.isin(rows["place_kind"], event.places) & ((rows["cause"] >= 0) == event.cause)
        )
        fits &= ~own | ((event.span | (rows["span_s"] == 0)) & (event.policy | (rows["policy"] == -1)))
    wrong = np.flatnonzero(~(fits & told))
    return [Violation("form", f"row {i}", -1, f"{rows[i]} does not fit {ROW.names}") for i in wrong]


def _known(plan: SampledPlan, rows: np.ndarray) -> np.ndarray:
    """Which rows have numbers that mean something: causes, consignments, trips, places, seconds of the period."""
    limits = {
        PlaceKind.NOWHERE: 0,
        PlaceKind.CHAIN: len(plan.chain_first) - 1,
        PlaceKind.SERVICE: plan.n_services,
        PlaceKind.GATE: len(plan.gate_headway_s),
        PlaceKind.STATION: len(plan.station_servers),
        PlaceKind.LEG: len(plan.leg_calendar),
        PlaceKind.FLEET: len(plan.fleet_withdrawn),
        PlaceKind.FACILITY: NEVER,
    }
    known = np.isin(rows["place_kind"], list(PlaceKind))
    known &= np.isin(rows["cause"], [-1, *Cause]) & (rows["span_s"] >= 0)
    known &= (rows["time_s"] >= 0) & (rows["time_s"] < plan.period_s)
    known &= (rows["consignment"] >= -1) & (rows["consignment"] < plan.n_consignments)
    known &= (rows["trip"] >= -1) & (rows["trip"] < plan.n_trips)
    for place_kind, limit in limits.items():
        within = (rows["place"] >= min(0, limit - 1)) & (rows["place"] < limit)
        known &= (rows["place_kind"] != place_kind) | within
    return known
