"""A rough inverse in doubles: the same solution in few steps, also next to the critical point."""

from __future__ import annotations

import random
from math import prod
from typing import Any

import numpy as np
import pytest

from nearcritical import network
from numerics.engines import rough_inverse as module
from numerics.engines.double import DoubleEngine
from numerics.engines.krylov import norm, solve
from numerics.engines.protocol import Vector
from numerics.engines.rough_inverse import rough_inverse
from numerics.lattice.inputs import Background
from numerics.lattice.map import Lattice
from numerics.steady_states.fixed_point import FixedPoint

SITES = 12
DIGITS = 60


def problem(engine: str, digits: int, shape: tuple[int, ...] = (SITES,)) -> FixedPoint:
    net = network("algebraic", "laplacian", dimension=len(shape), c="3/10")
    return FixedPoint(Lattice(net, shape), Background("1/10"), engine, digits)


def drawn(size: float, seed: int, sites: int = SITES) -> list[complex]:
    source = random.Random(seed)
    return [complex(source.gauss(0, size), source.gauss(0, size)) for _ in range(sites)]


@pytest.mark.parametrize(
    ("shape", "size", "dense", "band"),
    [
        ((SITES,), 1, SITES, 0),
        ((SITES,), 1e-3, SITES, 0),
        ((SITES,), 1e-9, SITES, 0),
        ((SITES,), 1, 0, 0),
        ((SITES,), 1e-3, 0, 0),
        ((150,), 1, 0, 150),
        ((150,), 1e-3, 0, 150),
        ((151,), 1, 0, 151),
        ((151,), 1e-3, 0, 0),
        ((11, 9), 1, 0, 99),  # no ring
    ],
)
def test_the_same_solution_in_few_steps(
    shape: tuple[int, ...], size: float, dense: int, band: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a matrix, a band matrix and a Krylov space. At |w| = 1e-9 the map loses 1e-18 of a perturbation, which doubles
    do not see at all: there a Krylov space in doubles does not help.
    """
    monkeypatch.setattr(module, "LARGEST_DENSE", dense)
    monkeypatch.setattr(module, "LARGEST_BAND", band)
    sites = prod(shape)
    exact, rough = problem("ball", DIGITS, shape), problem("double", 15, shape)
    w, right_side = exact.engine.vector(drawn(size, 1, sites)), exact.engine.vector(drawn(1, 2, sites))
    steps = 0

    def operator(vector: Vector) -> Vector:
        nonlocal steps
        steps += 1
        return exact.linearized(w)(vector)

    at = Vector(np.array(drawn(size, 1, sites)).reshape(shape))
    inverse = rough_inverse(exact.engine, rough.linearized(at), rough.even(at))
    found = solve(exact.engine, operator, right_side, relative_tolerance=1e-40, largest_dimension=2 * sites, rough_inverse=inverse)  # fmt: skip
    assert steps <= 10  # of 24 and more
    missed = exact.engine.combine([1, -1], [operator(found), right_side])
    assert norm(exact.engine, missed) < 1e-39 * norm(exact.engine, right_side)


def test_the_band_matrix_is_used_where_it_is_narrow() -> None:
    for shape, is_band in (((150,), True), ((151,), True), ((40,), False), ((12, 10), False)):
        rough = problem("double", 15, shape)
        at = Vector(np.array(drawn(1, 1, prod(shape))).reshape(shape))
        linear, even = rough.linearized(at), rough.even(at)

        def image(reals: Any, linear: Any = linear, shape: Any = shape) -> Any:
            half = len(reals) // 2
            found = linear(Vector((reals[:half] + 1j * reals[half:]).reshape(shape)))
            return np.concatenate((found.real.ravel(), found.imag.ravel()))

        inverse = module._of_band(image, even, shape)
        assert (inverse is not None) == is_band
        if inverse is not None:
            given = np.random.default_rng(1).normal(size=2 * prod(shape))
            assert np.abs(image(inverse(given)) - given).max() < 1e-10


def test_what_overflows_has_none() -> None:
    rough = problem("double", 15)
    w = rough.engine.vector([1e300] * SITES)
    assert rough_inverse(DoubleEngine((SITES,), 15), rough.linearized(w), rough.even(w)) is None


@pytest.mark.parametrize("sites", [300, 3150])
def test_a_band_is_as_wide_as_the_kernel_where_a_step_changes_little(sites: int) -> None:
    """T is some 1e-3 at its own site then: the rounding of a transform must not count as a part of U."""
    net = network("tanh", "advection", c="1/20")
    rough = FixedPoint(Lattice(net, (sites,)), Background("1/10"), "double", 15)
    at = Vector(np.array(drawn(1e-3, 3, sites)))
    linear, images = rough.linearized(at), 0

    def image(reals: Any) -> Any:
        nonlocal images
        images += 1
        found = linear(Vector(reals[:sites] + 1j * reals[sites:]))
        return np.concatenate((found.real, found.imag))

    assert module._of_band(image, rough.even(at), (sites,)) is not None
    assert images < 50
