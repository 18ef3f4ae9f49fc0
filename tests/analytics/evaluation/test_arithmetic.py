"""The numbers of an mpmath context: bounded growth, functions of their own, and the global context left alone."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import MPContext

from analytics.evaluation.arithmetic import erfinv, mpmath_arithmetic
from analytics.evaluation.translation import function_of

x = sp.Symbol("x", real=True)


def context(digits: int) -> Any:
    own = MPContext()
    own.dps = digits
    return own


def test_growth_is_refused_instead_of_filling_the_memory() -> None:
    own = context(15)
    function = function_of([x], sp.exp(sp.exp(sp.exp(x))), mpmath_arithmetic(own))
    with pytest.raises(OverflowError):
        function(own.mpf(25))
    assert function_of([x], sp.exp(-x), mpmath_arithmetic(own))(own.inf) == 0


def test_the_global_precision_is_untouched() -> None:
    before = mpmath.mp.prec
    function_of([x], sp.pi * x, mpmath_arithmetic(context(200)))
    assert mpmath.mp.prec == before


@pytest.mark.parametrize("digits", [15, 60, 400])
def test_the_inverse_error_function(digits: int) -> None:
    own, wide = MPContext(), MPContext()
    own.dps, wide.dps = digits, digits + 30
    for argument in (own.mpf(10) ** -50, own.mpf(1) / 3, -own.mpf(4) / 5, 1 - own.mpf(10) ** (3 - digits)):
        found = wide.convert(erfinv(own)(argument))
        error = abs(wide.erf(found) - argument) * wide.exp(found**2) * wide.sqrt(wide.pi) / 2
        assert error < abs(found) * own.mpf(10) ** (1 - digits)
