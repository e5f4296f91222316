"""What the world is: network, demand, policies, disruptions, calendars; frozen, and cross-checked.

The built-in Eurasian network and its sources stand beside, in `eurasia.yaml`.
"""

from __future__ import annotations

from sim.model.check import cross_check
from sim.model.consignment_sizes import smallest_consignments
from sim.model.countries import EU, EU_MEMBERS, countries_meant
from sim.model.demand import HS_CODE, Booked, CargoClass, Flow, Routing
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
from sim.model.distributions import (
    Constant,
    Distribution,
    MeanAndP90,
    Named,
    Quantiles,
    Sample,
    Triangular,
    average,
    median,
)
from sim.model.expected import Arrivals, Expected
from sim.model.faults import Fault
from sim.model.figures import Figure, Grade
from sim.model.frozen import Frozen
from sim.model.limits import CONSIGNMENTS_MAX, LONGEST_S, SPEED_MAX, SPEED_MIN
from sim.model.network import (
    COUNTRY,
    ID,
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
from sim.model.parts import Part, emissions_kg_per_t, parts_of, tariff_usd_per_feu
from sim.model.policies import Avoided, Delayed, Detained, Inspected, Policy
from sim.model.routes import (
    DIRECTIONS,
    countries_of,
    direction_of,
    is_timetabled,
    legs_of,
    life_of,
    line_names,
    opening_s,
    unload_operation,
    way_of,
)
from sim.model.rule_file import RuleFile
from sim.model.rules import binds, chain_checkpoint, checkpoint, crosses
from sim.model.scenario import Period, Scenario
from sim.model.shippers import Choice
from sim.model.targets import GROUPS, KIND_OF, closed_services, hit, priced_services
from sim.model.train_classes import BY_CLASS, CLASSES, FOR_ALL, ByClass, TrainClass, of_class
from sim.model.warn import warnings_of

__all__ = [
    "BY_CLASS",
    "CLASSES",
    "CONSIGNMENTS_MAX",
    "COUNTRY",
    "DIRECTIONS",
    "EU",
    "EU_MEMBERS",
    "FOR_ALL",
    "GROUPS",
    "HS_CODE",
    "ID",
    "KIND_OF",
    "LONGEST_S",
    "SPEED_MAX",
    "SPEED_MIN",
    "Announced",
    "Arrivals",
    "Avoided",
    "Booked",
    "ByClass",
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
    "Expected",
    "Facility",
    "Fault",
    "Figure",
    "Fleet",
    "Flow",
    "Frozen",
    "Grade",
    "Hours",
    "Inspected",
    "Leg",
    "Linked",
    "MeanAndP90",
    "Named",
    "Observation",
    "Operation",
    "Part",
    "Period",
    "Policy",
    "Quantiles",
    "Railway",
    "RandomTimes",
    "Recovery",
    "Revision",
    "Routing",
    "RuleFile",
    "Sample",
    "Scenario",
    "Service",
    "Stage",
    "Target",
    "TrainClass",
    "Triangular",
    "Weather",
    "WhenFull",
    "WhenHeld",
    "average",
    "binds",
    "chain_checkpoint",
    "checkpoint",
    "closed_services",
    "countries_meant",
    "countries_of",
    "cross_check",
    "crosses",
    "direction_of",
    "emissions_kg_per_t",
    "hit",
    "is_timetabled",
    "legs_of",
    "life_of",
    "line_names",
    "median",
    "of_class",
    "opening_s",
    "parts_of",
    "priced_services",
    "smallest_consignments",
    "tariff_usd_per_feu",
    "unload_operation",
    "warnings_of",
    "way_of",
]
