"""The steady response to one oscillation, on a lattice that fits it: one modulus and one phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod, tau

import sympy as sp

from analytics.errors import ParameterError
from analytics.network import Network
from numerics.engines import create_engine
from numerics.inputs import Input
from numerics.lattice import Lattice, smallest_shape, turns
from numerics.plane_wave import PlaneWave, read_plane_wave
from numerics.steady_state import SteadyState, steady_state

SITES_PER_AXIS = {1: 16, 2: 8}
"""Dimension -> sites that an axis has at least; a steady response does not depend on it. More axes have 4."""

MOST_SITES = 4096
"""A lattice is made no larger than this to hold a wave."""


@dataclass(frozen=True, slots=True)
class Response:
    """A steady state and the plane wave that it was found to be."""

    state: SteadyState
    wave: PlaneWave


def fitting_lattice(network: Network, wavevector: Sequence[sp.Expr]) -> Lattice:
    """The smallest lattice, of at least the usual size, on which e^(i k.x) is periodic and the stencil fits.

    Raises ParameterError for a wavenumber that is not 2 pi m / N, or takes more than MOST_SITES sites.
    """
    least = SITES_PER_AXIS.get(network.dimension, 4)
    ratios = [turns(wavenumber) for wavenumber in wavevector]
    shape = tuple(
        int(ratio.q) * ceil(max(least, needed) / int(ratio.q))
        for ratio, needed in zip(ratios, smallest_shape(network))
        if ratio is not None
    )
    if None in ratios or prod(shape) > MOST_SITES:
        near = tuple(2 * sp.pi * sp.Rational(round(float(k) / tau * least), least) for k in wavevector)
        raise ParameterError(
            "wavenumber on a periodic lattice",
            f"k must be 2*pi*m/N with whole numbers m and N, on at most {MOST_SITES} sites",
            ", ".join(map(str, wavevector)),
            f"One near it is {', '.join(map(str, near))}.",
        )
    return Lattice(network, shape)


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
        state, read_plane_wave(arithmetic, arithmetic.vector(state.state), indices, digits=digits)
    )
