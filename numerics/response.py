"""The steady response to one oscillation, on a lattice that fits it: one modulus and one phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from numerics.engines import create_engine
from numerics.inputs import Input
from numerics.lattice import Lattice
from numerics.plane_wave import PlaneWave, read_plane_wave
from numerics.steady_state import SteadyState, steady_state


@dataclass(frozen=True, slots=True)
class Response:
    """A steady state and the plane wave that it was found to be; indices of its wavevector on the lattice."""

    state: SteadyState
    wave: PlaneWave
    indices: tuple[int, ...]


def response(
    lattice: Lattice,
    drive: Input,
    wavevector: Sequence[sp.Expr],
    *,
    digits: int,
    engine: str,
    start: SteadyState | None = None,
) -> Response:
    """The steady response to `drive`, an oscillation of that wavevector or a background where it is 0.

    start: a steady state of the same lattice to begin from.
    Raises ConvergenceError unless the state is a plane wave, to `digits` digits.
    """
    state = steady_state(lattice, drive, digits=digits, engine=engine, start=start)
    arithmetic = create_engine(engine, lattice.shape, state.working_digits)
    indices = lattice.indices(wavevector)
    return Response(
        state,
        read_plane_wave(arithmetic, arithmetic.vector(state.state), indices, digits=digits),
        tuple(indices),
    )
