"""Both rates at which a small perturbation of wavenumber q is forgotten."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import decay
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables.eigenvalues import OBSERVABLE as EIGENVALUES
from numerics.observables.ongoing import (
    activity_at,
    forced_with_wavenumber,
    perturbation_reading,
    uniform_with_wavenumber,
    wavevector_at,
)
from numerics.observables.record import Observable, Reading
from numerics.perturbations.spectrum import MARGIN, Spectrum, spectrum


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    found = rates_at(network, point, digits, engine)
    error = found.propagator.context.mpf(10) ** -(digits + MARGIN)
    rates = [real_out(rate) for rate in found.rates]
    return perturbation_reading(rates, real_out(error), found.propagator, (found.nearness,))


def rates_at(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Spectrum:
    """The spectrum at a point, its rates right to `digits` digits."""
    return spectrum(
        network,
        activity_at(network, point),
        wavevector_at(network, point),
        digits=digits,
        engine=engine,
        of_rates=True,
    )


OBSERVABLE = Observable(
    name="decay_rate",
    symbol=decay,
    meaning="-ln|lambda| of both factors lambda by which a perturbation grows in a step, the slower first",
    unit="1/step",
    parameters=uniform_with_wavenumber,
    forced=forced_with_wavenumber,
    measure=_measure,
    settings=EIGENVALUES.settings,
)
