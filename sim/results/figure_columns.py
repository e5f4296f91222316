"""The columns of the tables of figures, declared once: of each replication, and over all of them."""

from __future__ import annotations

from collections.abc import Mapping

from sim.results.columns import Column

_SCENARIO = Column("scenario", "text", "", "name of the scenario")
_REPLICATION = Column("replication", "integer", "", "replication, from 0")
CELL: tuple[Column, ...] = (
    Column("corridor", "text", "", 'corridor, "all" where pooled; freight counts under its last one'),
    Column("direction", "text", "", 'westbound or eastbound, "all" where pooled'),
    Column("chain", "text", "", 'chain with `--by chain`, else "all"'),
    Column("cargo", "text", "", 'cargo class with `--by cargo`, else "all"'),
    Column("flow", "text", "", 'flow with `--by flow`, else "all"'),
    Column(
        "market",
        "text",
        "",
        'market, where measured flows have some, and "all" where pooled',
    ),
    Column("origin", "text", "", 'origin with `--by origin`, else "all"'),
    Column("destination", "text", "", 'destination with `--by destination`, else "all"'),
    Column("od", "text", "", 'pair of origin and destination with `--by od`, else "all"'),
)
"""Of what freight a figure is; the ledger has them all."""
_MEASURE = (
    Column("measure", "text", "", "name of the measure: [below](#measures)"),
    Column("unit", "text", "", "its unit"),
)
_OVER_ALL = (
    Column(
        "estimate",
        "number",
        "of the measure",
        "mean over the replications with a value; not a number where there is too little freight for one",
    ),
    Column(
        "low",
        "number",
        "of the measure",
        "lower end of its 95 % interval; not a number where there is none: fewer than five values, too few consignments",
    ),
    Column("high", "number", "of the measure", "upper end; a lower bound has none"),
    Column(
        "replications",
        "integer",
        "",
        "replications with a value: of amounts all, of times, prices and shares of freight those that have freight",
    ),
)
VALUES: tuple[Column, ...] = (
    _SCENARIO,
    _REPLICATION,
    *CELL,
    *_MEASURE,
    Column(
        "value", "number", "of the measure", "its value; not a number where there is no freight to have one"
    ),
    Column("lower_bound", "truth", "", "freight under way entered with its age, and the value can only grow"),
    Column(
        "consignments",
        "integer",
        "",
        "how many stand behind the value: those carried; of `refused` those offered; of `load.factor` departures",
    ),
)
KPIS: tuple[Column, ...] = (
    _SCENARIO,
    *CELL,
    *_MEASURE,
    *_OVER_ALL,
    Column("with_freight", "integer", "", "replications in which the cell has freight"),
    Column(
        "lower_bound",
        "truth",
        "",
        "the value of at least one replication is a lower bound: so is the estimate",
    ),
    Column("consignments", "integer", "", "consignments behind the figure, of all replications"),
    Column(
        "small",
        "truth",
        "",
        "too little freight for a figure by replication: not for verdicts, not in pictures",
    ),
    Column(
        "pooled",
        "truth",
        "",
        "a quantile of all replications together, since one of them has too little freight",
    ),
)
POLICY_VALUES: tuple[Column, ...] = (
    _SCENARIO,
    _REPLICATION,
    Column("policy", "text", "", "the policy"),
    Column("act", "text", "", "what it did: [below](#what-policies-did)"),
    *_MEASURE,
    Column(
        "value", "number", "of the measure", "its value; not a number where nothing was bound to have one"
    ),
)
POLICY_KPIS: tuple[Column, ...] = (_SCENARIO, *POLICY_VALUES[2:6], *_OVER_ALL)
FIGURES: Mapping[str, tuple[Column, ...]] = {
    "values": VALUES,
    "kpis": KPIS,
    "policy-values": POLICY_VALUES,
    "policies": POLICY_KPIS,
}
"""Columns of the tables of figures in a run folder, by file."""
KINDS: Mapping[str, str] = {column.name: column.kind for table in FIGURES.values() for column in table}
"""Kind of every column of figures, by name: one name has one kind."""


def column_names(columns: tuple[Column, ...]) -> list[str]:
    """Their names in order."""
    return [column.name for column in columns]
