"""The freight that pictures of transit times show: that of all runs, but for corridors which are too small for a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError
from sim.views import caption
from sim.views.asked import Asked
from sim.views.page import nothing_to_draw, settle
from sim.views.run_tables import joined, replications_of
from sim.views.style import in_order
from sim.views.told_freight import titles_of, told_apart, told_freight

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_NEEDED = ["replication", "corridor", "direction", "size_teu", "status", "measured", "transit_s"]


@dataclass(frozen=True)
class Freight:
    """What is shown: consignments as in `results.columns`, with `scenario`; `stats.sample_sizes` of all of them.

    `left_out` says which corridors are not there or too small, `title` is the picture's, `titles` those of corridors.
    """

    consignments: pd.DataFrame
    sizes: pd.DataFrame
    left_out: str
    title: str
    titles: Mapping[str, str]


def figure_of_freight(
    asked: Asked, drawn: Callable[[Freight], Figure], columns: Sequence[str] = ()
) -> Figure:
    """The figure that `drawn` makes of the freight asked for; one that says why, where there is none.

    Parameters: columns of the consignments, beside those that all these pictures need.
    """
    from sim.stats import sample_sizes, too_small

    told = told_freight(asked, [*_NEEDED, *columns])
    consignments = told_apart(asked, _chosen(asked, told.tables))
    title = asked.headline(told.words, asked.corridor_title, asked.direction)
    titles = titles_of(asked, consignments)
    if not (consignments["measured"] & (consignments["status"] != "refused")).any():
        return settle(nothing_to_draw(title, _why_nothing(consignments, list(asked.runs))))
    replications = replications_of(asked.runs, consignments)
    sizes = sample_sizes(consignments, replications)
    small = too_small(sizes)
    left_out = caption.paragraph(
        told.left_out, caption.absent(sizes, list(replications), titles), caption.too_small(small, titles)
    )
    if len(small) == (sizes["corridor"] != "").sum():
        return settle(nothing_to_draw(title, left_out))
    shown = _without(consignments, small)
    return settle(drawn(Freight(shown, sizes, left_out, title, titles)))


def _chosen(asked: Asked, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The consignments of all runs that are to be drawn; without a corridor chosen, those refused too."""
    freight = joined(list(tables.values()), list(tables))
    if asked.corridor is not None:
        _known("corridor", asked.corridor, in_order(name for name in freight["corridor"].unique() if name))
        freight = freight[freight["corridor"] == asked.corridor]
    if asked.direction is not None:
        _known("direction", asked.direction, sorted(freight["direction"].unique()))
        freight = freight[freight["direction"] == asked.direction]
    return freight


def _known(what: str, name: str, present: Sequence[str]) -> None:
    """Raise LandbridgeError for a corridor or direction that no freight has."""
    if name not in present:
        raise LandbridgeError(
            f"no freight of {what} {name!r} in these runs. Name one of {', '.join(present) or 'another run'}."
        )


def _why_nothing(consignments: pd.DataFrame, names: Sequence[str]) -> str:
    """Say that nothing was released, or all of it refused."""
    if not consignments["measured"].any():
        return f"No freight was released in the measured period of {', '.join(names)}."
    return f"All freight of the measured period was refused ({', '.join(names)})."


def _without(consignments: pd.DataFrame, small: Sequence[tuple[str, str, float]]) -> pd.DataFrame:
    """The freight but for that of corridors which are too small for a picture."""
    for scenario, corridor, _ in small:
        there = (consignments["scenario"] == scenario) & (consignments["corridor"] == corridor)
        consignments = consignments[~there]
    return consignments
