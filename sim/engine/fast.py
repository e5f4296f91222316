"""The fast engine's host: it lays out plan and world for the compiled story (`story.tell`), runs it, and reads what came of it."""

from __future__ import annotations

import mmap
import threading
import weakref

import numpy as np
import numpy.typing as npt

from sim.compiled import Kernels
from sim.contract import ROW, UNLIMITED, Cause, EventLog, Ints, SampledPlan, book_sizes, met_by
from sim.engine.layout import (
    ENTITY_BITS,
    ROW_WORDS,
    SLICES_BITS,
    TIME_BITS,
    Fault,
    Fleet,
    Gate,
    Goods,
    Line,
    Station,
    Terminal,
    Trip,
    World,
    members,
    numbers_of,
    places,
    words,
)
from sim.errors import EngineError, PlanError

STORY = Kernels(
    "sim.engine.story",
    shared=(
        "sim.engine.agenda",
        "sim.engine.bulletins",
        "sim.engine.calendars",
        "sim.engine.draws",
        "sim.engine.fleets",
        "sim.engine.layout",
        "sim.engine.lines",
        "sim.engine.passages",
        "sim.engine.rows",
        "sim.engine.trips",
        "sim.engine.views",
        "sim.contract",
    ),
    what="the fast engine",
    takes="about a quarter of a minute",
)


def simulate_fast(plan: SampledPlan) -> EventLog:
    """Run one replication in compiled code.

    Raises EngineError where the reference does, PlanError when the plan is too large for an event to be one number.
    """
    bulletins = 2 * (plan.period_s // plan.bulletin_s + 2) if plan.bulletin_s else 0
    trains = plan.n_trips + len(plan.background_s)
    entities = max(trains, plan.n_consignments, len(plan.return_s), bulletins, plan.n_services + plan.n_gates)
    if plan.period_s >= 2**TIME_BITS or entities >= 2**ENTITY_BITS:
        raise PlanError(
            f"the fast engine takes at most {2**TIME_BITS:,} s and {2**ENTITY_BITS:,} trains, consignments or bulletins, "
            f"got {plan.period_s:,} s and {entities:,}. Use the reference engine."
        )
    # A consignment of the shipped scenarios has 22 to 27 rows, one that is alone on its trip has four for two steps. Room that is
    # not used costs nothing; too little costs a second run.
    rows = (
        (64 + 2 * int(np.diff(plan.step_first).max(initial=0))) * plan.n_consignments
        + len(plan.background_s)
        + 4_096
    )
    events = 4 * plan.n_consignments + plan.n_gates + 8_192
    columns = {name: value for name in _COLUMNS if isinstance(value := getattr(plan, name), np.ndarray)}
    seen = _header(SampledPlan, {name: np.ascontiguousarray(column) for name, column in columns.items()})
    for name in numbers_of(SampledPlan):
        seen[places(SampledPlan)[name]] = getattr(plan, name)
    while True:
        log = _KEPT.log(rows)
        world = _World(plan, log, events)
        STORY.tell(seen, world.header)
        if world["fault"] not in (Fault.AGENDA_FULL, Fault.LOG_FULL):
            break
        # More happened than was thought: once more with more room. The result does not depend on it.
        rows, events = 4 * rows, 4 * events
    _raise_fault(plan, world)
    return EventLog(log[: world["rows"]])


_COLUMNS = tuple(members(SampledPlan))
_CACHE_LINE = 8
"""Numbers that the machine fetches at once."""


def _raise_fault(plan: SampledPlan, world: _World) -> None:
    """Raise what stopped the engine, with seed, replication and second."""
    where = f"seed {plan.seed}, replication {plan.replication}, second {world['now']}: "
    at = world["fault_at"]
    if world["fault"] == Fault.NO_DRAWS:
        trips = int(plan.trip_first[at + 1] - plan.trip_first[at])
        raise EngineError(f"{where}service {at} has no draws for trip {trips}")
    if world["fault"] == Fault.NO_RETURNS:
        runs = world.rows("fleets")[at, places(Fleet)["returns"]]
        raise EngineError(f"{where}fleet {at} has no draws for empty run {runs}")


def _header(of: type, columns: dict[str, npt.NDArray[np.generic]]) -> Ints:
    """What a view is made of: single numbers (0 as yet), and where each column begins."""
    header = np.zeros(words(of), dtype=np.int64)
    lie = places(of)
    for name, column in columns.items():
        header[lie[name]] = column.ctypes.data
    return header


class _World:
    """An empty world: nobody anywhere, all vehicles at home or away as planned."""

    def __init__(self, plan: SampledPlan, log: npt.NDArray[np.void], events: int) -> None:
        # Behind the events of now: room for as many nodes (an event, the next node), then the first node of every slice.
        slice_bits = max(plan.period_s.bit_length() - SLICES_BITS, 0)
        slices = (plan.period_s >> slice_bits) + 1
        agenda = _KEPT.array("agenda", 3 * events + slices)
        agenda[3 * events :] = 0
        # Of trips nothing is read before it is written. Most are never used: they could depart and do not.
        trains = plan.n_trips + len(plan.background_s)
        trips, trip_row = (
            _KEPT.array(name, n * trains, sparse=True)
            for name, n in (("trips", words(Trip)), ("trip_row", 1))
        )
        self.columns: dict[str, npt.NDArray[np.generic]] = {
            "agenda": agenda, "trips": trips, "trip_row": trip_row, "log": log
        }  # fmt: skip
        self._cleared(_sizes(plan))
        self.header = _header(World, self.columns)
        for name, number in (
            ("rows_room", len(log)), ("events_room", events), ("node_new", events), ("slices", 3 * events),
            ("slice_bits", slice_bits), ("end_s", plan.period_s),
        ):  # fmt: skip
            self.header[places(World)[name]] = number
        self.rows("terminals")[:, [places(Terminal)[name] for name in ("day", "hold_over_s", "opens_s")]] = -1
        self.rows("stations")[:, places(Station)["wake_s"]] = -1
        met_first, met = met_by(plan)
        self.columns["met_first"][:] = met_first
        self.columns["met"][: len(met)] = met
        self._fill_fleets(plan)

    def __getitem__(self, name: str) -> int:
        return int(self.header[places(World)[name]])

    def rows(self, name: str) -> Ints:
        """Rows of a column, a line each."""
        return self.columns[name].reshape(-1, words(_ROWS[name])).view(np.int64)

    def _cleared(self, sizes: dict[str, int]) -> None:
        """Columns that begin as 0, one behind the other in one array."""
        room = _KEPT.array("world", sum(sizes.values()))
        room[:] = 0
        at = 0
        for name, size in sizes.items():
            self.columns[name] = room[at : at + size]
            at += size

    def _fill_fleets(self, plan: SampledPlan) -> None:
        """Put the vehicles of limited fleets where they are at first."""
        limited = np.where(plan.fleet_vehicles < UNLIMITED, plan.fleet_vehicles, 0).reshape(-1, 2)
        room = limited.sum(axis=1) + 1
        fleets, lie = self.rows("fleets"), places(Fleet)
        fleets[:, lie["unlimited"]] = plan.fleet_vehicles[::2] >= UNLIMITED
        fleets[:, lie["room"]] = room
        fleets[:, lie["ring"]] = 2 * (np.cumsum(room) - room)
        fleets[:, lie["look_s"]] = -1
        fleets[:, lie["count"] : lie["count"] + 2] = limited
        # Services in order, at either end of each fleet in order; those that have no fleet come first, and are left out.
        end_of = np.where(plan.fleet >= 0, 2 * plan.fleet + plan.fleet_end, -1)
        order = np.argsort(end_of, kind="stable")
        self.columns["hands_first"][:] = np.searchsorted(end_of[order], np.arange(2 * len(room) + 1))
        self.columns["hands"][:] = order


_ROWS: dict[str, type] = {
    "gates": Gate, "stations": Station, "goods": Goods, "terminals": Terminal, "yards": Line, "fleets": Fleet
}  # fmt: skip


def _sizes(plan: SampledPlan) -> dict[str, int]:
    """How many numbers each column of the world has that begins as 0."""
    counts = {
        "goods": plan.n_consignments,
        "gates": plan.n_gates,
        "stations": plan.n_stations,
        "terminals": plan.n_services,
        "yards": len(plan.step_kind),
        "fleets": plan.n_fleets,
    }
    limited = np.where(plan.fleet_vehicles < UNLIMITED, plan.fleet_vehicles, 0)
    return {
        **{name: words(_ROWS[name]) * n for name, n in counts.items()},
        **book_sizes(plan),
        "calendar_step": len(plan.calendar_first) - 1,
        "idle": 2 * (int(limited.sum()) + plan.n_fleets),
        "hands_first": 2 * plan.n_fleets + 1,
        "hands": plan.n_services,
        "errands": len(plan.return_s),
        "spans": len(Cause),
        "touched": plan.n_services + 1,
    }


class _Kept(threading.local):
    """Arrays that a thread uses for one replication after the other: to get new ones from the system takes longer than a tenth of a run.

    What was in them is not cleared. A log's array is used again when nobody has the log any more.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, Ints] = {}
        self.logs: list[Ints] = []

    def array(self, name: str, n: int, *, sparse: bool = False) -> Ints:
        """An array of `n` numbers; of a `sparse` one few are used."""
        kept = self.arrays.get(name)
        if kept is None or len(kept) < n:
            # NumPy asks for pages of 2 MB, each of which is cleared whole as soon as one number in it is used.
            kept = (
                np.frombuffer(mmap.mmap(-1, 8 * n), dtype=np.int64) if sparse else np.empty(n, dtype=np.int64)
            )
            self.arrays[name] = kept
        return kept[:n]

    def log(self, n: int) -> npt.NDArray[np.void]:
        """An array of `n` rows, which comes back when the last reference to it is gone."""
        kept = next((one for one in self.logs if len(one) >= ROW_WORDS * n), None)
        if kept is None:
            kept = np.empty(ROW_WORDS * n, dtype=np.int64)
        self.logs.clear()
        rows = np.frombuffer(memoryview(kept), dtype=ROW, count=n)  # type: ignore[arg-type]
        weakref.finalize(rows, _come_back, self.logs, kept).atexit = False
        return rows


def _come_back(logs: list[Ints], kept: Ints) -> None:
    """A log is gone: its array is the one that is used next, and another that was to be is let go."""
    logs[:] = [kept]


_KEPT = _Kept()
