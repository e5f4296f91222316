"""What `manifest.json` and `network.json` hold, declared once: both are written from these records and read into them.

A file that says something else is refused when it is read. Lists of JSON are tuples here, and moments are `datetime`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from sim.errors import RunFolderError

_SAID = 5
"""Faults of one file that are said; more of them tell no more."""


def _moment(found: object) -> datetime:
    """A moment of ISO 8601, with its zone."""
    if not isinstance(found, (str, datetime)):
        raise ValueError("expected a moment of ISO 8601 as text")
    moment = found if isinstance(found, datetime) else datetime.fromisoformat(found)
    if moment.tzinfo is None:
        raise ValueError('expected a moment with its zone, as in "2025-01-01T00:00:00+00:00"')
    return moment


def _listed(found: object) -> tuple[Any, ...]:
    """A list, which is not changed any more."""
    if not isinstance(found, (list, tuple)):
        raise ValueError("Input should be a valid list")
    return tuple(found)


Moment = Annotated[datetime, BeforeValidator(_moment), PlainSerializer(datetime.isoformat, when_used="json")]
Name = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=20_000)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Seconds = Annotated[int, Field(ge=0, le=10**11)]
Money = Annotated[float, Field(ge=-1e12, le=1e12)]
Mode = Literal["rail", "road", "sea"]
_Item = TypeVar("_Item")
Listed = Annotated[tuple[_Item, ...], BeforeValidator(_listed)]
Direction = Literal["westbound", "eastbound"]


class Declared(BaseModel):
    """Types are not converted; entries of a newer version are let through, since nobody reads them."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True, defer_build=True
    )

    def as_written(self) -> dict[str, Any]:
        """What goes into a JSON file: entries that were given, in plain values."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class PeriodRecord(Declared):
    """The period of a run: start (UTC), length and what is cut at its ends, in seconds."""

    start: Moment
    length_s: Annotated[int, Field(ge=1, le=10**11)]
    warm_up_s: Seconds
    cool_down_s: Seconds

    @model_validator(mode="after")
    def _something_is_measured(self) -> Self:
        """Refuse a period of which nothing is measured, or far away in time."""
        if self.warm_up_s + self.cool_down_s >= self.length_s:
            raise ValueError("expected a warm-up and a cool-down shorter than the period")
        if not 1900 <= self.start.year <= 2200:
            raise ValueError(f"expected a start between 1900 and 2200, found {self.start.year}")
        return self

    @property
    def end(self) -> datetime:
        """The moment at which the period ends."""
        return self.start + timedelta(seconds=self.length_s)

    @property
    def measured_s(self) -> tuple[int, int]:
        """First second of the measured time, and the one after its last."""
        return self.warm_up_s, self.length_s - self.cool_down_s


class SpellRecord(Declared):
    """A dated disruption that pictures mark."""

    name: Text
    begin: Moment = Field(alias="from")
    until: Moment


class FileRecord(Declared):
    """A file that was read, and the SHA-256 of what was in it."""

    path: Text
    sha256: Digest


class WarningRecord(Declared):
    """A warning of the scenario: where it stands, and what to write."""

    file: Text
    line: Annotated[int, Field(ge=0)]
    key: Text
    message: Text


class ManifestRecord(Declared):
    """`manifest.json`. What readers need must be there; what only tells where a run comes from may be missing."""

    scenario: Name
    period: PeriodRecord
    seed: Annotated[int, Field(ge=0)] | None = None
    replications: Annotated[int, Field(ge=1, le=100_000)] | None = None
    tables: Annotated[int, Field(ge=0, le=100_000)] | None = None
    engine: Name | None = None
    breakdown: Name | None = None
    landbridge: Name | None = None
    scenario_digest: Digest | None = None
    plan_digest: Digest | None = None
    log_digest: Digest | None = None
    title: Text | None = None
    disruptions: Listed[SpellRecord] = ()
    files: Listed[FileRecord] = ()
    overrides: Listed[str] = ()
    warnings: Listed[WarningRecord] = ()
    command: Listed[str] = ()
    """Words as long as somebody gave them: nobody draws them."""
    begun: Moment | None = None
    ended: Moment | None = None
    python: Name | None = None
    platform: Name | None = None
    packages: Mapping[Name, Name] = {}
    contents: Mapping[Text, Digest] | None = None


class FacilityRecord(Declared):
    """A place, with its position in degrees."""

    name: Text
    country: Name
    kind: Literal["terminal", "border", "gauge-change", "port", "junction"]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class LegRecord(Declared):
    """A line between two places."""

    between: Annotated[Listed[Name], Field(min_length=2, max_length=2)]
    mode: Mode
    length_m: Annotated[int, Field(ge=0, le=10**8)]


class ServiceRecord(Declared):
    """A service: where it passes, the leg of each step, its class of train (if it is one), and what an FEU pays (USD)."""

    route: Annotated[Listed[Name], Field(min_length=2)]
    mode: Mode
    train_class: Literal["timetabled", "block", "container", "wagon"] | None
    unload: Name | None
    legs: Listed[Name]
    leg_costs: Listed[Money]
    fees: Mapping[Name, Money]
    charge: Money

    @model_validator(mode="after")
    def _a_leg_for_each_step(self) -> Self:
        """Refuse a service whose legs do not fit its route."""
        if not len(self.legs) == len(self.leg_costs) == len(self.route) - 1:
            raise ValueError("expected a leg and its cost for each step of the route")
        return self


class ChainRecord(Declared):
    """Services that freight takes one after the other."""

    corridor: Name
    services: Annotated[Listed[Name], Field(min_length=1)]


class CorridorRecord(Declared):
    """A corridor that people compare."""

    title: Text


class ClosureRecord(Declared):
    """A dated disruption of places, lines and services; `until` is missing where its end is drawn."""

    name: Text
    begin: Moment = Field(alias="from")
    until: Moment | None
    closed: bool
    facilities: Listed[Name]
    legs: Listed[Name]
    services: Listed[Name] = ()

    def hits(self, places: Iterable[str], legs: Iterable[str]) -> bool:
        """Whether it hits one of these places or legs."""
        return not (set(self.facilities).isdisjoint(places) and set(self.legs).isdisjoint(legs))

    def within(self, period: PeriodRecord) -> bool:
        """Whether it is there at some time of a period; one whose end is drawn is there once it has begun."""
        return self.begin < period.end and (self.until is None or self.until > period.start)


class NetworkRecord(Declared):
    """`network.json`: everything that it names is in it."""

    facilities: Mapping[Name, FacilityRecord]
    legs: Mapping[Name, LegRecord]
    services: Mapping[Name, ServiceRecord]
    chains: Mapping[Name, ChainRecord]
    corridors: Mapping[Name, CorridorRecord] = {}
    closures: Listed[ClosureRecord]

    @model_validator(mode="after")
    def _what_is_named_is_there(self) -> Self:
        """Refuse names of nothing."""
        for what, names, known in self._named():
            missing = sorted(set(names) - set(known))
            if missing:
                raise ValueError(f"{what} names {missing[0]!r:.80}, which is not there")
        return self

    def services_of(self, chain: str) -> list[ServiceRecord]:
        """The services of a chain, in order."""
        return [self.services[name] for name in self.chains[chain].services]

    def closures_of(self, chain: str) -> list[ClosureRecord]:
        """The dated disruptions that hit a place or a line of a chain."""
        services = self.services_of(chain)
        places = {place for service in services for place in service.route}
        legs = {leg for service in services for leg in service.legs}
        return [shut for shut in self.closures if shut.hits(places, legs)]

    def direction_of(self, route: Sequence[str]) -> Direction:
        """Which way a route leads, by the longitudes of its ends."""
        first, last = (self.facilities[place].lon for place in (route[0], route[-1]))
        return "westbound" if last < first else "eastbound"

    def _named(self) -> Iterable[tuple[str, Iterable[str], Iterable[str]]]:
        """Each thing that names others, with the names and what there is."""
        for key, leg in self.legs.items():
            yield f"legs.{key}", leg.between, self.facilities
        for key, service in self.services.items():
            yield f"services.{key}", service.route, self.facilities
            yield f"services.{key}", service.legs, self.legs
        for key, chain in self.chains.items():
            yield f"chains.{key}", chain.services, self.services
        for closure in self.closures:
            yield f"closure {closure.name}", closure.facilities, self.facilities
            yield f"closure {closure.name}", closure.legs, self.legs
            yield f"closure {closure.name}", closure.services, self.services


_Record = TypeVar("_Record", bound=Declared)


def record_of(kind: type[_Record], found: Mapping[str, Any], file: Path) -> _Record:
    """What was read from a file, as a record. Raises RunFolderError when it is not as declared."""
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        faults = [_said(one) for one in error.errors(include_url=False, include_context=False)]
        more = f"; and {len(faults) - _SAID} more" if len(faults) > _SAID else ""
        raise RunFolderError(
            f"{file}: is not what a run writes: {'; '.join(faults[:_SAID])}{more}. Run the scenario again, or take the folder "
            "from where it was whole."
        ) from None


def _said(fault: Any) -> str:
    """A fault as "period.length_s: input should be a valid integer, found 'x'"."""
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{key}: is missing"
    text = fault["msg"].removeprefix("Value error, ").replace("Value should have", "List should have")
    value = fault["input"]
    shown = f", found {value!r:.60}" if isinstance(value, (str, int, float, bool, type(None))) else ""
    return ": ".join(part for part in (f"{key:.200}", f"{text[:1].lower()}{text[1:]:.300}{shown}") if part)
