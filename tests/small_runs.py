"""Runs of a tiny world: its file, its case, the command that runs it, and what a run folder holds."""

import json
import sys
from pathlib import Path

from where import SCENARIOS
from worlds import BASE

from sim.experiment import Case
from sim.scenario_file import load_scenario

SHORT = "period: {start: 2025-08-01, length: 60 d, warm_up: 15 d, cool_down: 25 d}\n"


def two_scenarios(folder: Path) -> None:
    """The baseline of two months, one.yaml, and the same with all freight by sea, two.yaml."""
    first = (SCENARIOS / "baseline.yaml").read_text(encoding="utf-8")
    period = next(line for line in first.splitlines(keepends=True) if line.startswith("period:"))
    (folder / "one.yaml").write_text(first.replace(period, SHORT), encoding="utf-8")
    (folder / "two.yaml").write_text(
        "schema: 1\ntitle: All by sea\npurpose: To see.\nextends: one.yaml\n"
        "policies: {ban: {territory: [RU], barred: true}}\n",
        encoding="utf-8",
    )


def tiny(folder: Path, name: str = "tiny") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(BASE, encoding="utf-8")
    return file


def case_of(folder: Path, replications: int, seed: int = 7) -> Case:
    loaded = load_scenario(tiny(folder), sets=[f"replications={replications}", f"seed={seed}"])
    return Case("tiny", loaded.scenario)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a run folder but the manifest, which says when it was written."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def digests(folder: Path) -> list[str]:
    manifest = json.loads((folder / "manifest.json").read_text())
    return [manifest["plan_digest"], manifest["log_digest"]]


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "sim", *map(str, words)]


def run_words(file: Path, out: Path, n: int, jobs: int = 1) -> list[str]:
    return command("run", file, "--replications", str(n), "--no-plots", "--jobs", str(jobs), "--out", out)
