"""What every record of the model is: frozen after checking, with all its faults told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Frozen(BaseModel):
    """Frozen after checking; an unknown key is an error, and "12" is not 12."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True, defer_build=True
    )


@dataclass(frozen=True)
class Reader:
    """Says how the numbers of a type are read from text; the range of a figure is read in the same way."""

    read: Callable[[object], Any]


def faults(found: Iterable[tuple[str, str]]) -> PydanticCustomError:
    """Return one error that carries several (key within the value, message) for the findings."""
    pairs = tuple(found)
    words = "; ".join(f"{key}: {message}" for key, message in pairs)
    return PydanticCustomError("faults", "{words}", {"words": words, "faults": pairs})
