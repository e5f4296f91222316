"""The records of `manifest.json` and `network.json`: frozen, strict, written as they are read."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from drawn_world import NETWORK, WRITTEN
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.errors import RunFolderError
from sim.results import (
    ClosureRecord,
    ManifestRecord,
    NetworkRecord,
    PeriodRecord,
    read_run,
    write_json,
    write_record,
)

DAY_S = 86_400
START = datetime(2025, 3, 1, tzinfo=UTC)
MANIFEST: dict[str, Any] = {
    "scenario": "baseline",
    "period": {"start": "2025-03-01T00:00:00+00:00", "length_s": 10 * DAY_S, "warm_up_s": DAY_S, "cool_down_s": 2 * DAY_S},
}  # fmt: skip


def period(days: int = 10) -> PeriodRecord:
    return PeriodRecord(start=START, length_s=days * DAY_S, warm_up_s=0, cool_down_s=0)


def closure(first_d: int, last_d: int | None, **hit: tuple[str, ...]) -> ClosureRecord:
    until = None if last_d is None else START + timedelta(days=last_d)
    where = {"facilities": (), "legs": (), **hit}
    return ClosureRecord(
        name="shut", begin=START + timedelta(days=first_d), until=until, closed=True, **where
    )  # type: ignore[arg-type]


def put(folder: Path, manifest: object = MANIFEST, network: object = WRITTEN) -> Path:
    write_json(folder / "manifest.json", manifest)  # type: ignore[arg-type]
    write_json(folder / "network.json", network)  # type: ignore[arg-type]
    return folder


def changed(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of a document with another value at a path; None takes the entry away."""
    found = copy.deepcopy(document)
    *above, last = path.split("/")
    inner = found
    for key in above:
        inner = inner[key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return found


# --- read as it was written -------------------------------------------------------------------------------------------


def test_a_network_is_read_as_it_was_written(tmp_path: Path) -> None:
    put(tmp_path)
    write_record(tmp_path / "network.json", NETWORK)
    assert read_run(tmp_path).network == NETWORK
    assert json.loads((tmp_path / "network.json").read_text()) == WRITTEN


zones = st.just(UTC) | st.just(timezone(timedelta(hours=5)))
moments = st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=zones)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(moments, st.integers(3, 10**9), st.integers(0, 1), texts, st.lists(texts, max_size=3))
def test_whatever_a_manifest_says_it_says_after_being_written_and_read(
    start: datetime, length_s: int, warm_up_s: int, title: str, words: list[str]
) -> None:
    told = PeriodRecord(start=start, length_s=length_s, warm_up_s=warm_up_s, cool_down_s=1)
    record = ManifestRecord(scenario="any", period=told, title=title, command=tuple(words), seed=0)
    written = json.loads(json.dumps(record.as_written()))
    assert ManifestRecord.model_validate(written) == record
    assert set(written) == {"scenario", "period", "title", "command", "seed"}, (
        "what nobody gave is not written"
    )


def test_a_command_may_be_as_long_as_somebody_writes_it() -> None:
    words = ("landbridge", "run", "--set", "disruptions={" + "x" * 50_000 + "}")
    record = ManifestRecord.model_validate(MANIFEST | {"command": words, "overrides": words[3:]})
    assert record.command == words and record.overrides == words[3:]


def test_a_moment_keeps_its_zone_and_its_text() -> None:
    text = "2025-03-01T06:00:00+06:00"
    record = ManifestRecord.model_validate(changed(MANIFEST, "period/start", text))
    assert record.period.start == START
    assert record.as_written()["period"]["start"] == text


def test_entries_of_a_newer_version_are_let_through(tmp_path: Path) -> None:
    run = read_run(put(tmp_path, MANIFEST | {"weather": [1, 2]}, WRITTEN | {"canals": {}}))
    assert run.manifest == ManifestRecord.model_validate(MANIFEST)
    assert run.network == NETWORK


def test_records_are_not_changed() -> None:
    record = ManifestRecord.model_validate(MANIFEST)
    for change in (lambda: setattr(record, "seed", 2), lambda: setattr(record.period, "length_s", 1)):
        with pytest.raises(ValidationError, match="frozen"):
            change()
    assert isinstance(NETWORK.services["east"].route, tuple)


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED_OF_MANIFEST = {
    "a moment without a zone": ("period/start", "2025-03-01", r"period\.start: expected a moment with its zone"),
    "a moment that is a number": ("period/start", 2025, r"period\.start: expected a moment of ISO 8601 as text, found 2025"),
    "a year nobody runs": ("period/start", "1800-01-01T00:00:00+00:00", "period: expected a start between 1900 and 2200, found 1800"),
    "a length as text": ("period/length_s", "86400", r"period\.length_s: input should be a valid integer, found '86400'"),
    "nothing is measured": ("period/warm_up_s", 8 * DAY_S, "period: expected a warm-up and a cool-down shorter than the period"),
    "no scenario": ("scenario", None, "scenario: is missing"),
    "a text for a list": ("command", "landbridge run", "command: input should be a valid list, found 'landbridge run'"),
    "a digest that is none": ("log_digest", "abc", "log_digest: string should match pattern"),
}  # fmt: skip
CLOSURE = {"name": "x", "from": "2025-01-02T00:00:00+00:00", "until": None, "facilities": [], "legs": []}
REFUSED_OF_NETWORK = {
    "a leg that is not there": ("services/west/legs", ["nowhere"], r"services\.west names 'nowhere', which is not there"),
    "a service too many": ("chains/rail/services", ["east", "up"], r"chains\.rail names 'up', which is not there"),
    "a leg of one end": ("legs/shanghai-lodz/between", ["lodz"], r"legs\.shanghai-lodz\.between: list should have at least 2 items"),
    "a cost too few": ("services/east/leg_costs", [1.0], r"services\.east: expected a leg and its cost for each step of the route"),
    "beyond the pole": ("facilities/lodz/lat", 91.0, r"facilities\.lodz\.lat: input should be less than or equal to 90, found 91\.0"),
    "a mode of its own": ("legs/shanghai-lodz/mode", "air", r"legs\.shanghai-lodz\.mode: input should be 'rail', 'road' or 'sea'"),
    "a truth as a number": ("closures", [CLOSURE | {"closed": 1}], r"closures\.0\.closed: input should be a valid boolean, found 1"),
    "a class of its own": ("services/home/train_class", "fast", r"services\.home\.train_class: input should be 'timetabled'"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "said"), REFUSED_OF_MANIFEST.values(), ids=REFUSED_OF_MANIFEST.keys()
)
def test_a_manifest_that_says_something_else_is_refused_with_its_key(
    tmp_path: Path, path: str, value: object, said: str
) -> None:
    put(tmp_path, changed(MANIFEST, path, value))
    with pytest.raises(RunFolderError, match=rf"manifest\.json: is not what a run writes: {said}"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("path", "value", "said"), REFUSED_OF_NETWORK.values(), ids=REFUSED_OF_NETWORK.keys()
)
def test_a_network_that_says_something_else_is_refused_with_its_key(
    tmp_path: Path, path: str, value: object, said: str
) -> None:
    run = read_run(put(tmp_path, network=changed(WRITTEN, path, value)))
    with pytest.raises(RunFolderError, match=rf"network\.json: is not what a run writes: {said}"):
        _ = run.network


def test_a_run_of_an_older_version_says_what_it_cannot_be_repeated_without(tmp_path: Path) -> None:
    known = MANIFEST | {"seed": 0, "replications": 2, "plan_digest": "0" * 64, "log_digest": "1" * 64}
    with pytest.raises(RunFolderError, match=r"manifest\.json: has no 'engine'\. Run the scenario again"):
        read_run(put(tmp_path, known)).origin()
    origin = read_run(put(tmp_path, known | {"engine": "fast"})).origin()
    assert (origin.seed, origin.replications, origin.engine) == (0, 2, "fast"), "a seed of 0 is a seed"


# --- what records know of themselves ----------------------------------------------------------------------------------


def test_the_measured_time_is_between_warm_up_and_cool_down() -> None:
    told = ManifestRecord.model_validate(MANIFEST).period
    assert told.measured_s == (DAY_S, 8 * DAY_S)
    assert told.end == START + timedelta(days=10)


@pytest.mark.parametrize(
    ("first_d", "last_d", "there"),
    [(2, 3, True), (-5, 0, False), (-5, 1, True), (9, 20, True), (10, 20, False), (-5, None, True), (12, None, False)],
)  # fmt: skip
def test_a_closure_is_within_a_period_when_some_of_it_is(
    first_d: int, last_d: int | None, there: bool
) -> None:
    assert closure(first_d, last_d).within(period()) is there


def test_a_closure_hits_a_chain_by_its_places_or_its_legs() -> None:
    by_place, by_leg = closure(1, 2, facilities=("altynkol",)), closure(1, 2, legs=("shanghai-lodz",))
    network = NETWORK.model_copy(update={"closures": (by_place, by_leg, closure(1, 2))})
    assert network.closures_of("rail") == [by_place]
    assert network.closures_of("sea") == [by_leg]


def test_a_direction_is_that_of_the_ends_and_services_come_in_the_order_of_the_chain() -> None:
    assert NETWORK.direction_of(("xian", "khorgos", "lodz")) == "westbound"
    assert NETWORK.direction_of(("lodz", "xian")) == "eastbound"
    assert [service.route[0] for service in NETWORK.services_of("rail")] == ["xian", "altynkol"]
    assert isinstance(NETWORK, NetworkRecord)
