"""Files as texts of bearable size, and what to say where there is none: a file may come from anywhere."""

from __future__ import annotations

import os
import re
import stat
from difflib import get_close_matches
from pathlib import Path

from sim.errors import Finding

SIZE_MAX = 2_000_000
"""Bytes of a scenario file."""
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_file(file: Path, shown: str) -> tuple[bytes, str, list[Finding]]:
    """Return a file's bytes and text, or the reason why it is not a text of bearable size."""

    def refuse(line: int, message: str) -> tuple[bytes, str, list[Finding]]:
        """Nothing was read, for this reason."""
        return b"", "", [Finding(shown, line, "", message)]

    try:
        if not file.is_file():
            return refuse(0, _why_no_file(file))
        if file.stat().st_size > SIZE_MAX:
            return refuse(
                0, f"larger than {SIZE_MAX // 1_000_000} MB, which no scenario needs. Is it another file?"
            )
        content = file.read_bytes()[: SIZE_MAX + 1]
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return refuse(0, f"cannot be read: {why}. Name a file that you may read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return refuse(line, "not a text in UTF-8. Save the scenario as UTF-8.")
    control = _CONTROL.search(text)
    if control is not None:
        line = text[: control.start()].count("\n") + 1
        return refuse(line, f"not a text: it holds the control character {control.group()!r}. Remove it.")
    return content, text, []


def is_inside(target: Path, folder: Path) -> bool:
    """Say whether a path lies in a folder, or below, once links are followed."""
    try:
        return target.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _why_no_file(file: Path) -> str:
    """Say that there is no file, and which one may be meant."""
    if file.is_dir():
        some = sorted(file.glob("[!.]*.yaml"))
        named = (
            f"Name the files in it: {some[0].as_posix()}."
            if some
            else "There is no .yaml file in it: name another one."
        )
        return f"a folder, not a scenario file. {named}"
    if os.path.lexists(file):
        return f"{_kind(file)}, not a scenario file. Name a text file that ends in .yaml."
    there = [other.name for other in file.parent.glob("[!.]*.yaml")] if file.parent.is_dir() else []
    near = get_close_matches(file.name[:80], there, 1, 0.7)
    near = [f"{file.name}.yaml"] if f"{file.name}.yaml" in there else near
    if near:
        return f"no such file; did you mean {file.with_name(near[0]).as_posix()}?"
    return f"no such file. {what_is_there(file)}"


def what_is_there(file: Path) -> str:
    """Say which scenario files there are where one was looked for, and what to do if there is none."""
    there = sorted(file.parent.glob("[!.]*.yaml")) if file.parent.is_dir() else []
    if not there:
        return "Correct the path, or write the shipped scenarios into a folder: landbridge init FOLDER."
    more = f" and {len(there) - 5} more" if len(there) > 5 else ""
    return f"Name one that is there: {', '.join(one.as_posix() for one in there[:5])}{more}."


def _kind(file: Path) -> str:
    """Say what there is that is neither a file nor a folder."""
    try:
        mode = file.stat().st_mode
    except (OSError, RuntimeError):
        return "a link that leads nowhere, or in a loop"
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
