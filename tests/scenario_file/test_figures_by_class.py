"""Figures by class of train in files: paths, layers, evidence, findings, and the JSON Schema."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from where import SMALL

from sim.errors import ScenarioError
from sim.model import ByClass, Constant, Figure
from sim.scenario_file import figures, json_schema, load_scenario, paths_of, tree_of

BY_CLASS = """
railways:
  west:
    speed:
      container: {value: 600 km/day, range: [500 km/day, 700 km/day], grade: B, source: "https://example.org/pace"}
      block: 900 km/day
"""


def over_small(folder: Path, body: str) -> Path:
    (folder / "small.yaml").write_bytes(SMALL.read_bytes())
    (folder / "over.yaml").write_text(f"schema: 1\nextends: small.yaml\n{body}\n", encoding="utf-8")
    return folder / "over.yaml"


def speeds(file: Path, *sets: str) -> dict[str, float]:
    """Every class that has a constant speed in the west, and the speed."""
    speed = load_scenario(file, sets=sets).scenario.railways["west"].speed
    if isinstance(speed, Figure):
        assert isinstance(speed.value, Constant)
        return {"all": speed.value.constant}
    found = {name: getattr(speed, name) for name in ByClass.model_fields}
    return {name: one.value.constant for name, one in found.items() if one is not None}


def test_paths_and_layers_reach_one_class_and_leave_the_others(tmp_path: Path) -> None:
    file = over_small(tmp_path, BY_CLASS)
    assert speeds(file) == {"container": 600, "block": 900}
    assert speeds(file, "railways.west.speed.block=800 km/day") == {"container": 600, "block": 800}
    assert speeds(file, "railways.west.speed.container.value=650 km/day") == {"container": 650, "block": 900}
    assert speeds(file, "railways.west.speed.wagon=300 km/day") == {
        "container": 600,
        "block": 900,
        "wagon": 300,
    }
    assert speeds(file, "railways.west.speed.block=null") == {"container": 600}


@pytest.mark.parametrize(
    ("below", "above", "found"),
    [
        (BY_CLASS, "500 km/day", {"all": 500}),
        (BY_CLASS, "{value: 500 km/day}", {"all": 500}),
        (
            "railways: {west: {speed: {value: 500 km/day, grade: A}}}",
            "{container: 400 km/day}",
            {"container": 400},
        ),
        (
            "railways: {west: {speed: {p50: 500 km/day, p90: 600 km/day}}}",
            "{container: 400 km/day}",
            {"container": 400},
        ),
    ],
)
def test_figures_by_class_and_one_for_all_replace_one_another(
    tmp_path: Path, below: str, above: str, found: dict[str, float]
) -> None:
    assert speeds(over_small(tmp_path, below), f"railways.west.speed={above}") == found


def test_every_class_has_evidence_and_a_path_of_its_own(tmp_path: Path) -> None:
    file = over_small(tmp_path, BY_CLASS)
    rows = {row.path: row for row in figures(load_scenario(file))}
    mine = rows["railways.west.speed.container"]
    assert (mine.value, mine.range, mine.grade) == ("600 km/day", "500 km/day to 700 km/day", "B")
    assert mine.source == "https://example.org/pace"
    assert rows["railways.west.speed.block"].source.startswith("set by ")
    assert "railways.west.speed" not in rows
    paths = {row.path: row for row in paths_of(tree_of(file), unset=True)}
    assert paths["railways.west.speed.block"].value == "900 km/day"
    assert paths["railways.west.speed.container"].grade == "B"
    assert paths["railways.west.speed.wagon"].value == ""
    assert paths["railways.west.speed.wagon"].takes.startswith("speed")
    # One figure for all stays one path.
    assert "railways.west.speed" in {row.path for row in paths_of(tree_of(SMALL), unset=True)}


@pytest.mark.parametrize(
    ("speed", "key", "words"),
    [
        ("{blok: 500 km/day}", ".blok", "unknown key 'blok'; did you mean 'block'?"),
        ("{container: 500 km}", ".container", 'expected a speed, got "500 km", which is a length.'),
        (
            "{container: {value: 5 h}}",
            ".container.value",
            'expected a speed, got "5 h", which is a duration.',
        ),
        ("{container: {p50: 9 km/day, p09: 7 km/day}}", ".container.p09", "did you mean 'p90'?"),
        ("{quick: 500 km/day}", "", "expected a value or a distribution, got the keys quick."),
    ],
)
def test_what_is_wrong_with_a_class_is_told_at_its_key(
    tmp_path: Path, speed: str, key: str, words: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(over_small(tmp_path, f"railways: {{west: {{speed: {speed}}}}}"))
    told = {finding.key: finding.message for finding in caught.value.findings}
    assert words in told[f"railways.west.speed{key}"]


def test_editors_take_both_forms_and_know_the_classes() -> None:
    valid = Draft202012Validator(json_schema()).is_valid

    def railway(speed: object) -> dict[str, object]:
        return {"schema": 1, "railways": {"west": {"speed": speed}}}

    assert valid(railway("500 km/day"))
    assert valid(railway({"mean": "500 km/day", "p90": "700 km/day"}))
    assert valid(railway({"block": "500 km/day", "wagon": {"value": "250 km/day", "grade": "A"}}))
    assert not valid(railway({"blok": "500 km/day"}))


@pytest.mark.parametrize(
    ("below", "above", "found"),
    [
        ("{p50: 30 h, p90: 40 h}", "{mean: 30 h, p90: 40 h}", "mean"),
        ("{mean: 30 h, p90: 40 h}", "{p50: 30 h, p90: 40 h}", "p50"),
        ("{kind: gamma, mean: 30 h, sd: 3 h}", "{mean: 30 h, p90: 40 h}", "mean"),
        ("{mean: 30 h, p90: 40 h}", "{kind: exponential, mean: 30 h}", "kind"),
    ],
)
def test_a_distribution_by_its_mean_and_another_one_replace_one_another(
    tmp_path: Path, below: str, above: str, found: str
) -> None:
    file = over_small(tmp_path, f"legs: {{caspian: {{running_time: {below}}}}}")
    figure = (
        load_scenario(file, sets=[f"legs.caspian.running_time={above}"]).scenario.legs["caspian"].running_time
    )
    assert figure is not None and hasattr(figure.value, found)


def test_mean_and_p90_are_reached_by_path(tmp_path: Path) -> None:
    file = over_small(tmp_path, "legs: {caspian: {running_time: {mean: 30 h, p90: 40 h}}}")
    sets = ["legs.caspian.running_time.mean=32 h"]
    assert load_scenario(file, sets=sets).scenario.legs["caspian"].running_time.value.mean == 32 * 3600  # type: ignore[union-attr]
    sets = ["legs.caspian.running_time.p90=50 h"]
    found = load_scenario(file, sets=sets).scenario.legs["caspian"].running_time
    assert (found.value.mean, found.value.p90) == (30 * 3600, 50 * 3600)  # type: ignore[union-attr]
    gamma = over_small(tmp_path, "legs: {caspian: {running_time: {kind: exponential, mean: 30 h}}}")
    sets = ["legs.caspian.running_time.mean=31 h"]
    assert load_scenario(gamma, sets=sets).scenario.legs["caspian"].running_time.value.kind == "exponential"  # type: ignore[union-attr]
