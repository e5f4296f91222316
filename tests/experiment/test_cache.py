"""The cache of results: whole or not there, exact, said when damaged, and no larger than it may be."""

import errno
import logging
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_runs import case_of

from sim.experiment import Cache, run_cases, usual_cache
from sim.experiment.cache import LIMIT, key_of

KEY, OTHER = key_of("one"), key_of("other")
ABOUT = {"scenario": "tiny", "replication": 0}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "results")


def file_of(cache: Cache, key: str) -> Path:
    (found,) = (one.path for one in cache.entries() if one.path.parent.name + one.path.stem == key)
    return found


def aged(cache: Cache, key: str, seconds: int) -> None:
    file = file_of(cache, key)
    then = file.stat().st_mtime - seconds
    os.utime(file, (then, then))


def test_what_is_put_is_got_bit_for_bit(cache: Cache) -> None:
    table = pd.DataFrame({"name": pd.Categorical(["a", "b"]), "x": [np.nan, 0.1 + 0.2], "n": [1, 2]})
    assert not cache.has(KEY)
    assert cache.get(KEY) is None
    cache.put(KEY, (table, b"bytes"), ABOUT)
    assert cache.has(KEY)
    found, content = cache.get(KEY)
    pd.testing.assert_frame_equal(found, table, check_exact=True)
    assert content == b"bytes"
    assert cache.get(OTHER) is None


def test_keys_differ_where_any_part_does() -> None:
    parts = [("a", "bc"), ("ab", "c"), ("a", "bc", ""), (1,), ("1",), (True,), (None,)]
    assert len({key_of(*one) for one in parts}) == len(parts)


@pytest.mark.parametrize("damage", ["cut", "turned", "empty", "no head", "head of a list"])
def test_a_damaged_result_is_said_and_made_anew(
    cache: Cache, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    cache.put(KEY, "what was measured", ABOUT)
    file = file_of(cache, KEY)
    content = file.read_bytes()
    file.write_bytes(
        {
            "cut": content[:-3],
            "turned": content[:-3] + bytes([content[-3] ^ 1]) + content[-2:],
            "empty": b"",
            "no head": content.partition(b"\n")[2],
            "head of a list": b"[1]\n" + content.partition(b"\n")[2],
        }[damage]
    )
    assert cache.get(KEY) is None
    assert f"{file}: is damaged, so what it held is computed again" in caplog.text
    assert not cache.has(KEY)


def test_a_damaged_result_is_never_unpickled(cache: Cache) -> None:
    class Harmful:
        def __reduce__(self) -> tuple[object, ...]:
            raise_it = "raise AssertionError('it was run')"
            return exec, (raise_it,)

    cache.put(KEY, "harmless", ABOUT)
    file = file_of(cache, KEY)
    file.write_bytes(file.read_bytes().partition(b"\n")[0] + b"\n" + pickle.dumps(Harmful()))
    assert cache.get(KEY) is None


def test_a_study_with_a_damaged_result_counts_and_computes_it_again(tmp_path: Path, cache: Cache) -> None:
    case, told = case_of(tmp_path, 3), list[tuple[int, int]]()
    (plain,) = run_cases([case], cache=cache)
    file = next(iter(cache.entries())).path
    file.write_bytes(file.read_bytes()[:-1])
    (found,) = run_cases([case], cache=cache, progress=lambda *one: told.append(one))
    assert told == [(3, 3), (3, 3)]
    pd.testing.assert_frame_equal(found.values, plain.values, check_exact=True)
    assert found.log_digest == plain.log_digest


WRITING = """
import sys
from pathlib import Path
from sim.experiment import Cache
from sim.experiment.cache import key_of

cache = Cache(Path(sys.argv[1]))
for again in range(40):
    for key in range(8):
        cache.put(key_of(key), [key] * 2_000, {})
        assert cache.get(key_of(key)) == [key] * 2_000
"""


def test_two_programs_at_once_never_see_half_a_result(cache: Cache) -> None:
    words = [sys.executable, "-c", WRITING, str(cache.folder)]
    both = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        _, said = one.communicate(timeout=120)
        assert (one.returncode, said) == (0, "")
    assert len(list(cache.entries())) == 8
    assert len([path for path in cache.folder.rglob("*") if path.is_file()]) == 8


def test_a_full_disk_keeps_nothing_says_so_and_the_study_goes_on(
    tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    (found,) = run_cases([case_of(tmp_path, 2)], cache=cache)
    assert found.replications == 2
    assert caplog.text.count(f"{cache.folder}: a result is not kept: No space left on device") == 1
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


# --- inspected, limited, cleared -------------------------------------------------------------------------------------


def test_the_results_say_what_they_are_those_used_last_first(cache: Cache) -> None:
    cache.put(KEY, "x" * 1_000, {"scenario": "first"})
    cache.put(OTHER, "y", {"scenario": "second"})
    aged(cache, OTHER, 60)
    first, second = cache.entries()
    assert (first.about["scenario"], second.about["scenario"]) == ("first", "second")
    assert first.size > 1_000 > second.size > 0
    cache.get(OTHER)
    assert next(iter(cache.entries())).about["scenario"] == "second"


def test_over_its_limit_it_loses_what_was_not_used_for_longest(cache: Cache) -> None:
    for number in range(5):
        cache.put(key_of(number), bytes(1_000), {})
        aged(cache, key_of(number), 100 * (5 - number))
    cache.get(key_of(0))
    assert cache.limit == LIMIT
    assert cache.trim() == 0
    assert cache.set_limit(3_600) == 2
    assert [cache.has(key_of(number)) for number in range(5)] == [True, False, False, True, True]
    assert Cache(cache.folder).limit == 3_600


def test_a_study_leaves_a_cache_within_its_limit(tmp_path: Path, cache: Cache) -> None:
    cache.set_limit(100_000)
    run_cases([case_of(tmp_path, 6)], cache=cache)
    kept = list(cache.entries())
    assert 0 < sum(one.size for one in kept) <= 100_000
    assert len(kept) < 6


def test_a_cleared_cache_is_empty_and_keeps_its_limit(cache: Cache) -> None:
    cache.set_limit(10_000)
    cache.put(KEY, 1, {})
    cache.put(OTHER, 2, {})
    assert cache.clear() == 2
    assert list(cache.entries()) == []
    assert cache.limit == 10_000


@settings(max_examples=40)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.integers(0, 5), st.integers(0, 3_000)),
            st.tuples(st.just("get"), st.integers(0, 5), st.just(0)),
            st.tuples(st.just("limit"), st.just(0), st.integers(1, 6_000)),
            st.tuples(st.just("clear"), st.just(0), st.just(0)),
        ),
        max_size=25,
    )
)
def test_whatever_is_done_to_it_a_cache_gives_what_was_put_last_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    cache, put, clock = Cache(tmp_path_factory.mktemp("any")), dict[int, bytes](), 1_700_000_000
    for what, key, size in steps:
        clock += 10
        if what == "put":
            put[key] = os.urandom(8) + bytes(size)
            cache.put(key_of(key), put[key], {})
            os.utime(file_of(cache, key_of(key)), (clock, clock))
        elif what == "get":
            found = cache.get(key_of(key))
            assert found in (None, put.get(key))
        elif what == "limit":
            before = {one.path: one for one in cache.entries()}
            cache.set_limit(size)
            after = {one.path for one in cache.entries()}
            assert sum(before[path].size for path in after) <= size
            gone = [one.used for path, one in before.items() if path not in after]
            assert not gone or max(gone) <= min((before[path].used for path in after), default=max(gone))
        else:
            cache.clear()
            assert list(cache.entries()) == []


# --- where it is -----------------------------------------------------------------------------------------------------


def test_the_cache_is_below_the_folder_that_is_named_and_off_when_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert usual_cache() is None, "tests of equality would be true by themselves"
    monkeypatch.delenv("LANDBRIDGE_NO_CACHE")
    monkeypatch.setenv("LANDBRIDGE_CACHE", str(tmp_path / "mine"))
    assert usual_cache() == Cache(tmp_path / "mine" / "results")
    monkeypatch.delenv("LANDBRIDGE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert usual_cache() == Cache(tmp_path / "home" / "landbridge" / "results")


def test_without_a_folder_of_ones_own_nothing_is_kept_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("LANDBRIDGE_NO_CACHE")
    monkeypatch.setattr("sim.experiment.cache.kept_in", lambda _: None)
    with caplog.at_level(logging.WARNING):
        assert usual_cache() is None
    assert "results are not kept: there is no folder for them that only this user can write" in caplog.text
