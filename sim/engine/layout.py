"""What the compiled engine keeps, field by field: declared here once, laid out in memory by the host, read by name in the story.

A link is the number of a consignment or trip plus one; 0 is nobody. A list of two holds a thing for each class or end.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from sim.contract import ROW, SampledPlan
from sim.contract.knowledge import Knowledge
from sim.contract.plan import columns

TIME_BITS, RANK_BITS, ENTITY_BITS = 30, 4, 29
"""An event is one number: second, rank, entity."""
SLICES_BITS = 18
"""At most 2^18 slices of time: a year of 256 s each, with a few events."""
MANY_OF_A_SLICE = 256
"""Events of a slice that are put in order one by one; beyond, that would take the square of their number."""
ROW_WORDS = ROW.itemsize // 8
"""Words of a row of the log: `rows.write` puts its columns together."""


class Fault(IntEnum):
    """Why a replication was broken off."""

    NONE = 0
    AGENDA_FULL = 1
    LOG_FULL = 2
    NO_DRAWS = 3
    NO_RETURNS = 4


Pair = Annotated[list[int], 2]
"""Two numbers side by side."""


class Line:
    """A queue: the first and the last of each class."""

    head: Pair
    tail: Pair


class Gate:
    """One train at a time, with a minimum headway. `due` while a turn is scheduled; so many `background` trains have come."""

    line: Line
    next_free_s: int
    due: int
    background: int


class Station:
    """A number of servers that handle trips side by side; `wake_s` is when a blocked line is looked at again."""

    line: Line
    busy: int
    wake_s: int


class Trip:
    """One departure of a service under way: `next` behind it in a line, `first` and `last` of its load.

    Background trains are numbered after all departures; of one that waits there are `next` and `since_s`.
    """

    service: int
    step: int
    draw: int
    since_s: int
    work_s: int
    next: int
    first: int
    last: int


class Goods:
    """A consignment: `next` and `previous` in a line or load; `joined` while it waits at a terminal; the `yard` it stands in."""

    chain: int
    leg: int
    next: int
    previous: int
    since_s: int
    joined: int
    think_s: int
    yard: int


class Terminal:
    """Where a service starts: its waiting consignments and its next departure."""

    line: Line
    teu: int
    departures: int
    day: int
    today: int
    beyond: int
    slot_due: int
    slots_past: int
    hold_over_s: int
    opens_s: int
    coming: int


class Fleet:
    """Vehicles by end: since when each has been idle, in two rings of `room` places from `ring` of `idle` on.

    `empty` runs are under way and `returns` draws of them past; `look_s` is when vehicles are looked at next, for an empty run.
    """

    withdrawn: int
    returns: int
    unlimited: int
    room: int
    ring: int
    start: Pair
    count: Pair
    empty: int
    look_s: int


class World(Knowledge):
    """All that stands and moves in one replication: single numbers, and where columns and rows begin."""

    now: int
    end_s: int
    fault: int
    fault_at: int
    # The agenda: events of the present slice of time, the next one last; behind them (see `agenda.call`) those of later slices.
    events: int
    events_room: int
    slice: int
    slice_bits: int
    slices: int
    node_free: int
    node_new: int
    agenda: list[int]
    rows: int
    rows_room: int
    log: list[int]

    # By calendar: the number of the step that was asked for last.
    calendar_step: list[int]

    gates: list[Gate]
    stations: list[Station]
    # Rows of trips under way, and of each trip by its number which one is its; `trips_free` links those that are free again.
    trips: list[Trip]
    trip_row: list[int]
    trips_used: int
    trips_free: int
    goods: list[Goods]
    terminals: list[Terminal]
    yards: list[Line]
    fleets: list[Fleet]
    idle: list[int]
    # Services at either end of each fleet.
    hands_first: list[int]
    hands: list[int]
    # By empty run: the service that called it plus two; 1 is home, 0 is not under way.
    errands: list[int]
    spans: list[int]
    touched: list[int]


@cache
def members(of: type) -> dict[str, object]:
    """Names of what a class declares, in order, each with its kind: int, Pair, list[...] or another class."""
    if of is SampledPlan:
        return dict.fromkeys(columns(), list[int]) | dict.fromkeys(numbers_of(of), int)
    return get_type_hints(of, include_extras=True)


@cache
def numbers_of(of: type) -> list[str]:
    """Names of the single numbers among what a class declares; of a plan also how many there are of everything."""
    if of is SampledPlan:
        counted = [name for name in vars(of) if name.startswith("n_")]
        return [name for name, column in columns().items() if not column.each] + counted
    return [name for name, kind in members(of).items() if kind is int]


@cache
def words(kind: Any) -> int:
    """How many numbers a member takes: a column or rows take one, which says where they begin."""
    if kind is int or get_origin(kind) is list:
        return 1
    if get_origin(kind) is Annotated:
        return int(get_args(kind)[1])
    assert isinstance(kind, type)
    return sum(map(words, members(kind).values()))


@cache
def places(of: type) -> dict[str, int]:
    """Where each member of a class lies, counted in numbers from where the class begins."""
    found, at = {}, 0
    for name, kind in members(of).items():
        found[name] = at
        at += words(kind)
    return found
