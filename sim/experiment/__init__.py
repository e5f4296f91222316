"""Scenarios x replications x a measure: the same answer whoever does the work, and none of it twice."""

from typing import TYPE_CHECKING

from sim.faces import opened

if TYPE_CHECKING:
    from sim.engine import ENGINES
    from sim.experiment.cache import Cache, Entry, code_state, usual_cache
    from sim.experiment.calibration import MET, TOLERANCE, compared, counterparts, figure, verdict
    from sim.experiment.cases import Case, Outcome
    from sim.experiment.comparison import Comparison, compare_outcomes
    from sim.experiment.criticality import Criticality, close_each, closure_of, first_monday, places_of
    from sim.experiment.criticality import Kind as ClosedKind
    from sim.experiment.documents import (
        closure_dates,
        comparison_document,
        criticality_document,
        rows_of,
        shock_dates,
        shock_document,
    )
    from sim.experiment.folders import run_to_folder
    from sim.experiment.headlines import CorridorHeadline, Headline, headlines_of
    from sim.experiment.lanes import Simulated, Way, lanes_asked, ways_of
    from sim.experiment.measured import run_cases
    from sim.experiment.repeated import Repeated, repeat
    from sim.experiment.replication import Replication
    from sim.experiment.scoring import (
        SCORED,
        Judged,
        Score,
        Standing,
        judged,
        misses,
        page_of,
        pages_behind,
        score_of,
    )
    from sim.experiment.selected import FILTERS, breakdown_of, check_wanted, of_freight, several_markets
    from sim.experiment.shock import ALL_FREIGHT, ShockOutcome, dated_shocks, run_shock, run_shock_by
    from sim.experiment.study import Done, Kept, Study, Task
    from sim.experiment.words import words_of
    from sim.experiment.workers import ALONE, Cluster, Workers
else:
    __getattr__ = opened(__name__)

__all__ = [
    "ALL_FREIGHT",
    "ALONE",
    "ENGINES",
    "FILTERS",
    "MET",
    "SCORED",
    "TOLERANCE",
    "Cache",
    "Case",
    "ClosedKind",
    "Cluster",
    "Comparison",
    "CorridorHeadline",
    "Criticality",
    "Done",
    "Entry",
    "Headline",
    "Judged",
    "Kept",
    "Outcome",
    "Repeated",
    "Replication",
    "Score",
    "ShockOutcome",
    "Simulated",
    "Standing",
    "Study",
    "Task",
    "Way",
    "Workers",
    "breakdown_of",
    "check_wanted",
    "close_each",
    "closure_dates",
    "closure_of",
    "code_state",
    "compare_outcomes",
    "compared",
    "comparison_document",
    "counterparts",
    "criticality_document",
    "dated_shocks",
    "figure",
    "first_monday",
    "headlines_of",
    "judged",
    "lanes_asked",
    "misses",
    "of_freight",
    "page_of",
    "pages_behind",
    "places_of",
    "repeat",
    "rows_of",
    "run_cases",
    "run_shock",
    "run_shock_by",
    "run_to_folder",
    "score_of",
    "several_markets",
    "shock_dates",
    "shock_document",
    "usual_cache",
    "verdict",
    "ways_of",
    "words_of",
]
