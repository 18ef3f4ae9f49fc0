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

from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import sympy as sp

from analytics.errors import ConvergenceError
from analytics.network.network import Network
from numerics.engines import Scalar
from numerics.engines.numbers import phase_factor
from numerics.lattice.commensurate import commensurate_lattice
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.propagator import DrivenPropagator, driven_propagator, perturbed_state
from numerics.perturbations.real_linear import Matrix, turned, vector_parts
from numerics.perturbations.spectrum import analyse
from numerics.steady_states.response import Response

GUARD = 6
"""Digits beyond those asked for and those lost at resonance."""

MARGIN = 2
"""The estimated error has to be this many digits below the last one wanted."""

AFFORDABLE = 20_000
"""Sites times steps of a simulation; beyond, the linear equation is solved."""

MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Susceptibility:
    """chi row by row; error: its estimated relative error; steps: of the full map."""

    entries: Matrix
    error: Scalar
    simulated: bool
    steps: int
    sites: tuple[int, ...]
    response: Response
    context: Any


def measured_susceptibility(
    network: Network,
    activity: Activity,
    wavevector: tuple[sp.Expr, ...],
    frequency: sp.Expr,
    *,
    digits: int,
    engine: str,
    affordable: int = AFFORDABLE,
) -> Susceptibility:
    """chi(q, Omega), each entry to `digits` digits; by simulation where that is `affordable`."""
    carried, start = digits + GUARD, None
    for _ in range(MOST_ROUNDS):
        state = perturbed_state(network, activity, wavevector, digits=carried, engine=engine, start=start)
        measured = driven_propagator(state, wavevector)
        entries, error = _solved(measured, frequency)
        lacking = int(measured.context.ceil(measured.context.log10(error))) + digits + MARGIN
        if lacking <= 0:
            break
        carried, start = carried + lacking + GUARD, measured.response
    else:
        raise ConvergenceError(
            "susceptibility",
            "Ask for fewer digits.",
            residual=measured.context.nstr(error, 3),
            tolerance=f"10^-{digits}",
            iterations=MOST_ROUNDS,
        )
    rate = min(analyse(measured).rates)
    steps = ceil(1.1 * carried * measured.context.ln10 / rate) if rate > 0 else affordable
    if steps * prod(measured.lattice.shape) < affordable:
        return _simulated(network, activity, wavevector, frequency, carried, steps, measured, error)
    return Susceptibility(
        entries, error, False, 0, measured.lattice.shape, measured.response, measured.context
    )


def _solved(measured: DrivenPropagator, frequency: sp.Expr) -> tuple[Matrix, Scalar]:
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
    reach = max(1, *(abs(value) for value in measured.answers))
    noise = 4 * (measured.noise + context.mpf(10) ** -measured.digits)
    error = noise * size * (1 / abs(determinant) + reach / abs(determinant * smallest or noise**2))
    return entries, error


def _simulated(
    network: Network,
    activity: Activity,
    wavevector: tuple[sp.Expr, ...],
    frequency: sp.Expr,
    digits: int,
    steps: int,
    measured: DrivenPropagator,
    error: Scalar,
) -> Susceptibility:
    """Drive both components, each with two phases, and read the periodic response off the last step."""
    lattice = commensurate_lattice(network, (activity.carrier, wavevector))
    state = PerturbedState(
        activity, lattice, digits, measured.response.state.engine, start=measured.response, settled=True
    )
    ahead = lattice.indices(wavevector)
    behind = lattice.opposite(ahead)
    turn, conjugate = phase_factor(state.context, frequency), state.context.conj
    (chi11, back21), (back22, chi12) = (
        _periodic(state, wave, opposite, spin, steps)
        for wave, opposite, spin in ((ahead, behind, turn), (behind, ahead, conjugate(turn)))
    )
    entries = (chi11, chi12, conjugate(back21), conjugate(back22))
    return Susceptibility(entries, error, True, 4 * steps, lattice.shape, state.response, state.context)


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
