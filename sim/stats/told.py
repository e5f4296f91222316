"""What verdicts are made of: a sentence with its weight, and rows of comparisons as words take them."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.stats.judging import Finding
from sim.stats.wording import Change

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


class Verdict(NamedTuple):
    """A sentence, what it is about, and how much it matters.

    `about`: the two scenarios, or one twice for what is within it, and the freight ("all", a corridor, …). `importance`: of the
    largest difference that it calls one, how many times what matters it is, times the share of all freight that it concerns;
    0 when it calls none. `of_places`: it is about freight between places.
    """

    text: str
    a: str
    b: str
    about: str
    importance: float
    of_places: bool = False


def importance_of(row: Row, freight: float) -> float:
    """How many times what matters, times the share of freight that it concerns; 0 for what is no difference."""
    if row["finding"] != Finding.DIFFERENCE.value or not row["matters"] > 0 or not freight > 0:
        return 0.0
    concerned = 1.0 if isnan(row["teu"]) else row["teu"] / freight
    return float(abs(row["estimate"]) / row["matters"] * concerned)


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Rows of a table by name of column."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def change_of(row: Row) -> Change:
    """A row of differences as words take it."""
    return Change(
        row["measure"], row["unit"], str(row["a"]), str(row["b"]), row["estimate"], row["low"], row["high"],
        int(row["replications"]), Finding(row["finding"]), bool(row.get("lower_bound_a", False)),
        bool(row.get("lower_bound_b", False)),
    )  # fmt: skip
