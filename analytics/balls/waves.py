"""All complex wavenumbers of an equation in a strip, enclosed, and proved to be all of them.

    T(q) = w + turn j,      0 < Im q <= B,      for every w on the right and every integer j

T is a trigonometric polynomial, sum_n T_n e^(i n q): for each w and j a polynomial p in x = e^(i q), q = -i log x.

**The roots of one polynomial.** Let p(x) = a (x - x_1) ... (x - x_d) with a != 0, z_1 ... z_d any distinct numbers,
and W_i = p(z_i) / (a prod_{k != i} (z_i - z_k)). The roots lie in the union of the discs |x - z_i| <= d |W_i|, and a
part of it that is made of m discs and meets none of the others holds exactly m of them. *Proof.* By Lagrange's
interpolation p(x)/a = prod_i (x - z_i) (1 + sum_i W_i/(x - z_i)), the characteristic polynomial of the matrix with
entries z_i delta_ik - W_k. Its Gershgorin discs by columns, |x - z_k + W_k| <= (d - 1) |W_k|, lie in those discs.

The W_i are balls that contain those of every p whose coefficients lie in theirs. So all d roots are accounted for:
each is seen inside the strip or outside, with certainty, or the precision is raised.

**All j.** In the strip |T(q)| <= S = sum_n |T_n| e^(|n| B). Where |w + turn j| > S there is no root, which leaves
finitely many j.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import flint
import sympy as sp
from flint import acb, arb

from analytics.balls.arithmetic import (
    GUARD_BITS,
    Known,
    UndecidedError,
    decided,
    enclosure_of,
    tree_at,
)
from analytics.balls.enclosure import Enclosure
from analytics.balls.rewriting import distances, require_equal
from analytics.balls.trees import Tree
from analytics.evaluation.complex_roots import harmonics, require_few_turns, without_roots, without_waves
from analytics.evaluation.contexts import bits_of, magnitude
from analytics.evaluation.values import require_digits
from analytics.expressions.notation import winding

OPERATION = "enclosing complex wavenumbers"

ATTEMPTS = 5
"""Precisions tried, each twice the one before."""

PATIENCE = 200
"""Steps of Weierstrass' iteration without progress after which it has come as close as it can."""

FIRST, TURN = 1.3, 0.7
"""The first guesses lie on a spiral that begins at this many times the mean modulus of the roots, turned by this
angle, in half turns over the degree. On a circle of the mean modulus a symmetric polynomial would trap them."""


def enclosed_wave_roots(
    equation: sp.Eq, unknown: sp.Symbol, strip: sp.ComplexRegion, point: Known, digits: int
) -> tuple[Enclosure, ...]:
    """As `wave_roots`: all roots in the strip, each in a ball whose radius is below 10**-digits |q|; see above.

    A double root is listed twice. The least damped comes first; of those whose dampings are not told apart the one
    with the larger Re q. A root on the seam Re q = pi of the strip is enclosed around pi. Of balls in `point` the roots
    are enclosed for every equation in them.
    Raises LawError as `wave_roots`, also where there is provably none; PrecisionError where a root cannot be told to
    lie inside the strip or outside, such as an undamped wave, or not to the digits asked for.
    """
    require_digits(OPERATION, digits)
    return decided(
        lambda: _Waves(equation, unknown, strip, point).found(digits),
        bits_of(digits + magnitude(point)) + GUARD_BITS,
        ATTEMPTS,
        OPERATION,
        "each root must be seen inside or outside of the strip, to the digits asked for",
        "Move the point, or know its values to more digits.",
    )


class _Waves:
    """The polynomials of one equation at one point, at the precision in force."""

    def __init__(self, equation: sp.Eq, unknown: sp.Symbol, strip: sp.ComplexRegion, point: Known) -> None:
        values = _Values(point)
        self.equation, self.bound = equation, strip.sets.args[1].end
        parts = harmonics(equation.lhs, unknown)
        require_equal(
            "taking harmonics",
            values.places(unknown),
            lambda at: at.value(equation.lhs),
            lambda at: sum(
                (at.value(part) * (acb(0, n) * at.value(unknown)).exp() for n, part in parts), start=acb(0)
            ),
        )
        terms = {n: values(part) for n, part in parts}
        self.terms = {n: term for n, term in terms.items() if not term.is_zero()}
        if not any(self.terms):
            raise without_roots(equation, f"a trigonometric polynomial in {unknown} is needed")
        self.height = values(self.bound).real
        first, *others = (abs(term) * (abs(n) * self.height).exp() for n, term in self.terms.items())
        self.reach = sum(others, start=first)
        self.targets = []
        for target in equation.rhs:
            turn = sp.diff(target, winding)
            if turn.has(winding):
                raise without_roots(equation, f"a right side that is linear in {winding} is needed")
            self.targets.append(self.target(target, turn, values))
        self.lowest, self.highest = min(0, *self.terms), max(0, *self.terms)

    def target(self, target: sp.Expr, turn: sp.Expr, values: _Values) -> tuple[acb, acb]:
        """w and turn of a right side w + turn j."""
        start = target.xreplace({winding: sp.S.Zero})
        require_equal(
            "counting turns",
            values.places(winding),
            lambda at: at.value(target),
            lambda at: at.value(start) + at.value(turn) * at.value(winding),
        )
        return values(start), values(turn)

    def found(self, digits: int) -> tuple[Enclosure, ...]:
        """All of them, in order."""
        targets = (w for start, turn in self.targets for w in self.windings(start, turn))
        roots = [q for w in targets for q in self.wavenumbers(w) if self.is_inside(q)]
        if not roots:
            raise without_waves(self.bound)
        for q in roots:
            if not abs(q - q.mid()) <= abs(q) / arb(10) ** digits:
                raise UndecidedError(f"q = {_shown(q)} is known to no more digits")
        return tuple(map(enclosure_of, _in_order(roots)))

    def windings(self, start: acb, turn: acb) -> Iterator[acb]:
        """w + turn j for every j that |T| <= S allows."""
        if turn.is_zero():
            yield start
            return
        most = ((self.reach + abs(start)) / abs(turn)).upper()
        if not most.is_finite():
            raise UndecidedError(f"w = {_shown(start)} has no bound")
        whole = most.floor().unique_fmpz()
        assert whole is not None  # a finite number is exact here
        turns = int(whole)
        require_few_turns(turns, self.bound)
        for j in range(-turns, turns + 1):
            w = start + turn * j
            if not abs(w) > self.reach:
                yield w

    def wavenumbers(self, w: acb) -> Iterator[acb]:
        """q = -i log x for every root x of the polynomial, Re q around (-pi, pi]."""
        coefficients = [self.terms.get(n, acb(0)) for n in range(self.lowest, self.highest + 1)]
        coefficients[-self.lowest] -= w
        for end in (coefficients[0], coefficients[-1]):
            if end.contains(0):
                raise UndecidedError(f"the first or last coefficient, {_shown(end)}, may be 0")
        for x, multiplicity in enclosed_polynomial_roots(coefficients):
            if x.contains(0) or not x.is_finite():
                raise UndecidedError(f"e^(i q) = {_shown(x)} may be 0")
            on_the_seam = x.real < 0 and x.imag.contains(0)
            exponent = (-x).log() if on_the_seam else x.log()
            q = acb(exponent.imag + arb.pi() if on_the_seam else exponent.imag, -exponent.real)
            yield from [q] * multiplicity

    def is_inside(self, q: acb) -> bool:
        if q.imag > 0 and q.imag <= self.height:
            return True
        if q.imag <= 0 or q.imag > self.height:
            return False
        raise UndecidedError(f"q = {_shown(q)} may lie on the edge of the strip")


def enclosed_polynomial_roots(coefficients: Sequence[acb]) -> list[tuple[acb, int]]:
    """All roots of every polynomial with these coefficients, the constant one first: (ball, number of roots in it), ...

    The numbers add up to the degree. A ball is drawn around discs that meet no others.
    Raises UndecidedError where the first coefficient or the last may be 0.
    """
    if coefficients[0].contains(0) or coefficients[-1].contains(0):
        raise UndecidedError("the first or last coefficient may be 0")
    centres = _approximate_roots([value.mid() for value in coefficients])
    radii = [len(centres) * value.abs_upper() for value in _corrections(coefficients, centres)]
    groups: list[list[int]] = []
    for i, centre in enumerate(centres):
        joined = [
            group
            for group in groups
            if any(not abs(centre - centres[k]) > radii[i] + radii[k] for k in group)
        ]
        groups = [group for group in groups if group not in joined] + [
            [i, *(k for group in joined for k in group)]
        ]
    found = []
    for group in groups:
        first, *others = (acb(arb(centres[i].real, radii[i]), arb(centres[i].imag, radii[i])) for i in group)
        for other in others:
            first = first.union(other)
        found.append((first, len(group)))
    return found


def positive_roots(coefficients: Sequence[acb]) -> list[arb]:
    """The roots above 0, in `arb`, of a polynomial with these real coefficients, the constant one first.

    A root is real where it is its own conjugate: where the mirror image of its ball meets no other ball.
    Raises UndecidedError where a ball with several roots may hold such a one.
    """
    balls = enclosed_polynomial_roots(coefficients)
    found = []
    for ball, count in balls:
        if not ball.imag.contains(0) or ball.real < 0:
            continue
        alone = count == 1 and not any(
            ball.conjugate().overlaps(other) for other, _ in balls if other is not ball
        )
        if not (alone and ball.real > 0):
            raise UndecidedError("whether a root is real and positive")
        found.append(ball.real)
    return found


def _approximate_roots(coefficients: Sequence[acb]) -> list[acb]:
    """Distinct numbers close to the roots, by Weierstrass' iteration z_i -> z_i - W_i."""
    degree, rounding = len(coefficients) - 1, arb(2) ** (16 - flint.ctx.prec)
    size = abs(coefficients[0] / coefficients[-1]).root(degree)
    roots = [
        (size * (FIRST + k / degree) * (acb(2 * k + TURN) / degree).exp_pi_i()).mid() for k in range(degree)
    ]
    best, least, idle = roots, arb("inf"), 0
    while idle < PATIENCE and not least < rounding:
        corrections = _corrections(coefficients, roots)
        largest = max(
            (abs(change) / abs(root)).upper() for change, root in zip(corrections, roots, strict=True)
        )
        if not largest.is_finite():
            break
        if largest < least:
            best, least, idle = roots, largest, 0
        else:
            idle += 1
        roots = [(root - change).mid() for root, change in zip(roots, corrections, strict=True)]
    return best


def _corrections(coefficients: Sequence[acb], centres: Sequence[acb]) -> list[acb]:
    """W_i = p(z_i) / (a prod_{k != i} (z_i - z_k))."""
    found = []
    for i, z in enumerate(centres):
        value = coefficients[-1]
        for coefficient in reversed(coefficients[:-1]):
            value = value * z + coefficient
        product = coefficients[-1]
        for k, other in enumerate(centres):
            if k != i:
                product *= z - other
        found.append(value / product)
    return found


class _Values:
    """Expressions as complex balls at a point, on the precision in force."""

    def __init__(self, point: Known) -> None:
        # e^(i pi) = -1, exactly: on the cut of a function a ball may not reach over to the other side
        self.special = {
            symbol: value
            for symbol, value in point.items()
            if isinstance(value, sp.Expr) and (value / sp.pi).is_Rational
        }
        self.tree = tree_at(point, real=False)

    def __call__(self, expression: sp.Expr) -> acb:
        chosen = expression.xreplace(self.special)
        if chosen == expression or chosen.has(sp.nan, sp.zoo, sp.oo):
            return acb(self.tree.value(expression))
        require_equal(
            "inserting multiples of pi",
            [self.tree],
            lambda at: at.value(expression),
            lambda at: at.value(chosen),
            enough=0,  # on a cut the first is as wide as both sides
        )
        return acb(self.tree.value(chosen))

    def places(self, symbol: sp.Symbol) -> list[Tree]:
        """With the symbol at complex numbers."""
        return self.tree.among(symbol, (acb(y, 1 - y) for y in distances(arb(2))))


def _in_order(roots: Sequence[acb]) -> list[acb]:
    """Least damped first; of those whose dampings overlap the one with the larger Re q."""
    level: list[acb] = []
    ordered: list[acb] = []
    for q in sorted(roots, key=lambda ball: ball.imag.mid()):
        if level and not q.imag.overlaps(level[-1].imag):
            ordered += sorted(level, key=lambda ball: -ball.real.mid())
            level = []
        level.append(q)
    return ordered + sorted(level, key=lambda ball: -ball.real.mid())


def _shown(ball: acb) -> str:
    return str(ball.str(6))
