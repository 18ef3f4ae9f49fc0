"""Fitting a sum of exponentials e^(i q x) to equally spaced samples: where are the q?

Samples y_x = sum_j c_j z_j^x of m exponentials obey y_(x+m) = sum_l a_l y_(x+l), and the z_j = e^(i q_j) are
the roots of z^m - sum_l a_l z^l. Two conjugate roots make an oscillating tail: two exponentials are the least
that a static response near the band edge needs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.evaluation.mpmath_types import Context
from numerics.engines.protocol import Doubles, Scalar

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
    ordered: list[Scalar] = []
    for q in sorted(turned, key=lambda q: q.imag):
        place = len(ordered)
        while place and q.imag - ordered[place - 1].imag <= close and q.real > ordered[place - 1].real:
            place -= 1
        ordered.insert(place, q)
    return tuple(ordered)
