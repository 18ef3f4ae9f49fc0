"""The damped wave that a probe inside the band drives, as a series in whatever damps it.

With omega(q) = Omega at q0, and v_n = omega^(n)(q0), a wave of omega(q) = Omega + e has q - q0 = sum_n b_n (e/v_1)^n.
Of an even kernel

    cos(Omega + e) - cos(Omega) = sin(Omega) (cot(Omega) mu + i nu)
    sin e + cot(Omega) (1 - cos e) = -(cot(Omega) mu + i nu)

where mu = (1 + g_r g_t)/(g_r + g_t) - 1 and nu = (1 - g_r g_t)/(g_r + g_t).
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from analytics.expressions import series
from analytics.network.activation import Activation

cotangent = sp.Symbol("K", real=True)  # cot(Omega)


def bend(number: int) -> sp.Symbol:
    """b_n / v_1^(n-1), as a symbol; of n = 1 it is 1."""
    return sp.Symbol(f"b_{number}", real=True)


def bends(slopes: Sequence[sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
    """Their values, from the derivatives v_1, v_2, ... at the undamped wave."""
    names = sp.symbols(f"v_1:{len(slopes) + 1}", positive=True)
    relative = [names[n] / names[0] / sp.factorial(n + 1) for n in range(len(slopes))]
    inverse = series.reversion((sp.S.Zero, *relative))
    values = dict(zip(names, slopes, strict=True))
    return {
        bend(n): sp.factor(sp.cancel(inverse[n] / names[0] ** (n - 1)).xreplace(values))
        for n in range(2, len(inverse))
    }


def by_bends(coefficient: sp.Expr) -> sp.Expr:
    """A sum of products of cot(Omega) and the b_n, each with a factor of the activation's own in lowest terms."""
    waves = sorted(
        (s for s in coefficient.free_symbols if s == cotangent or s.name.startswith("b_")), key=str
    )
    if not waves:
        return sp.factor(coefficient)
    terms = sp.Poly(sp.expand(coefficient), *waves).terms()
    return sp.Add(*(sp.factor(value) * sp.Mul(*map(sp.Pow, waves, powers)) for powers, value in terms))


def turning(activation: Activation, order: int) -> tuple[series.Series, series.Series]:
    """(1 + g_r g_t)/(g_r + g_t) - 1 and (1 - g_r g_t)/(g_r + g_t) as series in R."""
    inverse = activation.inverse_taylor(order + 1)
    across = series.power(inverse[1:], -sp.S.One)
    along = series.power(tuple(n * inverse[n] for n in range(1, len(inverse))), -sp.S.One)
    both = series.multiply(along, across)
    below = series.power(tuple((a + b) / 2 for a, b in zip(along, across, strict=True)), -sp.S.One)
    sums, differences = ((1 + sign * both[0], *(sign * value for value in both[1:])) for sign in (1, -1))
    real, imaginary = (tuple(v / 2 for v in series.multiply(part, below)) for part in (sums, differences))
    return (sp.S.Zero, *real[1:]), imaginary


def turned(real: series.Series, imaginary: series.Series) -> series.Series:
    """e of an even kernel, from the series of mu and nu."""
    order = len(real) - 1
    driven = tuple(sp.expand(cotangent * a + sp.I * b) for a, b in zip(real, imaginary, strict=True))
    angle = sp.Symbol("e", positive=True)
    sine, cosine = (series.taylor(function(angle), angle, order) for function in (sp.sin, sp.cos))
    steps = tuple(a - cotangent * b for a, b in zip(sine, (sp.S.Zero, *cosine[1:]), strict=True))
    inverse = series.reversion(steps)
    return tuple(map(sp.expand, series.composition(inverse, tuple(-value for value in driven))))


def damping(shift: series.Series) -> series.Series:
    """-v_1 Im(q - q0), from the series of e; its coefficients hold the `bend` symbols."""
    total = [sp.S.Zero] * len(shift)
    power: series.Series = shift
    first = next(n for n, value in enumerate(shift) if value != 0)
    for n in range(1, (len(shift) - 1) // first + 1):
        factor = sp.S.One if n == 1 else bend(n)
        for place, value in enumerate(power):
            total[place] -= factor * sp.im(sp.expand(value))
        power = tuple(map(sp.expand, series.multiply(power, shift)))
    return tuple(map(sp.expand, total))
