"""Chapter 12: two resonant oscillations at once.

I_n(x) = F1 e^(i theta_1) + F2 e^(i theta_2), theta_i = k_i x + omega(k_i) n, on a ring. phi commutes with
phases, so the response has the phases (1 - j) theta_1 + j theta_2 and no others:

    Z_n(x) = sum_j r_j e^(i theta_1 + i j alpha),  alpha = theta_2 - theta_1,  |r_0| = R1, |r_1| = R2

The tone of order j has the detuning Delta_j = (1 - j) omega(k_1) + j omega(k_2) - omega((1 - j) k_1 + j k_2):
none for the two oscillations, which suppress each other; for the others they act as an off-resonant input.
"""

from __future__ import annotations

import sympy as sp

from analytics.expressions.notation import F1, F2, C, R, ratio, tone_wavenumbers
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Step, definition, identity
from analytics.network.network import Network
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.kernel import wave_ranges, wavenumber_parameter
from derivations.two_tone_balance import (
    RANGES,
    a,
    b,
    combination_power,
    corrected,
    correction,
    detuning,
    next_power,
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

TONES = (
    "amplitudes on which, beyond the next order, the tones beside the two act back, ever more of them, each by its own "
    "detuning"
)
"""Why both laws end."""

# -- the two oscillations --


@derived(RING, ends=TONES)
def two_tone_amplitudes(network: Network) -> Law:
    r"""Amplitudes R1, R2 of the response at the two forcings, to leading order.

    :math:`F_1 = c\,T_0(R_1, R_2)`, :math:`F_2 = c\,T_0(R_2, R_1)` with
    :math:`T_0 = \sum_l \binom{p/2+1}{l} \binom{p/2}{l} R_1^{p+1-2l} R_2^{2l}`; for p = 2,
    :math:`F_1 = c (R_1^3 + 2 R_1 R_2^2)`: each suppresses the other. Their ratio solves a polynomial with one
    positive root, for both sides of the balance are the gradient of a convex function of R1 and R2.

    Valid for F1, F2 -> 0+ in proportion, k1 != k2, while no tone of order -p/2 ... p/2 + 1 but the two forced ones is
    resonant.
    Raises DerivationError where the ratio is not unique, or the remainder vanishes.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    order = next_power(activation)
    own = scaled(p, 0)
    strongest = (F1 / (c * own)) ** sp.Rational(1, p + 1)
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
        *corrected(activation),
    )
    return Law(
        meaning="amplitudes of the steady response at two weak resonant forcings, eta = R2/R1",
        observable="two_tone_amplitudes",
        network=network,
        subject=R,
        equation=sp.Eq(R, sp.Tuple(strongest, ratio * strongest)),
        parameters=_forcings(),
        codomain=sp.Interval(0, sp.oo),
        remainder=F1 ** sp.Rational(order - p, p + 1),
        dropped=tuple(gained * strongest ** (order - p) for gained in correction(activation)),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p)}",
        source=SOURCE,
        steps=steps,
        where=(two_tone_ratio(network),),
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
        remainder=F1 ** sp.Rational(next_power(network.activation) - p - 1, p + 1),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p)}",
        source=SOURCE,
        steps=(unique_ratio(p),),
        companions=(F2,),
    )


# -- the combinations --


@derived(RING, ends=TONES)
def combination_tone_amplitudes(network: Network) -> Law:
    r"""Amplitudes C of the waves at 2 k1 - k2 and at 2 k2 - k1, to leading order.

    The nonlinearity acts on them as an input :math:`c\,T_j` that is not resonant:
    :math:`C = c\,T_j(R_1, R_2) / (2 |\sin(\Delta_j/2)|)`, j = -1 and 2; for p = 2,
    :math:`T_{-1} = R_1^2 R_2`, :math:`T_2 = R_1 R_2^2`. With c R_1^(p+1) from the balance of the first tone
    the law is linear in the forcings at a fixed ratio, and depends on the activation through its order p alone.

    Valid for F1, F2 -> 0+ in proportion, where no tone of order -p/2 ... p/2 + 1 but the two forced ones is
    resonant; the condition states it for the two measured here.
    The remainder is that of the next power of the amplitudes, from `next_power`; where its coefficient
    vanishes for every ratio, as it does for `algebraic` and `quartic`, that of the next power which can occur.

    Raises DerivationError as `two_tone_amplitudes` does.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    order = combination_power(activation)
    values, off = [], []
    steps = tone_balance(activation)
    for place in (-1, 2):
        angle = detuning_of(network, place)
        share = scaled(p, place) / scaled(p, 0)
        amplitude = c * tone(p, place) / (2 * sp.Abs(sp.sin(detuning / 2)))
        values.append(F1 * share / (2 * sp.Abs(sp.sin(angle / 2))))
        off.append(sp.sin(angle / 2))
        steps = (
            *steps,
            _detuning(network, place),
            identity(
                f"The tone of order {place}; F1 = c T_0 takes the place of the amplitudes.",
                amplitude.subs({b: ratio * a}),
                c * tone(p, 0).subs({b: ratio * a}) * share / (2 * sp.Abs(sp.sin(detuning / 2))),
                {a: RANGES[a], ratio: RANGES[ratio], detuning: RANGES[detuning]},
                shown=sp.Eq(sp.Symbol(f"C_{place}"), amplitude, evaluate=False),
            ),
        )
    return Law(
        meaning=(
            "amplitudes of the tones 2 k1 - k2 and 2 k2 - k1 under two weak resonant forcings, eta = R2/R1"
        ),
        observable="combination_tone_amplitudes",
        network=network,
        subject=C,
        equation=sp.Eq(C, sp.Tuple(*values)),
        parameters=(*_forcings(), *(wavenumber_parameter(symbol) for symbol in tone_wavenumbers)),
        codomain=sp.Interval(0, sp.oo),
        remainder=F1 ** sp.Rational(order, p + 1),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p)}",
        source=SOURCE,
        steps=steps,
        where=(two_tone_ratio(network),),
        condition=sp.Ne(sp.Mul(*off), 0),
        companions=(F2,),
    )


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


def _off_resonance(p: int) -> str:
    return f"no tone (1 - j) k1 + j k2 with j from {-p // 2} to {p // 2 + 1} resonant but the two forced ones"


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
