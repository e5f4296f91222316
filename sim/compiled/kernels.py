"""A kernel module as those see it who call it: its entries, compiled or loaded when they are first asked for."""

from __future__ import annotations

import ctypes
import hashlib
import platform
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.compiled.folder import kept_in
from sim.compiled.interruptions import put_off
from sim.compiled.objects import Object, host_features, read, write
from sim.compiled.signatures import NUMBERS, Signature
from sim.compiled.telling import told
from sim.errors import LandbridgeError

Call = Callable[..., Any]


class Kernels:
    """The entries of one kernel module, as attributes: `Kernels("sim.sampling.draws", …).fill(seeds, room)`.

    `shared` names the modules and rooms whose functions and constants are compiled into it: another state of their text is
    another object file. `what` and `takes` are for the message of a first compilation.
    """

    def __init__(self, module: str, *, shared: Sequence[str] = (), what: str, takes: str) -> None:
        self.module = module
        self.shared = tuple(shared)
        self._what, self._takes = what, takes
        self._calls: dict[str, Call] = {}
        self._engine: object = None
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Call:
        """The entry of a name, which from then on is an ordinary attribute."""
        if name.startswith("_"):
            raise AttributeError(name)
        self.ready()
        if name not in self._calls:
            raise AttributeError(f"{self.module} has no entry {name!r}; it has {', '.join(self._calls)}")
        setattr(self, name, self._calls[name])
        return self._calls[name]

    def ready(self) -> None:
        """Load the object file, or compile it first. Ctrl-C takes effect when that is done.

        Raises LandbridgeError where this machine lacks a function of C's library that the code calls.
        """
        with self._lock:
            if not self._calls:
                self._load(self._object())

    @property
    def file_name(self) -> str:
        """Of the object file: another state of the code, compiler, processor or system has another."""
        from importlib.metadata import version

        import llvmlite
        import llvmlite.binding as llvm

        state = hashlib.sha256()
        for file in self.sources():
            state.update(file.read_bytes())
        machine = (llvm.get_process_triple(), llvm.get_host_cpu_name(), host_features())
        compilers = (llvmlite.__version__, version("numba"), platform.python_version())
        state.update("\n".join((*machine, *compilers)).encode())
        return f"{self.module.rpartition('.')[2]}-{state.hexdigest()[:16]}.o"

    def sources(self) -> list[Path]:
        """The files whose text is compiled: of the module, those shared with it, and this room's, which compile it."""
        return [file for name in (self.module, *self.shared, __package__) for file in _files(name)]

    def _object(self) -> Object:
        """The object file of this state of the code, from the folder; else compiled, and put there."""
        folder = kept_in("compiled")
        file = folder / self.file_name if folder else None
        kept = read(file) if file else None
        if kept is not None:
            return kept
        # An interruption in the middle of the compiler ends the program with a fault of memory.
        with put_off(), told(self._what, self._takes, kept=folder is not None) as show:
            from sim.compiled.building import build

            made = build(self.module, show)
            if file is not None:
                write(file, made)
        return made

    def _load(self, found: Object) -> None:
        """Make the entries callable."""
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        # What is not there would end the whole program.
        lacking = [name for name in found.needs if not llvm.address_of_symbol(name)]
        if lacking:
            raise LandbridgeError(
                f"{self._what}: this system's C library has no {', '.join(lacking)}. Use the reference engine, and say so."
            )
        engine.add_object_file(llvm.ObjectFileRef.from_data(found.code))
        engine.finalize_object()
        self._engine = engine  # the code lives as long as it does
        self._calls = {one.name: _call(one, engine.get_function_address(one.symbol)) for one in found.entries}


def _files(name: str) -> list[Path]:
    """The file of a module, or all those of a room, without importing it. Raises ModuleNotFoundError where it is not."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module named {name!r}", name=name)
    file = Path(spec.origin)
    return [file] if spec.submodule_search_locations is None else sorted(file.parent.glob("*.py"))


def _call(signature: Signature, address: int) -> Call:
    """A function that checks what it is given and runs the code at an address, with the interpreter's lock let go."""
    parameters, result = signature.parameters, _C.get(signature.result)
    taken: list[Any] = []
    for one in parameters:
        taken += [ctypes.c_void_p, ctypes.c_ssize_t] if one.array else [_C[one.dtype]]
    if result:
        taken.append(ctypes.POINTER(result))
    run = ctypes.CFUNCTYPE(ctypes.c_int32, *taken)(address)

    def call(*given: Any) -> Any:
        """Check what is given, and run it."""
        if len(given) != len(parameters):
            raise TypeError(f"{signature} takes {len(parameters)} arguments, got {len(given)}")
        passed: list[Any] = []
        for one, value in zip(parameters, given, strict=True):
            wrong = one.misfit(value)
            if wrong:
                raise TypeError(f"{signature}: {one.name} {wrong}")
            passed += (value.ctypes.data, len(value)) if one.array else (NUMBERS[one.dtype](value),)
        found = result() if result else None
        if run(*passed, found) if result else run(*passed):
            raise RuntimeError(f"{signature} raised an exception")
        return found.value if found is not None else None

    call.__name__ = call.__qualname__ = signature.name
    call.__doc__ = str(signature)
    return call


_C: dict[str, Any] = {"int64": ctypes.c_int64, "float64": ctypes.c_double}
