"""One replication of a case, drawn and simulated: what a measure is a function of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from sim.engine import DEFAULT
from sim.experiment.cases import Case
from sim.model import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.contract import EventLog, Legend, SampledPlan, Strikes
    from sim.results import Reckoning, Tables
    from sim.sampling import Sampler

T = TypeVar("T")


class Once(Generic[T]):
    """A property that is made when it is first asked for.

    `functools.cached_property` holds one lock for all replications while it makes one (Python 3.11): threads would simulate one after
    the other.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, one: None, owner: type) -> Once[T]: ...

    @overload
    def __get__(self, one: object, owner: type) -> T: ...

    def __get__(self, one: object, owner: type) -> T | Once[T]:
        if one is None:
            return self
        # What stands in an object's own dictionary goes before this property from now on.
        made = one.__dict__[self._name] = self._make(one)
        return made


SAMPLERS = 4
"""Of so many scenarios it is remembered what does not depend on chance: of a pair both, where threads are at two of them."""


@dataclass(frozen=True)
class Replication:
    """Replication `number` (from 0) of a case; its plan, its log and its tables are made when they are first asked for.

    `given` is what its task has for the measure besides. Raises LandbridgeError where drawing or simulating does.
    """

    case: Case
    number: int
    engine: str = DEFAULT
    given: bytes = b""

    @property
    def scenario(self) -> Scenario:
        """What is simulated."""
        return self.case.scenario

    @property
    def legend(self) -> Legend:
        """What the numbers in plan and log mean."""
        return self.sampler.legend

    @Once
    def sampler(self) -> Sampler:
        """Draws the replications of the scenario."""
        return _sampler(self.case)

    @Once
    def plan(self) -> SampledPlan:
        """All that chance says."""
        return self.sampler.plan(self.number)

    @Once
    def log(self) -> EventLog:
        """All that happened."""
        from sim.engine import simulate

        return simulate(self.plan, engine=self.engine)

    @Once
    def strikes(self) -> Strikes:
        """When disruptions strike, and what."""
        return self.sampler.strikes(self.number)

    @Once
    def tables(self) -> Tables:
        """All tables of the replication; columns as in `results.TABLES`."""
        return self.tabulated(None)

    @Once
    def reckoning(self) -> Reckoning:
        """What the usual measures are made of, straight from the log."""
        from sim.results import reckoning_of

        return reckoning_of(self.plan, self.log, self.legend, self.strikes)

    @Once
    def consignments(self) -> pd.DataFrame:
        """The consignments table alone, without seconds by cause."""
        from sim.results import Columns, consignments_table, itineraries_of

        log = Columns(self.log)
        ways = itineraries_of(self.plan, log, self.legend)
        return consignments_table(self.plan, log, ways, self.legend, causes=False)

    def tabulated(self, made: Callable[[str, pd.DataFrame], None] | None) -> Tables:
        """Make all tables anew; `made` is called with name and table as soon as one is."""
        from sim.results import tabulate

        return tabulate(self.plan, self.log, self.legend, made, self.strikes)

    def beside(self, scenario: Scenario) -> Replication:
        """The same replication of another scenario, under the name of this case: with common random numbers."""
        return Replication(replace(self.case, scenario=scenario), self.number, self.engine)

    def digests(self) -> tuple[str, str]:
        """SHA-256 of plan and log."""
        return self.plan.digest(), self.log.digest()


_lock = threading.Lock()
_samplers: list[Sampler] = []
"""Those used last, the latest first; all threads draw from them."""


def _sampler(case: Case) -> Sampler:
    """The sampler of a case, made once for all of its replications that follow one another."""
    from sim.sampling import Sampler

    # Who comes second waits for the sampler of the first, which is sooner than to make another.
    with _lock:
        mine = next(
            (one for one in _samplers if one.scenario is case.scenario and one.name == case.name), None
        )
        if mine is None:
            mine = Sampler(case.scenario, name=case.name)
        _samplers[:] = [mine, *(one for one in _samplers if one is not mine)][:SAMPLERS]
        return mine
