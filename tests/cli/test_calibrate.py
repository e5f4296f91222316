"""`calibrate` sets what a scenario gives beside what was observed, and counts what is met."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_runs import tiny

from sim.cli import main
from sim.model import Observation


def observed(**asked: object) -> Observation:
    given = {
        "what": "A to D", "period": "2025", "scenario": "tiny", "kind": "observed", "scope": "terminal to terminal",
        "grade": "E", "source": "https://example.org/a", "free_flow": {"chain": "rail"},
        "statistic": "single" if "typical" in asked else "range",
    }  # fmt: skip
    return Observation.model_validate(given | asked)


# On the chain "rail" nothing waits: 2 days of running, 30 h more, and 10, 2 and 3 h of work.
FREE_FLOW_D = 2 + (30 + 10 + 2 + 3) / 24
OBSERVATIONS = [
    observed(low=3.5, high=4.0),
    observed(kind="announced", what="promised", typical=2.0, comment="A train that waits for nobody."),
    observed(kind="input", what="given", typical=4.0),
    observed(
        kind="apart",
        what="left aside",
        free_flow=None,
        typical=7.0,
        unit="wagons",
        comment="not simulated",
        statistic=None,
    ),
    observed(
        what="in a year",
        free_flow=None,
        low=1.0,
        high=2.0,
        volume={"corridor": "north", "direction": "westbound"},
    ),
]


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command, on a tiny world with observations of its own."""
    tiny(tmp_path)
    monkeypatch.setattr("sim.scenario_file.observations", lambda: OBSERVATIONS)
    return ["calibrate", "--scenarios", str(tmp_path), "--replications", "2", "--jobs", "1"]


def test_what_is_met_is_counted_and_what_is_missed_is_told_with_its_comment(words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == [
        "what",
        "period",
        "counted",
        "as",
        "figure",
        "observed",
        "simulated",
        "verdict",
    ]
    rows = {line[:10].strip(): " ".join(line.split()) for line in lines[2:6]}
    assert (
        rows["A to D"]
        == "A to D 2025 observed best runs and calm weeks beside free flow range 3.5 – 4 d 3.88 d in free flow within"
    )
    assert rows["promised"] == "promised 2025 announced single 2 d 3.88 d in free flow 1.88 d above"
    assert rows["given"] == "given 2025 given to the model single 4 d 3.88 d in free flow -3.1 %"
    assert "left aside" not in done.stdout
    assert "- promised (2025): 1.88 d above. A train that waits for nobody." in lines
    assert any(
        line.startswith("- in a year (2025): ") and line.endswith(" above. Not explained.") for line in lines
    )
    assert lines[-3:] == [
        "observed: of 1 independent source none is met (0 of 1 figure).",
        "observed best runs and calm weeks beside free flow: of 1 independent source 1 is met (1 of 1 figure).",
        "announced: of 1 independent source none is met (0 of 1 figure).",
    ]


def test_the_document_has_every_observation_with_its_counterpart(words: list[str]) -> None:
    document = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert [row["what"] for row in document] == ["A to D", "promised", "given", "left aside", "in a year"]
    first, _, _, apart, volume = document
    assert first["simulated"]["p50"]["estimate"] == pytest.approx(FREE_FLOW_D)
    assert first["simulated"]["p50"]["low"] is None and first["verdict"] == "within"
    assert (first["statistic"], first["behind"]) == ("range", [])
    assert first["counted_as"] == "observed best runs and calm weeks beside free flow"
    assert apart["simulated"] is None and apart["verdict"] is None
    assert volume["unit"] == "TEU/year" and volume["simulated"]["replications"] == 2
    # 200 and 80 TEU a day go by rail, but for what finds no way.
    assert 0.5 * 280 * 365 < volume["simulated"]["p50"]["estimate"] <= 1.2 * 280 * 365


def test_a_scenario_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["calibrate", "--scenarios", str(tmp_path)])
    assert done.exit_code == 2
    assert "baseline.yaml" in done.stderr
