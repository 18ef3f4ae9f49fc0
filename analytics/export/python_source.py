"""Laws as a Python module: for numbers one that needs the standard library alone, for arrays one that needs NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

import sympy as sp

from analytics.arrays.cancellation import Piece
from analytics.export.library import Library, module
from analytics.export.program import (
    Routine,
    Search,
    Source,
    described,
    description,
)
from analytics.law.law import Law
from analytics.law.statement import Statement


class PythonSource(Source):
    functions: ClassVar[dict[str, str]] = {
        "sqrt": "math.sqrt",
        "power": "math.pow",
        "root": "_root",
        "Abs": "abs",
        "erfinv": "_erfinv",
        "Min": "min",
        "Max": "max",
        "near_log": "_near_log",
        "smaller_difference": "_smaller_difference",
        **{name: f"_{name}" for name in ("exp", "sinh", "cosh")},
        "complex_sqrt": "cmath.sqrt",
        "arg": "cmath.phase",
        "sign": "_sign",
        **{name: f"math.{name}" for name in "log sin cos tan asin acos atan atan2 tanh".split()},
        **{name: f"math.{name}" for name in "asinh acosh atanh erf erfc".split()},
    }
    complex_functions: ClassVar[dict[str, str]] = {
        "power": "pow",
        "re": "_real",
        "im": "_imaginary",
        "arg": "cmath.phase",
        "conjugate": "_conjugate",
        **{
            name: f"cmath.{name}"
            for name in "exp log sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh".split()
        },
    }
    root_functions: ClassVar[dict[int, str]] = {2: "math.sqrt", 3: "math.cbrt"}
    nothing, infinity, ceiling = "math.nan", "math.inf", "math.ceil"
    overflowing: ClassVar[tuple[type[sp.Function], ...]] = (sp.exp, sp.sinh, sp.cosh)
    """Functions whose powers need a function of their own: where they overflow an error would be raised."""

    def complex_number(self, value: complex) -> str:
        return repr(value)

    def power(self, base: sp.Expr, exponent: int) -> str:
        written = self.write(base)
        if self.overflowing and base.has(*self.overflowing) and not self.is_complex(base):
            return self.call("_raised", written, str(exponent))
        return (
            f"{written}**{exponent}" if base.is_Symbol or base.is_Function else f"({written}) ** {exponent}"
        )

    def raised(self, written: str, exponent: int) -> str:
        return f"{written}**{exponent}"

    def assigned(self, symbol: sp.Symbol, value: str) -> str:
        return f"    {symbol} = {value}"

    def choice(self, condition: str, chosen: str, otherwise: str) -> str:
        return f"({chosen} if {condition} else {otherwise})"

    def decorator(self, law: Statement) -> str:
        """The line that makes a function one of arrays too."""
        return f"@_of_arrays({law.count if law.is_several_valued else 1})"

    def guard(self, entry: Routine) -> list[str]:
        """Lines that return NaN for arguments of another size."""
        names = " and ".join(f"_is_ordinary({symbol})" for symbol in entry.law.symbols)
        count = entry.law.count if entry.law.is_several_valued else None
        nothing = "math.nan" if count is None else f"({', '.join(['math.nan'] * count)},)"
        return [f"    if not ({names}):", f"        return {nothing}"] if names else []

    def inside(self, low: float, high: float, near: str, direct: str) -> list[str]:
        """Lines that return `near` for t from low to high, else `direct`."""
        return [f"    if {low!r} <= t <= {high!r}:", f"        return {near}", f"    return {direct}"]


class NumpySource(PythonSource):
    """Where a formula has a choice both sides are computed: no guard and no branch."""

    functions: ClassVar[dict[str, str]] = {
        **{name: f"numpy.{name}" for name in "sqrt power log exp sin cos tan sinh cosh tanh sign".split()},
        **{name: f"numpy.arc{name[1:]}" for name in "asin acos atan atan2 asinh acosh atanh".split()},
        **{name: f"_{name}" for name in "root erf erfc erfinv near_log smaller_difference".split()},
        "Abs": "abs",
        "Min": "numpy.minimum",
        "Max": "numpy.maximum",
        "complex_sqrt": "_complex_sqrt",
        "arg": "numpy.angle",
    }
    complex_functions: ClassVar[dict[str, str]] = {
        "re": "numpy.real",
        "im": "numpy.imag",
        "conjugate": "numpy.conj",
    }
    root_functions: ClassVar[dict[int, str]] = {2: "numpy.sqrt", 3: "numpy.cbrt"}
    nothing, infinity, ceiling = "numpy.nan", "numpy.inf", "numpy.ceil"
    overflowing = ()

    def choice(self, condition: str, chosen: str, otherwise: str) -> str:
        return f"numpy.where({condition}, {chosen}, {otherwise})"

    def decorator(self, law: Statement) -> str:
        return "@_of_arrays"

    def guard(self, entry: Routine) -> list[str]:
        return []

    def inside(self, low: float, high: float, near: str, direct: str) -> list[str]:
        return [f"    return {self.choice(f'({low!r} <= t) & (t <= {high!r})', near, direct)}"]


LIBRARY = Library("laws.py", "\n\n\n", ("# ", "# ", ""))
OF_ARRAYS = replace(LIBRARY, file="laws_of_arrays.py")


def python_source(laws: Sequence[Law]) -> str:
    """A module of functions of numbers, and point by point of arrays."""
    return module(laws, LIBRARY, partial(_routine, PythonSource()))


def numpy_source(laws: Sequence[Law]) -> str:
    """A module of functions of arrays, computed whole; NaN where there is no value."""
    return module(laws, OF_ARRAYS, partial(_routine, NumpySource()))


def _routine(source: PythonSource, entry: Routine) -> str:
    lines: list[str] = []
    for piece in entry.pieces:
        lines += _piece(source, piece)
    body = entry.body
    statements, results = source.statements(entry, _search(source, body) if isinstance(body, Search) else ())
    lines += [*_signature(source, entry), *source.guard(entry), *statements]
    if not isinstance(body, Search) and body.of_quadratic:
        lines.append(f"    return _quadratic({', '.join(results)})")
    elif len(results) > 1:
        lines += ["    return (", *(f"        {result}," for result in results), "    )"]
    elif entry.period is None:
        lines.append(f"    return {results[0]}")
    else:
        lines += [f"    angle = {results[0]}", f"    return {source.brought_back(entry.period)}"]
    return "\n".join(lines) + "\n"


def _search(source: PythonSource, body: Search) -> list[str]:
    lines = [
        "",
        f"    def residual({body.unknown}):",
        "        return _share(",
        "            [",
        *(f"                {source.write(term)}," for term in body.terms),
        "            ]",
        "        )",
        "",
    ]
    if body.folds is None:
        ends = ", ".join(map(source.double, (body.low, body.high, body.top)))
        return [*lines, f"    {body.unknown} = _solve(residual, {ends}, {body.low_is_closed}, {body.pole})"]
    level = source.write(body.folds.level)
    return [
        *lines,
        f"    def bend({body.unknown}):",
        f"        return {source.write(body.folds.bend)}",
        "",
        f"    {body.unknown} = _lowest(residual, bend, {level}, {body.folds.knots!r})",
    ]


def _signature(source: PythonSource, entry: Routine) -> list[str]:
    law = entry.law
    arguments: list[str] = []
    trailing = True  # Python allows a default only where all later arguments have one
    for parameter in reversed(law.parameters):
        trailing = trailing and parameter.default is not None
        default = f"={source.number(parameter.default)}" if trailing else ""
        arguments.insert(0, parameter.name + default)
    lines = ["", "", source.decorator(law), f"def {entry.name}({', '.join(arguments)}):"]
    first, *others = description(law)
    return [*lines, f'    """{first}', *(f"    {line}" if line else "" for line in others), '    """']


def _piece(source: PythonSource, piece: Piece) -> list[str]:
    table = f"_{piece.name.upper()}"
    square = "x * x" if piece.even else "x"
    power = "" if piece.power == 0 else "x * " if piece.power == 1 else f"x**{piece.power} * "
    lines = ["", "", f"{table} = ("]
    lines += [f"    {coefficient!r}," for coefficient in piece.coefficients]
    lines += [")", "", "", f"def {piece.name}(x):", f"    # {described(piece)}"]
    direct = source.write(piece.direct)
    near = f"{power}_chebyshev({table}, t, {piece.low!r}, {piece.high!r})"
    lines += [f"    t = {square}", *source.inside(piece.low, piece.high, near, direct)]
    return lines
