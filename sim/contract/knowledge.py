"""What shippers know of waits, in whole seconds and minutes: written once for engines and for the audit.

Nobody sees the present. A bulletin tells the mean of the waits that ended in the past such time; where none ended, the
mean age of those that go on; where nobody waits, the usual wait. It is known after a lag.

A function's `p` is a plan and its `w` what is known: here lists, in compiled code views of the same names.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.contract.plan import SampledPlan, as_lists
from sim.contract.tables import StepKind

MINUTE_S = 60


class Knowledge:
    """Waits noted, bulletins told, and what shippers think that every service takes. Places: gates, then stations, then services."""

    # Waits since the last bulletin, by place: how many, their sum, and of their whole minutes the sum and the sum of squares.
    noted_n: list[int]
    noted_s: list[int]
    noted_min: list[int]
    noted_min2: list[int]
    # Bulletins that are not known yet, in a ring: of each the mean wait (s) of every place, then its variance (square minutes).
    told: list[int]
    told_first: int
    told_n: int
    # Places that each service's trips meet, its own terminal last.
    met_first: list[int]
    met: list[int]
    # By service: seconds and variance (square minutes), waits included, and of these the wait for a vehicle.
    time_s: list[int]
    variance: list[int]
    wait_s: list[int]
    # By chain, from each of its services on: price (cents an FEU), seconds and standard deviation (minutes), and how much of
    # that is reckoned and holds until the next bulletin (see `choice.expected`).
    ahead: list[int]
    ahead_cents: list[int]
    ahead_s: list[int]
    ahead_min: list[int]
    # By option list, for each facility: one more than how many ways on there are from it; 0 until that is counted.
    ways: list[int]

    def __init__(self, plan: SampledPlan) -> None:
        for name, n in book_sizes(plan).items():
            setattr(self, name, [0] * n)
        self.told_first = self.told_n = 0
        self.met_first, self.met = met_by(plan)
        believe(as_lists(plan), self, -1)


def book_sizes(plan: SampledPlan) -> dict[str, int]:
    """How many numbers each column of `Knowledge` has."""
    bulletins = plan.lag_s // plan.bulletin_s + 2 if plan.bulletin_s else 0
    return {
        **dict.fromkeys(("noted_n", "noted_s", "noted_min", "noted_min2"), plan.n_places),
        "told": 2 * plan.n_places * bulletins,
        "met_first": plan.n_services + 1,
        "met": len(plan.step_kind) + plan.n_services,
        **dict.fromkeys(("time_s", "variance", "wait_s"), plan.n_services),
        **dict.fromkeys(("ahead", "ahead_cents", "ahead_s", "ahead_min"), len(plan.chain_service)),
        "ways": (len(plan.options_first) - 1) * plan.n_facilities,
    }


def met_by(plan: SampledPlan) -> tuple[list[int], list[int]]:
    """Columns `met_first` and `met`."""
    first_station = plan.n_gates
    first_service = first_station + plan.n_stations
    offsets = {int(StepKind.GATE): 0, int(StepKind.HANDLE): first_station}
    kinds, places = plan.step_kind.tolist(), plan.step_place.tolist()
    bounds = plan.step_first.tolist()
    first, met = [0], []
    for s in range(plan.n_services):
        steps = range(bounds[s], bounds[s + 1])
        met += [offsets[kinds[i]] + places[i] for i in steps if kinds[i] in offsets]
        met.append(first_service + s)
        first.append(len(met))
    return first, met


def note(w: Knowledge, place: int, wait_s: int) -> None:
    """A wait has ended at a place, or goes on while a bulletin is made."""
    w.noted_n[place] += 1
    if wait_s == 0:
        return
    minutes = wait_s // MINUTE_S
    w.noted_s[place] += wait_s
    w.noted_min[place] += minutes
    w.noted_min2[place] += minutes * minutes


def note_ages(w: Knowledge, now_s: int, waiting: Iterable[tuple[int, int]]) -> None:
    """Before a bulletin is made: where no wait has ended, note the ages of those that go on, as (place, since when)."""
    # Ages are shorter than waits: among them they would make every queue look shorter than it is.
    seen = [n > 0 for n in w.noted_n]
    for place, since_s in waiting:
        if not seen[place]:
            note(w, place, now_s - since_s)


def tell_waits(p: SampledPlan, w: Knowledge) -> None:
    """Make a bulletin of what is noted, of the usual wait where nothing is, and begin anew."""
    places, first_service = p.n_places, p.n_gates + p.n_stations
    at = 2 * places * ((w.told_first + w.told_n) % (p.lag_s // p.bulletin_s + 2))
    w.told_n += 1
    for place in range(places):
        n = w.noted_n[place]
        if n:
            w.told[at + place] = w.noted_s[place] // n
            w.told[at + places + place] = w.noted_min2[place] // n - (w.noted_min[place] // n) ** 2
        else:
            w.told[at + place] = p.service_usual_s[place - first_service] if place >= first_service else 0
            w.told[at + places + place] = 0
        w.noted_n[place] = 0
        w.noted_s[place] = 0
        w.noted_min[place] = 0
        w.noted_min2[place] = 0


def learn(p: SampledPlan, w: Knowledge) -> None:
    """The oldest bulletin that is not known yet becomes known."""
    believe(p, w, 2 * p.n_places * w.told_first)
    w.told_first = (w.told_first + 1) % (p.lag_s // p.bulletin_s + 2)
    w.told_n -= 1


def believe(p: SampledPlan, w: Knowledge, at: int) -> None:
    """Take in the bulletin that begins at `at` of those told (-1: none yet, waits are as usual)."""
    places, first_service = p.n_places, p.n_gates + p.n_stations
    for s in range(p.n_services):
        usual_s = p.service_usual_s[s]
        time_s, variance = p.service_mean_s[s], p.service_variance_min2[s]
        for i in range(w.met_first[s], w.met_first[s + 1]):
            place = w.met[i]
            if at >= 0:
                time_s += w.told[at + place]
                variance += w.told[at + places + place]
            elif place >= first_service:
                time_s += usual_s
        w.time_s[s] = time_s
        w.variance[s] = variance
        w.wait_s[s] = w.told[at + first_service + s] if at >= 0 else usual_s
    for i in range(p.chain_first[p.n_chains]):
        w.ahead[i] = 0
