"""Every quantity that is shipped, in every spelling of its unit: what is read means the same, and so does what is advised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from where import SMALL

from sim import units
from sim.errors import UnitError
from sim.scenario_file import load_scenario, network_document, shipped_files
from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import plain
from sim.units.advice import one_slip
from sim.units.dimensions import DIMENSIONS, SPELLINGS, WORDS, Dimension
from sim.units.unit_words import dimension_of, factor_of


class Shipped(NamedTuple):
    """A quantity of a shipped scenario or of the network: number and unit as written."""

    number: str
    unit: str
    dimension: Dimension


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(item)


def all_shipped() -> list[Shipped]:
    """Each quantity once: whatever text of a shipped file is a number with a unit of some dimension."""
    documents = [network_document()]
    documents += [plain(parse_mapping(text, name)[0]) for name, text in shipped_files().items()]
    found = set()
    for text in {text for document in documents for text in texts(document)}:
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?(\D*)", text)
        dimension = dimension_of(match[2]) if match and match[2] else None
        if match and dimension is not None:
            found.add(Shipped(match[1], match[2], dimension))
    return sorted(found, key=lambda one: (one.dimension.name, one.unit, one.number))


SHIPPED = all_shipped()


def test_the_shipped_files_hold_quantities_of_nearly_every_dimension() -> None:
    assert len(SHIPPED) > 300
    assert {one.dimension.name for one in SHIPPED} >= {d.name for d in DIMENSIONS} - {
        units.MONEY.name,
        units.SPREAD.name,
        units.FREQUENCY.name,
    }


def spellings_of(unit: str, dimension: Dimension) -> list[str]:
    """The unit with each of its words spelt in every way that means the same, and its strokes in words."""
    found = {unit}
    for word in set(re.findall(r"[A-Za-z%]+", unit)) & WORDS.keys():
        others = [s for s in SPELLINGS[WORDS[word].kind] if WORDS[s].factor == WORDS[word].factor]
        found |= {re.sub(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", other, unit) for other in others}
    found |= {one.replace("/", " per ", 1).strip() for one in found}
    found |= {one.replace(" per ", " a ", 1) for one in found}
    found |= {one.replace("FEU-", "FEU/", 1) for one in found}
    found |= {one.replace("/", " / ") for one in found} | {one.upper() for one in found if one.upper() != "M"}
    found |= {one.lower() for one in found}
    return sorted(found)


def meaning(number: str, unit: str, dimension: Dimension) -> float:
    factor = factor_of(unit, dimension)
    assert factor is not None
    value = Fraction(number) * factor
    return float(round(value)) if dimension in (units.DURATION, units.LENGTH) else float(value)


@settings(deadline=None, max_examples=500)
@given(st.data())
def test_a_shipped_quantity_means_the_same_in_every_spelling(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(SHIPPED))
    unit = data.draw(st.sampled_from(spellings_of(one.unit, one.dimension)))
    gap = data.draw(st.sampled_from(["", " ", "  ", "\u00a0"])) if not re.match("[eE]", unit) else " "
    assert units.parse(f"{one.number}{gap}{unit}", one.dimension) == meaning(
        one.number, one.unit, one.dimension
    )


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.name)
def test_editors_take_every_spelling_that_is_read(dimension: Dimension) -> None:
    pattern = re.compile(units.pattern(dimension))
    for one in (one for one in SHIPPED if one.dimension is dimension):
        for unit in spellings_of(one.unit, dimension):
            assert pattern.fullmatch(f"{one.number} {unit}"), unit
    assert pattern.fullmatch(dimension.example)
    assert not pattern.fullmatch("12 parsecs")


def grouped(number: str, mark: str) -> str:
    whole, point, decimals = number.partition(".")
    return f"{int(whole):,}".replace(",", mark) + point + decimals


@settings(deadline=None)
@given(
    st.integers(0, 10**9),
    st.integers(0, 999),
    st.integers(0, 3),
    st.sampled_from([",", " ", "_", "'", "\u202f"]),
)
def test_thousands_may_be_grouped(whole: int, decimals: int, places: int, mark: str) -> None:
    fraction = f".{decimals:03}"[: places + 1] if places else ""
    # Three digits behind a point alone may be thousands: those are asked about.
    number = f"{whole}{fraction}0" if places == 3 else f"{whole}{fraction}"
    assert units.parse(f"{grouped(number, mark)} USD", units.MONEY) == float(Fraction(number))


# --- what is advised ---------------------------------------------------------------------------------------------------


def advised(message: str) -> list[str]:
    """The texts that a message tells to write, without those that only show the form ("Write for example …")."""
    advice = message.rpartition('got "')[2].partition('"')[2] if 'got "' in message else message
    asked = re.search(r"(?:Write(?! for example)|Did you mean)(.*)", advice)
    return re.findall(r'"([^"]*)"', asked[1]) if asked else []


def advice_on(text: object, dimension: Dimension, *, change: bool = False) -> list[str] | None:
    """What is advised; None when the text is read."""
    try:
        units.parse(text, dimension, change=change)
    except UnitError as error:
        return advised(str(error))
    return None


class Number(NamedTuple):
    """A number as somebody wrote it, and everything that it may mean."""

    text: str
    values: tuple[Fraction, ...]


class Unit(NamedTuple):
    """A unit as somebody wrote it in a quantity of a dimension, and how many inner units one of it may be."""

    text: str
    dimension: Dimension
    factors: tuple[Fraction, ...]


def plain_number(value: Fraction | int | str) -> Number:
    return Number(str(value), (Fraction(str(value)),))


NUMBERS = st.one_of(
    st.integers(0, 10**7).map(plain_number),
    st.decimals(0, 10_000, places=2).map(plain_number),
    st.decimals(0, "0.999", places=3).map(plain_number),
    # A point before three digits, a comma before any: decimals for one half of the world, thousands for the other.
    st.builds(
        lambda whole, tail: Number(f"{whole}.{tail:03}", (Fraction(f"{whole}.{tail:03}"), Fraction(1000 * whole + tail))),
        st.integers(1, 999), st.integers(0, 999),
    ),
    st.builds(
        lambda whole, tail: Number(f"{whole},{tail}", (Fraction(f"{whole}.{tail}"), Fraction(f"{whole}{tail}"))),
        st.integers(1, 99_999), st.sampled_from(["0", "5", "25", "05", "1234"]),
    ),
    st.builds(lambda tail: Number(f"0,{tail}", (Fraction(f"0.{tail}"),)), st.integers(1, 999)),
    st.builds(
        lambda whole, tail: Number(grouped(str(whole), ".") + f",{tail}", (Fraction(f"{whole}.{tail}"),)),
        st.integers(1_000, 10**7), st.integers(1, 99),
    ),
    st.builds(lambda whole: Number(grouped(str(whole), "."), (Fraction(whole),)), st.integers(10**6, 10**7)),
)  # fmt: skip


def of(*several: str, dimension: Dimension, times: Fraction | int = 1) -> tuple[Fraction, ...]:
    return tuple((factor_of(unit, dimension) or Fraction(0)) * times for unit in several)


SHORT_TON = Fraction("0.90718474")
SEVERAL = [
    *(Unit(m, units.DURATION, of("min", "months", dimension=units.DURATION)) for m in ("m", "M")),
    *(Unit(ton, units.MASS, ()) for ton in ("ton", "tons", "t/kg", "mt")),
    *(Unit(f"{ton}/FEU", units.MASS, (Fraction(1), SHORT_TON)) for ton in ("ton", "tons", "TONS")),
    *(Unit(f"{mt}/FEU", units.MASS, (Fraction(1), Fraction(10**6))) for mt in ("mt", "MT", "Mt")),
    *(Unit(box, units.SIZE, (Fraction(1), Fraction(2))) for box in ("boxes", "containers", "box", "units")),
    Unit("containers/week", units.VOLUME, of("TEU/week", "FEU/week", dimension=units.VOLUME)),
    Unit("M TEU/year", units.VOLUME, of("thousand TEU/year", "million TEU/year", dimension=units.VOLUME)),
    Unit("k TEU/year", units.VOLUME, of("kTEU/year", dimension=units.VOLUME)),
    Unit("M", units.LENGTH, (Fraction(1),)),
    Unit("$/FEU", units.PRICE, (Fraction(1),)),
    Unit("$/TEU-day", units.TIME_VALUE, (Fraction(2),)),
    Unit("trains", units.CAPACITY, of("trains/day", "trains/week", dimension=units.CAPACITY)),
    Unit("t", units.MASS, of("t/FEU", "t/TEU", dimension=units.MASS)),
    Unit("g CO2/t-km", units.EMISSION, (Fraction(1),)),
    *(Unit(unit, units.PRICE, ()) for unit in ("EUR/FEU", "CNY/FEU", "€/TEU", "USD/kg", "USD/box-km", "pounds/FEU")),
    *(Unit(unit, units.CAPACITY, ()) for unit in ("wagons/day", "t/year", "trains/fortnight", "/day", "h", "trains/km")),
    *(Unit(unit, units.DURATION, ()) for unit in ("fortnights", "/h", "h/d", "e9999 h", "h 5", "-6 h", "%")),
]  # fmt: skip
WITHOUT = [
    Unit("", d, of(*d.usual, dimension=d) + ((Fraction(1),) if d is units.SHARE else ())) for d in DIMENSIONS
]
OWN = [Unit(one.unit, one.dimension, of(one.unit, dimension=one.dimension)) for one in SHIPPED]
LONG = [one for one in OWN if re.search("[A-Za-z]{4}", one.text)]


def alike(one: Dimension, other: Dimension) -> bool:
    return (one.above, one.below) == (other.above, other.below)


@st.composite
def of_another_dimension(draw: st.DrawFn) -> Unit:
    """A unit where another dimension is wanted: nothing may be advised."""
    own, wanted = draw(st.sampled_from(OWN)), draw(st.sampled_from(DIMENSIONS))
    # In trains a month "m" is no metre, and a word with several meanings is asked about.
    factors = own.factors if alike(own.dimension, wanted) else ()
    return Unit(own.text, wanted, factors)


@st.composite
def misspelt(draw: st.DrawFn) -> Unit:
    """A unit of which two letters of a longer word changed places: what it means is still plain."""
    own = draw(st.sampled_from(LONG))
    word = draw(st.sampled_from(re.findall("[A-Za-z]{4,}", own.text)))
    at = draw(st.integers(0, len(word) - 2))
    wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return Unit(own.text.replace(word, wrong), own.dimension, own.factors)


UNITS = st.one_of(
    st.sampled_from(SEVERAL),
    st.sampled_from(WITHOUT),
    st.sampled_from(OWN),
    of_another_dimension(),
    misspelt(),
)


@settings(deadline=None, max_examples=1_000)
@given(NUMBERS, UNITS, st.sampled_from(["", "+", "-"]))
def test_what_is_read_or_advised_means_what_was_written(number: Number, unit: Unit, sign: str) -> None:
    dimension = unit.dimension
    change = dimension is units.SHARE and sign != ""
    text = f"{sign}{number.text} {unit.text}".strip()
    shift, turn = (1 if change else 0), (-1 if sign == "-" else 1)
    meant = [turn * value * factor + shift for value in number.values for factor in unit.factors]
    offers = advice_on(text, dimension, change=change)
    # Times and lengths are rounded to seconds and metres, a part of a box to the next whole one, the rest to a float.
    slack = (
        Fraction(1, 2) if dimension in (units.DURATION, units.LENGTH) else 1 if dimension is units.SIZE else 0
    )
    for one in [text] if offers is None else offers:
        value = Fraction(units.parse(one, dimension, change=change))
        assert any(abs(value - wanted) <= slack + abs(wanted) / 10**12 for wanted in meant), (text, one)


@pytest.mark.parametrize(
    "unit", [*SEVERAL, *WITHOUT], ids=lambda unit: f"{unit.text} as {unit.dimension.name}"
)
def test_what_may_mean_several_things_is_asked_about(unit: Unit) -> None:
    offers = advice_on(f"7 {unit.text}".strip(), unit.dimension)
    assert offers is not None
    asked = {Fraction(units.parse(one, unit.dimension)) for one in offers}
    assert asked == {Fraction(float(7 * factor)) for factor in unit.factors}


def message_of(text: object, dimension: Dimension, *, change: bool = False) -> str:
    with pytest.raises(UnitError) as caught:
        units.parse(text, dimension, change=change)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("100 TEU/month", units.VOLUME, Fraction(1200, 365)),
        ("300 TEU/quarter", units.VOLUME, Fraction(1200, 365)),
        ("200 FEU a month", units.VOLUME, Fraction(4800, 365)),
        ("60,000 TEU/year", units.VOLUME, Fraction(60_000, 365)),
        ("60 000 TEU p.a.", units.VOLUME, Fraction(60_000, 365)),
        ("1.2 million TEU/year", units.VOLUME, Fraction(1_200_000, 365)),
        ("1 month", units.DURATION, 365 * 86_400 // 12),
        ("1 quarter", units.DURATION, 365 * 86_400 // 4),
        ("2 weeks", units.DURATION, 14 * 86_400),
        ("5 h 30 min", units.DURATION, 19_800),
        ("5h30min", units.DURATION, 19_800),
        ("1 day, 12 hours and 30 minutes", units.DURATION, 131_400),
        ("2 years", units.DURATION, 730 * 86_400),
        ("450 miles", units.LENGTH, 724_205),
        ("100 nmi", units.LENGTH, 185_200),
        ("12 knots", units.SPEED, Fraction("533.376")),
        ("15,000 kg/FEU", units.MASS, 15),
        ("30000 lb/FEU", units.MASS, Fraction("13.6077711")),
        ("14 pairs of trains/week", units.CAPACITY, 2),
        ("30 sailings per month", units.CAPACITY, Fraction(360, 365)),
        ("41 feu", units.SIZE, 82),
        ("3,250 usd per FEU", units.PRICE, 3250),
        ("USD 3,250/FEU", units.PRICE, 3250),
        ("+150 USD/FEU", units.PRICE, 150),
        ("0.24 USD/FEU/km", units.TARIFF, Fraction("0.24")),
        ("5 USD/TEU-h", units.TIME_VALUE, 240),
        ("19 g CO2e/tkm", units.EMISSION, 19),
        ("25 percent", units.SHARE, Fraction(1, 4)),
        ("2 times a year", units.FREQUENCY, Fraction(2, 365)),
    ],
)  # fmt: skip
def test_what_people_of_the_field_write_is_read(text: str, dimension: Dimension, value: Fraction) -> None:
    assert units.parse(text, dimension) == pytest.approx(float(value), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "dimension", "offers"),
    [
        ("0.2", units.SHARE, ["0.2 %", "20 %"]),
        (0.2, units.SHARE, ["0.2 %", "20 %"]),
        (36, units.SHARE, ["36 %"]),
        ("60.000 TEU/year", units.VOLUME, ["60000 TEU/year", "60 TEU/year"]),
        ("12.345 km", units.LENGTH, ["12345 km", "12.3450 km"]),
        ("1,5 h", units.DURATION, ["1.5 h", "15 h"]),
        ("0,25 USD/FEU-km", units.TARIFF, ["0.25 USD/FEU-km"]),
        ("1.234,5 km", units.LENGTH, ["1234.5 km"]),
        ("1.2 M TEU/year", units.VOLUME, ["1.2 million TEU/year", "1.2 thousand TEU/year"]),
        ("60k TEU/year", units.VOLUME, ["60 thousand TEU/year"]),
        ("150 EUR/FEU", units.PRICE, []),
        ("€150/FEU", units.PRICE, []),
        ("150 $/FEU", units.PRICE, ["150 USD/FEU"]),
        ("$150/FEU", units.PRICE, ["150 USD/FEU"]),
        ("100 TEU/month", units.CAPACITY, []),
        ("0.24 USD/FEU", units.TARIFF, []),
        ("5 m", units.DURATION, ["5 min", "5 months"]),
        ("+2 d", units.DURATION, ["2 d"]),
        ("19 g CO2/t-km", units.EMISSION, ["19 g/t-km"]),
        ("3 mon", units.DURATION, ["3 months"]),
        ("1.5 TEU", units.SIZE, ["1 TEU", "2 TEU"]),
        ("4-6 h", units.DURATION, []),
    ],
)  # fmt: skip
def test_advice_is_equal_or_asks(text: object, dimension: Dimension, offers: list[str]) -> None:
    assert advice_on(text, dimension) == offers


def test_another_currency_is_told_apart_from_dollars() -> None:
    for text in ("150 EUR/FEU", "1000 CNY/FEU", "€150/FEU", "150 euro/FEU"):
        assert "amounts are in US dollars. Convert it" in message_of(text, units.PRICE)


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [("dya", "day", True), ("mnth", "month", True), ("hous", "hour", True), ("hourss", "hours", True), ("weak", "week", True),
     ("mon", "min", False), ("day", "day", False), ("month", "months ago", False), ("sailing", "trains", False)],
)  # fmt: skip
def test_one_slip_of_the_finger_is_told_from_another_word(one: str, other: str, slip: bool) -> None:
    assert one_slip(one, other) is slip and one_slip(other, one) is slip


# --- changes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "factor"),
    [("+20 %", 1.2), ("-20 %", 0.8), ("\u221220 %", 0.8), ("20 %", 0.2), ("-100 %", 0.0), ("+0 %", 1.0)],
)
def test_a_signed_percentage_is_a_change_of_what_is_normal(text: str, factor: float) -> None:
    assert units.parse(text, units.SHARE, change=True) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("effect", "at", "signed", "level"),
    [
        ("demand", "{id: cn-ru}", "-20 %", "80 %"),
        ("demand", "{id: cn-ru}", "+20 %", "120 %"),
        ("price", "{id: russia-train}", "+30 %", "130 %"),
        ("running_time", "{id: caspian}", "+50 %", "150 %"),
        ("rate", "{id: caspian}", "-30 %", "70 %"),
    ],
)
def test_an_effect_takes_a_change_or_a_level(
    tmp_path: Path, effect: str, at: str, signed: str, level: str
) -> None:
    found = []
    (tmp_path / "small.yaml").write_bytes(SMALL.read_bytes())
    for value in (signed, level):
        file = tmp_path / "one.yaml"
        shock = f"{{at: {at}, from: 2025-02-01, lasts: 9 d, effect: {{{effect}: {value}}}}}"
        file.write_text(f"schema: 1\nextends: small.yaml\ndisruptions: {{one: {shock}}}\n", encoding="utf-8")
        found.append(getattr(load_scenario(file).scenario.disruptions["one"].effect, effect))
    assert found[0] == pytest.approx(found[1])
