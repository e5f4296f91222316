"""A world for pictures: two services of trains, a sea lane, and tables of which every number is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.contract import Place
from sim.results import CAUSE_COLUMNS, ManifestRecord, NetworkRecord, Run

DAY_S = 86_400
_NUMBERS = count()
PERIOD_D, WARM_UP_D = 120, 10


def place(name: str, lat: float, lon: float, kind: str = "terminal") -> dict[str, Any]:
    return {"name": name, "country": "XX", "kind": kind, "lat": lat, "lon": lon}


def service(route: Sequence[str], legs: Sequence[str], fee: float = 50.0, **more: Any) -> dict[str, Any]:
    costs = [100.0] * len(legs)
    fixed = {"mode": "rail", "train_class": "container", "unload": "terminal", "charge": 10.0}
    return {
        **fixed,
        "route": list(route),
        "legs": list(legs),
        "leg_costs": costs,
        "fees": {route[-1]: fee},
        **more,
    }


WRITTEN: dict[str, Any] = {
    "facilities": {
        "xian": place("Xi'an (Xinzhu)", 34.4, 109.0),
        "khorgos": place("Khorgos", 44.2, 80.4, "border"),
        "altynkol": place("Altynkol", 44.2, 80.3, "gauge-change"),
        "lodz": place("Lodz", 51.7, 19.6),
        "shanghai": place("Shanghai", 30.9, 121.9, "port"),
    },
    "legs": {
        "xian-khorgos": {"between": ["xian", "khorgos"], "mode": "rail", "length_m": 3_000_000},
        "khorgos-altynkol": {"between": ["khorgos", "altynkol"], "mode": "rail", "length_m": 10_000},
        "altynkol-lodz": {"between": ["altynkol", "lodz"], "mode": "rail", "length_m": 6_000_000},
        "shanghai-lodz": {"between": ["shanghai", "lodz"], "mode": "sea", "length_m": 20_000_000},
    },
    "services": {
        "east": service(["xian", "khorgos", "altynkol"], ["xian-khorgos", "khorgos-altynkol"]),
        "west": service(["altynkol", "lodz"], ["altynkol-lodz"]),
        "home": service(["lodz", "altynkol"], ["altynkol-lodz"], train_class="timetabled"),
        "ship": service(["shanghai", "lodz"], ["shanghai-lodz"], mode="sea", train_class=None),
    },
    "chains": {
        "rail": {"corridor": "northern", "services": ["east", "west"]},
        "sea": {"corridor": "ocean", "services": ["ship"]},
    },
    "corridors": {"northern": {"title": "Northern: Russia"}, "ocean": {"title": "Ocean"}},
    "closures": [],
}  # fmt: skip
"""The network as `network.json` has it."""
NETWORK = NetworkRecord.model_validate(WRITTEN)


BORDER = Place("khorgos.border westbound", "khorgos", operation="border", direction="westbound")
CHANGE = Place("altynkol.gauge_change", "altynkol", operation="gauge_change")


def line(start: str, end: str, leg: str = "") -> Place:
    return Place(f"{start} > {end}", start, end, leg or f"{start}-{end}")


def visits(replications: int = 3) -> pd.DataFrame:
    """A trip a day of each service: days on the way 3 + 1 at the border + 0, then 6, then 6 back; a trip waits a day at the gate."""
    rows: list[dict[str, Any]] = []

    def visit(
        trip: int, name: str, kind: str, where: Place, arrived_d: float, wait_d: float, work_d: float
    ) -> None:
        times = [int(one * DAY_S) for one in (arrived_d, arrived_d + wait_d, arrived_d + wait_d + work_d)]
        rows.append({
            "trip": trip, "service": name, "place_kind": kind, "place": where.name, **where._asdict(), "measured": arrived_d >= WARM_UP_D,
            "arrived_s": times[0], "started_s": times[1], "ended_s": times[2], "wait_s": times[1] - times[0],
            "work_s": times[2] - times[1], "load_teu": 100,
        })  # fmt: skip

    for day in range(100):
        visit(3 * day, "east", "leg", line("xian", "khorgos"), day, 0, 3)
        visit(3 * day, "east", "gate", BORDER, day + 3, 1, 0)
        visit(
            3 * day, "east", "station", Place("khorgos.border", "khorgos", operation="border"), day + 4, 0, 1
        )
        visit(3 * day, "east", "leg", line("khorgos", "altynkol"), day + 5, 0, 0)
        visit(3 * day, "east", "station", CHANGE, day + 5, 0, 1)
        visit(3 * day + 1, "west", "leg", line("altynkol", "lodz"), day, 0, 6)
        visit(3 * day + 2, "home", "leg", line("lodz", "altynkol", "altynkol-lodz"), day, 0, 6)
    one = pd.DataFrame(rows)
    return pd.concat(
        [one.assign(scenario="any", replication=n) for n in range(replications)], ignore_index=True
    )


def consignments(replications: int = 3) -> pd.DataFrame:
    """A box a day by rail (15 days) and one by sea (40 days), one in ten refused."""
    parts = []
    for replication in range(replications):
        for chain, corridor, days in (("rail", "northern", 15), ("sea", "ocean", 40)):
            release_d = np.arange(70)
            refused = release_d % 10 == 9
            parts.append(pd.DataFrame({
                "scenario": "any", "replication": replication, "flow": chain, "corridor": np.where(refused, "", corridor),
                "chain": np.where(refused, "", chain), "direction": "westbound", "size_teu": 20 if chain == "rail" else 10,
                "status": np.where(refused, "refused", "delivered"), "measured": release_d >= WARM_UP_D,
                "release_s": release_d * DAY_S, "transit_s": days * DAY_S + replication, "cost_usd_per_feu": 1000.0,
            }))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    spent = dict.fromkeys((*CAUSE_COLUMNS.values(), "unfinished_s"), 0)
    spent |= {"running_s": table["transit_s"] - DAY_S, "customs_s": DAY_S}
    return table.assign(**spent)


def levels(replications: int = 3) -> pd.DataFrame:
    time_s = np.arange(0, PERIOD_D * DAY_S, DAY_S // 4)
    waits = (
        ("gate", BORDER, 100),
        ("yard", Place("east", "xian"), 30),
        ("yard", Place("west", "altynkol"), 10),
    )
    parts = [
        pd.DataFrame({"scenario": "any", "replication": n, "place_kind": kind, "place": place.name, **place._asdict(),
                      "time_s": time_s, "trips": teu // 100, "teu": teu})
        for n in range(replications) for kind, place, teu in waits
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def trips(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["scenario", "replication", "trip", "service", "measured", "load_teu"]
    return table.drop_duplicates(["replication", "trip"])[columns]


class FakeRun(Run):
    """A run of which all is in memory: its tables, and its network as `network.json` has it."""

    def __init__(
        self,
        name: str = "baseline",
        tables: Mapping[str, pd.DataFrame] | None = None,
        network: Mapping[str, Any] = WRITTEN,
        more: Mapping[str, Any] | None = None,
        path: Path | None = None,
    ) -> None:
        period = {"start": "2025-01-01T00:00:00+00:00", "length_s": PERIOD_D * DAY_S,
                  "warm_up_s": WARM_UP_D * DAY_S, "cool_down_s": 20 * DAY_S}  # fmt: skip
        manifest = {"scenario": name, "title": "A title", "period": period, **(more or {})}
        super().__init__(path or Path("runs") / str(next(_NUMBERS)), ManifestRecord.model_validate(manifest))
        vars(self)["network"] = NetworkRecord.model_validate(network)
        vars(self)["tables"] = world(3) if tables is None else tables
        vars(self)["asked"] = set()

    def table(
        self, name: str, columns: Sequence[str] | None = None, only: Mapping[str, Sequence[Any]] | None = None
    ) -> pd.DataFrame:
        vars(self)["asked"].add(name)
        table: pd.DataFrame = vars(self)["tables"][name]
        for column, values in (only or {}).items():
            table = table[table[column].isin(list(values))]
        if name == "consignments":
            table = table.assign(**{column: "" for column in ("flow", "od", "market") if column not in table})
        return table if columns is None else table[list(columns)]


@cache
def world(replications: int) -> dict[str, pd.DataFrame]:
    seen = visits(replications)
    return {"visits": seen, "consignments": consignments(replications), "levels": levels(replications), "trips": trips(seen)}  # fmt: skip


def all_text(figure: Figure) -> str:
    figure.draw_without_rendering()
    return " ".join(text.get_text() for text in figure.findobj(matplotlib.text.Text)).replace("\n", " ")
