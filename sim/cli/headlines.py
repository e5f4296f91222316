"""`landbridge headlines`: what each shipped scenario is for, and what comes out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.loading import Chosen, cases_of, load_all
from sim.cli.options import HOW, REPLICATIONS, SCENARIOS, WRITE, How, Which
from sim.cli.outputs import check_page
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment import Comparison, Outcome

HEAD = """# Scenarios

What each file is for, what it assumes, and what comes out of it. `landbridge headlines --write scenarios/README.md` makes this page.

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
_COLUMNS = {"corridor.share": ("share %", 1), "transit_time.p50": ("P50", 1), "transit_time.p90": ("P90", 1)}
_CHANGED = {"corridor.share": ("change of share", 1), "transit_time.p50": ("of P50", 1), "transit_time.p90": ("of P90", 1)}  # fmt: skip


@click.command()
@SCENARIOS
@REPLICATIONS
@HOW
@WRITE
def headlines(scenarios: Path, replications: int | None, how: How, write: Path | None) -> None:
    """Run every scenario of a folder and say what each is for and what comes out: the page scenarios/README.md.

    \b
    Example:
      landbridge headlines --replications 5
    """
    from sim.experiment import run_cases

    check_page(write)
    chosen = load_folder(scenarios, replications)
    with progress_of("headlines") as progress:
        outcomes = run_cases(cases_of(chosen), workers=how.workers, cache=how.cache, progress=progress)
    text = page(chosen, {one.case.name: one for one in outcomes})
    if write is None:
        click.echo(text)
        return
    write.write_text(text, encoding="utf-8")
    click.echo(f"written: {write}")


def load_folder(folder: Path, replications: int | None = None) -> list[Chosen]:
    """Load every scenario of a folder: those that extend nothing first, then each base's own, by name."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise click.UsageError(f"there is no scenario in {folder}: name a folder of .yaml files")
    chosen = load_all(Which(tuple(files), replications=replications))
    used = {base_of(one) for one in chosen}
    return sorted(chosen, key=lambda one: (base_of(one) != "", one.label not in used, one.label))


def base_of(one: Chosen) -> str:
    """Name of the scenario that a scenario extends, "" when it extends none."""
    from sim.scenario_file import RULES

    read = [Path(file.path) for file in one.loaded.files]
    names = [path.stem for path in read if path.stem != "eurasia" and path.parent.name != RULES]
    return names[1] if len(names) > 1 else ""


def page(chosen: Sequence[Chosen], outcomes: Mapping[str, Outcome]) -> str:
    """The page, in Markdown; without outcomes its numbers are left out."""
    found = _compared(chosen, outcomes)
    sections = (_section(one, outcomes, found) for one in chosen)
    return "\n".join([HEAD, _contents(chosen), *sections, _made(chosen, outcomes)])


def without_numbers(text: str) -> str:
    """The part of a page that does not depend on a run."""
    return _NUMBERS.sub("", text)


def _contents(chosen: Sequence[Chosen]) -> str:
    lines = ["| file | extends | what |", "|---|---|---|"]
    for one in chosen:
        name, base = one.label, base_of(one)
        below = f"`{base}.yaml`" if base else "the network"
        lines.append(f"| [`{name}.yaml`](#{name}) | {below} | {as_markdown(one.scenario.title)} |")
    return "\n".join(lines) + "\n"


def _section(one: Chosen, outcomes: Mapping[str, Outcome], found: Comparison | None) -> str:
    scenario = one.scenario
    sources = "; ".join(map(_address, scenario.sources))
    lines = [f"## {one.label}\n", f"**{as_markdown(scenario.title)}.** {as_markdown(scenario.purpose)}\n"]
    lines += [f"Sources: {sources}\n"] if sources else []
    numbers = _numbers(one, outcomes, found) if found is not None and one.label in outcomes else ""
    return "\n".join([*lines, BEGIN, numbers, END, ""])


def as_markdown(text: str) -> str:
    """A user's text as Markdown that shows it as it is: on one line, nothing in it marks anything up."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))


def _address(source: str) -> str:
    """A source as a link if it is an address, else as plain text."""
    return f"<{source}>" if _LINK.fullmatch(source) else as_markdown(source)


def _compared(chosen: Sequence[Chosen], outcomes: Mapping[str, Outcome]) -> Comparison | None:
    """Every scenario beside its base, all at once: what the page calls a difference is corrected for all that it says."""
    from sim.experiment import compare_outcomes

    if not outcomes:
        return None
    bases = {one.label: base_of(one) for one in chosen if base_of(one) in outcomes and one.label in outcomes}
    return compare_outcomes(list(outcomes.values()), against=bases)


def _numbers(one: Chosen, outcomes: Mapping[str, Outcome], found: Comparison) -> str:
    from sim.stats import nothing_carried

    base, changed = base_of(one), found.differences
    rows = _by_corridor(found.rows[found.rows["scenario"] == one.label])
    mine = changed[(changed["a"] == base) & (changed["b"] == one.label)]
    changes = _by_corridor(mine) if base in outcomes else {}
    against = [name for name, _ in _CHANGED.values()] if changes else []
    head = ["corridor", *(name for name, _ in _COLUMNS.values()), *against]
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    for corridor, measures in rows.items():
        if _carried(measures) or _carried(changes.get(corridor, {})):
            lines.append(f"| {' | '.join(_cells(corridor, measures, changes.get(corridor)))} |")
    said = _in_words(outcomes[base], outcomes[one.label], found) if changes else ""
    if nothing := nothing_carried(found.rows[found.rows["scenario"] == one.label]):
        said = f"\n- {nothing[0]}\n{said}"
    return "\n".join(lines) + f"\n{said}"


def _by_corridor(table: pd.DataFrame) -> dict[str, dict[str, dict[str, Any]]]:
    """Rows of all directions, chains and cargo together, by corridor and measure."""
    pooled = table[(table[["direction", "chain", "cargo", "flow"]] == "all").all(axis=1)]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in pooled.to_dict("records"):
        found.setdefault(str(row["corridor"]), {})[str(row["measure"])] = {
            str(key): value for key, value in row.items()
        }
    return found


def _carried(measures: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a corridor carries freight, or its share changed; where nothing is carried at all there is no share."""
    share = measures.get("corridor.share")
    return share is not None and share["estimate"] != 0 and share["estimate"] == share["estimate"]


def _cells(corridor: str, measures: Mapping[str, Any], changes: Mapping[str, Any] | None) -> list[str]:
    from sim.cli.printed_tables import interval

    cells = [corridor]
    for name, (_, decimals) in _COLUMNS.items():
        cells.append(interval(measures[name], decimals) if name in measures else "-")
    for name, (_, decimals) in _CHANGED.items() if changes is not None else ():
        cells.append(_change(changes.get(name), decimals) if changes else "-")
    return cells


def _change(row: Mapping[str, Any] | None, decimals: int) -> str:
    """A difference with its sign and interval: "+2.3 (2.1 to 2.4)", "none shown (-0.2 to 0.3)", "too small (0.0 to 0.1)", "none"."""
    from sim.stats import Finding

    if row is None or row["estimate"] != row["estimate"]:
        return "-"
    if row["estimate"] == 0 and not row["high"] > row["low"]:
        return "none"
    # All freight together has a share of 100 % in any scenario, of which no sentence speaks.
    found = Finding(row["finding"]) if isinstance(row["finding"], str) else Finding.NOTHING
    if found in (Finding.NOTHING, Finding.TOO_FEW):
        return "-"
    if round(row["estimate"], decimals) == 0:
        decimals += 1
    span, size = _span(row["low"], row["high"], decimals), f"{row['estimate']:+.{decimals}f}"
    words = {Finding.NOT_SHOWN: "none shown", Finding.TOO_SMALL: "too small"}
    return f"{words.get(found, size)}{span}"


def _span(low: float, high: float, decimals: int) -> str:
    """An interval, or its end that is known."""
    known = [f"{end:.{decimals}f}" for end in (low, high) if end == end]
    if not known:
        return ", without an interval"
    return (
        f" ({' to '.join(known)})"
        if len(known) == 2
        else f" (at {'most' if low != low else 'least'} {known[0]})"
    )


def _in_words(base: Outcome, one: Outcome, found: Comparison) -> str:
    """Where the two are not alike, on all freight against the base, and what the scenario leaves undone."""
    from sim.experiment import unlike

    a, b = base.case.name, one.case.name
    overall = [said.text for said in found.said if (said.a, said.b, said.about) == (a, b, "all")]
    left = [
        said.text
        for said in found.said
        if (said.a, said.b) == (b, b) and said.about in ("refused", "under_way")
    ]
    lines = [*(f"{note}." for note in unlike(base, one)), *overall, *left]
    return "\n" + "\n".join(f"- {text}" for text in lines) + "\n"


def _made(chosen: Sequence[Chosen], outcomes: Mapping[str, Outcome]) -> str:
    """With what the numbers were made: version, replications, seed, digests."""
    from importlib.metadata import version

    from sim.scenario_file import NETWORK_NAME

    digests = (file.sha256 for one in chosen for file in one.loaded.files if file.path == NETWORK_NAME)
    network = next(digests, "none")
    lines = ["## How the numbers were made\n", BEGIN]
    if outcomes:
        lines += [
            f"Landbridge {version('landbridge')}, network `{network[:12]}`. Digests are the first twelve digits of SHA-256.\n",
            "| scenario | replications | seed | plan | log |",
            "|---|---:|---:|---|---|",
            *(
                f"| {name} | {one.replications} | {one.case.scenario.seed} | `{one.plan_digest[:12]}` | `{one.log_digest[:12]}` |"
                for name, one in outcomes.items()
            ),
        ]
    return "\n".join([*lines, END, ""])
