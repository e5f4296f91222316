"""What moves in the reference engine: trips of services, and background trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Trip:
    """One departure of a service under way: its load, and in a line `go` is the event that lets it go on."""

    number: int
    draw: int
    service: int
    express: int
    aboard: list[int]
    go: Any
    since_s: int = 0
    work_s: int = 0


@dataclass
class Background:
    """A background train in the line of its gate, since when."""

    since_s: int
