"""Consignments: when they are released, what they are, which chains they may take, and what policies do to them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.contract import Ints
from sim.model import Flow, Routing, Scenario, chain_checkpoint
from sim.sampling.binding import Bindings, policies_with
from sim.sampling.choosing import Tariffs, draw_patience, draw_tastes
from sim.sampling.quantiles import Intensity, invert, whole
from sim.sampling.shocks import Shocks
from sim.sampling.streams import Streams
from sim.sampling.unrolling import CalendarBook, Step, rate_steps, spells_outside, summed_steps
from sim.units import DAY_S, month_starts

Bools = npt.NDArray[np.bool_]


@dataclass
class Consignments:
    """Columns by consignment, in order of release (then of flow); `rank_chain` is (n, ranks): the chain drawn in each rank, or -1;
    without ranks where shippers weigh their options.
    """

    release_s: Ints
    flow: Ints
    within: Ints
    size_teu: Ints
    cargo: Ints
    express: Ints
    rank_chain: Ints
    avoids: Ints
    patience_s: Ints


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


def draw_consignments(tariffs: Tariffs, shocks: Shocks, streams: Streams) -> Consignments:
    """Draw every release of the period; consignment i of a flow has the same luck in every scenario."""
    flows = tariffs.scenario.flows
    parts = [_of_flow(tariffs, number, name, shocks, streams) for number, name in enumerate(flows)]
    if not parts:
        raise ValueError("a scenario needs a flow: add one")
    joined = {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
    order = np.lexsort((joined["within"], joined["flow"], joined["release_s"]))
    return Consignments(**{column: np.ascontiguousarray(values[order]) for column, values in joined.items()})


def _of_flow(tariffs: Tariffs, number: int, name: str, shocks: Shocks, streams: Streams) -> dict[str, Ints]:
    scenario = tariffs.scenario
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
        "rank_chain": _rank_chains(tariffs, flow.routing, owner, n, streams),
        "avoids": _avoided(scenario, name, n, streams),
        "patience_s": draw_patience(tariffs, streams, name, n),
    }


def _rank_chains(tariffs: Tariffs, routing: Routing, owner: str, n: int, streams: Streams) -> Ints:
    if tariffs.adaptive:
        return np.zeros((n, 0), dtype=np.int64)
    scenario = tariffs.scenario
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
    """Option lists: which list each consignment has, and the chains, calendars and costs of every list.

    `day_cents` is -1 for a list that is taken in order.
    """

    of: Ints
    first: list[int] = field(default_factory=lambda: [0])
    day_cents: list[int] = field(default_factory=list)
    spread_cents: list[int] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)
    calendar: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    behind: list[list[int]] = field(default_factory=list)
    """For each option, by stage of its chain, what of its constant belongs to the services before."""
    share: list[float] = field(default_factory=list)
    """Share of each option among those that have the list, were all open; 1 where the list is taken in order."""

    def add(self, chain: int, calendar: int, extra: int, behind: list[int], share: float) -> None:
        """One more option of the list at work."""
        self.behind.append(behind)
        self.chain.append(chain)
        self.calendar.append(calendar)
        self.extra.append(extra)
        self.share.append(share)

    def end(self, day_cents: int, spread_cents: int) -> None:
        """The list at work is complete."""
        self.first.append(len(self.chain))
        self.day_cents.append(day_cents)
        self.spread_cents.append(spread_cents)


@dataclass(frozen=True)
class Openness:
    """When chains are open and what they charge: `lives` are (opens, closes) in seconds by chain. The same in every replication."""

    bindings: Bindings
    lives: list[tuple[int, int]]
    period_s: int
    _open: dict[tuple[int, int, tuple[int, ...], int], tuple[Step, ...]] = field(default_factory=dict)
    _extra: dict[tuple[int, int, int, int], tuple[Step, ...]] = field(default_factory=dict)

    def steps(self, flow: int, cargo: int, avoided: tuple[int, ...], chain: int) -> tuple[Step, ...]:
        """A chain's openness to consignments, as the steps of a calendar."""
        key = (flow, cargo, avoided, chain)
        if key not in self._open:
            closures = self.bindings.closures(*key) + spells_outside(*self.lives[chain])
            self._open[key] = rate_steps(closures, self.period_s)
        return self._open[key]

    def extra(self, flow: int, cargo: int, chain: int, cents: int) -> tuple[Step, ...]:
        """What a chain costs consignments beside price and time, cents an FEU: `cents`, and the charges of policies."""
        key = (flow, cargo, chain, cents)
        if key not in self._extra:
            charges = self.bindings.charges(flow, cargo, chain)
            self._extra[key] = summed_steps(cents, charges, self.period_s)
        return self._extra[key]


def list_options(
    tariffs: Tariffs, consignments: Consignments, openness: Openness, book: CalendarBook
) -> Options:
    """Chains open to each consignment at some time; equal lists once.

    Taken in order: best first, and what cannot be reached is left out. Weighed: every chain that the flow lists.
    """
    shunned = [p for p, _, _ in policies_with(tariffs.scenario, "avoided")]
    rest = consignments.express[:, None] if tariffs.adaptive else consignments.rank_chain
    keys = np.column_stack([consignments.flow, consignments.cargo, consignments.avoids, rest])
    kinds, of = distinct_rows(keys)
    options = Options(of)
    stages = [len(chain.services) for chain in tariffs.scenario.chains.values()]
    for flow, cargo, avoids, *others in kinds.tolist():
        avoided = tuple(p for place, p in enumerate(shunned) if avoids >> place & 1)
        if tariffs.adaptive:
            _weighed(tariffs, options, openness, book, (flow, cargo, avoided, others[0] == 0))
            continue
        for chain in dict.fromkeys(chain for chain in others if chain >= 0):
            calendar = book.number(openness.steps(flow, cargo, avoided, chain))
            options.add(chain, calendar, 0, [0] * stages[chain], 1.0)
            if calendar == 0:
                break
        options.end(-1, 0)
    return options


def distinct_rows(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows of (n, columns) in their order, and which of them each row is (n,).

    As `np.unique` over rows, which sorts whole rows and is slower: here rows become numbers, column by column.
    """
    number = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        value = column - column.min() if len(column) else column
        number = _ranks(number * (value.max(initial=0) + 1) + value)
    first = np.zeros(number.max(initial=-1) + 1, dtype=np.int64)
    first[number[::-1]] = np.arange(len(rows))[::-1]
    return rows[first], number


def _ranks(numbers: Ints) -> Ints:
    """For numbers (n,), all >= 0, how many smaller ones there are among the distinct ones (n,)."""
    most = int(numbers.max(initial=0))
    if most > 16 * len(numbers):
        _, ranks = np.unique(numbers, return_inverse=True)
        return ranks
    there = np.zeros(most + 1, dtype=np.int64)
    there[numbers] = 1
    return (np.cumsum(there) - 1)[numbers]


def _weighed(
    tariffs: Tariffs,
    options: Options,
    openness: Openness,
    book: CalendarBook,
    kind: tuple[int, int, tuple[int, ...], bool],
) -> None:
    """Add the list of all chains of a flow, for its goods of a cargo class."""
    flow, cargo, avoided, express = kind
    name, goods = list(tariffs.scenario.flows)[flow], list(tariffs.scenario.cargo)[cargo]
    day_cents = tariffs.day_cents(goods, express)
    for one in tariffs.listed(name, goods, express):
        extra = book.number(openness.extra(flow, cargo, one.chain, one.extra_cents))
        calendar = book.number(openness.steps(flow, cargo, avoided, one.chain))
        options.add(one.chain, calendar, extra, one.behind_cents, one.share)
    options.end(day_cents, tariffs.spread_cents(day_cents))


def place_tastes(
    tariffs: Tariffs, consignments: Consignments, options: Options, streams: Streams
) -> tuple[Ints, Ints]:
    """Where the tastes of each consignment begin, int64 (n + 1,), and all tastes in cents an FEU, option by option."""
    n = len(consignments.flow)
    width = np.diff(options.first)[options.of] if tariffs.adaptive else np.zeros(n, dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(width)]).astype(np.int64)
    tastes = np.zeros(first[-1], dtype=np.int64)
    for number, name in enumerate(tariffs.scenario.flows if tariffs.adaptive else ()):
        mine = np.flatnonzero(consignments.flow == number)
        drawn = draw_tastes(tariffs, streams, name, len(mine))
        columns = np.arange(drawn.shape[1])
        tastes[first[mine][:, None] + columns] = drawn[consignments.within[mine]]
    return first, tastes


@dataclass
class Acts:
    """What policies do to single consignments, by consignment."""

    first: Ints
    facility: Ints
    from_s: Ints
    until_s: Ints
    span_s: Ints
    policy: Ints


def draw_acts(scenario: Scenario, consignments: Consignments, bindings: Bindings, streams: Streams) -> Acts:
    """Draw inspections, detentions and licence delays; one row a consignment, policy and facility.

    Whether a chain meets the policy there is told by `policy_places`.
    """
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
        rows.append(_rows(spans_s, -1, bindings.window(p), p))
    table = np.concatenate(rows) if rows else np.zeros((0, 6), dtype=np.int64)
    table = table[np.lexsort((table[:, 5], table[:, 1], table[:, 0]))]
    counts = np.bincount(table[:, 0], minlength=len(consignments.flow))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Acts(first, *(np.ascontiguousarray(table[:, column]) for column in range(1, 6)))


def policy_places(scenario: Scenario, bindings: Bindings) -> Ints:
    """Where each policy holds those that take each chain, int64 (policies * chains,): see `SampledPlan.policy_place`."""
    facilities, places = list(scenario.facilities), []
    for p, rule in enumerate(scenario.policies.values()):
        for number, chain in enumerate(scenario.chains):
            place = chain_checkpoint(scenario, rule, chain)
            crosses = bindings.crosses(p, number)
            places.append(facilities.index(place) if place and crosses else -1 if crosses else -2)
    return np.array(places, dtype=np.int64)


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
