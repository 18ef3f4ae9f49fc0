"""The root of a simulated function of one positive variable, known by its values alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analytics.errors import ConvergenceError
from analytics.evaluation.mpmath_types import Number

LONGEST_BRACKETING = 1000
"""Doublings or halvings before giving up."""

MOST_EVALUATIONS = 500
"""Evaluations inside the bracket before giving up."""

Function = Callable[[Number], Number]


@dataclass(frozen=True, slots=True)
class Root:
    """The x with f(x) = 0, as far as the search went.

    residual: |f(x)|. slope: of the last chord. evaluations: how many, with those of the bracketing.
    The numbers belong to the mpmath context of the search.
    """

    position: Number
    residual: Number
    slope: Number
    evaluations: int

    @property
    def error(self) -> Number:
        """Estimated error of x, |f(x)| / slope."""
        return self.residual / self.slope


@dataclass(frozen=True, slots=True)
class _Sample:
    x: Number
    f: Number


def increasing_root(function: Function, guess: Number, *, digits: int, largest: Number | None = None) -> Root:
    """The x > 0 where `function`, increasing, changes sign, to an estimated relative error of 10^-digits.

    guess: mpmath number; doubling or halving it, up to `largest`, brackets the sign change. Secants then close in; a
    secant that leaves the bracket, or does not halve |f|, is replaced by a bisection.
    Raises ConvergenceError where no sign change is found, or f cannot be brought down.
    """
    return _closed_in(function, *_bracket(function, guess, largest), digits)


def root_between(function: Function, low: Number, high: Number, *, digits: int) -> Root:
    """The same between two positions where `function`, increasing, is known to have different signs."""
    return _closed_in(function, _Sample(low, function(low)), _Sample(high, function(high)), 2, digits)


def _closed_in(function: Function, low: _Sample, high: _Sample, evaluations: int, digits: int) -> Root:
    context = low.x.context
    tolerance = context.mpf(10) ** -digits
    before, now = (low, high) if abs(high.f) < abs(low.f) else (high, low)
    for _ in range(MOST_EVALUATIONS):
        slope = (now.f - before.f) / (now.x - before.x)
        if now.f == 0 or (slope > 0 and abs(now.f) <= slope * tolerance * now.x):
            return Root(now.x, abs(now.f), slope, evaluations)
        x = now.x - now.f / slope if slope > 0 else low.x
        if not low.x < x < high.x or abs(now.f) > abs(before.f) / 2:
            x = (low.x + high.x) / 2
        if x in (now.x, low.x, high.x):  # the arithmetic has no number between
            break
        before, now = now, _Sample(x, function(x))
        evaluations += 1
        low, high = (now, high) if now.f < 0 else (low, now)
    chord = (high.f - low.f) / (high.x - low.x)
    raise ConvergenceError(
        "root of a simulated function",
        "Ask for fewer digits, or carry more.",
        residual=abs(now.f),
        tolerance=chord * tolerance * now.x,
        iterations=evaluations,
    )


def _bracket(function: Function, guess: Number, largest: Number | None) -> tuple[_Sample, _Sample, int]:
    """(x with f < 0, x with f >= 0, evaluations)."""
    here = _Sample(guess, function(guess))
    factor = 2 if here.f < 0 else guess.context.mpf(1) / 2
    for evaluations in range(2, LONGEST_BRACKETING):
        x = here.x * factor
        if largest is not None and x > largest:
            x = largest
        there = _Sample(x, function(x))
        if (here.f < 0) != (there.f < 0):
            low, high = (here, there) if here.f < 0 else (there, here)
            return low, high, evaluations
        if x == largest:
            break
        here = there
    raise ConvergenceError(
        "root of a simulated function",
        f"It keeps its sign from {guess.context.nstr(guess, 3)} to {guess.context.nstr(here.x, 3)}.",
        residual=abs(here.f),
        tolerance=0,
        iterations=evaluations,
    )
