"""A rough inverse of a map that is linear over the reals, in doubles: it corrects, and full precision judges.

It is the preconditioner of a linear equation of many digits: in most directions an iteration gains the digits of a
double. Near the critical point the condition number eats them in the few directions that the map nearly annihilates,
and the Krylov space of many digits finds these.

Many sites of a ring: U reaches a few sites, but for what a double does not see, and the band matrix is factored,
however uneven the activity. Many sites of another lattice: J differs from an operator T that is the same at all sites
by the unevenness of the activity alone, and T is a product in Fourier space. A Krylov space of T^(-1) J needs some
thirty dimensions, where one of J needs a thousand near the critical point, as the resonant waves are those that J
nearly annihilates.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import LinearOperator, gmres, splu

from numerics.engines.double import doubles
from numerics.engines.protocol import Doubles, Engine, Linear, Vector

Reals = NDArray[np.float64]
"""The real parts of all sites, then the imaginary ones."""

Map = Callable[[Reals], Reals]

LARGEST_DENSE = 100
"""Sites up to which the inverse is that of the matrix, which takes some milliseconds."""

LARGEST_BAND = 50_000
"""Sites of a ring up to which the factors of a band matrix are kept: some kilobytes a site."""

SMALLEST = 1e-6
"""A singular value of the matrix below this counts as this, the largest being about 1. Fewest iterations were met
from 1e-4 to 1e-8, at |w| from 1 to 1e-12."""

ACCURATE, DIRECTIONS, ROUNDS = 1e-10, 100, 3
"""The residual at which a Krylov space is large enough, its dimensions, and how often it begins anew."""

UNSEEN = 1e-15
"""An eigenvalue of T below this counts as this; a part of U below this, whose norm is 1, as 0."""


def rough_inverse(engine: Engine, operator: Linear, even: Linear) -> Linear | None:
    """v -> about J^(-1) v for vectors of `engine`; None where doubles overflow.

    operator: J on vectors of the engine of doubles, on a lattice of the same shape. even: T on such vectors, linear
    over the complex numbers and the same at all sites.
    """
    sites = prod(engine.shape)

    def image(reals: Reals) -> Reals:
        change = (reals[:sites] + 1j * reals[sites:]).reshape(engine.shape)
        return _reals(doubles(operator(Vector(change))))

    if not np.isfinite(image(np.ones(2 * sites))).all():
        return None
    if sites <= LARGEST_DENSE:
        inverse = _of_matrix(image, sites)
    else:
        inverse = _of_band(image, even, engine.shape) or _of_krylov_space(image, even, engine.shape)

    def apply(vector: Vector) -> Vector:
        found = inverse(_reals(engine.doubles(vector)))
        return engine.vector(found[:sites] + 1j * found[sites:])

    return apply


def _reals(values: NDArray[np.complex128]) -> Reals:
    return np.concatenate((values.real.ravel(), values.imag.ravel()))


def _of_matrix(image: Map, sites: int) -> Map:
    """The pseudo-inverse of the dense matrix."""
    matrix = np.array([image(unit) for unit in np.eye(2 * sites)]).T
    left, values, right = np.linalg.svd(matrix)
    inverse = right.T @ (left.T / np.maximum(values, SMALLEST)[:, None])
    return lambda given: inverse @ given


def _of_band(image: Map, even: Linear, shape: tuple[int, ...]) -> Map | None:
    """The inverse of the band matrix; None where it is wide, or no matrix of a ring, or singular.

    The ring is cut into segments longer than the band is wide. An image of one site of each segment has a column of
    each, which do not overlap. The ring is laid flat, so that the matrix is one band, without the corners that fill up.
    """
    sites = prod(shape)
    offsets = np.arange(sites)
    seen = np.abs(_of_site(even, shape).ravel())
    reach = int(np.minimum(offsets, sites - offsets)[seen > UNSEEN].max(initial=0))
    segments = sites // (2 * reach + 1)
    if len(shape) > 1 or segments < 2 or sites > LARGEST_BAND:
        return None
    starts = np.arange(segments + 1) * sites // segments
    rows, columns, entries = [], [], []
    near = np.arange(-reach, reach + 1)
    for place in range(int(np.diff(starts).max())):
        chosen = (starts[:-1] + place)[starts[:-1] + place < starts[1:]]
        around = (chosen[:, None] + near) % sites
        for part in (0, sites):
            units = np.zeros(2 * sites)
            units[chosen + part] = 1
            found = image(units)
            for half in (0, sites):
                rows.append(around + half)
                columns.append(np.broadcast_to(chosen[:, None] + part, around.shape))
                entries.append(found[around + half])
    row, column, entry = (
        np.concatenate([part.ravel() for part in parts]) for parts in (rows, columns, entries)
    )
    try:
        stands = _places_on_flat_ring(sites)
        matrix = csc_matrix((entry, (stands[row], stands[column])), shape=(2 * sites, 2 * sites))
        factors = splu(matrix, permc_spec="NATURAL")
    except RuntimeError:  # a zero on the diagonal
        return None
    order = np.argsort(stands)
    return lambda given: np.asarray(factors.solve(given[order])[stands], dtype=np.float64)


def _places_on_flat_ring(sites: int) -> NDArray[np.intp]:
    """Where the real parts of all sites stand, then the imaginary ones, sites in the order 0, N - 1, 1, N - 2, ..."""
    site = np.arange(sites)
    flat = np.where(2 * site < sites, 2 * site, 2 * (sites - 1 - site) + 1)
    return np.concatenate((2 * flat, 2 * flat + 1))


def _of_site(even: Linear, shape: tuple[int, ...]) -> Doubles:
    """What T makes of 1 at the first site."""
    site = np.zeros(shape, dtype=np.complex128)
    site[(0,) * len(shape)] = 1
    return doubles(even(Vector(site)))


def _of_krylov_space(image: Map, even: Linear, shape: tuple[int, ...]) -> Map:
    """The approximate solution by GMRES, preconditioned by T^(-1), whose eigenvalues are a transform."""
    eigenvalues = np.fft.fftn(_of_site(even, shape))
    eigenvalues[np.abs(eigenvalues) < UNSEEN] = UNSEEN
    sites = prod(shape)

    def of_even(given: Reals) -> Reals:
        values = (given[:sites] + 1j * given[sites:]).reshape(shape)
        return _reals(np.fft.ifftn(np.fft.fftn(values) / eigenvalues))

    matrix, rough = (
        LinearOperator((2 * sites, 2 * sites), matvec=mapped, dtype=np.float64) for mapped in (image, of_even)
    )

    def inverse(given: Reals) -> Reals:
        found, _ = gmres(matrix, given, rtol=ACCURATE, atol=0.0, restart=DIRECTIONS, maxiter=ROUNDS, M=rough)
        return np.asarray(found, dtype=np.float64)

    return inverse
