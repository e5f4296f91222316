"""Every shipped rule file: it loads over both bases, has the dates of its source, and strikes something there."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
import yaml
from where import SCENARIOS

from sim.audit import check_log
from sim.engine import simulate
from sim.model import GROUPS, Constant, Scenario, binds, crosses, hit
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

BASES = ("baseline", "cku-open")
RULES = sorted((SCENARIOS / "policies").glob("*.yaml"))
# First day, and the first day on which it does not hold any more; None while it is in force.
DATES = {
    "ru-food-embargo": ("2014-08-01", "2019-07-01"),
    "ru-food-seals": ("2019-07-01", None),
    "ru-decree-1374": ("2024-10-15", None),
    "eu-package-10-dual-use": ("2023-02-25", None),
    "eu-package-11-advanced-goods": ("2023-06-23", None),
    "eu-export-papers-2024": ("2024-02-01", "2024-05-01"),
    "pl-customs-papers-westbound": ("2024-06-01", None),
    "pl-customs-papers-eastbound": ("2024-06-01", None),
    "boycott-poland": ("2022-03-01", None),
    "boycott-germany": ("2022-03-01", None),
    "boycott-netherlands": ("2022-03-01", None),
    "boycott-from-germany": ("2022-03-01", None),
    "boycott-from-poland": ("2022-03-01", None),
    "pl-by-closure": ("2025-09-12", "2025-09-25"),
    "cn-loading-stop-2020-12-xian-dostyk": ("2020-12-08", "2020-12-16"),
    "cn-loading-stop-2020-12-urumqi-dostyk": ("2020-12-08", "2020-12-16"),
    "cn-loading-stop-2022-07-xian-dostyk": ("2022-07-02", "2022-07-09"),
    "cn-loading-stop-2022-07-xian-altynkol": ("2022-07-02", "2022-07-09"),
    "cn-loading-stop-2022-07-urumqi-dostyk": ("2022-07-02", "2022-07-09"),
    "cn-loading-stop-2022-07-urumqi-altynkol": ("2022-07-02", "2022-07-09"),
    "cn-loading-stop-2023-03-xian-altynkol": ("2023-03-11", "2023-03-26"),
    "cn-loading-stop-2023-03-urumqi-altynkol": ("2023-03-11", "2023-03-26"),
    "kz-kuryk-ban-may": ("2025-05-26", "2025-06-02"),
    "kz-kuryk-ban-november": ("2025-11-01", "2025-11-20"),
    "kz-special-control": ("2023-01-01", None),
    "kg-cn-one-way": ("2020-01-01", "2023-02-01"),
    "iran-transit-westbound": ("2025-09-28", None),
    "iran-transit-eastbound": ("2025-09-28", None),
}
BINDS_NOTHING = {"boycott-netherlands": "no flow of the network ends in the Netherlands yet"}


@cache
def laid(name: str, base: str) -> Scenario:
    file = SCENARIOS / "policies" / f"{name}.yaml"
    return load_scenario(file, on=SCENARIOS / f"{base}.yaml").scenario


def freight_bound(scenario: Scenario, policy: str) -> list[tuple[str, str, str]]:
    rule = scenario.policies[policy]
    return [
        (name, cargo, chain)
        for name, flow in scenario.flows.items()
        for cargo, share in flow.cargo.value.items()
        if share > 0 and binds(scenario, rule, name, cargo)
        for chain in {chain for rank in flow.routing.ranks() for chain in rank}
        if crosses(scenario, rule, chain)
    ]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_a_shipped_rule_strikes_something_of_the_network(file: Path, base: str) -> None:
    scenario = laid(file.stem, base)
    assert scenario.purpose and scenario.sources
    assert scenario.policies or scenario.disruptions
    for name, rule in scenario.policies.items():
        assert rule.title and rule.source
        assert bool(freight_bound(scenario, name)) == (name not in BINDS_NOTHING), name
    for name, stop in scenario.disruptions.items():
        assert stop.title and stop.source
        assert any(hit(scenario, stop.at, group) for group in GROUPS), name


def test_the_dates_are_those_of_the_sources() -> None:
    found: dict[str, tuple[str | None, str | None]] = {}
    for file in RULES:
        scenario = laid(file.stem, "baseline")
        for name, rule in scenario.policies.items():
            ends = (rule.from_, rule.until)
            found[name] = tuple(None if date is None else date.date().isoformat() for date in ends)  # type: ignore[assignment]
        for name, stop in scenario.disruptions.items():
            assert stop.from_ is not None and isinstance(stop.lasts, Constant)
            until = stop.from_ + timedelta(seconds=stop.lasts.constant)
            found[name] = (stop.from_.date().isoformat(), until.date().isoformat())
    assert found == DATES


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_what_is_estimated_says_so(file: Path) -> None:
    """Shares of delays and inspections, and codes that we mapped, are published nowhere."""
    text = file.read_text(encoding="utf-8")
    if any(word in text for word in ("delayed:", "inspected:", "avoided:", "hs:")):
        assert "estimate" in text


def test_the_names_of_rules_are_theirs_alone() -> None:
    names = [
        name
        for file in RULES
        for group in ("policies", "disruptions")
        for name in yaml.safe_load(file.read_text(encoding="utf-8")).get(group, {})
    ]
    assert len(names) == len(set(names)) == len(DATES)


@pytest.mark.parametrize("always", [False, True], ids=["in their own time", "all the time"])
def test_all_shipped_rules_together_run(tmp_path: Path, always: bool) -> None:
    names = ", ".join(file.stem for file in RULES)
    (tmp_path / "baseline.yaml").write_bytes((SCENARIOS / "baseline.yaml").read_bytes())
    file = tmp_path / "all.yaml"
    file.write_text(f"schema: 1\ntitle: all rules\nextends: baseline.yaml\ninclude: [{names}]\n")
    short = ["period.start=2025-08-20", "period.length=60 d", "period.warm_up=10 d", "period.cool_down=10 d"]
    scenario = load_scenario(file, sets=short).scenario
    if always:
        open_ended = {
            name: rule.model_copy(update={"from_": None, "until": None})
            for name, rule in scenario.policies.items()
        }
        scenario = scenario.model_copy(update={"policies": open_ended})
    sampler = Sampler(scenario, name="all")
    plan = sampler.plan(0)
    check_log(plan, simulate(plan))
    acting = {sampler.legend.policies[p] for p in plan.act_policy.tolist()}
    papers = {"eu-export-papers-2024", "pl-customs-papers-westbound", "pl-customs-papers-eastbound"}
    assert acting == {"ru-decree-1374", "kz-special-control", "ru-food-seals"} | papers
