"""The gate that every rewriting on the way to a proof passes: both forms, in balls, at random places.

A proof is about an expression as it stands. What is proved of another form of it (a derivative by SymPy, a power drawn
into a root, polynomials expanded, a coefficient taken out, zeros inserted) counts as long as the balls of both
forms overlap at places drawn from the domain. Where they do not, nothing is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeVar

import flint
from flint import acb, arb

from analytics.balls.arithmetic import UndecidedError
from analytics.errors import PrecisionError

PLACES = 4
"""Random places at which two forms are compared."""

ENOUGH = 2
"""Places at which both forms must be finite and sharp."""

SHARP = 24
"""Bits to which a ball must know its value; or else it is below 2**-(half the working bits)."""

DECADES = 8
"""Places lie within 2**-DECADES and 2**DECADES, or of the reach of a bounded domain."""

Place = TypeVar("Place")


def require_equal(
    step: str,
    places: Iterable[Place],
    before: Callable[[Place], arb | acb],
    after: Callable[[Place], arb | acb],
    *,
    enough: int = ENOUGH,
) -> None:
    """Both forms overlap at every one of the places where they are finite, of which there are `enough`.

    step: what was done, in words. Raises PrecisionError where they do not overlap, and UndecidedError
    where too few places show it at the precision in force.
    """
    seen = 0
    for place in places:
        one, other = acb(before(place)), acb(after(place))
        if not (one.is_finite() and other.is_finite()):
            continue
        if not one.overlaps(other):
            raise PrecisionError(
                "proving a value",
                f"{step} must leave an expression equal",
                f"{_shown(one)} before and {_shown(other)} after it",
                "Evaluate without enclosure: nothing is proved.",
            )
        seen += _is_sharp(one) and _is_sharp(other)
    if seen < enough:
        raise UndecidedError(f"whether {step} leaves an expression equal")


def distances(reach: arb) -> list[arb]:
    """Exact random y with 0 < y < reach, spread in their logarithm; the same ones each time."""
    random = Random(f"{PLACES} places")
    top = arb(1) if not reach.is_finite() else reach.lower() / 2**DECADES
    return [(top * arb(2) ** arb(random.uniform(-DECADES, DECADES))).mid() for _ in range(PLACES)]


def _is_sharp(ball: acb) -> bool:
    rough = ball.rel_accuracy_bits() < SHARP
    return not rough or bool((ball - ball.mid()).abs_upper() < arb(2) ** (-flint.ctx.prec // 2))


def _shown(ball: acb) -> str:
    return str((ball.real if ball.imag.is_zero() else ball).str(8))
