"""When a vehicle is full: by what waits and what may come, not by what hardly ever does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import scenario

from sim.contract import EventKind, EventLog, SampledPlan
from sim.engine import simulate
from sim.model.consignment_sizes import smallest_consignments
from sim.model.expected import Expected
from sim.preview.departures import departures
from sim.sampling import Sampler

WEST = 0
SIZES = ("2 TEU", "8 TEU", "12 TEU", "20 TEU", "28 TEU", "36 TEU", "40 TEU")
FLOW = """{origin: a, destination: d, volume: VOLUME, consignment: SIZE, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
routing: {shares: {rail: 100 %}}}"""


def flow(volume: str, size: str) -> str:
    """A flow more from a to d, by the same trains."""
    return "flows: {block: " + FLOW.replace("VOLUME", volume).replace("SIZE", size) + "}"


def loads(plan: SampledPlan, log: EventLog, service: int) -> list[int]:
    """TEU aboard every departure of a service."""
    rows = log.rows
    boarded = rows[(rows["kind"] == EventKind.BOARDED) & (rows["place"] == service)]
    trips = range(plan.trip_first[service], plan.trip_first[service + 1])
    teu = dict.fromkeys(trips, 0)
    for trip, c in zip(boarded["trip"].tolist(), boarded["consignment"].tolist(), strict=True):
        teu[trip] += int(plan.size_teu[c])
    return [load for load in teu.values() if load]


def test_a_flow_of_whole_trains_that_hardly_ever_comes_leaves_the_trains_of_others_as_full_as_before() -> (
    None
):
    changes = ("services: {west: {capacity: 110 TEU}, far: {capacity: 110 TEU}}", "flows: {cn-pl: null}")
    with_blocks = scenario(*changes, flow("100 TEU/year", "100 TEU"))
    found = []
    for world in (scenario(*changes), with_blocks):
        plan = Sampler(world, seed=2).plan(0)
        teu = loads(plan, simulate(plan), WEST)
        assert len(teu) > 40
        found.append((plan.full_teu[WEST], sum(load < 100 for load in teu)))
    assert found[0] == (91, 0)
    # A block may send one train off before it is full, and no other.
    assert found[1][0] == 91
    assert found[1][1] <= 1


def test_only_flows_that_send_something_count_and_every_chain_that_they_may_take() -> None:
    world = scenario(flow("0 TEU/year", "2 TEU"))
    assert smallest_consignments(world)["west"] == 20
    assert smallest_consignments(scenario(flow("1 TEU/year", "2 TEU")))["west"] == 2
    fallback = flow("1 TEU/year", "2 TEU").replace("}}}", "}, fallbacks: [truck]}}")
    assert smallest_consignments(scenario(fallback))["trucks"] == 2
    assert "trucks" not in smallest_consignments(scenario("flows: {cn-de: null}"))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(sizes=st.lists(st.sampled_from(SIZES), min_size=2, max_size=2), seed=st.integers(0, 9))
@pytest.mark.parametrize("rule", ["{when: full}", "{when: held, at_most: 12 h, at_least: 4 TEU}"])
def test_every_train_that_leaves_when_full_has_no_room_for_the_next_in_line(
    rule: str, sizes: list[str], seed: int
) -> None:
    """Told from the log alone: who waits when a train leaves, and what they and those who may come would need."""
    changes = f"services: {{west: {{capacity: 43 TEU, dispatch: {rule}}}}}"
    world = scenario("period: {length: 8 d}", f"flows: {{cn-de: {{consignment: {sizes[0]}}}, cn-pl: null}}",
                     changes, "services: {far: {capacity: 60 TEU}, trucks: {capacity: 60 TEU}}", flow("20 TEU/day", sizes[1]))  # fmt: skip
    plan = Sampler(world, seed=seed).plan(0)
    smallest = min(int(size.split()[0]) for size in sizes)
    waiting: dict[int, int] = {}
    aboard, first_s, left = 0, 0, 0
    for row in simulate(plan).rows.tolist():
        time_s, kind, c, trip, _, place = row[:6]
        if kind == EventKind.RELEASED:
            waiting[c] = time_s
        elif kind == EventKind.BOARDED and place == WEST and trip < plan.trip_first[WEST + 1]:
            first_s = min(first_s, waiting[c]) if aboard else waiting[c]
            aboard += int(plan.size_teu[c])
            del waiting[c]
        elif kind == EventKind.DEPARTED and place == WEST:
            order = sorted(waiting, key=lambda c: (plan.express[c], waiting[c], c))
            room = 43 - aboard
            held = "held" in rule and time_s - first_s >= 12 * 3_600
            following = plan.size_teu[order[0]] if order else smallest
            assert held or room < following, f"{aboard} TEU leave at second {time_s}; {following} would fit"
            assert not order or room < following
            aboard, left = 0, left + 1
    assert left > 10


def test_a_forecast_of_departures_is_not_moved_by_a_flow_that_hardly_ever_comes() -> None:
    changes = ("services: {west: {capacity: 110 TEU}, far: {capacity: 110 TEU}}", "flows: {cn-pl: null}")
    trains = [
        departures(world, Expected(world).arrivals(0, 1))["west"]
        for world in (scenario(*changes), scenario(*changes, flow("100 TEU/year", "84 TEU")))
    ]
    assert trains[1] == pytest.approx(trains[0], rel=0.01)
