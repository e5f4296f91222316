"""Text that people give is shown as it is: no formula in pictures, no markup on terminals and in pages, no code in tables."""

from __future__ import annotations

import html
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner
from docs_programs import docs_program
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from matplotlib.figure import Figure
from matplotlib.text import Text
from where import CASES

from sim.cli import main
from sim.errors import ScenarioError
from sim.results import Run, read_run
from sim.scenario_file import load_scenario
from sim.views import PLOTS, draw, save, transit_box
from sim.views.page import page, paper, settle

as_markdown = docs_program("write_scenarios").as_markdown
NASTY = r"Fee $x_$ <b>&amp; $\frac{$ [red]|_a_* `c`"
SHORT = "$x_$ <b>"
LETTERS = r"$$$\_^{}%&<>[]|*`~#ab 1." + "\u00e9"


def world(folder: Path) -> Path:
    """The small world with hostile text wherever a scenario takes one."""
    (folder / "small.yaml").write_text((CASES / "hostile" / "small.yaml").read_text())
    document: dict[str, Any] = {
        "schema": 1,
        "title": NASTY,
        "purpose": NASTY,
        "extends": "small.yaml",
        "period": {"length": "60 d", "warm_up": "5 d"},
        "replications": 1,
        "facilities": {
            name: {"name": f"{SHORT} {name}"} for name in ("xian", "altynkol", "moscow", "baku", "aktau")
        },
        "railways": {"east": {"name": NASTY}},
        "corridors": {"northern": {"title": NASTY}, "middle": {"title": NASTY}},
        "cargo": {"machinery": {"title": NASTY}},
        "policies": {"inspections": {"title": NASTY}},
        "disruptions": {"closure": {"title": NASTY, "from": "2025-01-20", "lasts": "5 d"}},
    }
    file = folder / "nasty $x_$ &.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True))
    return file


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("markup")
    file = world(folder)
    done = CliRunner().invoke(
        main, ["run", str(file), "--jobs", "1", "--no-plots", "--out", str(folder / "run")]
    )
    assert done.exit_code == 0, done.output
    return read_run(folder / "run")


def texts(figure: Figure) -> list[Any]:
    return [text for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("kind", PLOTS)
def test_pictures_show_names_and_titles_as_they_are(nasty: Run, kind: str, tmp_path: Path) -> None:
    other = tmp_path / "$x_$"
    shutil.copytree(nasty.path, other)
    figure = draw(kind, [nasty, read_run(other)])
    assert not [text.get_text() for text in texts(figure) if text.get_parse_math() or text.get_usetex()]
    for path in save(figure, tmp_path / "picture", ("png", "svg", "pdf")):
        assert path.stat().st_size > 1_000
    ElementTree.fromstring((tmp_path / "picture.svg").read_bytes())
    if kind in ("where-time-went", "queues", "map", "time-distance", "train-graph"):
        assert any("$x_$" in text.get_text() for text in texts(figure))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text(LETTERS, min_size=1, max_size=30), st.text(LETTERS, min_size=1, max_size=30))
def test_whatever_stands_in_a_title_a_label_or_a_caption_is_drawn(title: str, label: str) -> None:
    from matplotlib.lines import Line2D

    with paper():
        figure, (ax,) = page(title, f"{label} {title}", panel_in=1.0, legend={f"_{label}": Line2D([], [])})
        ax.set_title(label)
        ax.set_yticks([0.5], [title])
        settle(figure)
    assert {title, f"_{label}", label} <= {text.get_text() for text in texts(figure)}
    assert not any(text.get_parse_math() for text in texts(figure))
    with TemporaryDirectory() as folder:
        assert all(path.stat().st_size for path in save(figure, Path(folder) / "drawn"))


def test_a_plot_function_given_axes_of_somebody_else_reads_no_formula_in_names(nasty: Run) -> None:
    from sim.stats import box_numbers

    freight = nasty.table("consignments").assign(corridor=r"$\frac{$")
    axes = Figure().subplots()
    transit_box(box_numbers(freight), axes)
    assert any("frac" in text.get_text() for text in texts(axes.figure))
    axes.figure.savefig(Path("/dev/null"), format="png")


@settings(derandomize=True, deadline=None)
@given(st.text(LETTERS + "\n", min_size=1, max_size=40).filter(str.strip))
def test_markdown_shows_text_as_it_is(text: str) -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    plain = " ".join(text.split())
    in_text = markdown.render(f"before {as_markdown(text)} after\n")
    assert html.unescape(in_text) == f"<p>before {plain} after</p>\n"
    in_table = markdown.render(f"| a | b |\n|---|---|\n| c {as_markdown(text)} c | d |\n")
    assert f"<td>c {plain} c</td>\n<td>d</td>" in html.unescape(in_table)


def test_titles_stay_one_line_on_the_terminal(tmp_path: Path) -> None:
    file = world(tmp_path)
    done = CliRunner().invoke(
        main, ["run", str(file), "--jobs", "1", "--no-plots", "--out", str(tmp_path / "o")]
    )
    assert done.exit_code == 0, done.output
    assert f": {NASTY}\n" in done.output


@pytest.mark.parametrize("hidden", ["a\nb", "a\x1b[31mb", "a\u202eb", "a\x00b", "a\x0cb", "  "])
@pytest.mark.parametrize("key", ["title", "facilities.baku.name", "disruptions.closure.title"])
def test_a_title_or_name_that_is_not_one_line_of_visible_text_is_a_finding(
    hidden: str, key: str, tmp_path: Path
) -> None:
    import json

    group, *names = key.split(".")
    value: Any = hidden
    for name in reversed(names):
        value = {name: value}
    (tmp_path / "small.yaml").write_text((CASES / "hostile" / "small.yaml").read_text())
    file = tmp_path / "hidden.yaml"
    file.write_text(f"schema: 1\nextends: small.yaml\n{group}: {json.dumps(value)}\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    (finding,) = caught.value.findings
    assert finding.key == key
    assert "Remove it" in finding.message or "Write" in finding.message
