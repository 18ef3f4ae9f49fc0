"""How a small perturbation of wavenumber q changes in a step: the propagator, eigenvalues, rates and times."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import sympy as sp

from analytics.evaluation.mpmath_types import Number
from analytics.expressions.notation import I0, F, decay, eigenvalue, relaxation
from numerics.engines.numbers import complex_out, real_out
from numerics.engines.precision import GUARD, MARGIN, MOST_DIGITS, sharpened
from numerics.observables.ongoing import (
    activity_at,
    forced_with_wavenumber,
    perturbation_reading,
    perturbation_settings,
    uniform_with_wavenumber,
    wavevector_at,
)
from numerics.observables.record import Observable, Reading, Request
from numerics.perturbations.propagator import Propagator, propagator
from numerics.perturbations.spectrum import Spectrum, spectrum

POWERS = 8
"""Power of a weak input down to which an entry of the propagator is told from 0."""


def _propagator(request: Request) -> Reading:
    activity, wavevector = activity_at(request), wavevector_at(request)

    def compute(carried: int, before: Propagator | None) -> Propagator:
        start = before.response if before else None
        return propagator(activity, wavevector, digits=carried, start=start)

    def needed(found: Propagator, carried: int) -> int:
        """An entry within its noise is looked for down to a power of the input, and 0 if it is not seen there."""
        smallest, context = min(abs(entry) for entry in found.entries), found.context
        if smallest <= found.noise:
            return reach
        return request.digits + int(context.ceil(context.log10(found.noise / smallest))) + found.digits

    drive = min(abs(value) for symbol, value in request.point.items() if symbol in (F, I0))
    reach = min(request.digits + POWERS * max(0, -int(sp.log(drive, 10).evalf(15)) + 1), MOST_DIGITS)
    found = sharpened("propagator of a perturbation", compute, needed, request.digits + GUARD)
    context = found.context
    seen = [entry if abs(entry) > found.noise else context.zero for entry in found.entries]
    values = [complex_out(context.mpc(entry)._mpc_) for entry in seen]
    size = min((abs(entry) for entry in seen if entry), default=context.one)
    return perturbation_reading(values, real_out(found.noise / size), found)


def _spectrum(request: Request, *, of_rates: bool, values: Callable[[Spectrum], list[Number]]) -> Reading:
    digits = request.digits
    found = spectrum(activity_at(request), wavevector_at(request), digits=digits, of_rates=of_rates)
    error = found.propagator.context.mpf(10) ** -(digits + MARGIN)
    return perturbation_reading(values(found), real_out(error), found.propagator, (found.nearness,))


def _eigenvalues(found: Spectrum) -> list[Number]:
    context = found.propagator.context
    return [complex_out(context.mpc(value)._mpc_) for value in found.eigenvalues]


def _decay_rates(found: Spectrum) -> list[Number]:
    return [real_out(rate) for rate in found.rates]


def _relaxation_times(found: Spectrum) -> list[Number]:
    return [real_out(1 / rate) for rate in found.rates]


_of_perturbation = partial(
    Observable,
    parameters=uniform_with_wavenumber,
    forced=forced_with_wavenumber,
    settings=perturbation_settings,
)

OBSERVABLES = (
    _of_perturbation(
        name="propagator",
        symbol=sp.Symbol("M"),
        meaning=(
            "M11, M12, M21, M22: one step of (alpha, beta) for the state perturbed by alpha e^(i q.x) + "
            "conj(beta) e^(-i q.x), in its frame, phases counted such that the pre-activation is real"
        ),
        measure=_propagator,
    ),
    _of_perturbation(
        name="eigenvalues",
        symbol=eigenvalue,
        meaning=(
            "factors by which a small perturbation alpha e^(i q.x) + conj(beta) e^(-i q.x) of the steady state "
            "grows in a step, the slower first; where both decay equally, w (C + sqrt(C^2 - |det|)) first, C >= 0"
        ),
        measure=partial(_spectrum, of_rates=False, values=_eigenvalues),
    ),
    _of_perturbation(
        name="decay_rate",
        symbol=decay,
        meaning="-ln|lambda| of both factors lambda by which a perturbation grows in a step, the slower first",
        unit="1/step",
        measure=partial(_spectrum, of_rates=True, values=_decay_rates),
    ),
    _of_perturbation(
        name="relaxation_time",
        symbol=relaxation,
        meaning="steps in which a perturbation falls by a factor e, for both of its eigenvalues, slower first",
        unit="steps",
        measure=partial(_spectrum, of_rates=True, values=_relaxation_times),
    ),
)
