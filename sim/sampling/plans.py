"""A scenario and a seed become sampled plans, one for each replication."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.contract import Hit, Ints, Legend, SampledPlan, Strikes
from sim.model import Scenario
from sim.sampling.acts import draw_acts, policy_places
from sim.sampling.binding import Bindings
from sim.sampling.booked import Bookings
from sim.sampling.choosing import Tariffs, notices_of, price_steps
from sim.sampling.consignments import FlowDraws
from sim.sampling.legends import legend_of
from sim.sampling.options import Lists, Openness
from sim.sampling.places import Fleets, Places
from sim.sampling.quantiles import firsts
from sim.sampling.services import Services
from sim.sampling.shocks import draw_shocks, service_lives
from sim.sampling.streams import Streams
from sim.sampling.strikes import hits_in, strikes_in
from sim.sampling.structure import Structure
from sim.sampling.timetables import Timetables
from sim.sampling.unrolling import CalendarBook, rate_steps
from sim.sampling.work import Work


class Sampler:
    """Draws the replications of one scenario. What does not depend on chance is worked out once.

    Threads may draw from one sampler at once: what it keeps between replications does not change what is drawn.
    """

    def __init__(self, scenario: Scenario, *, name: str = "scenario", seed: int | None = None) -> None:
        self.scenario = scenario
        self.name = name
        self.seed = scenario.seed if seed is None else seed
        self.structure = Structure(scenario)
        self.bindings = Bindings(scenario)
        self.lives = service_lives(scenario)
        self.tariffs = Tariffs(scenario, self.bindings)
        lives = [_common([self.lives[s] for s in chain.services]) for chain in scenario.chains.values()]
        self._timetables = Timetables(scenario)
        self._flows = FlowDraws(self.tariffs, Bookings(scenario, self._timetables, self.lives))
        self._lists = Lists(self.tariffs, Openness(self.bindings, lives, scenario.period.length))
        self._services = Services(scenario, self.tariffs, self._timetables)
        self._places = Places(scenario, self.structure)
        self._work = Work(scenario, self.structure)
        self._fleets = Fleets(scenario, self.tariffs)
        services = list(scenario.services)
        chains = [[services.index(s) for s in chain.services] for chain in scenario.chains.values()]
        self._chains = {
            "chain_first": firsts([len(chain) for chain in chains]),
            "chain_service": np.array([s for chain in chains for s in chain], dtype=np.int64),
            "policy_place": policy_places(scenario, self.bindings),
        }

    @cached_property
    def legend(self) -> Legend:
        """What the numbers in the plans and logs mean."""
        return legend_of(self.scenario, self.structure, self.bindings, self.name)

    @cached_property
    def _hits(self) -> dict[str, list[Hit]]:
        """What every disruption hits, by its name."""
        return hits_in(self.scenario, self.structure)

    def strikes(self, replication: int) -> Strikes:
        """When the disruptions of a replication strike, and what of its plan: the same draws as in `plan`."""
        return strikes_in(self.scenario, self._hits, Streams(self.seed, replication))

    def plan(self, replication: int) -> SampledPlan:
        """Draw one replication (numbered from 0)."""
        scenario, choice, period_s = self.scenario, self.scenario.choice, self.scenario.period.length
        streams = Streams(self.seed, replication)
        shocks = draw_shocks(scenario, streams, self.lives)
        runs = self._timetables.draw(streams)
        goods = self._flows.draw(shocks.demand, runs, streams)
        of, options = self._lists.of(goods)
        acts = draw_acts(scenario, goods, self.bindings, streams)
        services = self._services.columns(runs, *options.loads(of, goods.size_teu, len(scenario.services)))
        trips = np.diff(services["trip_first"])
        # Calendars are numbered in this order.
        book = options.book.copy()
        rates = [
            book.number(rate_steps(shocks.service_rate.get(name, []), period_s)) for name in scenario.services
        ]
        columns = {
            **goods.columns(),
            "options": of,
            **options.columns,
            **acts.columns(),
            **self._chains,
            **services,
            "service_calendar": np.array(rates, dtype=np.int64),
            "service_price": price_steps(self.tariffs, shocks, book, period_s),
            **notices_of(self.tariffs, shocks.notices),
            **self._places.columns(shocks, streams, book),
            **self._work.draw(streams, services["turns"], services["reserve"]),
            **self._fleets.columns(shocks.fleet_lost, trips, streams, book),
            **_calendars(book),
        }
        return SampledPlan(
            seed=self.seed,
            replication=replication,
            period_s=period_s,
            bulletin_s=choice.bulletin.value if self.tariffs.adaptive else 0,
            lag_s=choice.lag.value,
            open_end_s=choice.open_end.value,
            # Columns that are the same in every replication are shared by all plans: nobody can write them.
            **{name: np.ascontiguousarray(values, dtype=np.int64) for name, values in columns.items()},
        )


def _calendars(book: CalendarBook) -> dict[str, Ints]:
    """Columns of all calendars."""
    steps = np.array([step for calendar in book.numbers for step in calendar], dtype=np.int64)
    return {
        "calendar_first": firsts([len(calendar) for calendar in book.numbers]),
        "calendar_at_s": steps[:, 0],
        "calendar_value": steps[:, 1],
        "calendar_cause": steps[:, 2],
        "calendar_policy": steps[:, 3],
    }


def _common(lives: list[tuple[int, int]]) -> tuple[int, int]:
    """From when until when all parts of something exist."""
    return max(opens_s for opens_s, _ in lives), min(closes_s for _, closes_s in lives)
