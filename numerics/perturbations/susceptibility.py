"""The response of the ongoing activity to a weak input of one wavenumber and frequency.

The input is changed by alpha_in e^(i (q.x + Omega n)) + conj(beta_in) e^(-i (q.x + Omega n)), and the state
answers by the same with (alpha, beta) = chi (alpha_in, beta_in), phases counted in the frame of
`numerics.perturbations.perturbed_state`: those of the state from the state's, those of the input from the
pre-activation's.

By simulation: both components are driven, the full map is iterated until nothing changes any more, and the
state is projected on both waves. That takes a time of digits / rate; where this is not affordable the
periodic response is solved for, (e^(i Omega) - M)^(-1) D, from the matrices M and D of one simulated step
(`numerics.perturbations.propagator`), which is the same but for the nonlinearity of the response to a weak input.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import sympy as sp

from numerics.engines.numbers import phase_factor
from numerics.engines.precision import GUARD, MARGIN, sharpened
from numerics.engines.protocol import Scalar
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.propagator import DrivenPropagator, driven_propagator, perturbed_state
from numerics.perturbations.real_linear import Matrix, turned, vector_parts
from numerics.perturbations.spectrum import analyse
from numerics.steady_states.response import Response

AFFORDABLE = 20_000
"""Sites times steps of a simulation; beyond, the linear equation is solved."""


@dataclass(frozen=True, slots=True)
class Susceptibility:
    """chi row by row; error: its estimated relative error; steps: of the full map, 0 where none were simulated.

    measured: M and D. response: the steady state.
    """

    entries: Matrix
    error: Scalar
    measured: DrivenPropagator
    response: Response
    steps: int = 0


def measured_susceptibility(
    activity: Activity,
    wavevector: tuple[sp.Expr, ...],
    frequency: sp.Expr,
    *,
    digits: int,
    affordable: int = AFFORDABLE,
) -> Susceptibility:
    """chi(q, Omega), each entry to `digits` digits; by simulation where that is `affordable`."""

    def compute(carried: int, before: Susceptibility | None) -> Susceptibility:
        start = before.response if before else None
        state = perturbed_state(activity, wavevector, digits=carried, start=start)
        return _solved(driven_propagator(state, wavevector), frequency)

    def needed(found: Susceptibility, carried: int) -> int:
        context = found.measured.context
        return carried + int(context.ceil(context.log10(found.error))) + digits + MARGIN

    found = sharpened("susceptibility", compute, needed, digits + GUARD)
    measured = found.measured
    rate = min(analyse(measured).rates)
    steps = ceil(1.1 * measured.digits * measured.context.ln10 / rate) if rate > 0 else affordable
    if steps * measured.lattice.sites < affordable:
        return _simulated(activity, found, wavevector, frequency, steps)
    return found


def _solved(measured: DrivenPropagator, frequency: sp.Expr) -> Susceptibility:
    """(e^(i Omega) - M)^(-1) D, and the relative error that those of M and D bring."""
    context = measured.context
    m11, m12, m21, m22 = measured.entries
    d11, d12, d21, d22 = measured.answers
    turn = phase_factor(context, frequency)
    a, b, c, d = turn - m22, m12, m21, turn - m11
    determinant = a * d - b * c
    entries = (
        (a * d11 + b * d21) / determinant,
        (a * d12 + b * d22) / determinant,
        (c * d11 + d * d21) / determinant,
        (c * d12 + d * d22) / determinant,
    )
    size = max(abs(value) for value in (a, b, c, d))
    smallest = min(abs(value) for value in entries)
    reach = max(context.one, *(abs(value) for value in measured.answers))
    noise = 4 * (measured.noise + context.mpf(10) ** -measured.digits)
    error = noise * size * (1 / abs(determinant) + reach / abs(determinant * smallest or noise**2))
    return Susceptibility(entries, error, measured, measured.response)


def _simulated(
    activity: Activity, found: Susceptibility, wavevector: tuple[sp.Expr, ...], frequency: sp.Expr, steps: int
) -> Susceptibility:
    """Drive both components, each with two phases, and read the periodic response off the last step."""
    lattice, response = found.measured.lattice, found.response
    state = PerturbedState(activity, lattice, found.measured.digits, start=response, settled=True)
    ahead = lattice.indices(wavevector)
    behind = lattice.opposite(ahead)
    turn, conjugate = phase_factor(state.context, frequency), state.context.conj
    (chi11, back21), (back22, chi12) = (
        _periodic(state, wave, opposite, spin, steps)
        for wave, opposite, spin in ((ahead, behind, turn), (behind, ahead, conjugate(turn)))
    )
    entries = (chi11, chi12, conjugate(back21), conjugate(back22))
    return replace(found, entries=entries, response=state.response, steps=4 * steps)


def _periodic(
    state: PerturbedState, wave: tuple[int, ...], opposite: tuple[int, ...], spin: Scalar, steps: int
) -> tuple[Scalar, Scalar]:
    """(p, r) of the response p s e^(i q.x) spin^n + r conj(s) e^(-i q.x) spin^-n to s e^(i q.x) spin^n.

    Two phases s = 1 and s = i tell both apart, also where the two waves or the two turns are the same.
    """
    pattern, last = state.wave(wave), spin**steps
    (_, one), (_, other) = (
        state.driven(change, spin, steps) for change in (pattern, turned(state.engine, pattern))
    )
    along, against = vector_parts(state.engine, one, other)
    return state.component(along, wave) / last, state.component(against, opposite) * last
