"""A run folder in the making: what finished replications left, so that an interrupted run goes on where it was."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
import stat
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import RunFolderError
from sim.results.opening import plain_files, refuse
from sim.results.parts import Check, check_of, put_whole, sync_folder
from sim.results.run_folder import MANIFEST

JOURNAL, LOCK = "journal.jsonl", "lock"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
"""Of a part file."""
FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Record:
    """A replication that is done: its digests, and its part files with their checks."""

    replication: int
    plan_digest: str
    log_digest: str
    files: Mapping[str, Check]


@dataclass
class UnfinishedRun:
    """The folder `DIR.part` beside the run folder DIR that it will be; `done` by replication.

    `parts` holds part files, `result` becomes the run folder.
    """

    out: Path
    folder: Path
    identity: Mapping[str, object]
    replications: int
    done: dict[int, Record] = field(default_factory=dict)

    @property
    def parts(self) -> Path:
        """Where part files go."""
        return self.folder / "parts"

    @property
    def result(self) -> Path:
        """What becomes the run folder."""
        return self.folder / "run"

    def record(self, record: Record) -> None:
        """Note that a replication is done; its part files must be on the disk."""
        with (self.folder / JOURNAL).open("ab") as journal:
            journal.write(_line(vars(record)))
            journal.flush()
            os.fsync(journal.fileno())
        self.done[record.replication] = record


def part_of(out: Path) -> Path:
    """Where the unfinished run of a run folder is. Raises RunFolderError where there can be none: at a root, in a loop of links."""
    try:
        out = out.resolve()
    except (OSError, RuntimeError) as error:
        raise RunFolderError(f"{out}: leads in a loop of links. Name another folder.") from error
    if not out.name:
        raise RunFolderError(f"{out}: a run folder needs a name of its own. Write for example {out / 'run'}.")
    return out.with_name(f"{out.name}.part")


@contextmanager
def unfinished_run(
    out: Path,
    identity: Mapping[str, object],
    replications: int,
    *,
    force: bool = False,
    resume: bool = False,
) -> Iterator[UnfinishedRun]:
    """Begin a run, or go on with one; its `result` becomes `out` when the block ends well.

    When not, the unfinished run stays with what is done, and a note of the exception says how to go on; where no
    replication is done, nothing stays. `identity` is what must be the same for a run to go on. Raises RunFolderError when
    `out` is in the way and not a run folder to replace by `force`; when an unfinished run is there and neither `resume` nor
    `force` is given, or it is another one; and when another process is writing the same `out`.
    """
    part = part_of(out)
    out = out.resolve()
    try:
        _refuse(out, force)
        made = _make_parents(out.parent)
    except OSError as error:
        raise RunFolderError(
            f"{out}: cannot write a run folder here: {error.strerror or error}. Use another --out."
        ) from error
    try:
        lock = _lock(out, part)
    except BaseException:
        _remove_parents(made)
        raise
    try:
        run = UnfinishedRun(out, part, identity, replications)
        _begin_or_leave(run, force, resume, made)
        try:
            yield run
            _refuse(out, force)
            _put(run.result, out)
        except BaseException as error:
            if run.done:
                _say(error, run)
            else:
                _remove(part, made)
            if isinstance(error, OSError) and error.errno in FULL:
                raise _full(error, out) from error
            raise
        _remove(part, ())
    finally:
        os.close(lock)


def remove_leftover(out: Path) -> None:
    """Take away the unfinished run of a run folder that is there: a run may be killed just after the folder got its name.

    Raises RunFolderError when another process is at it.
    """
    part = part_of(out)
    if os.path.lexists(part):
        lock = _lock(out, part)
        _remove(part, ())
        os.close(lock)


def _begin_or_leave(run: UnfinishedRun, force: bool, resume: bool, made: Sequence[Path]) -> None:
    """Begin, or leave things as they were: an interruption may come at any moment, a refusal touches nothing."""
    fresh = not os.path.lexists(run.folder / JOURNAL)
    try:
        _begin(run, force, resume)
    except RunFolderError:
        raise
    except BaseException:
        if fresh:
            _remove(run.folder, made)
        raise


def _begin(run: UnfinishedRun, force: bool, resume: bool) -> None:
    """Take over what is done, or make an empty unfinished run."""
    for _ in plain_files(
        run.folder
    ):  # a link may lead out of the folder: nothing is read or taken away behind one
        pass
    journal = run.folder / JOURNAL
    if journal.exists() and resume:
        found, run.done = _read(journal)
        _same(run, found)
        run.done = {
            r: record
            for r, record in run.done.items()
            if r in range(run.replications) and _whole(run, record)
        }
        known = {name for record in run.done.values() for name in record.files}
        for path in run.parts.iterdir() if run.parts.is_dir() else ():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in known:  # half-written, or of a replication that counts as not done
                path.unlink()
    elif journal.exists() and not force:
        raise RunFolderError(
            f"{run.folder}: an unfinished run is there, with {len(_read(journal)[1])} replications done. "
            "Add --resume to go on with it, or --force to begin again."
        )
    elif journal.exists():
        journal.unlink()
    shutil.rmtree(run.result, ignore_errors=True)
    if not journal.exists():
        shutil.rmtree(run.parts, ignore_errors=True)
    run.parts.mkdir(exist_ok=True)
    # Written anew: a half-written record must not stand before the next one.
    put_whole(journal, _line(run.identity) + b"".join(_line(vars(one)) for one in run.done.values()))
    sync_folder(run.folder)


def _line(content: Mapping[str, object]) -> bytes:
    """A line of the journal, with a check sum before it."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _content(line: bytes) -> dict[str, Any] | None:
    """What a line of the journal holds; None when it is damaged or only half there."""
    check, _, text = line.partition(b" ")
    if not text.endswith(b"\n") or check != b"%08x" % zlib.crc32(text[:-1]):
        return None
    try:
        found: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _read(journal: Path) -> tuple[dict[str, Any], dict[int, Record]]:
    """Identity and records of a journal, without damaged records. Raises RunFolderError when its first line is damaged."""
    with journal.open("rb") as lines:
        first, *others = [_content(line) for line in lines] or [None]
    if first is None:
        raise RunFolderError(f"{journal}: its first line is damaged. Use --force to begin again.")
    records = [record for record in map(_record, others) if record is not None]
    return first, {record.replication: record for record in records}


def _record(found: Mapping[str, Any] | None) -> Record | None:
    """A record as `UnfinishedRun.record` writes it; None for anything else, whose replication is run again.

    Part files are named without a folder: a name with one may lead out of the unfinished run.
    """
    if found is None or set(found) != {"replication", "plan_digest", "log_digest", "files"}:
        return None
    replication, files = found["replication"], found["files"]
    digests = all(isinstance(found[key], str) for key in ("plan_digest", "log_digest"))
    if type(replication) is not int or not digests or not isinstance(files, dict):
        return None
    if not all(
        NAME.fullmatch(name) and isinstance(check, list) and len(check) == 2 for name, check in files.items()
    ):
        return None
    checks = {name: (check[0], check[1]) for name, check in files.items()}
    return Record(replication, found["plan_digest"], found["log_digest"], checks)


def _same(run: UnfinishedRun, found: Mapping[str, Any]) -> None:
    """Raise RunFolderError when the unfinished run is another one than that asked for."""
    differing = [
        f"  {name}: {found.get(name)} there, {now} here"
        for name, now in run.identity.items()
        if found.get(name) != now
    ]
    if differing:
        raise RunFolderError(
            f"{run.folder}: is of another run, so it cannot be resumed:\n"
            + "\n".join(differing)
            + "\nAsk for the same, or use --force to begin again, or another --out."
        )


def _whole(run: UnfinishedRun, record: Record) -> bool:
    """Whether the part files of a record are there and as they were."""
    files = [(run.parts / name, check) for name, check in record.files.items()]
    return all(path.is_file() and check_of(path.read_bytes()) == check for path, check in files)


_TRIES = 100
"""How often a run may end and take its folder away just as this one wants it."""


def _lock(out: Path, part: Path) -> int:
    """Lock an unfinished run, which is made when it is not there; the lock goes with the process. Give its handle."""
    for _ in range(_TRIES):
        try:
            with suppress(FileExistsError):
                part.mkdir()
            if not stat.S_ISDIR(mode := part.lstat().st_mode):
                refuse(part, mode, "the folder of an unfinished run")
            lock = part / LOCK
            if not os.path.lexists(lock):
                if any(part.iterdir()):
                    raise RunFolderError(
                        f"{part}: is in the way, and is no unfinished run. Use another --out."
                    )
            elif not stat.S_ISREG(mode := lock.lstat().st_mode):
                refuse(lock, mode)
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            # Another run ended just now and took its folder away.
            continue
        except OSError as error:
            raise RunFolderError(
                f"{out}: cannot write a run folder here: {error.strerror or error}. Use another --out."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if (part / LOCK).stat().st_ino == os.fstat(handle).st_ino:
                return handle
        except BlockingIOError:
            os.close(handle)
            raise RunFolderError(f"{out}: another run is writing it. Wait, or use another --out.") from None
        except FileNotFoundError:
            pass
        os.close(handle)
    # Some file systems, as /proc, say so of every folder that is to be made.
    raise RunFolderError(f"{out}: no folder can be made here. Use another --out.")


def _say(error: BaseException, run: UnfinishedRun) -> None:
    """Say with an error how much is kept, and how it goes on."""
    error.add_note(
        f"{len(run.done)} of {run.replications} replications are kept in {run.folder}. "
        "The same command with --resume goes on."
    )


def _full(error: OSError, out: Path) -> RunFolderError:
    """What to tell when nothing more can be written."""
    full = RunFolderError(f"{out}: {error.strerror}. Free some space.")
    for note in getattr(error, "__notes__", ()):
        full.add_note(note)
    return full


def _refuse(out: Path, force: bool) -> None:
    """Raise RunFolderError when `out` must not be written or replaced."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not out.is_dir():
        raise RunFolderError(f"{out}: a file is in the way. Use another --out.")
    if not force:
        raise RunFolderError(f"{out}: exists already. Use another --out, or --force to replace it.")
    if not (out / MANIFEST).is_file():
        raise RunFolderError(
            f"{out}: is not a run folder (it has no {MANIFEST}), so --force does not replace it. Use another --out."
        )


def _put(work: Path, out: Path) -> None:
    """Give the finished folder its name; an old one of that name goes only when the new one is in place."""
    old = out.with_name(f".{out.name}.old")
    if out.exists():
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
    try:
        work.rename(out)
    except BaseException:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
    sync_folder(out.parent)


def _remove(part: Path, made: Sequence[Path]) -> None:
    """Take an unfinished run away; its lock goes last, so that no other run begins in what is left."""
    for path in part.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != LOCK:
            path.unlink(missing_ok=True)
    (part / LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        part.rmdir()
    _remove_parents(made)


def _make_parents(folder: Path) -> list[Path]:
    """Make a folder with its parents; return those made, innermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_parents(made: Sequence[Path]) -> None:
    """Remove the folders that were made, as far as they are empty."""
    for folder in made:
        with suppress(OSError):
            folder.rmdir()
