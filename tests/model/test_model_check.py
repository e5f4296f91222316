import copy
from typing import Any

import pytest
import where
from pydantic import ValidationError

from sim.model import (
    EU_MEMBERS,
    Scenario,
    countries_meant,
    countries_of,
    cross_check,
    direction_of,
    legs_of,
    unload_operation,
)
from sim.model.check_disruptions import effects_taken
from sim.model.disruptions import Target
from sim.model.network import read_hours
from sim.scenario_file import load_scenario

SMALL = load_scenario(where.SMALL)


def world(**changes: Any) -> Scenario:
    """Return the small world with values set by dotted path (two underscores for a dot); None removes."""
    document = copy.deepcopy(SMALL.document)
    for name, value in changes.items():
        *parents, last = name.replace("_0_", "-").split("__")
        node = document
        for parent in parents:
            node = node[parent]
        if value is None:
            node.pop(last)
        else:
            node[last] = value
    return Scenario.model_validate(document)


def faults(**changes: Any) -> dict[str, str]:
    return {".".join(map(str, path)): message for path, message in cross_check(world(**changes))}


def only(found: dict[str, str]) -> tuple[str, str]:
    assert len(found) == 1, found
    return next(iter(found.items()))


def test_the_small_world_has_no_fault() -> None:
    assert cross_check(world()) == []


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        # The period
        ({"period__length": "21 years"}, "period.length", "expected at most 7300 d (20 years)"),
        ({"period__length": "7301 d"}, "period.length", "expected at most 7300 d (20 years)"),
        ({"period__warm_up": "90 d"}, "period.warm_up", "nothing is left to measure"),
        ({"period__warm_up": None, "period__cool_down": "90 d"}, "period.cool_down", "nothing is left"),
        # Facilities and legs
        (
            {"facilities__xian__position": [134.3, 108.9]},
            "facilities.xian.position",
            "latitude and longitude",
        ),
        (
            {"facilities__moscow__terminal": {"servers": 2}},
            "facilities.moscow.terminal.servers",
            "without time",
        ),
        (
            {"facilities__moscow__terminal": {"background": "3 trains/day"}},
            "facilities.moscow.terminal.background",
            "without capacity",
        ),
        (
            {"facilities__altynkol__border__background": "20 trains/day"},
            "facilities.altynkol.border.background",
            "no path is left",
        ),
        ({"legs__caspian__between": ["aktau", "aktau"]}, "legs.caspian.between", "got aktau twice"),
        ({"legs__caspian__running_time": None}, "legs.caspian", "no railway and no running_time"),
        (
            {"legs__caspian__tariff": None, "legs__caspian__emissions": None},
            "legs.caspian",
            "no tariff, emissions",
        ),
        ({"legs__xian_0_altynkol__railway": "eats"}, "legs.xian-altynkol.railway", "did you mean 'east'?"),
        ({"legs__xian_0_altynkol__opening": "lime"}, "legs.xian-altynkol.opening", "did you mean 'line'?"),
        ({"legs__caspian__gauge": 1520}, "legs.caspian.gauge", "mode sea has no track gauge"),
        # Services and fleets
        (
            {"fleets__broad__between": ["altynkol", "moskow"]},
            "fleets.broad.between.1",
            "did you mean 'moscow'?",
        ),
        ({"services__ferry__weather": "summer"}, "services.ferry.weather", "known: winter."),
        ({"services__ferry__opening": "soon"}, "services.ferry.opening", "unknown opening 'soon'"),
        ({"services__ferry__fleet": "boats"}, "services.ferry.fleet", "unknown fleet 'boats'"),
        ({"services__ferry__fleet": "broad"}, "services.ferry.fleet", "runs between altynkol and moscow"),
        ({"services__ferry__unload": "gauge_change"}, "services.ferry.unload", "it has port and terminal"),
        ({"services__kazakh_0_train__gauge": None}, "services.kazakh-train", "needs its track gauge"),
        (
            {"services__russia_0_train__dispatch__at_least": "121 TEU"},
            "services.russia-train.dispatch.at_least",
            "expected at most the service's capacity of 120 TEU, got 121 TEU.",
        ),
        (
            {"facilities__moscow__terminal": None},
            "services.russia-train.route.1",
            "ends at moscow, which has no",
        ),
        (
            {"services__kazakh_0_train__route": ["altynkol", "moskow"]},
            "services.kazakh-train.route.1",
            "did you mean 'moscow'?",
        ),
        # Chains
        (
            {"chains__by_0_russia__corridor": "northen"},
            "chains.by-russia.corridor",
            "did you mean 'northern'?",
        ),
        ({"services__ferry__unload": "terminal"}, None, None),
        (
            {"facilities__aktau__port": None, "facilities__aktau__terminal": {}},
            "chains.by-caspian.services.2",
            "goods change between ship and land at aktau",
        ),
        # Flows
        ({"flows__cn_0_ru__destination": "xian"}, "flows.cn-ru.destination", "other than the origin"),
        (
            {"flows__cn_0_ru__cargo": {"machine": "100 %"}},
            "flows.cn-ru.cargo.machine",
            "did you mean 'machinery'?",
        ),
        (
            {"flows__cn_0_ru__routing__shares": {"by-caspian": "100 %"}},
            "flows.cn-ru.routing.shares.by-caspian",
            "leads from xian to baku, the flow from xian to moscow",
        ),
        (
            {"flows__cn_0_az__routing__fallbacks": [{"by-caspian": "99 %"}]},
            "flows.cn-az.routing.fallbacks.0",
            "sum to 100 %, got 99 %",
        ),
        (
            {"flows__cn_0_az__routing__fallbacks": ["by-casp"]},
            "flows.cn-az.routing.fallbacks.0.by-casp",
            "did you mean 'by-caspian'?",
        ),
        ({"flows__cn_0_az__season": ["101.9 %"] * 12}, None, None),
        ({"flows__cn_0_az__season": ["102.1 %"] * 12}, "flows.cn-az.season", "a mean of 102.10%"),
        # Policies
        (
            {"policies__inspections__territory": ["EU"]},
            "policies.inspections.territory.0",
            "Name the member states",
        ),
        (
            {"policies__inspections__destination": ["EU"]},
            "policies.inspections.destination.0",
            "unknown country",
        ),
        (
            {"policies__inspections__origin": ["CN", "JP"]},
            "policies.inspections.origin.1",
            "unknown country 'JP'",
        ),
        (
            {"policies__inspections__flows": ["cn-rv"]},
            "policies.inspections.flows.0",
            "did you mean 'cn-ru'?",
        ),
        (
            {"policies__inspections__inspected__at": "moskva"},
            "policies.inspections.inspected.at",
            "unknown facility 'moskva'",
        ),
        # Disruptions
        (
            {"disruptions__closure__at": {"id": "altinkol"}},
            "disruptions.closure.at.id",
            "did you mean 'altynkol'?",
        ),
        (
            {"disruptions__closure__at": {"country": "BY"}},
            "disruptions.closure.at.country",
            "unknown country",
        ),
        (
            {"disruptions__closure__effect": {"demand": "50 %"}},
            "disruptions.closure.effect.demand",
            "there is no flow at cn-kz-border",
        ),
        (
            {"disruptions__closure__at": {"id": "cn-ru"}},
            "disruptions.closure.effect.rate",
            "there is no gate, station, leg or service at cn-ru",
        ),
        (
            {"disruptions__closure__at": {"id": "ferry"}, "disruptions__closure__effect": {"rate": "50 %"}},
            "disruptions.closure.effect.rate",
            "there is no gate, station or leg at ferry",
        ),
        (
            {
                "disruptions__closure__at": {"corridor": "middle"},
                "disruptions__closure__effect": {"demand": "50 %"},
            },
            "disruptions.closure.effect.demand",
            "there is no flow at middle",
        ),
        (
            {"disruptions__closure__at": {"id": "cn-ru"}, "disruptions__closure__effect": {"price": "150 %"}},
            "disruptions.closure.effect.price",
            "there is no service at cn-ru",
        ),
        (
            {
                "disruptions__closure__at": {"id": "ferry"},
                "disruptions__closure__effect": {"running_time": "150 %"},
            },
            "disruptions.closure.effect.running_time",
            "there is no leg at ferry",
        ),
        (
            {"disruptions__closure__at": {"id": "caspian"}, "disruptions__closure__effect": {"servers": 1}},
            "disruptions.closure.effect.servers",
            "no facility with a handling time at caspian",
        ),
        ({"disruptions__closure__from": "2031-01-01"}, None, None),
    ],
)
def test_a_fault_that_joins_several_places_is_found(
    changes: dict[str, Any], path: str | None, words: str | None
) -> None:
    found = faults(**changes)
    if path is None or words is None:
        assert found == {}
    else:
        assert path in found
        assert words in found[path]


def test_unrelated_faults_are_all_reported() -> None:
    found = faults(
        period__warm_up="90 d",
        legs__caspian__running_time=None,
        flows__cn_0_ru__consignment="200 TEU",
        policies__inspections__cargo=["toys"],
        disruptions__closure__at={"tag": "nowhere"},
    )
    assert list(found) == [
        "period.warm_up",
        "legs.caspian",
        "flows.cn-ru.consignment",
        "policies.inspections.cargo.0",
        "disruptions.closure.at.tag",
    ]


def test_a_second_leg_of_the_same_gauge_makes_a_service_ambiguous() -> None:
    twin = SMALL.document["legs"]["caspian"]
    path, message = only(faults(legs__twin=twin))
    assert path == "services.ferry.route.1"
    assert "joined by 2 legs of sea: caspian, twin. Keep one." in message


def test_a_world_without_flows_has_nothing_to_send() -> None:
    assert only(faults(flows={}))[0] == "flows"


@pytest.mark.parametrize(
    ("at", "effects"),
    [
        ({"id": "altynkol"}, {"closed", "rate", "servers", "price"}),
        ({"id": "xian"}, {"closed", "price"}),
        ({"id": "caspian"}, {"closed", "rate", "running_time", "price"}),
        ({"id": "ferry"}, {"closed", "price"}),
        ({"id": "broad"}, {"vehicles_lost"}),
        ({"id": "cn-ru"}, {"demand"}),
        ({"tag": "trade"}, {"demand"}),
        (
            {"country": "RU"},
            {"closed", "rate", "servers", "vehicles_lost", "demand", "running_time", "price"},
        ),
        ({"country": "CN"}, {"closed", "rate", "demand", "running_time", "price"}),
        ({"corridor": "middle"}, {"closed", "rate", "servers", "running_time", "price"}),
        ({"corridor": "northern"}, {"closed", "rate", "servers", "vehicles_lost", "running_time", "price"}),
    ],
)
def test_a_target_takes_the_effects_of_what_is_there(at: dict[str, str], effects: set[str]) -> None:
    assert effects_taken(world(), Target.model_validate(at)) == effects


# Routes


def test_the_legs_of_a_service_come_in_the_order_of_its_route_with_their_sense() -> None:
    back = SMALL.document["services"]["kazakh-train"] | {
        "route": ["aktau", "altynkol"],
        "unload": "gauge_change",
    }
    scenario = world(services__back=back)
    assert legs_of(scenario, "kazakh-train") == [("altynkol-aktau", True)]
    assert legs_of(scenario, "back") == [("altynkol-aktau", False)]
    assert legs_of(scenario, scenario.services["ferry"]) == [("caspian", True)]


def test_the_work_at_the_end_of_a_service_is_the_one_named_or_the_only_one() -> None:
    scenario = world()
    assert unload_operation(scenario, "china-train") == "gauge_change"
    assert unload_operation(scenario, "russia-train") == "terminal"
    assert unload_operation(scenario, "ferry") == "port"


def test_the_countries_of_a_chain_come_in_the_order_of_crossing() -> None:
    assert countries_of(world(), "by-russia") == ("CN", "KZ", "RU")
    assert countries_of(world(), "by-caspian") == ("CN", "KZ", "AZ")


def test_a_flow_to_the_west_is_westbound() -> None:
    scenario = world()
    assert direction_of(scenario, "cn-ru") == "westbound"
    turned = scenario.flows["cn-ru"].model_copy(update={"origin": "moscow", "destination": "xian"})
    assert direction_of(scenario, turned) == "eastbound"


def test_the_union_has_27_members() -> None:
    assert len(EU_MEMBERS) == 27
    assert countries_meant("EU") == EU_MEMBERS
    assert countries_meant("KZ") == {"KZ"}


# The schema's own rules


@pytest.mark.parametrize(
    ("text", "days", "from_h", "until_h", "open_h"),
    [
        ("08:00-20:00", (0, 1, 2, 3, 4, 5, 6), 8, 20, 12),
        ("Mon-Fri 08:00-20:00", (0, 1, 2, 3, 4), 8, 20, 12),
        ("Sat-Mon 00:00-24:00", (0, 5, 6), 0, 0, 24),
        ("00:00-05:00 +03:00", (0, 1, 2, 3, 4, 5, 6), 21, 2, 5),
        ("Mon-Mon 00:00-05:00 +03:00", (6,), 21, 2, 5),
        ("Sun-Sun 22:00-23:00 -03:00", (0,), 1, 2, 1),
    ],
)
def test_opening_hours_are_read_in_utc(
    text: str, days: tuple[int, ...], from_h: int, until_h: int, open_h: int
) -> None:
    hours: Any = read_hours(text)
    assert (hours.days, hours.from_s, hours.until_s, hours.open_s) == (
        days,
        from_h * 3600,
        until_h * 3600,
        open_h * 3600,
    )


@pytest.mark.parametrize(
    "text", ["8-20", "08:00-24:30", "08:60-09:00", "Mo-Fr 08:00-20:00", "00:00-05:00 +15:00", 8]
)
def test_other_opening_hours_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_hours(text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"legs__caspian__running_time": {"p50": "9 h", "p90": "8 h"}}, "low < p50 < p90"),
        ({"legs__caspian__running_time": {"low": "9 h", "mode": "8 h", "high": "10 h"}}, "low <= mode <= high"),
        ({"legs__caspian__running_time": {"kind": "gamma", "mean": "8 h"}}, "needs exactly mean and sd, got mean"),
        ({"legs__caspian__running_time": {"kind": "gamma", "mean": "0 h", "sd": "2 h"}}, "above 0"),
        ({"legs__caspian__running_time": {"kind": "uniform", "low": "8 h", "high": "7 h"}}, "low < high"),
        ({"legs__caspian__running_time": {"kind": "normal", "mean": "8 h"}}, "exponential, uniform or gamma"),
        ({"legs__caspian__running_time": {"sample": []}}, "a list of observed values"),
        ({"legs__caspian__running_time": {}}, "expected a value or a distribution"),
        ({"railways__west__speed": "0 km/day"}, "a speed above 0"),
        ({"weathers__winter__closed": ["101 %"] * 12}, "a share of at most 100 %"),
        ({"weathers__winter__closed": ["1 %"] * 11}, "at least 12 items"),
        ({"fleets__broad__vehicles": {"value": 12, "range": ["20", "30"]}}, "outside"),
        ({"fleets__broad__vehicles": {"value": 12, "range": ["2", "x"]}}, "a whole number"),
        ({"openings__line": {"value": "2024-06-01", "range": ["2025-01-01", "2026-01-01"]}}, "outside"),
        ({"railways__west__speed": {"value": {"p50": "9 km/h", "p90": "20 km/h"}, "range": ["10 km/h", "30 km/h"]}}, "middle"),
        ({"legs__caspian__length": {"value": "9 km", "range": ["10 h", "30 km"]}}, "expected a length"),
        ({"legs__caspian__length": {"value": "9 km", "range": ["12 km", "3 km"]}}, "is above"),
        ({"disruptions__closure__effect": "shut"}, 'expected "closed" or a mapping'),
        ({"disruptions__closure__effect": {}}, "the effect is empty"),
        ({"disruptions__closure__at": {"id": "baku", "tag": "hub"}}, "exactly one of id, tag, country or corridor"),
        ({"disruptions__closure__from": None}, "either from"),
        ({"disruptions__slow__lasts": None}, "needs lasts"),
        ({"policies__inspections__until": "2025-02-01"}, "a date after from"),
        ({"cargo__other__hs": [85]}, "valid string"),
        ({"cargo__other__hs": ["851"]}, "match pattern"),
        ({"policies__inspections__hs": ["85171"]}, "match pattern"),
    ],
)  # fmt: skip
def test_the_schema_refuses(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        world(**changes)
    assert words in str(caught.value)


def test_a_season_may_exceed_100_percent() -> None:
    assert world(flows__cn_0_az__season=["50 %", "150 %"] * 6)


def test_a_surcharge_of_nothing_is_a_policy_that_acts() -> None:
    assert world(policies__inspections={"surcharge": "0 USD/FEU"})
