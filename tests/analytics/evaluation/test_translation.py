"""Expressions to functions: exact constants, any number system."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from mpmath import MPContext

from analytics.errors import LawError, PrecisionError
from analytics.evaluation.arithmetic import mpmath_arithmetic
from analytics.evaluation.translation import Arithmetic, constant_of, function_of

x = sp.Symbol("x", real=True)
F, R = sp.symbols("F R", positive=True)
POINT = {x: sp.Rational(3, 10), R: sp.Rational(1, 5), F: sp.Rational(1, 7)}


def context(digits: int) -> Any:
    own = MPContext()
    own.dps = digits
    return own


EXPRESSIONS = [
    (R / sp.sqrt(1 - R**2) - R) ** 2 + 4 * R**2 / sp.sqrt(1 - R**2) * sp.sin(x / 2) ** 2 - F**2,
    (2 * F) ** sp.Rational(1, 3) - F / 2 + (2 * F) ** sp.Rational(5, 3) / 24,
    sp.sqrt(2) / 7 + sp.pi * x - sp.E,
    x**-2 + sp.exp(sp.I * x) / 3,
    sp.Piecewise((1 / x, x > 0), (F, True)),
    2 * sp.erfinv(R) / sp.sqrt(sp.pi) + sp.erf(x) + sp.atanh(R),
    sp.atan2(F, x) + sp.Abs(x - 3) * sp.arg(1 + sp.I * F),
    F**sp.pi * F ** (-sp.Rational(5, 3)),
    -(x + 1) * (x + 2) / (x + 3),
    sp.re(sp.exp(sp.I * x)) + sp.im(sp.conjugate(sp.exp(sp.I * x))),
    sp.Rational(10**40, 3) * x,
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
@pytest.mark.parametrize("digits", [15, 50, 300])
def test_agrees_with_sympy_at_any_precision(expression: sp.Expr, digits: int) -> None:
    own = context(digits)
    function = function_of([x, R, F], expression, mpmath_arithmetic(own))
    found = function(*(own.mpf(POINT[s].p) / POINT[s].q for s in (x, R, F)))
    expected = sp.N(expression.subs(POINT), digits + 10)
    assert abs(sp.sympify(found) - expected) < abs(expected) * sp.Float(10, 20) ** (3 - digits)


def test_works_in_rational_arithmetic() -> None:
    arithmetic = Arithmetic(constant=lambda value: Fraction(int(value.p), int(value.q)), functions={})
    function = function_of([x, F], x**3 / 3 - F / x + sp.Rational(1, 7), arithmetic)
    assert function(Fraction(1, 2), Fraction(3)) == Fraction(1, 24) - 6 + Fraction(1, 7)


@pytest.mark.parametrize("seed", range(40))
def test_parts_that_come_again_have_one_value(seed: int) -> None:
    """Random expressions in which sums, products, quotients and roots of the same parts stand everywhere."""
    source, parts = random.Random(seed), [x, R, F, x + R]
    for _ in range(6):
        one, other = source.sample(parts, 2)
        power = source.choice([1, -1, -2, 2, sp.Rational(1, 2), sp.Rational(-3, 2), sp.Rational(2, 3)])
        parts.append(source.choice([sp.Add, sp.Mul])(one, other**power, source.randint(-2, 2) or other))
    expression = sp.Add(*parts[-3:]) / (1 + parts[-1] ** 2)
    own = context(60)
    function = function_of([x, R, F], expression, mpmath_arithmetic(own))
    found = function(*(own.mpf(POINT[s].p) / POINT[s].q for s in (x, R, F)))
    expected = sp.N(expression.subs(POINT), 60)
    assert abs(sp.sympify(found) - expected) < abs(expected) * sp.Float(10, 20) ** -45


def test_a_part_is_computed_once() -> None:
    """As a root, and once more below the line: without names for what comes again there were 3^8 roots."""
    tower: sp.Expr = R
    for _ in range(8):
        tower = sp.sqrt(1 + tower) + F / (1 + sp.sqrt(1 + tower)) - 1 / sp.sqrt(1 + tower)
    own, roots = context(30), 0

    def root(value: Any) -> Any:
        nonlocal roots
        roots += 1
        return own.sqrt(value)

    known = mpmath_arithmetic(own)
    counting = Arithmetic(known.constant, {**known.functions, "sqrt": root})
    assert abs(function_of([R, F], tower, counting)(own.mpf(1) / 5, own.mpf(1) / 7)) > 0
    assert roots == 16


def test_the_branch_not_taken_is_not_computed() -> None:
    own = context(30)
    function = function_of(
        [x], sp.Piecewise((sp.sin(x) / x, x > 0), (sp.S.One, True)), mpmath_arithmetic(own)
    )
    assert function(own.mpf(0)) == 1


def test_a_compound_constant_is_right_to_the_last_digits() -> None:
    own = context(100)
    found = constant_of(sp.sqrt(2) / 7 + sp.erf(sp.Rational(1, 3)), mpmath_arithmetic(own))
    assert abs(sp.sympify(found) - (sp.sqrt(2) / 7 + sp.erf(sp.Rational(1, 3))).evalf(110)) < 1e-98


def test_strange_symbols_and_missing_functions_are_named() -> None:
    with pytest.raises(LawError, match="F"):
        function_of([x], x + F, mpmath_arithmetic(context(15)))
    with pytest.raises(PrecisionError, match="tanh"):
        function_of([x], sp.tanh(x), Arithmetic(constant=float, functions={}))


def test_lambdify_to_sympy_truncates_where_this_does_not() -> None:
    """The trap: lambdify(modules="sympy") evaluates constants at 15 digits."""
    own = context(60)
    third = own.mpf(1) / 3
    found = function_of([x], x * sp.sqrt(2), mpmath_arithmetic(own))(third)
    assert abs(found - own.sqrt(2) / 3) < own.mpf(10) ** -59


@pytest.mark.parametrize(
    "piece", [EXPRESSIONS[0], EXPRESSIONS[7] + 1, (F + R) ** (F + R) + F ** (F * R + 1)], ids=str
)
def test_terms_are_not_sorted_for_print(piece: sp.Expr, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorting takes exponents apart, which does not end for those that are long formulas."""
    expression = sp.Piecewise((piece, x > 0), (F, True))
    value = sp.N(expression.xreplace(POINT), 20)
    renamed = {each: sp.Dummy() for each in (F, R, x)}  # so that nothing is kept of it
    strange = expression.xreplace(renamed)

    def refused(*given: object, **named: object) -> None:
        raise AssertionError("terms are sorted")

    monkeypatch.setattr(sp.Expr, "as_ordered_terms", refused)
    own = context(20)
    compiled = function_of(tuple(renamed.values()), strange, mpmath_arithmetic(own))
    given = (own.mpf(POINT[each].p) / POINT[each].q for each in (F, R, x))
    assert abs(own.convert(value) - compiled(*given)) < 1e-17 * abs(own.convert(value))
