"""Small waves on a steady state, whatever its shape: the map linearized, for changes of one frequency.

A step is linear over the reals in a small change v of the state, counted in the frame that turns along,

    v -> e^(-i omega) (A U (*) v + B conj(U (*) v)),      dphi(w)[u] = A u + B conj u

so that a wave v_n = a e^(i Omega n) + conj(b) e^(-i Omega n) under an input f e^(i Omega n) fulfils

    e^(i Omega) a = e^(-i omega) (A (U a + f) + B conj(U) b)
    e^(i Omega) b = e^(+i omega) (A conj(U) b + conj(B) (U a + f))

which is linear over the complex numbers in the pair (a, b). At every site the matrix [[A, B], [conj B, A]] has the
gains g_t and g_r of phi as its eigenvalues.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.arrays.arithmetic import LARGEST, SMALLEST
from analytics.errors import ParameterError
from numerics.engines.double import doubles
from numerics.engines.precision import FIXED_DIGITS
from numerics.engines.protocol import Doubles, Vector
from numerics.lattice.map import LatticeMap
from numerics.perturbations.real_linear import parts
from numerics.steady_states.fixed_point import steady_drive
from numerics.steady_states.steady_state import SteadyState

Pair = tuple[Doubles, Doubles]
"""(a, b), arrays of the lattice's shape."""


@dataclass(frozen=True, slots=True)
class Linearized:
    """The linearized map of a steady state in doubles.

    map: the map. state: Z; drive: I_0, both as at n = 0; preactivation: w. direct, mixing: A and B at every site.
    frequency: omega in rad/step.
    """

    map: LatticeMap
    state: Doubles
    drive: Doubles
    preactivation: Doubles
    direct: Doubles
    mixing: Doubles
    frequency: float

    @property
    def gains(self) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
        """g_t and g_r, the gains of a change across and along the state, at every site."""
        along, mixing = self.direct.real, abs(self.mixing)
        return along + mixing, along - mixing

    @property
    def symbol(self) -> Doubles:
        """u(k), the eigenvalues of the kernel at the wavenumbers of the lattice."""
        site = np.zeros(self.map.lattice.shape, dtype=np.complex128)
        site[(0,) * site.ndim] = 1
        return np.fft.fftn(self._convolved(site))

    def reaction(self, pair: Pair) -> Pair:
        """What phi makes of a change of the pre-activation, e^(-i omega) [A, B] and its mirror image."""
        a, b = pair
        turn = np.exp(-1j * self.frequency)
        return (
            turn * (self.direct * a + self.mixing * b),
            np.conj(turn) * (self.direct * b + np.conj(self.mixing) * a),
        )

    def step(self, pair: Pair) -> Pair:
        """What a step makes of (a, b), but for the factor e^(i Omega)."""
        a, b = pair
        return self.reaction((self._convolved(a), np.conj(self._convolved(np.conj(b)))))

    def _convolved(self, values: Doubles) -> Doubles:
        return doubles(self.map.convolve(Vector(values)))


def linearized(state: SteadyState) -> Linearized:
    """The linearized map at a steady state. Raises ParameterError for one of a moving frame or a moving input."""
    lattice = state.lattice
    lattice_map = lattice.map("double", FIXED_DIGITS)
    drive = steady_drive(state.drive, lattice_map)
    if lattice.frame is not None or drive.back is not None:
        raise ParameterError(
            "waves on a steady state",
            "the state must stand or turn",
            "one that moves along the lattice",
            "Give a landscape, a background or an oscillation.",
        )
    engine = lattice_map.engine
    field = engine.vector(np.array([complex(value) for value in state.state]))
    inputs = drive.at(0)
    preactivation = lattice_map.preactivation(field, inputs)
    tangent = lattice_map.activation.tangent(preactivation)
    ones = np.ones(lattice.shape, dtype=np.complex128)
    direct, mixing = parts(doubles(tangent(Vector(ones))), doubles(tangent(Vector(1j * ones))))
    _require_gains(direct + mixing, doubles(preactivation))
    return Linearized(
        map=lattice_map,
        state=doubles(field),
        drive=doubles(inputs),
        preactivation=doubles(preactivation),
        direct=direct,
        mixing=mixing,
        frequency=float(state.frequency),
    )


def _require_gains(gains: Doubles, preactivation: Doubles) -> None:
    """Raise ParameterError for sites at which doubles have no gains."""
    lost = ~np.isfinite(gains)
    if lost.any():
        raise ParameterError(
            "waves on a steady state",
            f"doubles have gains where |U (*) Z + I| is 0 or lies between {SMALLEST:g} and {LARGEST:g}",
            f"{abs(preactivation[lost][0]):.3g}",
            "Scale the input.",
        )
