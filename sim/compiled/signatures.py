"""What the entries of a kernel module take, read from their annotations; and whether what is given fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import ModuleType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
_WRITTEN = "written"
Into = Annotated[T, _WRITTEN]
"""`Into[Floats]`: an array that an entry writes; it cannot write any other."""
_MARK = "_landbridge_entry"
NUMBERS: dict[str, type] = {"int64": int, "float64": float}
"""Python's type for each number that can be passed."""
_NAMES = {kind: name for name, kind in NUMBERS.items()}


def entry(function: F) -> F:
    """Mark a function of a kernel module as one that can be called from outside.

    Its parameters are arrays (`NDArray` of a number type, of one dimension) and numbers (`int`, `float`); it returns
    nothing or a number. It makes no arrays (there is nobody to free them): room to work in is given.
    """
    setattr(function, _MARK, True)
    return function


@dataclass(frozen=True)
class Parameter:
    """One argument of an entry: an array of a type, written or only read, or a number."""

    name: str
    dtype: str
    array: bool
    written: bool = False

    def misfit(self, value: object) -> str:
        """What is wrong with what was given, in words; empty where nothing is."""
        if not self.array:
            fits = (int, np.integer) if self.dtype == "int64" else (int, float, np.integer, np.floating)
            return "" if isinstance(value, fits) else f"got {value!r:.80}"
        if not isinstance(value, np.ndarray):
            return f"got {type(value).__name__}"
        if value.dtype != self.dtype or value.ndim != 1:
            return f"got {value.dtype} with {value.ndim} dimensions"
        if not value.flags.c_contiguous or not value.flags.aligned:
            return "got a part of another array: copy it"
        return "got one that is read only" if self.written and not value.flags.writeable else ""


@dataclass(frozen=True)
class Signature:
    """Name, parameters and result (a number type, or empty) of an entry."""

    name: str
    parameters: tuple[Parameter, ...]
    result: str

    def __str__(self) -> str:
        """As it would be written: `fill(seeds: uint64 array, room: float64 array)`."""
        words = (f"{one.name}: {one.dtype}{' array' if one.array else ''}" for one in self.parameters)
        return f"{self.name}({', '.join(words)})"

    @property
    def symbol(self) -> str:
        """Its name in the object file."""
        return f"landbridge_{self.name}"

    def record(self) -> dict[str, Any]:
        """As plain data, which `of_record` reads."""
        return asdict(self)

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> Signature:
        """From the plain data of `record`."""
        parameters = tuple(Parameter(**one) for one in record["parameters"])
        return cls(record["name"], parameters, record["result"])


def entries_of(module: ModuleType) -> dict[str, tuple[Callable[..., Any], Signature]]:
    """The entries of a kernel module by name. Raises TypeError for one with a parameter that cannot be passed."""
    found = {name: one for name, one in vars(module).items() if getattr(one, _MARK, False)}
    return {name: (one, _signature(name, one)) for name, one in found.items()}


def _signature(name: str, function: Callable[..., Any]) -> Signature:
    """The signature of an entry."""
    hints = get_type_hints(function, include_extras=True)
    result = hints.pop("return", type(None))
    if result is not type(None) and result not in _NAMES:
        raise TypeError(f"{name}: an entry returns int, float or nothing, not {result}")
    return Signature(
        name,
        tuple(_parameter(name, parameter, hint) for parameter, hint in hints.items()),
        _NAMES.get(result, ""),
    )


def _parameter(function: str, name: str, hint: Any) -> Parameter:
    """One parameter, from its annotation."""
    written = get_origin(hint) is Annotated and _WRITTEN in get_args(hint)
    kind = get_args(hint)[0] if written else hint
    if kind in _NAMES:
        return Parameter(name, _NAMES[kind], array=False)
    if get_origin(kind) is not np.ndarray:
        raise TypeError(f"{function}: {name} is neither an array nor a number: {hint}")
    (number,) = get_args(get_args(kind)[1])
    return Parameter(name, np.dtype(number).name, array=True, written=written)
