"""Iterating the map and keeping every state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.errors import ParameterError
from analytics.evaluation.values import require_digits
from analytics.network.network import Network
from numerics.engines.precision import FIXED_DIGITS
from numerics.engines.protocol import Array
from numerics.lattice.inputs import Input, given_array
from numerics.lattice.map import Lattice


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Z_0 ... Z_n of Z_{n+1} = phi(U (*) Z_n + I_n).

    states: array of shape (steps + 1, *lattice.shape), the last axes in the lattice's order; complex128 from
    the engine "double", else objects `mpmath.mp.mpc`.
    """

    lattice: Lattice
    drive: Input
    engine: str
    digits: int
    states: Array

    def __repr__(self) -> str:
        return f"<Trajectory of {self.lattice}, {self.steps} steps under {self.drive}, {self.digits} digits>"

    @property
    def steps(self) -> int:
        return len(self.states) - 1


def simulate(
    network: Network,
    shape: tuple[int, ...],
    drive: Input,
    steps: int,
    *,
    digits: int = 15,
    engine: str | None = None,
    initial: object = None,
) -> Trajectory:
    """`steps` steps of the network on a lattice of that shape, from rest or from the state `initial`.

    digits: how many the last state is to have; a step adds one rounding error and amplifies none, since
    phi does not expand and U is unitary, so log10(steps) digits more are carried. engine: "double" up to 15
    digits and "ball" beyond them unless named. initial: array of the lattice's shape.

    Raises KernelError for a lattice that does not hold the kernel, ParameterError for what is no input, and
    for one or an initial state that does not fit, PrecisionError for digits the engine cannot carry.
    """
    require_digits("simulation", digits)
    if type(steps) is not int or steps < 0:
        raise ParameterError(
            "simulation", "the number of steps must be a whole number from 0 on", repr(steps), "Give 100."
        )
    name = engine or ("double" if digits <= FIXED_DIGITS else "ball")
    carried = digits if name == "double" else digits + 5 + len(str(steps))
    lattice = Lattice(network, shape)
    if not hasattr(drive, "drive"):
        raise ParameterError(
            "simulation",
            "an input is needed",
            repr(drive),
            "Give Background('1/100'), Oscillation('1/100', (0,), detuning=0) or Samples(array).",
        )
    lattice_map = lattice.map(name, carried)
    inputs = drive.drive(lattice_map)
    state = lattice_map.zero() if initial is None else lattice_map.engine.vector(_fitting(initial, lattice))
    states = [lattice_map.engine.array(state)]
    for n in range(steps):
        state = lattice_map.step(state, inputs.at(n))
        states.append(lattice_map.engine.array(state))
    return Trajectory(lattice, drive, name, digits, np.stack(states))


def _fitting(initial: object, lattice: Lattice) -> Array:
    array = given_array(initial, "simulation: initial state")
    if array.shape != lattice.shape:
        raise ParameterError(
            "simulation", f"the initial state must have shape {lattice.shape}", array.shape, "Reshape it."
        )
    return array.ravel()
