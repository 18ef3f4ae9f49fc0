"""NumPy and the transforms of SciPy or ducc0: double precision, for lattices of any size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import cast

import numpy as np
import sympy as sp

from analytics.arrays.functions import numpy_function
from analytics.errors import PrecisionError
from analytics.evaluation.contexts import kept_bits
from analytics.evaluation.mpmath_types import Operand
from analytics.expressions.notation import r
from numerics.doubles.activation import Activation
from numerics.doubles.convolution import Convolution, Whole, kernel_on_ring, kernel_on_torus
from numerics.doubles.pieces import threads_for
from numerics.engines.axes import signed_indices
from numerics.engines.numbers import complex_out, number_in, raw_parts
from numerics.engines.precision import FIXED_DIGITS
from numerics.engines.protocol import (
    Array,
    Doubles,
    Driven,
    Linear,
    Pointwise,
    Scalar,
    Stencil,
    Vector,
)


def doubles(vector: Vector) -> Doubles:
    """A vector, seen by the engine of doubles, whose own it is."""
    return cast("Doubles", vector)


@dataclass(frozen=True, slots=True)
class _ByPieces(Driven):
    """The drive is added and phi applied to each piece as it comes from the convolution."""

    convolve: Convolution
    phi: Activation

    def __call__(self, state: Vector, drive: Vector, into: Array | None = None) -> Vector:
        inputs = doubles(drive)

        def finish(piece: Doubles, at: slice) -> None:
            piece += inputs[at]
            self.phi.put(piece)

        return Vector(self.convolve(doubles(state), finish, into))


class DoubleEngine:
    """Vectors are complex128 arrays of the lattice's shape. threads: as many as there are cores where it is None."""

    name = "double"

    digits = FIXED_DIGITS

    def __init__(self, shape: tuple[int, ...], digits: int, threads: int | None = None) -> None:
        if digits > FIXED_DIGITS:
            raise PrecisionError(
                "engine 'double'",
                f"at most {FIXED_DIGITS} digits can be carried",
                digits,
                "Use the engine 'ball'.",
            )
        self.shape = shape
        self.threads, self._most = threads_for(prod(shape), threads), threads
        self.context = kept_bits(53)

    def on(self, shape: tuple[int, ...]) -> DoubleEngine:
        return DoubleEngine(shape, self.digits, self._most)

    def number(self, value: object) -> Scalar:
        return number_in(self.context, value, 20)

    def vector(self, values: Iterable[object]) -> Vector:
        if isinstance(values, np.ndarray) and values.dtype != object:
            return Vector(np.asarray(values, dtype=np.complex128).reshape(self.shape))
        given = np.ravel(np.asarray(values, dtype=object))
        numbers = [complex(self.number(v) if isinstance(v, sp.Expr) else v) for v in given]
        return Vector(np.array(numbers, dtype=np.complex128).reshape(self.shape))

    def values(self, vector: Vector) -> tuple[Scalar, ...]:
        return tuple(
            complex_out(raw_parts(value, FIXED_DIGITS)) for value in doubles(vector).ravel().tolist()
        )

    def array(self, vector: Vector) -> Array:
        return doubles(vector)

    def doubles(self, vector: Vector) -> Doubles:
        return doubles(vector)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        wave = np.ones(self.shape, dtype=np.complex128)
        for axis, (index, length) in enumerate(zip(indices, self.shape)):
            turns = np.arange(length) * (index % length) % length / length
            along = [length if other == axis else 1 for other in range(len(self.shape))]
            wave *= np.exp(2j * np.pi * turns).reshape(along)
        return Vector(wave)

    def convolution(self, stencil: Stencil) -> Linear:
        taps = [(offset, complex(self.number(coefficient))) for offset, coefficient in stencil]
        if len(self.shape) == 1:
            return cast(
                "Linear", kernel_on_ring([(x, value) for (x,), value in taps], *self.shape, self.threads)
            )
        return cast("Linear", kernel_on_torus(taps, self.shape, self.threads))

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        axes = [2 * np.pi * np.array(signed_indices(length)) / length for length in self.shape]
        function = numpy_function(wavevector, symbol, complex_values=True)
        values = np.broadcast_to(function(*np.meshgrid(*axes, indexing="ij")), self.shape)
        return cast("Linear", Whole(values, self.threads))

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        activation = Activation(numpy_function([r], profile / r), self.threads)
        slope_at = numpy_function([r], slope)

        def tangent(vector: Vector) -> Linear:
            w, modulus = doubles(vector), np.abs(doubles(vector))
            tangential, radial = activation.gain(modulus), slope_at(modulus)
            with np.errstate(
                over="ignore", invalid="ignore"
            ):  # of subnormal w there is none: who asks, judges
                phase = np.divide(w, modulus, out=np.zeros_like(w), where=modulus > 0)
                a, b = (radial + tangential) / 2, (radial - tangential) / 2 * phase**2
            return lambda change: Vector(a * doubles(change) + b * np.conj(doubles(change)))

        return Pointwise(cast("Linear", activation), tangent)

    def driven(self, convolve: Linear, activation: Pointwise) -> Driven:
        return _ByPieces(cast("Convolution", convolve), cast("Activation", activation.value))

    def combine(self, coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> Vector:
        arrays = map(doubles, vectors)
        terms = [v if c == 1 else complex(c) * v for c, v in zip(coefficients, arrays)]
        total = terms[0] + terms[1] if len(terms) > 1 else terms[0]
        for term in terms[2:]:
            total += term
        return Vector(total)

    def inner(self, left: Vector, right: Vector) -> Scalar:
        return self.context.mpc(complex(np.vdot(doubles(left), doubles(right))))
