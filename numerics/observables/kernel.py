"""The kernel, seen from outside: the phase that a weak wave gains in a step, and how fast such waves move."""

from __future__ import annotations

from collections.abc import Sequence

import mpmath
import sympy as sp

from analytics.errors import ConvergenceError
from analytics.evaluation.mpmath_types import Number
from analytics.expressions.notation import omega, packet_velocity, perturbation_wavenumbers, r
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.choice import create_engine
from numerics.engines.numbers import real_out
from numerics.engines.precision import GUARD, carried_digits
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.map import convolution
from numerics.observables.ongoing import carrier_at, wavenumber_parameters, wavevector_at
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.steady_states.plane_wave import PlaneWave, read_plane_wave
from numerics.tails.taps import tap_reach

WEAKNESS = 1_000_000
"""The wave has amplitude 1/WEAKNESS; phi keeps phases, so any other would do as well."""

FREQUENCY_GUARD = 8
"""Digits of a frequency carried beyond those asked for."""


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(symbol, "wavenumber, a fraction of 2 pi", "rad/site", sp.S.Reals)
        for symbol in network.kernel.wavenumbers
    )


def _frequency(request: Request) -> Reading:
    wavevector = carrier_at(request)
    after = wave_frequency(request.network, wavevector, request.digits, request.engine)
    return Reading(
        values=(after.phase,),
        error=after.tolerance,
        sites=commensurate_lattice(request.network, (wavevector,)).shape,
        method=f"one step of the map from a plane wave of amplitude 1/{WEAKNESS}",
        iterations=1,
        residual=after.spread,
        tolerance=after.tolerance,
        checks=(after.check,),
    )


def wave_frequency(network: Network, wavevector: tuple[sp.Expr, ...], digits: int, engine: str) -> PlaneWave:
    """What a step without input makes of a weak plane wave of phase 0: its phase is omega(k)."""
    lattice = commensurate_lattice(network, (wavevector,))
    step = lattice.map(engine, carried_digits(engine, digits, FREQUENCY_GUARD))
    arithmetic, indices = step.engine, lattice.indices(wavevector)
    weak = arithmetic.combine([arithmetic.context.mpf(1) / WEAKNESS], [arithmetic.plane_wave(indices)])
    return read_plane_wave(arithmetic, step.step(weak, step.zero()), indices, digits=digits + 1)


def _settings(network: Network) -> tuple[Setting, ...]:
    turns = (sp.Rational(0), sp.Rational(1, 8), sp.Rational(-1, 5), sp.Rational(3, 7), sp.Rational(1, 2))
    return _turned(network.kernel.wavenumbers, turns)


def _velocities(request: Request) -> Reading:
    """U takes x_j e^(i q.x) to e^(i omega) (x_j + d omega/d q_j) e^(i q.x): read at x = 0, along each axis.

    The ramp x_j breaks off halfway round the ring, where the taps of U do not reach from x = 0: what they are
    there is measured as well. The wave is weak, so that phi leaves it alone to the digits asked for.
    """
    found = [_velocity(request, axis) for axis in range(request.network.dimension)]
    values, errors, shapes = zip(*found)
    return Reading(
        values=values,
        error=max(errors),
        sites=shapes[0],
        method="one step of the map from a weak wave whose amplitude grows linearly along an axis",
        iterations=len(found),
        residual=max(errors),
        tolerance=_tolerance(request.digits),
        checks=("the taps of U halfway round the ring are below the residual",),
    )


def _velocity(request: Request, axis: int) -> tuple[Number, Number, tuple[int, ...]]:
    """(velocity along an axis, error, shape of the lattice), on a ring twice as long where the taps still show."""
    reach = tap_reach(request.network, request.digits + GUARD, axis)
    tolerance = _tolerance(request.digits)
    for length in (2 * reach + 2, 4 * reach + 4, 8 * reach + 8):
        velocity, leak, shape = _on_a_ring(request, axis, length)
        if leak <= 10 * tolerance:
            seen = velocity if abs(velocity) > leak + tolerance else 0 * velocity
            return real_out(seen), real_out(leak), shape
    raise ConvergenceError(
        "measuring group_velocity",
        "Ask for fewer digits.",
        residual=leak,
        tolerance=tolerance,
        iterations=3,
    )


def _on_a_ring(request: Request, axis: int, length: int) -> tuple[Number, Number, tuple[int, ...]]:
    """The same, leak and all, where the wave is seen from its own frame: there it is the same at all sites.

    So it fits a ring of any length along the axis, and one site is enough across.
    """
    network, wavevector = request.network, wavevector_at(request)
    shape = tuple(length if place == axis else 1 for place in range(network.dimension))
    arithmetic = create_engine(request.engine, shape, carried_digits(request.engine, request.digits, GUARD))
    context, activation = arithmetic.context, network.activation
    convolve = convolution(network.kernel, arithmetic, [arithmetic.number(q).real for q in wavevector])
    phi = arithmetic.pointwise(activation.profile, activation.slope(r)).value
    weakness = context.mpf(10) ** -(context.dps // 2 + 2)
    positions = [(site + length // 2) % length - length // 2 for site in range(length)]
    wave, ramp, spot = (
        arithmetic.vector(values)
        for values in ([weakness] * length, [weakness * x for x in positions], [1] + [0] * (length - 1))
    )
    plain, moved = (context.convert(arithmetic.values(phi(convolve(start)))[0]) for start in (wave, ramp))
    ratio, taps = moved / plain, arithmetic.values(convolve(spot))
    edge = (x for x in range(length) if abs(abs(positions[x]) - length // 2) <= 1)
    leak = max(abs(context.convert(taps[x])) * abs(positions[x]) for x in edge)
    return ratio.real, leak + abs(ratio.imag), shape


def _tolerance(digits: int) -> Number:
    ten: Number = mpmath.mp.mpf(10)
    return ten ** -(digits + 2)


def _velocity_settings(network: Network) -> tuple[Setting, ...]:
    turns = (sp.Rational(1, 8), sp.Rational(-1, 5), sp.Rational(3, 7), sp.Rational(1, 24))
    return _turned(perturbation_wavenumbers(network.dimension), turns)


def _turned(symbols: Sequence[sp.Symbol], turns: Sequence[sp.Rational]) -> tuple[Setting, ...]:
    """Wavevectors, each turn along the first axis once, the turns after it along the others."""
    return tuple(
        {str(symbol): 2 * sp.pi * turns[(first + axis) % len(turns)] for axis, symbol in enumerate(symbols)}
        for first in range(len(turns))
    )


OBSERVABLES = (
    Observable(
        name="kernel_frequency",
        symbol=omega,
        meaning="phase, in (-pi, pi], that a weak plane wave of wavenumber k gains in a step without input",
        unit="rad/step",
        parameters=_parameters,
        measure=_frequency,
        settings=_settings,
        period=2 * sp.pi,
    ),
    Observable(
        name="group_velocity",
        symbol=packet_velocity,
        meaning=(
            "d omega / d q along each axis: (x_j + v_j) e^(i (q.x + omega)) is what a step makes of a weak wave "
            "x_j e^(i q.x) without input; a velocity below its error is given as 0"
        ),
        unit="sites/step",
        parameters=wavenumber_parameters,
        measure=_velocities,
        settings=_velocity_settings,
    ),
)
