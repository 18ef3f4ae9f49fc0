"""Laws as a Python module that needs the standard library only, and NumPy for arrays."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import ClassVar

import sympy as sp

from analytics.arrays.cancellation import Piece
from analytics.export.library import program
from analytics.export.program import (
    Routine,
    Search,
    Source,
    described,
    description,
    left_out,
    routines,
)
from analytics.law.law import Law


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

    def complex_number(self, value: complex) -> str:
        return repr(value)

    def power(self, base: sp.Expr, exponent: int) -> str:
        written = self.write(base)
        if base.has(sp.exp, sp.sinh, sp.cosh) and not self.is_complex(base):
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


def python_source(laws: Sequence[Law]) -> str:
    """A module with one documented function per law, its arguments in the order of the law's parameters."""
    source = PythonSource()
    body = "".join(_routine(source, entry) for entry in routines(laws))
    missing = "".join(f"\n# {fill(line, 98, subsequent_indent='# ')}\n" for line in left_out(laws))
    return program(laws, "laws.py", "\n\n\n", missing, body)


def _routine(source: PythonSource, entry: Routine) -> str:
    lines: list[str] = []
    for piece in entry.pieces:
        lines += _piece(source, piece)
    body = entry.body
    statements, results = source.statements(entry, _search(source, body) if isinstance(body, Search) else ())
    lines += [*_signature(source, entry), *_guard(entry), *statements]
    if not isinstance(body, Search) and body.of_quadratic:
        lines.append(f"    return _quadratic({', '.join(results)})")
    elif len(results) > 1:
        lines += ["    return (", *(f"        {result}," for result in results), "    )"]
    elif entry.period is None:
        lines.append(f"    return {results[0]}")
    else:
        lines += [f"    angle = {results[0]}", f"    return {source.brought_back(entry.period)}"]
    return "\n".join(lines) + "\n"


def _guard(entry: Routine) -> list[str]:
    names = " and ".join(f"_is_ordinary({symbol})" for symbol in entry.law.symbols)
    count = entry.law.count if entry.law.is_several_valued else None
    nothing = "math.nan" if count is None else f"({', '.join(['math.nan'] * count)},)"
    return [f"    if not ({names}):", f"        return {nothing}"] if names else []


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
    lines = ["", "", "@_of_arrays", f"def {entry.name}({', '.join(arguments)}):"]
    first, *others = description(law)
    return [*lines, f'    """{first}', *(f"    {line}" if line else "" for line in others), '    """']


def _piece(source: PythonSource, piece: Piece) -> list[str]:
    table = f"_{piece.name.upper()}"
    square = "x * x" if piece.even else "x"
    power = "" if piece.power == 0 else "x * " if piece.power == 1 else f"x**{piece.power} * "
    lines = ["", "", f"{table} = ("]
    lines += [f"    {coefficient!r}," for coefficient in piece.coefficients]
    lines += [")", "", "", f"def {piece.name}(x):", f"    # {described(piece)}"]
    lines += [f"    t = {square}", f"    if {piece.low!r} <= t <= {piece.high!r}:"]
    lines += [f"        return {power}_chebyshev({table}, t, {piece.low!r}, {piece.high!r})"]
    lines += [f"    return {source.write(piece.direct)}"]
    return lines
