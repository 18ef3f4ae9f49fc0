"""Series against SymPy's own expansion, mpmath's differences and roots, and each operation against its inverse."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from analytics.errors import DerivationError
from analytics.expressions import series
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import R, r
from analytics.expressions.series import Series

x, y = sp.symbols("x y", positive=True)
Q = sp.Rational


def rational(value: Fraction) -> sp.Rational:
    return Q(value.numerator, value.denominator)


coefficients = st.fractions(min_value=-5, max_value=5, max_denominator=9).map(rational)
positive = st.fractions(min_value=Q(1, 9), max_value=5, max_denominator=9).map(rational)


def beginning_with(*first: int, length: int = 7) -> st.SearchStrategy[Series]:
    """Series of `length` terms whose first are given."""
    rest = length - len(first)
    return st.lists(coefficients, min_size=rest, max_size=rest).map(
        lambda others: (*map(sp.Integer, first), *others)
    )


def by_sympy(expression: sp.Expr, variable: sp.Symbol, length: int) -> Series:
    """The reference route: SymPy's expansion, in a positive variable, where it is right."""
    expanded = sp.expand(sp.series(expression, variable, 0, length).removeO())
    return tuple(expanded.coeff(variable, n) for n in range(length))


SMOOTH: dict[str, tuple[sp.Expr, Callable[[Any], Any]]] = {
    "exp": (sp.exp(x), mpmath.exp),
    "tanh": (sp.tanh(x), mpmath.tanh),
    "root": (1 / sp.sqrt(1 + x**2), lambda t: 1 / mpmath.sqrt(1 + t**2)),
    "asin": (2 * sp.asin(x), lambda t: 2 * mpmath.asin(t)),
    "quotient": ((1 + x) / (3 - x), lambda t: (1 + t) / (3 - t)),
    "atanh of erf": (sp.atanh(sp.erf(x) / 2), lambda t: mpmath.atanh(mpmath.erf(t) / 2)),
}


@pytest.mark.parametrize(("expression", "function"), SMOOTH.values(), ids=SMOOTH.keys())
def test_taylor_against_numerical_differentiation(expression: sp.Expr, function: Any) -> None:
    """Eight coefficients at 50 digits; mpmath's differences cost it fewer than ten of them."""
    with mpmath.workdps(50):
        for ours, theirs in zip(series.taylor(expression, x, 7), mpmath.taylor(function, 0, 7), strict=True):
            assert abs(mpf(sp.N(ours, 50)) - theirs) < mpf(10) ** -40


ODD = [
    sp.sin(x),
    sp.tan(x),
    sp.atan(x),
    sp.asin(x),
    sp.sinh(x),
    sp.tanh(x),
    sp.asinh(x),
    sp.atanh(x),
    sp.erf(sp.sqrt(sp.pi) * x / 2),
    2 * sp.erfinv(x) / sp.sqrt(sp.pi),
]
"""Odd, of slope 1 at 0, so that any two differ by a cubic term."""

EVEN = [sp.cos(x), sp.cosh(x), sp.exp(x), 1 + x, 2 - 3 * x**2, sp.pi]
odd, even = st.sampled_from(ODD), st.sampled_from(EVEN)
combinations = st.one_of(
    st.builds(lambda f, g: f.subs(x, g), odd, odd),
    st.builds(lambda f, g: f * g, even, odd),
    st.builds(lambda f, g: f / g, odd, odd),
    st.builds(lambda f, g: (g - f) / f**3, odd, odd),  # leading terms cancel, and leave x^3 or less
    st.builds(lambda f, g: sp.exp(-(f**2)) * sp.sqrt(g / f), odd, odd),
    st.builds(lambda f, g, h: sp.log(f / g) * h, odd, odd, even),
    st.builds(lambda f, g: (1 + f**2) ** Q(-3, 4) * g, odd, even),
)


@settings(max_examples=60)
@given(combinations)
def test_taylor_of_any_combination_against_cauchy_integrals(expression: sp.Expr) -> None:
    """Five coefficients from 32 values on |x| = 1/8. Singularities lie at |x| > 0.7: aliases are below 1e-22.

    SymPy's own expansion loses powers of some of these, such as exp(-erfinv(x)^2) sqrt(x/erfinv(x)). mpmath's
    erfinv is real, so there it is the root of erf that lies near.
    """
    found = series.taylor(expression, x, 4)

    def erfinv(value: Any) -> Any:
        return mpmath.findroot(lambda at: mpmath.erf(at) - value, mpmath.sqrt(mpmath.pi) / 2 * value)

    function = sp.lambdify(x, expression, [{"erfinv": erfinv}, "mpmath"])
    with mpmath.workdps(40):
        circle = [mpmath.expj(2 * mpmath.pi * (n + mpf(1) / 2) / 32) / 8 for n in range(32)]
        values = [function(at) for at in circle]
        for n, coefficient in enumerate(found):
            integral = mpmath.fsum(value / at**n for value, at in zip(values, circle, strict=True)) / 32
            assert abs(integral - mpf(sp.N(coefficient, 40))) < mpf(10) ** -20


def test_powers_that_sympy_loses_are_kept() -> None:
    """-ln(g_r g_t)/2 of the erf network: pi R^2/6 + 19 pi^2 R^4/720, the second seen at R = 1e-5."""
    rate = -sp.log(sp.sqrt(sp.pi) * x * sp.exp(-(sp.erfinv(x) ** 2)) / (2 * sp.erfinv(x))) / 2
    assert series.taylor(rate, x, 5) == (0, 0, sp.pi / 6, 0, 19 * sp.pi**2 / 720, 0)
    with mpmath.workdps(50):
        at = mpf(10) ** -5
        inverse = mpmath.erfinv(at)
        exact = -mpmath.log(mpmath.sqrt(mpmath.pi) * at * mpmath.exp(-(inverse**2)) / (2 * inverse)) / 2
        seen = (exact - mpmath.pi / 6 * at**2) / at**4
        assert abs(seen / (19 * mpmath.pi**2 / 720) - 1) < mpf(10) ** -9


def test_taylor_has_one_coefficient_per_power() -> None:
    assert series.taylor(sp.S.Zero, x, 3) == (0, 0, 0, 0)
    assert series.taylor(sp.Integer(7), x, 2) == (7, 0, 0)
    assert series.taylor(x, x, 0) == (0,)
    assert series.taylor(x**3 / sp.sin(x), x, 4) == (0, 0, 1, 0, Q(1, 6))
    assert series.taylor(sp.cos(y) * x**2 + y, x, 2) == (y, 0, sp.cos(y))


@pytest.mark.parametrize("expression", [1 / x, sp.log(x), sp.sqrt(x), x + x ** Q(7, 3), sp.cot(x)], ids=str)  # fmt: skip
def test_taylor_refuses_what_is_not_smooth(expression: sp.Expr) -> None:
    with pytest.raises(DerivationError, match="only the powers 0, 1, 2"):
        series.taylor(expression, x, 4)


def test_taylor_of_an_inverse_without_closed_form() -> None:
    """psi of tanh, written as a root, expands as atanh; in a composite argument as well."""
    psi = InverseProfile(sp.Lambda(r, sp.tanh(r)), R)
    assert series.taylor(psi, R, 9) == series.taylor(sp.atanh(R), R, 9)
    inside = InverseProfile(sp.Lambda(r, sp.tanh(r)), sp.sin(x) / 2)
    assert series.taylor(inside - x, x, 7) == series.taylor(sp.atanh(sp.sin(x) / 2) - x, x, 7)


def test_a_vanishing_coefficient_is_recognised_as_zero() -> None:
    """Zeros that hide behind roots, sines and pi must count as zero, or remainders are misplaced."""
    hidden = (sp.sqrt(2) + sp.sqrt(3)) ** 2 - 5 - 2 * sp.sqrt(6)
    sines = sp.sin(y) ** 2 + sp.cos(y) ** 2 - 1
    circle = sp.pi * (sp.pi + 1) - sp.pi**2 - sp.pi
    quotient = 1 / (1 + sp.sqrt(2)) - sp.sqrt(2) + 1
    found = series.taylor(1 + hidden * x + sines * x**2 + circle * x**3 + quotient * x**4 + x**5, x, 5)
    assert found == (1, 0, 0, 0, 0, 1)
    assert series.nonzero_powers(found) == (0, 5)


@settings(max_examples=40)
@given(beginning_with(), beginning_with())
def test_product(left: Series, right: Series) -> None:
    product = sp.expand(series.polynomial(left, x) * series.polynomial(right, x))
    assert series.multiply(left, right) == tuple(product.coeff(x, n) for n in range(7))


@settings(max_examples=40)
@given(beginning_with(length=4), beginning_with(length=6))
def test_product_is_known_to_the_order_of_the_shorter_one(left: Series, right: Series) -> None:
    assert series.multiply(left, right) == series.multiply(left, right[:4]) == series.multiply(right, left)


exponents = st.fractions(min_value=-4, max_value=4, max_denominator=6).map(rational)


@settings(max_examples=40)
@given(beginning_with(1), exponents, exponents)
def test_powers_multiply_as_powers_do(base: Series, first: Any, second: Any) -> None:
    product = series.multiply(series.power(base, first), series.power(base, second))
    assert product == series.power(base, first + second)


@settings(max_examples=40)
@given(beginning_with(1, length=6), st.integers(0, 4))
def test_whole_power_is_repeated_multiplication(base: Series, exponent: int) -> None:
    expected: Series = (sp.S.One,) + (sp.S.Zero,) * 5
    for _ in range(exponent):
        expected = series.multiply(expected, base)
    assert series.power(base, sp.Integer(exponent)) == expected


@pytest.mark.parametrize("exponent", [Q(1, 2), Q(-1, 3), Q(7, 5), sp.Integer(-2), sp.sqrt(2)], ids=str)
def test_power_against_the_binomial_series(exponent: sp.Expr) -> None:
    found = series.power((sp.S.One, sp.S.One, *[sp.S.Zero] * 4), exponent)
    for n, coefficient in enumerate(found):
        assert sp.simplify(coefficient - sp.binomial(exponent, n).expand(func=True)) == 0


@settings(max_examples=40)
@given(beginning_with(0, 1))
def test_reversion_is_undone_by_composition_on_both_sides(forth: Series) -> None:
    back = series.reversion(forth)
    identity = (0, 1) + (0,) * 5
    assert series.composition(forth, back) == identity
    assert series.composition(back, forth) == identity
    assert series.reversion(back) == forth


REVERSED = {
    "sin": (sp.sin(x), sp.asin(x)),
    "tan": (sp.tan(x), sp.atan(x)),
    "exp - 1": (sp.exp(x) - 1, sp.log(1 + x)),
    "tanh": (sp.tanh(x), sp.atanh(x)),
    "x exp": (x * sp.exp(x), sp.LambertW(x)),
}


@pytest.mark.parametrize(("forth", "back"), REVERSED.values(), ids=REVERSED.keys())
def test_reversion_gives_the_known_inverse(forth: sp.Expr, back: sp.Expr) -> None:
    assert series.reversion(series.taylor(forth, x, 8)) == by_sympy(back, x, 9)


def test_reversion_keeps_symbols() -> None:
    """x + a x^2 + b x^3: y - a y^2 + (2 a^2 - b) y^3."""
    a, b = sp.symbols("a b")
    found = series.reversion((sp.S.Zero, sp.S.One, a, b))
    assert [sp.expand(value) for value in found] == [0, 1, -a, 2 * a**2 - b]


@settings(max_examples=25)
@given(beginning_with(), beginning_with(0))
def test_composition(outer: Series, inner: Series) -> None:
    composed = sp.expand(series.polynomial(outer, series.polynomial(inner, x)))
    assert series.composition(outer, inner) == tuple(composed.coeff(x, n) for n in range(7))


def test_composition_against_sympy() -> None:
    found = series.composition(series.taylor(sp.exp(x), x, 8), series.taylor(sp.sin(x), x, 8))
    assert found == by_sympy(sp.exp(sp.sin(x)), x, 9)


@settings(max_examples=40)
@given(st.integers(1, 4), positive, beginning_with(length=4))
def test_puiseux_inverse_inserted_back(leading: int, scale: Any, others: Series) -> None:
    """y = a_m x^m (1 + ...) at x = b_1 t + b_2 t^2 + ... is a_m t^m, to all orders known."""
    forth = (sp.S.Zero,) * leading + (scale, *(scale * other for other in others))
    found_scale, degree, back = series.puiseux_inverse(forth)
    assert (found_scale, degree) == (scale, leading)
    known = len(back)
    relative = (sp.S.One, *others)
    power = series.power(tuple(value / back[1] for value in back[1:]), sp.Integer(leading))  # (x/t)^m
    inner = (sp.S.Zero, *back[1:])
    total = series.multiply(power, series.composition(relative[: known - 1], inner[: known - 1]))
    assert back[1] == 1
    assert total == (1,) + (0,) * (len(total) - 1)


def test_puiseux_inverse_against_a_root() -> None:
    """y = sinh(x) - x = x^3/6 + x^5/120 + ...: x as a series in t = (6 y)^(1/3), against mpmath.findroot.

    Odd powers only; kept up to t^9, so the miss shrinks as t^11: halving t divides it by 2048 up to O(t^2).
    """
    scale, degree, back = series.puiseux_inverse(series.taylor(sp.sinh(x) - x, x, 13))
    assert (scale, degree) == (Q(1, 6), 3)
    assert back[:6] == (0, 1, 0, Q(-1, 60), 0, Q(1, 1400))
    with mpmath.workdps(50):
        misses = []
        for t in (mpf(1) / 64, mpf(1) / 128):
            root = mpmath.findroot(lambda u, t=t: mpmath.sinh(u) - u - t**3 / 6, t)
            misses.append(root - sum(mpf(b.p) / b.q * t**n for n, b in enumerate(back[:10])))
        assert abs(mpmath.log(misses[0] / misses[1], 2) - 11) < mpf("1e-3")


def test_polynomial_and_powers() -> None:
    assert series.polynomial((sp.Integer(2), sp.S.Zero, sp.Integer(3)), x) == 2 + 3 * x**2
    assert series.nonzero_powers((sp.S.Zero, sp.S.One, sp.S.Zero, y)) == (1, 3)
    assert series.nonzero_powers(()) == ()


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "power": (lambda: series.power((sp.Integer(2), sp.S.One), Q(1, 2)), "it must begin with 1; got 2"),
    "reversion, constant": (lambda: series.reversion((sp.S.One, sp.S.One)), "it must begin with x"),
    "reversion, slope": (lambda: series.reversion((sp.S.Zero, sp.Integer(2))), "it must begin with x"),
    "composition": (lambda: series.composition((x, x), (sp.S.One, x)), "the inner one must begin with x; got 1"),
    "puiseux, constant": (lambda: series.puiseux_inverse((sp.S.One, sp.S.One)), "begin with a positive power"),
    "puiseux, zero": (lambda: series.puiseux_inverse((sp.S.Zero, sp.S.Zero)), "begin with a positive power"),
    "puiseux, sign": (lambda: series.puiseux_inverse((sp.S.Zero, sp.S.NegativeOne)), "must be positive; got -1"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_own_message(call: Callable[[], object], message: str) -> None:
    with pytest.raises(DerivationError, match=message):
        call()
