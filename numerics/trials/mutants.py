"""Wrong laws made from a right one: what `verify` must reject if its approval is to mean anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product

import sympy as sp
from sympy.functions.elementary.piecewise import ExprCondPair

from analytics.errors import LawError
from analytics.expressions.notation import winding
from analytics.law.law import Law
from analytics.law.statement import Kind

SLIGHTLY = 1 + sp.Rational(1, 10**6)
"""Factor on a coefficient, an exponent or an argument: the smallest slip that must be seen."""


REMAINDER_SHIFTS = tuple(
    sign * size for size in (sp.Rational(1, 1000), sp.Rational(2, 3), sp.Integer(2)) for sign in (1, -1)
)
"""What is added to the exponent of a remainder."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong law. change: what was done, and where; law: what came of it."""

    change: str
    law: Law


def mutants(law: Law, neighbour: Law | None = None) -> Iterator[Mutant]:
    """Every law that differs from `law` at one place, as a slip of the pen would make it differ.

    - a number, a term, or an argument of a function multiplied by 1 + 1e-6, or by -1;
    - a term of a sum, a factor of a product, or a whole side dropped;
    - an exponent raised by one, or multiplied by 1 + 1e-6;
    - two branches, or the two regimes of a Piecewise, exchanged;
    - one parameter exchanged with another, or the subject written for it;
    - a constant c of the network with the value v written as v or as c^2/v, and the right side times c/v, all of which
      change nothing on the law's own network;
    - of a law of waves, a family of them left out, or one too many;
    - of a law with a remainder, its order raised or lowered by a little, or by the distance of two terms;
    - the right side of `neighbour`, where it is a law of the same subject.

    Laws that cannot even be stated (a symbol that nothing gives, 0 = 0) are left out; `equivalent` tells
    those that say the same in other words.
    """
    seen = {law.equation}
    slips = _equations(law.equation, law.subject, law.symbols)
    for change, equation in chain(slips, _of_constants(law), _of_families(law)):
        if equation in seen or not isinstance(equation, sp.Eq):
            continue
        seen.add(equation)
        try:
            yield Mutant(change, replace(law, equation=equation))
        except LawError:
            continue
    if law.remainder is not None:
        for shift in REMAINDER_SHIFTS:
            remainder = law.remainder * law.remainder_variable**shift
            if remainder.is_number:  # order 0 cannot be stated
                continue
            yield Mutant(f"remainder {remainder}", replace(law, remainder=remainder))
    if neighbour is not None and neighbour.subject == law.subject:
        for one, other in ((law, neighbour), (neighbour, law)):
            try:
                yield Mutant(
                    f"{one.name} with the equation of {other.name}", replace(one, equation=other.equation)
                )
            except LawError:
                continue


def equivalent(one: Law, other: Law) -> bool:
    """Do both equations say the same, proved symbolically?

    Proved where the differences of their sides are proportional by a number that is not 0, where what
    differs is a piece of a Piecewise whose condition holds nowhere in the domains of the parameters, where
    the equations of all windings 2 pi j are the same up to their signs and order, where the values that one
    states are the roots of the polynomial that the other states (all roots come in one order, the larger first),
    or where two values differ by a multiple of the remainder, e.g. log(2 n)/n and log(n)/n by O(1/n).
    """
    first, second = (_reachable(law) for law in (one, other))
    if one.remainder != other.remainder:
        return False
    if first == second or _windings(first) == _windings(second) != set():
        return True
    if len(_sides(first)) != len(_sides(second)):
        return one.subject == other.subject and _same_polynomial(first, second, one.subject)
    if one.is_explicit and one.remainder is not None and _differ_by(one.remainder, first, second):
        return True
    pairs = list(zip(_sides(first), _sides(second), strict=True))
    if any(0 in pair for pair in pairs):
        return False
    quotients = [left / right for left, right in pairs]
    if any(map(_varies, quotients)):
        return False
    ratios = {sp.simplify(quotient) for quotient in quotients}
    return len(ratios) == 1 and all(ratio.is_number and ratio != 0 for ratio in ratios)


def _varies(expression: sp.Expr) -> bool:
    """Has it two values, so that no time need be spent on simplifying it to a number?"""
    symbols = sorted(expression.free_symbols, key=str)
    points = ({s: sp.Rational(1, step * (3 + index)) for index, s in enumerate(symbols)} for step in (1, 2))
    first, second = (sp.N(expression.xreplace(point), 30) for point in points)
    return bool(first.is_finite and second.is_finite and abs(first - second) > sp.Float("1e-20") * abs(first))


def _equations(
    equation: sp.Eq, subject: sp.Symbol, symbols: tuple[sp.Symbol, ...]
) -> Iterator[tuple[str, sp.Eq]]:
    left, right = equation.args
    for change, changed in _of_side(left):
        if not (left == subject and changed == 0):  # 0 = ... would be no statement about the subject
            yield f"left: {change}", sp.Eq(changed, right, evaluate=False)
    branches = tuple(right) if isinstance(right, sp.Tuple) else (right,)
    for index, branch in enumerate(branches):
        for change, changed in _of_side(branch):
            side = (*branches[:index], changed, *branches[index + 1 :])
            where = f"branch {index}" if len(branches) > 1 else "right"
            yield f"{where}: {change}", sp.Eq(left, _joined(right, side), evaluate=False)
    for index, (one, two) in enumerate(pairwise(branches)):
        side = (*branches[:index], two, one, *branches[index + 2 :])
        yield f"branches {index} and {index + 1} exchanged", sp.Eq(left, _joined(right, side), evaluate=False)
    names = sorted(equation.free_symbols & set(symbols), key=str)
    for index, symbol in enumerate(names):
        for another in names[index + 1 :]:
            yield (
                f"{symbol} and {another} exchanged",
                equation.xreplace({symbol: another, another: symbol}),
            )
        if symbol != subject and subject in equation.free_symbols:
            yield f"{subject} in place of {symbol}", equation.xreplace({symbol: subject})


def _of_constants(law: Law) -> Iterator[tuple[str, sp.Eq]]:
    """Equations that say the same as that of `law` at its network's own constants, and something else at others."""
    left, right = law.equation.args
    for constant, value in law.network.constants.items():
        if constant in law.equation.free_symbols:
            for other in (value, constant**2 / value):
                yield f"{other} in place of {constant}", law.equation.xreplace({constant: other})
        factor = constant / value
        branches = right if isinstance(right, sp.Tuple) else (right,)
        scaled = tuple(factor * branch for branch in branches)
        yield f"right: times {factor}", sp.Eq(left, _joined(right, scaled), evaluate=False)


def _of_families(law: Law) -> Iterator[tuple[str, sp.Eq]]:
    """A law of waves without one of its families, and with one more that is damped more."""
    left, families = law.equation.args
    if law.kind is not Kind.WAVES:
        return
    for index, family in enumerate(families):
        fewer = sp.Tuple(*families[:index], *families[index + 1 :])
        if fewer:
            yield f"family {index} left out", sp.Eq(left, fewer, evaluate=False)
        yield f"family {index} again, damped", sp.Eq(left, sp.Tuple(*families, family + sp.I), evaluate=False)


def _joined(right: sp.Basic, branches: tuple[sp.Expr, ...]) -> sp.Basic:
    return sp.Tuple(*branches) if isinstance(right, sp.Tuple) else branches[0]


def _of_side(side: sp.Expr) -> Iterator[tuple[str, sp.Expr]]:
    if side == 0:
        return
    yield "all of it scaled", side * SLIGHTLY
    yield "all of it negated", -side
    yield "all of it dropped", sp.S.Zero
    yield from _inner(side)


def _inner(node: sp.Basic) -> Iterator[tuple[str, sp.Expr]]:
    """Every change of one place inside `node`."""
    if isinstance(node, sp.Piecewise):
        yield from _of_regimes(node)
        return
    for index, argument in enumerate(node.args):
        if isinstance(argument, sp.Lambda):  # the profile that psi inverts, which is no part of a law
            continue

        def rebuilt(new: sp.Expr, index: int = index) -> sp.Expr:
            return node.func(*node.args[:index], new, *node.args[index + 1 :])

        where = f"{argument} in {node}"
        if node.is_Pow and index == 1:
            yield f"exponent raised, {where}", rebuilt(argument + 1)
            yield f"exponent scaled, {where}", rebuilt(argument * SLIGHTLY)
        elif argument.is_Number or node.is_Add or node.is_Function:
            yield f"scaled, {where}", rebuilt(argument * SLIGHTLY)
            yield f"negated, {where}", rebuilt(-argument)
        if node.is_Add or (node.is_Mul and argument.is_Number):
            yield f"dropped, {where}", rebuilt(sp.S.Zero if node.is_Add else sp.S.One)
        elif node.is_Mul:
            yield f"factor dropped, {where}", rebuilt(sp.S.One)
        for change, changed in _inner(argument):
            yield change, rebuilt(changed)


def _of_regimes(node: sp.Piecewise) -> Iterator[tuple[str, sp.Expr]]:
    """Changes of each piece; of the conditions only their exchange.

    A boundary that is moved by 1e-6 is seen by no measurement farther from it than that.
    """
    pieces = [(pair.expr, pair.cond) for pair in node.args]
    for index, (piece, condition) in enumerate(pieces):
        for change, changed in _of_side(piece):
            yield (
                f"{change}, where {condition}",
                sp.Piecewise(*pieces[:index], (changed, condition), *pieces[index + 1 :]),
            )
    for index, (one, two) in enumerate(pairwise(pieces)):
        exchanged = (ExprCondPair(two[0], one[1]), ExprCondPair(one[0], two[1]))
        yield "regimes exchanged", sp.Piecewise(*pieces[:index], *exchanged, *pieces[index + 2 :])


def _reachable(law: Law) -> sp.Eq:
    """The equation without the pieces that no point of the law's domains reaches."""
    ranges = {
        p.symbol: sp.AccumBounds(p.domain.inf, p.domain.sup)
        for p in law.parameters
        if isinstance(p.domain, sp.Interval | type(sp.S.Reals))
    }

    def never(condition: sp.Basic) -> bool:
        if not isinstance(condition, sp.StrictLessThan) or condition.rhs != 0:
            return False
        least = condition.lhs.xreplace(law.network.constants).subs(ranges)
        least = least.min if isinstance(least, sp.AccumBounds) else least
        return bool(least.is_nonnegative)

    def chosen(*pieces: tuple[sp.Expr, sp.Basic]) -> sp.Expr:
        return sp.Piecewise(*(pair for pair in pieces if not never(pair[1])))

    return law.equation.replace(sp.Piecewise, chosen)


def _windings(equation: sp.Eq) -> set[frozenset[sp.Expr]]:
    """The equations of every branch as they read with j and -j, and with both signs; empty without windings."""
    if not equation.has(winding):
        return set()
    return {
        frozenset(
            sp.expand(sign * side.xreplace({winding: turn * winding})) for sign in (1, -1) for turn in (1, -1)
        )
        for side in _sides(equation)
    }


def _differ_by(remainder: sp.Expr, one: sp.Eq, other: sp.Eq) -> bool:
    """Is the difference of the equations, branch by branch, a number times `remainder`?"""
    differences = (a - b for a, b in zip(_sides(one), _sides(other), strict=True))
    return all(
        sp.simplify(sp.expand(sp.expand_log(difference)) / remainder).is_number for difference in differences
    )


def _same_polynomial(one: sp.Eq, other: sp.Eq, unknown: sp.Symbol) -> bool:
    """Are the products of all sides, as polynomials in the unknown, proportional, whichever pieces hold?"""
    sides = sp.Tuple(*(sp.Mul(*_sides(equation)) for equation in (one, other)))
    regimes = sorted(sides.atoms(sp.Piecewise), key=sp.default_sort_key)
    for pieces in product(*([pair.expr for pair in regime.args] for regime in regimes)):
        chosen = sides.xreplace(dict(zip(regimes, pieces, strict=True)))
        if not all(side.is_polynomial(unknown) for side in chosen):
            return False
        first, second = (sp.Poly(side, unknown).all_coeffs() for side in chosen)
        if len(first) != len(second):
            return False
        crossed = (a * second[0] - b * first[0] for a, b in zip(first, second, strict=True))
        if any(sp.simplify(sp.expand(sp.expand(difference).rewrite(sp.exp))) != 0 for difference in crossed):
            return False
    return True


def _sides(equation: sp.Eq) -> list[sp.Expr]:
    """Left less right side, branch by branch."""
    branches = equation.rhs if isinstance(equation.rhs, sp.Tuple) else (equation.rhs,)
    return [sp.expand(equation.lhs - branch) for branch in branches]
