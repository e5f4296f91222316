"""Where commands write: looked at before a run, not after it."""

from __future__ import annotations

from pathlib import Path

import click

PICTURES = ("png", "svg", "pdf")
"""Endings of pictures that can be written."""


def picture_stem(_: click.Context, param: click.Parameter, out: Path | None) -> Path | None:
    """Refuse a STEM that ends as a file does which cannot be written: a picture "map.jpg" would be map.jpg.png."""
    ending = "" if out is None else out.suffix[1:]
    # An ending with a digit, as in "runs/v1.2", is part of a name.
    if out is not None and ending.isalpha() and ending.lower() not in PICTURES:
        shown = ", ".join(f".{one}" for one in PICTURES)
        raise click.BadParameter(
            f"'{out}' ends in .{ending}, and pictures are written as {shown}. Write {out.with_suffix('.png')}, or "
            f"{out.with_suffix('')} for a PNG and an SVG."
        )
    return out


def stem_and_formats(out: Path) -> tuple[Path, tuple[str, ...]]:
    """Name without ending, and what is written under it: what it ends in, else a PNG and an SVG."""
    ending = out.suffix[1:].lower()
    return (out.with_suffix(""), (ending,)) if ending in PICTURES else (out, ("png", "svg"))


def check_stem(stem: Path | None) -> None:
    """Raise UsageError for a place of pictures without a name, as `/`; None is none."""
    if stem is not None and not stem.name:
        raise click.UsageError(
            f"--out {stem} has no name for the pictures. Write for example {stem / 'picture'}."
        )
    if stem is not None:
        _check_folder(stem.parent, "--out")


def _check_folder(folder: Path, option: str) -> None:
    """Raise UsageError where a folder can not be made because a file has its name."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), None)
    if there is not None and not there.is_dir():
        raise click.UsageError(f"{option}: {there} is a file, not a folder. Name another place.")
