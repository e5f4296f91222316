"""Scenarios x replications x a measure: the same answer whoever does the work, and none of it twice."""

from sim.engine import ENGINES
from sim.experiment.cache import Cache, usual_cache
from sim.experiment.cases import Case, Outcome
from sim.experiment.comparison import Comparison, compare_outcomes
from sim.experiment.folders import run_to_folder
from sim.experiment.measured import run_cases
from sim.experiment.replication import Replication
from sim.experiment.study import Done, Kept, Study, Task
from sim.experiment.workers import ALONE, Cluster, Workers

__all__ = [
    "ALONE",
    "ENGINES",
    "Cache",
    "Case",
    "Cluster",
    "Comparison",
    "Done",
    "Kept",
    "Outcome",
    "Replication",
    "Study",
    "Task",
    "Workers",
    "compare_outcomes",
    "run_cases",
    "run_to_folder",
    "usual_cache",
]
