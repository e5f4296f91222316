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
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
    assert [path for path, text in texts.items() if "np.random" in text or "import random" in text] == []
    users = {path for path in texts if any("sim.sampling.philox" in name for name in imports_of(ROOT / path))}
    assert users == {Path("sampling/draws.py")}


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
