"""Many sites at many digits: fixed point in arrays of doubles, exact integer convolutions.

All numbers of a vector have one exponent: digits count from the largest of them, as after any convolution by Fourier
transform. What is not done on arrays, flint does, on the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import cast

import numpy as np
import sympy as sp
from flint import acb, arb
from gmpy2 import mpz
from mpmath.libmp import from_man_exp

from analytics.errors import PrecisionError
from analytics.evaluation.contexts import bits_of, kept_bits
from analytics.evaluation.mpmath_types import Operand, Raw
from analytics.expressions.notation import r
from numerics.engines.ball import BallEngine
from numerics.engines.enclosure import balls
from numerics.engines.numbers import complex_out, number_in, raw_parts
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
from numerics.fixed_point.convolution import Convolution
from numerics.fixed_point.digits import (
    WIDTH,
    Fixed,
    added,
    digits_from_point,
    from_doubles,
    from_integers,
    inner_product,
    integers,
    joined,
    leads_everywhere,
    parted,
    scaled,
)
from numerics.fixed_point.saturation import saturated

SPARE_BITS = 6
"""What a step may lose: products of digits that are dropped, one for each of the digits kept."""

MOST_GIVEN = 200
"""Rows of numbers that are given, the smallest of which are to have their digits too until they are added to others."""

KERNEL_DIGITS = 12
"""Decimal digits that the kernel has beyond the states."""

ALGEBRAIC = r / sp.sqrt(1 + r**2)
"""The profile whose activation is computed on arrays."""


MOST_TOGETHER = 1 << 14
"""Digits of states that are taken together: more do not stay in the cache."""


@dataclass(frozen=True, slots=True)
class _Steps(Driven):
    """The drive is added before the digits of the convolution are carried; states are one more axis of the arrays."""

    convolve: Convolution
    value: Linear

    def __call__(self, state: Vector, drive: Vector, into: Array | None = None) -> Vector:
        return self.value(Vector(self.convolve(_fixed(state), _fixed(drive))))

    def together(self, states: Sequence[Vector], drives: Sequence[Vector]) -> list[Vector]:
        """States are taken together whose digits count the same, before the step and in it."""
        found: dict[int, Vector] = {}
        pairs = [(_fixed(state), _fixed(drive)) for state, drive in zip(states, drives, strict=True)]
        for group in _groups([(state.top, state.rows.shape) for state, _ in pairs]):
            z = self._joined([pairs[n] for n in group]) if len(group) > 1 else None
            alike = parted(z, len(group)) if z else [self(states[n], drives[n]) for n in group]
            found |= zip(group, map(Vector, alike))
        return [found[n] for n in range(len(pairs))]

    def _joined(self, pairs: Sequence[tuple[Fixed, Fixed]]) -> Fixed | None:
        """The next states, one after the other in one; None where their digits would not count the same if alone."""
        w = self.convolve(*map(joined, zip(*pairs)))
        z = _fixed(self.value(Vector(w)))
        return z if all(leads_everywhere(number, len(pairs)) for number in (w, z)) else None


def _groups(kinds: Sequence[tuple[int, tuple[int, ...]]]) -> Iterator[list[int]]:
    """The numbers of states whose digits count the same and have the same shape, MOST_TOGETHER digits at a time."""
    alike: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for n, kind in enumerate(kinds):
        alike.setdefault(kind, []).append(n)
    for (_, shape), group in alike.items():
        many = max(1, MOST_TOGETHER // (shape[0] * shape[2]))
        yield from (group[start : start + many] for start in range(0, len(group), many))


class IntegerEngine:
    """Vectors are `Fixed`, right to `digits` digits relative to their largest number."""

    name = "integer"

    def __init__(self, shape: tuple[int, ...], digits: int) -> None:
        self.shape = shape
        self.digits = digits
        self.context = kept_bits(bits_of(digits))
        self._bits = bits_of(digits)
        self._keep = 1 - (-(self._bits + SPARE_BITS) // WIDTH)
        self._balls = BallEngine(shape, digits)

    def on(self, shape: tuple[int, ...]) -> IntegerEngine:
        return IntegerEngine(shape, self.digits)

    def number(self, value: object) -> Scalar:
        return number_in(self.context, value, self.digits + 5)

    def vector(self, values: Iterable[object]) -> Vector:
        if isinstance(values, np.ndarray) and values.dtype.kind in "iufc":
            return Vector(from_doubles(values.astype(np.complex128).ravel(), self._keep, MOST_GIVEN))
        parts = [raw_parts(self.number(value), 0) for value in values]
        return self._of([_signed(part) for half in zip(*parts) for part in half], is_whole=True)

    def values(self, vector: Vector) -> tuple[Scalar, ...]:
        real, imaginary, exponent = integers(_fixed(vector))
        return tuple(
            complex_out((from_man_exp(a, exponent), from_man_exp(b, exponent)))
            for a, b in zip(real, imaginary)
        )

    def array(self, vector: Vector) -> Array:
        return np.array(self.values(vector), dtype=object).reshape(self.shape)

    def doubles(self, vector: Vector) -> Doubles:
        return np.array([complex(value) for value in self.values(vector)]).reshape(self.shape)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        return self._from_balls(self._balls.plane_wave(indices))

    def convolution(self, stencil: Stencil) -> Linear:
        return self._exact(lambda engine: engine.convolution(stencil))

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        return self._exact(lambda engine: engine.multiplier(wavevector, symbol))

    def _exact(self, applied: Callable[[BallEngine], Linear]) -> Linear:
        """The convolution with what an operator of another arithmetic makes of a single site that is 1."""
        engine = BallEngine(self.shape, self.digits + KERNEL_DIGITS)
        kernel = self._from_balls(applied(engine)(engine.vector([1] + [0] * (prod(self.shape) - 1))))
        try:
            convolve = Convolution(_fixed(kernel), self.shape, self._bits, self._keep)
        except PrecisionError:
            return self._through_balls(applied(self._balls))
        return cast("Linear", convolve)

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        by_flint = self._balls.pointwise(profile, slope)
        value = self._through_balls(by_flint.value)

        def algebraic(vector: Vector) -> Vector:
            return Vector(saturated(_fixed(vector), self._bits, self._keep))

        def tangent(vector: Vector) -> Linear:
            return self._through_balls(by_flint.tangent(_in_balls(vector)))

        return Pointwise(algebraic if profile == ALGEBRAIC else value, tangent)

    def driven(self, convolve: Linear, activation: Pointwise) -> Driven:
        if isinstance(convolve, Convolution):
            return _Steps(convolve, activation.value)
        return Composed(self, convolve, activation)

    def combine(self, coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> Vector:
        terms = [self._times(c, _fixed(v)) for c, v in zip(coefficients, vectors)]
        return Vector(terms[0] if len(terms) == 1 else added(terms, self._keep))

    def _times(self, coefficient: Operand, number: Fixed) -> Fixed:
        if coefficient == 1:
            return number
        if coefficient == -1:
            return Fixed(-number.rows, number.top)
        factor = self._of([_signed(part) for part in raw_parts(coefficient, self.digits + 5)])
        return scaled(number, _fixed(factor), self._keep)

    def inner(self, left: Vector, right: Vector) -> Scalar:
        real, imaginary, exponent = inner_product(_fixed(left), _fixed(right))
        parts = (from_man_exp(part, exponent, self._bits, "n") for part in (real, imaginary))
        return self.context.make_mpc(tuple(parts))

    def _through_balls(self, operator: Linear) -> Linear:
        return lambda vector: self._from_balls(operator(_in_balls(vector)))

    def _from_balls(self, vector: Vector) -> Vector:
        values = balls(vector)
        parts = [*(value.real for value in values), *(value.imag for value in values)]
        pairs = (part.man_exp() for part in parts)
        return self._of([(mpz(int(mantissa)), int(exponent)) for mantissa, exponent in pairs])

    def _of(self, parts: Sequence[tuple[mpz, int]], *, is_whole: bool = False) -> Vector:
        """The vector of these real parts and, after them, imaginary parts, each (m, e) for m 2^e; all of their digits
        where `is_whole`, up to MOST_GIVEN rows.
        """
        top = max((m.bit_length() + e for m, e in parts if m), default=0)
        count = self._keep + 1
        if is_whole:
            last = min((e for m, e in parts if m), default=0)
            count = max(count, min(MOST_GIVEN, top // WIDTH - last // WIDTH + 1))
        exponent = WIDTH * (digits_from_point(top // WIDTH) - count)
        whole = [m << (e - exponent) if e >= exponent else m >> (exponent - e) for m, e in parts]
        half = len(whole) // 2
        return Vector(from_integers(whole[:half], whole[half:], exponent, top - exponent, count - 1))


def _fixed(vector: Vector) -> Fixed:
    """A vector, seen by the engine of integers, whose own it is."""
    return cast("Fixed", vector)


def _in_balls(vector: Vector) -> Vector:
    """The same numbers, exactly."""
    real, imaginary, exponent = integers(_fixed(vector))
    return Vector([acb(arb((int(a), exponent)), arb((int(b), exponent))) for a, b in zip(real, imaginary)])


def _signed(part: Raw) -> tuple[mpz, int]:
    """(m, e) of mpmath's m 2^e."""
    sign, mantissa, exponent, _ = part
    return (-mpz(mantissa) if sign else mpz(mantissa)), int(exponent)
