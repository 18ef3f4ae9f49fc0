"""A frequency omega(k) given directly: its stencil where that is finite, else a proof that it is a frequency.

omega(k) = sum_n T_n e^(i n.k)  with finitely many terms  <=>  A(-n) = i T_n is a finite stencil
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, lcm, prod

import sympy as sp

from analytics.errors import KernelError
from analytics.expressions.intervals import (
    RULES,
    OutsideError,
    SingularError,
    enclosure,
    intervals,
    narrow,
)
from analytics.network.relations import SAMPLES

MOST_BOXES, DEEPEST = 20_000, 30
"""Boxes that the wavenumbers are divided into, and halvings of an axis, before a function counts as singular."""

MOST_TERMS, HIGHEST_POWER = 5_000, 100
"""Of a frequency that is multiplied out: its terms, and any numeric exponent."""

BITS = 53
"""Of the intervals in which a box is examined."""

Values = Mapping[sp.Symbol, sp.Expr]
Box = tuple[tuple[int, int], ...]
"""Per axis (m, d): wavenumbers from 2 pi m/2^d to 2 pi (m + 1)/2^d."""


@dataclass(frozen=True, slots=True)
class Band:
    """frequency: omega in rad/step, an expression in `notation.wavenumbers(dimension)` and a kernel's constants.

    parity: 1 of an even frequency, -1 of an odd one, else 0; a kernel finds it out.
    Real, 2 pi-periodic along every axis and analytic for real wavenumbers: `examine_band` proves it.
    """

    dimension: int
    frequency: sp.Expr
    parity: int = 0


def harmonics(frequency: sp.Expr, wavevector: Sequence[sp.Symbol]) -> dict[tuple[int, ...], sp.Expr] | None:
    """n -> T_n with frequency = sum T_n e^(i n.k); None where it is no trigonometric polynomial."""
    waves = frequency.rewrite(sp.exp)
    angles = [node.args[0] for node in waves.atoms(sp.exp) if node.args[0].free_symbols & set(wavevector)]
    rates = [_rates(angle, wavevector) for angle in angles]
    if any(rate is None for rate in rates):
        return None
    parts = lcm(1, *(turn.q for rate in rates if rate is not None for turn in rate))
    steps = [sp.Dummy(positive=True) for _ in wavevector]  # e^(i k_j / parts)

    def as_power(angle: sp.Expr) -> sp.Expr:
        rate = _rates(angle, wavevector) if angle.free_symbols & set(wavevector) else None
        if rate is None:
            return sp.exp(angle)
        rest = sp.expand(angle - sp.I * sp.Add(*(k * turn for k, turn in zip(wavevector, rate))))
        return sp.exp(rest) * sp.Mul(*(x ** (turn * parts) for x, turn in zip(steps, rate)))

    laurent = waves.replace(sp.exp, as_power)
    if laurent.free_symbols & set(wavevector):
        return None
    for form in (sp.expand, lambda whole: sp.expand(sp.cancel(sp.together(whole)))):
        terms = _monomials(form(laurent), steps)
        if terms is not None:
            found = {tuple(power // parts for power in powers): value for powers, value in terms.items()}
            whole = all(power % parts == 0 for powers in terms for power in powers)
            return {n: value for n, value in found.items() if value != 0} if whole else None
    return None


def _rates(angle: sp.Expr, wavevector: Sequence[sp.Symbol]) -> tuple[sp.Rational, ...] | None:
    """The rational r with angle = i r.k + a rest without wavenumbers."""
    found = tuple(sp.expand(sp.diff(angle, k) / sp.I) for k in wavevector)
    return found if all(rate.is_Rational for rate in found) else None


def _monomials(whole: sp.Expr, steps: Sequence[sp.Symbol]) -> dict[tuple[int, ...], sp.Expr] | None:
    terms: dict[tuple[int, ...], sp.Expr] = {}
    for term in sp.Add.make_args(whole) if whole != 0 else ():
        coefficient, rest = term.as_independent(*steps, as_Add=False)
        powers = rest.as_powers_dict()
        if any(base not in steps or not power.is_Integer for base, power in powers.items() if base != 1):
            return None
        place = tuple(int(powers.get(step, 0)) for step in steps)
        terms[place] = sp.expand(terms.get(place, sp.S.Zero) + coefficient)
    return {place: sp.simplify(value) for place, value in terms.items()}


def require_moderate(operation: str, frequency: sp.Expr) -> None:
    """Raise KernelError for what would be long to multiply out, as it is to look for harmonics."""
    for power in frequency.atoms(sp.Pow):
        if power.has(sp.Symbol) and power.exp.is_Rational and abs(power.exp) > HIGHEST_POWER:
            raise KernelError(
                operation,
                f"powers in the frequency go up to {HIGHEST_POWER}",
                power,
                "Lower them.",
            )
    if _terms(frequency) > MOST_TERMS:
        raise KernelError(
            operation,
            f"the frequency must have at most {MOST_TERMS} terms when it is multiplied out",
            frequency,
            "Lower its powers.",
        )


def _terms(expression: sp.Expr) -> int:
    """A bound on the terms of an expression, and of every part of it, when it is multiplied out."""
    counts = [_terms(part) for part in expression.args]
    if expression.is_Add:
        return sum(counts)
    if expression.is_Mul:
        return prod(counts)
    if expression.is_Pow and expression.exp.is_Rational:
        times = int(abs(expression.exp))
        return max(counts[0], comb(counts[0] + times - 1, times))
    if expression.is_Function:
        return max(2, *counts)  # two exponentials in a sine
    return max(counts, default=1)


@lru_cache(maxsize=64)
def half(whole: sp.Expr) -> sp.Expr:
    """`whole` / 2, simpler where `expand` can see that it is the same, and 0 where it is 0."""
    simpler = sp.simplify(whole / 2)
    return simpler if simpler == 0 or sp.expand(2 * simpler - whole) == 0 else whole / 2


def real_frequency(operation: str, frequency: sp.Expr) -> sp.Expr:
    """`frequency` without i, as it is for real wavenumbers and constants. Raises KernelError if it is not real."""
    if not frequency.has(sp.I):
        return frequency
    real, imaginary = frequency.as_real_imag()
    if sp.simplify(imaginary) != 0:
        raise KernelError(
            operation, "the frequency must be real", frequency, "Leave i out: u(k) = e^(i omega(k))."
        )
    return sp.simplify(real)


def examine_band(operation: str, band: Band, wavevector: Sequence[sp.Symbol], values: Values) -> None:
    """Prove that omega is real and analytic for all real wavenumbers at the constants' values.

    In interval arithmetic, on boxes that are halved until every root, logarithm and quotient is seen to stay away
    from where it is singular. That omega is 2 pi-periodic is read off its form, else off its values at `SAMPLES`
    to 60 digits; that it is not constant, off its values. Raises KernelError.
    """
    omega = band.frequency
    for node in omega.atoms(sp.Function, sp.Piecewise):
        if node.free_symbols & set(wavevector) and type(node) not in RULES:
            known = ", ".join(function.__name__ for function in RULES)
            raise KernelError(
                operation, f"the frequency must be smooth, made of {known} and powers", node, "Smooth it out."
            )
    at_values = omega.xreplace(dict(values))
    for k in wavevector:
        change = omega.xreplace({k: k + 2 * sp.pi}) - omega
        if change != 0 and any(_is_seen(change, wavevector, near) for near in _neighbours(values)):
            raise KernelError(
                operation,
                f"the frequency must be 2 pi-periodic in {k}",
                omega,
                "Write it in sines and cosines of whole multiples of the wavenumbers.",
            )
    _examine_everywhere(operation, at_values, wavevector)
    here = dict(zip(wavevector, SAMPLES))
    if not _is_seen(at_values - at_values.xreplace(here), wavevector, {}):
        raise KernelError(
            operation,
            "the frequency must depend on the wavenumber",
            at_values,
            "Without that the kernel couples no sites.",
        )


def _neighbours(values: Values) -> Iterator[Values]:
    """The constants' values, and others one thousandth away."""
    yield values
    yield {
        s: value * (1 + sp.Rational(place, 1000 * len(values)))
        for place, (s, value) in enumerate(values.items(), 1)
    }


def _is_seen(expression: sp.Expr, wavevector: Sequence[sp.Symbol], values: Values) -> bool:
    """Is `expression` seen to differ from 0, or not to be real, at one of some wavevectors?"""
    for first in range(len(SAMPLES)):
        turned = (*SAMPLES[first:], *SAMPLES[:first])
        try:
            found = narrow(expression, {**values, **dict(zip(wavevector, turned))}, 20)
        except SingularError:
            continue
        if 0 not in found:
            return True
    return False


def _examine_everywhere(operation: str, frequency: sp.Expr, wavevector: Sequence[sp.Symbol]) -> None:
    context = intervals(BITS)
    boxes: list[Box] = [((0, 0),) * len(wavevector)]
    for _ in range(MOST_BOXES):
        if not boxes:
            return
        box = boxes.pop()
        sides = {
            k: context.pi * context.mpf([2 * place, 2 * place + 2]) / 2**depth
            for k, (place, depth) in zip(wavevector, box)
        }
        try:
            enclosure(frequency, sides, BITS)
        except OutsideError:
            break
        except SingularError:
            axis = min(range(len(box)), key=lambda axis: box[axis][1])
            place, depth = box[axis]
            if depth == DEEPEST:
                break
            halves = ((2 * place, depth + 1), (2 * place + 1, depth + 1))
            boxes.extend((*box[:axis], half, *box[axis + 1 :]) for half in halves)
    raise KernelError(
        operation,
        "the frequency must be real and finite for all real wavenumbers",
        frequency,
        "It has a pole or a branch point, or comes too close to one to be told apart.",
    )
