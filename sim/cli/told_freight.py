"""What `run` and `compare` tell of some freight: of what is asked for, and of flows of the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sim.cli.printed_tables import overview, side_by_side

if TYPE_CHECKING:
    from sim.cli.loading import Chosen
    from sim.cli.options import Freight
    from sim.experiment import Outcome
    from sim.stats import Matters


def breakdown(chosen: Sequence[Chosen], freight: Freight, by: str | None) -> str | None:
    """By what the freight asked for is broken down.

    Raises ScenarioError, before anything is run, where freight is asked for that there is not.
    """
    from sim.experiment import breakdown_of, check_wanted

    check_wanted({one.label: one.scenario for one in chosen}, freight.wanted)
    return by if by is not None else breakdown_of(freight.wanted)


def asked_for(outcomes: Sequence[Outcome], freight: Freight, by: str | None) -> list[Outcome]:
    """The outcomes of the freight that is asked for; as they are when that is all of it."""
    from sim.experiment import of_freight

    if not freight.wanted:
        return list(outcomes)
    click.echo(f"only {freight.told}: tables and sentences are of that freight", err=True)
    return [of_freight(outcome, freight.wanted, by) for outcome in outcomes]


def echo_own_flows(
    chosen: Sequence[Chosen], outcomes: Sequence[Outcome], freight: Freight, matters: Matters | None = None
) -> None:
    """Tell each flow of the user's own by itself, unless freight is asked for by name: a short table, and what comes out in words."""
    from sim.experiment import compare_outcomes, of_freight, words_of
    from sim.stats import alone_sentences

    flows = dict.fromkeys(name for one in chosen for name in one.loaded.own_flows)
    words = words_of(outcome.case.scenario for outcome in outcomes)
    for flow in flows if not freight.wanted else ():
        some = [of_freight(one, {"flow": (flow,)}, "flow") for one in outcomes]
        found = compare_outcomes(some, "flow", matters, of_places=True)
        click.echo(f"\n{words.name('flow', flow)}")
        click.echo((side_by_side if len(outcomes) > 1 else overview)(found.rows, "flow"))
        for sentence in (*alone_sentences(found.rows, words), *found.verdicts):
            click.echo(f"- {sentence}")
