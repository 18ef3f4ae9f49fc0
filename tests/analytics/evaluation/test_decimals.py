"""Bounds in words stay on the side on which they are true."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation.decimals import fraction, lower, rounded, upper


@given(st.integers(-(10**30), 10**30), st.integers(-4000, 4000), st.sampled_from([3, 15, 60]))
def test_a_bound_stays_on_its_side_at_any_precision_of_the_caller(
    mantissa: int, exponent: int, digits: int
) -> None:
    value = mpmath.mp.make_mpf(mpmath.libmp.from_man_exp(mantissa, exponent))
    exact = Fraction(mantissa) * Fraction(2) ** exponent
    with mpmath.workdps(digits):
        assert fraction(value) == exact
        low, high = Fraction(lower(value)), Fraction(upper(value))
    assert low <= exact <= high
    assert high - low <= abs(exact) / 100


@pytest.mark.parametrize(
    ("value", "below", "above"),
    [("2/3", "0.666", "0.667"), ("-2/3", "-0.667", "-0.666"), ("1/8", "0.125", "0.125")],
)
def test_three_digits(value: str, below: str, above: str) -> None:
    assert (lower(Fraction(value)), upper(Fraction(value))) == (below, above)


def test_what_is_infinite_stays_so() -> None:
    assert str(rounded(mpmath.mp.inf, 3)).lower().startswith("inf")
    assert upper(mpmath.mp.zero) == "0"
