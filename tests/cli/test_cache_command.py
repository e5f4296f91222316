"""The cache as users meet it: listed, limited, cleared, left out, and taken up again by any command."""

from pathlib import Path

import pytest
from in_process import document, ended, printed, refused
from small_runs import tiny

from sim.experiment import Cache

SHUT = "disruptions={shut: {at: {id: r}, from: 2025-01-10, lasts: 3 d, effect: closed}}"
STUDIES = [("compare",), ("resilience", "--set", SHUT), ("criticality", "--place", "k", "--days", 3)]
"""Commands that write no run folder, with what they need."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.delenv("LANDBRIDGE_NO_CACHE")
    monkeypatch.setenv("LANDBRIDGE_CACHE", str(tmp_path / "kept"))
    return Cache(tmp_path / "kept" / "results")


def number(cache: Cache) -> int:
    return len(list(cache.entries()))


def test_what_commands_keep_is_listed_by_scenario_and_measure(tmp_path: Path, cache: Cache) -> None:
    file = tiny(tmp_path)
    ended("compare", file, "--replications", 3)
    ended("resilience", file, "--set", SHUT, "--replications", 2)
    found = document("cache")
    assert found["folder"] == str(cache.folder)
    groups = {one["measured"].split(" ")[0]: one for one in found["results"]}
    assert (groups["measures"]["replications"], groups["resilience"]["replications"]) == (3, 2)
    assert {one["this_code"] for one in found["results"]} == {True}
    assert found["bytes"] == sum(one["bytes"] for one in found["results"]) > 0
    lines = printed("cache")
    assert lines[0].split()[:4] == ["scenario", "measured", "engine", "seed"]
    assert any(line.startswith("tiny") and "measures by corridor" in line for line in lines)
    assert lines[-1].startswith(f"{cache.folder}: 5 results, 0.")


def test_the_cache_is_cleared_and_limited(tmp_path: Path, cache: Cache) -> None:
    ended("compare", tiny(tmp_path), "--replications", 3)
    assert ended("cache", "--limit", "1 kB").stderr == "3 results taken away to keep the limit\n"
    assert cache.limit == 1_000
    ended("cache", "--limit", "1.5 GB")
    assert cache.limit == 1_500_000_000
    ended("compare", tiny(tmp_path), "--replications", 2)
    assert ended("cache", "--clear").stderr == "2 results taken away\n"
    assert number(cache) == 0


@pytest.mark.parametrize("size", ["2", "GB", "-1 GB", "2 GiB", "many"])
def test_a_limit_that_is_no_size_is_refused_with_what_to_write(cache: Cache, size: str) -> None:
    assert f'expected an amount of bytes, got "{size}". Write "500 MB" or "2 GB".' in refused(
        "cache", f"--limit={size}"
    )


def test_without_a_cache_that_is_said(tmp_path: Path) -> None:
    assert "there is no cache: unset LANDBRIDGE_NO_CACHE" in refused("cache", code=1)


@pytest.mark.parametrize("words", [*STUDIES, ("run", "--no-plots")])
def test_a_command_keeps_nothing_and_looks_for_nothing_when_told_so(
    tmp_path: Path, cache: Cache, words: tuple[object, ...]
) -> None:
    name, *more = words
    out = ("--out", tmp_path / "out") if name == "run" else ()
    ended(name, tiny(tmp_path), *more, *out, "--replications", 1, "--no-cache")
    assert number(cache) == 0


@pytest.mark.parametrize("words", STUDIES)
def test_a_command_prints_the_same_from_the_cache_and_simulates_nothing(
    tmp_path: Path, cache: Cache, words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, *more = words
    asked = (name, tiny(tmp_path), *more, "--replications", 2)
    plain = printed(*asked, "--no-cache")
    assert printed(*asked) == plain
    kept = number(cache)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was simulated again")

    monkeypatch.setattr("sim.engine.simulate", never)
    assert printed(*asked, "--resume") == plain
    assert number(cache) == kept > 0


@pytest.mark.parametrize("name", ["compare", "resilience", "criticality"])
def test_to_go_on_without_a_cache_and_without_a_folder_is_refused(
    tmp_path: Path, cache: Cache, name: str
) -> None:
    said = refused(name, tiny(tmp_path), "--set", SHUT, "--resume", "--no-cache")
    assert "--resume goes on with the run in DIR.part" in said and "leave out --no-cache" in said


def test_an_interrupted_comparison_says_what_is_kept(
    tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.engine

    simulate, made = sim.engine.simulate, []

    def interrupted(plan: object, *, engine: str) -> object:
        if len(made) == 4:
            raise KeyboardInterrupt
        made.append(plan)
        return simulate(plan, engine=engine)  # type: ignore[arg-type]

    monkeypatch.setattr("sim.engine.simulate", interrupted)
    done = ended("compare", tiny(tmp_path), "--replications", 9, "--jobs", 1, code=130)
    assert "3 of 9 replications are kept in the cache. The same command takes them from there." in done.stderr
    assert number(cache) == 3
