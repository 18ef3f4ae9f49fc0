"""Chapter 3: the response to a single oscillation.

Forcing I_n(x) = F e^(i(k.x + omega n)) with the detuning delta = omega - omega(k); travelling response
Z_n(x) = R e^(i(k.x + omega n + theta)). Its amplitude and phase are exact.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.expressions import series
from analytics.expressions.notation import F, P, R, delta, omega, r, theta
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.statement import Curve
from analytics.law.step import Step, Steps, identity, truncation
from analytics.network.activation import Activation
from analytics.network.network import Network
from derivations.activation import RADIUS, phase_covariance, truncated
from derivations.chapter import PAPER, Chapter, derived
from derivations.kernel import wavenumber_parameter

SOURCE = f"steady travelling waves; {PAPER}"
FORCING = Parameter(F, "amplitude of the forcing", "", sp.Interval(0, sp.oo))
DETUNING = Parameter(delta, "detuning, omega - omega(k)", "rad/step", sp.Reals, sp.S.Zero)
OFF_RESONANCE = Parameter(
    delta,
    "detuning, not zero",
    "rad/step",
    sp.Union(sp.Interval.Ropen(-sp.pi, 0), sp.Interval.Lopen(0, sp.pi)),
)

psi = sp.Function("psi")
phase = sp.Symbol("chi", real=True)  # k.x + omega n
turn = sp.Symbol("omega_k", real=True)  # omega(k), the kernel's own frequency

RANGES = {
    F: (sp.Rational(1, 10), 2),
    R: (sp.Rational(1, 10), sp.Rational(9, 10)),
    P: (1, 3),
    delta: (-1, 1),
    theta: (-3, 3),
    omega: (-3, 3),
    turn: (-3, 3),
    phase: (-3, 3),
}


@derived()
def forced_amplitude(network: Network) -> Law:
    r"""Amplitude R of the response, :math:`F^2 = (\psi(R) - R)^2 + 4 R\,\psi(R) \sin^2(\delta/2)`. Exact.

    The same as psi^2 + R^2 - 2 psi R cos(delta), written so that nothing cancels at small R and delta.
    """
    activation = network.activation
    steps = (
        *balance(activation),
        identity(
            "Take the squared modulus of both sides: the phase drops out.",
            sp.Abs(P * sp.exp(sp.I * (turn + delta)) - R * sp.exp(sp.I * turn)) ** 2,
            P**2 + R**2 - 2 * P * R * sp.cos(delta),
            sampled(P, R, turn, delta),
            shown=sp.Eq(F**2, P**2 + R**2 - 2 * P * R * sp.cos(delta)),
        ),
        identity(
            "Complete the square, so that nothing cancels at small R and delta.",
            P**2 + R**2 - 2 * P * R * sp.cos(delta),
            (P - R) ** 2 + 4 * R * P * sp.sin(delta / 2) ** 2,
            sampled(P, R, delta),
            shown=sp.Eq(F**2, (P - R) ** 2 + 4 * R * P * sp.sin(delta / 2) ** 2, evaluate=False),
        ),
    )
    return Law(
        meaning="amplitude of the steady response to one oscillation",
        observable="forced_amplitude",
        network=network,
        subject=R,
        equation=sp.Eq(F**2, squared_forcing(activation)),
        parameters=(FORCING, DETUNING),
        codomain=amplitudes(activation),
        validity="every forcing and detuning",
        source=SOURCE,
        steps=steps,
    )


@derived()
def forced_phase(network: Network) -> Law:
    r"""Phase theta of the response, :math:`F e^{-i\theta} = P e^{i\omega} - \rho(P) e^{i\omega(k)}`. Exact.

    P = psi(R) is the modulus of the pre-activation. Near saturation P keeps the digits that R loses.
    """
    kernel = network.kernel
    frequency = kernel.frequency(kernel.wavenumbers)
    argument = sp.atan2((P + R) * sp.sin(delta / 2), (P - R) * sp.cos(delta / 2))
    steps = (
        *balance(network.activation),
        identity(
            "Draw out the mean of the two phases; what is left has an argument that does not cancel.",
            P * sp.exp(sp.I * (turn + delta)) - R * sp.exp(sp.I * turn),
            sp.exp(sp.I * (turn + delta / 2))
            * ((P - R) * sp.cos(delta / 2) + sp.I * (P + R) * sp.sin(delta / 2)),
            sampled(P, R, turn, delta),
        ),
        identity(
            "The argument of both sides gives the phase, modulo 2 pi.",
            sp.exp(-sp.I * (-turn - delta / 2 - argument))
            * sp.sqrt((P - R) ** 2 * sp.cos(delta / 2) ** 2 + (P + R) ** 2 * sp.sin(delta / 2) ** 2),
            sp.exp(sp.I * (turn + delta / 2))
            * ((P - R) * sp.cos(delta / 2) + sp.I * (P + R) * sp.sin(delta / 2)),
            sampled(P, R, turn, delta),
            proof=_by_logarithm,
            shown=sp.Eq(theta, -turn - delta / 2 - argument, evaluate=False),
        ),
    )
    return Law(
        meaning="phase of the steady response against the forcing",
        observable="forced_phase",
        network=network,
        subject=theta,
        equation=sp.Eq(theta, -frequency - delta / 2 - argument.xreplace({R: network.activation.rho(P)})),
        parameters=(
            FORCING,
            DETUNING,
            *(wavenumber_parameter(symbol, sp.S.Zero) for symbol in kernel.wavenumbers),
        ),
        codomain=sp.Interval.Lopen(-sp.pi, sp.pi),
        validity="every forcing, detuning and wavenumber",
        source=SOURCE,
        steps=steps,
        where=(forced_drive(network),),
        period=2 * sp.pi,
    )


@derived()
def forced_drive(network: Network) -> Law:
    """The modulus P of the pre-activation: the amplitude law with R = rho(P)."""
    amplitude = forced_amplitude(network)
    rho = network.activation.rho(P)
    return replace(
        amplitude,
        meaning="modulus of the pre-activation in the steady response to one oscillation",
        subject=P,
        equation=sp.Eq(F**2, (P - rho) ** 2 + 4 * rho * P * sp.sin(delta / 2) ** 2),
        codomain=sp.Interval(0, sp.oo),
    )


@derived()
def forced_amplitude_taylor(network: Network, *, terms: int = 3) -> Law:
    r"""The amplitude law expanded, :math:`F^2 = R^2 [4 s^2 + 4 s^2 c R^p + \dots]`, s = sin(delta/2).

    `terms` counts the terms in the bracket. Valid for F -> 0+ at any detuning; with one or two terms only
    off resonance, for at resonance both vanish.
    """
    activation = network.activation
    off = 4 * sp.sin(delta / 2) ** 2
    kept, remainder, dropped = truncated(lambda order: squared_series(activation, order, off), terms)
    expansion = series.polynomial(kept, R)
    everywhere = expansion.subs(delta, 0) != 0
    steps = (
        insert_inverse(activation),
        truncation(
            "Expand the squared forcing in powers of R at a fixed detuning.",
            squared_forcing(activation),
            expansion,
            R,
            remainder,
            sampled(delta),
            shown=sp.Eq(F**2, expansion),
        ),
    )
    return Law(
        meaning="amplitude of the steady response, expanded in the amplitude",
        observable="forced_amplitude" if everywhere else "detuned_amplitude",
        network=network,
        subject=R,
        equation=sp.Eq(F**2, expansion),
        parameters=(FORCING, DETUNING if everywhere else OFF_RESONANCE),
        codomain=sp.Interval(0, sp.oo),
        remainder=R**remainder,
        dropped=(dropped * R**remainder,),
        exact=Curve("forced_amplitude", P, activation.rho(P), (_squared_at(activation),)),
        limit=(F, sp.S.Zero),
        validity=f"F -> 0+ at {'any detuning' if everywhere else 'a fixed detuning that is not 0'}",
        source=SOURCE,
        steps=steps,
    )


def squared_forcing(activation: Activation) -> sp.Expr:
    """F^2 as a function of R and delta."""
    return (activation.psi(R) - R) ** 2 + 4 * R * activation.psi(R) * sp.sin(delta / 2) ** 2


def _squared_at(activation: Activation) -> sp.Expr:
    """The same as a function of P = psi(R)."""
    output = activation.rho(P)
    return (P - output) ** 2 + 4 * output * P * sp.sin(delta / 2) ** 2


def amplitudes(activation: Activation) -> sp.Interval:
    """The values that an amplitude can take."""
    return sp.Interval.Ropen(0, activation.saturation)


def balance(activation: Activation) -> Steps:
    """From the ansatz to F e^(-i theta) = psi(R) e^(i omega) - R e^(i omega(k))."""
    response = R * sp.exp(sp.I * (phase + theta))
    value = sp.exp(sp.I * phase)
    return (
        identity(
            "Insert the travelling wave: U turns it by omega(k), and the forcing has its phase.",
            response * sp.exp(sp.I * turn) + F * value,
            (R * sp.exp(sp.I * (theta + turn)) + F) * value,
            sampled(R, F, theta, turn, phase),
            shown=sp.Eq(
                sp.Symbol("W_n"),
                (R * sp.exp(sp.I * (theta + turn)) + F) * sp.exp(sp.I * phase),
                evaluate=False,
            ),
        ),
        phase_covariance(activation),
        identity(
            "So phi(W) = R e^(i chi) exactly when W = psi(R) e^(i chi).",
            activation.phi(r * value),
            activation.rho(r) * value,
            RADIUS | sampled(phase),
            shown=sp.Eq(sp.Function("phi")(psi(R) * value), R * value, evaluate=False),
        ),
        identity(
            "Balance one step: the next state is the wave one step later. P = psi(R).",
            (P * sp.exp(sp.I * (phase + omega + theta)) - R * sp.exp(sp.I * (phase + theta + turn)))
            * sp.exp(-sp.I * (phase + theta)),
            P * sp.exp(sp.I * omega) - R * sp.exp(sp.I * turn),
            sampled(P, R, phase, omega, theta, turn),
            shown=sp.Eq(
                F * sp.exp(-sp.I * theta),
                P * sp.exp(sp.I * omega) - R * sp.exp(sp.I * turn),
                evaluate=False,
            ),
        ),
    )


def insert_inverse(activation: Activation) -> Step:
    """The amplitude law with the inverse profile of this activation, checked against its first form."""
    pre = activation.psi(R)
    return identity(
        "The amplitude law with the inverse profile of this activation.",
        pre**2 + R**2 - 2 * pre * R * sp.cos(delta),
        squared_forcing(activation),
        outputs(activation) | sampled(delta),
        shown=sp.Eq(F**2, squared_forcing(activation)),
    )


def excess_series(activation: Activation, order: int) -> series.Series:
    """psi(R) - R as a series in R."""
    inverse = activation.inverse_taylor(order)
    return (inverse[0], inverse[1] - 1, *inverse[2:])


def squared_series(activation: Activation, order: int, distance: sp.Expr) -> series.Series:
    """(psi - R)^2 + distance R psi as a series in R."""
    excess = excess_series(activation, order)
    squared = series.multiply(excess, excess)
    inverse = activation.inverse_taylor(order)
    coupled = (sp.S.Zero, *inverse[:-1])
    return tuple(sp.expand(a + distance * b) for a, b in zip(squared, coupled, strict=True))


def _by_logarithm(rest: sp.Expr) -> sp.Expr:
    """Multiplied out, an atan2 as a logarithm, of which the exponential is taken."""
    return sp.expand(rest.rewrite(sp.log))


def sampled(*symbols: sp.Symbol) -> dict[sp.Symbol, tuple[sp.Rational, sp.Rational]]:
    return {symbol: RANGES[symbol] for symbol in symbols}


def outputs(activation: Activation) -> dict[sp.Symbol, tuple[sp.Expr, sp.Expr]]:
    """Where the amplitude R is sampled in steps that hold psi(R): below saturation, and below 1 where there is none."""
    top = sp.S.One if activation.saturation is sp.oo else activation.saturation
    return {R: (top / 10, top * 9 / 10)}


CHAPTER = Chapter(
    number=3,
    title="A single oscillation",
    summary="The exact response to one travelling wave: its amplitude, its phase, and their expansion.",
    laws=(forced_amplitude, forced_phase, forced_amplitude_taylor),
)
