"""Named streams of uniforms: one for each seed, replication, purpose and owner, so that nothing moves another's draws."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint32]
Key = npt.NDArray[np.uint64]

_LEAST = 2.0**-54
_POOL = 4
"""Words of a seed sequence's pool: NumPy fills the seed up to them before a spawn key comes."""


class Streams:
    """The streams of one replication.

    A stream is keyed by a hash of its names, never by the order of asking; its first draws do not depend on how many
    are asked for. So a facility, flow or policy more changes no other draw, and two scenarios share their luck.

    A stream is that of `Philox(SeedSequence(seed, spawn_key=(replication, *hash)))`. There are thousands, mostly short
    ones, so one generator is set anew for each stream, and the keys of those `known` by name are made at once.
    """

    def __init__(self, seed: int, replication: int, known: Iterable[str] = ()) -> None:
        self.seed = seed
        self.replication = replication
        words = _words_of(seed)
        self._before = [*words, *[0] * (_POOL - len(words)), *_words_of(replication)]
        """What comes before the hash in the sequence's entropy."""
        names = list(known)
        self._keys = dict(zip(names, keys_of(self._before, [_hash_of(name) for name in names]), strict=True))
        self._philox = np.random.Philox(0)
        self._generator = np.random.Generator(self._philox)

    @property
    def names(self) -> list[str]:
        """Of all streams that are known or were asked for."""
        return list(self._keys)

    def uniforms(self, purpose: str, owner: str, n: int) -> Floats:
        """Return n uniforms, float64 (n,), strictly between 0 and 1: draw i belongs to the owner's i-th event."""
        self._turn_to(f"{purpose}/{owner}")
        return np.maximum(self._generator.random(n), _LEAST)

    def columns(self, purpose: str, owners: Sequence[str], n: int) -> Floats:
        """Return n uniforms of each owner, float64 (n, owners)."""
        rows = np.empty((len(owners), n))
        for owner, row in zip(owners, rows, strict=True):
            self._turn_to(f"{purpose}/{owner}")
            self._generator.random(out=row)
        return np.maximum(rows.T, _LEAST)

    def _turn_to(self, name: str) -> None:
        """The next draws are the first ones of this stream."""
        if name not in self._keys:
            entropy = np.array([*self._before, *np.frombuffer(_hash_of(name), dtype="<u4")], dtype=np.uint32)
            self._keys[name] = np.random.SeedSequence(entropy).generate_state(2, np.uint64)  # type: ignore[assignment]
        self._philox.state = {
            "bit_generator": "Philox",
            "state": {"counter": _NOTHING, "key": self._keys[name]},
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
def _hash_of(name: str) -> bytes:
    """Four words of 32 bits for the name of a stream."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()


def keys_of(before: Sequence[int], hashes: Sequence[bytes]) -> list[Key]:
    """For each hash (16 bytes) the key (2,) that NumPy gives a Philox for the entropy `before` (words of 32 bits) + hash.

    As `SeedSequence(entropy).generate_state(2, np.uint64)`, an algorithm that NumPy keeps in all versions, for all hashes
    at once: one by one they take a quarter of the time of a draw (39 ms of 152, baseline).
    """
    words = np.frombuffer(b"".join(hashes), dtype="<u4").reshape(-1, 4)
    entropy = [np.full(len(words), word, dtype=np.uint32) for word in before] + list(words.T)
    constant = 0x43B0D7E5

    def mashed(value: Words, factor: int) -> Words:
        nonlocal constant
        value = value ^ np.uint32(constant)
        constant = constant * factor & 0xFFFFFFFF
        value = value * np.uint32(constant)
        return value ^ value >> np.uint32(16)

    def mixed(one: Words, other: Words) -> Words:
        value: Words = np.uint32(0xCA01F9DD) * one - np.uint32(0x4973F715) * other
        return value ^ value >> np.uint32(16)

    pool = [mashed(word, 0x931E8875) for word in entropy[:_POOL]]
    for source in range(_POOL):
        for into in range(_POOL):
            if source != into:
                pool[into] = mixed(pool[into], mashed(pool[source], 0x931E8875))
    for word in entropy[_POOL:]:
        for into in range(_POOL):
            pool[into] = mixed(pool[into], mashed(word, 0x931E8875))
    constant = 0x8B51F9DD
    state = np.column_stack([mashed(word, 0x58F38DED) for word in pool]).astype("<u4")
    return list(np.ascontiguousarray(state).view("<u8"))
