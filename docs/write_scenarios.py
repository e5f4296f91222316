"""Writes the page scenarios/README.md: what each shipped scenario is for, what it assumes, and what comes out of it.

python docs/write_scenarios.py --replications 10
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import click

from sim.cli.headlines import base_of, cells, headings, run_folder_of
from sim.cli.loading import Chosen
from sim.cli.options import HOW, REPLICATIONS, How
from sim.experiment import Headline
from sim.scenario_file import NETWORK_NAME

HEAD = """# Scenarios

What each file is for, what it assumes, and what comes out of it. `make headlines` makes this page.

Times are days from terminal to terminal: half of the freight arrives within P50, nine tenths within P90. In brackets is the 95 %
interval over the replications. The change is against the file that a scenario extends, on the same random numbers and over the same
consignments (of a corridor: times of those that go by it in both), so that none comes from another mix. All changes of this page are tested
together (Holm): one that is not shown by that is said to be none shown, and one below 0.25 days or 0.5 percentage points too small.
Shares are of all freight that was not refused. A ">=" marks a lower bound: freight
was still under way at the end. Freight is what is released in the measured period of a scenario (see its `period`).
"""
BEGIN, END = "<!-- begin numbers -->", "<!-- end numbers -->"
_NUMBERS = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
_MARKS = re.compile(r"[\\`*_\[\]<>|$~]|&(?=[#\w]+;)|^(?:[#+-]|\d+[.)])(?= )")
"""What Markdown, with HTML in it and formulas, reads as more than a letter."""
_LINK = re.compile(r"https?://[^\s<>]+")


SCENARIOS = Path(__file__).parent.parent / "scenarios"
PAGE = SCENARIOS / "README.md"


@click.command()
@REPLICATIONS
@HOW
def main(replications: int | None, how: How) -> None:
    """Run every shipped scenario and write the page."""
    chosen, found = run_folder_of(SCENARIOS, replications, how)
    PAGE.write_text(page(list(chosen.values()), found), encoding="utf-8")
    click.echo(f"written: {PAGE}")


def page(chosen: Sequence[Chosen], found: Sequence[Headline]) -> str:
    """The page, in Markdown; without headlines its numbers are left out."""
    by_name = {one.outcome.case.name: one for one in found}
    sections = (_section(one, by_name.get(one.label)) for one in chosen)
    return "\n".join([HEAD, _contents(chosen), *sections, _made(chosen, found)])


def without_numbers(text: str) -> str:
    """The part of a page that does not depend on a run."""
    return _NUMBERS.sub("", text)


def _contents(chosen: Sequence[Chosen]) -> str:
    """What there is, with links."""
    lines = ["| file | extends | what |", "|---|---|---|"]
    for one in chosen:
        name, base = one.label, base_of(one)
        below = f"`{base}.yaml`" if base else "the network"
        lines.append(f"| [`{name}.yaml`](#{name}) | {below} | {as_markdown(one.scenario.title)} |")
    return "\n".join(lines) + "\n"


def _section(one: Chosen, found: Headline | None) -> str:
    """What a scenario is for, and what comes out of it."""
    scenario = one.scenario
    sources = "; ".join(map(_address, scenario.sources))
    lines = [f"## {one.label}\n", f"**{as_markdown(scenario.title)}.** {as_markdown(scenario.purpose)}\n"]
    lines += [f"Sources: {sources}\n"] if sources else []
    return "\n".join([*lines, BEGIN, _numbers(found) if found is not None else "", END, ""])


def as_markdown(text: str) -> str:
    """A user's text as Markdown that shows it as it is: on one line, nothing in it marks anything up."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))


def _address(source: str) -> str:
    """A source as a link if it is an address, else as plain text."""
    return f"<{source}>" if _LINK.fullmatch(source) else as_markdown(source)


def _numbers(found: Headline) -> str:
    """Its numbers as a table, and what is said of it."""
    head = headings(found)
    lines = [
        _row(head),
        "|---|" + "---:|" * (len(head) - 1),
        *(_row(cells(line)) for line in found.corridors),
    ]
    said = "".join(f"- {text}\n" for text in found.said)
    return "\n".join(lines) + (f"\n\n{said}" if said else "\n")


def _row(texts: Iterable[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(texts)} |"


def _made(chosen: Sequence[Chosen], found: Sequence[Headline]) -> str:
    """With what the numbers were made: version, replications, seed, digests."""
    digests = (file.sha256 for one in chosen for file in one.loaded.files if file.path == NETWORK_NAME)
    network = next(digests, "none")
    lines = ["## How the numbers were made\n", BEGIN]
    if found:
        lines += [
            f"Landbridge {version('landbridge')}, network `{network[:12]}`. Digests are the first twelve digits of SHA-256.\n",
            "| scenario | replications | seed | plan | log |",
            "|---|---:|---:|---|---|",
            *(
                f"| {one.case.name} | {one.replications} | {one.case.scenario.seed} | `{one.plan_digest[:12]}` | `{one.log_digest[:12]}` |"
                for one in (headline.outcome for headline in found)
            ),
        ]
    return "\n".join([*lines, END, ""])


if __name__ == "__main__":
    main()
