"""Where the files are that tests read."""

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CASES = TESTS / "cases"
MALFORMED = TESTS / "malformed"
SMALL = MALFORMED / "valid" / "small.yaml"
SCENARIOS = ROOT / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
