"""A file of rules: policies and disruptions by themselves, which scenarios include by name."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.model.disruptions import Disruption
from sim.model.frozen import Frozen
from sim.model.network import Id
from sim.model.policies import Policy
from sim.model.texts import Prose, Title


class RuleFile(Frozen):
    """A rule, or closely related ones, as data. Its keys are those of a scenario; it has no period and no network."""

    schema_: Literal[1] = Field(alias="schema", description="version of the scenario format")
    title: Title = Field(description="what the rules are, in one line")
    purpose: Prose = Field(default="", description="what they do, and what is estimated")
    sources: tuple[Prose, ...] = Field(default=(), strict=False, description="addresses that they rest on")
    policies: dict[Id, Policy] = Field(default_factory=dict)
    disruptions: dict[Id, Disruption] = Field(default_factory=dict)
