"""How a small real perturbation of wavenumber q of a real network changes in a step: its factor and its rate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import sympy as sp

from analytics.expressions.notation import decay, eigenvalue
from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.engines.precision import GUARD
from numerics.observables.ongoing import (
    activity_at,
    spread,
    uniform_with_wavenumber,
    wavenumber_parameters,
    wavevector_at,
)
from numerics.observables.record import Observable, Reading, Request, Setting, state_reading
from numerics.perturbations.real_perturbation import growth


def _growth(request: Request, *, of_rate: bool) -> Reading:
    """The factor or the rate, with the record of the steady state that was perturbed."""
    found = growth(activity_at(request), wavevector_at(request), digits=request.digits, of_rate=of_rate)
    state = found.response.state
    factor = complex_out(found.context.mpc(found.factor)._mpc_)
    reading = state_reading(
        state,
        [real_out(found.rate) if of_rate else factor],
        real_out(found.context.mpf(10) ** -(found.digits - GUARD)),
        f"steady state by {state.method}; perturbed by 10^-{found.digits + 4} cos(q.x), one step of the full map",
        (found.response.wave.check, found.check),
    )
    return replace(reading, sites=found.sites)


def _settings(network: Network) -> tuple[Setting, ...]:
    """Weak to strong backgrounds; long and short waves, uniform and alternating ones."""
    q = sp.Rational
    symbols = [parameter.symbol for parameter in wavenumber_parameters(network)]
    points = (
        (q(1, 1000), q(1, 8)),
        (q(1, 10**9), q(-1, 5)),
        (q(1, 3), q(1, 2)),
        (q(4), q(3, 8)),
        (q(1, 50), q(0)),
    )
    return tuple({"I0": amplitude, **spread(symbols, turn)} for amplitude, turn in points)


_of_perturbation = partial(Observable, parameters=uniform_with_wavenumber, settings=_settings)

OBSERVABLES = (
    _of_perturbation(
        name="real_eigenvalue",
        symbol=eigenvalue,
        meaning=(
            "factor lambda by which the component alpha of a small real perturbation alpha e^(i q.x) + complex "
            "conjugate of the steady state grows in a step"
        ),
        measure=partial(_growth, of_rate=False),
    ),
    _of_perturbation(
        name="real_decay_rate",
        symbol=decay,
        meaning="-ln|lambda| of the factor lambda by which a small real perturbation of wavenumber q grows in a step",
        unit="1/step",
        measure=partial(_growth, of_rate=True),
    ),
)
