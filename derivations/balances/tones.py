"""Two resonant oscillations to any order of their amplitudes: the tones balanced, the amplitudes reverted.

With the output Z = sum_j r_j e^(i theta_1 + i j alpha), r_0 = R_1 and r_1 = R_2, the frames of reference of both waves
leave of a step, N being the nonlinearity (psi(|Z|) - |Z|) Z/|Z|,

    F_j = N_j,  j = 0, 1,        r_j = -N_j / (1 - e^(-i Delta_j)) otherwise

1/(1 - e^(-i Delta)) is written (1 + eta_j)/2, so that all is a polynomial in the eta_j, in R_2/R_1 and in the
coefficients of psi. Where Delta_j is real eta_j = -i tau_j with tau_j = cot(Delta_j/2), and conjugation turns its sign.
The moduli of F_j are reverted about R_1 = s, R_2 = eta s with c T_0(eta) s^(p+1) = F_1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

from analytics.expressions import series
from analytics.expressions.notation import ratio
from analytics.network.activation import Activation

Profile = dict[int, list[PolyElement]]
"""j -> coefficients of e^(i j alpha) in powers of the amplitude, as many as are asked for."""

Terms = tuple[PolyElement, ...]
"""A series in s, beginning with s^0, its coefficients polynomials over rational functions of eta."""

LEADING = sp.Symbol("c")
"""The leading coefficient of psi, in whose units the others are."""


def tau(order: int) -> sp.Symbol:
    """cot(Delta_j/2) of the tone of that order, as a symbol."""
    return sp.Symbol(f"tau_{order}", real=True)


def eta(order: int) -> sp.Symbol:
    """-i cot(Delta_j/2) of the tone of that order, as a symbol."""
    return sp.Symbol(f"eta_{order}", real=True)


@dataclass(frozen=True, slots=True)
class TwoTones:
    """Both amplitudes and the tones up to relative order `order`, for psi of these powers.

    first, second: R_1/s and R_2/(eta s). ring: of their coefficients, its symbols c, those of psi over c, the tau_j.
    profile, bent: r_j/R_1 and N_j/(c R_1^(p+1)) in powers of R_1, in eta and the eta_j too. moduli: |N_j|^2, likewise,
    in the tau_j. slips: R_2/R_1 - eta.
    """

    p: int
    order: int
    ring: PolyRing
    profile: Profile
    bent: Profile
    moduli: Mapping[int, Terms]
    first: Terms
    second: Terms
    slips: Terms

    @property
    def weights(self) -> dict[int, sp.Expr]:
        """Power of psi -> its coefficient over the leading one."""
        symbols = self.ring.symbols[1 : _tones_from(self.ring)]
        return {self.p + 1: sp.S.One, **dict(zip(_powers(self.ring), symbols, strict=True))}

    @property
    def coefficients(self) -> tuple[sp.Symbol, ...]:
        """The leading coefficient of psi, and the others over it."""
        return tuple(self.ring.symbols[: _tones_from(self.ring)])

    @property
    def cotangents(self) -> dict[int, sp.Symbol]:
        """Order of a tone -> its tau."""
        return {int(symbol.name[4:]): symbol for symbol in self.ring.symbols[_tones_from(self.ring) :]}

    def tone(self, order: int) -> Terms:
        """|N_j| over c s^(p+1), of one of the tones beside the two."""
        squared = _reverted(self.ring, self.moduli[order], self.first, self.slips, self.p + 1)
        size = self.ring.domain.from_sympy(_leading(self.p, order))
        return tuple(size * value for value in _root([value * (1 / size**2) for value in squared]))

    def written(self, coefficient: PolyElement, activation: Activation) -> sp.Expr:
        """A coefficient as an expression in eta and the tau_j, with the coefficients of psi of an activation."""
        c = activation.coefficient
        inverse = activation.inverse_taylor(self.p + 1 + self.order)
        others = (inverse[power] / c for power in _powers(self.ring))
        values = (c, *others, *self.cotangents.values())
        return _written(coefficient, values, _tones_from(self.ring))


def two_tones(activation: Activation, order: int) -> TwoTones:
    """The series of an activation up to relative order `order`."""
    inverse = activation.inverse_taylor(activation.order + 1 + order)
    _, _, *powers = series.nonzero_powers(inverse)
    return _two_tones(activation.order, tuple(powers), order)


@lru_cache(maxsize=64)
def _two_tones(p: int, powers: tuple[int, ...], order: int) -> TwoTones:
    tones = [j for j in range(-order // 2, order // 2 + 2) if j not in (0, 1)]
    coefficients = [sp.Symbol(f"e_{power}") for power in powers]
    flat = PolyRing([ratio, LEADING, *coefficients, *map(eta, tones)], sp.QQ)
    real = PolyRing([ratio, LEADING, *coefficients, *map(tau, tones)], sp.QQ)
    profile, bent = _balanced(flat, p, powers, tones, order)
    moduli: dict[int, Terms] = {
        j: tuple(_squared(real, bent[j], len(coefficients) + 2)) for j in (0, 1, -1, 2) if j in bent
    }
    ring = PolyRing(real.symbols[1:], sp.QQ.frac_field(ratio))
    first, slips = _amplitudes(ring, p, moduli[0], moduli[1], order)
    relative = [ring.one, *(value * (1 / ring.domain.from_sympy(ratio)) for value in slips[1:])]
    second = _product(first, relative)
    return TwoTones(p, order, ring, profile, bent, moduli, first, tuple(second), slips)


def _powers(ring: PolyRing) -> list[int]:
    return [int(name[2:]) for name in map(str, ring.symbols) if name.startswith("e_")]


def _tones_from(ring: PolyRing) -> int:
    return 1 + len(_powers(ring))


# -- the balance --


def _balanced(
    ring: PolyRing, p: int, powers: tuple[int, ...], tones: list[int], order: int
) -> tuple[Profile, Profile]:
    """r_j over R_1 and N_j over c R_1^(p+1), by substitution: each round is right to p more orders."""
    places = {j: ring.gens[len(powers) + 2 + index] for index, j in enumerate(tones)}
    quotient, c = ring.gens[:2]
    weights = dict(zip((p + 1, *powers), (ring.one, *ring.gens[2 : 2 + len(powers)]), strict=True))
    forced = {0: ring.one, 1: quotient}
    start = {j: [value, *[ring.zero] * order] for j, value in forced.items()}
    profile: Profile = start
    while True:
        bent = _bent(ring, p, weights, profile, order, len(powers) + 2)
        answer = dict(start)
        for j, values in bent.items():
            if j in places:
                factor = -c * (1 + places[j]) / 2
                answer[j] = ([ring.zero] * p + [factor * value for value in values])[: order + 1]
        if answer == profile:
            return profile, bent
        profile = answer


def _bent(
    ring: PolyRing, p: int, weights: Mapping[int, PolyElement], profile: Profile, order: int, first: int
) -> Profile:
    """The sum of |Z|^(n-1) Z over the powers n of psi, over R_1^(p+1)."""
    mirror = {-j: [_conjugate(value, first) for value in values] for j, values in profile.items()}
    square = _times(ring, profile, mirror, order)
    total: Profile = {}
    power, reached = profile, 1
    for n in sorted(weights):
        while reached < n:
            power, reached = _times(ring, power, square, order), reached + 2
        shift = n - p - 1
        for j, values in power.items():
            row = total.setdefault(j, [ring.zero] * (order + 1))
            for place, value in enumerate(values[: order + 1 - shift]):
                row[place + shift] += weights[n] * value
    return total


def _times(ring: PolyRing, left: Profile, right: Profile, order: int) -> Profile:
    total: Profile = {}
    for i, values in left.items():
        for j, factors in right.items():
            row = total.setdefault(i + j, [ring.zero] * (order + 1))
            for m, value in enumerate(values):
                if value:
                    for n, factor in enumerate(factors[: order + 1 - m]):
                        if factor:
                            row[m + n] += value * factor
    return {j: row for j, row in total.items() if any(row)}


def _conjugate(value: PolyElement, first: int) -> PolyElement:
    """With the opposite sign of the symbols from `first` on."""
    terms = {powers: -number if sum(powers[first:]) % 2 else number for powers, number in value.terms()}
    return value.ring.from_dict(terms)


def _squared(ring: PolyRing, values: list[PolyElement], first: int) -> list[PolyElement]:
    """|N_j|^2 in powers of R_1, with -i tau for eta: odd powers have cancelled."""
    product = _product(values, [_conjugate(value, first) for value in values])
    return [
        ring.from_dict(
            {powers: -number if sum(powers[first:]) % 4 else number for powers, number in value.terms()}
        )
        for value in product
    ]


def _product(left: Any, right: Any) -> list[PolyElement]:
    """Of two series, to the length of the left one."""
    return [
        sum((left[i] * right[n - i] for i in range(n + 1) if left[i] and right[n - i]), left[0].ring.zero)
        for n in range(len(left))
    ]


# -- the amplitudes --


def _leading(p: int, order: int) -> sp.Expr:
    """T_j at R_1 = 1 and R_2 = eta."""
    half = p // 2
    return sp.Add(
        *(
            sp.binomial(half + 1, both) * sp.binomial(half, both - order) * ratio ** (2 * both - order)
            for both in range(max(0, order), min(half + 1, half + order) + 1)
        )
    )


def _amplitudes(ring: PolyRing, p: int, one: Terms, other: Terms, order: int) -> tuple[Terms, Terms]:
    """(R_1/s, R_2/R_1 - eta) as series in s: F_1 and F_2 are the same in both, order by order."""
    field = ring.domain
    own, across = (field.from_sympy(_leading(p, j)) for j in (0, 1))
    own_slope, across_slope = (field.from_sympy(sp.diff(_leading(p, j), ratio)) for j in (0, 1))
    below = (p + 1) * (own * across_slope - across * own_slope)
    first: list[PolyElement] = [ring.one, *[ring.zero] * order]
    slips: list[PolyElement] = [ring.zero] * (order + 1)
    for n in range(1, order + 1):
        rests = [
            _reverted(ring, force[: n + 1], first[: n + 1], slips[: n + 1], p + 1)[n] * (-1 / (2 * size))
            for force, size in ((one, own), (other, across))
        ]
        if any(rests):
            first[n] = (rests[0] * across_slope - rests[1] * own_slope) * (1 / below)
            slips[n] = (rests[1] * own - rests[0] * across) * ((p + 1) / below)
    return tuple(first), tuple(slips)


def _reverted(ring: PolyRing, terms: Any, first: Any, slips: Any, half: int) -> list[PolyElement]:
    """R_1^(2 half) times a series in R_1 at R_1 = s first and R_2/R_1 = eta + slips, over s^(2 half)."""
    size = len(terms)
    total = [ring.zero] * size
    raised = list(first)
    for _ in range(1, half):
        raised = _product(raised, first)
    raised = _product(raised, raised)
    for m, term in enumerate(terms):
        power, factor = raised, 1
        k = 0
        while term and any(power):
            value = _lifted(ring, term) * ring.domain.from_sympy(sp.Rational(1, factor))
            for n, share in enumerate(power):
                if share:
                    total[n + m] += value * share
            term, power, k = term.diff(0), _product(power, slips), k + 1
            factor *= k
        raised = _product(raised[:-1], first)
    return total


def _lifted(ring: PolyRing, value: PolyElement) -> PolyElement:
    """A polynomial in eta and the others as one in the others, over functions of eta."""
    base = ring.domain.from_sympy(ratio)
    found: dict[tuple[int, ...], Any] = {}
    for (power, *others), number in value.terms():
        found[tuple(others)] = (
            found.get(tuple(others), ring.domain.zero)
            + ring.domain.from_sympy(sp.Rational(number.numerator, number.denominator)) * base**power
        )
    return ring.from_dict(found)


def _root(squared: list[PolyElement]) -> list[PolyElement]:
    """The square root of a series that begins with 1."""
    ring = squared[0].ring
    root = [ring.one]
    half = ring.domain.from_sympy(sp.Rational(1, 2))
    for n in range(1, len(squared)):
        mixed = sum((root[i] * root[n - i] for i in range(1, n)), ring.zero)
        root.append((squared[n] - mixed) * half)
    return root


@lru_cache(maxsize=256)
def _written(coefficient: PolyElement, values: tuple[sp.Expr, ...], first: int) -> sp.Expr:
    """By products of the tau_j, each with a rational function of eta; see `TwoTones.written`."""
    by_tones: dict[sp.Expr, list[tuple[Any, sp.Expr]]] = {}
    for powers, function in coefficient.terms():
        inner, outer = (
            sp.Mul(*(value**power for value, power in zip(values[part], powers[part], strict=True)))
            for part in (slice(first), slice(first, None))
        )
        by_tones.setdefault(outer, []).append((function, inner))
    return sp.Add(*(outer * _summed(parts) for outer, parts in by_tones.items()))


def _summed(parts: list[tuple[Any, sp.Expr]]) -> sp.Expr:
    """sum f_i(eta) x_i over one denominator, coefficients of the numerator in a form that shows whether they are 0."""
    below = parts[0][0].denom
    for function, _ in parts[1:]:
        below = below.lcm(function.denom)
    rows: dict[int, sp.Expr] = {}
    for function, value in parts:
        for (power,), number in (function.numer * below.exquo(function.denom)).terms():
            rows[power] = (
                rows.get(power, sp.S.Zero) + sp.Rational(number.numerator, number.denominator) * value
            )
    numerator = {power: series.tidy(value) for power, value in rows.items()}
    above = sp.Add(*(value * ratio**power for power, value in numerator.items()))
    whole = above / below.as_expr()
    return (
        sp.factor(whole) if all(value.is_Rational for value in numerator.values()) else _apart(above, below)
    )


def _apart(above: sp.Expr, below: PolyElement) -> sp.Expr:
    return sp.factor_terms(above) / sp.factor(below.as_expr())
