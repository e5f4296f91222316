"""A row of the log as compiled code reads it: three words of 64 bits (`contract.ROW`).

Second and consignment; trip and span; place, policy, kind, kind of place and cause. Of numbers that are side by side in a word, the lower
one is the first. Those read here are 0 or more, but for a consignment and a policy, -1 where there is none.
"""

import numpy as np
import numpy.typing as npt

from sim.compiled import inlined

Ints = npt.NDArray[np.int64]

WORDS = 3
"""Words of a row."""
_LOW = 0xFFFFFFFF


@inlined
def second_of(words: Ints, row: int) -> int:
    """Second of a row."""
    return int(words[WORDS * row] & _LOW)


@inlined
def consignment_of(words: Ints, row: int) -> int:
    """Consignment of a row."""
    return int(words[WORDS * row] >> 32)


@inlined
def trip_of(words: Ints, row: int) -> int:
    """Trip of a row."""
    return int(words[WORDS * row + 1] & _LOW)


@inlined
def place_of(words: Ints, row: int) -> int:
    """Number of the place of a row."""
    return int(words[WORDS * row + 2] & 0x7FFF)


@inlined
def place_kind_of(words: Ints, row: int) -> int:
    """Kind of the place of a row."""
    return int(words[WORDS * row + 2] >> 40 & 0xFF)


@inlined
def has_policy(words: Ints, row: int) -> bool:
    """Whether a row tells of a policy."""
    return bool(words[WORDS * row + 2] >> 31 & 1 == 0)


@inlined
def kind_of(words: Ints, row: int) -> int:
    """Kind of a row."""
    return int(words[WORDS * row + 2] >> 32 & 0xFF)


@inlined
def stage_from(here: int, chain: int, chain_first: Ints, chain_service: Ints, service_from: Ints) -> int:
    """The stage of a chain that starts at a terminal which it passes."""
    stage, stages = 0, chain_first[chain + 1] - chain_first[chain]
    while stage < stages and service_from[chain_service[chain_first[chain] + stage]] != here:
        stage += 1
    return stage
