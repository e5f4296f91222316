"""All chance: a checked scenario goes in, fully drawn plans come out. The only room that draws."""

from sim.sampling.plans import Sampler
from sim.sampling.streams import Streams

__all__ = ["Sampler", "Streams"]
