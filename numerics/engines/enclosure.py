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
from typing import Any

import flint
import mpmath
import numpy as np
import sympy as sp
from flint import acb, arb
from mpmath.libmp import fzero

from analytics.balls.arithmetic import UndecidedError, ball_arithmetic
from analytics.balls.rewriting import distances, require_equal
from analytics.balls.trees import REAL, Tree
from analytics.errors import CertificationError
from analytics.expressions.notation import r
from numerics.engines.axes import along_axes, flat_index, signed_indices, sites
from numerics.engines.numbers import complex_out, raw_parts
from numerics.engines.protocol import Linear, Pointwise, Scalar, Taps, Vector


class EnclosureEngine:
    """Vectors are lists of `acb`, scalars `arb` or `acb`; `values` and `array` give midpoints."""

    name = "enclosure"

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.digits = int(flint.ctx.dps)
        self.context = BallContext()
        self._constant = ball_arithmetic().constant

    def on(self, shape: tuple[int, ...]) -> EnclosureEngine:
        return EnclosureEngine(shape)

    def number(self, value: object) -> Scalar:
        """SymPy's exact numbers are enclosed; all others are what they are, a double the fraction it stands for."""
        if isinstance(value, arb | acb):
            return value
        if isinstance(value, Fraction):
            return arb(flint.fmpq(value.numerator, value.denominator))
        if isinstance(value, sp.Expr) and not isinstance(value, sp.Float):
            return self._constant(value)
        parts = (value._mpf_, fzero) if isinstance(value, sp.Float) else raw_parts(value, 0)
        real, imaginary = (arb(mpmath.mp.make_mpf(part)) for part in parts)
        return real if imaginary.is_zero() else acb(real, imaginary)

    def vector(self, values: Any) -> Vector:
        return [acb(self.number(value)) for value in values]

    def values(self, vector: Vector) -> tuple[Any, ...]:
        return tuple(complex_out(value.mid()._mpc_) for value in vector)

    def array(self, vector: Vector) -> Any:
        return np.array(self.values(vector), dtype=object).reshape(self.shape)

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        return plane_wave(self.shape, indices)

    def convolution(self, stencil: Taps) -> Linear:
        return Diagonal(
            self.shape, stencil_symbol(self.shape, [(x, self.number(value)) for x, value in stencil])
        )

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        return Diagonal(self.shape, band_symbol(self.shape, wavevector, symbol))

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        gains = Gains(profile, slope)

        def tangent(vector: Vector) -> Linear:
            pairs = [gains.holomorphic_and_not(value) for value in vector]
            return lambda change: [a * v + b * v.conjugate() for (a, b), v in zip(pairs, change)]

        return Pointwise(lambda vector: [value * gains.tangential(abs(value)) for value in vector], tangent)

    def combine(self, coefficients: Sequence[Scalar], vectors: Sequence[Vector]) -> Vector:
        total, *others = (scaled(c, vector) for c, vector in zip(coefficients, vectors))
        for term in others:
            total = [a + b for a, b in zip(total, term)]
        return total

    def inner(self, left: Vector, right: Vector) -> Scalar:
        return sum([a.conjugate() * b for a, b in zip(left, right)], start=acb(0))


class BallContext:
    """What inputs and frames ask of the context of their scalars."""

    j = acb(0, 1)
    zero = arb(0)

    @property
    def pi(self) -> Any:
        return arb.pi()

    def mpf(self, value: Any) -> Any:
        return arb(value)

    def conj(self, value: Any) -> Any:
        return acb(value).conjugate()

    def expj(self, angle: Any) -> Any:
        return acb(0, angle).exp()

    def expjpi(self, turns: Any) -> Any:
        return acb(turns).exp_pi_i()

    def cot(self, angle: Any) -> Any:
        return angle.cot()

    def arg(self, value: Any) -> Any:
        """A phase, modulo 2 pi: the ball is as small near the negative axis as elsewhere."""
        value = acb(value)
        return value.arg() if value.real > 0 or not value.imag.contains(0) else (-value).arg() + arb.pi()


class Diagonal:
    """Z -> the inverse transform of `symbol` times the transform of Z; its norm is the largest |symbol|."""

    def __init__(self, shape: tuple[int, ...], symbol: Sequence[Any]) -> None:
        self.shape = shape
        self.symbol = symbol

    def __call__(self, vector: Vector) -> Vector:
        spectrum = [u * value for u, value in zip(self.symbol, along_axes(acb.dft, vector, self.shape))]
        return along_axes(inverse_transform, spectrum, self.shape)


class Gains:
    """rho(|w|)/|w| and rho'(|w|), the gains of a small change across and along w, for |w| in a ball.

    Where the ball reaches 0 the first is bounded by the mean value theorem: rho(s)/s is a value of rho' below s.
    Raises CertificationError where `slope` is not seen to be the derivative of `profile`.
    """

    def __init__(self, profile: sp.Expr, slope: sp.Expr) -> None:
        self._profile, self._slope = in_balls([r], profile), in_balls([r], slope)
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

    def tangential(self, modulus: Any) -> Any:
        return self._profile(modulus) / modulus if modulus > 0 else self._slope(_down_to_zero(modulus))

    def radial(self, modulus: Any) -> Any:
        return self._slope(modulus if modulus > 0 else _down_to_zero(modulus))

    def tangential_about(self, modulus: Any, reach: Any) -> Any:
        """Over all |w| within `reach` of the ball: by the mean value, as g_t' = (g_r - g_t)/|w| is small."""
        wide = modulus + arb(0, reach)
        if not wide > 0:
            return self.tangential(wide)
        slope = (self.radial(wide) - self.tangential(wide)) / wide
        return self.tangential(modulus) + slope * arb(0, reach)

    def holomorphic_and_not(self, value: Any) -> tuple[Any, Any]:
        """a and b of dphi(w)[v] = a v + b conj v."""
        modulus = abs(value)
        radial, tangential = self.radial(modulus), self.tangential(modulus)
        half = (radial - tangential) / 2
        if modulus > 0:
            return (radial + tangential) / 2, half * (value / modulus) ** 2
        around = arb(0, half.abs_upper())
        return (radial + tangential) / 2, acb(around, around)


def _down_to_zero(modulus: Any) -> Any:
    return arb(0).union(modulus.abs_upper())


def in_balls(arguments: Sequence[sp.Symbol], expression: sp.Expr) -> Callable[..., Any]:
    """The function arguments -> `expression`, along its tree as it stands."""
    tree = Tree(ball_arithmetic().functions)
    return lambda *balls: tree.at(dict(zip(arguments, balls, strict=True))).value(expression)


def plane_wave(shape: tuple[int, ...], indices: Sequence[int]) -> list[Any]:
    """e^(i k.x) with k_j = 2 pi m_j / N_j for the whole numbers m = `indices`."""
    circles = [[acb(arb(2 * step) / length).exp_pi_i() for step in range(length)] for length in shape]
    return [
        prod(
            (circle[m * x % length] for circle, m, x, length in zip(circles, indices, site, shape)),
            start=acb(1),
        )
        for site in sites(shape)
    ]


def stencil_symbol(shape: tuple[int, ...], taps: Iterable[tuple[tuple[int, ...], Any]]) -> list[Any]:
    """exp of the discrete Fourier transform of a stencil of balls, wrapped onto the lattice."""
    wrapped = [acb(0)] * prod(shape)
    for offset, coefficient in taps:
        wrapped[flat_index(offset, shape)] += acb(coefficient)
    return [value.exp() for value in along_axes(acb.dft, wrapped, shape)]


def band_symbol(shape: tuple[int, ...], wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> list[Any]:
    """A function of the wavevector at the wavenumbers 2 pi m_j / N_j, m_j from -N_j/2 on to N_j/2."""
    function = in_balls(wavevector, symbol)
    turn = 2 * arb.pi()
    axes = [[turn * index / length for index in signed_indices(length)] for length in shape]
    return [acb(function(*wavenumbers)) for wavenumbers in product(*axes)]


def scaled(coefficient: Scalar, vector: Vector) -> Vector:
    """`coefficient`, an int, a ball or a number of mpmath, times the vector."""
    if coefficient == 1:
        return vector
    if coefficient == -1:
        return [-value for value in vector]
    number = acb(coefficient) if hasattr(coefficient, "_mpc_") else arb(coefficient)
    return [number * value for value in vector]


def inverse_transform(values: list[Any]) -> list[Any]:
    return list(acb.dft(values, inverse=True))
