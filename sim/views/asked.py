"""What a picture is asked to show: the runs, by the names that it gives them, and the freight, chain and places chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sim.views.run_names import which_scenarios
from sim.views.titles import corridor_titles, full_corridor_titles, titled

if TYPE_CHECKING:
    from sim.results import Run


_APART = {
    "flow": "flow",
    "market": "market",
    "origin": "origin",
    "destination": "destination",
    "od": "origin and destination",
}
"""What may be told apart in place of corridors, in titles."""


@dataclass(frozen=True)
class Asked:
    """One picture to draw; the first run is the reference. None and () stand for all, or for the busiest.

    `freight` are names by column of the consignments (flow, od, market) that alone are shown; `by` is told apart in place of corridors.
    """

    title: str
    runs: Mapping[str, Run]
    corridor: str | None = None
    direction: str | None = None
    chain: str | None = None
    places: tuple[str, ...] = ()
    freight: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str | None = None

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Title by corridor, of all runs together."""
        return corridor_titles(full_corridor_titles(run.network for run in self.runs.values()))

    @property
    def corridor_title(self) -> str:
        """The title of the corridor chosen; empty when none is."""
        return titled(self.titles, self.corridor) if self.corridor else ""

    def headline(self, *only: str | None, title: str = "") -> str:
        """The picture's title with what alone it shows, and below it a line for each run: which scenario that is.

        Parameters: only: the freight or chain, as words (empty ones are left out); title: instead of the plot's own.
        """
        words = ", ".join(part for part in only if part)
        title = title or self.title
        if self.by is not None:
            title = f"{title.removesuffix(' by corridor')} by {_APART[self.by]}"
        scenarios = "\n".join(which_scenarios(list(self.runs.values()), list(self.runs)))
        return f"{title}: {words}\n{scenarios}" if words else f"{title}\n{scenarios}"
