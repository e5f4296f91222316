"""What to write instead of a quantity that is not read: something equal to what was written, or a question.

Whatever is advised is read here first, and only advised when it is accepted. Nothing is advised that has another size or
is of another dimension: there an example shows the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from sim.units.dimensions import DURATION, SHARE, SIZE, SPELLINGS, WORDS, Dimension
from sim.units.numbers import Written, read_number
from sim.units.reading import LARGEST, TEXT_MAX, Fits, accepts, one_line, written_with
from sim.units.unit_words import dimension_of, factor_of, take_apart, tidy

_FACTOR_MAX = 10
"""Above it a number without a unit is no share of one: 36 is 36 %, never 3600 %."""


class Meaning(NamedTuple):
    """What a word may mean: so many of another word."""

    words: str
    unit: str
    factor: Fraction = Fraction(1)


_SHORT_TON = Fraction("0.90718474")
_TONS = (
    Meaning("tonnes of 1000 kg", "t"),
    Meaning("short tons of 907 kg", "t", _SHORT_TON),
)
_BOXES = (Meaning("40-foot containers", "FEU"), Meaning("20-foot containers", "TEU"))
_MEANINGS: dict[str, tuple[Meaning, ...]] = {
    "m": (
        Meaning("minutes", "min"),
        Meaning("months", "months"),
        Meaning("metres", "m"),
        Meaning("million", "million"),
        Meaning("thousand", "thousand"),
    ),
    **dict.fromkeys(("mm", "mn", "mio"), (Meaning("million", "million"),)),
    "k": (Meaning("thousand", "thousand"),),
    **dict.fromkeys(("ton", "tons"), _TONS),
    "mt": (Meaning("metric tonnes", "t"), Meaning("million tonnes", "t", Fraction(10**6))),
    **dict.fromkeys(("box", "boxes", "container", "containers", "unit", "units"), _BOXES),
    "$": (Meaning("US dollars", "USD"),),
    "q": (Meaning("quarters", "quarters"),),
    **dict.fromkeys(("mo", "mos", "mon"), (Meaning("months", "months"),)),
    "w": (Meaning("weeks", "weeks"),),
    "co2": (Meaning("CO2 equivalents", ""),),
}
"""Words that mean several things, or something else elsewhere: they are refused, and asked about."""
_CURRENCY = re.compile(
    r"[A-Z]{3}|[A-Z]{0,3}[€£¥₽$₸₺]|(?i:euros?|yuan|rubles?|roubles?|tenge|pounds?|francs?|zloty|cents?)"
)


class Offer(NamedTuple):
    """A text to write, and when it is right (empty when it is equal to what was written)."""

    text: str
    when: str = ""


class Reader(NamedTuple):
    """The place for which a quantity is read."""

    dimension: Dimension
    change: bool
    fits: Fits | None

    def accepted(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return the offers that the place takes, each text once."""
        taken = {offer.text: offer for offer in reversed(list(offers)) if self.takes(offer.text)}
        return list(taken.values())[::-1]

    def takes(self, text: str) -> bool:
        """Say whether the place reads a text and takes what it means."""
        return accepts(text, self.dimension, change=self.change, fits=self.fits)

    @property
    def example(self) -> str:
        """Show the form, where nothing equal to what was written can be advised."""
        return f'Write for example "{self.dimension.example}".'


def what_to_write(
    given: object, dimension: Dimension, found: Fraction | None, *, change: bool, fits: Fits | None
) -> str:
    """Return what is wrong with a quantity that was not read (`found` is None) or is out of range, and what to write."""
    reader = Reader(dimension, change, fits)
    if found is not None:
        return _out_of_range(reader, given, found)
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        written = read_number(str(given))
        if written is not None and written.value is not None:
            return _without_unit(reader, str(given), written, str(given))
    text = one_line(given) if isinstance(given, str) and len(given) <= TEXT_MAX else ""
    written = read_number(text)
    if written is None or (written.value is None and not written.readings):
        return f"expected {dimension.title} with a unit, got {brief(given)}. {reader.example}"
    if written.value is None:
        return _unclear_number(reader, given, written)
    if not written.rest:
        return _without_unit(reader, brief(given), written, text)
    if written.sign == "+" and factor_of(written.rest, dimension) is not None:
        plain = Offer(written_with(written.value, written.rest))
        return (
            f'expected {dimension.title}, got {brief(given)}: a "+" would be a change, and this is the whole of it. '
            f"{_advice(reader, [plain])}"
        )
    return _wrong_unit(reader, given, written)


def _out_of_range(reader: Reader, given: object, found: Fraction) -> str:
    """What to write in place of a number that is too small, too large or not whole."""
    dimension = reader.dimension
    if dimension.minimum is not None and found < dimension.minimum:
        if reader.change:
            return f'expected a fall of at most -100 %, got "{given}". Write for example "-20 %" or "80 %".'
        return f'expected {dimension.title} of at least 0, got "{given}". {reader.example}'
    if abs(found) > LARGEST:
        return f'expected {dimension.title} that is not so large, got "{given}". {reader.example}'
    below = found.numerator // found.denominator
    return (
        f'expected {dimension.title} that is a whole number of {dimension.inner}, got "{given}". '
        f'Write the next one, "{below} {dimension.inner}" or "{below + 1} {dimension.inner}".'
    )


def _without_unit(reader: Reader, shown: str, written: Written, number: str) -> str:
    """A number alone: it has the usual unit, if only one is likely; else that is asked."""
    assert written.value is not None
    offers = [Offer(f"{number} {unit}") for unit in reader.dimension.usual]
    if reader.dimension is SHARE and 0 < abs(written.value) <= _FACTOR_MAX:
        offers.append(Offer(written_with(written.value * 100, "%", written.sign)))
        words = " or ".join(f'"{offer.text}"' for offer in reader.accepted(offers))
        return f"expected a share with a unit, got {shown}. Write {words}, whichever is meant."
    first, *others = reader.accepted(offers) or [Offer("")]
    if not first.text:
        return f"expected {reader.dimension.title} with a unit, got {shown}. {reader.example}"
    more = " or ".join(f'"{offer.text}"' for offer in others)
    asked = f" Or {more}, if that is meant." if others and written.value else ""
    return f'expected {reader.dimension.title} with a unit, got {shown}. Write "{first.text}".{asked}'


def _unclear_number(reader: Reader, given: object, written: Written) -> str:
    """What a number with marks that could be read in several ways may be."""
    unit = written.rest or reader.dimension.usual[0]
    offers = [Offer(written_with(value, unit, written.sign), when) for value, when in written.readings]
    return (
        f"expected {reader.dimension.title} with a point before the decimals and no mark between thousands, "
        f"got {brief(given)}. {_advice(reader, offers)}"
    )


def _wrong_unit(reader: Reader, given: object, written: Written) -> str:
    """What to write in place of a unit that is none, or one of something else."""
    dimension, unit = reader.dimension, written.rest
    what = f"expected {dimension.title}, got {brief(given)}"
    taken = take_apart(unit, dimension)
    other = dimension_of(unit)
    if any(letter.isdigit() for letter in re.sub("(?i)co2", "", unit)):
        several = ", or several like 5 h 30 min," if dimension is DURATION else ""
        return f"{what}: a number with its unit{several} is wanted here. {reader.example}"
    if other is not None and not (asked := _asked(reader, written)):
        return f"{what}, which is {other.title}. {reader.example}"
    if other is not None:
        return f"{what}: {_may_be(unit, asked)} {_advice(reader, asked)}"
    if not taken.unknown:
        return f"{what}: {_incomplete(dimension, taken.below)} {_completed(reader, written)}"
    name = taken.unknown[0]
    if asked := _asked(reader, written):
        return f"{what}: {_may_be(name, asked)} {_advice(reader, asked)}"
    if name.casefold() in _MEANINGS:
        several = " or ".join(meaning.words for meaning in _MEANINGS[name.casefold()][:2])
        return f'{what}: "{name}" may be {several}. {reader.example}'
    if "money" in dimension.above and _CURRENCY.fullmatch(name):
        return (
            f"{what}: amounts are in US dollars. Convert it at the rate that you mean, and write it in "
            f'{dimension.inner}, for example "{dimension.example}".'
        )
    near = reader.accepted(Offer(text) for text in _misspelt(reader, written))
    if len({_size(offer.text, reader) for offer in near}) == 1:
        return f'{what}: the unit "{unit}" is not known. Did you mean "{near[0].text}"?'
    return f'{what}: the unit "{unit}" is not known. Its units are {units_of(dimension)}. {reader.example}'


def _size(text: str, reader: Reader) -> Fraction:
    """The inner number of a text that is known to be readable."""
    written = read_number(text)
    assert written is not None and written.value is not None
    return written.value * (factor_of(written.rest, reader.dimension) or 0)


def _asked(reader: Reader, written: Written) -> list[Offer]:
    """Return what a quantity with words of several meanings may be, in the words of its own unit."""
    assert written.value is not None
    unit = tidy(written.rest, reader.dimension)
    name = next((word for word in re.findall(r"[^\s/()\-·*]+", unit) if word.casefold() in _MEANINGS), None)
    if name is None:
        return []
    offers = []
    for meaning in _MEANINGS[name.casefold()]:
        instead = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", meaning.unit, unit, count=1).strip()
        instead = re.sub(r"\s+/", "/", instead)
        offers.append(
            Offer(written_with(written.value * meaning.factor, instead, written.sign), meaning.words)
        )
    return reader.accepted(offers)


def _may_be(name: str, offers: list[Offer]) -> str:
    """What a unit of several meanings may be."""
    if len(offers) == 1:
        return f'"{name}" is no unit here.'
    return f'"{name}" may be {" or ".join(offer.when for offer in offers)}.'


def _incomplete(dimension: Dimension, below: tuple[str, ...]) -> str:
    """Say what a unit lacks, or that it is none of the dimension."""
    lacking = [kind for kind in dimension.below if kind not in below]
    return (
        f"per what {' and '.join(lacking)}?"
        if lacking and set(below) <= set(dimension.below)
        else "this is another kind of quantity."
    )


def _completed(reader: Reader, written: Written) -> str:
    """Ask which of the usual units an incomplete one is; an example if it is none of them."""
    assert written.value is not None
    unit = tidy(written.rest, reader.dimension)
    begun = [usual for usual in reader.dimension.usual if usual.startswith(f"{unit}/")]
    offers = reader.accepted(Offer(written_with(written.value, usual, written.sign)) for usual in begun)
    if not offers:
        return reader.example
    return f"Write {' or '.join(_quoted(offer) for offer in offers)}, whichever is meant."


def _quoted(offer: Offer) -> str:
    """An offer in quotes."""
    return f'"{offer.text}"'


def _advice(reader: Reader, offers: Iterable[Offer]) -> str:
    """Say what to write: the offers that the place takes, each with the case in which it is right."""
    taken = reader.accepted(offers)
    if not taken:
        return reader.example
    if len(taken) == 1 and not taken[0].when.startswith("if"):
        when = f" if you mean {taken[0].when}" if taken[0].when else ""
        return f'Write "{taken[0].text}"{when}.'
    return f"Write {' or '.join(f'{_quoted(offer)}{_case(offer)}' for offer in taken)}."


def _case(offer: Offer) -> str:
    """When an offer is what was meant."""
    if not offer.when:
        return ""
    return f" {offer.when}" if offer.when.startswith("if") else f" for {offer.when}"


def _misspelt(reader: Reader, written: Written) -> Iterable[str]:
    """Yield the quantity with one wrong word replaced by each that is one slip of the finger away."""
    assert written.value is not None
    unit = tidy(written.rest, reader.dimension)
    for name in take_apart(written.rest, reader.dimension).unknown:
        kinds = {*reader.dimension.above, *reader.dimension.below}
        for spelling in (spelling for kind in sorted(kinds) for spelling in SPELLINGS[kind]):
            if len(name) >= 3 and len(spelling) >= 3 and one_slip(name.casefold(), spelling.casefold()):
                yield written_with(written.value, unit.replace(name, WORDS[spelling].usual, 1), written.sign)


def one_slip(one: str, other: str) -> bool:
    """Say whether two words differ by one letter more, one less, another one, or two that changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    head = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[head:], other[head:]
    # Another letter in a short word makes another word: "mon" is not "min".
    another = a[1:] == b[1:] and len(one) > 3
    return another or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def units_of(dimension: Dimension) -> str:
    """Name the usual units of a dimension, for messages."""
    if dimension is DURATION:
        return ", ".join(dict.fromkeys(word.usual for word in WORDS.values() if word.kind == "time"))
    if dimension is SIZE:
        return "TEU and FEU"
    return ", ".join(dimension.usual)


def brief(found: object) -> str:
    """Write what was found on one line, not too long."""
    match found:
        case None:
            return "nothing"
        case bool():
            return "true" if found else "false"
        case str():
            line = " ".join(found.split())
            return f'"{line}"' if len(line) <= TEXT_MAX else f'"{line[: TEXT_MAX - 20]}…"'
        case list() | tuple():
            return "a list"
        case Mapping():
            return "a mapping"
        case _:
            return str(found)
