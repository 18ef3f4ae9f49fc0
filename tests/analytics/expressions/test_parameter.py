"""Points are read exactly, and what is missing, misspelt or out of its domain is said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import GrammarError, NearCriticalError, ParameterError, UnknownNameError
from analytics.expressions.notation import F, delta
from analytics.expressions.parameter import Parameter, describe, exact_number, lies_in, read_point

FORCING = Parameter(F, "amplitude of the forcing", "", sp.Interval(0, sp.oo))
DETUNING = Parameter(delta, "detuning", "rad/step", sp.Reals, sp.S.Zero)
OFF_RESONANCE = Parameter(
    delta,
    "detuning, not zero",
    "rad/step",
    sp.Union(sp.Interval.Ropen(-sp.pi, 0), sp.Interval.Lopen(0, sp.pi)),
)
BOTH = (FORCING, DETUNING)


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("0.01", sp.Rational(1, 100)),
        ("1e-40", sp.Rational(1, 10**40)),
        ("1/3", sp.Rational(1, 3)),
        ("-2.50", sp.Rational(-5, 2)),
        ("pi/8", sp.pi / 8),
        (7, sp.Integer(7)),
        (10**60 + 1, sp.Integer(10**60 + 1)),
        (Fraction(1, 3), sp.Rational(1, 3)),
        (Decimal("0.01"), sp.Rational(1, 100)),
        (Decimal("1e-40"), sp.Rational(1, 10**40)),
        (np.int64(7), sp.Integer(7)),
        (sp.sqrt(2) / 7, sp.sqrt(2) / 7),
        (sp.Integer(0), sp.S.Zero),
        (mpmath.mpf("0.75"), sp.Rational(3, 4)),
        (mpmath.mpf(0), sp.S.Zero),
        (-mpmath.ldexp(3, -200), sp.Rational(-3, 2**200)),
    ],
    ids=repr,
)  # fmt: skip
def test_numbers_are_read_exactly(value: object, exact: sp.Expr) -> None:
    assert exact_number(value) == exact
    assert not exact_number(value).has(sp.Float)


@pytest.mark.parametrize("value", [0.01, np.float64(0.01), 0.5, 1e300], ids=repr)
def test_a_float_is_refused_with_what_to_write(value: float) -> None:
    """0.01 as a double is 5764607523034235/2**59, not 1/100; one rule for all of them, 0.5 included."""
    with pytest.raises(ParameterError, match=r"not a float.*text, '.*', or as a Fraction\.") as caught:
        exact_number(value)
    assert f"got {float(value)!r}. Write it as text, '{float(value)!r}'" in str(caught.value)
    assert exact_number(repr(float(value))) == sp.Rational(repr(float(value)))


def test_a_float_of_a_point_is_named() -> None:
    with pytest.raises(ParameterError, match=r"^law: F: an exact number is needed, not a float"):
        read_point("law", BOTH, {"F": np.float32(0.25)})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_sympy_float_comes_back_bit_for_bit(value: float) -> None:
    exact = exact_number(sp.Float(value))
    assert Fraction(int(exact.p), int(exact.q)) == Fraction(value)


@given(st.integers(), st.integers(-3000, 3000), st.integers(10, 400))
def test_any_mpmath_number_comes_back_bit_for_bit(mantissa: int, exponent: int, digits: int) -> None:
    with mpmath.workdps(digits):
        value = mpmath.ldexp(mpmath.mpf(mantissa), exponent)
    sign, bits, power, _ = value._mpf_
    assert exact_number(value) == (-1) ** sign * sp.Integer(int(bits)) * sp.Integer(2) ** power


def test_reading_does_not_depend_on_the_precision_in_force() -> None:
    with mpmath.workdps(200):
        third = mpmath.mpf(1) / 3
    with mpmath.workdps(5):
        exact = exact_number(third)
    assert abs(exact - sp.Rational(1, 3)) < sp.Rational(1, 10**199)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"), float("inf"), -float("inf"), Decimal("NaN"), Decimal("Infinity"), mpmath.inf, -mpmath.inf,
        mpmath.nan, sp.oo, sp.zoo, sp.nan, F, 2 * F, sp.Float("inf"), sp.Float("nan"), None, [1], True, b"1", 1 + 2j,
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(ParameterError, match="a finite exact number is needed"):
        exact_number(value)


@pytest.mark.parametrize("text", ["", "one", "0.1.2", "1e", "F", "nan", "inf", "1/0"])
def test_text_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(GrammarError):
        exact_number(text)


def test_points_are_read_by_name_or_symbol_and_completed_by_defaults() -> None:
    expected = {F: sp.Rational(1, 100), delta: sp.S.Zero}
    assert read_point("law", BOTH, {"F": "0.01"}) == expected
    assert read_point("law", BOTH, {F: Fraction(1, 100)}) == expected
    assert read_point("law", BOTH, {"delta": 0, "F": "1e-2"}) == expected
    assert list(read_point("law", BOTH, {"delta": 0, "F": 1})) == [F, delta]


def test_misspelt_parameter_is_named_with_the_near_one() -> None:
    with pytest.raises(
        UnknownNameError, match=r"law 'x': unknown parameter; got 'detla'. Did you mean delta\?"
    ):
        read_point("law 'x'", BOTH, {"F": 1, "detla": 0})


def test_missing_parameter_is_named_with_its_meaning() -> None:
    with pytest.raises(
        ParameterError, match=r"law 'x': F \(amplitude of the forcing\) must be given.*Add F=VALUE"
    ):
        read_point("law 'x'", BOTH, {"delta": "1/10"})
    with pytest.raises(ParameterError, match="must be given; got no value"):
        read_point("law 'x'", BOTH, {})


@pytest.mark.parametrize(
    ("parameter", "value", "domain"),
    [
        (FORCING, "-1/100", r"\[0, oo\)"),
        (FORCING, "I", r"\[0, oo\)"),
        (OFF_RESONANCE, "0", r"\[-pi, 0\) or \(0, pi\]"),
        (Parameter(F, "amplitude", "", sp.Interval.Ropen(0, 1)), "1", r"\[0, 1\)"),
        (Parameter(F, "amplitude", "", sp.Interval.Lopen(0, 1)), "0", r"\(0, 1\]"),
        (Parameter(F, "count", "", sp.S.Naturals0), "1/2", "must be a whole number, 0 or more"),
    ],
    ids=["negative", "complex", "zero", "right end", "left end", "not whole"],
)
def test_value_outside_its_domain_is_refused(parameter: Parameter, value: str, domain: str) -> None:
    with pytest.raises(ParameterError, match=domain) as caught:
        read_point("law", [parameter], {parameter.name: value})
    assert parameter.name in str(caught.value)
    assert f"got {value}" in str(caught.value)


def test_a_bound_that_only_many_digits_decide() -> None:
    """pi rounded down to 40 decimals lies inside (-pi, pi), rounded up it does not."""
    angle = Parameter(delta, "an angle", "rad", sp.Interval.open(-sp.pi, sp.pi))
    inside, outside = (
        "3.1415926535897932384626433832795028841971",
        "3.1415926535897932384626433832795028841972",
    )
    assert read_point("law", [angle], {"delta": inside})[delta] < sp.pi
    with pytest.raises(ParameterError):
        read_point("law", [angle], {"delta": outside})


@given(st.fractions())
def test_reading_a_point_gives_the_value_or_one_of_the_kit_s_errors(value: Fraction) -> None:
    try:
        read = read_point("law", [FORCING], {"F": value})
    except NearCriticalError:
        assert value < 0
    else:
        assert read == {F: sp.Rational(value.numerator, value.denominator)}
        assert value >= 0


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        (sp.Reals, "the real numbers"),
        (sp.Interval(0, sp.oo), "[0, oo)"),
        (sp.Interval.open(0, 1), "(0, 1)"),
        (sp.Interval.Lopen(-sp.pi, sp.pi), "(-pi, pi]"),
        (sp.Interval(0, 1), "[0, 1]"),
        (OFF_RESONANCE.domain, "[-pi, 0) or (0, pi]"),
        (sp.Reals - sp.FiniteSet(0), "(-oo, 0) or (0, oo)"),
        (sp.S.Naturals0, "a whole number, 0 or more"),
        (sp.Reals - sp.S.Integers, "the real numbers without Integers"),
    ],
    ids=str,
)
def test_domains_in_plain_words(domain: sp.Set, words: str) -> None:
    assert describe(domain) == words


HIDDEN = sp.cos(sp.pi / 7) - sp.cos(2 * sp.pi / 7) + sp.cos(3 * sp.pi / 7) - sp.Rational(1, 2)
"""0, which SymPy does not see."""


@pytest.mark.parametrize(
    ("number", "domain", "inside"),
    [
        (sp.sinh(1) / sp.cosh(1), sp.Interval.open(0, sp.tanh(1)), False),
        (sp.sinh(1) / sp.cosh(1), sp.Interval(0, sp.tanh(1)), True),
        (sp.sqrt(2) + sp.sqrt(3) - sp.sqrt(5 + 2 * sp.sqrt(6)), sp.Interval(0, 1), True),
        (sp.sqrt(2) + sp.sqrt(3) - sp.sqrt(5 + 2 * sp.sqrt(6)), OFF_RESONANCE.domain, False),
        (sp.pi - sp.Rational(1, 10**300), sp.Interval.open(0, sp.pi), True),
        (sp.pi + sp.Rational(1, 10**300), sp.Interval.open(0, sp.pi), False),
        (sp.Integer(3), sp.S.Naturals, True),
        (HIDDEN, sp.Interval(0, 1), None),
    ],
)
def test_a_number_lies_in_a_set_by_its_digits(number: sp.Expr, domain: sp.Set, inside: bool | None) -> None:
    assert lies_in(number, domain) is inside


def test_a_number_of_complex_parts_is_real_where_they_cancel() -> None:
    turned = sp.exp(sp.I * sp.pi / 5) + sp.exp(-sp.I * sp.pi / 5)
    assert sp.simplify(read_point("op", [FORCING], {"F": turned})[F] - 2 * sp.cos(sp.pi / 5)) == 0
    with pytest.raises(ParameterError, match="must lie in"):
        read_point("op", [FORCING], {"F": sp.exp(sp.I * sp.pi / 5)})
    with pytest.raises(ParameterError, match=r"must be told from the ends of .* by its first 1000 digits"):
        read_point("op", [FORCING], {"F": HIDDEN})
