"""The response to a weak input of wavenumber q and frequency Omega."""

from __future__ import annotations

from itertools import chain, repeat

import sympy as sp

from analytics.expressions.notation import Omega
from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.engines.precision import MARGIN
from numerics.observables.ongoing import (
    activity_at,
    forced_with_wavenumber,
    joined,
    perturbation_settings,
    probe_parameters,
    uniform_with_wavenumber,
    wavevector_at,
)
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.perturbations.susceptibility import measured_susceptibility


def _measure(request: Request) -> Reading:
    found = measured_susceptibility(
        activity_at(request),
        wavevector_at(request),
        request.point[Omega],
        digits=request.digits,
    )
    context, state = found.measured.context, found.response.state
    if found.steps:
        how = (
            f"both components driven weakly, in two phases each, for {found.steps // 4} steps of the full map"
        )
    else:
        how = "linearized: one step of the full map on small perturbations, the periodic response solved for"
    return Reading(
        values=tuple(complex_out(context.mpc(entry)._mpc_) for entry in found.entries),
        error=real_out(found.error),
        sites=found.measured.lattice.shape,
        method=f"steady state by {state.method}; {how}",
        iterations=state.iterations + found.steps,
        residual=state.residual,
        tolerance=real_out(context.mpf(10) ** -(request.digits + MARGIN)),
        checks=(found.response.wave.check,),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    """The settings of a perturbation, each at a frequency, the first at 0."""
    first = map(sp.Rational, "0 3/10 -1/2 2 1/10 1/4 -3 0 1/10 -1/5 0 1/100".split())
    frequencies = chain(first, repeat(sp.Rational(1, 5)))  # of several steady states
    return tuple(
        {**setting, "Omega": frequency}
        for setting, frequency in zip(perturbation_settings(network), frequencies)
    )


OBSERVABLES = (
    Observable(
        name="susceptibility",
        symbol=sp.Symbol("chi"),
        meaning=(
            "chi11, chi12, chi21, chi22: the response (alpha, beta) of the state to a weak change of the input, "
            "alpha_in e^(i (q.x + Omega n)) + conj(beta_in) e^(-i (q.x + Omega n)), in the frame of the state, "
            "the phases of the input counted from that of the pre-activation"
        ),
        parameters=joined(uniform_with_wavenumber, probe_parameters),
        forced=joined(forced_with_wavenumber, probe_parameters),
        measure=_measure,
        settings=_settings,
    ),
)
