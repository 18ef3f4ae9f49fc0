"""Chapter 17: a slowly modulated background.

Under an input I_0 p(x/L) of L sites a period a probe is damped, and turned, by what it meets place by place: the mean
of the local complex wavenumber over a period. With epsilon = 1/L, s = x/L and a wave e^(i S(s)/epsilon) y(s), S' = q,

    U e^(i S/epsilon) y = e^(i S/epsilon) [u y - i epsilon (u' y' + u'' q' y/2)] + O(epsilon^2)

whose first order, as that of the steady state, is linear in d/ds of functions of I_0(s) alone. So the first correction
of q is g(I_0) I_0', which has the mean 0 over a period, whatever the kernel. The second one, g_1(I_0) I_0'^2 and
g_2(I_0) I_0'', has a mean that is not 0. For an even kernel -q is a wave with q, and all odd orders vanish.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.expressions.grammar import text_of
from analytics.expressions.mean import Mean
from analytics.expressions.notation import I0, F, mean_wavenumber, q, sites_per_period
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Steps, definition, identity, truncation
from analytics.network.modulation import place
from analytics.network.network import Network
from derivations.chapter import Chapter, Requirement, derived
from derivations.propagation import complex_wavenumber, is_separable, strip

SOURCE = "expansion in the slowness of the background; complex wavenumbers of the linearization"

STRENGTH = Parameter(I0, "amplitude of the background, times the modulation", "", sp.Interval(0, sp.oo))
PLACE = Parameter(place, "place in a period, x/L", "", sp.Reals)
SITES = Parameter(sites_per_period, "sites over which the background repeats", "sites", sp.S.Naturals)

slowness = sp.Symbol("epsilon", positive=True)
offset, turning = sp.symbols("j q_s", real=True)  # of a tap; the slope of q
wave, rise = sp.symbols("y y_s", real=True)  # the amplitude of the wave and its slope


def is_modulated(network: Network) -> bool:
    """Has the network a modulation, along a ring on which all complex wavenumbers are found, and one steady state?"""
    return (
        network.modulation is not None
        and network.dimension == 1
        and network.activation.contracts
        and is_separable(network)
    )


@derived(
    Requirement(
        is_modulated,
        "a modulation of the background, along a ring, an activation with one steady state for every input, and a "
        "kernel of finite stencil that is even, or has an even part that does not depend on q",
    ),
    ends="the term of 1/L^2 depends on the slope of the modulation",
)
def modulated_attenuation(network: Network) -> Law:
    r"""Wavenumber per site across a modulated background, :math:`\bar q = \int_0^1 q(I_0(s))\,ds`.

    Im is the damping per site, Re the phase. q is a solution of `complex_wavenumber` that is followed from place to
    place: of all of them the one whose mean is the least damped, since waves that differ in Re q do not mix. The
    remainder is O(1/L^2) for every kernel and modulation, in both parts. In a weak background its coefficient in Im is
    of the order of the damping itself, and a term of 1/L^4, from the static length, is larger until L is many of those.

    Valid where the modulation is wider than the static length of its lowest input.
    """
    local = complex_wavenumber(network)
    steps = (*local.steps, *_slowly(shape_of(network)))
    first, *others = (
        _mean_of(network, version, STRENGTH if I0 in version.symbols else None, steps)
        for version in local.versions
    )
    return replace(first, alternatives=tuple(others))


def shape_of(network: Network) -> sp.Expr:
    """p(s), which `is_modulated` asks for."""
    assert network.modulation is not None
    return network.modulation


def _mean_of(network: Network, version: Law, strength: Parameter | None, steps: Steps) -> Law:
    """The law on one kind of background; strength: the parameter in place of its own amplitude."""
    shape, drive = shape_of(network), I0 if strength else F
    (amplitude,) = version.where
    scaled = sp.Eq(
        *(side.xreplace({drive: drive * shape}) for side in amplitude.equation.args), evaluate=False
    )
    there = replace(
        amplitude,
        name="modulated_amplitude",
        meaning="amplitude of the steady state under the uniform input of the place s",
        equation=scaled,
        parameters=(*amplitude.parameters, PLACE),
        alternatives=(),
    )
    local = replace(
        version,
        name="local_wavenumber",
        meaning="wavenumbers at the place s, least damped first",
        parameters=(*version.parameters, PLACE),
        where=(there,),
        alternatives=(),
    )
    own = tuple(strength if strength and p.symbol == I0 else p for p in version.parameters)
    return Law(
        meaning="wavenumber per site of the least damped wave that a probe of frequency Omega sends to larger x, "
        f"across the background {drive}*p(x/L): the mean over s of complex_wavenumber at {drive}*p(s), followed in s, "
        f"p(s) = {text_of(shape)}",
        observable="modulated_wave",
        network=network,
        subject=mean_wavenumber,
        equation=sp.Eq(mean_wavenumber, Mean(q), evaluate=False),
        parameters=(*own, SITES),
        codomain=strip(network),
        remainder=sites_per_period**-2,
        limit=(sites_per_period, sp.oo),
        validity="modulations wider than the static length, evanescent_length, at their lowest input",
        source=SOURCE,
        steps=steps,
        where=(local,),
    )


def _slowly(shape: sp.Expr) -> Steps:
    """Why the first order in 1/L has no mean."""
    ranges = {
        offset: (1, 3),
        q: (-3, 3),
        turning: (-2, 2),
        wave: (sp.Rational(1, 2), 2),
        rise: (-2, 2),
    }
    tap = sp.exp(-sp.I * offset * q)
    moved = sp.exp(-sp.I * offset * q + sp.I * slowness * turning * offset**2 / 2) * (
        wave - slowness * offset * rise
    )
    first = sp.I * turning * offset**2 / 2 * wave - offset * rise
    u, inner, gain = sp.Function("u"), sp.Function("I_0"), sp.Function("G")
    level = sp.Symbol("I")
    return (
        truncation(
            "A tap of U takes a wave e^(i S(s)/epsilon) y(s), S' = q, epsilon = 1/L, from j sites away.",
            moved,
            tap * (wave + slowness * first),
            slowness,
            2,
            ranges,
        ),
        identity(
            "Its first order has the slope of its symbol e^(-i j q) times y_s, and half its curvature times "
            "q_s y. U is a sum of taps.",
            tap * first,
            -sp.I * (sp.diff(tap, q) * rise + sp.diff(tap, q, 2) * turning * wave / 2),
            ranges,
            shown=sp.Eq(
                sp.Symbol("U_1"),
                -sp.I * (u(q).diff(q) * rise + u(q).diff(q, 2) * turning * wave / 2),
                evaluate=False,
            ),
        ),
        definition(
            "At every place the steady state, q and y are functions of I_0(s). Their first orders are linear in d/ds, "
            "and so is the correction q_1 that makes the first order of (e^(i Omega) - M) y solvable.",
            sp.Symbol("q_1"),
            gain(level).diff(level) * inner(place).diff(place),
        ),
        identity(
            "It is the derivative of G(I_0(s)), and has a mean over a period of G(I_0(1)) - G(I_0(0)), which is 0: the "
            "modulation has the period 1.",
            shape.xreplace({place: place + 1}),
            shape,
            {place: (0, 1)},
            shown=sp.Eq(inner(place + 1), inner(place), evaluate=False),
        ),
    )


CHAPTER = Chapter(
    number=17,
    title="A modulated background",
    summary="How far a probe reaches where the ongoing activity varies slowly from place to place.",
    laws=(modulated_attenuation,),
)
