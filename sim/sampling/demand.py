"""Consignments: when they are released, what they are, which chains they may take, and what policies do to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.contract import Ints
from sim.model import Flow, Routing, Scenario
from sim.sampling.binding import Bindings, policies_with
from sim.sampling.quantiles import Intensity, invert, whole
from sim.sampling.shocks import Shocks
from sim.sampling.streams import Streams
from sim.sampling.structure import chain_checkpoint
from sim.sampling.unrolling import CalendarBook, rate_steps, spells_outside
from sim.units import DAY_S, month_starts

Bools = npt.NDArray[np.bool_]


@dataclass
class Consignments:
    """Columns by consignment, in order of release (then of flow); `rank_chain` is (n, ranks): the chain drawn in each rank, or -1."""

    release_s: Ints
    flow: Ints
    within: Ints
    size_teu: Ints
    cargo: Ints
    express: Ints
    rank_chain: Ints
    avoids: Ints


def flow_intensity(scenario: Scenario, flow: Flow, factors: list[tuple[int, int, float]]) -> Intensity:
    """Releases a second of a flow over the period: volume x season x disruptions' factors."""
    period = scenario.period
    a_second = flow.volume.value / flow.consignment.value / DAY_S
    season = flow.season.value if flow.season else (1.0,) * 12
    months = dict(month_starts(period.begin, period.length))
    cuts = sorted({0, *months, *(t for a, b, _ in factors for t in (a, b) if 0 < t < period.length)})
    rates, month = [], 1
    for cut in cuts:
        month = months.get(cut, month)
        rate = a_second * season[month - 1]
        for from_s, until_s, factor in factors:
            if from_s <= cut < until_s:
                rate *= factor
        rates.append(rate)
    return Intensity(cuts, rates, period.length)


def pick(
    shares: dict[str, float], names: list[str], streams: Streams, purpose: str, owner: str, n: int
) -> Ints:
    """Number, among `names`, of the entry that each of n consignments takes, each with the probability of its share.

    Every entry runs a race: an exponential time of its own over its share; the first one in is taken. So when shares
    change, or an entry comes to them, only those consignments move that must.
    """
    wanted = [name for name, share in shares.items() if share > 0]
    times = [-np.log(streams.uniforms(purpose, f"{owner}/{name}", n)) / shares[name] for name in wanted]
    numbers = np.array([names.index(name) for name in wanted], dtype=np.int64)
    taken: Ints = numbers[np.argmin(np.column_stack(times), axis=1)]
    return taken


def draw_consignments(scenario: Scenario, shocks: Shocks, streams: Streams) -> Consignments:
    """Draw every release of the period; consignment i of a flow has the same luck in every scenario."""
    parts = [_of_flow(scenario, number, name, shocks, streams) for number, name in enumerate(scenario.flows)]
    if not parts:
        raise ValueError("a scenario needs a flow")
    joined = {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
    order = np.lexsort((joined["within"], joined["flow"], joined["release_s"]))
    return Consignments(**{column: np.ascontiguousarray(values[order]) for column, values in joined.items()})


def _of_flow(scenario: Scenario, number: int, name: str, shocks: Shocks, streams: Streams) -> dict[str, Ints]:
    flow, owner = scenario.flows[name], f"flow:{name}"
    release_s = flow_intensity(scenario, flow, shocks.demand.get(name, [])).arrivals(
        streams, "release", owner
    )
    n = len(release_s)
    express = flow.express.value if flow.express else 0.0
    return {
        "release_s": release_s,
        "flow": np.full(n, number),
        "within": np.arange(n),
        "size_teu": np.full(n, flow.consignment.value),
        "cargo": pick(flow.cargo.value, list(scenario.cargo), streams, "cargo", owner, n),
        "express": (streams.uniforms("express", owner, n) >= express).astype(np.int64),
        "rank_chain": _rank_chains(scenario, flow.routing, owner, n, streams),
        "avoids": _avoided(scenario, name, n, streams),
    }


def _rank_chains(scenario: Scenario, routing: Routing, owner: str, n: int, streams: Streams) -> Ints:
    width = max(len(flow.routing.ranks()) for flow in scenario.flows.values())
    chains = list(scenario.chains)
    drawn = np.full((n, width), -1, dtype=np.int64)
    for rank, shares in enumerate(routing.ranks()):
        drawn[:, rank] = pick(shares, chains, streams, f"route-{rank}", owner, n)
    return drawn


def _avoided(scenario: Scenario, flow: str, n: int, streams: Streams) -> Ints:
    """Policies whose territory each consignment's shipper shuns, as bits."""
    bits = np.zeros(n, dtype=np.int64)
    for place, (_, name, rule) in enumerate(policies_with(scenario, "avoided")):
        assert rule.avoided is not None
        shuns = streams.uniforms("avoid", f"policy:{name}/flow:{flow}", n) < rule.avoided.share
        bits |= shuns.astype(np.int64) << place
    return bits


@dataclass
class Options:
    """Option lists: which list each consignment has, and the chains and calendars of every list."""

    of: Ints
    first: list[int]
    chain: list[int]
    calendar: list[int]


def list_options(
    scenario: Scenario,
    consignments: Consignments,
    bindings: Bindings,
    book: CalendarBook,
    chain_lives: list[tuple[int, int]],
) -> Options:
    """Chains open to each consignment at some time, best first; equal lists once. What cannot be reached is left out."""
    shunned = [p for p, _, _ in policies_with(scenario, "avoided")]
    keys = np.column_stack(
        [consignments.flow, consignments.cargo, consignments.avoids, consignments.rank_chain]
    )
    kinds, of = np.unique(keys, axis=0, return_inverse=True)
    options = Options(of.reshape(-1), [0], [], [])
    for flow, cargo, avoids, *chains in kinds.tolist():
        avoided = tuple(p for place, p in enumerate(shunned) if avoids >> place & 1)
        for chain in dict.fromkeys(chain for chain in chains if chain >= 0):
            closures = bindings.closures(flow, cargo, avoided, chain) + spells_outside(*chain_lives[chain])
            calendar = book.number(rate_steps(closures, scenario.period.length))
            options.chain.append(chain)
            options.calendar.append(calendar)
            if calendar == 0:
                break
        options.first.append(len(options.chain))
    return options


@dataclass
class Acts:
    """What policies do to single consignments, by consignment."""

    first: Ints
    facility: Ints
    from_s: Ints
    until_s: Ints
    span_s: Ints
    policy: Ints


def chains_taken(consignments: Consignments, options: Options, book: CalendarBook) -> Ints:
    """Chain that each consignment takes when it is released: its first open one, or -1."""
    calendars = [np.array(steps, dtype=np.int64) for steps in book.numbers]
    taken = np.full(len(consignments.flow), -1, dtype=np.int64)
    for i in range(len(options.first) - 1):
        mine = np.flatnonzero(options.of == i)
        for o in reversed(range(options.first[i], options.first[i + 1])):
            steps = calendars[options.calendar[o]]
            now = np.searchsorted(steps[:, 0], consignments.release_s[mine], side="right") - 1
            taken[mine[steps[now, 1] > 0]] = options.chain[o]
    return taken


def draw_acts(
    scenario: Scenario, consignments: Consignments, taken: Ints, bindings: Bindings, streams: Streams
) -> Acts:
    """Draw inspections, detentions and licence delays; one row a consignment, policy and facility."""
    rows: list[Ints] = []
    for p, name, rule in policies_with(scenario, "inspected"):
        places = {chain: chain_checkpoint(scenario, rule, chain) for chain in scenario.chains}
        spans_s = _spans(scenario, consignments, name, p, bindings, streams, "inspected")
        for place in sorted(
            {place for place in places.values() if place}, key=list(scenario.facilities).index
        ):
            # Only flows whose own chains stop there: others may pass the place after their inspection elsewhere.
            met = np.isin(consignments.flow, _flows_through(scenario, places, place))
            facility = list(scenario.facilities).index(place)
            rows.append(_rows(np.where(met, spans_s, 0), facility, bindings.window(p), p))
    for p, name, _ in policies_with(scenario, "delayed"):
        spans_s = _spans(scenario, consignments, name, p, bindings, streams, "delayed")
        # A licence to cross a territory is asked for by those whose chain does.
        crossing = [chain for chain in range(len(scenario.chains)) if bindings.crosses(p, chain)]
        rows.append(_rows(np.where(np.isin(taken, crossing), spans_s, 0), -1, bindings.window(p), p))
    table = np.concatenate(rows) if rows else np.zeros((0, 6), dtype=np.int64)
    table = table[np.lexsort((table[:, 5], table[:, 1], table[:, 0]))]
    counts = np.bincount(table[:, 0], minlength=len(consignments.flow))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Acts(first, *(np.ascontiguousarray(table[:, column]) for column in range(1, 6)))


def _flows_through(scenario: Scenario, places: dict[str, str | None], place: str) -> list[int]:
    """Numbers of the flows with a chain that meets a policy's inspections at a place first."""
    return [
        f
        for f, flow in enumerate(scenario.flows.values())
        if any(places[chain] == place for shares in flow.routing.ranks() for chain in shares)
    ]


def _rows(spans_s: Ints, facility: int, window: tuple[int, int], policy: int) -> Ints:
    who = np.flatnonzero(spans_s > 0)
    fixed = np.broadcast_to(np.array([facility, *window], dtype=np.int64), (len(who), 3))
    return np.column_stack([who, fixed, spans_s[who], np.full(len(who), policy)])


def _spans(
    scenario: Scenario,
    consignments: Consignments,
    name: str,
    policy: int,
    bindings: Bindings,
    streams: Streams,
    act: str,
) -> Ints:
    """Seconds that a policy holds each consignment (0 for most), from draws of its own flow."""
    spans_s = np.zeros(len(consignments.flow), dtype=np.int64)
    rule = scenario.policies[name]
    for f, flow in enumerate(scenario.flows):
        mine = np.flatnonzero(consignments.flow == f)
        mine = mine[np.argsort(consignments.within[mine])]
        n, owner = len(mine), f"policy:{name}/flow:{flow}"
        bound = np.array([bindings.binds(policy, f, c) for c in range(len(scenario.cargo))], dtype=bool)
        u = streams.uniforms(act, owner, n)
        if act == "delayed":
            assert rule.delayed is not None
            held, length_s = (
                u < rule.delayed.share,
                invert(rule.delayed.for_, streams.uniforms("delay", owner, n)),
            )
        else:
            held, length_s = _inspection(scenario, name, owner, u, streams)
        spans_s[mine] = np.where(held & bound[consignments.cargo[mine]], np.maximum(whole(length_s), 1), 0)
    return spans_s


def _inspection(
    scenario: Scenario, name: str, owner: str, u: npt.NDArray[np.float64], streams: Streams
) -> tuple[Bools, npt.NDArray[np.float64]]:
    inspected = scenario.policies[name].inspected
    assert inspected is not None
    length_s = invert(inspected.handling, streams.uniforms("inspection", owner, len(u)))
    if inspected.detained is not None:
        kept = streams.uniforms("detained", owner, len(u)) < inspected.detained.share
        kept_s = invert(inspected.detained.for_, streams.uniforms("detention", owner, len(u)))
        length_s = np.where(kept, kept_s, length_s)
    return u < inspected.share, length_s
