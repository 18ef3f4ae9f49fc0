"""The output after one step from rest under a uniform input: the activation, seen from outside."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import R, r
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines import carried_digits
from numerics.observables.record import Observable, Reading, Setting
from numerics.steady_states.single_step import SingleStep

GUARD = 6
"""Digits carried beyond those asked for."""


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return (Parameter(r, "uniform input from rest", "", sp.Interval.open(0, sp.oo)),)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    experiment = SingleStep(network, engine=engine, digits=carried_digits(engine, digits, GUARD))
    output = experiment.output(point[r])
    return Reading(
        value=output.amplitude,
        error=output.tolerance,
        sites=experiment.lattice.shape,
        method="one step of the map from rest",
        iterations=1,
        residual=output.spread,
        tolerance=output.tolerance,
        checks=(output.check,),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    values = (sp.Rational(1, 10**12), sp.Rational(1, 1000), sp.Rational(1, 3), sp.Integer(1), sp.Integer(7))
    return tuple({"r": value} for value in values)


OBSERVABLE = Observable(
    name="activation_response",
    symbol=R,
    meaning="|Z_1| after one step from rest under the uniform input r",
    unit="",
    parameters=_parameters,
    measure=_measure,
    settings=_settings,
)
