"""The values of a law at a point in balls: every step of `values`, enclosed.

Of a law with a remainder the value of its truncated formula is enclosed, and not what was dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp
from flint import acb, arb, fmpq
from mpmath import mp

from analytics.balls.arithmetic import (
    GUARD_BITS,
    UndecidedError,
    ball_of,
    constant_ball,
    enclosure_of,
    flint_precision,
    tree_at,
)
from analytics.balls.enclosure import Enclosure
from analytics.balls.rewriting import distances, require_equal
from analytics.balls.roots import enclosed_roots
from analytics.balls.steady_states import enclosed_states
from analytics.balls.trees import Tree
from analytics.balls.waves import enclosed_polynomial_roots, enclosed_wave_roots, positive_roots
from analytics.errors import ContradictionError, LawError, NoRootError, PrecisionError
from analytics.evaluation.contexts import bits_of, magnitude
from analytics.evaluation.numeric import at_zeros
from analytics.evaluation.values import require_digits
from analytics.expressions.notation import P, R
from analytics.expressions.parameter import Point, exact_number, point_text
from analytics.law.statement import GivenPoint, Kind, Statement
from analytics.law.values import branches

ATTEMPTS = 5
"""Precisions tried, each twice the one before."""


def enclosed_branches(law: Statement, point: GivenPoint, digits: int) -> tuple[Enclosure, ...]:
    """All values of the subject of one version of a law at `point`, each in a ball.

    Each radius is at most 10**-digits of the value; of a value with a period, and of one that may be 0, of 1.
    Raises PrecisionError where that is not reached: at a point where two cases of the law meet, or where it has a
    value only as a limit; as `enclosed_roots` and `enclosed_wave_roots` for implicit laws. Raises
    ContradictionError where `branches` finds other values: nothing is handed out that they do not confirm.
    """
    found: tuple[Enclosure, ...] = ()
    absent: NoRootError | None = None
    try:
        found = _enclosed(law, point, digits)
    except NoRootError as error:
        absent = error
    try:
        searched = branches(law, point, digits)
    except (LawError, PrecisionError):  # the search came to nothing
        searched = None
    if searched is not None and not _confirms(law, found, searched, digits):
        raise ContradictionError(
            f"enclosing '{law.name}' at {point_text(law.given(point))}",
            "what is proved must be what is found without proof",
            f"{_listed([ball.midpoint for ball in found])} proved, {_listed(searched)} found",
            "This is an internal error: please report the network and the point.",
        )
    if absent is not None:
        raise absent
    return found


def _confirms(law: Statement, balls: Sequence[Enclosure], values: Sequence[Any], digits: int) -> bool:
    """Does each ball hold one of the values, right to `digits` digits, and is each value held?"""
    with flint_precision(GUARD_BITS + bits_of(2 * digits)):
        period = None if law.period is None else constant_ball(law.period)

        def holds(ball: Enclosure, value: Any) -> bool:
            number = acb(value)
            error = (abs(number) if period is None else arb(1)) * arb(10) ** -digits
            apart = acb(ball_of(ball)) - number
            turns = arb(0) if period is None else (apart.real / period + arb(1) / 2).mid().floor()
            return not abs(apart - turns * (period or 0)) > error

        held = [[holds(ball, value) for value in values] for ball in balls]
        every = all(any(row) for row in held) and all(any(row[i] for row in held) for i in range(len(values)))
        return every and len(balls) == len(values)


def _listed(numbers: Sequence[Any]) -> str:
    return ", ".join(mp.nstr(number, 12) for number in numbers) or "no value"


def _enclosed(law: Statement, point: GivenPoint, digits: int) -> tuple[Enclosure, ...]:
    """As `enclosed_branches`, unconfirmed."""
    operation = f"enclosing '{law.name}'"
    require_digits(operation, digits)
    values = law.given(point)
    reason = ""
    for attempt in range(ATTEMPTS):
        try:
            found = _Balls(law, values, (digits + 10) << attempt).found()
        except UndecidedError as error:
            reason = str(error)
            continue
        if all(_is_close(law, ball, digits, last=attempt == ATTEMPTS - 1) for ball in found):
            return tuple(map(enclosure_of, found))
        reason = f"a radius of {max(ball.rad() for ball in found).str(3, radius=False)}"
    raise PrecisionError(
        operation,
        f"{digits} digits must be proved at {point_text(values)}",
        f"{reason} with {(digits + 10) << (ATTEMPTS - 1)} working digits",
        "Move the point away from where cases of the law meet, or evaluate without enclosure.",
    )


def _is_close(law: Statement, ball: Any, digits: int, *, last: bool) -> bool:
    with flint_precision(64):
        radius, size = ball.rad(), abs(ball).lower()
        if law.period is not None or (last and size <= 0):
            size = size.max(arb(1))
        return bool(radius <= size * arb(10) ** -digits)


class _Balls:
    """The values of a law at `working` digits."""

    def __init__(self, law: Statement, values: Point, working: int) -> None:
        self.law, self.values, self.working = law, values, working
        self.size = magnitude(values)

    def found(self) -> list[Any]:
        found: list[Any] = []
        with flint_precision(GUARD_BITS + bits_of(self.working + 2 * self.size)):
            for place, others in enumerate(self.others()):
                found += [self.reduced(ball) for ball in self.solutions({**self.values, **others}, place)]
        if any(not ball.is_finite() for ball in found):
            raise UndecidedError("no finite value")
        return found

    def solutions(self, point: Mapping[sp.Symbol, Any], place: int) -> Sequence[Any]:
        """The values at a point; place: which of the combinations of `others` stands in it, by its number."""
        law = self.law
        stated = law.equation, law.subject, law.codomain
        match law.kind:
            case Kind.EXPLICIT:
                return [_value(branch, point, real=not law.is_complex) for branch in law.predictions]
            case Kind.COMPLEX_ROOTS:
                return self.polynomial_roots(point, place)
            case Kind.MEAN:
                raise PrecisionError(
                    f"enclosing '{law.name}'",
                    "the values must follow from the point alone",
                    "a mean over a period, of which the error is seen and not proved",
                    "Evaluate without enclosure.",
                )
            case Kind.WAVES:
                return list(map(ball_of, enclosed_wave_roots(*stated, point, self.working)))
            case Kind.REAL_ROOTS | Kind.STEADY_STATES:
                expanding = None if law.network.activation.contracts else self.where_it_expands(point)
                if expanding is not None:
                    return expanding
                return list(map(ball_of, enclosed_roots(*stated, point, self.working)))

    def where_it_expands(self, point: Mapping[sp.Symbol, Any]) -> Sequence[Any] | None:
        """The real roots of an equation in psi where the activation expands somewhere; None of other equations."""
        law, activation = self.law, self.law.network.activation
        if law.kind is Kind.STEADY_STATES:
            digits = self.working + self.size
            states = enclosed_states(law.equation, law.subject, activation, dict(point), digits)
            if states is not None:
                return states
        is_in_psi = law.subject == R and law.equation.has(activation.psi(R))
        return self.outputs(point) if is_in_psi else None

    def outputs(self, point: Mapping[sp.Symbol, Any]) -> Sequence[Any]:
        """R = rho(P) > 0, in increasing order, from an equation in P = psi(R) and |P| alone that is rational in it.

        For each choice of signs the bars are replaced by the signed contents, which leaves a polynomial. A root
        counts where the contents have the chosen signs.
        """
        activation, equation = self.law.network.activation, self.law.equation
        residual = (equation.lhs - equation.rhs).xreplace({activation.psi(R): P})
        places = [
            at.at({**at.values, R: at.value(activation.rho(P))})
            for at in tree_at(point, real=True).among(P, distances(arb.pos_inf()))
        ]
        require_equal(
            "writing an equation in psi",
            places,
            lambda at: at.value(equation.lhs) - at.value(equation.rhs),
            lambda at: at.value(residual),
        )
        inner = [bars.args[0] for bars in residual.atoms(sp.Abs) if bars.has(P)]
        drives = []
        for signs in product((1, -1), repeat=len(inner)):
            signed = [sign * part for sign, part in zip(signs, inner, strict=True)]
            chosen = residual.xreplace({sp.Abs(part): held for part, held in zip(inner, signed, strict=True)})
            for root in self.drives(chosen, point, places):
                held = [_value(part, {**point, P: root}, real=True) for part in signed]
                if any(value.contains(0) for value in held):
                    raise UndecidedError("the sign of what bars hold")
                if all(value > 0 for value in held):
                    drives.append(root)
        ordered = sorted(drives, key=lambda drive: drive.mid())
        return [_value(activation.rho(P), {P: drive}, real=True) for drive in ordered]

    def drives(self, residual: sp.Expr, point: Mapping[sp.Symbol, Any], places: Sequence[Tree]) -> list[Any]:
        """All P > 0 at which a rational function of P is 0."""
        above, below = sp.fraction(sp.together(residual))
        if above.has(R) or not above.is_polynomial(P):
            raise PrecisionError(
                f"enclosing '{self.law.name}'",
                "an equation in psi must be one of steady states, or rational, where the activation expands",
                f"psi without closed form in an equation for {R}",
                "Evaluate without enclosure.",
            )
        parts = list(reversed(sp.Poly(above, P).all_coeffs()))
        require_equal(
            "making a polynomial",
            places,
            lambda at: at.value(residual),
            lambda at: _polynomial(at, parts, P) / at.value(below),
        )
        roots = positive_roots([acb(_value(part, point, real=True)) for part in parts])
        if any(_value(below, {**point, P: root}, real=True).contains(0) for root in roots):
            raise UndecidedError("whether a root is a pole")
        return roots

    def polynomial_roots(self, point: Mapping[sp.Symbol, Any], place: int) -> Sequence[Any]:
        """In the order of `complex_roots`, which lists the roots of one combination of `others` after another."""
        law, equation = self.law, self.law.equation
        parts = list(reversed(sp.Poly(equation.lhs - equation.rhs, law.subject).all_coeffs()))
        require_equal(
            "making a polynomial",
            tree_at(point, real=False).among(law.subject, (acb(y, 1 - y) for y in distances(arb(2)))),
            lambda at: at.value(equation.lhs) - at.value(equation.rhs),
            lambda at: _polynomial(at, parts, law.subject),
        )
        coefficients = [acb(_value(part, point, real=False)) for part in parts]
        roots = [ball for ball, count in enclosed_polynomial_roots(coefficients) for _ in range(count)]
        ordered, degree = [], len(roots)
        given = {symbol: self.values[symbol] for symbol in law.symbols}
        for near in branches(law, given, 20)[place * degree : (place + 1) * degree]:
            closest = min(roots, key=lambda ball: float(abs(ball.mid() - acb(near)).mid()))
            roots.remove(closest)
            ordered.append(closest)
        return ordered

    def others(self) -> Sequence[dict[sp.Symbol, Any]]:
        """The unknowns given by the laws of `where`, in balls, branch by branch."""
        combinations: Sequence[dict[sp.Symbol, Any]] = [{}]
        if self.law.kind is Kind.MEAN:  # its unknowns differ from place to place
            return combinations
        for other in self.law.where:
            point = tuple((symbol, self.values[symbol]) for symbol in other.symbols)
            combinations = [
                {**known, other.subject: _known(value)}
                for known in combinations
                for value in _enclosed_at(other, point, self.working + self.size)
            ]
        return combinations

    def reduced(self, ball: Any) -> Any:
        """Plus the multiple of the period that brings it into the principal interval."""
        interval, period = self.law.principal, self.law.period
        if interval is None:
            return ball
        length = constant_ball(period)
        if interval.left_open:  # (start, end]
            count = ((ball - constant_ball(interval.end)) / length).ceil().unique_fmpz()
        else:
            count = ((ball - constant_ball(interval.start)) / length).floor().unique_fmpz()
        if count is None:
            raise UndecidedError(f"whether it is {interval.start} or {interval.end}")
        return ball - length * int(count)


def _known(value: Enclosure) -> Any:
    """An exact number where it is one, such as an amplitude of 0, else a ball.

    Never one with its midpoint at 0, of which flint knows no power: (0 +- r)**2 is nan, (r +- 2 r)**2 is not.
    """
    if not value.radius:
        return exact_number(value.midpoint)
    return ball_of(value) if value.midpoint else arb(value.radius) + arb(0, 2 * arb(value.radius))


@lru_cache(maxsize=1024)
def _enclosed_at(
    law: Statement, point: tuple[tuple[sp.Symbol, sp.Expr], ...], digits: int
) -> tuple[Enclosure, ...]:
    """The enclosures that several laws look up at the same point, e.g. the amplitude of a background."""
    return _enclosed(law.at(dict(point)), dict(point), digits)


def _value(expression: sp.Expr, point: Mapping[sp.Symbol, Any], *, real: bool) -> Any:
    """An expression in balls, each Piecewise decided, the zeros of the point inserted exactly."""
    tree = tree_at(point, real=real)
    standing = _decided(expression, point)
    form = at_zeros(standing, {s: value for s, value in point.items() if isinstance(value, sp.Expr)})
    found = tree.value(form)
    if form != standing:
        require_equal(
            "inserting zeros", [tree], lambda at: at.value(standing), lambda at: at.value(form), enough=1
        )
    if not real:
        return acb(found)
    if isinstance(found, acb):
        if not found.imag.is_zero():
            raise UndecidedError("a value that may be complex")
        return found.real
    return arb(found)


def _decided(expression: sp.Expr, point: Mapping[sp.Symbol, Any]) -> sp.Expr:
    """Of each Piecewise the piece whose condition is proved to hold, those before it to fail."""

    def chosen(*pieces: tuple[sp.Expr, sp.Basic]) -> sp.Expr:
        for value, condition in pieces:
            if _holds(condition, point):
                return value
        raise UndecidedError("no case of the law")

    return expression.replace(sp.Piecewise, chosen) if expression.has(sp.Piecewise) else expression


def _holds(condition: sp.Basic, point: Mapping[sp.Symbol, Any]) -> bool:
    """Decided by balls, or where both sides are rational by exact arithmetic."""
    if condition in (sp.true, sp.false):
        return bool(condition)
    if not condition.is_Relational:
        raise UndecidedError(f"the case {condition}")
    difference = condition.lhs - condition.rhs
    exact = difference.xreplace({s: value for s, value in point.items() if isinstance(value, sp.Expr)})
    value = _value(difference, point, real=True)
    if not value.is_finite():
        raise UndecidedError("no finite value")
    sign = 1 if value > 0 else -1 if value < 0 else 0 if value.is_zero() else None
    if exact.is_Rational:
        require_equal(
            "inserting the point", [arb(fmpq(exact.p, exact.q))], lambda _: value, lambda q: q, enough=1
        )
        sign = int(sp.sign(exact))
    if sign is None:
        raise UndecidedError("which case of the law it is")
    return bool(condition.func(sp.Integer(sign), sp.S.Zero))


def _polynomial(at: Tree, coefficients: Sequence[sp.Expr], unknown: sp.Symbol) -> Any:
    """Of the coefficients, the constant one first."""
    total = acb(0)
    for coefficient in reversed(coefficients):
        total = total * at.value(unknown) + at.value(coefficient)
    return total
