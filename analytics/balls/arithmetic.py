"""Ball arithmetic: every number is an interval that contains the exact one, by python-flint.

`flint.ctx.prec` is global to the process. Whoever sets it holds `exclusive.PRECISION_LOCK` meanwhile and puts the
caller's value back; threads that use flint themselves must take the same lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flint
import sympy as sp
from flint import acb, arb
from mpmath import mp

from analytics.balls.enclosure import Enclosure
from analytics.balls.inverse import EnclosedInverse
from analytics.balls.trees import COMPLEX, REAL, Tree
from analytics.evaluation.translation import Arithmetic
from analytics.exclusive import PRECISION_LOCK

GUARD_BITS = 64
"""Bits of a proof beyond those of the digits asked for and those known to be lost."""


class UndecidedError(Exception):
    """Something that more bits may decide, in words; what is to be enclosed is then tried with more."""


@contextmanager
def flint_precision(bits: int) -> Iterator[None]:
    """`flint.ctx.prec` = `bits` inside, the caller's value outside; one thread at a time."""
    with PRECISION_LOCK:
        before = flint.ctx.prec
        flint.ctx.prec = bits
        try:
            yield
        finally:
            flint.ctx.prec = before


def ball_arithmetic() -> Arithmetic:
    """Balls at the precision in force, `arb` where a constant is real and `acb` where it is not.

    Constants are enclosed by the operations that make them up.
    """
    return Arithmetic(_constant, REAL | {"InverseProfile": EnclosedInverse})


def complex_arithmetic() -> Arithmetic:
    """Balls that leave the real line where a function does, as the root of a negative number.

    What is real stays so: of a complex ball around a negative number the root may lie on either side of its cut.
    """
    return Arithmetic(_constant, COMPLEX | {"InverseProfile": EnclosedInverse})


def _constant(expression: sp.Expr) -> Any:
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
