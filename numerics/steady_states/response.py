"""The steady response to one oscillation, on a lattice that fits it: one modulus and one phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from numerics.engines.choice import create_engine
from numerics.lattice.inputs import Input
from numerics.lattice.map import Lattice
from numerics.steady_states.coexistence import stays, wave_near
from numerics.steady_states.plane_wave import PlaneWave, read_plane_wave
from numerics.steady_states.steady_state import SteadyState, state_from_rest, steady_state


@dataclass(frozen=True, slots=True)
class Response:
    """A steady state and the plane wave that it was found to be; indices of its wavevector on the lattice.

    stays: was the map, iterated from the wave that was given as a start, seen to come to this state? None where
    that was not looked at, or nothing is seen.
    """

    state: SteadyState
    wave: PlaneWave
    indices: tuple[int, ...]
    stays: bool | None = None

    @property
    def checks(self) -> tuple[str, ...]:
        """What was seen of it, in words."""
        seen = {
            None: (),
            True: ("the map itself comes to this state from the start",),
            False: ("unstable: the map itself leaves this state",),
        }
        return (self.wave.check, *seen[self.stays])


def response(
    lattice: Lattice,
    drive: Input,
    wavevector: Sequence[sp.Expr],
    *,
    digits: int,
    engine: str,
    start: SteadyState | None = None,
    near: sp.Expr = sp.S.Zero,
    watched: bool = False,
) -> Response:
    """The steady response to `drive`, an oscillation of that wavevector or a background where it is 0.

    start: a steady state of the same lattice to begin from. near: where that is missing, the modulus of a
    wave to begin from, the state next to it being wanted; 0 is rest. watched: see whether the map itself comes to
    the state from there.
    Raises ConvergenceError unless the state is a plane wave, to `digits` digits.
    """
    wave = None if start or near == 0 else wave_near(lattice, drive, wavevector, near)
    if start is None and wave is None:
        state = state_from_rest(lattice, drive, digits=digits, engine=engine)
    else:
        state = steady_state(lattice, drive, digits=digits, engine=engine, start=start, initial=wave)
    arithmetic = create_engine(engine, lattice.shape, state.working_digits)
    indices = lattice.indices(wavevector)
    found = read_plane_wave(arithmetic, arithmetic.vector(state.state), indices, digits=digits)
    seen = stays(lattice, drive, wave, state.state) if watched and wave is not None else None
    return Response(state, found, tuple(indices), seen)
