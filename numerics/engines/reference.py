"""mpmath in a context of its own: the reference arithmetic, written as plainly as it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from math import prod
from typing import cast

import numpy as np
import sympy as sp

from analytics.evaluation.arithmetic import mpmath_arithmetic
from analytics.evaluation.contexts import bits_of, kept_bits
from analytics.evaluation.mpmath_types import Context, Number, Operand
from analytics.evaluation.translation import function_of
from analytics.expressions.notation import r
from numerics.engines.axes import along_axes, flat_index, signed_indices, sites
from numerics.engines.numbers import complex_out, number_in
from numerics.engines.protocol import (
    Array,
    Composed,
    Doubles,
    Driven,
    Linear,
    Pointwise,
    Scalar,
    Stencil,
    Vector,
)


def numbers(vector: Vector) -> list[Number]:
    """A vector, seen by the reference engine, whose own it is."""
    return cast("list[Number]", vector)


class ReferenceEngine:
    """Vectors are lists of complex mpmath numbers, at `digits` digits; no other context is touched."""

    name = "reference"

    def __init__(self, shape: tuple[int, ...], digits: int) -> None:
        self.shape = shape
        self.digits = digits
        self.context = kept_bits(bits_of(digits))
        self._circles = {length: _roots_of_unity(self.context, length) for length in shape}
        self._reversed = {length: [z.conjugate() for z in circle] for length, circle in self._circles.items()}

    def on(self, shape: tuple[int, ...]) -> ReferenceEngine:
        return ReferenceEngine(shape, self.digits)

    def number(self, value: object) -> Scalar:
        return number_in(self.context, value, self.digits + 5)

    def vector(self, values: Iterable[object]) -> Vector:
        return Vector([self.context.mpc(self.number(value)) for value in values])

    def values(self, vector: Vector) -> tuple[Scalar, ...]:
        return tuple(complex_out(value._mpc_) for value in numbers(vector))

    def array(self, vector: Vector) -> Array:
        return np.array(self.values(vector), dtype=object).reshape(self.shape)

    def doubles(self, vector: Vector) -> Doubles:
        return np.array([complex(value) for value in numbers(vector)]).reshape(self.shape)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        circles = [self._circles[length] for length in self.shape]
        return Vector(
            [
                self.context.fprod(
                    circle[index * x % length]
                    for circle, index, x, length in zip(circles, indices, site, self.shape)
                )
                for site in sites(self.shape)
            ]
        )

    def convolution(self, stencil: Stencil) -> Linear:
        wrapped = [self.context.mpc(0)] * prod(self.shape)
        for offset, coefficient in stencil:
            wrapped[flat_index(offset, self.shape)] += self.number(coefficient)
        return self._times([self.context.exp(value) for value in self._transformed(wrapped)])

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        function = function_of(wavevector, symbol, mpmath_arithmetic(self.context))
        turn = 2 * self.context.pi
        axes = [[turn * index / length for index in signed_indices(length)] for length in self.shape]
        return self._times([function(*wavenumbers) for wavenumbers in product(*axes)])

    def _times(self, symbol: Sequence[Number]) -> Linear:
        """Z -> the inverse transform of `symbol` times the transform of Z."""
        scale = self.context.mpf(1) / prod(self.shape)

        def convolve(vector: Vector) -> Vector:
            spectrum = [u * value * scale for u, value in zip(symbol, self._transformed(numbers(vector)))]
            return Vector(self._transformed(spectrum, inverse=True))

        return convolve

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        profiles: dict[int, Callable[[Number], Number]] = {}
        gain = function_of([r], slope, mpmath_arithmetic(self.context))

        def modulus_and_profile(value: Number) -> tuple[Number, Number]:
            """|w| and rho(|w|), with one bit more carried for every leading zero of |w|: they may cancel."""
            modulus = abs(value)
            extra = max(0, -self.context.mag(modulus)) // 64 * 64 + 64
            with self.context.workprec(self.context.prec + extra):
                if extra not in profiles:
                    profiles[extra] = function_of([r], profile, mpmath_arithmetic(self.context))
                image = profiles[extra](modulus)
            return modulus, +image

        modulus_and_profile(self.context.mpc(1))  # a function that is missing is met here

        def image_of(value: Number) -> Number:
            if not value:
                return value
            modulus, image = modulus_and_profile(value)
            return value * (image / modulus)

        def gains(value: Number) -> tuple[Number, Number]:
            if not value:
                return self.context.mpf(1), self.context.mpc(0)
            modulus, image = modulus_and_profile(value)
            tangential, radial = image / modulus, gain(modulus)
            return (radial + tangential) / 2, (radial - tangential) / 2 * (value / modulus) ** 2

        def tangent(vector: Vector) -> Linear:
            pairs = [gains(value) for value in numbers(vector)]
            return lambda change: Vector(
                [a * v + b * v.conjugate() for (a, b), v in zip(pairs, numbers(change))]
            )

        return Pointwise(lambda vector: Vector([image_of(value) for value in numbers(vector)]), tangent)

    def driven(self, convolve: Linear, activation: Pointwise) -> Driven:
        return Composed(self, convolve, activation)

    def combine(self, coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> Vector:
        factors = [self.context.convert(coefficient) for coefficient in coefficients]
        rows = zip(*map(numbers, vectors))
        return Vector([sum((c * v for c, v in zip(factors, row)), self.context.mpc(0)) for row in rows])

    def inner(self, left: Vector, right: Vector) -> Scalar:
        return sum((a.conjugate() * b for a, b in zip(numbers(left), numbers(right))), self.context.mpc(0))

    def _transformed(self, values: Sequence[Number], *, inverse: bool = False) -> list[Number]:
        circles = self._circles if inverse else self._reversed
        return along_axes(lambda line: discrete_fourier(line, circles[len(line)]), values, self.shape)


def discrete_fourier(values: Sequence[Number], circle: Sequence[Number]) -> list[Number]:
    """X_k = sum_x values_x w^(k x) for a sequence of any length N; `circle` holds the powers w^0 ... w^(N-1).

    By the smallest prime factor p of N: p interleaved transforms of length N/p, then N sums of p terms;
    N log N operations for a power of two, N^2 for a prime.
    """
    length = len(values)
    if length == 1:
        return list(values)
    factor = next((p for p in range(2, int(length**0.5) + 1) if length % p == 0), length)
    parts = [discrete_fourier(values[start::factor], circle[::factor]) for start in range(factor)]
    rest = length // factor

    def term(start: int, k: int) -> Number:
        return circle[k * start % length] * parts[start][k % rest]

    return [sum((term(start, k) for start in range(1, factor)), parts[0][k % rest]) for k in range(length)]


def _roots_of_unity(context: Context, length: int) -> list[Number]:
    return [context.expjpi(context.mpf(2 * index) / length) for index in range(length)]
