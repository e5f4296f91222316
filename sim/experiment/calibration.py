"""The simulated side of a calibration: what the model says of each thing that was observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.cache import Cache
from sim.experiment.cases import Case
from sim.experiment.replication import Replication
from sim.experiment.study import Kept, Progress, Study
from sim.experiment.workers import ALONE, Workers
from sim.model import Observation

if TYPE_CHECKING:
    import pandas as pd

    from sim.stats.calibration import Spread


def simulated_spreads(
    cases: Sequence[Case],
    wanted: Sequence[Observation],
    *,
    workers: Workers = ALONE,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> list[Spread]:
    """The spread over replications of the counterpart of each observation, in days, hours, trips or TEU a year as it has them.

    `cases` are called as the scenarios of the observations. Raises LandbridgeError when two cases have one name.
    """
    import pandas as pd

    from sim.stats.calibration import spread_of

    kept: Kept[list[pd.DataFrame | None]] = Kept(
        f"calibration by {[one.model_dump_json() for one in wanted]}"
    )
    done = Study(cases, Counterparts(tuple(wanted)), kept=kept, digests=False).run(workers, cache, progress)
    return [
        spread_of(
            pd.concat(
                [
                    made.value[number]
                    for made in done
                    if cases[made.task.case].name == one.scenario and made.value[number] is not None
                ],
                ignore_index=True,
            )
        )
        for number, one in enumerate(wanted)
    ]


@dataclass(frozen=True)
class Counterparts:
    """Measures in a replication what was observed of its scenario: a table of values with weights for each observation.

    Of observations of other scenarios there is none.
    """

    wanted: tuple[Observation, ...]

    def __call__(self, replication: Replication) -> list[pd.DataFrame | None]:
        """Values, weights and the replication."""
        return [
            _values(one, replication) if one.scenario == replication.case.name else None
            for one in self.wanted
        ]


def _values(one: Observation, replication: Replication) -> pd.DataFrame:
    """Values of one observation in one replication."""
    from sim.stats import calibration as found

    tables, period = replication.tables, replication.scenario.period
    window = found.Window(period.warm_up or 0, period.length - (period.cool_down or 0))
    if one.transit is not None:
        asked = one.transit
        return found.transit_days(
            tables.consignments,
            window,
            asked.corridor,
            asked.origins,
            asked.destinations,
            asked.chains,
            asked.since,
        )
    if one.way is not None:
        return found.way_days(tables.visits, one.way.from_, one.way.to)
    if one.places is not None:
        return found.place_hours(tables.visits, one.places.worked)
    if one.queue is not None:
        return found.queue_trips(tables.levels, one.queue.gate, period.second(one.queue.on))
    assert one.volume is not None
    return found.volume_teu(tables.consignments, window, one.volume.corridor, one.volume.direction)
