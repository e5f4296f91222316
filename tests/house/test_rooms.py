"""The rooms of the package and the arrows between them (README, "How it is built")."""

import ast
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent
ARROWS = {
    "errors": set(),
    "units": {"errors"},
    "compiled": {"errors"},
    "contract": {"errors"},
    "audit": {"contract", "errors"},
    "model": {"units", "errors"},
    "scenario_file": {"model", "units", "errors"},
    "sampling": {"model", "contract", "compiled", "units", "errors"},
    "engine": {"contract", "compiled", "errors"},
    "results": {"contract", "compiled", "units", "errors"},
    "stats": {"results", "units", "errors"},
    "preview": {"model", "units", "errors"},
    "experiment": {"model", "sampling", "engine", "results", "stats", "audit", "units", "errors"},
    "views": {"results", "stats", "units", "errors"},
    "cli": {
        "scenario_file",
        "model",
        "preview",
        "experiment",
        "results",
        "stats",
        "views",
        "audit",
        "units",
        "errors",
    },
}
ONLY_IN = {
    "simpy": {"engine/reference.py"},
    "numba": {"engine/fast.py", "compiled/building.py"},
    "yaml": {"scenario_file"},
    "matplotlib": {"views"},
    "click": {"cli"},
    "joblib": {"experiment"},
    "distributed": {"experiment/workers.py"},
    "ray": {"experiment/workers.py"},
}


def imports_of(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


FILES = sorted(
    path
    for path in ROOT.rglob("*.py")
    if (path.name not in ("__main__.py",) and path.parent != ROOT) or path.stem in ("errors", "units")
)


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0].removesuffix(".py")
    rooms = {name.split(".")[1] for name in imports_of(file) if name.startswith("sim.")}
    assert rooms - {room} <= ARROWS[room]


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    users = {
        path.relative_to(ROOT)
        for path in ROOT.rglob("*.py")
        if any(name.split(".")[0] == package for name in imports_of(path))
    }
    assert users, f"nothing imports {package}"
    assert all(
        any(str(user) == place or user.parts[0] == place for place in ONLY_IN[package]) for user in users
    ), users


def test_only_sampling_draws() -> None:
    drawing = [
        path.relative_to(ROOT)
        for path in ROOT.rglob("*.py")
        if "np.random" in path.read_text() or "import random" in path.read_text()
    ]
    assert [path.parts[0] for path in drawing] == ["sampling"]


def test_every_room_is_in_the_table_and_has_one_level_of_folders() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(ARROWS)
    assert all(len(path.relative_to(ROOT).parts) <= 2 for path in ROOT.rglob("*.py"))


def test_the_front_door_is_small_and_every_name_opens() -> None:
    assert len(sim.__all__) <= 15
    assert all(getattr(sim, name).__doc__ for name in sim.__all__)
