"""A few plain sentences on a comparison, for a person: the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import TYPE_CHECKING

from sim.stats.alike import LIKE, REFUSED, measure_of
from sim.stats.cells import BREAKDOWNS, NARROW, is_narrow
from sim.stats.judging import Finding, Matters, corrected, finding
from sim.stats.measured import ALL, Told
from sim.stats.measures import MEASURES
from sim.stats.told import Row, Verdict, change_of, importance_of, rows_of
from sim.stats.ways import told_ways, ways_said
from sim.stats.wording import Change, bare_span, clause, listed, note, number, size, sooner, span
from sim.stats.words import Words

if TYPE_CHECKING:
    import pandas as pd

_TIME, _COST = "transit_time.p50", "cost.per_feu"
"""What sentences within a scenario compare."""
_PARTS = [name for name in BREAKDOWNS if name != "corridor"]
_LEAST_SHARE = 0.0005


@dataclass(frozen=True)
class Compared:
    """What sentences rest on: tables of `summarise`, `differences` with MOVED, and `between_corridors`, of all scenarios at once."""

    summary: pd.DataFrame
    differences: pd.DataFrame
    moved: pd.DataFrame
    corridors: pd.DataFrame


def judged(
    found: Compared, by: str | None = None, matters: Matters | None = None, *, of_places: bool = False
) -> Compared:
    """The same tables with the columns `matters`, `p_holm` and `finding` on what sentences speak of, else empty.

    All that a command says is one family: p-values are corrected together (Holm). With `of_places` it speaks of freight between
    places alone.
    """
    least = matters or Matters()
    freight = _freight(found.summary)
    spoken = _spoken(found.differences, by) if len(found.differences) else found.differences
    moved = found.moved.assign(measure="transit_time.mean", unit="d", lower_bound=False)
    enough = moved["teu"] >= _LEAST_SHARE * moved["a"].map(freight).astype(float)
    moved = moved[enough & (moved["from"] != REFUSED) & (moved["to"] != REFUSED)]
    moved = moved.rename(columns={"later_d": "estimate"})
    within = _told_within(found.corridors) if len(found.corridors) else found.corridors
    if of_places:
        spoken, within = (table[(table[list(NARROW)] != ALL).any(axis=1)] for table in (spoken, within))
        moved = moved.iloc[:0]
    tables = corrected([spoken, moved, within])
    marked = [_marked(table, least, freight, "scenario" if table is tables[2] else "a") for table in tables]
    wholes = (found.differences, found.moved, found.corridors)
    joined = (
        whole.join(table[["matters", "p_holm", "finding"]])
        for whole, table in zip(wholes, marked, strict=True)
    )
    return Compared(found.summary, *joined)


def _marked(table: pd.DataFrame, least: Matters, freight: dict[str, float], of: str) -> pd.DataFrame:
    """A table with what matters and what is found of each row; `of`: its column with the scenario whose freight counts."""
    rows = rows_of(table)
    limits = [
        least.of(measure_of(row["measure"]), row.get("value_a", 0.0), freight[str(row[of])]) for row in rows
    ]
    found = [finding(row, limit).value for row, limit in zip(rows, limits, strict=True)]
    return table.assign(matters=limits, finding=found)


def verdicts(
    found: Compared, by: str | None = None, words: Words | None = None, *, of_places: bool = False
) -> list[Verdict]:
    """What a comparison shows, the most important first; `found` as `judged` returns it, `words`: what places and corridors are called.

    Of every pair of scenarios: all freight together (of each market, where there are several), each corridor, the cells of a breakdown
    `by`, and what took another corridor. Within a scenario: how its corridors compare over like freight, for all of it and for each
    origin, destination or flow of the breakdown; what was refused or still under way. With `of_places` of freight between places alone.
    """
    called = words or Words()
    freight = _freight(found.summary)
    said = [*_of_pairs(found, freight, by, called), *ways_said(found.corridors, freight, called)]
    if not of_places:
        said += [*_of_moves(found.moved, freight), *_of_scenarios(found.corridors, freight, called)]
        said += _unfinished(_pooled(found.summary))
    # What a scenario changes comes before how it is in itself, and what calls no difference comes last.
    return sorted(said, key=lambda one: (not one.importance, one.a == one.b, -one.importance))


def _freight(summary: pd.DataFrame) -> dict[str, float]:
    """All measured freight of each scenario, TEU a replication."""
    of_all = _pooled(summary)
    of_all = of_all[
        (of_all["corridor"] == ALL) & of_all["measure"].isin(["delivered", "refused", "under_way"])
    ]
    found = of_all.groupby("scenario", observed=True)["estimate"].sum()
    return {str(name): float(teu) for name, teu in found.items()}


def _pooled(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that no breakdown splits."""
    return table[(table[_PARTS] == ALL).all(axis=1)]


def _spoken(differences: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """The differences that sentences speak of; where there are several markets none of freight of all of them."""
    parts = differences[list(_PARTS)] != ALL
    over_all = differences["corridor"] == ALL
    count = parts.drop(columns=["market", "direction"]).sum(axis=1)
    whole = (count == 0) & ~parts["direction"]
    several = bool(parts["market"].any())
    one_market = parts[["market", "flow", "od", "chain"]].any(axis=1) if several else ~parts["market"]

    def told(where: Told) -> pd.Series[bool]:
        """Rows of measures that are told there."""
        return differences["measure"].isin(MEASURES.told(where))

    wanted = whole & over_all & told(Told.ALL_FREIGHT)
    wanted |= whole & ~over_all & told(Told.CORRIDORS)
    if by == "chain":
        wanted |= parts["chain"] & told(Told.CHAINS)
    if by in NARROW:
        wanted |= parts[by] & over_all & told(Told.PARTS)
    if by == "direction":
        wanted |= parts[by] & (count == 0) & over_all & told(Told.PARTS)
    if by == "cargo":
        wanted |= parts[by] & ~parts["direction"] & over_all & told(Told.PARTS)
    return differences[wanted & one_market]


def _told_within(corridors: pd.DataFrame) -> pd.DataFrame:
    """Time and cost of corridors beside one another: each beside the first one of its scenario and market, and ways between places."""
    mine = corridors[corridors["measure"].isin((_TIME, _COST))]
    narrow = (mine[list(NARROW)] != ALL).any(axis=1)
    first = mine["a"] == mine.groupby(["scenario", "market"], sort=False, observed=True)["a"].transform(
        "first"
    )
    return mine[(~narrow & (mine["direction"] == ALL) & first) | (narrow & told_ways(mine))]


def _of_pairs(found: Compared, freight: dict[str, float], by: str | None, words: Words) -> Iterator[Verdict]:
    """Yield the sentences on each cell of each pair of scenarios."""
    if found.differences.empty:
        return
    spoken = found.differences[found.differences["finding"].notna()]
    shares = found.summary[found.summary["measure"] == "corridor.share"]
    carried = {
        (str(row["scenario"]), *(row[name] for name in BREAKDOWNS)): row["estimate"]
        for row in shares.to_dict("records")
    }
    begun = set()
    for cell, rows in spoken.groupby(["a", "b", *BREAKDOWNS], sort=False, observed=True):
        a, b, *names = map(str, cell)
        of = dict(zip(BREAKDOWNS, names, strict=True))
        empty = [one for one in (a, b) if not carried.get((one, *names), 0) > 0]
        if len(empty) < 2 or _is_whole(of):
            said = _of_cell(a, b, of, rows_of(rows), empty, freight[a], words)
            # All freight comes first: that of the first market, where there are several.
            yield said if (a, b) in begun or not _is_whole(of) else said._replace(importance=inf)
            begun |= {(a, b)} if _is_whole(of) else set()


def _is_whole(cell: Mapping[str, str]) -> bool:
    """Whether a cell is all freight there is, or all of a market."""
    return all(name == ALL for column, name in cell.items() if column != "market")


def _of_cell(
    a: str,
    b: str,
    cell: Mapping[str, str],
    rows: Sequence[Row],
    empty: list[str],
    freight: float,
    words: Words,
) -> Verdict:
    """One sentence on all freight, a market, a corridor, or a cell of a breakdown."""
    of_all = _is_whole(cell)
    clauses = [f"it carries nothing in {one}" for one in empty]
    few = [row for row in rows if row["finding"] == Finding.TOO_FEW.value]
    told = [row for row in rows if row["finding"] not in (Finding.TOO_FEW.value, Finding.NOTHING.value)]
    changes = [change_of(row) for row in told]
    moved = [change for change in changes if change.finding is not Finding.UNCHANGED]
    if empty and not moved:
        # Nothing that both scenarios have went there or left it: other freight came or went.
        clauses = [f"it carries nothing in {' and '.join(empty)}; what it carries in the other is only there"]
    else:
        clauses += [_place_clause(change) if is_narrow(cell) else clause(change) for change in changes]
    if few and not empty:
        nouns = listed([change_of(row).noun for row in few])
        clauses.append(f"too few consignments for {nouns} ({few[0]['consignments']:.0f} in a replication)")
    timed = [row for row in told if not isnan(row["teu"]) and row["measure"] != "corridor.share"]
    basis = f" ({_basis(timed[0])})" if timed else ""
    n = max((int(row["replications"]) for row in told), default=0)
    weight = max((importance_of(row, freight) for row in told), default=0.0)
    bare = any(change.finding is Finding.NO_INTERVAL for change in changes)
    intervals = f"n = {n}, without intervals no difference is shown" if bare else f"95 % intervals; n = {n}"
    subject = words.cell(cell)
    begin = f"{subject} in {b}, beside {a}" if is_narrow(cell) else f"{b} against {a}, {subject}"
    text = f"{begin}{basis}: {'; '.join(clauses) or 'nothing to compare'}"
    text += f"{note(changes)} ({intervals})." if told else "."
    # All freight of a market is known by its market.
    about = cell["market"] if of_all else subject
    return Verdict(text, a, b, about, weight, is_narrow(cell))


def _place_clause(change: Change) -> str:
    """A difference of freight between places as part of a sentence: its median is sooner or later."""
    return f"{sooner(change)} at the median" if change.measure == _TIME and change.shown else clause(change)


def _basis(row: Row) -> str:
    """What a difference compares, and how much freight only one side has."""
    if row["compared"] == LIKE:
        return f"{LIKE}: flow, cargo and haste weighted alike{'' if row['paired'] else ', not paired'}"
    alone = [
        f"{100 * only / (only + row['teu']):.1f} % of the freight of {row[side]} is only there"
        for side, only in (("a", row["teu_only_a"]), ("b", row["teu_only_b"]))
        if only > _LEAST_SHARE * (only + row["teu"])
    ]
    return "; ".join([str(row["compared"]), *alone])


def _of_moves(moved: pd.DataFrame, freight: dict[str, float]) -> Iterator[Verdict]:
    """Say what of the same consignments took another corridor, and what that cost or won in time."""
    for row in rows_of(moved):
        a, b, share = str(row["a"]), str(row["b"]), row["teu"] / freight[str(row["a"])]
        if share < _LEAST_SHARE:
            continue
        left, to = str(row["from"]), str(row["to"])
        begin = f"Of what is refused in {a}" if left == REFUSED else f"Of what goes by {left} in {a}"
        what = f"are refused in {b}" if to == REFUSED else f"go by {to} in {b}"
        untold = REFUSED in (left, to) or row["too_few"]
        later = "" if untold else f", where they take {_later(row)} (n = {row['replications']})"
        text = f"{begin}, {row['teu']:,.0f} TEU a replication {what}{later}."
        yield Verdict(text, a, b, f"{left} to {to}", 200 * share)


def _later(row: Row) -> str:
    """How much later, in words."""
    change = change_of({**row, "estimate": row["later_d"], "measure": "transit_time.mean", "unit": "d"})
    if change.finding is Finding.DIFFERENCE:
        return f"{size(change)} ({bare_span(change)})"
    if change.finding is Finding.NO_INTERVAL:
        return f"{size(change)}, without an interval"
    if change.finding is Finding.TOO_SMALL:
        return f"no longer or shorter than matters ({span(change)})"
    return f"no longer or shorter as far as is shown ({span(change)})"


def _of_scenarios(corridors: pd.DataFrame, freight: dict[str, float], words: Words) -> Iterator[Verdict]:
    """Compare each corridor with the first one of its scenario: time and cost, over like freight."""
    if corridors.empty:
        return
    narrow = (corridors[list(NARROW)] != ALL).any(axis=1)
    mine = corridors[corridors["finding"].notna() & ~narrow]
    key = ["scenario", "market", "a", "b"]
    for (scenario, market, a, b), group in mine.groupby(key, sort=False, observed=True):
        rows: dict[str, Row] = {row["measure"]: row for row in rows_of(group)}
        time, cost = (change_of(rows[name]) for name in (_TIME, _COST))
        teu, name = float(rows[_TIME]["teu"]), str(scenario)
        within = f"In {name}" if market == ALL else f"In {name}, {words.name('market', str(market))}"
        few = Finding.TOO_FEW in (time.finding, cost.finding)
        importance = 0.0 if few else max(importance_of(row, freight[name]) for row in rows.values())
        if not teu > 0:
            text = f"{within}, {b} and {a} carry no freight of the same flow and cargo, so they are not compared."
        elif few:
            text = (
                f"{within}, {b} and {a} have too few consignments of the same flows and cargo to be compared "
                f"({rows[_TIME]['consignments']:.0f} in a replication)."
            )
        else:
            text = f"{within}, over the same flows and cargo ({teu:,.0f} TEU a replication by each), {_takes(time)}; {_costs(cost)}."
        yield Verdict(text, name, name, str(b), importance)


def _takes(change: Change) -> str:
    """How long one corridor takes beside another, in words."""
    a, b, n = change.a, change.b, f"n = {change.replications}"
    match change.finding:
        case Finding.DIFFERENCE:
            return f"{b} takes {size(change)} than {a} at the median (95 % interval {span(change)}; {n}){note([change])}"
        case Finding.UNCHANGED:
            return f"{b} takes as long as {a} at the median in every replication ({n})"
        case Finding.TOO_SMALL:
            return f"{b} takes as long as {a} at the median, but for less than matters (95 % interval {span(change)}; {n})"
        case Finding.NO_INTERVAL:
            return f"{b} took {size(change)} than {a} at the median, without an interval ({n}), which shows no difference"
        case _:
            return f"no difference between {b} and {a} at the median is shown (95 % interval {span(change)}; {n}){note([change])}"


def _costs(change: Change) -> str:
    """What it costs beside the other, in words."""
    amount = f"{number(abs(change.estimate), change)} {change.spoken_unit} {'more' if change.estimate > 0 else 'less'}"
    match change.finding:
        case Finding.DIFFERENCE:
            return f"it costs {amount} ({bare_span(change)})"
        case Finding.UNCHANGED:
            return "it costs the same"
        case Finding.TOO_SMALL:
            return f"it costs the same, but for less than matters ({span(change)})"
        case Finding.NO_INTERVAL:
            return f"it cost {amount} there"
        case _:
            return f"no difference in cost is shown ({span(change)})"


def _unfinished(summary: pd.DataFrame) -> Iterator[Verdict]:
    """Say what was refused and what was still under way, where it is more than a trifle."""
    of_all = summary[summary["corridor"] == ALL]
    for scenario, rows in of_all.groupby("scenario", sort=False, observed=True):
        teu, name = rows.set_index("measure")["estimate"].to_dict(), str(scenario)
        demand = sum(teu.get(measure, 0) for measure in ("delivered", "refused", "under_way"))
        for measure, words in (("refused", "was refused"), ("under_way", "was still under way at the end")):
            share = teu.get(measure, 0) / demand if demand > 0 else 0.0
            if share > _LEAST_SHARE:
                text = f"In {name}, {100 * share:.1f} % of the freight ({teu[measure]:,.0f} TEU) {words}."
                yield Verdict(text, name, name, measure, 200 * share)
