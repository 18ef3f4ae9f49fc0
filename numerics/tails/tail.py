"""The tail that a weak drive of one site leaves: its complex wavenumbers, by the most direct way that can be afforded.

The response of a ring to a drive of one site is a sum of exponentials e^(i q x), infinitely many: the kernel's
frequency counts modulo 2 pi, so that waves answer in every branch, most of them damped within a few sites.
A fit of `order` exponentials therefore begins at a distance where the next one has died out to the digits
asked for, and is made twice, one site apart: what changes is the error estimate.

1. "simulated": the full nonlinear map on a ring, iterated until the response is periodic, then the fit.
2. "linearized ring": the ring's response solved in the frequency domain from the taps of one simulated step,
   then the fit.
3. "linearized, no ring": the waves of the difference equation of these taps (`numerics.tails.damped_waves`).

The first way that takes no longer than about a second is chosen; the third is always possible. A rough solution of
the third kind says how long the ring and the simulation have to be, and where the fit begins. What is left at the
far side of the ring is measured.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log10, prod

import sympy as sp

from analytics.errors import ConvergenceError
from analytics.evaluation.mpmath_types import Context
from numerics.engines.precision import MARGIN, require_small
from numerics.perturbations.perturbed_state import Activity
from numerics.steady_states.plane_wave import PlaneWave
from numerics.tails.damped_waves import DampedWaves, measured_waves
from numerics.tails.exponential_fit import by_damping, prony
from numerics.tails.in_doubles import tail_in_doubles
from numerics.tails.plan import ENDLESS, Plan, planned
from numerics.tails.record import Tail, wrap_around
from numerics.tails.site_drive import Profile, simulated, solved
from numerics.tails.taps import line_lattice, measured_taps

FIT_GUARD = 4
"""Digits beyond those asked for that the fit, the wrap-around and the settling are held to."""

ROUGH = 3
"""Digits of the damping in the plan."""

FOLLOWED = 4
"""Waves that the plan knows, at least."""

FEW_ROUNDS = 4
"""Rounds of more digits in which these waves must be found: a ring on which they are not told apart is not worth it."""

SLACK = (1.0, 1.3, 1.7)
"""Factors by which distances and digits of the plan are widened where the fit does not hold what it should."""

AFFORDABLE = {"simulated": 150_000, "linearized ring": 8192}
"""Sites times steps of a simulation; sites of a ring that is solved."""

LONGEST_RING = 1 << 16
"""Sites of a ring that is built when it is asked for."""

WEAKEST = 8
"""An input below 10^-WEAKEST is measured without a ring, which would be too long."""


def measured_tail(
    activity: Activity,
    frequency: sp.Expr,
    *,
    digits: int,
    count: int,
    of_damping: bool,
    method: str | None = None,
) -> Tail:
    """The first `count` wavenumbers with `digits` digits of q, or of Im q if `of_damping`.

    method: one of the three, chosen by cost if None. The engine "double" solves the ring in double precision.
    Raises ConvergenceError, PrecisionError where the digits are not reached.
    """
    failure = ConvergenceError(
        "tail of a driven site",
        "Do without a ring.",
        residual="a longer ring",
        tolerance=f"{LONGEST_RING} sites",
        iterations=0,
    )
    if activity.engine == "double":
        return tail_in_doubles(activity, frequency, digits, count)
    for plan in _plans(activity, frequency, digits, count, method):
        chosen = method or _affordable(activity, plan)
        if chosen not in EXPERIMENTS or plan.length > LONGEST_RING:
            break
        try:
            return EXPERIMENTS[chosen](activity, frequency, plan, digits, count)
        except ConvergenceError as error:
            failure = error
    if method in EXPERIMENTS:
        raise failure
    waves = measured_waves(activity, frequency, digits=digits, count=count, of_damping=of_damping)
    return linearized_tail(waves, digits, count)


def _plans(activity: Activity, frequency: sp.Expr, digits: int, count: int, method: str | None) -> list[Plan]:
    """Plans of a measurement on a ring, each with wider distances than the one before.

    There is none where the input is so weak that a ring would be too long, and where the waves that the fit must
    wait for are not found.
    """
    if method not in EXPERIMENTS and activity.drive.smallness > WEAKEST:
        return []
    try:
        rough = measured_waves(
            activity,
            frequency,
            digits=ROUGH,
            count=max(FOLLOWED, count + 2),
            of_damping=True,
            rounds=FEW_ROUNDS,
        )
    except ConvergenceError:  # of waves damped more than those that are asked for
        if method in EXPERIMENTS:
            raise
        return []
    plan = planned(activity.network, rough, digits + FIT_GUARD, count)
    return [plan.widened(slack) for slack in SLACK] if plan else []


def _affordable(activity: Activity, plan: Plan) -> str:
    sites = prod(line_lattice(activity, plan.length).shape) if plan.length < 10**5 else ENDLESS
    if 2 * plan.steps * sites <= AFFORDABLE["simulated"]:
        return "simulated"
    return "linearized ring" if plan.length <= AFFORDABLE["linearized ring"] else "linearized, no ring"


def _simulated_tail(activity: Activity, frequency: sp.Expr, plan: Plan, digits: int, count: int) -> Tail:
    profile, state = simulated(activity, frequency, length=plan.length, steps=plan.steps, digits=plan.digits)
    context = state.context
    unsettled, allowed = context.convert(profile.unsettled), context.mpf(10) ** (-plan.digits + 1)
    require_small("tail of a driven site", "Choose a stronger background.", unsettled, allowed, plan.steps)
    method = (
        f"simulated: one site driven by 10^-{plan.digits + 4}, in two phases, for {plan.steps} steps of the "
        "full map each"
    )
    tail = _fitted(context, profile, plan, digits, count, state.response.wave, method, profile.steps)
    settled = f"settled: the last step changes the response by {context.nstr(unsettled, 2)} of its largest"
    return replace(tail, checks=(*tail.checks, settled))


def _ring_tail(activity: Activity, frequency: sp.Expr, plan: Plan, digits: int, count: int) -> Tail:
    resonant = ceil(log10(max(plan.steps, 1)))  # digits that small denominators cost: of the response's time
    taps = measured_taps(activity, digits=plan.digits + resonant)
    profile = solved(taps, frequency, 1 << max(plan.length, 2 * taps.reach + 1).bit_length())
    method = (
        "linearized ring: one site of the steady state perturbed, one step of the full map, the response to "
        "a driven site solved in the frequency domain"
    )
    wave, iterations = taps.response.wave, taps.response.state.iterations
    return _fitted(taps.context, profile, plan, digits, count, wave, method, iterations)


EXPERIMENTS = {"simulated": _simulated_tail, "linearized ring": _ring_tail}


def _fitted(
    context: Context,
    profile: Profile,
    plan: Plan,
    digits: int,
    count: int,
    wave: PlaneWave,
    method: str,
    iterations: int,
) -> Tail:
    """The fit in two windows, one site apart, and what comes round the ring.

    wave: what the steady state was seen to be; method: how its response was found, in words.
    """
    here, shifted = (
        by_damping(context, prony(context, profile.values[first:], plan.order), digits // 2)[:count]
        for first in (plan.first, plan.first + 1)
    )
    moved = max(abs(a - b) / abs(a.imag) for a, b in zip(here, shifted))
    wrapped = wrap_around(context, profile.values, plan.last)
    error = moved + wrapped
    tolerance = context.mpf(10) ** -digits
    remedy = "Ask for fewer digits, or use an engine of more."
    require_small("fit of exponentials to the tail", remedy, error, tolerance)
    return Tail(
        wavenumbers=shifted,
        error=error,
        residual=moved,
        tolerance=tolerance,
        sites=profile.sites,
        method=f"{method}; {plan.order} exponentials fitted from x = {plan.first}",
        iterations=iterations,
        checks=(
            wave.check,
            f"fit shifted by a site: relative change {context.nstr(moved, 2)}",
            f"wrap-around below {context.nstr(wrapped, 2)} of the tail at x = {plan.last}",
        ),
        context=context,
    )


def linearized_tail(waves: DampedWaves, digits: int, count: int) -> Tail:
    """The waves of the linearized lattice, with the record of what was simulated for them."""
    taps, chosen = waves.taps, waves.right[:count]
    state = taps.response.state
    context = taps.context
    return Tail(
        wavenumbers=tuple(wave.wavenumber for wave in chosen),
        error=max(wave.error / wave.damping for wave in chosen),
        residual=context.mpf(10) ** -taps.digits,
        tolerance=context.mpf(10) ** -(digits + MARGIN),
        sites=taps.sites,
        method=(
            f"linearized, no ring: steady state by {state.method}; one site perturbed by 10^-{taps.digits + 4}, "
            "one step of the full map; wavenumbers at which the difference equation of these taps has the frequency"
        ),
        iterations=state.iterations,
        checks=(taps.response.wave.check, f"taps beyond {taps.reach} sites are below 10^-{taps.digits}"),
        context=context,
    )
