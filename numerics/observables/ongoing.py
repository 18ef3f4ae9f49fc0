"""What the observables on ongoing activity share: its parameters, points of their domain, the reading.

The ongoing activity is the steady response to a uniform background I0, or to one oscillation F, delta, k.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import sympy as sp

from analytics.evaluation.mpmath_types import Number
from analytics.expressions.notation import I0, F, Omega, delta, perturbation_wavenumbers, start
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.lattice.inputs import Background, Oscillation
from numerics.observables.forcing import START, bistable_settings, forcing_parameters
from numerics.observables.record import Reading, Request, Setting, state_reading
from numerics.perturbations.perturbed_state import Activity
from numerics.perturbations.propagator import Propagator
from numerics.steady_states.response import Response

Parameters = Callable[[Network], tuple[Parameter, ...]]

UNIFORM = Parameter(I0, "amplitude of the uniform background input", "", sp.Interval.open(0, sp.oo))

PROBE = Parameter(Omega, "frequency of the probe, relative to the carrier", "rad/step", sp.S.Reals)

MEETING = (sp.pi / 20, (sp.Rational(8978949, 10**10), sp.Rational(8978955, 10**10)))
"""q along the first axis, and backgrounds I0 a relative 3e-7 below and above the one at which both decay rates of q
were measured to meet, of the algebraic activation and the Laplacian kernel with c = 3/10."""


def uniform_parameters(network: Network) -> tuple[Parameter, ...]:
    """I0, and start = 0."""
    return (UNIFORM, START)


def forced_parameters(network: Network) -> tuple[Parameter, ...]:
    """F, delta = 0, the carrier's wavenumber k = 0, or k1 = 0, k2 = 0, ..., and start = 0."""
    return forcing_parameters(network, sp.S.Zero)


def wavenumber_parameters(network: Network) -> tuple[Parameter, ...]:
    """q, or q1, q2, ..."""
    return tuple(
        Parameter(symbol, "wavenumber of the perturbation, a fraction of 2 pi", "rad/site", sp.S.Reals)
        for symbol in perturbation_wavenumbers(network.dimension)
    )


def probe_parameters(network: Network) -> tuple[Parameter, ...]:
    """Omega."""
    return (PROBE,)


def joined(*parts: Parameters) -> Parameters:
    """Network -> the parameters of all parts, in their order."""
    return lambda network: tuple(parameter for part in parts for parameter in part(network))


uniform_with_wavenumber = joined(uniform_parameters, wavenumber_parameters)
forced_with_wavenumber = joined(forced_parameters, wavenumber_parameters)
uniform_with_probe = joined(uniform_parameters, probe_parameters)
forced_with_probe = joined(forced_parameters, probe_parameters)


def carrier_at(request: Request) -> tuple[sp.Expr, ...]:
    """k, or k1, k2, ..."""
    return tuple(request.point[symbol] for symbol in request.network.kernel.wavenumbers)


def wavevector_at(request: Request) -> tuple[sp.Expr, ...]:
    """q, or q1, q2, ..."""
    return tuple(request.point[symbol] for symbol in perturbation_wavenumbers(request.network.dimension))


def activity_at(request: Request) -> Activity:
    """The ongoing activity that a point stands for."""
    network, point = request.network, request.point
    carrier = carrier_at(request) if F in point else (sp.S.Zero,) * network.dimension
    drive = Oscillation(point[F], carrier, detuning=point[delta]) if F in point else Background(point[I0])
    return Activity(network, drive, carrier, request.engine, point[start])


def steady_response(request: Request) -> Response:
    """The steady state of the ongoing activity, on the smallest lattice that fits it.

    Where the point names a start, because there are several steady states, the response says whether the map itself
    comes to this one from there.
    """
    return activity_at(request).response(request.digits, watched=True)


def activity_settings(network: Network) -> tuple[Setting, ...]:
    """Weak, medium and strong backgrounds; oscillations on and off resonance, with and without a carrier."""
    q = sp.Rational
    uniform = tuple({"I0": amplitude} for amplitude in (q(1, 1000), q(1, 10**9), q(1, 3), q(4)))
    oscillations = (
        (q(1, 100), q(0), q(1, 4)),
        (q(1, 5), q(1, 10), q(-1, 8)),
        (q(2), q(-3, 2), q(0)),
    )
    return uniform + tuple(
        {"F": amplitude, "delta": detuning, **spread(network.kernel.wavenumbers, turn)}
        for amplitude, detuning, turn in oscillations
    )


def bistable_activity_settings(network: Network) -> tuple[Setting, ...]:
    """A background and an oscillation beside resonance with several steady states, where a ramp shows such."""
    return tuple(
        {"I0": setting["F"]}
        if setting["delta"] == 0
        else {**setting, **spread(network.kernel.wavenumbers, sp.S.Zero)}
        for setting in bistable_settings(network)
    )


def perturbation_settings(network: Network) -> tuple[Setting, ...]:
    """Points that name an activity and a perturbation of it.

    First come the settings of the activity, each at another perturbation: long, short, off the axes. Then come
    oscillations beside resonance at which perturbations turn too little to be underdamped, with and without a
    carrier. Then come both sides of the exceptional point of `MEETING`, and activities beside which there are other
    steady states.
    """
    q = sp.Rational
    turns = (q(1, 8), q(1, 2), q(1, 6), q(-1, 5), q(1, 4), q(3, 8), q(1, 3), q(0))
    symbols = perturbation_wavenumbers(network.dimension)
    settings = activity_settings(network)
    chosen = [*settings, settings[0]]
    points = [{**setting, **spread(symbols, turn)} for setting, turn in zip(chosen, turns, strict=True)]
    carriers = network.kernel.wavenumbers
    overdamped = (
        {"F": amplitude, "delta": detuning, **spread(carriers, turn), **spread(symbols, q(1, 24))}
        for amplitude, detuning, turn in ((q(1, 5), q(1, 20), q(0)), (q(5), q(-3), q(-1, 12)))
    )
    along, amplitudes = MEETING
    still = dict.fromkeys(map(str, symbols), sp.S.Zero)
    meeting = ({"I0": amplitude, **still, str(symbols[0]): along} for amplitude in amplitudes)
    several = bistable_activity_settings(network)
    among = ({**setting, **spread(symbols, q(1, 12))} for setting in several)
    return (*points, *overdamped, *meeting, *among)


def spread(symbols: Sequence[sp.Symbol], turn: sp.Rational) -> dict[str, sp.Expr]:
    """A wavevector off the axes: 2 pi times `turn`, 2/3 of it along the second axis, 6 times it along the others.

    6 `turn` has a short period, so that a lattice of three dimensions stays small.
    """
    shares = (sp.S.One, sp.Rational(2, 3), sp.Integer(6))
    return {str(s): 2 * sp.pi * turn * shares[min(axis, 2)] for axis, s in enumerate(symbols)}


def perturbation_reading(
    values: Sequence[Number], error: Number, measured: Propagator, checks: tuple[str, ...] = ()
) -> Reading:
    """`values` read off a measured propagator, with the record of the steady state that was perturbed."""
    state = measured.response.state
    method = (
        f"steady state by {state.method}; perturbed by 10^-{measured.digits + 4}, one step of the full "
        f"map for each of two independent perturbations"
    )
    reading = state_reading(state, values, error, method, (*measured.response.checks, *checks))
    return replace(reading, sites=measured.lattice.shape)
