"""The length over which the response to a weak static drive of one site falls by a factor e."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.network.network import Network
from numerics.observables.ongoing import forced_parameters, uniform_parameters
from numerics.observables.propagation_length import length_reading
from numerics.observables.record import Observable, Reading, Setting


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return length_reading(network, point, sp.S.Zero, digits, engine)


def _settings(network: Network) -> tuple[Setting, ...]:
    q = sp.Rational
    return (
        *({"I0": amplitude} for amplitude in (q(1, 1000), q(1, 10**9), q(1, 3), q(1))),
        {"F": q(1, 100), "delta": q(0)},
        {"F": q(1, 5), "delta": q(1, 10)},
    )


OBSERVABLE = Observable(
    name="evanescent_length",
    symbol=sp.Symbol("l", positive=True),
    meaning="sites over which the response to a weak drive of one site at the carrier's frequency falls by e",
    unit="sites",
    parameters=uniform_parameters,
    forced=forced_parameters,
    measure=_measure,
    settings=_settings,
)
