"""Cross-checks of names: none may be a word that results use for something else, nor one that a command could not tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.model.faults import Fault
from sim.model.scenario import Scenario

RESERVED: Mapping[str, str] = {
    "all": "rows of all freight together",
    "refused": "freight that no chain took",
    "westbound": "freight and trains that go west",
    "eastbound": "freight and trains that go east",
}
"""Words that stand in tables, verdicts and pictures where an id may stand too, and for what."""
TABLES = (
    "openings", "railways", "facilities", "legs", "weathers", "fleets", "services", "chains", "corridors", "cargo", "flows",
    "policies", "disruptions",
)  # fmt: skip
"""Everything in a scenario that has an id."""


def check_names(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of ids: words that results use, and a policy and a disruption that are both called the same."""
    for table in TABLES:
        for name in getattr(scenario, table):
            if name in RESERVED:
                yield (
                    (table, name),
                    f"'{name}' is the word of results for {RESERVED[name]}. Write another name, for example {name}-1.",
                )
    for name in scenario.policies:
        if name in scenario.disruptions:
            yield (
                ("disruptions", name),
                f"a policy is called '{name}' too, so nobody could say which of the two is meant. "
                f"Write another name, for example {name}-event.",
            )
