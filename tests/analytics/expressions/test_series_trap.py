"""Where SymPy leads astray, and that this toolkit's own routes do not follow."""

from __future__ import annotations

import sympy as sp
from mpmath import MPContext

from analytics.evaluation.arithmetic import mpmath_arithmetic
from analytics.evaluation.translation import function_of
from analytics.evaluation.values import value_at
from analytics.expressions.notation import r, z, zbar
from analytics.network.activation import activation

e = sp.Symbol("e", positive=True)
POINT = {z: sp.Rational(3, 5) + sp.I * sp.Rational(2, 7)}


def test_series_of_a_complex_modulus_is_wrong_in_sympy() -> None:
    """phi(e z) = e z - e**3 z |z|**2 / 2 + ...; SymPy 1.14.0 says z**3 for z |z|**2.

    When this fails SymPy has mended it, and the trap's description can go.
    """
    phi = e * z / sp.sqrt(1 + e**2 * sp.Abs(z) ** 2)
    wrong = sp.series(phi, e, 0, 4).removeO().coeff(e, 3)
    assert sp.simplify(wrong + z**3 / 2) == 0


def test_independent_symbols_give_the_true_expansion() -> None:
    """z and conj z as symbols of their own: the cubic coefficient is -z**2 zbar / 2."""
    phi = e * z / sp.sqrt(1 + e**2 * z * zbar)
    cubic = sp.series(phi, e, 0, 4).removeO().coeff(e, 3)
    assert sp.expand(cubic + z**2 * zbar / 2) == 0
    rho = activation("algebraic").taylor(3)
    assert rho[3] == -sp.Rational(1, 2)  # along the phase of z: -r**3 / 2 with r**2 = z zbar


def test_the_true_cubic_term_is_seen_numerically() -> None:
    """(phi(e z) - e z) / e**3 -> -z |z|**2 / 2, measured at e = 1e-20 with 60 digits."""
    phi = e * z / sp.sqrt(1 + e**2 * sp.Abs(z) ** 2)
    measured = value_at((phi - e * z) / e**3, {**POINT, e: sp.Rational(1, 10**20)}, 50)
    truth = value_at(-z * sp.Abs(z) ** 2 / 2, POINT, 50)
    mistaken = value_at(-(z**3) / 2, POINT, 50)
    assert abs(measured - truth) < 1e-30
    assert abs(measured - mistaken) > 0.05


def test_lambdify_to_sympy_truncates_long_numbers() -> None:
    """lambdify(modules="sympy") rounds a 50-digit Float to 15 digits on the way; `function_of` keeps all."""
    context = MPContext()
    context.dps = 50
    third = sp.Float(sp.Rational(1, 3), 50)
    truncated = sp.lambdify([r], r * third, modules="sympy")(sp.Integer(1))
    kept = function_of([r], r / 3, mpmath_arithmetic(context))(context.mpf(1))
    assert abs(sp.Rational(truncated) - sp.Rational(1, 3)) > sp.Rational(1, 10**40)
    assert abs(3 * kept - 1) < context.mpf(10) ** -49
