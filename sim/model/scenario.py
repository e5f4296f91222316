"""A whole scenario: the network, the demand, the shocks and how to run them; frozen after checking."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from sim.model.demand import CargoClass, Flow
from sim.model.disruptions import Disruption
from sim.model.frozen import Frozen
from sim.model.network import Chain, Corridor, Facility, Fleet, Id, Leg, Opening, Railway, Service, Weather
from sim.model.policies import Policy
from sim.model.quantities import Date, Duration, LongDuration
from sim.model.shippers import Choice
from sim.model.texts import Prose, Title
from sim.units import seconds_since


class Period(Frozen):
    """What is simulated, and which releases are measured: those after `warm_up` and before `cool_down`."""

    start: Date = Field(description="first day, UTC")
    length: LongDuration
    warm_up: Duration | None = Field(
        default=None, description="time at the beginning whose releases are not measured"
    )
    cool_down: Duration | None = Field(
        default=None, description="time at the end whose releases are not measured"
    )

    @property
    def begin(self) -> datetime:
        """First second of the period."""
        start: datetime = self.start
        return start

    def second(self, moment: datetime) -> int:
        """Seconds from the period's start to a moment."""
        return seconds_since(self.begin, moment)


class Scenario(Frozen):
    """Everything that a run needs. `schema` is the version of this format."""

    schema_: Literal[1] = Field(alias="schema", description="version of the scenario format")
    title: Title = Field(description="one line for tables and pictures")
    purpose: Prose = Field(default="", description="what the scenario is for, and what it assumes")
    sources: tuple[Prose, ...] = Field(
        default=(), strict=False, description="addresses that the scenario rests on"
    )
    network: Literal["eurasia", "none"] = Field(
        default="eurasia", description="the built-in network below the scenario, or none"
    )
    period: Period
    replications: int = Field(default=10, ge=1, le=100_000)
    seed: int = Field(default=0, ge=0, lt=2**63)
    openings: dict[Id, Opening] = Field(
        default_factory=dict, description="dates at which parts of the network open"
    )
    railways: dict[Id, Railway] = Field(default_factory=dict)
    facilities: dict[Id, Facility] = Field(default_factory=dict)
    legs: dict[Id, Leg] = Field(default_factory=dict)
    weathers: dict[Id, Weather] = Field(default_factory=dict)
    fleets: dict[Id, Fleet] = Field(default_factory=dict)
    services: dict[Id, Service] = Field(default_factory=dict)
    chains: dict[Id, Chain] = Field(default_factory=dict)
    corridors: dict[Id, Corridor] = Field(default_factory=dict)
    cargo: dict[Id, CargoClass] = Field(default_factory=dict)
    flows: dict[Id, Flow] = Field(default_factory=dict)
    choice: Choice = Field(
        default_factory=Choice, description="how shippers choose among the chains of a flow"
    )
    policies: dict[Id, Policy] = Field(default_factory=dict)
    disruptions: dict[Id, Disruption] = Field(default_factory=dict)
