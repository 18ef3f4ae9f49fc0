"""Both complex roots of quadratic equations, for whole arrays of parameters at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from analytics.arrays.conditioning import excess
from analytics.arrays.functions import numpy_function
from analytics.errors import LawError
from analytics.evaluation.translation import Function

TIE = 2.0**-30
"""Relative imaginary part below which a squared ratio of roots counts as real."""

OPPOSITE = 2.0**-50
"""Sum of two roots, relative to them, below which it counts as 0."""


@dataclass(frozen=True, slots=True)
class Quadratic:
    """x**2 - 2 half x + product = 0. square: 1 - product / half**2, of the roots' distance over their sum."""

    half: sp.Expr
    product: sp.Expr
    square: sp.Expr


def quadratic(equation: sp.Eq, unknown: sp.Symbol) -> Quadratic:
    """The equation in that form. Raises LawError where it is not quadratic in the unknown."""
    difference = equation.lhs - equation.rhs
    if not difference.is_polynomial(unknown) or sp.degree(difference, unknown) != 2:
        raise LawError(
            "compiling an equation with complex roots",
            f"it must be quadratic in {unknown}",
            equation,
            "Use evaluate, which solves polynomials of any degree.",
        )
    constant, linear, twice_leading = (
        sp.diff(difference, unknown, order).xreplace({unknown: sp.S.Zero}) for order in range(3)
    )
    half = _in_one_exponential(-linear / twice_leading)
    product = _in_one_exponential(2 * constant / twice_leading)
    ratio = _in_one_exponential(product / half**2)
    beyond_one = excess(ratio)
    # not evaluated: the terms of beyond_one are to stay together
    square = 1 - ratio if beyond_one is None else sp.Mul(-1, beyond_one, evaluate=False)
    return Quadratic(half, product, square)


def _in_one_exponential(expression: sp.Expr) -> sp.Expr:
    """e^(i x) + e^(i y) = 2 e^(i (x + y)/2) cos((x - y)/2), and products of waves as one; a decaying e^(-x) is none."""
    real = {power: sp.Dummy(positive=True) for power in expression.atoms(sp.exp) if not power.has(sp.I)}

    def is_pair(node: sp.Basic) -> bool:
        return (
            bool(node.is_Add) and len(node.args) == 2 and all(isinstance(part, sp.exp) for part in node.args)
        )

    def merged(node: sp.Add) -> sp.Expr:
        one, other = (part.args[0] for part in node.args)
        turn, angle = sp.expand((one + other) / 2), sp.expand((one - other) / (2 * sp.I))
        return 2 * sp.exp(turn) * sp.cos(angle)

    product = sp.powsimp(expression.xreplace(real).replace(is_pair, merged), combine="exp")
    waves = product.replace(sp.exp, lambda power: sp.exp(sp.expand(power)))
    return waves.xreplace({symbol: power for power, symbol in real.items()})


def numpy_quadratic(arguments: Sequence[sp.Symbol], equation: sp.Eq, unknown: sp.Symbol) -> Function:
    """The function arguments -> both roots along a new first axis, complex, the larger modulus first.

    Of two roots of equal modulus the first lies to the left of the direction of their sum; where that
    vanishes, it is the one of larger imaginary part.
    """
    form = quadratic(equation, unknown)
    parts = numpy_function(arguments, sp.Tuple(form.half, form.product, form.square), complex_values=True)
    return lambda *values: roots(*parts(*values))


def roots(half: Any, product: Any, square: Any) -> Any:
    """Both roots for complex arrays, in the order of `numpy_quadratic`; see `Quadratic`."""
    with np.errstate(all="ignore"):
        opposite = np.abs(half) <= OPPOSITE * np.sqrt(np.abs(product))
        turning = (square.real < 0) & (np.abs(square.imag) <= TIE * np.abs(square))
        distance = np.where(turning, 1j * np.sqrt(-square.real), np.sqrt(square))
        upper = np.sqrt(-product)
        upper = np.where(upper.imag < 0, -upper, upper)
        first = np.where(opposite, upper, half * (1 + distance))
        divided = np.where(first == 0, 0, product / first)
        second = np.where(opposite, -upper, np.where(turning, half * (1 - distance), divided))
    return np.stack([first, second])
