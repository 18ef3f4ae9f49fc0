"""The phase that a weak plane wave gains in one step without input: the dispersion, as it is seen."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import omega
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines import carried_digits
from numerics.lattice.commensurate import commensurate_lattice
from numerics.observables.record import Observable, Reading, Setting
from numerics.steady_states.plane_wave import read_plane_wave

WEAKNESS = 1_000_000
"""The wave has amplitude 1/WEAKNESS; phi keeps phases, so any other would do as well."""

GUARD = 8
"""Digits carried beyond those asked for."""


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(symbol, "wavenumber, a fraction of 2 pi", "rad/site", sp.S.Reals)
        for symbol in network.kernel.wavenumbers
    )


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    wavevector = tuple(point[symbol] for symbol in network.kernel.wavenumbers)
    lattice = commensurate_lattice(network, (wavevector,))
    step = lattice.map(engine, carried_digits(engine, digits, GUARD))
    arithmetic, indices = step.engine, lattice.indices(wavevector)
    weak = arithmetic.combine([arithmetic.context.mpf(1) / WEAKNESS], [arithmetic.plane_wave(indices)])
    after = read_plane_wave(arithmetic, step.step(weak, step.zero()), indices, digits=digits + 1)
    return Reading(
        value=after.phase,
        error=after.tolerance,
        sites=lattice.shape,
        method=f"one step of the map from a plane wave of amplitude 1/{WEAKNESS}",
        iterations=1,
        residual=after.spread,
        tolerance=after.tolerance,
        checks=(after.check,),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    turns = (sp.Rational(0), sp.Rational(1, 8), sp.Rational(-1, 5), sp.Rational(3, 7), sp.Rational(1, 2))
    symbols = network.kernel.wavenumbers
    return tuple(
        {str(symbol): 2 * sp.pi * turns[(place + axis) % len(turns)] for axis, symbol in enumerate(symbols)}
        for place in range(len(turns))
    )


OBSERVABLE = Observable(
    name="kernel_frequency",
    symbol=omega,
    meaning="phase, in (-pi, pi], that a weak plane wave of wavenumber k gains in a step without input",
    unit="rad/step",
    parameters=_parameters,
    measure=_measure,
    settings=_settings,
    period=2 * sp.pi,
)
