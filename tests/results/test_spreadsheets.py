"""CSV files hold no text that a spreadsheet would run; Parquet files keep every text as it is."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from where import CASES

from sim.cli import main
from sim.results import read_run
from sim.results.spreadsheet import SIGNS, harmless, harmless_table

TEXTS = st.text(st.sampled_from(SIGNS.replace("\r", "").replace("\n", "") + 'a1 ,;"|()!'), max_size=8)


@pytest.mark.parametrize("name", ["=1+1", "@sum", "+1", "-1+cmd"])
def test_a_scenario_whose_name_is_a_formula_stays_text_in_csv_and_itself_in_parquet(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / f"{name}.yaml").write_text((CASES / "line.yaml").read_text())
    out, text = tmp_path / "run", tmp_path / "text"
    words = ["run", "--jobs", "1", "--no-plots", "--out", str(out), "--", str(tmp_path / f"{name}.yaml")]
    for command in (words, ["export", str(out), "--out", str(text)]):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
    texts = {path.name: path.read_text() for path in text.rglob("*.csv")}
    assert len(texts) >= 7
    cells = [cell for text in texts.values() for row in csv.reader(io.StringIO(text)) for cell in row]
    assert f"'{name}" in cells
    assert name not in cells
    run = read_run(out)
    assert set(run.kpis()["scenario"]) == set(run.consignments["scenario"]) == {name}


@settings(derandomize=True, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_no_cell_of_text_begins_with_a_sign_of_a_formula(texts: list[str]) -> None:
    numbers = np.arange(len(texts)) - 1.5
    frame = pd.DataFrame({"plain": texts, "named": pd.Categorical(texts), "number": numbers})
    packed = pa.BufferOutputStream()
    pyarrow.csv.write_csv(harmless_table(pa.Table.from_pandas(frame, preserve_index=False)), packed)
    head, *rows = csv.reader(io.StringIO(packed.getvalue().to_pybytes().decode(), newline=""))
    assert head == ["plain", "named", "number"]
    for (plain, named, number), value, given_text in zip(rows, numbers, texts, strict=True):
        assert plain == named == harmless(given_text)
        assert plain.removeprefix("'") == given_text or plain == given_text
        assert not plain or plain[0] not in SIGNS
        assert float(number) == value


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_of_a_formula_gets_an_apostrophe_before_it(sign: str) -> None:
    assert harmless(f"{sign}1") == f"'{sign}1"
    assert harmless(f"a{sign}1") == f"a{sign}1"


def test_what_is_missing_stays_missing() -> None:
    frame = pd.DataFrame({"text": ["=a", None], "number": [float("nan"), -1.0]})
    table = harmless_table(pa.Table.from_pandas(frame, preserve_index=False))
    assert table.to_pydict() == {"text": ["'=a", None], "number": [None, -1.0]}
