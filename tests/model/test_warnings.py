"""Warnings: what of a scenario can have no effect, or hardly the one that was meant."""

import copy
import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import where
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from in_process import command_of
from where import CASES, SCENARIOS, SHIPPED, TESTS

import sim
from sim.cli import main
from sim.engine import simulate
from sim.model import Scenario, cross_check, warnings_of
from sim.model.size import WARN_BYTES, consignments
from sim.results import tabulate
from sim.sampling import Sampler
from sim.scenario_file import RULES, load_scenario

LINE = load_scenario(CASES / "line.yaml").document
SMALL = load_scenario(where.SMALL).document
SMALL["policies"] = {}  # its inspection is one of the cases below


def world(base: dict[str, Any] = SMALL, **changes: Any) -> Scenario:
    """A small world with values set by dotted path (two underscores for a dot, _0_ for a hyphen); None removes."""
    document = copy.deepcopy(base)
    for name, value in changes.items():
        *parents, last = name.replace("_0_", "-").split("__")
        node = document
        for parent in parents:
            node = node.setdefault(parent, {})
        if value is None:
            node.pop(last)
        else:
            node[last] = value
    made = Scenario.model_validate(document)
    assert cross_check(made) == []
    return made


def warned(scenario: Scenario) -> dict[str, str]:
    return {".".join(map(str, path)): message for path, message in warnings_of(scenario)}


def policy(**keys: Any) -> dict[str, Any]:
    return {"policies": {"p": {"surcharge": "100 USD/FEU", **keys}}}


def disruption(**keys: Any) -> dict[str, Any]:
    return {
        "disruptions": {
            "d": {"at": {"id": "altynkol"}, "from": "2025-02-10", "lasts": "13 d", "effect": "closed", **keys}
        }
    }


INSPECTED = {"share": "25 %", "handling": "48 h"}
POINTS = {
    # Policies that bind no measured freight, by each of their conditions.
    "goods that no flow to the destination carries": (
        policy(cargo=["machinery"], destination=["AZ"]), "policies.p.cargo", "Without cargo it would bind some"),
    "a direction in which nothing goes": (policy(direction="eastbound"), "policies.p.direction", "direction: eastbound"),
    "an origin from which nothing comes": (policy(origin=["RU"]), "policies.p.origin", "origin: [RU] holds for no"),
    "a destination to which nothing goes": (policy(destination=["CN"]), "policies.p.destination", "holds for no"),
    "codes of goods that are not shipped": (policy(hs=["99"]), "policies.p.hs", 'holds for no measured freight'),
    "a territory that bound freight never crosses": (
        policy(flows=["cn-az"], territory=["RU"]), "policies.p.territory", "It crosses AZ, CN, KZ"),
    "a carrier that bound freight never meets": (
        policy(flows=["cn-ru"], carrier=["AZ"]) | {"services__ferry__carrier": "AZ"}, "policies.p.carrier", "Carriers there"),
    "a flow that is not measured": (
        policy(flows=["cn-az"]) | {"flows__cn_0_az__measured": False}, "policies.p", "flows.cn-az.measured: true"),
    "a policy that ends before the period": (policy(until="2024-12-31"), "policies.p.until", "ends before the period"),
    "a policy that begins after the period": (policy(**{"from": "2025-04-01"}), "policies.p.from", "begins after the period"),
    "a policy that ends in the warm-up": (policy(until="2025-01-11"), "policies.p.until", "before the first measured release"),
    "a policy that begins in the cool-down": (
        policy(**{"from": "2025-03-20"}) | {"period__cool_down": "20 d"}, "policies.p.from", "after the last measured release"),
    "a chain that is not open while the rule is in force": (
        policy(territory=["RU"], until="2025-02-01") | {"openings__line": "2025-02-15"},
        "policies.p", "not open while it is in force"),
    # Inspections where no train stops, or that bound freight does not pass.
    "an inspection where trains only end": (
        policy(surcharge=None, flows=["cn-ru"], inspected={**INSPECTED, "at": "krasnoye"}) | {
            "facilities__krasnoye": {"name": "K", "country": "RU", "position": [54, 31], "kind": "border", "border": {}},
            "legs__k1": {"between": ["aktau", "krasnoye"], "mode": "rail", "gauge": 1520, "length": "10 km", "railway": "west"},
            "legs__k2": {"between": ["krasnoye", "moscow"], "mode": "rail", "gauge": 1520, "length": "10 km", "railway": "west"},
            "services__k": {"route": ["aktau", "krasnoye", "moscow"], "gauge": 1520, "capacity": "100 TEU", "dispatch": {"when": "full"}},
            "chains__k": {"corridor": "northern", "services": ["china-train", "kazakh-train", "k"]},
            "flows__cn_0_ru__routing__fallbacks": [],
        },
        "policies.p.inspected.at", "no train with bound freight passes krasnoye"),
    "an inspection in a territory without a border on the way": (
        policy(surcharge=None, territory=["RU"], inspected=INSPECTED), "policies.p.inspected", "passes no border of RU"),
    # Acts that do nothing.
    "nobody is inspected": (
        policy(territory=["RU"], inspected={"share": "0 %", "handling": "48 h"}), "policies.p.inspected.share", "0 %"),
    "nobody is delayed": (policy(delayed={"share": "0 %", "for": "4 d"}), "policies.p.delayed.share", "nobody is delayed"),
    "nobody avoids": (policy(territory=["RU"], avoided={"share": "0 %"}), "policies.p.avoided.share", "nobody is avoided"),
    "a delay of no time": (policy(delayed={"for": "0 h"}), "policies.p.delayed.for", "a duration of 0"),
    "a surcharge of nothing": (policy(surcharge="0 USD/FEU"), "policies.p.surcharge", "nobody is charged"),
    # Disruptions.
    "an event before the period": (disruption(**{"from": "2024-11-01"}), "disruptions.d.from", "over before the period"),
    "an event after the period": (disruption(**{"from": "2025-06-01"}), "disruptions.d.from", "begins after the period"),
    "an event that is over in the warm-up": (
        disruption(**{"from": "2025-01-02", "lasts": "3 d"}), "disruptions.d.from", "before the first measured release"),
    "demand that changes after the last measured release": (
        disruption(at={"id": "cn-ru"}, effect={"demand": "50 %"}, **{"from": "2025-03-20"}) | {"period__cool_down": "20 d"},
        "disruptions.d.from", "after the last measured release"),
    "a duration of 0": (disruption(lasts="0 h"), "disruptions.d.lasts", "a duration of 0"),
    "a linked effect of no duration": (
        disruption(linked=[{"at": {"id": "moscow"}, "effect": {"rate": "50 %"}, "lasts": "0 h"}]),
        "disruptions.d.linked.0.lasts", "a duration of 0"),
    "a rate of 100 %": (disruption(effect={"rate": "100 %"}), "disruptions.d.effect.rate", "leaves all as it is"),
    "demand of 100 %": (
        disruption(at={"id": "cn-ru"}, effect={"demand": "100 %"}), "disruptions.d.effect.demand", "leaves all as it is"),
    "as many servers as there are": (
        disruption(effect={"servers": 3}), "disruptions.d.effect.servers", "altynkol has 3. Write at most 2"),
    "more vehicles than there are": (
        disruption(at={"id": "broad"}, effect={"vehicles_lost": 13}), "disruptions.d.effect.vehicles_lost", "broad has 12"),
    "no vehicle lost": (disruption(at={"id": "broad"}, effect={"vehicles_lost": 0}), "disruptions.d.effect.vehicles_lost", "no vehicle"),
    "chance without a rate": (
        disruption(**{"from": None}, random={"rate": "0 /year"}), "disruptions.d.random.rate", "never strikes"),
    "chance in months that are not in the period": (
        disruption(**{"from": None}, random={"rate": "9 /year", "season": ["0 %"] * 6 + ["100 %"] * 6}),
        "disruptions.d.random.season", "never strikes"),
    "chance that hardly comes": (
        disruption(**{"from": None}, random={"rate": "0.01 /year"}), "disruptions.d.random.rate", "replications: 406 or more"),
    "a severity of nothing": (
        disruption(**{"from": None}, random={"rate": "9 /year", "severity": "0 %"}), "disruptions.d.random.severity", "0 %"),
    "a place that no freight comes by": (
        disruption(at={"id": "baku"}) | {"flows__cn_0_az": None}, "disruptions.d.at", "no freight comes"),
    "an announcement that nobody reckons with": (
        disruption(announced={"before": "2 d"}), "disruptions.d.announced", "nobody reckons"),
    # The network.
    "an opening after the period": ({"openings__line": "2026-01-01"}, "openings.line", "after the period"),
    "an opening that opens nothing": ({"openings__other": "2025-02-01"}, "openings.other", "nothing opens"),
    "an opening without any share": (
        {"openings__line": "2025-02-01", "flows__cn_0_ru__routing": {"shares": {"new": "100 %"}, "fallbacks": ["by-russia"]},
         "legs__old": {"between": ["altynkol", "moscow"], "mode": "road", "length": "4800 km", "railway": "west"},
         "services__trucks": {"route": ["altynkol", "moscow"], "mode": "road", "capacity": "20 TEU", "dispatch": {"when": "full"}},
         "chains__new": {"corridor": "northern", "services": ["china-train", "trucks"]}},
        "openings.line", "flows.cn-ru.routing.shares.by-russia"),
    "a fee that nobody pays": ({"facilities__baku__terminal__fee": "50 USD/FEU"}, "facilities.baku.terminal.fee", "nobody ever pays"),
    "a fee of a border that no train passes": (
        {"facilities__altynkol__border__fee": "50 USD/FEU"}, "facilities.altynkol.border.fee", "passes here between"),
    "a charge of a service that no chain takes": (
        {"services__spare": {"route": ["moscow", "altynkol"], "gauge": 1520, "capacity": "20 TEU", "dispatch": {"when": "full"},
                             "unload": "gauge_change", "charge": "9 USD/FEU"}},
        "services.spare.charge", "nobody ever pays"),
    "a fleet without a vehicle": ({"fleets__broad__vehicles": 0}, "fleets.broad.vehicles", "russia-train"),
    "a chain that no flow takes": (
        {"chains__idle": {"corridor": "middle", "services": ["china-train", "kazakh-train"]}}, "chains.idle", "nothing uses it"),
    "weather that no service has": (
        {"services__ferry__weather": None}, "weathers.winter", "a service's weather"),
    "a corridor of which nothing is measured": (
        {"flows__cn_0_az__measured": False}, "corridors.middle", "Write flows.cn-az.measured: true"),
    # Demand.
    "a share of a chain that opens after the period": (
        {"openings__line": "2026-01-01", "flows__cn_0_ru__routing__fallbacks": ["new"],
         "legs__old": {"between": ["altynkol", "moscow"], "mode": "road", "length": "4800 km", "railway": "west"},
         "services__trucks": {"route": ["altynkol", "moscow"], "mode": "road", "capacity": "20 TEU", "dispatch": {"when": "full"}},
         "chains__new": {"corridor": "northern", "services": ["china-train", "trucks"]}},
        "flows.cn-ru.routing.shares.by-russia", "Change the date of openings.line"),
    "a service that never fills": (
        {"services__kazakh_0_train__capacity": "2000 TEU"}, "services.kazakh-train.dispatch", "send 1,233 TEU"),
    "a fleet that strands freight": (
        {"fleets__broad__empty_return": {"called": False}}, "fleets.broad.empty_return", "Write empty_return: {called: true}"),
    "an empty return of as many vehicles as are needed": (
        {"fleets__broad__vehicles": None}, "fleets.broad.empty_return", "no effect"),
    "weather that never comes": ({"weathers__winter__closed": ["0 %"] * 12}, "weathers.winter.closed", "never comes"),
    "weather that is always there": ({"weathers__winter__closed": ["100 %"] * 12}, "weathers.winter.closed", "ferry"),
    "a linked effect after the period": (
        disruption(linked=[{"at": {"id": "moscow"}, "effect": {"rate": "50 %"}, "after": "60 d"}]),
        "disruptions.d.linked.0.after", "2025-04-11"),
    "a flow that sends nothing": ({"flows__cn_0_az__volume": "0 TEU/year"}, "flows.cn-az.volume", "sends nothing"),
    "a flow of less than a consignment": ({"flows__cn_0_az__volume": "7 TEU/year"}, "flows.cn-az.volume", "0.86 consignments"),
    "a flow without a charge beside one with a charge": (
        {"flows__cn_0_az__charge": "700 USD/FEU"}, "flows.cn-ru", "Write charge: 700 USD/FEU"),
    "a flow to which nothing is open": ({"openings__line": "2026-01-01"}, "flows.cn-ru.routing", "everything is refused"),
    "more consignments than memory holds": ({"flows__cn_0_ru__volume": "2e8 TEU/year"}, "flows.cn-ru.volume", "GiB of memory"),
    "choice that nobody makes": ({"choice__patience": "9 d"}, "choice.patience", "Write choice.routing: adaptive"),
    "an aversion to a country that nobody crosses": (
        {"choice": {"routing": "adaptive", "aversion": {"IR": "90 USD/FEU"}}}, "choice.aversion.IR", "no chain that a flow may take"),
    "a likeness that nobody weighs": (
        {"flows__cn_0_az__routing__like": {"by-caspian-2": "by-caspian"}, "flows__cn_0_az__routing__fallbacks": ["by-caspian-2"],
         "chains__by_0_caspian_0_2": {"corridor": "middle", "services": ["china-train", "kazakh-train", "ferry"]}},
        "flows.cn-az.routing.like", "choice.routing: adaptive"),
}  # fmt: skip


def flat(changes: dict[str, Any]) -> dict[str, Any]:
    """Without what is None in the one policy or disruption of a case."""
    for table in ("policies", "disruptions"):
        for entry in changes.get(table, {}).values():
            for key in [key for key, value in entry.items() if value is None]:
                del entry[key]
    return changes


def test_the_small_worlds_have_no_warning() -> None:
    assert warned(world()) == {}
    assert warned(world(LINE)) == {}


@pytest.mark.parametrize(("changes", "path", "words"), POINTS.values(), ids=POINTS.keys())
def test_what_can_have_no_effect_is_warned_of_where_it_stands(
    changes: dict[str, Any], path: str, words: str
) -> None:
    found = warned(world(**flat(copy.deepcopy(changes))))
    assert path in found, found
    assert words in found[path]
    assert re.search(r"[.)]$", found[path]), "a sentence"


def own_folder(folder: Path) -> Path:
    """The shipped scenarios with the cases that rest on them."""
    shutil.copytree(SCENARIOS, folder)
    for name in ("my-shocks", "my-flow", "central-asia"):
        shutil.copy(CASES / f"{name}.yaml", folder)
    return folder


def test_an_inspection_where_westbound_trains_end_is_warned_of_with_the_border_before(tmp_path: Path) -> None:
    loaded = load_scenario(own_folder(tmp_path / "mine") / "my-shocks.yaml")
    (found,) = loaded.warnings
    assert (Path(found.file).name, found.line) == ("my-shocks.yaml", 17)
    assert found.key == "policies.pl-inspection.inspected.at"
    assert "end or begin at malaszewicze" in found.message
    assert "Write for example at: brest" in found.message


def test_what_the_warning_of_an_inspection_advises_is_followed_by_none(tmp_path: Path) -> None:
    file = own_folder(tmp_path / "mine") / "my-shocks.yaml"
    assert load_scenario(file, sets=["policies.pl-inspection.inspected.at=brest"]).warnings == ()


def test_a_flow_of_ones_own_without_a_charge_is_warned_of(tmp_path: Path) -> None:
    file = own_folder(tmp_path / "mine") / "my-flow.yaml"
    (found,) = load_scenario(file).warnings
    assert (found.line, found.key) == (12, "flows.mine")
    assert "Write charge: 700 USD/FEU" in found.message
    assert load_scenario(file, sets=["flows.mine.charge=700 USD/FEU"]).warnings == ()


def test_measured_flows_of_central_asia_are_no_warning(tmp_path: Path) -> None:
    assert load_scenario(own_folder(tmp_path / "mine") / "central-asia.yaml").warnings == ()


def test_a_share_of_a_flow_that_is_not_measured_is_told_where_it_is_given() -> None:
    """Nothing is told of a corridor of which no other flow is measured, either."""
    found = warned(world(flows__cn_0_az__measured=False))
    shares = [key for key in found if key.startswith("flows.cn-az.routing.shares.")]
    assert shares
    assert all("Write flows.cn-az.measured: true" in found[key] for key in shares)


def test_an_opening_is_all_that_the_cku_railway_needs() -> None:
    """Its chains are like others that have a share, so that price and time say who takes it."""
    assert load_scenario(SCENARIOS / "baseline.yaml", sets=["openings.cku-railway=2025-02-01"]).warnings == ()


def test_an_opening_under_fixed_routing_is_warned_of_with_the_share_to_write() -> None:
    sets = ["openings.cku-railway=2025-02-01", "choice.routing=fixed"]
    loaded = load_scenario(SCENARIOS / "baseline.yaml", sets=sets)
    (found,) = [one for one in loaded.warnings if one.key == "openings.cku-railway"]
    assert (found.file, found.line) == (f"--set {sets[0]}", 0)
    (flow, chain) = re.findall(r"flows\.([a-z-]+)\.routing\.shares\.([a-z-]+): 10 %", found.message)[0]
    first, share = next(iter(loaded.scenario.flows[flow].routing.shares.items()))
    shares = {chain: 0.1, first: share - 0.1}
    sets += [f"flows.{flow}.routing.shares.{name}={100 * part:g} %" for name, part in shares.items()]
    again = load_scenario(SCENARIOS / "baseline.yaml", sets=sets).warnings
    assert "openings.cku-railway" not in [one.key for one in again]


RULE_FILES = sorted((SCENARIOS / RULES).glob("*.yaml"))
OUT_OF_THE_BASE_YEAR = {
    # Rules of other years, laid over 2025 as they are; docs/policies.md says so, and to set other dates.
    "cn-loading-stops": 8, "eu-export-paper-checks": 1, "kg-cn-one-way": 1, "ru-food-transit-embargo": 1,
}  # fmt: skip
WITHOUT_FREIGHT = {"forwarders-boycott": "policies.boycott-netherlands.destination"}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.stem))
def test_a_shipped_scenario_has_no_warning(file: Path) -> None:
    assert load_scenario(file).warnings == ()


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda file: str(file.stem))
def test_a_rule_file_over_the_baseline_is_warned_of_only_for_its_years_or_missing_freight(file: Path) -> None:
    found = load_scenario(file, on=SCENARIOS / "baseline.yaml").warnings
    late = [one for one in found if re.search("before the period", one.message)]
    assert len(late) == OUT_OF_THE_BASE_YEAR.get(file.stem, 0)
    assert [one.key for one in found if one not in late] == [
        key for stem, key in WITHOUT_FREIGHT.items() if stem == file.stem
    ]


def test_every_shipped_file_is_looked_at() -> None:
    assert len(SHIPPED) >= 14
    assert len(RULE_FILES) >= 12


# --- commands ---------------------------------------------------------------------------------------------------------

WARNED = """schema: 1
title: A policy that binds nothing
extends: line.yaml
replications: 1
policies: {p: {title: p, source: invented here, cargo: [g], direction: eastbound, surcharge: 9 USD/FEU}}
disruptions: {d: {at: {id: a-b}, from: 2025-02-01, lasts: 3 d, effect: closed}}
"""


@pytest.fixture
def warned_file(tmp_path: Path) -> Path:
    shutil.copy(CASES / "line.yaml", tmp_path)
    file = tmp_path / "warned.yaml"
    file.write_text(WARNED, encoding="utf-8")
    return file


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "check": lambda file: ["check", str(file)],
    "run": lambda file: ["run", str(file), "--no-plots", "--jobs", "1", "--out", str(file.parent / "out")],
    "compare": lambda file: ["compare", str(file.with_name("line.yaml")), str(file), "--jobs", "1"],
    "preview": lambda file: ["preview", str(file)],
    "resilience": lambda file: ["resilience", str(file), "--jobs", "1"],
    "criticality": lambda file: ["criticality", str(file), "--jobs", "1", "--follow", "20"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_that_runs_warns_on_stderr_and_goes_on(
    command: Callable[[Path], list[str]], warned_file: Path
) -> None:
    done = CliRunner().invoke(main, command(warned_file))
    assert done.exit_code == 0, done.output
    line = f"warning: {warned_file}:5: policies.p.direction: "
    assert [text.startswith(line) for text in done.stderr.splitlines() if "warning" in text] == [True]
    assert "warning:" not in done.stdout


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_with_strict_a_warning_is_a_finding_and_nothing_is_run(
    command: Callable[[Path], list[str]], warned_file: Path
) -> None:
    done = CliRunner().invoke(main, [*command(warned_file), "--strict"])
    assert done.exit_code == 2
    assert f"{warned_file}:5: policies.p.direction: " in done.stderr
    assert "1 finding; nothing was written" in done.stderr
    assert not (warned_file.parent / "out").exists()


def test_with_strict_a_scenario_without_warnings_is_fine() -> None:
    done = CliRunner().invoke(main, ["check", "--strict", str(CASES / "line.yaml")])
    assert done.exit_code == 0
    assert done.stdout.startswith("line: fine (")


def test_the_same_warning_of_two_scenarios_is_printed_once(warned_file: Path) -> None:
    other = warned_file.with_name("other.yaml")
    other.write_text("schema: 1\ntitle: the same once more\nextends: warned.yaml\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(warned_file), str(other)])
    assert done.stderr.count("warning: ") == 1
    assert [line.partition(" (")[0] for line in done.stdout.splitlines()] == [
        "warned: fine, with 1 warning",
        "other: fine, with 1 warning",
    ]


def test_the_manifest_keeps_the_warnings(warned_file: Path) -> None:
    loaded = sim.load_scenario(warned_file)
    run = sim.run_to_folder(loaded, warned_file.parent / "kept")
    (kept,) = json.loads((run.path / "manifest.json").read_text(encoding="utf-8"))["warnings"]
    assert kept == vars(loaded.warnings[0])
    assert kept["line"] == 5


def test_a_document_for_a_program_has_the_warnings_of_each_run(warned_file: Path) -> None:
    done = CliRunner().invoke(main, [*COMMANDS["compare"](warned_file), "--json"])
    runs = {run["scenario"]: run["warnings"] for run in json.loads(done.stdout)["runs"]}
    assert runs["line"] == []
    assert [text.startswith(f"{warned_file}:5: policies.p.direction") for text in runs["warned"]] == [True]


def test_the_front_door_gives_warnings_and_takes_them_for_findings_when_strict(warned_file: Path) -> None:
    (warning,) = sim.load_scenario(warned_file).warnings
    assert warning.key == "policies.p.direction"
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load_scenario(warned_file, strict=True)
    assert caught.value.findings == (warning,)


# --- warned of exactly what binds nothing ------------------------------------------------------------------------------

DATES = st.sampled_from([None, "2024-12-01", "2025-01-05", "2025-02-01", "2025-03-01", "2025-06-01"])


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    countries = st.lists(st.sampled_from(["CN", "KZ", "RU", "AZ"]), unique=True, max_size=2)
    found: dict[str, Any] = {
        "territory": draw(countries),
        "origin": draw(countries),
        "destination": draw(countries),
        "cargo": draw(st.lists(st.sampled_from(["machinery", "other"]), unique=True, max_size=1)),
        "flows": draw(st.lists(st.sampled_from(["cn-ru", "cn-az"]), unique=True, max_size=1)),
        "surcharge": "100 USD/FEU",
    }
    direction, begin, end = draw(st.sampled_from([None, "westbound", "eastbound"])), draw(DATES), draw(DATES)
    found |= {"direction": direction} if direction else {}
    found |= {"from": begin} if begin else {}
    return found | ({"until": end} if end and (begin is None or begin < end) else {})


@settings(deadline=None, max_examples=60)
@given(policies())
def test_a_policy_is_warned_of_exactly_when_a_run_shows_that_it_binds_nothing_measured(
    rule: dict[str, Any],
) -> None:
    scenario = world(policies={"p": rule}, flows__cn_0_az__measured=False)
    sampler = Sampler(scenario)
    plan = sampler.plan(0)
    table = tabulate(plan, simulate(plan), sampler.legend).policies
    bound = int(table[table["measured"]]["size_teu"].sum())
    said = [path for path in warned(scenario) if path.startswith("policies.p")]
    assert (bound == 0) == bool(said), (bound, said)


def test_the_estimate_of_consignments_is_the_mean_of_what_is_released() -> None:
    scenario = world(
        LINE, flows__f__season=["150 %"] * 6 + ["50 %"] * 6, period__length="365 d", replications=1
    )
    drawn = Sampler(scenario).plan(0).n_consignments
    assert drawn == pytest.approx(consignments(scenario, scenario.flows["f"]), rel=0.05)
    assert consignments(scenario, scenario.flows["f"]) * 4_000 < WARN_BYTES


def test_the_page_shows_a_warning_as_it_is_printed() -> None:
    page = (TESTS.parent / "docs" / "scenario-files.md").read_text(encoding="utf-8")
    block = page.partition("<!-- begin warning -->")[2].partition("<!-- end warning -->")[0]
    command, *shown = block.strip().strip("`").strip().splitlines()
    done = CliRunner().invoke(
        main, shlex.split(command.removeprefix("$ landbridge ")), catch_exceptions=False
    )
    assert done.exit_code == 0
    assert [*done.stdout.splitlines(), *done.stderr.splitlines()] == shown


def test_the_page_tells_where_warnings_come_from_and_how_they_become_findings() -> None:
    options = {name: {one.name for one in command_of(name).params} for name in COMMANDS}
    assert all("strict" in params for params in options.values())
    page = (TESTS.parent / "docs" / "scenario-files.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page.partition("## Warnings")[2].partition("## Before")[0] for name in COMMANDS)
