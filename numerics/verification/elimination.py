"""The slope of a quantity against the logarithm of its input, known terms eliminated one after the other.

    y(x) = b + a ln x + sum_m c_m f_m(x),      f_m = x^(s_m) (ln x)^(l_m)

From values at x_0, x_1, ... the slopes of neighbours T(j, 0) = (y_j+1 - y_j) / (ln x_j+1 - ln x_j) miss a by the
slopes g of the f_m. The m-th column frees two neighbours of the m-th term,

    T(j, m) = (g_m(j) T(j-1, m-1) - g_m(j-1) T(j, m-1)) / (g_m(j) - g_m(j-1)),

with the same combination of the g that are left (Brezinski's E-algorithm). On a geometric sequence this is
Richardson's elimination, q^s T(j-1) and T(j) over q^s - 1.

All of it is done in balls: each entry contains what exact values inside the balls given would have led to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from math import floor

import sympy as sp
from flint import arb, fmpq

from analytics.balls.arithmetic import flint_precision
from analytics.evaluation.contexts import bits_of

Row = tuple[arb, ...]
"""T(j, 0) ... T(j, j)."""


@dataclass(frozen=True, slots=True)
class Term:
    """x^power (ln x)^logarithms."""

    power: sp.Rational
    logarithms: int = 0


def powers(step: sp.Rational, most: int) -> tuple[Term, ...]:
    """x^step, x^(2 step), ..., `most` of them."""
    return tuple(Term(step * m) for m in range(1, most + 1))


def powers_with_logarithms(step: sp.Rational, most: int) -> tuple[Term, ...]:
    """x^step, x^step ln x, x^(2 step), x^(2 step) ln x, ...: the m-th power with m logarithms at most.

    The plain power first: in the other order columns of a geometric sequence divide by 0.
    """

    def terms() -> Iterator[Term]:
        for m in count(1):
            yield from (Term(step * m, logarithms) for logarithms in range(m + 1))

    return tuple(islice(terms(), most))


class Elimination:
    """The rows of an elimination, one for each input after the first; terms are eliminated while they last.

    gains_little: on a geometric sequence of inputs each elimination gains so much that a small change is no chance.
    Where inputs are close to each other it gains a factor of some tens: then a change is small by chance once in some
    tens, so what the two before make one expect of it counts as well.
    """

    def __init__(self, terms: Sequence[Term], digits: int, *, gains_little: bool = False) -> None:
        self.terms = tuple(terms)
        self.gains_little = gains_little
        self.table: list[Row] = []
        self._bits = bits_of(digits)
        self._latest: tuple[arb, arb, list[arb]] | None = None
        self._left: list[list[arb]] = []  # after m eliminations, the slopes of the terms from the m-th on

    def add(self, x: sp.Rational, y: arb) -> None:
        """Take in the value y, a ball, at the input x > 0, an exact one."""
        with flint_precision(self._bits):
            exact = arb(fmpq(int(x.p), int(x.q)))
            logarithm = exact.log()
            values = [_value(term, exact, logarithm) for term in self.terms]
            before, self._latest = self._latest, (logarithm, y, values)
            if before is None:
                return
            width = logarithm - before[0]
            entries = [(y - before[1]) / width]
            left = [[(now - then) / width for now, then in zip(values, before[2], strict=True)]]
            above = self.table[-1] if self.table else ()
            for index, entry in enumerate(above[: len(self.terms)]):
                mine, theirs = left[index], self._left[index]
                g, h = mine[0], theirs[0]
                own, other = h / (g - h), g / (g - h)
                entries.append(other * entry - own * entries[index])
                left.append(
                    [other * then - own * now for then, now in zip(theirs[1:], mine[1:], strict=True)]
                )
            self._left = left
            self.table.append(tuple(entries))

    @property
    def latest(self) -> arb:
        """The slope with the most terms eliminated."""
        return self.table[-1][-1]

    @property
    def change(self) -> arb:
        """The largest of the last changes of the slope, an estimate of its distance from a.

        Changes from one diagonal entry to the next, as many as the last power eliminated has terms, and the
        change along the last row; and see `gains_little`. Infinite before there are so many.
        """
        if len(self.table) <= self._alike:
            return arb("inf")
        with flint_precision(self._bits):
            seen = abs(self.table[-1][-1] - self.table[-1][-2 if self.terms else -1])
            for row, above in islice(zip(self.table[::-1], self.table[-2::-1], strict=False), self._alike):
                seen = seen.max(abs(row[-1] - above[-1]))
            if self.gains_little:
                seen = seen.max(self._expected)
        return seen

    @property
    def _expected(self) -> arb:
        """The last change along the diagonal if it falls as the one before did; infinite at first."""
        if len(self.table) < 4:
            return arb("inf")
        far, near = (abs(self.table[-n][-1] - self.table[-n - 1][-1]) for n in (3, 2))
        return near * near / far if far > near else near  # where there was nothing left to fall

    @property
    def bound(self) -> arb:
        """`change`, itself a ball, and the radius of `latest`, at most: an exact number."""
        with flint_precision(self._bits):
            return (self.change + self.latest.rad()).upper() if self.table else arb("inf")

    @property
    def _alike(self) -> int:
        """How many terms have the power that was eliminated last: with logarithms, only all of them gain digits."""
        eliminated = self.terms[: len(self.table) - 1]
        return sum(term.power == eliminated[-1].power for term in self.terms) if eliminated else 1


def magnification(inputs: Sequence[sp.Rational], terms: Sequence[Term]) -> int:
    """Decimal digits that the elimination takes from values at these inputs, rounded up."""
    digits = 2 * len(inputs) + 30
    while True:
        elimination = Elimination(terms, 4 * digits)
        for x in inputs:
            elimination.add(x, arb(0, 1))
        radius = elimination.latest.rad()
        if radius < arb(10) ** digits:
            return max(0, decimal_exponent(radius) + 1)
        digits *= 2


def decimal_exponent(number: arb) -> int:
    """floor(log10 |number|) of the midpoint; very negative for 0."""
    middle = abs(number).mid()
    if not middle.is_finite():
        return 10**9
    return -(10**9) if middle.is_zero() else floor(float((middle.log() / arb(10).log()).mid()))


def _value(term: Term, x: arb, logarithm: arb) -> arb:
    power = x ** fmpq(int(term.power.p), int(term.power.q)) if term.power else arb(1)
    return power * logarithm**term.logarithms if term.logarithms else power
