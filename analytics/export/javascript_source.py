"""Laws as a JavaScript module that needs nothing else, for browsers and Node.js."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import sympy as sp

from analytics.arrays.cancellation import Piece
from analytics.errors import LawError
from analytics.export.library import Library, module
from analytics.export.program import (
    Routine,
    Search,
    Source,
    described,
    description,
)
from analytics.law.law import Law

COMPLEX = "exp log sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh"
"""Functions that the runtime has for complex numbers."""


class JavascriptSource(Source):
    functions: ClassVar[dict[str, str]] = {
        "power": "Math.pow",
        "root": "root",
        "erfinv": "erfinv",
        "erf": "erf",
        "erfc": "erfc",
        "Abs": "Math.abs",
        "Min": "Math.min",
        "Max": "Math.max",
        "near_log": "nearLog",
        "smaller_difference": "smallerDifference",
        "complex_sqrt": "complexSqrt",
        "arg": "argument",
        "sign": "Math.sign",
        **{
            name: f"Math.{name}"
            for name in "sqrt exp log sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh".split()
        },
    }
    complex_functions: ClassVar[dict[str, str]] = {
        "power": "complexPower",
        "Abs": "modulus",
        "re": "realPart",
        "im": "imaginaryPart",
        "arg": "argument",
        "conjugate": "conjugate",
        "complex_sqrt": "complexSqrt",
        **{name: f"complex{name.capitalize()}" for name in COMPLEX.split()},
    }
    root_functions: ClassVar[dict[int, str]] = {2: "Math.sqrt", 3: "Math.cbrt"}
    nothing, infinity, ceiling = "NaN", "Infinity", "Math.ceil"

    def complex_number(self, value: complex) -> str:
        return f"complex({value.real!r}, {value.imag!r})"

    def power(self, base: sp.Expr, exponent: int) -> str:
        written = self.write(base)
        if self.is_complex(base):
            return self.call("raised", written, str(exponent))
        if base.is_Symbol and exponent <= 3:
            return "(" + " * ".join([written] * exponent) + ")"
        return self.raised(written, exponent)

    def raised(self, written: str, exponent: int) -> str:
        return self.call("Math.pow", written, f"{exponent}.0")

    def assigned(self, symbol: sp.Symbol, value: str) -> str:
        return f"  const {symbol} = {value};"

    def choice(self, condition: str, chosen: str, otherwise: str) -> str:
        return f"({condition} ? {chosen} : {otherwise})"

    def function_named(self, name: str, *arguments: sp.Expr) -> str:
        """As in every language; functions of complex numbers are those of the runtime alone."""
        if any(map(self.is_complex, arguments)) and name not in self.complex_functions:
            raise LawError(
                "exporting as javascript",
                "its functions of complex numbers must exist there",
                name,
                "Export it to python or c.",
            )
        return super().function_named(name, *arguments)

    def sum_of(self, node: sp.Add) -> str:
        """Infix for real numbers; JavaScript has no operators for complex ones."""
        if not self.is_complex(node):
            return super().sum_of(node)
        real = [term for term in node.args if not self.is_complex(term)]
        others = [self.write(term) for term in node.args if self.is_complex(term)]
        first = [self.write(sp.Add(*real, evaluate=False))] if real else []
        return self.call("plus", *first, *others) if first or len(others) > 1 else others[0]

    def product_of(self, node: sp.Mul) -> str:
        if not self.is_complex(node):
            return super().product_of(node)
        above: list[sp.Expr] = []
        below: list[sp.Expr] = []
        for factor in node.args:
            is_below = factor.is_Pow and factor.exp.is_Rational and factor.exp < 0
            (below if is_below else above).append(1 / factor if is_below else factor)
        upper = self._times(above)
        return self.call("over", upper, self._times(below)) if below else upper

    def _times(self, factors: Sequence[sp.Expr]) -> str:
        """A product, its real factors written as one."""
        real = [factor for factor in factors if not self.is_complex(factor)]
        others = [self.write(factor) for factor in factors if self.is_complex(factor)]
        first = [self.write(sp.Mul(*real, evaluate=False) if len(real) > 1 else real[0])] if real else []
        parts = [*first, *others]
        return parts[0] if len(parts) == 1 else self.call("times", *parts) if parts else "1.0"

    def power_of(self, node: sp.Pow) -> str:
        base, exponent = node.args
        if base != sp.E and exponent.is_Rational and exponent < 0 and self.is_complex(base):
            return self.call("over", "1.0", self.write(sp.Pow(base, -exponent, evaluate=False)))
        return super().power_of(node)


LIBRARY = Library("laws.mjs", "\n\n", ("// ", "// ", ""))


def javascript_source(laws: Sequence[Law]) -> str:
    """A module of functions of numbers, for browsers and Node.js."""
    return module(laws, LIBRARY, partial(_routine, JavascriptSource()))


def _routine(source: JavascriptSource, entry: Routine) -> str:
    lines: list[str] = []
    for piece in entry.pieces:
        lines += _piece(source, piece)
    body = entry.body
    statements, results = source.statements(entry, _search(source, body) if isinstance(body, Search) else ())
    lines += ["", *_comment(entry), f"export function {entry.name}({_arguments(source, entry)}) {{"]
    lines += [*_guard(entry), *statements]
    if not isinstance(body, Search) and body.of_quadratic:
        lines.append(f"  return quadratic({', '.join(results)});")
    elif len(results) > 1:
        lines += ["  return [", *(f"    {result}," for result in results), "  ];"]
    elif entry.period is None:
        lines.append(f"  return {results[0]};")
    else:
        lines += [f"  const angle = {results[0]};", f"  return {source.brought_back(entry.period)};"]
    return "\n".join([*lines, "}"]) + "\n"


def _arguments(source: JavascriptSource, entry: Routine) -> str:
    return ", ".join(
        parameter.name
        if parameter.default is None
        else f"{parameter.name} = {source.number(parameter.default)}"
        for parameter in entry.law.parameters
    )


def _guard(entry: Routine) -> list[str]:
    names = [symbol.name for symbol in entry.law.symbols]
    if not names:
        return []
    nothing = "complex(NaN, NaN)" if entry.law.is_complex else "NaN"
    if entry.law.is_several_valued:
        nothing = f"[{', '.join([nothing] * (entry.law.count or 0))}]"
    given = f'"{entry.name}", {{ {", ".join(names)} }}'
    return [f"  if (!areOrdinary({given})) return {nothing};"]


def _search(source: JavascriptSource, body: Search) -> list[str]:
    lines = [
        f"  const residual = ({body.unknown}) => share([",
        *(f"    {source.write(term)}," for term in body.terms),
        "  ]);",
    ]
    if body.folds is None:
        ends = ", ".join(map(source.double, (body.low, body.high, body.top)))
        closed = str(body.low_is_closed).lower()
        return [*lines, f"  const {body.unknown} = solve(residual, {ends}, {closed}, {body.pole});"]
    bend, level = source.write(body.folds.bend), source.write(body.folds.level)
    turns = ", ".join(map(repr, body.folds.knots))
    return [
        *lines,
        f"  const bend = ({body.unknown}) => {bend};",
        f"  const {body.unknown} = lowest(residual, bend, {level}, [{turns}]);",
    ]


def _comment(entry: Routine) -> list[str]:
    first, *others = (line.replace("*/", "* /") for line in description(entry.law, indent="  "))
    return [f"/** {first}", *(f" * {line}".rstrip() for line in others), " */"]


def _piece(source: JavascriptSource, piece: Piece) -> list[str]:
    square = "x * x" if piece.even else "x"
    power = " * ".join(["x"] * piece.power) if piece.power >= 0 else f"Math.pow(x, {piece.power}.0)"
    return [
        "",
        f"/** {described(piece).replace('*/', '* /')} */",
        f"function {piece.name}(x) {{",
        "  const table = [",
        *(f"    {coefficient!r}," for coefficient in piece.coefficients),
        "  ];",
        f"  const t = {square};",
        f"  if (t >= {piece.low!r} && t <= {piece.high!r}) {{",
        f"    return {power}{' * ' if power else ''}chebyshev(table, t, {piece.low!r}, {piece.high!r});",
        "  }",
        f"  return {source.write(piece.direct)};",
        "}",
    ]
