"""`landbridge network`: what a network has, a chain step by step, and GeoJSON for maps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.completing import ids_of
from sim.cli.printed_tables import layout, number
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.model import Facility, Leg, Operation, Scenario


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--chain", metavar="ID", shell_complete=ids_of("chains"), help="One chain step by step.")
@click.option("--geojson", "as_geojson", is_flag=True, help="A GeoJSON FeatureCollection, for maps.")
def network(file: Path | None, chain: str | None, as_geojson: bool) -> None:
    """List facilities, legs, services and chains of the built-in network, or of a scenario FILE.

    \b
    Example:
      landbridge network scenarios/cku-open.yaml --chain north-dostyk-xian-lodz
    """
    from sim.scenario_file import load_scenario, network_scenario

    if file is not None and not file.exists() and str(file) in network_scenario().chains:
        raise click.UsageError(f"'{file}' is a chain, not a file. Write: landbridge network --chain {file}")
    scenario = network_scenario() if file is None else load_scenario(file).scenario
    if chain is not None and chain not in scenario.chains:
        raise LandbridgeError(_unknown_chain(chain, list(scenario.chains)))
    if as_geojson:
        from sim.preview import geojson

        click.echo(_one_feature_a_line(geojson(scenario, chain)))
    elif chain is not None:
        click.echo(chain_table(scenario, chain))
    else:
        click.echo("\n\n".join(listing(scenario)))


def _unknown_chain(chain: str, names: list[str]) -> str:
    """That there is no such chain, with the nearest one."""
    near = get_close_matches(chain[:80], names, 1, 0.5)
    advice = (
        f"; did you mean '{near[0]}'?" if near else f". {len(names)} chains: landbridge network lists them."
    )
    return f"unknown chain '{chain}'{advice}"


# --- the whole network ------------------------------------------------------------------------------------------------


def listing(scenario: Scenario) -> Iterator[str]:
    """Yield tables of facilities, legs and services, and chains by corridor."""
    facilities = [
        [name, place.name, place.country, place.kind, _work(place)]
        for name, place in scenario.facilities.items()
    ]
    yield _titled("facilities", ["facility", "name", "country", "kind", "work"], facilities, 5)
    legs = [
        [name, *leg.between, _track(leg), number(leg.length.value / 1000, 0), _gate(leg)]
        for name, leg in scenario.legs.items()
    ]
    yield _titled("legs", ["leg", "from", "to", "track", "km", "trains/day"], legs, 4)
    services = [
        [
            name, _track(service), service.dispatch.when, service.fleet or "-", _dated(service.opening, service.closing),
            str(service.capacity.value), str(len(service.route) - 1),
        ]
        for name, service in scenario.services.items()
    ]  # fmt: skip
    yield _titled("services", ["service", "track", "leaves", "fleet", "dated", "TEU", "legs"], services, 5)
    for corridor, about in scenario.corridors.items():
        chains = [
            [name, " + ".join(chain.services)]
            for name, chain in scenario.chains.items()
            if chain.corridor == corridor
        ]
        yield _titled(f"corridor {corridor} ({about.title}): chains", ["chain", "services"], chains, 2)


def _titled(title: str, head: list[str], lines: list[list[str]], texts: int) -> str:
    """A table with its number of rows and title above it."""
    return f"{len(lines)} {title}\n{layout(head, lines, texts)}"


def _work(place: Facility) -> str:
    """The operations of a facility with what they can do: "border 16 trains/day, gauge change 4 servers"."""
    return ", ".join(
        " ".join([kind.replace("_", " "), *_ability(operation)])
        for kind, operation in place.operations.items()
    )


def _ability(operation: Operation) -> Iterator[str]:
    """Yield what an operation can do."""
    if operation.capacity is not None:
        yield f"{_gate(operation)} trains/day"
    if operation.servers is not None:
        yield f"{operation.servers.value} servers"
    if operation.hours is not None:
        yield f"({operation.hours.text})"


def _gate(gate: Leg | Operation) -> str:
    """Trains a day in each direction, what of them is accepted on average, and how many are others': "29 (85% accepted, 11.4 others)"."""
    from sim.model import average

    if gate.capacity is None:
        return "-"
    accepted = [f"{100 * average(gate.accepted.value):.0f}% accepted"] if gate.accepted else []
    others = [f"{gate.background.value:g} others"] if gate.background else []
    more = f" ({', '.join([*accepted, *others])})" if accepted or others else ""
    return f"{gate.capacity.value:g}{more}"


def _track(thing: Any) -> str:
    """Mode and gauge."""
    return f"{thing.mode} {thing.gauge}" if thing.gauge else str(thing.mode)


def _dated(opening: str | None, closing: str | None) -> str:
    """From when until when a service runs."""
    return (
        " ".join([*([f"from {opening}"] if opening else []), *([f"until {closing}"] if closing else [])])
        or "-"
    )


# --- one chain --------------------------------------------------------------------------------------------------------


def chain_table(scenario: Scenario, chain: str) -> str:
    """A chain step by step: km and time of each step in free flow, and so far."""
    from sim.preview import steps_of
    from sim.units import DAY_S, HOUR_S

    head = ["service", "step", "at", "km", "hours", "km so far", "days so far", "USD/FEU so far"]
    lines, service = [], ""
    for step in steps_of(scenario, chain):
        part = step.part
        lines.append(
            [
                part.service if part.service != service else "", part.work.replace("_", " "), part.place,
                number(part.length_m / 1000, 0) if part.leg else "-", number(part.time_s / HOUR_S, 1),
                number(step.length_m / 1000, 0), number(step.time_s / DAY_S, 2), number(step.price_usd_per_feu, 0),
            ]
        )  # fmt: skip
        service = part.service
    corridor = scenario.chains[chain].corridor
    return f"{chain} ({corridor}), free flow: no waiting\n{layout(head, lines, 3)}"


def _one_feature_a_line(collection: dict[str, Any]) -> str:
    """GeoJSON that can be read, and compared line by line."""
    features = (json.dumps(one, ensure_ascii=False, allow_nan=False) for one in collection["features"])
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}"
