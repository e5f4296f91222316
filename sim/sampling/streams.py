"""Named streams of uniforms: one for each seed, replication, purpose and owner, so that nothing moves another's draws."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint32]

_LEAST = 2.0**-54
_POOL = 4
"""Words of a seed sequence's pool: NumPy fills the seed up to them before a spawn key comes."""


class Streams:
    """The streams of one replication.

    A stream is keyed by a hash of its names, never by the order of asking; its first draws do not depend on how many
    are asked for. So a facility, flow or policy more changes no other draw, and two scenarios share their luck.

    A stream is that of `Philox(SeedSequence(seed, spawn_key=(replication, *hash)))`. There are thousands, mostly short
    ones, so the sequence gets its words as they are put together inside, and one generator is set anew for each stream.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        words = _words_of(seed)
        self._entropy = np.array(
            [*words, *[0] * (_POOL - len(words)), *_words_of(replication), 0, 0, 0, 0], dtype=np.uint32
        )
        self._philox = np.random.Philox(0)
        self._generator = np.random.Generator(self._philox)

    def uniforms(self, purpose: str, owner: str, n: int) -> Floats:
        """Return n uniforms, float64 (n,), strictly between 0 and 1: draw i belongs to the owner's i-th event."""
        self._turn_to(purpose, owner)
        return np.maximum(self._generator.random(n), _LEAST)

    def columns(self, purpose: str, owners: Sequence[str], n: int) -> Floats:
        """Return n uniforms of each owner, float64 (n, owners)."""
        rows = np.empty((len(owners), n))
        for owner, row in zip(owners, rows, strict=True):
            self._turn_to(purpose, owner)
            self._generator.random(out=row)
        return np.maximum(rows.T, _LEAST)

    def _turn_to(self, purpose: str, owner: str) -> None:
        """The next draws are the first ones of this stream."""
        self._entropy[-4:] = _hash_of(f"{purpose}/{owner}")
        key: npt.NDArray[np.uint64] = np.random.SeedSequence(self._entropy).generate_state(2, np.uint64)  # type: ignore[assignment]
        self._philox.state = {
            "bit_generator": "Philox",
            "state": {"counter": _NOTHING, "key": key},
            "buffer": _NOTHING,
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }


_NOTHING = np.zeros(4, dtype=np.uint64)


def _words_of(number: int) -> list[int]:
    """A number >= 0 in words of 32 bits, the least one first; 0 is one word."""
    return [number >> shift & 0xFFFFFFFF for shift in range(0, max(number.bit_length(), 1), 32)]


@lru_cache(maxsize=100_000)  # the same names in every replication
def _hash_of(name: str) -> Words:
    """Four words for the name of a stream."""
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    return np.frombuffer(digest, dtype="<u4")
