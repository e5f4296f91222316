"""What plans say of calendars and chains, read back, and a trade the other way."""

import numpy as np
from worlds import DAY_S

from sim.contract import SampledPlan


def near(found: float, expected: float, variance: float) -> None:
    assert abs(found - expected) < 4 * np.sqrt(variance), (found, expected)


def steps_of(plan: SampledPlan, number: int) -> list[tuple[float, int, int]]:
    """(day, value, cause) of a calendar."""
    part = slice(plan.calendar_first[number], plan.calendar_first[number + 1])
    columns = (plan.calendar_at_s[part] / DAY_S, plan.calendar_value[part], plan.calendar_cause[part])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def chains_taken(plan: SampledPlan, c: int, at_s: int | None = None) -> int:
    """First chain open to a consignment when released (or at a second), or -1."""
    at_s = int(plan.release_s[c]) if at_s is None else at_s
    for o in range(plan.options_first[plan.options[c]], plan.options_first[plan.options[c] + 1]):
        steps = [step for step in steps_of(plan, plan.option_calendar[o]) if step[0] * DAY_S <= at_s]
        if steps[-1][1] > 0:
            return int(plan.option_chain[o])
    return -1


TRADE = """
legs: {d-r: {between: [d, p], mode: road, length: 600 km, running_time: 1 d, tariff: 1 USD/FEU-km, emissions: 70 g/t-km}}
services: {back: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, fleet: sets, dispatch: {when: full}}}
chains: {back: {corridor: north, services: [back]}}
flows: {de-kz: {origin: d, destination: k, volume: 100 TEU/day, consignment: 20 TEU, cargo: {machines: 50 %, toys: 50 %},
                mass: 15 t/FEU, deadline: 9 d, routing: {shares: {back: 100 %}}}}
"""
