"""Perturbations of any real wavenumber, on the infinite lattice.

In the frame of `numerics.perturbations.perturbed_state`

    W = R + alpha e^(i q.x) + conj(beta) e^(-i q.x)

repeats on no lattice, but each of its two waves does up to a phase. So U acts on each of them by itself; their sum goes
through phi on every site of the lattice of the state, and both waves are read off the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from numerics.engines import Scalar, Vector
from numerics.lattice.map import convolution
from numerics.perturbations.perturbed_state import PerturbedState
from numerics.perturbations.propagator import Propagator


def quasi_periodic_propagator(state: PerturbedState, wavevector: Sequence[Scalar]) -> Propagator:
    """M(q) of the real wavevector q in rad/site, numbers of the state's context, to an absolute 10^-digits.

    M is linear over the complex numbers in (alpha, beta), so what follows from 1 and from i tells both waves apart.
    """
    context, engine, lattice = state.context, state.engine, state.lattice
    kernel = lattice.network.kernel
    opposite = [-q for q in wavevector]
    phases = [context.expj(context.fdot(wavevector, x)) for x in product(*map(range, lattice.shape))]
    mirrored = [context.conj(phase) for phase in phases]
    carrier = state.wave((0,) * len(opposite))
    one = _times(state, phases, convolution(kernel, engine, wavevector)(carrier))
    other = _times(state, mirrored, convolution(kernel, engine, opposite)(carrier))

    def seen(straight: Vector, turned: Vector) -> tuple[Scalar, Scalar]:
        first, second = (state.in_frame(state.reaction(change)) for change in (straight, turned))
        pairs = list(zip(first, second, strict=True))
        alpha = context.fdot(mirrored, [(a - 1j * b) / 2 for a, b in pairs])
        beta = context.fdot(phases, [(a + 1j * b) / 2 for a, b in pairs])
        return alpha / lattice.sites, context.conj(beta) / lattice.sites

    (m11, m21), (m12, m22) = (
        seen(wave, engine.combine([context.mpc(0, turn)], [wave])) for wave, turn in ((one, 1), (other, -1))
    )
    return Propagator((m11, m12, m21, m22), state.digits, lattice, state.response, context)


def _times(state: PerturbedState, phases: Sequence[Scalar], vector: Vector) -> Vector:
    """The vector times a phase on every site."""
    values = map(state.context.convert, state.engine.values(vector))
    return state.engine.vector([phase * value for phase, value in zip(phases, values, strict=True)])
