"""The power of a distance that touches a profile at a site.

    Z(n) = Z_0 ((X + n)/X)^(-e + i w)

|Z| agrees with it at a site, n = 0, and at two others, n = h and n = -h; so does the phase that is gained between
these two, by less than pi from one to the next. X is then how far the origin of that power lies from the site, wherever
sites are counted from. Nothing is said of what e, w and the modulus at the distance 1 should be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.errors import ParameterError
from analytics.evaluation.mpmath_types import Context, Number

MOST_STEPS = 100
"""Of Newton's method for X, which takes six or so for 50 digits."""


@dataclass(frozen=True, slots=True)
class TouchingPower:
    """distance: X in sites. modulus: |Z_0|. exponent: e. turning: w in rad; all mpmath numbers of one context."""

    distance: Number
    modulus: Number
    exponent: Number
    turning: Number


def touching_power(context: Context, values: Sequence[Number], step: int) -> TouchingPower:
    """The power that touches a profile of which three values are given, `step` sites apart.

    With u = step/X the two falls of ln|Z| are in the ratio ln(1 + u) / -ln(1 - u), which decreases from 1 to 0.

    Raises ParameterError for values that do not fall off ever more slowly, as every power of a distance does.
    """
    before, here, after = (context.convert(value) for value in values)
    first, second = context.log(abs(before / here)), context.log(abs(here / after))
    if not first > second > 0:
        raise ParameterError(
            "profile beside a driven stretch",
            "its modulus must fall off, ever more slowly, as a power of the distance does",
            f"{', '.join(context.nstr(abs(value), 8) for value in (before, here, after))} on three sites, {step} apart",
            "Read it further away from the driven stretch, or from the far side.",
        )
    ratio = second / first
    share = 1 - ratio  # u, to first order
    for _ in range(MOST_STEPS):
        rise, fall = context.log(1 + share), -context.log(1 - share)
        slope = 1 / (1 + share) - ratio / (1 - share)
        change = (rise - ratio * fall) / slope
        share = min(max(share - change, share / 2), (1 + share) / 2)
        if abs(change) <= context.mpf(10) ** (2 - context.dps):
            break
    span = context.log((1 + share) / (1 - share))
    return TouchingPower(
        distance=step / share,
        modulus=abs(here),
        exponent=(first + second) / span,
        turning=(context.arg(after / here) + context.arg(here / before)) / span,
    )


def read_off(context: Context, powers: Sequence[TouchingPower], distance: Number) -> tuple[Number, Number]:
    """(modulus, w) at a distance between those of the touching powers of successive sites.

    Both are interpolated by a polynomial in ln X through all of them, the modulus by its logarithm.
    """
    places = [context.log(power.distance) for power in powers]
    weights = _weights(context, places, context.log(distance))
    modulus = context.fsum(w * context.log(power.modulus) for w, power in zip(weights, powers, strict=True))
    turning = context.fsum(w * power.turning for w, power in zip(weights, powers, strict=True))
    return context.exp(modulus), turning


def _weights(context: Context, places: Sequence[Number], at: Number) -> list[Number]:
    """Lagrange's: what each value counts at a place."""
    return [
        context.fprod((at - other) / (place - other) for other in places if other is not place)
        for place in places
    ]
