"""The network: railways, facilities, legs, fleets, services, chains and corridors."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from sim.model.distributions import highest
from sim.model.drawn_quantities import Durations, Shares
from sim.model.figures import Figure
from sim.model.frozen import Frozen, faults
from sim.model.quantities import (
    Capacity,
    Count,
    Date,
    Duration,
    Emission,
    Interval,
    Length,
    Load,
    LongDuration,
    MonthlyShares,
    Price,
    RunningShare,
    Servers,
    Size,
    Tariff,
    Traffic,
)
from sim.model.texts import Prose, Title
from sim.model.train_classes import ClassedDurations, ClassedSpeeds, TrainClass
from sim.units import DAY_S, HOUR_S, MINUTE_S

ID = r"^[a-z0-9][a-z0-9-]*$"
COUNTRY = r"^[A-Z]{2}$"
Id = Annotated[str, Field(pattern=ID, max_length=80)]
"""A short name in lower case with hyphens: "altynkol"."""
Country = Annotated[str, Field(pattern=COUNTRY, description="ISO 3166 alpha-2 code, or EU in a policy")]
Tags = tuple[Id, ...]
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun)-(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(\d\d):(\d\d)-(\d\d):(\d\d)(?: ([+-])(\d\d):(\d\d))?"
)


class Hours(Frozen):
    """Opening hours of a day in UTC: `from_s` to `until_s` after midnight (wrapping when not greater), on `days` (0 Monday)."""

    text: str
    days: tuple[int, ...]
    from_s: int
    until_s: int

    @property
    def open_s(self) -> int:
        """Seconds open in one day of opening."""
        return (self.until_s - self.from_s) % DAY_S or DAY_S


def read_hours(given: object) -> object:
    """Read "00:00-05:00 +03:00" or "Mon-Fri 08:00-20:00" (UTC unless an offset is given)."""
    if isinstance(given, Hours):
        return given
    match = _HOURS.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise ValueError(
            f'expected opening hours, got {given!r}. Write for example "00:00-05:00 +03:00" or "Mon-Fri 08:00-20:00".'
        )
    first, last, h0, m0, h1, m1, sign, oh, om = match.groups()
    if any(int(h) * 60 + int(m) > 24 * 60 or int(m) > 59 for h, m in ((h0, m0), (h1, m1))):
        raise ValueError(
            f'expected hours from 00:00 to 24:00, got "{given}". Write for example "08:00-20:00".'
        )
    if sign and (int(oh) > 14 or int(om) > 59):
        raise ValueError(
            f'expected an offset from UTC of at most 14 hours, got "{given}". Write for example "08:00-20:00 +05:00".'
        )
    offset_s = (int(oh) * HOUR_S + int(om) * MINUTE_S) * (-1 if sign == "-" else 1) if sign else 0
    begin, end = (int(h) * HOUR_S + int(m) * MINUTE_S - offset_s for h, m in ((h0, m0), (h1, m1)))
    start, stop = (_DAYS.index(first), _DAYS.index(last)) if first else (0, 6)
    shift = begin // DAY_S
    days = tuple(sorted((start + i + shift) % 7 for i in range((stop - start) % 7 + 1)))
    return Hours(text=str(given), days=days, from_s=begin % DAY_S, until_s=end % DAY_S)


OpeningHours = Annotated[
    Hours,
    BeforeValidator(read_hours),
    WithJsonSchema(
        {
            "type": "string",
            "examples": ["00:00-05:00 +03:00", "Mon-Fri 08:00-20:00"],
            "description": "daily opening hours, UTC unless an offset is given",
        }
    ),
]


def _ends_at_the_agreed(accepted: Figure[Shares]) -> Figure[Shares]:
    """No more is accepted than was agreed, and something is."""
    most = highest(accepted.value)
    if most == 0:
        words = "nothing would ever pass. Write a share above 0 %, or close the place by a disruption."
        raise faults([("value", words)])
    if most is None:
        words = (
            "expected a distribution that ends at or below 100 %: this one has no highest value. "
            "Write for example {low: 70 %, mode: 90 %, high: 100 %}."
        )
        raise faults([("value", words)])
    return accepted


class Railway(Frozen):
    """A railway (or road, or shipping area) whose trains share a pace: one draw a trip holds for all its legs there."""

    name: Title = Field(description="name as people know it")
    speed: ClassedSpeeds = Field(
        description="progress of a freight train under way, stops between borders included; by class of train where it differs"
    )
    tariff: Figure[Tariff] = Field(description="what an FEU pays per km")
    emissions: Figure[Emission] = Field(description="well-to-wheel g CO2e per tonne-km of cargo")


Accepted = Annotated[Figure[Shares], AfterValidator(_ends_at_the_agreed)]
"""Share of an agreed capacity that is accepted, drawn for every week."""


class Stage(Frozen):
    """What a gate can do until something opens: a second track, more cranes, a ramp-up."""

    opening: Id = Field(description="the opening (see `openings`) until whose date this holds")
    capacity: Figure[Capacity] = Field(description="trains a day in each direction")
    background: Figure[Traffic] | None = Field(
        default=None,
        description="trains a day in each direction that carry none of the freight, and pass in turn with those that do",
    )


class Operation(Frozen):
    """Work done on a whole train or vessel at a facility, and how much of it the place can do.

    `capacity` and `background` count trains a day in each direction; a train passes at the earliest
    1 / capacity after the one before. Of an agreed `capacity` the share that is `accepted` may be drawn by week.
    `servers` trains are handled side by side (no limit if not given).
    """

    time: ClassedDurations | None = Field(
        default=None,
        description="handling time of one train or vessel; by class of train where it differs",
    )
    servers: Figure[Servers] | None = Field(
        default=None, description="trains handled side by side; unlimited if not given"
    )
    capacity: Figure[Capacity] | None = Field(default=None, description="trains a day in each direction")
    accepted: Accepted | None = Field(
        default=None,
        description="share of the capacity that is accepted, drawn for every week; all of it if not given",
    )
    background: Figure[Traffic] | None = Field(
        default=None,
        description="trains a day in each direction that carry none of the freight, and pass in turn with those that do",
    )
    before: Stage | None = Field(default=None, description="what holds until an opening")
    hours: OpeningHours | None = Field(default=None, description="daily opening hours")
    fee: Figure[Price] | None = Field(default=None, description="what an FEU pays here")


class Facility(Frozen):
    """A place with capacity and handling.

    `border` work is done on trains that pass; `gauge_change`, `port` and `terminal` work where a service ends.
    """

    name: Title = Field(description="name as people know it")
    country: Country
    position: tuple[float, float] = Field(strict=False, description="latitude and longitude in degrees")
    kind: Literal["terminal", "border", "gauge-change", "port", "junction"]
    tags: Tags = Field(
        default=(), strict=False, description="names by which policies and disruptions find it"
    )
    source: Prose | None = Field(default=None, min_length=8, description="what the position rests on")
    border: Operation | None = None
    gauge_change: Operation | None = None
    port: Operation | None = None
    terminal: Operation | None = None

    @property
    def operations(self) -> dict[str, Operation]:
        """The work that is done here, by its name."""
        named = (
            ("border", self.border),
            ("gauge_change", self.gauge_change),
            ("port", self.port),
            ("terminal", self.terminal),
        )
        return {name: operation for name, operation in named if operation is not None}


class Leg(Frozen):
    """A line between two facilities, run in both directions. Time is `running_time`, or length over the railway's speed."""

    between: tuple[Id, Id] = Field(strict=False, description="the two facilities")
    mode: Literal["rail", "road", "sea"]
    gauge: Literal[1435, 1520] | None = Field(default=None, description="track gauge in mm; rail only")
    length: Figure[Length]
    railway: Id | None = Field(default=None, description="whose pace, tariff and emissions hold here")
    running_time: Figure[Durations] | None = Field(
        default=None, description="time on the leg, instead of the railway's speed"
    )
    capacity: Figure[Capacity] | None = Field(default=None, description="trains a day in each direction")
    accepted: Accepted | None = Field(
        default=None,
        description="share of the capacity that is accepted, drawn for every week; all of it if not given",
    )
    background: Figure[Traffic] | None = Field(
        default=None,
        description="trains a day in each direction that carry none of the freight, and pass in turn with those that do",
    )
    before: Stage | None = Field(default=None, description="what holds until an opening")
    hours: OpeningHours | None = Field(default=None, description="daily hours in which trains may enter")
    tariff: Figure[Tariff] | None = Field(
        default=None, description="what an FEU pays per km, instead of the railway's"
    )
    emissions: Figure[Emission] | None = Field(
        default=None, description="g CO2e per tonne-km, instead of the railway's"
    )
    opening: Id | None = Field(
        default=None, description="the opening (see `openings`) before which it does not exist"
    )
    closing: Id | None = Field(
        default=None, description="the opening from which on new freight does not take it any more"
    )
    tags: Tags = Field(default=(), strict=False)


class EmptyReturn(Frozen):
    """When vehicles run empty: home from the other end when idle for long, and from either end to freight that waits.

    Freight calls a vehicle where none is, when enough of it has waited long enough, and one at the other end is not needed there.
    """

    after: Figure[Duration] | None = Field(
        default=None,
        description="idle time after which a vehicle goes home empty; if not given, it waits until freight calls it",
    )
    time: Figure[Durations] | None = Field(
        default=None,
        description="time of an empty run; if not given, what loaded trips take on average without waits",
    )
    called: bool = Field(
        default=True,
        description="whether freight that waits where no vehicle is calls an idle one from the other end",
    )
    waiting: Figure[Duration] = Field(
        default="24 h",
        validate_default=True,
        description="how long freight has waited when it calls a vehicle",
    )
    at_least: Figure[Load] | None = Field(
        default=None, description="how much freight calls a vehicle; if not given, what a departure needs"
    )


class Fleet(Frozen):
    """Train sets or vessels, shared by the services between two places; the first place is home."""

    between: tuple[Id, Id] = Field(strict=False, description="the two ends; all vehicles start at the first")
    vehicles: Figure[Count] | None = Field(
        default=None, description="number of vehicles; unlimited if not given"
    )
    empty_return: EmptyReturn = Field(
        default_factory=EmptyReturn, description="when vehicles run empty, and how long that takes"
    )
    tags: Tags = Field(default=(), strict=False)


class WhenFull(Frozen):
    """Depart when full, and only then."""

    when: Literal["full"]


class WhenHeld(Frozen):
    """Depart when full, or when held `at_most` so long with `at_least` so much load."""

    when: Literal["held"]
    at_most: Figure[Duration]
    at_least: Figure[Size]


class ByTimetable(Frozen):
    """Depart every so often with at least so much load; the first departure comes `first` after the period's start.

    One that does not run does not exist: nothing waits for it.
    """

    when: Literal["timetable"]
    every: Figure[Interval]
    first: Figure[Duration] | None = None
    at_least: Figure[Size] | None = None
    runs: Figure[RunningShare] | None = Field(
        default=None,
        description="share of the planned departures that run, each drawn; all of them if not given",
    )

    @property
    def running(self) -> float:
        """Share of the planned departures that run."""
        return self.runs.value if self.runs else 1.0


class Service(Frozen):
    """Block trains of one gauge, trucks or vessels from the first facility of `route` to the last."""

    route: tuple[Id, ...] = Field(min_length=2, strict=False, description="facilities passed, first to last")
    mode: Literal["rail", "road", "sea"] = "rail"
    gauge: Literal[1435, 1520] | None = Field(default=None, description="track gauge in mm; rail only")
    capacity: Figure[Load] = Field(description="TEU that a train or vessel loads at the terminal")
    spare: Figure[Size] | None = Field(
        default=None, description="TEU that may join on the way beyond `capacity`"
    )
    dispatch: Annotated[WhenFull | WhenHeld | ByTimetable, Field(discriminator="when")]
    class_: TrainClass = Field(
        default="container",
        alias="class",
        description="class of train, whose pace and work hold: timetabled ones go first in every queue",
    )
    carrier: Country | None = Field(default=None, description="nationality of the carrier where known")
    fleet: Id | None = Field(default=None, description="unlimited vehicles if not given")
    unload: Literal["gauge_change", "port", "terminal"] | None = Field(
        default=None, description="work at the last facility, where it has several kinds"
    )
    weather: Id | None = Field(
        default=None, description="the weather (see `weathers`) that keeps it from departing"
    )
    opening: Id | None = Field(default=None, description="the opening before which it does not run")
    closing: Id | None = Field(
        default=None, description="the opening from which on new freight does not take it any more"
    )
    charge: Figure[Price] | None = Field(default=None, description="what an FEU pays beside tariffs and fees")
    tags: Tags = Field(default=(), strict=False)


class Chain(Frozen):
    """An intermodal transport chain: services in order, from an origin terminal to a destination terminal."""

    corridor: Id
    services: tuple[Id, ...] = Field(min_length=1, strict=False)
    quoted: Figure[LongDuration] | None = Field(
        default=None,
        description="transit time that is promised to who books it, terminal to terminal: within it freight is on time",
    )


class Corridor(Frozen):
    """A group of chains that people compare."""

    title: Title
    by: Title | None = Field(
        default=None,
        description='what one says after "by" in a sentence, "the CKU"; else its title up to a colon',
    )
    usual_wait: Figure[Duration] | None = Field(
        default=None,
        description="waiting that its shippers are used to: it is in the shares of flows already",
    )


class Weather(Frozen):
    """A random closure by season: share of time closed by month, January first, in spells of a mean length."""

    closed: Figure[MonthlyShares] = Field(description="share of time closed, by month, January first")
    spell: Figure[Durations] = Field(description="length of one closure, above 0")

    @model_validator(mode="after")
    def _lasts(self) -> Weather:
        """A spell of weather lasts."""
        longest = highest(self.spell.value)
        if longest is not None and longest <= 0:
            words = "expected spells above 0: those of 0 h close nothing. Write for example 20 h, or closed: shares of 0 %."
            raise faults([("spell", words)])
        return self


Opening = Figure[Date]
