"""Philox4x64-10 and the seed sequence that keys it, as NumPy has them, bit for bit; compiled into `draws`.

Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC11).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from sim.compiled import compiled, inlined

Word = np.uint64
Words = npt.NDArray[np.uint32]
Pool = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

TIMES_0, TIMES_1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
PLUS_0, PLUS_1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
NOTHING, LOW, HALF, WORD, ELEVEN = (np.uint64(n) for n in (0, 0xFFFFFFFF, 16, 32, 11))
POOL = 4
"""Words of a seed sequence's pool."""
FIRST, NEXT = np.uint64(0x43B0D7E5), np.uint64(0x931E8875)
FIRST_OUT, NEXT_OUT = np.uint64(0x8B51F9DD), np.uint64(0x58F38DED)
MIX_ONE, MIX_OTHER = np.uint64(0xCA01F9DD), np.uint64(0x4973F715)
LEAST, STEP = 2.0**-54, 2.0**-53


@intrinsic  # type: ignore[untyped-decorator]
def product(typing: Any, one: Any, other: Any) -> Any:
    """The upper and the lower word of the product of two words."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        """Multiply in 128 bits."""
        wide, word = ir.IntType(128), ir.IntType(64)
        whole = builder.mul(*(builder.zext(number, wide) for number in given))
        parts = [builder.trunc(builder.lshr(whole, wide(64)), word), builder.trunc(whole, word)]
        return context.make_tuple(builder, signature.return_type, parts)

    return types.UniTuple(types.uint64, 2)(types.uint64, types.uint64), build


@inlined
def block(number: Word, key_0: Word, key_1: Word) -> tuple[Word, Word, Word, Word]:
    """The four words of a counter's number under a key; the first block of a stream is number 1."""
    a, b, c, d = number, NOTHING, NOTHING, NOTHING
    for _ in range(10):
        high_0, low_0 = product(TIMES_0, a)
        high_1, low_1 = product(TIMES_1, c)
        a, b, c, d = high_1 ^ b ^ key_0, low_1, high_0 ^ d ^ key_1, low_0
        key_0 += PLUS_0
        key_1 += PLUS_1
    return a, b, c, d


@inlined
def unit(word: Word) -> float:
    """A word as a number strictly between 0 and 1: its upper 53 bits."""
    return max(np.float64(np.int64(word >> ELEVEN)) * STEP, LEAST)


@inlined
def mashed(word: Word, constant: Word, factor: Word) -> tuple[Word, Word]:
    """A word hashed, and the constant of the next hash."""
    next_constant = constant * factor & LOW
    word = (word ^ constant) * next_constant & LOW
    return word ^ word >> HALF, next_constant


@inlined
def mixed(one: Word, other: Word) -> Word:
    """Two words as one."""
    word = (MIX_ONE * one - MIX_OTHER * other) & LOW
    return word ^ word >> HALF


@compiled
def key_of(before: Words, name: Words, pool: Pool) -> tuple[Word, Word]:
    """The key of a stream: what `SeedSequence(before + name).generate_state(2, uint64)` gives.

    `before` holds at least four words of 32 bits, `name` four; `pool` is room for four.
    """
    constant = FIRST
    for i in range(POOL):
        pool[i], constant = mashed(np.uint64(before[i]), constant, NEXT)
    for source in range(POOL):
        for into in range(POOL):
            if source != into:
                word, constant = mashed(pool[source], constant, NEXT)
                pool[into] = mixed(pool[into], word)
    for i in range(POOL, len(before) + len(name)):
        more = np.uint64(before[i] if i < len(before) else name[i - len(before)])
        for into in range(POOL):
            word, constant = mashed(more, constant, NEXT)
            pool[into] = mixed(pool[into], word)
    constant = FIRST_OUT
    for i in range(POOL):
        pool[i], constant = mashed(pool[i], constant, NEXT_OUT)
    return pool[0] | pool[1] << WORD, pool[2] | pool[3] << WORD


@compiled
def stretch(key_0: Word, key_1: Word, many: int, begin: int, stride: int, into: Floats) -> None:
    """The first `many` uniforms of a stream, at every `stride`-th place from `begin` on."""
    at = begin
    for number in range(many >> 2):
        a, b, c, d = block(np.uint64(number + 1), key_0, key_1)
        into[at] = unit(a)
        into[at + stride] = unit(b)
        into[at + 2 * stride] = unit(c)
        into[at + 3 * stride] = unit(d)
        at += 4 * stride
    left = many & 3
    if left:
        a, b, c, _ = block(np.uint64((many >> 2) + 1), key_0, key_1)
        into[at] = unit(a)
        if left > 1:
            into[at + stride] = unit(b)
        if left > 2:
            into[at + 2 * stride] = unit(c)
