from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import units
from sim.errors import UnitError

DIMENSIONS = [value for value in vars(units).values() if isinstance(value, units.Dimension)]


@pytest.mark.parametrize(
    ("text", "dimension", "inner"),
    [
        ("36 h", units.DURATION, 129_600),
        ("90 min", units.DURATION, 5_400),
        ("1.5 d", units.DURATION, 129_600),
        ("1 year", units.DURATION, 365 * 86_400),
        ("0 s", units.DURATION, 0),
        ("836 km", units.LENGTH, 836_000),
        ("24 km/h", units.SPEED, 576.0),
        ("41 FEU", units.SIZE, 82),
        ("8 trains/day", units.CAPACITY, 8.0),
        ("14 pairs/week", units.CAPACITY, 2.0),
        ("365 TEU/year", units.VOLUME, 1.0),
        ("272_157 TEU/year", units.VOLUME, 272_157 / 365),
        ("2 /year", units.FREQUENCY, 2 / 365),
        ("25 %", units.SHARE, 0.25),
        ("5 permille", units.SHARE, 0.005),
        ("150%", units.SHARE, 1.5),
        ("-100 USD/FEU", units.PRICE, -100.0),
        ("100 USD/TEU", units.PRICE, 200.0),
        ("0.24 USD/FEU-km", units.TARIFF, 0.24),
        ("16 t/FEU", units.MASS, 16.0),
        ("0.019 kg/t-km", units.EMISSION, 19.0),
        ("1e3 km", units.LENGTH, 1_000_000),
    ],
)
def test_a_quantity_is_read_in_its_unit(text: str, dimension: units.Dimension, inner: float) -> None:
    assert units.parse(text, dimension) == pytest.approx(inner)


@pytest.mark.parametrize(
    ("text", "dimension", "message"),
    [
        (36, units.DURATION, 'expected a duration with a unit, got 36. Write "36 h".'),
        ("36", units.DURATION, 'expected a duration with a unit, got "36". Write "36 h".'),
        (True, units.DURATION, 'expected a duration with a unit, got true. Write for example "36 h".'),
        (None, units.SIZE, 'expected a size with a unit, got nothing. Write for example "41 FEU".'),
        ([1], units.SIZE, 'expected a size with a unit, got a list. Write for example "41 FEU".'),
        ("soon", units.DURATION, 'expected a duration with a unit, got "soon". Write for example "36 h".'),
        ("24 km", units.SPEED, 'got "24 km", which is a length. Write for example "950 km/day".'),
        (
            "5 m",
            units.DURATION,
            '"m" may be minutes or months. Write "5 min" for minutes or "5 months" for months.',
        ),
        (
            "16 tons/FEU",
            units.MASS,
            'Write "16 t/FEU" for tonnes of 1000 kg or "14.51495584 t/FEU" for short tons',
        ),
        ("16 tons", units.MASS, '"tons" may be tonnes of 1000 kg or short tons of 907 kg.'),
        (
            "16 mt/FEU",
            units.MASS,
            'Write "16 t/FEU" for metric tonnes or "16000000 t/FEU" for million tonnes.',
        ),
        ("8 trains", units.CAPACITY, 'Write "8 trains/day" or "8 trains/week", whichever is meant.'),
        ("5 boxes", units.SIZE, 'Write "5 FEU" for 40-foot containers or "5 TEU" for 20-foot containers.'),
        ("8 trains/dya", units.CAPACITY, 'Did you mean "8 trains/day"?'),
        ("-1 h", units.DURATION, 'expected a duration of at least 0, got "-1 h".'),
        ("1.5 TEU", units.SIZE, 'expected a size that is a whole number of TEU, got "1.5 TEU".'),
        ("1e99 h", units.DURATION, "not so large"),
        ("1e999999999 h", units.DURATION, "expected a duration"),
        ("١٢ h", units.DURATION, "expected a duration"),
        ("1 h" + " " * 10**6, units.DURATION, "expected a duration with a unit"),
    ],
)
def test_a_wrong_quantity_says_what_to_write(text: object, dimension: units.Dimension, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        units.parse(text, dimension)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.name)
def test_the_example_of_a_dimension_can_be_read(dimension: units.Dimension) -> None:
    assert units.parse(dimension.example, dimension) > 0


def test_a_quantity_of_another_library_is_read_by_its_magnitude_and_units() -> None:
    class Quantity:
        magnitude = 36
        units = "h"

    assert units.parse(Quantity(), units.DURATION) == 129_600


@given(
    st.text() | st.none() | st.floats() | st.integers() | st.lists(st.integers()), st.sampled_from(DIMENSIONS)
)
def test_whatever_is_given_is_read_or_refused(text: object, dimension: units.Dimension) -> None:
    try:
        number = units.parse(text, dimension)
    except UnitError:
        return
    assert abs(number) <= 1e13


@given(st.integers(0, 10**7))
def test_a_whole_duration_is_shown_as_it_can_be_read(minutes: int) -> None:
    assert units.parse(units.show(minutes * 60, units.DURATION), units.DURATION) == pytest.approx(
        minutes * 60, rel=0.005
    )


@pytest.mark.parametrize(
    ("value", "dimension", "text"),
    [
        (129_600, units.DURATION, "36 h"),
        (13 * 86_400, units.DURATION, "13 d"),
        (5_400, units.DURATION, "90 min"),
        (7, units.DURATION, "7 s"),
        (0.25, units.SHARE, "25 %"),
        (836_000, units.LENGTH, "836 km"),
        (8.0, units.CAPACITY, "8 trains/day"),
    ],
)
def test_a_value_is_shown_in_the_users_unit(value: float, dimension: units.Dimension, text: str) -> None:
    assert units.show(value, dimension) == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-09-12", datetime(2025, 9, 12, tzinfo=UTC)),
        ("2025-09-12T08:00", datetime(2025, 9, 12, 8, tzinfo=UTC)),
        ("2025-09-12 08:00:30Z", datetime(2025, 9, 12, 8, 0, 30, tzinfo=UTC)),
        ("2025-09-12T08:00+05:00", datetime(2025, 9, 12, 3, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_utc(text: str, moment: datetime) -> None:
    assert units.parse_date(text) == moment


@pytest.mark.parametrize(
    "text", ["12.9.2025", "2025-02-30", "2025", 2025, None, "0001-01-01T00:00+05:00", "9999-12-31"]
)
def test_another_text_is_no_date(text: object) -> None:
    with pytest.raises(UnitError, match="expected a date"):
        units.parse_date(text)


def test_months_begin_at_their_first_second() -> None:
    start = datetime(2024, 1, 31, tzinfo=UTC)
    assert units.month_starts(start, 60 * units.DAY_S) == [
        (0, 1),
        (1 * units.DAY_S, 2),
        (30 * units.DAY_S, 3),
    ]


def test_a_moment_is_written_without_a_time_at_midnight() -> None:
    assert units.iso(datetime(2025, 9, 12, tzinfo=UTC)) == "2025-09-12"
    assert units.iso(datetime(2025, 9, 12, 8, tzinfo=UTC)) == "2025-09-12T08:00:00Z"
