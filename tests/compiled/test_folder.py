"""Compiled code is run when it is read: only from a folder that nobody else can write."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.compiled.folder import VARIABLE, kept_in, own_folder

SOMEBODY = 12_345
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to somebody else")


def given_away(folder: Path) -> None:
    os.chown(folder, SOMEBODY, SOMEBODY)


def linked(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")


def for_all(folder: Path) -> None:
    folder.chmod(0o777)


def for_the_group(folder: Path) -> None:
    folder.chmod(0o775)


def a_file(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("")


FOREIGN = [pytest.param(given_away, marks=as_root), linked, for_all, for_the_group, a_file]


def test_a_folder_of_ones_own_is_made_for_oneself_alone_and_found_again(tmp_path: Path) -> None:
    made = own_folder(tmp_path / "cache", "landbridge", "numba")
    assert made == tmp_path / "cache" / "landbridge" / "numba"
    assert [path.stat().st_mode & 0o777 for path in (made.parent, made)] == [0o700, 0o700]
    assert own_folder(tmp_path / "cache", "landbridge", "numba") == made


@pytest.mark.parametrize("alter", FOREIGN)
@pytest.mark.parametrize("which", ["cache/landbridge/numba", "cache/landbridge"])
def test_a_folder_that_others_can_write_is_not_used(
    tmp_path: Path, which: str, alter: Callable[[Path], None]
) -> None:
    (tmp_path / which).mkdir(parents=True)
    alter(tmp_path / which)
    assert own_folder(tmp_path / "cache", "landbridge", "numba") is None


@pytest.mark.parametrize("alter", [pytest.param(given_away, marks=as_root), for_all, for_the_group])
def test_nor_is_one_that_others_can_put_another_in_the_place_of(
    tmp_path: Path, alter: Callable[[Path], None]
) -> None:
    (tmp_path / "shared" / "cache").mkdir(parents=True)
    alter(tmp_path / "shared")
    assert own_folder(tmp_path / "shared" / "cache", "landbridge") is None


def test_where_each_may_remove_only_what_is_theirs_a_folder_is_safe(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    assert own_folder(tmp_path / "tmp", "mine") == tmp_path / "tmp" / "mine"


def test_code_is_kept_in_the_folder_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert kept_in("compiled") == tmp_path / "mine" / "compiled"


def test_else_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert kept_in("compiled") == tmp_path / "landbridge" / "compiled"


@pytest.mark.parametrize("alter", FOREIGN)
def test_else_in_the_temporary_folder_and_nowhere_when_that_is_foreign_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alter: Callable[[Path], None]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = tmp_path / f"landbridge-{os.getuid()}" / "compiled"
    assert kept_in("compiled") == made
    alter(made)
    assert kept_in("compiled") is None
