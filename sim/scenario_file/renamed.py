"""Keys that were called otherwise once: files that use the old name are read, with a notice."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario_file.tree import Branch

RENAMED: Mapping[tuple[str, str], str] = {
    # What is promised belongs to a chain (`quoted`); what a flow needs is its own.
    ("flows", "promise"): "deadline",
}
"""(table, key of one of its entries) and how the key is called now."""


def renamed_path(path: tuple[str, ...]) -> tuple[str, ...]:
    """A dotted path with today's names."""
    if len(path) < 3 or (path[0], path[2]) not in RENAMED:
        return path
    return (*path[:2], RENAMED[path[0], path[2]], *path[3:])


def rename(tree: Branch) -> list[str]:
    """Give old keys of a document their new names, in place, where the new one is not there too.

    Returns a notice for every old name that was found, with the first place of it.
    """
    notices = []
    for (table, old), new in RENAMED.items():
        entries = tree.get(table)
        found = [
            (name, entry)
            for name, entry in (entries.items() if isinstance(entries, Branch) else ())
            if isinstance(entry, Branch) and old in entry and new not in entry
        ]
        for _, entry in found:
            mark = entry.marks[old]
            entry.put(new, entry.pop(old), mark)
            del entry.marks[old]
        if found:
            name, entry = found[0]
            mark = entry.marks[new]
            others = f" and {len(found) - 1} more" if len(found) > 1 else ""
            notices.append(
                f"{mark.file}:{mark.line}: {table}.{name}.{old}{others} is read as {new}, its name now"
            )
    return notices
