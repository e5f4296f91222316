"""Machine code: functions on arrays, compiled once on a machine and kept as object files that load without the compiler.

A kernel module holds functions on contiguous arrays and numbers; those marked `entry` can be called from outside:

    @entry
    def fill(seeds: Words, room: Into[Floats]) -> None: ...

Whoever calls them names the module and never imports it, since that would load the compiler:

    draws = Kernels("sim.sampling.draws", what="the draws", takes="about five seconds")
    draws.fill(seeds, room)

A call lets other threads run. Only kernel modules and `building` import Numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.compiled.folder import VARIABLE, kept_in
from sim.compiled.interruptions import put_off
from sim.compiled.kernels import Kernels
from sim.compiled.signatures import Into, entry

if TYPE_CHECKING:
    from sim.compiled.building import compiled, inlined

__all__ = ["VARIABLE", "Into", "Kernels", "compiled", "entry", "inlined", "kept_in", "put_off"]


def __getattr__(name: str) -> Any:
    """What loads the compiler is loaded when a kernel module asks for it."""
    if name in ("compiled", "inlined"):
        from sim.compiled import building

        return getattr(building, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
