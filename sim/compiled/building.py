"""Compiling a kernel module to an object file for this machine. Only here and in kernel modules Numba is imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

# A vector library that is installed by chance would give logarithms other last digits.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import llvmlite.binding as llvm
from llvmlite import ir
from numba import njit, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.errors import TypingError
from numba.core.event import Listener, install_listener
from numba.core.registry import cpu_target
from numba.extending import register_jitable
from numba.np.arrayobj import make_array, populate_array

from sim.compiled.objects import Object, host_features
from sim.compiled.signatures import Parameter, Signature, entries_of
from sim.compiled.telling import Show

F = TypeVar("F", bound=Callable[..., Any])
# Nobody calls these from Python: no wrappers for it, which take a fifth of the time to compile. Arrays are others': none is made,
# counted or freed (so there is no `carray`: a part of an array is a slice).
_INSIDE = {
    "boundscheck": False,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
_OF_C = {
    *("ceil", "cos", "exp", "exp2", "floor", "log", "log10", "log2", "pow", "rint", "round", "sin", "trunc"),
    *("memcpy", "memmove", "memset"),
}
"""Intrinsic functions that may become calls of C's library."""
_STATUS, _SIZE = ir.IntType(32), ir.IntType(64)


_LEFT: list[Callable[..., Any]] = []
"""Functions that kernels call, of the kernel modules that are imported, and that are not compiled yet."""


class _Counter(Listener):  # type: ignore[misc]
    """Shows how many of the functions that were left are compiled."""

    def __init__(self, show: Show) -> None:
        self._total, self._show = len(_LEFT), show
        show(0, self._total)

    def on_start(self, event: Any) -> None:
        """Nothing is done yet."""

    def on_end(self, event: Any) -> None:
        """One more, unless it was compiled before for other arguments."""
        function = event.data["dispatcher"].py_func
        if function in _LEFT:
            _LEFT.remove(function)
            self._show(self._total - len(_LEFT), self._total)


def compiled(function: F) -> F:
    """Decorate a function that kernels call. For Python it stays what it is."""
    # Not `njit`: that would compile it anew for every literal number it is called with.
    made: F = register_jitable(**_INSIDE)(function)
    _LEFT.append(function)
    return made


def inlined(function: F) -> F:
    """Decorate a short function that becomes a part of what calls it."""
    made: F = register_jitable(forceinline=True, **_INSIDE)(function)
    _LEFT.append(function)
    return made


class _Inside(JITCodeLibrary):  # type: ignore[misc]
    """What was compiled of a function that becomes a part of what calls it: nobody runs it alone."""

    def get_pointer_to_function(self, name: str) -> int:
        """Nowhere."""
        return 0

    def _finalize_specific(self) -> None:
        """Nothing is made ready to run."""


@contextmanager
def _no_machine_code() -> Iterator[None]:
    """Compile without making machine code of every function by itself, which takes a quarter of the time."""
    codegen = cpu_target.target_context.codegen()
    changed = {"_library_class": _Inside, "_add_module": lambda _: None, "set_env": lambda *_: None}
    vars(codegen).update(changed)
    try:
        yield
    finally:
        for name in changed:
            delattr(codegen, name)


def build(module: str, show: Show) -> Object:
    """Compile the entries of a kernel module, some seconds.

    Raises the compiler's errors, and RuntimeError for an entry that calls what is there only beside the compiler.
    """
    entries = entries_of(import_module(module))
    if not entries:
        raise RuntimeError(f"{module} has no entry")
    made = {}
    with install_listener("numba:compile", _Counter(show)), _no_machine_code():
        for name, (function, signature) in entries.items():
            made[name] = _compiled_entry(function, signature)
    context = cpu_target.target_context
    # One library of all, in which what several entries call is there once.
    library = context.codegen().create_library(module)
    faces = library.create_ir_module("faces")
    with global_compiler_lock:
        for name, (_, signature) in entries.items():
            library.add_linking_library(made[name].library)
            _add_face(faces, signature, made[name])
        library.add_ir_module(faces)
        library.finalize()
    whole = llvm.parse_bitcode(library._final_module.as_bitcode())
    needs = sorted({_called(one.name) for one in whole.functions if one.is_declaration} - {""})
    foreign = [name for name in needs if name.startswith(("NRT_", "numba_", "Py", "_Py"))]
    if foreign:
        raise RuntimeError(f"{module} needs the compiler beside it: it calls {', '.join(foreign)}")
    return Object(_emitted(whole), tuple(signature for _, signature in entries.values()), tuple(needs))


def _compiled_entry(function: Callable[..., Any], signature: Signature) -> Any:
    """The compiler's result for an entry."""
    takes = [_type(one) for one in signature.parameters]
    gives = getattr(types, signature.result or "void")
    try:
        (made,) = njit(gives(*takes), **_INSIDE)(function).overloads.values()
    except TypingError as error:
        error.add_note(f"{signature}: it may make no arrays, and write only those that are marked `Into`")
        raise
    return made


def _type(one: Parameter) -> Any:
    """What an entry sees of a parameter: an array that is only read cannot be written there."""
    number = getattr(types, one.dtype)
    return types.Array(number, 1, "C", readonly=not one.written) if one.array else number


def _add_face(module: ir.Module, signature: Signature, made: Any) -> None:
    """Add a function as C has them that calls an entry, under the entry's symbol.

    It takes a pointer and a length for each array, the numbers, and last a pointer to where a result goes; it returns 0, or 1
    where the entry raised something.
    """
    context, native = made.target_context, made.fndesc
    takes: list[ir.Type] = []
    for one in signature.parameters:
        number = context.get_data_type(getattr(types, one.dtype))
        takes += [number.as_pointer(), _SIZE] if one.array else [number]
    if signature.result:
        takes.append(context.get_value_type(native.restype).as_pointer())
    face = ir.Function(module, ir.FunctionType(_STATUS, takes), signature.symbol)
    builder = ir.IRBuilder(face.append_basic_block("entry"))
    given, left = [], iter(face.args)
    for one, kind in zip(signature.parameters, native.argtypes, strict=True):
        given.append(_array(context, builder, kind, next(left), next(left)) if one.array else next(left))
    inner = ir.Function(
        module, context.call_conv.get_function_type(native.restype, native.argtypes), native.llvm_func_name
    )
    status, result = context.call_conv.call_function(builder, inner, native.restype, native.argtypes, given)
    if signature.result:
        builder.store(result, next(left))
    builder.ret(builder.select(status.is_ok, _STATUS(0), _STATUS(1)))


def _array(context: Any, builder: ir.IRBuilder, kind: Any, pointer: ir.Value, length: ir.Value) -> ir.Value:
    """An array of the compiler's over what is at a pointer."""
    array = make_array(kind)(context, builder)
    size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    populate_array(
        array, data=pointer, shape=[length], strides=[_SIZE(size)], itemsize=_SIZE(size), meminfo=None
    )
    return array._getvalue()


def _called(name: str) -> str:
    """What the machine code calls for a function that is declared: none, itself, or what C's library has for an intrinsic one."""
    if not name.startswith("llvm."):
        return name
    plain = name.split(".")[1]
    return plain if plain in _OF_C else ""


def _emitted(module: Any) -> bytes:
    """Machine code of an optimised module, for exactly this processor."""
    triple = llvm.get_process_triple()
    machine = llvm.Target.from_triple(triple).create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=host_features(),
        opt=3,
        # As Numba does for what it runs itself.
        reloc="static" if triple.startswith("x86") else "default",
        codemodel="jitdefault",
        jit=True,
    )
    code: bytes = machine.emit_object(module)
    return code
