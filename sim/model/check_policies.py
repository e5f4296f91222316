"""Cross-checks of policies."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.countries import EU, EU_MEMBERS
from sim.model.faults import Fault, Path, unknown, unknown_items
from sim.model.policies import Policy
from sim.model.rules import begins
from sim.model.scenario import Scenario


def check_policies(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of policies: names that nothing in the scenario has, and conditions that can never hold."""
    countries = {facility.country for facility in scenario.facilities.values()}
    carriers = {service.carrier for service in scenario.services.values() if service.carrier is not None}
    for name, policy in scenario.policies.items():
        path = ("policies", name)
        yield from _check_territory(path, policy, countries)
        for key in ("origin", "destination"):
            yield from unknown_items("country", (*path, key), getattr(policy, key), _with_union(countries))
        yield from unknown_items(
            "carrier's nationality", (*path, "carrier"), policy.carrier, _with_union(carriers)
        )
        yield from unknown_items("cargo", (*path, "cargo"), policy.cargo, scenario.cargo)
        yield from _check_codes(scenario, path, policy)
        yield from unknown_items("flow", (*path, "flows"), policy.flows, scenario.flows)
        yield from _check_inspection(scenario, path, policy)


def _with_union(countries: set[str]) -> set[str]:
    """The countries, and EU when one of them is a member."""
    return countries | ({EU} if countries & EU_MEMBERS else set())


def _check_territory(path: Path, policy: Policy, countries: set[str]) -> Iterator[Fault]:
    """A territory is of countries that freight crosses, and given where it is needed."""
    for i, code in enumerate(policy.territory):
        where = (*path, "territory", i)
        if code == EU:
            yield where, "EU is no territory that is crossed. Name the member states, for example [PL, DE]."
        else:
            yield from unknown("territory", where, code, countries)
    if policy.avoided is not None and not policy.territory and not policy.carrier:
        yield (
            (*path, "avoided"),
            "shippers avoid a territory or a carrier, and none is given. Write for example territory: [RU].",
        )


def _check_codes(scenario: Scenario, path: Path, policy: Policy) -> Iterator[Fault]:
    """Yield a fault for a code finer than what the cargo classes tell apart; goods that are not shipped are none."""
    for i, code in enumerate(policy.hs):
        if any(begins(code, goods) for goods in scenario.cargo.values()):
            continue
        coarser = {
            name: known
            for name, goods in scenario.cargo.items()
            for known in goods.hs
            if code.startswith(known)
        }
        if coarser:
            name, known = next(iter(coarser.items()))
            yield (
                (*path, "hs", i),
                f'"{code}" can never bind: it is finer than "{known}", the code of {", ".join(coarser)}. '
                f'Write "{known}" for all of it, or give a cargo class the finer code: cargo.{name}.hs: ["{code}"].',
            )


def _check_inspection(scenario: Scenario, path: Path, policy: Policy) -> Iterator[Fault]:
    """What is inspected is stopped where the policy says."""
    if policy.inspected is None:
        return
    at = policy.inspected.at
    yield from unknown("facility", (*path, "inspected", "at"), at, scenario.facilities)
    if policy.carrier:
        yield (
            (*path, "carrier"),
            "goods are inspected at a place, whoever carries them. Leave out carrier, or give the policy barred, "
            "delayed, surcharge or avoided instead of inspected.",
        )
    passed = {place for service in scenario.services.values() for place in service.route[1:-1]}
    if at in scenario.facilities and at not in passed:
        yield (
            (*path, "inspected", "at"),
            f"no service passes {at} between its ends, so nothing would be inspected there. "
            "Name a facility on the way, for example a border.",
        )
    if at is None and not policy.territory:
        yield (
            (*path, "inspected"),
            "it is not said where goods are inspected. Give the policy a territory, or inspected an at.",
        )
