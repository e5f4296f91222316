"""What a preview says in words, and as a document."""

from __future__ import annotations

from collections.abc import Iterable
from math import isinf

from sim.model import Scenario
from sim.preview.loads import Preview
from sim.units import DAY_S


def in_words(scenario: Scenario, found: Preview) -> list[str]:
    """Say what is near or above its capacity, and what the preview leaves out."""
    words = [
        f"{row.kind} {row.name}: {_percent(row.peak)} of what there is in {row.peak_month} "
        f"(mean {_percent(row.mean)}): {'above capacity, its queue grows' if row.warning == 'over' else 'near capacity'}."
        for row in found.loads
        if row.warning
    ]
    if found.refused_teu_per_day > 0.005:
        words.append(f"{found.refused_teu_per_day:,.1f} TEU a day find no open chain and are refused.")
    if scenario.disruptions:
        names = ", ".join(scenario.disruptions)
        words.append(f"disruptions are left out of a preview: {names}. A run shows what they do.")
    return words


def as_document(
    name: str, scenario: Scenario, found: Preview, warnings: Iterable[object] = ()
) -> dict[str, object]:
    """A preview as plain values, with the scenario's own `warnings`; what is unlimited is None."""
    return {
        "scenario": name,
        "chains": [
            {
                "chain": row.chain, "corridor": row.corridor, "direction": row.direction,
                "free_flow_days": round(row.time_s / DAY_S, 4), "mean_days": round(row.mean_s / DAY_S, 4), "length_km": row.length_m / 1000,
                "price_usd_per_feu": round(row.price_usd_per_feu, 2),
                "emissions_kg_per_feu": round(row.emissions_kg_per_feu, 2),
            }
            for row in found.chains
        ],
        "loads": [
            {
                "kind": row.kind, "name": row.name, "asked": round(row.asked, 4), "background": round(row.background, 4),
                "there": _or_none(row.there), "load": _or_none(row.mean),
                "peak_load": _or_none(row.peak), "peak_month": row.peak_month, "warning": row.warning, "note": row.note,
            }
            for row in found.loads
        ],
        "refused_teu_per_day": round(found.refused_teu_per_day, 4),
        "warnings": [*map(str, warnings), *in_words(scenario, found)],
    }  # fmt: skip


def _or_none(number: float) -> float | None:
    """A number rounded; None where it is infinite."""
    return None if isinf(number) else round(number, 4)


def _percent(share: float) -> str:
    """A load in words."""
    return "no capacity" if isinf(share) else f"{share:.0%}"
