"""Tables from an event log, and the run folder that keeps them."""

from sim.results.columns import ACTS, CAUSE_COLUMNS, LEVEL_STEP_S, TABLES, Column
from sim.results.contents import CONTENTS, changes, seal
from sim.results.export import EXPORTED, export_run
from sim.results.ledger import LEDGER, LEDGER_FILE, Ledger, gather_ledger, ledger_rows, pack_ledger
from sim.results.opening import plain
from sim.results.parts import Check, packed_rows, write_parts
from sim.results.reading import read_measures
from sim.results.run_folder import (
    OF_DISRUPTION_VALUES,
    OF_POLICY_VALUES,
    OF_VALUES,
    Run,
    read_run,
    write_json,
)
from sim.results.tables import (
    MeasuredTables,
    Packer,
    Tables,
    gather,
    measured_tables,
    tabulate,
    write_tables,
)
from sim.results.unfinished import Record, UnfinishedRun, part_of, remove_leftover, unfinished_run

__all__ = [
    "ACTS",
    "CAUSE_COLUMNS",
    "CONTENTS",
    "EXPORTED",
    "LEDGER",
    "LEDGER_FILE",
    "LEVEL_STEP_S",
    "OF_DISRUPTION_VALUES",
    "OF_POLICY_VALUES",
    "OF_VALUES",
    "TABLES",
    "Check",
    "Column",
    "Ledger",
    "MeasuredTables",
    "Packer",
    "Record",
    "Run",
    "Tables",
    "UnfinishedRun",
    "changes",
    "export_run",
    "gather",
    "gather_ledger",
    "ledger_rows",
    "measured_tables",
    "pack_ledger",
    "packed_rows",
    "part_of",
    "plain",
    "read_measures",
    "read_run",
    "remove_leftover",
    "seal",
    "tabulate",
    "unfinished_run",
    "write_json",
    "write_parts",
    "write_tables",
]
