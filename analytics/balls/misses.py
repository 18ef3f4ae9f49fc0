"""The largest error of a formula along the states of an exact law, over a power of what drives them.

Where the drive goes to 0 the error and its power go to 0 together. Both are powers of the parameter times smooth
functions there: the powers cancel, and the quotient is as smooth as everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
import sympy as sp
from flint import arb

from analytics.balls.arithmetic import Known, UndecidedError, tree_at
from analytics.balls.taylor import FUNCTIONS, Piece, Taylor
from analytics.balls.trees import Tree
from analytics.errors import PrecisionError
from analytics.expressions import series

SPARE = 8
"""Powers that are kept beyond the order of a miss."""

LONGEST = 40
"""Powers of the parameter among which the leading one of the drive is looked for."""

CLOSE = arb(2) ** -13
"""Relative distance of the two bounds of a least upper bound."""

MOST = 200
"""Pieces that are halved before a bound is given up."""

DEEPEST = arb(2) ** -30
"""Part of the range down to which the piece at 0 is halved."""

FARTHEST = 400
"""The parameter is looked for between 2**-FARTHEST and 2**FARTHEST..."""

FINE = 60
"""...and its end to so many bits."""

VANISHING = (sp.Add, sp.log)
"""Nodes that can vanish at 0 where none of their parts does."""


class _OnPiece(Tree):
    """Values that are functions on a piece. Where a sum vanishes at 0 its leading zeros are found, and confirmed."""

    def __init__(
        self, piece: Piece, variable: sp.Symbol, known: Known, constants: dict[sp.Expr, Any]
    ) -> None:
        super().__init__(FUNCTIONS, {variable: Taylor.variable(piece), **known}, constants=constants)
        self.variable = variable

    def _value(self, node: sp.Expr) -> Any:
        found = super()._value(node)
        if (
            isinstance(node, VANISHING)
            and node.free_symbols == {self.variable}
            and found.piece.starts_at_zero
        ):
            count = _seen_zeros(found)
            if not all(term.is_zero() for term in found.terms[:count]):
                _require_zeros(node, self.variable, int(found.valuation) + count)
                return found.without(count)
        return found


def _seen_zeros(function: Taylor) -> int:
    """How many leading coefficients look like 0: they hold it, and are smaller than half of the bits."""
    least = arb(2) ** (-flint.ctx.prec // 2)
    for count, term in enumerate(function.terms[:-1]):
        if not (term.contains(0) and abs(term) < least):
            return count
    return function.piece.degree


@lru_cache(maxsize=1024)
def _require_zeros(node: sp.Expr, variable: sp.Symbol, count: int) -> None:
    """Raise UndecidedError unless so many Taylor coefficients are 0 by exact arithmetic too."""
    if any(series.taylor(node, variable, count)[:count]):
        raise UndecidedError("how fast a function vanishes at 0")


@dataclass(frozen=True, slots=True)
class Miss:
    """|exact - formula| / drive**order along `variable` = u > 0.

    exact, drive: expressions in u. formula: in the symbol `driven`, which stands for the drive.
    known: every further symbol, in balls. positive: an expression in u that must be above 0 all along.
    """

    variable: sp.Symbol
    drive: sp.Expr
    driven: sp.Symbol
    exact: sp.Expr
    formula: sp.Expr
    order: Fraction
    known: Known
    positive: sp.Expr

    def on(self, piece: Piece) -> Taylor:
        """(exact - formula) / drive**order, a smooth function also where u goes to 0."""
        constants: dict[sp.Expr, Any] = {}
        tree = _OnPiece(piece, self.variable, self.known, constants)
        drive = tree.value(self.drive).stripped()
        positive = tree.value(self.positive)
        if not (positive.bounds()[0] if isinstance(positive, Taylor) else positive) > 0:
            raise UndecidedError(f"whether {self.positive} is above 0")
        tree.values[self.driven] = drive
        miss = tree.value(self.exact) - tree.value(self.formula)
        lacking = self.order * drive.valuation - miss.valuation
        if piece.starts_at_zero and lacking > 0:
            miss = miss.without(self._agreeing(miss, int(lacking)))
        quotient: Taylor = miss * drive.raised(-self.order)
        return quotient

    def _agreeing(self, miss: Taylor, count: int) -> int:
        """`count` itself, leading coefficients of a miss that are 0 as the derivation of the formula has shown."""
        if not all(term.is_finite() for term in miss.terms):
            raise UndecidedError("a value that is not finite")
        if not all(term.contains(0) for term in miss.terms[:count]):
            raise PrecisionError(
                "bounding an error",
                f"the formula must agree with the exact law up to the order {self.order}",
                f"{_seen_zeros(miss) + miss.valuation} powers of {self.variable} that agree",
                "This is an internal error: please report the network and the law.",
            )
        if _seen_zeros(miss) < count:
            raise UndecidedError("how fast an error vanishes at 0")
        return count


@dataclass(frozen=True, slots=True)
class Largest:
    """The least upper bound of |miss| lies between `below` and `above`; it is reached near u = place."""

    below: arb
    above: arb
    place: arb


def largest(miss: Miss, end: arb) -> Largest:
    """The least upper bound of |miss| for 0 < u <= end: the piece that may exceed the others is halved.

    Raises UndecidedError where MOST pieces do not suffice.
    """
    drive = _OnPiece(Piece(arb(0), arb(2) ** -FINE, LONGEST), miss.variable, miss.known, {}).value(miss.drive)
    # parts may vanish as the square of the drive does, before a root is taken
    degree = SPARE + int((abs(miss.order) + 2) * abs(drive.stripped().valuation))
    waiting = [_Bounded.on(miss, Piece(arb(0), end, degree))]
    below, place = arb(0), end
    for _ in range(MOST):
        top = max(waiting, key=lambda part: float(part.above))
        for value, where in top.reached:
            if value > below:
                below, place = value, where
        if top.above <= below * (1 + CLOSE):
            above = arb(0)
            for part in waiting:
                above = above.max(part.above)
            return Largest(below, above.upper(), place)
        if top.piece.starts_at_zero and top.piece.high < end * DEEPEST:
            break
        waiting.remove(top)
        waiting += [_Bounded.on(miss, half) for half in top.piece.halves()]
    raise UndecidedError(top.reason or "how large it is")


@dataclass(frozen=True, slots=True)
class _Bounded:
    """|miss| <= above on a piece, and the values at its ends, from below; reason: why it is not bounded."""

    piece: Piece
    above: arb
    reached: tuple[tuple[arb, arb], ...]
    reason: str

    @staticmethod
    def on(miss: Miss, piece: Piece) -> _Bounded:
        try:
            found = miss.on(piece)
            low, high = found.bounds()
            values = found.at_ends()
        except UndecidedError as error:
            return _Bounded(piece, arb.pos_inf(), (), str(error))
        if not (low.is_finite() and high.is_finite()):
            return _Bounded(piece, arb.pos_inf(), (), "a value that is not finite")
        reached = tuple(
            (abs(value).lower(), where) for value, where in zip(values, (piece.low, piece.high), strict=True)
        )
        return _Bounded(piece, abs(low).max(abs(high)).upper(), reached, "")


def value_at_end(miss: Miss, expression: sp.Expr, place: arb) -> arb:
    """An expression in u at one place, in a ball."""
    return arb(tree_at({**miss.known, miss.variable: place}, real=True).value(expression))


def end_of(miss: Miss, drive: arb) -> arb | None:
    """A u > 0 whose drive is proved to lie at `drive` or just beyond, seen from small u; None where none is found."""

    def is_before(place: arb, sign: int) -> bool:
        return bool((value_at_end(miss, miss.drive, place) - drive) * sign < 0)

    low = arb(2) ** -FARTHEST
    while not value_at_end(miss, miss.drive, low).is_finite() and low < 1:  # all digits have cancelled
        low = 2 * low
    sign = 1 if is_before(low, 1) else -1
    high = low
    for _ in range(2 * FARTHEST):
        if not is_before(high, sign):
            break
        low, high = high, 2 * high
    for _ in range(FINE):
        middle = ((low + high) / 2).mid()
        low, high = (middle, high) if is_before(middle, sign) else (low, middle)
    high = (2 * high - low).mid()  # where the drive is so flat or even that it is told from `drive`
    beyond = (value_at_end(miss, miss.drive, high) - drive) * sign
    return high if beyond >= 0 else None
