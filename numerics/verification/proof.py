"""Prediction and measurement as two balls: what their comparison proves.

The prediction lies in the ball of the law, by ball arithmetic and interval Newton; the measured value of the exact
steady state lies in the ball of its certificate. Balls that do not meet refute the law; balls that meet prove that
the two differ by no more than both radii and the distance of their midpoints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import sympy as sp
from flint import arb

from analytics.balls.arithmetic import ball_of, constant_ball, flint_precision
from analytics.balls.enclosure import Enclosure
from analytics.errors import CertificationError, LawError, PrecisionError
from analytics.evaluation.contexts import bits_of
from analytics.evaluation.mpmath_types import Number
from analytics.law.law import Law
from numerics.engines.numbers import real_out
from numerics.observables.measure import Measurement

Kind = Literal["certified", "estimated"]
"""Of a verdict: proved by enclosures, or by an agreement of digits whose errors are estimated."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What two enclosures prove of prediction x and measurement y at one point.

    apart: |x - y| is at least this, 0 where the balls meet; within: |x - y| is at most this. Both are relative to
    |x|, of a value with a period absolute and modulo it; `mpmath.mp.mpf`, rounded to the safe side.
    """

    predicted: Enclosure
    measured: Enclosure
    apart: Number
    within: Number

    @property
    def refutes(self) -> bool:
        return bool(self.apart > 0)

    def confirms(self, digits: int) -> bool:
        """Do the balls meet, and is it proved that x and y differ by no more than 10^-digits?"""
        with flint_precision(bits_of(digits) + 64):
            return not self.refutes and bool(arb(self.within) <= arb(10) ** -digits)


def proof(
    law: Law, point: Mapping[str, sp.Expr], predicted: Number, measurement: Measurement, digits: int
) -> Proof | None:
    """The proof for one value of a law, `predicted` to some digits; None where one of the two has no enclosure."""
    evidence = measurement.reading.evidence
    if evidence is None:
        return None
    try:
        measured = evidence.enclosure()
        candidates = law.branches(dict(point), digits, enclosure=True)
    except (LawError, PrecisionError, CertificationError):
        return None
    chosen = min(candidates, key=lambda enclosure: abs(enclosure.midpoint - predicted))
    with flint_precision(2 * bits_of(digits) + 64):
        x, y = ball_of(chosen), ball_of(measured)
        difference = x - y
        if law.period is not None:
            period = constant_ball(law.period)
            difference -= period * (difference / period).mid().floor()
            difference = difference if difference < period / 2 else difference - period
            scale = arb(1)
        elif x.contains(0):
            scale = arb(1)
        else:
            scale = abs(x)
        size = abs(difference)
        apart = (size.abs_lower() / scale).lower()
        return Proof(
            chosen, measured, real_out(apart if apart > 0 else arb(0)), real_out((size / scale).upper())
        )
