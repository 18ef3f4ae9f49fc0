"""Bounds that hold, measured with more digits; and a kernel that is not unitary, which gets no certificate."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from analytics.errors import KernelError, PrecisionError
from analytics.expressions.notation import wavenumbers
from analytics.network.kernel import Kernel, kernel
from numerics.certificates.convolutional_exponential import convolutional_exponential
from numerics.certificates.kernel_certificate import certify_kernel

Q = sp.Rational
WIDE = {(1,): Q(-1, 3), (-1,): Q(1, 3), (0,): sp.I * sp.sqrt(2), (3,): "I/20 + pi/40", (-3,): "I/20 - pi/40"}
PLANE = {(0, 0): "I/3", (1, 2): "1/5 + I/7", (-1, -2): "-1/5 + I/7"}


@pytest.fixture(autouse=True)
def ninety_digits() -> Any:
    with mpmath.workdps(90):
        yield


def cut_off(stencil: Any, sizes: tuple[int, ...], wide: tuple[int, ...]) -> Any:
    """The sum of |U(x)| over the sites that a lattice of `sizes` has no place for, seen on a `wide` one."""
    taps = convolutional_exponential(stencil, wide, digits=70).taps
    total = mpf(0)
    for index in np.ndindex(*wide):
        place = [x if 2 * x < n else x - n for x, n in zip(index, wide)]
        if any(2 * abs(x) >= n for x, n in zip(place, sizes)):
            total += abs(taps[index])
    return total


@pytest.mark.parametrize(
    ("stencil", "sizes", "wide"),
    [
        (kernel("laplacian"), (9,), (128,)),
        (kernel("laplacian"), (24,), (128,)),
        (kernel("advection"), (16,), (128,)),
        (WIDE, (20,), (256,)),
        (PLANE, (9, 11), (48, 96)),
    ],
    ids=["laplacian 9", "laplacian 24", "advection", "wide", "plane"],
)
def test_truncation_is_bounded_and_not_by_far(
    stencil: Any, sizes: tuple[int, ...], wide: tuple[int, ...]
) -> None:
    """What is cut off on a lattice so wide that nothing is left to cut, to 60 digits; the bound is less than 1000 times it."""
    assert certify_kernel(stencil, wide, 20).truncation < mpf(10) ** -30
    bound, true = certify_kernel(stencil, sizes, 50).truncation, cut_off(stencil, sizes, wide)
    assert 0 < true < bound < 1000 * true


def test_wrapping_around_is_bounded() -> None:
    short, long = (convolutional_exponential(WIDE, (n,), digits=60).taps for n in (20, 256))
    bound = certify_kernel(WIDE, 20, 50).truncation
    misses = [abs(short[x] - long[x]) for x in range(-9, 10)]
    assert 0 < max(misses) <= bound


@pytest.mark.parametrize("digits", [15, 50, 200])
def test_kernels_are_certified(digits: int) -> None:
    for stencil, sizes in (
        (kernel("laplacian"), 64),
        (kernel("advection", dimension=2), (8, 9)),
        (WIDE, 30),
        (PLANE, 12),
    ):
        found = certify_kernel(stencil, sizes, digits)
        assert found.unitary
        assert 0 <= found.deviation < mpf(10) ** -digits
    assert certify_kernel(kernel("laplacian"), 16, digits).contained is False
    assert certify_kernel(kernel("laplacian"), 512, digits).contained is True


def doctored(error: sp.Expr) -> dict[tuple[int, ...], sp.Expr]:
    """Not anti-Hermitian: Re a(k) = error cos k."""
    return {(1,): Q(-3, 20), (-1,): Q(3, 20) + error}


@pytest.mark.parametrize("exponent", [-1, -20, -45])
def test_a_doctored_kernel_is_not_certified(exponent: int) -> None:
    """The bound contains the true deviation max |1 - e^(error cos k)| = e^error - 1, and is no farther than 10^-50."""
    error = Q(10) ** exponent
    found = certify_kernel(doctored(error), 16, 50)
    true = mpmath.expm1(mpf(10) ** exponent)
    assert not found.unitary
    assert true <= found.deviation <= true + mpf(10) ** -50
    if exponent < -1:
        assert certify_kernel(doctored(error), 16, -exponent - 1).unitary


def test_a_kernel_doctored_after_its_own_examination_is_not_certified() -> None:
    entry = kernel("laplacian")
    object.__setattr__(entry, "stencil", (*entry.stencil[:-1], ((1,), -sp.I * Q(3, 10) + Q(1, 10**30))))
    assert not certify_kernel(entry, 16, 50).unitary
    assert certify_kernel(kernel("laplacian"), 16, 50).unitary


part = st.fractions(min_value=-1, max_value=1, max_denominator=30).map(
    lambda q: Q(q.numerator, q.denominator)
)


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(-3, 3)), st.tuples(part, part), min_size=1, max_size=4),
    st.integers(7, 12),
)
def test_bounds_hold_for_any_stencil(taps: dict[tuple[int, ...], Any], size: int) -> None:
    with mpmath.workdps(60):
        stencil = {offset: a + sp.I * b for offset, (a, b) in taps.items()}
        found = certify_kernel(stencil, size, 20)
        symbol = [
            mpmath.fsum(
                mpmath.mpc(mpf(a.p) / a.q, mpf(b.p) / b.q) * mpmath.expjpi(mpf(-2 * x * m) / size)
                for (x,), (a, b) in taps.items()
            )
            for m in range(size)
        ]
        assert max(abs(1 - mpmath.exp(value.real)) for value in symbol) <= found.deviation + mpf(10) ** -50
        assert cut_off(stencil, (size,), (120,)) <= found.truncation + mpf(10) ** -50


def test_refusals() -> None:
    band = Kernel.from_frequency("long", sp.sin(wavenumbers(1)[0]) / (2 + sp.cos(wavenumbers(1)[0])))
    with pytest.raises(KernelError, match="the stencil of kernel 'long': a finite one is needed"):
        certify_kernel(band, 64, 50)
    with pytest.raises(KernelError, match="at least 3 sites"):
        certify_kernel(kernel("laplacian"), 2, 50)
    with pytest.raises(KernelError, match="one component per axis"):
        certify_kernel(kernel("laplacian"), (8, 8), 50)
    with pytest.raises(PrecisionError, match="digits must be a whole number"):
        certify_kernel(kernel("laplacian"), 8, 0)
    taps = {(step,): sp.I * sp.zeta(3) for step in (1, -1)}
    with pytest.raises(PrecisionError, match=r"every function must exist in ball arithmetic, .* got zeta"):
        certify_kernel(taps, 8, 50)


@pytest.mark.parametrize("size", ["1e300", "exp(2000)"])
def test_a_large_stencil_is_proved_unitary_all_the_same(size: str) -> None:
    found = certify_kernel({(1,): size, (-1,): f"-({size})"}, 8, 20)
    assert found.unitary
    assert found.truncation > 1  # nothing is known of what lies outside
    assert not found.contained
