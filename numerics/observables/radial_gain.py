"""The gain of the activation for a small change along the pre-activation at the steady state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sympy as sp

from analytics.expressions.notation import radial
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables.ongoing import (
    activity_at,
    activity_settings,
    bistable_activity_settings,
    forced_parameters,
    perturbation_reading,
    uniform_parameters,
)
from numerics.observables.record import Observable, Reading, Setting
from numerics.perturbations.propagator import DrivenPropagator, driven_propagator, perturbed_state

GUARD = 6
"""Digits beyond those asked for, and those by which a saturated gain is below 1."""


def gain_reading(
    network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str, *, along: bool
) -> Reading:
    """The gain of a uniform change of the input, relative to the carrier, along or across the pre-activation.

    In the frame the input changes by v, |v| small, and the next state by A v + B conj v: its gain is A + B
    along, where v is real, and A - B across.
    """
    activity, still = activity_at(network, point), (sp.S.Zero,) * network.dimension
    carried, start = digits + GUARD, None
    while True:
        state = perturbed_state(network, activity, still, digits=carried, engine=engine, start=start)
        found = driven_propagator(state, still)
        gain = _gain(found, along)
        lost = max(0, 1 - int(found.context.log10(abs(gain)))) if gain else carried
        if digits + lost <= carried:
            break
        carried, start = digits + lost + GUARD, found.response
    error = found.context.mpf(10) ** (lost - carried)
    reading = perturbation_reading([real_out(gain)], real_out(error), found)
    return replace(
        reading,
        method=reading.method.replace("two independent perturbations", "a change along and one across"),
    )


def _gain(found: DrivenPropagator, along: bool) -> Any:
    linear, mixed, _, _ = found.answers
    return ((linear + mixed) if along else (linear - mixed)).real


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return gain_reading(network, point, digits, engine, along=True)


def gain_settings(network: Network) -> tuple[Setting, ...]:
    """Weak to strong activity, and where there are several steady states."""
    return (*activity_settings(network), *bistable_activity_settings(network))


OBSERVABLE = Observable(
    name="radial_gain",
    symbol=radial,
    meaning="gain of one step for a small change of the input along the pre-activation, at the steady state",
    unit="",
    parameters=uniform_parameters,
    forced=forced_parameters,
    measure=_measure,
    settings=gain_settings,
)
