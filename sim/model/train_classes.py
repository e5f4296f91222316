"""Classes of trains, and figures that may differ by class."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from sim.model.drawn_quantities import Durations, Speeds
from sim.model.figures import Figure
from sim.model.frozen import Frozen

T = TypeVar("T")
TrainClass = Literal["timetabled", "block", "container", "wagon"]
CLASSES: tuple[TrainClass, ...] = get_args(TrainClass)
FOR_ALL, BY_CLASS = "for-all", "by-class"
"""Labels of the two forms in the paths of pydantic's errors."""


class ByClass(Frozen, Generic[T]):
    """A figure for each class of train that needs one."""

    timetabled: Figure[T] | None = Field(default=None, description="trains that run by a timetable")
    block: Figure[T] | None = Field(default=None, description="container block trains of the 1520 mm space")
    container: Figure[T] | None = Field(default=None, description="other container trains, trucks and ships")
    wagon: Figure[T] | None = Field(default=None, description="ordinary wagonload")

    def __reduce__(self) -> tuple[Any, ...]:
        # As figures do: classes made by ByClass[…] have no name to be found by.
        return _restore, (self.__dict__.copy(), self.model_fields_set)

    @model_validator(mode="after")
    def _says_something(self) -> ByClass[T]:
        """At least one class has a figure."""
        if all(getattr(self, name) is None for name in CLASSES):
            raise ValueError(f"expected a figure for some class of train. Name one of {', '.join(CLASSES)}.")
        return self


def _restore(values: dict[str, Any], given: set[str]) -> ByClass[Any]:
    """Figures by class as they were, in another process."""
    return ByClass.model_construct(given, **values)


def _form(given: object) -> str:
    """Which of the two forms was given: a mapping that names a class, be it misspelt, is by class."""
    if isinstance(given, dict):
        return BY_CLASS if any(get_close_matches(str(key)[:80], CLASSES) for key in given) else FOR_ALL
    return BY_CLASS if isinstance(given, ByClass) else FOR_ALL


EITHER = Discriminator(_form)
ClassedDurations = Annotated[
    Annotated[Figure[Durations], Tag(FOR_ALL)] | Annotated[ByClass[Durations], Tag(BY_CLASS)], EITHER
]
ClassedSpeeds = Annotated[
    Annotated[Figure[Speeds], Tag(FOR_ALL)] | Annotated[ByClass[Speeds], Tag(BY_CLASS)], EITHER
]
"""One figure for all classes of train, or a mapping from class to figure."""


def of_class(figure: Figure[T] | ByClass[T], train_class: TrainClass) -> Figure[T]:
    """What holds for a class of train that meets it: a checked scenario has it."""
    if isinstance(figure, ByClass):
        found: Figure[T] | None = getattr(figure, train_class)
        assert found is not None
        return found
    return figure
