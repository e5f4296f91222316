"""How rooms with heavy files are entered: what their faces name is loaded when it is asked for, and not before."""

import sys
from pathlib import Path

import pytest

FACE = """
from typing import TYPE_CHECKING

from sim.faces import opened

if TYPE_CHECKING:
    from {room}.heavy import Weight, lift as raise_it
else:
    __getattr__ = opened(__name__)

__all__ = ["Weight", "raise_it"]
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The name of a package with a lazy face, that no other test has."""
    name = f"room_{abs(hash(request.node.name))}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text(FACE.format(room=name))
    (tmp_path / name / "heavy.py").write_text("class Weight: ...\ndef lift(): return 'lifted'\nHIDDEN = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_a_file_of_a_room_is_loaded_when_something_of_it_is_asked_for(room: str) -> None:
    face = __import__(room)
    assert f"{room}.heavy" not in sys.modules
    assert face.Weight is sys.modules[f"{room}.heavy"].Weight
    assert face.raise_it() == "lifted"


def test_what_was_asked_for_once_is_found_without_asking(room: str) -> None:
    face = __import__(room)
    assert "Weight" not in vars(face)
    weight = face.Weight
    assert vars(face)["Weight"] is weight


def test_a_room_shows_nothing_that_its_face_does_not_name(room: str) -> None:
    face = __import__(room)
    with pytest.raises(AttributeError, match=f"module '{room}' has no attribute 'HIDDEN'"):
        _ = face.HIDDEN
    with pytest.raises(ImportError, match="cannot import name 'lift'"):
        exec(f"from {room} import lift")


def test_all_of_a_face_can_be_imported_at_once(room: str) -> None:
    found: dict[str, object] = {}
    exec(f"from {room} import *", found)
    assert {"Weight", "raise_it"} <= found.keys()
