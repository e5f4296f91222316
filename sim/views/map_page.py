"""From runs to the page with the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.views import caption
from sim.views.choice import known_corridor, repeated, services_of
from sim.views.geography import MODES, THINNEST_PT, WIDEST_PT, Scale, frame_of, joint, network_map
from sim.views.page import nothing_to_draw, page
from sim.views.style import GREY, INK, PAGE_WIDTH_IN, VERMILLION, wrap

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure


_LEVELS = ["replication", "place_kind", "place", "facility", "time_s", "teu"]


def map_figure(runs: Mapping[str, Any], title: str, corridor: str | None, direction: str | None) -> Figure:
    """The network of every run on a map, on one scale."""
    known_corridor(runs, corridor)
    lines, waiting = {}, {}
    for name, run in runs.items():
        lines[name], waiting[name] = _traffic(run, services_of(run, corridor, direction))
    busiest = max((table["teu_per_year"].max() for table in lines.values() if len(table)), default=0)
    if not busiest > 0:
        return nothing_to_draw(title, f"No train or vessel carried measured freight in {', '.join(runs)}.")
    longest = max(((table["aboard_teu"] + table["yard_teu"]).max() for table in waiting.values() if len(table)), default=0)  # fmt: skip
    scale = Scale(_round_up(busiest), _round_up(max(longest, 1) / 4) * 4)
    columns = 1 if len(runs) <= 2 else 2  # two maps are compared line by line: one above the other, and large
    width_in = 0.985 * PAGE_WIDTH_IN / columns - 0.1
    frame = joint([frame_of(run.network, lines[name]) for name, run in runs.items()])
    panel_in = width_in * (frame[3] - frame[2]) / (frame[1] - frame[0]) + (0.12 if len(runs) == 1 else 0.3)
    modes = {mode for table in lines.values() for mode in table.loc[table["teu_per_year"] > 0, "mode"]}
    shut = sorted({one["name"] for run in runs.values() for one in run.network["closures"] if one["closed"]})
    legend = _legend(scale, modes, shut)
    figure, axes = page(
        title,
        _note(runs, scale, direction, shut),
        panels=len(runs),
        columns=columns,
        panel_in=panel_in,
        legend=legend,
    )
    for (name, run), ax in zip(runs.items(), axes, strict=True):
        network_map(
            lines[name], waiting[name], run.network, ax, frame=frame, scale=scale, width_in=width_in,
            labels=(30 if len(runs) == 1 else 22) if columns == 1 else 14,
        )  # fmt: skip
        if len(runs) > 1:
            ax.set_title(wrap(name, 30, lines=1))
    return figure


def _traffic(run: Any, services: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What runs on the lines and what waits at the places of one run, of these services."""
    from sim.stats.traffic import (
        kept_replications,
        line_traffic,
        mean_waiting,
        measured_days,
        measured_window,
    )

    trips = run.table("trips", ["replication", "service", "measured", "load_teu"])
    chosen = trips.assign(measured=trips["measured"] & trips["service"].isin(list(services)))
    n = kept_replications(run.manifest, trips)
    waiting = mean_waiting(run.table("levels", _LEVELS), measured_window(run.manifest), services, n)
    on_the_way = {place for name in services for place in run.network["services"][name]["route"]}
    waiting = waiting[waiting["facility"].isin(sorted(on_the_way))]
    return line_traffic(chosen, run.network, measured_days(run.manifest), n), waiting


def _note(runs: Mapping[str, Any], scale: Scale, direction: str | None, shut: Sequence[str]) -> str:
    way = "in both directions together" if direction is None else direction
    from sim.stats.traffic import kept_replications

    counts = [kept_replications(run.manifest, run.table("trips", ["replication"])) for run in runs.values()]
    return caption.paragraph(
        f"Lines: TEU a year {way}, aboard trains and vessels that left in the measured time; those below about",
        f"{_rounded(scale.teu_per_year * THINNEST_PT / WIDEST_PT)} TEU are all equally thin.",
        "Filled circles: mean TEU waiting aboard trains and vessels for a border, a gauge change, a port or a",
        "path, whatever their way; rings: with those waiting in yards for a vehicle. Dotted: no freight. Sea lanes are",
        "schematic, and cut at the frame. Coastline: Natural Earth; Albers' equal-area projection.",
        f"Closed for a time: {', '.join(shut)}." if shut else "",
        f"n = {repeated(counts)}; mean over replications.",
    )


def _legend(scale: Scale, modes: Iterable[str], shut: Sequence[str]) -> dict[str, Artist]:
    from matplotlib.lines import Line2D

    made: dict[str, Artist] = {
        MODES[mode][1]: Line2D([], [], color=MODES[mode][0], linewidth=2.5) for mode in MODES if mode in modes
    }
    for share in (1.0, 0.3):
        teu = share * scale.teu_per_year
        made[f"{teu:,.0f} TEU a year"] = Line2D([], [], color=GREY, linewidth=scale.width(teu))
    teu = scale.waiting_teu / 4
    dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": scale.diameter(teu)}
    made[f"{_number(teu)} TEU aboard, waiting"] = Line2D(
        [], [], color=VERMILLION, alpha=0.8, markeredgewidth=0, **dot
    )
    made[f"{_number(teu)} TEU, with yards"] = Line2D(
        [], [], markerfacecolor="none", markeredgecolor=VERMILLION, markeredgewidth=0.8, **dot
    )
    if shut:
        made["closed for a time"] = Line2D(
            [], [], linestyle="none", marker="X", color=INK, markersize=6, markeredgecolor="white"
        )
    return made


def _rounded(teu: float) -> str:
    return f"{float(f'{teu:.1g}'):,.0f}"


def _number(teu: float) -> str:
    return f"{teu:,.0f}" if teu >= 10 else f"{teu:.3g}"


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 7.5 and 10 times a power of ten."""
    from math import floor, log10

    power = 10.0 ** floor(log10(value))
    return float(
        next(step * power for step in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if step * power >= value * (1 - 1e-9))
    )
