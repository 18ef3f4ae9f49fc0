"""Laws as C99 source that needs the C library only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import sympy as sp

from analytics.arrays.cancellation import Piece
from analytics.export.library import Library, module
from analytics.export.program import (
    Routine,
    Search,
    Source,
    Values,
    described,
    description,
)
from analytics.law.law import Law


class CSource(Source):
    functions: ClassVar[dict[str, str]] = {
        "power": "pow",
        "Abs": "fabs",
        "Min": "fmin",
        "Max": "fmax",
        "near_log": "near_log",
        "smaller_difference": "smaller_difference",
        "complex_sqrt": "csqrt",
        "arg": "carg",
        "sign": "sign",
        **{
            name: name
            for name in "sqrt root erfinv exp log sin cos tan asin acos atan atan2 sinh cosh".split()
        },
        **{name: name for name in "tanh asinh acosh atanh erf erfc".split()},
    }
    complex_functions: ClassVar[dict[str, str]] = {
        "power": "cpow",
        "Abs": "cabs",
        "re": "creal",
        "im": "cimag",
        "arg": "carg",
        "conjugate": "conj",
        **{
            name: f"c{name}"
            for name in "exp log sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh".split()
        },
    }
    root_functions: ClassVar[dict[int, str]] = {2: "sqrt", 3: "cbrt"}
    nothing, infinity, ceiling = "NAN", "HUGE_VAL", "ceil"

    def complex_number(self, value: complex) -> str:
        imaginary = "I" if value.imag == 1 else f"({value.imag!r} * I)"
        return imaginary if value.real == 0 else f"({value.real!r} + {imaginary})"

    def power(self, base: sp.Expr, exponent: int) -> str:
        written = self.write(base)
        if self.is_complex(base):
            return self.call("cpow", written, f"{exponent}.0")
        if base.is_Symbol and exponent <= 3:
            return "(" + " * ".join([written] * exponent) + ")"
        return self.raised(written, exponent)

    def raised(self, written: str, exponent: int) -> str:
        return self.call("pow", written, f"{exponent}.0")

    def assigned(self, symbol: sp.Symbol, value: str) -> str:
        kind = "double complex" if symbol in self.complex_names else "double"
        return f"    const {kind} {symbol} = {value};"

    def choice(self, condition: str, chosen: str, otherwise: str) -> str:
        return f"({condition} ? {chosen} : {otherwise})"


LIBRARY = Library("laws.c", "\n\n", ("/* ", " * ", " */"))


def c_source(laws: Sequence[Law]) -> str:
    """Functions of doubles; NaN where there is no value."""
    return module(laws, LIBRARY, partial(_routine, CSource()))


def _routine(source: CSource, entry: Routine) -> str:
    lines: list[str] = []
    for piece in entry.pieces:
        lines += _piece(source, piece)
    body = entry.body
    names = [str(symbol) for symbol in entry.law.symbols]
    others = [str(symbol) for symbol, _, _ in entry.calls]
    if isinstance(body, Search):
        lines += _residual(source, entry.name, body, [*names, *others])
    lines += ["", *_comment(entry)]
    kind = "double complex" if entry.law.is_complex else "double"
    several = entry.law.is_several_valued
    given = [*(f"double {name}" for name in names), *([f"{kind} out[{entry.law.count}]"] if several else [])]
    lines += [f"{'void' if several else kind} {entry.name}({', '.join(given) or 'void'})", "{"]
    lines += _guard(entry)
    if isinstance(body, Search):
        first = _search(source, entry.name, body, [*names, *others])
    else:
        first = [f"    (void){name};" for name in [*names, *others] if name not in _used(entry, body)]
    statements, results = source.statements(entry, first)
    lines += statements
    if not isinstance(body, Search) and body.of_quadratic:
        lines.append(f"    quadratic({', '.join(results)}, out);")
    elif several:
        lines += [f"    out[{index}] = {result};" for index, result in enumerate(results)]
    elif entry.period is None:
        lines.append(f"    return {results[0]};")
    else:
        lines += [
            f"    const double angle = {results[0]};",
            f"    return {source.brought_back(entry.period)};",
        ]
    return "\n".join([*lines, "}"]) + "\n"


def _guard(entry: Routine) -> list[str]:
    names = " && ".join(f"is_ordinary({symbol})" for symbol in entry.law.symbols)
    if not names:
        return []
    if not entry.law.is_several_valued:
        return [f"    if (!({names}))", "        return NAN;"]
    nothing = [f"        out[{index}] = NAN;" for index in range(entry.law.count or 0)]
    return [f"    if (!({names})) {{", *nothing, "        return;", "    }"]


def _search(source: CSource, name: str, body: Search, names: Sequence[str]) -> list[str]:
    given = f"    const double given[] = {{{', '.join(names) or '0.0'}}};"
    if body.folds is None:
        ends = ", ".join(map(source.double, (body.low, body.high, body.top)))
        ends += f", {int(body.low_is_closed)}, {body.pole}"
        return [given, f"    const double {body.unknown} = solve({name}_residual, given, {ends});"]
    knots, level = ", ".join(map(repr, body.folds.knots)), source.write(body.folds.level)
    count = len(body.folds.knots)
    return [
        given,
        f"    static const double knots[] = {{{knots}}};",
        f"    const double {body.unknown} = lowest({name}_residual, given, {name}_bend, {level}, knots, {count});",
    ]


def _used(entry: Routine, body: Values) -> set[str]:
    """Names of the arguments, and of values from other laws, that the body or a call needs."""
    expressions = [*(expression for _, expression in body.shared), *body.entries]
    symbols = {symbol for expression in expressions for symbol in expression.free_symbols}
    return {str(symbol) for symbol in symbols.union(*(arguments for _, _, arguments in entry.calls))}


def _comment(entry: Routine) -> list[str]:
    lines = [_comment_text(line) for line in description(entry.law, indent="  ")]
    return [f"/* {lines[0]}", *(f" * {line}".rstrip() for line in lines[1:]), " */"]


def _residual(source: CSource, name: str, body: Search, given: Sequence[str]) -> list[str]:
    lines: list[str] = []
    if body.folds is not None:
        head = f"static double {name}_bend(double {body.unknown})"
        lines += ["", head, "{", f"    return {source.write(body.folds.bend)};", "}"]
    lines += ["", f"static double {name}_residual(double {body.unknown}, const double *given)", "{"]
    used = {str(symbol) for term in body.terms for symbol in term.free_symbols}
    unpacked = [
        f"    const double {each} = given[{index}];" for index, each in enumerate(given) if each in used
    ]
    lines += unpacked or ["    (void)given;"]
    lines += [] if str(body.unknown) in used else [f"    (void){body.unknown};"]
    terms = ",\n                            ".join(source.write(term) for term in body.terms)
    lines.append(f"    const double terms[] = {{{terms}}};")
    return [*lines, f"    return share(terms, {len(body.terms)});", "}"]


def _piece(source: CSource, piece: Piece) -> list[str]:
    square = "x * x" if piece.even else "x"
    power = " * ".join(["x"] * piece.power) if piece.power >= 0 else f"pow(x, {piece.power}.0)"
    table = ",\n        ".join(map(repr, piece.coefficients))
    interval = f"{piece.low!r}, {piece.high!r}"
    return [
        "",
        f"/* {_comment_text(described(piece))} */",
        f"static double {piece.name}(double x)",
        "{",
        f"    static const double table[] = {{\n        {table}}};",
        f"    const double t = {square};",
        f"    if ({piece.low!r} <= t && t <= {piece.high!r})",
        f"        return {power}{' * ' if power else ''}chebyshev(table, {len(piece.coefficients)}, t, {interval});",
        f"    return {source.write(piece.direct)};",
        "}",
    ]


def _comment_text(line: str) -> str:
    return line.replace("*/", "* /").replace("/*", "/ *")
