"""Stencil of exp_(*)(A): against the power series written out, Bessel functions, and finite differences."""

from __future__ import annotations

from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import GrammarError, KernelError, ParameterError, PrecisionError
from analytics.expressions.notation import wavenumbers
from analytics.network.kernel import Kernel, Offset, c, kernel
from numerics.certificates.convolutional_exponential import convolutional_exponential

Q = sp.Rational
v = sp.Symbol("v", real=True)
(K1,) = wavenumbers(1)

MIXED = Kernel(
    "mixed",
    (
        ((0,), 2 * sp.I * c),
        ((1,), -sp.I * c - v / 2),
        ((-1,), -sp.I * c + v / 2),
        ((2,), -c * v),
        ((-2,), c * v),
    ),
    ((c, Q(3, 10)), (v, sp.sqrt(2) / 7)),
)
ODD = Kernel("odd", (((1,), -c / 2), ((-1,), c / 2), ((3,), c**2), ((-3,), -(c**2))), ((c, Q(1, 5)),))
PLANE = Kernel(
    "plane",
    (((0, 0), sp.I * v), ((1, 2), c + sp.I * v), ((-1, -2), -c + sp.I * v), ((0, 1), -sp.I * c), ((0, -1), -sp.I * c)),
    ((c, Q(1, 5)), (v, Q(1, 3))),
)  # fmt: skip
CASES = {
    "mixed": (MIXED, (7,)),
    "odd": (ODD, (12,)),
    "plane": (PLANE, (4, 5)),
    "laplacian 3d": (kernel("laplacian", dimension=3, constants={"c": Q(1, 9)}), (3, 4, 3)),
}
every = pytest.mark.parametrize(("entry", "sizes"), CASES.values(), ids=CASES.keys())


@pytest.fixture(autouse=True)
def eighty_digits() -> Any:
    with mpmath.workdps(80):
        yield


def numbers(entry: Kernel) -> dict[Offset, Any]:
    values = dict(entry.constants)
    return {offset: mpmath.mpmathify(sp.N(a.subs(values), 90)) for offset, a in entry.stencil}


def written_out(taps: dict[Offset, Any], sizes: tuple[int, ...]) -> Any:
    """sum_n A^(*n) / n! with every convolution a double sum, to 70 digits."""
    term = {(0,) * len(sizes): mpmath.mpc(1)}
    total = np.full(sizes, mpmath.mpc(0), dtype=object)
    order = 0
    while max(map(abs, term.values())) > mpf(10) ** -70:
        for site, value in term.items():
            total[site] += value
        order += 1
        grown: dict[Offset, Any] = {}
        for (site, value), (offset, a) in product(term.items(), taps.items()):
            reached = tuple((x + step) % n for x, step, n in zip(site, offset, sizes))
            grown[reached] = grown.get(reached, mpmath.mpc(0)) + a * value / order
        term = grown
    return total


def distance(left: Any, right: Any) -> Any:
    assert left.shape == right.shape
    return max(abs(mpmath.mpmathify(a) - mpmath.mpmathify(b)) for a, b in zip(left.flat, right.flat))


@every
def test_taps_are_the_power_series_written_out(entry: Kernel, sizes: tuple[int, ...]) -> None:
    expected = written_out(numbers(entry), sizes)
    for engine, digits in (("double", 15), ("reference", 30), ("ball", 30), ("ball", 60)):
        found = convolutional_exponential(entry, sizes, digits=digits, engine=engine)
        assert (found.engine, found.digits) == (engine, digits)
        assert distance(found.taps, expected) < mpf(10) ** -digits
    assert convolutional_exponential(entry, sizes).engine == "double"
    assert convolutional_exponential(entry, sizes, digits=16).engine == "ball"


@every
def test_derivatives_are_differences(entry: Kernel, sizes: tuple[int, ...]) -> None:
    """Central differences over h = 10^-20 of power series with 70 digits: they miss by O(h^2), below 10^-38."""
    found = convolutional_exponential(entry, sizes, digits=45)
    h = Q(1, 10**20)
    assert set(found.derivatives) == {str(symbol) for symbol, _ in entry.constants}
    for symbol, value in entry.constants:
        sides = []
        for shifted in (value + h, value - h):
            constants = dict(entry.constants) | {symbol: shifted}
            sides.append(
                written_out(numbers(Kernel(entry.name, entry.stencil, tuple(constants.items()))), sizes)
            )
        slope = (sides[0] - sides[1]) * (mpf(10) ** 20 / 2)
        assert distance(found.derivatives[str(symbol)], slope) < mpf(10) ** -38
        assert max(abs(value) for value in slope.flat) > mpf("0.01")
        double = convolutional_exponential(entry, sizes).derivatives[str(symbol)]
        assert distance(double, slope) < mpf(10) ** -14


def test_the_derivative_by_a_coefficient_is_the_kernel_moved_there() -> None:
    stencil = {(0, 0): "I/5", (1, 0): "1/7 + sqrt(2)*I/9", (0, -1): "-1/4"}
    found = convolutional_exponential(stencil, (4, 5), digits=30)
    assert set(found.derivatives) == set(stencil)
    for offset, slope in found.derivatives.items():
        assert isinstance(offset, tuple)
        assert distance(slope, np.roll(found.taps, offset, axis=(0, 1))) < mpf(10) ** -30


def test_a_real_stencil_has_real_taps_that_are_orthogonal() -> None:
    fine, coarse = (convolutional_exponential(ODD, (12,), digits=digits) for digits in (40, 15))
    assert coarse.taps.dtype == coarse.derivatives["c"].dtype == np.float64
    assert all(isinstance(tap, mpmath.mp.mpf) for tap in (*fine.taps, *fine.derivatives["c"]))
    for shift in range(12):
        overlap = mpmath.fdot(fine.taps, np.roll(fine.taps, shift))
        assert abs(overlap - (shift == 0)) < mpf(10) ** -39
    assert convolutional_exponential(MIXED, (7,)).taps.dtype == np.complex128


@every
def test_kernels_are_unitary(entry: Kernel, sizes: tuple[int, ...]) -> None:
    taps = convolutional_exponential(entry, sizes, digits=40).taps
    for offset in entry.stencil[0][0], entry.stencil[-1][0]:
        moved = np.roll(taps, offset, axis=tuple(range(len(sizes))))
        overlap = mpmath.fdot(taps.flat, moved.flat, conjugate=True)
        assert abs(overlap - (not any(offset))) < mpf(10) ** -38


def test_bessel_functions() -> None:
    """laplacian: U(x) = e^(2ic) (-i)^x J_x(2c), advection: U(x) = J_x(-c), on a ring without images."""
    x, c_ = mpf(6) / 10, mpf(3) / 10
    even = convolutional_exponential(kernel("laplacian"), (64,), digits=40).taps
    odd = convolutional_exponential(kernel("advection"), (64,), digits=40).taps
    for site in range(-3, 4):
        spread = mpmath.expj(x) * (-1j) ** abs(site) * mpmath.besselj(abs(site), x)
        assert abs(even[site] - spread) < mpf(10) ** -40
        assert abs(odd[site] - mpmath.besselj(-site, c_)) < mpf(10) ** -40


def test_growth_of_a_stencil_that_is_not_unitary() -> None:
    """A(0) = 50: e^50 at the origin, its error below 10^-20 e^50; and a large phase costs no digits."""
    grown = convolutional_exponential({(0,): 50}, (4,), digits=20).taps
    assert abs(grown[0] / mpmath.exp(50) - 1) < mpf(10) ** -20
    turned = convolutional_exponential({(0,): 10**30 * sp.I}, (4,), digits=20).taps
    assert abs(turned[0] - mpmath.expj(mpf(10) ** 30)) < mpf(10) ** -20


@pytest.mark.parametrize("value", ["-1/5", Q(-1, 5), mpmath.mpc(-0.2), mpmath.mpf(-0.2)])
def test_coefficients_are_any_exact_numbers(value: object) -> None:
    found = convolutional_exponential({(0,): value}, (3,), digits=15).taps
    assert found.dtype == np.float64
    assert abs(found[0] - mpmath.exp(mpf(-1) / 5)) < 1e-15


@pytest.mark.parametrize(
    ("stencil", "sizes", "error", "message"),
    [
        (kernel("laplacian"), (2,), KernelError, r"where the stencil reaches 1, axis 1 needs a whole number of at least 3 sites; got 2"),
        (PLANE, (3, 4), KernelError, r"where the stencil reaches 2, axis 2 needs a whole number of at least 5 sites; got 4"),
        (kernel("laplacian"), (8, 8), KernelError, "one component per axis"),
        (kernel("laplacian"), (8.0,), KernelError, "a whole number of at least 3 sites.* got 8.0"),
        (kernel("laplacian"), 64, KernelError, r"one whole number per axis; got 64\. Write \(64,\)"),
        (kernel("laplacian"), None, KernelError, "one whole number per axis; got None"),
        (kernel("laplacian"), (10**5, 10**5), KernelError, "at most 10000000 sites are held; got 10000000000"),
        (None, (8,), KernelError, "a kernel, or a mapping of offsets to numbers, is needed; got None"),
        ({}, (8,), KernelError, "one component per axis"),
        ({(1,): 1, (1, 0): 1}, (8,), KernelError, "one component per axis"),
        ({1: 1}, (8,), KernelError, "an offset is a tuple of whole numbers, one per axis; got 1"),
        ({(0,): float("nan")}, (8,), ParameterError, "a finite exact number is needed"),
        ({(0,): c}, (8,), ParameterError, "a finite exact number is needed"),
        ({(0,): "__import__"}, (8,), GrammarError, "unknown name"),
    ],
)  # fmt: skip
def test_refusals(stencil: Any, sizes: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        convolutional_exponential(stencil, sizes)


def test_digits_that_cannot_be_carried() -> None:
    with pytest.raises(PrecisionError):
        convolutional_exponential(kernel("laplacian"), (8,), digits=40, engine="double")
    with pytest.raises(PrecisionError):
        convolutional_exponential(kernel("laplacian"), (8,), digits=0)


# -- an infinite stencil --


BAND = Kernel.from_frequency(
    "long-range", c * sp.sin(K1) / (2 + sp.cos(K1)) + v * sp.sin(K1), constants=((c, Q(3, 10)), (v, Q(1, 7)))
)


def integrated(entry: Kernel, site: int, values: dict[sp.Symbol, sp.Expr]) -> Any:
    """(1/2 pi) int e^(i omega(k) + i k x) dk, by Gauss-Legendre quadrature."""
    omega = sp.lambdify(entry.wavenumbers, entry.frequency(entry.wavenumbers).subs(values), "mpmath")
    pieces = [mpmath.pi * part / 8 for part in range(-8, 9)]
    return mpmath.quad(lambda k: mpmath.expj(omega(k) + k * site), pieces) / (2 * mpmath.pi)


def test_taps_of_an_infinite_stencil_are_integrals() -> None:
    """On a ring of 96 sites the images are below (2 + sqrt 3)^-90; the frequency is odd, so U is real."""
    found = convolutional_exponential(BAND, (96,), digits=30)
    reference = convolutional_exponential(BAND, (96,), digits=30, engine="reference")
    double = convolutional_exponential(BAND, (96,))
    with mpmath.workdps(35):
        for site in (0, 1, -3, 7):
            expected = integrated(BAND, site, dict(BAND.constants))
            assert abs(found.taps[site] - expected) < mpf(10) ** -30
            assert abs(reference.taps[site] - expected) < mpf(10) ** -30
            assert abs(double.taps[site] - expected) < 1e-15
            h = mpf(10) ** -12
            for symbol, value in BAND.constants:
                sides = [
                    integrated(BAND, site, {**dict(BAND.constants), symbol: value + sign * Q(1, 10**12)})
                    for sign in (1, -1)
                ]
                slope = (sides[0] - sides[1]) / (2 * h)
                assert abs(found.derivatives[str(symbol)][site] - slope) < mpf(10) ** -20
                assert abs(double.derivatives[str(symbol)][site] - slope) < 1e-14
    assert double.taps.dtype == np.float64
    assert all(isinstance(tap, mpmath.mp.mpf) for tap in found.taps)


def test_an_infinite_stencil_of_two_dimensions_is_unitary() -> None:
    k1, k2 = wavenumbers(2)
    entry = Kernel.from_frequency("own", sp.sqrt(2 + sp.cos(k1) + sp.sin(k2) / 2), dimension=2)
    for engine, digits in (("double", 14), ("ball", 40), ("reference", 40)):
        taps = convolutional_exponential(entry, (6, 5), digits=digits, engine=engine).taps
        assert abs(mpmath.fsum(abs(tap) ** 2 for tap in taps.flat) - 1) < mpf(10) ** -digits
        assert abs(taps.sum() - mpmath.expj(mpmath.sqrt(3))) < mpf(10) ** -digits
    with pytest.raises(KernelError, match="needs 2 axes; got 1"):
        convolutional_exponential(entry, (6,))
    with pytest.raises(KernelError, match="an axis needs a whole number of at least 1 sites; got 0"):
        convolutional_exponential(entry, (6, 0))


def test_coefficients_beyond_a_double() -> None:
    """e^(A) of one site's A = i e^1000, an angle of 435 digits, against mpmath."""
    found = convolutional_exponential({(0,): "I*exp(1000)"}, (1,), digits=30).taps[0]
    with mpmath.workdps(500):
        assert abs(found - mpmath.expj(mpmath.exp(1000))) < mpf(10) ** -30
