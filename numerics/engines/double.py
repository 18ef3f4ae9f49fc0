"""NumPy and scipy.fft: double precision, for lattices of any size."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from math import prod
from typing import cast

import numpy as np
import scipy.fft
import sympy as sp
from numpy.typing import NDArray

from analytics.arrays.arithmetic import LARGEST
from analytics.arrays.functions import numpy_function
from analytics.errors import PrecisionError
from analytics.evaluation.contexts import kept_bits
from analytics.evaluation.mpmath_types import Operand
from analytics.expressions.notation import r
from numerics.engines.axes import flat_index, signed_indices
from numerics.engines.numbers import complex_out, number_in, raw_parts
from numerics.engines.precision import FIXED_DIGITS
from numerics.engines.protocol import Array, Doubles, Linear, Pointwise, Scalar, Stencil, Vector

PARALLEL_SITES = 1 << 15
"""From this many sites on, transforms use every core."""


def doubles(vector: Vector) -> Doubles:
    """A vector, seen by the engine of doubles, whose own it is."""
    return cast("Doubles", vector)


class DoubleEngine:
    """Vectors are complex128 arrays of the lattice's shape."""

    name = "double"

    digits = FIXED_DIGITS

    def __init__(self, shape: tuple[int, ...], digits: int) -> None:
        if digits > FIXED_DIGITS:
            raise PrecisionError(
                "engine 'double'",
                f"at most {FIXED_DIGITS} digits can be carried",
                digits,
                "Use the engine 'ball'.",
            )
        self.shape = shape
        self.context = kept_bits(53)
        self._workers = (os.cpu_count() or 1) if prod(shape) >= PARALLEL_SITES else 1

    def on(self, shape: tuple[int, ...]) -> DoubleEngine:
        return DoubleEngine(shape, self.digits)

    def number(self, value: object) -> Scalar:
        return number_in(self.context, value, 20)

    def vector(self, values: Iterable[object]) -> Vector:
        if isinstance(values, np.ndarray) and values.dtype != object:
            return Vector(values.astype(np.complex128).reshape(self.shape))
        numbers = [complex(self.number(value)) for value in np.ravel(np.asarray(values, dtype=object))]
        return Vector(np.array(numbers, dtype=np.complex128).reshape(self.shape))

    def values(self, vector: Vector) -> tuple[Scalar, ...]:
        return tuple(
            complex_out(raw_parts(value, FIXED_DIGITS)) for value in doubles(vector).ravel().tolist()
        )

    def array(self, vector: Vector) -> Array:
        return doubles(vector)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        wave = np.ones(self.shape, dtype=np.complex128)
        for axis, (index, length) in enumerate(zip(indices, self.shape)):
            turns = np.arange(length) * (index % length) % length / length
            along = [length if other == axis else 1 for other in range(len(self.shape))]
            wave *= np.exp(2j * np.pi * turns).reshape(along)
        return Vector(wave)

    def convolution(self, stencil: Stencil) -> Linear:
        wrapped = np.zeros(prod(self.shape), dtype=np.complex128)
        for offset, coefficient in stencil:
            wrapped[flat_index(offset, self.shape)] += complex(self.number(coefficient))
        return self._times(
            np.exp(scipy.fft.fftn(wrapped.reshape(self.shape), workers=self._workers, overwrite_x=True))
        )

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        axes = [2 * np.pi * np.array(signed_indices(length)) / length for length in self.shape]
        function = numpy_function(wavevector, symbol, complex_values=True)
        return self._times(np.broadcast_to(function(*np.meshgrid(*axes, indexing="ij")), self.shape))

    def _times(self, symbol: Doubles) -> Linear:
        """Z -> the inverse transform of `symbol` times the transform of Z."""

        def convolve(vector: Vector) -> Vector:
            spectrum = scipy.fft.fftn(vector, workers=self._workers)
            spectrum *= symbol
            return Vector(scipy.fft.ifftn(spectrum, workers=self._workers, overwrite_x=True))

        return convolve

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        quotient = numpy_function([r], profile / r)

        def gain_at(modulus: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.where(modulus <= LARGEST, quotient(modulus), np.nan)  # powers of larger ones overflow

        slope_at = numpy_function([r], slope)

        def tangent(vector: Vector) -> Linear:
            w, modulus = doubles(vector), np.abs(doubles(vector))
            tangential, radial = gain_at(modulus), slope_at(modulus)
            phase = np.divide(w, modulus, out=np.zeros_like(w), where=modulus > 0)
            a, b = (radial + tangential) / 2, (radial - tangential) / 2 * phase**2
            return lambda change: Vector(a * doubles(change) + b * np.conj(doubles(change)))

        return Pointwise(lambda w: Vector(doubles(w) * gain_at(np.abs(doubles(w)))), tangent)

    def combine(self, coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> Vector:
        arrays = map(doubles, vectors)
        terms = [v if c == 1 else complex(c) * v for c, v in zip(coefficients, arrays)]
        total = terms[0] + terms[1] if len(terms) > 1 else terms[0]
        for term in terms[2:]:
            total += term
        return Vector(total)

    def inner(self, left: Vector, right: Vector) -> Scalar:
        return self.context.mpc(complex(np.vdot(doubles(left), doubles(right))))
