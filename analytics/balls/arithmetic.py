"""Ball arithmetic: every number is an interval that contains the exact one, by python-flint.

`flint.ctx.prec` is global to the process. Whoever sets it holds `exclusive.PRECISION_LOCK` meanwhile and puts the
caller's value back; threads that use flint themselves must take the same lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any

import sympy as sp

from analytics.balls.enclosure import Enclosure
from analytics.errors import PrecisionError
from analytics.evaluation.translation import Arithmetic, constant_of
from analytics.exclusive import PRECISION_LOCK

FUNCTIONS = (
    "sqrt root exp log sin cos tan cot asin acos atan sinh cosh tanh coth asinh acosh atanh erf erfc erfinv"
)
"""Functions that an expression may contain beside powers and absolute values: methods of a ball."""


class UndecidedError(Exception):
    """Something that more bits may decide, in words; what is to be enclosed is then tried with more."""


@contextmanager
def flint_precision(bits: int) -> Iterator[None]:
    """`flint.ctx.prec` = `bits` inside, the caller's value outside; one thread at a time."""
    import flint

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
    from flint import acb, arb, fmpq

    from analytics.balls.inverse import EnclosedInverse

    def constant(expression: sp.Expr) -> Any:
        if expression.is_Rational:
            return arb(fmpq(int(expression.p), int(expression.q)))
        enclosed = acb(constant_of(expression, composing))
        return enclosed.real if enclosed.imag.is_zero() else enclosed

    def atom(expression: sp.Expr) -> Any:
        if expression.is_Rational:
            return acb(fmpq(int(expression.p), int(expression.q)))
        known = {sp.pi: acb(arb.pi()), sp.E: acb(1).exp(), sp.I: acb(0, 1)}
        if expression not in known:
            raise PrecisionError(
                "enclosing a constant",
                "it must be made of rationals, pi, E and I",
                expression,
                "Write it with these.",
            )
        return known[expression]

    functions: dict[str, Callable[..., Any]] = {name: _method(name) for name in FUNCTIONS.split()}
    functions |= {"Abs": abs, "power": pow, "atan2": _atan2}
    functions |= {
        "re": lambda value: acb(value).real,
        "im": lambda value: acb(value).imag,
        "arg": lambda value: acb(value).arg(),
        "conjugate": lambda value: acb(value).conjugate(),
        "sign": lambda value: _real(value).sgn(),
        "Min": lambda *values: reduce(lambda one, two: one.min(two), map(_real, values)),
        "Max": lambda *values: reduce(lambda one, two: one.max(two), map(_real, values)),
    }
    composing = Arithmetic(atom, functions)
    arithmetic = Arithmetic(constant, functions)
    functions["InverseProfile"] = lambda profile: EnclosedInverse(profile, arithmetic)
    return arithmetic


def complex_arithmetic() -> Arithmetic:
    """Balls that leave the real line where a function does, as the root of a negative number.

    What is real stays so: of a complex ball around a negative number the root may lie on either side of its cut.
    """
    from flint import acb, arb

    arithmetic = ball_arithmetic()

    def extended(name: str) -> Callable[..., Any]:
        real = arithmetic.functions[name]

        def function(value: Any, *arguments: Any) -> Any:
            found = real(value, *arguments)
            if not isinstance(value, arb) or found.is_finite():
                return found
            return real(acb(value), *arguments)

        return function

    names = ("sqrt", "root", "log", "asin", "acos", "atanh", "acosh", "power")
    functions = {**arithmetic.functions, **{name: extended(name) for name in names}}
    return Arithmetic(arithmetic.constant, functions)


def enclosure_of(ball: Any) -> Enclosure:
    """A finite ball, real or complex, as numbers of mpmath."""
    from flint import arb
    from mpmath import mp

    middle = ball.mid()
    if isinstance(ball, arb):
        midpoint, radius = mp.make_mpf(middle._mpf_), ball.rad()
    else:
        midpoint, radius = mp.make_mpc(middle._mpc_), abs(ball - middle)
    return Enclosure(midpoint, mp.make_mpf(radius.upper()._mpf_))


def ball_of(enclosure: Enclosure) -> Any:
    """The numbers of mpmath as a ball, `arb` or `acb`, widened by rounding at the precision in force."""
    from flint import acb, arb

    around = arb(0, arb(enclosure.radius))
    if hasattr(enclosure.midpoint, "_mpc_"):
        return acb(enclosure.midpoint) + acb(around, around)
    return arb(enclosure.midpoint) + around


def _atan2(y: Any, x: Any) -> Any:
    """The angle of real numbers, in (-pi, pi]."""
    from flint import arb

    return arb.atan2(_real(y), _real(x))


def _real(value: Any) -> Any:
    """A real ball, from one that may be complex only in form."""
    from flint import acb, arb

    if isinstance(value, acb):
        return value.real if value.imag.is_zero() else arb.nan()
    return arb(value)


def _method(name: str) -> Callable[..., Any]:
    """A method of a ball by its name; of its real part where complex balls have none."""

    def function(value: Any, *arguments: Any) -> Any:
        from flint import arb

        value = arb(value) if isinstance(value, int) else value
        method = getattr(value, name, None)
        return (getattr(_real(value), name) if method is None else method)(*arguments)

    return function
