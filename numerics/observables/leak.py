"""What leaks out of a driven stretch of a ring into sites without input: its modulus, and how its phase turns.

Where a profile falls off as a power of the distance, the distance is counted from an origin that lies somewhere inside
the driven stretch. Each site has its own: that of the power that touches the profile there, at the site and its two
neighbours. So a value at the distance x is read between the two sites whose origins are the nearest to x away.
"""

from __future__ import annotations

from functools import partial

import sympy as sp

from analytics.errors import ParameterError
from analytics.evaluation.contexts import kept_context
from analytics.evaluation.mpmath_types import Context, Number
from analytics.evaluation.values import value_at
from analytics.expressions.notation import I0, R, distance, gap
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import real_out
from numerics.observables.record import Approach, Observable, Reading, Request, Setting, state_reading
from numerics.steady_states.driven_stretch import Profile, leaking_profile
from numerics.steady_states.touching_power import TouchingPower, read_off, touching_power

phase_slope = sp.Symbol("theta_x", real=True)
"""d theta/dx of what leaks out, in rad/site."""

GAP_OF_EVEN, GAP_OF_ODD = 1512, 2100
"""Sites without input beside the driven stretch, unless said otherwise. The far side of an even kernel's ring is felt
all the way, and that is tuned away the better the farther it is, twice as far for p > 2; an odd kernel carries nothing
back. An even ring has then 3072 sites, of which a transform is quick, as it is of 4096 and 8192."""

GUARD = 10
"""Digits of the state beyond those asked for: second differences of ln|Z| take four or five at x = 256."""

STEP = 10
"""The digits of a state are a multiple of this, so that few rings serve for many distances."""

NEAREST = 6
"""Sites beside the stretch that are not read: what its end stirs up beyond the profile falls off as e^(-3n)."""

AROUND = 6
"""Touching powers that a value is interpolated between."""

EVEN = Approach(
    inputs=tuple(sp.Integer(12) * 2**power for power in range(4)),
    corrections=(2, 4),
    close=tuple(map(sp.Integer, (16, 18, 20, 23, 26, 30, 34, 40, 46))),
    setting={"gap": sp.Integer(4072)},
    nearer={"gap": sp.Integer(2024)},
    least=8,
    variable="x",
    settles=False,
)
"""With an even kernel corrections have even powers of 1/x alone, for the profile on the other side is the same. What
its far side leaves, as x^(7/2) for p = 2 and as x^(5/2) for p = 4, ends an exponent at some 9 digits."""

ODD = Approach(
    inputs=tuple(sp.Integer(32) * 2**power for power in range(5)),
    corrections=(1, 2, 3),
    close=tuple(map(sp.Integer, (32, 38, 46, 55, 66, 79, 95, 114, 137, 165, 198, 237, 285, 342))),
    variable="x",
    settles=False,
)
"""So far out that a second term off by 3e-6 shows, which is larger than the remainder by one power of x alone."""


def _is_even(network: Network) -> bool:
    return bool(network.kernel.odd_part(network.kernel.wavenumbers) == 0)


def _gap(network: Network) -> int:
    if not _is_even(network):
        return GAP_OF_ODD
    return GAP_OF_EVEN if network.activation.order == 2 else 2 * GAP_OF_EVEN


def _parameters(network: Network) -> tuple[Parameter, ...]:
    return (
        Parameter(I0, "uniform input of the driven stretch", "", sp.Interval.open(0, sp.oo)),
        Parameter(distance, "distance from the origin of the profile", "sites", sp.Interval.open(0, sp.oo)),
        Parameter(
            gap,
            "sites without input beside the stretch, up to the far side of the ring",
            "sites",
            sp.Range(64, 2**20),
            sp.Integer(_gap(network)),
        ),
    )


def _measure(request: Request, *, turns: bool) -> Reading:
    """Touch the profile at the sites around x, and interpolate.

    turns: read w/x, the slope of the phase, in place of the modulus.
    """
    network, point, digits, engine = request.network, request.point, request.digits, request.engine
    carried = digits + GUARD
    if engine != "double":  # which has no digits to spare
        carried += -carried % STEP
    profile = leaking_profile(network, point[I0], int(point[gap]), carried, engine)
    context = kept_context(digits + 2 * GUARD)
    at = context.convert(value_at(point[distance], {}, digits + 2 * GUARD))
    place, powers = _around(context, profile, at)
    modulus, turning = read_off(context, powers, at)
    state, origin = profile.state, powers[AROUND // 2].distance - place
    largest = max(abs(value) for value in state.state)
    error = state.error * largest / powers[-1].modulus * at**2
    slope = turning / at if abs(turning / at) > context.convert(error) else context.zero  # none is seen
    far = f", its far side by {profile.far_input}" if profile.far_input else ""
    return state_reading(
        state,
        (real_out(slope if turns else modulus),),
        real_out(context.convert(error)),
        f"{state.method}, of a ring with a stretch driven by {point[I0]}{far}; read beside site {place} outside it",
        (f"the origin of the power touching there lies {context.nstr(origin, 6)} sites inside the stretch",),
    )


def _around(context: Context, profile: Profile, at: Number) -> tuple[int, tuple[TouchingPower, ...]]:
    """A site outside, counted from 1, whose touching power has an origin just more than `at` away, and those around it.

    Raises ParameterError where sites are needed that are next to the stretch, or a quarter of the way to the far side.
    """
    outside, half = profile.outside, AROUND // 2
    found: dict[int, TouchingPower] = {}
    last = len(outside) // 4

    def touching(site: int) -> TouchingPower:
        if site not in found:
            found[site] = touching_power(context, outside[site - 2 : site + 1], 1)
        return found[site]

    site = min(max(int(at), NEAREST + half), last)
    for _ in range(len(outside)):
        if not NEAREST + half <= site <= last - half:
            break
        if touching(site).distance < at:
            site += 1
        elif touching(site - 1).distance >= at:
            site -= 1
        else:
            return site, tuple(touching(n) for n in range(site - half, site + half))
    first = touching(NEAREST + half).distance
    raise ParameterError(
        "measuring static_leak",
        f"the profile is read at distances x from {context.nstr(first, 4)} sites to {last - half} or so, "
        "a quarter of the way to the far side",
        context.nstr(at, 6),
        "Choose another x, or a larger gap.",
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    """Two distances on the usual ring, one on a short one."""
    q = sp.Rational
    return (
        {"I0": sp.S.One, "x": sp.Integer(24)},
        {"I0": sp.S.One, "x": q(61, 2)},
        {"I0": sp.S.One, "x": sp.Integer(20), "gap": sp.Integer(160)},
    )


def _approach(network: Network) -> Approach:
    return EVEN if _is_even(network) else ODD


OBSERVABLES = (
    Observable(
        name="static_leak",
        symbol=R,
        meaning="|Z| in the steady state of a ring, x sites from the origin of the profile beside a driven stretch",
        parameters=_parameters,
        measure=partial(_measure, turns=False),
        settings=_settings,
        approach=_approach,
    ),
    Observable(
        name="leak_phase_slope",
        symbol=phase_slope,
        meaning="slope of arg Z in the steady state of a ring, x sites from the origin of the profile beside a "
        "driven stretch",
        unit="rad/site",
        parameters=_parameters,
        measure=partial(_measure, turns=True),
        settings=_settings,
        approach=_approach,
    ),
)
