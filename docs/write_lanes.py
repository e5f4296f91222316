"""Writes the table of lanes into the README: free flow, price, and simulated times without and with the CKU railway.

python docs/write_lanes.py --replications 10
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import click

from sim.cli.lanes import notes, table, ways_between
from sim.cli.options import HOW, REPLICATIONS, How, Which
from sim.experiment import Case, Way

SCENARIOS = Path(__file__).parent.parent / "scenarios"
PAGE = SCENARIOS.parent / "README.md"
WITHOUT, WITH = "baseline", "central-asia-by-cku"
LANES = (
    "xian:duisburg", "chongqing:lodz", "xian:tashkent", "xian:andijan", "xian:tehran", "xian:halkali", "xian:baku-alat",
    "kashgar:tashkent",
)  # fmt: skip
BEGIN, END = "<!-- begin lanes -->", "<!-- end lanes -->"


@click.command()
@REPLICATIONS
@HOW
def main(replications: int | None, how: How) -> None:
    """Run the two scenarios and write the table."""
    files = tuple(SCENARIOS / f"{name}.yaml" for name in (WITHOUT, WITH))
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page:
        raise click.UsageError(
            f"{PAGE} has no place for the table: write {BEGIN} and {END} where it is to go"
        )
    cases, found = ways_between(Which(files, replications=replications), LANES, how)
    PAGE.write_text(with_table(page, as_markdown(cases, found)), encoding="utf-8")
    click.echo(f"written: {PAGE}")


def with_table(page: str, made: str) -> str:
    """The page with another table between its marks."""
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return marked.sub(lambda _: f"{BEGIN}\n{made}{END}", page, count=1)


def as_markdown(cases: Sequence[Case], found: Sequence[Way]) -> str:
    """The table, what its columns mean, and with what it was made."""
    head, lines = table(cases, found)
    rows = [f"| {' | '.join(cells)} |" for cells in (head, *lines)]
    rows.insert(1, "|---|---|" + "---:|" * (len(head) - 2))
    runs = ", ".join(f"`{case.name}.yaml` {case.scenario.replications} times" for case in cases)
    made = f"Landbridge {version('landbridge')}, {runs}, seed {cases[0].scenario.seed}."
    # A note may begin with a mark of the table, which is none of Markdown.
    said = ["- " + re.sub(r"^[*-]", r"\\\g<0>", note) for note in (*notes(found), made)]
    return "\n".join([*rows, "", *said, ""])


if __name__ == "__main__":
    main()
