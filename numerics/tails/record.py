"""What a measurement of a tail gives, and what comes round a ring into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.evaluation.mpmath_types import Context
from numerics.engines.protocol import Scalar


@dataclass(frozen=True, slots=True)
class Tail:
    """wavenumbers: q of the waves e^(i q x) of the tail towards larger x, the least damped first.

    error: their estimated relative error, which had to fall below tolerance; residual: what was left of the
    equation or the fit. Numbers are of `context`.
    """

    wavenumbers: tuple[Scalar, ...]
    error: Scalar
    residual: Scalar
    tolerance: Scalar
    sites: tuple[int, ...]
    method: str
    iterations: int
    checks: tuple[str, ...]
    context: Context


def wrap_around(context: Context, values: Iterable[object], last: int) -> Scalar:
    """What comes round the ring, relative to the response at the end of the window, x = `last`.

    values: alpha(x) round the ring. The tail to the right and the tail to the left fall towards the site where they
    meet. From there the left tail goes on falling to the end of the window. It is taken to fall by the same factor as
    over the same number of sites before.
    """
    sizes = [abs(context.convert(value)) for value in values]

    def size(x: int) -> Scalar:
        return max(sizes[x % len(sizes)], sizes[(x + 1) % len(sizes)])  # an oscillating tail has nodes

    trough = min(range(last, len(sizes) - 2), key=size)
    back = min(trough - last, len(sizes) - 2 - trough)
    return size(trough) / size(last) * size(trough) / size(trough + back)
