"""A quantity as people write it to a number inside, or to an error that says what to write."""

from __future__ import annotations

from sim.errors import UnitError
from sim.units.dimensions import Dimension
from sim.units.reading import Fits, number_of, value_of


def parse(text: object, dimension: Dimension, *, change: bool = False, fits: Fits | None = None) -> float:
    """Read `text` ("36 h", "5 h 30 min", "16 trains/day") as a number in the dimension's inner unit.

    With `change` a signed text is a change of what is normal: "-20 %" is 0.8, "+20 %" is 1.2, "20 %" is 0.2.
    `fits` says which numbers the place takes, so that nothing else is advised; it is the caller who refuses the others.
    Raises UnitError when the number or the unit is missing, unknown, of another kind or not plain, or the number is out
    of range; the message says what to write: something equal to what was written, or a question.
    """
    if isinstance(text, bool) or not isinstance(text, str):
        magnitude, unit = getattr(text, "magnitude", None), getattr(text, "units", None)
        if magnitude is not None and unit is not None:
            text = f"{magnitude} {unit}"
    number = number_of(text, dimension, change=change) if isinstance(text, str) else None
    if number is None:
        # Loaded only when something is wrong: most processes need no advice.
        from sim.units.advice import what_to_write

        found = value_of(text, dimension, change=change) if isinstance(text, str) else None
        raise UnitError(what_to_write(text, dimension, found, change=change, fits=fits))
    return number
