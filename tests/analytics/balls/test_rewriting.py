"""What a proof rests on: trees as they stand, and a gate that a wrong rewriting does not pass."""

from __future__ import annotations

from random import Random
from typing import Any

import mpmath
import pytest
import sympy as sp
from flint import acb, arb

from analytics.balls import ranges, roots
from analytics.balls.arithmetic import UndecidedError, ball_arithmetic, flint_precision
from analytics.balls.rewriting import distances, require_equal
from analytics.balls.span import Span
from analytics.balls.trees import REAL, SLOPES, Tree
from analytics.errors import PrecisionError
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import r

Q = sp.Rational
x = sp.Symbol("x", positive=True)
UNIT = sp.Interval.Ropen(0, 1)


def test_equal_forms_pass_and_others_do_not() -> None:
    """At places where both are finite and known to some digits; too few of them show nothing."""
    with flint_precision(100):
        places = distances(arb.pos_inf())
        require_equal("writing", places, lambda y: (y + 1) ** 2, lambda y: y**2 + 2 * y + 1)
        with pytest.raises(PrecisionError, match="writing must leave an expression equal"):
            require_equal("writing", places, lambda y: (y + 1) ** 2, lambda y: y**2 + 2 * y)
        for other in (lambda _: arb.nan(), lambda _: arb(0, 1e300)):
            with pytest.raises(UndecidedError):
                require_equal("writing", places, lambda y: y, other)


def test_places_lie_within_the_domain() -> None:
    with flint_precision(100):
        assert all(0 < y < arb(3) / 7 for y in distances(arb(3) / 7))
        assert len({str(y) for y in distances(arb.pos_inf())}) > 2


def doubled(expression: sp.Expr, unknown: sp.Symbol) -> sp.Expr:
    """A rewriting that loses a factor 2 of roots of sums."""
    return expression.replace(
        lambda part: part.is_Pow and part.exp == -Q(1, 2), lambda part: part.base ** -Q(1, 2) / 2
    )


def dropped(f: sp.Expr, unknown: sp.Symbol, position: sp.Expr) -> sp.Expr:
    """The equation from another end than was asked for."""
    return f.xreplace({unknown: position + 1})


@pytest.mark.parametrize(
    ("place", "name", "wrong"),
    [
        (ranges, "sharpened", doubled),
        (ranges, "derivative", lambda expression, unknown: 2 * sp.diff(expression, unknown)),
        (ranges.sp, "fraction", lambda expression: (expression, sp.Integer(3))),
        (roots, "_at", dropped),
    ],
    ids=["sharpened", "derivative", "fraction", "seen from an end"],
)
def test_a_wrong_rewriting_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, wrong: Any
) -> None:
    equation = sp.Eq(x / sp.sqrt(1 - x**2) - x, Q(1, 100))
    (right,) = roots.enclosed_roots(equation, x, UNIT, {}, 20)
    with mpmath.workdps(40):
        residual = right.midpoint / mpmath.sqrt(1 - right.midpoint**2) - right.midpoint - mpmath.mpf(1) / 100
        assert abs(residual) < mpmath.mpf(10) ** -20
    roots._halves.cache_clear()
    monkeypatch.setattr(place, name, wrong)
    with pytest.raises(PrecisionError, match="an expression equal"):
        roots.enclosed_roots(equation, x, UNIT, {}, 20)


def grown(random: Random, depth: int) -> sp.Expr:
    """A random tree in x."""
    if depth == 0:
        return random.choice(
            [x, x, Q(random.randint(-9, 9), random.randint(1, 9)), sp.sqrt(random.randint(2, 50))]
        )
    one, two = grown(random, depth - 1), grown(random, depth - 1)
    return random.choice(
        [
            lambda: one + two,
            lambda: one * two,
            lambda: one / (2 + two**2),
            lambda: sp.tanh(one),
            lambda: sp.atan(one) - two,
            lambda: sp.exp(-(one**2)),
            lambda: sp.sqrt(1 + one**2),
            lambda: (3 + one**2) ** Q(-1, random.choice([3, 4])) * two,
            lambda: sp.log(2 + one**2),
            lambda: sp.sin(one) * sp.cos(two),
            lambda: sp.erf(one),
        ]
    )()


@pytest.mark.parametrize("seed", range(40))
def test_values_slopes_and_ranges_hold_what_mpmath_finds(seed: int) -> None:
    """Of random trees: mpmath's value and its difference quotient at random places, and at places in an interval."""
    random = Random(seed)
    expression = grown(random, 3)
    if not expression.has(x):
        expression += x
    function = sp.lambdify(x, expression, "mpmath")
    low, high = sorted(random.uniform(0.01, 3) for _ in range(2))
    with flint_precision(200), mpmath.workdps(80):
        over = ranges.Ranges(x, {}).over(expression, Span(arb(low), arb(high)))
        for _ in range(5):
            at = mpmath.mpf(random.uniform(low, high))
            value, slope = function(at), mpmath.diff(function, at)
            tree = Tree(REAL, {x: arb(at)}, {x: arb(1)})
            assert abs(mpmath.mp.make_mpf(tree.value(expression).mid()._mpf_) - value) < mpmath.mpf(10) ** -50
            assert abs(mpmath.mp.make_mpf(tree.slope(expression).mid()._mpf_) - slope) < mpmath.mpf(10) ** -25
            assert over.low <= arb(value) + arb(0, 1e-50)
            assert arb(value) - arb(0, 1e-50) <= over.high


@pytest.mark.parametrize("name", SLOPES)
def test_the_slope_of_each_function(name: str) -> None:
    function = getattr(sp, name)(x)
    place = Q(7, 5) if name in ("acosh", "coth") else Q(3, 7)
    with flint_precision(200):
        tree = ball_arithmetic().functions
        at = {x: arb(place.p) / place.q}
        found = Tree(tree, at, {x: arb(1)}).slope(function)
        step = arb(2) ** -60
        above, below = (Tree(tree, {x: at[x] + side * step}).value(function) for side in (1, -1))
        assert abs((above - below) / (2 * step) - found) < arb(2) ** -100


def test_the_slope_of_an_inverse_and_of_powers() -> None:
    inverse = InverseProfile(sp.Lambda(r, r / sp.sqrt(1 + r**2)), x)
    with flint_precision(200):
        functions = ball_arithmetic().functions
        at = Tree(functions, {x: arb(3) / 5}, {x: arb(1)})
        assert at.slope(inverse).overlaps((1 - at.value(x) ** 2) ** (arb(-3) / 2))
        assert at.slope(x**x).overlaps(at.value(x) ** at.value(x) * (1 + at.value(x).log()))
        assert at.slope(sp.Mul(x, x, evaluate=False)).overlaps(2 * at.value(x))
        assert isinstance(Tree(functions).value(sp.sqrt(-3)), acb)
