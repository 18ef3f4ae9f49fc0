"""What the observables on ongoing activity share: its parameters, points of their domain, the reading.

The ongoing activity is the steady response to a uniform background I0, or to one oscillation F, delta, k.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from analytics.expressions.notation import I0, F, delta, perturbation_wavenumbers, start
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Background, Oscillation
from numerics.observables.forcing import START, bistable_settings, forcing_parameters
from numerics.observables.record import Reading, Setting
from numerics.perturbations.perturbed_state import Activity
from numerics.perturbations.propagator import Propagator
from numerics.steady_states.response import Response, response

UNIFORM = Parameter(I0, "amplitude of the uniform background input", "", sp.Interval.open(0, sp.oo))

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


def uniform_with_wavenumber(network: Network) -> tuple[Parameter, ...]:
    return (*uniform_parameters(network), *wavenumber_parameters(network))


def forced_with_wavenumber(network: Network) -> tuple[Parameter, ...]:
    return (*forced_parameters(network), *wavenumber_parameters(network))


def activity_at(network: Network, point: Mapping[sp.Symbol, sp.Expr]) -> Activity:
    """The ongoing activity that a point stands for."""
    if F in point:
        carrier = tuple(point[symbol] for symbol in network.kernel.wavenumbers)
        return Activity(Oscillation(point[F], carrier, detuning=point[delta]), carrier, point[start])
    return Activity(Background(point[I0]), (sp.S.Zero,) * network.dimension, point[start])


def steady_response(
    network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str
) -> Response:
    """The state of the ongoing activity on the smallest lattice that fits it; of one beside others it is seen
    whether the map comes to it."""
    activity = activity_at(network, point)
    return response(
        commensurate_lattice(network, (activity.carrier,)),
        activity.drive,
        activity.carrier,
        digits=digits,
        engine=engine,
        near=activity.near,
        watched=True,
    )


def wavevector_at(network: Network, point: Mapping[sp.Symbol, sp.Expr]) -> tuple[sp.Expr, ...]:
    return tuple(point[symbol] for symbol in perturbation_wavenumbers(network.dimension))


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


def with_wavenumbers(network: Network, settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Each setting at another perturbation: long, short, off the axes; then oscillations beside resonance at
    which perturbations turn too little to be underdamped, with and without a carrier; last, on both sides of the
    exceptional point of `MEETING`, and where there are several steady states."""
    q = sp.Rational
    turns = (q(1, 8), q(1, 2), q(1, 6), q(-1, 5), q(1, 4), q(3, 8), q(1, 3), q(0))
    symbols = perturbation_wavenumbers(network.dimension)
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
    values: Sequence[Any], error: Any, measured: Propagator, checks: tuple[str, ...] = ()
) -> Reading:
    """`values` read off a measured propagator, with the record of the steady state that was perturbed."""
    state = measured.response.state
    return Reading(
        value=values[0],
        others=tuple(values[1:]),
        error=error,
        sites=measured.lattice.shape,
        method=(
            f"steady state by {state.method}; perturbed by 10^-{measured.digits + 4}, one step of the full "
            f"map for each of two independent perturbations"
        ),
        iterations=state.iterations,
        residual=state.residual,
        tolerance=state.tolerance,
        checks=(*measured.response.checks, *checks),
    )
