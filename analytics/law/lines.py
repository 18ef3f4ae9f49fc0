"""The lines of a displayed law, written: LaTeX for a page, plain text for a terminal."""

from __future__ import annotations

import sympy as sp

from analytics.expressions.printing import RELATIONS, Latex, Text, side
from analytics.expressions.terms import arranged, ordered
from analytics.law.display import Display


def lines_latex(shown: Display, remainder: sp.Expr | None = None) -> str:
    """LaTeX of a law line by line; of several lines in an ``aligned`` environment."""
    rows = rows_latex(shown, remainder, Latex())
    if len(rows) == 1:
        return f"{rows[0][0]} = {rows[0][1]}"
    lines = [f"{left} &= {right}{f' && {tail}' if tail else ''}" for left, right, tail in rows]
    if shown.definitions:
        lines[len(shown.lines)] = rf"\text{{with }} {lines[len(shown.lines)]}"
    return r"\begin{aligned} " + r", \\ ".join(lines) + r" \end{aligned}"


def rows_latex(shown: Display, remainder: sp.Expr | None, printer: Latex) -> list[tuple[str, str, str]]:
    """Left side, right side and condition of each line, "" where there is none; then what the names stand for."""
    rows = []
    for line in shown.lines:
        condition = ""
        if line.condition == sp.Symbol("otherwise"):
            condition = r"\text{otherwise}"
        elif line.condition != sp.true:
            condition = rf"\text{{if }} {_condition(line.condition, printer)}"
        left = printer.sum_of(_falling(line.left, shown.unknown))
        rows.append((left, _right_side(line.right, remainder, printer), condition))
    named = ((printer.doprint(line.left), _definition(line.right, printer), "") for line in shown.definitions)
    return [*rows, *named]


def lines_text(shown: Display, remainder: sp.Expr | None = None) -> list[str]:
    """A law in plain lines: its equation by the names of the theory, then what these stand for."""
    printer = Text()
    rows = []
    for line in shown.lines:
        row = f"{printer.sum_of(_falling(line.left, shown.unknown))} = {_right_side(line.right, remainder, printer)}"
        if line.condition == sp.Symbol("otherwise"):
            row += "  otherwise"
        elif line.condition != sp.true:
            left, right = _balanced(line.condition)
            row += f"  if {printer.doprint(left)} {line.condition.rel_op} {printer.doprint(right)}"
        rows.append(row)
    names = [
        f"{printer.doprint(line.left)} = {side(line.right, None, printer)}" for line in shown.definitions
    ]
    return [*rows, *(f"with {name}" for name in names)]


def _falling(expression: sp.Expr, unknown: sp.Symbol) -> list[sp.Expr]:
    """The terms of a polynomial in the unknown, the highest power first; of anything else as ever."""
    if not expression.has(unknown) or not expression.is_polynomial(unknown):
        return ordered(expression)
    return sorted(ordered(expression), key=lambda term: -sp.degree(term, unknown))


def _right_side(expression: sp.Expr, remainder: sp.Expr | None, printer: Latex | Text) -> str:
    written = side(expression, remainder, printer)
    return written if remainder is None else f"{written} + O({printer.doprint(remainder)})"


def _condition(condition: sp.Basic, printer: Latex) -> str:
    left, right = _balanced(condition)
    return f"{printer.doprint(left)} {RELATIONS[type(condition)]} {printer.doprint(right)}"


def _balanced(condition: sp.Basic) -> tuple[sp.Expr, sp.Expr]:
    """Both sides of a relation, its negative terms on the other side: b^2 <= a^2 sin^2 omega_+."""
    left, right = condition.args
    if right == 0 and left.is_Add:
        right = sp.Add(*(-term for term in left.args if term.could_extract_minus_sign()))
        left = left + right
    return left, right


def _definition(expression: sp.Expr, printer: Latex) -> str:
    if not isinstance(expression, sp.Piecewise):
        return printer.sum_of(arranged(expression))
    chosen = [
        rf"{printer.doprint(value)} \text{{ if }} {_condition(test, printer)}"
        for value, test in expression.args[:-1]
    ]
    return rf"{', '.join(chosen)}, \text{{ else }} {printer.doprint(expression.args[-1][0])}"
