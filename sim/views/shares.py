"""Which corridor freight takes, over time, as stacked bars. The numbers come from `stats.shares`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.views.style import INK, Fill, corridor_strokes, in_order

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_HATCHES = {
    "cku": "////",
    "middle": "\\\\\\\\",
    "ocean": "",
    "iran": "xxxx",
    "kashgar-osh": "||||",
    "regional": "++++",
}
_SPARE_HATCHES = ("xxxx", "||||", "++++", "\\\\\\\\////")
REFUSED_FILL = Fill("refused", "white", "//////", "#7A7A7A")


def corridor_fills(names: list[str]) -> dict[str, Fill]:
    """Fill by corridor, in the order of every picture, in the corridor's colour; refused freight last."""
    corridors = in_order(name for name in names if name != "refused")
    strokes = corridor_strokes(corridors)
    spare = [name for name in corridors if name not in _HATCHES and name != "northern"]
    fills = {
        name: Fill(name, strokes[name].colour, _HATCHES.get(name, "") or _spare_hatch(name, spare))
        for name in corridors
    }
    return {**fills, "refused": REFUSED_FILL} if "refused" in names else fills


def _spare_hatch(name: str, spare: list[str]) -> str:
    """A hatch for a corridor that has none of its own."""
    return _SPARE_HATCHES[spare.index(name) % len(_SPARE_HATCHES)] if name in spare else ""


def corridor_share(table: pd.DataFrame, ax: Axes, fills: Mapping[str, Fill], labels: int = 9) -> None:
    """Draw one bar for each spell: share of the TEU released by corridor, with the spell's TEU under it.

    Parameters: table of `stats.shares.corridor_shares` with `date` (the spell's begin), `width_d` (its length in days) and,
    if known, `disrupted` (truth); ax to draw on; fills by corridor, the same in all panels. The fills carry labels for a legend.
    """
    spells = table.drop_duplicates("spell").sort_values("spell")
    bottom = dict.fromkeys(spells["spell"], 0.0)
    for name, fill in fills.items():
        shares = table[table["corridor"] == name].set_index("spell")["share"]
        heights = [float(shares.get(spell, 0.0)) for spell in spells["spell"]]
        ax.bar(
            range(len(spells)), heights, bottom=list(bottom.values()), width=0.92, color=fill.colour, hatch=fill.hatch,
            edgecolor=fill.line, linewidth=0, label=name,
        )  # fmt: skip
        bottom = {spell: low + height for (spell, low), height in zip(bottom.items(), heights, strict=True)}
    _mark_disrupted(ax, spells)
    _name_spells(ax, spells, labels)
    ax.set_xlim(-0.5, max(len(spells), 1) - 0.5)
    ax.set_ylim(0, 106)
    ax.set_yticks(range(0, 101, 25))
    ax.set_ylabel("Share of TEU released (%)")
    ax.grid(visible=False, axis="x")


def _mark_disrupted(ax: Axes, spells: pd.DataFrame) -> None:
    """Draw a bar over the spells in which something is disrupted."""
    if "disrupted" in spells:
        at = [i for i, hit in enumerate(spells["disrupted"]) if hit]
        ax.hlines([103] * len(at), [i - 0.5 for i in at], [i + 0.5 for i in at], color=INK, linewidth=2.2)


def _name_spells(ax: Axes, spells: pd.DataFrame, labels: int) -> None:
    """Write dates and TEU under some of the spells, as many as find room."""
    step = max(-(-len(spells) // labels), 1)
    monthly = len(spells) > 0 and spells["width_d"].max() > 7
    shown = list(spells.itertuples())[::step]
    ax.set_xticks(
        [i * step for i in range(len(shown))],
        [f"{spell.date:{'%Y-%m' if monthly else '%m-%d'}}\n{_teu(float(str(spell.teu)))}" for spell in shown],
    )
    when = (
        "Month"
        if monthly
        else f"First day of the week, {spells['date'].iloc[0]:%Y},"
        if len(spells)
        else "Time"
    )
    ax.set_xlabel(f"{when} of release (UTC);\nbelow it, TEU released")


def _teu(number: float) -> str:
    """TEU in short: 1.2k."""
    return f"{number / 1000:.1f}k" if number >= 1000 else f"{number:.0f}"
