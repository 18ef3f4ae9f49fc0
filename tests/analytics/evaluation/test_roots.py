"""Real roots to any number of digits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import MPContext, mp

from analytics.errors import LawError
from analytics.evaluation.roots import lone_root, roots
from analytics.evaluation.values import value_at
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import F, R, delta, r

x = sp.Symbol("x", real=True)
Q = sp.Rational
PSI = {
    "algebraic": R / sp.sqrt(1 - R**2),
    "tanh": sp.atanh(R),
    "arctan": 2 / sp.pi * sp.tan(sp.pi * R / 2),
    "erf": 2 / sp.sqrt(sp.pi) * sp.erfinv(R),
    "quartic": R / (1 - R**4) ** Q(1, 4),
    "numeric": InverseProfile(sp.Lambda(r, r / sp.sqrt(1 + r**2)), R),
}
UNIT = sp.Interval.open(0, 1)


def response(psi: sp.Expr) -> sp.Eq:
    return sp.Eq(F**2, (psi - R) ** 2 + 4 * R * psi * sp.sin(delta / 2) ** 2)


def miss(found: Any, expected: str, digits: int) -> Any:
    """Relative difference, in units of the last of `digits` digits."""
    own = MPContext()
    own.dps = digits + 30
    return abs(own.convert(found) / own.mpf(expected) - 1) * own.mpf(10) ** digits


@pytest.mark.parametrize(
    ("name", "detuning", "expected"),
    [
        ("algebraic", Q(0), "0.2665031517714650040582918342302619184131"),
        ("algebraic", Q(1, 10), "0.09966810290753752314379976259690923772409"),
        ("tanh", Q(0), "0.3047732572086081538987775591728538967236"),
        ("numeric", Q(0), "0.2665031517714650040582918342302619184131"),
    ],
)
def test_reference_values(name: str, detuning: sp.Rational, expected: str) -> None:
    """Digits of the theory's table of reference values, found from the model's definition."""
    (found,) = roots(response(PSI[name]), R, UNIT, {F: Q(1, 100), delta: detuning}, 40)
    assert miss(found, expected, 39) < 1


@pytest.mark.parametrize("name", PSI)
@pytest.mark.parametrize("forcing", [Q(1, 10**100), Q(1, 10**30), Q(1, 7), sp.Integer(10)], ids=str)
@pytest.mark.parametrize("detuning", [Q(0), Q(1, 10**20), Q(3)], ids=str)
def test_the_root_solves_the_equation(name: str, forcing: sp.Expr, detuning: sp.Expr) -> None:
    equation, point = response(PSI[name]), {F: forcing, delta: detuning}
    (found,) = roots(equation, R, UNIT, point, 30)
    mantissa, exponent = found._mpf_[1:3]
    exact = sp.Integer(int(mantissa)) * sp.Integer(2) ** exponent
    gap = value_at(equation.rhs / equation.lhs - 1, {**point, R: exact}, 5)
    slope = value_at(R * (1 - R) * sp.diff(sp.log(equation.rhs), R), {**point, R: exact}, 5)
    assert abs(gap / slope) < mp.mpf(10) ** -30


@pytest.mark.parametrize("name", ["algebraic", "tanh", "erf", "arctan", "quartic"])
@pytest.mark.parametrize("detuning", [Q(0), Q(1, 2)], ids=str)
def test_huge_forcing_saturates(name: str, detuning: sp.Expr) -> None:
    (found,) = roots(response(PSI[name]), R, UNIT, {F: sp.Integer(10) ** 100, delta: detuning}, 30)
    assert abs(1 - found) < 1e-90


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(PSI)),
    st.integers(-30, 3),
    st.integers(1, 99),
    st.integers(0, 3),
    st.integers(5, 60),
)
def test_a_root_that_is_alone_is_the_one_of_the_scan(
    name: str, decade: int, mantissa: int, detuning: int, digits: int
) -> None:
    point = {F: mantissa * sp.Integer(10) ** decade, delta: Q(detuning)}
    (expected,) = roots(response(PSI[name]), R, UNIT, point, digits)
    (found,) = lone_root(response(PSI[name]), R, UNIT, point, digits)
    near = min(expected, 1 - expected)
    assert abs(found - expected) <= 2 * near * mp.mpf(10) ** -digits


def test_a_root_that_is_not_alone_is_not_lost() -> None:
    """Where the ends of the interval have one sign, the scan has the word; an end that is a root is one."""
    pair = sp.Eq((x - Q(1, 4)) * (x - Q(3, 4)), 0, evaluate=False)
    assert lone_root(pair, x, UNIT, {}, 20)[0] in (mp.mpf(1) / 4, mp.mpf(3) / 4)
    assert lone_root(sp.Eq((x - Q(1, 4)) ** 2, 0), x, UNIT, {}, 20) == roots(
        sp.Eq((x - Q(1, 4)) ** 2, 0), x, UNIT, {}, 20
    )
    closed = sp.Interval.Ropen(0, 1)
    assert lone_root(response(PSI["algebraic"]), R, closed, {F: Q(0), delta: Q(0)}, 50) == (0,)


def test_a_thousand_digits_come_at_once(at_once: Callable[[], AbstractContextManager[None]]) -> None:
    with at_once():
        (found,) = roots(response(PSI["algebraic"]), R, UNIT, {F: Q(1, 100), delta: Q(0)}, 1000)
    assert miss(found, "0.2665031517714650040582918342302619184131", 39) < 1
    exact = sp.Integer(int(found._mpf_[1])) * sp.Integer(2) ** found._mpf_[2]
    polynomial = R**4 + 2 * F * R**3 + F**2 * R**2 - 2 * F * R - F**2
    assert abs(value_at(polynomial, {F: Q(1, 100), R: exact}, 5)) < mp.mpf(10) ** -1000


def test_a_root_at_a_closed_end_is_exact() -> None:
    found = roots(response(PSI["algebraic"]), R, sp.Interval.Ropen(0, 1), {F: Q(0), delta: Q(0)}, 50)
    assert found == (0,)
    with pytest.raises(LawError, match="change of sign"):
        roots(response(PSI["algebraic"]), R, UNIT, {F: Q(0), delta: Q(0)}, 50)


def test_all_roots_come_in_order() -> None:
    cubic = sp.Eq(x**3, x / 4)
    assert roots(cubic, x, sp.S.Reals, {}, 30) == (-0.5, 0, 0.5)
    found = roots(sp.Eq(sp.cos(x), 0), x, sp.Interval(0, 10), {}, 30)
    assert [float(root) for root in found] == pytest.approx(
        [1.5707963267948966, 4.71238898038469, 7.853981633974483]
    )


def test_a_wide_interval_is_not_left() -> None:
    """The scan of the half at 0 goes past the middle, and no further: -30 and 99 are no roots in [0, 30]."""
    equation = sp.Eq((x + 30) * (x - 7) * (x - 99), 0)
    assert roots(equation, x, sp.Interval(0, 30), {}, 20) == (7,)


def test_double_and_close_roots_are_found_where_the_residual_dips() -> None:
    third = MPContext().mpf(1) / 3
    (double,) = roots(sp.Eq((x - Q(1, 3)) ** 2, 0), x, sp.Interval(0, 1), {}, 20)
    assert abs(double - third) < 1e-15
    close = roots(sp.Eq((x - Q(1, 3)) ** 2, Q(1, 10**12)), x, sp.Interval(0, 1), {}, 20)
    assert len(close) == 2
    assert float(close[1] - close[0]) == pytest.approx(2e-6)


def test_no_root_is_said() -> None:
    with pytest.raises(LawError, match="change of sign"):
        roots(sp.Eq(x**2, -1, evaluate=False), x, sp.S.Reals, {}, 20)


@settings(max_examples=12, deadline=None)
@given(st.integers(-250, 250), st.integers(2, 60))
def test_powers_of_ten_come_back(decade: int, digits: int) -> None:
    target = sp.Integer(10) ** decade
    (found,) = roots(sp.Eq(x**3, F), x, sp.Interval.open(0, sp.oo), {F: target**3}, digits)
    assert miss(found, f"1e{decade}", digits) < 1


def test_threads_do_not_meet() -> None:
    before, wrong = mpmath.mp.prec, []
    expected = "0.2665031517714650040582918342302619184131"

    def work(digits: int) -> None:
        (found,) = roots(response(PSI["algebraic"]), R, UNIT, {F: Q(1, 100), delta: Q(0)}, digits)
        if miss(found, expected, min(digits, 39)) > 1:
            wrong.append(digits)

    threads = [threading.Thread(target=work, args=(digits,)) for digits in (10, 20, 40, 80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert mpmath.mp.prec == before
