"""The tail of a driven site in double precision: the linearized ring, and a matrix pencil.

A response of doubles ends in rounding 14 or 15 digits below its largest value. On a strong background the rounding
begins a dozen sites away, where the waves of the other branches have not yet died out. So fits of several orders
that begin at several sites are made, each in two windows one site apart, and the fit that changes least is taken.
The change shows how many digits it has; PrecisionError is raised where they are too few.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from analytics.errors import PrecisionError
from analytics.evaluation.mpmath_types import Context
from numerics.engines.precision import FIXED_DIGITS, carried_digits
from numerics.engines.protocol import Doubles, Scalar
from numerics.perturbations.perturbed_state import Activity
from numerics.tails.exponential_fit import by_damping, matrix_pencil
from numerics.tails.record import Tail, wrap_around
from numerics.tails.site_drive import DOUBLE_NOISE, solved_in_doubles, taps_in_doubles
from numerics.tails.taps import Taps

ORDERS = range(1, 7)

STARTS = (3, 5, 8, 12, 18, 27, 40)
"""Sites at which a fit may begin."""

LONGEST_WINDOW = 100
"""Samples of a fit."""

CAUTION = 5
"""The smallest of many error estimates is too small: it is taken this many times."""

TIE = 6
"""Digits to which the damping of two waves agrees that are taken as damped equally."""

LONGEST_RING = 1 << 20


def tail_in_doubles(activity: Activity, frequency: sp.Expr, digits: int, count: int) -> Tail:
    """The first `count` wavenumbers to `digits` digits, a dozen at best. Raises PrecisionError beyond that."""
    carried_digits("double", digits, 0)
    taps = taps_in_doubles(activity, min(digits + 2, FIXED_DIGITS - 2))
    values, far = _long_ring(taps, frequency)
    context = taps.context
    fits = (
        _fit(context, values[:far], start, order, count)
        for order in ORDERS
        for start in STARTS
        if order >= count and far - start > 3 * order
    )
    moved, waves, order, start = min(fits, key=lambda fit: fit[0], default=(context.inf, (), 0, 0))
    last, loud = min(far, start + LONGEST_WINDOW), start + 2 * order  # towards `last` there is rounding alone
    wrapped = wrap_around(context, values, loud)
    error = CAUTION * moved + wrapped + context.convert(taps.response.state.error)
    tolerance = context.mpf(10) ** -digits
    if not error <= tolerance:
        raise PrecisionError(
            "tail in double precision",
            f"{digits} digits must be within reach",
            f"an estimated error of {context.nstr(error, 3)}",
            "Use the engine 'ball'.",
        )
    return Tail(
        wavenumbers=waves,
        error=error,
        residual=moved,
        tolerance=tolerance,
        sites=(len(values),),
        method=(
            "linearized ring in double precision: the tangent of the map at the steady state, the response to a "
            f"driven site solved in the frequency domain; matrix pencil of {order} exponentials, x = {start} to {last}"
        ),
        iterations=taps.response.state.iterations,
        checks=(
            taps.response.wave.check,
            f"fit shifted by a site: relative change {context.nstr(moved, 2)}",
            f"wrap-around below {context.nstr(wrapped, 2)} of the tail at x = {loud}",
        ),
        context=context,
    )


def _long_ring(taps: Taps, frequency: sp.Expr) -> tuple[Doubles, int]:
    """alpha on a ring so long that the tail ends in rounding, and the site where it does."""
    length = 1 << (2 * taps.reach + 1).bit_length()
    while True:
        values = solved_in_doubles(taps, frequency, length)
        sizes = np.abs(values)
        quiet = np.flatnonzero(sizes[: length // 2] < sizes.max() * 10.0 ** (1 - DOUBLE_NOISE))
        if quiet.size:
            return values, int(quiet[0])
        if length >= LONGEST_RING:
            return values, length // 4
        length *= 4


def _fit(
    context: Context, values: Doubles, start: int, order: int, count: int
) -> tuple[Scalar, tuple[Scalar, ...], int, int]:
    """(relative change between two windows, wavenumbers, order, start)."""
    window = min(LONGEST_WINDOW, len(values) - start - 1)
    here, shifted = (
        by_damping(context, matrix_pencil(context, values[first : first + window], order), TIE)[:count]
        for first in (start, start + 1)
    )
    moved = max(abs(a - b) for a, b in zip(here, shifted)) / min(abs(q.imag) for q in here)
    return (moved if all(q.imag > 0 for q in here) else context.inf), here, order, start
