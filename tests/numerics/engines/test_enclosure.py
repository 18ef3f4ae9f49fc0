"""Balls that contain what mpmath finds in more digits, and are no larger than a few roundings."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb
from mpmath import mpf

from analytics.balls.arithmetic import flint_precision
from analytics.expressions.notation import r, wavenumbers
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from numerics.engines.choice import create_engine
from numerics.engines.enclosure import EnclosureEngine, Gains
from numerics.lattice.map import Lattice, LatticeMap, stencil_taps

BITS = 200
SHAPES = [(16,), (7,), (6, 5)]


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    with flint_precision(BITS), mpmath.workdps(120):
        yield


def sample(count: int) -> list[complex]:
    generator = np.random.default_rng(count)
    return list(generator.normal(size=count) + 1j * generator.normal(size=count))


def assert_contained(balls: Any, exact: Any, widest: float = 1e-55) -> None:
    for ball, value in zip(balls, exact, strict=True):
        assert ball.contains(acb(value))
        assert mpmath.mp.make_mpf(ball.rad()._mpf_) < widest


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_step_and_its_tangent_contain_the_reference(shape: tuple[int, ...]) -> None:
    """The tangent at the pre-activation of a random state, on a random change; 100 digits against 60."""
    lattice = Lattice(Network(activation("erf"), kernel("laplacian", dimension=len(shape))), shape)
    values = sample(lattice.sites)
    found, exact = LatticeMap(lattice, EnclosureEngine(shape)), lattice.map("reference", 100)
    results = []
    for a_map in (found, exact):
        engine = a_map.engine
        wave = engine.plane_wave((3,) * len(shape))
        w = a_map.preactivation(engine.vector(values), wave)
        results.append((wave, w, a_map.activation.value(w), a_map.tangent(w)(engine.vector(values[::-1]))))
    for balls, numbers in zip(*results, strict=True):
        assert_contained(balls, numbers)
    assert found.engine.on((3,)).shape == (3,)
    assert_contained(
        [found.engine.inner(results[0][0], results[0][1])], [exact.engine.inner(*results[1][:2])]
    )
    midpoints = found.engine.array(results[0][1])
    assert midpoints.shape == shape
    assert max(abs(a - b) for a, b in zip(midpoints.ravel(), results[1][1], strict=True)) < mpf(10) ** -55


def test_a_band_contains_the_reference() -> None:
    k = wavenumbers(1)
    symbol = sp.exp(sp.I * sp.sqrt(3) * sp.sin(k[0]) / (2 + sp.cos(k[0])))
    engines = (EnclosureEngine((9,)), create_engine("reference", (9,), 100))
    balls, numbers = (engine.multiplier(k, symbol)(engine.vector(sample(9))) for engine in engines)
    assert_contained(balls, numbers)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_gains_over_an_interval_contain_those_in_it(name: str) -> None:
    """From 0 on, across a small interval and a wide one: at random radii in them."""
    entry = activation(name)
    gains = Gains(entry.profile, entry.slope(r))
    profile, slope = (sp.lambdify(r, part, "mpmath") for part in (entry.profile, entry.slope(r)))
    for middle, reach in (
        ("0.01", "0.01"),
        ("0.005", "0.01"),
        ("0.3", "1e-20"),
        ("0.3", "0.03"),
        ("2", "0.1"),
    ):
        centre, half = arb(sp.Rational(middle).p) / sp.Rational(middle).q, mpf(reach)
        over = centre + arb(0, arb(half))
        across, along = gains.tangential_about(centre, arb(half)), gains.radial(over)
        for part in np.random.default_rng(1).uniform(-1, 1, size=20):
            modulus = abs(mpf(middle) + mpf(part) * half)
            assert across.contains(arb(profile(modulus) / modulus))
            assert along.contains(arb(slope(modulus)))
        assert across.rad() < 2 * half
        assert across.is_finite()
        assert along.is_finite()


def test_the_derivative_where_a_ball_reaches_zero() -> None:
    """dphi(w)[v] for w in |w| < 0.03, all directions: contains the value at random points in it."""
    lattice = Lattice(Network(activation("tanh"), kernel("advection")), (3,))
    found = LatticeMap(lattice, EnclosureEngine((3,))).activation
    exact = lattice.map("reference", 60).activation
    around = acb(arb(0, 0.02), arb(0, 0.02))
    for a, b in np.random.default_rng(2).uniform(-0.02, 0.02, size=(20, 2)):
        at = mpmath.mpc(a, b)
        change = [mpmath.mpc(1, 2), mpmath.mpc(0, 1), mpmath.mpc(1)]
        image = found.tangent([around] * 3)([acb(v) for v in change])
        assert_contained(image, exact.tangent([at] * 3)(change), 0.01)
        assert_contained(found.value([around] * 3), exact.value([at] * 3), 0.04)


def test_numbers_are_enclosed_or_exact() -> None:
    engine = EnclosureEngine((4,))
    third = engine.number(Fraction(1, 3))
    assert third.overlaps(engine.number(sp.Rational(1, 3)))
    assert third.rad() > 0
    for value in (1, 0.1, sp.Float("0.1", 50), mpmath.mpf("0.1"), 0.1 + 0.2j, np.complex128(0.1)):
        assert engine.number(value).is_exact()
    assert engine.number(0.1) == arb(0.1)
    assert (engine.number(sp.sqrt(2)) ** 2).contains(2)
    assert engine.number(sp.I * sp.sqrt(2)).real == 0


@pytest.mark.parametrize("frequency", [sp.pi, sp.pi - sp.Rational(1, 10**70), sp.Rational(1, 3), -2])
def test_a_phase_is_as_sharp_near_the_negative_axis(frequency: Any) -> None:
    """The band's own frequency, modulo 2 pi, which at pi lies on the branch cut of arg."""
    lattice = Lattice(Network(activation("tanh"), stencil_of(frequency)), (4,))
    found = LatticeMap(lattice, EnclosureEngine((4,))).frequency((1,))
    exact = mpmath.mpmathify(sp.N(frequency, 100))
    turns = (mpmath.mp.make_mpf(found.mid()._mpf_) - exact) / (2 * mpmath.pi)
    assert found.rad() < arb(10) ** -55
    assert (found - 2 * arb.pi() * round(float(turns))).contains(arb(exact))
    assert flint.ctx.prec == BITS


def stencil_of(frequency: Any) -> Any:
    """omega(k) = frequency sin k: `frequency` at k = pi/2."""
    return kernel("advection", constants={"c": sp.sympify(frequency)})


def test_taps_of_a_stencil_are_enclosed() -> None:
    taps = dict(stencil_taps(kernel("laplacian", constants={"c": sp.sqrt(2) / 7})))
    assert EnclosureEngine((5,)).number(taps[(1,)]).imag.contains(-arb(2).sqrt() / 7)
