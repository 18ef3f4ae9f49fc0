"""Chapter 12: two resonant oscillations at once.

I_n(x) = F1 e^(i theta_1) + F2 e^(i theta_2), theta_i = k_i x + omega(k_i) n, on a ring. phi commutes with
phases, so the response has the phases (1 - j) theta_1 + j theta_2 and no others:

    Z_n(x) = sum_j r_j e^(i theta_1 + i j alpha),  alpha = theta_2 - theta_1,  |r_0| = R1, |r_1| = R2

The tone of order j has the detuning Delta_j = (1 - j) omega(k_1) + j omega(k_2) - omega((1 - j) k_1 + j k_2):
none for the two oscillations, which suppress each other; for the others they act as an off-resonant input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import sympy as sp

from analytics.errors import DerivationError
from analytics.expressions.notation import F1, F2, C, R, ratio, tone_wavenumbers
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Step, definition, identity
from analytics.network.activation import Activation
from analytics.network.network import Network
from derivations.balances.tones import Terms, TwoTones, tau, two_tones
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.kernel import wave_ranges, wavenumber_parameter
from derivations.two_tone_balance import (
    RANGES,
    a,
    b,
    balanced,
    detuning,
    read_off,
    reverted,
    scaled,
    tone,
    tone_balance,
    unique_ratio,
)

SOURCE = f"harmonic balance at the order of the nonlinearity; {PAPER}"

RING = Requirement(
    lambda network: network.dimension == 1 and network.kernel.band is None,
    "a kernel of finite stencil on a ring",
)

COMBINATIONS = (-1, 2)
"""Orders of the tones at 2 k1 - k2 and 2 k2 - k1."""

# -- the two oscillations --


@derived(RING)
def two_tone_amplitudes(network: Network, *, terms: int = 1) -> Law:
    r"""Amplitudes R1, R2 of the response at the two forcings.

    :math:`F_1 = c\,T_0(R_1, R_2)`, :math:`F_2 = c\,T_0(R_2, R_1)` with
    :math:`T_0 = \sum_l \binom{p/2+1}{l} \binom{p/2}{l} R_1^{p+1-2l} R_2^{2l}`; for p = 2,
    :math:`F_1 = c (R_1^3 + 2 R_1 R_2^2)`: each suppresses the other. The ratio eta of these amplitudes solves a
    polynomial with one positive root, for both sides of the balance are the gradient of a convex function of R1 and R2.
    Further terms, series in :math:`s = (F_1/(c\,T_0(1, \eta)))^{1/(p+1)}`, hold the tones beside the two: the second by
    no detuning, the third for p = 2 by :math:`\cot(\Delta_j/2)`.

    Valid for F1, F2 -> 0+ in proportion, k1 != k2, while no tone that enters but the two forced ones is resonant.
    Raises DerivationError where the ratio is not unique, or the remainder of one of the two vanishes.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    found, powers = _amplitude_series(activation, terms)
    *kept, following = powers
    own = scaled(p, 0)
    strongest = (F1 / (c * own)) ** sp.Rational(1, p + 1)
    rises = [
        [found.written(rise[power], activation) for power in powers] for rise in (found.first, found.second)
    ]
    insert = _cotangents(network, *(value for rise in rises for value in rise))
    one, other = (
        [
            _whole(factor * value.xreplace(insert) * strongest ** (power + 1))
            for value, power in zip(rise, powers, strict=True)
        ]
        for factor, rise in zip((1, ratio), rises, strict=True)
    )
    steps = (
        *tone_balance(activation),
        definition("What the two amplitudes have to one another.", ratio, b / a),
        identity(
            "The balance is homogeneous: it determines the ratio of the amplitudes...",
            tone(p, 1).subs({b: ratio * a}) / tone(p, 0).subs({b: ratio * a}),
            scaled(p, 1) / own,
            {a: RANGES[a], ratio: RANGES[ratio]},
            shown=sp.Eq(F1 * scaled(p, 1), F2 * own, evaluate=False),
        ),
        unique_ratio(p),
        identity(
            "...and with it the amplitudes.",
            c * tone(p, 0).subs({b: ratio * a}).subs({a: strongest}),
            F1,
            {F1: RANGES[a], ratio: RANGES[ratio]},
            shown=sp.Eq(a, strongest, evaluate=False),
        ),
        balanced(found),
        reverted(found, kept[-1], following),
    )
    return Law(
        meaning="amplitudes of the steady response at two weak resonant forcings, eta = R2/R1 to leading order",
        observable="two_tone_amplitudes",
        network=network,
        subject=R,
        equation=sp.Eq(R, sp.Tuple(sp.Add(*one[:-1]), sp.Add(*other[:-1]))),
        parameters=(*_forcings(), *(_waves() if insert else ())),
        codomain=sp.Interval(0, sp.oo),
        remainder=F1 ** sp.Rational(1 + following, p + 1),
        dropped=(one[-1], other[-1]),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p, insert)}",
        source=SOURCE,
        steps=steps,
        where=(two_tone_ratio(network),),
        condition=_off(network, insert),
        companions=(F2,),
    )


@derived()
def two_tone_ratio(network: Network) -> Law:
    """R2/R1, to leading order."""
    p = network.activation.order
    return Law(
        meaning="ratio R2/R1 of the amplitudes at two weak resonant forcings",
        observable="two_tone_amplitudes",
        network=network,
        subject=ratio,
        equation=sp.Eq(F1 * scaled(p, 1), F2 * scaled(p, 0), evaluate=False),
        parameters=_forcings(),
        codomain=sp.Interval.open(0, sp.oo),
        remainder=F1 ** sp.Rational(_amplitude_series(network.activation, 1)[1][1], p + 1),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p)}",
        source=SOURCE,
        steps=(unique_ratio(p),),
        companions=(F2,),
    )


# -- the combinations --


@derived(RING)
def combination_tone_amplitudes(network: Network, *, terms: int = 1) -> Law:
    r"""Amplitudes C of the waves at 2 k1 - k2 and at 2 k2 - k1.

    The nonlinearity acts on them as an input :math:`c\,T_j` that is not resonant:
    :math:`C = c\,T_j(R_1, R_2) / (2 |\sin(\Delta_j/2)|)`, j = -1 and 2; for p = 2,
    :math:`T_{-1} = R_1^2 R_2`, :math:`T_2 = R_1 R_2^2`. With c R_1^(p+1) from the balance of the first tone
    the law is linear in the forcings at a fixed ratio, and depends on the activation through its order p alone.
    Further terms as those of `two_tone_amplitudes`.

    Valid for F1, F2 -> 0+ in proportion, where no tone that enters but the two forced ones is resonant.
    Raises DerivationError where the ratio is not unique, or the remainder of one of the two vanishes.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    found, powers, drives = _combination_series(activation, terms)
    *kept, following = powers
    strongest = (F1 / (c * scaled(p, 0))) ** sp.Rational(1, p + 1)
    written = [[found.written(drive[power], activation) for power in powers] for drive in drives]
    insert = _cotangents(network, *(value for values in written for value in values[1:]))
    for place in COMBINATIONS:
        insert.setdefault(tau(place), sp.cot(detuning_of(network, place) / 2))
    values, dropped = [], []
    steps = (*tone_balance(activation), *(_detuning(network, place) for place in COMBINATIONS))
    if terms > 1:
        steps = (*steps, balanced(found))
    for place, drive, parts in zip(COMBINATIONS, drives, written, strict=True):
        share = scaled(p, place) / scaled(p, 0)
        amplitude = c * tone(p, place) / (2 * sp.Abs(sp.sin(detuning / 2)))
        off = 2 * sp.Abs(sp.sin(detuning_of(network, place) / 2))
        relative = [
            (part / scaled(p, 0)).xreplace(insert) * strongest**power
            for part, power in zip(parts, powers, strict=True)
        ]
        values.append(
            F1 / off * share + sp.Add(*(F1 / off * sp.factor_terms(term) for term in relative[1:-1]))
        )
        dropped.append(F1 / off * relative[-1])
        steps = (
            *steps,
            identity(
                f"The tone of order {place}; F1 = c T_0 takes the place of the amplitudes.",
                amplitude.subs({b: ratio * a}),
                c * tone(p, 0).subs({b: ratio * a}) * share / (2 * sp.Abs(sp.sin(detuning / 2))),
                {a: RANGES[a], ratio: RANGES[ratio], detuning: RANGES[detuning]},
                shown=sp.Eq(sp.Symbol(f"C_{place}"), amplitude, evaluate=False),
            ),
        )
        if terms > 1:
            steps = (*steps, read_off(found, place, [term.as_expr() for term in drive], kept[-1], following))
    return Law(
        meaning=(
            "amplitudes of the tones 2 k1 - k2 and 2 k2 - k1 under two weak resonant forcings, eta = R2/R1 to "
            "leading order"
        ),
        observable="combination_tone_amplitudes",
        network=network,
        subject=C,
        equation=sp.Eq(C, sp.Tuple(*values)),
        parameters=(*_forcings(), *_waves()),
        codomain=sp.Interval(0, sp.oo),
        remainder=F1 ** sp.Rational(p + 1 + following, p + 1),
        dropped=tuple(dropped),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p, insert)}",
        source=SOURCE,
        steps=steps,
        where=(two_tone_ratio(network),),
        condition=_off(network, insert),
        companions=(F2,),
    )


def _amplitude_series(activation: Activation, terms: int) -> tuple[TwoTones, list[int]]:
    """The series of both amplitudes, the powers of so many terms, over s, and the next one."""
    return _as_far(activation, terms, lambda found: (found.first, found.second))[:2]


def _combination_series(activation: Activation, terms: int) -> tuple[TwoTones, list[int], tuple[Terms, ...]]:
    """Those of both combination tones, over c s^(p+1), and these series."""
    return _as_far(activation, terms, lambda found: tuple(map(found.tone, COMBINATIONS)))


def _as_far(
    activation: Activation, terms: int, drawn: Callable[[TwoTones], tuple[Terms, ...]]
) -> tuple[TwoTones, list[int], tuple[Terms, ...]]:
    """What is found to the order at which each of the drawn series has so many terms and one more."""
    order = activation.order * terms
    while True:
        found = two_tones(activation, order)
        several = drawn(found)
        there = [
            {power for power, value in enumerate(one) if value and found.written(value, activation) != 0}
            for one in several
        ]
        powers = sorted(set.union(*there))
        if len(powers) > terms:
            break
        order += activation.order
    following = powers[terms]
    if any(following not in one for one in there):
        raise DerivationError(
            "two oscillations",
            "both amplitudes must go on at the same power",
            there,
            "State them as two laws.",
        )
    return found, powers[: terms + 1], several


def _whole(term: sp.Expr) -> sp.Expr:
    """A term in a whole power of the forcing, in lowest terms; one in a broken power as it is."""
    return sp.factor(term) if term.as_coeff_exponent(F1)[1].is_Integer else term


def _cotangents(network: Network, *parts: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """tau_j -> cot(Delta_j/2), of the tones that enter."""
    entering = {symbol for part in parts for symbol in part.free_symbols if symbol.name.startswith("tau_")}
    orders = sorted(int(symbol.name.removeprefix("tau_")) for symbol in entering)
    return {tau(order): sp.cot(detuning_of(network, order) / 2) for order in orders}


def _off(network: Network, cotangents: Mapping[sp.Symbol, sp.Expr]) -> sp.Basic:
    """None of the tones is resonant."""
    return (
        sp.Ne(sp.Mul(*(sp.sin(value.args[0]) for value in cotangents.values())), 0) if cotangents else sp.true
    )


@lru_cache(maxsize=64)
def detuning_of(network: Network, order: int) -> sp.Expr:
    """Delta_j, the frequency of the tone of that order less that of the kernel at its wavenumber.

    By 1 - cos k = 2 sin^2 (k/2), which keeps its digits where k is small.
    """
    one, other = (network.kernel.frequency((wavenumber,)) for wavenumber in tone_wavenumbers)
    own = network.kernel.frequency((_wavenumber(order),))
    halved = ((1 - order) * one + order * other - own).replace(sp.cos, lambda k: 1 - 2 * sp.sin(k / 2) ** 2)
    return sp.factor_terms(sp.expand(halved))


def _wavenumber(order: int) -> sp.Expr:
    one, other = tone_wavenumbers
    return (1 - order) * one + order * other


def _detuning(network: Network, order: int) -> Step:
    """Delta_j from the Fourier symbols i omega(k) of the stencil."""
    symbol = network.kernel.symbol
    one, other = (symbol((wavenumber,)) for wavenumber in tone_wavenumbers)
    return identity(
        f"The detuning of the tone of order {order}: its wavenumber is {_wavenumber(order)}.",
        (1 - order) * one + order * other - symbol((_wavenumber(order),)),
        sp.I * detuning_of(network, order),
        wave_ranges(network.kernel, tone_wavenumbers),
        shown=sp.Eq(sp.Symbol(f"Delta_{order}"), detuning_of(network, order), evaluate=False),
    )


def _off_resonance(p: int, cotangents: Iterable[sp.Symbol] = ()) -> str:
    """In words, for the tones that the nonlinearity makes and for those that enter."""
    orders = [-p // 2, p // 2 + 1, *(int(symbol.name.removeprefix("tau_")) for symbol in cotangents)]
    return f"no tone (1 - j) k1 + j k2 with j from {min(orders)} to {max(orders)} resonant but the two forced ones"


def _waves() -> tuple[Parameter, ...]:
    return tuple(wavenumber_parameter(symbol) for symbol in tone_wavenumbers)


def _forcings() -> tuple[Parameter, Parameter]:
    domain = sp.Interval.open(0, sp.oo)
    return (
        Parameter(F1, "amplitude of the first forcing", "", domain),
        Parameter(F2, "amplitude of the second forcing", "", domain),
    )


CHAPTER = Chapter(
    number=12,
    title="Two oscillations",
    summary="Two resonant oscillations suppress each other, and make the combination tones beside them.",
    laws=(two_tone_amplitudes, combination_tone_amplitudes),
)
