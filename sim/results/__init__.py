"""Tables from an event log, and the run folder that keeps them."""

from typing import TYPE_CHECKING

from sim.faces import opened

if TYPE_CHECKING:
    from sim.results.columns import ACTS, CAUSE_COLUMNS, LEVEL_STEP_S, TABLES, Column
    from sim.results.consignments import NO_MARKET, consignments_table, od_of
    from sim.results.contents import CONTENTS, changes, seal
    from sim.results.courses import Courses, courses_of, met_s
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
    from sim.results.figure_columns import CELL, KPIS, POLICY_KPIS, POLICY_VALUES, VALUES, column_names
    from sim.results.itineraries import itineraries_of
    from sim.results.ledger import LEDGER, LEDGER_FILE, Cohort, Ledger, gather_ledger, pack_ledger
    from sim.results.opening import plain
    from sim.results.parts import Check, packed_rows, write_parts
    from sim.results.reading import read_measures
    from sim.results.reasons import likely_reasons
    from sim.results.reckoning import Departures, Reckoning, prepare, reckoning_of
    from sim.results.rides import Columns, grouped
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
    from sim.results.trips import visits_table
    from sim.results.unfinished import Record, UnfinishedRun, part_of, remove_leftover, unfinished_run
else:
    __getattr__ = opened(__name__)

__all__ = [
    "ACTS",
    "CAUSE_COLUMNS",
    "CELL",
    "CONTENTS",
    "EXPORTED",
    "KPIS",
    "LEDGER",
    "LEDGER_FILE",
    "LEVEL_STEP_S",
    "NO_MARKET",
    "OF_DISRUPTION_VALUES",
    "OF_POLICY_VALUES",
    "OF_VALUES",
    "POLICY_KPIS",
    "POLICY_VALUES",
    "TABLES",
    "VALUES",
    "ChainRecord",
    "Check",
    "ClosureRecord",
    "Cohort",
    "Column",
    "Columns",
    "CorridorRecord",
    "Courses",
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
    "column_names",
    "consignments_table",
    "courses_of",
    "export_run",
    "gather",
    "gather_ledger",
    "grouped",
    "itineraries_of",
    "likely_reasons",
    "met_s",
    "od_of",
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
    "visits_table",
    "write_json",
    "write_parts",
    "write_record",
    "write_tables",
]
