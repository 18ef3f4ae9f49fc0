"""The activation, seen from outside: one step from rest under a uniform input, and its gains at the steady state."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import mpmath
import sympy as sp

from analytics.evaluation.mpmath_types import Number
from analytics.expressions.notation import P, R, r, radial, tangential
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import raw_parts, real_out
from numerics.engines.precision import GUARD, MARGIN, carried_digits, sharpened
from numerics.observables.ongoing import (
    activity_at,
    activity_settings,
    bistable_activity_settings,
    forced_parameters,
    perturbation_reading,
    uniform_parameters,
)
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.observables.root_finding import increasing_root
from numerics.perturbations.propagator import DrivenPropagator, driven_propagator, perturbed_state
from numerics.steady_states.single_step import SingleStep

DRIVE_GUARD = 8
"""Digits of a drive carried beyond those asked for and those that a nearly saturated output loses."""


def _input(network: Network) -> tuple[Parameter, ...]:
    return (Parameter(r, "uniform input from rest", "", sp.Interval.open(0, sp.oo)),)


def _response(request: Request) -> Reading:
    carried = carried_digits(request.engine, request.digits, GUARD)
    experiment = SingleStep(request.network, engine=request.engine, digits=carried)
    output = experiment.output(request.point[r])
    return Reading(
        values=(output.amplitude,),
        error=output.tolerance,
        sites=experiment.lattice.shape,
        method="one step of the map from rest",
        iterations=1,
        residual=output.spread,
        tolerance=output.tolerance,
        checks=(output.check,),
    )


def _inputs(network: Network) -> tuple[Setting, ...]:
    values = (sp.Rational(1, 10**12), sp.Rational(1, 1000), sp.Rational(1, 3), sp.Integer(1), sp.Integer(7))
    return tuple({"r": value} for value in values)


def _output(network: Network) -> tuple[Parameter, ...]:
    return (Parameter(R, "output after one step", "", sp.Interval.open(0, network.activation.saturation)),)


def _drive(request: Request) -> Reading:
    """The uniform input of a given output: the inverse activation, by search."""
    digits, output = request.digits, request.point[R]
    guard = DRIVE_GUARD + _digits_lost(request.network, output)
    carried = carried_digits(request.engine, digits, guard)
    experiment = SingleStep(request.network, engine=request.engine, digits=carried)
    context = experiment.map.engine.context
    target = experiment.map.engine.number(output)

    def excess(amplitude: Number) -> Number:
        return context.convert(experiment.output(amplitude).amplitude) / target - 1

    root = increasing_root(excess, target, digits=digits + MARGIN)
    tolerance = root.slope * root.position * context.mpf(10) ** -(digits + MARGIN)
    return Reading(
        values=(real_out(root.position),),
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


def _outputs(network: Network) -> tuple[Setting, ...]:
    fractions = (sp.Rational(1, 10**12), sp.Rational(1, 1000), sp.Rational(1, 3), sp.Rational(9, 10))
    nearly_saturated = sp.Rational(99999, 100000)
    return tuple({"R": network.activation.saturation * value} for value in (*fractions, nearly_saturated))


def _gain(request: Request, *, along: bool) -> Reading:
    """The gain of a uniform change of the input, relative to the carrier, along or across the pre-activation.

    In the frame the input changes by v, |v| small, and the next state by A v + B conj v: its gain is A + B
    along, where v is real, and A - B across.
    """
    activity, digits = activity_at(request), request.digits
    still = (sp.S.Zero,) * request.network.dimension

    def compute(carried: int, before: DrivenPropagator | None) -> DrivenPropagator:
        start = before.response if before else None
        state = perturbed_state(activity, still, digits=carried, start=start)
        return driven_propagator(state, still)

    def gain(found: DrivenPropagator) -> Number:
        linear, mixed, _, _ = found.answers
        return ((linear + mixed) if along else (linear - mixed)).real

    def lost(found: DrivenPropagator) -> int:
        size = abs(gain(found))
        return max(0, 1 - int(found.context.log10(size))) if size else found.digits

    found = sharpened(
        "gain at a steady state", compute, lambda found, _: digits + lost(found), digits + GUARD
    )
    error = found.context.mpf(10) ** (lost(found) - found.digits)
    reading = perturbation_reading([real_out(gain(found))], real_out(error), found)
    return replace(
        reading,
        method=reading.method.replace("two independent perturbations", "a change along and one across"),
    )


def _activities(network: Network) -> tuple[Setting, ...]:
    """Weak to strong activity, and where there are several steady states."""
    return (*activity_settings(network), *bistable_activity_settings(network))


_gain_observable = partial(
    Observable, parameters=uniform_parameters, forced=forced_parameters, settings=_activities
)

OBSERVABLES = (
    Observable(
        name="activation_response",
        symbol=R,
        meaning="|Z_1| after one step from rest under the uniform input r",
        parameters=_input,
        measure=_response,
        settings=_inputs,
    ),
    Observable(
        name="activation_drive",
        symbol=P,
        meaning="the uniform input that takes rest to |Z_1| = R in one step",
        parameters=_output,
        measure=_drive,
        settings=_outputs,
    ),
    _gain_observable(
        name="radial_gain",
        symbol=radial,
        meaning="gain of one step for a small change of the input along the pre-activation, at the steady state",
        measure=partial(_gain, along=True),
    ),
    _gain_observable(
        name="tangential_gain",
        symbol=tangential,
        meaning="gain of one step for a small change of the input across the pre-activation, at the steady state",
        measure=partial(_gain, along=False),
    ),
)
