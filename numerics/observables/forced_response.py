"""The steady response to one oscillation, its modulus and its phase, and to a uniform background."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

import sympy as sp

from analytics.expressions.notation import R, delta, theta
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.observables.forcing import (
    bistable_settings,
    forcing_parameters,
    forcing_settings,
    steady_reading,
)
from numerics.observables.ongoing import forced_parameters, steady_response, uniform_parameters
from numerics.observables.record import Observable, Reading, Request, Setting

CARRIER = sp.pi / 4
"""Wavenumber of the oscillation along each axis unless one is given; the frequency follows it."""

OFF_RESONANCE = sp.Union(sp.Interval.Ropen(-sp.pi, 0), sp.Interval.Lopen(0, sp.pi))


def _part(request: Request, *, part: Literal["amplitude", "phase"]) -> Reading:
    return steady_reading(part, steady_response(request))


_amplitude = partial(_part, part="amplitude")


def _with_carrier(network: Network) -> tuple[Parameter, ...]:
    return forcing_parameters(network, CARRIER)


def _off_resonance(network: Network) -> tuple[Parameter, ...]:
    return tuple(
        replace(parameter, meaning="detuning, not zero", domain=OFF_RESONANCE, default=None)
        if parameter.symbol == delta
        else parameter
        for parameter in _with_carrier(network)
    )


def _turned_settings(network: Network) -> tuple[Setting, ...]:
    """The settings of the amplitude, each at another wavenumber."""
    turns = (sp.Rational(0), sp.Rational(1, 8), sp.Rational(-3, 16), sp.Rational(1, 2))
    symbols = network.kernel.wavenumbers
    return tuple(
        {**point, **{str(s): 2 * sp.pi * turns[(index + axis) % 4] for axis, s in enumerate(symbols)}}
        for index, point in enumerate(forcing_settings(network))
    )


def _detuned_settings(network: Network) -> tuple[Setting, ...]:
    detunings = (sp.Rational(1, 10), sp.Rational(-3, 2), sp.Integer(3))
    return tuple({"F": sp.Rational(1, 100), "delta": detuning} for detuning in detunings)


def background_settings(network: Network) -> tuple[Setting, ...]:
    """Weak to strong, and where there are several steady states."""
    amplitudes = (sp.Rational(1, 10**12), sp.Rational(1, 1000), sp.Rational(1, 3), sp.Integer(4))
    several = tuple({"I0": setting["F"]} for setting in bistable_settings(network)[:1])
    return (*({"I0": amplitude} for amplitude in amplitudes), *several)


OBSERVABLES = (
    Observable(
        name="forced_amplitude",
        symbol=R,
        meaning="modulus of the steady response to I_n = F e^(i (k.x + omega n)), omega = omega(k) + delta",
        parameters=_with_carrier,
        measure=_amplitude,
        settings=forcing_settings,
    ),
    Observable(
        name="forced_phase",
        symbol=theta,
        meaning="phase in (-pi, pi] of the steady response to I_n = F e^(i (k.x + omega n)) against the forcing",
        unit="rad",
        parameters=forced_parameters,
        measure=partial(_part, part="phase"),
        settings=_turned_settings,
        period=2 * sp.pi,
    ),
    Observable(
        name="detuned_amplitude",
        symbol=R,
        meaning="modulus of the steady response to I_n = F e^(i (k.x + omega n)), omega - omega(k) = delta != 0",
        parameters=_off_resonance,
        measure=_amplitude,
        settings=_detuned_settings,
    ),
    Observable(
        name="background_amplitude",
        symbol=R,
        meaning="modulus of the steady response to I_n = I0, uniform and constant",
        parameters=uniform_parameters,
        measure=_amplitude,
        settings=background_settings,
    ),
)
