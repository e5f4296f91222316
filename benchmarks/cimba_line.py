"""The shared model in Cimba. Its compiler resolves names in the module, so the drawn times are module-level arrays."""

from collections.abc import Callable

import cimba as cb
import numpy as np

from benchmarks.tandem import Line as Drawn

RELEASE_S = np.zeros(1)
HANDLING_S = TRAVEL_S = np.zeros((1, 1))


class Station(cb.Model):  # type: ignore[misc]
    """Servers of one station."""

    places: cb.Resource


class Line(cb.Model):  # type: ignore[misc]
    """Releases the trains and adds up their times."""

    stations: list[Station]
    sum_s: float = 0.0
    total_s: cb.Output[float]

    @cb.process
    def source(self):  # type: ignore[no-untyped-def]
        """One train after the other."""
        for n in range(len(RELEASE_S)):
            cb.hold(RELEASE_S[n] - cb.now())
            cb.spawn(Train, line=self, number=n)

    @cb.on_end
    def measure(self):  # type: ignore[no-untyped-def]
        """Hand the sum over."""
        self.total_s = self.sum_s


class Train(cb.Model):  # type: ignore[misc]
    """Goes through all stations."""

    line: cb.Ref[Line]
    number: int = 0

    @cb.process
    def run(self):  # type: ignore[no-untyped-def]
        """Station by station."""
        n = self.number
        for k in range(HANDLING_S.shape[1]):
            station = self.line.stations[k]
            station.places.acquire()
            cb.hold(HANDLING_S[n, k])
            station.places.release()
            cb.hold(TRAVEL_S[n, k])
        self.line.sum_s += cb.now() - RELEASE_S[n]


def cimba_runner(line: Drawn) -> Callable[[], int]:
    """Cimba's compiled Python: a spawned model a train, a Resource a station, one worker, no captures."""
    global RELEASE_S, HANDLING_S, TRAVEL_S
    RELEASE_S = line.release_s.astype(np.float64)
    HANDLING_S, TRAVEL_S = line.handling_s.astype(np.float64), line.travel_s.astype(np.float64)
    # Code compiled before holds the arrays of another line.
    cb.clear_cache()
    model, stations = Line(), []
    for servers in line.servers.tolist():
        stations.append(Station())
        stations[-1].places = cb.Resource(capacity=servers)
    model.stations = stations
    experiment = cb.Experiment(model, replications=1, window=cb.Window.until_idle(), seed=1)
    return lambda: int(experiment.run(workers=1)[model].total_s.values[0, 0])
