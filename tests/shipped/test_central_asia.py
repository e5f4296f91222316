"""What the CKU railway does to the freight for which it is built, told by short runs of the shipped scenarios."""

from functools import cache

import pandas as pd
import pytest
from where import SCENARIOS

from sim.engine import simulate
from sim.results import Tables, tabulate
from sim.sampling import Sampler
from sim.scenario_file import load_scenario
from sim.units import DAY_S, HOUR_S

SUMMER = ("period.start=2025-05-20", "period.length=90 d", "period.warm_up=20 d", "period.cool_down=30 d")
AUTUMN = ("period.start=2025-09-01", "period.length=110 d", "period.warm_up=20 d", "period.cool_down=20 d")


@cache
def told(name: str, *sets: str, on: str | None = None) -> Tables:
    """A replication of a scenario as tables."""
    base = None if on is None else SCENARIOS / f"{on}.yaml"
    sampler = Sampler(load_scenario(SCENARIOS / f"{name}.yaml", on=base, sets=sets).scenario, name=name)
    plan = sampler.plan(0)
    return tabulate(plan, simulate(plan), sampler.legend)


def freight(name: str, *sets: str, on: str | None = None) -> pd.DataFrame:
    """Its measured consignments."""
    goods = told(name, *(sets or SUMMER), on=on).consignments
    return goods[goods["measured"]]


def by_corridor(goods: pd.DataFrame, origin: str, destination: str) -> dict[str, int]:
    """TEU between two places by the corridor that they went."""
    mine = goods[(goods["origin"] == origin) & (goods["destination"] == destination)]
    teu = mine.groupby(mine["corridor"].astype(str))["size_teu"].sum()
    return {str(corridor): int(part) for corridor, part in teu.items()}


def share(goods: pd.DataFrame, corridor: str) -> float:
    """Share of the freight of Central Asia, Iran, Turkey and the Caucasus that goes by a corridor."""
    rest = goods[~goods["corridor"].isin(["northern", "ocean"])]
    mine = rest["corridor"] == corridor
    return float(rest["size_teu"][mine].sum() / rest["size_teu"].sum())


@pytest.mark.parametrize(
    "pair", [("urumqi", "tashkent"), ("xian", "tashkent"), ("tashkent", "xian"), ("xian", "andijan")]
)
def test_freight_leaves_khorgos_when_the_railway_opens(pair: tuple[str, str]) -> None:
    before, after = (by_corridor(freight(name), *pair) for name in ("baseline", "central-asia-by-cku"))
    assert "cku" not in before and after["cku"] > 0
    assert after["regional"] < 0.95 * before["regional"]
    assert sum(after.values()) == sum(before.values())


def test_what_the_railway_does_not_reach_stays_where_it_is() -> None:
    before, after = (freight(name) for name in ("baseline", "central-asia-by-cku"))
    for destination in ("almaty", "bishkek"):
        assert by_corridor(before, "xian", destination) == by_corridor(after, "xian", destination)


def test_europe_hardly_takes_the_railway_unless_a_part_is_given_to_it() -> None:
    def of_europe(goods: pd.DataFrame) -> pd.DataFrame:
        return goods[goods["destination"].isin(["lodz", "warsaw", "duisburg", "hamburg", "budapest"])]

    choosing, taking = (of_europe(freight(name)) for name in ("central-asia-by-cku", "cku-open"))
    assert (choosing["corridor"] == "cku").mean() < 0.005
    assert 0.02 < (taking["corridor"] == "cku").mean() < 0.06


def test_lower_kazakh_tariffs_win_freight_back() -> None:
    assert (
        share(freight("kazakhstan-undercuts"), "cku") < share(freight("central-asia-by-cku"), "cku") - 0.002
    )


def test_trains_wait_longer_for_a_path_by_the_first_stage_than_by_the_full_line() -> None:
    def hours(name: str) -> float:
        goods = freight(name)
        return float(goods["path_s"][goods["corridor"] == "cku"].mean() / HOUR_S)

    assert hours("cku-first-stage") > 1.2 * hours("central-asia-by-cku")


def test_the_jam_of_saryagash_holds_trains_and_the_boxes_among_them() -> None:
    quiet, jammed = (told(name, *AUTUMN) for name in ("baseline", "saryagash-jam"))

    def waiting(tables: Tables) -> float:
        """Trains of the plan that wait on 11 November."""
        here = tables.levels[tables.levels["place"].astype(str) == "saryagash.border westbound"]
        return float(here["trips"][here["time_s"] == 71 * DAY_S].sum())

    assert waiting(quiet) < 10 and waiting(jammed) > 80

    def days(tables: Tables) -> float:
        goods = tables.consignments
        late = goods[
            (goods["destination"] == "tashkent")
            & (goods["corridor"] == "regional")
            & goods["measured"]
            & (goods["release_s"] > 50 * DAY_S)
        ]
        return float(late["transit_s"].median() / DAY_S)

    assert days(jammed) > days(quiet) + 1


def test_in_2027_two_and_a_half_times_as_much_goes_by_the_middle_corridor() -> None:
    now, then = (
        freight("baseline"),
        freight("middle-corridor-six-ships", "period.start=2027-05-20", *SUMMER[1:]),
    )
    ratio = sum(by_corridor(then, "xian", "baku-alat").values()) / sum(
        by_corridor(now, "xian", "baku-alat").values()
    )
    assert 2 < ratio < 3


def test_the_late_railway_opens_within_the_year_that_is_measured() -> None:
    late = load_scenario(SCENARIOS / "cku-late.yaml").scenario
    period = late.period
    opens_s = period.second(late.openings["cku-railway"].value)
    assert (period.warm_up or 0) < opens_s < period.length - (period.cool_down or 0)
    goods = freight("cku-late", "period.start=2033-05-20", *SUMMER[1:])
    at_first = goods[goods["first_chain"].astype(str).str.startswith("cku-")]
    assert len(at_first) and at_first["release_s"].min() >= 42 * DAY_S  # 1 July


def test_a_flow_of_ones_own_is_told_apart() -> None:
    goods = freight("my-flow")
    mine = goods[goods["flow"] == "mine"]
    assert mine["size_teu"].sum() == pytest.approx(200 * 2 * 40 / 30.42, rel=0.4)
    assert set(mine["origin"]) == {"chongqing"} and set(mine["destination"]) == {"duisburg"}
