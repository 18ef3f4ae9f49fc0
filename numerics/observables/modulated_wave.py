"""The wave that a probe sends along a slowly modulated background: its Floquet exponent on the simulated ring."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from analytics.errors import ParameterError
from analytics.evaluation.contexts import SPARE, kept_context, published
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import value_at
from analytics.expressions.notation import I0, F, Omega, delta, mean_wavenumber, sites_per_period
from analytics.expressions.parameter import Parameter
from analytics.network.modulation import place
from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.engines.precision import GUARD
from numerics.landscapes.floquet_wave import floquet_wave
from numerics.landscapes.landscape import Landscape
from numerics.lattice.map import Lattice
from numerics.observables.ongoing import PROBE
from numerics.observables.record import Approach, Observable, Reading, Request, Setting
from numerics.observables.tail import narrowness
from numerics.perturbations.propagator import refuse_double
from numerics.steady_states.steady_state import steady_state

OPERATION = "measuring modulated_wave"

LONGEST = 1 << 16
"""Sites of a period at most."""

STRENGTH = Parameter(I0, "amplitude of the background, times the modulation", "", sp.Interval.open(0, sp.oo))
FORCE = Parameter(F, "amplitude of the oscillation, times the modulation", "", sp.Interval.open(0, sp.oo))
DETUNING = Parameter(delta, "detuning of the oscillation from the kernel at k = 0", "rad/step", sp.S.Reals)
SITES = Parameter(sites_per_period, "sites over which the background repeats", "sites", sp.S.Naturals)

LENGTHS = Approach(
    tuple(sp.Integer(2) ** power for power in range(6, 11)), (1, 2, 3), variable="L", settles=False
)
"""Periods along which the order of a miss is seen. A wave in a medium of period 1 varies smoothly with 1/L."""

SAMPLES = 64
"""Places at which the mean of a modulation is taken, to scale a setting by it."""


def _shape(network: Network) -> sp.Expr:
    """p(s). Raises ParameterError for a network without a modulation."""
    if network.modulation is None:
        raise ParameterError(
            OPERATION, "the network must have a modulation", "none", 'Give modulation="1 + cos(2*pi*s)/2".'
        )
    return network.modulation


@lru_cache(maxsize=1 << 14)
def _shape_at(shape: sp.Expr, at: sp.Rational, digits: int) -> Number:
    """p(s), at places which all backgrounds of a verification share, and most of which longer periods have too."""
    return value_at(shape, {place: at}, digits)


def _landscape(request: Request, digits: int) -> Landscape:
    """I_0 p(x/L) at the L sites, standing, or turning with the oscillation."""
    network, point, shape = request.network, request.point, _shape(request.network)
    length = int(point[sites_per_period])
    if length > LONGEST:
        raise ParameterError(OPERATION, f"L is at most {LONGEST}", length, "Choose a shorter period.")
    strength = point[F] if F in point else point[I0]
    carried = digits + SPARE
    scale = kept_context(carried).convert(value_at(strength, {}, carried))
    places = (sp.Rational(site, length) for site in range(length))
    values = [published(scale * _shape_at(shape, at, carried), digits) for at in places]
    if F not in point:
        return Landscape(values)
    still = dict.fromkeys(network.kernel.wavenumbers, sp.S.Zero)
    drift = network.kernel.frequency(tuple(still.values())).xreplace(network.constants)
    return Landscape(values, frequency=drift + point[delta])


def _wave(request: Request) -> Reading:
    refuse_double(OPERATION, request.engine)
    network, digits = request.network, request.digits
    if network.dimension > 1:
        raise ParameterError(OPERATION, "a ring is needed", f"dimension {network.dimension}", "Choose 1.")
    carried = digits + 2 * GUARD
    landscape = _landscape(request, carried)
    engine = "auto" if request.engine == "ball" else request.engine  # which has one for many sites
    state = steady_state(Lattice(network, landscape.shape), landscape, digits=carried, engine=engine)
    wave = floquet_wave(state, request.point[Omega], digits=digits)
    return Reading(
        values=(complex_out(wave.context.mpc(wave.wavenumber)._mpc_),),
        error=real_out(wave.error),
        sites=landscape.shape,
        method=(
            f"steady state of one period by {state.method}; of its linearized map the wave of that frequency by "
            f"Newton's method in doubles, then {wave.iterations} corrections of full precision"
        ),
        iterations=state.iterations + wave.iterations,
        residual=real_out(wave.residual),
        tolerance=real_out(wave.tolerance),
        checks=("the wave, a factor e^(i q L) aside, repeats after a period",),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    """Strong backgrounds, which stand or turn, at a few frequencies of the probe.

    In a weak one the static length is long, and the order of a miss is that of 1/L only at periods much longer still.
    The strength is counted in the mean of the modulation, and in the narrowness of the kernel's band.
    """
    if network.modulation is None or network.dimension > 1 or network.kernel.band is not None:
        return ()
    q = sp.Rational
    places = ({place: sp.Rational(step, SAMPLES)} for step in range(SAMPLES))
    mean = sum(value_at(network.modulation, at, 15) for at in places) / SAMPLES
    scale = narrowness(network)
    unit = sp.Rational(f"{float(1 / mean):.2g}")
    standing = ((q(8), q(3, 10)), (q(2), q(0)), (q(4), q(1, 5)))
    turning = ((q(4), q(1, 10), q(1, 4)), (q(8), q(-1, 5), q(0)))
    periods = {"L": LENGTHS.inputs[0]}
    return (
        *({"I0": unit * size, "Omega": probe * scale, **periods} for size, probe in standing),
        *(
            {"F": unit * size, "delta": detuning * scale, "Omega": probe * scale, **periods}
            for size, detuning, probe in turning
        ),
    )


OBSERVABLES = (
    Observable(
        name="modulated_wave",
        symbol=mean_wavenumber,
        meaning=(
            "wavenumber per site, over a period of L sites, of the least damped wave of the frequency Omega towards "
            "larger x, on the steady state under the input I0 p(x/L), or F p(x/L) e^(i omega n): e^(i q L) is the "
            "factor of a period, and Re q in (-pi, pi] the mean phase from site to site, counted without jumps"
        ),
        unit="rad/site",
        parameters=lambda network: (STRENGTH, PROBE, SITES),
        forced=lambda network: (FORCE, DETUNING, PROBE, SITES),
        measure=_wave,
        settings=_settings,
        lasting=True,
        approach=lambda network: LENGTHS,
    ),
)
