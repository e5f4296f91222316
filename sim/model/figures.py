"""Numbers as evidence: a value with its unit, plausible range, grade and source."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import Field, model_validator

from sim.model.distributions import Distribution, MeanAndP90, median
from sim.model.frozen import Frozen, Reader, faults
from sim.model.texts import Prose

T = TypeVar("T")
Grade = Literal["A", "B", "C", "E"]


class Figure(Frozen, Generic[T]):
    """A number and what it rests on. A plain quantity in its place is a figure without evidence.

    `range` is the plausible lowest and highest value: of the median of a distribution (of the mean where that is given), of any
    entry of a list or mix;
    `grade` is A statistic, B operator or forwarder, C press or claim, E reasoned estimate; `source` is an address
    or the reasoning; `fitted` marks what was chosen so that a simulated figure meets an observed one.
    """

    value: T = Field(description="the number with its unit")
    range: tuple[str, str] | None = Field(
        default=None, strict=False, description="plausible lowest and highest value, with units"
    )
    grade: Grade | None = Field(
        default=None, description="A statistic, B operator or forwarder, C press or claim, E estimate"
    )
    source: Prose | None = Field(
        default=None, min_length=8, description="address of the source, or the reasoning"
    )
    fitted: bool = Field(default=False, description="chosen so that a simulated figure meets an observed one")

    def __reduce__(self) -> tuple[Any, ...]:
        # Classes made by Figure[…] have no name to be found by: what goes to another process is a bare Figure.
        return _restore, (self.__dict__.copy(), self.model_fields_set)

    @model_validator(mode="before")
    @classmethod
    def _plain_value(cls, given: object) -> object:
        """A plain quantity is a figure without evidence."""
        # A record that lacks its value, or has it misspelt, must not be taken for a distribution.
        if isinstance(given, dict) and not given.keys().isdisjoint(cls.model_fields):
            return given
        return {"value": given}

    @model_validator(mode="after")
    def _range_holds(self) -> Figure[T]:
        """The range is in order, and the value within it."""
        reader = next((m for m in type(self).model_fields["value"].metadata if isinstance(m, Reader)), None)
        if self.range is None or reader is None:
            return self
        try:
            low, high = map(reader.read, self.range)
        except ValueError as error:
            raise faults([("range", str(error))]) from None
        middle = _middle(self.value)
        if low > high:
            raise faults(
                [
                    (
                        "range",
                        f'the lowest value "{self.range[0]}" is above "{self.range[1]}". Write the lower one first.',
                    )
                ]
            )
        if middle is not None and not low <= middle <= high:
            words = "the value" if middle is self.value else "the middle of the value"
            raise faults(
                [
                    (
                        "range",
                        f'{words} lies outside "{self.range[0]}" to "{self.range[1]}". Write a wider range, or correct the value.',
                    )
                ]
            )
        return self


def _restore(values: dict[str, Any], given: set[str]) -> Figure[Any]:
    """A figure as it was, in another process."""
    return Figure.model_construct(given, **values)


def _middle(value: Any) -> Any:
    """What a range is about: the number, the median or given mean of a distribution, the mean of a list; None for a mapping."""
    if isinstance(value, MeanAndP90):
        return value.mean
    if isinstance(value, Distribution):
        return median(value)
    if isinstance(value, tuple):
        return sum(value) / len(value)
    return None if isinstance(value, dict) else value
