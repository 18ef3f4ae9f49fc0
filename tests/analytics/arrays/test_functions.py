"""NumPy functions and roots agree with the evaluation at many digits to a few units in the last place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.arrays.cancellation import stable
from analytics.arrays.conditioning import up_to
from analytics.arrays.functions import double, numpy_function, numpy_root
from analytics.errors import LawError
from analytics.evaluation.roots import roots
from analytics.evaluation.values import value_at
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import F, R, delta, r, theta

x = sp.Symbol("x", real=True)
Q = sp.Rational
ULP = 2.0**-52
PSI = {
    "algebraic": R / sp.sqrt(1 - R**2),
    "tanh": sp.atanh(R),
    "arctan": 2 / sp.pi * sp.tan(sp.pi * R / 2),
    "erf": 2 / sp.sqrt(sp.pi) * sp.erfinv(R),
    "quartic": R / (1 - R**4) ** Q(1, 4),
    "numeric": InverseProfile(sp.Lambda(r, r / sp.sqrt(1 + r**2)), R),
}
UNIT = sp.Interval.Ropen(0, 1)


def ulps(found: Any, truth: Any) -> float:
    """Relative error in units of 2**-52; infinite for NaN."""
    error = abs(float((truth - float(found)) / truth)) / ULP if truth else abs(float(found))
    return float("inf") if error != error else error


CANCELLING = [
    *(psi - R for psi in PSI.values()),
    (sp.atanh(R) - R) ** 2 / R**6,
    R / PSI["tanh"],
    sp.tanh(r) / r,
    (1 - sp.tanh(r**3) / r**3) ** 2,
    1 - sp.cos(x),
    Q(3, 5) - 3 * sp.cos(x) / 5,
    sp.exp(x) - 1,
    sp.log(1 + x),
    sp.sqrt(1 + x**2) - 1,
    sp.sin(x) / x,
    x - sp.tanh(x),
    (2 * F) ** Q(1, 3) - F / 2 + (2 * F) ** Q(5, 3) / 24,
]


@pytest.mark.parametrize("expression", CANCELLING, ids=str)
def test_small_arguments_keep_all_digits(expression: sp.Expr) -> None:
    (symbol,) = expression.free_symbols
    function = numpy_function([symbol], expression)
    points = [*(10.0 ** -np.arange(1, 15, 1.37)), 0.11, 0.37, 0.43, 0.52, 0.61, 0.79, 0.9]
    truths = [value_at(expression, {symbol: Q(point)}, 25) for point in points]
    assert max(map(ulps, function(np.array(points)), truths)) < 6


@pytest.mark.parametrize(
    ("expression", "limit"),
    [
        (sp.tanh(r) / r, 1),
        (R / PSI["erf"], 1),
        (PSI["tanh"] - R, 0),
        (sp.sin(x) / x, 1),
        ((1 - sp.cos(x)) / x**2, Q(1, 2)),
    ],
    ids=str,
)
def test_zero_has_its_limit(expression: sp.Expr, limit: sp.Expr) -> None:
    (symbol,) = expression.free_symbols
    assert ulps(numpy_function([symbol], expression)(0.0), sp.Float(limit, 20)) < 4


def test_odd_and_even_parts_are_right_on_both_sides_of_zero() -> None:
    function = numpy_function([x], x - sp.tanh(x))
    points = np.array([-1e-9, -0.3, 0.0, 0.3, 1e-9])
    assert np.array_equal(function(points), -function(-points))
    even = numpy_function([x], 1 - sp.cos(x))
    assert np.array_equal(even(points), even(-points))


def test_what_is_accurate_is_left_as_it_is() -> None:
    expression = sp.tanh(x) + F**2 * sp.sin(x / 2) ** 2
    rewritten, pieces = stable(expression, double)
    assert pieces == {}
    assert rewritten == expression


def test_several_symbols_share_the_pieces_of_each() -> None:
    expression = (PSI["tanh"] - R) * sp.cos(x) + F * (1 - sp.cos(x))
    _, pieces = stable(expression, double)
    assert sorted(piece.power for piece in pieces.values()) == [2, 3]
    function = numpy_function([R, x, F], expression)
    truth = value_at(expression, {R: Q(1e-8), x: Q(1e-7), F: Q(1e-9)}, 25)
    assert ulps(function(1e-8, 1e-7, 1e-9), truth) < 6


def test_arrays_broadcast_and_scalars_stay_scalars() -> None:
    function = numpy_function([F, delta], F / (2 * sp.Abs(sp.sin(delta / 2))))
    assert function(np.ones((3, 1)), np.full(2, 0.1)).shape == (3, 2)
    assert isinstance(function(1, 0.1), float)
    assert numpy_function([F, delta], F)(np.ones(3), np.ones((2, 1))).shape == (2, 3)
    assert numpy_function([F, delta], sp.Integer(2))([1.0, 2.0], 0).tolist() == [2.0, 2.0]
    assert function(1.0, 0.0) == np.inf


def test_expressions_with_i_are_complex_where_they_must_be() -> None:
    function = numpy_function([x], sp.exp(sp.I * x) * sp.sqrt(x - 1) + sp.I * x ** Q(1, 3))
    truth = value_at(sp.exp(sp.I * x) * sp.sqrt(x - 1) + sp.I * x ** Q(1, 3), {x: Q(1, 4)}, 25)
    assert abs(function(0.25) - complex(truth)) < 1e-15
    assert np.isnan(numpy_function([x], sp.sqrt(x - 1))(0.25))


def test_branches_are_chosen_element_by_element() -> None:
    function = numpy_function([x], sp.Piecewise((1 / x, x > 1), (x**2, x > 0), (0, True)))
    assert function(np.array([-1.0, 0.5, 2.0])).tolist() == [0.0, 0.25, 0.5]


@pytest.mark.parametrize("degree", [2, 3, 5, 7])
def test_roots_of_tiny_numbers_keep_their_digits(degree: int) -> None:
    function = numpy_function([F], F ** Q(1, degree))
    for argument in (1e-300, 3e-17, 0.7, 1e250):
        assert ulps(function(argument), value_at(F ** Q(1, degree), {F: Q(argument)}, 25)) < 2


def response(psi: sp.Expr) -> sp.Eq:
    return sp.Eq(F**2, (psi - R) ** 2 + 4 * R * psi * sp.sin(delta / 2) ** 2)


@pytest.mark.parametrize("name", PSI)
def test_roots_agree_to_the_last_digits(name: str) -> None:
    points = [
        (1e-2, 0),
        (1e-2, 0.1),
        (1e-30, 1e-20),
        (1e-40, 0),
        (1e-40, 1e-40),
        (0.3, 2),
        (10, 0.3),
        (1e6, 0),
    ]
    points += [(1e12, 1), (1e18, 0), (0, 0.5)]
    if name in ("erf", "numeric"):  # the digits to compare with would take seconds
        points = [point for point in points if 1e-30 <= point[0] <= 1e6]
    function = numpy_root([F, delta], response(PSI[name]), R, UNIT)
    found = function(*np.array(points, dtype=float).T)
    for point, one in zip(points, found, strict=True):
        at = {F: Q(float(point[0])), delta: Q(float(point[1]))}
        assert ulps(one, roots(response(PSI[name]), R, UNIT, at, 25)[0]) <= 2, point


def test_a_root_of_scalars_is_a_scalar_and_arrays_broadcast() -> None:
    function = numpy_root([F, delta], response(PSI["algebraic"]), R, UNIT)
    assert isinstance(function(0.01, 0), float)
    assert function(np.ones((4, 1)), np.zeros(3)).shape == (4, 3)
    assert function(0.0, 0.0) == 0.0
    assert np.isnan(function(np.nan, 0.0))


def test_polynomials_and_unbounded_domains() -> None:
    quartic = sp.Eq(R**4 + 2 * F * R**3 + F**2 * R**2 - 2 * F * R - F**2, 0)
    function = numpy_root([F], quartic, R, UNIT)
    for forcing in (1e-40, 1e-30, 1e-2, 1.0, 1e6, 1e10, 1e18):
        assert ulps(function(forcing), roots(quartic, R, UNIT, {F: Q(forcing)}, 25)[0]) <= 2
    cube = numpy_root([F], sp.Eq(R**3, F), R, sp.Interval(0, sp.oo))
    assert cube(np.array([0.0, 27.0, 1e-30, 1e18])).tolist() == pytest.approx(
        [0.0, 3.0, 1e-10, 1e6], rel=3e-16
    )


def test_the_first_of_several_roots_is_taken_and_none_is_nan() -> None:
    function = numpy_root([F], sp.Eq((R - F) * (R - 3 * F), 0), R, sp.Interval(0, 1))
    assert function(0.25) == pytest.approx(0.25, rel=1e-15)
    assert np.isnan(function(2.0))


def test_domains_that_cannot_be_searched_are_refused() -> None:
    with pytest.raises(LawError, match="finite lower end"):
        numpy_root([F], sp.Eq(theta, F), theta, sp.S.Reals)


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-12, 1e5), st.floats(-3.1, 3.1))
def test_the_background_root_inverts_its_equation(forcing: float, detuning: float) -> None:
    found = ROOT(forcing, detuning)
    back = BACK(found, detuning)
    # rounding R costs its relative distance from saturation
    assert back == pytest.approx(forcing, rel=1e-14 + 4 * ULP / (1 - found))


ROOT = numpy_root([F, delta], response(PSI["tanh"]), R, UNIT)
BACK = numpy_function([R, delta], sp.sqrt(response(PSI["tanh"]).rhs))


def test_where_an_equation_ends_is_no_root() -> None:
    """x**2 = F as far as x = 2, where the side is not known any more."""
    unknown = sp.Symbol("x", positive=True)
    ending = numpy_root((F,), sp.Eq(up_to(unknown, 2, unknown**2), F), unknown, sp.Interval(0, sp.oo))
    assert ending(3.0) == pytest.approx(np.sqrt(3.0), rel=1e-15)
    assert np.isnan(ending(np.array([5.0, 1e6]))).all()
