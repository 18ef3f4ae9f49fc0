"""Intervals: they hold what mpmath finds at more digits, say where nothing is real, and decide what is 0."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import pytest
import sympy as sp

from analytics.expressions.intervals import (
    RULES,
    Interval,
    OutsideError,
    SingularError,
    decimal,
    enclosure,
    has_no_root,
    narrow,
    sign,
    vanishes,
)
from analytics.expressions.notation import r

Q = sp.Rational


def ends(found: Interval) -> tuple[Any, Any]:
    low, high = (mpmath.mp.make_mpf(end._mpi_[0]) for end in (found.a, found.b))
    return low, high


@pytest.mark.parametrize("function", RULES, ids=lambda function: function.__name__)
def test_a_function_of_an_interval_holds_its_values_inside(function: type[sp.Function]) -> None:
    """At 40 places of 60 random intervals, against mpmath at 100 digits."""
    lot, tried = random.Random(function.__name__), 0
    for _ in range(60):
        middle, width = Q(lot.randint(-3000, 3000), 1000), Q(lot.randint(0, 1000), 10 ** lot.randint(3, 12))
        box = enclosure(middle - width, {}, 120), enclosure(middle + width, {}, 120)
        with mpmath.workdps(100):
            try:
                low, high = ends(enclosure(function(r), {r: hull(*box)}, 120))
            except SingularError:
                continue
            tried += 1
            for part in range(41):
                inside = middle + width * Q(part - 20, 20)
                value = getattr(mpmath, function.__name__)(mpmath.mpf(int(inside.p)) / int(inside.q))
                assert low <= value <= high
    assert tried > 5


def hull(low: Interval, high: Interval) -> Any:
    return mpmath.iv.mpf([ends(low)[0], ends(high)[1]])


@pytest.mark.parametrize(
    ("expression", "at", "error"),
    [
        (sp.log(r), -1, OutsideError),
        (sp.sqrt(r - 2), 1, OutsideError),
        (1 / (r - 1), 1, OutsideError),
        (sp.asin(r), 2, OutsideError),
        (sp.acosh(r), Q(1, 2), OutsideError),
        (sp.atanh(r), -1, OutsideError),
        (sp.gamma(r), 1, SingularError),
    ],
)
def test_where_nothing_is_real_is_said(expression: sp.Expr, at: sp.Expr, error: type[Exception]) -> None:
    with pytest.raises(error):
        narrow(expression, {r: sp.S(at)}, 10)


@pytest.mark.parametrize(
    ("expression", "at", "expected"),
    [
        (sp.tanh(sp.sinh(sp.sinh(r))), 10**4, 1),
        (sp.erf(r), 10**300, 1),
        (sp.atan(sp.exp(r)), 10**9, sp.pi / 2),
        (sp.log(sp.cosh(r + 1)) - sp.log(sp.cosh(r - 1)), 10**4, 2),
        (sp.erfc(r), 10**30, 0),
        (sp.exp(-sp.exp(r)), 10**6, 0),
        (r / sp.sqrt(1 + r**2), 10**40, 1),
    ],
)
def test_far_out_a_value_is_its_limit_to_60_digits(expression: sp.Expr, at: int, expected: sp.Expr) -> None:
    low, high = ends(narrow(expression, {r: sp.Integer(at)}, 60))
    with mpmath.workdps(80):
        limit = mpmath.mpmathify(sp.N(expected, 80))
        assert low - mpmath.mpf(10) ** -60 <= limit <= high + mpmath.mpf(10) ** -60
        assert high - low <= mpmath.mpf(10) ** -59


def test_terms_that_overflow_tell_nothing() -> None:
    low, high = ends(narrow(sp.exp(sp.exp(r)) - sp.sinh(sp.exp(r)), {r: sp.Integer(10**4)}, 60))
    assert (low, high) == (-mpmath.inf, mpmath.inf)


HIDDEN = sp.cos(sp.pi / 7) - sp.cos(2 * sp.pi / 7) + sp.cos(3 * sp.pi / 7) - Q(1, 2)
"""0, which no form here shows."""


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (sp.S.Zero, 0),
        (Q(-1, 10**3000), -1),
        (sp.sqrt(2) - Q(14142135623730950488, 10**19), 1),
        (sp.exp(-9999), 1),
        (sp.sinh(1) / (sp.cosh(1) * sp.tanh(1)) - 1, 0),
        ((sp.exp(2) - 1) / ((1 + sp.exp(2)) * sp.tanh(1)) - 1, 0),
        (sp.cosh(1) ** 2 - sp.sinh(1) ** 2 - 1, 0),
        ((sp.sqrt(2) + sp.sqrt(3)) / sp.sqrt(5 + 2 * sp.sqrt(6)) - 1, 0),
        (sp.Min(sp.sqrt(2), sp.Abs(sp.cos(2)) + 1, evaluate=False) - sp.sqrt(2), 0),
        (sp.Max(sp.sqrt(2), sp.Abs(sp.cos(2), evaluate=False), evaluate=False) - sp.sqrt(2), 0),
        (HIDDEN, None),
    ],
)
def test_the_sign_of_a_number_is_proved_or_left_open(number: sp.Expr, expected: int | None) -> None:
    assert sign(number) == expected


def test_complex_numbers_vanish_in_both_parts() -> None:
    assert vanishes((1 + sp.I) * (1 - sp.I) - 2) is True
    assert vanishes(sp.exp(sp.I * sp.pi / 9) - sp.exp(-sp.I * sp.pi / 9)) is False
    assert vanishes(sp.I * HIDDEN) is None


def test_decimals_of_a_number() -> None:
    assert str(decimal(sp.pi / 7, 40)) == "0.4487989505128276054946633404685004120282"


def roots_of(coefficients: tuple[int, ...]) -> int:
    """How many real roots in [-1, 1], by mpmath."""
    found = mpmath.polyroots(coefficients, maxsteps=200, extraprec=200)
    return sum(abs(mpmath.im(x)) < 1e-12 and abs(mpmath.re(x)) <= 1 for x in found)


def test_a_polynomial_without_roots_is_told() -> None:
    """Forty of degree 2 to 9, drawn; and one of degree 400 that has them."""
    lot, counts = random.Random(5), set()
    for _ in range(40):
        drawn = tuple(lot.randint(-9, 9) or 1 for _ in range(lot.randint(3, 10)))
        roots = roots_of(drawn)
        assert has_no_root([sp.Integer(value) for value in drawn], -1, 1) == (roots == 0)
        counts.add(min(roots, 2))
    assert counts == {0, 1, 2}
    assert not has_no_root(sp.Poly(sp.chebyshevt(400, r), r).all_coeffs(), -1, 1)
