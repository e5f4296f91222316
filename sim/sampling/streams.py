"""Named streams of uniforms: one for each seed, replication, purpose and owner, so that nothing moves another's draws."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Streams:
    """The streams of one replication.

    A stream is keyed by a hash of its names, never by the order of asking; its first draws do not depend on how many
    are asked for. So a facility, flow or policy more changes no other draw, and two scenarios share their luck.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def uniforms(self, purpose: str, owner: str, n: int) -> Floats:
        """Return n uniforms, float64 (n,), strictly between 0 and 1: draw i belongs to the owner's i-th event."""
        digest = hashlib.blake2b(f"{purpose}/{owner}".encode(), digest_size=16).digest()
        words = np.frombuffer(digest, dtype="<u4").tolist()
        key = np.random.SeedSequence(self.seed, spawn_key=(self.replication, *words))
        draws = np.random.Generator(np.random.Philox(key)).random(n)
        return np.maximum(draws, 2.0**-54)
