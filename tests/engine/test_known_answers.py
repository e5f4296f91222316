"""The same plan and log on every machine, with every version of every library: digests that are known."""

import pytest
from known_answers import NAMES, answer, known

KNOWN = known()


def test_an_answer_is_known_of_every_shipped_scenario_and_of_nothing_else() -> None:
    assert set(KNOWN) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_plans_and_logs_have_the_digests_that_are_known(name: str) -> None:
    (plan, log), (drawn, told) = KNOWN[name], answer(name)
    assert drawn == plan, (
        f"{name}: another plan is drawn here than elsewhere. If nothing in drawing was changed, this machine or a library rounds "
        "otherwise (logarithms, exponentials): results differ from published ones. If the change is meant: make golden"
    )
    assert told == log, (
        f"{name}: the same plan has another log here than elsewhere. If nothing in the engines was changed, the compiler makes "
        "other code of it on this machine: results are wrong. If the change is meant: make golden"
    )
