"""The modulus of the steady response to a uniform, constant background."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.network import Network
from analytics.notation import I0, R, start
from analytics.parameter import Parameter
from numerics.commensurate import commensurate_lattice
from numerics.inputs import Background
from numerics.observables.forcing import START, bistable_settings, steady_reading
from numerics.observables.record import Observable, Reading, Setting
from numerics.response import response


def _parameters(network: Network) -> tuple[Parameter, ...]:
    uniform = Parameter(I0, "amplitude of the uniform background input", "", sp.Interval.open(0, sp.oo))
    return (uniform, START)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    still = (sp.S.Zero,) * network.dimension
    lattice = commensurate_lattice(network, (still,))
    found = response(
        lattice,
        Background(point[I0]),
        still,
        digits=digits,
        engine=engine,
        near=point[start],
        watched=True,
    )
    return steady_reading("amplitude", found)


def _settings(network: Network) -> tuple[Setting, ...]:
    amplitudes = (sp.Rational(1, 10**12), sp.Rational(1, 1000), sp.Rational(1, 3), sp.Integer(4))
    several = tuple({"I0": setting["F"]} for setting in bistable_settings(network)[:1])
    return (*({"I0": amplitude} for amplitude in amplitudes), *several)


OBSERVABLE = Observable(
    name="background_amplitude",
    symbol=R,
    meaning="modulus of the steady response to I_n = I0, uniform and constant",
    unit="",
    parameters=_parameters,
    measure=_measure,
    settings=_settings,
)
