"""Both times after which a small perturbation of wavenumber q has fallen by a factor e."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import relaxation
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables.decay_rate import OBSERVABLE as DECAY_RATE
from numerics.observables.decay_rate import rates_at
from numerics.observables.ongoing import perturbation_reading
from numerics.observables.record import Observable, Reading
from numerics.perturbations.spectrum import MARGIN


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    found = rates_at(network, point, digits, engine)
    error = found.propagator.context.mpf(10) ** -(digits + MARGIN)
    times = [real_out(1 / rate) for rate in found.rates]
    return perturbation_reading(times, real_out(error), found.propagator, (found.nearness,))


OBSERVABLE = Observable(
    name="relaxation_time",
    symbol=relaxation,
    meaning="steps in which a perturbation falls by a factor e, for both of its eigenvalues, slower first",
    unit="steps",
    parameters=DECAY_RATE.parameters,
    forced=DECAY_RATE.forced,
    measure=_measure,
    settings=DECAY_RATE.settings,
)
