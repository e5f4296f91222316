"""The example of a study on the page of results, as it stands there, of a shorter period."""

import re

import pytest
from where import ROOT


def test_the_study_of_the_page_gives_a_share_for_each_replication(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    section = page.partition("## A study of your own")[2]
    (code,) = re.findall(r"```python\n(.+?)```", section.partition("\n## ")[0], re.DOTALL)
    assert '"replications=4"' in code
    monkeypatch.chdir(ROOT)
    told: dict[str, list[float]] = {}
    short = '"period.length=20 d", "period.warm_up=0 d", "period.cool_down=0 d"'
    exec(code.replace('"replications=4"', f'"replications=4", {short}'), told)
    assert len(told["fills"]) == 4
    assert all(0 < fill <= 1 for fill in told["fills"])
    assert len(set(told["fills"])) == 4
