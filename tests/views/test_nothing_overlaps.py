"""In no picture does a text lie on another one, or on data."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from shown_runs import again, run_of, words_of
from where import CASES, ROOT

from sim.results import Run
from sim.views import PLOTS, draw
from sim.views.style import GROUND


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two short lines that carry freight in one direction."""
    folder = tmp_path_factory.mktemp("tiny")
    file = folder / "tiny.yaml"
    file.write_text((CASES / "hostile" / "small.yaml").read_text())
    return run_of(file, folder / "run")


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text of a figure that is drawn, with its extent in pixels."""
    canvas: Any = FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()
    figure.draw_without_rendering()
    # Labels of ticks beyond the ends of an axis are made, and not drawn.
    beyond = [
        tick.label1
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    ]
    return [
        (text.get_text(), Text.get_window_extent(text, renderer))
        for text in words_of(figure)
        if not any(text is label for label in beyond)
    ]


def only_data(figure: Figure) -> np.ndarray[Any, Any]:
    """What is left of a picture without its texts, axes, guides and ground: True where something is drawn (rows, columns)."""
    for text in words_of(figure):
        text.set_visible(False)
    for legend in figure.legends:
        legend.set_visible(False)
    for ax in figure.axes:
        ax.patch.set_visible(False)
        ax.grid(visible=False)
        ax.xaxis.set_visible(False)
        ax.yaxis.set_visible(False)
        for spine in ax.spines.values():
            spine.set_visible(False)
        for artist in ax.get_children():
            if artist.get_gid() == GROUND:
                artist.set_visible(False)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    found: np.ndarray[Any, Any] = (pixels < 250).any(axis=2)
    return found


def on_data(name: str, box: Bbox, drawn: np.ndarray[Any, Any]) -> bool:
    height = drawn.shape[0]
    rows = slice(max(int(np.ceil(height - box.y1)), 0), max(int(np.floor(height - box.y0)), 0))
    columns = slice(max(int(np.ceil(box.x0)), 0), max(int(np.floor(box.x1)), 0))
    return bool(drawn[rows, columns].any())


def check_clear(figure: Figure) -> None:
    texts = boxes(figure)
    for i, (one, box) in enumerate(texts):
        for other, beside in texts[i + 1 :]:
            inner = Bbox.from_extents(box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1)
            assert not inner.overlaps(beside), f"{one!r} lies on {other!r}"
    drawn = only_data(figure)
    assert drawn.any()
    hidden = [name for name, box in texts if on_data(name, box, drawn)]
    assert not hidden, f"on the data: {hidden}"


@pytest.mark.parametrize("kind", PLOTS)
def test_no_text_lies_on_what_is_drawn_nor_on_another_text(kind: str, shut: Run) -> None:
    check_clear(draw(kind, [shut]))


@pytest.mark.parametrize("kind", PLOTS)
def test_no_text_lies_on_what_is_drawn_in_a_tiny_world_or_beside_another_run(
    kind: str, tiny: Run, tmp_path: Path
) -> None:
    check_clear(draw(kind, [tiny]))
    check_clear(draw(kind, [tiny, again(tiny, tmp_path / "other")]))


@pytest.mark.parametrize("name", ["consignment_way", "what_is_known", "work_in_progress"])
def test_no_text_lies_on_what_is_drawn_in_the_pictures_of_the_docs(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"draw_{name}.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    monkeypatch.setitem(sys.modules, found.name, module)
    found.loader.exec_module(module)
    drawn: list[Figure] = []
    monkeypatch.setattr(module, "save", lambda figure, stem, formats: drawn.append(figure) or [stem])
    module.draw(tmp_path / name)
    check_clear(drawn[0])
