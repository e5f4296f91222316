"""The draws of a replication, compiled: uniforms of thousands of streams, quantile functions, arrivals, races, tastes.

What is taken of a logarithm or an exponential is left to NumPy, between these: whole arrays, the same bits.
"""

from math import floor, sqrt

import numpy as np
import numpy.typing as npt

from sim.compiled import Into, compiled, entry
from sim.sampling.normal import quantiles
from sim.sampling.philox import Floats, Pool, Words, key_of, stretch
from sim.sampling.shapes import Shape
from sim.units import DAY_S

Ints = npt.NDArray[np.int64]

EXPONENT_MAX = 600.0
"""What goes beyond every limit is cut later; here it must only stay a number."""


@entry
def uniforms(
    before: Words, names: Words, turns: Ints, reserve: Ints, days: int, pool: Into[Pool], into: Into[Floats]
) -> None:
    """Uniforms of blocks of draws, one after the other: of each day those of its turns, then a reserve.

    A block has a stream for the reserve and one for each of its turns; `names` has four words for each of them.
    """
    at = name = 0
    for b in range(len(turns)):
        key_0, key_1 = key_of(before, names[name : name + 4], pool)
        stretch(key_0, key_1, reserve[b], at + days * turns[b], 1, into)
        name += 4
        for turn in range(turns[b]):
            key_0, key_1 = key_of(before, names[name : name + 4], pool)
            stretch(key_0, key_1, days, at + turn, turns[b], into)
            name += 4
        at += days * turns[b] + reserve[b]


# --- quantile functions ---------------------------------------------------------------------------------------------


@entry
def invert_first(
    shape: Ints,
    a: Floats,
    b: Floats,
    c: Floats,
    samples: Floats,
    first: Ints,
    at: Into[Ints],
    room: Into[Floats],
    z: Into[Floats],
) -> None:
    """From uniforms `z` to quantities, or to what NumPy takes the exponential or the logarithm of; `first` begins each part.

    `at` and `room` are room to work in, of n and 3 n.
    """
    n = len(at)
    for p in range(len(shape)):
        part = z[first[p] : first[p + 1]]
        if shape[p] == Shape.QUANTILES:
            for begin in range(0, len(part), n):
                some = part[begin : begin + n]
                quantiles(some, c[p], at, room[:n], room[n : 2 * n], room[2 * n :])
                for i in range(len(some)):
                    some[i] = min(some[i], EXPONENT_MAX)
        elif shape[p] == Shape.TRIANGULAR:
            triangular(part, a[p], b[p], c[p])
        elif shape[p] == Shape.EXPONENTIAL:
            for i in range(len(part)):
                part[i] = -part[i]
        elif shape[p] == Shape.UNIFORM:
            for i in range(len(part)):
                part[i] = a[p] + b[p] * part[i]
        elif shape[p] == Shape.CONSTANT:
            part[:] = a[p]
        elif shape[p] == Shape.SAMPLE:
            for i in range(len(part)):
                part[i] = samples[int(a[p]) + min(int(part[i] * b[p]), int(b[p]) - 1)]


@compiled
def triangular(part: Floats, low: float, mode: float, high: float) -> None:
    """Uniforms turned into quantities of a triangular distribution."""
    rise = (mode - low) / (high - low)
    for i in range(len(part)):
        u = part[i]
        left = low + sqrt(u * (high - low) * (mode - low))
        right = high - sqrt((1 - u) * (high - low) * (high - mode))
        part[i] = left if u < rise else right


@entry
def invert_last(shape: Ints, a: Floats, b: Floats, first: Ints, z: Into[Floats]) -> None:
    """To quantities, from exponentials, logarithms and unit gamma variates."""
    for p in range(len(shape)):
        part = z[first[p] : first[p + 1]]
        if shape[p] == Shape.QUANTILES:
            for i in range(len(part)):
                part[i] = a[p] + b[p] * part[i]
        elif shape[p] == Shape.EXPONENTIAL:
            for i in range(len(part)):
                part[i] = b[p] * part[i]
        elif shape[p] == Shape.GAMMA:
            for i in range(len(part)):
                part[i] = part[i] * b[p] / a[p]


# --- work -----------------------------------------------------------------------------------------------------------


@compiled
def rounded(values: Floats, most: float, into: Ints) -> None:
    """Whole numbers from 0 to `most`."""
    for i in range(len(into)):
        into[i] = int(min(max(np.rint(values[i]), 0.0), most))


@entry
def whole(values: Floats, most: float, into: Into[Ints]) -> None:
    """Whole numbers from 0 to `most`."""
    rounded(values, most, into)


@entry
def work(
    block: Ints,
    length_km: Floats,
    first: Ints,
    z: Floats,
    slowest: float,
    fastest: float,
    most: float,
    into: Into[Ints],
) -> int:
    """Seconds of every piece of work: as its block of draws says, or a length (above 0) at its pace, km a day; how many."""
    at = 0
    for s in range(len(block)):
        values = z[first[block[s]] : first[block[s] + 1]]
        some = into[at : at + len(values)]
        if length_km[s] > 0:
            for i in range(len(some)):
                pace = min(max(values[i], slowest), fastest)
                some[i] = int(min(max(np.rint(length_km[s] / pace * DAY_S), 0.0), most))
        else:
            rounded(values, most, some)
        at += len(values)
    return at


# --- consignments ---------------------------------------------------------------------------------------------------


@entry
def arrivals(
    logs: Floats,
    first: Ints,
    edge: Floats,
    total: Floats,
    rate: Floats,
    pieces: Ints,
    until_s: int,
    counts: Into[Ints],
    into: Into[Ints],
) -> None:
    """Seconds of the events of Poisson processes, one after the other, and how many each has.

    Unit exponentials (`logs` are those of 1 - u, from `first` on) are laid on the integrated rate `total`, which has as many
    edges as `edge` and `rate`; those of a process begin at `pieces`.
    """
    at = 0
    for p in range(len(counts)):
        piece, last = pieces[p], pieces[p + 1] - 1
        mark, begin = 0.0, at
        for i in range(first[p], first[p + 1]):
            mark += -logs[i]
            if not mark < total[last]:
                break
            while piece < last and total[piece + 1] <= mark:
                piece += 1
            second = floor(edge[piece] + (mark - total[piece]) / rate[piece])
            into[at] = max(min(int(second), until_s - 1), 0)
            at += 1
        counts[p] = at - begin


@entry
def races(many: Ints, runners: Ints, share: Floats, number: Ints, logs: Floats, into: Into[Ints]) -> None:
    """Who wins each race: so many in a group, each among so many runners with a time of their own over their share.

    `logs` are those of the runners' uniforms, runner by runner.
    """
    at = won = runner = 0
    for g in range(len(many)):
        n = many[g]
        for i in range(n):
            best, least = -1, np.inf
            for k in range(runners[g]):
                time = -logs[at + k * n + i] / share[runner + k]
                if time < least:
                    best, least = number[runner + k], time
            into[won + i] = best
        won += n
        at += n * runners[g]
        runner += runners[g]


@entry
def tastes(
    flow: Ints,
    within: Ints,
    width: Ints,
    scale: Floats,
    begin: Ints,
    many: Ints,
    noise: Floats,
    into: Into[Ints],
) -> None:
    """Tastes of consignments, one after the other: of each as many as its flow is wide, in whole cents.

    `noise` of a flow begins at `begin`, option by option, `many` of each; `scale` are cents.
    """
    at = 0
    for c in range(len(flow)):
        f = flow[c]
        for k in range(width[f]):
            into[at] = int(np.rint(scale[f] * noise[begin[f] + k * many[f] + within[c]]))
            at += 1
