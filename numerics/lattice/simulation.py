"""Iterating the map and keeping the states that are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.errors import ParameterError
from analytics.evaluation.values import require_digits
from analytics.network.network import Network
from numerics.engines.choice import quickest
from numerics.engines.protocol import Array, Vector
from numerics.lattice.inputs import Drive, Input, given_array
from numerics.lattice.map import Lattice, LatticeMap


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Z_n of Z_{n+1} = phi(U (*) Z_n + I_n), for the numbers n that were `kept`, from 0 to `steps`.

    states: array of shape (len(kept), *lattice.shape), the last axes in the lattice's order; complex128 from
    the engine "double", else objects `mpmath.mp.mpc`.
    """

    lattice: Lattice
    drive: Input
    engine: str
    digits: int
    steps: int
    kept: tuple[int, ...]
    states: Array

    def __repr__(self) -> str:
        return f"<Trajectory of {self.lattice}, {self.steps} steps under {self.drive}, {self.digits} digits>"


def simulate(
    network: Network,
    shape: tuple[int, ...],
    drive: Input,
    steps: int,
    *,
    digits: int = 15,
    engine: str = "auto",
    initial: object = None,
    keep: Iterable[int] | None = None,
) -> Trajectory:
    """`steps` steps of the network on a lattice of that shape, from rest or from the state `initial`.

    digits: how many the last state is to have, counted from its largest number; a step adds one rounding error and
    amplifies none, since phi does not expand and U is unitary, so log10(steps) digits more are carried. engine: "auto"
    is the quickest one that has the digits. initial: array of the lattice's shape. keep: the numbers of the states
    to keep, such as ``[steps]`` for the last one alone; all of them where it is None.

    Raises KernelError for a lattice that does not hold the kernel, ParameterError for what is no input, for one or
    an initial state that does not fit, and for states that are not reached, PrecisionError for digits the engine
    cannot carry.
    """
    require_digits("simulation", digits)
    if type(steps) is not int or steps < 0:
        raise ParameterError(
            "simulation", "the number of steps must be a whole number from 0 on", repr(steps), "Give 100."
        )
    lattice = Lattice(network, shape)
    profile = lattice.network.activation.profile
    name = quickest(lattice.shape, digits, profile, steps) if engine == "auto" else engine
    carried = digits if name == "double" else digits + 5 + len(str(steps))
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
    kept = tuple(_numbers(keep, steps))
    states = _states(lattice_map, state, inputs, kept, steps)
    return Trajectory(lattice, drive, name, digits, steps, kept, states)


def _states(
    lattice_map: LatticeMap, state: Vector, inputs: Drive, kept: tuple[int, ...], steps: int
) -> Array:
    """The states of these numbers; those in doubles are computed in their places, the others in two that take turns."""
    first = lattice_map.engine.array(state)
    states = np.empty((len(kept), *lattice_map.lattice.shape), dtype=first.dtype)
    if 0 in kept:
        states[0] = first
    places = {n: states[index] for index, n in enumerate(kept)}
    held: Array | None = None  # where the present state is, unless it is kept
    free: Array | None = None
    for n in range(1, steps + 1):
        if n in places:
            place = places[n]
        else:
            place, free = np.empty_like(first) if free is None else free, None
        state = lattice_map.step(state, inputs.at(n - 1), place)
        if n in places and (found := lattice_map.engine.array(state)) is not place:
            place[...] = found
        free, held = held if held is not None else free, None if n in places else place
    return states


def _numbers(keep: Iterable[int] | None, steps: int) -> range | tuple[int, ...]:
    """The numbers of the states to keep, in increasing order."""
    if keep is None:
        return range(steps + 1)
    given = tuple(keep)
    if not all(type(n) is int and 0 <= n <= steps for n in given):
        raise ParameterError(
            "simulation",
            f"states are kept by their numbers, whole ones from 0 to {steps}",
            given,
            f"Give keep=[{steps}] for the last one.",
        )
    return tuple(sorted(set(given)))


def _fitting(initial: object, lattice: Lattice) -> Array:
    array = given_array(initial, "simulation: initial state")
    if array.shape != lattice.shape:
        raise ParameterError(
            "simulation", f"the initial state must have shape {lattice.shape}", array.shape, "Reshape it."
        )
    return array.ravel()
