"""A kernel module for the tests of the room: small functions of every kind that can be called."""

from math import log

import numpy as np
import numpy.typing as npt

from sim.compiled import Into, compiled, entry, inlined

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@inlined
def twice(number: float) -> float:
    return 2 * number


@compiled
def sum_of(numbers: Ints) -> int:
    found = 0
    for number in numbers:
        found += number
    return found


@entry
def total(numbers: Ints) -> int:
    return sum_of(numbers)


@entry
def scale(numbers: Floats, factor: float, times: int, into: Into[Floats]) -> None:
    for i in range(len(numbers)):
        into[i] = twice(numbers[i]) * factor * times


@entry
def logarithms(into: Into[Floats]) -> None:
    for i in range(len(into)):
        into[i] = log(into[i])


@entry
def rounds(many: int, counts: Into[Ints]) -> None:
    """Some work that takes as long as it is told: a generator of numbers goes round and round."""
    state = counts[0]
    for _ in range(many):
        state = state * 6364136223846793005 + 1442695040888963407
    counts[0] = state


@entry
def broken(numbers: Ints) -> float:
    if numbers[0] > 0:
        raise ValueError
    return 1.5
