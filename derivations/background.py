"""Chapter 5: a uniform background, through the gauge covariance.

Z_n = e^(i(k.x + omega n)) W_n turns one oscillation into a uniform constant input, with u(q) replaced by
u(k + q) e^(-i omega). A background is that theory at k = 0, omega = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import sympy as sp

from analytics.expressions.notation import I0, P, R, delta, omega, r
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Steps, identity
from analytics.network.network import Network
from derivations.activation import RADIUS, phase_covariance
from derivations.chapter import PAPER, Chapter, derived
from derivations.kernel import wave_ranges, wavenumber_parameter
from derivations.single_oscillation import DETUNING, FORCING, amplitudes, forced_amplitude

BACKGROUND = Parameter(I0, "amplitude of the uniform background input", "", sp.Interval(0, sp.oo))

REMEMBERED = 16
"""Networks whose backgrounds are kept: most laws speak of them."""

phase = sp.Symbol("chi", real=True)  # k.x + omega n
value = sp.Symbol("W")  # the state in the rotating frame, after U, at one site


@dataclass(frozen=True, slots=True)
class Background:
    """Ongoing activity that a perturbation rides on, seen from the frame in which it is uniform and constant.

    amplitude: the law of its amplitude R; wavevector, frequency: of the carrier, 0 for a uniform background;
    parameters: what the experimenter sets.
    """

    amplitude: Law
    wavevector: tuple[sp.Expr, ...]
    frequency: sp.Expr
    parameters: tuple[Parameter, ...]

    @property
    def network(self) -> Network:
        return self.amplitude.network

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        return tuple(parameter.symbol for parameter in self.parameters)

    def frequencies(self, wavevector: Sequence[sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
        """(omega_+, omega_-): even and odd part in q of omega(k + q) - omega, the kernel in the frame."""
        kernel = self.network.kernel
        even = kernel.even_part(wavevector, self.wavevector) - self.frequency
        return even, kernel.odd_part(wavevector, self.wavevector)


@lru_cache(REMEMBERED)
def uniform(network: Network) -> Background:
    """A uniform constant input I0."""
    return Background(
        background_amplitude(network), (sp.S.Zero,) * network.dimension, sp.S.Zero, (BACKGROUND,)
    )


@lru_cache(REMEMBERED)
def oscillation(network: Network) -> Background:
    """The response to one oscillation of amplitude F, detuning delta and wavenumber k."""
    wavevector = network.kernel.wavenumbers
    carriers = tuple(wavenumber_parameter(symbol, sp.S.Zero) for symbol in wavevector)
    return Background(
        forced_amplitude(network),
        wavevector,
        network.kernel.frequency(wavevector) + delta,
        (FORCING, DETUNING, *carriers),
    )


def both_backgrounds(network: Network) -> tuple[Background, Background]:
    """A uniform background, and an oscillation."""
    return uniform(network), oscillation(network)


def law_on(
    backgrounds: Iterable[Background],
    equation: Callable[[Background], sp.Eq],
    *,
    meaning: str,
    observable: str,
    subject: sp.Symbol,
    codomain: sp.Set,
    source: str,
    steps: Steps,
    parameters: tuple[Parameter, ...] = (),
    validity: str = "every background and wavenumber",
) -> Law:
    """An exact law on the first background, the same on the others as its alternatives.

    equation: on a background, whose amplitude R may stand in it; parameters: beside those of the background.
    """
    first, *others = (
        Law(
            meaning=meaning,
            observable=observable,
            network=background.network,
            subject=subject,
            equation=equation(background),
            parameters=(*background.parameters, *parameters),
            codomain=codomain,
            validity=validity,
            source=source,
            steps=steps,
            where=(background.amplitude,),
        )
        for background in backgrounds
    )
    return replace(first, alternatives=tuple(others))


def drift(network: Network) -> sp.Expr:
    """omega(0), by which the kernel turns a uniform state in a step."""
    return sp.simplify(network.kernel.frequency((sp.S.Zero,) * network.dimension))


@derived()
def background_amplitude(network: Network) -> Law:
    r"""Amplitude R under a uniform constant input :math:`I_0`. Exact.

    :math:`I_0^2 = (\psi(R) - R)^2 + 4 R\,\psi(R) \sin^2(\omega(0)/2)`, and :math:`\psi(R) - R = I_0` for a
    kernel that leaves uniform states alone, omega(0) = 0.
    """
    activation, kernel = network.activation, network.kernel
    origin = (sp.S.Zero,) * kernel.dimension
    turn = drift(network)
    constants = wave_ranges(kernel, ())
    ranges = {R: (sp.Rational(1, 10), sp.Rational(9, 10)), P: (1, 3)} | constants
    excess, coupling = P - R, 4 * R * P * sp.sin(turn / 2) ** 2
    steps = (
        phase_covariance(activation),
        identity(
            "In the frame of the wave, Z = e^(i(k.x + omega n)) W, each step takes the phase "
            "e^(-i omega) along: u(q) becomes u(k + q) e^(-i omega), and the forcing a constant.",
            activation.phi(sp.exp(sp.I * phase) * r) * sp.exp(-sp.I * (phase + omega)),
            activation.phi(r * sp.exp(-sp.I * omega)),
            RADIUS | {phase: (-3, 3), omega: (-3, 3)},
            shown=sp.Eq(
                sp.Symbol("W_{n+1}"),
                sp.Function("phi")(
                    sp.exp(-sp.I * omega) * (sp.Symbol("U_k") * sp.Symbol("W_n") + sp.Symbol("F"))
                ),
                evaluate=False,
            ),
        ),
        identity(
            "A uniform background is k = 0, omega = 0: the detuning is -omega(0).",
            kernel.symbol(origin),
            sp.I * turn,
            constants,
            shown=sp.Eq(sp.Function("omega")(*origin), turn, evaluate=False),
        ),
        identity(
            "Balance a uniform steady state with P = psi(R): |P - e^(i omega(0)) R| = I0.",
            (P - R * sp.exp(sp.I * turn)) * (P - R * sp.exp(-sp.I * turn)),
            excess**2 + coupling,
            ranges,
            shown=sp.Eq(I0**2, excess**2 + coupling),
        ),
    )
    insert = {P: activation.psi(R)}
    if turn == 0:
        equation = sp.Eq(excess.xreplace(insert), I0, evaluate=False)
    else:
        equation = sp.Eq(I0**2, (excess**2 + coupling).xreplace(insert), evaluate=False)
    return Law(
        meaning="amplitude of the steady state under a uniform constant input",
        observable="background_amplitude",
        network=network,
        subject=R,
        equation=equation,
        parameters=(BACKGROUND,),
        codomain=amplitudes(activation),
        validity="every background input",
        source=f"gauge covariance; {PAPER}",
        steps=steps,
    )


CHAPTER = Chapter(
    number=5,
    title="A uniform background",
    summary="Ongoing activity as an oscillation seen from its own frame.",
    laws=(background_amplitude,),
)
