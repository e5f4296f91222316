"""Inner numbers back to quantities as people write them."""

from __future__ import annotations

from sim.units.dimensions import DAY_S, DURATION, HOUR_S, LENGTH, MINUTE_S, SHARE, Dimension


def show(value: float, dimension: Dimension) -> str:
    """Write an inner value back as people do: 129600 s becomes "36 h", 0.25 becomes "25 %"."""
    if dimension is DURATION:
        return show_duration(value)
    if dimension is SHARE:
        return f"{value * 100:.6g} %"
    if dimension is LENGTH:
        return f"{value / 1000:.10g} km"
    return f"{value:.10g} {dimension.inner}".strip()


def show_duration(seconds: float) -> str:
    """Write a duration with the unit people use for its size: 90 min, 36 h, 13 d."""
    if seconds and seconds % DAY_S == 0 and abs(seconds) >= 4 * DAY_S:
        return f"{seconds / DAY_S:.10g} d"
    if seconds and seconds % HOUR_S == 0:
        return f"{seconds / HOUR_S:.10g} h"
    if seconds and seconds % MINUTE_S == 0:
        return f"{seconds / MINUTE_S:.10g} min"
    if abs(seconds) >= 4 * DAY_S:
        return f"{seconds / DAY_S:.3g} d"
    if abs(seconds) >= HOUR_S:
        return f"{seconds / HOUR_S:.3g} h"
    return f"{seconds:.10g} s"
