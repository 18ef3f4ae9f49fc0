"""Vectors of balls: the arithmetic of a proof.

Every number is a ball that contains the exact one, from the constants of the model on, and no ball is replaced
by its midpoint. Iterated, balls inflate by about eight bits a step: this is for a step or two.

All of it works at the precision in force: whoever proves something holds `flint_precision` from the first ball
to the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, cast

import flint
import mpmath
import numpy as np
import sympy as sp
from flint import acb, arb
from mpmath.libmp import fzero

from analytics.balls.arithmetic import UndecidedError, constant_ball, tree_at
from analytics.balls.rewriting import distances, require_equal
from analytics.balls.trees import REAL, Tree
from analytics.errors import CertificationError
from analytics.evaluation.mpmath_types import Context, Operand
from analytics.expressions.notation import r
from numerics.engines.axes import along_axes, flat_index, signed_indices, sites
from numerics.engines.numbers import complex_out, raw_parts
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

Ball = arb | acb


def balls(vector: Vector) -> list[acb]:
    """A vector, seen by an engine of balls, whose own it is."""
    return cast("list[acb]", vector)


def scalar(ball: Ball) -> Scalar:
    """A ball, as the algorithms that work in any arithmetic see it."""
    return cast("Scalar", ball)


class EnclosureEngine:
    """Vectors are lists of `acb`, scalars `arb` or `acb`; `values` and `array` give midpoints."""

    name = "enclosure"

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.digits = int(flint.ctx.dps)
        self.context = cast("Context", BallContext())

    def on(self, shape: tuple[int, ...]) -> EnclosureEngine:
        return EnclosureEngine(shape)

    def number(self, value: object) -> Scalar:
        return scalar(self.ball(value))

    def ball(self, value: object) -> Ball:
        """SymPy's exact numbers are enclosed; all others are what they are, a double the fraction it stands for."""
        if isinstance(value, arb | acb):
            return value
        if isinstance(value, Fraction):
            return arb(flint.fmpq(value.numerator, value.denominator))
        if isinstance(value, sp.Expr) and not isinstance(value, sp.Float):
            constant: Ball = constant_ball(value)
            return constant
        parts = (value._mpf_, fzero) if isinstance(value, sp.Float) else raw_parts(value, 0)
        real, imaginary = (arb(mpmath.mp.make_mpf(part)) for part in parts)
        return real if imaginary.is_zero() else acb(real, imaginary)

    def vector(self, values: Iterable[object]) -> Vector:
        return Vector([acb(self.ball(value)) for value in values])

    def values(self, vector: Vector) -> tuple[Scalar, ...]:
        return tuple(complex_out(value.mid()._mpc_) for value in balls(vector))

    def array(self, vector: Vector) -> Array:
        return np.array(self.values(vector), dtype=object).reshape(self.shape)

    def doubles(self, vector: Vector) -> Doubles:
        return np.array([complex(value) for value in balls(vector)]).reshape(self.shape)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        return Vector(plane_wave(self.shape, indices))

    def convolution(self, stencil: Stencil) -> Linear:
        taps = [(x, self.ball(value)) for x, value in stencil]
        return Diagonal(self.shape, stencil_symbol(self.shape, taps))

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        return Diagonal(self.shape, band_symbol(self.shape, wavevector, symbol))

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        gains = Gains(profile, slope)

        def tangent(vector: Vector) -> Linear:
            pairs = [gains.linear_and_conjugating(value) for value in balls(vector)]
            return lambda change: Vector(conjugating(pairs, balls(change)))

        return Pointwise(
            lambda vector: Vector([w * gains.tangential(abs(w)) for w in balls(vector)]), tangent
        )

    def driven(self, convolve: Linear, activation: Pointwise) -> Driven:
        return Composed(self, convolve, activation)

    def combine(self, coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> Vector:
        return Vector(combination(coefficients, vectors))

    def inner(self, left: Vector, right: Vector) -> Scalar:
        return scalar(inner_product(left, right))


class BallContext:
    """What inputs and frames ask of the context of their scalars."""

    j = acb(0, 1)
    zero = arb(0)

    @property
    def pi(self) -> arb:
        return arb.pi()

    def mpf(self, value: int | float | arb) -> arb:
        return arb(value)

    def conj(self, value: Ball) -> acb:
        return acb(value).conjugate()

    def expj(self, angle: arb) -> acb:
        return acb(0, angle).exp()

    def expjpi(self, turns: Ball) -> acb:
        return acb(turns).exp_pi_i()

    def cot(self, angle: arb) -> arb:
        return angle.cot()

    def arg(self, value: Ball) -> arb:
        """A phase, modulo 2 pi: the ball is as small near the negative axis as elsewhere."""
        value = acb(value)
        return value.arg() if value.real > 0 or not value.imag.contains(0) else (-value).arg() + arb.pi()


class Diagonal:
    """Z -> the inverse transform of `symbol` times the transform of Z; its norm is the largest |symbol|."""

    def __init__(self, shape: tuple[int, ...], symbol: list[acb]) -> None:
        self.shape = shape
        self.symbol = symbol

    def __call__(self, vector: Vector) -> Vector:
        return Vector(self.times(balls(vector)))

    def times(self, values: Sequence[acb]) -> list[acb]:
        """The product, of balls."""
        spectrum = [u * value for u, value in zip(self.symbol, along_axes(acb.dft, values, self.shape))]
        return along_axes(inverse_transform, spectrum, self.shape)


class Gains:
    """rho(|w|)/|w| and rho'(|w|), the gains of a small change across and along w, for |w| in a ball.

    Where the ball reaches 0 the first is bounded by the mean value theorem: rho(s)/s is a value of rho' below s.
    Raises CertificationError where `slope` is not seen to be the derivative of `profile`.
    """

    def __init__(self, profile: sp.Expr, slope: sp.Expr) -> None:
        self._profile: Callable[[arb], arb] = in_balls([r], profile)
        self._slope: Callable[[arb], arb] = in_balls([r], slope)
        try:
            require_equal(
                "differentiating a profile",
                Tree(REAL).among(r, distances(arb.pos_inf())),
                lambda at: at.slope(profile),
                lambda at: at.value(slope),
            )
        except UndecidedError as error:
            raise CertificationError(
                "enclosing an activation",
                "its slope must be seen to be one",
                f"{error} at {flint.ctx.prec} bits",
                "Ask for more digits.",
            ) from error

    def tangential(self, modulus: arb) -> arb:
        return self._profile(modulus) / modulus if modulus > 0 else self.radial(modulus)

    def radial(self, modulus: arb) -> arb:
        return self._slope(modulus if modulus > 0 else arb(0).union(modulus.abs_upper()))

    def tangential_about(self, modulus: arb, reach: arb) -> arb:
        """Over all |w| within `reach` of the ball: by the mean value, as g_t' = (g_r - g_t)/|w| is small."""
        wide = modulus + arb(0, reach)
        if not wide > 0:
            return self.tangential(wide)
        slope = (self.radial(wide) - self.tangential(wide)) / wide
        return self.tangential(modulus) + slope * arb(0, reach)

    def linear_and_conjugating(self, value: acb) -> tuple[arb, acb]:
        """a and b of dphi(w)[v] = a v + b conj v."""
        modulus = abs(value)
        radial, tangential = self.radial(modulus), self.tangential(modulus)
        half = (radial - tangential) / 2
        if modulus > 0:
            return (radial + tangential) / 2, half * (value / modulus) ** 2
        around = arb(0, half.abs_upper())
        return (radial + tangential) / 2, acb(around, around)


def in_balls(arguments: Sequence[sp.Symbol], expression: sp.Expr) -> Callable[..., Any]:
    """The function arguments -> `expression`, along its tree as it stands."""
    tree = tree_at({}, real=True)
    return lambda *balls: tree.at(dict(zip(arguments, balls, strict=True))).value(expression)


def plane_wave(shape: tuple[int, ...], indices: Sequence[int]) -> list[acb]:
    """e^(i k.x) with k_j = 2 pi m_j / N_j for the whole numbers m = `indices`."""
    circles = [[acb(arb(2 * step) / length).exp_pi_i() for step in range(length)] for length in shape]
    return [
        prod(
            (circle[m * x % length] for circle, m, x, length in zip(circles, indices, site, shape)),
            start=acb(1),
        )
        for site in sites(shape)
    ]


def stencil_symbol(shape: tuple[int, ...], taps: Iterable[tuple[tuple[int, ...], Ball]]) -> list[acb]:
    """exp of the discrete Fourier transform of a stencil of balls, wrapped onto the lattice."""
    wrapped = [acb(0)] * prod(shape)
    for offset, coefficient in taps:
        wrapped[flat_index(offset, shape)] += acb(coefficient)
    return [value.exp() for value in along_axes(acb.dft, wrapped, shape)]


def band_symbol(shape: tuple[int, ...], wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> list[acb]:
    """A function of the wavevector at the wavenumbers 2 pi m_j / N_j, m_j from -N_j/2 on to N_j/2."""
    function = in_balls(wavevector, symbol)
    turn = 2 * arb.pi()
    axes = [[turn * index / length for index in signed_indices(length)] for length in shape]
    return [acb(function(*wavenumbers)) for wavenumbers in product(*axes)]


def combination(coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> list[acb]:
    """sum_j c_j v_j of balls; a coefficient is an int, a ball or a number of mpmath."""
    total, *others = (_scaled(c, balls(vector)) for c, vector in zip(coefficients, vectors))
    for term in others:
        total = [a + b for a, b in zip(total, term)]
    return total


def _scaled(coefficient: Operand, values: list[acb]) -> list[acb]:
    if isinstance(coefficient, int) and abs(coefficient) == 1:
        return values if coefficient == 1 else [-value for value in values]
    real = not hasattr(coefficient, "_mpc_") and not isinstance(coefficient, acb)
    factor = acb(
        arb(cast("Any", coefficient)) if real else coefficient
    )  # arb times acb takes four times as long
    return [factor * value for value in values]


def inner_product(left: Vector, right: Vector) -> acb:
    """sum of conj(a) b over the sites."""
    return sum((a.conjugate() * b for a, b in zip(balls(left), balls(right))), start=acb(0))


def conjugating(pairs: Sequence[tuple[Ball, acb]], change: Sequence[acb]) -> list[acb]:
    """a v + b conj v at every site."""
    return [a * v + b * v.conjugate() for (a, b), v in zip(pairs, change)]


def inverse_transform(values: list[acb]) -> list[acb]:
    return acb.dft(values, inverse=True)
