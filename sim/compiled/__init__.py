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

from typing import TYPE_CHECKING

from sim.compiled.folder import VARIABLE, kept_in
from sim.compiled.interruptions import put_off
from sim.compiled.kernels import Kernels
from sim.compiled.signatures import Into, entry
from sim.faces import opened

if TYPE_CHECKING:
    from sim.compiled.building import compiled, inlined
    from sim.compiled.folder import own_folder
else:
    # They load the compiler.
    __getattr__ = opened(__name__)

__all__ = [
    "VARIABLE",
    "Into",
    "Kernels",
    "compiled",
    "entry",
    "inlined",
    "kept_in",
    "own_folder",
    "put_off",
]
