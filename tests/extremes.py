"""Scenarios at the edge: values of a scenario become extreme, one to three at a time, and what is accepted must run."""

from __future__ import annotations

import copy
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.errors import LandbridgeError, ScenarioError
from sim.experiment import Case, compare_outcomes, run_to_folder
from sim.model.size import consignments
from sim.preview import preview
from sim.results import read_run
from sim.scenario_file import Loaded, dump, load_scenario
from sim.views import PLOTS, draw, save

Pick = Callable[[int, int], int]
"""A whole number from the first to the second, both included."""
Path_ = tuple[str | int, ...]
NUMBERS = (
    "0", "1e-9", "1e-4", "0.01", "0.5", "1", "2", "3", "10", "50", "99.9", "100", "1000", "7300", "18250", "1e5", "1e6", "1e7",
    "1e9", "1e12", "-1",
)  # fmt: skip
FACTORS = ("0", "0.001", "0.1", "0.5", "2", "5", "20", "1000")
DATES = (
    "1900-01-01", "1999-12-31", "2024-12-31", "2025-01-01", "2025-01-20", "2025-01-20T11:59", "2025-02-28", "2026-01-01",
    "2199-12-31", "2200-12-31",
)  # fmt: skip
WHOLE = (0, 1, 2, 3, 50, 1000, 1_000_000)
TEXTS = (
    "$x_$",
    "<b>",
    "_",
    "a" * 200,
    "a b " * 40,
    "\u00e9\u2013",
    "=1+1",
    "[red]",
    "\\frac{",
    "%s {0}",
    " x ",
    "||",
)
RUN_MAX = 30_000
"""Consignments up to which an accepted scenario is run here: larger ones are right, and take long."""
REPLICATIONS_MAX = 10
SECONDS = 120
_QUANTITY = re.compile(r"([-+]?[0-9.][0-9_.eE+-]*)(\s*)(\S.*)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ADDED: tuple[tuple[Path_, tuple[Any, ...]], ...] = (
    (("disruptions", "slow", "recovery"), (
        {"shape": "linear", "over": "400 d"}, {"shape": "steps", "over": "1 h", "steps": 1000}, {"shape": "linear", "over": "1 s"})),
    (("disruptions", "slow", "random", "severity"), ("0 %", {"kind": "uniform", "low": "0 %", "high": "100 %"})),
    (("disruptions", "slow", "effect"), (
        "closed", {"servers": 0}, {"running_time": "1000 %"}, {"price": "10000 %"}, {"demand": "10000 %"}, {"rate": "0.1 %"})),
    (("disruptions", "closure", "effect"), (
        {"vehicles_lost": 1000000}, {"demand": "0 %"}, {"price": "0 %"}, {"rate": "99.9 %"}, {"demand": "500 %"})),
    (("disruptions", "closure", "at"), ({"country": "RU"}, {"id": "broad"}, {"id": "cn-ru"}, {"corridor": "northern"})),
    (("disruptions", "closure", "announced"), ({"before": "50 year", "lasts": "1 s"}, {"lasts": "50 year"})),
    (("disruptions", "slow", "random", "rate"), ("24 /day", "1 /h", "0 /day", "1e-9 /year")),
    (("choice",), (
        {"routing": "adaptive"}, {"routing": "adaptive", "bulletin": "1 h", "patience": "0 s"},
        {"routing": "adaptive", "lag": "50 year", "reliability": "10000 %", "express_time_value": "10000 %"},
        {"routing": "adaptive", "scale_westbound": "0.001 USD/FEU", "aversion": {"RU": "1e7 USD/FEU"}})),
    (("services", "ferry", "dispatch"), (
        {"when": "timetable", "every": "1 min"}, {"when": "timetable", "every": "50 year"}, {"when": "held", "at_most": "0 s",
         "at_least": "1 TEU"}, {"when": "timetable", "every": "1 d", "first": "50 year", "at_least": "200 TEU"})),
    (("services", "china-train", "class"), ("timetabled", "wagon")),
    (("services", "china-train", "dispatch"), (
        {"when": "timetable", "every": "1 min", "runs": "1e-9 %"}, {"when": "timetable", "every": "50 year", "runs": "100 %"})),
    (("railways", "east", "speed"), ({"container": "1 km/day"}, {"mean": "500 km/day", "p90": "501 km/day"}, {"wagon": "500 km/day"})),
    (("legs", "caspian", "running_time"), ({"mean": "1 s", "p90": "2.27 s"}, {"low": "1 h", "mean": "50 d", "p90": "110 d"})),
    (("flows", "cn-ru", "express"), ("0 %", "100 %", "1e-9 %")),
    (("flows", "cn-ru", "measured"), (False,)),
    (("flows", "cn-ru", "season"), (["1200 %", *["0 %"] * 11], ["0 %"] * 12)),
    (("fleets", "broad", "vehicles"), (0, 1, 1000000)),
    (("policies", "inspections", "inspected"), (
        {"share": "100 %", "handling": "0 s"}, {"share": "100 %", "handling": "50 year"},
        {"share": "1 permille", "handling": {"p50": "1 s", "p90": "1 h"}, "detained": {"share": "100 %", "for": "0 s"}})),
    (("policies", "inspections", "barred"), (True,)),
    (("policies", "inspections", "surcharge"), ("1e7 USD/FEU", "-1e7 USD/FEU")),
    (("policies", "inspections", "avoided"), ({"share": "100 %"}, {"share": "0 %"})),
    (("policies", "inspections", "delayed"), ({"for": {"kind": "gamma", "mean": "1 d", "sd": "10 d"}}, {"for": "50 year"})),
    (("weathers", "winter", "closed"), (["100 %"] * 12, ["0 %"] * 12, ["99.99 %"] * 12)),
    (("period", "warm_up"), ("1 s", "0 s", None)),
    (("period", "cool_down"), ("1 s", "10 d", None)),
    (("facilities", "altynkol", "position"), ([90, 180], [-90, -180], [0, 0])),
    (("facilities", "moscow", "border"), ({"time": "0 s", "servers": 1, "capacity": "0.001 trains/day"},)),
)  # fmt: skip
"""What the small world can be given or have changed as a whole; null removes."""


@dataclass(frozen=True)
class Outcome:
    """What became of an altered scenario: refused, too large to run here, run, or ended in words."""

    changes: tuple[tuple[Path_, Any], ...]
    end: str


def without_evidence(node: Any) -> Any:
    """A document with the values alone of records that have evidence: a changed value would mostly lie outside its range."""
    if isinstance(node, dict):
        if "value" in node and node.keys() <= {"value", "range", "grade", "source", "fitted"}:
            return without_evidence(node["value"])
        return {
            key: without_evidence(value) for key, value in node.items() if key not in ("quoted", "source")
        }
    return [without_evidence(item) for item in node] if isinstance(node, list) else node


def altered(document: dict[str, Any], pick: Pick, added: Sequence[Any] = ADDED) -> tuple[dict[str, Any], Any]:
    """A copy of a scenario's document with one to three extreme values, and what was changed."""
    found, changes = copy.deepcopy(document), []
    for _ in range(pick(1, 3)):
        if added and pick(0, 2) == 0:
            path, values = added[pick(0, len(added) - 1)]
            value = values[pick(0, len(values) - 1)]
        else:
            # A world has far more names than quantities; where nothing is added, only quantities change.
            leaves = [leaf for leaf in _leaves(found) if added or _is_quantity(leaf[1])]
            path, old = leaves[pick(0, len(leaves) - 1)]
            value = _extreme(old, pick)
        _put(found, path, copy.deepcopy(value))
        changes.append((path, value))
    return found, tuple(changes)


def _is_quantity(value: Any) -> bool:
    return not isinstance(value, str) or bool(_QUANTITY.fullmatch(value) and not _DATE.match(value))


def _leaves(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    entries: Any = (
        node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    )
    for key, value in entries:
        yield from _leaves(value, (*path, key))
    if path and not isinstance(node, (dict, list)) and path[0] not in ("schema", "network"):
        yield path, node


def _put(node: Any, path: Path_, value: Any) -> None:
    for part in path[:-1]:
        inner = node.get(part) if isinstance(node, dict) else node[part] if part in range(len(node)) else None
        if not isinstance(inner, (dict, list)):
            inner = node[part] = {}
        node = inner
    if value is None and isinstance(node, dict):
        node.pop(path[-1], None)
    elif isinstance(node, dict) or path[-1] in range(len(node)):
        node[path[-1]] = value


def _extreme(old: Any, pick: Pick) -> Any:
    """An extreme value of the kind of the old one."""
    number = NUMBERS[pick(0, len(NUMBERS) - 1)]
    if isinstance(old, bool):
        return not old
    if isinstance(old, (int, float)):
        return WHOLE[pick(0, len(WHOLE) - 1)]
    if not isinstance(old, str):
        return None
    if _DATE.match(old):
        return DATES[pick(0, len(DATES) - 1)]
    quantity = _QUANTITY.fullmatch(old)
    if quantity is None:
        return TEXTS[pick(0, len(TEXTS) - 1)] if " " in old or old.istitle() else None
    unit = quantity[3]
    if pick(0, 1):  # the old number, much changed: that is accepted more often
        return f"{float(quantity[1].replace('_', '')) * float(FACTORS[pick(0, len(FACTORS) - 1)]):.6g} {unit}"
    other = f"{NUMBERS[pick(0, len(NUMBERS) - 1)]} {unit}"
    shapes: tuple[Any, ...] = (
        f"{number} {unit}", f"{number} {unit}", f"{number} {unit}", None,
        {"p50": f"{number} {unit}", "p90": other}, {"low": "0 " + unit, "p50": f"{number} {unit}", "p90": other},
        {"kind": "exponential", "mean": f"{number} {unit}"}, {"kind": "gamma", "mean": f"{number} {unit}", "sd": other},
        {"low": "0 " + unit, "mode": f"{number} {unit}", "high": other}, {"sample": [f"{number} {unit}", other]},
    )  # fmt: skip
    return shapes[pick(0, len(shapes) - 1)]


def end_of(document: dict[str, Any], kind: str) -> str:
    """Load a document and, if it is accepted, run it with tables, one picture, a preview and a summary.

    Returns "refused", "large" or "run", or the words of a LandbridgeError. Anything else that is raised is a fault.
    """
    with TemporaryDirectory() as folder, _within(SECONDS):
        file = Path(folder) / "edge.yaml"
        file.write_text(dump(document), encoding="utf-8")
        try:
            loaded = load_scenario(file)
        except ScenarioError as error:
            assert all(finding.message for finding in error.findings)
            return "refused"
        scenario = loaded.scenario
        sent = sum(consignments(scenario, flow) for flow in scenario.flows.values())
        if sent > RUN_MAX or scenario.replications > REPLICATIONS_MAX:
            return "large"
        try:
            preview(scenario)
            _run(loaded, Path(folder) / "run", kind)
        except LandbridgeError as error:
            return str(error)
    return "run"


def _run(loaded: Loaded, folder: Path, kind: str) -> None:
    case = Case("edge", loaded.scenario, dump(loaded.own), loaded.files, loaded.notes)
    (outcome,) = run_to_folder([case], [folder], tables=1)
    compare_outcomes([outcome])
    save(draw(kind, [read_run(folder)]), folder / "picture")


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """Raise TimeoutError when what is done takes longer."""

    def late(*_: object) -> None:
        raise TimeoutError(f"not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def kinds() -> tuple[str, ...]:
    """The kinds of picture."""
    return tuple(PLOTS)
