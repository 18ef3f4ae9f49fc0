"""The response to a weak input of wavenumber q and frequency Omega."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import Omega
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.observables.eigenvalues import OBSERVABLE as EIGENVALUES
from numerics.observables.ongoing import (
    activity_at,
    forced_with_wavenumber,
    uniform_with_wavenumber,
    wavevector_at,
)
from numerics.observables.record import Observable, Reading, Setting
from numerics.observables.tail import PROBE
from numerics.perturbations.susceptibility import MARGIN, measured_susceptibility


def _uniform(network: Network) -> tuple[Parameter, ...]:
    return (*uniform_with_wavenumber(network), PROBE)


def _forced(network: Network) -> tuple[Parameter, ...]:
    return (*forced_with_wavenumber(network), PROBE)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    found = measured_susceptibility(
        network,
        activity_at(network, point),
        wavevector_at(network, point),
        point[Omega],
        digits=digits,
        engine=engine,
    )
    context, state = found.context, found.response.state
    if found.simulated:
        how = (
            f"both components driven weakly, in two phases each, for {found.steps // 4} steps of the full map"
        )
    else:
        how = "linearized: one step of the full map on small perturbations, the periodic response solved for"
    values = [complex_out(context.mpc(entry)._mpc_) for entry in found.entries]
    return Reading(
        value=values[0],
        others=tuple(values[1:]),
        error=real_out(found.error),
        sites=found.sites,
        method=f"steady state by {state.method}; {how}",
        iterations=state.iterations + found.steps,
        residual=state.residual,
        tolerance=real_out(context.mpf(10) ** -(digits + MARGIN)),
        checks=(found.response.wave.check,),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    """The settings of the eigenvalues, each at a frequency, the first at 0."""
    q = sp.Rational
    frequencies = (
        q(0),
        q(3, 10),
        q(-1, 2),
        q(2),
        q(1, 10),
        q(1, 4),
        q(-3),
        q(0),
        q(1, 10),
        q(-1, 5),
        q(0),
        q(1, 100),
    )
    settings = EIGENVALUES.settings(network)
    frequencies += (q(1, 5),) * (len(settings) - len(frequencies))  # of several steady states
    return tuple(
        {**setting, "Omega": frequency} for setting, frequency in zip(settings, frequencies, strict=True)
    )


OBSERVABLE = Observable(
    name="susceptibility",
    symbol=sp.Symbol("chi"),
    meaning=(
        "chi11, chi12, chi21, chi22: the response (alpha, beta) of the state to a weak change of the input, "
        "alpha_in e^(i (q.x + Omega n)) + conj(beta_in) e^(-i (q.x + Omega n)), in the frame of the state, "
        "the phases of the input counted from that of the pre-activation"
    ),
    unit="",
    parameters=_uniform,
    forced=_forced,
    measure=_measure,
    settings=_settings,
)
