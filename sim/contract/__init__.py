"""The hinge of the program: a sampled plan goes in, an event log comes out, both integer arrays.

Engines import only this room and `errors`. Event kinds, causes, kinds of place and tie ranks are named tables.
"""

from sim.contract.calendars import Calendar, add_work, added, closed_spans, next_change, next_open, step_at
from sim.contract.choice import whole_root
from sim.contract.knowledge import Knowledge
from sim.contract.legend import Legend, Place
from sim.contract.log import ROW, EventLog
from sim.contract.plan import Ints, SampledPlan, as_lists, ints
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
from sim.contract.turns import DAY_S, draw_of, draws_of

__all__ = [
    "DAY_S",
    "EXPRESS_FIRST",
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
    "closed_spans",
    "draw_of",
    "draws_of",
    "ints",
    "next_change",
    "next_open",
    "step_at",
    "whole_root",
]
