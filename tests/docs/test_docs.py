"""What the docs say is what the program does. `make golden` rewrites the generated tables."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from in_process import command_of
from where import ROOT, SCENARIOS

from sim.cli.program import COMMANDS
from sim.contract import Cause, EventKind, Rank
from sim.contract import plan as contract_plan
from sim.model import Choice, Constant, Policy
from sim.results.columns import TABLES as EVENT_TABLES
from sim.results.columns import Column
from sim.results.figure_columns import FIGURES
from sim.results.ledger import LEDGER
from sim.scenario_file import load_scenario, network_figures
from sim.stats import KINDS_OF_MEASURES, SHOCK_MEASURES
from sim.units import DIMENSIONS, MONEY, SPELLINGS, SPREAD, WORDS
from sim.views import PLOTS

MODEL = ROOT / "docs" / "model.md"
README = (ROOT / "README.md").read_text(encoding="utf-8")
POLICIES = ROOT / "docs" / "policies.md"
RULES = sorted((SCENARIOS / "policies").glob("*.yaml"))
SCENARIO_FILES = ROOT / "docs" / "scenario-files.md"
RESULTS = ROOT / "docs" / "results.md"
TABLES = {"ranks": Rank, "causes": Cause, "events": EventKind}


def table_of(kinds: type) -> str:
    lines = ["| number | name | meaning |", "|---:|---|---|"]
    lines += [f"| {int(kind)} | {kind.label} | {kind.meaning} |" for kind in kinds]
    return "\n".join(lines)


def plan_table() -> str:
    """Every column of a plan: one for each of what, which values, meaning."""
    lines = ["| column | one for each | values | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {one.each or 'plan'} | {one.values} | {one.meaning} |"
        for name, one in contract_plan.columns().items()
    ]
    return "\n".join(lines)


def rules_table() -> str:
    """Every shipped policy and disruption: file, id, what, from, until, effect, source."""
    lines = ["| rule file | id | what | from | until | effect | source |", "|---|---|---|---|---|---|---|"]
    for file in RULES:
        scenario = load_scenario(file, on=SCENARIOS / "baseline.yaml").scenario
        rows = {name: (rule, rule.until, acts_of(rule)) for name, rule in scenario.policies.items()}
        for name, stop in scenario.disruptions.items():
            assert stop.from_ is not None and isinstance(stop.lasts, Constant) and stop.effect.rate == 0
            rows[name] = (stop, stop.from_ + timedelta(seconds=stop.lasts.constant), "closed")
        for name, (rule, until, effect) in rows.items():
            from_, end = (day.date().isoformat() if day else "" for day in (rule.from_, until))
            url, _, remark = rule.source.partition(" ")
            source = f"[{url.split('/')[2].removeprefix('www.')}]({url}){' ' + remark if remark else ''}"
            lines.append(
                f"| `{file.stem}` | `{name}` | {rule.title} | {from_} | {end} | {effect} | {source} |"
            )
    return "\n".join(lines)


def choice_table() -> str:
    """Every key of `choice`: what the network gives it, and what it says."""
    given = {row.path: row.value for row in network_figures() if row.path.startswith("choice.")}
    lines = ["| key | in `eurasia` | what |", "|---|---|---|"]
    for key, field in Choice.model_fields.items():
        value = given.get(f"choice.{key}", "none" if key == "aversion" else str(field.default))
        lines.append(f"| `{key}` | {value} | {field.description} |")
    return "\n".join(lines)


def columns_table(files: dict[str, tuple[Column, ...]]) -> str:
    """Every column of every file."""
    parts = []
    for file, columns in files.items():
        lines = [f"`{file}`:\n", "| column | unit | meaning |", "|---|---|---|"]
        parts.append(
            "\n".join([*lines, *(f"| `{one.name}` | {one.unit} | {one.meaning} |" for one in columns)])
        )
    return "\n\n".join(parts)


def measures_table() -> str:
    """Every measure: of freight, of what a policy or disruption did, of a shock, of consignments in two scenarios."""
    parts = []
    for kind in KINDS_OF_MEASURES:
        lines = [
            f"{kind.title}:\n",
            "| measure | unit | title | meaning | of no freight, and its range |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| `{m.name}` | {m.unit} | {m.title} | {m.meaning} | {m.nature.value} |" for m in kind.values()
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def plots_table() -> str:
    """Every kind of plot: what it shows, what can be chosen, which tables it reads."""
    options = {"corridor": "--corridor", "direction": "--direction", "chain": "--chain", "places": "--place",
               "freight": "--flow`, `--od`, `--market", "breakdown": "--by"}  # fmt: skip
    lines = ["| kind | shows | options | reads |", "|---|---|---|---|"]
    for plot in PLOTS.values():
        taken = ", ".join(f"`{options[choice]}`" for choice in plot.takes)
        lines.append(f"| `{plot.kind}` | {plot.help} | {taken} | {', '.join(plot.needs)} |")
    return "\n".join(lines)


def dictionary() -> dict[str, str]:
    """The generated parts of the page on results."""
    return {
        "plots": plots_table(),
        "figures": columns_table({f"{name}.parquet": columns for name, columns in FIGURES.items()}),
        "measures": measures_table(),
        "tables": columns_table(
            {
                **{f"tables/{name}": columns for name, columns in EVENT_TABLES.items()},
                "ledger.parquet": LEDGER,
            }
        ),
    }


@pytest.mark.parametrize("name", ["plots", "figures", "measures", "tables"])
def test_the_dictionary_of_results_is_made_from_where_columns_and_measures_are_declared(name: str) -> None:
    found = block(name).search(RESULTS.read_text(encoding="utf-8"))
    assert found is not None and found[2] == dictionary()[name], "stale: make golden"


def units_table() -> str:
    """Every dimension of a scenario's numbers: the words of its units, and an example."""
    words = {kind: ", ".join(f"`{usual}`" for usual in usual_words(kind)) for kind in SPELLINGS}
    named = {
        "time": "a time", "size": "TEU or FEU", "length": "a length", "money": "USD", "mass": "a mass", "vehicle": "trains",
    }  # fmt: skip
    lines = ["| quantity | units | for example |", "|---|---|---|"]
    for one in (one for one in DIMENSIONS if one.name not in (MONEY.name, SPREAD.name)):
        if one.below:
            of = (
                " and ".join(words[kind] if kind == "vehicle" else named[kind] for kind in one.above)
                or "times"
            )
            written = f"{of}, per {' and '.join(named[kind] for kind in one.below)}"
        else:
            written = " ".join(words[kind] for kind in one.above)
        usual = ", ".join(f"`{unit}`" for unit in one.usual) if one.below else ""
        lines.append(f"| {one.name} | {written}{': ' + usual if usual else ''} | `{one.example}` |")
    return "\n".join(lines)


def usual_words(kind: str) -> list[str]:
    return list(dict.fromkeys(WORDS[spelling].usual for spelling in SPELLINGS[kind]))


def test_the_units_are_those_that_are_read() -> None:
    found = block("units").search(SCENARIO_FILES.read_text(encoding="utf-8"))
    assert found is not None and found[2] == units_table(), "stale: make golden"


def acts_of(rule: Policy) -> str:
    acts = ["barred"] if rule.barred else []
    if rule.inspected is not None:
        acts.append(f"{rule.inspected.share * 100:.4g} % inspected")
        kept = rule.inspected.detained
        acts += [f"of them {kept.share * 100:.4g} % detained"] if kept is not None else []
    acts += [f"{rule.delayed.share * 100:.4g} % delayed"] if rule.delayed is not None else []
    acts += [f"{rule.avoided.share * 100:.4g} % avoid it"] if rule.avoided is not None else []
    return ", ".join(acts)


def test_the_keys_of_choice_are_those_of_the_model() -> None:
    found = block("choice").search(SCENARIO_FILES.read_text(encoding="utf-8"))
    assert found is not None and found[2] == choice_table(), "stale: make golden"


def block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- begin {name} -->\n)(.*?)(\n<!-- end {name} -->)", re.DOTALL)


@pytest.mark.parametrize("name", TABLES)
def test_the_model_page_prints_the_named_tables(name: str) -> None:
    match = block(name).search(MODEL.read_text(encoding="utf-8"))
    assert match is not None
    assert match[2] == table_of(TABLES[name]), "stale: make golden"


def test_the_model_page_lists_every_column_of_a_plan() -> None:
    match = block("plan").search(MODEL.read_text(encoding="utf-8"))
    assert match is not None
    assert match[2] == plan_table(), "run: python tests/docs/test_docs.py"


def test_the_policies_page_lists_every_shipped_rule() -> None:
    match = block("rules").search(POLICIES.read_text(encoding="utf-8"))
    assert match is not None
    assert match[2] == rules_table(), "stale: make golden"


def test_the_example_of_the_policies_page_checks_fine(tmp_path: Path) -> None:
    """Its rule file, and the scenario that includes it with a shipped one."""
    rules, including = re.findall(r"```yaml\n(.*?)```", POLICIES.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "baseline.yaml").write_bytes((SCENARIOS / "baseline.yaml").read_bytes())
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "kz-machine-permits.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "stricter.yaml").write_text(including, encoding="utf-8")
    scenario = load_scenario(tmp_path / "stricter.yaml").scenario
    assert list(scenario.policies) == ["ru-decree-1374", "kz-machine-permits"]
    until = scenario.policies["ru-decree-1374"].until
    assert until is not None and until.date().isoformat() == "2025-02-15"


def fenced(kind: str) -> str:
    match = re.search(rf"```{kind}\n(.*?)```", README, re.DOTALL)
    assert match is not None
    return match[1]


def test_the_first_own_scenario_of_the_readme_checks_fine(tmp_path: Path) -> None:
    for base in ("baseline.yaml", "cku-open.yaml"):
        (tmp_path / base).write_bytes((SCENARIOS / base).read_bytes())
    (tmp_path / "mine.yaml").write_text(fenced("yaml"), encoding="utf-8")
    scenario = load_scenario(tmp_path / "mine.yaml").scenario
    makmal = scenario.facilities["makmal"].gauge_change
    assert makmal is not None and makmal.capacity is not None and makmal.capacity.value == 5


def test_the_python_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    short = [
        "replications=2",
        "period.start=2025-08-01",
        "period.length=80 d",
        "period.warm_up=20 d",
        "period.cool_down=25 d",
    ]
    program = fenced("python").replace('["replications=5"]', repr(short))
    assert program.count("period.length") == 2
    exec(compile(program, "README.md", "exec"), {})
    assert "brest-closure against baseline" in capsys.readouterr().out


def test_every_link_of_the_docs_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_gallery_shows_every_picture_that_its_target_draws_and_none_is_heavy() -> None:
    drawn = re.findall(
        r"^\t\$\(call PICTURE,[^,]+,[^,]+,([a-z-]+)\)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )
    shown = re.findall(r"\(images/([a-z-]+)\.svg\)", (ROOT / "docs" / "gallery.md").read_text("utf-8"))
    assert drawn == shown and len(shown) == 9
    assert all(path.stat().st_size < 300_000 for path in (ROOT / "docs" / "images").glob("*.svg"))


def test_every_command_and_scenario_is_in_the_readme() -> None:
    assert all(f"`{path.name}`" in README for path in SCENARIOS.glob("*.yaml"))
    assert [name for name in COMMANDS if f"| `{name}" not in README] == []


def test_the_page_on_resilience_has_every_measure_with_its_unit() -> None:
    page = (ROOT / "docs" / "resilience.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z`., _]+) \| ([^|]+) \|", page, re.MULTILINE)
    told = {
        name: unit
        for names, units in rows
        for name, unit in zip(re.findall("`([^`]+)`", names), units.split(", ") * 2, strict=False)
    }
    assert told == {one.name: one.unit for one in SHOCK_MEASURES.values()}


@pytest.mark.parametrize("name", ["resilience", "criticality"])
def test_the_examples_of_shocks_use_options_and_files_that_exist(name: str) -> None:
    page = (ROOT / "docs" / "resilience.md").read_text(encoding="utf-8")
    command = command_of(name)
    lines = [line.strip() for line in f"{page}\n{command.help}".splitlines()]
    examples = [line.split()[2:] for line in lines if line.startswith(f"landbridge {name} ")]
    assert len(examples) >= 3
    for words in examples:
        given = command.make_context(name, list(words)).params
        assert all((ROOT / file).is_file() for file in (*given["files"], *given["on"]))
        (file,) = given["files"]
        scenario = load_scenario(ROOT / file).scenario
        places = {**scenario.facilities, **scenario.legs, **scenario.policies, **scenario.disruptions}
        assert all(place in places for place in (*given.get("places", ()), *given.get("shocks", ())))


if __name__ == "__main__":
    text = MODEL.read_text(encoding="utf-8")
    for name, kinds in TABLES.items():
        text = block(name).sub(lambda match, kinds=kinds: match[1] + table_of(kinds) + match[3], text)
    text = block("plan").sub(lambda match: match[1] + plan_table() + match[3], text)
    MODEL.write_text(text, encoding="utf-8")
    page = POLICIES.read_text(encoding="utf-8")
    made = block("rules").sub(lambda match: match[1] + rules_table() + match[3], page)
    POLICIES.write_text(made, encoding="utf-8")
    page = SCENARIO_FILES.read_text(encoding="utf-8")
    page = block("units").sub(lambda m: m[1] + units_table() + m[3], page)
    SCENARIO_FILES.write_text(
        block("choice").sub(lambda m: m[1] + choice_table() + m[3], page), encoding="utf-8"
    )
    page = RESULTS.read_text(encoding="utf-8")
    for name, made in dictionary().items():
        page = block(name).sub(lambda m, made=made: m[1] + made + m[3], page)
    RESULTS.write_text(page, encoding="utf-8")
