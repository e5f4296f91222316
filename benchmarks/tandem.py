"""The shared model: trains through a line of stations with one or more servers, and a travel time after each.

Every simulator can say it, so it is what Landbridge is compared on with others. All durations are drawn before, whole
seconds, and each simulator is given the same ones; the total time in the line is then one number on which all agree.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.contract import (
    NEVER,
    OPEN,
    UNLIMITED,
    Cause,
    Dispatch,
    EventKind,
    EventLog,
    SampledPlan,
    StepKind,
    ints,
)

Whole = npt.NDArray[np.int64]
PERIOD_S = 2**30 - 1
"""As long as the fast engine takes: the longer, the less often two trains come to a station in one second."""
SERVERS = (1, 2, 3)
LOAD = 0.8
"""Share of the time that servers are busy."""
SEED = 1


@dataclass(frozen=True)
class Line:
    """`release_s` (trains,); `servers` (stations,); `handling_s` and `travel_s` (trains, stations)."""

    release_s: Whole
    servers: Whole
    handling_s: Whole
    travel_s: Whole

    @property
    def stages(self) -> int:
        """Trains × stations."""
        return self.handling_s.size


def drawn_line(trains: int, stations: int, seed: int) -> Line:
    """Uniform gaps, handling and travel times; releases fill nine tenths of the period.

    No train comes to a station in the second in which another one comes or is done there, since simulators differ in who is
    first then: such a train comes a second later.
    """
    dice = np.random.default_rng(seed)
    gap_s = int(0.9 * PERIOD_S) // trains
    servers = np.resize(SERVERS, stations).astype(np.int64)
    line = Line(
        np.cumsum(dice.integers(1, 2 * gap_s, trains)),
        servers,
        dice.integers(1, (2 * LOAD * gap_s * servers).astype(np.int64), (trains, stations)),
        dice.integers(gap_s // 2, 2 * gap_s, (trains, stations)),
    )
    at_s = line.release_s.copy()
    for k in range(stations):
        end_s = _ends(line, k, at_s)
        while (late := _tied(at_s, end_s)).any():
            before_s = line.travel_s[:, k - 1] if k else line.release_s
            before_s[late] += 1
            at_s[late] += 1
            end_s = _ends(line, k, at_s)
        at_s = end_s + line.travel_s[:, k]
    return line


def _ends(line: Line, k: int, at_s: Whole) -> Whole:
    """When each train (trains,) is done at station k, to which it comes at `at_s`: first come, first served."""
    free_s = [0] * int(line.servers[k])
    end_s = np.zeros_like(at_s)
    for n in np.argsort(at_s, kind="stable").tolist():
        end_s[n] = max(int(at_s[n]), free_s[0]) + int(line.handling_s[n, k])
        heapq.heapreplace(free_s, int(end_s[n]))
    return end_s


def _tied(at_s: Whole, end_s: Whole) -> npt.NDArray[np.bool_]:
    """Trains that come in a second in which another one has come, or is done."""
    repeated = np.ones(len(at_s), dtype=bool)
    repeated[np.unique(at_s, return_index=True)[1]] = False
    return repeated | np.isin(at_s, end_s)


def total_s(line: Line) -> tuple[int, int]:
    """Train-seconds in the line, worked out station by station without a clock; and how many trains came in tied seconds."""
    at_s, ties = line.release_s, 0
    for k in range(len(line.servers)):
        end_s = _ends(line, k, at_s)
        ties += int(_tied(at_s, end_s).sum())
        at_s = end_s + line.travel_s[:, k]
    return int((at_s - line.release_s).sum()), ties


def plan_of(line: Line) -> SampledPlan:
    """The line as a plan: one service of trains that hold one consignment each, with as many vehicles as it takes."""
    trains, stations = line.handling_s.shape
    none, zero = ints([]), ints([0])
    counts = sorted(set(line.servers.tolist()))
    # Calendar 0 is always open, 1 is nothing at all, then one for each number of servers.
    values = [OPEN, 0, *counts]
    work = np.stack([line.handling_s, line.travel_s], axis=2).reshape(trains, 2 * stations).T
    return SampledPlan(
        seed=0, replication=0, period_s=PERIOD_S, bulletin_s=0, lag_s=0, open_end_s=1,
        calendar_first=ints(range(len(values) + 1)), calendar_at_s=ints([0] * len(values)), calendar_value=ints(values),
        calendar_cause=ints([-1] * len(values)), calendar_policy=ints([-1] * len(values)),
        release_s=ints(line.release_s), size_teu=ints([1] * trains), express=ints([1] * trains),
        flow=ints([0] * trains), cargo=ints([0] * trains), options=ints([0] * trains),
        act_first=ints([0] * (trains + 1)), patience_s=ints([NEVER] * trains),
        taste_first=ints([0] * (trains + 1)), taste_cents=none,
        options_first=ints([0, 1]), options_day_cents=ints([-1]), options_spread_cents=zero,
        option_chain=zero, option_calendar=zero, option_extra=ints([1]), behind_first=ints([0, 1]), behind_cents=zero,
        act_facility=none, act_from_s=none, act_until_s=none, act_span_s=none, act_policy=none, policy_place=none,
        chain_first=ints([0, 1]), chain_service=zero,
        capacity_teu=ints([1]), spare_teu=zero, full_teu=ints([1]), dispatch=ints([Dispatch.FULL]), hold_s=zero,
        load_teu_min=zero, call_teu=ints([1]), service_express=ints([1]), service_calendar=zero, fleet=zero, fleet_end=zero,
        trip_first=ints([0, trains]), turns=zero, reserve=ints([trains]), slot_first=ints([0, 0]), slot_s=none,
        step_first=ints([0, 2 * stations]), service_from=zero, service_price=ints([1]), service_mean_s=zero,
        service_variance_min2=zero, service_usual_s=zero,
        notice_first=ints([0, 0]), notice_known_from_s=none, notice_known_until_s=none, notice_closed_from_s=none,
        notice_closed_until_s=none, notice_offset_s=none,
        step_kind=ints([StepKind.HANDLE, StepKind.RUN] * stations), step_place=ints(np.repeat(np.arange(stations), 2)),
        work_first=ints(trains * np.arange(2 * stations)), work_s=ints(work.ravel()),
        gate_headway_s=none, gate_calendar=none, background_first=zero, background_s=none,
        station_servers=ints([2 + counts.index(n) for n in line.servers.tolist()]),
        station_rate=ints([0] * stations), station_cause=ints([Cause.TERMINAL] * stations),
        leg_calendar=ints([0] * stations), leg_cause=ints([Cause.RUNNING] * stations),
        fleet_vehicles=ints([UNLIMITED, UNLIMITED]), fleet_withdrawn=ints([1]), return_after_s=ints([-1]),
        call_after_s=ints([-1]),
        return_first=ints([0, 0]), return_s=none,
    )  # fmt: skip


def told_s(log: EventLog, line: Line) -> int:
    """Train-seconds in the line, from a log; every train must have arrived."""
    delivered = log.rows[log.rows["kind"] == EventKind.DELIVERED]
    if len(delivered) != len(line.release_s):
        raise RuntimeError(f"{len(line.release_s) - len(delivered)} trains are still on the line")
    return int(delivered["time_s"].sum() - line.release_s.sum())
