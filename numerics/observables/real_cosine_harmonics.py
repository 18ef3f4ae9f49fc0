"""The amplitude of a higher harmonic in the response of a real network to a resonant cosine."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.errors import ParameterError
from analytics.expressions.notation import harmonic
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.observables.real_cosine import cosine_parameters, cosine_settings, measured_harmonic
from numerics.observables.record import Observable, Reading


def _parameters(network: Network) -> tuple[Parameter, ...]:
    which = Parameter(harmonic, "number of the harmonic, odd", "", sp.Interval(3, sp.oo), sp.Integer(3))
    return (*cosine_parameters(network), which)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    which = point[harmonic]
    if not which.is_odd:
        raise ParameterError(
            "measuring real_cosine_harmonics",
            "an odd activation answers a cosine in odd harmonics",
            which,
            "Choose h = 3, 5, 7, ...",
        )
    return measured_harmonic(network, point, int(which), digits, engine)


OBSERVABLE = Observable(
    name="real_cosine_harmonics",
    symbol=sp.Symbol("R_h", positive=True),
    meaning=(
        "amplitude R_h of R_h cos(h (k.x + omega n) + theta) in the steady response of a real network to "
        "I_n = F cos(k.x + omega n), omega = omega(k)"
    ),
    unit="",
    parameters=_parameters,
    measure=_measure,
    settings=cosine_settings,
)
