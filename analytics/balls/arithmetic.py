"""Ball arithmetic: every number is an interval that contains the exact one, by python-flint.

`flint.ctx.prec` is global to the process. Whoever sets it holds `exclusive.PRECISION_LOCK` meanwhile and puts the
caller's value back; threads that use flint themselves must take the same lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import flint
import sympy as sp
from flint import acb, arb
from mpmath import mp

from analytics.balls.enclosure import Enclosure
from analytics.balls.inverse import EnclosedInverse
from analytics.balls.trees import COMPLEX, REAL, Tree
from analytics.errors import PrecisionError
from analytics.evaluation.translation import Arithmetic
from analytics.exclusive import PRECISION_LOCK

GUARD_BITS = 64
"""Bits of a proof beyond those of the digits asked for and those known to be lost."""


Known = Mapping[sp.Symbol, Any]
"""Symbols to exact SymPy numbers, or to balls."""

Found = TypeVar("Found")


class UndecidedError(Exception):
    """What the precision in force leaves open, in words; the whole proof is tried again with more bits."""


class flint_precision:  # noqa: N801 - used as a function, which would take twice as long at each of so many uses
    """`flint.ctx.prec` = `bits` inside, the caller's value outside; one thread at a time."""

    __slots__ = ("before", "bits")

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        PRECISION_LOCK.acquire()
        try:
            self.before = flint.ctx.prec
            flint.ctx.prec = self.bits
        except BaseException:
            PRECISION_LOCK.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            flint.ctx.prec = self.before
        finally:
            PRECISION_LOCK.release()


@contextmanager
def series_length(terms: int) -> Iterator[None]:
    """`flint.ctx.cap` = `terms` inside, to which flint cuts every series, the caller's value outside."""
    with PRECISION_LOCK:
        before = flint.ctx.cap
        flint.ctx.cap = terms
        try:
            yield
        finally:
            flint.ctx.cap = before


def decided(
    compute: Callable[[], Found], bits: int, attempts: int, operation: str, requirement: str, remedy: str
) -> Found:
    """What `compute` finds at the first of `attempts` precisions that decides it; each is twice the one before."""
    reason = ""
    for attempt in range(attempts):
        with flint_precision(bits << attempt):
            try:
                return compute()
            except UndecidedError as error:
                reason = str(error)
    raise PrecisionError(operation, requirement, f"{reason} at {bits << (attempts - 1)} bits", remedy)


def ball_arithmetic() -> Arithmetic:
    """Balls at the precision in force."""
    return Arithmetic(constant_ball, REAL | {"InverseProfile": EnclosedInverse})


def tree_at(point: Known, *, real: bool) -> Tree:
    """Expressions at a point.

    real: no value leaves the real line, as the root of a negative number does. What is real stays so: of a complex
    ball around a negative number the root may lie on either side of its cut.
    """
    known = {s: constant_ball(value) if isinstance(value, sp.Expr) else value for s, value in point.items()}
    return Tree((REAL if real else COMPLEX) | {"InverseProfile": EnclosedInverse}, known)


def constant_ball(expression: sp.Expr) -> Any:
    """A constant by the operations that make it up: `arb` where it is real, `acb` where it is not."""
    found = acb(Tree(COMPLEX).value(expression))
    return found.real if found.imag.is_zero() else found


def enclosure_of(ball: Any) -> Enclosure:
    """A finite ball, real or complex, as numbers of mpmath."""
    middle = ball.mid()
    if isinstance(ball, arb):
        midpoint, radius = mp.make_mpf(middle._mpf_), ball.rad()
    else:
        midpoint, radius = mp.make_mpc(middle._mpc_), abs(ball - middle)
    return Enclosure(midpoint, mp.make_mpf(radius.upper()._mpf_))


def ball_of(enclosure: Enclosure) -> Any:
    """The numbers of mpmath as a ball, `arb` or `acb`, widened by rounding at the precision in force."""
    around = arb(0, arb(enclosure.radius))
    if hasattr(enclosure.midpoint, "_mpc_"):
        return acb(enclosure.midpoint) + acb(around, around)
    return arb(enclosure.midpoint) + around
