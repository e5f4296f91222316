"""Where commands write: looked at before a run, not after it."""

from __future__ import annotations

from pathlib import Path

import click


def check_stem(stem: Path | None) -> None:
    """Raise UsageError for a place of pictures without a name, as `/`; None is none."""
    if stem is not None and not stem.name:
        raise click.UsageError(
            f"--out {stem} has no name for the pictures. Write for example {stem / 'picture'}."
        )
    if stem is not None:
        _check_folder(stem.parent, "--out")


def check_page(page: Path | None) -> None:
    """Raise UsageError for a page that cannot be written: a folder, or in a folder that is not there; None is none."""
    if page is None:
        return
    if page.is_dir():
        raise click.UsageError(
            f"--write {page} is a folder. Name a file in it, for example {page / 'page.md'}."
        )
    if not page.parent.is_dir():
        raise click.UsageError(
            f"--write {page}: there is no folder {page.parent}. Make it, or name another file."
        )


def _check_folder(folder: Path, option: str) -> None:
    """Raise UsageError where a folder can not be made because a file has its name."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), None)
    if there is not None and not there.is_dir():
        raise click.UsageError(f"{option}: {there} is a file, not a folder. Name another place.")
