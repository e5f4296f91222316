"""Only plain files below a run folder are opened: what is a link, a pipe or a folder is refused by its name."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import RunFolderError
from sim.results import plain, write_json
from sim.results.opening import MOST_JSON_BYTES, open_plain, plain_files, read_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files in it and in a folder of it, and everything that is no plain file."""
    made = tmp_path / "run"
    (made / "tables").mkdir(parents=True)
    (made / "one.txt").write_text("one")
    (made / "tables" / "two.txt").write_text("two")
    (tmp_path / "secret.txt").write_text("not yours")
    return made


def test_a_plain_file_is_opened_by_its_name_also_in_a_folder(folder: Path) -> None:
    with open_plain(folder, "one.txt") as one, open_plain(folder, "tables/two.txt") as two:
        assert (one.read(), two.read()) == (b"one", b"two")
    assert plain(folder, "tables/two.txt") == folder / "tables" / "two.txt"


@pytest.mark.parametrize(
    "name", ["", "..", "../secret.txt", "tables/../../secret.txt", "/etc/passwd", "tables/.."]
)
def test_a_name_that_leads_out_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(RunFolderError, match="is no name of a plain file in it"):
        plain(folder, name)


def test_what_is_not_there_is_not_found(folder: Path) -> None:
    for name in ("none.txt", "none/one.txt"):
        with pytest.raises(FileNotFoundError):
            open_plain(folder, name)


@pytest.mark.parametrize("target", ["../secret.txt", "one.txt", "nowhere"])
def test_a_link_is_refused_wherever_it_leads(folder: Path, target: str) -> None:
    (folder / "link").symlink_to(target)
    with pytest.raises(RunFolderError, match="link: expected a file, found a link"):
        open_plain(folder, "link")


def test_a_link_on_the_way_is_refused_too(folder: Path) -> None:
    (folder / "way").symlink_to("tables")
    with pytest.raises(RunFolderError, match="way: expected a folder, found a link"):
        open_plain(folder, "way/two.txt")


def test_a_pipe_is_refused_before_anybody_waits_for_it(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(RunFolderError, match="pipe: expected a file, found a named pipe"):
        open_plain(folder, "pipe")


def test_a_folder_is_no_file_and_a_file_no_folder(folder: Path) -> None:
    with pytest.raises(RunFolderError, match="tables: expected a file, found a folder"):
        open_plain(folder, "tables")
    with pytest.raises(RunFolderError, match=r"one\.txt: expected a folder, found a file"):
        open_plain(folder, "one.txt/two.txt")


def test_all_files_are_listed_in_order_by_their_names(folder: Path) -> None:
    (folder / "tables" / "deep").mkdir()
    (folder / "tables" / "deep" / "three.txt").write_text("3")
    assert list(plain_files(folder)) == ["one.txt", "tables/deep/three.txt", "tables/two.txt"]


@pytest.mark.parametrize("where", [".", "tables"])
def test_nothing_is_listed_behind_a_link(folder: Path, where: str) -> None:
    (folder / where / "zz").symlink_to("/")
    with pytest.raises(RunFolderError, match="expected a file or a folder, found a link"):
        list(plain_files(folder))


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[1]", "expected an object, found list"),
        (b"3", "expected an object, found int"),
        (b"null", "expected an object, found NoneType"),
        (b"{", "cannot be read"),
        (b"", "cannot be read"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b"\xff\xfe", "cannot be read"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    ],
)
def test_what_is_no_json_object_is_refused_with_what_it_is(folder: Path, content: bytes, said: str) -> None:
    (folder / "a.json").write_bytes(content)
    with pytest.raises(RunFolderError, match=said) as error:
        read_json(folder, "a.json")
    assert str(error.value).startswith(f"{folder / 'a.json'}: ")
    assert str(error.value).endswith("Run the scenario again.")


def test_a_document_larger_than_any_run_writes_is_not_read(folder: Path) -> None:
    with (folder / "a.json").open("wb") as file:
        file.truncate(MOST_JSON_BYTES + 1)
    with pytest.raises(RunFolderError, match="is larger than 64 MiB, so no run wrote it"):
        read_json(folder, "a.json")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=4), values, max_size=4))
def test_whatever_is_written_is_read_back_and_the_same_gives_the_same_bytes(
    content: dict[str, object],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_json(folder / "a.json", content)
        write_json(folder / "b.json", dict(reversed(content.items())))
        assert read_json(folder, "a.json") == content
        assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()
