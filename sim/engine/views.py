"""Typed views: compiled code reads `w.goods[c].chain` and `p.size_teu[c]`, by the names declared in `layout`.

A view is a pointer to whole numbers. Its members are numbers, pairs and other classes that lie there, and columns and rows of
which it holds the address. What a plan says, and where columns begin, does not change while the engine runs: the compiler is
told, and need not look again.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"

from __future__ import annotations

import bisect
import operator
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.extending import register_model
from numba.core.imputils import lower_builtin, lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_global, signature
from numba.extending import infer_getattr, intrinsic, overload

from sim.engine.layout import members, places, words

WORD = ir.IntType(64)
_NUMBERS = (types.Integer, types.IntEnumMember)


class View(types.Type):
    """A pointer to what a class declares; `fixed` when nothing in it changes."""

    def __init__(self, of: type, fixed: bool) -> None:
        self.of, self.fixed = of, fixed
        super().__init__(name=f"View({of.__name__}{', fixed' * fixed})")


class Rows(types.Type):
    """A pointer to the first of many."""

    def __init__(self, one: View) -> None:
        self.one = one
        super().__init__(name=f"Rows({one.name})")


class Column(types.Type):
    """A pointer to whole numbers; `fixed` when they do not change."""

    def __init__(self, fixed: bool) -> None:
        self.fixed = fixed
        super().__init__(name=f"Column({'fixed' * fixed})")


class Part(types.Type):
    """Some numbers of a column, of which it is known how many."""

    def __init__(self, fixed: bool) -> None:
        self.fixed = fixed
        super().__init__(name=f"Part({'fixed' * fixed})")


@register_model(Part)
class _PartModel(models.StructModel):
    """An address and a number."""

    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, [("where", Column(fe_type.fixed)), ("n", types.int64)])


@register_model(View)
@register_model(Rows)
@register_model(Column)
class _PointerModel(models.PrimitiveModel):
    """All of them are addresses."""

    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, WORD.as_pointer())


@cache
def _member(view: View, name: str) -> tuple[int, Any] | None:
    """Where a member lies, and the type of what it gives."""
    kind = members(view.of).get(name)
    if kind is None:
        return None
    return places(view.of)[name], _type_of(kind, view.fixed)


def _type_of(kind: Any, fixed: bool) -> types.Type:
    """What a field is to the compiler."""
    if kind is int:
        return types.int64
    if get_origin(kind) is Annotated or get_args(kind) == (int,):
        return Column(fixed)
    if get_origin(kind) is list:
        return Rows(View(get_args(kind)[0], fixed))
    return View(kind, fixed)


def _load(builder, where, fixed: bool):
    """Load a number; one of a plan never changes."""
    found = builder.load(where)
    if fixed:
        found.set_metadata("invariant.load", builder.module.add_metadata([]))
    return found


@infer_getattr
class _Members(AttributeTemplate):
    """The type of a member."""

    key = View

    def generic_resolve(self, view, name):
        """The type of a field."""
        member = _member(view, name)
        return member and member[1]


@lower_getattr_generic(View)
def _read(context, builder, view, where, name):
    """Code that reads a field of a view."""
    place, kind = _member(view, name)
    here = builder.gep(where, [WORD(place)])
    if kind == types.int64:
        return _load(builder, here, view.fixed)
    declared = members(view.of)[name]
    if get_origin(declared) is list:
        return builder.inttoptr(_load(builder, here, True), WORD.as_pointer())
    return here


@lower_setattr_generic(View)
def _write(context, builder, signature, arguments, name):
    """Code that sets a field of a view."""
    where, value = arguments
    place, _ = _member(signature.args[0], name)
    builder.store(
        context.cast(builder, value, signature.args[1], types.int64), builder.gep(where, [WORD(place)])
    )


@infer_global(operator.getitem)
class _Item(AbstractTemplate):
    """The type of what a column or rows have at an index."""

    def generic(self, args, kws):
        """The types of an index and of what lies there."""
        of, index = args
        if isinstance(index, _NUMBERS):
            if isinstance(of, Rows):
                return signature(of.one, of, types.int64)
            if isinstance(of, Column | Part):
                return signature(types.int64, of, types.int64)
        return None


@lower_builtin(operator.getitem, Column, types.int64)
def _number(context, builder, signature, arguments):
    """Code that reads a number of a column."""
    return _load(builder, builder.gep(arguments[0], [arguments[1]]), signature.args[0].fixed)


@lower_builtin(operator.getitem, Part, types.int64)
def _number_of_part(context, builder, signature, arguments):
    """Code that reads a number of a part of a column."""
    where = builder.extract_value(arguments[0], 0)
    return _load(builder, builder.gep(where, [arguments[1]]), signature.args[0].fixed)


@infer_global(len)
class _Length(AbstractTemplate):
    """How many numbers a part has."""

    def generic(self, args, kws):
        """The type of a length."""
        return signature(types.int64, *args) if isinstance(args[0], Part) else None


@lower_builtin(len, Part)
def _length(context, builder, signature, arguments):
    """Code that tells how long a part of a column is."""
    return builder.extract_value(arguments[0], 1)


@lower_builtin(operator.getitem, Rows, types.int64)
def _row(context, builder, signature, arguments):
    """Code that takes a row."""
    return _row_at(builder, signature.args[0], *arguments)


def _row_at(builder, rows: Rows, where, index):
    """Where a row lies."""
    return builder.gep(where, [builder.mul(index, WORD(words(rows.one.of)))])


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    """Numbers of a column may be set."""

    def generic(self, args, kws):
        """The types of an index and of a number to be set."""
        of, index, _ = args
        if isinstance(of, Column) and not of.fixed and isinstance(index, _NUMBERS):
            return signature(types.none, of, types.int64, types.int64)
        return None


@lower_builtin(operator.setitem, Column, types.int64, types.int64)
def _set_number(context, builder, signature, arguments):
    """Code that sets a number of a column."""
    where, index, value = arguments
    builder.store(value, builder.gep(where, [index]))
    return context.get_dummy_value()


# --- from arrays, and to them -------------------------------------------------------------------------------------


def seen_as(of: type, *, fixed: bool = False) -> Any:
    """A function that compiled code calls with an array of whole numbers, to see it as a class."""
    view = View(of, fixed)

    @intrinsic
    def see(typing, array):
        """A view of an array."""

        def build(context, builder, signature, arguments):
            """The address of an array."""
            return context.make_array(signature.args[0])(context, builder, arguments[0]).data

        return view(array), build

    return see


@intrinsic
def part(typing, column, index, n):
    """The `n` numbers of a column from `index` on, as a sequence: shared functions take those."""
    kind = Part(column.fixed)

    def build(context, builder, signature, arguments):
        """A part, from where it begins and how long it is."""
        where, first, length = arguments
        made = cgutils.create_struct_proxy(kind)(context, builder)
        made.where, made.n = builder.gep(where, [first]), length
        return made._getvalue()

    return kind(column, types.int64, types.int64), build


@intrinsic
def fetch(typing, of, index):
    """Bring a number of a column or one of many rows nearer: it will be asked for soon."""

    def build(context, builder, signature, arguments):
        """A request that a row be brought near."""
        rows, (where, at) = signature.args[0], arguments
        byte, word = ir.PointerType(ir.IntType(8)), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        here = _row_at(builder, rows, where, at) if isinstance(rows, Rows) else builder.gep(where, [at])
        builder.call(ask, [builder.bitcast(here, byte), word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.none(of, types.int64), build


@overload(bisect.bisect_right)
def _compiled_bisect(at_s, time_s, lo=0, hi=-1):
    """How `bisect_right` is compiled for columns and their parts."""
    if isinstance(at_s, Column):

        def search(at_s, time_s, lo=0, hi=-1):
            """The same, of a part between two places."""
            low, high = lo, hi
            while low < high:
                middle = (low + high) // 2
                if time_s < at_s[middle]:
                    high = middle
                else:
                    low = middle + 1
            return low
    else:

        def search(at_s, time_s, lo=0, hi=-1):
            """The same, of a whole part."""
            low, high = 0, len(at_s)
            while low < high:
                middle = (low + high) // 2
                if time_s < at_s[middle]:
                    high = middle
                else:
                    low = middle + 1
            return low

    return search
