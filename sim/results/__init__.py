"""Tables from an event log, and the run folder that keeps them."""

from sim.results.columns import ACTS, CAUSE_COLUMNS, LEVEL_STEP_S, TABLES, Column
from sim.results.run_folder import Run, new_run_folder, read_run, write_json
from sim.results.tables import Tables, gather, tabulate, write_tables

__all__ = [
    "ACTS",
    "CAUSE_COLUMNS",
    "LEVEL_STEP_S",
    "TABLES",
    "Column",
    "Run",
    "Tables",
    "gather",
    "new_run_folder",
    "read_run",
    "tabulate",
    "write_json",
    "write_tables",
]
