"""What goes into an experiment and what comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from sim.errors import Finding, LandbridgeError
from sim.model import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Ledger


class FileDigest(Protocol):
    """A file that was read, and the SHA-256 of what was in it."""

    @property
    def path(self) -> str:
        """Where it was."""

    @property
    def sha256(self) -> str:
        """What was in it."""


@dataclass(frozen=True)
class Case:
    """One scenario to run: its name in tables, and for the manifest its merged text, its files, notes and warnings."""

    name: str
    scenario: Scenario
    text: str = ""
    files: tuple[FileDigest, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the scenario, less how often it is to be run."""
        return hashlib.sha256(self.scenario.model_dump_json(exclude={"replications"}).encode()).hexdigest()


def told_apart(cases: Sequence[Case]) -> None:
    """Raise LandbridgeError when two cases have one name: tables could not tell them apart."""
    names = [case.name for case in cases]
    for name in names:
        if names.count(name) > 1:
            raise LandbridgeError(
                f"two scenarios are called '{name}'. Give each a name of its own, for example '{name}' and '{name} (2)'."
            )


@dataclass(frozen=True)
class Outcome:
    """All replications of one case: measures, what policies and disruptions did, by replication, and digests over all of them.

    `ledger` opens the measured consignments of one replication at a time.
    """

    case: Case
    engine: str
    values: pd.DataFrame
    policies: pd.DataFrame
    disruptions: pd.DataFrame
    plan_digest: str
    log_digest: str
    replications: int
    ledger: Ledger
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Measures over all replications, with intervals; made when they are first asked for, and once."""
        from sim.stats import summarise

        return summarise(self.values, self.ledger)

    def moved(self, ledger: Ledger) -> Outcome:
        """The same, its ledger at another place with the same in it: what was summed up stays so."""
        there = replace(self, ledger=ledger)
        there.__dict__.update({name: made for name, made in self.__dict__.items() if name == "rows"})
        return there


def digest_of(parts: Iterable[str]) -> str:
    """SHA-256 over the digests of all replications, in their order."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode())
    return total.hexdigest()
