"""An equation as a few lines of Python, which need SymPy alone.

    from sympy import *
    F, R = symbols("F R")
    R = (2*F)**Rational(1, 3) - F/2

The symbol of an explicit equation is assigned, and any other equation is named ``equation``. The remainder is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from keyword import iskeyword

import sympy as sp
from sympy.core.function import AppliedUndef

from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.printing import Text, side
from analytics.law.display import Display

SIGNS = {"+": "plus", "-": "minus"}
"""Signs in the names of symbols, omega_+, and how Python has them."""

Pair = tuple[sp.Expr, sp.Expr]


class Python(Text):
    """Expressions in Python, exact numbers exact."""

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return identifier(expr.name)

    def _print_Rational(self, expr: sp.Rational) -> str:
        return str(expr.p) if expr.q == 1 else f"Rational({expr.p}, {expr.q})"

    def _print_Half(self, expr: sp.Rational) -> str:
        return self._print_Rational(expr)

    def _print_MatrixBase(self, expr: sp.MatrixBase) -> str:
        return f"Matrix({super()._print_MatrixBase(expr)})"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        cases = (f"({self._print(value)}, {self._print(test)})" for value, test in expr.args)
        return f"Piecewise({', '.join(cases)})"

    def _print_Relational(self, expr: sp.core.relational.Relational) -> str:
        left, right = map(self._print, expr.args)
        if expr.rel_op in ("==", "!="):
            return f"{'Eq' if expr.rel_op == '==' else 'Ne'}({left}, {right})"
        return f"{left} {expr.rel_op} {right}"


def identifier(name: str) -> str:
    """A name of Python for that of a symbol: omega_plus, lambda_."""
    for sign, word in SIGNS.items():
        name = name.replace(sign, word)
    name = re.sub(r"\W", "_", name)
    return f"{name}_" if iskeyword(name) else name


def python_text(equation: sp.Eq) -> str:
    """The lines of one equation."""
    return _program([equation.args])


def python_of(shown: Display) -> str:
    """The lines of a law: what its names stand for, each before it is used, then its equation."""
    return _program([*_sorted([(line.left, line.right) for line in shown.definitions]), shown.equation.args])


def _sorted(definitions: Sequence[Pair]) -> list[Pair]:
    """Each definition behind those that it uses."""
    waiting, done = list(definitions), list[Pair]()
    while waiting:
        names = {left for left, _ in waiting}
        ready = [pair for pair in waiting if not pair[1].free_symbols & names] or waiting
        done += ready
        waiting = [pair for pair in waiting if pair not in ready]
    return done


def _program(pairs: Iterable[Sequence[sp.Basic]]) -> str:
    printer, lines, known = Python(), list[str](), set[str]()
    pairs = [tuple(pair) for pair in pairs]
    for left, right in pairs:
        if left.is_Symbol and not right.has(left):
            known.add(printer.doprint(left))
            lines.append(f"{printer.doprint(left)} = {side(right, None, printer)}")
        else:
            lines.append(f"equation = Eq({side(left, None, printer)}, {side(right, None, printer)})")
    return "\n".join(["from sympy import *", *_declared(pairs, known), *lines])


def _declared(pairs: Iterable[Sequence[sp.Basic]], assigned: Collection[str]) -> list[str]:
    """The lines that make the symbols and the functions, apart from the symbols that are assigned."""
    sides = [side for pair in pairs for side in pair]
    symbols = {identifier(symbol.name) for side in sides for symbol in side.atoms(sp.Symbol)} - set(assigned)
    functions = {str(node.func) for side in sides for node in side.atoms(AppliedUndef)}
    functions |= {"psi" for side in sides if side.has(InverseProfile)}
    names = sorted(symbols - functions, key=str.lower)
    lines = [f'{", ".join(names)} = symbols("{" ".join(names)}")'] if names else []
    if len(names) == 1:
        lines = [f'{names[0]} = Symbol("{names[0]}")']
    return lines + [f'{name} = Function("{name}")' for name in sorted(functions)]
