"""The hinge of the program: a sampled plan goes in, an event log comes out, both integer arrays.

Engines import only this room and `errors`. Event kinds, causes, kinds of place and tie ranks are named tables.
"""

from sim.contract.acts import in_force
from sim.contract.calendars import Calendar, add_work, added, closed_spans, next_change, next_open, step_at
from sim.contract.choice import at_release, at_terminal, may_choose, weighs, whole_root
from sim.contract.knowledge import MINUTE_S, Knowledge, book_sizes, learn, met_by, note, note_ages, tell_waits
from sim.contract.legend import Legend, Place
from sim.contract.log import ROW, EventLog
from sim.contract.plan import Ints, SampledPlan, as_lists, ints
from sim.contract.plan_check import check_plan
from sim.contract.strikes import Hit, Strike, Strikes
from sim.contract.tables import (
    EXPRESS_FIRST,
    NEVER,
    OPEN,
    UNLIMITED,
    Cause,
    Dispatch,
    EventKind,
    Express,
    PlaceKind,
    Rank,
    StepKind,
)
from sim.contract.turns import DAY_S, days_of, draw_of, draws_of

__all__ = [
    "DAY_S",
    "EXPRESS_FIRST",
    "MINUTE_S",
    "NEVER",
    "OPEN",
    "ROW",
    "UNLIMITED",
    "Calendar",
    "Cause",
    "Dispatch",
    "EventKind",
    "EventLog",
    "Express",
    "Hit",
    "Ints",
    "Knowledge",
    "Legend",
    "Place",
    "PlaceKind",
    "Rank",
    "SampledPlan",
    "StepKind",
    "Strike",
    "Strikes",
    "add_work",
    "added",
    "as_lists",
    "at_release",
    "at_terminal",
    "book_sizes",
    "check_plan",
    "closed_spans",
    "days_of",
    "draw_of",
    "draws_of",
    "in_force",
    "ints",
    "learn",
    "may_choose",
    "met_by",
    "next_change",
    "next_open",
    "note",
    "note_ages",
    "step_at",
    "tell_waits",
    "weighs",
    "whole_root",
]
