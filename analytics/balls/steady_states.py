"""How many steady states an amplitude law has at a point: each one apart from the others, and proved to be all.

The equation is rewritten in the modulus P >= 0 of the pre-activation, R = rho(P), and in the excess e = P - rho(P),
near 0 a small difference of large terms, which is written without one. A piece of the axis of P, in ball arithmetic,
- holds no state where the range of f = lhs - rhs over it, or f(m) + f' (P - m) around its middle, leaves out 0;
- holds one or none, as the signs at its ends say, where the range of f' does;
- is halved otherwise, in the logarithm of P.
The piece up to infinity is seen in 1/P. At a fold two states meet, and no piece shows them apart.
What is rewritten passes the gate of `rewriting`; slopes are taken along the trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import flint
import sympy as sp
from flint import arb

from analytics.balls.arithmetic import GUARD_BITS, UndecidedError, flint_precision, tree_at
from analytics.balls.rewriting import distances, require_equal
from analytics.balls.trees import Tree
from analytics.errors import PrecisionError
from analytics.evaluation.contexts import bits_of, magnitude
from analytics.expressions.notation import P, R, r
from analytics.expressions.parameter import Point
from analytics.network import sigmoid
from analytics.network.activation import Activation

MOST_PIECES = 4000
"""Pieces that the axis is cut into before the states count as not told apart."""

MOST_STEPS = 60
"""Of Newton's method, of which each doubles the digits once it is close."""

MOST_DOUBLINGS = 10_000
"""Binary orders of magnitude that P may lie away from 1."""

excess, output, u = sp.symbols("e rho u")


def isolated_states(
    equation: sp.Eq, unknown: sp.Symbol, activation: Activation, point: Point, digits: int
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
    equation: sp.Eq, unknown: sp.Symbol, activation: Activation, point: Point, digits: int
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
    equation: sp.Eq, unknown: sp.Symbol, activation: Activation, point: Point, digits: int
) -> Iterator[_Isolation | None]:
    """The pieces, at the precision that the digits need; None where there is no polynomial."""
    profile = _RegularProfile.of(activation)
    residual = _in_excess(equation, unknown, activation)
    if profile is None or residual is None:
        yield None
        return
    with flint_precision(bits_of(2 * digits + 4 * magnitude(point)) + 2 * GUARD_BITS):
        pieces = _Isolation(residual.xreplace(dict(point)), activation.rho(P), profile)
        try:
            pieces.require_same(equation, point)
        except UndecidedError as error:
            raise PrecisionError(
                "telling steady states apart",
                "the equation must be seen to be the one in the pre-activation",
                f"{error} at {flint.ctx.prec} bits",
                "Choose another point.",
            ) from error
        yield pieces


@dataclass(frozen=True, slots=True)
class _RegularProfile:
    """rho**n = P**n A/B, in forms without a pole or a cancellation.

    excess: P - rho(P) = P (B - A)/B / (1 + g + ... + g**(n - 1)), g = rho(P)/P = (A/B)**(1/n), regular at 0.
    far: rho(1/u), regular at u = 0.
    """

    excess: sp.Expr
    far: sp.Expr

    @classmethod
    def of(cls, activation: Activation) -> _RegularProfile | None:
        """None of a profile that is no root of a rational function."""
        power = sigmoid.rational_power(activation.profile)
        if power is None:
            return None
        n = sp.Integer(power.root)
        above, below = (part.as_expr().xreplace({r: P}) for part in (power.above, power.below))
        above, degree = sp.expand(above / P**n), power.below.degree()
        share = (above / below) ** (1 / n)
        difference = sp.factor_terms(sp.expand(below - above))
        numerator, denominator = (
            sp.expand(u**degree * part.xreplace({P: 1 / u})) for part in (P**n * above, below)
        )
        return cls(
            P * difference / below / sp.Add(*(share**i for i in range(n))),
            (numerator / denominator) ** (1 / n),
        )


class _Isolation:
    """The pieces of one equation in P and e, at the precision in force."""

    def __init__(self, residual: sp.Expr, image: sp.Expr, profile: _RegularProfile) -> None:
        self.residual, self.image, self.profile = residual, image, profile
        self.degree = sp.Poly(residual, P, excess).total_degree()
        self.far = sp.expand(u**self.degree * residual.xreplace({P: 1 / u, excess: 1 / u - output}))
        self.terms = sp.Poly(residual.xreplace({P: output + excess}), output, excess)
        self.tree = tree_at({}, real=True)
        self.rests = self._rests()

    def require_same(self, equation: sp.Eq, point: Point) -> None:
        """The equation as it was given, and the forms of it and of rho that the pieces use."""
        given = {symbol: self.tree.value(value) for symbol, value in point.items()}
        places = []
        for y in distances(arb.pos_inf()):
            amplitude = self.rho(y)
            places.append(
                self.tree.at(
                    {**given, P: y, R: amplitude, output: amplitude, excess: y - amplitude, u: 1 / y}
                )
            )
        for step, before, after in (
            ("writing an equation in P and P - rho(P)", equation.lhs - equation.rhs, self.residual),
            ("writing P - rho(P)", excess, self.profile.excess),
            ("writing rho in 1/P", output, self.profile.far),
            ("writing an equation in 1/P", u**self.degree * self.residual, self.far),
            ("writing an equation in rho and P - rho(P)", self.residual, self.terms.as_expr()),
        ):
            require_equal(step, places, _value_of(before), _value_of(after))

    def at(self, drive: arb) -> Tree:
        """A piece of P, and slopes along it."""
        along = self.tree.at({P: drive}, {P: arb(1)})
        e = self.profile.excess
        return self.tree.at({P: drive, excess: along.value(e)}, {P: arb(1), excess: along.slope(e)})

    def rho(self, drive: arb) -> arb:
        return arb(self.tree.at({P: drive}).value(self.image))

    def over(self, drive: arb) -> arb:
        """The range of f over a piece of P."""
        return arb(self.at(drive).value(self.residual))

    def slope(self, drive: arb) -> arb:
        """The range of f'."""
        return arb(self.at(drive).slope(self.residual))

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
            slope, centre = self.slope(drive), drive.mid()
            if not (self.over(centre) + slope * (drive - centre)).contains(0):
                continue
            if not slope.contains(0):
                signs = [self.over(end) for end in (below, above)]
                if not any(sign.contains(0) for sign in signs):
                    if (signs[0] > 0) != (signs[1] > 0):
                        found.append((below, above))
                    continue
            middle = (below * above).sqrt().mid()
            pieces += [(middle, above), (below, middle)]
        below, above = pieces[-1]
        place = self.rho(below.union(above))
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
        return self._end(arb(1) / 4, lambda end: self.over(arb(0).union(end)))

    def upper_end(self) -> arb:
        """A P above which there is none, by u = 1/P."""
        return self._end(arb(4), lambda end: self._beyond(arb(0).union(1 / end)))

    def _beyond(self, inverse: arb) -> arb:
        rho = self.tree.at({u: inverse}).value(self.profile.far)
        return arb(self.tree.at({u: inverse, output: rho}).value(self.far))

    def _end(self, factor: arb, values: Callable[[arb], arb]) -> arb:
        end = factor
        for _ in range(MOST_DOUBLINGS):
            if not values(end).contains(0):
                return end
            end = end * factor
        raise PrecisionError(
            "telling steady states apart",
            f"P must lie between 4**-{MOST_DOUBLINGS} and 4**{MOST_DOUBLINGS}",
            "no bound of it",
            "Choose another point.",
        )

    def _rests(self) -> bool:
        """Is P = 0 a state, and the only one? So it is where, in rho and e > 0, every term has the same sign.

        That is at input 0, which no step amplifies.
        """
        if not self.tree.at({P: arb(0), excess: arb(0)}).value(self.residual).is_zero():
            return False
        terms = [arb(self.tree.value(term)) for term in self.terms.coeffs()]
        return all(term >= 0 for term in terms) or all(term <= 0 for term in terms)


def _value_of(form: sp.Expr) -> Callable[[Tree], Any]:
    return lambda at: at.value(form)


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
