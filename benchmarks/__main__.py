"""`python -m benchmarks [--short] [--only PART] [--write FILE]`: measure, print, and put the tables into a page."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.engines import engines_table
from benchmarks.long import long_table
from benchmarks.peers import peers_table
from benchmarks.replication import replication_table
from benchmarks.scaling import memory_table, parallel_table, scaling_table
from benchmarks.start import start_table
from benchmarks.timing import Table, Target, times

Found = tuple[list[Table], list[Target]]


def _both(found: tuple[Table, list[Target]]) -> Found:
    return [found[0]], found[1]


PARTS: dict[str, Callable[[bool], Found]] = {
    "engines": lambda short: _both(engines_table(short=short)),
    "replication": lambda short: _both(replication_table(short=short)),
    "peers": lambda short: _both(peers_table(short=short)),
    "scaling": lambda short: ([scaling_table(short=short)], []),
    "parallel": lambda short: _both(parallel_table(short=short)),
    "memory": lambda short: ([memory_table(short=short)], []),
    "start": lambda short: _both(start_table(short=short)),
    "long": lambda short: _both(long_table(short=short)),
}
MEASURED = re.compile(r"(<!-- begin measured -->\n)(.*?)(<!-- end measured -->)", re.DOTALL)


def machine() -> str:
    """Class of machine, versions and date."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    packages = ", ".join(f"{package} {version(package)}" for package in ("numba", "numpy", "simpy"))
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores of {name} ({platform.system()} "
        f"{platform.machine()}), CPython {platform.python_version()}, landbridge {version('landbridge')}, {packages}."
    )


def targets_table(targets: list[Target]) -> str:
    """What was aimed at, and whether it was met."""
    table = Table("Targets", ("what", "target", "measured", "verdict"))
    for one in targets:
        aim = f"≥ {one.least:g}" if one.least is not None else f"≤ {one.most:g}"
        found = "" if one.found is None else times(one.found).removesuffix("×") + one.unit
        aim += one.unit
        table.rows.append((one.words, aim, found, one.verdict))
    return table.as_markdown()


def written(page: str, body: str) -> str:
    """The page with another body between its markers. Raises ValueError when it has none."""
    if len(MEASURED.findall(page)) != 1:
        raise ValueError("the page needs one pair of markers, begin and end measured")
    return MEASURED.sub(lambda match: f"{match[1]}{body}\n{match[3]}", page)


def main(words: list[str] | None = None) -> None:
    """Measure the parts asked for, print them as they come, and write the page when told to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="small models, a minute or two; no page")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; several times: these")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="put the tables between the page's markers"
    )
    given = parser.parse_args(words)
    if given.write and (given.short or given.only):
        parser.error("--write takes the whole benchmark: leave out --short and --only")
    if given.write:
        written(given.write.read_text(encoding="utf-8"), "")
    tables: list[Table] = []
    targets: list[Target] = []
    for part in given.only or PARTS:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        more, aims = PARTS[part](given.short)
        tables += more
        targets += aims
        print("\n\n".join(table.as_markdown() for table in more), end="\n\n", flush=True)
    head = f"{machine()}\n\n{targets_table(targets)}" if targets else machine()
    print(head)
    if given.write:
        body = "\n\n".join([head, *(table.as_markdown() for table in tables)])
        page = given.write.read_text(encoding="utf-8")
        given.write.write_text(written(page, body), encoding="utf-8")


if __name__ == "__main__":
    main()
