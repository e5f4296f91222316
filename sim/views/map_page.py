"""From runs to the page with the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.views import caption
from sim.views.asked import Asked
from sim.views.geography import (
    MARKS,
    MODES,
    THINNEST_PT,
    WIDEST_PT,
    Scale,
    frame_of,
    joint,
    name_places,
    network_map,
)
from sim.views.page import nothing_to_draw, page, settle
from sim.views.shown_chains import known_corridor, repeated, services_of
from sim.views.style import GREY, PAGE_WIDTH_IN, VERMILLION, wrap

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from sim.results import NetworkRecord, Run


_LEVELS = ["replication", "place_kind", "place", "facility", "time_s", "teu"]


def figure(asked: Asked) -> Figure:
    """The network of every run on a map, on one scale, laid out for good."""
    runs, corridor, direction = asked.runs, asked.corridor, asked.direction
    title = asked.headline(asked.corridor_title, direction)
    known_corridor(runs, corridor)
    lines, waiting = {}, {}
    for name, run in runs.items():
        lines[name], waiting[name] = _traffic(run, services_of(run, corridor, direction))
    busiest = max((table["teu_per_year"].max() for table in lines.values() if len(table)), default=0)
    if not busiest > 0:
        return settle(
            nothing_to_draw(title, f"No train or vessel carried measured freight in {', '.join(runs)}.")
        )
    longest = max(((table["aboard_teu"] + table["yard_teu"]).max() for table in waiting.values() if len(table)), default=0)  # fmt: skip
    scale = Scale(_round_up(busiest), _round_up(max(longest, 1) / 4) * 4)
    columns = 1 if len(runs) <= 2 else 2  # two maps are compared line by line: one above the other, and large
    width_in = 0.985 * PAGE_WIDTH_IN / columns - 0.1
    frame = joint([frame_of(run.network, lines[name]) for name, run in runs.items()])
    panel_in = width_in * (frame[3] - frame[2]) / (frame[1] - frame[0]) + (0.12 if len(runs) == 1 else 0.3)
    modes = {mode for table in lines.values() for mode in table.loc[table["teu_per_year"] > 0, "mode"]}
    networks = {name: _of_the_period(run) for name, run in runs.items()}
    legend = _legend(scale, modes, networks)
    figure, axes = page(
        title,
        _note(runs, networks, scale, direction),
        panels=len(runs),
        columns=columns,
        panel_in=panel_in,
        legend=legend,
    )
    for name, ax in zip(runs, axes, strict=True):
        network_map(lines[name], waiting[name], networks[name], ax, frame=frame, scale=scale)
        if len(runs) > 1:
            ax.set_title(wrap(name, 30 if columns == 2 else 60, lines=2 if columns == 2 else 1))
    settle(figure)
    labels = (34 if len(runs) == 1 else 28) if columns == 1 else 16
    for name, ax in zip(runs, axes, strict=True):  # where there is room for names is known only now
        name_places(ax, lines[name], waiting[name], networks[name], scale, labels)
    return figure


def _traffic(run: Run, services: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What runs on the lines and what waits at the places of one run, of these services."""
    from sim.stats import kept_replications, line_traffic, mean_waiting, measured_days

    trips = run.table("trips", ["replication", "service", "measured", "load_teu"])
    chosen = trips.assign(measured=trips["measured"] & trips["service"].isin(list(services)))
    n = kept_replications(run.manifest, trips)
    waiting = mean_waiting(run.table("levels", _LEVELS), run.manifest.period.measured_s, services, n)
    on_the_way = {place for name in services for place in run.network.services[name].route}
    waiting = waiting[waiting["facility"].isin(sorted(on_the_way))]
    return line_traffic(chosen, run.network, measured_days(run.manifest.period), n), waiting


def _of_the_period(run: Run) -> NetworkRecord:
    """The network of a run with the disruptions that hit places or lines within its period."""
    closures = tuple(
        one
        for one in run.network.closures
        if (one.facilities or one.legs) and one.within(run.manifest.period)
    )
    return run.network.model_copy(update={"closures": closures})


def _said(networks: Mapping[str, NetworkRecord], closed: bool) -> str:
    """The titles of disruptions that shut something, or that do not, with their runs where there are several."""
    several = len(networks) > 1
    titles = [
        f"{one.name}{f' ({name})' if several else ''}"
        for name, network in networks.items()
        for one in network.closures
        if one.closed == closed
    ]
    return ", ".join(dict.fromkeys(titles))


def _note(
    runs: Mapping[str, Run], networks: Mapping[str, NetworkRecord], scale: Scale, direction: str | None
) -> str:
    """The caption."""
    way = "in both directions together" if direction is None else direction
    from sim.stats import kept_replications

    counts = [kept_replications(run.manifest, run.table("trips", ["replication"])) for run in runs.values()]
    return caption.paragraph(
        f"Lines: TEU a year {way}, aboard trains and vessels that left in the measured time; those below about",
        f"{_rounded(scale.teu_per_year * THINNEST_PT / WIDEST_PT)} TEU are all equally thin.",
        "Filled circles: mean TEU waiting aboard trains and vessels for a border, a gauge change, a port or a",
        "path, whatever their way; rings: with those waiting in yards for a vehicle. Dotted: no freight. Sea lanes are",
        "schematic, and cut at the frame. Coastline: Natural Earth; Albers' equal-area projection.",
        f"Closed for a time: {_said(networks, True)}." if _said(networks, True) else "",
        f"Slowed for a time: {_said(networks, False)}." if _said(networks, False) else "",
        f"n = {repeated(counts)}; mean over replications.",
    )


def _legend(scale: Scale, modes: Iterable[str], networks: Mapping[str, NetworkRecord]) -> dict[str, Artist]:
    """Modes, widths, circles and marks that are drawn."""
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
    for closed, label in ((True, "closed for a time"), (False, "slowed for a time")):
        if _said(networks, closed):
            made[label] = Line2D([], [], linestyle="none", **MARKS[closed])
    return made


def _rounded(teu: float) -> str:
    """A number of TEU with one digit."""
    return f"{float(f'{teu:.1g}'):,.0f}"


def _number(teu: float) -> str:
    """A number of TEU with as many digits as it deserves."""
    return f"{teu:,.0f}" if teu >= 10 else f"{teu:.3g}"


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 7.5 and 10 times a power of ten."""
    from math import floor, log10

    power = 10.0 ** floor(log10(value))
    return float(
        next(step * power for step in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if step * power >= value * (1 - 1e-9))
    )
