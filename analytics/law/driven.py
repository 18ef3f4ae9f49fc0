"""Laws on steady states, with the modulus P of the pre-activation carried in place of the amplitude R = rho(P).

In doubles R rounds to the saturation, where psi(R) is infinite and the gains vanish, while P is still told apart.
So a law for R becomes R = rho(P) with P from the equation of the same state, and in a law on that state every
function of R becomes one of P.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, nextafter

import sympy as sp

from analytics.arrays.conditioning import without_differences
from analytics.arrays.folds import Folds, folds_of
from analytics.arrays.saturation import far_out
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import P, R
from analytics.law.statement import Kind, Statement

DRIVES = sp.Interval(0, sp.oo)


def driven(law: Statement) -> Statement:
    """`law` with its constants at their values, in P where it speaks of R, and laws of P in its `where`."""
    law = replace(law, equation=_in_numbers(law, law.equation))
    if law.kind is Kind.WAVES:
        return law
    rho, psi = law.network.activation.rho(P), law.network.activation.psi(R)
    if _is_amplitude(law):
        below = sp.Rational(nextafter(float(law.codomain.end), -inf))
        value = sp.Piecewise((below, rho > below), (rho, True))
        return replace(law, equation=sp.Eq(R, value, evaluate=False), where=(_drive(law),))
    if law.subject == P and law.equation.rhs == psi and isinstance(psi, InverseProfile):
        return replace(law, equation=sp.Eq(rho, R, evaluate=False), codomain=DRIVES)
    where = tuple(_drive(other) if _is_amplitude(other) else driven(other) for other in law.where)
    if all(other.subject != P for other in where):
        return replace(law, where=where)
    return replace(law, equation=_in_drive(law, law.equation), where=where)


def folds(law: Statement) -> Folds | None:
    """Where the equation of a law of P turns; None where the activation contracts, so that there is one state."""
    if law.subject != P or law.network.activation.contracts:
        return None
    return folds_of(law.equation, P)


def _is_amplitude(law: Statement) -> bool:
    """Is it an equation for the amplitude R of a state below saturation?"""
    codomain = law.codomain
    is_below = isinstance(codomain, sp.Interval) and codomain.right_open and codomain.end.is_finite
    return law.subject == R and not law.is_explicit and bool(is_below) and not law.equation.has(P)


def _drive(law: Statement) -> Statement:
    """The law of P of the state whose amplitude `law` gives."""
    return replace(
        law,
        name=f"{law.name}_drive",
        meaning=f"pre-activation P, where R = rho(P) is the {law.meaning}",
        subject=P,
        equation=_in_drive(law, law.equation),
        codomain=DRIVES,
        alternatives=(),
    )


def _in_drive(law: Statement, equation: sp.Eq) -> sp.Eq:
    """psi(R) = P and R = rho(P), in formulas that keep their digits for large P."""
    psi, rho = law.network.activation.psi(R), law.network.activation.rho(P)
    # of psi = 5 atanh(R/5) a gain may know the function alone
    factor, core = psi.as_independent(R, as_Add=False)
    sides = (
        far_out(without_differences(side).xreplace({psi: P, core: P / factor}).xreplace({R: rho}), P)
        for side in _in_numbers(law, equation).args
    )
    return sp.Eq(*sides, evaluate=False)


def _in_numbers(law: Statement, equation: sp.Eq) -> sp.Eq:
    return sp.Eq(*(side.xreplace(law.network.constants) for side in equation.args), evaluate=False)
