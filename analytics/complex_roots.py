"""Complex roots of an equation that is polynomial in its unknown."""

from __future__ import annotations

from typing import Any

import sympy as sp

from analytics.evaluation import value
from analytics.precision import Point, new_context, published


def complex_roots(equation: sp.Eq, unknown: sp.Symbol, point: Point, digits: int) -> tuple[Any, ...]:
    """All complex roots, the one of largest modulus first.

    Of two roots of equal modulus the first lies to the left of the direction of the sum of all.
    """
    polynomial = sp.Poly(equation.lhs - equation.rhs, unknown)
    working = 2 * digits + 20  # a double root is found to half of the working digits
    context = new_context(working)
    coefficients = [context.convert(value(part, point, working)) for part in polynomial.all_coeffs()]
    found = context.polyroots(coefficients, maxsteps=200, extraprec=4 * context.prec)
    total = context.fsum(found)

    def order(root: Any) -> tuple[Any, Any]:
        size = abs(root)
        level = context.nint(context.log10(size) * context.mpf(10) ** digits) if size else -context.inf
        return (-level, -(root * context.conj(total)).imag)

    return tuple(published(root, digits + 5) for root in sorted(found, key=order))
