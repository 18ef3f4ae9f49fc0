"""The rate at which a real network forgets a small perturbation of wavenumber q."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import decay
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables import real_perturbation as real_eigenvalue
from numerics.observables.real_perturbation import growth_at, growth_reading
from numerics.observables.record import Observable, Reading


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    found = growth_at(network, point, digits=digits, engine=engine, of_rate=True)
    return growth_reading(real_out(found.rate), found)


OBSERVABLE = Observable(
    name="real_decay_rate",
    symbol=decay,
    meaning="-ln|lambda| of the factor lambda by which a small real perturbation of wavenumber q grows in a step",
    unit="1/step",
    parameters=real_eigenvalue.OBSERVABLE.parameters,
    measure=_measure,
    settings=real_eigenvalue.OBSERVABLE.settings,
)
