"""Why a repeated run may differ from its folder: what is not as it was is named, and only that."""

import json
import platform
import sys
from importlib.metadata import version

import pytest

from sim.results import ManifestRecord, likely_reasons

PERIOD = {"start": "2025-01-01T00:00:00Z", "length_s": 86_400, "warm_up_s": 0, "cool_down_s": 0}
HERE = {
    "scenario": "one",
    "period": PERIOD,
    "landbridge": version("landbridge"),
    "python": sys.version.split()[0],
    "platform": platform.platform(),
    "packages": {"numpy": version("numpy")},
    "files": [{"path": "one.yaml", "sha256": "a" * 64}],
}


def reasons(read: str = "a", **changed: object) -> list[str]:
    manifest = ManifestRecord.model_validate_json(json.dumps(HERE | changed))
    return list(likely_reasons(manifest, {"one.yaml": read * 64}))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"landbridge": "0.0.1"}, f"landbridge was 0.0.1, is {version('landbridge')}"),
        ({"python": "2.7.18"}, f"Python was 2.7.18, is {sys.version.split()[0]}"),
        ({"packages": {"numpy": "1.0"}}, f"numpy was 1.0, is {version('numpy')}"),
        ({"packages": {"no-such-package": "3"}}, "no-such-package was 3, is not installed"),
        ({"platform": "Plan 9"}, f"the machine was Plan 9, is {platform.platform()}"),
        ({"read": "b"}, "one.yaml is not what it was"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_not_as_it_was_is_the_reason(changed: dict[str, object], said: str) -> None:
    assert reasons(**changed) == [said]  # type: ignore[arg-type]


def test_several_things_that_changed_are_all_named() -> None:
    assert len(reasons(landbridge="0", python="2", platform="Plan 9", read="b")) == 4


def test_a_file_that_was_not_read_again_is_no_reason() -> None:
    assert "another.yaml" not in " ".join(reasons(files=[{"path": "another.yaml", "sha256": "b" * 64}]))


def test_where_nothing_else_changed_the_folder_or_the_code_did() -> None:
    assert reasons() == [
        "scenario.yaml or manifest.json was changed after the run",
        "or the code was changed under the same version",
    ]
