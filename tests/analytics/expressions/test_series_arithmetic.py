"""Taylor series by the arithmetic of series: by the order of what they leave, and where SymPy goes wrong."""

from __future__ import annotations

import pytest
import sympy as sp

from analytics.errors import DerivationError
from analytics.evaluation.values import value_at
from analytics.expressions import series
from analytics.expressions.notation import R
from analytics.expressions.series import taylor

EXPRESSIONS = {
    "R/erfinv": R / sp.erfinv(R),
    "(R/erfinv)^2": R**2 / sp.erfinv(R) ** 2,
    "root of a quotient": sp.sqrt(R / sp.erfinv(R)),
    "logarithm of a quotient": sp.log(sp.sqrt(sp.pi) * R * sp.exp(-(sp.erfinv(R) ** 2)) / (2 * sp.erfinv(R))),
    "R/atanh": R / sp.atanh(R),
    "R/tan": sp.pi * R / 2 / sp.tan(sp.pi * R / 2),
    "cancelling": (sp.sin(R) - R) / R**3 + sp.cos(R) / 6,
    "a constant inside": sp.exp(1 / (2 + sp.sin(R))),
    "powers": (1 + R**2) ** sp.Rational(-3, 2) / (1 + R),
    "nested": sp.asinh(sp.atan(sp.sinh(R)) * sp.cosh(R)),
}


@pytest.mark.parametrize("order", [2, 5, 8])
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_is_left_is_of_the_next_order(name: str, order: int) -> None:
    """At R = 1e-4 and 1e-5, evaluated to 60 digits: at least order + 1; a lost term would leave order or less."""
    left = EXPRESSIONS[name] - series.polynomial(taylor(EXPRESSIONS[name], R, order), R)
    sizes = [abs(value_at(left, {R: sp.Rational(1, 10**n)}, 20)) for n in (4, 5)]
    assert float(sizes[1] / sizes[0]) < 10 ** -(order + 0.9)


def test_sympy_loses_a_power_of_a_quotient_by_erfinv() -> None:
    """The reason for doing it here: R / erfinv(R) is not constant. (Once this fails, SymPy has been mended.)"""
    lost = sp.series(R / sp.erfinv(R), R, 0, 3).removeO()
    assert not lost.has(R)
    assert taylor(R / sp.erfinv(R), R, 2)[2] == -sp.sqrt(sp.pi) / 6


@pytest.mark.parametrize("expression", [sp.log(R), 1 / R, sp.sqrt(R), sp.Abs(R - 1) / R], ids=str)
def test_other_powers_are_refused(expression: sp.Expr) -> None:
    with pytest.raises(DerivationError, match="only the powers"):
        taylor(expression, R, 3)


@pytest.mark.parametrize("expression", [sp.sin(1 + R), sp.sqrt(sp.cos(R + 1)), sp.acosh(2 + R)], ids=str)
def test_functions_about_another_point_are_left_to_sympy(expression: sp.Expr) -> None:
    left = expression - series.polynomial(taylor(expression, R, 3), R)
    sizes = [abs(value_at(left, {R: sp.Rational(1, 10**n)}, 20)) for n in (4, 5)]
    assert float(sizes[1] / sizes[0]) == pytest.approx(1e-4, rel=1e-2)
