"""A rough inverse in doubles: the same solution in few steps, also next to the critical point."""

from __future__ import annotations

import random

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
LATTICE = Lattice(network("algebraic", "laplacian", c="3/10"), (SITES,))
DIGITS = 60


def problem(engine: str, digits: int) -> FixedPoint:
    return FixedPoint(LATTICE, Background("1/10"), engine, digits)


def drawn(size: float, seed: int) -> list[complex]:
    source = random.Random(seed)
    return [complex(source.gauss(0, size), source.gauss(0, size)) for _ in range(SITES)]


@pytest.mark.parametrize(("size", "dense"), [(1, SITES), (1e-3, SITES), (1e-9, SITES), (1, 0), (1e-3, 0)])
def test_the_same_solution_in_few_steps(size: float, dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a matrix, and by a Krylov space. At |w| = 1e-9 the map loses 1e-18 of a perturbation, which doubles do not see at all: there a
    Krylov space in doubles does not help.
    """
    monkeypatch.setattr(module, "LARGEST_DENSE", dense)
    exact, rough = problem("ball", DIGITS), problem("double", 15)
    w, right_side = exact.engine.vector(drawn(size, 1)), exact.engine.vector(drawn(1, 2))
    steps = 0

    def operator(vector: Vector) -> Vector:
        nonlocal steps
        steps += 1
        return exact.linearized(w)(vector)

    inverse = rough_inverse(exact.engine, rough.linearized(rough.engine.vector(drawn(size, 1))))
    found = solve(exact.engine, operator, right_side, relative_tolerance=1e-40, largest_dimension=2 * SITES, rough_inverse=inverse)  # fmt: skip
    assert steps <= 10  # of 24
    missed = exact.engine.combine([1, -1], [operator(found), right_side])
    assert norm(exact.engine, missed) < 1e-39 * norm(exact.engine, right_side)


def test_what_overflows_has_none() -> None:
    rough = problem("double", 15)
    w = rough.engine.vector([1e300] * SITES)
    assert rough_inverse(DoubleEngine((SITES,), 15), rough.linearized(w)) is None
