"""Steps of a derivation, each with a check that has run.

Every constructor below checks twice: symbolically, and by an independent numeric route, evaluating both
sides as they were written, before any simplification, at random exact points. A step whose check fails
raises DerivationError with both sides, so that no chapter goes on from a wrong line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from types import MappingProxyType

import sympy as sp

from analytics.errors import DerivationError
from analytics.evaluation.contexts import kept_context
from analytics.evaluation.values import value_at
from analytics.expressions import printing, series
from analytics.expressions.notation import Constant

DIGITS = 50
"""Digits at which numeric checks are made."""

POINTS = 4
"""Random points of an identity's numeric check."""

Range = tuple[int | sp.Rational, int | sp.Rational]
Ranges = Mapping[sp.Symbol, Range]
"""From where each symbol is sampled; a complex symbol takes both parts from there."""
_Ranges = tuple[tuple[sp.Symbol, Range], ...]
NOTHING_ELSE: Ranges = MappingProxyType({})

WITHIN: Range = (sp.Rational(1, 10), sp.Rational(9, 10))
"""Values of an activation's constants at which steps are checked, with which the amplitude may be 9/10 too."""

REMEMBERED = 1024
"""Checks whose outcome is kept: laws share steps, and an equation that was checked need not be checked again."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was run to believe a step.

    kind: "definition", "identity", "truncation", or "evident" where both sides are one expression as soon as they are
    written; symbolic, numeric: what each route found, in words; points: numeric points compared; digits: digits to
    which both sides agree at all of them (0 where the numeric route measures an order instead, or there is none).
    """

    kind: str
    symbolic: str
    numeric: str
    points: int
    digits: int


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a derivation: a claim in words, its equation, and the check that has run.

    remainder: the order of what the right-hand side drops; None where the equation is exact.
    """

    claim: str
    equation: sp.Eq
    check: Check
    remainder: sp.Expr | None = None

    def __repr__(self) -> str:
        return f"<Step: {self.claim}>"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {printing.latex(self.equation, self.remainder)}$"


EVIDENT = Check("evident", "both sides are one expression as written", "nothing is left to compare", 0, 0)

Steps = tuple[Step, ...]
"""A derivation: its checked steps, in order."""


def definition(claim: str, left: sp.Expr, right: sp.Expr) -> Step:
    """A line that only names something: `left` stands for `right` from here on.

    Raises DerivationError if `left` occurs in `right`, or is no symbol or applied function.
    """
    if right.has(left) or not isinstance(left, sp.Symbol | sp.Function | sp.Indexed):
        raise DerivationError(
            f"definition '{claim}'", "a new name must stand alone on the left", left, "Rename it."
        )
    check = Check("definition", "a new name, not contained in what it stands for", "nothing to compare", 0, 0)
    return Step(claim, sp.Eq(left, right, evaluate=False), check)


def multiplied_out(rest: sp.Expr) -> sp.Expr:
    """0 where the numerator of `rest` over a common denominator is a sum of exponentials that cancel, else simplified.

    Sines and cosines are exponentials too.
    """
    return sp.S.Zero if _cancels(rest) else sp.simplify(rest)


def _cancels(rest: sp.Expr) -> bool:
    above, _ = sp.fraction(sp.together(rest.rewrite(sp.exp)))
    return bool(sp.expand(sp.expand(above)) == 0)


def identity(
    claim: str,
    left: sp.Expr,
    right: sp.Expr,
    ranges: Ranges,
    *,
    proof: Callable[[sp.Expr], sp.Expr] = multiplied_out,
    shown: sp.Eq | None = None,
) -> Step:
    """`left` = `right` exactly, for every value of the symbols.

    Symbolically, proof(left - right) must be 0. Numerically, both sides are evaluated as given at random
    exact points of `ranges`. `shown` is the equation to print where it differs from what is compared.
    Where both sides are the same expression as written there is nothing to evaluate, and the check says so.
    """
    within = _with_constants(ranges, left, right)
    check = EVIDENT if left == right else _identity_check(claim, left, right, within, proof)
    return Step(claim, sp.Eq(left, right, evaluate=False) if shown is None else shown, check)


@lru_cache(REMEMBERED)
def _identity_check(
    claim: str, left: sp.Expr, right: sp.Expr, ranges: _Ranges, proof: Callable[[sp.Expr], sp.Expr]
) -> Check:
    # numbers first: the proof of a wrong line can take minutes
    for point in sample(claim, dict(ranges), POINTS):
        _require_agreement(claim, left, right, point)
    rest = proof(left - right)
    if rest != 0:
        raise DerivationError(
            f"step '{claim}'", f"{left} must equal {right}", f"a symbolic difference {rest}", "Mend the step."
        )
    return Check(
        "identity", "left - right reduces to 0", f"both sides agree at {POINTS} random points", POINTS, DIGITS
    )


def truncation(
    claim: str,
    exact: sp.Expr,
    truncated: sp.Expr,
    variable: sp.Symbol,
    order: int,
    ranges: Ranges = NOTHING_ELSE,
    *,
    inner: tuple[sp.Symbol, sp.Expr] | None = None,
    shown: sp.Eq | None = None,
    remainder: sp.Expr | None = None,
) -> Step:
    """`exact` = `truncated` + O(variable**order) as variable -> 0+, and no better.

    inner: (R, R(variable)), where `exact` is given in an R that is itself a polynomial in the variable.
    Symbolically, the Taylor coefficients of the difference vanish below `order` and not at it.
    Numerically, the difference is evaluated at shrinking values of the variable and its order observed.
    `shown` and `remainder` are what to print where that differs from what is compared.
    """
    within = _with_constants(ranges, exact, truncated, *(inner or ()))
    check = _truncation_check(claim, exact, truncated, variable, order, within, inner)
    if shown is None:
        shown = sp.Eq(exact if inner is None else exact.xreplace(dict([inner])), truncated, evaluate=False)
    return Step(claim, shown, check, variable**order if remainder is None else remainder)


@lru_cache(REMEMBERED)
def _truncation_check(
    claim: str,
    exact: sp.Expr,
    truncated: sp.Expr,
    variable: sp.Symbol,
    order: int,
    ranges: _Ranges,
    inner: tuple[sp.Symbol, sp.Expr] | None,
) -> Check:
    if inner is None:
        coefficients = series.taylor(exact, variable, order)
    else:
        outside, inside = series.taylor(exact, inner[0], order), series.taylor(inner[1], variable, order)
        coefficients = series.composition(outside, inside)
        exact = exact.xreplace(dict([inner]))
    expected = series.taylor(truncated, variable, order)
    gaps = [a - b for a, b in zip(coefficients, expected, strict=True)]
    required = f"{exact} - ({truncated}) must be of order {variable}**{order}"
    if any(map(multiplied_out, gaps[:-1])) or _cancels(gaps[-1]):
        raise DerivationError(
            f"step '{claim}'", required, f"coefficients of the difference {gaps}", "Mend the step."
        )
    miss = sp.Add(exact, -truncated, evaluate=False)
    observed = [
        _observed_order(miss, variable, point)
        for point in sample(claim, {s: bounds for s, bounds in ranges if s != variable}, 2)
    ]
    if not all(abs(found - order) <= 1e-3 for found in observed):
        found = ", ".join(f"{one:.6f}" for one in observed)
        raise DerivationError(f"step '{claim}'", required, f"observed orders {found}", "Mend the step.")
    return Check(
        "truncation",
        f"Taylor coefficients of the difference vanish below {variable}**{order}, not at it",
        f"observed order of the difference {observed[0]:.6f}",
        2 * len(observed),
        0,
    )


def _with_constants(ranges: Ranges, *parts: sp.Expr) -> _Ranges:
    """The ranges, with those of other constants of an activation: these may have any value between 0 and 1."""
    constants = sorted(set().union(*(part.atoms(Constant) for part in parts)) - ranges.keys(), key=str)
    return (*ranges.items(), *((symbol, WITHIN) for symbol in constants))


def sample(seed: str, ranges: Ranges, count: int) -> Sequence[dict[sp.Symbol, sp.Expr]]:
    """`count` random points with exact coordinates, the same for the same `seed`. Bounds may hold other symbols."""
    source = Random(seed)
    drawn = [
        {symbol: _coordinate(symbol, bounds, source) for symbol, bounds in ranges.items()}
        for _ in range(count)
    ]
    return [{symbol: value.xreplace(point) for symbol, value in point.items()} for point in drawn]


def _coordinate(symbol: sp.Symbol, bounds: Range, source: Random) -> sp.Expr:
    def part() -> sp.Expr:
        share = sp.Rational(source.randrange(1, 10**6), 10**6)
        return bounds[0] + (bounds[1] - bounds[0]) * share

    return part() if symbol.is_real else part() + sp.I * part()


def _require_agreement(claim: str, left: sp.Expr, right: sp.Expr, point: Mapping[sp.Symbol, sp.Expr]) -> None:
    """Refuse two expressions that differ at a point in the first DIGITS digits."""
    context = kept_context(DIGITS + 15)
    one, other = (context.convert(value_at(side, point, DIGITS + 5)) for side in (left, right))
    if abs(one - other) > max(abs(one), abs(other)) * context.mpf(10) ** -DIGITS:
        raise DerivationError(
            f"step '{claim}'",
            f"{left} must equal {right} at {point}",
            f"{context.nstr(one, 20)} on the left, {context.nstr(other, 20)} on the right",
            "Mend the step.",
        )


def _observed_order(miss: sp.Expr, variable: sp.Symbol, point: Mapping[sp.Symbol, sp.Expr]) -> float:
    """d ln|miss| / d ln(variable) between two small values of the variable; NaN where one misses by nothing."""
    context = kept_context(DIGITS)
    near, far = (
        abs(context.convert(value_at(miss, {**point, variable: at}, DIGITS)))
        for at in (sp.Rational(1, 10**5), sp.Rational(1, 10**4))
    )
    return float(context.log10(far / near)) if near and far else math.nan
