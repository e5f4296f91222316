"""A log written by hand, every number of which is known: two trips of which one waits at a border."""

from worlds import PlanBuilder, altered

from sim.contract import Cause, EventKind, EventLog, Legend, Place, PlaceKind, SampledPlan, StepKind
from sim.results import CAUSE_COLUMNS

K, C, P = EventKind, Cause, PlaceKind
CAUSES = [*CAUSE_COLUMNS.values(), "unfinished_s"]


def row(time_s, kind, c=-1, t=-1, place_kind=P.NOWHERE, place=-1, cause=-1, span_s=0, policy=-1):
    return (time_s, kind, c, t, place_kind, place, cause, span_s, policy)


def legend_for(plan: SampledPlan, **changes: object) -> Legend:
    """Names for a world of one service, gate, station and chain, and two flows in either direction."""
    made: dict[str, object] = {
        "scenario": "story", "title": "A story", "start": "2025-01-01", "period_s": plan.period_s, "warm_up_s": 5, "cool_down_s": 25_000,
        "flows": ("out", "home"), "flow_origin": ("a", "b"), "flow_destination": ("b", "a"), "flow_direction": ("westbound", "eastbound"),
        "flow_market": ("", ""),
        "flow_deadline_s": (8_490, 8_490), "chain_quoted_s": (4_000,),
        "flow_measured": (True, True), "flow_charge_usd_per_feu": (50.0, 0.0), "flow_mass_t_per_feu": (10.0, 20.0),
        "cargos": ("toys", "cars"), "cargo_time_value_usd_per_feu_day": (86.4, 864.0),
        "corridors": ("northern", "cku"), "chains": ("rail",), "chain_corridor": (0,), "chain_services": ((0,),),
        "services": ("train",), "service_origin": ("a",), "service_destination": ("b",), "service_cost_usd_per_feu": (1_000.0,),
        "service_emissions_kg_per_t": (100.0,), "service_length_m": (1_000,),
        "gate_places": (Place("border", "brest", "", "", "border", "westbound"),),
        "station_places": (Place("customs", "brest", "", "", "border"),),
        "leg_places": (Place("first", "a", "brest", "one"), Place("second", "brest", "b", "two")), "fleets": (), "facilities": ("brest",),
        "policies": ("decree", "ban"), "policy_surcharge_usd_per_feu": (200.0, 0.0), "surcharges": ((0, 0, -1, 0, 0, 60),),
    }  # fmt: skip
    return Legend(**(made | changes))


def world() -> PlanBuilder:
    b = PlanBuilder(period_s=100_000)
    steps = [
        (StepKind.RUN, b.leg(), 1_000),
        (StepKind.GATE, b.gate(200)),
        (StepKind.HANDLE, b.station(1), 400),
    ]
    b.service(
        *steps,
        (StepKind.CHECK, 0),
        (StepKind.RUN, b.leg(), 2_000),
        capacity=4,
        spare=2,
        price=((0, 100_000),),
    )
    b.options(b.chain(0))
    return b


def story() -> tuple[SampledPlan, EventLog]:
    """Two trips arrive, one waits at the border; c1 is set out and rides on later, c2 is refused, c5 waits in the yard."""
    b = world()
    for release_s, size, express in (
        (0, 2, 0),
        (10, 1, 0),
        (20, 1, 0),
        (5_000, 3, 0),
        (70_000, 4, 1),
        (80_000, 1, 0),
    ):
        b.consignment(release_s, size=size, express=bool(express))
    plan = altered(b.plan(), cargo=[0, 1, 0, 0, 0, 0], flow=[0, 0, 0, 0, 0, 1])
    chain, train = (P.CHAIN, 0), (P.SERVICE, 0)
    border, customs, brest = (P.GATE, 0), (P.STATION, 0), (P.FACILITY, 0)
    first, second = (P.LEG, 0), (P.LEG, 1)
    return plan, EventLog.of([
        row(0, K.RELEASED, 0, -1, *chain),
        row(10, K.RELEASED, 1, -1, *chain),
        row(20, K.REFUSED, 2, policy=1),
        row(100, K.WAITED, 0, -1, *train, C.LOAD, 100),
        row(100, K.BOARDED, 0, 0, *train),
        row(100, K.WAITED, 1, -1, *train, C.VEHICLE, 60),
        row(100, K.WAITED, 1, -1, *train, C.LOAD, 30),
        row(100, K.BOARDED, 1, 0, *train),
        row(100, K.DEPARTED, -1, 0, *train),
        row(1_100, K.ARRIVED, -1, 0, *first, C.RUNNING, 1_000),
        row(1_300, K.WAITED, -1, 0, *border, C.PATH, 200),
        row(1_300, K.PASSED, -1, 0, *border),
        row(1_350, K.WAITED, -1, 0, *customs, C.CRANE, 50),
        row(1_350, K.STARTED, -1, 0, *customs),
        row(1_850, K.WAITED, -1, 0, *customs, C.HOURS, 100),
        row(1_850, K.FINISHED, -1, 0, *customs, C.CUSTOMS, 400),
        row(1_850, K.SET_OUT, 1, 0, *brest),
        row(3_850, K.ARRIVED, -1, 0, *second, C.RUNNING, 2_000),
        row(3_850, K.UNLOADED, 0, 0, *train),
        row(3_850, K.DELIVERED, 0, -1, *chain),
        row(5_000, K.RELEASED, 3, -1, *chain),
        row(5_000, K.BOARDED, 3, 1, *train),
        row(5_000, K.DEPARTED, -1, 1, *train),
        row(5_850, K.CLEARED, 1, -1, *brest, C.POLICY, 4_000, 0),
        row(6_000, K.ARRIVED, -1, 1, *first, C.RUNNING, 1_000),
        row(6_000, K.PASSED, -1, 1, *border),
        row(6_000, K.STARTED, -1, 1, *customs),
        row(6_500, K.FINISHED, -1, 1, *customs, C.CUSTOMS, 500),
        row(6_500, K.WAITED, 1, -1, *brest, C.VEHICLE, 650),
        row(6_500, K.ATTACHED, 1, 1, *brest),
        row(8_500, K.ARRIVED, -1, 1, *second, C.RUNNING, 2_000),
        row(8_500, K.UNLOADED, 3, 1, *train),
        row(8_500, K.DELIVERED, 3, -1, *chain),
        row(8_500, K.UNLOADED, 1, 1, *train),
        row(8_500, K.DELIVERED, 1, -1, *chain),
        row(70_000, K.RELEASED, 4, -1, *chain),
        row(70_000, K.BOARDED, 4, 2, *train),
        row(70_000, K.DEPARTED, -1, 2, *train),
        row(71_000, K.ARRIVED, -1, 2, *first, C.RUNNING, 1_000),
        row(80_000, K.RELEASED, 5, -1, *chain),
    ])  # fmt: skip


def lines(table, *columns: str) -> list[tuple[object, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))
