"""A row of the log by the names of its columns, and as people read it."""

from __future__ import annotations

from typing import NamedTuple

from sim.contract import Cause, EventKind, PlaceKind


class Row(NamedTuple):
    """A row of the log; the columns of `ROW` in their order."""

    time_s: int
    kind: int
    consignment: int
    trip: int
    place_kind: int
    place: int
    cause: int
    span_s: int
    policy: int


NO_ROW = Row(0, -1, -1, -1, 0, -1, -1, 0, -1)
"""Stands where no row does: before the first, and at the period's end."""


def as_text(row: tuple[int, ...]) -> str:
    """A row as people read it: "60 waited t3 gate 0: 25 s path"."""
    r = Row._make(row)
    words = [str(r.time_s), EventKind(r.kind).label]
    words += [f"c{r.consignment}"] * (r.consignment >= 0) + [f"t{r.trip}"] * (r.trip >= 0)
    words += [f"{PlaceKind(r.place_kind).label} {r.place}"] * (r.place_kind != PlaceKind.NOWHERE)
    text = " ".join(words)
    if r.cause >= 0:
        text += f": {r.span_s} s {Cause(r.cause).label}" if r.span_s else f": {Cause(r.cause).label}"
    elif r.span_s:
        text += f": {r.span_s} s"
    return text + (f" (policy {r.policy})" if r.policy >= 0 else "")
