"""A step in pieces against the same written in one line of NumPy."""

from __future__ import annotations

import cmath
import os
import random
from typing import Any

import numpy as np
import pytest
import sympy as sp

from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from numerics.doubles.convolution import Blocks, Whole, half_width, kernel_on_ring, kernel_on_torus, wrapped
from numerics.doubles.pieces import PARALLEL_SITES, PIECE, in_pieces, threads_for
from numerics.doubles.transforms import quickest_transforms, transforms_of_ducc, transforms_of_scipy
from numerics.engines.double import doubles
from numerics.engines.protocol import Vector
from numerics.lattice.map import Lattice


@pytest.fixture(params=[transforms_of_scipy, transforms_of_ducc], ids=["scipy", "ducc0"], autouse=True)
def transforms(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test here is made with either library's transforms."""
    found = request.param()
    monkeypatch.setattr("numerics.doubles.convolution.quickest_transforms", lambda: found)


SHAPES = [(5,), (3 * PIECE + 7,), (6, 4), (300, 257), (29, 31, 101)]


def complex_normal(shape: tuple[int, ...], seed: int = 1) -> Any:
    generator = np.random.default_rng(seed)
    return generator.normal(size=shape) + 1j * generator.normal(size=shape)


def drawn_taps(source: random.Random, reach: int) -> list[tuple[int, complex]]:
    taps = [(0, 1j * source.uniform(-3, 3))]
    for offset in range(1, reach + 1):
        value = complex(source.uniform(-1, 1), source.uniform(-1, 1)) / reach
        taps += [(offset, value), (-offset, -value.conjugate())]
    return taps


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_any_symbol_is_applied_to_any_lattice(shape: tuple[int, ...]) -> None:
    symbol, state = complex_normal(shape, 1), complex_normal(shape, 2)
    expected = np.fft.ifftn(symbol * np.fft.fftn(state))
    before = state.copy()
    found = Whole(symbol)(state)
    # a transform errs by some units of the last place relative to the norm, and there are two
    assert np.abs(found - expected).max() < 1e-13 * np.abs(expected).max()
    assert (state == before).all()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_each_piece_is_finished_once_in_its_place(shape: tuple[int, ...]) -> None:
    state, offsets = complex_normal(shape), 100 * np.arange(np.prod(shape)).reshape(shape)

    def finish(piece: Any, at: slice) -> None:
        piece += offsets[at]

    found = Whole(np.ones(shape, dtype=complex))(state, finish)
    assert np.abs(found - state - offsets).max() < 1e-7
    sites = 2 * PIECE + 11
    blocks = Blocks(drawn_taps(random.Random(1), 1), 64, 1024)
    ring, numbers = complex_normal((sites,)), 100.0 * np.arange(sites)

    def number(piece: Any, at: slice) -> None:
        piece += numbers[at]

    assert (blocks(ring, number) == blocks(ring) + numbers).all()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("sites", [1 << 13, (1 << 13) + 1, 12345, 3 * (1 << 14) - 1])
def test_blocks_are_the_whole(sites: int, seed: int) -> None:
    source = random.Random(seed)
    taps = drawn_taps(source, source.choice([1, 1, 2, 5, 20]))
    convolution, state = kernel_on_ring(taps, sites), complex_normal((sites,), seed)
    assert isinstance(convolution, Blocks)
    expected = Whole(np.exp(np.fft.fft(wrapped(taps, sites))))(state)
    assert np.abs(convolution(state) - expected).max() < 2e-14 * np.abs(expected).max()


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_seen_of_a_kernel_beyond_its_width(seed: int) -> None:
    """The sum of |U| beyond h, by the power series in exact order, is below 2^-60."""
    source = random.Random(seed)
    taps = drawn_taps(source, source.choice([1, 2, 3]))
    width = half_width(taps)
    middle = 3 * width
    term = np.zeros(2 * middle + 1)
    term[middle] = 1.0
    total = term.copy()
    moduli = np.zeros(2 * middle + 1)
    for offset, value in taps:
        moduli[middle + offset] += abs(value) if offset else 0.0
    for order in range(1, 60):
        term = np.convolve(term, moduli, mode="same") / order
        total += term
    beyond = total[: middle - width].sum() + total[middle + width + 1 :].sum()
    assert beyond < 2.0**-60


def test_the_nearest_neighbours_make_a_narrow_kernel() -> None:
    """a = 6/10: a^16/16! e^a = 2.5e-17 and a^17/17! e^a = 8.671e-19, the first below 2^-60 = 8.674e-19."""
    assert half_width([(0, -0.6j), (1, 0.3j), (-1, 0.3j)]) == 16


def test_wide_kernels_and_small_rings_are_transformed_as_a_whole() -> None:
    narrow = drawn_taps(random.Random(1), 1)
    assert isinstance(kernel_on_ring(narrow, (1 << 13) - 1), Whole)
    assert isinstance(kernel_on_ring(drawn_taps(random.Random(1), 300), 1 << 14), Whole)
    assert isinstance(kernel_on_ring([(0, 1j), (1, 500.0), (-1, -500.0)], 1 << 14), Whole)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shape", [(16, 9), (1, 7), (5, 3, 4), (2, 3, 2, 5)], ids=str)
def test_the_symbol_on_a_torus_is_that_of_the_definition(shape: tuple[int, ...], seed: int) -> None:
    """exp of sum_x A(x) e^(-i k.x), for taps along the axes and in other directions, some longer than the lattice."""
    source = random.Random(seed)
    lone = [
        (0,) * axis + (source.randint(-9, 9),) + (0,) * (len(shape) - 1 - axis) for axis in range(len(shape))
    ]
    skew = [tuple(source.randint(-9, 9) for _ in shape) for _ in range(seed % 3)]
    taps = [(x, complex(source.gauss(0, 0.3), source.gauss(0, 0.3))) for x in lone + skew]
    found = kernel_on_torus(taps, shape, 1).symbol
    assert found.shape == shape
    for site in np.ndindex(shape):
        turns = [sum(k * x / n for k, x, n in zip(site, offset, shape, strict=True)) for offset, _ in taps]
        total = sum(
            value * cmath.exp(-2j * cmath.pi * turn) for turn, (_, value) in zip(turns, taps, strict=True)
        )
        assert abs(found[site] / cmath.exp(total) - 1) < 1e-13


@pytest.mark.parametrize("shape", [(4 * PIECE + 3,), (271, 260)], ids=str)
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_step_is_convolution_sum_and_activation(name: str, shape: tuple[int, ...]) -> None:
    network = Network(activation(name), kernel("laplacian", dimension=len(shape)))
    step = Lattice(network, shape).map("double", 15)
    state, drive = complex_normal(shape, 3), complex_normal(shape, 4)
    found = doubles(step.step(Vector(state), Vector(drive)))
    w = doubles(step.convolve(Vector(state))) + drive
    profile = sp.lambdify(sp.Symbol("r", positive=True), network.activation.profile, ["scipy", "numpy"])
    expected = w * profile(np.abs(w)) / np.abs(w)
    assert np.abs(found - expected).max() < 1e-15


def test_numbers_from_the_smallest_to_the_largest() -> None:
    step = Lattice(Network(activation("algebraic"), kernel("laplacian")), (8,)).map("double", 15)
    w = np.array([0, 5e-324, 1e-200j, 1e-160 - 1e-160j, 3 + 4j, 1e17, 1e20, 1e200j])
    found = doubles(step.activation.value(Vector(w)))
    assert found[:4].tolist() == w[:4].tolist()
    assert found[4] == pytest.approx((3 + 4j) / 26**0.5, rel=4e-16)
    assert found[5] == pytest.approx(1, rel=1e-15)
    assert np.isnan(found[6:]).all()


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 2), (0, 1, 2)])
def test_transforms_are_those_of_the_definition(axes: tuple[int, ...]) -> None:
    values = complex_normal((6, 5, 9))
    expected = values
    for axis in axes:
        sites = np.arange(values.shape[axis])
        waves = np.exp(-2j * np.pi * np.outer(sites, sites) / len(sites))
        expected = np.moveaxis(np.tensordot(waves, expected, (1, axis)), 0, axis)
    for found in (transforms_of_scipy(), transforms_of_ducc()):
        spectrum = found.forth(values, axes, 1)
        assert np.abs(spectrum - expected).max() < 1e-13 * np.abs(expected).max()
        assert np.abs(found.back(spectrum, axes, 1) - values).max() < 1e-14


def test_ducc0_is_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert quickest_transforms().name == "ducc0"
    monkeypatch.setattr("numerics.doubles.transforms.find_spec", lambda name: None)
    assert quickest_transforms.__wrapped__().name == "scipy"


def test_one_thread_and_several_give_the_same_bits() -> None:
    for shape in ((1 << 17,), (400, 400)):
        network = Network(activation("algebraic"), kernel("laplacian", dimension=len(shape)))
        state, drive, found = complex_normal(shape, 5), complex_normal(shape, 6), []
        for threads in (1, 3):
            step = Lattice(network, shape).map("double", 15, threads)
            found.append(doubles(step.step(Vector(state), Vector(drive))))
        assert (found[0] == found[1]).all()


def test_small_lattices_take_one_thread() -> None:
    assert [threads_for(sites, 3) for sites in (1, PARALLEL_SITES - 1, PARALLEL_SITES)] == [1, 1, 3]
    assert threads_for(PARALLEL_SITES) == os.cpu_count()


def test_an_error_in_a_piece_is_raised() -> None:
    def work(at: slice) -> None:
        if at.start == 6:
            raise ZeroDivisionError

    for workers in (1, 2):
        with pytest.raises(ZeroDivisionError):
            in_pieces(work, 10, 3, workers)
