"""What can be known before a run, in closed form: chains in free flow, and what is asked of every gate, station, service and fleet.

No chance, no disruptions, no waiting.
"""

from sim.preview.chains import FreeFlow, free_flow, time_between_s
from sim.preview.loads import Load, Preview, preview

__all__ = ["FreeFlow", "Load", "Preview", "free_flow", "preview", "time_between_s"]
