"""The rooms of the package and the arrows between them (README, "How it is built")."""

import ast
from functools import cache
from importlib import import_module
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
    "experiment": {
        "compiled",
        "contract",
        "model",
        "preview",
        "sampling",
        "engine",
        "results",
        "stats",
        "audit",
        "units",
        "errors",
    },
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
EVERYWHERE = {"faces"}
"""How rooms are entered, which every room may use."""
ONLY_IN = {
    "simpy": {"engine/reference.py"},
    "numba": {"engine/views.py", "compiled/building.py", "sampling/philox.py"},
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
each_file = pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


@each_file
def test_a_room_imports_only_what_it_may(file: Path) -> None:
    """Also within functions and for type checkers only; and nothing below the front door imports it."""
    ours = {name for name in imports_of(file) if name.split(".")[0] == "sim"}
    assert "sim" not in ours
    assert {name.split(".")[1] for name in ours} - {room_of(file)} <= ARROWS[room_of(file)] | EVERYWHERE


def shown_by(room: str) -> set[str]:
    """Names that the `__init__` of a room, or a room of one file, shows."""
    face = import_module(f"sim.{room}")
    return set(face.__all__) if hasattr(face, "__path__") else {name for name in vars(face) if name[0] != "_"}


@each_file
def test_another_room_is_entered_by_its_face(file: Path) -> None:
    """But a kernel module names the files whose text is compiled into it, so that it is compiled again when one of them changes."""
    if ".".join(("sim", *file.relative_to(ROOT).with_suffix("").parts)) in compiled_modules():
        return
    passed_by = {
        name
        for name in imports_of(file)
        if name.startswith("sim.") and (parts := name.split("."))[1] != room_of(file)
        if len(parts) != 2 and (len(parts) != 3 or parts[2] not in shown_by(parts[1]))
    }
    assert passed_by == set()


ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
each_room = pytest.mark.parametrize("room", ROOMS)


@each_room
def test_no_files_of_a_room_import_one_another_in_a_circle(room: str) -> None:
    files = {
        f"sim.{room}.{file.stem}": file for file in (ROOT / room).glob("*.py") if file.stem != "__init__"
    }
    left = {
        name: {other for other in files if any(one.startswith(f"{other}.") for one in imports_of(file))}
        - {name}
        for name, file in files.items()
    }
    while free := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in free}
    assert left == {}, "these import one another in a circle, or need files that do"


@each_room
def test_a_face_shows_what_opens_and_nothing_that_is_called_as_a_file_of_the_room(room: str) -> None:
    """Else it would be the file, or what is in it, as chance loads one of them first."""
    assert all(hasattr(import_module(f"sim.{room}"), name) for name in shown_by(room))
    assert shown_by(room) & {file.stem for file in (ROOT / room).glob("*.py")} == set()


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
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
    assert [path for path, text in texts.items() if "np.random" in text or "import random" in text] == []
    users = {path for path in texts if any("sim.sampling.philox" in name for name in imports_of(ROOT / path))}
    assert users == {Path("sampling/draws.py")}


@cache
def kernels() -> dict[str, tuple[Path, set[str]]]:
    """Kernel modules that the package names: where, and with which modules and rooms whose text is compiled too."""
    found = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Kernels":
                (module,) = map(ast.literal_eval, node.args)
                shared = [ast.literal_eval(one.value) for one in node.keywords if one.arg == "shared"]
                found[module] = (path, {module, *(name for names in shared for name in names)})
    return found


def compiled_modules() -> set[str]:
    """Modules and rooms whose text is compiled."""
    return {name for _, named in kernels().values() for name in named}


@pytest.mark.parametrize("module", kernels())
def test_an_object_file_is_another_when_any_text_that_is_compiled_is(module: str) -> None:
    """Else code of yesterday would run: whoever compiles functions or numbers of a module names it."""
    _, named = kernels()[module]
    for name in named:
        file = ROOT / f"{name.removeprefix('sim.').replace('.', '/')}"
        for path in [file.with_suffix(".py")] if file.with_suffix(".py").exists() else file.glob("*.py"):
            needed = {one for one in imports_of(path) if one.startswith("sim.")}
            known = (*(f"{one}." for one in named), "sim.compiled.", "sim.errors.")
            lacking = {one for one in needed if not one.startswith(known)}
            assert not lacking, f"{path}: {lacking} are compiled into {module} and not named in its Kernels"


@pytest.mark.parametrize("module", kernels())
def test_kernel_modules_are_imported_only_to_be_compiled(module: str) -> None:
    users = [
        path for path in ROOT.rglob("*.py") if any(one.startswith(f"{module}.") for one in imports_of(path))
    ]
    assert users == []


def test_every_room_is_in_the_table_and_has_one_level_of_folders() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(ARROWS)
    assert all(len(path.relative_to(ROOT).parts) <= 2 for path in ROOT.rglob("*.py"))


def test_the_front_door_is_small_and_every_name_opens() -> None:
    assert len(sim.__all__) <= 15
    assert all(getattr(sim, name).__doc__ for name in sim.__all__)
