"""Every measure that there is, by of what it is one."""

from __future__ import annotations

from sim.stats.alike import LATER
from sim.stats.disruptions import DISRUPTION_MEASURES
from sim.stats.measures import MEASURES
from sim.stats.policies import POLICY_MEASURES
from sim.stats.shock_measures import SHOCK_MEASURES

KINDS_OF_MEASURES = (MEASURES, POLICY_MEASURES, DISRUPTION_MEASURES, SHOCK_MEASURES, LATER)
"""Measures of replications, of policies, of disruptions, of shocks, and of comparisons."""
