"""The engine of integers against flint and mpmath: networks, lattices and inputs that are drawn."""

from __future__ import annotations

import random
from math import prod
from typing import cast

import mpmath
import numpy as np
import pytest
import sympy as sp

from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from numerics.engines.choice import MANY_SITES, SOME_STEPS, create_engine, quickest
from numerics.engines.protocol import Vector
from numerics.fixed_point.convolution import Convolution
from numerics.fixed_point.digits import Fixed, leads_everywhere
from numerics.lattice.inputs import Background, Input, Oscillation, Samples
from numerics.lattice.map import Lattice
from numerics.lattice.simulation import simulate, simulate_each
from numerics.steady_states.steady_state import steady_state

SHAPES = {1: [(8,), (15,), (27,), (13,), (64,)], 2: [(6, 4), (5, 7), (8, 8), (3, 11)]}


def drawn_network(source: random.Random) -> Network:
    dimension = source.choice([1, 2])
    profile = activation(source.choice(["algebraic", source.choice(sorted(PROFILES))]))
    if source.random() < 0.4:
        return Network(profile, kernel(source.choice(["laplacian", "advection"]), dimension=dimension))
    stencil: dict[tuple[int, ...], sp.Expr] = {
        (0,) * dimension: sp.I * sp.Rational(source.randrange(-9, 9), 7)
    }
    for axis in range(dimension):
        step = tuple(int(a == axis) for a in range(dimension))
        value = sp.Rational(source.randrange(1, 9), 10) + sp.I * sp.Rational(source.randrange(-9, 9), 11)
        stencil |= {step: value, tuple(-s for s in step): -sp.conjugate(value)}
    return Network(profile, Kernel("drawn", tuple(sorted(stencil.items()))))


def drawn_input(source: random.Random, shape: tuple[int, ...]) -> Input:
    size = 10.0 ** source.choice([-12, -3, -1, 0, 1, 3])
    generator = np.random.default_rng(source.randrange(2**32))
    if (kind := source.randrange(4)) == 0:
        return Background(sp.Rational(source.randrange(1, 99), 100))
    if kind == 1:
        return Oscillation(
            sp.Rational(1, 7),
            (2 * sp.pi / shape[0],) + (sp.S.Zero,) * (len(shape) - 1),
            detuning=sp.Rational(1, 9),
        )
    times = (4,) if kind == 2 else ()
    return Samples(
        size * (generator.normal(size=(*times, *shape)) + 1j * generator.normal(size=(*times, *shape)))
    )


@pytest.mark.parametrize("seed", range(24))
def test_engines_agree_digit_for_digit(seed: int) -> None:
    """Four steps at 30, 100 or 1000 digits, against flint, and at 30 against mpmath too."""
    source = random.Random(seed)
    digits = (30, 100, 1000)[seed % 3]
    network = drawn_network(source)
    shape = source.choice(SHAPES[network.dimension])
    drive = drawn_input(source, shape)
    names = ["integer", "ball", *["reference"][: digits == 30]]
    states = [simulate(network, shape, drive, 4, digits=digits, engine=name).states for name in names]
    with mpmath.workdps(digits + 20):
        largest = abs(states[1]).max()
        assert largest > 0
        for other in (states[0], *states[2:]):
            assert abs(other - states[1]).max() < mpmath.mpf(10) ** -digits * largest


def bits(vector: Vector) -> tuple[int, tuple[int, ...], bytes]:
    """All that a vector is."""
    number = cast("Fixed", vector)
    return number.top, number.rows.shape, (number.rows + 0.0).tobytes()  # of -0.0 and 0.0 one


@pytest.mark.parametrize("seed", range(12))
def test_states_taken_together_are_each_alone_to_the_bit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks, lattices and inputs of all sizes that are drawn, four steps from rest: what many arrays hold at a time."""
    source = random.Random(100 + seed)
    digits, network = (30, 100, 1000)[seed % 3], drawn_network(source)
    shape = source.choice(SHAPES[network.dimension])
    monkeypatch.setattr("numerics.engines.integer.MOST_TOGETHER", source.choice([2000, 1 << 14, 1 << 20]))
    step = Lattice(network, shape).map("integer", digits)
    drives = [drawn_input(source, shape).drive(step) for _ in range(source.randrange(2, 9))]
    together = alone = [step.zero() for _ in drives]
    for n in range(4):
        inputs = [drive.at(n) for drive in drives]
        together = step.steps(together, inputs)
        alone = [step.step(state, each) for state, each in zip(alone, inputs)]
        assert [bits(state) for state in together] == [bits(state) for state in alone]


@pytest.mark.parametrize(("digits", "sites", "many"), [(30, 64, 9), (100, 15, 4), (1000, 8, 2)])
def test_states_of_one_size_are_taken_together(
    digits: int, sites: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inputs of one size are one convolution a step, and the activation of all sites at once."""
    step = Lattice(Network(activation("algebraic"), kernel("laplacian")), (sites,)).map("integer", digits)
    generator, seen = np.random.default_rng(digits), []
    drives = [
        step.engine.vector(generator.normal(size=sites) + 1j * generator.normal(size=sites))
        for _ in range(many)
    ]
    alone = [step.step(drive, drive) for drive in drives]
    plain = Convolution._multiply
    monkeypatch.setattr(
        Convolution, "_multiply", lambda *given: (seen.append(given[1].shape[-1]), plain(*given))
    )
    together = step.steps(drives, drives)
    assert seen == [sites * many]
    assert [bits(state) for state in together] == [bits(state) for state in alone]


def test_states_whose_digits_begin_elsewhere_are_told_apart() -> None:
    """From rest under inputs of 1 and of 1e-9 the next states have other exponents: one is not to count as the other."""
    rows = np.zeros((3, 2, 8))
    rows[-1, 0, :4], rows[-1, 1, 5] = 7.0, -2.0
    assert leads_everywhere(Fixed(rows, 0), 2)
    assert not leads_everywhere(Fixed(rows, 0), 4)
    shape, generator = (16,), np.random.default_rng(5)
    drives = [Samples(size * generator.normal(size=shape)) for size in (1, 1e-9, 1e-30)]
    network = Network(activation("algebraic"), kernel("laplacian"))
    runs = simulate_each(network, shape, drives, 3, digits=30, engine="integer")
    for drive, run in zip(drives, runs):
        assert (run.states == simulate(network, shape, drive, 3, digits=30, engine="integer").states).all()


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e-6, 1e6, 1e30, 1e300])
def test_very_small_and_very_large_inputs(size: float) -> None:
    network = Network(activation("algebraic"), kernel("laplacian"))
    generator = np.random.default_rng(1)
    drive = Samples(size * (generator.normal(size=16) + 1j * generator.normal(size=16)))
    found = [
        simulate(network, (16,), drive, 3, digits=40, engine=name).states[1:] for name in ("integer", "ball")
    ]
    with mpmath.workdps(60):
        for ours, other in zip(*found):
            assert abs(ours - other).max() < mpmath.mpf(10) ** -40 * abs(other).max()


def test_a_step_agrees_to_the_bits_that_are_carried() -> None:
    """One step, 30 and 100 digits, to 2 digits less than the working precision of both."""
    generator = np.random.default_rng(2)
    for digits in (30, 100):
        values, found = generator.normal(size=200) + 1j * generator.normal(size=200), []
        for name in ("integer", "ball"):
            step = Lattice(Network(activation("algebraic"), kernel("laplacian")), (200,)).map(name, digits)
            state, drive = step.engine.vector(values), step.engine.vector(values[::-1])
            found.append(step.engine.array(step.step(state, drive)))
        with mpmath.workdps(digits + 20):
            assert abs(found[0] - found[1]).max() < mpmath.mpf(10) ** (1 - digits) * abs(found[1]).max()


def test_a_band_is_a_kernel_too() -> None:
    k = sp.Symbol("k", real=True)
    band = Network(activation("algebraic"), Kernel.from_frequency("band", sp.sin(k) / (3 + sp.cos(k))))
    drive = Background(sp.Rational(1, 10))
    found = [simulate(band, (24,), drive, 3, digits=50, engine=name).states for name in ("integer", "ball")]
    with mpmath.workdps(70):
        assert abs(found[0] - found[1]).max() < mpmath.mpf(10) ** -50


def test_the_quickest_engine() -> None:
    algebraic, other = (activation(name).profile for name in ("algebraic", "tanh"))
    assert quickest((2**20,), 15, algebraic, 9) == "double"
    assert quickest((MANY_SITES,), 16, algebraic, 9) == quickest((16, 16), 100, algebraic, 9) == "integer"
    assert quickest((MANY_SITES - 1,), 16, algebraic, 9) == quickest((13 * 64,), 30, algebraic, 9) == "ball"
    assert (
        quickest((MANY_SITES // 4,), 30, algebraic, 9, 4)
        == quickest((2**10,), 30, algebraic, 1, 9)
        == "integer"
    )
    assert quickest((2**10,), 30, other, 9) == quickest((2**10,), 30, algebraic, SOME_STEPS - 1) == "ball"
    trajectory = simulate(
        Network(activation("algebraic"), kernel("laplacian")),
        (144,),
        Background("1/9"),
        SOME_STEPS,
        digits=30,
    )
    assert trajectory.engine == "integer"


def test_lengths_without_a_proof_go_by_flint() -> None:
    engine, other = (create_engine(name, (13,), 40) for name in ("integer", "ball"))
    taps = [((1,), sp.I / 3), ((-1,), sp.I / 3)]
    values = list(np.random.default_rng(3).normal(size=prod(engine.shape)))
    found = [e.array(e.convolution(taps)(e.vector(values))) for e in (engine, other)]
    with mpmath.workdps(60):
        assert abs(found[0] - found[1]).max() < mpmath.mpf(10) ** -39


@pytest.mark.parametrize("method", ["iterate", "newton"])
def test_steady_states_are_the_same(method: str) -> None:
    lattice = Lattice(Network(activation("algebraic"), kernel("laplacian")), (40,))
    generator = np.random.default_rng(4)
    drive = Samples(generator.normal(size=40) + 1j * generator.normal(size=40))
    ours, other = (
        steady_state(lattice, drive, digits=30, engine=name, method=method).state
        for name in ("integer", "ball")
    )
    with mpmath.workdps(50):
        largest = max(map(abs, other))
        assert max(abs(a - b) for a, b in zip(ours, other)) < mpmath.mpf(10) ** -30 * largest
