"""The matrix that takes a small perturbation of wavenumber q through one step."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.observables.eigenvalues import OBSERVABLE as EIGENVALUES
from numerics.observables.ongoing import activity_at, perturbation_reading, wavevector_at
from numerics.observables.record import Observable, Reading
from numerics.perturbations.propagator import propagator

GUARD = 4
"""Digits beyond those asked for; more where an entry is much smaller than the largest."""


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    activity, wavevector = activity_at(network, point), wavevector_at(network, point)
    carried, start = digits + GUARD, None
    while True:
        found = propagator(network, activity, wavevector, digits=carried, engine=engine, start=start)
        context = found.context
        smallest = min(abs(entry) for entry in found.entries)
        lost = int(context.ceil(context.log10(found.noise / smallest))) + carried if smallest else 0
        if digits + lost <= carried or lost >= carried:  # an entry within its own noise is 0 to these digits
            break
        carried, start = digits + lost + GUARD, found.response
    values = [complex_out(context.mpc(entry)._mpc_) for entry in found.entries]
    return perturbation_reading(values, real_out(context.mpf(10) ** -(carried - lost)), found)


OBSERVABLE = Observable(
    name="propagator",
    symbol=sp.Symbol("M"),
    meaning=(
        "M11, M12, M21, M22: one step of (alpha, beta) for the state perturbed by alpha e^(i q.x) + "
        "conj(beta) e^(-i q.x), in its frame, phases counted such that the pre-activation is real"
    ),
    unit="",
    parameters=EIGENVALUES.parameters,
    forced=EIGENVALUES.forced,
    measure=_measure,
    settings=EIGENVALUES.settings,
)
