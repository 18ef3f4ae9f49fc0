"""How many steady states an amplitude law has at a point: each one apart from the others, and proved to be all.

The equation is rewritten in the modulus P >= 0 of the pre-activation, R = rho(P), and in the excess e = P - rho(P),
near 0 a small difference of large terms, which is written without one. A piece of the axis of P, in ball arithmetic,
- holds no state where the range of f = lhs - rhs over it leaves out 0;
- holds one or none, as the signs at its ends say, where the range of f' does;
- is halved otherwise, in the logarithm of P.
The piece from 0 uses 0 <= e <= P, the one up to infinity that rho <= saturation. At a fold two states meet, and no
piece shows them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import flint
import sympy as sp
from flint import arb

from analytics.balls.arithmetic import ball_arithmetic, flint_precision
from analytics.errors import PrecisionError
from analytics.evaluation.contexts import decades
from analytics.evaluation.translation import function_of
from analytics.expressions.notation import P, R, r
from analytics.network import sigmoid
from analytics.network.activation import Activation

MOST_PIECES = 4000
"""Pieces that the axis is cut into before the states count as not told apart."""

MOST_STEPS = 60
"""Of Newton's method, of which each doubles the digits once it is close."""

excess, output, inverse = sp.symbols("e rho u")


def isolated_states(
    equation: sp.Eq,
    unknown: sp.Symbol,
    activation: Activation,
    point: Mapping[sp.Symbol, sp.Expr],
    digits: int,
) -> tuple[tuple[Any, Any], ...] | None:
    """Disjoint intervals of R with one steady state in each, by increasing R, which together hold all.

    unknown: R, or P = psi(R). Ends are `arb` balls of rho. None for an equation that is no polynomial in P and e
    once psi(R) and rho(P) are replaced, or a profile that is no root of a rational function: nothing is proved then.
    Raises PrecisionError at a fold.
    """
    with _pieces_of(equation, unknown, activation, point, digits) as pieces:
        if pieces is None:
            return None
        return tuple((pieces.rho(below), pieces.rho(above)) for below, above in pieces.intervals())


def enclosed_states(
    equation: sp.Eq,
    unknown: sp.Symbol,
    activation: Activation,
    point: Mapping[sp.Symbol, sp.Expr],
    digits: int,
) -> list[Any] | None:
    """`unknown`, R or P = psi(R), in each steady state: an `arb` ball of a relative radius below 10**-digits.

    In the order of `isolated_states`, and None or PrecisionError where it has none: then by Newton's method in balls.
    """
    with _pieces_of(equation, unknown, activation, point, digits) as pieces:
        if pieces is None:
            return None
        drives = [pieces.narrowed(below, above, digits) for below, above in pieces.intervals()]
        return [pieces.rho(drive) for drive in drives] if unknown == R else drives


def one_in_each(apart: Sequence[tuple[Any, Any]], amplitudes: Sequence[Any]) -> bool:
    """Does each of the intervals hold one of the amplitudes, and are there no others?"""
    values = [arb(amplitude) for amplitude in amplitudes]
    return [sum(bool(low < R < high) for R in values) for low, high in apart] == [1] * len(values)


@contextmanager
def _pieces_of(
    equation: sp.Eq,
    unknown: sp.Symbol,
    activation: Activation,
    point: Mapping[sp.Symbol, sp.Expr],
    digits: int,
) -> Iterator[_Isolation | None]:
    """The pieces, at the precision that the digits need; None where there is no polynomial."""
    sharp = _excess(activation)
    residual = _in_excess(equation, unknown, activation)
    if sharp is None or residual is None:
        yield None
        return
    bound = residual.xreplace(dict(point))
    magnitude = max((decades(value) for value in point.values()), default=0)
    with flint_precision(int(3.33 * (2 * digits + 4 * magnitude)) + 128):
        yield _Isolation(bound, sharp, activation)


class _Isolation:
    """The pieces of one equation in P and e, at the precision in force."""

    def __init__(self, residual: sp.Expr, sharp: sp.Expr, activation: Activation) -> None:
        arithmetic = ball_arithmetic()

        def compiled(arguments: tuple[sp.Symbol, ...], expression: sp.Expr) -> Callable[..., Any]:
            return function_of(arguments, expression, arithmetic)

        self.value = compiled((P, excess), residual)
        self.excess = compiled((P,), sharp)
        self.slope_of_excess = compiled((P,), 1 - activation.slope(P))
        self.in_drive = compiled((P, excess), sp.diff(residual, P))
        self.in_excess = compiled((P, excess), sp.diff(residual, excess))
        self.rho = compiled((P,), activation.rho(P))
        far, _ = sp.fraction(sp.together(residual.subs(excess, P - output).subs(P, 1 / inverse)))
        self.far = compiled((inverse, output), sp.expand(far))
        self.saturation = arb(arithmetic.constant(activation.saturation))
        self.rests = _rests(residual)

    def over(self, drive: arb) -> arb:
        """The range of f over a piece of P."""
        if drive.contains(0):
            return arb(self.value(drive, arb(0).union(drive.upper())))
        return arb(self.value(drive, self.excess(drive)))

    def slope(self, drive: arb) -> arb:
        """The range of f' over a piece without 0."""
        e = self.excess(drive)
        return arb(self.in_drive(drive, e) + self.in_excess(drive, e) * self.slope_of_excess(drive))

    def intervals(self) -> tuple[tuple[Any, Any], ...]:
        """Ends P of the pieces with one state each."""
        if self.rests:
            return ((arb(-1), arb(1)),)
        low, high = self.lower_end(), self.upper_end()
        pieces = [(low, high)]
        found: list[tuple[arb, arb]] = []
        for _ in range(MOST_PIECES):
            if not pieces:
                return tuple(found)
            below, above = pieces.pop()
            drive = below.union(above)
            if not self.over(drive).contains(0):
                continue
            if not self.slope(drive).contains(0):
                signs = [self.over(end) for end in (below, above)]
                if not any(sign.contains(0) for sign in signs):
                    if (signs[0] > 0) != (signs[1] > 0):
                        found.append((below, above))
                    continue
            middle = (below * above).sqrt().mid()
            pieces += [(middle, above), (below, middle)]
        place = self.rho(pieces[-1][0])
        raise PrecisionError(
            "telling steady states apart",
            f"each must be simple, to {flint.ctx.prec} bits",
            f"two that meet, or all but meet, at R = {place.str(8, radius=False)}: a fold",
            "Move the input away from the fold.",
        )

    def narrowed(self, below: arb, above: arb, digits: int) -> arb:
        """P in the one state of a piece, along which f has a slope of one sign: by Newton's method in balls."""
        if self.rests:
            return arb(0)
        drive = below.union(above)
        for _ in range(MOST_STEPS):
            if drive.rad() < abs(drive).lower() * arb(10) ** -(digits + 2):
                return drive
            middle = drive.mid()
            drive = drive.intersection(middle - self.over(middle) / self.slope(drive))
        raise PrecisionError(
            "enclosing a steady state",
            f"a radius of 10^-{digits} must be reached",
            f"P = {drive.str(8)} after {MOST_STEPS} steps",
            "Move the input away from the fold.",
        )

    def lower_end(self) -> arb:
        """A P below which there is no state."""
        end = arb(1)
        while self.over(arb(0).union(end)).contains(0):
            end = end / 4
        return end

    def upper_end(self) -> arb:
        """A P above which there is none, u = 1/P and rho <= saturation."""
        end = arb(4)
        while self.far(arb(0).union(1 / end), self.rho(end).union(self.saturation)).contains(0):
            end = end * 4
        return end


def _rests(residual: sp.Expr) -> bool:
    """Is P = 0 a state, and the only one? So it is where, in rho and e > 0, every term has the same sign.

    That is at input 0, which no step amplifies.
    """
    if residual.xreplace({P: sp.S.Zero, excess: sp.S.Zero}) != 0:
        return False
    terms = sp.Poly(residual.xreplace({P: output + excess}), output, excess).coeffs()
    return all(term.is_nonnegative for term in terms) or all(term.is_nonpositive for term in terms)


def _excess(activation: Activation) -> sp.Expr | None:
    """P - rho(P), rho**n = A/B, as (P**n - A/B) / sum of P**i rho**(n - 1 - i), where nothing cancels at small P."""
    power = sigmoid.rational_power(activation.profile)
    if power is None:
        return None
    n = power.root
    above, below = (part.as_expr().xreplace({r: P}) for part in (power.above, power.below))
    difference = sp.factor_terms(sp.expand(P**n * below - above))
    total = sp.Add(*(P**i * activation.rho(P) ** (n - 1 - i) for i in range(n)))
    return difference / below / total


def _in_excess(equation: sp.Eq, unknown: sp.Symbol, activation: Activation) -> sp.Expr | None:
    """lhs - rhs in P and e."""
    residual = equation.lhs - equation.rhs
    if unknown == R:
        residual = residual.xreplace({activation.psi(R): P}).xreplace({R: P - excess})
    else:
        roots = [part for part in activation.rho(P).args if part.is_Pow and part.exp.is_positive]
        if not roots:
            return None
        rest = activation.rho(P) / roots[0]
        residual = residual.xreplace({roots[0]: (P - excess) / rest})
    return residual if residual.is_polynomial(P, excess) else None
