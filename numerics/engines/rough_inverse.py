"""A rough inverse of a map that is linear over the reals: the pseudo-inverse of its dense matrix in doubles.

It is the preconditioner of a linear equation of many digits: in most directions an iteration gains the digits of a
double. Near the critical point the condition number eats them in the few directions that the map nearly annihilates.
A singular value below `SMALLEST` counts as `SMALLEST`, and the Krylov space finds its direction.
"""

from __future__ import annotations

from math import prod

import numpy as np

from numerics.engines.double import doubles
from numerics.engines.protocol import Engine, Linear, Vector

SMALLEST = 1e-6
"""Of a largest singular value of about 1. Fewest iterations were met from 1e-4 to 1e-8, at |w| from 1 to 1e-12."""


def rough_inverse(engine: Engine, operator: Linear) -> Linear | None:
    """v -> about J^(-1) v for vectors of `engine`; None where doubles overflow.

    operator: J on vectors of the engine of doubles, on a lattice of the same shape.
    """
    shape = engine.shape
    sites = prod(shape)
    units = np.eye(sites, dtype=np.complex128)
    columns = [
        doubles(operator(Vector(factor * unit.reshape(shape)))).ravel()
        for factor in (1, 1j)
        for unit in units
    ]
    matrix = np.array([np.concatenate((column.real, column.imag)) for column in columns]).T
    if not np.isfinite(matrix).all():
        return None
    left, values, right = np.linalg.svd(matrix)
    inverse = right.T @ (left.T / np.maximum(values, SMALLEST)[:, None])

    def apply(vector: Vector) -> Vector:
        given = np.array([complex(value) for value in engine.values(vector)])
        found = inverse @ np.concatenate((given.real, given.imag))
        return engine.vector(found[:sites] + 1j * found[sites:])

    return apply
