"""How observed figures are counted: by source, those that stand behind a number of the model apart, and so on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sim.experiment.calibration import MET, verdict
from sim.model import Observation

if TYPE_CHECKING:
    from sim.stats import Spread

_ADDRESS = re.compile(r"https?://[^\s,;()<>\"]+")
_OF_QUOTES = (".quoted", ".deadline")
"""What was quoted to shippers, or is too late for them, is in the measures and moves no freight."""
_NAMED = 3


class Evidence(Protocol):
    """A number of a scenario, and what it rests on."""

    @property
    def path(self) -> str:
        """Where it stands."""

    @property
    def source(self) -> str:
        """Its source in words, with addresses."""


class Standing(Enum):
    """As what a figure counts."""

    OBSERVED = "observed"
    BEST_RUN = "observed best runs and calm weeks beside free flow"
    ANNOUNCED = "announced"
    ESTIMATE = "estimates"
    FITTED = "behind a number of the network"
    INPUT = "given to the model"
    APART = "without a counterpart"


SCORED = (Standing.OBSERVED, Standing.BEST_RUN, Standing.ANNOUNCED, Standing.FITTED)
"""What is counted, each for itself."""


@dataclass(frozen=True)
class Judged:
    """An observation, the model's counterpart of it, and the paths of numbers of the model that rest on it or on its page."""

    one: Observation
    spread: Spread
    behind: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Whether it is met, and by how much it is missed."""
        return verdict(self.one, self.spread)

    @property
    def met(self) -> bool:
        """Whether it is met."""
        return self.verdict == MET

    @property
    def standing(self) -> Standing:
        """As what it counts."""
        if self.one.kind in ("input", "apart", "estimate"):
            return {"input": Standing.INPUT, "apart": Standing.APART, "estimate": Standing.ESTIMATE}[
                self.one.kind
            ]
        if self.behind:
            return Standing.FITTED
        if self.one.kind == "announced":
            return Standing.ANNOUNCED
        return Standing.BEST_RUN if self.one.free_flow is not None else Standing.OBSERVED

    @property
    def named(self) -> str:
        """The numbers that rest on it, the first ones by name: "`railways.rzd.speed` and 2 more"."""
        shown = ", ".join(f"`{path}`" for path in self.behind[:_NAMED])
        more = len(self.behind) - _NAMED
        return f"{shown} and {more} more" if more > 0 else shown


class Score(NamedTuple):
    """As what sources count, how many there are, of how many all or some figures are met; how many figures, how many of them met."""

    standing: Standing
    sources: int
    met: int
    in_part: int
    figures: int
    figures_met: int

    @property
    def words(self) -> str:
        """In words: "observed: of 9 independent sources 4 are met and 1 in part (7 of 12 figures)"."""
        kind = "" if self.standing is Standing.FITTED else "independent "
        what = f"{kind}source{'' if self.sources == 1 else 's'}"
        met = f"{self.met or 'none'} {'are' if self.met > 1 else 'is'} met"
        part = f" and {self.in_part} in part" if self.in_part else ""
        figures = f"{self.figures_met} of {self.figures} figure{'' if self.figures == 1 else 's'}"
        return f"{self.standing.value}: of {self.sources} {what} {met}{part} ({figures})"


def page_of(address: str) -> str:
    """A page by its address, however that is written: without scheme, "www." and a closing slash, in small letters."""
    return re.sub(r"^https?://(www\.)?", "", address.lower().rstrip("./")).rstrip("/")


def pages_behind(evidence: Iterable[Evidence]) -> dict[str, tuple[str, ...]]:
    """The paths of the numbers that rest on each page; those of quotes are left out."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in evidence:
        if not row.path.endswith(_OF_QUOTES):
            for address in _ADDRESS.findall(row.source):
                found[page_of(address)][row.path] = None
    return {page: tuple(paths) for page, paths in found.items()}


def judged(
    found: Iterable[tuple[Observation, Spread]], pages: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> list[Judged]:
    """Every observation with what rests on it; `pages` are those behind the numbers of each scenario, by its name."""
    return [
        Judged(
            one,
            spread,
            tuple(dict.fromkeys((*one.behind, *pages[one.scenario].get(page_of(one.source), ())))),
        )
        for one, spread in found
    ]


def score_of(found: Iterable[Judged], standing: Standing) -> Score:
    """Count what has this standing: figures of one page are one source, which is met when all of them are."""
    by_page: dict[str, list[bool]] = defaultdict(list)
    for one in found:
        if one.standing is standing:
            by_page[page_of(one.one.source)].append(one.met)
    figures = [met for mets in by_page.values() for met in mets]
    return Score(
        standing,
        len(by_page),
        sum(all(mets) for mets in by_page.values()),
        sum(any(mets) and not all(mets) for mets in by_page.values()),
        len(figures),
        sum(figures),
    )


def misses(found: Sequence[Judged]) -> list[Judged]:
    """What is counted, or estimated, and not met."""
    return [one for one in found if one.standing in (*SCORED, Standing.ESTIMATE) and not one.met]
