"""A rough inverse of a map that is linear over the reals, in doubles: it corrects, and full precision judges.

It is the preconditioner of a linear equation of many digits: in most directions an iteration gains the digits of a
double. Near the critical point the condition number eats them in the few directions that the map nearly annihilates,
and the Krylov space of many digits finds these.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, gmres

from numerics.engines.double import doubles
from numerics.engines.protocol import Engine, Linear, Vector

Reals = NDArray[np.float64]
"""The real parts of all sites, then the imaginary ones."""

LARGEST_DENSE = 600
"""Sites up to which the inverse is that of the matrix; beyond it is a Krylov space's, which takes less memory, and
finds no direction in which the map loses less than a double sees."""

SMALLEST = 1e-6
"""A singular value of the matrix below this counts as this, the largest being about 1. Fewest iterations were met
from 1e-4 to 1e-8, at |w| from 1 to 1e-12."""

ACCURATE, DIRECTIONS, ROUNDS = 1e-10, 100, 3
"""The residual at which a Krylov space is large enough, its dimensions, and how often it begins anew."""


def rough_inverse(engine: Engine, operator: Linear) -> Linear | None:
    """v -> about J^(-1) v for vectors of `engine`; None where doubles overflow.

    operator: J on vectors of the engine of doubles, on a lattice of the same shape.
    """
    sites = prod(engine.shape)

    def image(reals: Reals) -> Reals:
        change = (reals[:sites] + 1j * reals[sites:]).reshape(engine.shape)
        return _reals(doubles(operator(Vector(change))))

    inverse = _of_matrix(image, sites) if sites <= LARGEST_DENSE else _of_krylov_space(image, sites)
    if inverse is None:
        return None

    def apply(vector: Vector) -> Vector:
        found = inverse(_reals(np.array([complex(value) for value in engine.values(vector)])))
        return engine.vector(found[:sites] + 1j * found[sites:])

    return apply


def _reals(values: NDArray[np.complex128]) -> Reals:
    return np.concatenate((values.real.ravel(), values.imag.ravel()))


def _of_matrix(image: Callable[[Reals], Reals], sites: int) -> Callable[[Reals], Reals] | None:
    """The pseudo-inverse of the dense matrix."""
    matrix = np.array([image(unit) for unit in np.eye(2 * sites)]).T
    if not np.isfinite(matrix).all():
        return None
    left, values, right = np.linalg.svd(matrix)
    inverse = right.T @ (left.T / np.maximum(values, SMALLEST)[:, None])
    return lambda given: inverse @ given


def _of_krylov_space(image: Callable[[Reals], Reals], sites: int) -> Callable[[Reals], Reals] | None:
    """The approximate solution by GMRES."""
    if not np.isfinite(image(np.ones(2 * sites))).all():
        return None
    matrix = LinearOperator((2 * sites, 2 * sites), matvec=image, dtype=np.float64)

    def inverse(given: Reals) -> Reals:
        found, _ = gmres(matrix, given, rtol=ACCURATE, atol=0.0, restart=DIRECTIONS, maxiter=ROUNDS)
        return np.asarray(found, dtype=np.float64)

    return inverse
