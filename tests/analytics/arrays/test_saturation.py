"""Far out formulas keep their digits, or have no value."""

from __future__ import annotations

from random import Random

import mpmath
import numpy as np
import pytest
import sympy as sp

from analytics.arrays.conditioning import without_differences
from analytics.arrays.functions import numpy_function
from analytics.arrays.saturation import far_out
from analytics.expressions.notation import P

q = sp.Symbol("q", real=True)
SUMS = {
    1 - sp.tanh(P) ** 2: lambda x: mpmath.sech(x) ** 2,
    sp.log(1 - sp.tanh(P) ** 2): lambda x: 2 * mpmath.log(2) - 2 * x - 2 * mpmath.log1p(mpmath.exp(-2 * x)),
    1 - P / sp.sqrt(1 + P**2): lambda x: 1 / (mpmath.sqrt(1 + x**2) * (mpmath.sqrt(1 + x**2) + x)),
    sp.log(1 - P**2 / (1 + P**2)): lambda x: -mpmath.log1p(x**2),
    sp.log(sp.cosh(P + 1)) - sp.log(sp.cosh(P - 1)): lambda x: mpmath.log(
        mpmath.cosh(x + 1) / mpmath.cosh(x - 1)
    ),
    sp.log(sp.exp(-(P**2)) / sp.sqrt(sp.exp(P**2) - 1)): lambda x: (
        -x * x - mpmath.log(mpmath.exp(x * x) - 1) / 2
    ),
    sp.coth(3 * P) - sp.tanh(P / 2): lambda x: mpmath.coth(3 * x) - mpmath.tanh(x / 2),
}
"""Formula -> what it says, at 60 digits as it is or in a form that does not cancel."""


@pytest.mark.parametrize("formula", SUMS, ids=str)
def test_sums_that_cancel_far_out_keep_their_digits(formula: sp.Expr) -> None:
    random = Random(3)
    function = numpy_function((P,), far_out(formula, P))
    with mpmath.workdps(60):
        assert function(1e3) == pytest.approx(float(SUMS[formula](mpmath.mpf(1000))), rel=1e-14, abs=0)
        for x in (10 ** random.uniform(-1, 1.4) for _ in range(20)):
            truth = SUMS[formula](mpmath.mpf(x))
            assert abs(function(x) - truth) <= 1e-14 * max(1, x) * abs(truth)


def test_a_sum_that_no_form_mends_has_no_value_far_out() -> None:
    function = numpy_function((P,), far_out(1 - sp.erf(P), P))
    assert function(2.0) == pytest.approx(float(mpmath.erfc(2)), rel=1e-12)
    assert np.isnan(function(np.array([8.0, 40.0]))).all()


def test_what_keeps_its_digits_stays_as_it_is() -> None:
    formula = sp.Tuple(sp.tanh(P) / P, (1 + P**2) ** sp.Rational(-3, 2) + sp.sin(q), sp.Symbol("x"))
    assert far_out(formula, P) == formula


def test_a_difference_of_a_root_goes_over_its_conjugate() -> None:
    a, b = 1 + P**2, P
    root = sp.sqrt(b**2 - a**2 * sp.sin(q) ** 2)
    product, conjugate = a**2 - b**2, a * sp.cos(q) + root
    assert sp.expand(without_differences(a * sp.cos(q) - root) - product / conjugate) == 0
    logarithm = without_differences(sp.log(a * sp.cos(q) - root))
    assert {part.args[0] for part in logarithm.atoms(sp.log)} == {sp.expand(product), conjugate}


@pytest.mark.parametrize("kept", [P - sp.sqrt(P * q + q), sp.cos(q) + sp.sqrt(P + q), P - q], ids=str)
def test_a_difference_stays_where_nothing_is_gained(kept: sp.Expr) -> None:
    assert without_differences(kept) == kept
