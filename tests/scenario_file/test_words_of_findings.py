"""What the schema refuses is said in words: what was expected, what was found, and what to write that keeps the meaning."""

import pytest
from pydantic import ValidationError
from worlds import BASE

from sim.model import Scenario
from sim.scenario_file.findings import from_pydantic
from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import Branch, lay, plain


def tree(text: str, shown: str) -> Branch:
    found, findings = parse_mapping(text, shown)
    assert found is not None and findings == []
    return found


WORLD = tree(BASE, "base.yaml")


def found(text: str) -> list[str]:
    """What is wrong with a layer over the tiny world: "line key: words"."""
    document = lay(WORLD, tree(text, "f.yaml"))
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(plain(document))
    return [f"{one.line} {one.key}: {one.message}" for one in from_pydantic(document, caught.value)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Another kind of value: the same in the right form where there is one
        ("seed: x", 'seed: expected a whole number, got "x". Write for example 1.'),
        ("seed: '12'", 'seed: expected a whole number, got "12". Write 12 without quotes.'),
        ("replications: 2.5", "replications: expected a whole number, got 2.5. Write for example 1."),
        ("title: 7", 'title: expected text, got 7. Write "7" in quotes.'),
        ("title: [a]", "title: expected text, got a list. Write for example some text."),
        ("sources: one", 'sources: expected a list, got "one". Write [one].'),
        ("facilities: {a: {position: 40}}", "facilities.a.position: expected a list, got 40. Write [40]."),
        ("cargo: {toys: {hs: '95'}}", 'cargo.toys.hs: expected a list, got "95". Write ["95"].'),
        ("cargo: {toys: {hs: [951]}}", 'cargo.toys.hs.0: expected text, got 951. Write "951" in quotes.'),
        (
            "policies: {p: {barred: 1}}",
            "policies.p.barred: expected true or false, got 1. Write one of the two, without quotes.",
        ),
        (
            "services: {west: {dispatch: full}}",
            'services.west.dispatch: expected keys with values, got "full". Write for example {when: full}.',
        ),
        (
            "railways: []",
            "railways: expected keys with values, got a list. Write keys below it: its keys are names of your own.",
        ),
        # Beyond the bounds
        ("seed: -1", "seed: expected at least 0, got -1. Write 0 or more."),
        ("replications: 0", "replications: expected at least 1, got 0. Write 1 or more."),
        ("replications: 100001", "replications: expected at most 100000, got 100001. Write 100000 or less."),
        # Words and patterns
        ("network: eurazia", "network: expected 'eurasia' or 'none', got \"eurazia\". Did you mean eurasia?"),
        ("network: moon", "network: expected 'eurasia' or 'none', got \"moon\". Write one of these."),
        ("schema: 2", "schema: expected 1, got 2. Write one of these."),
        (
            "legs: {a-k: {gauge: wide}}",
            'legs.a-k.gauge: expected 1435 or 1520, got "wide". Write one of these.',
        ),
        (
            "legs: {a-k: {gauge: '1435'}}",
            'legs.a-k.gauge: expected 1435 or 1520, got "1435". Write 1435 without quotes.',
        ),
        (
            "facilities: {a: {country: cn}}",
            'facilities.a.country: expected a country as two capital letters (ISO 3166), got "cn". Write for example CN.',
        ),
        (
            "facilities: {a: {country: China}}",
            'facilities.a.country: expected a country as two capital letters (ISO 3166), got "China". Write for example KZ.',
        ),
        (
            "facilities: {a: {tags: [Dry Port]}}",
            'facilities.a.tags.0: expected a name of lower-case letters, digits and hyphens, got "Dry Port". Write for example dry-port.',
        ),
        (
            "services: {west: {dispatch: {when: ful}}}",
            "services.west.dispatch.when: expected 'full' or 'held' or 'timetable', got \"ful\". Did you mean full?",
        ),
        # Too few, too many
        (
            "services: {west: {route: [a]}}",
            "services.west.route: expected at least 2 items, got 1. Add the others.",
        ),
        (
            "facilities: {a: {position: [40]}}",
            "facilities.a.position: expected more items, got 1. Add the others.",
        ),
        (
            "facilities: {a: {position: [40, 1, 3]}}",
            "facilities.a.position: expected at most 2 items, got 3. Remove the others.",
        ),
        (
            "flows: {cn-de: {season: [100 %]}}",
            "flows.cn-de.season: expected at least 12 items, got 1. Add the others.",
        ),
        # Lacking and unknown
        ("period: {start: null}", "period.start: missing key 'start'. Write for example start: 2025-09-12."),
        (
            "services: {west: {dispatch: null}}",
            "services.west.dispatch: missing key 'dispatch'. Write for example dispatch: {when: full}.",
        ),
        (
            "services: {west: {dispatch: {when: null}}}",
            "services.west.dispatch: missing key 'when'. Write when: full, when: held or when: timetable.",
        ),
        (
            "flows: {cn-de: {destinatoin: d, destination: null}}",
            "flows.cn-de.destinatoin: unknown key 'destinatoin'; did you mean 'destination'?",
        ),
        (
            "corridors: {north: {zzz: 1}}",
            "corridors.north.zzz: unknown key 'zzz'; write one of title, by, usual_wait.",
        ),
    ],
)
def test_a_finding_says_what_was_expected_what_was_found_and_what_to_write(text: str, words: str) -> None:
    assert found(text) == [f"1 {words}"]


def test_a_text_that_is_too_short_or_too_long_is_told_its_letters_and_not_items() -> None:
    assert found(f"title: {'x' * 201}") == [
        f'1 title: expected a text of at most 200 characters, got "{"x" * 60}…". Write a shorter one.'
    ]
    assert found("flows: {cn-de: {volume: {value: 5 TEU/day, source: web}}}") == [
        '1 flows.cn-de.volume.source: expected a text of at least 8 characters, got "web". Say more.'
    ]


def test_every_key_that_lacks_is_a_finding_at_the_line_of_what_lacks_it() -> None:
    assert found("facilities:\n  b:\n    name: B") == [
        "2 facilities.b.country: missing key 'country'. Write for example country: KZ.",
        "2 facilities.b.position: missing key 'position'. Write for example position: [43.35, 77.02].",
        "2 facilities.b.kind: missing key 'kind'. Write for example kind: terminal.",
    ]


def test_a_finding_stands_at_the_line_on_which_its_value_was_given() -> None:
    lines = found("seed: 1\ncargo:\n  toys:\n    hs:\n      - '95'\n      - 951\nreplications: 0")
    assert [line.split(":")[0] for line in lines] == ["7 replications", "6 cargo.toys.hs.1"]


def test_an_item_that_is_wrong_does_not_make_its_list_too_short_as_well() -> None:
    assert found("services: {west: {route: [a, 7]}}") == [
        '1 services.west.route.1: expected text, got 7. Write "7" in quotes.'
    ]
