"""The length over which the response of a real network to a weak drive of one site falls by a factor e."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables import real_tail as real_complex_wavenumber
from numerics.observables.real_tail import real_tail
from numerics.observables.record import Observable, Reading
from numerics.observables.tail import tail_reading


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    tail = real_tail(network, point, digits=digits, engine=engine, count=1, of_damping=True)
    return tail_reading([real_out(1 / abs(tail.wavenumbers[0].imag))], tail)


OBSERVABLE = Observable(
    name="real_propagation_length",
    symbol=sp.Symbol("l", positive=True),
    meaning=(
        "sites over which the response of a real network to a weak real drive of one site at the frequency "
        "Omega falls by e"
    ),
    unit="sites",
    parameters=real_complex_wavenumber.OBSERVABLE.parameters,
    measure=_measure,
    settings=real_complex_wavenumber.OBSERVABLE.settings,
)
