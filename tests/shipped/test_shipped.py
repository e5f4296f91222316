"""Every shipped scenario runs, over its own base and over the open CKU railway, and says what it should say."""

from collections import Counter
from pathlib import Path

import pytest
from where import SCENARIOS

from sim.audit import check_log
from sim.contract import EventKind, EventLog, Legend
from sim.engine import simulate
from sim.model import Scenario
from sim.sampling import Sampler
from sim.scenario_file import load_scenario
from sim.units import DAY_S

BASES = ("baseline", "cku-open")
OPEN = ("cku-open", "central-asia-by-cku", "cku-ramp-up", "cku-first-stage")
LATER = ("cku-late",)
SHOCKS = sorted(path.stem for path in SCENARIOS.glob("*.yaml") if path.stem not in BASES)
CASES = [(base, None) for base in BASES] + [(shock, base) for shock in SHOCKS for base in BASES]


def laid(name: str, base: str | None, *sets: str) -> Scenario:
    on = None if base is None else SCENARIOS / f"{base}.yaml"
    return load_scenario(SCENARIOS / f"{name}.yaml", on=on, sets=sets).scenario


def simulated(scenario: Scenario) -> tuple[Legend, EventLog]:
    sampler = Sampler(scenario)
    plan = sampler.plan(0)
    log = simulate(plan)
    check_log(plan, log)
    return sampler.legend, log


def delivered(legend: Legend, log: EventLog) -> Counter[str]:
    rows = log.rows[log.column("kind") == EventKind.DELIVERED]
    return Counter(legend.corridors[legend.chain_corridor[chain]] for chain in rows["place"].tolist())


@pytest.mark.parametrize(("name", "base"), CASES, ids=lambda value: str(value))
def test_every_shipped_scenario_runs_a_quarter_and_keeps_every_invariant(name: str, base: str | None) -> None:
    # The quarter of the September closure; the whole year runs in the slow test.
    short = ("period.start=2025-08-01", "period.length=120 d", "period.warm_up=20 d", "period.cool_down=30 d")
    scenario = laid(name, base, *short)
    legend, log = simulated(scenario)
    counts = delivered(legend, log)
    banned = name == "russia-transit-ban"
    assert (counts["northern"] == 0) == banned
    # Wherever the railway is open, freight of Central Asia takes it.
    opens_s = scenario.period.second(scenario.openings["cku-railway"].value)
    assert (counts["cku"] > 0) == (opens_s < scenario.period.length - 60 * DAY_S)
    assert (counts["cku"] > 0) == ((base == "cku-open" and name not in LATER) or name in OPEN)
    assert counts["ocean"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(("name", "base"), CASES, ids=lambda value: str(value))
def test_every_shipped_scenario_runs_its_whole_period_and_keeps_every_invariant(
    name: str, base: str | None
) -> None:
    legend, log = simulated(laid(name, base))
    assert delivered(legend, log)["ocean"] > 0
    assert not (log.column("kind") == EventKind.REFUSED).any()


def test_the_opening_date_of_the_cku_railway_is_one_parameter() -> None:
    on_time = load_scenario(SCENARIOS / "cku-open.yaml", sets=["openings.cku-railway=2025-03-01"])
    plan = Sampler(on_time.scenario).plan(0)
    legend, log = Sampler(on_time.scenario).legend, simulate(plan)
    released = log.rows[log.column("kind") == EventKind.RELEASED]
    by_cku = [row for row in released if legend.corridors[legend.chain_corridor[row["place"]]] == "cku"]
    opens_s = on_time.scenario.period.second(on_time.scenario.openings["cku-railway"].value)
    assert opens_s == (31 + 59) * DAY_S
    assert by_cku and min(row["time_s"] for row in by_cku) >= opens_s


def test_the_docs_scenario_is_one(tmp_path: Path) -> None:
    page = (SCENARIOS.parent / "docs" / "scenario-files.md").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (tmp_path / "baseline.yaml").write_bytes((SCENARIOS / "baseline.yaml").read_bytes())
    scenario = load_scenario(tmp_path / "mine.yaml").scenario
    assert list(scenario.disruptions) == ["pl-by-closure"]
    assert scenario.legs["brest-malaszewicze-1520"].capacity is not None
    assert scenario.legs["brest-malaszewicze-1520"].capacity.value == 16
