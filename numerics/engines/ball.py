"""python-flint in place of mpmath: the fast arithmetic of many digits.

Every operation is done in balls and its result replaced by the midpoints: iterated balls would inflate by
about eight bits a step. So these are numbers of a stated working precision, as in the other engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import flint
import numpy as np
import sympy as sp
from flint import acb, arb

from analytics.balls.arithmetic import ball_arithmetic, flint_precision
from analytics.errors import PrecisionError
from analytics.evaluation.translation import function_of
from analytics.expressions.notation import r
from numerics.engines.enclosure import Diagonal, band_symbol, plane_wave, scaled, stencil_symbol
from numerics.engines.numbers import bits_of, complex_out, own_context, raw_parts
from numerics.engines.protocol import Linear, Pointwise, Scalar, Taps, Vector


class BallEngine:
    """Vectors are lists of exact `acb`, at `digits` digits."""

    name = "ball"

    def __init__(self, shape: tuple[int, ...], digits: int) -> None:
        self.shape = shape
        self.digits = digits
        self.context = own_context(bits_of(digits))
        self._bits = bits_of(digits)

    def on(self, shape: tuple[int, ...]) -> BallEngine:
        return BallEngine(shape, self.digits)

    def number(self, value: object) -> Scalar:
        real, imaginary = raw_parts(value, self.digits + 5)
        number = self.context.make_mpc((real, imaginary))
        return +number if number.imag else +number.real

    def vector(self, values: Any) -> Vector:
        with flint_precision(self._bits):
            return [acb(self.number(value)) for value in values]

    def values(self, vector: Vector) -> tuple[Any, ...]:
        return tuple(complex_out(value._mpc_) for value in vector)

    def array(self, vector: Vector) -> Any:
        return np.array(self.values(vector), dtype=object).reshape(self.shape)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        with flint_precision(self._bits):
            return _midpoints(plane_wave(self.shape, indices))

    def convolution(self, stencil: Taps) -> Linear:
        with flint_precision(self._bits):
            taps = [(offset, acb(self.number(coefficient))) for offset, coefficient in stencil]
            return self._times(_midpoints(stencil_symbol(self.shape, taps)))

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        with flint_precision(self._bits):
            return self._times(_midpoints(band_symbol(self.shape, wavevector, symbol)))

    def _times(self, symbol: Sequence[Any]) -> Linear:
        """Z -> the inverse transform of `symbol` times the transform of Z."""

        product = Diagonal(self.shape, symbol)

        def convolve(vector: Vector) -> Vector:
            with flint_precision(self._bits):
                return _midpoints(product(vector))

        return convolve

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        image = _AccurateProfile(profile, self._bits)
        with flint_precision(self._bits):
            gain = function_of([r], slope, ball_arithmetic())

        def image_of(value: Any) -> Any:
            if value.is_zero():
                return value
            modulus = abs(value)
            return value * (image(modulus) / modulus)

        def gains(value: Any) -> tuple[Any, Any]:
            if value.is_zero():
                return arb(1), acb(0)
            modulus = abs(value)
            tangential, radial = image(modulus) / modulus, gain(modulus)
            twice = value / modulus
            return ((radial + tangential) / 2).mid(), ((radial - tangential) / 2 * twice * twice).mid()

        def value(vector: Vector) -> Vector:
            with flint_precision(self._bits):
                return _midpoints(map(image_of, vector))

        def tangent(vector: Vector) -> Linear:
            with flint_precision(self._bits):
                pairs = [gains(value) for value in vector]

            def differential(change: Vector) -> Vector:
                with flint_precision(self._bits):
                    return [(a * v + b * v.conjugate()).mid() for (a, b), v in zip(pairs, change)]

            return differential

        return Pointwise(value, tangent)

    def combine(self, coefficients: Sequence[Scalar], vectors: Sequence[Vector]) -> Vector:
        with flint_precision(self._bits):
            total, *others = (scaled(c, vector) for c, vector in zip(coefficients, vectors))
            for term in others:
                total = [a + b for a, b in zip(total, term)]
            return _midpoints(total)

    def inner(self, left: Vector, right: Vector) -> Scalar:
        with flint_precision(self._bits):
            total = sum([a.conjugate() * b for a, b in zip(left, right)], start=acb(0))
        return self.context.make_mpc(total._mpc_)


class _AccurateProfile:
    """rho at a positive radius with `bits` correct bits, more being carried where its own terms cancel."""

    def __init__(self, profile: sp.Expr, bits: int) -> None:
        self._profile = profile
        self._bits = bits
        self._compiled: dict[int, Callable[[Any], Any]] = {}
        self._at(bits, arb(1))  # a function that is missing is met here

    def __call__(self, modulus: Any) -> Any:
        exact = modulus.mid()
        value = self._at(self._bits, exact)
        working = self._bits
        while value.rel_accuracy_bits() < self._bits - 16 and working < 8 * self._bits:
            working *= 2
            value = self._at(working, exact)
        if not value.is_finite():
            raise PrecisionError(
                f"evaluating the profile {self._profile}",
                "a finite value is needed",
                f"{value} at r = {exact.str(6, radius=False)}",
                "Write the profile so that none of its terms overflows.",
            )
        return value

    def _at(self, bits: int, modulus: Any) -> Any:
        if bits == flint.ctx.prec and bits in self._compiled:
            return self._compiled[bits](modulus)
        with flint_precision(bits):
            if bits not in self._compiled:
                self._compiled[bits] = function_of([r], self._profile, ball_arithmetic())
            return self._compiled[bits](modulus)


def _midpoints(values: Iterable[Any]) -> list[Any]:
    return [value.mid() for value in values]
