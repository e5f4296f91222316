"""The cache: results of replications that were computed before, by everything that they depend on.

Each is a file that is whole or not there, with a check sum: several programs may use the cache at once, and what is damaged is computed
anew. To read a result is to run what is in it (it is pickled), so they are kept only in a folder that nobody else can write.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.compiled import VARIABLE, kept_in

OFF = "LANDBRIDGE_NO_CACHE"
"""Variable that says, when it is set to anything, that results are neither kept nor looked for."""
LIMIT = 2 * 10**9
"""Bytes that the cache may take when nobody says otherwise. A replication of the baseline year takes 0.3 MB."""
LIMIT_FILE = "limit"
ENDING = ".result"
ROOMS = ("compiled", "contract", "engine", "experiment", "model", "results", "sampling", "stats", "units")
"""Whose code a result depends on."""
PACKAGES = ("numpy", "pandas", "pyarrow", "scipy")
_log = logging.getLogger("sim")
_full: set[Path] = set()
"""Caches of which was said that they take no more: once is enough."""


@cache
def code_state() -> str:
    """Twelve figures that tell this state of the code, and of the packages that results are made with, from any other."""
    root = Path(__file__).parent.parent
    found = hashlib.sha256(" ".join(version(name) for name in PACKAGES).encode())
    for file in sorted(file for room in ROOMS for file in (root / room).glob("*.py")):
        found.update(b"%s\0%s" % (file.name.encode(), file.read_bytes()))
    return found.hexdigest()[:12]


def key_of(*parts: object) -> str:
    """A name for what depends on these parts: text, numbers and truths."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """A kept result: its file, what it says of itself, bytes, and when it was last used (seconds since 1970)."""

    path: Path
    about: Mapping[str, Any]
    size: int
    used: float


@dataclass(frozen=True)
class Cache:
    """A folder of results; made when the first one is kept."""

    folder: Path

    def has(self, key: str) -> bool:
        """Whether a result is there; it may be damaged."""
        return self._path(key).is_file()

    def get(self, key: str) -> Any:
        """The result that was put under a key, bit for bit; None where there is none. One that is damaged is said and taken away."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        with suppress(
            OSError
        ):  # another program took it away, or it is another user's: it was read all the same
            os.utime(path)
        head, _, body = content.partition(b"\n")
        if _checked(head).get("sha256") != hashlib.sha256(body).hexdigest():
            _log.warning("%s: is damaged, so what it held is computed again", path)
            path.unlink(missing_ok=True)
            return None
        return pickle.loads(body)

    def put(self, key: str, result: object, about: Mapping[str, object]) -> None:
        """Keep a result. A disk that is full keeps none, which is said; the study goes on."""
        body = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
        head = {**about, "code": code_state(), "sha256": hashlib.sha256(body).hexdigest()}
        path = self._path(key)
        half = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            half.write_bytes(json.dumps(head).encode() + b"\n" + body)
            half.replace(path)
        except OSError as error:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            if self.folder not in _full:
                _log.warning("%s: a result is not kept: %s", self.folder, error.strerror)
                _full.add(self.folder)

    def entries(self) -> Iterator[Entry]:
        """Yield all kept results, those used last first; another program may take some away meanwhile."""
        for used, size, path in sorted(self._files(), reverse=True):
            with suppress(FileNotFoundError), path.open("rb") as file:
                yield Entry(path, _checked(file.readline()), size, used)

    @property
    def limit(self) -> int:
        """Bytes that it may take."""
        try:
            return int((self.folder / LIMIT_FILE).read_text())
        except (FileNotFoundError, ValueError):
            return LIMIT

    def set_limit(self, limit: int) -> int:
        """Say how many bytes it may take from now on; return how many results had to go."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / LIMIT_FILE).write_text(f"{limit}\n")
        return self.trim()

    def trim(self) -> int:
        """Take away what was not used for longest until the limit is kept; return how many results went."""
        files = self._files()
        total, limit, gone = sum(size for _, size, _ in files), self.limit, 0
        for _, size, path in sorted(files):
            if total <= limit:
                break
            path.unlink(missing_ok=True)
            total, gone = total - size, gone + 1
        return gone

    def clear(self) -> int:
        """Take away every result; return how many there were."""
        gone = 0
        for path in self.folder.glob(f"??/*{ENDING}"):
            path.unlink(missing_ok=True)
            gone += 1
        return gone

    def _files(self) -> list[tuple[float, int, Path]]:
        """When each result was last used, its bytes and its file; another program may take some away meanwhile."""
        found = []
        for path in self.folder.glob(f"??/*{ENDING}"):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        return found

    def _path(self, key: str) -> Path:
        """Where a result is kept."""
        return self.folder / key[:2] / f"{key[2:]}{ENDING}"


def usual_cache() -> Cache | None:
    """The cache that the environment names, else the user's own; None when it is off, or no folder for it is the user's own.

    Raises LandbridgeError where the folder that is named cannot be made.
    """
    if os.environ.get(OFF):
        return None
    folder = kept_in("results")
    if folder is None:
        _log.warning(
            "results are not kept: there is no folder for them that only this user can write. Make one, and set %s to it",
            VARIABLE,
        )
        return None
    return Cache(folder)


def _checked(head: bytes) -> Mapping[str, Any]:
    """The first line of a result's file; empty when it is damaged."""
    try:
        found = json.loads(head)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
