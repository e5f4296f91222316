"""What is drawn is what the scenario says: distributions, arrivals, weather, disruptions, policies, calendars, legends.

Shares and rates are compared within four standard errors of their own spread, with fixed seeds.
"""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from worlds import BASE, DAY_S, HOUR_S, plan_of, run, scenario

from sim.contract import Cause, EventKind, Legend, SampledPlan, StepKind
from sim.model import Constant, Named, Quantiles, Sample, Triangular
from sim.sampling import Sampler, Streams
from sim.sampling.demand import distinct_rows
from sim.sampling.quantiles import Intensity, invert, mean
from sim.sampling.structure import Structure

U = np.linspace(0.0005, 0.9995, 1_999)
Z90 = stats.norm.ppf(0.9)


# --- distributions ---------------------------------------------------------------------------------------------------

SPREADS = {
    "lognormal": (Quantiles(p50=10, p90=40), stats.lognorm(np.log(4) / Z90, scale=10)),
    "shifted lognormal": (Quantiles(low=4, p50=10, p90=40), stats.lognorm(np.log(6) / Z90, loc=4, scale=6)),
    "triangular": (Triangular(low=4, mode=6, high=12), stats.triang(0.25, loc=4, scale=8)),
    "triangular from its mode": (Triangular(low=4, mode=4, high=12), stats.triang(0, loc=4, scale=8)),
    "triangular to its mode": (Triangular(low=4, mode=12, high=12), stats.triang(1, loc=4, scale=8)),
    "exponential": (Named(kind="exponential", mean=7), stats.expon(scale=7)),
    "uniform": (Named(kind="uniform", low=3, high=9), stats.uniform(3, 6)),
    "gamma": (Named(kind="gamma", mean=8, sd=4), stats.gamma(4, scale=2)),
    "wide gamma": (Named(kind="gamma", mean=8, sd=16), stats.gamma(0.25, scale=32)),
}


@pytest.mark.parametrize("name", SPREADS)
def test_quantiles_are_those_of_scipy(name: str) -> None:
    ours, theirs = SPREADS[name]
    assert np.allclose(invert(ours, U), theirs.ppf(U), rtol=1e-9)


@pytest.mark.parametrize("name", SPREADS)
def test_draws_follow_the_distribution_and_its_mean(name: str) -> None:
    ours, theirs = SPREADS[name]
    drawn = invert(ours, Streams(1, 0).uniforms("draws", name, 20_000))
    assert stats.kstest(drawn, theirs.cdf).pvalue > 1e-3
    assert mean(ours) == pytest.approx(theirs.mean())


def test_a_sample_is_drawn_value_by_value_as_often() -> None:
    drawn = invert(Sample(sample=(5, 1, 1, 9)), (np.arange(4_000) + 0.5) / 4_000)
    assert dict(zip(*np.unique(drawn, return_counts=True), strict=True)) == {1: 2_000, 5: 1_000, 9: 1_000}
    assert mean(Sample(sample=(5, 1, 1, 9))) == 4


def test_a_plain_quantity_is_always_the_same() -> None:
    assert set(invert(Constant(constant=5), U)) == {5}


def test_the_fast_end_of_a_speed_is_its_p90() -> None:
    plan, legend = plan_of(), Sampler(scenario()).legend
    run_s = work(plan, legend, "west", "a > k")
    assert np.median(run_s) == pytest.approx(DAY_S, rel=0.03)
    assert np.quantile(run_s, 0.1) == pytest.approx(DAY_S / 1.2, rel=0.03)


def test_all_legs_of_a_railway_share_the_pace_of_a_trip() -> None:
    plan, legend = plan_of(), Sampler(scenario()).legend
    first, second = work(plan, legend, "far-p", "k > r"), work(plan, legend, "far-p", "r > p")
    assert np.abs(second - first * 0.8).max() <= 1


def work(plan: SampledPlan, legend: Legend, service: str, place: str) -> np.ndarray:
    """Seconds of work of a service's trips on a leg or at a station."""
    s = legend.services.index(service)
    for i in range(plan.step_first[s], plan.step_first[s + 1]):
        names = {StepKind.RUN: legend.legs, StepKind.HANDLE: legend.stations}.get(int(plan.step_kind[i]), ())
        if names and names[plan.step_place[i]] == place:
            return plan.work_s[plan.work_first[i] :][: plan.trip_first[s + 1] - plan.trip_first[s]]
    raise LookupError(place)


# --- arrivals --------------------------------------------------------------------------------------------------------

DAYS = 360


def releases(*changes: str, flow: int = 0, replications: int = 1) -> np.ndarray:
    """Days at which consignments of a flow are released in a year."""
    sampler = Sampler(scenario("{period: {length: 360 d}, flows: {cn-de: {volume: 400 TEU/day}}}", *changes))
    plans = [sampler.plan(r) for r in range(replications)]
    return np.concatenate([plan.release_s[plan.flow == flow] for plan in plans]) / DAY_S


def near(found: float, expected: float, variance: float) -> None:
    assert abs(found - expected) < 4 * np.sqrt(variance), (found, expected)


def test_releases_are_a_poisson_process_of_the_stated_rate() -> None:
    days = releases()
    near(len(days), 20 * DAYS, 20 * DAYS)
    assert stats.kstest(np.diff(days), stats.expon(scale=1 / 20).cdf).pvalue > 1e-3
    by_day = np.bincount(days.astype(int), minlength=DAYS)
    assert by_day.var() / by_day.mean() == pytest.approx(1, abs=4 * np.sqrt(2 / DAYS))


def test_the_season_scales_the_months() -> None:
    months = ", ".join(["50 %"] * 3 + ["150 %"] * 3 + ["100 %"] * 6)
    days = releases(f"flows: {{cn-de: {{season: [{months}]}}}}")
    first, second = ((days >= a) & (days < b) for a, b in ((0, 90), (90, 181)))
    near(first.sum(), 10 * 90, 10 * 90)
    near(second.sum(), 30 * 91, 30 * 91)


def test_a_demand_factor_scales_a_flow_while_it_lasts() -> None:
    change = (
        "disruptions: {less: {at: {id: cn-de}, from: '2025-04-11', lasts: 100 d, effect: {demand: 25 %}}}"
    )
    days, before = releases(change), releases()
    during = (days >= 100) & (days < 200)
    near(during.sum(), 5 * 100, 5 * 100)
    assert np.array_equal(days[days < 100], before[before < 100])
    near((days >= 200).sum(), 20 * 160, 20 * 160)
    assert np.array_equal(releases(change, flow=1), releases(flow=1))


def test_a_demand_factor_of_nothing_stops_the_flow() -> None:
    days = releases("disruptions: {none: {at: {id: cn-de}, from: '2025-04-11', effect: {demand: 0 %}}}")
    assert days.max() < 100


def test_an_intensity_that_is_nothing_for_a_while_has_no_events_then() -> None:
    at_s = Intensity([0, 100, 200], [1.0, 0.0, 1.0], 300).arrivals(Streams(0, 0), "a", "b")
    assert len(at_s) > 150
    assert not ((at_s >= 100) & (at_s < 200)).any()
    assert len(Intensity([0], [0.0], 300).arrivals(Streams(0, 0), "a", "b")) == 0


def test_shares_of_cargo_express_and_routing_are_those_stated() -> None:
    sampler = Sampler(
        scenario(
            "flows: {cn-de: {volume: 2000 TEU/day, routing: {shares: {rail: 70 %, truck: 30 %}, fallbacks: null}}}"
        )
    )
    plan, legend = sampler.plan(0), sampler.legend
    mine = np.flatnonzero(plan.flow == 0)
    chains = plan.option_chain[plan.options_first[plan.options[mine]]]
    for found, share in (
        (plan.cargo[mine] == legend.cargos.index("machines"), 0.6),
        (plan.express[mine] == 0, 0.2),
        (chains == legend.chains.index("truck"), 0.3),
    ):
        near(found.mean(), share, share * (1 - share) / len(mine))


# --- weather, disruptions, openings ----------------------------------------------------------------------------------


def steps_of(plan: SampledPlan, number: int) -> list[tuple[float, int, int]]:
    """(day, value, cause) of a calendar."""
    part = slice(plan.calendar_first[number], plan.calendar_first[number + 1])
    columns = (plan.calendar_at_s[part] / DAY_S, plan.calendar_value[part], plan.calendar_cause[part])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def closed_share(plan: SampledPlan, number: int, from_day: float = 0) -> float:
    steps = [*steps_of(plan, number), (plan.period_s / DAY_S, 0, 0)]
    shut = sum(max(b[0] - max(a[0], from_day), 0) for a, b in pairwise(steps) if a[1] == 0)
    return shut / (plan.period_s / DAY_S - from_day)


def test_weather_closes_the_stated_share_of_time() -> None:
    months = ", ".join(["30 %"] * 12)
    sampler = Sampler(
        scenario(
            {"period": {"length": "360 d"}},
            f"weathers: {{storm: {{closed: [{months}], spell: {{p50: 8 h, p90: 24 h}}}}}}",
            "services: {west: {weather: storm}}",
        )
    )
    shares = []
    for r in range(40):
        plan = sampler.plan(r)
        number = plan.service_calendar[0]
        assert {cause for _, value, cause in steps_of(plan, number) if value == 0} == {Cause.WEATHER}
        shares.append(closed_share(plan, number, from_day=10))
        assert plan.service_calendar[1] == 0
    near(float(np.mean(shares)), 0.3, np.var(shares) / len(shares))
    assert np.std(shares) / np.sqrt(len(shares)) < 0.005


def test_weather_keeps_to_its_months() -> None:
    months = ", ".join(["60 %", *["0 %"] * 11])
    plan = plan_of(
        {"period": {"length": "300 d"}},
        f"weathers: {{storm: {{closed: [{months}], spell: 5 h}}}}",
        "services: {west: {weather: storm}}",
    )
    shut = [day for day, value, _ in steps_of(plan, plan.service_calendar[0]) if value == 0]
    assert shut
    assert max(shut) < 31


def test_random_disruptions_come_at_their_rate_and_season() -> None:
    months = ", ".join(["200 %"] * 6 + ["0 %"] * 6)
    sampler = Sampler(
        scenario(
            {"period": {"length": "360 d"}},
            f"""
            disruptions:
              strike: {{at: {{id: r}}, random: {{rate: 6 /year, season: [{months}]}}, lasts: 2 h, effect: closed}}
            """,
        )
    )
    starts = []
    for r in range(60):
        plan = sampler.plan(r)
        number = plan.station_rate[sampler.legend.stations.index("r.border")]
        starts += [day for day, value, _ in steps_of(plan, number) if value == 0]
    expected = 60 * 2 * 6 / 365 * 181
    near(len(starts), expected, expected)
    assert max(starts) < 182


HIT = {
    "closed by id": ("{id: r}", "closed", {"r.border"}, set()),
    "closed by tag": ("{tag: eaeu}", "closed", {"r.border"}, set()),
    "closed by tag of a leg": ("{tag: western}", "closed", set(), {"r > d"}),
    "closed by country": ("{country: DE}", "closed", {"d.terminal"}, {"r > d", "a > d"}),
}


@pytest.mark.parametrize("name", HIT)
def test_a_closure_hits_what_it_names(name: str) -> None:
    at, effect, stations, legs = HIT[name]
    change = f"disruptions: {{shut: {{at: {at}, from: '2025-01-05', lasts: 3 d, effect: {effect}}}}}"
    sampler = Sampler(scenario(change))
    plan, legend = sampler.plan(0), sampler.legend
    assert {legend.stations[i] for i in np.flatnonzero(plan.station_rate)} == stations
    assert {legend.legs[i] for i in np.flatnonzero(plan.leg_calendar)} == legs
    for number in {*plan.station_rate.tolist(), *plan.leg_calendar.tolist()} - {0}:
        assert steps_of(plan, number) == [(0, 1000, -1), (4, 0, Cause.CLOSURE), (7, 1000, -1)]


def test_a_closed_facility_dispatches_nothing() -> None:
    plan = plan_of("disruptions: {shut: {at: {id: k}, from: '2025-01-05', lasts: 3 d, effect: closed}}")
    assert [closed_share(plan, number) > 0 for number in plan.service_calendar] == [False, True, True, False]


def test_a_slow_down_slows_legs_and_stations() -> None:
    plan = plan_of("disruptions: {slow: {at: {country: RU}, from: '2025-01-05', effect: {rate: 40 %}}}")
    slowed = {steps_of(plan, number)[-1][:2] for number in plan.station_rate.tolist() if number}
    assert slowed == {(4, 400)}


def test_fewer_servers_are_the_fewest_of_all_disruptions() -> None:
    sampler = Sampler(
        scenario(
            """
            disruptions:
              one: {at: {id: k}, from: '2025-01-05', lasts: 4 d, effect: {servers: 1}}
              none: {at: {country: KZ}, from: '2025-01-07', lasts: 1 d, effect: {servers: 0}}
              many: {at: {id: k}, from: '2025-01-07', lasts: 1 d, effect: {servers: 9}}
            """
        )
    )
    plan = sampler.plan(0)
    number = plan.station_servers[sampler.legend.stations.index("k.gauge_change")]
    assert [step[:2] for step in steps_of(plan, number)] == [(0, 2), (4, 1), (6, 0), (7, 1), (8, 2)]


@pytest.mark.parametrize("at", ["{id: sets}", "{tag: wagons}", "{country: DE}"])
def test_lost_vehicles_add_up_over_disruptions(at: str) -> None:
    plan = plan_of(
        f"""
        disruptions:
          some: {{at: {at}, from: '2025-01-05', lasts: 4 d, effect: {{vehicles_lost: 2}}}}
          more: {{at: {{id: sets}}, from: '2025-01-07', effect: {{vehicles_lost: 3}}}}
        """
    )
    assert [step[:2] for step in steps_of(plan, plan.fleet_withdrawn[0])] == [(0, 0), (4, 2), (6, 5), (8, 3)]


def test_demand_of_a_country_is_that_of_the_flows_from_and_to_it() -> None:
    change = "disruptions: {less: {at: {country: DE}, from: '2025-01-01', effect: {demand: 10 %}}}"
    before, after = plan_of(), plan_of(change)
    assert (after.flow == 0).sum() < 0.3 * (before.flow == 0).sum()
    assert (after.flow == 1).sum() == (before.flow == 1).sum()


def test_a_service_and_its_chains_begin_with_the_opening_of_a_leg() -> None:
    plan = plan_of("openings: {line: '2025-01-08'}", "legs: {k-r: {opening: line}}")
    shut = [(0, 0, Cause.CLOSURE), (7, 1000, -1)]
    assert [steps_of(plan, number) == shut for number in plan.service_calendar] == [False, True, True, False]
    before = {chains_taken(plan, c, 6 * DAY_S) for c in np.flatnonzero(plan.flow == 0)}
    after = {chains_taken(plan, c, 7 * DAY_S) for c in np.flatnonzero(plan.flow == 0)}
    assert (before, after) == ({2}, {0})
    assert {chains_taken(plan, c, 6 * DAY_S) for c in np.flatnonzero(plan.flow == 1)} == {-1}


def test_an_opening_before_the_period_changes_nothing() -> None:
    change = "{openings: {line: '2024-01-08'}, legs: {k-r: {opening: line}}}"
    assert plan_of(change).digest() == plan_of().digest()


# --- policies --------------------------------------------------------------------------------------------------------


def chains_taken(plan: SampledPlan, c: int, at_s: int | None = None) -> int:
    """First chain open to a consignment when released (or at a second), or -1."""
    at_s = int(plan.release_s[c]) if at_s is None else at_s
    for o in range(plan.options_first[plan.options[c]], plan.options_first[plan.options[c] + 1]):
        steps = [step for step in steps_of(plan, plan.option_calendar[o]) if step[0] * DAY_S <= at_s]
        if steps[-1][1] > 0:
            return int(plan.option_chain[o])
    return -1


TRADE = """
legs: {d-r: {between: [d, p], mode: road, length: 600 km, running_time: 1 d, tariff: 1 USD/FEU-km, emissions: 70 g/t-km}}
services: {back: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, fleet: sets, dispatch: {when: full}}}
chains: {back: {corridor: north, services: [back]}}
flows: {de-kz: {origin: d, destination: k, volume: 100 TEU/day, consignment: 20 TEU, cargo: {machines: 50 %, toys: 50 %},
                mass: 15 t/FEU, deadline: 9 d, routing: {shares: {back: 100 %}}}}
"""
CONDITIONS = {
    "territory": ("territory: [RU]", lambda flow, cargo, chain, day: chain != "truck"),
    "territory crossed by none": ("territory: [PL]", lambda flow, cargo, chain, day: chain == "rail-p"),
    "cargo": ("cargo: [machines]", lambda flow, cargo, chain, day: cargo == "machines"),
    "hs": ("hs: ['95', '96']", lambda flow, cargo, chain, day: cargo == "toys"),
    "hs of any chapter": ("hs: ['85']", lambda flow, cargo, chain, day: cargo == "machines"),
    "origin": ("origin: [CN]", lambda flow, cargo, chain, day: flow != "de-kz"),
    "origin in the EU": ("origin: [EU]", lambda flow, cargo, chain, day: flow == "de-kz"),
    "destination": ("destination: [DE]", lambda flow, cargo, chain, day: flow == "cn-de"),
    "destination in the EU": ("destination: [EU]", lambda flow, cargo, chain, day: flow != "de-kz"),
    "destination in the EU or here": ("destination: [EU, KZ]", lambda flow, cargo, chain, day: True),
    "flows": ("flows: [cn-pl]", lambda flow, cargo, chain, day: flow == "cn-pl"),
    "westbound": ("direction: westbound", lambda flow, cargo, chain, day: flow != "de-kz"),
    "eastbound": ("direction: eastbound", lambda flow, cargo, chain, day: flow == "de-kz"),
    "from": ("from: '2025-01-11'", lambda flow, cargo, chain, day: day >= 10),
    "until": ("until: '2025-01-11'", lambda flow, cargo, chain, day: day < 10),
    "from and until": (
        "from: '2025-01-06', until: '2025-01-11'",
        lambda flow, cargo, chain, day: 5 <= day < 10,
    ),
    "before the period": ("until: '2024-01-11'", lambda flow, cargo, chain, day: False),
    "all together": (
        "territory: [RU], cargo: [machines], destination: [EU], direction: westbound, from: '2025-01-11'",
        lambda flow, cargo, chain, day: (
            flow == "cn-de" and cargo == "machines" and chain == "rail" and day >= 10
        ),
    ),
}
FIXED = {"cn-de": "rail", "cn-pl": "rail-p", "de-kz": "back"}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_ban_binds_exactly_what_meets_its_conditions(name: str) -> None:
    words, binds = CONDITIONS[name]
    sampler = Sampler(
        scenario(
            TRADE,
            "flows: {cn-de: {routing: {fallbacks: null}}}",
            f"policies: {{ban: {{barred: true, {words}}}}}",
        )
    )
    plan, legend = sampler.plan(0), sampler.legend
    for c in range(0, plan.n_consignments, 5):
        flow, cargo = legend.flows[plan.flow[c]], legend.cargos[plan.cargo[c]]
        expected = binds(flow, cargo, FIXED[flow], plan.release_s[c] / DAY_S)
        assert (chains_taken(plan, c) < 0) == expected, (flow, cargo, plan.release_s[c] / DAY_S)


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_licence_binds_exactly_what_meets_its_conditions(name: str) -> None:
    words, binds = CONDITIONS[name]
    sampler = Sampler(scenario(TRADE, f"policies: {{licence: {{delayed: {{for: 5 h}}, {words}}}}}"))
    plan, legend = sampler.plan(0), sampler.legend
    for c in range(0, plan.n_consignments, 5):
        flow, cargo, release_s = legend.flows[plan.flow[c]], legend.cargos[plan.cargo[c]], plan.release_s[c]
        acts = range(plan.act_first[c], plan.act_first[c + 1])
        chain = legend.chains.index(FIXED[flow])
        held = [
            a
            for a in acts
            if plan.act_from_s[a] <= release_s < plan.act_until_s[a]
            and plan.policy_place[plan.act_policy[a] * len(legend.chains) + chain] >= -1
        ]
        assert bool(held) == binds(flow, cargo, FIXED[flow], release_s / DAY_S)
        assert all(plan.act_facility[a] == -1 and plan.act_span_s[a] == 5 * HOUR_S for a in held)


def test_a_barred_consignment_falls_back_in_order() -> None:
    change = """
        services: {late: {route: [a, d], mode: road, capacity: 20 TEU, dispatch: {when: full}}}
        chains: {late: {corridor: road, services: [late]}}
        flows: {cn-de: {volume: 2000 TEU/day, routing: {shares: {rail: 100 %}, fallbacks: [{truck: 75 %, late: 25 %}, rail]}}}
        policies: {ban: {territory: [RU], barred: true}}
        """
    sampler = Sampler(scenario(change))
    plan, chains = sampler.plan(0), list(sampler.legend.chains)
    mine = np.flatnonzero(plan.flow == 0)
    taken = [chains[chains_taken(plan, c)] for c in mine]
    assert set(taken) == {"truck", "late"}
    near(taken.count("truck") / len(mine), 0.75, 0.75 * 0.25 / len(mine))


def test_a_share_of_shippers_avoids_a_territory() -> None:
    sampler = Sampler(
        scenario(
            "flows: {cn-de: {volume: 2000 TEU/day}}",
            "policies: {fear: {territory: [RU], avoided: {share: 35 %}}}",
        )
    )
    plan = sampler.plan(0)
    mine = np.flatnonzero(plan.flow == 0)
    by_truck = np.mean([chains_taken(plan, c) == 2 for c in mine])
    near(float(by_truck), 0.35, 0.35 * 0.65 / len(mine))


def test_two_policies_that_are_avoided_act_together() -> None:
    both = "policies: {one: {territory: [RU], avoided: {share: 50 %}}, two: {territory: [KZ], avoided: {share: 50 %}}}"
    sampler = Sampler(scenario("flows: {cn-de: {volume: 2000 TEU/day}}", both))
    plan = sampler.plan(0)
    mine = np.flatnonzero(plan.flow == 0)
    near(float(np.mean([chains_taken(plan, c) == 2 for c in mine])), 0.75, 0.75 * 0.25 / len(mine))


def test_inspections_hold_their_share_and_detain_theirs_of_the_inspected() -> None:
    change = """
        flows: {cn-de: {volume: 4000 TEU/day}}
        policies: {check: {territory: [RU], cargo: [machines], inspected: {share: 25 %, handling: 2 d, detained: {share: 10 %, for: 30 d}}}}
        """
    sampler = Sampler(scenario(change))
    plan, legend = sampler.plan(0), sampler.legend
    assert set(plan.act_facility.tolist()) == {legend.facilities.index("r")}
    bound = (plan.cargo == legend.cargos.index("machines")).sum()
    n = len(plan.act_span_s)
    near(n / bound, 0.25, 0.25 * 0.75 / bound)
    near(float((plan.act_span_s == 30 * DAY_S).mean()), 0.1, 0.09 / n)
    assert set(plan.act_span_s.tolist()) == {2 * DAY_S, 30 * DAY_S}
    owner = np.repeat(np.arange(plan.n_consignments), np.diff(plan.act_first))
    assert set(plan.cargo[owner].tolist()) == {legend.cargos.index("machines")}


def test_trains_stop_for_inspection_where_they_first_have_border_work_in_the_territory_or_where_the_policy_says() -> (
    None
):
    def checks(policy: str) -> dict[str, list[str]]:
        structure = Structure(
            scenario(TRADE, "facilities: {p: {border: {time: 1 h}}}", f"policies: {{x: {policy}}}")
        )
        return {
            name: [structure.facilities[step.place] for step in steps if step.kind == StepKind.CHECK]
            for name, steps in structure.steps.items()
        }

    anywhere = {"west": [], "far": [], "far-p": [], "trucks": [], "back": []}
    at_r = {**anywhere, "far": ["r"], "far-p": ["r"], "back": ["r"]}
    act = "inspected: {share: 5 %, handling: 2 h}"
    assert checks(f"{{territory: [RU], {act}}}") == at_r
    assert checks(f"{{territory: [CN], {act}}}") == anywhere
    assert checks("{territory: [CN], inspected: {share: 5 %, at: r, handling: 2 h}}") == at_r


def test_a_chain_over_two_services_is_inspected_once_in_either_direction() -> None:
    """Westbound trains reach Q before R, eastbound ones R before Q; each stops at the first only."""
    change = """
        facilities:
          q: {name: Q, country: RU, position: [42, 90], kind: border, border: {time: 1 h}}
        legs:
          a-q: {between: [a, q], mode: rail, gauge: 1435, length: 500 km, railway: cr}
          q-k: {between: [q, k], mode: rail, gauge: 1435, length: 500 km, railway: cr}
        services:
          west: {route: [a, q, k]}
          east-1: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}
          east-2: {route: [k, q, a], gauge: 1435, capacity: 40 TEU, dispatch: {when: full}}
        chains: {east: {corridor: north, services: [east-1, east-2]}}
        flows:
          de-cn: {origin: d, destination: a, volume: 100 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU,
                  deadline: 9 d, routing: {shares: {east: 100 %}}}
        policies: {x: {territory: [RU], inspected: {share: 100 %, handling: 2 h}}}
        """
    sampler = Sampler(scenario(change))
    plan, legend = sampler.plan(0), sampler.legend
    rows = run(plan).rows
    out = rows[rows["kind"] == EventKind.SET_OUT]
    assert np.bincount(out["consignment"]).max() == 1
    met = {
        (legend.flows[plan.flow[c]], legend.facilities[place])
        for c, place in zip(out["consignment"], out["place"], strict=True)
    }
    assert met == {("cn-de", "q"), ("cn-pl", "q"), ("de-cn", "r")}


def test_the_legend_says_who_pays_a_surcharge_and_when() -> None:
    change = """
        policies:
          toll: {territory: [RU], cargo: [machines], surcharge: 300 USD/FEU, from: '2025-01-11', until: '2025-01-21'}
          rebate: {flows: [cn-pl], surcharge: -50 USD/FEU}
        """
    legend = Sampler(scenario(change)).legend
    assert legend.policy_surcharge_usd_per_feu == (300, -50)
    named = [
        (
            legend.policies[p],
            legend.flows[f],
            legend.cargos[c],
            legend.chains[chain],
            from_s // DAY_S,
            until_s > 10**9 or until_s // DAY_S,
        )
        for p, f, c, chain, from_s, until_s in legend.surcharges
    ]
    assert [entry for entry in named if entry[0] == "toll"] == [
        ("toll", flow, "machines", chain, 10, 20) for flow in legend.flows for chain in ("rail", "rail-p")
    ]
    assert {entry[3:] for entry in named if entry[0] == "rebate" and entry[2] == "toys"} == {
        (chain, 0, True) for chain in legend.chains
    }


# --- structure and legend --------------------------------------------------------------------------------------------


def test_border_work_is_done_by_trains_that_pass_and_the_rest_where_a_service_ends() -> None:
    structure = Structure(scenario())
    told = [(step.kind, step.facility or step.leg, step.operation) for step in structure.steps["far"]]
    assert told == [
        (StepKind.GATE, "", ""),
        (StepKind.RUN, "k-r", ""),
        (StepKind.HANDLE, "r", "border"),
        (StepKind.RUN, "r-d", ""),
        (StepKind.HANDLE, "d", "terminal"),
    ]


def test_each_direction_has_its_own_gate_and_both_share_the_station() -> None:
    legend = Sampler(
        scenario(TRADE, "facilities: {r: {border: {capacity: 12 trains/day, background: 4 trains/day}}}")
    ).legend
    assert [gate for gate in legend.gates if gate.startswith("r.")] == [
        "r.border westbound",
        "r.border eastbound",
    ]
    assert legend.stations.count("r.border") == 1


@pytest.mark.parametrize(
    ("gate", "headway_s"),
    [
        ("capacity: 12 trains/day", 7_200),
        ("capacity: 12 trains/day, background: 4 trains/day", 10_800),
        ("capacity: 10 trains/day, hours: '00:00-05:00 +03:00'", 1_800),
        ("capacity: 7 trains/week", 86_400),
    ],
)
def test_the_headway_is_open_time_over_free_paths(gate: str, headway_s: int) -> None:
    sampler = Sampler(scenario(f"legs: {{k-r: {{{gate}}}}}"))
    assert sampler.plan(0).gate_headway_s[sampler.legend.gates.index("k > r")] == headway_s


def test_hours_bind_entry_where_there_is_no_capacity_too() -> None:
    sampler = Sampler(
        scenario(
            "legs: {r-p: {hours: '08:00-20:00'}}",
            "facilities: {k: {border: {hours: '10:00-12:00'}}, p: {terminal: {time: null, hours: '09:00-17:00'}}}",
        )
    )
    plan, gates = sampler.plan(0), sampler.legend.gates
    assert plan.gate_headway_s[gates.index("r > p")] == 1
    assert [day * 24 for day, *_ in steps_of(plan, plan.gate_calendar[gates.index("r > p")])[:3]] == [
        0,
        8,
        20,
    ]
    assert [
        day * 24 for day, *_ in steps_of(plan, plan.gate_calendar[gates.index("p.terminal westbound")])[:3]
    ] == [0, 9, 17]
    rows = run(plan).rows
    passed_s = rows["time_s"][(rows["kind"] == EventKind.PASSED) & (rows["place"] == gates.index("r > p"))]
    assert len(passed_s)
    assert ((passed_s % DAY_S >= 8 * HOUR_S) & (passed_s % DAY_S < 20 * HOUR_S)).all()


def test_costs_and_emissions_of_a_service_add_up() -> None:
    legend = Sampler(
        scenario(
            """
            facilities: {r: {border: {fee: 40 USD/FEU}}, d: {terminal: {fee: 60 USD/FEU}}, k: {gauge_change: {fee: 1000 USD/FEU}}}
            services: {far: {charge: 5 USD/FEU}}
            """
        )
    ).legend
    far = legend.services.index("far")
    assert legend.service_cost_usd_per_feu[far] == pytest.approx(0.2 * 2_000 + 40 + 60 + 5)
    assert legend.service_emissions_kg_per_t[far] == pytest.approx(19 * 2_000 / 1_000)
    assert legend.service_length_m[far] == 2_000_000


def test_every_plan_of_the_tiny_world_can_be_run() -> None:
    assert "flows" in BASE
    for r in range(3):
        plan_of(TRADE, replication=r).check()


@pytest.mark.parametrize("n", [0, 1, 500])
@pytest.mark.parametrize("spread", [False, True])
def test_distinct_rows_are_those_that_numpy_finds(n: int, spread: bool) -> None:
    rows = np.random.default_rng(n).integers(-1, 4, (n, 3))
    if spread:
        # Few numbers, far apart.
        rows = rows * 1_000_003
    found, which = distinct_rows(rows)
    expected, inverse = np.unique(rows, axis=0, return_inverse=True)
    assert found.tolist() == expected.tolist()
    assert which.tolist() == inverse.reshape(-1).tolist()
