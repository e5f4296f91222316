"""Measures with intervals over replications, what policies did, paired comparisons with verdicts in words, warm-up, where the time went."""

from sim.stats.alike import LATER
from sim.stats.binding import bound_sentences, silent_sentences
from sim.stats.compare import CorrelationWon, Side, between_corridors, consignment_correlation, differences
from sim.stats.completing import completed
from sim.stats.disruptions import DISRUPTION_MEASURES, disruption_values, summarise_disruptions
from sim.stats.distribution import box_numbers, ecdf_band, sample_sizes
from sim.stats.intervals import Interval, mean_interval
from sim.stats.judging import Finding, Matters
from sim.stats.measured import Measure, Measures, Told
from sim.stats.measures import MEASURES
from sim.stats.nothing import nothing_carried
from sim.stats.policies import POLICY_MEASURES, policy_values, summarise_policies
from sim.stats.replications import replication_measures
from sim.stats.shock_measures import SHOCK_MEASURES
from sim.stats.summary import summarise
from sim.stats.time_spent import busiest, where_time_went
from sim.stats.verdicts import Compared, Verdict, judged, verdicts
from sim.stats.waiting import busiest_queues
from sim.stats.warm_up import mser5, suggest_warm_up

KINDS_OF_MEASURES = (MEASURES, POLICY_MEASURES, DISRUPTION_MEASURES, SHOCK_MEASURES, LATER)
"""Every measure that there is, by of what it is one."""

__all__ = [
    "DISRUPTION_MEASURES",
    "KINDS_OF_MEASURES",
    "LATER",
    "MEASURES",
    "POLICY_MEASURES",
    "SHOCK_MEASURES",
    "Compared",
    "CorrelationWon",
    "Finding",
    "Interval",
    "Matters",
    "Measure",
    "Measures",
    "Side",
    "Told",
    "Verdict",
    "between_corridors",
    "bound_sentences",
    "box_numbers",
    "busiest",
    "busiest_queues",
    "completed",
    "consignment_correlation",
    "differences",
    "disruption_values",
    "ecdf_band",
    "judged",
    "mean_interval",
    "mser5",
    "nothing_carried",
    "policy_values",
    "replication_measures",
    "sample_sizes",
    "silent_sentences",
    "suggest_warm_up",
    "summarise",
    "summarise_disruptions",
    "summarise_policies",
    "verdicts",
    "where_time_went",
]
