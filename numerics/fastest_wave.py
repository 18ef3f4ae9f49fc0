"""The perturbation of the steady state that grows fastest, of all real wavenumbers, by search.

All waves are found to lose area alike, |det M(q)| being the same, and (trace M)^2 / det M to be real and positive.
Of such matrices the one of the largest |trace M| has the largest eigenvalue; the trace,

    trace M(q) = sum over x of 2 Re G(x) e^(-i q.x),

is a smooth function of q also where eigenvalues meet. Its modulus is looked at on a lattice of waves, and climbed
from the highest of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from analytics.errors import ConvergenceError, PrecisionError
from analytics.network import Network
from numerics.activity import Activity
from numerics.engines import Scalar
from numerics.green_function import GreenFunction, green_function
from numerics.propagator import Propagator
from numerics.response import Response
from numerics.spectrum import Spectrum, sharp_spectrum

STARTS = 16
"""Highest waves of the lattice from which is climbed in doubles; from the top of these in all digits."""

ROUGH = 12
"""Digits of the squared modulus to which is climbed in doubles."""

MOST_STEPS = 500
"""Steps before giving up; at a flat top, where the curvature vanishes too, four of them gain about three digits."""

SEEN = 1e-6
"""Share by which a wave of the lattice may seem to grow faster in doubles, where eigenvalues meet."""


@dataclass(frozen=True, slots=True)
class FastestWave:
    """wavevector: q in rad/site, relative to the carrier; waves: how many were looked at to start from."""

    spectrum: Spectrum
    wavevector: tuple[Scalar, ...]
    waves: int


def fastest_wave(network: Network, activity: Activity, *, digits: int, engine: str) -> FastestWave:
    """The wave of largest |lambda|, that to `digits` digits.

    q is found to half as many, or fewer where the growth hardly depends on it. Of two waves that differ by less than
    1e-12 in growth the faster is not told apart.
    Raises ConvergenceError where no top is reached, PrecisionError where a wave of the lattice is seen to grow faster.
    """
    found: list[tuple[GreenFunction, tuple[Scalar, ...]]] = []

    def measured(carried: int, start: Response | None) -> Propagator:
        green = green_function(network, activity, digits=carried, engine=engine, start=start)
        found.append((green, _top(green)))
        return green.propagator(found[-1][1])

    spectrum = sharp_spectrum(measured, digits, of_rates=False)
    green, wavevector = found[-1]
    _examine(green, spectrum)
    return FastestWave(spectrum, wavevector, green.lattice.sites)


def _top(green: GreenFunction) -> tuple[Scalar, ...]:
    """The q of largest |trace M|."""
    weights = [2 * value.real for value in green.direct]
    doubles = [float(weight) for weight in weights]
    tops = [_climbed(green, doubles, start, mpmath.fp, ROUGH) for start in _starts(green)]
    _, best = max(tops, key=lambda top: top[0])
    context = green.context
    _, wavevector = _climbed(green, weights, [context.mpf(q) for q in best], context, green.digits)
    return wavevector


def _starts(green: GreenFunction) -> list[tuple[float, ...]]:
    """Waves of the lattice at which |trace M| is no smaller than at their neighbours, the largest first."""
    shape = green.lattice.shape
    height = np.abs(np.fft.fftn(_on_lattice(green, [2 * value.real for value in green.direct])))
    top = np.full(shape, True)
    for axis in range(len(shape)):
        for side in (1, -1):
            top &= height >= np.roll(height, side, axis)
    indices = sorted(map(tuple, np.argwhere(top)), key=lambda index: -height[index])
    return [
        tuple(2 * np.pi * part / length for part, length in zip(index, shape, strict=True))
        for index in indices[:STARTS]
    ]


def _on_lattice(green: GreenFunction, values: Sequence[Scalar]) -> Any:
    """The values at the offsets, as doubles at the sites of the lattice."""
    array = np.zeros(green.lattice.shape, complex)
    for offset, value in zip(green.offsets, values, strict=True):
        array[offset] += complex(value)  # to the left of the perturbed site by negative indices
    return array


def _climbed(
    green: GreenFunction, weights: Sequence[Scalar], start: Sequence[Scalar], context: Any, digits: int
) -> tuple[Scalar, tuple[Scalar, ...]]:
    """The top of |trace M|^2 above `start`, known to 10^-digits, and where it is.

    Newton's method with the curvature held negative: (kappa - h'') step = h', kappa of the size of |h'|, and more
    where it is needed. That converges too where the tops are a line or a surface, along which h'' vanishes.
    """
    position, damping = context.matrix(start), context.one
    height, slope, curvature = _surface(green, weights, position, context)
    for _ in range(MOST_STEPS):
        shift = damping * context.norm(slope)
        step = _uphill(context, slope, curvature, shift)
        if step is None or context.fdot(slope, step) <= height * context.mpf(10) ** -digits:
            if step is not None or shift == 0:
                return height, tuple(position)
            damping *= 8
            continue
        there = _surface(green, weights, position + step, context)
        if there[0] > height:
            position, (height, slope, curvature) = position + step, there
            damping = max(context.one, damping / 8)
        else:
            damping *= 8
    raise ConvergenceError(
        "the fastest growing perturbation",
        "Choose another point.",
        residual=context.nstr(context.fdot(slope, slope), 3),
        tolerance=f"10^-{digits}",
        iterations=MOST_STEPS,
    )


def _uphill(context: Any, slope: Any, curvature: Any, shift: Scalar) -> Any:
    """The solution of (shift - h'') step = h'; None unless the matrix is positive definite."""
    try:
        return context.cholesky_solve(shift * context.eye(len(slope)) - curvature, slope)
    except (ValueError, ZeroDivisionError):
        return None


def _surface(
    green: GreenFunction, weights: Sequence[Scalar], position: Any, context: Any
) -> tuple[Scalar, Any, Any]:
    """h = |trace M|^2, h' and h'' at a wavevector."""
    dimension, dot = len(position), context.fdot
    phases = green.phases(context, position)
    terms = [weight * phase for weight, phase in zip(weights, phases, strict=True)]
    along = list(zip(*green.offsets, strict=True))
    shares = [[x * term for x, term in zip(axis, terms, strict=True)] for axis in along]
    trace = context.fsum(terms)
    first = [-1j * context.fsum(share) for share in shares]
    slope = context.matrix([2 * (context.conj(trace) * one).real for one in first])
    curvature = context.matrix(dimension, dimension)
    for j in range(dimension):
        for k in range(j + 1):
            second = -dot(along[k], shares[j])
            bend = context.conj(first[j]) * first[k] + context.conj(trace) * second
            curvature[j, k] = curvature[k, j] = 2 * bend.real
    return abs(trace) ** 2, slope, curvature


def _examine(green: GreenFunction, spectrum: Spectrum) -> None:
    """Raise PrecisionError where a wave of the lattice has a larger |lambda| than was found."""
    direct, conjugate = (
        np.fft.fftn(_on_lattice(green, values)) for values in (green.direct, green.conjugate)
    )
    matrices = np.array([[direct, conjugate], [_mirrored(conjugate), _mirrored(direct)]])
    largest = np.abs(np.linalg.eigvals(np.moveaxis(matrices, (0, 1), (-2, -1)))).max()
    found = float(abs(spectrum.eigenvalues[0]))
    if largest > found * (1 + SEEN):
        raise PrecisionError(
            "the fastest growing perturbation",
            "no wave of the lattice may be seen to grow faster",
            f"{largest:.12g} in a step beside {found:.12g}",
            "Choose another point.",
        )


def _mirrored(transform: Any) -> Any:
    """conj f^(-q)."""
    return np.conj(np.roll(np.flip(transform), 1, range(transform.ndim)))
