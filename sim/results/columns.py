"""The columns of every table, declared once: name, kind of value, unit, meaning. Writing, reading and the docs use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sim.contract import Cause
from sim.units import HOUR_S


@dataclass(frozen=True)
class Column:
    """One column of a table. `kind` is text (repeated names), integer, number (a float) or truth.

    A file that says something else is refused when it is read: `least` is the smallest value of an integer; `values` are all
    that a text may be, "" beside them; `of` is the group of `network.json` whose names a text has (chains say the corridors);
    `gaps` says whether a number may be missing.
    """

    name: str
    kind: Literal["text", "integer", "number", "truth"]
    unit: str
    meaning: str
    least: int = 0
    values: tuple[str, ...] = ()
    of: Literal["", "facilities", "legs", "services", "chains", "corridors"] = ""
    gaps: bool = False


def _seconds(name: str, meaning: str, least: int = 0) -> Column:
    """A column of seconds."""
    return Column(name, "integer", "s", meaning, least)


DIRECTIONS = ("westbound", "eastbound")


CAUSE_COLUMNS: Mapping[Cause, str] = {cause: f"{cause.name.lower()}_s" for cause in Cause}
"""The column of the consignments table for every cause."""
LEVEL_STEP_S = 6 * HOUR_S
"""Seconds between two rows of a place in the levels table."""

_RUN = (
    Column("scenario", "text", "", "name of the scenario"),
    Column("replication", "integer", "", "replication, from 0"),
)

_PLACE = (
    Column("facility", "text", "", "facility where that is; where a line begins", of="facilities"),
    Column("to", "text", "", "facility where a line ends; else empty", of="facilities"),
    Column("leg", "text", "", "id of the line; empty at a facility", of="legs"),
    Column(
        "operation",
        "text",
        "",
        "border, gauge_change, port or terminal; empty on a line and in a yard",
        values=("border", "gauge_change", "port", "terminal"),
    ),
    Column(
        "direction",
        "text",
        "",
        "westbound or eastbound, of a gate at a facility; else empty",
        values=DIRECTIONS,
    ),
)
"""What a place is; its name is only what it is called."""

CONSIGNMENTS: tuple[Column, ...] = (
    *_RUN,
    Column("consignment", "integer", "", "number in order of release"),
    Column("flow", "text", "", "its flow"),
    Column("origin", "text", "", "terminal where it is released", of="facilities"),
    Column("destination", "text", "", "terminal where it is delivered", of="facilities"),
    Column("od", "text", "", "both of them, `origin:destination`"),
    Column("market", "text", "", "the market of its flow; other where it says none and another flow does"),
    Column("direction", "text", "", "westbound or eastbound", values=DIRECTIONS),
    Column("cargo", "text", "", "its cargo class"),
    Column("express", "truth", "", "goes before ordinary freight"),
    Column("size_teu", "integer", "TEU", "its size"),
    Column(
        "chain",
        "text",
        "",
        "the chain that it took, the last one if rerouted; empty when refused",
        of="chains",
    ),
    Column("corridor", "text", "", "the corridor of that chain; empty when refused", of="corridors"),
    Column(
        "first_chain", "text", "", "the chain that it took at its release; empty when refused", of="chains"
    ),
    Column("reroutes", "integer", "", "how often it took another chain at a terminal"),
    Column(
        "barred_chain",
        "text",
        "",
        "the chain that it would have taken at its release had no policy closed it; else empty",
        of="chains",
    ),
    Column(
        "status",
        "text",
        "",
        "delivered, under way (at the period's end) or refused",
        values=("delivered", "under way", "refused"),
    ),
    Column(
        "measured", "truth", "", "of a measured flow, released after the warm-up and before the cool-down"
    ),
    _seconds("release_s", "time of release from the period's start"),
    _seconds("departed_s", "time when its first vehicle set off; -1 when not yet", -1),
    _seconds("delivered_s", "time of delivery; -1 when not delivered", -1),
    _seconds(
        "transit_s", "delivery less release; when under way, its age at the period's end; 0 when refused"
    ),
    _seconds("promise_s", "transit time quoted for the first chain; -1 when none is, or when refused", -1),
    Column("on_time", "truth", "", "delivered within the promise"),
    _seconds("deadline_s", "transit time that the shippers of its flow count on"),
    Column("in_time", "truth", "", "delivered within the deadline"),
    Column(
        "policy",
        "text",
        "",
        "the first policy that barred a chain to it or held it, or one that charged it; else empty",
    ),
    Column(
        "cost_usd_per_feu",
        "number",
        "USD/FEU",
        "paid: services ridden and still to come, at their prices when the chain was taken; charge of its flow; surcharges",
        gaps=True,
    ),
    Column(
        "time_cost_usd_per_feu",
        "number",
        "USD/FEU",
        "transit days times the time value of its cargo",
        gaps=True,
    ),
    Column(
        "emissions_kg_per_feu",
        "number",
        "kg CO2e/FEU",
        "well-to-wheel emissions of the services ridden and still to come",
        gaps=True,
    ),
    *(_seconds(CAUSE_COLUMNS[cause], f"time spent {cause.meaning}") for cause in Cause),
    _seconds("unfinished_s", "time of the segment that had not ended by the period's end; 0 when delivered"),
)

TRIPS: tuple[Column, ...] = (
    *_RUN,
    Column("trip", "integer", "", "number of the trip"),
    Column("service", "text", "", "its service", of="services"),
    Column(
        "corridor",
        "text",
        "",
        "corridor of all chains that use the service; empty when several share it",
        of="corridors",
    ),
    Column(
        "direction",
        "text",
        "",
        "direction of the freight that the service carries; empty when mixed or none",
        values=DIRECTIONS,
    ),
    Column("measured", "truth", "", "departed after the warm-up and before the cool-down"),
    _seconds("departed_s", "time of departure from the period's start"),
    _seconds("ended_s", "time when it was unloaded; -1 when not by the period's end", -1),
    Column("load_teu", "integer", "TEU", "load at departure"),
    Column("capacity_teu", "integer", "TEU", "what may be loaded at the first terminal"),
    Column(
        "fill",
        "number",
        "",
        "load at departure over capacity, 0 to 1; not a number when unlimited",
        gaps=True,
    ),
)

VISITS: tuple[Column, ...] = (
    *_RUN,
    Column("trip", "integer", "", "number of the trip"),
    Column("service", "text", "", "its service", of="services"),
    Column("place_kind", "text", "", "gate, station or leg", values=("gate", "station", "leg")),
    Column("place", "text", "", "what the place is called; no other of its kind has the name"),
    *_PLACE,
    Column("measured", "truth", "", "arrived after the warm-up and before the cool-down"),
    _seconds("arrived_s", "time when it came to the place"),
    _seconds("started_s", "time when it passed (gate), its handling began (station), it set off (leg); -1 when not yet", -1),
    _seconds("ended_s", "time when it left the place; -1 when not by the period's end", -1),
    _seconds("wait_s", "time waited or paused there; so far, when not ended"),
    _seconds("work_s", "handling or running time; so far, when not ended"),
    Column("load_teu", "integer", "TEU", "load aboard"),
)  # fmt: skip

LEVELS: tuple[Column, ...] = (
    *_RUN,
    Column(
        "place_kind",
        "text",
        "",
        "gate, station, yard, or set-out (a yard after inspections)",
        values=("gate", "station", "yard", "set-out"),
    ),
    Column(
        "place",
        "text",
        "",
        "what the gate or station is called; for a yard the service waited for, for set-out the facility",
    ),
    *_PLACE,
    _seconds("time_s", "moment, every 6 h; a place at which nothing ever waits has no rows"),
    Column("trips", "integer", "", "trains waiting, background trains among them; 0 in a yard"),
    Column("teu", "integer", "TEU", "TEU waiting: aboard those trips, or in the yard for a vehicle"),
)

ACTS: Mapping[str, str] = {
    "diverted": "it took another chain than the one that the policy closed to it",
    "refused": "the policy closed a chain to it, and none was open",
    "inspected": "the policy held it at a facility: an inspection or detention that has ended",
    "delayed": "the policy held it at its origin: a licence or payment that has come",
    "charged": "it pays the policy's surcharge",
}
"""What policies do to consignments, in the policies table."""

POLICIES: tuple[Column, ...] = (
    *_RUN,
    Column("policy", "text", "", "the policy"),
    Column("act", "text", "", f"what it did: {', '.join(ACTS)}", values=tuple(ACTS)),
    Column("consignment", "integer", "", "whom it bound; others or the same policy may bind it, too"),
    Column(
        "measured", "truth", "", "of a measured flow, released after the warm-up and before the cool-down"
    ),
    _seconds("time_s", "release when diverted or refused, end of the hold, or time when the charged chain was taken"),
    Column("size_teu", "integer", "TEU", "size of the consignment"),
    Column(
        "hours",
        "number",
        "h",
        "held so long; when diverted the mean time of its chain less that of the closed one, both without waits; else 0",
    ),
    Column(
        "usd",
        "number",
        "USD",
        "surcharge of the whole consignment; when diverted the price of its chain less that of the closed one; else 0",
    ),
)  # fmt: skip

DISRUPTIONS: tuple[Column, ...] = (
    *_RUN,
    Column("disruption", "text", "", "the disruption"),
    Column("event", "integer", "", "number of the event among those of the disruption in this replication, from 0"),
    Column("part", "integer", "", "0 for its own effect, then those linked to it, from 1"),
    Column("at", "text", "", "what it hits, as the scenario names it: an id, tag, country or corridor"),
    Column("effect", "text", "", "what it does there"),
    Column("severity", "number", "", "how much of the effect, 0 to 1"),
    Column("measured", "truth", "", "holds at some time after the warm-up and before the cool-down"),
    Column("struck_at", "text", "", "date and time when it strikes, UTC"),
    _seconds("from_s", "the same in seconds from the period's start", least=-(2**40)),
    _seconds("until_s", "time until which the whole effect holds; -1 when it does not end", least=-(2**40)),
    _seconds("over_s", "time when it has passed, a recovery included; -1 when it does not", least=-(2**40)),
    Column(
        "trips",
        "integer",
        "",
        "trips that it met: at a place that it hits, or departing as a service that lacks vehicles, while it held",
    ),
    Column(
        "teu",
        "integer",
        "TEU",
        "freight that it met: aboard those trips, waiting for a service that it closes, taking a chain with a service of "
        "which it changes the price, or released by a flow of which it changes the volume",
    ),
    Column("measured_teu", "integer", "TEU", "measured consignments among them"),
    Column(
        "bound_teu", "integer", "TEU",
        "of these, those that no earlier row of the disruption in the replication met: their sum is what it bound",
    ),
    Column(
        "held_teu_d",
        "number",
        "TEU-days",
        "time that freight was at closed places, or waited for closed services, while it held; 0 where nothing is closed",
    ),
)  # fmt: skip

TABLES: Mapping[str, tuple[Column, ...]] = {
    "consignments": CONSIGNMENTS,
    "trips": TRIPS,
    "visits": VISITS,
    "levels": LEVELS,
    "policies": POLICIES,
    "disruptions": DISRUPTIONS,
}
"""Columns of the six tables, in order."""
