"""The perturbation of the steady state that grows fastest, of all real wavenumbers, by search.

Among matrices M(q) of the same |det M|, with (trace M)^2 / det M real and positive, the one of largest |trace M| has
the largest eigenvalue. The trace is a smooth function of q, also where eigenvalues meet. It is known for all q at once
from the response G to a perturbed site,

    trace M(q) = sum over x of 2 Re G(x) e^(-i q.x).

1. The tops of |trace M| are found in doubles, from G.
2. The highest of them is climbed in all digits, by perturbations of that very wavenumber.
3. What the search took for granted is examined: M at the top agrees with the M that G gives, and no wave of the lattice
   has a larger eigenvalue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import mpmath
import numpy as np

from analytics.errors import ConvergenceError, PrecisionError
from analytics.evaluation.mpmath_types import Context, Matrix, Operand
from numerics.engines.precision import require_small
from numerics.engines.protocol import Doubles, Scalar
from numerics.perturbations.green_function import GreenFunction, green_function
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.propagator import Propagator
from numerics.perturbations.quasi_periodic import quasi_periodic_propagator
from numerics.perturbations.spectrum import Spectrum, sharp_spectrum
from numerics.steady_states.response import Response

ROUGH = 16
"""Digits to which the answer to a perturbed site is measured."""

STARTS = 16
"""Waves of the lattice, the highest of all, from which the search in doubles starts."""

CLIMBED = 12
"""Digits of |trace M|^2 at which the search in doubles ends."""

CURVATURE_GUARD = 10
"""Digits of M beyond twice those of the eigenvalue: a difference quotient loses half of them, a second one all."""

MOST_STEPS = 500
"""Steps of a climb at most. At a flat top, where the curvature vanishes too, four of them gain about three digits."""

SEEN = 1e-6
"""Share by which a wave of the lattice may seem to grow faster in doubles, where eigenvalues meet."""

Surface = Callable[[Matrix], tuple[Scalar, Matrix, Matrix]]
"""A wavevector, as a matrix of an mpmath context, to h, h' and h''."""


@dataclass(frozen=True, slots=True)
class FastestWave:
    """wavevector: q in rad/site, relative to the carrier. waves: the sites of the lattice on which G was measured."""

    spectrum: Spectrum
    wavevector: tuple[Scalar, ...]
    waves: int


def fastest_wave(activity: Activity, *, digits: int) -> FastestWave:
    """The wave of largest |lambda|, right to `digits` digits of lambda.

    q is right to half as many digits, or fewer where the growth hardly depends on q. Two tops whose growth differs by
    less than 1e-12 are not told apart.
    Raises ConvergenceError where no top is reached, PrecisionError where a wave of the lattice is seen to grow faster
    or a perturbation reaches around the largest of lattices.
    """
    green = green_function(activity, digits=ROUGH)
    near = _top_in_doubles(green)
    tops: list[tuple[Scalar, ...]] = []
    lattice = activity.lattice()

    def measured(carried: int, start: Response | None) -> Propagator:
        state = PerturbedState(
            activity, lattice, 2 * carried + CURVATURE_GUARD, start=start or green.response
        )
        surface = partial(_measured_surface, state, carried)
        tops.append(_climbed(surface, near, state.context, carried)[1])
        return quasi_periodic_propagator(state, tops[-1])

    spectrum = sharp_spectrum(measured, digits, of_rates=False)
    _examine(green, spectrum, tops[-1])
    return FastestWave(spectrum, tops[-1], green.lattice.sites)


# -- the landscape --


def _top_in_doubles(green: GreenFunction) -> tuple[Scalar, ...]:
    """The q of largest |trace M|."""
    weights = [2 * float(value.real) for value in green.direct]
    surface = partial(_seen_surface, green, weights)
    tops = [_climbed(surface, start, mpmath.fp, CLIMBED) for start in _starts(green, weights)]
    return max(tops, key=lambda top: top[0])[1]


def _starts(green: GreenFunction, weights: Sequence[float]) -> list[tuple[float, ...]]:
    """Waves of the lattice at which |trace M| is no smaller than at their neighbours, the largest first."""
    shape = green.lattice.shape
    height = np.abs(np.fft.fftn(_on_lattice(green, weights)))
    top = np.full(shape, True)
    for axis in range(len(shape)):
        for side in (1, -1):
            top &= height >= np.roll(height, side, axis)
    indices = sorted(map(tuple, np.argwhere(top)), key=lambda index: -height[index])
    return [
        tuple(2 * np.pi * part / length for part, length in zip(index, shape, strict=True))
        for index in indices[:STARTS]
    ]


def _seen_surface(
    green: GreenFunction, weights: Sequence[float], position: Matrix
) -> tuple[Scalar, Matrix, Matrix]:
    """h = |trace M|^2, h' and h'' from the answer to a perturbed site, in doubles."""
    sites = np.array(green.offsets, float)
    terms = np.array(weights) * np.exp(-1j * (sites @ np.array(list(position), float)))
    trace, first = terms.sum(), -1j * (terms @ sites)
    second = -(sites.T * terms) @ sites
    curvature = 2 * (np.outer(np.conj(first), first) + np.conj(trace) * second).real
    slope = 2 * (np.conj(trace) * first).real
    return (
        mpmath.fp.mpf(abs(trace) ** 2),
        mpmath.fp.matrix(slope.tolist()),
        mpmath.fp.matrix(curvature.tolist()),
    )


def _on_lattice(green: GreenFunction, values: Sequence[Operand]) -> Doubles:
    """The values at the offsets, as doubles at the sites of the lattice."""
    array = np.zeros(green.lattice.shape, complex)
    for offset, value in zip(green.offsets, values, strict=True):
        array[offset] += complex(value)  # to the left of the perturbed site by negative indices
    return array


# -- the climb --


def _measured_surface(state: PerturbedState, digits: int, position: Matrix) -> tuple[Scalar, Matrix, Matrix]:
    """h, h' and h'' by central differences of measured traces: right to about 10^-digits, relative to h."""
    context, dimension = state.context, len(position)
    apart = context.mpf(10) ** -(digits // 2)

    def height(*moves: tuple[int, int]) -> Scalar:
        at = list(position)
        for axis, sign in moves:
            at[axis] += sign * apart
        m11, _, _, m22 = quasi_periodic_propagator(state, at).entries
        return abs(m11 + m22) ** 2

    here = height()
    beside = [[height((axis, sign)) for sign in (1, -1)] for axis in range(dimension)]
    slope = context.matrix([(above - below) / (2 * apart) for above, below in beside])
    curvature = context.matrix(dimension, dimension)
    for j, (above, below) in enumerate(beside):
        curvature[j, j] = (above - 2 * here + below) / apart**2
        for k in range(j):
            corners = [height((j, one), (k, other)) * one * other for one in (1, -1) for other in (1, -1)]
            curvature[j, k] = curvature[k, j] = context.fsum(corners) / (4 * apart**2)
    return here, slope, curvature


def _climbed(
    surface: Surface, start: Sequence[Operand], context: Context, digits: int
) -> tuple[Scalar, tuple[Scalar, ...]]:
    """The top of h above `start`, known to a relative 10^-digits, and where it is.

    Newton's method with the curvature held negative: (kappa - h'') step = h', kappa of the size of |h'|, and more
    where it is needed. That converges too where the tops are a line or a surface, along which h'' vanishes.
    """
    position, damping = context.matrix(start), context.one
    height, slope, curvature = surface(position)
    for _ in range(MOST_STEPS):
        shift = damping * context.norm(slope)
        step = _uphill(context, slope, curvature, shift)
        if step is None or context.fdot(slope, step) <= height * context.mpf(10) ** -digits:
            if step is not None or shift == 0:
                return height, tuple(position)
            damping *= 8
            continue
        there = surface(position + step)
        if there[0] > height:
            position, (height, slope, curvature) = position + step, there
            damping = max(context.one, damping / 8)
        else:
            damping *= 8
    raise ConvergenceError(
        "the fastest growing perturbation",
        "Choose another point.",
        residual=context.fdot(slope, slope),
        tolerance=f"10^-{digits}",
        iterations=MOST_STEPS,
    )


def _uphill(context: Context, slope: Matrix, curvature: Matrix, shift: Scalar) -> Matrix | None:
    """The solution of (shift - h'') step = h'; None unless the matrix is positive definite."""
    try:
        return context.cholesky_solve(shift * context.eye(len(slope)) - curvature, slope)
    except (ValueError, ZeroDivisionError):
        return None


# -- the check --


def _examine(green: GreenFunction, spectrum: Spectrum, wavevector: Sequence[Scalar]) -> None:
    """Raise PrecisionError where a wave of the lattice has a larger |lambda| than was found, ConvergenceError where the
    answer to a perturbed site has another M at the top."""
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
    context = green.context
    entries = green.propagator([context.convert(q) for q in wavevector]).entries
    apart = max(
        abs(one - context.convert(other))
        for one, other in zip(entries, spectrum.propagator.entries, strict=True)
    )
    require_small(
        "the propagator of the fastest growing perturbation, by its own wave and by a perturbed site",
        "Choose another point.",
        apart,
        len(green.offsets) * context.mpf(10) ** -green.digits,
    )


def _mirrored(transform: Doubles) -> Doubles:
    """conj f^(-q)."""
    return np.conj(np.roll(np.flip(transform), 1, range(transform.ndim)))
