"""The length over which the response to a weak drive of one site falls by a factor e."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import Omega
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables import tail as complex_wavenumber
from numerics.observables.ongoing import activity_at
from numerics.observables.record import Observable, Reading
from numerics.observables.tail import tail_reading
from numerics.tails.tail import measured_tail


def length_reading(
    network: Network, point: Mapping[sp.Symbol, sp.Expr], frequency: sp.Expr, digits: int, engine: str
) -> Reading:
    """1/|Im q| of the least damped wave of the tail."""
    tail = measured_tail(
        network,
        activity_at(network, point),
        frequency,
        digits=digits,
        engine=engine,
        count=1,
        of_damping=True,
    )
    return tail_reading([real_out(1 / abs(tail.wavenumbers[0].imag))], tail)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return length_reading(network, point, point[Omega], digits, engine)


OBSERVABLE = Observable(
    name="propagation_length",
    symbol=sp.Symbol("l", positive=True),
    meaning="sites over which the response to a weak drive of one site at the frequency Omega falls by e",
    unit="sites",
    parameters=complex_wavenumber.OBSERVABLE.parameters,
    forced=complex_wavenumber.OBSERVABLE.forced,
    measure=_measure,
    settings=complex_wavenumber.OBSERVABLE.settings,
)
