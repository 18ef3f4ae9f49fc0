"""A point in words."""

from __future__ import annotations

import sympy as sp

from numerics.observables.record import Setting

LONGEST = 10_000
"""Denominators up to it are written out."""


def point_text(point: Setting) -> str:
    """``F = 1/100, delta = 0``; a power of ten as 1e-28, one of another fraction as (17/71)**80."""
    return ", ".join(f"{name} = {value_text(value)}" for name, value in point.items())


def value_text(value: sp.Expr) -> str:
    """An exact value as the grammar reads it back; a long fraction by the powers in it where that is shorter."""
    plain = str(value)
    if not value.is_Rational or value.q <= LONGEST:
        return plain
    bases: dict[int, sp.Rational] = {}
    for prime, power in sp.factorrat(value, limit=1000).items():
        bases[abs(power)] = bases.get(abs(power), sp.S.One) * sp.Integer(prime) ** sp.sign(power)
    front = bases.pop(1, sp.S.One)
    ten = sp.Rational(1, 10)
    factors = [
        f"1e-{power}" if base == ten else f"{base if base.is_Integer else f'({base})'}**{power}"
        for power, base in bases.items()
    ]
    if front.is_Integer and factors[0].startswith("1e-"):
        factors[0] = f"{front}{factors[0][1:]}"
    elif front != 1:
        factors.insert(0, str(front))
    return min("*".join(factors), plain, key=len)
