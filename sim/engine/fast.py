"""The fast engine: the same story as `reference`, section by section, compiled. Same plan in, same log out, bit for bit.

Everything is a whole number in one of five arrays. `p` is the plan and `w` the world: both begin with a header that says
where each column begins, so `p[p[SIZE_TEU] + c]` is the size of consignment c. Trips, consignments, terminals and fleets
are rows of a few fields each in `w`. `work` holds the drawn work, `agenda` the events to come, `log` the rows told.
An event is one number: second, rank, entity; smaller comes first. Those of the present slice of time stand in order, the next
one last; those of every later slice are a list in no order, until it is their turn.
"""

from __future__ import annotations

import bisect
import mmap

import numpy as np

from sim.compiled import put_off
from sim.contract import (
    DAY_MIN,
    DAY_S,
    MINUTE_S,
    NEVER,
    OPEN,
    ROW,
    UNLIMITED,
    Cause,
    Dispatch,
    EventKind,
    EventLog,
    Ints,
    PlaceKind,
    Rank,
    SampledPlan,
    StepKind,
    calendars,
    closure_s,
    days_of,
    draw_of,
    whole_root,
)
from sim.contract import choice as choosing
from sim.engine.cache import prepared_folder, say_what_takes_long
from sim.errors import EngineError, PlanError

# The compiler reads the variable when it is imported; where there is no folder for it, nothing is kept.
CACHED = prepared_folder() is not None

from llvmlite import ir  # noqa: E402
from numba import carray, njit, types  # noqa: E402
from numba.extending import intrinsic, overload, register_jitable  # noqa: E402


@overload(bisect.bisect_right)
def _compiled_bisect(at_s, time_s):
    def search(at_s, time_s):
        low, high = 0, len(at_s)
        while low < high:
            middle = (low + high) // 2
            if time_s < at_s[middle]:
                high = middle
            else:
                low = middle + 1
        return low

    return search


# Written once for both engines.
for _function in (
    calendars.step_at,
    calendars.next_open,
    calendars.next_change,
    calendars.add_work,
    choosing.whole_root,
    choosing.closure_s,
    days_of,
    draw_of,
):
    register_jitable(_function)
step_at, next_open, next_change, add_work = (
    calendars.step_at, calendars.next_open, calendars.next_change, calendars.add_work,
)  # fmt: skip
compiled = njit(cache=CACHED, boundscheck=False, error_model="numpy")
# What is short and done for every event becomes a part of what calls it: that saves an eighth of a run (baseline).
small = njit(cache=CACHED, boundscheck=False, error_model="numpy", forceinline=True)

# fmt: off
# --- numbers of the tables ----------------------------------------------------------------------------------------

(
    PUBLISH, FLEET_CHANGED, STATION_CHANGED, FINISHED, ARRIVED, CLEARED, RETURNED, RELEASED, GATE_FREE, PASSED,
    TIMETABLE, SERVICE_OPENED, HOLD_OVER, PATIENCE_OVER, IDLE_OVER, DEPARTED,
) = (int(rank) for rank in Rank)
(
    K_RELEASED, K_REFUSED, K_WAITED, K_BOARDED, K_DEPARTED, K_PASSED, K_STARTED, K_FINISHED, K_ARRIVED, K_SET_OUT,
    K_CLEARED, K_ATTACHED, K_UNLOADED, K_DELIVERED, K_FREED, K_RETURNED, K_LAPSED, K_BARRED, K_REROUTED,
    K_CALLED,
) = (int(kind) for kind in EventKind)
P_NOWHERE, P_CHAIN, P_SERVICE, P_GATE, P_STATION, P_LEG, P_FLEET, P_FACILITY = (
    int(kind) for kind in PlaceKind
)
STEP_GATE, STEP_HANDLE, STEP_RUN, STEP_CHECK = (int(kind) for kind in StepKind)
C_RUNNING, C_VEHICLE, C_LOAD, C_PATH, C_CRANE, C_POLICY = (
    int(cause) for cause in (Cause.RUNNING, Cause.VEHICLE, Cause.LOAD, Cause.PATH, Cause.CRANE, Cause.POLICY)
)
CAUSES = len(Cause)
FULL, HELD, BY_TIMETABLE = (int(rule) for rule in Dispatch)

# --- the plan: columns of `p` -------------------------------------------------------------------------------------

PLAN_COLUMNS = (
    "calendar_first", "calendar_at_s", "calendar_value", "calendar_cause", "calendar_policy",
    "release_s", "size_teu", "express", "options", "act_first", "patience_s", "taste_first",
    "options_first", "options_day_cents", "options_spread_cents", "option_chain", "option_calendar", "option_extra",
    "act_facility", "act_from_s", "act_until_s", "act_span_s", "act_policy", "policy_place",
    "chain_first", "chain_service",
    "capacity_teu", "spare_teu", "full_teu", "dispatch", "hold_s", "load_teu_min", "call_teu", "service_express", "service_calendar",
    "fleet", "fleet_end", "trip_first", "turns", "reserve", "slot_first", "slot_s", "step_first",
    "service_from", "service_price", "service_mean_s", "service_variance_min2", "service_usual_s",
    "notice_first", "notice_known_from_s", "notice_known_until_s", "notice_closed_from_s", "notice_closed_until_s",
    "notice_offset_s", "step_kind", "step_place", "work_first",
    "gate_headway_s", "gate_calendar", "station_servers", "station_rate", "station_cause", "leg_calendar", "leg_cause",
    "fleet_vehicles", "fleet_withdrawn", "return_after_s", "call_after_s", "return_first", "return_s", "taste_cents",
    "behind_first", "behind_cents",
)
(
    CALENDAR_FIRST, CALENDAR_AT_S, CALENDAR_VALUE, CALENDAR_CAUSE, CALENDAR_POLICY,
    RELEASE_S, SIZE_TEU, EXPRESS, OPTIONS, ACT_FIRST, PATIENCE_S, TASTE_FIRST,
    OPTIONS_FIRST, OPTIONS_DAY_CENTS, OPTIONS_SPREAD_CENTS, OPTION_CHAIN, OPTION_CALENDAR, OPTION_EXTRA,
    ACT_FACILITY, ACT_FROM_S, ACT_UNTIL_S, ACT_SPAN_S, ACT_POLICY, POLICY_PLACE,
    CHAIN_FIRST, CHAIN_SERVICE,
    CAPACITY_TEU, SPARE_TEU, FULL_TEU, DISPATCH, HOLD_S, LOAD_TEU_MIN, CALL_TEU, SERVICE_EXPRESS, SERVICE_CALENDAR,
    FLEET, FLEET_END, TRIP_FIRST, TURNS, RESERVE, SLOT_FIRST, SLOT_S, STEP_FIRST,
    SERVICE_FROM, SERVICE_PRICE, SERVICE_MEAN_S, SERVICE_VARIANCE_MIN2, SERVICE_USUAL_S,
    NOTICE_FIRST, NOTICE_KNOWN_FROM_S, NOTICE_KNOWN_UNTIL_S, NOTICE_CLOSED_FROM_S, NOTICE_CLOSED_UNTIL_S,
    NOTICE_OFFSET_S, STEP_KIND, STEP_PLACE, WORK_FIRST,
    GATE_HEADWAY_S, GATE_CALENDAR, STATION_SERVERS, STATION_RATE, STATION_CAUSE, LEG_CALENDAR, LEG_CAUSE,
    FLEET_VEHICLES, FLEET_WITHDRAWN, RETURN_AFTER_S, CALL_AFTER_S, RETURN_FIRST, RETURN_S, TASTE_CENTS,
    BEHIND_FIRST, BEHIND_CENTS,
) = range(len(PLAN_COLUMNS))
PLAN_NUMBERS = (
    "period_s", "bulletin_s", "lag_s", "open_end_s",
    "consignments", "services", "gates", "stations", "legs", "fleets", "chains", "facilities",
)
(
    PERIOD_S, BULLETIN_S, LAG_S, OPEN_END_S,
    N_CONSIGNMENTS, N_SERVICES, N_GATES, N_STATIONS, N_LEGS, N_FLEETS, N_CHAINS, N_FACILITIES,
) = range(len(PLAN_COLUMNS), len(PLAN_COLUMNS) + len(PLAN_NUMBERS))

# --- the world: columns of `w` ------------------------------------------------------------------------------------
# First single numbers, then where each column begins.

(
    NOW, EVENTS, ROWS, FAULT, FAULT_SERVICE, TOLD_FIRST, TOLD_N, AGENDA_ROOM, LOG_ROOM,
    END_S, SLICE_BITS, SLICE, SLICES, NODE_FREE, NODE_NEW,
) = range(15)
FAULT_AGENDA, FAULT_LOG, FAULT_DRAWS, FAULT_RETURNS = 1, 2, 3, 4
WORLD_COLUMNS = (
    "gate", "station", "trip", "goods", "terminal", "yard", "vehicles", "idle", "hands_first", "hands", "errand",
    "spans", "touched", "book", "told", "met_first", "met", "time_s", "variance", "wait_s",
    "ahead_s", "ahead_min", "ahead_cents", "steady", "ways",
)
(
    GATE, STATION, TRIP, GOODS, TERMINAL, YARD, VEHICLES, IDLE, HANDS_FIRST, HANDS, ERRAND,
    SPANS, TOUCHED, BOOK, TOLD, MET_FIRST, MET, TIME_S, VARIANCE, WAIT_S,
    AHEAD_S, AHEAD_MIN, AHEAD_CENTS, STEADY, WAYS,
) = range(15, 15 + len(WORLD_COLUMNS))

ROW_WORDS = ROW.itemsize // 8
"""Words of a row of the log: `write` puts its columns together."""

# Fields of a row. Links hold a number plus one, 0 is nobody. A line has a head and a tail for each class.
HEAD, TAIL = 0, 2
G_NEXT_FREE_S, G_DUE, GATE_FIELDS = 4, 5, 6
N_BUSY, N_WAKE_S, STATION_FIELDS = 4, 5, 6
T_SERVICE, T_STEP, T_DRAW, T_SINCE_S, T_WORK_S, T_NEXT, T_FIRST, T_LAST, TRIP_FIELDS = (
    0, 1, 2, 3, 4, 5, 6, 7, 8,
)
B_CHAIN, B_LEG, B_NEXT, B_PREVIOUS, B_SINCE_S, B_JOINED, B_THINK_S, B_YARD, GOODS_FIELDS = (
    0, 1, 2, 3, 4, 5, 6, 7, 8,
)
(
    S_TEU, S_DEPARTURES, S_DAY, S_TODAY, S_BEYOND, S_SLOT_DUE, S_SLOTS_PAST, S_HOLD_OVER_S, S_OPENS_S, S_COMING,
    TERMINAL_FIELDS,
) = (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)
YARD_FIELDS = 4
F_WITHDRAWN, F_RETURNS, F_UNLIMITED, F_ROOM, F_RING, F_START, F_COUNT, F_EMPTY, F_LOOK_S, FLEET_FIELDS = (
    0, 1, 2, 3, 4, 5, 7, 9, 10, 11,
)
BOOK_FIELDS = 4
TIME_BITS, RANK_BITS, ENTITY_BITS = 30, 4, 29
SLICES_BITS = 18  # at most 2^18 slices: a year of 256 s each, with a few events
MANY_OF_A_SLICE = 256  # events of a slice that are put in order one by one; beyond, that would take the square of their number
# fmt: on


def compile_all() -> None:
    """Compile everything, or load it from disk where that was done before. Ctrl-C takes effect when it is done."""
    if tell.signatures:
        return
    say_what_takes_long()
    array = types.Array(types.int64, 1, "C")
    drawn = types.Array(types.int64, 1, "C", readonly=True)
    # An interruption in the middle of the compiler ends the program with a fault of memory.
    with put_off():
        tell.compile((array, array, drawn, array, array))


def simulate_fast(plan: SampledPlan) -> EventLog:
    """Run one replication in compiled code.

    Raises EngineError where the reference does, PlanError when the plan is too large for an event to be one number.
    """
    bulletins = 2 * (plan.period_s // plan.bulletin_s + 2) if plan.bulletin_s else 0
    entities = max(plan.n_trips, plan.n_consignments, len(plan.return_s), bulletins)
    if plan.period_s >= 2**TIME_BITS or entities >= 2**ENTITY_BITS:
        raise PlanError(
            f"the fast engine takes at most {2**TIME_BITS:,} s and {2**ENTITY_BITS:,} trips, consignments or bulletins, "
            f"got {plan.period_s:,} s and {entities:,}. Use the reference engine."
        )
    compile_all()
    p = _packed(plan)
    # A consignment of the shipped scenarios has 22 to 27 rows, one that is alone on its trip has four for two steps. Room that is
    # not used costs nothing; too little costs a second run.
    rows = (64 + 2 * int(np.diff(plan.step_first).max(initial=0))) * plan.n_consignments + 4_096
    events = 4 * plan.n_consignments + 8_192
    while True:
        w = _world(plan)
        log, w[LOG_ROOM] = np.empty(rows * ROW_WORDS, dtype=np.int64), rows
        # Behind the events of now: room for as many nodes (an event, the next node), then the first node of every slice.
        slice_bits = max(plan.period_s.bit_length() - SLICES_BITS, 0)
        agenda = np.zeros(3 * events + (plan.period_s >> slice_bits) + 1, dtype=np.int64)
        w[AGENDA_ROOM], w[NODE_NEW], w[SLICES], w[SLICE_BITS], w[END_S] = (
            events, events, 3 * events, slice_bits, plan.period_s,
        )  # fmt: skip
        tell(p, w, plan.work_s, agenda, log)
        if w[FAULT] not in (FAULT_AGENDA, FAULT_LOG):
            break
        # More happened than was thought: once more with more room. The result does not depend on it.
        rows, events = 4 * rows, 4 * events
    _raise_fault(plan, w)
    return EventLog(log[: int(w[ROWS]) * ROW_WORDS].view(ROW))


def _raise_fault(plan: SampledPlan, w: Ints) -> None:
    where = f"seed {plan.seed}, replication {plan.replication}, second {w[NOW]}: "
    if w[FAULT] == FAULT_DRAWS:
        s = int(w[FAULT_SERVICE])
        trips = int(plan.trip_first[s + 1] - plan.trip_first[s])
        raise EngineError(f"{where}service {s} has no draws for trip {trips}")
    if w[FAULT] == FAULT_RETURNS:
        f = int(w[FAULT_SERVICE])
        runs = int(w[w[VEHICLES] + FLEET_FIELDS * f + F_RETURNS])
        raise EngineError(f"{where}fleet {f} has no draws for empty run {runs}")


def _packed(plan: SampledPlan) -> Ints:
    """All columns of the plan but the drawn work in one array, behind a header of where each begins."""
    columns = [getattr(plan, name) for name in PLAN_COLUMNS]
    numbers = (
        plan.period_s, plan.bulletin_s, plan.lag_s, plan.open_end_s, plan.n_consignments, plan.n_services,
        len(plan.gate_headway_s), len(plan.station_servers), len(plan.leg_calendar), len(plan.fleet_withdrawn),
        len(plan.chain_first) - 1, int(plan.service_from.max(initial=-1)) + 1,
    )  # fmt: skip
    head = len(columns) + len(numbers)
    begins = head + np.concatenate([[0], np.cumsum([len(column) for column in columns])])
    return np.concatenate([begins[:-1], numbers, *columns]).astype(np.int64, copy=False)


def _world(plan: SampledPlan) -> Ints:
    """An empty world: nobody anywhere, all vehicles at home or away as planned."""
    fleets, services = len(plan.fleet_withdrawn), plan.n_services
    limited = np.where(plan.fleet_vehicles < UNLIMITED, plan.fleet_vehicles, 0).reshape(-1, 2)
    room = limited.sum(axis=1) + 1
    hands = [
        [s for s in range(services) if plan.fleet[s] == f and plan.fleet_end[s] == end]
        for f in range(fleets)
        for end in (0, 1)
    ]
    places = len(plan.gate_headway_s) + len(plan.station_servers) + services
    met = _met(plan)
    bulletins = plan.lag_s // plan.bulletin_s + 2 if plan.bulletin_s else 0
    lists, facilities = len(plan.options_first) - 1, int(plan.service_from.max(initial=-1)) + 1
    sizes = {
        "gate": GATE_FIELDS * len(plan.gate_headway_s),
        "station": STATION_FIELDS * len(plan.station_servers),
        "trip": TRIP_FIELDS * plan.n_trips,
        "goods": GOODS_FIELDS * plan.n_consignments,
        "terminal": TERMINAL_FIELDS * services,
        "yard": YARD_FIELDS * len(plan.step_kind),
        "vehicles": FLEET_FIELDS * fleets,
        "idle": 2 * int(room.sum()),
        "hands_first": 2 * fleets + 1,
        "hands": sum(map(len, hands)),
        "errand": len(plan.return_s),
        "spans": CAUSES,
        "touched": services + 1,
        "book": BOOK_FIELDS * places,
        "told": 2 * places * bulletins,
        "met_first": services + 1,
        "met": sum(map(len, met)),
        **dict.fromkeys(("time_s", "variance", "wait_s"), services),
        **dict.fromkeys(("ahead_s", "ahead_min", "ahead_cents", "steady"), len(plan.chain_service)),
        "ways": lists * facilities,
    }
    head = WAYS + 1
    begins = head + np.concatenate([[0], np.cumsum([sizes[name] for name in WORLD_COLUMNS])])
    words = int(begins[-1])
    if plan.n_trips > 4 * plan.n_consignments:
        # NumPy asks for pages of 2 MB, each of which is cleared whole as soon as one number in it is used. Here most are
        # never used: rows of trips that could depart and do not.
        w = np.frombuffer(mmap.mmap(-1, 8 * words), dtype=np.int64)
    else:
        w = np.zeros(words, dtype=np.int64)
    w[GATE:head] = begins[:-1]
    for s in range(services):
        terminal = w[TERMINAL] + TERMINAL_FIELDS * s
        w[terminal + S_DAY] = w[terminal + S_HOLD_OVER_S] = w[terminal + S_OPENS_S] = -1
    for n in range(len(plan.station_servers)):
        w[w[STATION] + STATION_FIELDS * n + N_WAKE_S] = -1
    ring = int(w[IDLE])
    for f in range(fleets):
        row = w[VEHICLES] + FLEET_FIELDS * f
        w[row + F_UNLIMITED] = int(plan.fleet_vehicles[2 * f] >= UNLIMITED)
        w[row + F_ROOM], w[row + F_RING], w[row + F_LOOK_S] = room[f], ring, -1
        w[row + F_COUNT : row + F_COUNT + 2] = limited[f]
        ring += 2 * int(room[f])
    _fill(w, HANDS_FIRST, HANDS, hands)
    _fill(w, MET_FIRST, MET, met)
    return w


def _met(plan: SampledPlan) -> list[list[int]]:
    """Places of a bulletin that each service's trips meet, its own terminal last."""
    first_station = len(plan.gate_headway_s)
    first_service = first_station + len(plan.station_servers)
    offsets = {STEP_GATE: 0, STEP_HANDLE: first_station}
    found = []
    for s in range(plan.n_services):
        part = slice(int(plan.step_first[s]), int(plan.step_first[s + 1]))
        steps = zip(plan.step_kind[part].tolist(), plan.step_place[part].tolist(), strict=True)
        found.append(
            [*(offsets[kind] + place for kind, place in steps if kind in offsets), first_service + s]
        )
    return found


def _fill(w: Ints, first: int, column: int, groups: list[list[int]]) -> None:
    w[w[first] : w[first] + len(groups) + 1] = np.cumsum([0, *map(len, groups)])
    numbers = [number for group in groups for number in group]
    w[w[column] : w[column] + len(numbers)] = numbers


# From here on everything is compiled. mypy cannot follow the compiler: these functions take and give whole numbers.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"

# --- arrays as pointers -------------------------------------------------------------------------------------------
# An array is seven words to hand on and its index may be negative; a pointer is one word, and an index what it says.


@intrinsic
def pointer(typing, array):
    """Where an array of whole numbers begins."""

    def build(context, builder, signature, arguments):
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(types.int64)(array), build


@intrinsic
def pointer_at(typing, start, index):
    """Where element `index` of what begins at `start` lies."""

    def build(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return start(start, types.int64), build


@intrinsic
def fetch(typing, start, index):
    """Bring element `index` nearer: it will be asked for soon."""

    def build(context, builder, signature, arguments):
        byte, word = ir.PointerType(ir.IntType(8)), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        where = builder.bitcast(builder.gep(arguments[0], [arguments[1]]), byte)
        builder.call(ask, [where, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.none(start, types.int64), build


@compiled
def part(start, index, n):
    """The `n` numbers from `index` on, as an array that the shared functions take."""
    return carray(pointer_at(start, index), (n,))


# --- the rule of time ---------------------------------------------------------------------------------------------


@small
def call(w, agenda, time_s, rank, entity):
    """Enter an event at its place among those of that second; what comes after the period never happens."""
    if time_s >= w[END_S]:
        return
    key = (time_s << (RANK_BITS + ENTITY_BITS)) | (rank << ENTITY_BITS) | entity
    later = time_s >> w[SLICE_BITS]
    if later == w[SLICE]:
        enter(w, agenda, key)
        return
    node = w[NODE_FREE]
    if node:
        w[NODE_FREE] = agenda[node + 1]
    else:
        node = w[NODE_NEW]
        if node + 2 > w[SLICES]:
            w[FAULT] = FAULT_AGENDA
            return
        w[NODE_NEW] = node + 2
    first = w[SLICES] + later
    agenda[node], agenda[node + 1] = key, agenda[first]
    agenda[first] = node


@small
def enter(w, agenda, key):
    """An event takes its place among those of the slice of now, of which the last comes first."""
    n = w[EVENTS]
    if n >= w[AGENDA_ROOM]:
        w[FAULT] = FAULT_AGENDA
        return
    w[EVENTS] = n + 1
    while n > 0 and agenda[n - 1] < key:
        agenda[n] = agenda[n - 1]
        n -= 1
    agenda[n] = key


@small
def turn_to_slice(w, agenda):
    """Whether there is another slice with events: they become those of now."""
    at, last = w[SLICES] + w[SLICE] + 1, w[SLICES] + (w[END_S] >> w[SLICE_BITS])
    while at <= last and agenda[at] == 0:
        at += 1
    if at > last:
        return False
    w[SLICE] = at - w[SLICES]
    node, free, n = agenda[at], w[NODE_FREE], 0
    while node:
        key, following = agenda[node], agenda[node + 1]
        agenda[node + 1] = free
        free, node = node, following
        m = n
        while n < MANY_OF_A_SLICE and m > 0 and agenda[m - 1] < key:
            agenda[m] = agenda[m - 1]
            m -= 1
        agenda[m] = key
        n += 1
    if n > MANY_OF_A_SLICE:
        sort(agenda, n)
    w[NODE_FREE], w[EVENTS] = free, n
    return True


@compiled
def sort(agenda, n):
    """Put the first `n` events in order, by Shell's method: the last comes first."""
    gap = 1
    while 3 * gap < n:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, n):
            key, m = agenda[i], i
            while m >= gap and agenda[m - gap] < key:
                agenda[m] = agenda[m - gap]
                m -= gap
            agenda[m] = key
        gap //= 3


@small
def next_event(w, agenda):
    """Take out the first event."""
    n = w[EVENTS] - 1
    w[EVENTS] = n
    return agenda[n]


@compiled
def tell(plan, world, drawn, events, rows):
    """Tell the whole period."""
    p, w, work, agenda, log = pointer(plan), pointer(world), pointer(drawn), pointer(events), pointer(rows)
    if p[BULLETIN_S]:
        learn(p, w, 0, 0)
        call(w, agenda, p[BULLETIN_S], PUBLISH, 3)
    if p[N_CONSIGNMENTS]:
        call(w, agenda, p[p[RELEASE_S]], RELEASED, 0)
    for s in range(p[N_SERVICES]):
        plan_next_slot(p, w, agenda, s)
    for f in range(p[N_FLEETS]):
        n = p[p[FLEET_WITHDRAWN] + f]
        for i in range(p[p[CALENDAR_FIRST] + n], p[p[CALENDAR_FIRST] + n + 1]):
            call(w, agenda, p[p[CALENDAR_AT_S] + i], FLEET_CHANGED, f)
        look_at_fleet(p, w, agenda, f)
    while w[FAULT] == 0 and (w[EVENTS] > 0 or turn_to_slice(w, agenda)):
        key = next_event(w, agenda)
        w[NOW] = key >> (RANK_BITS + ENTITY_BITS)
        # Trips are many, and the next event is as a rule one of another trip: its row comes while this one is told. Where
        # none is left in the slice, any trip will do.
        fetch(w, w[TRIP] + TRIP_FIELDS * (agenda[max(w[EVENTS] - 1, 0)] & ((1 << ENTITY_BITS) - 1)))
        rank = (key >> ENTITY_BITS) & ((1 << RANK_BITS) - 1)
        entity = key & ((1 << ENTITY_BITS) - 1)
        if rank == FINISHED:
            finish(p, w, work, agenda, log, entity)
        elif rank == ARRIVED:
            arrive(p, w, work, agenda, log, entity)
        elif rank == GATE_FREE:
            turn(p, w, agenda, entity)
        elif rank == PASSED:
            passed(p, w, log, entity)
            go(p, w, work, agenda, log, entity)
        elif rank == DEPARTED:
            go(p, w, work, agenda, log, entity)
        elif rank == RELEASED:
            release(p, w, agenda, log, entity)
        elif rank == PATIENCE_OVER:
            think_again(p, w, agenda, log, entity)
        elif rank in (HOLD_OVER, SERVICE_OPENED):
            dispatch(p, w, agenda, log, entity)
        elif rank == TIMETABLE:
            open_slot(p, w, agenda, log, entity)
        elif rank == STATION_CHANGED:
            serve(p, w, agenda, log, entity)
        elif rank == CLEARED:
            cleared(p, w, agenda, log, entity)
        elif rank == RETURNED:
            come_empty(p, w, agenda, log, entity)
        elif rank == IDLE_OVER:
            send_empty(p, w, agenda, log, entity)
        elif rank == FLEET_CHANGED:
            change_fleet(p, w, agenda, log, entity)
        else:
            bulletin(p, w, agenda, entity)


# --- calendars ----------------------------------------------------------------------------------------------------
# Number 0 is always open: most are, and they are asked for all the time.


@small
def value_at(p, n, time_s):
    """Value of a calendar at a second."""
    if n == 0:
        return OPEN
    a, b = p[p[CALENDAR_FIRST] + n], p[p[CALENDAR_FIRST] + n + 1]
    if b - a == 1:
        return p[p[CALENDAR_VALUE] + a]
    at = p[CALENDAR_AT_S]
    return p[p[CALENDAR_VALUE] + a + step_at(part(p, at + a, b - a), time_s)]


@small
def step_of(p, n, time_s):
    """Number, among the steps of all calendars, of the one that holds at a second."""
    a, b = p[p[CALENDAR_FIRST] + n], p[p[CALENDAR_FIRST] + n + 1]
    at = p[CALENDAR_AT_S]
    return a + step_at(part(p, at + a, b - a), time_s)


@small
def opens(p, n, time_s):
    """First open second from `time_s` on, or NEVER."""
    if n == 0 or time_s >= NEVER:
        return time_s
    a, b = p[p[CALENDAR_FIRST] + n], p[p[CALENDAR_FIRST] + n + 1]
    at, value = p[CALENDAR_AT_S], p[CALENDAR_VALUE]
    if b - a == 1:
        return time_s if p[value + a] > 0 else NEVER
    return next_open(part(p, at + a, b - a), part(p, value + a, b - a), time_s)


@small
def changes(p, n, time_s):
    """First second after `time_s` at which the value changes, or NEVER."""
    if n == 0:
        return NEVER
    a, b = p[p[CALENDAR_FIRST] + n], p[p[CALENDAR_FIRST] + n + 1]
    if b - a == 1:
        return NEVER
    at = p[CALENDAR_AT_S]
    return next_change(part(p, at + a, b - a), time_s)


@small
def done(p, n, start_s, work_s):
    """Second at which work begun at `start_s` is done, or NEVER."""
    if start_s >= NEVER:
        return NEVER
    if n == 0:
        return start_s + work_s
    a, b = p[p[CALENDAR_FIRST] + n], p[p[CALENDAR_FIRST] + n + 1]
    at, value = p[CALENDAR_AT_S], p[CALENDAR_VALUE]
    if b - a == 1 and p[value + a] == OPEN:
        return start_s + work_s
    return add_work(start_s, work_s, part(p, at + a, b - a), part(p, value + a, b - a))


@small
def always_open(p, n):
    """Whether a calendar never closes and never changes."""
    a = p[p[CALENDAR_FIRST] + n]
    return p[p[CALENDAR_FIRST] + n + 1] - a == 1 and p[p[CALENDAR_VALUE] + a] > 0


@small
def add_closed(p, w, n, from_s, until_s):
    """Add the closed seconds of a calendar in a span to `spans`, by cause; return their sum."""
    if n == 0 or until_s <= from_s or always_open(p, n):
        return 0
    total = 0
    i, last = step_of(p, n, from_s), p[p[CALENDAR_FIRST] + n + 1] - 1
    at = p[CALENDAR_AT_S]
    while i <= last and p[at + i] < until_s:
        if p[p[CALENDAR_VALUE] + i] <= 0:
            begin = max(from_s, p[at + i])
            end = until_s if i == last else min(until_s, p[at + i + 1])
            w[w[SPANS] + p[p[CALENDAR_CAUSE] + i]] += end - begin
            total += end - begin
        i += 1
    return total


# --- the log ------------------------------------------------------------------------------------------------------


@small
def write(w, log, kind, consignment, trip, place_kind, place, cause, span_s, policy):
    """Add a row at the present second."""
    m = w[ROWS]
    i = ROW_WORDS * m
    if m >= w[LOG_ROOM]:
        w[FAULT] = FAULT_LOG
        return
    w[ROWS] = m + 1
    log[i] = w[NOW] | consignment << 32
    log[i + 1] = (trip & 0xFFFFFFFF) | span_s << 32
    log[i + 2] = (place & 0xFFFF) | (policy & 0xFFFF) << 16 | kind << 32 | place_kind << 40 | cause << 48


@small
def write_spans(w, log, consignment, trip, place_kind, place):
    """Add a row for every cause in `spans`, and empty it."""
    for cause in range(CAUSES):
        span_s = w[w[SPANS] + cause]
        if span_s:
            write(w, log, K_WAITED, consignment, trip, place_kind, place, cause, span_s, -1)
            w[w[SPANS] + cause] = 0


@small
def write_closed(p, w, log, since_s, n, trip, place_kind, place):
    """Add a row for every cause of closed seconds since then; return the seconds that were not closed."""
    closed_s = add_closed(p, w, n, since_s, w[NOW])
    if closed_s:
        write_spans(w, log, -1, trip, place_kind, place)
    return w[NOW] - since_s - closed_s


@small
def write_wait(p, w, log, since_s, cause, n, trip, place_kind, place):
    """Add the rows of a wait since then: closed seconds by their own cause, the rest by `cause`."""
    rest_s = write_closed(p, w, log, since_s, n, trip, place_kind, place)
    if rest_s:
        write(w, log, K_WAITED, -1, trip, place_kind, place, cause, rest_s, -1)


# --- lines --------------------------------------------------------------------------------------------------------


@small
def trip_joins(w, line, express, k):
    """A trip stands at the end of its class of a gate's or station's line."""
    w[w[TRIP] + TRIP_FIELDS * k + T_NEXT] = 0
    last = w[line + TAIL + express]
    if last:
        w[w[TRIP] + TRIP_FIELDS * (last - 1) + T_NEXT] = k + 1
    else:
        w[line + HEAD + express] = k + 1
    w[line + TAIL + express] = k + 1


@small
def trip_leaves(w, line):
    """Take out the trip that goes next; -1 when nobody waits."""
    express = 0 if w[line + HEAD] else 1
    k = w[line + HEAD + express] - 1
    if k >= 0:
        following = w[w[TRIP] + TRIP_FIELDS * k + T_NEXT]
        w[line + HEAD + express] = following
        if following == 0:
            w[line + TAIL + express] = 0
    return k


@small
def joins(p, w, line, c):
    """A consignment stands at the end of its class of a terminal's or yard's line, now."""
    express = p[p[EXPRESS] + c]
    row = w[GOODS] + GOODS_FIELDS * c
    last = w[line + TAIL + express]
    w[row + B_NEXT], w[row + B_PREVIOUS], w[row + B_SINCE_S] = 0, last, w[NOW]
    if last:
        w[w[GOODS] + GOODS_FIELDS * (last - 1) + B_NEXT] = c + 1
    else:
        w[line + HEAD + express] = c + 1
    w[line + TAIL + express] = c + 1


@small
def leaves(p, w, line, c):
    """Take a consignment out of a line, wherever it stands."""
    express = p[p[EXPRESS] + c]
    row = w[GOODS] + GOODS_FIELDS * c
    before, after = w[row + B_PREVIOUS], w[row + B_NEXT]
    if before:
        w[w[GOODS] + GOODS_FIELDS * (before - 1) + B_NEXT] = after
    else:
        w[line + HEAD + express] = after
    if after:
        w[w[GOODS] + GOODS_FIELDS * (after - 1) + B_PREVIOUS] = before
    else:
        w[line + TAIL + express] = before


@small
def first_of(w, line):
    """The consignment that goes next; -1 when nobody waits."""
    return (w[line + HEAD] if w[line + HEAD] else w[line + HEAD + 1]) - 1


# --- consignments -------------------------------------------------------------------------------------------------


@compiled
def release(p, w, agenda, log, c):
    """A consignment takes a chain that is open to it, or is refused."""
    if c + 1 < p[N_CONSIGNMENTS]:
        call(w, agenda, p[p[RELEASE_S] + c + 1], RELEASED, c + 1)
    chain, barred, policy = at_release(p, w, c)
    if barred >= 0:
        write(w, log, K_BARRED, c, -1, P_CHAIN, barred, -1, 0, policy)
    if chain < 0:
        write(w, log, K_REFUSED, c, -1, P_NOWHERE, -1, -1, 0, policy)
        return
    w[w[GOODS] + GOODS_FIELDS * c + B_CHAIN] = chain
    write(w, log, K_RELEASED, c, -1, P_CHAIN, chain, -1, 0, -1)
    held_s = acts_s(p, w, c, -1, w[NOW])
    if held_s:
        call(w, agenda, w[NOW] + held_s, CLEARED, c)
    else:
        s = next_service(p, w, c)
        join(p, w, agenda, c)
        dispatch(p, w, agenda, log, s)


@small
def next_service(p, w, c):
    """The service that a consignment takes next on its chain."""
    row = w[GOODS] + GOODS_FIELDS * c
    return p[p[CHAIN_SERVICE] + p[p[CHAIN_FIRST] + w[row + B_CHAIN]] + w[row + B_LEG]]


@compiled
def in_force(p, w, a, c, facility, time_s):
    """Whether an act is in force at a second on a consignment at a facility (-1: at its origin)."""
    if p[p[ACT_FACILITY] + a] != facility or not (p[p[ACT_FROM_S] + a] <= time_s < p[p[ACT_UNTIL_S] + a]):
        return False
    chain = w[w[GOODS] + GOODS_FIELDS * c + B_CHAIN]
    place = p[p[POLICY_PLACE] + p[p[ACT_POLICY] + a] * p[N_CHAINS] + chain]
    return place == facility if facility >= 0 else place >= -1


@compiled
def acts_s(p, w, c, facility, time_s):
    """Seconds for which the acts in force hold a consignment."""
    held_s = 0
    for a in range(p[p[ACT_FIRST] + c], p[p[ACT_FIRST] + c + 1]):
        if in_force(p, w, a, c, facility, time_s):
            held_s += p[p[ACT_SPAN_S] + a]
    return held_s


@compiled
def cleared(p, w, agenda, log, c):
    """A policy lets a consignment go: to its first service, or into the yard of a checkpoint."""
    row = w[GOODS] + GOODS_FIELDS * c
    yard = w[row + B_YARD] - 1
    facility, since_s = -1, p[p[RELEASE_S] + c]
    place_kind = P_NOWHERE
    if yard >= 0:
        facility, since_s, place_kind = p[p[STEP_PLACE] + yard], w[row + B_SINCE_S], P_FACILITY
    for a in range(p[p[ACT_FIRST] + c], p[p[ACT_FIRST] + c + 1]):
        if in_force(p, w, a, c, facility, since_s):
            span_s, policy = p[p[ACT_SPAN_S] + a], p[p[ACT_POLICY] + a]
            write(w, log, K_CLEARED, c, -1, place_kind, facility, C_POLICY, span_s, policy)
    if yard >= 0:
        joins(p, w, w[YARD] + YARD_FIELDS * yard, c)
    else:
        s = next_service(p, w, c)
        join(p, w, agenda, c)
        dispatch(p, w, agenda, log, s)


@compiled
def join(p, w, agenda, c):
    """A consignment waits at the terminal of its next service, and may think again."""
    s = next_service(p, w, c)
    terminal, row = w[TERMINAL] + TERMINAL_FIELDS * s, w[GOODS] + GOODS_FIELDS * c
    joins(p, w, terminal, c)
    w[terminal + S_TEU] += p[p[SIZE_TEU] + c]
    w[row + B_JOINED] = 1
    if weighs(p, c) and ways_on(p, w, p[p[OPTIONS] + c], p[p[SERVICE_FROM] + s]) > 1:
        plan_to_think(p, w, agenda, c)


# --- information and second thoughts ------------------------------------------------------------------------------


@compiled
def bulletin(p, w, agenda, entity):
    """A bulletin comes out (odd) or becomes known (even): a known one goes before a new one."""
    number = entity >> 1
    if entity & 1 == 0:
        first_told(p, w)
        return
    publish(p, w)
    call(w, agenda, w[NOW] + p[BULLETIN_S], PUBLISH, 2 * number + 3)
    if p[LAG_S]:
        call(w, agenda, w[NOW] + p[LAG_S], PUBLISH, 2 * number)
    else:
        first_told(p, w)


@small
def note(w, place, wait_s):
    """A wait has ended at a place, or goes on while a bulletin is made."""
    row = w[BOOK] + BOOK_FIELDS * place
    w[row] += 1
    if wait_s == 0:
        return
    minutes = wait_s // MINUTE_S
    w[row + 1] += wait_s
    w[row + 2] += minutes
    w[row + 3] += minutes * minutes


@compiled
def publish(p, w):
    """Make a bulletin of the waits since the last one; where none ended, of those that go on."""
    first_station = p[N_GATES]
    first_service = first_station + p[N_STATIONS]
    for g in range(p[N_GATES]):
        if w[w[BOOK] + BOOK_FIELDS * g] == 0:
            trips_wait(w, w[GATE] + GATE_FIELDS * g, g)
    for n in range(p[N_STATIONS]):
        if w[w[BOOK] + BOOK_FIELDS * (first_station + n)] == 0:
            trips_wait(w, w[STATION] + STATION_FIELDS * n, first_station + n)
    for s in range(p[N_SERVICES]):
        if w[w[BOOK] + BOOK_FIELDS * (first_service + s)] == 0:
            goods_wait(w, w[TERMINAL] + TERMINAL_FIELDS * s, first_service + s)
    places = first_service + p[N_SERVICES]
    room = p[LAG_S] // p[BULLETIN_S] + 2
    told = w[TOLD] + 2 * places * ((w[TOLD_FIRST] + w[TOLD_N]) % room)
    w[TOLD_N] += 1
    for place in range(places):
        row = w[BOOK] + BOOK_FIELDS * place
        n = w[row]
        usual_s = p[p[SERVICE_USUAL_S] + place - first_service] if place >= first_service else 0
        w[told + place] = w[row + 1] // n if n else usual_s
        w[told + places + place] = w[row + 3] // n - (w[row + 2] // n) ** 2 if n else 0
        w[row] = w[row + 1] = w[row + 2] = w[row + 3] = 0


@compiled
def trips_wait(w, line, place):
    """Note the ages of the waits of a line of trips."""
    for express in range(2):
        k = w[line + HEAD + express] - 1
        while k >= 0:
            row = w[TRIP] + TRIP_FIELDS * k
            note(w, place, w[NOW] - w[row + T_SINCE_S])
            k = w[row + T_NEXT] - 1


@compiled
def goods_wait(w, line, place):
    """Note the ages of the waits at a terminal."""
    for express in range(2):
        c = w[line + HEAD + express] - 1
        while c >= 0:
            row = w[GOODS] + GOODS_FIELDS * c
            note(w, place, w[NOW] - w[row + B_SINCE_S])
            c = w[row + B_NEXT] - 1


@compiled
def first_told(p, w):
    """The oldest bulletin that is not known yet becomes known."""
    places = p[N_GATES] + p[N_STATIONS] + p[N_SERVICES]
    learn(p, w, w[TOLD] + 2 * places * w[TOLD_FIRST], places)
    w[TOLD_FIRST] = (w[TOLD_FIRST] + 1) % (p[LAG_S] // p[BULLETIN_S] + 2)
    w[TOLD_N] -= 1


@compiled
def learn(p, w, told, places):
    """Take in a bulletin (`places` 0: none yet, waits are as usual): what every service and every rest of a chain takes."""
    first_service = p[N_GATES] + p[N_STATIONS]
    for s in range(p[N_SERVICES]):
        usual_s = p[p[SERVICE_USUAL_S] + s]
        wait_s = w[told + first_service + s] if places else usual_s
        time_s, variance = p[p[SERVICE_MEAN_S] + s], p[p[SERVICE_VARIANCE_MIN2] + s]
        for i in range(w[w[MET_FIRST] + s], w[w[MET_FIRST] + s + 1]):
            place = w[w[MET] + i]
            if places:
                time_s += w[told + place]
                variance += w[told + places + place]
            elif place >= first_service:
                time_s += usual_s
        w[w[TIME_S] + s], w[w[VARIANCE] + s], w[w[WAIT_S] + s] = time_s, variance, wait_s
    for chain in range(p[N_CHAINS]):
        look_ahead(p, w, chain)


@compiled
def look_ahead(p, w, chain):
    """Price, time and spread of a chain from each of its services on, where nothing is announced and no price changes."""
    cents, time_s, variance, steady = 0, 0, 0, 1
    first = p[p[CHAIN_FIRST] + chain]
    for i in range(p[p[CHAIN_FIRST] + chain + 1] - 1, first - 1, -1):
        s = p[p[CHAIN_SERVICE] + i]
        price = p[p[SERVICE_PRICE] + s]
        if p[p[NOTICE_FIRST] + s] < p[p[NOTICE_FIRST] + s + 1]:
            steady = 0
        if p[p[CALENDAR_FIRST] + price + 1] - p[p[CALENDAR_FIRST] + price] > 1:
            steady = 0
        cents += value_at(p, price, 0)
        time_s += w[w[TIME_S] + s]
        variance += w[w[VARIANCE] + s]
        w[w[AHEAD_CENTS] + i], w[w[AHEAD_S] + i] = cents, time_s
        w[w[AHEAD_MIN] + i], w[w[STEADY] + i] = whole_root(variance), steady


@compiled
def weighs(p, c):
    """Whether a consignment weighs its options; else it takes them in order, once."""
    return p[p[OPTIONS_DAY_CENTS] + p[p[OPTIONS] + c]] >= 0


@compiled
def at_release(p, w, c):
    """(chain taken, chain that a policy keeps it from, that policy), -1 for none, when a consignment is released."""
    options = p[p[OPTIONS] + c]
    best, best_cents, wanted, wanted_cents = -1, 0, -1, 0
    for o in range(p[p[OPTIONS_FIRST] + options], p[p[OPTIONS_FIRST] + options + 1]):
        step = step_of(p, p[p[OPTION_CALENDAR] + o], w[NOW])
        is_open = p[p[CALENDAR_VALUE] + step] > 0
        if not is_open and p[p[CALENDAR_POLICY] + step] < 0:
            continue
        option_cents = cents_of(p, w, c, o, 0) if weighs(p, c) else o
        if wanted < 0 or option_cents < wanted_cents:
            wanted, wanted_cents = o, option_cents
        if is_open and (best < 0 or option_cents < best_cents):
            best, best_cents = o, option_cents
    barred, policy = -1, -1
    if wanted != best:
        barred = p[p[OPTION_CHAIN] + wanted]
        policy = p[p[CALENDAR_POLICY] + step_of(p, p[p[OPTION_CALENDAR] + wanted], w[NOW])]
    return p[p[OPTION_CHAIN] + best] if best >= 0 else -1, barred, policy


@compiled
def ways_on(p, w, options, facility):
    """How many chains of a list have a service from a facility; counted once."""
    known = w[WAYS] + options * p[N_FACILITIES] + facility
    if w[known] == 0:
        n = 0
        for o in range(p[p[OPTIONS_FIRST] + options], p[p[OPTIONS_FIRST] + options + 1]):
            chain = p[p[OPTION_CHAIN] + o]
            for i in range(p[p[CHAIN_FIRST] + chain], p[p[CHAIN_FIRST] + chain + 1]):
                n += p[p[SERVICE_FROM] + p[p[CHAIN_SERVICE] + i]] == facility
        w[known] = n + 1
    return w[known] - 1


@compiled
def at_terminal(p, w, c):
    """(chain, stage) on which a consignment goes on from where it is: its own unless another open one is worth more."""
    row = w[GOODS] + GOODS_FIELDS * c
    chain, stage = w[row + B_CHAIN], w[row + B_LEG]
    facility = p[p[SERVICE_FROM] + next_service(p, w, c)]
    options = p[p[OPTIONS] + c]
    best, best_stage, best_cents = chain, stage, 0
    if ways_on(p, w, options, facility) <= 1:
        return best, best_stage
    first, last = p[p[OPTIONS_FIRST] + options], p[p[OPTIONS_FIRST] + options + 1]
    own = -1
    for o in range(first, last):
        if p[p[OPTION_CHAIN] + o] == chain:
            own = o
            break
    if own < 0:
        return best, best_stage
    shut = p[p[CALENDAR_POLICY] + step_of(p, p[p[OPTION_CALENDAR] + own], w[NOW])] >= 0
    best_cents = NEVER if shut else cents_of(p, w, c, own, stage)
    for o in range(first, last):
        if o == own or value_at(p, p[p[OPTION_CALENDAR] + o], w[NOW]) <= 0:
            continue
        other = p[p[OPTION_CHAIN] + o]
        begin = p[p[CHAIN_FIRST] + other]
        for i in range(begin, p[p[CHAIN_FIRST] + other + 1]):
            if p[p[SERVICE_FROM] + p[p[CHAIN_SERVICE] + i]] == facility:
                # Where only what lies behind is another, there is nothing to choose.
                if same_rest(p, chain, stage, other, i - begin):
                    continue
                option_cents = cents_of(p, w, c, o, i - begin)
                if option_cents < best_cents:
                    best, best_stage, best_cents = other, i - begin, option_cents
    return best, best_stage


@compiled
def same_rest(p, chain, stage, other, other_stage):
    """Whether two chains have the same services from these stages on."""
    a, b = p[p[CHAIN_FIRST] + chain] + stage, p[p[CHAIN_FIRST] + other] + other_stage
    n = p[p[CHAIN_FIRST] + chain + 1] - a
    if p[p[CHAIN_FIRST] + other + 1] - b != n:
        return False
    i = 0
    while i < n and p[p[CHAIN_SERVICE] + a + i] == p[p[CHAIN_SERVICE] + b + i]:
        i += 1
    return i == n


@compiled
def cents_of(p, w, c, o, stage):
    """Generalised cost of an option from a stage on, in cents an FEU."""
    options = p[p[OPTIONS] + c]
    price, time_s, spread_min = expected(p, w, p[p[OPTION_CHAIN] + o], stage)
    taste = p[p[TASTE_CENTS] + p[p[TASTE_FIRST] + c] + o - p[p[OPTIONS_FIRST] + options]]
    return (
        price
        + value_at(p, p[p[OPTION_EXTRA] + o], w[NOW])
        + p[p[BEHIND_CENTS] + p[p[BEHIND_FIRST] + o] + stage]
        + p[p[OPTIONS_DAY_CENTS] + options] * time_s // DAY_S
        + p[p[OPTIONS_SPREAD_CENTS] + options] * spread_min // DAY_MIN
        + taste
    )


@compiled
def expected(p, w, chain, stage):
    """Price (cents an FEU), seconds and standard deviation (minutes) that shippers expect of a chain from a stage on."""
    first = p[p[CHAIN_FIRST] + chain] + stage
    if w[w[STEADY] + first]:
        return w[w[AHEAD_CENTS] + first], w[w[AHEAD_S] + first], w[w[AHEAD_MIN] + first]
    price, time_s = 0, 0
    for i in range(first, p[p[CHAIN_FIRST] + chain + 1]):
        s = p[p[CHAIN_SERVICE] + i]
        price += value_at(p, p[p[SERVICE_PRICE] + s], w[NOW])
        time_s += closures_s(p, w, s, w[NOW] + time_s)
        time_s += w[w[TIME_S] + s]
    return price, time_s, w[w[AHEAD_MIN] + first]


@compiled
def closures_s(p, w, s, start_s):
    """Seconds that the closures announced on a service's way hold what comes to its terminal at `start_s`."""
    held_s = 0
    for i in range(p[p[NOTICE_FIRST] + s], p[p[NOTICE_FIRST] + s + 1]):
        if p[p[NOTICE_KNOWN_FROM_S] + i] <= w[NOW] < p[p[NOTICE_KNOWN_UNTIL_S] + i]:
            offset_s = p[p[NOTICE_OFFSET_S] + i]
            wait_s = w[w[WAIT_S] + s] if offset_s else 0
            arrival_s = start_s + held_s + wait_s + offset_s
            held_s += closure_s(
                arrival_s,
                w[NOW],
                p[p[NOTICE_CLOSED_FROM_S] + i],
                p[p[NOTICE_CLOSED_UNTIL_S] + i],
                p[OPEN_END_S],
            )
    return held_s


@compiled
def plan_to_think(p, w, agenda, c):
    """A consignment that waits will think again when its patience is over."""
    patience_s = p[p[PATIENCE_S] + c]
    if patience_s < NEVER:
        w[w[GOODS] + GOODS_FIELDS * c + B_THINK_S] = w[NOW] + patience_s
        call(w, agenda, w[NOW] + patience_s, PATIENCE_OVER, c)
    else:
        w[w[GOODS] + GOODS_FIELDS * c + B_THINK_S] = NEVER


@compiled
def think_again(p, w, agenda, log, c):
    """A consignment that still waits at a terminal may take another chain; another service means leaving the line."""
    row = w[GOODS] + GOODS_FIELDS * c
    if w[row + B_JOINED] == 0 or w[row + B_THINK_S] != w[NOW]:
        return
    s = next_service(p, w, c)
    chain, stage = at_terminal(p, w, c)
    other = p[p[CHAIN_SERVICE] + p[p[CHAIN_FIRST] + chain] + stage]
    if other != s:
        leave_line(p, w, log, c, s)
    reroute(w, log, c, chain, stage)
    if other == s:
        plan_to_think(p, w, agenda, c)
    else:
        join(p, w, agenda, c)
        dispatch(p, w, agenda, log, other)
        look_at_fleet(p, w, agenda, p[p[FLEET] + s])


@compiled
def reroute(w, log, c, chain, stage):
    """A consignment at a terminal goes on by a chain from its service at `stage` on; often its own."""
    row = w[GOODS] + GOODS_FIELDS * c
    if chain != w[row + B_CHAIN]:
        w[row + B_CHAIN], w[row + B_LEG] = chain, stage
        write(w, log, K_REROUTED, c, -1, P_CHAIN, chain, -1, 0, -1)


@compiled
def leave_line(p, w, log, c, s):
    """A consignment no longer waits for a service: it waited for a vehicle, or for load when one is there."""
    terminal, vehicle_s = w[TERMINAL] + TERMINAL_FIELDS * s, vehicle_since(p, w, s)
    leaves(p, w, terminal, c)
    w[terminal + S_TEU] -= p[p[SIZE_TEU] + c]
    end_wait(p, w, log, c, s, vehicle_s if vehicle_s >= 0 else w[NOW])


# --- departures ---------------------------------------------------------------------------------------------------


@compiled
def dispatch(p, w, agenda, log, s):
    """Vehicles of a service leave as long as its rule lets them; where none is left, freight may call one."""
    let_go(p, w, agenda, log, s)
    if p[p[FLEET] + s] >= 0:
        look_at_fleet(p, w, agenda, p[p[FLEET] + s])


@compiled
def let_go(p, w, agenda, log, s):
    """Vehicles of a service leave as long as its rule lets them."""
    while w[FAULT] == 0 and may_leave(p, w, agenda, s):
        depart(p, w, agenda, log, s)


@compiled
def may_leave(p, w, agenda, s):
    """Whether a vehicle leaves now; if only time is missing, look again when it has passed."""
    terminal, rule = w[TERMINAL] + TERMINAL_FIELDS * s, p[p[DISPATCH] + s]
    if w[terminal + S_TEU] == 0 and w[terminal + S_SLOT_DUE] == 0:
        return False
    opens_s = opens(p, p[p[SERVICE_CALENDAR] + s], w[NOW])
    if opens_s > w[NOW]:
        if opens_s != w[terminal + S_OPENS_S]:
            w[terminal + S_OPENS_S] = opens_s
            call(w, agenda, opens_s, SERVICE_OPENED, s)
        return False
    since_s = vehicle_since(p, w, s)
    if since_s < 0:
        return False
    if rule == BY_TIMETABLE:
        return w[terminal + S_SLOT_DUE] == 1 and w[terminal + S_TEU] >= p[p[LOAD_TEU_MIN] + s]
    if w[terminal + S_TEU] >= p[p[FULL_TEU] + s]:
        return True
    return rule == HELD and held_enough(p, w, agenda, s, since_s)


@compiled
def held_enough(p, w, agenda, s, vehicle_s):
    """Whether vehicle and first consignment have waited for one another long enough, with enough load."""
    terminal = w[TERMINAL] + TERMINAL_FIELDS * s
    first_s = NEVER
    for express in range(2):
        c = w[terminal + HEAD + express] - 1
        if c >= 0:
            first_s = min(first_s, w[w[GOODS] + GOODS_FIELDS * c + B_SINCE_S])
    over_s = max(vehicle_s, first_s) + p[p[HOLD_S] + s]
    if w[NOW] >= over_s:
        return w[terminal + S_TEU] >= p[p[LOAD_TEU_MIN] + s]
    if over_s != w[terminal + S_HOLD_OVER_S]:
        w[terminal + S_HOLD_OVER_S] = over_s
        call(w, agenda, over_s, HOLD_OVER, s)
    return False


@compiled
def depart(p, w, agenda, log, s):
    """A vehicle takes what fits, in order, and leaves."""
    terminal = w[TERMINAL] + TERMINAL_FIELDS * s
    k = p[p[TRIP_FIRST] + s] + w[terminal + S_DEPARTURES]
    if k >= p[p[TRIP_FIRST] + s + 1]:
        w[FAULT], w[FAULT_SERVICE] = FAULT_DRAWS, s
        return
    vehicle_s = take_vehicle(p, w, s)
    w[terminal + S_DEPARTURES] += 1
    w[terminal + S_SLOT_DUE] = 0
    trip = w[TRIP] + TRIP_FIELDS * k
    w[trip + T_FIRST] = w[trip + T_LAST] = 0
    teu = 0
    c = first_of(w, terminal)
    while c >= 0:
        size_teu = p[p[SIZE_TEU] + c]
        if teu + size_teu > p[p[CAPACITY_TEU] + s]:
            break
        teu += size_teu
        leaves(p, w, terminal, c)
        end_wait(p, w, log, c, s, vehicle_s)
        write(w, log, K_BOARDED, c, k, P_SERVICE, s, -1, 0, -1)
        goes_aboard(w, k, c)
        c = first_of(w, terminal)
    w[terminal + S_TEU] -= teu
    write(w, log, K_DEPARTED, -1, k, P_SERVICE, s, -1, 0, -1)
    w[trip + T_SERVICE], w[trip + T_STEP], w[trip + T_DRAW] = s, p[p[STEP_FIRST] + s], luck(p, w, s)
    call(w, agenda, w[NOW], DEPARTED, k)


@compiled
def goes_aboard(w, k, c):
    """A consignment is the last in a trip's load."""
    trip = w[TRIP] + TRIP_FIELDS * k
    last = w[trip + T_LAST]
    w[w[GOODS] + GOODS_FIELDS * c + B_NEXT] = 0
    if last:
        w[w[GOODS] + GOODS_FIELDS * (last - 1) + B_NEXT] = c + 1
    else:
        w[trip + T_FIRST] = c + 1
    w[trip + T_LAST] = c + 1


@compiled
def luck(p, w, s):
    """Number of the draws that a departure of now uses: those of its place in the day."""
    terminal, turns = w[TERMINAL] + TERMINAL_FIELDS * s, p[p[TURNS] + s]
    day = w[NOW] // DAY_S
    if day != w[terminal + S_DAY]:
        w[terminal + S_DAY], w[terminal + S_TODAY] = day, 0
    today, beyond = w[terminal + S_TODAY], w[terminal + S_BEYOND]
    draw = draw_of(p[PERIOD_S], turns, p[p[RESERVE] + s], w[NOW], today, beyond)
    w[terminal + S_BEYOND] += today >= turns
    w[terminal + S_TODAY] += 1
    return draw


@compiled
def end_wait(p, w, log, c, s, vehicle_s):
    """Write down for what a consignment waited: first a vehicle, then load or the timetable."""
    row = w[GOODS] + GOODS_FIELDS * c
    since_s = w[row + B_SINCE_S]
    n = p[p[SERVICE_CALENDAR] + s]
    there_s = min(max(since_s, vehicle_s), w[NOW])
    if w[NOW] > since_s:
        w[w[SPANS] + C_VEHICLE] += there_s - since_s - add_closed(p, w, n, since_s, there_s)
        w[w[SPANS] + C_LOAD] += w[NOW] - there_s - add_closed(p, w, n, there_s, w[NOW])
        write_spans(w, log, c, -1, P_SERVICE, s)
    w[row + B_JOINED] = 0
    note(w, p[N_GATES] + p[N_STATIONS] + s, w[NOW] - since_s)


@compiled
def plan_next_slot(p, w, agenda, s):
    """Look at the timetable of a service at its next departure time."""
    terminal = w[TERMINAL] + TERMINAL_FIELDS * s
    slot = p[p[SLOT_FIRST] + s] + w[terminal + S_SLOTS_PAST]
    if slot < p[p[SLOT_FIRST] + s + 1]:
        w[terminal + S_SLOTS_PAST] += 1
        call(w, agenda, p[p[SLOT_S] + slot], TIMETABLE, s)


@compiled
def open_slot(p, w, agenda, log, s):
    """A timetabled departure is due: it leaves, waits for a vehicle or an opening, or lapses for lack of load."""
    terminal = w[TERMINAL] + TERMINAL_FIELDS * s
    plan_next_slot(p, w, agenda, s)
    if w[terminal + S_SLOT_DUE]:
        write(w, log, K_LAPSED, -1, -1, P_SERVICE, s, what_kept(p, w, s), 0, -1)
    enough = w[terminal + S_TEU] >= p[p[LOAD_TEU_MIN] + s]
    w[terminal + S_SLOT_DUE] = 1 if enough else 0
    if enough:
        dispatch(p, w, agenda, log, s)
    else:
        write(w, log, K_LAPSED, -1, -1, P_SERVICE, s, C_LOAD, 0, -1)


@compiled
def what_kept(p, w, s):
    """Cause that has kept a departure until now: closed, too little load left, or no vehicle."""
    # A closed service may open in this very second.
    step = step_of(p, p[p[SERVICE_CALENDAR] + s], w[NOW] - 1)
    if p[p[CALENDAR_VALUE] + step] == 0:
        return p[p[CALENDAR_CAUSE] + step]
    enough = w[w[TERMINAL] + TERMINAL_FIELDS * s + S_TEU] >= p[p[LOAD_TEU_MIN] + s]
    return C_VEHICLE if enough else C_LOAD


# --- trips --------------------------------------------------------------------------------------------------------


@small
def go(p, w, work, agenda, log, k):
    """A trip does its next steps until it must wait for something; at its end it is unloaded and its vehicle freed."""
    trip = w[TRIP] + TRIP_FIELDS * k
    s = w[trip + T_SERVICE]
    last = p[p[STEP_FIRST] + s + 1]
    while w[trip + T_STEP] < last:
        i = w[trip + T_STEP]
        kind, place = p[p[STEP_KIND] + i], p[p[STEP_PLACE] + i]
        if kind == STEP_GATE:
            if not pass_gate(p, w, agenda, k, place):
                return
            passed(p, w, log, k)
        elif kind == STEP_HANDLE:
            fetch(work, p[p[WORK_FIRST] + i + 1] + w[trip + T_DRAW])
            handle(p, w, agenda, log, k, place, work[p[p[WORK_FIRST] + i] + w[trip + T_DRAW]])
            return
        elif kind == STEP_RUN:
            fetch(work, p[p[WORK_FIRST] + i + 1] + w[trip + T_DRAW])
            run_leg(p, w, agenda, k, place, work[p[p[WORK_FIRST] + i] + w[trip + T_DRAW]])
            return
        else:
            check(p, w, agenda, log, k, i, place)
            w[trip + T_STEP] += 1
    unload(p, w, agenda, log, k)


@small
def gate_free_at(p, w, g):
    """First second from now on at which a trip may pass."""
    return opens(p, p[p[GATE_CALENDAR] + g], max(w[NOW], w[w[GATE] + GATE_FIELDS * g + G_NEXT_FREE_S]))


@small
def gate_take(p, w, g):
    """Let a trip pass now; the next one keeps the headway."""
    free_s = done(p, p[p[GATE_CALENDAR] + g], w[NOW], p[p[GATE_HEADWAY_S] + g])
    w[w[GATE] + GATE_FIELDS * g + G_NEXT_FREE_S] = free_s


@small
def pass_gate(p, w, agenda, k, g):
    """Whether a trip may pass at once; else it stands in line: one trip at a time, minimum headway, opening."""
    gate, trip = w[GATE] + GATE_FIELDS * g, w[TRIP] + TRIP_FIELDS * k
    w[trip + T_SINCE_S] = w[NOW]
    if w[gate + G_DUE] or gate_free_at(p, w, g) > w[NOW]:
        trip_joins(w, gate, p[p[SERVICE_EXPRESS] + w[trip + T_SERVICE]], k)
        if w[gate + G_DUE] == 0:
            call_gate(p, w, agenda, g)
        return False
    gate_take(p, w, g)
    return True


@small
def passed(p, w, log, k):
    """A trip passes the gate at which it is, and comes to its next step."""
    trip = w[TRIP] + TRIP_FIELDS * k
    g, since_s = p[p[STEP_PLACE] + w[trip + T_STEP]], w[trip + T_SINCE_S]
    note(w, g, w[NOW] - since_s)
    if w[NOW] > since_s:
        write_wait(p, w, log, since_s, C_PATH, p[p[GATE_CALENDAR] + g], k, P_GATE, g)
    write(w, log, K_PASSED, -1, k, P_GATE, g, -1, 0, -1)
    w[trip + T_STEP] += 1


@small
def call_gate(p, w, agenda, g):
    """The gate's next turn comes when it is free and open."""
    w[w[GATE] + GATE_FIELDS * g + G_DUE] = 1
    call(w, agenda, gate_free_at(p, w, g), GATE_FREE, g)


@small
def turn(p, w, agenda, g):
    """The first trip in line may pass now."""
    gate = w[GATE] + GATE_FIELDS * g
    w[gate + G_DUE] = 0
    k = trip_leaves(w, gate)
    gate_take(p, w, g)
    call(w, agenda, w[NOW], PASSED, k)
    if w[gate + HEAD] or w[gate + HEAD + 1]:
        call_gate(p, w, agenda, g)


@small
def handle(p, w, agenda, log, k, n, work_s):
    """A trip waits for a server; the end of its work is an event."""
    trip = w[TRIP] + TRIP_FIELDS * k
    w[trip + T_SINCE_S], w[trip + T_WORK_S] = w[NOW], work_s
    trip_joins(w, w[STATION] + STATION_FIELDS * n, p[p[SERVICE_EXPRESS] + w[trip + T_SERVICE]], k)
    serve(p, w, agenda, log, n)


@small
def finish(p, w, work, agenda, log, k):
    """The handling of a trip ends: the server is free, and the trip goes on."""
    trip = w[TRIP] + TRIP_FIELDS * k
    n = p[p[STEP_PLACE] + w[trip + T_STEP]]
    w[w[STATION] + STATION_FIELDS * n + N_BUSY] -= 1
    worked_s = write_closed(p, w, log, w[trip + T_SINCE_S], p[p[STATION_RATE] + n], k, P_STATION, n)
    write(w, log, K_FINISHED, -1, k, P_STATION, n, p[p[STATION_CAUSE] + n], worked_s, -1)
    serve(p, w, agenda, log, n)
    w[trip + T_STEP] += 1
    go(p, w, work, agenda, log, k)


@compiled
def serve(p, w, agenda, log, n):
    """Servers of a station start on the trips in line; a closed station is looked at again when it changes."""
    station = w[STATION] + STATION_FIELDS * n
    rate, servers = p[p[STATION_RATE] + n], p[p[STATION_SERVERS] + n]
    while (
        (w[station + HEAD] or w[station + HEAD + 1])
        and value_at(p, rate, w[NOW]) > 0
        and w[station + N_BUSY] < value_at(p, servers, w[NOW])
    ):
        k = trip_leaves(w, station)
        trip = w[TRIP] + TRIP_FIELDS * k
        w[station + N_BUSY] += 1
        since_s = w[trip + T_SINCE_S]
        note(w, p[N_GATES] + n, w[NOW] - since_s)
        if w[NOW] > since_s:
            write_wait(p, w, log, since_s, C_CRANE, rate, k, P_STATION, n)
        write(w, log, K_STARTED, -1, k, P_STATION, n, -1, 0, -1)
        w[trip + T_SINCE_S] = w[NOW]
        call(w, agenda, done(p, rate, w[NOW], w[trip + T_WORK_S]), FINISHED, k)
    if w[station + HEAD] or w[station + HEAD + 1]:
        change_s = min(changes(p, servers, w[NOW]), changes(p, rate, w[NOW]))
        if change_s != w[station + N_WAKE_S]:
            w[station + N_WAKE_S] = change_s
            call(w, agenda, change_s, STATION_CHANGED, n)


@small
def run_leg(p, w, agenda, k, leg, run_s):
    """A trip runs over a leg; a closed leg is not entered, and a closure on the way holds the trip."""
    trip, n = w[TRIP] + TRIP_FIELDS * k, p[p[LEG_CALENDAR] + leg]
    w[trip + T_SINCE_S] = w[NOW]
    opens_s = opens(p, n, w[NOW])
    if opens_s > w[NOW]:
        w[trip + T_WORK_S] = run_s
        call(w, agenda, opens_s, ARRIVED, k)
    else:
        w[trip + T_WORK_S] = -1
        call(w, agenda, done(p, n, w[NOW], run_s), ARRIVED, k)


@small
def arrive(p, w, work, agenda, log, k):
    """A closed leg opens to a waiting trip, or a trip comes to the end of a leg and goes on."""
    trip = w[TRIP] + TRIP_FIELDS * k
    leg = p[p[STEP_PLACE] + w[trip + T_STEP]]
    n = p[p[LEG_CALENDAR] + leg]
    if w[trip + T_WORK_S] >= 0:
        run_s = w[trip + T_WORK_S]
        w[trip + T_WORK_S] = -1
        call(w, agenda, done(p, n, w[NOW], run_s), ARRIVED, k)
        return
    ran_s = write_closed(p, w, log, w[trip + T_SINCE_S], n, k, P_LEG, leg)
    write(w, log, K_ARRIVED, -1, k, P_LEG, leg, p[p[LEG_CAUSE] + leg], ran_s, -1)
    w[trip + T_STEP] += 1
    go(p, w, work, agenda, log, k)


@compiled
def check(p, w, agenda, log, k, step, facility):
    """Consignments that a policy picks are set out; cleared ones are attached while there is room."""
    trip, yard = w[TRIP] + TRIP_FIELDS * k, w[YARD] + YARD_FIELDS * step
    s = w[trip + T_SERVICE]
    room_teu = p[p[CAPACITY_TEU] + s] + p[p[SPARE_TEU] + s]
    c, before = w[trip + T_FIRST] - 1, 0
    while c >= 0:
        row = w[GOODS] + GOODS_FIELDS * c
        following = w[row + B_NEXT]
        held_s = acts_s(p, w, c, facility, w[NOW])
        if held_s:
            if before:
                w[w[GOODS] + GOODS_FIELDS * (before - 1) + B_NEXT] = following
            else:
                w[trip + T_FIRST] = following
            if following == 0:
                w[trip + T_LAST] = before
            write(w, log, K_SET_OUT, c, k, P_FACILITY, facility, -1, 0, -1)
            w[row + B_SINCE_S], w[row + B_YARD] = w[NOW], step + 1
            call(w, agenda, w[NOW] + held_s, CLEARED, c)
        else:
            room_teu -= p[p[SIZE_TEU] + c]
            before = c + 1
        c = following - 1
    c = first_of(w, yard)
    while c >= 0 and p[p[SIZE_TEU] + c] <= room_teu:
        leaves(p, w, yard, c)
        row = w[GOODS] + GOODS_FIELDS * c
        room_teu -= p[p[SIZE_TEU] + c]
        goes_aboard(w, k, c)
        span_s = w[NOW] - w[row + B_SINCE_S]
        if span_s:
            write(w, log, K_WAITED, c, -1, P_FACILITY, facility, C_VEHICLE, span_s, -1)
        w[row + B_YARD] = 0
        write(w, log, K_ATTACHED, c, k, P_FACILITY, facility, -1, 0, -1)
        c = first_of(w, yard)


@compiled
def unload(p, w, agenda, log, k):
    """Consignments go on to their next service or are delivered; the vehicle is free."""
    trip = w[TRIP] + TRIP_FIELDS * k
    s = w[trip + T_SERVICE]
    # What goes on is kept in the load until all are off: then they join their lines, in order.
    c, last = w[trip + T_FIRST] - 1, 0
    w[trip + T_FIRST] = 0
    while c >= 0:
        row = w[GOODS] + GOODS_FIELDS * c
        following = w[row + B_NEXT] - 1
        write(w, log, K_UNLOADED, c, k, P_SERVICE, s, -1, 0, -1)
        w[row + B_LEG] += 1
        chain = w[row + B_CHAIN]
        if w[row + B_LEG] == p[p[CHAIN_FIRST] + chain + 1] - p[p[CHAIN_FIRST] + chain]:
            write(w, log, K_DELIVERED, c, -1, P_CHAIN, chain, -1, 0, -1)
        else:
            if last:
                w[w[GOODS] + GOODS_FIELDS * (last - 1) + B_NEXT] = c + 1
            else:
                w[trip + T_FIRST] = c + 1
            w[row + B_NEXT], last = 0, c + 1
            if weighs(p, c):
                chain, stage = at_terminal(p, w, c)
                reroute(w, log, c, chain, stage)
        c = following
    join_all(p, w, agenda, log, w[trip + T_FIRST] - 1)
    f = p[p[FLEET] + s]
    if f >= 0:
        write(w, log, K_FREED, -1, k, P_FLEET, f, -1, 0, -1)
        free(p, w, agenda, log, f, 1 - p[p[FLEET_END] + s])


@compiled
def join_all(p, w, agenda, log, c):
    """Consignments, linked from the first on, join their lines in order; then the services that they wait for may leave."""
    touched, n = w[TOUCHED], 0
    while c >= 0:
        following = w[w[GOODS] + GOODS_FIELDS * c + B_NEXT] - 1
        s = next_service(p, w, c)
        join(p, w, agenda, c)
        i = 0
        while i < n and w[touched + i] < s:
            i += 1
        if i == n or w[touched + i] != s:
            for j in range(n, i, -1):
                w[touched + j] = w[touched + j - 1]
            w[touched + i] = s
            n += 1
        c = following
    for i in range(n):
        dispatch(p, w, agenda, log, w[touched + i])


# --- vehicles -----------------------------------------------------------------------------------------------------


@compiled
def vehicle_since(p, w, s):
    """Since when a vehicle is there for a service, or -1 when none is."""
    f = p[p[FLEET] + s]
    if f < 0:
        return 0
    row, end = w[VEHICLES] + FLEET_FIELDS * f, p[p[FLEET_END] + s]
    if w[row + F_UNLIMITED]:
        return 0
    return first_idle(w, row, end) if w[row + F_COUNT + end] else -1


@compiled
def first_idle(w, row, end):
    """Since when the vehicle that has been longest at an end is there."""
    return w[w[row + F_RING] + end * w[row + F_ROOM] + w[row + F_START + end]]


@compiled
def take_idle(w, row, end):
    """Take the vehicle that has been longest at an end; return since when."""
    since_s = first_idle(w, row, end)
    w[row + F_START + end] = (w[row + F_START + end] + 1) % w[row + F_ROOM]
    w[row + F_COUNT + end] -= 1
    return since_s


@compiled
def take_vehicle(p, w, s):
    """Take the vehicle that has been there longest; return since when."""
    f = p[p[FLEET] + s]
    if f < 0 or w[w[VEHICLES] + FLEET_FIELDS * f + F_UNLIMITED]:
        return 0
    return take_idle(w, w[VEHICLES] + FLEET_FIELDS * f, p[p[FLEET_END] + s])


@compiled
def free(p, w, agenda, log, f, end):
    """A vehicle is idle at an end of its fleet: it leaves with a service, waits, or later goes home empty."""
    row = w[VEHICLES] + FLEET_FIELDS * f
    if w[row + F_UNLIMITED]:
        return
    if w[row + F_WITHDRAWN] < value_at(p, p[p[FLEET_WITHDRAWN] + f], w[NOW]):
        w[row + F_WITHDRAWN] += 1
        look_at_fleet(p, w, agenda, f)
        return
    place = (w[row + F_START + end] + w[row + F_COUNT + end]) % w[row + F_ROOM]
    w[w[row + F_RING] + end * w[row + F_ROOM] + place] = w[NOW]
    w[row + F_COUNT + end] += 1
    for i in range(w[w[HANDS_FIRST] + 2 * f + end], w[w[HANDS_FIRST] + 2 * f + end + 1]):
        let_go(p, w, agenda, log, w[w[HANDS] + i])
    look_at_fleet(p, w, agenda, f)


# --- empty runs ---------------------------------------------------------------------------------------------------


@compiled
def look_at_fleet(p, w, agenda, f):
    """Enter the next second at which a vehicle of a fleet may set off empty, as things are."""
    if f < 0:
        return
    row, hands = w[VEHICLES] + FLEET_FIELDS * f, w[HANDS_FIRST] + 2 * f
    if w[row + F_COUNT] == 0 and w[row + F_COUNT + 1] == 0:
        return
    due_s = NEVER
    after_s, call_s = p[p[RETURN_AFTER_S] + f], p[p[CALL_AFTER_S] + f]
    if after_s >= 0 and w[row + F_COUNT + 1] and spare(p, w, f, 1) > 0:
        due_s = max(w[NOW], first_idle(w, row, 1) + after_s)
    for end in range(2):
        if call_s < 0 or w[row + F_COUNT + end] or w[hands + end] == w[hands + end + 1]:
            continue
        if spare(p, w, f, 1 - end) > 0:
            for i in range(w[hands + end], w[hands + end + 1]):
                s = w[w[HANDS] + i]
                if loads(p, w, s) > w[w[TERMINAL] + TERMINAL_FIELDS * s + S_COMING]:
                    due_s = min(due_s, max(w[NOW], waited_since(w, s) + call_s))
    if due_s < NEVER and due_s != w[row + F_LOOK_S]:
        w[row + F_LOOK_S] = due_s
        call(w, agenda, due_s, IDLE_OVER, f)


@compiled
def send_empty(p, w, agenda, log, f):
    """Idle vehicles set off empty: those that freight at the other end calls, then those that have idled too long."""
    row = w[VEHICLES] + FLEET_FIELDS * f
    w[row + F_LOOK_S] = -1
    for end in range(2):
        for i in range(w[w[HANDS_FIRST] + 2 * f + end], w[w[HANDS_FIRST] + 2 * f + end + 1]):
            s = w[w[HANDS] + i]
            while w[FAULT] == 0 and calls(p, w, f, end, s) and spare(p, w, f, 1 - end) > 0:
                write(w, log, K_CALLED, -1, -1, P_SERVICE, s, -1, 0, -1)
                w[w[TERMINAL] + TERMINAL_FIELDS * s + S_COMING] += 1
                run_empty(p, w, agenda, f, 1 - end, s)
    after_s = p[p[RETURN_AFTER_S] + f]
    while (
        w[FAULT] == 0 and after_s >= 0 and spare(p, w, f, 1) > 0 and first_idle(w, row, 1) + after_s <= w[NOW]
    ):
        run_empty(p, w, agenda, f, 1, -1)
    if w[FAULT] == 0:
        look_at_fleet(p, w, agenda, f)


@compiled
def loads(p, w, s):
    """How many vehicles the freight that waits for a service is worth: each with enough to call one."""
    more_teu, capacity_teu = (
        w[w[TERMINAL] + TERMINAL_FIELDS * s + S_TEU] - p[p[CALL_TEU] + s],
        p[p[CAPACITY_TEU] + s],
    )
    return 0 if more_teu < 0 else 1 + more_teu // capacity_teu


@compiled
def spare(p, w, f, end):
    """How many idle vehicles at an end are more than what waits there will need."""
    n = w[w[VEHICLES] + FLEET_FIELDS * f + F_COUNT + end]
    for i in range(w[w[HANDS_FIRST] + 2 * f + end], w[w[HANDS_FIRST] + 2 * f + end + 1]):
        n -= loads(p, w, w[w[HANDS] + i])
    return n


@compiled
def waited_since(w, s):
    """Since when the one who came first has waited for a service."""
    terminal, first_s = w[TERMINAL] + TERMINAL_FIELDS * s, NEVER
    for express in range(2):
        c = w[terminal + HEAD + express] - 1
        if c >= 0:
            first_s = min(first_s, w[w[GOODS] + GOODS_FIELDS * c + B_SINCE_S])
    return first_s


@compiled
def calls(p, w, f, end, s):
    """Whether freight for a service has waited long enough where no vehicle is, for more of them than are coming."""
    call_s = p[p[CALL_AFTER_S] + f]
    if call_s < 0 or w[w[VEHICLES] + FLEET_FIELDS * f + F_COUNT + end]:
        return False
    if loads(p, w, s) <= w[w[TERMINAL] + TERMINAL_FIELDS * s + S_COMING]:
        return False
    return waited_since(w, s) + call_s <= w[NOW]


@compiled
def run_empty(p, w, agenda, f, end, s):
    """The vehicle that has been idle longest at an end sets off empty, for a service or (-1) home."""
    row = w[VEHICLES] + FLEET_FIELDS * f
    take_idle(w, row, end)
    first = p[p[RETURN_FIRST] + f]
    n = p[p[RETURN_FIRST] + f + 1] - first
    if w[row + F_EMPTY] >= n:
        w[FAULT], w[FAULT_SERVICE] = FAULT_RETURNS, f
        return
    # Draws are used again when they run out, but never by two at once.
    while w[w[ERRAND] + first + w[row + F_RETURNS] % n]:
        w[row + F_RETURNS] += 1
    number = first + w[row + F_RETURNS] % n
    w[row + F_RETURNS] += 1
    w[row + F_EMPTY] += 1
    # An errand is the service plus two, 1 is home, 0 is none.
    w[w[ERRAND] + number] = s + 2
    call(w, agenda, w[NOW] + p[p[RETURN_S] + number], RETURNED, number)


@compiled
def come_empty(p, w, agenda, log, number):
    """An empty vehicle is home, or where freight called it."""
    first = p[RETURN_FIRST]
    f = step_at(part(p, first, p[N_FLEETS] + 1), number)
    s, run_s, end = w[w[ERRAND] + number] - 2, p[p[RETURN_S] + number], 0
    w[w[ERRAND] + number] = 0
    w[w[VEHICLES] + FLEET_FIELDS * f + F_EMPTY] -= 1
    if s < 0:
        write(w, log, K_RETURNED, -1, -1, P_FLEET, f, C_RUNNING, run_s, -1)
    else:
        write(w, log, K_RETURNED, -1, -1, P_SERVICE, s, C_RUNNING, run_s, -1)
        w[w[TERMINAL] + TERMINAL_FIELDS * s + S_COMING] -= 1
        end = p[p[FLEET_END] + s]
    free(p, w, agenda, log, f, end)


@compiled
def change_fleet(p, w, agenda, log, f):
    """Vehicles are withdrawn as they become idle, home first; withdrawn ones come back at home."""
    row = w[VEHICLES] + FLEET_FIELDS * f
    target = value_at(p, p[p[FLEET_WITHDRAWN] + f], w[NOW])
    for end in range(2):
        while w[row + F_COUNT + end] and w[row + F_WITHDRAWN] < target:
            take_idle(w, row, end)
            w[row + F_WITHDRAWN] += 1
    while w[row + F_WITHDRAWN] > target:
        w[row + F_WITHDRAWN] -= 1
        free(p, w, agenda, log, f, 0)
    look_at_fleet(p, w, agenda, f)
