"""Expected demand in closed form: what comes to each service and chain at a moment, by hand, and that nothing is lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import DAY_S, scenario

from sim.model import Arrivals, Expected, Scenario

few = settings(max_examples=25)
CLOSING = {"openings": {"end": "2025-01-11"}}
ALL_RUSSIA = {"territory": ["RU"]}


def shares(world: Scenario, flow: str = "cn-de", day: float = 0) -> dict[str, float]:
    return Expected(world).shares(flow, day * DAY_S)


def arrivals(world: Scenario, day: float = 0, month: int = 1) -> Arrivals:
    return Expected(world).arrivals(day * DAY_S, month)


def under(**policies: dict[str, Any]) -> Scenario:
    return scenario({"policies": policies})


def test_what_comes_to_a_service_is_what_all_its_chains_carry() -> None:
    found = arrivals(scenario())
    assert found.teu == pytest.approx({"west": 280, "far": 200, "far-p": 80})
    assert found.handed_on == pytest.approx({("west", "far"): 200, ("west", "far-p"): 80})
    assert found.refused == pytest.approx(0)


def test_a_season_counts_in_its_month_alone() -> None:
    season = [*["100 %"] * 5, "50 %", "150 %", *["100 %"] * 5]
    world = scenario({"flows": {"cn-de": {"season": season}}})
    assert arrivals(world, month=5).teu["far"] == pytest.approx(200)
    assert arrivals(world, month=6).teu["far"] == pytest.approx(100)
    assert arrivals(world, month=7).teu["far"] == pytest.approx(300)
    assert arrivals(world, month=7).teu["far-p"] == pytest.approx(80)


def test_the_usual_consignment_is_the_middle_one_and_not_the_middle_box() -> None:
    # To Germany 10 consignments a day of 20 TEU, to Poland 40 a day of 2 TEU.
    found = arrivals(scenario("flows: {cn-pl: {consignment: 2 TEU}}"))
    assert found.usual == {"west": 2, "far": 20, "far-p": 2}
    # To Poland 8 a day of 10 TEU: the middle one of 18 is of 20 TEU.
    assert arrivals(scenario("flows: {cn-pl: {consignment: 10 TEU}}")).usual["west"] == 20


def test_a_service_exists_to_the_second_before_it_closes() -> None:
    world = scenario(CLOSING, "services: {far: {closing: end}}")
    assert shares(world, day=10 - 1 / DAY_S) == {"rail": 1}
    assert shares(world, day=10) == {"truck": 1}


def test_a_service_exists_from_the_second_at_which_it_opens() -> None:
    world = scenario(CLOSING, "services: {far: {opening: end}}")
    assert shares(world, day=10 - 1 / DAY_S) == {"truck": 1}
    assert shares(world, day=10) == {"rail": 1}


def test_what_finds_no_chain_is_refused() -> None:
    world = scenario(CLOSING, "services: {far-p: {closing: end}}")
    assert arrivals(world, day=9).refused == pytest.approx(0)
    assert arrivals(world, day=10).refused == pytest.approx(80)
    assert arrivals(world, day=10).teu == pytest.approx({"west": 200, "far": 200})


def test_a_barred_territory_sends_freight_to_the_fallback_and_refuses_what_has_none() -> None:
    found = arrivals(under(closed={"barred": True, **ALL_RUSSIA}))
    assert found.teu == pytest.approx({"trucks": 200})
    assert found.refused == pytest.approx(80)


def test_a_barred_cargo_is_barred_alone() -> None:
    world = under(machines={"barred": True, "cargo": ["machines"], **ALL_RUSSIA})
    assert shares(world) == pytest.approx({"truck": 0.6, "rail": 0.4})
    assert shares(world, "cn-pl") == pytest.approx({"rail-p": 1})


def test_a_policy_holds_from_its_first_second_until_the_one_before_its_end() -> None:
    world = under(spell={"barred": True, "from": "2025-01-05", "until": "2025-01-08", **ALL_RUSSIA})
    second = 1 / DAY_S
    assert [set(shares(world, day=day)) for day in (4 - second, 4, 7 - second, 7)] == [
        {"rail"},
        {"truck"},
        {"truck"},
        {"rail"},
    ]


def test_a_surcharge_closes_nothing() -> None:
    assert shares(under(dear={"surcharge": "900 USD/FEU", **ALL_RUSSIA})) == {"rail": 1}


def test_shippers_avoid_each_territory_independently_of_the_other() -> None:
    world = under(
        russia={"avoided": {"share": "25 %"}, **ALL_RUSSIA},
        kazakhstan={"avoided": {"share": "50 %"}, "territory": ["KZ"]},
    )
    assert shares(world) == pytest.approx({"rail": 0.75 * 0.5, "truck": 1 - 0.75 * 0.5})


def test_what_finds_a_chain_closed_goes_by_the_shares_of_the_next_fallback() -> None:
    # Of 60 % and 40 % the 60 % find theirs closed: three quarters by truck, one quarter joins the others.
    routing = {
        "shares": {"rail": "60 %", "truck": "40 %"},
        "fallbacks": [{"truck": "75 %", "rail-d": "25 %"}],
    }
    world = scenario(
        CLOSING,
        "services: {far: {closing: end}, slow: {route: [k, r, d], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}}",
        "chains: {rail-d: {corridor: north, services: [west, slow]}}",
        {"flows": {"cn-de": {"routing": {**routing, "fallbacks": None}}}},
        {"flows": {"cn-de": {"routing": routing}}},
    )
    assert shares(world) == pytest.approx({"rail": 0.6, "truck": 0.4})
    assert shares(world, day=10) == pytest.approx({"truck": 0.4 + 0.6 * 0.75, "rail-d": 0.6 * 0.25})


def test_an_adaptive_choice_gives_what_is_closed_to_all_others_in_proportion() -> None:
    world = scenario(
        CLOSING,
        "choice: {routing: adaptive, new_share: 20 %}",
        "services: {far: {closing: end}}",
    )
    # The fallback has no share of its own: its part is the new share, beside the whole of the other.
    assert shares(world) == pytest.approx({"rail": 1 / 1.2, "truck": 0.2 / 1.2})
    assert shares(world, day=10) == pytest.approx({"truck": 1})


def test_a_chain_taken_for_another_one_counts_while_that_one_is_closed() -> None:
    world = scenario(
        CLOSING,
        "choice: {routing: adaptive}",
        "services: {far: {closing: end}, slow: {route: [k, r, d], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}}",
        "chains: {rail-d: {corridor: north, services: [west, slow]}}",
        """
        flows:
          cn-de: {routing: {shares: {rail: 80 %, truck: 20 %}, fallbacks: [rail-d], like: {rail-d: rail}}}
        """,
    )
    assert shares(world) == pytest.approx({"rail": 0.8, "truck": 0.2})
    assert shares(world, day=10) == pytest.approx({"rail-d": 0.8, "truck": 0.2})


@given(
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 100),
    st.sampled_from(["fixed", "adaptive"]),
    st.booleans(),
)
@few
def test_all_that_is_offered_is_carried_or_refused(
    machines: int, russia: int, kazakhstan: int, routing: str, barred: bool
) -> None:
    world = scenario(
        {
            "choice": {"routing": routing},
            "flows": {"cn-de": {"cargo": {"machines": f"{machines} %", "toys": f"{100 - machines} %"}}},
            "policies": {
                "r": {"avoided": {"share": f"{russia} %"}, **ALL_RUSSIA},
                "k": {"avoided": {"share": f"{kazakhstan} %"}, "territory": ["KZ"]},
                "toys": {"barred": barred, "surcharge": "1 USD/FEU", "cargo": ["toys"], **ALL_RUSSIA},
            },
        }
    )
    found = arrivals(world)
    ends = sum(found.teu.get(service, 0.0) for service in ("far", "far-p", "trucks"))
    assert ends + found.refused == pytest.approx(280)
    assert found.teu.get("west", 0.0) == pytest.approx(sum(found.handed_on.values()))
    # Poland is reached over Russia alone, and takes toys alone.
    through = 0.0 if barred else 80 * (1 - russia / 100) * (1 - kazakhstan / 100)
    assert found.teu.get("far-p", 0.0) == pytest.approx(through)
