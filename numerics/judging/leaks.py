"""What the map says of a static profile that falls off as a power of the distance y, beside a driven stretch.

    Z = a y^(-e + i w),      rho(|U (*) Z|) = |Z|,      arg U (*) Z = arg Z        at y = x

U is e^(i omega(q)) with q = -i d/dy, a series that acts on a power term by term. Both equations hold at x, and the
first one beside it too, so that a, e and w are found; with an odd omega w is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numerics.judging.judge import Judge, Real

TERMS = 10
"""Of the series of U in d/dy: at a distance of 100 sites it has 20 digits then."""

BESIDE = 12
"""Digits to which the second distance is the first one."""


def leaking_power(judge: Judge, point: Mapping[str, Real]) -> tuple[Real, Real]:
    """(|Z|, d arg Z/dx) at x."""
    mp, x = judge.mp, judge.mp.mpf(point["x"])
    is_even = abs(judge.omega([mp.mpf(1) / 10]) - judge.omega([-mp.mpf(1) / 10])) < mp.mpf(10) ** -20
    downstream = 1 if is_even or judge.omega([mp.mpf(1) / 1000]) < 0 else -1
    series = mp.taylor(lambda q: mp.expj(judge.omega([downstream * q])), 0, TERMS)
    order, coefficient = _nonlinearity(judge)

    def apart(y: Real, size: Real, e: Real, w: Real) -> tuple[Real, Real]:
        """ln rho(|U (*) Z|)/|Z| and arg U (*) Z/Z at y."""
        power, factor, image = mp.mpc(-e, w), mp.mpc(1), mp.mpc(0)
        for n, term in enumerate(series):
            image += term * factor
            factor *= -1j * (power - n) / y
        modulus = mp.exp(size) * (y / x) ** -e
        return mp.log(judge.rho(modulus * abs(image)) / modulus), mp.arg(image)

    def equations(size: Real, e: Real, w: Real = 0) -> list[Real]:
        modulus, phase = apart(x, size, e, w)
        near = mp.mpf(10) ** -BESIDE
        beside, _ = apart(x * (1 + near), size, e, w)
        found = [modulus * x**2, (beside - modulus) / near * x**2]
        return [*found, phase * x**2] if is_even else found

    start: Sequence[Real] = _guess(judge, x, order, coefficient, is_even)
    size, _, *rest = mp.findroot(
        equations if is_even else lambda a, b: equations(a, b), start, tol=mp.mpf(10) ** -40
    )
    return mp.exp(size), (rest[0] if rest else mp.zero) / x


def _nonlinearity(judge: Judge) -> tuple[int, Real]:
    """p and c of rho = r - c r^(p+1), from two small radii."""
    mp = judge.mp
    small = mp.mpf(10) ** -(mp.dps // 12) * mp.mpf(judge.mechanism.scale)
    near, far = ((r - judge.rho(r)) / r for r in (small, 2 * small))
    order = int(mp.nint(mp.log(far / near) / mp.log(2)))
    return order, near / small**order


def _guess(judge: Judge, x: Real, order: int, coefficient: Real, is_even: bool) -> list[Real]:
    """Where Newton's method begins: a power that makes both sides alike in size."""
    mp, q = judge.mp, judge.mp.mpf(1) / 10**6
    if not is_even:
        return [mp.log(abs(judge.omega([q])) / (q * coefficient * order * x)) / order, mp.one / order]
    stiff, e = judge.omega([q]) / q**2, mp.mpf(2) / order
    w = -mp.sign(stiff) * mp.sqrt(e * (e + 1))
    return [mp.log(abs(stiff * w) * (2 * e + 1) / (coefficient * x**2)) / order, e, w]
