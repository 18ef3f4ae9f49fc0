"""A real profile that moves along with a cosine, harmonic by harmonic, as a series in its fundamental.

With X_n(x) = Y(k.x + omega n), omega = omega(k), and W the profile one step later, a step of a real network reads

    psi(W) = V W + F cos(chi + theta),      V: e^(i m chi) -> a_m e^(i m chi),   a_m = e^(-i d_m),
    d_m = m omega(k) - omega(m k)

Its harmonics m = 3, 5, ... answer off resonance, W_m = -E_m [psi(W) - W]_m with E_m = 1/(1 - a_m), and the
fundamental gives the forcing. E_m is written (1 + eta_m)/2, so that all is a polynomial in the eta_m. Where the
detuning d_m is real eta_m = -i cot(d_m/2) is imaginary, and conjugation turns its sign: moduli are polynomials
in the tau_m = cot(d_m/2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from analytics.expressions import series
from analytics.network.activation import Activation

R1 = sp.Symbol("R1", positive=True)
"""Amplitude of the fundamental."""

Profile = Mapping[int, series.Series]
"""m -> coefficients of e^(i m chi) as a series in R1; m takes both signs."""


def eta(harmonic: int) -> sp.Symbol:
    """-i cot(d_m/2), as a symbol."""
    return sp.Symbol(f"eta{harmonic}", real=True)


def tau(harmonic: int) -> sp.Symbol:
    """cot(d_m/2), as a symbol."""
    return sp.Symbol(f"tau{harmonic}", real=True)


@dataclass(frozen=True, slots=True)
class Balance:
    """profile: W; bent: psi(W) - W; both up to R1**order."""

    profile: Profile
    bent: Profile
    order: int

    def at(self, wave: sp.Expr, profile: Profile) -> sp.Expr:
        """A profile at e^(i chi) = `wave`."""
        return sp.Add(*(wave**m * series.polynomial(values, R1) for m, values in profile.items()))

    def squared(self, harmonic: int) -> series.Series:
        """|[psi(W) - W]_m|^2 at real detunings, in the tau; as many terms from the first one on as are known."""
        one, other = self.bent[harmonic], self.bent[-harmonic]
        first = series.nonzero_powers(one)[0]
        real = {eta(m): -sp.I * tau(m) for m in self.bent if m > 1}
        product = series.multiply(one[first:], other[first:])
        return (sp.S.Zero,) * (2 * first) + tuple(sp.expand(value.xreplace(real)) for value in product)


@lru_cache(maxsize=256)
def balance(activation: Activation, order: int) -> Balance:
    """The balanced harmonics up to R1**order, by substitution: each round is right to p more orders."""
    inverse = activation.inverse_taylor(order)
    nonlinear = (sp.S.Zero, sp.S.Zero, *inverse[2:])
    half = tuple(sp.Rational(1, 2) if n == 1 else sp.S.Zero for n in range(order + 1))
    profile: Profile = {1: half, -1: half}
    while True:
        bent = _composed(nonlinear, profile, order)
        answer: dict[int, series.Series] = {1: half, -1: half}
        for m, values in bent.items():
            if abs(m) > 1:
                factor = -(1 + sp.sign(m) * eta(abs(m))) / 2
                answer[m] = tuple(sp.expand(factor * value) for value in values)
        if answer == profile:
            return Balance(profile, bent, order)
        profile = answer


def balanced_power_after(activation: Activation, order: int) -> int:
    """The next power of R1 beyond `order` that a balance has."""
    size = order
    while True:
        size += activation.order
        bent = balance(activation, size).bent.values()
        powers = {n for values in bent for n in series.nonzero_powers(values) if n > order}
        if powers:
            return min(powers)


@lru_cache(maxsize=256)
def fundamental_series(activation: Activation, order: int) -> series.Series:
    """R1 as a series in s = (F / (c kappa))^(1/(p+1)), up to s**order; c kappa R1^(p+1) is the leading forcing."""
    p = activation.order
    squared = balance(activation, p + order).squared(1)
    _, _, coefficients = series.puiseux_inverse(tuple(4 * value for value in squared))
    return coefficients


@lru_cache(maxsize=256)
def harmonic_series(activation: Activation, harmonic: int, order: int) -> series.Series:
    """R_m |sin(d_m/2)| = |[psi(W) - W]_m| as a series in s, up to s**order; zeros where it begins later."""
    found = balance(activation, max(order, harmonic))
    powers = series.nonzero_powers(found.bent[harmonic])
    if not powers or powers[0] > order:
        return (sp.S.Zero,) * (order + 1)
    first, squared = powers[0], found.squared(harmonic)[2 * powers[0] :][: order + 1 - powers[0]]
    leading = sp.factor_terms(squared[0])
    modulus = series.power(tuple(sp.expand(value / leading) for value in squared), sp.Rational(1, 2))
    response = fundamental_series(activation, len(modulus))[: len(modulus) + 1]
    composed = series.composition((*modulus, sp.S.Zero), response)[: len(modulus)]
    raised = series.power(response[1:], sp.Integer(first))[: len(modulus)]
    return (sp.S.Zero,) * first + tuple(
        sp.expand(sp.sqrt(leading) * value) for value in series.multiply(composed, raised)
    )


def _composed(outer: series.Series, profile: Profile, order: int) -> Profile:
    """outer(W) up to R1**order, odd powers alone: outer is odd."""
    square = _product(profile, profile, order)
    total: dict[int, list[sp.Expr]] = {}
    power = profile
    for n in range(1, order + 1, 2):
        if n > 1:
            power = _product(power, square, order)
        if outer[n] != 0:
            for m, values in power.items():
                row = total.setdefault(m, [sp.S.Zero] * (order + 1))
                for place, value in enumerate(values):
                    row[place] += outer[n] * value
    return {m: tuple(sp.expand(value) for value in row) for m, row in total.items()}


def _product(left: Profile, right: Profile, order: int) -> Profile:
    total: dict[int, list[sp.Expr]] = {}
    for m, values in left.items():
        for other, factors in right.items():
            row = total.setdefault(m + other, [sp.S.Zero] * (order + 1))
            for i in series.nonzero_powers(values):
                for j in series.nonzero_powers(factors[: order + 1 - i]):
                    row[i + j] += values[i] * factors[j]
    rows = {m: tuple(sp.expand(value) for value in row) for m, row in total.items()}
    return {m: row for m, row in rows.items() if any(row)}
