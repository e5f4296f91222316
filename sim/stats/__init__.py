"""Measures with intervals over replications, what policies did, paired comparisons with verdicts in words, warm-up, where the time went."""

from typing import TYPE_CHECKING

from sim.faces import opened

if TYPE_CHECKING:
    from sim.stats.alike import LATER
    from sim.stats.alone import alone_sentences
    from sim.stats.binding import bound_sentences, silent_sentences
    from sim.stats.calibration import (
        Spread,
        Window,
        place_hours,
        queue_trips,
        spread_of,
        spread_of_one,
        transit_days,
        volume_teu,
        way_days,
    )
    from sim.stats.cells import BREAKDOWNS, NARROW
    from sim.stats.chains import any_late, busiest_chains, busiest_directions, delivered, measured_teu
    from sim.stats.compare import (
        BETWEEN_CORRIDORS,
        DIFFERENCES,
        MOVED,
        CorrelationWon,
        Side,
        between_corridors,
        consignment_correlation,
        differences,
    )
    from sim.stats.completing import completed
    from sim.stats.criticality import ranking, worst
    from sim.stats.dates import date_of, dates_of, moment
    from sim.stats.disruptions import DISRUPTION_MEASURES, disruption_values, summarise_disruptions
    from sim.stats.distribution import (
        SHOWN,
        SMALL,
        box_numbers,
        ecdf_band,
        merge_small_causes,
        sample_sizes,
        too_small,
    )
    from sim.stats.every_measure import KINDS_OF_MEASURES
    from sim.stats.intervals import LEAST_REPLICATIONS, Interval, mean_interval
    from sim.stats.journeys import journey, stages_of, stops
    from sim.stats.judging import Finding, Matters
    from sim.stats.measured import Measure, Measures, Told
    from sim.stats.measures import MEASURES
    from sim.stats.nothing import nothing_carried
    from sim.stats.policies import POLICY_MEASURES, policy_values, summarise_policies
    from sim.stats.replications import cohort_measures, replication_measures
    from sim.stats.resilience import delays, mean_moves, moves, paired, resilience_measures, shock_summary
    from sim.stats.resilience_words import shock_verdicts
    from sim.stats.shares import corridor_shares, dated_shares, measured_flows
    from sim.stats.shock_measures import SHOCK_MEASURES, Shaken, shock_figures
    from sim.stats.struck import LEAST_USUAL, ShockWindow, mean_delays, too_few, without_weeks_of_few
    from sim.stats.summary import BEYOND, LEAST_CONSIGNMENTS, fewest_for, summarise
    from sim.stats.time_spent import busiest, where_time_went
    from sim.stats.told import Verdict
    from sim.stats.traffic import (
        kept_replications,
        line_traffic,
        mean_waiting,
        measured_days,
    )
    from sim.stats.train_diagram import kilometres, services_along, stretches, train_paths, window_of
    from sim.stats.verdict import Compared, judged, verdicts
    from sim.stats.waiting import busiest_queues, on_the_way
    from sim.stats.warm_up import mser5, suggest_warm_up
    from sim.stats.weekly import mean_weeks, weekly_table
    from sim.stats.words import Words
else:
    __getattr__ = opened(__name__)

__all__ = [
    "BETWEEN_CORRIDORS",
    "BEYOND",
    "BREAKDOWNS",
    "DIFFERENCES",
    "DISRUPTION_MEASURES",
    "KINDS_OF_MEASURES",
    "LATER",
    "LEAST_CONSIGNMENTS",
    "LEAST_REPLICATIONS",
    "LEAST_USUAL",
    "MEASURES",
    "MOVED",
    "NARROW",
    "POLICY_MEASURES",
    "SHOCK_MEASURES",
    "SHOWN",
    "SMALL",
    "Compared",
    "CorrelationWon",
    "Finding",
    "Interval",
    "Matters",
    "Measure",
    "Measures",
    "Shaken",
    "ShockWindow",
    "Side",
    "Spread",
    "Told",
    "Verdict",
    "Window",
    "Words",
    "alone_sentences",
    "any_late",
    "between_corridors",
    "bound_sentences",
    "box_numbers",
    "busiest",
    "busiest_chains",
    "busiest_directions",
    "busiest_queues",
    "cohort_measures",
    "completed",
    "consignment_correlation",
    "corridor_shares",
    "date_of",
    "dated_shares",
    "dates_of",
    "delays",
    "delivered",
    "differences",
    "disruption_values",
    "ecdf_band",
    "fewest_for",
    "journey",
    "judged",
    "kept_replications",
    "kilometres",
    "line_traffic",
    "mean_delays",
    "mean_interval",
    "mean_moves",
    "mean_waiting",
    "mean_weeks",
    "measured_days",
    "measured_flows",
    "measured_teu",
    "merge_small_causes",
    "moment",
    "moves",
    "mser5",
    "nothing_carried",
    "on_the_way",
    "paired",
    "place_hours",
    "policy_values",
    "queue_trips",
    "ranking",
    "replication_measures",
    "resilience_measures",
    "sample_sizes",
    "services_along",
    "shock_figures",
    "shock_summary",
    "shock_verdicts",
    "silent_sentences",
    "spread_of",
    "spread_of_one",
    "stages_of",
    "stops",
    "stretches",
    "suggest_warm_up",
    "summarise",
    "summarise_disruptions",
    "summarise_policies",
    "too_few",
    "too_small",
    "train_paths",
    "transit_days",
    "verdicts",
    "volume_teu",
    "way_days",
    "weekly_table",
    "where_time_went",
    "window_of",
    "without_weeks_of_few",
    "worst",
]
