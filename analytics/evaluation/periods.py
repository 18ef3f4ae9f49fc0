"""The mean of a smooth function over its period, by the trapezoid rule."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from analytics.errors import OutOfReachError
from analytics.evaluation.contexts import SPARE, kept_context, published
from analytics.evaluation.mpmath_types import Number

FEWEST, MOST, FARTHEST = 8, 512, 4096
"""Places of a turn of the fastest harmonic that is written out, at first and at last, and where the error was nearly
squared in the last round; doubled from round to round."""


def period_mean(function: Callable[[sp.Rational], Number], digits: int, *, turns: int = 1) -> Number:
    """The mean of `function` over 0 <= s < 1, right to `digits` digits.

    turns: of the fastest sine in it; with fewer places than these the mean could be that of another function.

    For an analytic function of that period the error of N equal steps falls as r^N, and is squared where N is doubled.
    With d_1 and d_2 the last two differences it is about d_2^3/d_1^2 by then, which is judged once d_1^4 is as small,
    and d_2 no larger than d_1^(3/2). `function` has to be right to a few digits more. Raises OutOfReachError where that
    is not seen by `MOST` places a turn, as of a function with a jump, or by `FARTHEST` where it is coming.
    """
    context = kept_context(digits + 2 * SPARE)
    convert = context.convert
    places, is_coming = FEWEST * turns, False
    total = context.fsum(convert(function(sp.Rational(j, places))) for j in range(places))
    mean = total / places
    allowed = context.mpf(10) ** -(digits + SPARE)
    before = context.one
    while places < (FARTHEST if is_coming else MOST) * turns:
        total += context.fsum(convert(function(sp.Rational(2 * j + 1, 2 * places))) for j in range(places))
        places *= 2
        change = abs(total / places - mean) / (abs(total / places) or 1)
        mean = total / places
        if before**4 <= allowed and change <= before**1.5 and change**3 <= allowed * before**2:
            return published(mean, digits + SPARE)
        before, is_coming = change, change <= before**1.5
    raise OutOfReachError(
        "mean over a period",
        f"a smooth function is needed, of which {places} values give the mean to {digits} digits",
        f"a relative change of {context.nstr(change, 3)} at the last doubling",
        "Choose a gentler modulation, or fewer digits.",
    )
