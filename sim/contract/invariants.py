"""What must hold in every log, whatever the engine: the log is replayed row by row against its plan.

Nothing is simulated: the replay takes every row as told and asks whether it could be. Where the rules leave one second
only (a gate that is free lets nobody wait, a full train leaves), it asks for that second.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.contract.audit import Row, as_text
from sim.contract.audit_choices import ChoiceAudit
from sim.contract.log import ROW, EventLog
from sim.contract.plan import SampledPlan
from sim.contract.tables import NEVER, Cause, EventKind, PlaceKind
from sim.errors import EngineError

__all__ = ["RULES", "as_text", "check_log", "violations"]

RULES = {
    "form": "every row has the columns of its kind",
    "order": "rows stand in order of time",
    "conservation": "a consignment is released once, in one place at a time, and delivered or refused once or under way",
    "choice": "a consignment takes the open chain that is first or worth most to it, from what was known; refused when none is",
    "capacity": "no more TEU aboard than loaded at the terminal, or with the spare room on the way",
    "fleet": "a vehicle leaves from where one is, and runs empty when it has idled too long or is called, and only then",
    "dispatch": "a trip leaves when its rule says, with all that fits",
    "turn": "express before ordinary, then first come, first served; nobody waits where it is free",
    "headway": "a gate keeps its minimum headway",
    "servers": "no more trips are handled than there are servers",
    "closure": "nothing passes, starts or departs while closed",
    "work": "work takes the plan's draws, over the calendar",
    "causes": "every second has its cause, and they sum exactly to the transit time",
    "acts": "a consignment is held where a policy's act is in force, for its time",
}
MOST_FOUND = 12
_COLUMNS = {
    EventKind.RELEASED: (True, False, PlaceKind.CHAIN),
    EventKind.REFUSED: (True, False, PlaceKind.NOWHERE),
    EventKind.BARRED: (True, False, PlaceKind.CHAIN),
    EventKind.REROUTED: (True, False, PlaceKind.CHAIN),
    EventKind.BOARDED: (True, True, PlaceKind.SERVICE),
    EventKind.DEPARTED: (False, True, PlaceKind.SERVICE),
    EventKind.PASSED: (False, True, PlaceKind.GATE),
    EventKind.STARTED: (False, True, PlaceKind.STATION),
    EventKind.FINISHED: (False, True, PlaceKind.STATION),
    EventKind.ARRIVED: (False, True, PlaceKind.LEG),
    EventKind.SET_OUT: (True, True, PlaceKind.FACILITY),
    EventKind.ATTACHED: (True, True, PlaceKind.FACILITY),
    EventKind.UNLOADED: (True, True, PlaceKind.SERVICE),
    EventKind.DELIVERED: (True, False, PlaceKind.CHAIN),
    EventKind.FREED: (False, True, PlaceKind.FLEET),
    EventKind.LAPSED: (False, False, PlaceKind.SERVICE),
    EventKind.CALLED: (False, False, PlaceKind.SERVICE),
}
"""Kind: whether it has a consignment, whether a trip, and its kind of place; CLEARED, WAITED and RETURNED vary."""
_CAUSED = (
    EventKind.WAITED,
    EventKind.FINISHED,
    EventKind.ARRIVED,
    EventKind.CLEARED,
    EventKind.RETURNED,
    EventKind.LAPSED,
)
_AMID_CHECK = (EventKind.SET_OUT, EventKind.ATTACHED, EventKind.WAITED, EventKind.STARTED)


def check_log(plan: SampledPlan, log: EventLog) -> None:
    """Raise EngineError, with seed, replication and what is wrong, unless a log keeps every rule in `RULES`."""
    found = violations(plan, log)
    if found:
        raise EngineError(
            f"seed {plan.seed}, replication {plan.replication}: the log breaks the rules.\n"
            + "\n".join(found)
        )


def violations(plan: SampledPlan, log: EventLog) -> list[str]:
    """What is wrong with a log, the first few: "rule: entity at second t: words" and the entity's rows; empty when fine.

    A leg is taken to last a second at least, and no service to start with a checkpoint, as in every sampled plan.
    """
    return _misfits(plan, log) or Replay(plan, log).run()


def _misfits(plan: SampledPlan, log: EventLog) -> list[str]:
    """Rows that lack what their kind needs, or name what the plan does not have."""
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
    rows = log.rows
    known = np.isin(rows["kind"], list(EventKind)) & np.isin(rows["place_kind"], list(PlaceKind))
    known &= np.isin(rows["cause"], [-1, *Cause]) & (rows["span_s"] >= 0)
    known &= (rows["time_s"] >= 0) & (rows["time_s"] < plan.period_s)
    known &= (rows["consignment"] >= -1) & (rows["consignment"] < plan.n_consignments)
    known &= (rows["trip"] >= -1) & (rows["trip"] < plan.n_trips)
    for place_kind, limit in limits.items():
        known &= (rows["place_kind"] != place_kind) | (
            (rows["place"] >= min(0, limit - 1)) & (rows["place"] < limit)
        )
    for kind, (consignment, trip, place_kind) in _COLUMNS.items():
        fits = (rows["consignment"] >= 0) == consignment
        fits &= ((rows["trip"] >= 0) == trip) & (rows["place_kind"] == place_kind)
        known &= (rows["kind"] != kind) | fits
    known &= (rows["kind"] != EventKind.WAITED) | ((rows["consignment"] >= 0) != (rows["trip"] >= 0))
    known &= (rows["kind"] != EventKind.CLEARED) | ((rows["consignment"] >= 0) & (rows["trip"] < 0))
    empty = (rows["consignment"] < 0) & (rows["trip"] < 0)
    empty &= np.isin(rows["place_kind"], (PlaceKind.FLEET, PlaceKind.SERVICE))
    known &= (rows["kind"] != EventKind.RETURNED) | empty
    caused = np.isin(rows["kind"], _CAUSED)
    known &= ((rows["cause"] >= 0) == caused) & (
        (rows["span_s"] == 0) | (caused & (rows["kind"] != EventKind.LAPSED))
    )
    known &= (rows["policy"] == -1) | np.isin(
        rows["kind"], (EventKind.REFUSED, EventKind.CLEARED, EventKind.BARRED)
    )
    return [f"form: row {i}: {rows[i]} does not fit {ROW.names}" for i in np.flatnonzero(~known)[:MOST_FOUND]]


class Replay(ChoiceAudit):
    """The whole log, row by row, and what is missing at the period's end."""

    def run(self) -> list[str]:
        """Replay every row; return what was found, at most `MOST_FOUND`."""
        tell: dict[int, Callable[[Row], None]] = {
            kind: getattr(self, f"_{kind.name.lower()}") for kind in EventKind
        }
        self._settle_fleets(0)
        for row in map(Row._make, self.rows):
            self.row = row
            self.must(row.time_s >= self.now, "order", "it comes after a later row")
            if row.time_s > self.now:
                self._settle_fleets(row.time_s)
            self._settle(row.time_s)
            self.now = max(self.now, row.time_s)
            self._said(row)
            if self.loading is not None:
                self._keep_loading(row)
            if self.checking is not None and row.kind not in _AMID_CHECK:
                self._end_check()
            tell[row.kind](row)
            if len(self.found) >= MOST_FOUND:
                return self.found
        self._end()
        return self.found

    def _cleared(self, row: Row) -> None:
        goods = self.goods[row.consignment]
        if not self.must(goods.state in ("delayed", "set out") and goods.owed, "acts", "nothing held it"):
            return
        self.must(self.now == goods.due_s, "acts", f"held until second {goods.due_s}")
        self.must(
            (row.span_s, row.policy) == goods.owed.pop(0), "acts", "seconds and policy of the act in force"
        )
        there = (PlaceKind.FACILITY, goods.facility) if goods.state == "set out" else (PlaceKind.NOWHERE, -1)
        here = (row.place_kind, row.place) == there and row.cause == Cause.POLICY
        self.must(here, "acts", "held there by a policy")
        goods.own_s += row.span_s
        if goods.owed:
            return
        if goods.state == "delayed":
            self._join(row.consignment)
        else:
            goods.state, goods.since_s = "cleared", self.now
            self.yards[goods.yard].join(self.express[row.consignment], row.consignment, self.now)

    def _delivered(self, row: Row) -> None:
        goods = self.goods[row.consignment]
        here = goods.state == "arrived" and goods.since_s == self.now and goods.chain == row.place
        self.must(here, "conservation", f"it is {goods.state}, or on another chain")
        goods.state = "delivered"
        transit_s = self.now - int(self.plan.release_s[row.consignment])
        told_s = goods.own_s + goods.ridden_s
        self.must(told_s == transit_s, "causes", f"its causes sum to {told_s} s of {transit_s} s")

    def _end(self) -> None:
        """Nothing that was due before the period's end is missing."""
        if self.checking is not None:
            self._end_check()
        self.row = Row(0, -1, -1, -1, 0, -1, -1, 0, -1)
        self._said(self.row)
        self._settle_fleets(self.plan.period_s)
        self._settle(self.plan.period_s)
        self.now = self.plan.period_s
        self.must(self.barred is None, "choice", "told of a barred chain, and not of what was done instead")
        self.must(self.loading is None, "conservation", "a trip is loaded and does not depart")
        for c, goods in enumerate(self.goods):
            at_rest = goods.state not in ("not released", "arrived") and not goods.waits
            self.must(
                at_rest, "conservation", f"it is {goods.state}, and its next row is missing", consignment=c
            )
            held = goods.state in ("delayed", "set out")
            self.must(
                not held or goods.due_s >= self.now,
                "acts",
                f"held until second {goods.due_s} only",
                consignment=c,
            )
        for ride in self.rides.values():
            self._end_of_ride(ride)
        for s in range(self.plan.n_services):
            self._end_of_service(s)
        for f, fleet in enumerate(self.fleets):
            late = [run[0] for run in fleet.coming.values() if run[0] < self.now]
            self.must(not late, "fleet", f"an empty vehicle of fleet {f} is home at second {late[:1]}")
