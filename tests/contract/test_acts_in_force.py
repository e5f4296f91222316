"""Whether an act of a policy is in force: on its seconds, at its facility, on the chains that its policy binds."""

from types import SimpleNamespace

import pytest

from sim.contract import in_force

# Two policies, two chains. The first policy binds chain 0 at facility 3; the second binds chain 1 from its origin.
# Act 0 (policy 0) is at facility 3 in seconds 10 to 19; act 1 (policy 1) at origins in seconds 10 to 19.
WORLD = SimpleNamespace(
    n_chains=2,
    act_policy=[0, 1],
    act_facility=[3, -1],
    act_from_s=[10, 10],
    act_until_s=[20, 20],
    policy_place=[3, -2, -2, -1],
)


@pytest.mark.parametrize(("time_s", "holds"), [(9, False), (10, True), (19, True), (20, False)])
def test_an_act_holds_from_its_first_second_until_before_its_end(time_s, holds):
    assert in_force(WORLD, 0, chain=0, facility=3, time_s=time_s) is holds


def test_an_act_holds_at_its_facility_only():
    assert [in_force(WORLD, 0, 0, facility, 15) for facility in (-1, 2, 3, 4)] == [False, False, True, False]


def test_an_act_at_a_facility_leaves_alone_the_chains_that_its_policy_does_not_bind():
    assert [in_force(WORLD, 0, chain, 3, 15) for chain in (0, 1)] == [True, False]


def test_an_act_at_the_origin_leaves_alone_the_chains_that_its_policy_does_not_bind():
    assert [in_force(WORLD, 1, chain, -1, 15) for chain in (0, 1)] == [False, True]
