"""Run folders from somebody else are data: whatever is in them, there is a message and no traceback, no waiting, nothing lost."""

import json
import shutil
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import alterations
import pytest
from click.testing import CliRunner
from where import CASES

from sim.cli import main
from sim.errors import RunFolderError
from sim.results import read_run
from sim.results.parts import check_of
from sim.views import PLOTS

SHORT, SECONDS = 20, 60
"""In the ordinary suite every twentieth alteration is tried, on two kinds of plot; a command that takes a minute hangs."""
SETS = (
    "period={start: 2025-01-01, length: 20 d}",
    "policies={p: {territory: [KZ], cargo: [g], from: 2025-01-03, surcharge: 100 USD/FEU}}",
    "disruptions={shut: {at: {id: a-b}, from: 2025-01-10, lasts: 3 d, effect: closed}}",
)


class Hangs(BaseException):
    """Nobody catches it by mistake."""


@contextmanager
def soon() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def landbridge(*words: str | Path) -> tuple[int, str]:
    """Exit code and everything that is said; fails at a traceback, and when it takes too long."""
    with soon():
        done = CliRunner().invoke(main, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert "Traceback" not in done.output
    return done.exit_code, done.output


def run_words(out: Path) -> list[str | Path]:
    sets = [word for text in SETS for word in ("--set", text)]
    return ["run", CASES / "line.yaml", *sets, "--replications", "3", "--jobs", "1", "--out", out]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of a line that is closed for a time."""
    out = tmp_path_factory.mktemp("foreign") / "run"
    code, said = landbridge(*run_words(out))
    assert code == 0, said
    return out


@pytest.fixture(scope="module")
def unfinished(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with an unfinished run (`out.part`), of which two of three replications are done."""
    folder = tmp_path_factory.mktemp("unfinished")
    with pytest.MonkeyPatch.context() as patch:

        def stop(done: int, total: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        @contextmanager
        def stages(*_: tuple[str, str]) -> Iterator[tuple[Callable[[int, int], None], None]]:
            yield stop, None

        patch.setattr("sim.cli.into_folders.stages_of", stages)
        code, said = landbridge(*run_words(folder / "out"))
    assert code == 130 and "2 of 3 replications are kept" in said
    return folder


def try_all(folder: Path, out: Path, kinds: list[str]) -> None:
    """Have an altered folder read by every command that reads one, and from Python."""
    code, text = landbridge("verify", folder, "--jobs", "1")
    # Without the hashes a folder looks as an older version's, and that is said.
    assert code in (1, 2) or "only the digests were compared" in text, f"verify found nothing: {text}"
    assert str(folder) in text, f"the message names no file of the folder: {text}"
    for kind in kinds:
        code, text = landbridge("plot", folder, "--kind", kind, "--out", out / f"{kind}.svg")
        assert code in (0, 1, 2), text
        assert str(folder if code else out) in text, f"the message names no file of the folder: {text}"
    run = None
    try:
        run = read_run(folder)
    except RunFolderError as error:
        assert str(folder) in str(error)
    for read in ("kpis", "values", "policy_values", "policy_effects") if run else ():
        try:
            getattr(run, read)()
        except RunFolderError as error:
            assert str(folder) in str(error)


def altered(whole: Path, folder: Path, some: list[alterations.Alteration], kinds_each: int) -> list[str]:
    """Which alterations are not taken as they should be, and how."""
    failed, kinds = [], [*PLOTS]
    for number, (name, alter) in enumerate(some):
        one = folder / str(number)
        shutil.copytree(whole, one / "run")
        (one / "out").mkdir()
        alter(one / "run")
        try:
            first = number * kinds_each % len(kinds)
            try_all(one / "run", one / "out", [*kinds, *kinds][first : first + kinds_each])
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            failed.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")
        shutil.rmtree(one)
    return failed


EVERY = alterations.every()


def test_an_altered_run_folder_is_refused_in_words_or_read(whole: Path, tmp_path: Path) -> None:
    assert len(EVERY) > 350
    assert altered(whole, tmp_path, EVERY[::SHORT], 2) == []


@pytest.mark.slow
def test_every_alteration_of_a_run_folder_is_refused_in_words_or_read(whole: Path, tmp_path: Path) -> None:
    assert altered(whole, tmp_path, EVERY, len(PLOTS)) == []


# --- resumed ---------------------------------------------------------------------------------------------------------


def outside(folder: Path) -> dict[str, bytes]:
    """Somebody's files beside the unfinished run, which no command may touch."""
    precious = folder / "precious"
    (precious / "parts").mkdir(parents=True)
    for name in (".thesis", "thesis.txt", "parts/.half", "measures-000000.parquet"):
        (precious / name).write_bytes(b"ten years")
    return contents_of(precious)


def contents_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def link_to(name: str, target: str) -> Callable[[Path], None]:
    """Have something of the unfinished run be a link that leads out of it."""

    def alter(part: Path) -> None:
        path = part / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        path.symlink_to(target)

    return alter


def journal(change: Callable[[list[dict[str, object]]], object]) -> Callable[[Path], None]:
    """Change the records of a journal, with right check sums: who alters a run can make them, too."""

    def alter(part: Path) -> None:
        file = part / "journal.jsonl"
        lines = [json.loads(line.partition(b" ")[2]) for line in file.read_bytes().splitlines()]
        change(lines)
        texts = [json.dumps(line, sort_keys=True).encode() for line in lines]
        file.write_bytes(b"".join(b"%08x %s\n" % (zlib.crc32(text), text) for text in texts))

    return alter


def of_parts(change: Callable[[Path], object]) -> Callable[[Path], None]:
    """Change the part files, and their checks in the journal with them."""

    def alter(part: Path) -> None:
        for file in sorted((part / "parts").glob("*.parquet")):
            # A ledger has no column of replications: each of its files is one.
            if not file.name.startswith("ledger"):
                change(file)

        def again(lines: list[dict[str, object]]) -> None:
            for line in lines[1:]:
                line["files"] = {
                    name: check_of((part / "parts" / name).read_bytes()) for name in line["files"]
                }  # type: ignore[attr-defined]

        journal(again)(part)

    return alter


TAKEN = {
    "parts": lambda part: next(iter(sorted((part / "parts").glob("visits-*.parquet")))),
    "journal": lambda part: part / "journal.jsonl",
    "lock": lambda part: part / "lock",
}
RESUMED: dict[str, Callable[[Path], object]] = {
    **{f"{name} is a link": link_to(name, "../precious") for name in ("parts", "run", "journal.jsonl", "lock")},
    "parts lead to parts": link_to("parts", "../precious/parts"),
    "a lock elsewhere": link_to("lock", "../precious/new"),
    "the journal is a thesis": link_to("journal.jsonl", "../precious/thesis.txt"),
    "a part file is a link": link_to("parts/measures-000000.parquet", "../../precious/measures-000000.parquet"),
    "the run is there": lambda part: shutil.copytree(part / "parts", part / "run"),
    "a folder in the parts": lambda part: (part / "parts" / "more").mkdir(),
    "a part file more": lambda part: (part / "parts" / "trips-000009.parquet").write_bytes(b"x"),
    **{
        f"{what}: {how}": lambda part, find=find, alter=alter: alter(find(part))
        for what, find in TAKEN.items()
        for how, alter in alterations.AS.items()
    },
    **{f"{what}: cut": lambda part, find=find: alterations.cut(find(part), 0.7) for what, find in TAKEN.items()},
    "a path for a name": journal(lambda lines: lines[1].update(files={"../../precious/thesis.txt": [9, 1]})),
    "no files": journal(lambda lines: lines[1].update(files=None)),
    "a replication of text": journal(lambda lines: lines[1].update(replication="../x")),
    "a replication too many": journal(lambda lines: lines[1].update(replication=10**9)),
    "a negative one": journal(lambda lines: lines[1].update(replication=-1)),
    "other keys": journal(lambda lines: lines[1].update(more=1)),
    "digests of another kind": journal(lambda lines: lines[1].update(log_digest=5)),
    "a list for a record": journal(lambda lines: lines.__setitem__(1, [])),  # type: ignore[call-overload]
    "a list for the first": journal(lambda lines: lines.__setitem__(0, [])),  # type: ignore[call-overload]
    "no lines": lambda part: (part / "journal.jsonl").write_bytes(b""),
    "not parquet": of_parts(lambda file: file.write_bytes(b"no")),
    "no columns": of_parts(lambda file: alterations.rewritten(file, lambda table: table.select([]))),
    "a column less": of_parts(lambda file: alterations.rewritten(file, lambda table: table.remove_column(5))),
    "text only": of_parts(lambda file: alterations.changed_column(file, "replication", alterations.OF_TYPE["text"])),
    "of another replication": of_parts(
        lambda file: alterations.changed_column(file, "replication", alterations.OF_TYPE["a million"])
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RESUMED)
def test_an_altered_unfinished_run_goes_on_or_is_refused_and_nothing_outside_is_touched(
    unfinished: Path, whole: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(unfinished, tmp_path, dirs_exist_ok=True)
    precious = outside(tmp_path)
    RESUMED[name](tmp_path / "out.part")
    code, said = landbridge(*run_words(tmp_path / "out"), "--no-plots", "--resume")
    assert contents_of(tmp_path / "precious") == precious
    if code == 0:
        found = [read_run(folder).manifest.log_digest for folder in (tmp_path / "out", whole)]
        assert found[0] == found[1]
    else:
        assert code == 1 and str(tmp_path / "out") in said


def test_an_unfinished_run_that_is_a_link_is_left_alone(unfinished: Path, tmp_path: Path) -> None:
    shutil.copytree(unfinished / "out.part", tmp_path / "elsewhere")
    (tmp_path / "out.part").symlink_to("elsewhere")
    before = contents_of(tmp_path / "elsewhere")
    for word in ("--resume", "--force"):
        code, said = landbridge(*run_words(tmp_path / "out"), "--no-plots", word)
        assert code == 1 and "out.part: expected the folder of an unfinished run, found a link" in said
    assert contents_of(tmp_path / "elsewhere") == before
