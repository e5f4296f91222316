"""Tables from an event log, and the run folder that keeps them."""

from sim.results.columns import ACTS, CAUSE_COLUMNS, LEVEL_STEP_S, TABLES, Column
from sim.results.contents import CONTENTS, changes, seal
from sim.results.declared import (
    ChainRecord,
    ClosureRecord,
    CorridorRecord,
    FacilityRecord,
    LegRecord,
    ManifestRecord,
    NetworkRecord,
    PeriodRecord,
    ServiceRecord,
    SpellRecord,
)
from sim.results.export import EXPORTED, export_run
from sim.results.itineraries import FOLLOWING
from sim.results.ledger import LEDGER, LEDGER_FILE, Cohort, Ledger, gather_ledger, pack_ledger
from sim.results.opening import plain
from sim.results.parts import Check, packed_rows, write_parts
from sim.results.reading import read_measures
from sim.results.reasons import likely_reasons
from sim.results.reckoning import Departures, Reckoning, reckoning_of
from sim.results.run_folder import (
    OF_DISRUPTION_VALUES,
    OF_POLICY_VALUES,
    OF_VALUES,
    Origin,
    Run,
    read_run,
    write_json,
    write_record,
)
from sim.results.tables import Packer, Tables, gather, tabulate, write_tables
from sim.results.unfinished import Record, UnfinishedRun, part_of, remove_leftover, unfinished_run


def prepare() -> None:
    """Make what reads logs ready on this machine, before workers start: else each of them would compile it for itself."""
    FOLLOWING.ready()


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
    "ChainRecord",
    "Check",
    "ClosureRecord",
    "Cohort",
    "Column",
    "CorridorRecord",
    "Departures",
    "FacilityRecord",
    "Ledger",
    "LegRecord",
    "ManifestRecord",
    "NetworkRecord",
    "Origin",
    "Packer",
    "PeriodRecord",
    "Reckoning",
    "Record",
    "Run",
    "ServiceRecord",
    "SpellRecord",
    "Tables",
    "UnfinishedRun",
    "changes",
    "export_run",
    "gather",
    "gather_ledger",
    "likely_reasons",
    "pack_ledger",
    "packed_rows",
    "part_of",
    "plain",
    "prepare",
    "read_measures",
    "read_run",
    "reckoning_of",
    "remove_leftover",
    "seal",
    "tabulate",
    "unfinished_run",
    "write_json",
    "write_parts",
    "write_record",
    "write_tables",
]
