"""The detuning at which the squared response has fallen to half of its resonant value, by search."""

from __future__ import annotations

import sympy as sp

from analytics.errors import ParameterError
from analytics.evaluation.contexts import bits_of, kept_bits
from analytics.evaluation.mpmath_types import Number
from analytics.expressions.notation import F, half_width
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import raw_parts, real_out
from numerics.engines.precision import GUARD, MARGIN, require_small
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Oscillation
from numerics.observables.forcing import FORCING
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.observables.root_finding import increasing_root
from numerics.steady_states.response import Response, response

CARRIER = sp.pi / 4
"""Wavenumber of the oscillation along each axis."""


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return (FORCING,)


class _Resonance:
    """The responses to one forcing at any detuning, each found from the one before."""

    def __init__(self, network: Network, forcing: sp.Expr, digits: int, engine: str) -> None:
        self.forcing, self.digits, self.engine = forcing, digits, engine
        self.wavevector = (CARRIER,) * network.dimension
        self.lattice = commensurate_lattice(network, (self.wavevector,))
        self.context = kept_bits(bits_of(digits + GUARD))
        self.latest: Response | None = None
        self.iterations = 0
        self.peak = self.amplitude(sp.S.Zero)

    def amplitude(self, detuning: Number) -> Number:
        """|Z| at that detuning."""
        self.latest = response(
            self.lattice,
            Oscillation(self.forcing, self.wavevector, detuning=detuning),
            self.wavevector,
            digits=self.digits,
            engine=self.engine,
            start=self.latest.state if self.latest else None,
        )
        self.iterations += self.latest.state.iterations
        return self.context.convert(self.latest.wave.amplitude)

    def loss(self, detuning: Number) -> Number:
        """1/2 - |Z|^2 / |Z_peak|^2: negative above half power."""
        return self.context.mpf(1) / 2 - (self.amplitude(detuning) / self.peak) ** 2


def _measure(request: Request) -> Reading:
    digits, forcing = request.digits, request.point[F]
    resonance = _Resonance(request.network, forcing, digits + GUARD, request.engine)
    context = resonance.context
    if resonance.loss(context.pi) < 0:
        raise ParameterError(
            "measuring resonance_bandwidth",
            "the response must fall to half power within |delta| <= pi",
            f"F = {forcing}, which does not",
            "Choose a weaker forcing.",
        )
    guess = min(context.pi / 2, context.make_mpf(raw_parts(forcing, 15)[0]) / resonance.peak)
    root = increasing_root(resonance.loss, guess, digits=digits + MARGIN, largest=+context.pi)
    tolerance = root.slope * root.position * context.mpf(10) ** -(digits + MARGIN)
    asymmetry = abs(resonance.loss(-root.position))
    remedy = "The half-power detunings on both sides must be equal."
    require_small("measuring resonance_bandwidth", remedy, asymmetry, 100 * tolerance, resonance.iterations)
    return Reading(
        values=(real_out(root.position),),
        error=real_out(root.error / root.position),
        sites=resonance.lattice.shape,
        method=f"{root.evaluations + 3} steady states, bracketed secants in the detuning",
        iterations=resonance.iterations,
        residual=real_out(root.residual),
        tolerance=real_out(tolerance),
        checks=("half power at delta and at -delta", resonance.latest.wave.check if resonance.latest else ""),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    return tuple({"F": sp.Rational(1, 10**exponent)} for exponent in (2, 6, 12))


OBSERVABLES = (
    Observable(
        name="resonance_bandwidth",
        symbol=half_width,
        meaning="|delta| at which |Z|^2 is half of its value at delta = 0, under forcing by F",
        unit="rad/step",
        parameters=_parameters,
        measure=_measure,
        settings=_settings,
    ),
)
