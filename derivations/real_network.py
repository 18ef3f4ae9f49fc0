"""Chapter 13: real networks.

    X_{n+1} = rho( U (*) X_n + I_n ),      U real and orthogonal, rho element by element

Where the stencil is real, so antisymmetric, real states of the network stay real. On them a step is linearized
by one gain alone, g_r = rho'(psi(R)), and a perturbation of the steady state under a uniform input I0 has

    lambda = g_r e^(i omega(q)),      sigma = -ln g_r = (p+1) c R^p + ...,      omega(q) = Omega - i sigma
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.expressions.notation import (
    I0,
    Omega,
    P,
    decay,
    eigenvalue,
    perturbation_wavenumbers,
    q,
    r,
    radial,
)
from analytics.law.law import Law
from analytics.law.step import Step, Steps, definition, identity
from analytics.network.activation import Activation, gains
from analytics.network.kernel import Kernel
from analytics.network.network import Network
from derivations.background import BACKGROUND, Background, background_amplitude, law_on, uniform
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.decay import Expansion, exact_curve, radial_rate
from derivations.kernel import wave_ranges
from derivations.lengths import SIMPLE_BAND, has_simple_band, length_in_band
from derivations.linearization import (
    RANGES,
    gains_at_amplitude,
    perturbation_parameters,
)
from derivations.propagation import PROBE, along_axis, damped, driven_waves, in_strip, strip
from derivations.resonance import resonant_series, t

SOURCE = f"restriction to real states; {PAPER}"

alpha = sp.Symbol("alpha")
chi = sp.Symbol("chi", real=True)  # q.x
turn = sp.Symbol("omega_q", real=True)  # omega(q)
TURN = (-3, 3)


REAL = Requirement(lambda network: network.kernel.is_real, "a real kernel, whose frequency is odd")
"""A network has real states where its kernel is real."""


def _reaches_along_axis(network: Network) -> bool:
    kernel = network.kernel
    return kernel.is_real and kernel.band is None and kernel.frequency(along_axis(network)).has(q)


@derived(REAL)
def real_background_amplitude(network: Network) -> Law:
    r"""Value R of the steady state under a uniform constant input, :math:`\psi(R) - R = I_0`. Exact."""
    law = background_amplitude(network)
    return replace(
        law,
        meaning="value of the steady state of a real network under a uniform constant input",
        observable="real_background_amplitude",
        source=SOURCE,
        steps=(*_real_states(network), *law.steps),
    )


@derived(REAL)
def real_dispersion_relation(network: Network) -> Law:
    r"""Growth factor of a real perturbation, :math:`\lambda = g_r\,e^{i\omega(q)}`. Exact."""
    frequency = network.kernel.frequency(perturbation_wavenumbers(network.dimension))
    along, _ = gains(network.activation)
    return law_on(
        _real_backgrounds(network),
        lambda _: sp.Eq(eigenvalue, along * sp.exp(sp.I * frequency), evaluate=False),
        meaning="factor by which a real perturbation of wavenumber q grows in one step of a real network",
        observable="real_eigenvalue",
        subject=eigenvalue,
        codomain=sp.S.Complexes,
        source=SOURCE,
        steps=_linearization(network),
        parameters=perturbation_parameters(network),
    )


@derived(REAL)
def real_decay_rate(network: Network) -> Law:
    r"""Rate at which a real perturbation is forgotten, :math:`\sigma = -\ln g_r`, at every wavenumber. Exact."""
    along, _ = gains(network.activation)
    return law_on(
        _real_backgrounds(network),
        lambda _: sp.Eq(decay, -sp.log(along)),
        meaning="decay rate of a real perturbation of wavenumber q in a real network",
        observable="real_decay_rate",
        subject=decay,
        codomain=sp.Interval(0, sp.oo),
        source=SOURCE,
        steps=(*_linearization(network), _rate()),
        parameters=perturbation_parameters(network),
    )


@derived(REAL)
def real_decay_rate_small(network: Network, *, terms: int = 1) -> Law:
    r"""The rate on a weak background, :math:`\sigma = (p+1)\,c\,t^p + \dots`, :math:`t = (I_0/c)^{1/(p+1)}`."""
    activation = network.activation
    expansion = Expansion(activation, radial_rate, resonant_series, reciprocal=False, terms=terms)
    root = sp.Rational(1, activation.order + 1)
    return Law(
        meaning="decay rate of a real perturbation on a weak uniform background of a real network",
        observable="real_decay_rate",
        network=network,
        subject=decay,
        equation=sp.Eq(decay, expansion.value((I0 / activation.coefficient) ** root)),
        parameters=(BACKGROUND, *perturbation_parameters(network)),
        codomain=sp.Interval(0, sp.oo),
        remainder=I0 ** (expansion.remainder * root),
        dropped=(expansion.dropped((I0 / activation.coefficient) ** root),),
        exact=replace(
            exact_curve(activation, decay, (radial_rate,), P - activation.rho(P)), law="real_decay_rate"
        ),
        limit=(I0, sp.S.Zero),
        validity="I0 -> 0+, at every wavenumber",
        source=SOURCE,
        steps=(_rate(), expansion.in_amplitude(), expansion.in_scale(t)),
    )


@derived(
    Requirement(
        _reaches_along_axis, f"{REAL.words}, of finite stencil, that couples sites along the first axis"
    )
)
def real_complex_wavenumber(network: Network) -> Law:
    r"""Complex wavenumbers at a real frequency, :math:`\omega(q) = \Omega + i \ln g_r + 2\pi j`. Exact.

    All in the strip. In more dimensions along the first axis, for a driven line.
    """
    along, _ = gains(network.activation)
    return law_on(
        _real_backgrounds(network),
        lambda _: driven_waves(network.kernel.frequency(along_axis(network)), damped(along)),
        meaning="wavenumbers of the waves that a probe sends to larger x in a real network, least damped first",
        observable="real_complex_wavenumber",
        subject=q,
        codomain=strip(network),
        source=SOURCE,
        steps=_driven(network),
        parameters=(PROBE,),
        validity=in_strip(network),
    )


@derived(
    Requirement(
        lambda network: _reaches_along_axis(network) and has_simple_band(network),
        f"{REAL.words}; {SIMPLE_BAND}",
    ),
    is_scaling=True,
)
def real_propagation_length(network: Network, *, terms: int | None = None) -> Law:
    r"""Length over which a probe in the band decays, :math:`\ell = |v_g|/\sigma`, :math:`\sigma = (p+1)\,c\,t^p`.

    v_g = d omega/dq at the undamped wave of frequency Omega; from t^p on the terms hold higher derivatives of omega
    there; those below t^p are given unless asked. Valid for I0 -> 0+ at a frequency inside the band.
    """
    return length_in_band(
        network,
        radial_rate,
        meaning="length over which a probe inside the band decays, on a weak uniform background of a real network",
        observable="real_propagation_length",
        source=SOURCE,
        steps=_driven(network),
        terms=terms,
    )


def _real_backgrounds(network: Network) -> tuple[Background, ...]:
    return (replace(uniform(network), amplitude=real_background_amplitude(network)),)


def real_activation(activation: Activation) -> Step:
    """phi of a negative number."""
    return identity(
        "On real numbers phi is rho itself, element by element: the phase of a number, its sign, is kept.",
        activation.phi(-r),
        -activation.rho(r),
        {r: RANGES[r]},
        shown=sp.Eq(sp.Function("phi")(-r), -sp.Function("rho")(r), evaluate=False),
    )


def odd_frequencies(kernel: Kernel) -> Step:
    """omega(-k) = -omega(k)."""
    wavevector = kernel.wavenumbers
    mirrored = tuple(-k for k in wavevector)
    omega = sp.Function("omega")
    return identity(
        "A real stencil is antisymmetric: the frequencies are odd, U is real, and a uniform state stays as it is.",
        kernel.frequency(mirrored),
        -kernel.frequency(wavevector),
        wave_ranges(kernel, wavevector),
        shown=sp.Eq(omega(*mirrored), -omega(*wavevector), evaluate=False),
    )


def _real_states(network: Network) -> Steps:
    return real_activation(network.activation), odd_frequencies(network.kernel)


def _linearization(network: Network) -> Steps:
    wave = sp.exp(sp.I * chi)
    turned = sp.exp(sp.I * turn) * alpha
    return (
        *_real_states(network),
        gains_at_amplitude(network.activation, along=True),
        identity(
            "Convolve alpha e^(i q.x) + complex conjugate, omega being odd, and multiply by the gain: the "
            "component at q is multiplied by lambda = g_r e^(i omega(q)).",
            radial * (turned * wave + sp.conjugate(alpha) * sp.exp(-sp.I * turn) / wave),
            radial * turned * wave + sp.conjugate(radial * turned * wave),
            {alpha: (-1, 1), chi: (-3, 3), turn: TURN, radial: RANGES[radial]},
            shown=sp.Eq(eigenvalue, radial * sp.exp(sp.I * sp.Function("omega")(q)), evaluate=False),
        ),
    )


def _rate() -> Step:
    return identity(
        "U turns, the gain alone decays: sigma = -ln|lambda| = -ln g_r.",
        -sp.log(sp.Abs(radial * sp.exp(sp.I * turn))),
        -sp.log(radial),
        {radial: RANGES[radial], turn: TURN},
        shown=sp.Eq(decay, -sp.log(radial), evaluate=False),
    )


def _driven(network: Network) -> Steps:
    """A probe of frequency Omega meets lambda = e^(i Omega)."""
    return (
        *_linearization(network),
        identity(
            "A probe of frequency Omega meets lambda = e^(i Omega), so omega(q) = Omega + i ln g_r, modulo 2 pi.",
            radial * sp.exp(sp.I * damped(radial)),
            sp.exp(sp.I * Omega),
            {radial: RANGES[radial], Omega: (-1, 1)},
            shown=sp.Eq(sp.Function("omega")(q), damped(radial), evaluate=False),
        ),
        definition("In terms of the rate, sigma = -ln g_r.", sp.Function("omega")(q), Omega - sp.I * decay),
    )


CHAPTER = Chapter(
    number=13,
    title="Real networks",
    summary="Real states of a real kernel: one gain, one decay rate for all wavenumbers.",
    laws=(
        real_background_amplitude,
        real_dispersion_relation,
        real_decay_rate,
        real_decay_rate_small,
        real_complex_wavenumber,
        real_propagation_length,
    ),
)
