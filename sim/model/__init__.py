"""What the world is: network, demand, policies, disruptions, calendars; frozen, and cross-checked.

The built-in Eurasian network and its sources stand beside, in `eurasia.yaml`.
"""

from __future__ import annotations

from sim.model.check import cross_check
from sim.model.choice import Choice
from sim.model.countries import EU, EU_MEMBERS, countries_meant
from sim.model.demand import CargoClass, Flow, Routing
from sim.model.disruptions import (
    Announced,
    Disruption,
    Effect,
    Linked,
    RandomTimes,
    Recovery,
    Revision,
    Target,
)
from sim.model.figures import (
    Constant,
    Distribution,
    Figure,
    Frozen,
    Grade,
    Named,
    Quantiles,
    Sample,
    Triangular,
    median,
)
from sim.model.network import (
    ByTimetable,
    Chain,
    Corridor,
    EmptyReturn,
    Facility,
    Fleet,
    Hours,
    Leg,
    Operation,
    Railway,
    Service,
    Stage,
    Weather,
    WhenFull,
    WhenHeld,
)
from sim.model.observations import Observation
from sim.model.routes import (
    DIRECTIONS,
    countries_of,
    direction_of,
    legs_of,
    line_names,
    unload_operation,
    way_of,
)
from sim.model.rules import binds, chain_checkpoint, checkpoint, crosses
from sim.model.scenario import Period, Scenario
from sim.model.shocks import (
    Avoided,
    Delayed,
    Detained,
    Inspected,
    Policy,
)
from sim.model.targets import GROUPS, closed_services, hit, priced_services
from sim.model.warn import warnings_of

__all__ = [
    "DIRECTIONS",
    "EU",
    "EU_MEMBERS",
    "GROUPS",
    "Announced",
    "Avoided",
    "ByTimetable",
    "CargoClass",
    "Chain",
    "Choice",
    "Constant",
    "Corridor",
    "Delayed",
    "Detained",
    "Disruption",
    "Distribution",
    "Effect",
    "EmptyReturn",
    "Facility",
    "Figure",
    "Fleet",
    "Flow",
    "Frozen",
    "Grade",
    "Hours",
    "Inspected",
    "Leg",
    "Linked",
    "Named",
    "Observation",
    "Operation",
    "Period",
    "Policy",
    "Quantiles",
    "Railway",
    "RandomTimes",
    "Recovery",
    "Revision",
    "Routing",
    "Sample",
    "Scenario",
    "Service",
    "Stage",
    "Target",
    "Triangular",
    "Weather",
    "WhenFull",
    "WhenHeld",
    "binds",
    "chain_checkpoint",
    "checkpoint",
    "closed_services",
    "countries_meant",
    "countries_of",
    "cross_check",
    "crosses",
    "direction_of",
    "hit",
    "legs_of",
    "line_names",
    "median",
    "priced_services",
    "unload_operation",
    "warnings_of",
    "way_of",
]
