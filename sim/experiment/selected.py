"""Some of the freight of runs: what is asked for by flow, origin and destination, or market. The simulation is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from sim.errors import Finding, ScenarioError
from sim.experiment.cases import Outcome
from sim.model import Scenario

FILTERS = ("market", "od", "flow")
"""By what freight may be asked for, the widest first."""
Wanted = Mapping[str, Sequence[str]]
"""Names for some of FILTERS; freight that has one of the names of each."""


def breakdown_of(wanted: Wanted) -> str | None:
    """By what freight that is asked for is told apart when nobody says: by the narrowest of what it is asked for by."""
    given = [name for name in FILTERS if wanted.get(name)]
    return given[-1] if given else None


def check_wanted(scenarios: Mapping[str, Scenario], wanted: Wanted) -> None:
    """Raise ScenarioError for names that no scenario has, and where nothing is left that is measured. Scenarios by their names."""
    traits = [trait for scenario in scenarios.values() for trait in _traits(scenario)]
    files = ", ".join(scenarios)
    findings: list[Finding] = []
    for column in FILTERS:
        known = list(dict.fromkeys(trait[column] for trait in traits if trait[column]))
        findings += [
            Finding(files, 0, f"--{column}", unknown_name(column, name, known))
            for name in wanted.get(column, ())
            if name not in known
        ]
    if findings:
        raise ScenarioError(findings)
    left = [
        trait for trait in traits if all(trait[name] in wanted[name] for name in FILTERS if wanted.get(name))
    ]
    asked = " ".join(f"--{column} {name}" for column in FILTERS for name in wanted.get(column, ()))
    if not left:
        why = "no flow is all of that, so nothing is left. Leave one of them out."
        raise ScenarioError([Finding(files, 0, asked, why)])
    if not any(trait["measured"] for trait in left):
        (flow, *_) = (trait["flow"] for trait in left)
        why = f"freight of these flows is not measured, so there is nothing to tell. Set flows.{flow}.measured=true."
        raise ScenarioError([Finding(files, 0, asked, why)])


def names_in(scenario: Scenario, by: str, wanted: Wanted) -> tuple[str, ...]:
    """The names that measured flows have in a breakdown, in the order of the flows, of those that are wanted."""
    traits = [
        trait
        for trait in _traits(scenario)
        if trait["measured"] and all(trait[name] in names for name, names in wanted.items())
    ]
    return tuple(dict.fromkeys(trait[by] for trait in traits))


def several_markets(scenario: Scenario) -> bool:
    """Whether measured freight goes to more than one market."""
    return len(names_in(scenario, "market", {})) > 1


def _traits(scenario: Scenario) -> Iterator[dict[str, str]]:
    """Yield what every flow is asked for by, and whether it is measured ("" if not)."""
    from sim.results import NO_MARKET, od_of

    several = any(flow.market for flow in scenario.flows.values() if flow.measured)
    for name, flow in scenario.flows.items():
        market = flow.market or (NO_MARKET if several else "")
        yield {
            "flow": name, "origin": flow.origin, "destination": flow.destination, "od": od_of(flow.origin, flow.destination),
            "market": market, "measured": "yes" if flow.measured else "",
        }  # fmt: skip


def unknown_name(column: str, name: str, known: Sequence[str]) -> str:
    """What is said of a name that there is not, with those nearest to it."""
    near = get_close_matches(name[:80], known, 3, 0.6)
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {_some(known)}."
    kind = "ORIGIN:DESTINATION of a flow" if column == "od" else f"a {column}"
    return f'expected {kind} of these scenarios, got "{name}"; {advice}'


def _some(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"{', '.join(names[:8]) or 'none'}{more}"


def of_freight(outcome: Outcome, wanted: Wanted, by: str | None) -> Outcome:
    """The outcome of some of the freight alone, with the same runs behind it: its measures, and its ledger.

    What policies and disruptions did stays that of all freight, and measures of departures, of which other freight has a part, are
    left out.
    """
    import pandas as pd

    from sim.stats import cohort_measures

    chosen = {name: tuple(names) for name, names in wanted.items() if names}
    ledger = replace(outcome.ledger, chosen=chosen)
    values = [cohort_measures(outcome.case.name, r, ledger.open(r), by) for r in range(outcome.replications)]
    return replace(outcome, values=pd.concat(values, ignore_index=True), ledger=ledger)
