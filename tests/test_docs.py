"""What the docs say is what the program does. `python tests/test_docs.py` rewrites the generated tables."""

import re
from pathlib import Path

import pytest

from sim.contract import Cause, EventKind, Rank

MODEL = Path(__file__).parent.parent / "docs" / "model.md"
TABLES = {"ranks": Rank, "causes": Cause, "events": EventKind}


def table_of(kinds: type) -> str:
    lines = ["| number | name | meaning |", "|---:|---|---|"]
    lines += [f"| {int(kind)} | {kind.label} | {kind.meaning} |" for kind in kinds]
    return "\n".join(lines)


def block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- begin {name} -->\n)(.*?)(\n<!-- end {name} -->)", re.DOTALL)


@pytest.mark.parametrize("name", TABLES)
def test_the_model_page_prints_the_named_tables(name: str) -> None:
    match = block(name).search(MODEL.read_text(encoding="utf-8"))
    assert match is not None
    assert match[2] == table_of(TABLES[name]), "run: python tests/test_docs.py"


if __name__ == "__main__":
    text = MODEL.read_text(encoding="utf-8")
    for name, kinds in TABLES.items():
        text = block(name).sub(lambda match, kinds=kinds: match[1] + table_of(kinds) + match[3], text)
    MODEL.write_text(text, encoding="utf-8")
