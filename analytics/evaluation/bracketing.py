"""A root of a real function between two points where its signs differ."""

from __future__ import annotations

from collections.abc import Callable

from analytics.evaluation.mpmath_types import Context, Number

Real = Callable[[Number], Number]


def bracketed(function: Real, low: Number, high: Number, tolerance: Number, context: Context) -> Number:
    """The root of a real function between two positive points where its signs differ.

    Bisection by the geometric mean while they are more than a factor 2 apart, then Chandrupatla's method
    (inverse quadratic interpolation where it is safe, else bisection), down to the relative `tolerance`.
    """
    at_low, at_high = function(low), function(high)
    while high > 2 * low:
        middle = context.sqrt(low * high)
        at_middle = function(middle)
        if at_middle == 0:
            return middle
        if (at_middle < 0) == (at_low < 0):
            low, at_low = middle, at_middle
        else:
            high, at_high = middle, at_middle
    newest, at_newest, other, at_other = high, at_high, low, at_low
    share = context.mpf(0.5)
    while True:
        trial = newest + share * (other - newest)
        at_trial = function(trial)
        if (at_trial < 0) == (at_newest < 0):
            oldest, at_oldest = newest, at_newest
        else:
            oldest, at_oldest, other, at_other = other, at_other, newest, at_newest
        newest, at_newest = trial, at_trial
        best, at_best = (newest, at_newest) if abs(at_newest) < abs(at_other) else (other, at_other)
        width = abs(other - newest)
        least = abs(best) * tolerance / 2
        if at_best == 0 or width <= 2 * least:
            return best
        position, height = (
            (newest - other) / (oldest - other),
            (at_newest - at_other) / (at_oldest - at_other),
        )
        share = context.mpf(0.5)
        if height * height < position and (1 - height) ** 2 < 1 - position:
            share = at_newest / (at_other - at_newest) * at_oldest / (at_other - at_oldest)
            share += (
                (oldest - newest)
                / (other - newest)
                * at_newest
                / (at_oldest - at_newest)
                * at_other
                / (at_oldest - at_other)
            )
        edge = least / width
        share = min(max(share, edge), 1 - edge)
