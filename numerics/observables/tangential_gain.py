"""The gain of the activation for a small change across the pre-activation at the steady state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from analytics.expressions.notation import tangential
from analytics.network.network import Network
from numerics.observables import radial_gain
from numerics.observables.record import Reading


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    return radial_gain.gain_reading(network, point, digits, engine, along=False)


OBSERVABLE = replace(
    radial_gain.OBSERVABLE,
    name="tangential_gain",
    symbol=tangential,
    meaning="gain of one step for a small change of the input across the pre-activation, at the steady state",
    measure=_measure,
)
