"""The 2 x 2 matrix that takes a perturbation of one wavenumber through a step, from simulated perturbations.

phi is not analytic, so a perturbation of the steady state couples to its conjugate,

    W = R + alpha e^(i q.x) + conj(beta) e^(-i q.x),      (alpha, beta) -> M(q) (alpha, beta)

in the frame of `numerics.perturbations.perturbed_state`. Two independent perturbations, one step each, give M.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from analytics.errors import PrecisionError
from analytics.evaluation.mpmath_types import Context
from numerics.engines.protocol import Linear, Scalar
from numerics.lattice.map import Lattice
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.real_linear import Matrix, wave_matrix
from numerics.steady_states.response import Response


@dataclass(frozen=True, slots=True)
class Propagator:
    """M(q), a matrix on (alpha, beta).

    entries: row by row, of `context`, each right to about 10^-digits, of the largest where that exceeds 1.
    """

    entries: Matrix
    digits: int
    lattice: Lattice
    response: Response
    context: Context

    @property
    def noise(self) -> Scalar:
        """Estimated error of an entry; that of the state and of its image, however little a saturated one changes."""
        return self.context.mpf(10) ** -self.digits * max(
            self.context.one, *(abs(entry) for entry in self.entries)
        )


@dataclass(frozen=True, slots=True)
class DrivenPropagator(Propagator):
    """M(q), and the answer D of the state to a change of the input; answers: its entries, likewise."""

    answers: Matrix


def refuse_double(operation: str, engine: str) -> None:
    """Raise PrecisionError for an arithmetic of fixed precision: a perturbation takes twice the digits."""
    if engine == "double":
        raise PrecisionError(
            operation,
            "a perturbation takes more than twice the digits asked for",
            "engine 'double', which carries 15",
            "Use the engine 'ball'.",
        )


def perturbed_state(
    activity: Activity, wavevector: tuple[sp.Expr, ...], *, digits: int, start: Response | None = None
) -> PerturbedState:
    """The steady state on the smallest lattice that fits the carrier and the perturbation."""
    refuse_double("perturbing a steady state", activity.engine)
    return PerturbedState(activity, activity.lattice(wavevector), digits, start=start)


def propagator(
    activity: Activity, wavevector: tuple[sp.Expr, ...], *, digits: int, start: Response | None = None
) -> Propagator:
    """M(q) for the exact `wavevector` q relative to the carrier, to an absolute 10^-digits.

    start: a response on the same lattice, of a neighbouring input or fewer digits.
    Raises ParameterError for a q that fits no lattice, PrecisionError for the engine "double".
    """
    state = perturbed_state(activity, wavevector, digits=digits, start=start)
    return Propagator(
        _matrix(state, state.change, wavevector), digits, state.lattice, state.response, state.context
    )


def driven_propagator(state: PerturbedState, wavevector: tuple[sp.Expr, ...]) -> DrivenPropagator:
    """M(q) and D(q) of a `perturbed_state` of that wavevector."""
    return DrivenPropagator(
        _matrix(state, state.change, wavevector),
        state.digits,
        state.lattice,
        state.response,
        state.context,
        _matrix(state, state.answer, wavevector),
    )


def _matrix(state: PerturbedState, step: Linear, wavevector: tuple[sp.Expr, ...]) -> Matrix:
    """The matrix of `step` on (alpha, beta)."""
    indices = state.lattice.indices(wavevector)
    opposite = state.lattice.opposite(indices)
    mirrored = None if opposite == indices else state.wave(opposite)
    return wave_matrix(state.engine, step, state.wave(indices), mirrored)
