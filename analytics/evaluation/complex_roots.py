"""Complex roots of equations that are polynomial in their unknown q, or in e^(i q)."""

from __future__ import annotations

from cmath import isfinite
from collections.abc import Sequence
from functools import lru_cache
from math import exp, gcd

import sympy as sp

from analytics.errors import LawError, NoRootError, OutOfReachError
from analytics.evaluation.contexts import kept_context, published
from analytics.evaluation.mpmath_types import Context, Number
from analytics.evaluation.values import value_at
from analytics.expressions.notation import winding
from analytics.expressions.parameter import Point

MOST_TURNS = 1000
"""Turns j of a phase, in either direction, whose waves are looked for."""

FURTHEST = 40
"""Harmonics of a frequency, in units of their common divisor, up to which all its waves are looked for."""

ROUGH_STEPS = 100
"""Of Weierstrass' iteration in doubles."""

ROUGH = 1e-10
"""A last step in doubles below this, relative, is taken for their error, which rounding may make ten times larger."""

APART = 1e-3
"""Roots in doubles that lie closer, relative, are none to go on from."""

BEYOND = 1e-6
"""By so much roots in doubles may lie outside of the strip, relative, and be looked at in full precision."""


def complex_roots(equation: sp.Eq, unknown: sp.Symbol, point: Point, digits: int) -> tuple[Number, ...]:
    """All complex roots, the one of largest modulus first.

    Of two roots of equal modulus the first lies to the left of the direction of the sum of all; where the
    sum vanishes, it is the one of larger imaginary part.

    Raises LawError where the equation is no polynomial in the unknown, or one without roots.
    """
    polynomial = (equation.lhs - equation.rhs).as_poly(unknown)
    if polynomial is None:
        raise without_roots(equation, f"a polynomial in {unknown} is needed")
    working = 2 * digits + 20  # a double root is found to half of the working digits
    context = kept_context(working)
    coefficients = [context.convert(value_at(part, point, working)) for part in polynomial.all_coeffs()]
    while coefficients and coefficients[0] == 0:
        coefficients.pop(0)
    if len(coefficients) < 2:
        raise without_roots(equation, f"a polynomial in {unknown} of degree 1 or more is needed")
    found = _polynomial_roots(coefficients, context, equation)
    total = context.fsum(found)
    if abs(total) <= context.fsum(map(abs, found)) * context.mpf(10) ** -digits:
        total = context.one

    def order(root: Number) -> tuple[Number, Number]:
        size = abs(root)
        level = context.nint(context.log10(size) * context.mpf(10) ** digits) if size else -context.inf
        return (-level, -(root * context.conj(total)).imag)

    return tuple(published(root, digits + 5) for root in sorted(found, key=order))


def _polynomial_roots(coefficients: list[Number], context: Context, equation: sp.Eq) -> list[Number]:
    if len(coefficients) == 3:
        return _quadratic_roots(coefficients, context)
    try:
        return context.polyroots(coefficients, maxsteps=500, extraprec=4 * context.prec)
    except context.NoConvergence as error:
        raise OutOfReachError(
            "solving for complex roots", "roots must lie apart", equation, "Move the point."
        ) from error


def _quadratic_roots(coefficients: list[Number], context: Context) -> list[Number]:
    """Both roots, each to the digits of the coefficients however far apart they are: the larger, and its partner."""
    leading, linear, constant = coefficients
    half, product = -linear / (2 * leading), constant / leading
    distance = context.sqrt(half**2 - product)
    larger = max(half + distance, half - distance, key=abs)
    return [larger, product / larger] if larger else [context.zero, context.zero]


def wave_roots(
    equation: sp.Eq,
    unknown: sp.Symbol,
    strip: sp.ComplexRegion,
    point: Point,
    digits: int,
    *,
    least: bool = False,
) -> tuple[Number, ...]:
    """All roots q in a strip 0 < Im q <= B of T(q) = w, for every w on the right and integer j, e.g. w = v + 2 pi j.

    T is a trigonometric polynomial, a Laurent polynomial in x = e^(i q d), d the common divisor of its harmonics;
    for each w and j all roots x are found, and of each its d roots. w depends linearly on j, and
    |T| <= S(B) = sum |T_n| e^(|n| B) in the strip, which leaves finitely many j. The least damped first; of two
    with equal damping the one with the larger Re q. least: that one alone.

    All are looked for in doubles, and those in the strip, or the least damped of them, corrected to all digits. Where
    doubles do not tell roots apart a polynomial is solved in full precision.

    Raises LawError if there is none, or the left side is no trigonometric polynomial; OutOfReachError if it reaches
    further than FURTHEST d, or its band is so wide that there may be more than MOST_TURNS of j.
    """
    bound = strip.sets.args[1].end
    working = 2 * digits + 20
    context = kept_context(working)
    terms = {n: context.convert(_value(part, point, working)) for n, part in harmonics(equation.lhs, unknown)}
    divisor = gcd(*terms)
    highest, height = max(map(abs, terms)) // divisor, context.convert(_value(bound, {}, working))
    if highest > FURTHEST:  # its roots would take minutes
        raise OutOfReachError(
            "solving for complex wavenumbers",
            f"a frequency of at most {FURTHEST} harmonics, in units of their common divisor, is needed",
            f"harmonic {highest} of {equation.lhs}",
            "Couple nearer sites.",
        )
    reach = context.fsum(abs(part) * context.exp(abs(n) * height) for n, part in terms.items())
    powers = range(highest * divisor, -highest * divisor - 1, -divisor)
    coefficients = [terms.get(n, context.zero) for n in powers]
    shares = [2 * context.pi * share / divisor for share in range(divisor)]
    polynomials = []
    for target in equation.rhs:
        nearest, turn = (
            context.convert(_value(part, point, working))
            for part in (target.xreplace({winding: sp.S.Zero}), sp.diff(target, winding))
        )
        most = int((reach + abs(nearest)) / abs(turn)) + 1 if turn else 0
        require_few_turns(most, bound)
        rough, near = [complex(part) for part in coefficients], list[complex]()
        for j in range(-most, most + 1):
            middle = coefficients[highest] - nearest - turn * j
            rough[highest] = complex(middle)
            near = _rough_roots(rough, near)
            polynomials.append(([*coefficients[:highest], middle, *coefficients[highest + 1 :]], near))
    lowest = exp(-divisor * float(height))
    if least:
        sizes = (abs(x) for _, near in polynomials for x in near)
        lowest = max(lowest, (1 - APART) * max((x for x in sizes if x < 1 - BEYOND), default=0.0))
    found = []
    for polynomial, near in polynomials:
        waves = _corrected(polynomial, near, lowest, context)
        if waves is None:
            waves = _polynomial_roots(polynomial, context, equation)
        for q in (-1j * context.log(x) / divisor + share for x in waves for share in shares):
            turns = context.ceil((q.real - context.mpf(10) ** -digits - context.pi) / (2 * context.pi))
            found.append(q - 2 * context.pi * turns)  # -pi by rounding is pi
    found = [q for q in found if 0 < q.imag <= height]
    if not found:
        raise without_waves(bound)

    def order(root: Number) -> tuple[Number, Number]:
        return context.nint(context.log(root.imag) * context.mpf(10) ** digits), -root.real

    return tuple(published(root, digits + 5) for root in sorted(found, key=order)[: 1 if least else None])


def _value(expression: sp.Expr, point: Point, digits: int) -> Number:
    """Of an expression in a few of the point's symbols, which many points share."""
    own = {symbol: point[symbol] for symbol in expression.free_symbols if symbol in point}
    return _kept_value(expression, frozenset(own.items()), digits)


@lru_cache(maxsize=256)
def _kept_value(expression: sp.Expr, point: frozenset[tuple[sp.Symbol, sp.Expr]], digits: int) -> Number:
    return value_at(expression, dict(point), digits)


def _rough_roots(coefficients: Sequence[complex], starts: Sequence[complex]) -> list[complex]:
    """All roots in doubles, by Weierstrass' iteration from those of a polynomial near by; empty where it does not end.

    Where the steps W end, the discs of radius d |W| around the d numbers hold the roots, and one that meets no other
    disc has one of them.
    """
    leading, degree = coefficients[0], len(coefficients) - 1
    if not leading or not coefficients[-1] or not all(map(isfinite, coefficients)):
        return []
    size = abs(coefficients[-1] / leading) ** (1 / degree)
    roots = list(starts) or [size * (1.3 + 0.2j) * (-0.45 + 0.89j) ** i for i in range(degree)]
    try:
        for _ in range(ROUGH_STEPS):
            largest = 0.0
            for i, root in enumerate(roots):
                step = leading
                for part in coefficients[1:]:
                    step = step * root + part
                step /= leading
                for k, other in enumerate(roots):
                    if k != i:
                        step /= root - other
                roots[i] = root - step
                largest = max(largest, abs(step / root))
            if largest < ROUGH and all(map(isfinite, roots)):
                return roots
    except (ZeroDivisionError, OverflowError):
        return []  # doubles do not hold the way there; the caller solves in full precision
    return []


def _corrected(
    coefficients: Sequence[Number], rough: Sequence[complex], lowest: float, context: Context
) -> list[Number] | None:
    """The roots of lowest <= |x| <= 1 to the context's digits, by Newton's method from those in doubles.

    None where none were found in doubles, two lie close to each other, or a root is not where it was seen.
    """
    if not rough:
        return None
    found = []
    for i, start in enumerate(rough):
        if not (1 - BEYOND) * lowest < abs(start) < 1 + BEYOND:
            continue
        if any(abs(start - other) < APART * abs(start) for k, other in enumerate(rough) if k != i):
            return None
        root = context.convert(start)
        allowed, digits = BEYOND * abs(start), -float(context.log10(ROUGH))
        for _ in range(2 + (int(context.dps / digits)).bit_length()):
            value, slope = context.polyval(coefficients, root, derivative=True)
            root -= value / slope if slope else context.inf
        if not abs(root - context.convert(start)) < allowed:
            return None
        found.append(root)
    return found


@lru_cache(maxsize=64)
def harmonics(expression: sp.Expr, unknown: sp.Symbol) -> tuple[tuple[int, sp.Expr], ...]:
    """(n, T_n) with expression = sum T_n e^(i n q). Raises LawError for any other expression."""
    x = sp.Symbol("x", positive=True)
    waves = sp.expand(sp.expand(expression.rewrite(sp.exp)).subs(sp.exp(sp.I * unknown), x))
    waves = sp.expand(waves.replace(sp.exp, lambda argument: x ** sp.simplify(argument / (sp.I * unknown))))
    parts: dict[int, sp.Expr] = {}
    for term in sp.Add.make_args(waves):
        coefficient, power = term.as_coeff_exponent(x)
        if not power.is_Integer or coefficient.has(x, unknown):
            raise without_roots(
                sp.Eq(sp.Symbol("w"), expression), f"a trigonometric polynomial in {unknown} is needed"
            )
        parts[int(power)] = parts.get(int(power), sp.S.Zero) + coefficient
    return tuple(parts.items())


def require_few_turns(most: int, bound: sp.Expr) -> None:
    """Raise OutOfReachError where the phase may wind more than MOST_TURNS times."""
    if most > MOST_TURNS:
        raise OutOfReachError(
            "solving for complex wavenumbers",
            f"a band of at most {MOST_TURNS} turns of the phase for Im q <= {bound} is needed",
            f"up to {sp.Float(most, 3)}",
            "Choose smaller constants of the kernel.",
        )


def without_waves(bound: sp.Expr) -> NoRootError:
    """The error for a strip without roots."""
    return NoRootError(
        "solving for complex wavenumbers",
        f"a root with 0 < Im q <= {bound} is needed",
        "none",
        "Lower the damping.",
    )


def without_roots(equation: sp.Eq, requirement: str) -> LawError:
    """The error for an equation whose roots are not to be had."""
    return LawError(
        "solving for complex roots",
        requirement,
        equation,
        "State the law with its unknown alone on the left.",
    )
