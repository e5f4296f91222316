"""`landbridge cache`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from sim.cli.options import AS_JSON
from sim.cli.printed_tables import layout
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.experiment import Entry

UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_GROUPED = ("scenario", "measured", "engine", "seed")


def _bytes(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """An amount of bytes as people write it; BadParameter for what is none."""
    if text is None:
        return None
    found = re.fullmatch(rf"(\d+(?:\.\d+)?)\s*({'|'.join(UNITS)})", text.strip())
    if found is None:
        raise click.BadParameter(f'expected an amount of bytes, got "{text}". Write "500 MB" or "2 GB".')
    return round(float(found[1]) * UNITS[found[2]])


@click.command()
@click.option("--clear", is_flag=True, help="Take every result away.")
@click.option("--limit", metavar="SIZE", callback=_bytes, help='How much it may take from now on, as "2 GB".')
@AS_JSON
def cache(clear: bool, limit: int | None, as_json: bool) -> None:
    """List results that were computed before and are kept, so that no command computes a replication twice.

    They are kept by scenario, seed, replication, engine, what is measured and the state of the code. What was not used for longest
    goes first. LANDBRIDGE_CACHE names another folder; with LANDBRIDGE_NO_CACHE, or --no-cache of a command, nothing is kept.

    \b
    Example:
      landbridge cache --limit '2 GB'
    """
    from sim.experiment import usual_cache

    found = usual_cache()
    if found is None:
        raise LandbridgeError(
            "there is no cache: unset LANDBRIDGE_NO_CACHE, or name a folder by LANDBRIDGE_CACHE."
        )
    if clear:
        click.echo(f"{found.clear()} results taken away", err=True)
    if limit is not None:
        click.echo(f"{found.set_limit(limit)} results taken away to keep the limit", err=True)
    entries = list(found.entries())
    groups = _groups(entries)
    total = sum(one.size for one in entries)
    if as_json:
        document = {"folder": str(found.folder), "bytes": total, "limit": found.limit, "results": groups}
        click.echo(json.dumps(document, indent=1, ensure_ascii=False))
        return
    if groups:
        click.echo(_table(groups))
    click.echo(
        f"{found.folder}: {len(entries)} results, {_megabytes(total)} of at most {_megabytes(found.limit)}"
    )


def _groups(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """Results of one scenario, measure, engine and seed together, those used last first; of another state of the code apart."""
    from sim.experiment import code_state

    found: dict[tuple[object, ...], list[Entry]] = {}
    for one in entries:
        key = (*(one.about.get(name, "") for name in _GROUPED), one.about.get("code") == code_state())
        found.setdefault(key, []).append(one)
    return [
        {
            **dict(zip((*_GROUPED, "this_code"), key, strict=True)),
            "replications": len(mine),
            "bytes": sum(one.size for one in mine),
            "last_used": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(max(one.used for one in mine))),
        }
        for key, mine in found.items()
    ]


def _table(groups: Iterable[Mapping[str, object]]) -> str:
    """The groups, for people."""
    lines = [
        [
            *(str(one[name]) for name in _GROUPED),
            str(one["replications"]),
            _megabytes(int(str(one["bytes"]))),
            str(one["last_used"])[:10],
            "" if one["this_code"] else "of another version",
        ]
        for one in groups
    ]
    return layout([*_GROUPED, "replications", "size", "last used", ""], lines, 4)


def _megabytes(size: int) -> str:
    """Bytes in words: "0.3 MB", "2,000.0 MB"."""
    return f"{size / UNITS['MB']:,.1f} MB"
