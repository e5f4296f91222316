"""The engine's output: one structured integer array, a row an event, in processing order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import PlanError

# Small whole numbers: a row is 24 bytes, three machine words, so that a simulated year is written, hashed and read
# soon. What does not fit is refused with the plan (`check_plan`).
_FIELDS = {
    "time_s": ("<i4", 0),
    "kind": ("i1", 20),
    "consignment": ("<i4", 4),
    "trip": ("<i4", 8),
    "place_kind": ("i1", 21),
    "place": ("<i2", 16),
    "cause": ("<i2", 22),
    "span_s": ("<i4", 12),
    "policy": ("<i2", 18),
}
ROW = np.dtype(
    {
        "names": list(_FIELDS),
        "formats": [kind for kind, _ in _FIELDS.values()],
        "offsets": [offset for _, offset in _FIELDS.values()],
        "itemsize": 24,
    }
)
"""Columns of the log; -1 where a column does not apply. `time_s` is seconds from the period's start (UTC)."""


@dataclass(frozen=True, eq=False)
class EventLog:
    """What happened: `rows` (n,) of dtype ROW, read-only, in processing order.

    Two logs are equal when their rows are; `digest()` is the SHA-256 of the rows' bytes.
    """

    rows: npt.NDArray[np.void]

    def __post_init__(self) -> None:
        if self.rows.dtype != ROW or self.rows.ndim != 1:
            raise PlanError(
                f"an event log needs rows of {ROW}, got {self.rows.dtype} with {self.rows.ndim} dimensions"
            )
        self.rows.setflags(write=False)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, ...]]) -> EventLog:
        """Build a log from tuples in the order of ROW's columns."""
        return cls(np.array(list(rows), dtype=ROW))

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EventLog):
            return NotImplemented
        return bool(np.array_equal(self.rows, other.rows))

    __hash__ = None  # type: ignore[assignment]

    def column(self, name: str) -> npt.NDArray[np.int64]:
        """A copy of one column, int64 (n,)."""
        values: npt.NDArray[np.int64] = self.rows[name].astype(np.int64)
        return values

    def digest(self) -> str:
        """SHA-256 of the rows, as hexadecimal text; the same on every machine."""
        return hashlib.sha256(np.ascontiguousarray(self.rows).view(np.uint8).data).hexdigest()
