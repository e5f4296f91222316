"""What goes wrong in an engine is said with its time and entity."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from worlds import PlanBuilder, line

from sim.contract import EventLog, check_plan, ints
from sim.engine import ENGINES, simulate
from sim.errors import EngineError, PlanError

each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
def test_a_trip_without_draws_names_seed_replication_second_and_service(engine: str) -> None:
    b = PlanBuilder(seed=8, replication=3)
    b.options(b.chain(line(b, trips=1)))
    b.consignment(0)
    b.consignment(7)
    with pytest.raises(
        EngineError, match="seed 8, replication 3, second 7: service 0 has no draws for trip 1"
    ):
        simulate(b.plan(), engine=engine)


@each_engine
def test_an_empty_run_without_draws_names_its_fleet(engine: str) -> None:
    b = PlanBuilder(seed=8, replication=3)
    b.options(b.chain(line(b, fleet=b.fleet(home=1, return_after_s=5))))
    b.consignment(0)
    with pytest.raises(
        EngineError, match="seed 8, replication 3, second 15: fleet 0 has no draws for empty run 0"
    ):
        simulate(b.plan(), engine=engine)


def test_a_consignment_too_large_for_a_service_is_refused_before_the_run() -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=3)))
    b.consignment(0, size=4)
    with pytest.raises(PlanError, match="service 0 cannot load a consignment of 4 TEU"):
        b.plan()


def test_a_service_called_full_with_room_for_a_consignment_that_may_come_is_refused_before_the_run() -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=110, full=27)))
    b.consignment(0, size=28)
    b.consignment(9, size=84)
    with pytest.raises(
        PlanError,
        match="service 0 is called full at 27 TEU, when a consignment of 28 TEU still fits",
    ):
        b.plan()


def test_a_plan_that_contradicts_itself_is_refused_with_every_reason() -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b)))
    b.services[0] |= {"fleet": 3, "fleet_end": 2}
    with pytest.raises(PlanError, match="fleet must lie in -1 to -1") as refused:
        b.plan()
    assert "fleet_end must be 0 or 1" in str(refused.value)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"period_s": 2**31}, "a log takes at most 2,147,483,647 seconds, got 2,147,483,648"),
        ({"step_place": [32_767]}, "a log takes at most 32,767 places of one kind, got 32,768"),
        ({"calendar_policy": [32_767]}, "a log takes at most 32,767 policies, got 32,768"),
    ],
)
def test_a_plan_that_a_row_of_the_log_could_not_tell_is_refused(columns: dict[str, Any], words: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b)))
    plan = b.plan()
    wide = {
        name: value if isinstance(value, int) else ints(value * len(getattr(plan, name)))
        for name, value in columns.items()
    }
    with pytest.raises(PlanError, match=words):
        check_plan(replace(plan, **wide))


def test_numbers_at_the_edge_of_a_row_come_back_as_they_went_in() -> None:
    most = (2**31 - 1, 127, 2**31 - 1, 2**31 - 1, 127, 32_767, 32_767, 2**31 - 1, 32_767)
    log = EventLog.of([most, (0, 0, -1, -1, 0, -1, -1, 0, -1)])
    assert log.rows.tolist() == [most, (0, 0, -1, -1, 0, -1, -1, 0, -1)]
    assert log.rows.nbytes == 2 * 24
    assert log.column("span_s").dtype == np.int64
    with pytest.raises(OverflowError):
        EventLog.of([(2**31, 0, -1, -1, 0, -1, -1, 0, -1)])
