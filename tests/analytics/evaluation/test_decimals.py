"""Numbers as text show as many digits as asked; bounds in words stay on the side on which they are true."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from mpmath.libmp import from_rational, mpf_neg

from analytics.evaluation.decimals import brief, decimal, fraction, lower, rounded, upper


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


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0.5", 5, "0.50000"),
        ("0", 5, "0.0000"),
        ("0", 1, "0"),
        ("3", 1, "3"),
        ("3", 4, "3.000"),
        ("-12.75", 3, "-12.8"),
        ("123456", 6, "123456"),
        ("123456", 4, "1.235e5"),
        ("0.0000012345", 3, "0.00000123"),
        ("0.00000012345", 3, "1.23e-7"),
        ("9.9999", 3, "10.0"),
        ("-0.25", 1, "-0.2"),
        ("inf", 3, "infinity"),
    ],
)
def test_decimal_shows_exactly_its_digits(value: str, digits: int, text: str) -> None:
    assert decimal(mp.mpf(value), digits) == text


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(17, 60))
def test_decimal_reads_back_to_the_same_double(number: float, digits: int) -> None:
    assert float(decimal(mp.mpf(number), digits)) == number


@given(st.integers(1, 10**80), st.integers(1, 60))
def test_a_negative_number_is_the_positive_one_with_a_sign(number: int, digits: int) -> None:
    value = mp.make_mpf(from_rational(number, 10**40, 400))
    negative = mp.make_mpf(mpf_neg(value._mpf_))
    assert decimal(negative, digits) == "-" + decimal(value, digits)
    assert Fraction(decimal(value, 80)) == Fraction(number, 10**40)


@given(st.floats(min_value=1e-200, max_value=1e200), st.integers(1, 40))
def test_decimal_has_as_many_significant_digits_as_asked(number: float, digits: int) -> None:
    figures = decimal(mp.mpf(number), digits).partition("e")[0].replace(".", "").lstrip("0")
    assert len(figures) == digits


@pytest.mark.parametrize(
    ("value", "text"), [("0", "0"), ("0.25", "0.25"), ("1e-52", "1.00e-52"), ("12345678", "1.23e+7")]
)
def test_brief_numbers(value: str, text: str) -> None:
    assert brief(mp.mpf(value)) == text
