"""The notebook runs from the root and from its own folder, draws its plots, and is kept without outputs."""

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from where import ROOT

NOTEBOOK = ROOT / "notebooks" / "first-look.ipynb"
SHORT = "period.start=2025-07-01; period.length=110 d; period.warm_up=20 d; period.cool_down=40 d"
CELL_TIMEOUT_S = 240


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = code_cells(nbformat.read(NOTEBOOK, as_version=4))
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert all(cell.execution_count is None for cell in cells)


# The libraries of Jupyter warn about themselves; what the cells themselves warn of is checked below.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("folder", [ROOT, ROOT / "notebooks"], ids=["root", "notebooks"])
def test_the_notebook_runs_and_draws_two_plots(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    monkeypatch.setenv("LANDBRIDGE_REPLICATIONS", "2")
    monkeypatch.setenv("LANDBRIDGE_SET", SHORT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    assert "narrow-border against baseline, Europe, northern" in printed
    assert "Warning" not in "".join(output.text for output in outputs if output.get("name") == "stderr")
