"""The uniform input that takes rest to a given output in one step: the inverse activation, by search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
import sympy as sp

from analytics.expressions.notation import P, R
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines import carried_digits
from numerics.engines.numbers import raw_parts, real_out
from numerics.observables.record import Observable, Reading, Setting
from numerics.observables.root_finding import increasing_root
from numerics.steady_states.single_step import SingleStep

GUARD = 8
"""Digits carried beyond those asked for and those that a nearly saturated output loses."""

MARGIN = 2
"""The search goes on until the estimated error is this many digits below the last one wanted."""


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return (Parameter(R, "output after one step", "", sp.Interval.open(0, network.activation.saturation)),)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    guard = GUARD + _digits_lost(network, point[R])
    experiment = SingleStep(network, engine=engine, digits=carried_digits(engine, digits, guard))
    context = experiment.map.engine.context
    target = experiment.map.engine.number(point[R])

    def excess(amplitude: Any) -> Any:
        return context.convert(experiment.output(amplitude).amplitude) / target - 1

    root = increasing_root(excess, target, digits=digits + MARGIN)
    tolerance = root.slope * root.position * context.mpf(10) ** -(digits + MARGIN)
    return Reading(
        value=real_out(root.position),
        error=real_out(root.error / root.position),
        sites=experiment.lattice.shape,
        method=f"{root.evaluations} single steps from rest, bracketed secants in the input",
        iterations=root.evaluations,
        residual=real_out(root.residual),
        tolerance=real_out(tolerance),
        checks=("one modulus on all sites after each step",),
    )


def _digits_lost(network: Network, output: sp.Expr) -> int:
    """Digits by which the output lies closer to saturation than to 0: so many of the input are lost in it."""
    gap = (network.activation.saturation - output) / network.activation.saturation
    return max(0, int(-mpmath.log10(mpmath.mp.make_mpf(raw_parts(gap, 15)[0]))))


def _settings(network: Network) -> tuple[Setting, ...]:
    fractions = (sp.Rational(1, 10**12), sp.Rational(1, 1000), sp.Rational(1, 3), sp.Rational(9, 10))
    nearly_saturated = sp.Rational(99999, 100000)
    return tuple({"R": network.activation.saturation * value} for value in (*fractions, nearly_saturated))


OBSERVABLE = Observable(
    name="activation_drive",
    symbol=P,
    meaning="the uniform input that takes rest to |Z_1| = R in one step",
    unit="",
    parameters=_parameters,
    measure=_measure,
    settings=_settings,
)
