"""Scenarios x replications x workers: the same answer with any number of workers."""

from sim.engine import ENGINES
from sim.experiment.cases import Case, Outcome
from sim.experiment.comparison import Comparison, compare_outcomes
from sim.experiment.folders import run_to_folder
from sim.experiment.replicate import run_cases
from sim.experiment.workers import Cluster

__all__ = [
    "ENGINES",
    "Case",
    "Cluster",
    "Comparison",
    "Outcome",
    "compare_outcomes",
    "run_cases",
    "run_to_folder",
]
