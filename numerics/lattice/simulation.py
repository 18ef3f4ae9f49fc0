"""Iterating the map and keeping the states that are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.errors import ParameterError, require_kind
from analytics.evaluation.values import require_digits
from analytics.network.network import Network
from numerics.engines.choice import quickest
from numerics.engines.protocol import Array, Vector
from numerics.lattice.inputs import Drive, Input, given_array, require_input
from numerics.lattice.map import Lattice, LatticeMap

INITIAL = "simulation: initial state"


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Z_n of Z_{n+1} = phi(U (*) Z_n + I_n), for the numbers n that were `kept`, from 0 to `steps`.

    states: array of shape (len(kept), *lattice.shape), the last axes in the lattice's order; complex128 from
    the engine "double", else objects `mpmath.mp.mpc`. Where they were written to a file, the file is mapped into
    memory: a state is read when it is looked at.
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
    threads: int | None = None,
    file: str | Path | None = None,
) -> Trajectory:
    """`steps` steps of the network on a lattice of that shape, from rest or from the state `initial`.

    digits: how many the last state is to have, counted from its largest number; a step adds one rounding error and
    amplifies none, since phi does not expand and U is unitary, so log10(steps) digits more are carried. engine: "auto"
    is the quickest one that has the digits. initial: array of the lattice's shape. keep: the numbers of the states
    to keep, such as ``[steps]`` for the last one alone; all of them where it is None. threads: of the engine
    "double"; as many as there are cores where it is None. file: a name ending in .npy, where the states kept are
    written as they are computed, for more of them than memory holds, by the engine "double" alone; `numpy.load` reads
    it.

    Raises KernelError for a lattice that does not hold the kernel, ParameterError for what is no input, for one or
    an initial state that does not fit, for states that are not reached, and for a file that cannot be written,
    PrecisionError for digits the engine cannot carry.
    """
    require_input("simulation", drive)
    lattice_map = _map(network, shape, steps, digits, engine, threads=threads)
    lattice, name = lattice_map.lattice, lattice_map.engine.name
    inputs = drive.drive(lattice_map)
    state = _initial(initial, lattice_map)
    kept = tuple(_numbers(keep, steps))
    target = None if file is None else _file(file, (len(kept), *lattice.shape), name)
    states = _states(lattice_map, state, inputs, kept, steps, target)
    return Trajectory(lattice, drive, name, digits, steps, kept, states)


def simulate_each(
    network: Network,
    shape: tuple[int, ...],
    drives: Sequence[Input],
    steps: int,
    *,
    digits: int = 15,
    engine: str = "auto",
    initial: object = None,
    keep: Iterable[int] | None = None,
) -> tuple[Trajectory, ...]:
    """The trajectory under each of several inputs, each bit for bit that of `simulate` by the same engine.

    The engine "integer" takes states together, as one more axis of its arrays: from some inputs on, on few sites, a
    step takes a fraction of the time. It is also chosen for more of them than `simulate` chooses it for. initial: one
    state for all, of the lattice's shape, or one for each, of shape (len(drives), *shape). The others are those of
    `simulate`, and so are the errors raised.
    """
    if isinstance(drives, str) or not isinstance(drives, Sequence) or not drives:
        raise ParameterError(
            "simulation", "a list of inputs is needed", repr(drives), "Give [Background('1/100')]."
        )
    for drive in drives:
        require_input("simulation", drive)
    lattice_map = _map(network, shape, steps, digits, engine, states=len(drives))
    lattice, arithmetic = lattice_map.lattice, lattice_map.engine
    inputs = [drive.drive(lattice_map) for drive in drives]
    kept = tuple(_numbers(keep, steps))
    states = _initial_of_each(initial, lattice_map, len(drives))
    kind = complex if arithmetic.name == "double" else object
    found = [np.empty((len(kept), *lattice.shape), dtype=kind) for _ in drives]
    for n in range(steps + 1):
        if n:
            states = lattice_map.steps(states, [each.at(n - 1) for each in inputs])
        if n in kept:
            for own, state in zip(found, states):
                own[kept.index(n)] = arithmetic.array(state)
    return tuple(
        Trajectory(lattice, drive, arithmetic.name, digits, steps, kept, own)
        for drive, own in zip(drives, found)
    )


def _map(
    network: Network,
    shape: tuple[int, ...],
    steps: int,
    digits: int,
    engine: str,
    *,
    threads: int | None = None,
    states: int = 1,
) -> LatticeMap:
    """The map of so many states, carrying what `steps` steps of it may lose."""
    require_digits("simulation", digits)
    if type(steps) is not int or steps < 0:
        raise ParameterError(
            "simulation", "the number of steps must be a whole number from 0 on", repr(steps), "Give 100."
        )
    lattice = Lattice(network, shape)
    profile = lattice.network.activation.profile
    if threads is not None and (type(threads) is not int or threads < 1):
        raise ParameterError(
            "simulation", "the number of threads must be 1 or more", repr(threads), "Give 2."
        )
    name = quickest(lattice.shape, digits, profile, steps, states) if engine == "auto" else engine
    carried = digits if name == "double" else digits + 5 + len(str(steps))
    return lattice.map(name, carried, threads)


def _states(
    lattice_map: LatticeMap,
    state: Vector,
    inputs: Drive,
    kept: tuple[int, ...],
    steps: int,
    target: Array | None,
) -> Array:
    """The states of these numbers, in `target` if it is given.

    Those in doubles are computed in their places, the others in two that take turns.
    """
    first = lattice_map.engine.array(state)
    shape = (len(kept), *lattice_map.lattice.shape)
    states = np.empty(shape, dtype=first.dtype) if target is None else target
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


def _file(file: str | Path, shape: tuple[int, ...], engine: str) -> Array:
    """A new file for an array of doubles, mapped into memory."""
    require_kind("simulation: file", file, (str, Path), "the name of one", "Give states.npy.")
    path = Path(file)
    if engine != "double":
        raise ParameterError(
            "simulation: file",
            "states of doubles alone are written as they are computed",
            f"engine '{engine}'",
            "Ask for 15 digits, or give the trajectory to save().",
        )
    if path.suffix != ".npy":
        raise ParameterError("simulation: file", "the name must end in .npy", str(path), "Give states.npy.")
    try:
        return np.lib.format.open_memmap(path, mode="w+", dtype=np.complex128, shape=shape)
    except (OSError, ValueError) as error:
        raise ParameterError(
            "simulation: file",
            "the file must be writable",
            f"{path}: {(error.strerror if isinstance(error, OSError) else None) or error}",
            "Name another place.",
        ) from None


def _numbers(keep: Iterable[int] | None, steps: int) -> range | tuple[int, ...]:
    """The numbers of the states to keep, in increasing order."""
    if keep is None:
        return range(steps + 1)
    given = tuple(keep) if isinstance(keep, Iterable) else (None,)
    if not all(type(n) is int and 0 <= n <= steps for n in given):
        raise ParameterError(
            "simulation",
            f"states are kept by their numbers, whole ones from 0 to {steps}",
            repr(keep),
            f"Give keep=[{steps}] for the last one.",
        )
    return tuple(sorted(set(given)))


def _initial(initial: object, lattice_map: LatticeMap) -> Vector:
    """Rest, or the state that is given."""
    if initial is None:
        return lattice_map.zero()
    return _fitting(given_array(initial, INITIAL), lattice_map)


def _initial_of_each(initial: object, lattice_map: LatticeMap, count: int) -> list[Vector]:
    """One state for all, or one for each."""
    if initial is None:
        return [lattice_map.zero()] * count
    array = given_array(initial, INITIAL)
    if array.shape == (count, *lattice_map.lattice.shape):
        return [_fitting(one, lattice_map) for one in array]
    return [_fitting(array, lattice_map)] * count


def _fitting(array: Array, lattice_map: LatticeMap) -> Vector:
    shape = lattice_map.lattice.shape
    if array.shape != shape:
        raise ParameterError(
            "simulation", f"the initial state must have shape {shape}", array.shape, "Reshape it."
        )
    return lattice_map.engine.vector(array.ravel())
