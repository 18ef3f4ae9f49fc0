"""Chapter 14: a real network driven by a resonant cosine.

    I_n(x) = F cos(k.x + omega n),      omega = omega(k),      X_n(x) = R1 cos(k.x + omega n + theta) + harmonics

The fundamental is on resonance, so its amplitude is a root of the forcing; the activation, odd, makes the
harmonics 3, 5, ..., off resonance unless omega(m k) = m omega(k) modulo 2 pi. They are as large as the forcing
at most, and act back on the fundamental at the next order.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from analytics.errors import DerivationError
from analytics.expressions import series
from analytics.expressions.notation import F, R, harmonic
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Step, Steps, definition, identity, truncation
from analytics.network.activation import Activation
from analytics.network.network import Network
from derivations.activation import truncated
from derivations.balances.harmonics import (
    R1,
    Balance,
    balance,
    balanced_power_after,
    eta,
    fundamental_series,
    harmonic_series,
    tau,
)
from derivations.chapter import PAPER, Chapter, derived
from derivations.kernel import imaginary_eigenvalue, wavenumber_parameter
from derivations.real_network import REAL, odd_frequencies, real_activation
from derivations.single_oscillation import FORCING

SOURCE = f"harmonic balance of real states; {PAPER}"
CARRIER = sp.pi / 4
"""Wavenumber of the cosine along each axis unless one is given."""

chi = sp.Symbol("chi", real=True)  # k.x + omega n
wave = sp.Symbol("w", positive=True)  # e^(i chi)
mistuning = sp.Symbol("d", real=True)  # d_m
scale = sp.Symbol("s", positive=True)  # (F / (c kappa))^(1/(p+1)), the scale of the response
half = sp.Rational(1, 2)


@derived(REAL, is_scaling=True)
def real_cosine_amplitude(network: Network, *, terms: int = 1) -> Law:
    r"""Amplitude R1 of the fundamental, :math:`c\,\kappa R_1^{p+1} = F`, :math:`\kappa = 2^{-p}\binom{p+1}{p/2}`.

    For p = 2: 3/4 c R1^3 = F. Further terms by harmonic balance and reversion: at the second one the harmonics
    enter, beside the next term of the activation. Valid for F -> 0+ where no harmonic that enters up to the
    remainder is resonant; the remainder is the next term that is not zero.
    """
    activation = network.activation
    kept, remainder, dropped = truncated(
        lambda order: fundamental_series(activation, order), terms, order=1 + activation.order * terms
    )
    highest = activation.order + remainder
    steps = (
        *_balanced(network, activation.order + len(kept) - 1),
        _leading(activation),
        _reverted(activation, kept, remainder),
    )
    return _law(
        network,
        "amplitude of the fundamental in the response of a real network to a weak resonant cosine",
        1,
        kept,
        (remainder, dropped),
        highest,
        steps,
    )


@derived(REAL, ends="two terms of real_cosine_amplitude, which goes as far as asked for")
def real_cosine_expansion(network: Network) -> Law:
    r"""The same to the second term, where the harmonics enter; that term does not depend on k yet."""
    return real_cosine_amplitude(network, terms=2)


@derived(REAL)
def real_cosine_harmonics(network: Network, *, number: int = 3, terms: int = 1) -> Law:
    r"""Amplitude of the third harmonic, :math:`R_3 = \frac{p}{p+4}\,\frac{F}{2|\sin(d_3/2)|} + \dots`

    d_3 = 3 omega(k) - omega(3k); `number`: of another odd harmonic. Those up to p + 1 are linear in the
    forcing, the others smaller by powers of it. Valid for F -> 0+ where no harmonic that enters up to the
    remainder is resonant. Raises DerivationError for an even number, or 1.
    """
    if number < 3 or number % 2 == 0:
        raise DerivationError(
            "harmonics of a real network",
            "the number must be odd and at least 3",
            number,
            "Ask for 3, 5, ...",
        )
    activation = network.activation
    first = max(number, activation.order + 1)
    kept, remainder, dropped = truncated(
        lambda order: harmonic_series(activation, number, order),
        terms,
        order=first + activation.order * terms,
    )
    beyond = max(0, activation.order + 1 - series.nonzero_powers(kept)[0])
    steps = (
        *_balanced(network, len(kept) - 1 + beyond),
        _leading(activation),
        _off_resonance(),
        _read_off(activation, number, kept, remainder),
    )
    return _law(
        network,
        f"amplitude of harmonic {number} in the response of a real network to a weak resonant cosine",
        number,
        kept,
        (remainder, dropped),
        remainder + beyond,
        steps,
    )


def _law(
    network: Network,
    meaning: str,
    number: int,
    kept: series.Series,
    following: tuple[int, sp.Expr],
    highest: int,
    steps: Steps,
) -> Law:
    """The law of harmonic `number`.

    following: power and coefficient of the first term that is dropped.
    highest: the last harmonic that enters up to the remainder.
    """
    activation = network.activation
    root = sp.Rational(1, activation.order + 1)
    entering = range(3, highest + 1, 2)
    cotangents = {tau(m): sp.cot(_detuning(network, m) / 2) for m in entering}
    drive = F / (activation.coefficient * _overlap(activation, 1))
    remainder, coefficient = following
    value = sp.Add(*(term.xreplace(cotangents) * drive ** (n * root) for n, term in enumerate(kept)))
    dropped = coefficient.xreplace(cotangents) * drive ** (remainder * root)
    subject = R1
    parameters = [
        FORCING,
        *(wavenumber_parameter(symbol, CARRIER) for symbol in network.kernel.wavenumbers),
    ]
    if number > 1:
        subject = sp.Symbol(f"R{number}", positive=True)
        off = sp.Abs(sp.sin(_detuning(network, number) / 2))
        value, dropped = value / off, dropped / off
    if number > 3:
        only = sp.Interval.Ropen(number, number + 1)
        parameters.append(Parameter(harmonic, "number of the harmonic", "", only, sp.Integer(number)))
    return Law(
        meaning=meaning,
        observable="real_cosine_amplitude" if number == 1 else "real_cosine_harmonics",
        network=network,
        subject=subject,
        equation=sp.Eq(subject, value),
        parameters=tuple(parameters),
        codomain=sp.Interval(0, sp.oo),
        remainder=F ** (remainder * root),
        dropped=(dropped,),
        limit=(F, sp.S.Zero),
        validity=(
            f"F -> 0+ at a wavenumber of which no harmonic up to {entering[-1]} is resonant, "
            "m omega(k) = omega(m k) modulo 2 pi"
        ),
        source=SOURCE,
        steps=steps,
        condition=sp.Ne(sp.Mul(*(sp.sin(_detuning(network, m) / 2) for m in entering)), 0),
    )


def _detuning(network: Network, m: int) -> sp.Expr:
    """d_m = m omega(k) - omega(m k)."""
    kernel = network.kernel
    return m * kernel.frequency(kernel.wavenumbers) - kernel.frequency([m * k for k in kernel.wavenumbers])


def _overlap(activation: Activation, m: int) -> sp.Expr:
    """The amplitude of cos(m chi) in cos(chi)^(p+1); of the fundamental it is kappa."""
    p = activation.order
    return sp.binomial(p + 1, (p + 1 - m) // 2) / sp.Integer(2) ** p


def _balanced(network: Network, order: int) -> Steps:
    """One step of the moving profile, its harmonics balanced up to R1**order."""
    activation, kernel = network.activation, network.kernel
    found, remainder = balance(activation, order), balanced_power_after(activation, order)
    entering = [m for m in found.profile if m > 1]
    left = found.at(wave, found.profile)
    right = found.at(wave, _carried(found)) + found.at(wave, {m: found.bent[m] for m in (1, -1)})
    steps = (
        real_activation(activation),
        odd_frequencies(kernel),
        imaginary_eigenvalue(
            "A profile Y(k.x + omega n) moves along with the cosine; U turns its harmonic m by omega(m k), as for "
            "m = 3, and a step turns it by m omega.",
            kernel,
            [3 * k for k in kernel.wavenumbers],
        ),
        definition(
            "What is left over is the detuning of a harmonic, 0 for the fundamental.",
            sp.Symbol("d_m"),
            sp.Symbol("m") * sp.Function("omega")(sp.Symbol("k"))
            - sp.Function("omega")(sp.Symbol("m") * sp.Symbol("k")),
        ),
        identity(
            "A harmonic off resonance answers by 1/(1 - e^(-i d)).",
            1 / (1 - sp.exp(-sp.I * mistuning)),
            (1 - sp.I * sp.cot(mistuning / 2)) / 2,
            {mistuning: (half, 3)},
        ),
    )
    ranges = {wave: (half, 2)} | {eta(m): (sp.Rational(1, 4), sp.Rational(3, 4)) for m in entering}
    return (
        *steps,
        truncation(
            "Balance harmonic by harmonic, psi(W) = V W + the forcing, in powers of the fundamental: W(chi) with "
            "w = e^(i chi) and eta_m = -i cot(d_m/2), which holds at complex chi and d_m as well.",
            activation.psi(R),
            right,
            R1,
            remainder,
            ranges,
            inner=(R, left),
            shown=sp.Eq(sp.Symbol("W"), left, evaluate=False),
        ),
    )


def _carried(found: Balance) -> dict[int, series.Series]:
    """V W: harmonic m times e^(-i d_m) = (eta_m - 1)/(eta_m + 1)."""

    def factor(m: int) -> sp.Expr:
        if abs(m) == 1:
            return sp.S.One
        ratio = (eta(abs(m)) - 1) / (eta(abs(m)) + 1)
        return ratio if m > 0 else 1 / ratio

    return {m: tuple(sp.cancel(factor(m) * value) for value in values) for m, values in found.profile.items()}


def _leading(activation: Activation) -> Step:
    p = activation.order
    return identity(
        f"The leading nonlinearity c R1^{p + 1} cos^{p + 1} chi, by harmonics: the fundamental balances the forcing.",
        sp.cos(chi) ** (p + 1),
        sp.Add(*(_overlap(activation, m) * sp.cos(m * chi) for m in range(1, p + 2, 2))),
        {chi: (-3, 3)},
        shown=sp.Eq(
            F,
            sp.Mul(activation.coefficient, _overlap(activation, 1), R1 ** (p + 1), evaluate=False),
            evaluate=False,
        ),
    )


def _reverted(activation: Activation, kept: series.Series, remainder: int) -> Step:
    """The fundamental as a series in its scale."""
    p = activation.order
    squared = [4 * value for value in balance(activation, p + remainder).squared(1)]
    response = series.polynomial(kept, scale)
    return truncation(
        f"The forcing is the modulus of the fundamental of psi(W) - W; with s = (F/(c kappa))^(1/{p + 1}) its series "
        "is reverted, and inserted back.",
        series.polynomial(squared, R1),
        (activation.coefficient * _overlap(activation, 1)) ** 2 * scale ** (2 * p + 2),
        scale,
        2 * p + 1 + remainder,
        _cotangent_ranges(squared),
        inner=(R1, response),
        shown=sp.Eq(R1, response, evaluate=False),
        remainder=scale**remainder,
    )


def _off_resonance() -> Step:
    return identity(
        "The modulus of the answer of a harmonic.",
        1 / ((1 - sp.exp(-sp.I * mistuning)) * (1 - sp.exp(sp.I * mistuning))),
        1 / (2 * sp.sin(mistuning / 2)) ** 2,
        {mistuning: (half, 3)},
    )


def _read_off(activation: Activation, number: int, kept: series.Series, remainder: int) -> Step:
    """The modulus of a harmonic of psi(W) - W as a series in the scale of the response."""
    squared = balance(activation, remainder).squared(number)
    first = series.nonzero_powers(kept)[0]
    response = series.polynomial(fundamental_series(activation, 1 + remainder - first), scale)
    value = series.polynomial(kept, scale)
    return truncation(
        f"Harmonic {number} of psi(W) - W, squared, at the fundamental as a series in its scale.",
        series.polynomial(squared, R1),
        value**2,
        scale,
        first + remainder,
        _cotangent_ranges(squared),
        inner=(R1, response),
        shown=sp.Eq(
            sp.Symbol(f"R{number}") * sp.Abs(sp.sin(sp.Symbol(f"d{number}") / 2)), value, evaluate=False
        ),
        remainder=scale**remainder,
    )


def _cotangent_ranges(coefficients: Sequence[sp.Expr]) -> dict[sp.Symbol, tuple[sp.Expr, int]]:
    symbols = set().union(*(value.free_symbols for value in coefficients))
    return dict.fromkeys(sorted(symbols, key=str), (half, 2))


CHAPTER = Chapter(
    number=14,
    title="A real network driven by a cosine",
    summary="The fundamental is a root of the forcing, the harmonics up to p + 1 are linear in it.",
    laws=(real_cosine_amplitude, real_cosine_expansion, real_cosine_harmonics),
)
