"""The cache beside a dictionary with dates: whatever is put, got, limited and cleared, both hold the same."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiment import Cache, Entry, code_state
from sim.experiment.cache import key_of

KEYS = {letter: key_of(letter) for letter in "abcd"}
letters = st.sampled_from("abcd")
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("put"), letters, st.integers(0, 3_000)),
        st.tuples(st.just("get"), letters),
        st.tuples(st.just("limit"), st.integers(0, 6_000)),
        st.tuples(st.just("trim")),
        st.tuples(st.just("clear")),
    ),
    max_size=20,
)


class Model:
    """What should be there: values and when they were last used, by letter."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.there: dict[str, tuple[bytes, int]] = {}
        self.now = 0

    def file(self, letter: str) -> Path:
        key = KEYS[letter]
        return self.cache.folder / key[:2] / f"{key[2:]}.result"

    def used(self, letter: str, value: bytes) -> None:
        """It was used now: a second later than anything before, whatever the clock of the disk says."""
        self.now += 1
        os.utime(self.file(letter), (self.now, self.now))
        self.there[letter] = value, self.now

    def trimmed(self, limit: int) -> int:
        """Take away what was not used for longest; how many went."""
        sizes = {letter: self.file(letter).stat().st_size for letter in self.there}
        gone = 0
        for letter in sorted(self.there, key=lambda one: self.there[one][1]):
            if sum(sizes[one] for one in self.there) <= limit:
                break
            del self.there[letter]
            gone += 1
        return gone


@settings(max_examples=40)
@given(deeds)
def test_whatever_is_done_to_it_the_cache_holds_what_a_dictionary_would(
    all_deeds: list[tuple[object, ...]],
) -> None:
    with TemporaryDirectory() as name:
        cache = Cache(Path(name) / "results")
        model = Model(cache)
        for what, *words in all_deeds:
            if what == "put":
                letter, size = words
                value = bytes(size)
                cache.put(KEYS[letter], value, {"letter": letter})
                model.used(letter, value)
            elif what == "get":
                (letter,) = words
                known = model.there.get(letter)
                assert cache.get(KEYS[letter]) == (known[0] if known else None)
                if known:
                    model.used(letter, known[0])
            elif what == "limit":
                (limit,) = words
                expected = model.trimmed(limit)
                assert cache.set_limit(limit) == expected
                assert cache.limit == limit
            elif what == "trim":
                expected = model.trimmed(cache.limit)
                assert cache.trim() == expected
            else:
                assert cache.clear() == len(model.there)
                model.there.clear()
            assert {letter for letter, key in KEYS.items() if cache.has(key)} == set(model.there)
        entries = list(cache.entries())
        assert all(isinstance(one, Entry) for one in entries)
        order = sorted(model.there, key=lambda letter: -model.there[letter][1])
        assert [one.about["letter"] for one in entries] == order
        assert [one.size for one in entries] == [model.file(letter).stat().st_size for letter in order]


def test_a_limit_that_is_damaged_is_the_usual_one(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    usual = cache.limit
    cache.set_limit(5)
    assert cache.limit == 5
    (tmp_path / "limit").write_text("a lot")
    assert cache.limit == usual == 2 * 10**9


def test_only_its_owner_may_look_into_a_cache(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "results")
    cache.put(KEYS["a"], 1, {})
    assert [path.stat().st_mode & 0o077 for path in (cache.folder / KEYS["a"][:2],)] == [0]


def test_an_entry_says_what_it_is_and_of_which_state_of_the_code(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KEYS["a"], [1, 2], {"scenario": "mine", "replication": 3})
    (entry,) = cache.entries()
    assert (entry.about["scenario"], entry.about["replication"], entry.about["code"]) == (
        "mine",
        3,
        code_state(),
    )
    assert len(code_state()) == 12


def test_files_of_others_are_neither_listed_nor_taken_away(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KEYS["a"], 1, {})
    strange = [tmp_path / "notes.txt", tmp_path / "ab" / "notes.txt", tmp_path / "abc" / "long.result"]
    for file in strange:
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine")
    assert len(list(cache.entries())) == 1
    assert cache.clear() == 1
    assert [file.read_text() for file in strange] == ["mine"] * 3
