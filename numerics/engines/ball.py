"""python-flint in place of mpmath: the fast arithmetic of many digits.

Every operation is done in balls and its result replaced by the midpoints: iterated balls would inflate by
about eight bits a step. So these are numbers of a stated working precision, as in the other engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import flint
import numpy as np
import sympy as sp
from flint import acb, arb

from analytics.balls.arithmetic import ball_arithmetic, flint_precision
from analytics.errors import PrecisionError
from analytics.evaluation.contexts import bits_of, kept_bits
from analytics.evaluation.mpmath_types import Operand
from analytics.evaluation.translation import function_of
from analytics.expressions.notation import r
from numerics.engines.enclosure import (
    Diagonal,
    balls,
    band_symbol,
    combination,
    conjugating,
    inner_product,
    plane_wave,
    stencil_symbol,
)
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


class BallEngine:
    """Vectors are lists of exact `acb`, at `digits` digits."""

    name = "ball"

    def __init__(self, shape: tuple[int, ...], digits: int) -> None:
        self.shape = shape
        self.digits = digits
        self.context = kept_bits(bits_of(digits))
        self._bits = bits_of(digits)

    def on(self, shape: tuple[int, ...]) -> BallEngine:
        return BallEngine(shape, self.digits)

    def number(self, value: object) -> Scalar:
        return number_in(self.context, value, self.digits + 5)

    def vector(self, values: Iterable[object]) -> Vector:
        if isinstance(values, np.ndarray) and values.dtype != object:
            numbers = values.astype(np.complex128).ravel().tolist()
            return Vector([acb(number.real, number.imag) for number in numbers])
        with flint_precision(self._bits):
            return Vector([acb(self.number(value)) for value in values])

    def values(self, vector: Vector) -> tuple[Scalar, ...]:
        return tuple(complex_out(value._mpc_) for value in balls(vector))

    def array(self, vector: Vector) -> Array:
        return np.array(self.values(vector), dtype=object).reshape(self.shape)

    def doubles(self, vector: Vector) -> Doubles:
        return np.array([complex(value) for value in balls(vector)]).reshape(self.shape)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        return self._rounded(lambda: plane_wave(self.shape, indices))

    def convolution(self, stencil: Stencil) -> Linear:
        with flint_precision(self._bits):
            taps = [(offset, acb(self.number(value))) for offset, value in stencil]
            return self._times(_midpoints(stencil_symbol(self.shape, taps)))

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        with flint_precision(self._bits):
            return self._times(_midpoints(band_symbol(self.shape, wavevector, symbol)))

    def _times(self, symbol: list[acb]) -> Linear:
        """Z -> the inverse transform of `symbol` times the transform of Z."""
        product = Diagonal(self.shape, symbol)
        return lambda vector: self._rounded(lambda: product.times(balls(vector)))

    def _rounded(self, compute: Callable[[], Iterable[acb]]) -> Vector:
        """The midpoints of what is computed at this precision."""
        with flint_precision(self._bits):
            return Vector(_midpoints(compute()))

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        image = _AccurateProfile(profile, self._bits)
        with flint_precision(self._bits):
            gain = function_of([r], slope, ball_arithmetic())

        def image_of(value: acb) -> acb:
            if value.is_zero():
                return value
            modulus = abs(value)
            return value * (image(modulus) / modulus)

        def gains(value: acb) -> tuple[acb, acb]:
            if value.is_zero():
                return acb(1), acb(0)
            modulus = abs(value)
            tangential, radial = image(modulus) / modulus, gain(modulus)
            twice = value / modulus
            return acb(((radial + tangential) / 2).mid()), ((radial - tangential) / 2 * twice * twice).mid()

        def tangent(vector: Vector) -> Linear:
            with flint_precision(self._bits):
                pairs = [gains(value) for value in balls(vector)]
            return lambda change: self._rounded(lambda: conjugating(pairs, balls(change)))

        return Pointwise(lambda vector: self._rounded(lambda: map(image_of, balls(vector))), tangent)

    def driven(self, convolve: Linear, activation: Pointwise) -> Driven:
        return Composed(self, convolve, activation)

    def combine(self, coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> Vector:
        return self._rounded(lambda: combination(coefficients, vectors))

    def inner(self, left: Vector, right: Vector) -> Scalar:
        with flint_precision(self._bits):
            total = inner_product(left, right)
        return self.context.make_mpc(total._mpc_)


class _AccurateProfile:
    """rho at a positive radius with `bits` correct bits, more being carried where its own terms cancel."""

    def __init__(self, profile: sp.Expr, bits: int) -> None:
        self._profile = profile
        self._bits = bits
        self._compiled: dict[int, Callable[[arb], arb]] = {}
        self._at(bits, arb(1))  # a function that is missing is met here

    def __call__(self, modulus: arb) -> arb:
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

    def _at(self, bits: int, modulus: arb) -> arb:
        if bits == flint.ctx.prec and bits in self._compiled:
            return self._compiled[bits](modulus)
        with flint_precision(bits):
            if bits not in self._compiled:
                self._compiled[bits] = function_of([r], self._profile, ball_arithmetic())
            return self._compiled[bits](modulus)


def _midpoints(values: Iterable[acb]) -> list[acb]:
    return [value.mid() for value in values]
