"""Chapter 6: a small perturbation of the steady state.

phi is not analytic, so a perturbation alpha e^(i q.x) + conj(beta) e^(-i q.x) of the steady state couples
to its conjugate: one step takes (alpha, beta) through a 2 x 2 matrix M(q).
"""

from __future__ import annotations

import sympy as sp

from analytics.expressions.notation import R, eigenvalue, perturbation_wavenumbers, r, radial, tangential
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Step, Steps, identity
from analytics.network.activation import Activation, gains
from analytics.network.network import Network
from derivations.activation import reduced
from derivations.background import Background, both_backgrounds, law_on
from derivations.chapter import PAPER, Chapter, derived

SOURCE = f"linearization about the steady state; {PAPER}"

phase = sp.Symbol("chi", real=True)
a, b = sp.symbols("a b", positive=True)  # (g_r + g_t)/2 and (g_r - g_t)/2
forward, backward = sp.symbols("omega_q omega_mq", real=True)  # frequencies of +q and -q in the frame
GAINS = {symbol: (sp.Rational(1, 10), sp.Rational(9, 10)) for symbol in (radial, tangential)}
RANGES = {
    r: (sp.Rational(1, 10), 3),
    a: (sp.Rational(1, 2), 1),
    b: (sp.Rational(-1, 4), 0),
    forward: (-3, 3),
    backward: (-3, 3),
    **GAINS,
}


@derived()
def radial_gain(network: Network) -> Law:
    r"""Gain of a change along the state, :math:`g_r = \rho'(\psi(R)) = 1/\psi'(R)`. Exact."""
    return _gain(network, radial, along=True)


@derived()
def tangential_gain(network: Network) -> Law:
    r"""Gain of a change across the state, :math:`g_t = R/\psi(R)`. Exact."""
    return _gain(network, tangential, along=False)


def _gain(network: Network, subject: sp.Symbol, *, along: bool) -> Law:
    activation = network.activation
    value = gains(activation)[0 if along else 1]
    return law_on(
        both_backgrounds(network),
        lambda _: sp.Eq(subject, value),
        meaning=f"gain of a small change {'along' if along else 'across'} the steady state in one step",
        observable="radial_gain" if along else "tangential_gain",
        subject=subject,
        codomain=sp.Interval(0, 1),
        source=SOURCE,
        steps=(*derivatives(activation), gains_at_amplitude(activation, along)),
        validity="every background",
    )


@derived()
def bloch_matrix(network: Network) -> Law:
    r"""One step of a perturbation, :math:`M(q)`, row by row. Exact.

    M(q) = [[a u(q), b conj u(-q)], [b u(q), a conj u(-q)]] with a = (g_r + g_t)/2, b = (g_r - g_t)/2 and u in
    the frame of the background, the phase of the state chosen such that the pre-activation is real.
    """
    along, across = gains(network.activation)
    subject = sp.Symbol("M")

    def equation(background: Background) -> sp.Eq:
        entries = matrix((along + across) / 2, (along - across) / 2, *frame_frequencies(background))
        return sp.Eq(subject, sp.Tuple(*entries), evaluate=False)

    return law_on(
        both_backgrounds(network),
        equation,
        meaning="one step of a perturbation in the plane of q and -q: M11, M12, M21, M22",
        observable="propagator",
        subject=subject,
        codomain=sp.S.Complexes,
        source=SOURCE,
        steps=coupling(network.activation),
        parameters=perturbation_parameters(network),
    )


@derived()
def characteristic_polynomial(network: Network) -> Law:
    r"""The eigenvalues of M(q), :math:`\lambda^2 - a (u(q) + \bar u(-q)) \lambda + g_r g_t u(q) \bar u(-q) = 0`."""
    along, across = gains(network.activation)
    return law_on(
        both_backgrounds(network),
        lambda background: sp.Eq(
            characteristic(along, across, *frame_frequencies(background)), 0, evaluate=False
        ),
        meaning="factors by which a perturbation of wavenumber q grows in one step",
        observable="eigenvalues",
        subject=eigenvalue,
        codomain=sp.S.Complexes,
        source=SOURCE,
        steps=determinant(network.activation),
        parameters=perturbation_parameters(network),
    )


def frame_frequencies(background: Background) -> tuple[sp.Expr, sp.Expr]:
    """The kernel's frequencies at +q and -q in the frame of the background."""
    even, odd = background.frequencies(perturbation_wavenumbers(background.network.dimension))
    return even + odd, even - odd


def perturbation_parameters(network: Network) -> tuple[Parameter, ...]:
    """The wavenumber of the perturbation, relative to the carrier."""
    return tuple(
        Parameter(symbol, "wavenumber of the perturbation", "rad/site", sp.Reals)
        for symbol in perturbation_wavenumbers(network.dimension)
    )


def matrix(mean: sp.Expr, skew: sp.Expr, ahead: sp.Expr, behind: sp.Expr) -> tuple[sp.Expr, ...]:
    """M(q) row by row, for a = mean, b = skew and the frequencies at +q and -q."""
    u, conjugate = sp.exp(sp.I * ahead), sp.exp(-sp.I * behind)
    return mean * u, skew * conjugate, skew * u, mean * conjugate


def characteristic(along: sp.Expr, across: sp.Expr, ahead: sp.Expr, behind: sp.Expr) -> sp.Expr:
    """lambda^2 - a (u + u') lambda + g_r g_t u u'."""
    u, conjugate = sp.exp(sp.I * ahead), sp.exp(-sp.I * behind)
    mean = (along + across) / 2
    return eigenvalue**2 - mean * (u + conjugate) * eigenvalue + along * across * u * conjugate


def derivatives(activation: Activation) -> Steps:
    """The derivatives of phi by z and zbar, as independent variables."""
    z, zbar = sp.symbols("z zbar", positive=True)  # independent; their roots are then unambiguous
    phi = activation.rho(sp.sqrt(z * zbar)) * sp.sqrt(z) / sp.sqrt(zbar)
    real = {z: r, zbar: r}
    slope, ratio = sp.diff(activation.rho(r), r), activation.rho(r) / r
    rho, name = sp.Function("rho"), sp.Function("phi")(sp.Symbol("z"), sp.Symbol("zbar"))
    return (
        identity(
            "Differentiate phi by z, zbar held; at z = zbar = r the phase is drawn out.",
            sp.diff(phi, z).subs(real),
            (slope + ratio) / 2,
            {r: RANGES[r]},
            shown=sp.Eq(
                sp.Derivative(name, sp.Symbol("z")), (rho(r).diff(r) + rho(r) / r) / 2, evaluate=False
            ),
        ),
        identity(
            "Differentiate by zbar, z held: phi is not analytic, so this is not 0.",
            sp.diff(phi, zbar).subs(real),
            (slope - ratio) / 2,
            {r: RANGES[r]},
            shown=sp.Eq(
                sp.Derivative(name, sp.Symbol("zbar")), (rho(r).diff(r) - rho(r) / r) / 2, evaluate=False
            ),
        ),
        identity(
            "A real change v of the argument is multiplied by their sum, an imaginary one by their difference.",
            sp.diff(phi, z).subs(real) + sp.diff(phi, zbar).subs(real),
            slope,
            {r: RANGES[r]},
            shown=sp.Eq(radial, rho(r).diff(r), evaluate=False),
        ),
    )


def gains_at_amplitude(activation: Activation, along: bool) -> Step:
    """A gain at r = psi(R), as a function of the amplitude."""
    value, rho = gains(activation)[0 if along else 1], activation.rho(r)
    left = sp.diff(rho, r) if along else rho / r
    if along:
        claim = "At the pre-activation r = psi(R): the slope of rho is one over the slope of its inverse."
        shown = sp.Eq(radial, value, evaluate=False)
    else:
        claim = "At the pre-activation r = psi(R) the ratio rho(r)/r is R/psi(R)."
        shown = sp.Eq(tangential, R / sp.Function("psi")(R), evaluate=False)
    return identity(claim, left, value.subs(R, rho), {r: RANGES[r]}, proof=reduced, shown=shown)


def coupling(activation: Activation) -> Steps:
    """From a perturbation in the plane of q and -q to the matrix M(q)."""
    alpha, beta = sp.symbols("alpha beta")
    wave = sp.exp(sp.I * phase)
    turned, mirrored = sp.exp(sp.I * forward) * alpha, sp.exp(sp.I * backward) * sp.conjugate(beta)
    before = turned * wave + mirrored / wave
    after = a * before + b * sp.conjugate(before)
    entries = matrix(a, b, forward, backward)
    next_alpha = entries[0] * alpha + entries[1] * beta
    next_beta = entries[2] * alpha + entries[3] * beta
    return (
        *derivatives(activation),
        identity(
            "Convolve alpha e^(i q.x) + conj(beta) e^(-i q.x), apply the derivative a v + b conj v, "
            "and collect e^(i q.x) and the conjugate of e^(-i q.x).",
            after,
            next_alpha * wave + sp.conjugate(next_beta) / wave,
            {
                alpha: (-1, 1),
                beta: (-1, 1),
                **{s: RANGES[s] for s in (a, b, forward, backward)},
                phase: (-3, 3),
            },
            shown=sp.Eq(sp.Symbol("M"), sp.Matrix(2, 2, entries), evaluate=False),
        ),
    )


def determinant(activation: Activation) -> Steps:
    """The characteristic polynomial of M(q)."""
    m = sp.Matrix(2, 2, matrix((radial + tangential) / 2, (radial - tangential) / 2, forward, backward))
    ranges = GAINS | {forward: (-3, 3), backward: (-3, 3), eigenvalue: (-1, 1)}
    polynomial = characteristic(radial, tangential, forward, backward)
    return (
        *coupling(activation),
        identity(
            "The determinant of lambda - M(q), with a^2 - b^2 = g_r g_t.",
            (eigenvalue * sp.eye(2) - m).det(),
            polynomial,
            ranges,
            shown=sp.Eq(polynomial, 0, evaluate=False),
        ),
    )


CHAPTER = Chapter(
    number=6,
    title="Linearization about the background",
    summary="Gains along and across the state, and the matrix that takes a perturbation through one step.",
    laws=(radial_gain, tangential_gain, bloch_matrix, characteristic_polynomial),
)
