"""The lowest versions that are declared are those that are tested."""

import re
import tomllib

from where import ROOT

TESTED = "constraints-oldest.txt"


def declared() -> dict[str, str]:
    """Lowest version of every package that a user installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dask"]]
    found = [re.fullmatch(r"([a-z0-9-]+)>=([0-9.]+)", one) for one in wanted]
    assert all(found), wanted
    return {one[1]: one[2] for one in found if one}


def padded(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))


def test_every_lowest_declared_version_is_the_one_that_is_tested() -> None:
    lines = (ROOT / TESTED).read_text(encoding="utf-8").splitlines()
    tested = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert {name: padded(version) for name, version in tested.items()} == {
        name: padded(version) for name, version in declared().items()
    }


def test_the_build_runs_both_ends() -> None:
    steps = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert {"make test", "make test-oldest"} <= set(steps)
