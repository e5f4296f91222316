"""Digests of plans and logs that are known: `python tests/known_answers.py` writes them anew."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from generated import numbered_plan
from where import ROOT, SHIPPED

from sim.contract import SampledPlan
from sim.engine import simulate
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

FILE = ROOT / "tests" / "golden" / "known-answers.csv"
FIGURES = 16
"""Hexadecimal figures of a digest that are kept."""
GROUP, GROUPS = 50, 8
SHORT_D, BEFORE_D = 30, 10
"""Days of a shipped scenario, and how many of them lie before its first dated disruption."""
YEAR = "baseline, the whole period"
NAMES = (
    YEAR,
    *(file.stem for file in SHIPPED),
    *(f"generated plans from {GROUP * group}" for group in range(GROUPS)),
)


def short_plan(file: Path) -> SampledPlan:
    """A month of a shipped scenario, from shortly before its first dated disruption when it has one."""
    scenario = load_scenario(file).scenario
    period = scenario.period
    last = period.begin + timedelta(seconds=period.length) - timedelta(days=SHORT_D)
    dated = [one.from_ for one in scenario.disruptions.values() if one.from_ is not None]
    begin = max(period.begin, min(last, min(dated) - timedelta(days=BEFORE_D))) if dated else period.begin
    cut = period.model_copy(
        update={"start": begin, "length": SHORT_D * 86_400, "warm_up": 5 * 86_400, "cool_down": 5 * 86_400}
    )
    return Sampler(scenario.model_copy(update={"period": cut})).plan(0)


def plans_of(name: str) -> Iterable[SampledPlan]:
    """The plans of an answer."""
    if name == YEAR:
        (file,) = (one for one in SHIPPED if one.stem == "baseline")
        return [Sampler(load_scenario(file).scenario).plan(0)]
    files = {file.stem: file for file in SHIPPED}
    if name in files:
        return [short_plan(files[name])]
    first = int(name.split()[-1])
    return map(numbered_plan, range(first, first + GROUP))


def answer(name: str) -> tuple[str, str]:
    """(digest of plans, digest of logs), shortened."""
    drawn, told = hashlib.sha256(), hashlib.sha256()
    for plan in plans_of(name):
        drawn.update(plan.digest().encode())
        told.update(simulate(plan, engine="fast").digest().encode())
    return drawn.hexdigest()[:FIGURES], told.hexdigest()[:FIGURES]


def known() -> dict[str, tuple[str, str]]:
    """What is kept, by name."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["name"]: (row["plan"], row["log"]) for row in csv.DictReader(file)}


if __name__ == "__main__":
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "plan", "log"))
        writer.writerows((name, *answer(name)) for name in NAMES)
