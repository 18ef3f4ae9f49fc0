"""To how many digits two values of a law agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mpmath import mp

from analytics.evaluation.contexts import kept_context, matching_digits
from analytics.evaluation.values import nearest_to_zero

if TYPE_CHECKING:
    from analytics.law.law import Law


def shared_digits(law: Law, one: Any, other: Any, digits: int) -> float:
    """-log10 |one / other - 1|, from 0 to `digits`; 0 where `one` is not finite. Angles as in `digits_left`."""
    if not mp.isfinite(one):
        return 0.0
    context = kept_context(2 * digits + 20)
    return digits_left(law, context.convert(one) - context.convert(other), other, digits)


def digits_left(law: Law, difference: Any, value: Any, digits: int) -> float:
    """The digits that a difference leaves of a value: -log10 |difference / value|, from 0 to `digits`.

    The difference of two angles is taken modulo their period, and is relative to 1 where the angle is smaller.
    """
    context = kept_context(2 * digits + 20)
    difference = context.convert(nearest_to_zero(difference, law.period, digits))
    scale = max(abs(context.convert(value)), context.zero if law.period is None else context.one)
    return matching_digits(context, difference, scale, digits)
