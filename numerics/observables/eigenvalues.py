"""Both factors by which a small perturbation of wavenumber q grows in a step."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import eigenvalue
from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.observables.ongoing import (
    activity_at,
    activity_settings,
    forced_with_wavenumber,
    perturbation_reading,
    uniform_with_wavenumber,
    wavevector_at,
    with_wavenumbers,
)
from numerics.observables.record import Observable, Reading, Setting
from numerics.perturbations.spectrum import MARGIN, spectrum


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    found = spectrum(
        network,
        activity_at(network, point),
        wavevector_at(network, point),
        digits=digits,
        engine=engine,
        of_rates=False,
    )
    values = [complex_out(found.propagator.context.mpc(value)._mpc_) for value in found.eigenvalues]
    error = found.propagator.context.mpf(10) ** -(digits + MARGIN)
    return perturbation_reading(values, real_out(error), found.propagator, (found.nearness,))


def _settings(network: Network) -> tuple[Setting, ...]:
    return with_wavenumbers(network, activity_settings(network))


OBSERVABLE = Observable(
    name="eigenvalues",
    symbol=eigenvalue,
    meaning=(
        "factors by which a small perturbation alpha e^(i q.x) + conj(beta) e^(-i q.x) of the steady state "
        "grows in a step, the slower first; where both decay equally, w (C + sqrt(C^2 - |det|)) first, C >= 0"
    ),
    unit="",
    parameters=uniform_with_wavenumber,
    forced=forced_with_wavenumber,
    measure=_measure,
    settings=_settings,
)
