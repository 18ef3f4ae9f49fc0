"""Reading amplitude and phase of a plane wave off a state, and seeing that it is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import mpmath

from analytics.evaluation.mpmath_types import Number
from numerics.engines.krylov import norm
from numerics.engines.numbers import real_out
from numerics.engines.precision import require_small
from numerics.engines.protocol import Engine, Vector


@dataclass(frozen=True, slots=True)
class PlaneWave:
    """Z(x) = R e^(i (k.x + theta)), by projection of a state on e^(i k.x).

    amplitude: R. phase: theta in (-pi, pi]. spread: root mean square of what is left, relative to R; it had
    to fall below tolerance. All are `mpmath.mp.mpf`.
    """

    amplitude: Number
    phase: Number
    spread: Number
    tolerance: Number

    @property
    def check(self) -> str:
        """What was seen, in words."""
        return f"a plane wave of one modulus on all sites, to a relative {mpmath.nstr(self.spread, 2)}"


def read_plane_wave(engine: Engine, state: Vector, indices: Sequence[int], *, digits: int) -> PlaneWave:
    """The plane wave that `state` is, in the arithmetic of `engine`; indices as in `Engine.plane_wave`.

    Raises ConvergenceError unless the state is one to a relative 10^-digits.
    """
    context = engine.context
    wave = engine.plane_wave(indices)
    coefficient = engine.inner(wave, state) / prod(engine.shape)
    rest = norm(engine, engine.combine([1, -coefficient], [state, wave]))
    spread, tolerance = rest / norm(engine, state), context.mpf(10) ** -digits
    remedy = "Carry more digits, or drive the lattice by one oscillation."
    require_small("reading a plane wave off a state", remedy, spread, tolerance)
    return PlaneWave(
        real_out(abs(coefficient)), real_out(context.arg(coefficient)), real_out(spread), real_out(tolerance)
    )
