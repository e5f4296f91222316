"""Part files of a replication: each whole or not there, with a check by which it is known again."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.results import packed_rows, read_measures, write_parts
from sim.results.parts import check_of


@given(st.binary(max_size=200))
def test_a_check_is_the_length_and_the_crc(content: bytes) -> None:
    assert check_of(content) == (len(content), zlib.crc32(content))


@given(st.binary(min_size=1, max_size=60), st.data())
def test_content_with_another_byte_has_another_check(content: bytes, data: st.DataObject) -> None:
    at, turn = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(1, 255))
    other = content[:at] + bytes([content[at] ^ turn]) + content[at + 1 :]
    assert check_of(other) != check_of(content)


def test_parts_are_written_under_their_names_and_nothing_else_is_left(tmp_path: Path) -> None:
    found = write_parts(tmp_path, [("a", b"one"), ("b", b""), ("a", b"two")])
    assert found == {"a": check_of(b"two"), "b": (0, 0)}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"two", "b": b""}


def test_a_part_that_cannot_be_made_leaves_those_before_it_and_no_half(tmp_path: Path) -> None:
    def parts() -> Iterator[tuple[str, bytes]]:
        yield "a", b"one"
        raise MemoryError

    with pytest.raises(MemoryError):
        write_parts(tmp_path, parts())
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_disk_that_refuses_a_name_leaves_no_half(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_parts(tmp_path, [("taken", b"one")])
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_folder_that_has_gone_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_parts(tmp_path / "gone", [("a", b"one")])
    assert not (tmp_path / "gone").exists()


rows = st.lists(
    st.tuples(st.text(max_size=4), st.integers(0, 9), st.floats(allow_infinity=False), st.booleans()),
    max_size=6,
)


@settings(max_examples=25)
@given(rows)
def test_measures_are_read_back_bit_for_bit(given_rows: list[tuple[object, ...]]) -> None:
    table = pd.DataFrame(given_rows, columns=["measure", "replication", "value", "lower_bound"])
    table = table.astype({"replication": np.int64, "value": float, "lower_bound": bool})
    with TemporaryDirectory() as name:
        write_parts(Path(name), [("part", packed_rows(table))])
        found = read_measures(Path(name), ["part"], list(table))
    assert found["measure"].tolist() == table["measure"].tolist()
    # What is not a number is missing, and missing again.
    np.testing.assert_array_equal(found["value"], table["value"], strict=True)
    assert found["lower_bound"].tolist() == table["lower_bound"].tolist()
    assert found.dtypes.drop("measure").to_dict() == table.dtypes.drop("measure").to_dict()
