"""What shippers weigh: option lists, prices, tastes, and what they take for granted of every service."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

from sim.contract import MINUTE_S, OPEN, Ints
from sim.model import (
    LONGEST_S,
    ByTimetable,
    Scenario,
    WhenHeld,
    average,
    countries_of,
    direction_of,
    legs_of,
    of_class,
    parts_of,
)
from sim.sampling.binding import Bindings
from sim.sampling.legends import service_cost_usd_per_feu
from sim.sampling.notices import Notice
from sim.sampling.quantiles import invert, paces
from sim.sampling.shocks import Shocks
from sim.sampling.streams import Floats
from sim.sampling.unrolling import CalendarBook, Spell, factored_steps
from sim.units import CENTS, DAY_S

GRID = (np.arange(400) + 0.5) / 400
"""Points at which the mean and variance of a distribution are taken."""


@dataclass(frozen=True)
class Expectation:
    """Of a service: mean time without waits (s), its variance (square minutes), and the usual wait for a vehicle (s)."""

    mean_s: int
    variance_min2: int
    usual_s: int


@dataclass(frozen=True)
class Listed:
    """A chain of a flow's list: its number, constant and share (see `Options`)."""

    chain: int
    extra_cents: int
    behind_cents: list[int]
    share: float


def _moments(times_s: Floats) -> tuple[float, float]:
    """Mean (s) and variance (square minutes) of times."""
    return float(times_s.mean()), float((times_s / MINUTE_S).var())


class Tariffs:
    """What does not depend on chance: prices, expectations and pivot constants of one scenario."""

    def __init__(self, scenario: Scenario, bindings: Bindings) -> None:
        self.scenario = scenario
        self.bindings = bindings
        self.choice = scenario.choice
        self._listed: dict[tuple[str, str, bool], list[Listed]] = {}
        self._pivots: dict[str, dict[str, tuple[float, str]]] = {}
        self._usual: dict[tuple[str, ...], tuple[int, int, float]] = {}
        self._aversion: dict[str, float] = {}
        self._moments: dict[int, tuple[float, float]] = {}
        self._paces: dict[int, Floats] = {}

    @property
    def adaptive(self) -> bool:
        """Whether shippers weigh their options."""
        return self.choice.routing == "adaptive"

    @cached_property
    def price_cents(self) -> dict[str, int]:
        """Price of every service, cents an FEU."""
        return {s: round(CENTS * service_cost_usd_per_feu(self.scenario, s)) for s in self.scenario.services}

    @cached_property
    def expectations(self) -> dict[str, Expectation]:
        """What shippers take for granted of every service."""
        return {name: self._expectation(name) for name in self.scenario.services}

    def _expectation(self, name: str) -> Expectation:
        """Mean and variance of a service's work, over points of every distribution."""
        scenario = self.scenario
        mean_s, variance, by_railway = 0.0, 0.0, dict[str, float]()
        train_class = scenario.services[name].class_
        for part in parts_of(scenario, name):
            line = scenario.legs[part.leg] if part.leg else None
            if line is not None and line.running_time is None and line.railway is not None:
                by_railway[line.railway] = by_railway.get(line.railway, 0.0) + line.length.value / 1000
                continue
            work = getattr(scenario.facilities[part.place], part.work) if line is None else None
            time = of_class(work.time, train_class) if work is not None and work.time is not None else None
            spread = line.running_time if line is not None else time
            if spread is not None:
                # Services share legs and places: each is looked at once.
                if id(spread) not in self._moments:
                    self._moments[id(spread)] = _moments(np.minimum(invert(spread.value, GRID), LONGEST_S))
                mean, var = self._moments[id(spread)]
                mean_s, variance = mean_s + mean, variance + var
        for railway, km in by_railway.items():
            speed = of_class(scenario.railways[railway].speed, train_class)
            if id(speed) not in self._paces:
                self._paces[id(speed)] = paces(speed.value, GRID)
            mean, var = _moments(km / self._paces[id(speed)] * DAY_S)
            mean_s, variance = mean_s + mean, variance + var
        return Expectation(round(mean_s), round(variance), self._usual_s(name))

    def _usual_s(self, name: str) -> int:
        """What freight usually waits for a departure: see `_usual_of_timetable_s`, or half the longest hold."""
        rule = self.scenario.services[name].dispatch
        if isinstance(rule, ByTimetable):
            return self._usual_of_timetable_s(name, rule)
        return rule.at_most.value // 2 if isinstance(rule, WhenHeld) else 0

    def _usual_of_timetable_s(self, name: str, rule: ByTimetable) -> int:
        """The wait for a departure: half the interval where all run; of booked freight how long before it comes, at most the interval."""
        flows = [one for one in self.scenario.flows.values() if one.booked and one.booked.service == name]
        volume = sum(one.volume.value for one in flows)
        if volume > 0:
            before_s = sum(one.volume.value * average(one.booked.before.value) for one in flows if one.booked)
            return int(min(before_s / volume, rule.every.value / rule.running))
        return int(min(rule.every.value * (1 / rule.running - 0.5), LONGEST_S))

    def offset_s(self, service: str, place: str) -> int:
        """Mean time from a service's departure until it comes to a facility, leg or its own start, without waits."""
        total = 0.0
        route = self.scenario.services[service].route
        if place in (service, route[0]):
            return 0
        for part in parts_of(self.scenario, service):
            if part.leg == place or (not part.leg and part.place == place):
                break
            total += part.mean_s
        return round(total)

    # --- options ----------------------------------------------------------------------------------------------

    def scale(self, flow: str) -> float:
        """Spread of tastes of a flow's shippers, USD an FEU."""
        west = direction_of(self.scenario, flow) == "westbound"
        scale: float = (self.choice.scale_westbound if west else self.choice.scale_eastbound).value
        return scale

    def day_cents(self, cargo: str, express: bool) -> int:
        """Value of a day, cents an FEU."""
        factor: float = self.choice.express_time_value.value if express else 1.0
        return round(CENTS * self.scenario.cargo[cargo].time_value.value * factor)

    def spread_cents(self, day_cents: int) -> int:
        """Value of a day of standard deviation, cents an FEU."""
        return round(day_cents * self.choice.reliability.value)

    def pivots(self, flow: str) -> dict[str, tuple[float, str]]:
        """Of every chain that a flow lists: its share, and at whose usual price and time (see `Routing.pivots`)."""
        if flow not in self._pivots:
            self._pivots[flow] = self.scenario.flows[flow].routing.pivots(self.choice.new_share.value)
        return self._pivots[flow]

    def listed(self, flow: str, cargo: str, express: bool) -> list[Listed]:
        """The chains that a flow lists, as its goods of a cargo class weigh them."""
        key = (flow, cargo, express)
        if key not in self._listed:
            day_cents, chains = self.day_cents(cargo, express), list(self.scenario.chains)
            self._listed[key] = [
                Listed(
                    chains.index(chain),
                    self.extra_cents(flow, cargo, express, chain),
                    self.behind_cents(day_cents, chain),
                    share,
                )
                for chain, (share, _) in self.pivots(flow).items()
            ]
        return self._listed[key]

    def extra_cents(self, flow: str, cargo: str, express: bool, chain: str) -> int:
        """What an option costs beside price and time: the constant that makes its share come out, and aversion.

        The constant takes away price and time as they usually are: so at usual waits the odds are those of the shares.
        """
        share, pivot = self.pivots(flow)[chain]
        share_cents: float = -CENTS * self.scale(flow) * log(share)
        services = self.scenario.chains[pivot].services
        usual_cents = self.usual_cents(self.day_cents(cargo, express), services)
        return round(share_cents - usual_cents + CENTS * self.aversion(chain))

    def behind_cents(self, day_cents: int, chain: str) -> list[int]:
        """For each stage of a chain what the services before it usually cost, cents an FEU: it is in its constant."""
        services = self.scenario.chains[chain].services
        whole = self.usual_cents(day_cents, services)
        return [round(whole - self.usual_cents(day_cents, services[i:])) for i in range(len(services))]

    def usual_cents(self, day_cents: int, services: tuple[str, ...]) -> float:
        """Price and cost of time of services, one after the other, as they usually are, cents an FEU."""
        if services not in self._usual:
            known = [self.expectations[s] for s in services]
            self._usual[services] = (
                sum(self.price_cents[s] for s in services),
                sum(one.mean_s + one.usual_s for one in known),
                sum(one.variance_min2 for one in known) ** 0.5,
            )
        price_cents, time_s, deviation_min = self._usual[services]
        spread_cents: float = self.spread_cents(day_cents) * deviation_min * MINUTE_S / DAY_S
        time_cents: float = day_cents * time_s / DAY_S
        return price_cents + time_cents + spread_cents

    def aversion(self, chain: str) -> float:
        """USD an FEU that shippers would pay not to cross the countries of a chain."""
        if chain not in self._aversion:
            crossed = countries_of(self.scenario, chain)
            self._aversion[chain] = sum(
                self.choice.aversion[c].value for c in crossed if c in self.choice.aversion
            )
        return self._aversion[chain]


def price_steps(tariffs: Tariffs, shocks: Shocks, book: CalendarBook, period_s: int) -> Ints:
    """Number of the calendar of each service's price, cents an FEU: its tariff times the factors of disruptions."""
    numbers = []
    for name in tariffs.scenario.services:
        usual = tariffs.price_cents[name]
        spells = [
            Spell(from_s, until_s, round(OPEN * factor))
            for from_s, until_s, factor in shocks.price.get(name, [])
        ]
        numbers.append(book.number(factored_steps(usual, spells, period_s)))
    return np.array(numbers, dtype=np.int64)


def notices_of(tariffs: Tariffs, notices: list[Notice]) -> dict[str, Ints]:
    """Announced closures on the way of every service, as columns of a plan."""
    scenario, rows, first = tariffs.scenario, [], [0]
    for name, service in scenario.services.items():
        told = notices if tariffs.adaptive else []
        legs = {leg for leg, _ in legs_of(scenario, name)} if told else set()
        for one in told:
            met = {
                "facility": one.name in service.route[1:],
                "leg": one.name in legs,
                "service": one.name == name,
            }[one.kind]
            if met:
                rows.append(
                    (
                        one.known_from_s,
                        one.known_until_s,
                        one.closed_from_s,
                        one.closed_until_s,
                        tariffs.offset_s(name, one.name),
                    )
                )
        first.append(len(rows))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    names = ("known_from_s", "known_until_s", "closed_from_s", "closed_until_s", "offset_s")
    return {
        "notice_first": np.array(first, dtype=np.int64),
        **{f"notice_{name}": np.ascontiguousarray(table[:, i]) for i, name in enumerate(names)},
    }
