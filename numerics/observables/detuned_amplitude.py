"""The modulus of the steady response to an oscillation away from resonance."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.expressions.notation import delta
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.observables import forced_response as forced_amplitude
from numerics.observables.record import Setting

OFF_RESONANCE = sp.Union(sp.Interval.Ropen(-sp.pi, 0), sp.Interval.Lopen(0, sp.pi))


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return tuple(
        replace(parameter, meaning="detuning, not zero", domain=OFF_RESONANCE, default=None)
        if parameter.symbol == delta
        else parameter
        for parameter in forced_amplitude.OBSERVABLE.parameters(network)
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    detunings = (sp.Rational(1, 10), sp.Rational(-3, 2), sp.Integer(3))
    return tuple({"F": sp.Rational(1, 100), "delta": detuning} for detuning in detunings)


OBSERVABLE = replace(
    forced_amplitude.OBSERVABLE,
    name="detuned_amplitude",
    meaning="modulus of the steady response to I_n = F e^(i (k.x + omega n)), omega - omega(k) = delta != 0",
    parameters=_parameters,
    settings=_settings,
)
