"""Named streams of uniforms: one for each seed, replication, purpose and owner, so that nothing moves another's draws."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sim.compiled import Kernels
from sim.contract import Ints

Floats = npt.NDArray[np.float64]

DRAWS = Kernels(
    "sim.sampling.draws",
    shared=("sim.sampling.philox", "sim.sampling.normal", "sim.sampling.shapes", "sim.units"),
    what="the draws",
    takes="about five seconds",
)
_POOL = 4
"""Words of a seed sequence's pool: NumPy fills the seed up to them before a spawn key comes."""


class Streams:
    """The streams of one replication.

    A stream is keyed by a hash of its names, never by the order of asking; its first draws do not depend on how many
    are asked for. So a facility, flow or policy more changes no other draw, and two scenarios share their luck.

    A stream is that of NumPy's `Philox(SeedSequence(seed, spawn_key=(replication, *hash)))`. There are thousands, mostly
    short ones: they are made in compiled code, many in a call.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        words = _words_of(seed)
        entropy = [*words, *[0] * (_POOL - len(words)), *_words_of(replication)]
        self._before = np.array(entropy, dtype=np.uint32)
        """What comes before the hash in the sequence's entropy."""

    def uniforms(self, purpose: str, owner: str, n: int) -> Floats:
        """Return n uniforms, float64 (n,), strictly between 0 and 1: draw i belongs to the owner's i-th event."""
        return self.each(hash_of(f"{purpose}/{owner}"), np.array([n]))

    def each(self, hashes: bytes, many: Ints) -> Floats:
        """So many uniforms of each stream, one stream after the other; `hashes` are those of their names, joined."""
        return self.by_day(hashes, np.zeros(len(many), dtype=np.int64), many, 0)

    def by_day(self, hashes: bytes, turns: Ints, reserve: Ints, days: int) -> Floats:
        """Uniforms of blocks of draws, one after the other: by day and turn of the day, then a reserve.

        The first stream of a block is that of its reserve; each turn has its own, so that the number of turns moves no draw.
        """
        into = np.empty(int((days * turns + reserve).sum()))
        names, pool = np.frombuffer(hashes, dtype="<u4"), np.empty(_POOL, dtype=np.uint64)
        if len(names) != 4 * (len(turns) + int(turns.sum())):
            raise ValueError(
                f"expected {len(turns) + int(turns.sum())} names of streams, got {len(names) // 4}"
            )
        DRAWS.uniforms(self._before, names, turns, reserve, days, pool, into)
        return into


def _words_of(number: int) -> list[int]:
    """A number >= 0 in words of 32 bits, the least one first; 0 is one word."""
    return [number >> shift & 0xFFFFFFFF for shift in range(0, max(number.bit_length(), 1), 32)]


@lru_cache(maxsize=10_000)  # the same names in every replication
def hash_of(name: str) -> bytes:
    """Four words of 32 bits for the name of a stream."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()


@lru_cache(maxsize=10_000)  # the same blocks in every replication, with nearly the same turns
def hashes_by_day(name: str, turns: int) -> bytes:
    """Hashes of the streams of a block of draws: of its reserve, and of each of its turns of a day."""
    return b"".join(hash_of(f"{name}/{part}") for part in ("reserve", *(f"turn:{t}" for t in range(turns))))


def hashes_of(names: Sequence[str]) -> bytes:
    """Hashes of streams, joined."""
    return b"".join(map(hash_of, names))
