"""What several values of a law have in common, computed once under a name of its own.

A choice is lazy in the languages that are written: inside it a root of a negative number may stand in the
branch not taken. Only what is defined everywhere is therefore drawn out of an expression.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sympy as sp

from analytics.arrays.conditioning import near_log

Definitions = tuple[tuple[sp.Symbol, sp.Expr], ...]
"""(name, expression of the arguments and of names before it), in order."""

complex_sqrt = sp.Function("complex_sqrt")
"""The square root of a number that may be negative or complex."""


def shared(entries: Sequence[sp.Expr]) -> tuple[Definitions, tuple[sp.Expr, ...]]:
    """The parts that occur more than once in `entries`, and the entries in terms of them."""
    uses: Counter[sp.Basic] = Counter()

    def count(node: sp.Basic) -> None:
        uses[node] += 1
        if uses[node] == 1:
            for argument in node.args:
                count(argument)

    for entry in entries:
        count(entry)
    taken = {symbol.name for entry in entries for symbol in entry.free_symbols}
    names = (name for number in range(10**6) if (name := f"x{number}") not in taken)
    definitions: list[tuple[sp.Symbol, sp.Expr]] = []
    known: dict[sp.Basic, sp.Basic] = {}

    def rewrite(node: Any) -> Any:
        if node not in known:
            rebuilt = rebuild(node, [rewrite(argument) for argument in node.args])
            if uses[node] > 1 and _is_worth_a_name(node) and _is_defined_everywhere(node):
                definitions.append((sp.Symbol(next(names)), rebuilt))
                rebuilt = definitions[-1][0]
            known[node] = rebuilt
        return known[node]

    rewritten = tuple(rewrite(entry) for entry in entries)
    return tuple(definitions), rewritten


def rebuild(node: Any, arguments: Sequence[Any]) -> Any:
    """`node` with other arguments, not evaluated."""
    if not node.args or tuple(arguments) == node.args:
        return node
    if isinstance(node, sp.functions.elementary.piecewise.ExprCondPair):
        return node.func(*arguments)
    return node.func(*arguments, evaluate=False)


def _is_worth_a_name(node: sp.Basic) -> bool:
    if not isinstance(node, sp.Expr) or not node.free_symbols or node.is_Symbol:
        return False
    return bool(node.is_Function) or sp.count_ops(node) > 1


def _is_defined_everywhere(node: sp.Basic) -> bool:
    if node.is_Pow and not (node.exp.is_Integer and node.exp.is_positive) and node.base != sp.E:
        # a root of an amplitude's function, such as sqrt(1 - R**2), is real wherever the amplitude is
        symbols = node.free_symbols
        if node.exp.is_negative or len(symbols) > 1 or not all(symbol.is_positive for symbol in symbols):
            return False
    if isinstance(node, sp.Piecewise | sp.log) or node.func == near_log:
        return False
    return all(map(_is_defined_everywhere, node.args))


def with_complex_roots(node: Any) -> Any:
    """Square roots of parts of several symbols, whose sign is not known, as complex ones."""
    rebuilt = rebuild(node, [with_complex_roots(argument) for argument in node.args])
    if node.is_Pow and node.exp == sp.Rational(1, 2) and len(node.free_symbols) > 1:
        return complex_sqrt(rebuilt.base)
    return rebuilt
