"""Numbers that are known to lie in a ball."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.evaluation.mpmath_types import Number


@dataclass(frozen=True, slots=True)
class Enclosure:
    """|x - midpoint| <= radius, proved.

    midpoint: `mpmath.mp.mpf`, or `mpc` where x may be complex, every digit of it as it is; radius: `mpmath.mp.mpf`,
    rounded upwards.
    """

    midpoint: Number
    radius: Number
