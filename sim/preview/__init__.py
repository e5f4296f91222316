"""What can be known before a run, in closed form: chains in free flow, and what is asked of every gate, station, service and fleet.

No chance, no disruptions, no waiting.
"""

from sim.preview.chains import FreeFlow, Step, free_flow, steps_of, times_between_s
from sim.preview.features import geojson
from sim.preview.loads import Load, Preview, preview
from sim.preview.said import as_document, in_words

__all__ = [
    "FreeFlow",
    "Load",
    "Preview",
    "Step",
    "as_document",
    "free_flow",
    "geojson",
    "in_words",
    "preview",
    "steps_of",
    "times_between_s",
]
