"""Chapter 9: spatial propagation.

A weak probe of frequency Omega at one site, or along a line of them, decays as e^(-|Im q| |x|) with the q of
det(e^(i Omega) - M(q)) = 0. Frequencies are relative to the background, and defined modulo 2 pi.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.expressions.notation import Omega, eigenvalue, q, radial, tangential, winding
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Steps, identity
from analytics.network.activation import gains
from analytics.network.network import Network
from derivations.background import Background, both_backgrounds, law_on, oscillation, uniform
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.dispersion import even, odd
from derivations.linearization import (
    GAINS,
    backward,
    characteristic,
    determinant,
    forward,
    frame_frequencies,
    matrix,
    perturbation_parameters,
)

SOURCE = f"complex wavenumbers of the linearization; {PAPER}"
HEIGHT = sp.Integer(5)
"""Complex wavenumbers are looked for that decay towards larger x, by e^-5 over the reach of the stencil at most."""

PROBE = Parameter(Omega, "frequency of the probe, relative to the background", "rad/step", sp.Reals)


def is_separable(network: Network) -> bool:
    """Is the stencil finite, and along the first axis not 0 and even, or its even part constant?"""
    if network.kernel.band is not None:
        return False
    plus, minus = (part(along_axis(network)) for part in (network.kernel.even_part, network.kernel.odd_part))
    travels = sp.expand((plus + minus).xreplace(network.constants)).has(q)
    return bool(travels and (minus == 0 or not plus.has(q)))


@derived(
    Requirement(
        is_separable,
        "a kernel of finite stencil (all roots of a trigonometric polynomial are found) that "
        "along the first axis couples sites and is even, or has an even part that does not depend on q",
    )
)
def complex_wavenumber(network: Network) -> Law:
    r"""Complex wavenumbers at a real frequency, :math:`\det(e^{i\Omega} - M(q)) = 0`. Exact, all in the strip.

    Even kernel: omega(q) = +- arccos[(e^(i Omega) + g_r g_t e^(-i Omega)) / (2a)] + 2 pi j; where omega_+ does
    not depend on q: omega_-(q) = Omega + i ln y + 2 pi j with the two y = |lambda|. In more dimensions along
    the first axis, for a driven line.
    """
    along, across = gains(network.activation)
    mean = (along + across) / 2
    is_even = network.kernel.odd_part(along_axis(network)) == 0

    def equation(background: Background) -> sp.Eq:
        plus, minus = background.frequencies(along_axis(network))
        if is_even:
            angle = sp.acos((sp.exp(sp.I * Omega) + along * across * sp.exp(-sp.I * Omega)) / (2 * mean))
            return driven_waves(plus, angle, -angle)
        if plus == 0:
            return driven_waves(minus, *map(damped, (across, along)))
        root = sp.sqrt((mean * sp.cos(plus)) ** 2 - along * across)
        return driven_waves(minus, *map(damped, (mean * sp.cos(plus) + root, mean * sp.cos(plus) - root)))

    return law_on(
        backgrounds(network),
        equation,
        meaning="wavenumbers of the waves that a probe of frequency Omega sends to larger x, least damped first",
        observable="complex_wavenumber",
        subject=q,
        codomain=strip(network),
        source=SOURCE,
        steps=_even_frame(network) if is_even else _odd_frame(network),
        parameters=(PROBE,),
        validity=in_strip(network),
    )


def driven_waves(wave: sp.Expr, *targets: sp.Expr) -> sp.Eq:
    """omega(q) = each target, modulo 2 pi."""
    return sp.Eq(wave, sp.Tuple(*(target + 2 * sp.pi * winding for target in targets)), evaluate=False)


def damped(modulus: sp.Expr) -> sp.Expr:
    """omega(q) of the wave of |lambda| = `modulus` that a probe of frequency Omega drives."""
    return Omega + sp.I * sp.log(modulus)


@derived()
def susceptibility(network: Network) -> Law:
    r"""Response to a weak probe, :math:`\chi = (e^{i\Omega} - M(q))^{-1} D`, row by row. Exact.

    D = [[a, b], [b, a]]; the phase of the state is chosen such that the pre-activation is real.
    """
    a, b = sp.symbols("a b", positive=True)
    m = sp.Matrix(2, 2, matrix(a, b, forward, backward))
    chi = sp.Matrix(2, 2, response(a + b, a - b, forward, backward))
    ranges = {a: (sp.Rational(1, 2), sp.Rational(9, 10)), b: (sp.Rational(-1, 4), 0)}
    driven = (sp.exp(sp.I * Omega) * sp.eye(2) - m) * chi
    entries = (
        identity(
            f"Drive with the frequency Omega: (e^(i Omega) - M) chi = D, entry {row + 1}{column + 1}.",
            driven[row, column],
            a if row == column else b,
            ranges | {forward: (-1, 1), backward: (-1, 1), Omega: (-1, 1)},
            shown=_driven_entry(row + 1, column + 1),
        )
        for row, column in ((0, 0), (0, 1), (1, 0), (1, 1))
    )
    along, across = gains(network.activation)
    subject = sp.Symbol("chi")

    def equation(background: Background) -> sp.Eq:
        return sp.Eq(
            subject, sp.Tuple(*response(along, across, *frame_frequencies(background))), evaluate=False
        )

    return law_on(
        both_backgrounds(network),
        equation,
        meaning="response of the state to a weak input of wavenumber q and frequency Omega: chi11, chi12, chi21, chi22",
        observable="susceptibility",
        subject=subject,
        codomain=sp.S.Complexes,
        source=SOURCE,
        steps=(*determinant(network.activation), *entries),
        parameters=(*perturbation_parameters(network), PROBE),
        validity="every background, wavenumber and frequency",
    )


def _driven_entry(row: int, column: int) -> sp.Eq:
    """One entry of (e^(i Omega) - M) chi = D."""

    def entry(matrix: str, i: int, j: int) -> sp.Symbol:
        return sp.Symbol(f"{matrix}_{i}{j}")

    left = sp.exp(sp.I * Omega) * entry("chi", row, column) - sp.Add(
        *(entry("M", row, place) * entry("chi", place, column) for place in (1, 2))
    )
    return sp.Eq(left, entry("D", row, column), evaluate=False)


def response(along: sp.Expr, across: sp.Expr, ahead: sp.Expr, behind: sp.Expr) -> tuple[sp.Expr, ...]:
    """(e^(i Omega) - M)^(-1) D row by row, for g_r = along, g_t = across and the frequencies at +q and -q.

    With alpha = (Omega + omega(-q))/2, beta = (Omega - omega(q))/2, x = 1 - g_r and y = 1 - g_t

        chi = e^(-i omega_-) / N [[e^(-i alpha) (2i a sin alpha + s e^(-i alpha)), b], [b, the same with beta]],
        s = (x g_t + y g_r)/2,    N = i (x + y) sin(alpha + beta) - 4a sin alpha sin beta + x y e^(-i (alpha + beta)),

    in which nothing cancels close to resonance, where x, y and alpha or beta are small.
    """
    mean, skew, lost, stilled = (along + across) / 2, (along - across) / 2, 1 - along, 1 - across
    alpha, beta, turn = (Omega + behind) / 2, (Omega - ahead) / 2, sp.exp(-sp.I * (ahead - behind) / 2)
    both = alpha + beta
    below = (
        sp.I * (lost + stilled) * sp.sin(both)
        - 4 * mean * sp.sin(alpha) * sp.sin(beta)
        + lost * stilled * sp.exp(-sp.I * both)
    )

    def straight(angle: sp.Expr) -> sp.Expr:
        damped = (lost * across + stilled * along) / 2 * sp.exp(-sp.I * angle)
        return turn * sp.exp(-sp.I * angle) * (2 * sp.I * mean * sp.sin(angle) + damped) / below

    return straight(alpha), skew * turn / below, skew * turn / below, straight(beta)


def backgrounds(network: Network) -> tuple[Background, ...]:
    """The uniform background, and an oscillation with k = 0: those whose frame is even, or has a constant omega_+."""
    still = dict.fromkeys(network.kernel.wavenumbers, sp.S.Zero)
    tuned = oscillation(network)
    swinging = replace(
        tuned,
        wavevector=tuple(sp.S.Zero for _ in still),
        frequency=tuned.frequency.xreplace(still),
        parameters=tuple(p for p in tuned.parameters if p.symbol not in still),
    )
    return uniform(network), swinging


def strip(network: Network) -> sp.ComplexRegion:
    """Where complex wavenumbers are looked for.

    Along the imaginary axis omega(q) grows as e^(height * reach), so the strip is lower for a longer stencil.
    """
    heights = sp.Interval(0, HEIGHT / network.kernel.reach)
    return sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * heights)


def in_strip(network: Network) -> str:
    """The validity of a law of the complex wavenumbers, in words."""
    return f"every background and frequency; 0 < Im q <= {HEIGHT / network.kernel.reach}"


def along_axis(network: Network) -> tuple[sp.Expr, ...]:
    """The wavenumber q along the first axis."""
    return (q, *(sp.S.Zero,) * (network.dimension - 1))


def _even_frame(network: Network) -> Steps:
    ranges = GAINS | {even: (-1, 1), Omega: (-1, 1)}
    mean = (radial + tangential) / 2
    turn = sp.exp(sp.I * Omega)
    target = (turn + radial * tangential / turn) / (2 * mean)
    return (
        *determinant(network.activation),
        identity(
            "A probe of frequency Omega meets lambda = e^(i Omega); with omega(-q) = omega(q) solve for cos omega(q).",
            characteristic(radial, tangential, even, even).xreplace({eigenvalue: turn}),
            -2 * mean * turn * (sp.cos(even) - target),
            ranges,
            shown=sp.Eq(sp.cos(even), target, evaluate=False),
        ),
    )


def _odd_frame(network: Network) -> Steps:
    ranges = GAINS | {odd: (-1, 1), Omega: (-1, 1)}
    turn = sp.exp(sp.I * Omega)
    return (
        *determinant(network.activation),
        identity(
            "A probe of frequency Omega meets lambda = e^(i Omega); for an odd kernel the polynomial factors, "
            "e^(i Omega) = g e^(i omega(q)) with either gain g.",
            characteristic(radial, tangential, odd, -odd).xreplace({eigenvalue: turn}),
            (turn - tangential * sp.exp(sp.I * odd)) * (turn - radial * sp.exp(sp.I * odd)),
            ranges,
            shown=sp.Eq(odd, Omega + sp.I * sp.log(tangential), evaluate=False),
        ),
    )


CHAPTER = Chapter(
    number=9,
    title="Spatial propagation",
    summary="How far a probe reaches: complex wavenumbers at a real frequency.",
    laws=(complex_wavenumber, susceptibility),
)
