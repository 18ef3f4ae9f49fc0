"""The three arithmetics against each other, against sums written out here, and against closed forms."""

from __future__ import annotations

import threading
from itertools import product
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import scipy.fft
import sympy as sp

from analytics.balls.arithmetic import flint_precision
from analytics.errors import NearCriticalError, PrecisionError
from analytics.evaluation.arithmetic import mpmath_arithmetic
from analytics.evaluation.translation import function_of
from analytics.expressions.notation import r, wavenumbers
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import kernel
from numerics.engines.choice import create_engine
from numerics.engines.reference import discrete_fourier

SHAPES = [(16,), (15,), (7,), (6, 4), (5, 8)]
DIGITS = [15, 30, 100]
ENGINES = ["double", "reference", "integer", "ball"]


def sample(count: int, size: float = 1.0) -> list[complex]:
    generator = np.random.default_rng(count)
    return list(size * (generator.normal(size=count) + 1j * generator.normal(size=count)))


def distance(left: Any, right: Any, digits: int) -> Any:
    """Largest difference of two tuples of mpmath numbers, relative to the largest entry."""
    with mpmath.workdps(digits + 10):
        return max(abs(a - b) for a, b in zip(left, right)) / max(abs(b) for b in right)


def taps(name: str, dimension: int) -> list[tuple[tuple[int, ...], sp.Expr]]:
    entry = kernel(name, dimension=dimension)
    return [(offset, value.subs(dict(entry.constants))) for offset, value in entry.stencil]


def available(name: str, digits: int) -> bool:
    return name != "double" or digits == 15


def direct_convolution(stencil: Any, values: list[complex], shape: tuple[int, ...], digits: int) -> list[Any]:
    """exp_(*)(A) (*) Z by its power series, each convolution an O(N^2) double sum."""
    with mpmath.workdps(digits + 20):
        state = {site: mpmath.mpc(v) for site, v in zip(product(*map(range, shape)), values)}
        tap = {offset: mpmath.mpmathify(sp.N(value, digits + 20)) for offset, value in stencil}
        total, term = dict(state), dict(state)
        for order in range(1, 400):
            grown = dict.fromkeys(state, mpmath.mpc(0))
            for (site, value), (offset, a) in product(term.items(), tap.items()):
                reached = tuple((x + step) % n for x, step, n in zip(site, offset, shape))
                grown[reached] += a * value / order
            term = grown
            total = {site: total[site] + value for site, value in term.items()}
            if max(map(abs, term.values())) < mpmath.mpf(10) ** -(digits + 10):
                return list(total.values())
    raise AssertionError("the power series of a bounded stencil converges")


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ["laplacian", "advection"])
def test_convolution_is_the_power_series_written_out(name: str, shape: tuple[int, ...]) -> None:
    values = sample(int(np.prod(shape)))
    stencil = taps(name, len(shape))
    expected = direct_convolution(stencil, values, shape, 30)
    for engine_name, digits in (("double", 15), ("reference", 30), ("integer", 30), ("ball", 30)):
        engine = create_engine(engine_name, shape, digits)
        found = engine.values(engine.convolution(stencil)(engine.vector(values)))
        assert distance(found, expected, 30) < mpmath.mpf(10) ** (2 - digits)


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("name", list(PROFILES))
def test_engines_agree_on_the_activation_and_its_tangent(name: str, digits: int) -> None:
    entry = activation(name)
    shape, change = (12,), sample(12, 0.3)
    states = [[0, *sample(11, 1e-12)], [0, *sample(11, 2.0)], sample(12, 1e-3)]
    for state in states:
        images, tangents = [], []
        for engine_name in ENGINES:
            if available(engine_name, digits):
                engine = create_engine(engine_name, shape, digits)
                pointwise = engine.pointwise(entry.profile, entry.slope(r))
                w = engine.vector(state)
                images.append(engine.values(pointwise.value(w)))
                tangents.append(engine.values(pointwise.tangent(w)(engine.vector(change))))
        for found in (images, tangents):
            for other in found[:-1]:
                assert distance(other, found[-1], digits) < mpmath.mpf(10) ** (2 - digits)


def test_activation_is_what_its_definition_says() -> None:
    """phi(w) = rho(|w|) w/|w| at 40 digits, evaluated here with mpmath, and 0 at 0."""
    state = sample(7)
    context = mpmath.MPContext()
    context.dps = 60
    for name in PROFILES:
        entry = activation(name)
        rho = function_of([r], entry.profile, mpmath_arithmetic(context))
        expected = [context.mpc(0)]
        expected += [rho(abs(context.mpc(w))) * context.mpc(w) / abs(context.mpc(w)) for w in state]
        for engine_name in ("reference", "integer", "ball"):
            engine = create_engine(engine_name, (8,), 40)
            pointwise = engine.pointwise(entry.profile, entry.slope(r))
            found = engine.values(pointwise.value(engine.vector([0, *state])))
            assert found[0] == 0
            assert distance(found, expected, 40) < mpmath.mpf(10) ** -39


@pytest.mark.parametrize("engine_name", ["reference", "integer", "ball"])
def test_tangent_is_the_derivative(engine_name: str) -> None:
    """Central differences of step h miss by O(h^2), here 1e-36, at 100 digits; also at w = 0."""
    entry = activation("tanh")
    engine = create_engine(engine_name, (9,), 100)
    pointwise = engine.pointwise(entry.profile, entry.slope(r))
    w, v = engine.vector([0, *sample(8)]), engine.vector(sample(9, 0.5))
    h = engine.context.mpf(10) ** -18
    ahead, behind = (pointwise.value(engine.combine([1, sign * h], [w, v])) for sign in (1, -1))
    difference = engine.values(engine.combine([1 / (2 * h), -1 / (2 * h)], [ahead, behind]))
    assert distance(engine.values(pointwise.tangent(w)(v)), difference, 100) < mpmath.mpf(10) ** -35


@pytest.mark.parametrize("engine_name", ["reference", "integer", "ball"])
def test_profiles_that_cancel_keep_their_digits(engine_name: str) -> None:
    """2/(1 + e^(-2r)) - 1 = tanh r loses 30 digits at r = 1e-30 unless more are carried."""
    radius = sp.Rational(1, 10**30)
    found = []
    for profile in (2 / (1 + sp.exp(-2 * r)) - 1, sp.tanh(r)):
        engine = create_engine(engine_name, (1,), 40)
        pointwise = engine.pointwise(profile, sp.diff(profile, r))
        found.append(engine.values(pointwise.value(engine.vector([radius])))[0])
    with mpmath.workdps(60):
        assert abs(found[0] / found[1] - 1) < mpmath.mpf(10) ** -39


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_plane_waves_are_eigenvectors_of_the_same_eigenvalue(shape: tuple[int, ...]) -> None:
    stencil = taps("laplacian", len(shape))
    indices = [2, *[1] * (len(shape) - 1)]
    eigenvalues = []
    for engine_name in ENGINES:
        engine = create_engine(engine_name, shape, 15)
        wave = engine.plane_wave(indices)
        image = engine.convolution(stencil)(wave)
        eigenvalue = engine.inner(wave, image) / int(np.prod(shape))
        rest = engine.combine([1, -eigenvalue], [image, wave])
        assert abs(eigenvalue) == pytest.approx(1, abs=1e-13)
        assert max(abs(value) for value in engine.values(rest)) < 1e-13
        eigenvalues.append(complex(eigenvalue))
    omega = sum(2 * 0.3 * (1 - np.cos(2 * np.pi * m / n)) for m, n in zip(indices, shape))
    assert eigenvalues == pytest.approx([np.exp(1j * omega)] * len(ENGINES), abs=1e-13)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 12, 13, 30])
def test_own_fourier_transform_against_scipy(length: int) -> None:
    values = sample(length)
    circle = [complex(mpmath.expjpi(mpmath.mpf(-2 * j) / length)) for j in range(length)]
    assert discrete_fourier(values, circle) == pytest.approx(list(scipy.fft.fft(values)), abs=1e-12)


@pytest.mark.parametrize("engine_name", ["reference", "integer", "ball"])
def test_numbers_go_in_exactly_and_come_out_whole(engine_name: str) -> None:
    exact = [sp.Rational(1, 3), sp.pi / 8 + sp.I * sp.sqrt(2), sp.Integer(0), sp.Rational(1, 10**40)]
    engine = create_engine(engine_name, (4,), 60)
    found = engine.values(engine.vector(exact))
    assert all(isinstance(value, mpmath.mp.mpc) for value in found)
    with mpmath.workdps(80):
        for value, number in zip(found, exact):
            expected = mpmath.mpmathify(sp.N(number, 80))
            assert abs(value - expected) <= mpmath.mpf(10) ** -60 * abs(expected)
    again = engine.values(engine.vector(found))
    assert [value._mpc_ for value in again] == [value._mpc_ for value in found]


@pytest.mark.parametrize("digits", DIGITS)
def test_products_and_combinations_agree(digits: int) -> None:
    left, right = sample(10), sample(11)[:10]
    found = []
    for engine_name in ENGINES:
        if available(engine_name, digits):
            engine = create_engine(engine_name, (10,), digits)
            a, b = engine.vector(left), engine.vector(right)
            mixed = engine.combine([engine.number(sp.Rational(1, 3)), -1, 1], [a, b, a])
            found.append((*engine.values(mixed), mpmath.mp.make_mpc(engine.inner(a, b)._mpc_)))
    for other in found:
        assert distance(other, found[-1], digits) < mpmath.mpf(10) ** (1 - digits)


def test_no_precision_is_left_changed() -> None:
    before = (mpmath.mp.prec, flint.ctx.prec)
    for engine_name in ("reference", "integer", "ball"):
        engine = create_engine(engine_name, (4,), 200)
        pointwise = engine.pointwise(sp.tanh(r), 1 - sp.tanh(r) ** 2)
        convolve = engine.convolution(taps("laplacian", 1))
        engine.values(pointwise.tangent(engine.plane_wave([1]))(convolve(engine.vector([1, 2, 3, 4]))))
        assert (mpmath.mp.prec, flint.ctx.prec) == before
        with pytest.raises(NearCriticalError):
            engine.pointwise(sp.Function("unheard_of")(r), r)
        assert (mpmath.mp.prec, flint.ctx.prec) == before


def test_precision_survives_an_exception_inside() -> None:
    before = flint.ctx.prec
    with pytest.raises(ZeroDivisionError), flint_precision(500):
        flint.arb(flint.ctx.prec - 500) / (1 // 0)
    assert flint.ctx.prec == before


def test_threads_of_different_precision_do_not_disturb_each_other() -> None:
    """Four threads at 20 to 320 digits, switched often: each result equals the one found alone."""
    stencil, values = taps("laplacian", 1), sample(16)
    entry = activation("algebraic")

    def run(digits: int) -> Any:
        engine = create_engine("ball", (16,), digits)
        convolve, pointwise = engine.convolution(stencil), engine.pointwise(entry.profile, entry.slope(r))
        state = engine.vector(values)
        for _ in range(20):
            state = pointwise.value(convolve(state))
        return [value._mpc_ for value in engine.values(state)]

    precisions = (20, 40, 80, 320)
    alone = {digits: run(digits) for digits in precisions}
    together: dict[int, Any] = {}

    def work(digits: int) -> None:
        together[digits] = run(digits)

    threads = [threading.Thread(target=work, args=(digits,)) for digits in precisions]
    before = flint.ctx.prec
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone
    assert flint.ctx.prec == before


def test_engines_that_cannot_be_had() -> None:
    with pytest.raises(PrecisionError, match="at most 15 digits"):
        create_engine("double", (4,), 16)
    with pytest.raises(NearCriticalError, match="Did you mean ball"):
        create_engine("bal", (4,), 16)
    with pytest.raises(PrecisionError, match="a whole number from 1"):
        create_engine("ball", (4,), 0)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_multiplier_gives_a_plane_wave_its_eigenvalue(shape: tuple[int, ...]) -> None:
    """At k = 2 pi m / N: e^(i k.x) becomes s(k) e^(i k.x), for s of no symmetry."""
    wavevector = wavenumbers(len(shape))
    symbol = sp.exp(sp.I * sp.Add(*(sp.sin(k) / (2 + sp.cos(k)) / n for n, k in enumerate(wavevector, 1))))
    for name, digits in (("double", 15), ("reference", 40), ("integer", 40), ("ball", 40)):
        engine = create_engine(name, shape, digits)
        for indices in ([1, 2], [length // 2 for length in shape], [-1, 0]):
            wave = engine.plane_wave(indices[: len(shape)])
            angles = {k: 2 * sp.pi * m / n for k, m, n in zip(wavevector, indices, shape)}
            found = engine.values(engine.multiplier(wavevector, symbol)(wave))
            with mpmath.workdps(60):
                eigenvalue = mpmath.mpmathify(sp.N(symbol.subs(angles), 60))
                expected = [eigenvalue * value for value in engine.values(wave)]
            assert distance(found, expected, digits) < mpmath.mpf(10) ** (2 - digits)
