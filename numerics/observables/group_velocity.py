"""The slope of the dispersion d omega / d q, as the motion of a wave whose amplitude grows along an axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
import sympy as sp

from analytics.errors import ConvergenceError
from analytics.expressions.notation import packet_velocity, perturbation_wavenumbers
from analytics.network.network import Network
from numerics.engines import carried_digits
from numerics.engines.axes import sites
from numerics.engines.numbers import real_out
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.map import LatticeMap, smallest_shape
from numerics.observables.ongoing import wavenumber_parameters, wavevector_at
from numerics.observables.record import Observable, Reading, Setting
from numerics.tails.taps import tap_reach

GUARD = 6
"""Digits carried beyond those asked for."""


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    """U takes x_j e^(i q.x) to e^(i omega) (x_j + d omega/d q_j) e^(i q.x): read at x = 0, along each axis.

    The ramp x_j breaks off halfway round the ring, where the taps of U do not reach from x = 0: what they are
    there is measured as well. The wave is weak, so that phi leaves it alone to the digits asked for.
    """
    wavevector = wavevector_at(network, point)
    found = [_along(network, wavevector, axis, digits, engine) for axis in range(network.dimension)]
    values, errors, shapes = zip(*found)
    return Reading(
        value=values[0],
        others=tuple(values[1:]),
        error=max(errors),
        sites=shapes[0],
        method="one step of the map from a weak wave whose amplitude grows linearly along an axis",
        iterations=network.dimension,
        residual=max(errors),
        tolerance=real_out(_tolerance(digits)),
        checks=("the taps of U halfway round the ring are below the residual",),
    )


def _along(
    network: Network, wavevector: tuple[sp.Expr, ...], axis: int, digits: int, engine: str
) -> tuple[Any, Any, tuple[int, ...]]:
    """(velocity, error, shape of the lattice)."""
    carried = carried_digits(engine, digits, GUARD)
    least = list(smallest_shape(network))
    least[axis] = 2 * tap_reach(network, carried, axis) + 2
    lattice = commensurate_lattice(network, (wavevector,), least=least)
    step = lattice.map(engine, carried)
    arithmetic, context = step.engine, step.engine.context
    weakness = context.mpf(10) ** -(carried // 2 + 2)
    wave = arithmetic.combine([weakness], [arithmetic.plane_wave(lattice.indices(wavevector))])
    values, places = arithmetic.values(wave), _places(lattice.shape, axis)
    ramp = arithmetic.vector([place * context.convert(value) for place, value in zip(places, values)])
    plain, moved = (context.convert(_first(step, vector)) for vector in (wave, ramp))
    ratio = moved / plain
    leak = _halfway(step, lattice.shape, axis) + abs(ratio.imag)
    if leak > 10 * _tolerance(digits):
        raise ConvergenceError(
            "measuring group_velocity",
            "Ask for fewer digits.",
            residual=context.nstr(leak, 3),
            tolerance=context.nstr(_tolerance(digits), 3),
            iterations=1,
        )
    velocity = ratio.real if abs(ratio.real) > leak + _tolerance(digits) else context.mpf(0)
    return real_out(velocity), real_out(context.mpf(leak)), lattice.shape


def _places(shape: tuple[int, ...], axis: int) -> list[int]:
    """x_axis of every site, counted from 0 to both sides."""
    length = shape[axis]
    return [(site[axis] + length // 2) % length - length // 2 for site in sites(shape)]


def _first(step: LatticeMap, wave: Any) -> Any:
    """The value at x = 0 after one step without input."""
    return step.engine.values(step.step(wave, step.zero()))[0]


def _halfway(step: LatticeMap, shape: tuple[int, ...], axis: int) -> Any:
    """The largest tap of U on the sites halfway round the ring, times their distance."""
    arithmetic = step.engine
    spot = arithmetic.vector([1] + [0] * (step.lattice.sites - 1))
    taps = zip(arithmetic.values(step.convolve(spot)), _places(shape, axis))
    farthest = shape[axis] // 2
    return max(
        abs(arithmetic.context.convert(tap)) * abs(place)
        for tap, place in taps
        if abs(abs(place) - farthest) <= 1
    )


def _tolerance(digits: int) -> Any:
    return mpmath.mp.mpf(10) ** -(digits + 2)


def _settings(network: Network) -> tuple[Setting, ...]:
    turns = (sp.Rational(1, 8), sp.Rational(-1, 5), sp.Rational(3, 7), sp.Rational(1, 24))
    symbols = perturbation_wavenumbers(network.dimension)
    return tuple(
        {str(symbol): 2 * sp.pi * turns[(place + axis) % len(turns)] for axis, symbol in enumerate(symbols)}
        for place in range(len(turns))
    )


OBSERVABLE = Observable(
    name="group_velocity",
    symbol=packet_velocity,
    meaning=(
        "d omega / d q along each axis: (x_j + v_j) e^(i (q.x + omega)) is what a step makes of a weak wave "
        "x_j e^(i q.x) without input; a velocity below its error is given as 0"
    ),
    unit="sites/step",
    parameters=wavenumber_parameters,
    measure=_measure,
    settings=_settings,
)
