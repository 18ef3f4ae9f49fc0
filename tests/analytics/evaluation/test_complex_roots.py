"""Complex roots of polynomials and of waves: all of them, in a stated order, to the digits asked for."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import LawError
from analytics.evaluation import complex_roots as module
from analytics.evaluation.complex_roots import complex_roots, wave_roots
from analytics.expressions.notation import eigenvalue, q, winding

Q = sp.Rational
STRIP = sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, 5))
x = eigenvalue


def polynomial(*roots: sp.Expr) -> sp.Eq:
    return sp.Eq(sp.expand(sp.Mul(*(x - root for root in roots))), 0, evaluate=False)


# -- polynomials --


@pytest.mark.parametrize("digits", [8, 30, 100])
def test_largest_modulus_first(digits: int) -> None:
    wanted = [sp.Integer(-3), 2 + sp.I, Q(1, 7) * sp.I, sp.S.Zero]
    found = complex_roots(polynomial(*reversed(wanted)), x, {}, digits)
    with mpmath.workdps(digits + 10):
        for value, exact in zip(found, wanted, strict=True):
            assert abs(value - mpmath.mpmathify(sp.N(exact, digits + 10))) < mpf(10) ** -digits


@pytest.mark.parametrize("turn", ["0.3", "2", "-1.5", "3"])
def test_of_equal_moduli_the_one_left_of_the_sum(turn: str) -> None:
    """w (C +- i s), C and s positive: w (C + i s) first."""
    with mpmath.workdps(40):
        w = mpmath.expj(mpf(turn))
        pair = [w * mpmath.mpc("0.6", "0.7"), w * mpmath.mpc("0.6", "-0.7")]
        exact = [sp.Rational(str(part)) for value in pair for part in (value.real, value.imag)]
        left, right = exact[0] + sp.I * exact[1], exact[2] + sp.I * exact[3]
        # the moduli agree to the 40 digits of their parts, so equal to 30
        for order in ((left, right), (right, left)):
            found = complex_roots(polynomial(*order), x, {}, 30)
            assert abs(found[0] - pair[0]) < mpf(10) ** -30
            assert abs(found[1] - pair[1]) < mpf(10) ** -30


@pytest.mark.parametrize("digits", [10, 33, 50])
def test_where_the_sum_vanishes_the_larger_imaginary_part(digits: int) -> None:
    found = complex_roots(sp.Eq(x**2 + Q(1, 3), 0, evaluate=False), x, {}, digits)
    assert found[0].imag > 0 > found[1].imag


@pytest.mark.parametrize("digits", [10, 40])
def test_a_double_root(digits: int) -> None:
    """Found to all digits asked for, though a double root has half of the working ones."""
    found = complex_roots(polynomial(Q(1, 3), Q(1, 3)), x, {}, digits)
    with mpmath.workdps(digits + 10):
        assert all(abs(value - mpf(1) / 3) < mpf(10) ** -digits for value in found)


@pytest.mark.parametrize("digits", [10, 50])
def test_a_quadratic_whose_roots_are_small_and_far_apart(digits: int) -> None:
    exact = (Q(1, 10**100) * (1 + sp.I), Q(-1, 3 * 10**300))
    found = complex_roots(polynomial(*exact), x, {}, digits)
    with mpmath.workdps(digits + 10):
        for value, root in zip(found, exact, strict=True):
            truth = mpmath.mpmathify(sp.N(root, digits + 10))
            assert abs(value - truth) < abs(truth) * mpf(10) ** -digits


def test_coefficients_come_from_the_point() -> None:
    a = sp.Symbol("a", positive=True)
    found = complex_roots(sp.Eq(x**2, a), x, {a: sp.Integer(2)}, 30)
    with mpmath.workdps(40):
        assert abs(abs(found[0]) - mpmath.sqrt(2)) < mpf(10) ** -30


# -- waves --


def waves(left: sp.Expr, *targets: sp.Expr) -> sp.Eq:
    shifted = (target + 2 * sp.pi * winding for target in targets)
    return sp.Eq(left, sp.Tuple(*shifted), evaluate=False)


SHAPES = {
    "even": Q(3, 5) * (1 - sp.cos(q)),
    "odd": Q(3, 10) * sp.sin(q),
    "mixed": Q(3, 10) * (1 - sp.cos(q)) + sp.sin(q) / 5,
    "long": sp.cos(2 * q) / 5 + sp.sin(q) / 7 - sp.cos(q) / 3,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("digits", [10, 40])
def test_every_root_solves_the_equation(shape: str, digits: int) -> None:
    """T(q) - w is a multiple of 2 pi, for the w of the right side."""
    left, target = SHAPES[shape], Q(1, 5) - sp.I * Q(1, 10)
    strip = (
        STRIP if shape != "long" else sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, 2))
    )
    found = wave_roots(waves(left, target), q, strip, {}, digits)
    assert len(found) >= 3
    function = sp.lambdify(q, left, "mpmath")
    with mpmath.workdps(digits + 20):
        for root in found:
            turns = (function(root) - mpmath.mpc("0.2", "-0.1")) / (2 * mpmath.pi)
            # |T'| <= 50 in the strips
            assert abs(turns - mpmath.nint(turns.real)) < 100 * mpf(10) ** -digits
            assert 0 < root.imag <= 5
        assert all(before.imag <= after.imag + mpf(10) ** -digits for before, after in pairwise(found))


@pytest.mark.parametrize("shape", SHAPES)
def test_all_roots_by_the_argument_principle(shape: str) -> None:
    """e^(i T(q)) - e^(i w) is analytic and 2 pi-periodic; its zeros between two heights, counted in doubles."""
    import numpy as np

    left, height = SHAPES[shape], 1.7
    strip = sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, Q(17, 10)))
    found = wave_roots(waves(left, Q(1, 5) - sp.I * Q(1, 10)), q, strip, {}, 15)
    function = sp.lambdify(q, left, "numpy")

    def turns(level: float) -> int:
        values = np.exp(1j * function(np.linspace(-np.pi, np.pi, 200_001) + 1j * level)) - np.exp(0.2j + 0.1)
        total = np.angle(values[1:] / values[:-1]).sum() / (2 * np.pi)
        return round(float(total))

    assert len(found) == turns(1e-12) - turns(height)


def test_inverse_by_the_closed_form() -> None:
    """cos q = 1 - w/(2c): the first root is arccos of it, and sin q = w/c likewise."""
    with mpmath.workdps(40):
        w = mpmath.mpc("0.2", "-0.1")
        for shape, closed in (
            ("even", mpmath.acos(1 - w / mpf("0.6"))),
            ("odd", mpmath.asin(w / mpf("0.3"))),
        ):
            root = wave_roots(waves(SHAPES[shape], Q(1, 5) - sp.I * Q(1, 10)), q, STRIP, {}, 30)[0]
            folded = closed if closed.imag > 0 else -closed if shape == "even" else mpmath.pi - closed
            assert abs(root - folded) < mpf(10) ** -29


@pytest.mark.parametrize("digits", [6, 25])
def test_equal_damping_and_different_moduli(digits: int) -> None:
    """cos(2q) has q and q + pi: the one of larger Re q first, whatever |q| is."""
    strip = sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, 3))
    found = wave_roots(waves((1 - sp.cos(2 * q)) / 3, Q(1, 7) + sp.I * Q(1, 9)), q, strip, {}, digits)
    with mpmath.workdps(40):
        for first, second in zip(found[::2], found[1::2], strict=True):
            assert abs(first - second - mpmath.pi) < mpf(10) ** -digits


def _drawn(source: Random) -> tuple[sp.Eq, sp.ComplexRegion]:
    """A trigonometric polynomial of one to three harmonics, two targets, and a strip that holds few of its roots."""

    def number() -> sp.Expr:
        return Q(source.randint(-40, 40) or 1, 100)

    reach = source.randint(1, 3)
    parts = (number() * sp.cos(n * q) + number() * sp.sin(n * q) for n in range(1, reach + 1))
    targets = (number() - sp.I * Q(source.randint(0, 40), 100) for _ in range(2))
    strip = sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, sp.Integer(5) / reach))
    return waves(number() + sum(parts), *targets), strip


@pytest.mark.parametrize("seed", range(6))
def test_roots_seen_in_doubles_are_those_of_full_precision(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    equation, strip = _drawn(Random(seed))
    found = wave_roots(equation, q, strip, {}, 25)
    least = wave_roots(equation, q, strip, {}, 25, least=True)
    monkeypatch.setattr(module, "_rough_roots", lambda *_: [])
    alone = wave_roots(equation, q, strip, {}, 25)
    assert len(alone) == len(found) and len(least) == 1
    with mpmath.workdps(40):
        assert all(abs(one - other) < mpf(10) ** -25 for one, other in zip(found, alone, strict=True))
        assert abs(least[0] - alone[0]) < mpf(10) ** -25


def test_waves_that_doubles_do_not_tell_apart() -> None:
    """cos q = 1 + 1e-20 i: q and -q are some 1e-10 apart, and one of them is damped."""
    equation = sp.Eq(sp.cos(q) / 3, sp.Tuple(Q(1, 3) + sp.I / (3 * 10**20) + 0 * winding), evaluate=False)
    for least in (True, False):
        (found,) = wave_roots(equation, q, STRIP, {}, 30, least=least)
        with mpmath.workdps(50):
            exact = mpmath.acos(1 + mpmath.mpc(0, 1) / mpf(10) ** 20)
            exact = exact if exact.imag > 0 else -exact
            assert abs(found / exact - 1) < mpf(10) ** -19


def test_no_root_in_the_strip() -> None:
    low = sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, Q(1, 100)))
    with pytest.raises(LawError, match="a root with 0 < Im q"):
        wave_roots(waves(Q(3, 5) * (1 - sp.cos(q)), Q(1, 5) - sp.I), q, low, {}, 15)


def test_nearly_real_roots_keep_their_digits() -> None:
    """Im q = 1e-20 of a wave damped by 1e-20, to 12 digits: they are relative."""
    found = wave_roots(waves(SHAPES["odd"], -sp.I / 10**20), q, STRIP, {}, 30)
    with mpmath.workdps(60):
        damping = min(root.imag for root in found)
        assert abs(damping * mpf(10) ** 20 * mpf("0.3") - 1) < mpf(10) ** -12


@pytest.mark.parametrize("digits", [5, 15, 30, 31, 32, 33, 60])
def test_half_a_turn_is_pi_and_not_minus_pi(digits: int) -> None:
    """sin q = -i s: the damped root is pi + i asinh(s) at any precision, rounding or no."""
    for target in (-sp.I / 10, -sp.I / 7):
        found = wave_roots(waves(SHAPES["odd"], target), q, STRIP, {}, digits)
        with mpmath.workdps(digits + 10):
            assert abs(found[0].real - mpmath.pi) < mpf(10) ** -digits


def test_the_turn_of_the_equation_is_the_one_that_counts() -> None:
    """2 (1 - cos q) = w + turn j: neighbouring windings are as far apart as the equation says, not 2 pi."""
    start = Q(1, 3) + sp.I / 9
    for turn in (sp.pi, Q(5, 2), sp.S.Zero):
        equation = sp.Eq(2 * (1 - sp.cos(q)), sp.Tuple(start + turn * winding), evaluate=False)
        found = wave_roots(equation, q, STRIP, {}, 20)
        assert len(found) > 4 if turn else len(found) == 1
        with mpmath.workdps(25):
            apart = mpmath.mpmathify(sp.N(turn, 25))
            for value in found:
                wound = 2 * (1 - mpmath.cos(value)) - mpmath.mpc(mpf(1) / 3, mpf(1) / 9)
                nearest = apart * mpmath.nint(wound.real / apart) if turn else 0
                assert abs(wound - nearest) < mpf(10) ** -17


@pytest.mark.parametrize(
    ("equation", "reason"),
    [
        (sp.Eq(x ** Q(3, 2) - 2, 0), "a polynomial in lambda is needed"),
        (sp.Eq(sp.Symbol("a"), 0), "of degree 1 or more"),
    ],
)
def test_what_is_no_polynomial_is_refused(equation: sp.Eq, reason: str) -> None:
    with pytest.raises(LawError, match=reason):
        complex_roots(equation, x, {sp.Symbol("a"): Q(1, 2)}, 20)


def test_what_is_no_trigonometric_polynomial_is_refused() -> None:
    with pytest.raises(LawError, match="a trigonometric polynomial in q is needed"):
        wave_roots(sp.Eq(q**2, sp.Tuple(Q(1, 3) + sp.I), evaluate=False), q, STRIP, {}, 20)


def test_a_band_too_wide_is_refused_at_once() -> None:
    with pytest.raises(
        LawError, match=r"at most 1000 turns of the phase for Im q <= 5 is needed; got up to 4"
    ):
        wave_roots(waves(2 * 10**6 * (1 - sp.cos(q)), sp.I / 100), q, STRIP, {}, 20)


def test_harmonics_with_a_common_divisor_have_the_roots_of_all_shares() -> None:
    """T(q) = S(300 q): 300 roots q with 300 q = a root of S, modulo 2 pi, and every one of them solves the equation."""
    strip = sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, Q(2, 300)))
    whole = sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, 2))
    near = wave_roots(waves(sp.cos(q), 2 + sp.I / 3), q, whole, {}, 20)
    found = wave_roots(waves(sp.cos(300 * q), 2 + sp.I / 3), q, strip, {}, 20)
    assert len(found) == 300 * len(near)
    with mpmath.workdps(30):
        assert len({mpmath.nint(root.real * 10**12) for root in found}) == len(found)
        for root in found:
            assert -mpmath.pi < root.real <= mpmath.pi
            assert min(abs(mpmath.expj(300 * root) - mpmath.expj(one)) for one in near) < mpf(10) ** -16


def test_a_far_harmonic_is_refused_at_once() -> None:
    with pytest.raises(
        LawError, match="at most 40 harmonics, in units of their common divisor, is needed; got harmonic 90"
    ):
        wave_roots(waves(sp.cos(90 * q) + sp.cos(q) / 10, Q(1, 3) * sp.I), q, STRIP, {}, 20)
