"""From uniforms to quantities: the quantile functions of the distributions, and of arrival processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from sim.contract import Ints
from sim.errors import LandbridgeError
from sim.model import (
    CONSIGNMENTS_MAX,
    LONGEST_S,
    SPEED_MAX,
    SPEED_MIN,
    Constant,
    Distribution,
    MeanAndP90,
    Named,
    Quantiles,
    Sample,
    Triangular,
)
from sim.sampling.shapes import Shape
from sim.sampling.streams import DRAWS, Floats, Streams, hashes_of


class Inverse:
    """Quantile functions of some distributions, each for its part of an array."""

    def __init__(self, spreads: Sequence[Distribution]) -> None:
        forms = [_form(spread) for spread in spreads]
        samples = [sorted(spread.sample) if isinstance(spread, Sample) else [] for spread in spreads]
        self.shape = np.array([form[0] for form in forms], dtype=np.int64)
        self._a, self._b, self._c = (
            np.array([form[1:] for form in forms], dtype=np.float64).reshape(-1, 3).T.copy()
        )
        self._samples = np.array([value for one in samples for value in one], dtype=np.float64)
        # A sample's first number says where its values begin among those of all.
        begins = np.cumsum([0, *map(len, samples)])[:-1]
        self._a = np.where(self.shape == Shape.SAMPLE, begins, self._a)
        cuts = np.flatnonzero(np.diff(self.shape)) + 1
        edges = [0, *cuts.tolist(), len(forms)] if forms else [0]
        self._runs = [(int(self.shape[begin]), begin, end) for begin, end in pairwise(edges)]
        """Parts of one shape, one after the other: the fewer the better, so sort by it where there are many."""

    def __call__(self, u: Floats, first: Ints) -> Floats:
        """Turn uniforms, float64 (n,), into quantities in the distributions' inner units, in place.

        Part i is `u[first[i]:first[i + 1]]`.
        """
        room = np.empty(_ROOM, dtype=np.int64), np.empty(3 * _ROOM)
        DRAWS.invert_first(self.shape, self._a, self._b, self._c, self._samples, first, *room, u)
        for shape, begin, end in self._runs:
            part = u[first[begin] : first[end]]
            if shape == Shape.QUANTILES:
                np.exp(part, out=part)
            elif shape == Shape.EXPONENTIAL:
                np.log1p(part, out=part)
            elif shape == Shape.GAMMA:
                from scipy.special import gammaincinv

                gammaincinv(np.repeat(self._a[begin:end], np.diff(first[begin : end + 1])), part, out=part)
        DRAWS.invert_last(self.shape, self._a, self._b, first, u)
        return u


_ROOM = 4_096
"""Numbers that are inverted at a time: so many that all room for them stays in the processor's cache."""


def _form(spread: Distribution) -> tuple[Shape, float, float, float]:
    """The shape of a distribution and its three numbers."""
    match spread:
        case Constant():
            return Shape.CONSTANT, spread.constant, 0.0, 0.0
        case Quantiles():
            return Shape.QUANTILES, spread.low, spread.p50 - spread.low, spread.sigma
        case MeanAndP90():
            return _form(spread.lognormal)
        case Triangular():
            return Shape.TRIANGULAR, spread.low, spread.mode, spread.high
        case Sample():
            return Shape.SAMPLE, 0.0, float(len(spread.sample)), 0.0
        case Named():
            average, low, high = spread.mean or 0.0, spread.low or 0.0, spread.high or 0.0
            if spread.kind == "exponential":
                return Shape.EXPONENTIAL, 0.0, -average, 0.0
            if spread.kind == "uniform":
                return Shape.UNIFORM, low, high - low, 0.0
            return Shape.GAMMA, (average / (spread.sd or 0.0)) ** 2, average, 0.0


def shape_of(spread: Distribution) -> Shape:
    """The shape of a distribution."""
    return _form(spread)[0]


def invert(spread: Distribution, u: Floats) -> Floats:
    """Quantile function: float64 (n,) in the distribution's inner unit for uniforms (n,)."""
    return Inverse([spread])(u.copy(), np.array([0, len(u)]))


def paces(spread: Distribution, u: Floats) -> Floats:
    """Speeds, km/day, for uniforms (n,): the few that a wide distribution draws beyond what there is are cut there."""
    return np.clip(invert(spread, u), SPEED_MIN, SPEED_MAX)


def whole(values: Floats) -> Ints:
    """Round to whole seconds, from 0 to LONGEST_S."""
    found = np.empty(len(values), dtype=np.int64)
    DRAWS.whole(np.ascontiguousarray(values), float(LONGEST_S), found)
    return found


DRAWN_MAX = 5 * CONSIGNMENTS_MAX
"""Most events of one process in a replication; means are checked before, but disruptions of demand may fall together."""


@dataclass(frozen=True)
class Intensity:
    """A rate of events over the period: `rate[i]` a second from `at_s[i]` until `at_s[i + 1]`, the last one `until_s`."""

    at_s: Sequence[int]
    rate: Sequence[float]
    until_s: int

    def arrivals(self, streams: Streams, purpose: str, owner: str) -> Ints:
        """Seconds of the events of a Poisson process, rising (see `arrivals`)."""
        return arrivals([self], streams, purpose, [owner])[0]

    @cached_property
    def edges(self) -> tuple[Floats, Floats, Floats]:
        """Seconds at which the rate changes, the events expected until then, and the rate from then on (0 at the end)."""
        edge_s = np.array([*self.at_s, self.until_s], dtype=np.float64)
        total = np.concatenate([[0.0], np.cumsum(np.diff(edge_s) * np.array(self.rate))])
        return edge_s, total, np.array([*self.rate, 0.0])

    def rates(self, time_s: Ints) -> Floats:
        """The rate at some seconds of the period."""
        return np.array(self.rate)[np.searchsorted(self.at_s, time_s, side="right") - 1]

    @cached_property
    def marks(self) -> int:
        """How many uniforms are certainly enough for its events."""
        expected = self.edges[1][-1]
        return int(expected + 10 * np.sqrt(expected) + 30) if expected > 0 else 0


def arrivals(
    processes: Sequence[Intensity], streams: Streams, purpose: str, owners: Sequence[str]
) -> tuple[Ints, Ints]:
    """Seconds of the events of Poisson processes, one after the other and each rising; and how many each has.

    Unit exponentials are laid on the integrated rate, so event i has the same luck whatever the rate is. Raises
    LandbridgeError for one with more events than memory holds.
    """
    for owner, process in zip(owners, processes, strict=True):
        expected = process.edges[1][-1]
        if expected > DRAWN_MAX:
            raise LandbridgeError(
                f"{owner} would have about {expected:.3g} events in one replication, more than memory holds. Write a lower "
                "rate or volume, or weaker disruptions of demand: where they overlap, their factors multiply."
            )
    many = np.array([process.marks for process in processes])
    logs = streams.each(hashes_of([f"{purpose}/{owner}" for owner in owners]), many)
    np.negative(logs, out=logs)
    np.log1p(logs, out=logs)
    edge_s, total, rate = (np.concatenate([process.edges[i] for process in processes]) for i in range(3))
    pieces = firsts([len(process.edges[0]) for process in processes])
    counts, found = np.empty(len(many), dtype=np.int64), np.empty(len(logs), dtype=np.int64)
    until_s = processes[0].until_s
    DRAWS.arrivals(logs, firsts(many), edge_s, total, rate, pieces, until_s, counts, found)
    return found[: counts.sum()], counts


def firsts(counts: Sequence[int] | Ints) -> Ints:
    """Where parts of so many elements begin, one after the other, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
