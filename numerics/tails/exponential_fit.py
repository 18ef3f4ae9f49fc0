"""Fitting a sum of exponentials e^(i q x) to equally spaced samples: where are the q?

Samples y_x = sum_j c_j z_j^x of m exponentials obey y_(x+m) = sum_l a_l y_(x+l), and the z_j = e^(i q_j) are
the roots of z^m - sum_l a_l z^l. Two conjugate roots make an oscillating tail: two exponentials are the least
that a static response near the band edge needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from analytics.evaluation.mpmath_types import Context
from numerics.engines.protocol import Doubles, Scalar

Wave = TypeVar("Wave")

EXTRA_BITS = 60
"""Of the root finding in the linear prediction's polynomial."""


def prony(context: Context, samples: Sequence[Scalar], order: int) -> tuple[Scalar, ...]:
    """The q of `order` exponentials through the first 2 `order` samples, in no order.

    Exact for samples without noise: the arithmetic of `context` has to carry the digits that close exponentials
    and weak ones cost.
    """
    equations = context.matrix([[samples[row + l] for l in range(order)] for row in range(order)])
    right_side = context.matrix([samples[row + order] for row in range(order)])
    prediction = context.lu_solve(equations, right_side)
    polynomial = [context.one, *(-prediction[order - 1 - l] for l in range(order))]
    roots = context.polyroots(polynomial, maxsteps=400, extraprec=EXTRA_BITS + context.prec)
    return tuple(-1j * context.log(z) for z in roots)


def matrix_pencil(context: Context, samples: Doubles, order: int) -> tuple[Scalar, ...]:
    """The same from more complex128 samples than unknowns, in the sense of least squares.

    The samples in windows of half their number form a matrix whose `order` leading singular vectors span the
    exponentials; moving by one sample multiplies these by z.
    """
    half = len(samples) // 2
    windows = np.lib.stride_tricks.sliding_window_view(samples, half)
    _, _, vectors = np.linalg.svd(windows, full_matrices=False)
    space = vectors[:order].T
    shift = np.linalg.lstsq(space[:-1], space[1:], rcond=None)[0]
    turns = [z or np.finfo(float).tiny for z in np.linalg.eigvals(shift)]
    return tuple(context.mpc(complex(-1j * np.log(z))) for z in turns)


def by_damping(context: Context, wavenumbers: Sequence[Scalar], digits: int) -> tuple[Scalar, ...]:
    """By Im q; of two that agree to `digits` digits, the one of larger Re q in (-pi, pi] first."""
    close = context.mpf(10) ** -digits
    turned = [q + 2 * context.pi if q.real < close - context.pi else q for q in wavenumbers]
    return overtaking(
        sorted(turned, key=lambda q: q.imag),
        lambda q, before: bool(q.imag - before.imag <= close and q.real > before.real),
    )


def overtaking(waves: Sequence[Wave], overtakes: Callable[[Wave, Wave], bool]) -> tuple[Wave, ...]:
    """The waves in their order, each moved ahead of those right before it that it overtakes."""
    ordered: list[Wave] = []
    for wave in waves:
        place = len(ordered)
        while place and overtakes(wave, ordered[place - 1]):
            place -= 1
        ordered.insert(place, wave)
    return tuple(ordered)
