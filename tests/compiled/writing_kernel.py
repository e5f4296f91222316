"""A kernel module that cannot be compiled: it writes what it may only read."""

import numpy as np
import numpy.typing as npt

from sim.compiled import entry


@entry
def clear(numbers: npt.NDArray[np.int64]) -> None:
    numbers[0] = 0
