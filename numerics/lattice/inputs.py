"""What drives a lattice: one oscillation, a uniform background, or values given site by site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import floor
from typing import Any, Protocol

import numpy as np
import sympy as sp
from mpmath import isfinite

from analytics.errors import ParameterError
from analytics.expressions.parameter import exact_number
from numerics.engines.numbers import complex_out, decades_of, raw_parts
from numerics.engines.protocol import Array, Linear, Scalar, Vector
from numerics.lattice.map import LatticeMap


@dataclass(frozen=True, slots=True)
class Drive:
    """An input in the arithmetic of one map.

    at: n -> I_n. frequency: omega in rad/step where I_n = e^(i omega n) I_0, else None.
    back: where I_n is I_0 moved along the lattice by n equal steps, the move back by one step, else None.
    kept: projection on the states that a shift of the lattice multiplies by the same phase as I_0; a step of the map
    leads to such states alone. None where I_0 is no wave.
    """

    at: Callable[[int], Vector]
    frequency: Scalar | None
    back: Linear | None = None
    kept: Linear | None = None


class Input(Protocol):
    """Anything that can drive a lattice."""

    @property
    def smallness(self) -> int:
        """Decimal digits by which the largest input lies below 1; 0 for one that does not."""
        ...

    def drive(self, lattice_map: LatticeMap) -> Drive:
        """This input on that lattice, in that arithmetic."""
        ...


@dataclass(frozen=True, slots=True)
class Oscillation:
    """I_n(x) = F e^(i (k.x + omega n)).

    amplitude: F, exact: text, int, Fraction, SymPy. wavevector: k in rad/site, exact multiples of 2 pi / N.
    frequency: omega in rad/step, exact; or detuning: omega minus the frequency at which the kernel carries
    the wave e^(i k.x), which is measured on the lattice. Exactly one of the two is given.
    """

    amplitude: Any
    wavevector: tuple[sp.Expr, ...]
    frequency: Any = None
    detuning: Any = None

    def __post_init__(self) -> None:
        if isinstance(self.wavevector, str) or not isinstance(self.wavevector, Iterable):
            raise ParameterError(
                "oscillatory input",
                "the wavevector has one component per axis",
                repr(self.wavevector),
                f"Write ({self.wavevector!r},).",
            )
        if (self.frequency is None) == (self.detuning is None):
            raise ParameterError(
                "oscillatory input",
                "either the frequency or the detuning is given",
                f"frequency = {self.frequency}, detuning = {self.detuning}",
                "Give one of the two.",
            )
        for name in ("amplitude", "frequency", "detuning"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, _exact(value, f"oscillatory input: {name}"))
        wavevector = tuple(_exact(k, "oscillatory input: wavevector") for k in self.wavevector)
        object.__setattr__(self, "wavevector", wavevector)

    @property
    def smallness(self) -> int:
        return smallness_of([self.amplitude])

    def drive(self, lattice_map: LatticeMap) -> Drive:
        engine = lattice_map.engine
        indices = lattice_map.lattice.indices(self.wavevector)
        wave, amplitude = engine.plane_wave(indices), engine.number(self.amplitude)
        if self.detuning is None:
            omega = engine.number(self.frequency)
        else:
            omega = lattice_map.frequency(indices) + engine.number(self.detuning)
        return Drive(
            lambda n: engine.combine([amplitude * engine.context.expj(omega * n)], [wave]),
            omega,
            kept=_onto(wave, lattice_map),
        )


@dataclass(frozen=True, slots=True)
class Background:
    """I_n(x) = I_0, uniform and constant; the amplitude is exact: text, int, Fraction, SymPy."""

    amplitude: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "amplitude", _exact(self.amplitude, "uniform input: amplitude"))

    @property
    def smallness(self) -> int:
        return smallness_of([self.amplitude])

    def drive(self, lattice_map: LatticeMap) -> Drive:
        engine = lattice_map.engine
        still = engine.plane_wave((0,) * len(lattice_map.lattice.shape))
        uniform = engine.combine([engine.number(self.amplitude)], [still])
        return Drive(lambda n: uniform, engine.context.mpf(0), kept=_onto(still, lattice_map))


@dataclass(frozen=True, slots=True)
class Samples:
    """Given values: an array of the lattice's shape for an input that stays as it is, or of shape (steps, *shape) for
    one that changes; it may not be asked for a later step than it has.

    values: doubles, or exact numbers as a `Background` takes them. Raises as `given_array`.
    """

    values: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", given_array(self.values, "input by samples"))

    @property
    def smallness(self) -> int:
        values = self.values
        return smallness_of(values.ravel() if values.dtype == object else [np.abs(values).max()])

    def drive(self, lattice_map: LatticeMap) -> Drive:
        engine, shape = lattice_map.engine, lattice_map.lattice.shape
        given = self.values
        if given.shape == shape:
            constant = engine.vector(given.ravel())
            return Drive(lambda n: constant, engine.context.mpf(0))
        if given.shape[1:] == shape:
            return Drive(lambda n: engine.vector(_sample(given, n).ravel()), None)
        raise ParameterError(
            "input by samples",
            f"an array of shape {shape} or (steps, *{shape}) is needed",
            given.shape,
            "Reshape it to the lattice.",
        )


def _onto(wave: Vector, lattice_map: LatticeMap) -> Linear:
    """v -> e <e, v> / <e, e> for a plane wave e."""
    engine, sites = lattice_map.engine, lattice_map.lattice.sites
    return lambda vector: engine.combine([engine.inner(wave, vector) / sites], [wave])


def _sample(given: Array, step: int) -> Array:
    if step < len(given):
        sample: Array = given[step]
        return sample
    raise ParameterError(
        "input by samples",
        "a sample is needed for every step",
        f"{len(given)} of them, step {step} asked for",
        "Give more samples, or simulate fewer steps.",
    )


def _exact(value: object, operation: str) -> Any:
    """A number that an engine reads without loss.

    Raises ParameterError for a float and for what is no finite number, GrammarError for text.
    """
    if hasattr(value, "_mpf_") or hasattr(value, "_mpc_"):
        finite = isfinite(value)
    elif getattr(value, "is_number", False):
        finite = value.is_finite  # type: ignore[attr-defined]
    else:
        return exact_number(value, operation)
    if not finite:
        raise _not_finite(operation, value)
    return value


def _not_finite(operation: str, value: object) -> ParameterError:
    return ParameterError(operation, "finite numbers are needed", value, "Replace it.")


def require_input(operation: str, drive: object) -> None:
    """Raise ParameterError unless `drive` drives lattices."""
    if not hasattr(drive, "drive"):
        raise ParameterError(
            operation,
            "an input is needed",
            repr(drive),
            "Give Background('1/100'), Oscillation('1/100', (0,), detuning=0) or Samples(array).",
        )


def given_array(values: object, operation: str) -> Array:
    """An array of numbers that an engine reads without loss, doubles as they are, exact numbers as SymPy has them.

    Raises ParameterError for rows of unequal length and for what is no finite number, GrammarError for other text.
    """
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "iufc":
            given = np.asarray(values, dtype=object)
    except ValueError as error:
        raise ParameterError(
            operation, "rows of one length are needed", "unequal ones", "Fill the shorter ones."
        ) from error
    if given.dtype != object:
        if not np.isfinite(given).all():
            raise _not_finite(operation, "inf or nan")
        return given
    for value in given.flat:
        if isinstance(value, complex | float) and not isfinite(value):
            raise _not_finite(operation, value)
    read = [value if isinstance(value, complex | float) else _exact(value, operation) for value in given.flat]
    return np.array(read, dtype=object).reshape(given.shape)


def smallness_of(values: Iterable[object]) -> int:
    magnitudes = [abs(complex_out(raw_parts(value, 5))) for value in values]
    largest = max(magnitudes)
    return max(0, -floor(decades_of(largest))) if largest else 0
