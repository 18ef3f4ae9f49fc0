"""Perturbations of any real wavenumber, on the infinite lattice.

In the frame of `numerics.perturbations.perturbed_state`

    W = R + alpha e^(i q.x) + conj(beta) e^(-i q.x)

repeats on no lattice, but each of its two waves does up to a phase. So U acts on each of them by itself; their sum goes
through phi on every site of the lattice of the state, and both waves are read off the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from numerics.engines.protocol import Scalar, Vector
from numerics.lattice.map import convolution
from numerics.perturbations.perturbed_state import PerturbedState
from numerics.perturbations.propagator import Propagator


def quasi_periodic_propagator(state: PerturbedState, wavevector: Sequence[Scalar]) -> Propagator:
    """M(q) of the real wavevector q in rad/site, numbers of the state's context, to an absolute 10^-digits.

    What phi makes of a wave has a linear part, which is the same wave, and a conjugating part, which is the other.
    """
    context, engine, lattice = state.context, state.engine, state.lattice
    kernel = lattice.network.kernel
    opposite = [-q for q in wavevector]
    phases = [context.expj(context.fdot(wavevector, x)) for x in product(*map(range, lattice.shape))]
    mirrored = [context.conj(phase) for phase in phases]
    carrier = state.wave((0,) * len(opposite))
    one = _times(state, phases, convolution(kernel, engine, wavevector)(carrier))
    other = _times(state, mirrored, convolution(kernel, engine, opposite)(carrier))

    (g_one, h_one), (g_other, h_other) = (state.in_parts(state.reaction, wave) for wave in (one, other))
    entries = (
        context.fdot(mirrored, g_one),
        context.fdot(mirrored, h_other),
        context.conj(context.fdot(phases, h_one)),
        context.conj(context.fdot(phases, g_other)),
    )
    m11, m12, m21, m22 = (entry / lattice.sites for entry in entries)
    return Propagator((m11, m12, m21, m22), state.digits, lattice, state.response, context)


def _times(state: PerturbedState, phases: Sequence[Scalar], vector: Vector) -> Vector:
    """The vector times a phase on every site."""
    values = map(state.context.convert, state.engine.values(vector))
    return state.engine.vector([phase * value for phase, value in zip(phases, values, strict=True)])
