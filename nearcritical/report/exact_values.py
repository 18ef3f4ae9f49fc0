"""SymPy's own evaluation of a law beside the values that mpmath found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from analytics.evaluation.arithmetic import inverse_profile
from analytics.evaluation.contexts import kept_context
from analytics.exclusive import in_turn
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import winding
from analytics.expressions.parameter import Point, exact_number
from analytics.law.values import exact_value
from nearcritical.report.matching import digits_left

if TYPE_CHECKING:
    from analytics.law.law import Law

SURPLUS = 15
"""Digits, beyond those asked for, of a number that is inserted into an equation."""


@in_turn
def exact_digits(law: Law, point: Point, digits: int) -> float:
    """The digits to which SymPy's own evaluation confirms the values of a law at `point`.

    Explicit law: SymPy evaluates the right side. Implicit law: the value that mpmath found is inserted into the
    equation; the difference of the sides, over its slope there, is the error of the value. Further unknowns are
    inserted with their own values, which are confirmed first.
    """
    known: dict[sp.Symbol, sp.Expr] = {**law.network.constants, **{s: point[s] for s in law.symbols}}
    borne_out = float(digits)
    for other in law.where:
        place = {symbol: point[symbol] for symbol in other.symbols}
        borne_out = min(borne_out, exact_digits(other, place, digits))
        known[other.subject] = exact_number(other.evaluate(place, digits + SURPLUS))
    at = {s: point[s] for s in law.symbols}
    # of several steady states those of the first, on which the further unknowns are
    values = law.states(at, digits + SURPLUS)[0].values if law.where else law.branches(at, digits + SURPLUS)
    context = kept_context(digits + 2 * SURPLUS)
    for place_of, value in enumerate(values):
        if law.is_explicit:
            off = _number(law.predictions[place_of], known, digits, context) - context.convert(value)
        else:
            off = _misplacement(law, known, value, digits, context)
        borne_out = min(borne_out, digits_left(law, off, value, digits))
    return borne_out


def _misplacement(law: Law, known: Point, value: Any, digits: int, context: Any) -> Any:
    """The step of Newton's method from `value` to the root; where there are several right sides, the shortest step."""
    inserted = {**known, law.subject: exact_value(value)}
    left = law.equation.lhs
    rights = law.predictions if isinstance(law.equation.rhs, sp.Tuple) else (law.equation.rhs,)
    steps = []
    for right in rights:
        difference = _number((left - right).xreplace({winding: sp.S.Zero}), inserted, digits, context)
        if right.has(winding):  # a whole number of turns away
            turn = _number(sp.diff(right, winding), inserted, digits, context)
            difference -= turn * context.nint((difference / turn).real)
        slope = _number(sp.diff(left - right, law.subject), inserted, digits, context)
        steps.append(difference / slope if slope else difference)
    return min(steps, key=abs)


def _number(expression: sp.Expr, values: Point, digits: int, context: Any) -> Any:
    """`expression` at exact values by SymPy, as a number of `context`."""
    wanted = digits + SURPLUS
    bound = expression.xreplace(dict(values))
    for node in bound.atoms(InverseProfile):
        profile, output = node.args
        (modulus,) = profile.variables
        guess = _guess(profile, output)
        bound = bound.xreplace(
            {node: sp.nsolve(profile.expr - output, modulus, guess, prec=wanted + SURPLUS)}
        )
    real, imaginary = bound.evalf(wanted, maxn=20 * wanted).as_real_imag()
    parts = [context.make_mpf(sp.Float(part, wanted)._mpf_) for part in (real, imaginary)]
    return context.mpc(*parts) if parts[1] else parts[0]


def _guess(profile: sp.Lambda, output: sp.Expr) -> sp.Float:
    """psi to the digits of a double, from which SymPy starts."""
    context = kept_context(20)
    found = inverse_profile(profile, context)(context.make_mpf(sp.N(output, 25)._mpf_))
    return sp.Float(str(found), 20)
