"""Ways in which somebody may have altered a run folder: each file, link and column of it, wrongly."""

import copy
import json
import os
import random
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Alteration = tuple[str, Callable[[Path], None]]

JSON = ("manifest.json", "network.json")
MEASURES = ("kpis.parquet", "values.parquet", "policy-values.parquet", "policies.parquet")
TABLES = tuple(f"tables/{name}.parquet" for name in ("consignments", "trips", "visits", "levels", "policies"))
OTHERS = ("scenario.yaml", "plots/map.svg")
WRONG = (
    None,
    "",
    "text",
    "../../secret",
    -1,
    0,
    1.5,
    10**30,
    1e300,
    True,
    [],
    {},
    ["a"],
    {"a": 1},
    "é" * 600,
)


def every(seed: int = 20260101) -> list[Alteration]:
    """All alterations of a finished run folder, in an order of chance, so that the first of them are of every kind."""
    found = [*in_json(), *in_tables(), *in_files(), *in_text()]
    random.Random(seed).shuffle(found)
    return found


# --- JSON --------------------------------------------------------------------------------------------------------------


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value of a document is, the inner ones too."""
    if path:
        yield path
    items = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, value in items:
        yield from leaves(value, (*path, key))


def put(content: Any, path: tuple[Any, ...], value: object, remove: bool = False) -> Any:
    changed = copy.deepcopy(content)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    if remove:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def in_json() -> Iterator[Alteration]:
    """Another value, or none, at every place of the two documents (by turns), and documents that are none."""
    for name in JSON:
        for number in range(70):

            def change(folder: Path, name: str = name, number: int = number) -> None:
                file = folder / name
                content = json.loads(file.read_text())
                places = list(leaves(content))
                # Every place comes by, and with each another value.
                place = places[(number * 7) % len(places)]
                value = WRONG[number % len(WRONG)]
                file.write_text(json.dumps(put(content, place, value, remove=number % 5 == 4)))

            yield f"{name}: value {number}", change
        for what, text in (
            ("empty", b""), ("list", b"[]"), ("text", b'"text"'), ("null", b"null"), ("not UTF-8", b'{"scenario": "\xff"}'),
            ("deep", b"[" * 100_000), ("deep object", b'{"a":' * 100_000), ("not a number", b'{"scenario": NaN}'),
            ("digits", b'{"seed": ' + b"9" * 5_000 + b"}"), ("twice", b'{"scenario": 1, "scenario": "a"}'), ("bom", b"\xef\xbb\xbf{}"),
            ("surrogate", b'{"scenario": "\\ud800"}'),
        ):  # fmt: skip
            yield f"{name}: {what}", lambda folder, name=name, text=text: (folder / name).write_bytes(text)
        for share in (0.3, 0.9, 0.99):
            yield f"{name}: cut at {share}", lambda folder, name=name, share=share: cut(folder / name, share)


def cut(file: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])


# --- tables ------------------------------------------------------------------------------------------------------------


def changed_column(file: Path, column: str, make: Callable[[int], pa.Array]) -> None:
    table = pq.read_table(file)
    position = table.column_names.index(column)
    pq.write_table(table.set_column(position, column, make(len(table))), file)


def _values(value: object, kind: pa.DataType) -> Callable[[int], pa.Array]:
    return lambda n: pa.array([value] * n, kind)


OF_TYPE: dict[str, Callable[[int], pa.Array]] = {
    "text": _values("nowhere", pa.string()),
    "empty text": _values("", pa.string()),
    "dictionary": lambda n: pa.array(["../../secret"] * n).dictionary_encode(),
    "negative": _values(-7, pa.int64()),
    "huge": _values(2**62, pa.int64()),
    "a million": _values(10**6, pa.int64()),
    "int32": _values(1, pa.int32()),
    "float": _values(0.5, pa.float64()),
    "infinity": _values(float("inf"), pa.float64()),
    "not a number": _values(float("nan"), pa.float64()),
    "huge float": _values(1e300, pa.float64()),
    "truth": _values(True, pa.bool_()),
    "gaps": _values(None, pa.int64()),
    "gaps of text": _values(None, pa.string()),
    "nothing": _values(None, pa.null()),
    "lists": _values([1, 2], pa.list_(pa.int64())),
    "time": _values(0, pa.timestamp("s")),
    "bytes": _values(b"\xff", pa.binary()),
}


def in_tables() -> Iterator[Alteration]:
    """Columns of another type and out of range, by turns; columns that are missing, twice there and too many; no rows; damage."""
    kinds = list(OF_TYPE.items())
    for f, name in enumerate((*TABLES, *MEASURES)):
        for number in range(14):

            def change(folder: Path, name: str = name, number: int = number, f: int = f) -> None:
                columns = pq.read_schema(folder / name).names
                _, make = kinds[(number * 5 + f) % len(kinds)]
                changed_column(folder / name, columns[(number * 3 + f) % len(columns)], make)

            yield f"{name}: column {number}", change
        yield (
            f"{name}: no columns",
            lambda folder, name=name: rewritten(folder / name, lambda table: table.select([])),
        )
        yield (
            f"{name}: no rows",
            lambda folder, name=name: rewritten(folder / name, lambda table: table.slice(0, 0)),
        )
        yield (
            f"{name}: a column less",
            lambda folder, name=name: rewritten(folder / name, lambda table: table.remove_column(len(table.column_names) // 2)),
        )  # fmt: skip
        yield (
            f"{name}: a column more",
            lambda folder, name=name: rewritten(folder / name, lambda table: table.append_column("more", table.column(0))),
        )  # fmt: skip
        yield (
            f"{name}: a column twice",
            lambda folder, name=name: rewritten(folder / name, lambda table: table.append_column(table.column_names[1], table.column(1))),
        )  # fmt: skip
        yield f"{name}: cut", lambda folder, name=name: cut(folder / name, 0.6)
        yield f"{name}: end cut", lambda folder, name=name: cut(folder / name, 0.99)
        yield f"{name}: a flipped byte", lambda folder, name=name: flip(folder / name)
        yield (
            f"{name}: other content",
            lambda folder, name=name: (folder / name).write_bytes(b"PAR1 not really PAR1"),
        )


def rewritten(file: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(file)), file)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 0xFF
    file.write_bytes(bytes(content))


# --- files and folders -------------------------------------------------------------------------------------------------


def in_files() -> Iterator[Alteration]:
    """Each file as something else than a file, and folders as something else than folders."""
    for name in (*JSON, *MEASURES, *TABLES, *OTHERS):
        for what, change in AS.items():
            yield f"{name}: {what}", lambda folder, name=name, change=change: change(folder / name)
    for name in ("tables", "plots"):
        yield f"{name}: a link", lambda folder, name=name: linked_folder(folder / name)
        yield f"{name}: a file", lambda folder, name=name: file_for_folder(folder / name)
        yield f"{name}: gone", lambda folder, name=name: shutil.rmtree(folder / name)
    yield "a link more", lambda folder: (folder / "more").symlink_to("/etc")
    yield "a loop", lambda folder: (folder / "tables" / "loop").symlink_to(folder)


def piped(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def linked(file: Path) -> None:
    outside = file.parent / f"outside of {file.name}"
    file.rename(outside)
    file.symlink_to(outside)


def endless(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def dangling(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def foldered(file: Path) -> None:
    file.unlink()
    file.mkdir()


def socketed(file: Path) -> None:
    file.unlink()
    here = Path.cwd()
    os.chdir(file.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(file.name)
    finally:
        os.chdir(here)


AS: dict[str, Callable[[Path], None]] = {
    "a pipe": piped,
    "a link": linked,
    "a link to a device": endless,
    "a link to nowhere": dangling,
    "a folder": foldered,
    "a socket": socketed,
    "gone": Path.unlink,
}


def linked_folder(folder: Path) -> None:
    outside = folder.parent.parent / f"outside-{folder.name}"
    folder.rename(outside)
    folder.symlink_to(outside)


def file_for_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file")


# --- text --------------------------------------------------------------------------------------------------------------


def in_text() -> Iterator[Alteration]:
    """A scenario that is none, or that reads what is outside."""
    for what, text in (
        ("empty", b""), ("not UTF-8", b"title: \xff"), ("deep", b"[" * 5_000), ("extends", b"schema: 1\nextends: ../../../etc/passwd\n"),
        ("a list", b"- 1"), ("no scenario", b"title: 1\n"), ("a device", b"schema: 1\nextends: /dev/zero\n"),
        ("itself", b"schema: 1\nextends: scenario.yaml\n"), ("binary", bytes(range(256))),
    ):  # fmt: skip
        yield f"scenario.yaml: {what}", lambda folder, text=text: (folder / "scenario.yaml").write_bytes(text)
