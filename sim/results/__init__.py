"""Tables from an event log, and the run folder that keeps them."""

from sim.results.columns import ACTS, CAUSE_COLUMNS, LEVEL_STEP_S, TABLES, Column
from sim.results.ledger import LEDGER, LEDGER_FILE, Ledger, gather_ledger, ledger_rows, pack_ledger
from sim.results.parts import packed_rows, read_rows, write_parts
from sim.results.run_folder import Run, read_run, write_json
from sim.results.tables import Packer, Tables, gather, measured_tables, tabulate, write_tables
from sim.results.unfinished import Record, UnfinishedRun, part_of, remove_leftover, unfinished_run

__all__ = [
    "ACTS",
    "CAUSE_COLUMNS",
    "LEDGER",
    "LEDGER_FILE",
    "LEVEL_STEP_S",
    "TABLES",
    "Column",
    "Ledger",
    "Packer",
    "Record",
    "Run",
    "Tables",
    "UnfinishedRun",
    "gather",
    "gather_ledger",
    "ledger_rows",
    "measured_tables",
    "pack_ledger",
    "packed_rows",
    "part_of",
    "read_rows",
    "read_run",
    "remove_leftover",
    "tabulate",
    "unfinished_run",
    "write_json",
    "write_parts",
    "write_tables",
]
