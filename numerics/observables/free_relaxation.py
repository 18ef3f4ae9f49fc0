"""The modulus of a plane wave that is left alone for n steps."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from analytics.errors import ParameterError
from analytics.evaluation.mpmath_types import Number
from analytics.expressions.notation import R0, R, n, r
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.choice import create_engine
from numerics.engines.numbers import real_out
from numerics.engines.precision import carried_digits, require_small
from numerics.engines.protocol import Scalar
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.map import LatticeMap
from numerics.observables.ongoing import carrier_at
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.steady_states.plane_wave import read_plane_wave

WAVENUMBER = sp.pi / 4
"""Along each axis, unless one is given."""

GUARD = 8
"""Digits carried beyond those asked for, and one for each decade of the most steps."""

WATCHED = 16
"""Steps for which the whole lattice is iterated, and compared with one site of the wave."""

MOST_STEPS = 20_000_000
"""Iterations that are undertaken: some minutes."""


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return (
        Parameter(R0, "modulus of the wave at the start", "", sp.Interval.open(0, sp.oo)),
        Parameter(n, "time", "steps", sp.S.Naturals0),
        *(
            Parameter(
                symbol, "wavenumber of the wave, a fraction of 2 pi", "rad/site", sp.S.Reals, WAVENUMBER
            )
            for symbol in network.kernel.wavenumbers
        ),
    )


def _measure(request: Request) -> Reading:
    """Iterate the map without input.

    A plane wave stays one, U multiplying it by a number of modulus 1, and phi commutes with phases: so
    |Z| = phi(|Z|) at every site. Some steps of the whole lattice show that this is so, and how exactly; then
    one site of the wave is iterated in its place, in the frame that turns along.
    """
    network, digits, engine = request.network, request.digits, request.engine
    steps = int(request.point[n])
    if steps > MOST_STEPS:
        raise ParameterError(
            "measuring free_relaxation",
            f"every step is simulated, at most {MOST_STEPS}",
            f"n = {steps}",
            "Choose a smaller n, or ask the law.",
        )
    wavevector = carrier_at(request)
    lattice = commensurate_lattice(network, (wavevector,))
    whole = lattice.map(engine, carried_digits(engine, digits, GUARD + len(str(MOST_STEPS))))
    context, indices = whole.engine.context, lattice.indices(wavevector)
    wave = whole.engine.plane_wave(indices)
    gain = abs(whole.engine.inner(wave, whole.convolve(wave))) / lattice.sites
    start = whole.engine.number(request.point[R0])
    watched = min(steps, WATCHED)
    state = whole.engine.combine([start], [wave])
    for _ in range(watched):
        state = whole.step(state, whole.zero())
    seen = read_plane_wave(whole.engine, state, indices, digits=digits + 2)
    early, late = (_one_site(whole, request.point[R0], passed) for passed in (watched, steps))
    miss = abs(early - context.convert(seen.amplitude)) / early + steps * abs(gain - 1)
    tolerance = context.mpf(10) ** -(digits + 2)
    remedy = "One site of the wave must move like the lattice."
    require_small("measuring free_relaxation", remedy, miss, tolerance, watched)
    return Reading(
        values=(real_out(late),),
        error=real_out(max(miss, context.mpf(10) ** -(digits + GUARD))),
        sites=lattice.shape,
        method=(
            f"{watched} steps of the map on the lattice, {steps} on one site of the wave, which the kernel was "
            f"seen to multiply by a number of modulus 1 to {context.nstr(abs(gain - 1), 2)}"
        ),
        iterations=steps,
        residual=real_out(miss),
        tolerance=real_out(tolerance),
        checks=(seen.check, f"one site and the lattice agree to a relative {context.nstr(miss, 2)}"),
    )


def _one_site(whole: LatticeMap, start: sp.Expr, steps: int) -> Scalar:
    """|Z| after so many steps, on a single site in its frame."""
    engine = whole.engine
    (state,) = _state_of_one_site(whole.lattice.network, start, engine.name, engine.digits, steps)
    return abs(engine.context.convert(state))


def _state_of_one_site(
    network: Network, start: sp.Expr, engine: str, digits: int, steps: int
) -> tuple[Number, ...]:
    """Z of a single site after `steps` steps from `start`, on from the last power of two on the way."""
    single = create_engine(engine, (1,) * network.dimension, digits)
    if steps == 0:
        return single.values(single.vector([start]))
    passed = 1 << (steps - 1).bit_length() - 1 if steps > 1 else 0
    state = single.vector(_passed_state(network, start, engine, digits, passed))
    phi = single.pointwise(network.activation.profile, network.activation.slope(r)).value
    for _ in range(steps - passed):
        state = phi(state)
    return single.values(state)


_passed_state = lru_cache(maxsize=64)(_state_of_one_site)
"""The same, kept: a longer run passes where a shorter one ended."""


def _settings(network: Network) -> tuple[Setting, ...]:
    q = sp.Rational
    points = ((q(1, 2), 1), (q(1, 10), 30), (q(1, 10**6), 1000), (q(9, 10), 3000), (q(5), 100))
    return tuple({"R0": modulus, "n": sp.Integer(steps)} for modulus, steps in points)


OBSERVABLES = (
    Observable(
        name="free_relaxation",
        symbol=R,
        meaning="modulus after n steps without input of a plane wave of modulus R0",
        parameters=_parameters,
        measure=_measure,
        settings=_settings,
    ),
)
