"""What strikes in the tiny world, and disruptions for it."""

from worlds import scenario

from sim.sampling.shocks import Shocks, draw_shocks, service_lives
from sim.sampling.streams import Streams


def shocks_of(*changes: str, replication: int = 0) -> Shocks:
    """What strikes in the tiny world; its period is 30 days from 1 January 2025."""
    world = scenario(*changes)
    return draw_shocks(world, Streams(world.seed, replication), service_lives(world))


def event(at: str, effect: str, more: str = "", when: str = "from: '2025-01-05', lasts: 4 d") -> str:
    """One disruption, from day 4 until day 8 if nothing else is said."""
    return f"disruptions: {{event: {{at: {at}, {when}, effect: {effect}, {more}}}}}"


def struck(shocks: Shocks) -> dict[str, list[str]]:
    """Which tables of the shocks hold anything, and for whom; openings leave empty lists."""
    tables = {name: table for name, table in vars(shocks).items() if name != "notices"}
    found = {name: sorted(key for key, spells in table.items() if spells) for name, table in tables.items()}
    return {name: keys for name, keys in found.items() if keys}
