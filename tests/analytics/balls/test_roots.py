"""All real roots of an equation, enclosed: against closed forms, other searches, and where nothing is proved."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
import mpmath
import pytest
import sympy as sp

from analytics.balls.enclosure import Enclosure
from analytics.balls.roots import enclosed_roots
from analytics.errors import LawError, PrecisionError
from analytics.evaluation.roots import roots
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import F, P, R, delta, r

Q = sp.Rational
x = sp.Symbol("x", positive=True)
ALGEBRAIC = R / sp.sqrt(1 - R**2)
PSI = {
    "algebraic": ALGEBRAIC,
    "tanh": sp.atanh(R),
    "arctan": 2 / sp.pi * sp.tan(sp.pi * R / 2),
    "erf": 2 / sp.sqrt(sp.pi) * sp.erfinv(R),
    "quartic": R / (1 - R**4) ** Q(1, 4),
}
UNIT = sp.Interval.Ropen(0, 1)


def forced(psi: sp.Expr) -> sp.Eq:
    return sp.Eq(F**2, (psi - R) ** 2 + 4 * R * psi * sp.sin(delta / 2) ** 2)


def contains(enclosure: Enclosure, value: Any) -> bool:
    """Is `value`, right to 30 digits more than the radius shows, within the ball?"""
    with mpmath.workdps(300):
        return bool(abs(enclosure.midpoint - value) <= enclosure.radius * (1 + mpmath.mpf(10) ** -20))


def test_a_square_root() -> None:
    (found,) = enclosed_roots(sp.Eq(x**2, 2), x, sp.Interval(0, sp.oo), {}, 60)
    with mpmath.workdps(300):
        assert contains(found, mpmath.sqrt(2))
        assert found.radius < mpmath.mpf(10) ** -60


def test_all_roots_of_a_polynomial_in_order() -> None:
    wanted = [
        Fraction(1, 1000),
        Fraction(1, 7),
        Fraction(1, 7) + Fraction(1, 10**9),
        Fraction(3),
        Fraction(10**6),
    ]
    polynomial = sp.expand(sp.prod(x - Q(root.numerator, root.denominator) for root in wanted))
    found = enclosed_roots(sp.Eq(polynomial, 0), x, sp.Interval(0, sp.oo), {}, 20)
    assert len(found) == len(wanted)
    with mpmath.workdps(300):
        for enclosure, root in zip(found, wanted, strict=True):
            assert contains(enclosure, mpmath.mpf(root.numerator) / root.denominator)
            assert enclosure.radius <= mpmath.mpf(10) ** -20 * enclosure.midpoint


POINTS = [("1/100", "0"), ("1/100", "1/10"), ("1e-12", "0"), ("1e-60", "1e-25"), ("5", "3")]
STRONG = [(name, ("1e20", "1")) for name in PSI if name not in ("tanh", "erf")]
"""At F = 1e20 these two come within e^(-10^20) of 1, beyond any scan."""


@pytest.mark.parametrize(("name", "point"), [(name, point) for name in PSI for point in POINTS] + STRONG)
def test_the_forced_amplitude_from_weak_to_strong(name: str, point: tuple[str, str]) -> None:
    """Independent: the scan and bracketing of `roots`, at more digits."""
    values = {F: Q(point[0]), delta: Q(point[1])}
    (found,) = enclosed_roots(forced(PSI[name]), R, UNIT, values, 30)
    (wanted,) = roots(forced(PSI[name]), R, UNIT, values, 60)
    assert contains(found, wanted)
    with mpmath.workdps(100):
        assert found.radius <= mpmath.mpf(10) ** -30 * min(wanted, 1 - wanted)


def test_psi_without_closed_form() -> None:
    """psi(R) - R = F at R = rho(P): P - rho(P) = F, in the pre-activation, has a closed rho."""
    rho = sp.tanh(r) / 2 + sp.atan(r) / 2
    psi = InverseProfile(sp.Lambda(r, rho), R)
    saturation = Q(1, 2) + sp.pi / 4
    (found,) = enclosed_roots(sp.Eq(psi - R, F), R, sp.Interval.Ropen(0, saturation), {F: Q(1, 3)}, 30)
    (drive,) = roots(sp.Eq(P - rho.xreplace({r: P}), F), P, sp.Interval(0, sp.oo), {F: Q(1, 3)}, 60)
    with mpmath.workdps(70):
        assert contains(found, (mpmath.tanh(drive) + mpmath.atan(drive)) / 2)


def test_a_root_at_a_closed_end_is_exact_and_the_only_one() -> None:
    (found,) = enclosed_roots(forced(ALGEBRAIC), R, UNIT, {F: sp.S.Zero, delta: sp.S.Zero}, 30)
    assert (found.midpoint, found.radius) == (0, 0)


def test_three_amplitudes_where_the_response_folds() -> None:
    """A cubic in R**2 with three positive roots, of which `roots` finds as many."""
    equation = sp.Eq(F**2, x**2 * ((x**2 - 1) ** 2 + Q(1, 100)))
    found = enclosed_roots(equation, x, sp.Interval(0, sp.oo), {F: Q(1, 5)}, 30)
    wanted = roots(equation, x, sp.Interval(0, sp.oo), {F: Q(1, 5)}, 60)
    assert len(found) == len(wanted) == 3
    assert all(contains(*pair) for pair in zip(found, wanted, strict=True))


def test_of_a_ball_every_root_is_enclosed() -> None:
    from flint import arb

    (found,) = enclosed_roots(sp.Eq(x**2, F), x, sp.Interval(0, sp.oo), {F: arb(2, 1e-8)}, 4)
    with mpmath.workdps(30):
        for value in ("1.99999999", "2", "2.00000001"):
            assert contains(found, mpmath.sqrt(mpmath.mpf(value)))


@pytest.mark.parametrize(
    ("equation", "error", "message"),
    [
        (sp.Eq((x - 1) ** 2, 0), PrecisionError, "must be seen to be simple"),
        (sp.Eq(x**2, -1, evaluate=False), LawError, "none, which is proved"),
        (sp.Eq(sp.gamma(x), 3), PrecisionError, "gamma"),
    ],
)
def test_nothing_is_guessed(equation: sp.Eq, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        enclosed_roots(equation, x, sp.Interval(0, sp.oo), {}, 20)


def test_the_precision_is_left_as_it_was() -> None:
    before = flint.ctx.prec
    enclosed_roots(sp.Eq(x**2, 2), x, sp.Interval(0, sp.oo), {}, 100)
    assert flint.ctx.prec == before
