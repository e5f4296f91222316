"""What places, corridors and markets are called in sentences: as people know them, where the scenario says so, else by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.stats.cells import is_narrow
from sim.stats.measured import ALL

Called = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Words:
    """Names in sentences, by breakdown and id: ("od", "xian:tashkent") is "Xi'an–Tashkent", ("way", "cku") "the CKU".

    A way is a corridor as one says "by" it.
    """

    called: Called = field(default_factory=dict)

    def name(self, column: str, name: str) -> str:
        """What something is called."""
        return self.called.get((column, name), name)

    def cell(self, cell: Mapping[str, str]) -> str:
        """Name the freight of a cell: "all freight", "northern", "Europe, northern westbound", "Xi'an–Tashkent", "chain kashgar-osh"."""
        if cell["chain"] != ALL:
            return " ".join([f"chain {cell['chain']}", *_given(cell, "direction")])
        if is_narrow(cell):
            places = [
                self.name(column, name) for column, name in cell.items() if column in _PLACES and name != ALL
            ]
            market = [self.name("market", name) for name in _given(cell, "market")]
            return ", ".join([*places, *market, *_given(cell, "corridor")])
        named = " ".join(_given(cell, "corridor", "direction", "cargo"))
        market = [self.name("market", name) for name in _given(cell, "market")]
        return ", ".join([*market, *([named] if named else [])]) or "all freight"


_PLACES = ("origin", "destination", "od", "flow")


def _given(cell: Mapping[str, str], *columns: str) -> list[str]:
    """Names of a cell that are not pooled."""
    return [cell[column] for column in columns if cell[column] != ALL]
