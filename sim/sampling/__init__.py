"""All chance: a checked scenario goes in, fully drawn plans come out. The only room that draws."""

from sim.sampling.plans import Sampler
from sim.sampling.streams import DRAWS, Streams


def prepare() -> None:
    """Make what draws ready on this machine, before workers start: else each of them would compile it for itself."""
    DRAWS.ready()


__all__ = ["Sampler", "Streams", "prepare"]
