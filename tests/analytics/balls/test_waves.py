"""Balls around complex wavenumbers: they hold the roots, and as many as the argument principle counts."""

from __future__ import annotations

from itertools import product
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from analytics.balls import waves as module
from analytics.balls.arithmetic import flint_precision
from analytics.balls.waves import enclosed_polynomial_roots, enclosed_wave_roots
from analytics.errors import LawError, PrecisionError
from analytics.evaluation.complex_roots import wave_roots
from analytics.expressions.notation import Omega, R, q, winding

Q = sp.Rational
c, v = sp.symbols("c v", real=True)

SHAPES: dict[str, tuple[sp.Expr, sp.Expr]] = {
    "even": (Q(3, 5) * (1 - sp.cos(q)), sp.Integer(5)),
    "odd": (Q(3, 10) * sp.sin(q), sp.Integer(5)),
    "wide": (5 * (1 - sp.cos(q)), sp.Integer(5)),
    "mixed": (Q(3, 5) * (1 - sp.cos(q)) + sp.sqrt(2) / 7 * sp.sin(q) + sp.sin(2 * q) / 20, Q(5, 2)),
    "second neighbours": (Q(2, 7) * (1 - sp.cos(q)) + (1 - sp.cos(2 * q)) / 3, Q(5, 2)),
    "third neighbours": (sp.cos(q) + sp.sin(2 * q) / 3 - sp.cos(3 * q) / 7, Q(5, 3)),
    "every other site": ((1 - sp.cos(2 * q)) / 3, Q(5, 2)),
}
"""T(q) and the height of the strip."""

TARGETS = {
    "damped": Q(1, 5) - sp.I / 10,
    "hardly damped": Q(2, 5) + sp.I / 1000,
    "imaginary": -sp.I / 10,
    "critical": -sp.I / 10**20,
    "irrational": sp.sqrt(2) + sp.I * sp.log(Q(1, 3)),
}
GAINS = (1 - R**2) ** Q(3, 2), sp.sqrt(1 - R**2)
COSINE = (sp.exp(sp.I * Omega) + GAINS[0] * GAINS[1] * sp.exp(-sp.I * Omega)) / (GAINS[0] + GAINS[1])


def strip(height: Any) -> sp.ComplexRegion:
    return sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, height))


def waves(left: sp.Expr, *targets: sp.Expr) -> sp.Eq:
    return sp.Eq(left, sp.Tuple(*(w + 2 * sp.pi * winding for w in targets)), evaluate=False)


def zeros_in_strip(left: sp.Expr, target: sp.Expr, height: sp.Expr, points: int = 1 << 18) -> int:
    """Zeros of f(q) = e^(i (T(q) - w)) - 1, whatever j is, by the integral of f'/f around the strip.

    Its sides cancel, f having the period 2 pi; on the other two the trapezoidal rule converges geometrically. The
    lower one lies below every root.
    """
    T, slope = (sp.lambdify(q, part, "numpy") for part in (left, sp.diff(left, q)))
    w = complex(target)

    def along(level: float) -> complex:
        at = np.linspace(-np.pi, np.pi, points, endpoint=False) + 1j * level
        return complex(np.mean(1j * slope(at) / (1 - np.exp(-1j * (T(at) - w)))))

    count = -1j * (along(0.0) - along(float(height)))
    assert abs(count - round(count.real)) < 1e-6
    return round(count.real)


@pytest.mark.parametrize(("shape", "target"), list(product(SHAPES, TARGETS)))
def test_as_many_as_the_argument_principle_counts(shape: str, target: str) -> None:
    """And each of them the one that polynomial roots in mpmath give, in the same order where dampings differ."""
    left, height = SHAPES[shape]
    found = enclosed_wave_roots(waves(left, TARGETS[target]), q, strip(height), {}, 25)
    if target != "critical":  # its roots are too close to the lower side for doubles
        assert len(found) == zeros_in_strip(left, TARGETS[target], height)
    close = wave_roots(waves(left, TARGETS[target]), q, strip(height), {}, 60)
    assert len(found) == len(close)
    with mpmath.workdps(70):
        for ball, root in zip(found, close, strict=True):
            assert abs(ball.midpoint - root) <= ball.radius + mpf(10) ** -58
            assert ball.radius <= mpf(10) ** -25 * abs(ball.midpoint)


@pytest.mark.parametrize("probe", [sp.S.Zero, sp.pi, Q(1, 10), Q(-1, 10**20), sp.sqrt(2)], ids=str)
@pytest.mark.parametrize("form", ["even", "odd", "real"])
def test_the_waves_of_a_probe(form: str, probe: Any) -> None:
    """Both equations of the theory, with functions of R and Omega on the right; at 0 and pi on the cut of acos."""
    if form == "even":
        equation = waves(2 * c * (1 - sp.cos(q)), sp.acos(COSINE), -sp.acos(COSINE))
    else:
        targets = [Omega + sp.I * sp.log(gain) for gain in GAINS]
        equation = waves(c * sp.sin(q), *targets[: 1 if form == "real" else 2])
    point = {R: Q(1, 8), Omega: sp.sympify(probe), c: Q(3, 10)}
    found = enclosed_wave_roots(equation, q, strip(5), point, 30)
    exact = [
        (target.xreplace({winding: sp.S.Zero, **point}), equation.lhs.xreplace(point))
        for target in equation.rhs
    ]
    assert len(found) == len(wave_roots(equation, q, strip(5), point, 30))
    with mpmath.workdps(50):
        for ball in found:
            misses = []
            for target, left in exact:
                turned = mpmath.mpmathify(
                    sp.N(left.xreplace({q: sp.Symbol("z")}).subs("z", ball.midpoint), 50)
                )
                apart = (turned - mpmath.mpmathify(sp.N(target, 50))) / (2 * mpmath.pi)
                misses.append(abs(apart - mpmath.nint(apart.real)))
            assert min(misses) < mpf(10) ** -26


def test_a_point_known_to_lie_in_a_ball() -> None:
    """The roots for both ends of the ball, and its centre, lie in the balls found; a wide one is refused."""
    equation = waves(Q(3, 5) * (1 - sp.cos(q)), sp.acos(COSINE), -sp.acos(COSINE))
    amplitude, radius = Q(1254934278, 10**10), Q(1, 10**35)
    with flint_precision(300):
        centre = arb(amplitude.p) / amplitude.q
        around, wide = centre + arb(0, 1.0001e-35), centre + arb(0, 1e-10)
    found = enclosed_wave_roots(equation, q, strip(5), {R: around, Omega: Q(1, 10)}, 25)
    for exact in (amplitude - radius, amplitude, amplitude + radius):
        roots = wave_roots(equation, q, strip(5), {R: exact, Omega: Q(1, 10)}, 60)
        with mpmath.workdps(70):
            for ball, root in zip(found, roots, strict=True):
                assert abs(ball.midpoint - root) <= ball.radius
                assert mpf(10) ** -37 < ball.radius < mpf(10) ** -30
    with flint_precision(300):
        ball = acb(arb(amplitude.p, 0) / amplitude.q) + acb(arb(0, 1e-40))
        again = enclosed_wave_roots(equation, q, strip(5), {R: ball, Omega: Q(1, 10)}, 25)
    with mpmath.workdps(70):
        for one, other in zip(found, again, strict=True):
            assert abs(one.midpoint - other.midpoint) <= one.radius + other.radius
    with pytest.raises(PrecisionError, match=r"q = .* is known to no more digits at"):
        enclosed_wave_roots(equation, q, strip(5), {R: wide, Omega: Q(1, 10)}, 25)


def test_a_double_root_counts_twice() -> None:
    """T = cos q + cos(2q)/16 has T' = 0 where cos q = -4: q = pi + i acosh 4, at the band edge of complex waves."""
    left, height = sp.cos(q) + sp.cos(2 * q) / 16, Q(5, 2)
    found = enclosed_wave_roots(waves(left, sp.Integer(-4) + Q(31, 16)), q, strip(height), {}, 30)
    with mpmath.workdps(60):
        crest = mpmath.mpc(mpmath.pi, mpmath.acosh(4))
        holding = [ball for ball in found if abs(ball.midpoint - crest) <= ball.radius]
        assert len(holding) == 2
        assert all(ball.radius < mpf(10) ** -30 * 4 for ball in holding)
    nearby = enclosed_wave_roots(
        waves(left, sp.Integer(-4) + Q(31, 16) + Q(1, 10**15)), q, strip(height), {}, 30
    )
    assert len({ball.midpoint for ball in nearby}) == len(nearby) == len(found)


@pytest.mark.parametrize(
    ("left", "target", "height", "error", "reason"),
    [
        (SHAPES["odd"][0], Q(1, 5), 5, PrecisionError, "may lie on the edge of the strip"),
        (SHAPES["even"][0], sp.S.Zero, 5, PrecisionError, "may lie on the edge of the strip"),
        (SHAPES["odd"][0], 3 * sp.I * sp.sinh(2) / 10, 2, PrecisionError, "may lie on the edge of the strip"),
        (
            SHAPES["odd"][0],
            1000 * sp.I,
            Q(1, 100),
            LawError,
            "a root with 0 < Im q <= 1/100 is needed; got none",
        ),
        (2 * 10**6 * (1 - sp.cos(q)), sp.I, 5, LawError, r"at most 1000 turns of the phase .* got up to 4"),
        (q**2, sp.I, 5, LawError, "a trigonometric polynomial in q is needed"),
        (sp.Integer(3), sp.I, 5, LawError, "a trigonometric polynomial in q is needed"),
        (sp.exp(sp.I * q), sp.S.Zero, 5, PrecisionError, "coefficient, .* may be 0"),
        (sp.sin(q), sp.I * winding**2, 5, LawError, "linear in j is needed"),
    ],
    ids=[
        "undamped",
        "resting",
        "on the upper edge",
        "none",
        "band too wide",
        "no wave",
        "constant",
        "no root",
        "not linear",
    ],
)
def test_what_is_not_proved_is_refused(left: Any, target: Any, height: Any, error: Any, reason: str) -> None:
    with pytest.raises(error, match=reason):
        enclosed_wave_roots(waves(left, target), q, strip(height), {}, 15)


def test_no_precision_is_left_changed() -> None:
    before = flint.ctx.prec
    with mpmath.workdps(17):
        enclosed_wave_roots(waves(SHAPES["odd"][0], TARGETS["damped"]), q, strip(5), {}, 50)
        assert (mpmath.mp.dps, flint.ctx.prec) == (17, before)


coordinate = st.fractions(min_value=-3, max_value=3, max_denominator=20)
place = st.tuples(coordinate, coordinate, st.integers(1, 3)).filter(lambda part: part[0] or part[1])


@settings(max_examples=40, deadline=None)
@given(st.lists(place, min_size=1, max_size=3))
def test_every_root_of_a_polynomial_with_its_multiplicity(parts: list[tuple[Any, Any, int]]) -> None:
    """Built from its roots: in each ball as many of them as it says, and every one in some ball."""
    with flint_precision(400):
        exact = [
            acb(arb(flint.fmpq(a.numerator, a.denominator)), arb(flint.fmpq(b.numerator, b.denominator)))
            for a, b, times in parts
            for _ in range(times)
        ]
        coefficients = [acb(2, 1)]
        for root in exact:
            shifted = [acb(0), *coefficients]
            coefficients = [
                high - root * low for high, low in zip(shifted, [*coefficients, acb(0)], strict=True)
            ]
        found = enclosed_polynomial_roots(coefficients)
        assert sum(times for _, times in found) == len(exact)
        for ball, times in found:
            assert sum(ball.overlaps(root) for root in exact) == times
            assert max(ball.real.rad(), ball.imag.rad()) < 1e-6


def test_wrong_harmonics_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    left, height = SHAPES["mixed"]
    right = module.harmonics
    monkeypatch.setattr(module, "harmonics", lambda *given: [(n, 2 * part) for n, part in right(*given)])
    with pytest.raises(PrecisionError, match="taking harmonics must leave an expression equal"):
        enclosed_wave_roots(waves(left, TARGETS["damped"]), q, strip(height), {}, 20)
