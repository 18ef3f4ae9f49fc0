"""A rough inverse of e^(i Omega) - step, for waves of one frequency on an uneven steady state.

Waves in a region without damping are resonant, and a Krylov space alone takes a thousand dimensions to follow one
through it. Near the frequency mu = omega + Omega of the wave the kernel is a rational function of its stencil,

    U = e^(i H)  =  e^(i mu) (1 + i (H - mu)/2) / (1 - i (H - mu)/2) + O((H - mu)^3),

exact on the very waves that resonate. With a = (1 - i (H - mu)/2) y the equation of y is as sparse as the stencil, and
is solved by elimination; so is b, that a excites, while what b gives back to a is left away. What is wrong in this is
wrong for waves far from resonance, which are easy: a Krylov space of some ten dimensions is left.

A kernel of an infinite stencil has no such form, nor has a lattice of very many sites the memory: there the waves on an
even activity are inverted, in Fourier space.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import splu

from analytics.errors import ConvergenceError
from numerics.engines.protocol import Doubles
from numerics.landscapes.linearized import Linearized, Pair
from numerics.lattice.map import stencil_taps

MOST_SITES = 1 << 18
"""Of an equation that is solved by elimination: about two gigabytes."""

LONGEST_REACH = 2
"""Of a stencil whose equation is sparse enough."""

DAMPED = 0.9
"""The even activity is taken to have at most this gain, so that its resonance is no wider than the lattice."""

Inverse = Callable[[Pair], Pair]


def rough_resolvent(at: Linearized, frequency: float) -> Inverse:
    """(a, b) -> about (e^(i Omega) - step)^(-1) (a, b). Raises ConvergenceError where that is singular in doubles."""
    kernel = at.map.lattice.network.kernel
    sites = at.map.lattice.sites
    if kernel.band is None and kernel.reach <= LONGEST_REACH and sites <= MOST_SITES:
        return _by_elimination(at, frequency)
    return _by_even_activity(at, frequency)


def _by_elimination(at: Linearized, frequency: float) -> Inverse:
    generator = _generator(at)
    sites, shape = generator.shape[0], at.map.lattice.shape
    one = sparse.identity(sites, dtype=np.complex128, format="csr")

    def halves(mu: float) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """1 - i (H - mu)/2, and e^(i mu) (1 + i (H - mu)/2)."""
        half = 0.5j * (generator - mu * one)
        return (one - half).tocsr(), (np.exp(1j * mu) * (one + half)).tocsr()

    below, above = halves(at.frequency + frequency)
    mirror_below, mirror_above = (half.conj() for half in halves(at.frequency - frequency))
    spin, turn = np.exp(1j * frequency), np.exp(-1j * at.frequency)
    direct, mixing = (sparse.diags(values.ravel()) for values in (at.direct, at.mixing))
    plain = _factors(spin * below - turn * (direct @ above))
    mirrored = _factors(spin * mirror_below - np.conj(turn) * (direct @ mirror_above))
    into_mirrored = np.conj(turn) * (mixing.conj() @ above)

    def inverse(pair: Pair) -> Pair:
        y = plain(pair[0].ravel())
        z = mirrored(pair[1].ravel() + into_mirrored @ y)
        return (below @ y).reshape(shape), (mirror_below @ z).reshape(shape)

    return inverse


def _factors(matrix: sparse.spmatrix) -> Callable[[Doubles], Doubles]:
    """y of matrix y = given, by elimination; the diagonal is the pivot where it is not small."""
    try:
        factors = splu(
            matrix.tocsc(),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.01,
            options={"SymmetricMode": True},
        )
    except RuntimeError:  # what splu raises where it meets a pivot 0
        raise ConvergenceError(
            "wave field of a source",
            "Choose another frequency, or a landscape that damps the wave: its equation is singular in doubles.",
            residual=inf,
            tolerance=1e-12,
        ) from None
    solved: Callable[[Doubles], Doubles] = factors.solve
    return solved


def _generator(at: Linearized) -> sparse.csr_matrix:
    """H with U = e^(i H), a Hermitian matrix over the sites: H(x, y) = -i A(x - y)."""
    lattice = at.map.lattice
    shape, sites = lattice.shape, lattice.sites
    places = np.arange(sites).reshape(shape)
    rows, columns, values = [], [], []
    for offset, tap in stencil_taps(lattice.network.kernel):
        rows.append(np.roll(places, [-step for step in offset], axis=tuple(range(len(shape)))).ravel())
        columns.append(places.ravel())
        values.append(np.full(sites, -1j * complex(at.map.engine.number(tap))))
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_matrix(entries, shape=(sites, sites))


def _by_even_activity(at: Linearized, frequency: float) -> Inverse:
    symbol = at.symbol
    gain = min(DAMPED, float(at.direct.real.mean()))
    spin, turn = np.exp(1j * frequency), np.exp(-1j * at.frequency)
    plain = spin - turn * gain * symbol
    mirrored = spin - np.conj(turn * gain * _opposite(symbol))

    def inverse(pair: Pair) -> Pair:
        a, b = (np.fft.fftn(part) for part in pair)
        return np.fft.ifftn(a / plain), np.fft.ifftn(b / mirrored)

    return inverse


def _opposite(symbol: Doubles) -> Doubles:
    """u(-k)."""
    return np.roll(np.flip(symbol), 1, axis=tuple(range(symbol.ndim)))
