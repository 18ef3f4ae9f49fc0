"""What an arithmetic must offer so that one algorithm simulates and solves in it.

A *vector* is the state of all sites, complex, in row-major order of a lattice of shape (N_1, ..., N_d); its
Python type is the engine's own business. A *scalar* is an mpmath number of the engine's own context, so that
no global precision is read or left changed; in the arithmetic of proofs, `enclosure`, it is a ball. An engine
carries a fixed number of digits; an algorithm that climbs in precision makes an engine for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NewType, Protocol

import numpy as np
import sympy as sp

from analytics.evaluation.mpmath_types import Context, Number, Operand

Vector = NewType("Vector", object)
"""A state of all sites. Nothing but its engine looks into it."""

Scalar = Number
"""A number of an engine's context."""

Doubles = np.ndarray[tuple[int, ...], np.dtype[np.complex128]]

Array = np.ndarray[tuple[int, ...], np.dtype[Any]]
"""An array of the lattice's shape, of doubles or of objects."""

Linear = Callable[[Vector], Vector]


class Driven(Protocol):
    """(Z, I) -> phi(U (*) Z + I)."""

    def __call__(self, state: Vector, drive: Vector, into: Array | None = None) -> Vector:
        """into: an array of doubles of the lattice's shape, where an engine of doubles puts the result."""
        ...

    def together(self, states: Sequence[Vector], drives: Sequence[Vector]) -> list[Vector]:
        """A step of each state under its own drive: bit for bit what it is alone."""
        return [self(state, drive) for state, drive in zip(states, drives, strict=True)]


Stencil = Sequence[tuple[tuple[int, ...], sp.Expr]]
"""((offset, exact coefficient), ...): a stencil."""


@dataclass(frozen=True, slots=True)
class Pointwise:
    """phi(w) = rho(|w|) w/|w| at every site, phi(0) = 0, and its derivative.

    value: w -> phi(w).
    tangent: w -> (v -> dphi(w)[v]), real-linear in v:

        dphi(w)[v] = a v + b e^(2i arg w) conj v,   a = (rho' + rho/|w|)/2,  b = (rho' - rho/|w|)/2

    with a = 1, b = 0 at w = 0, the unit gain of every admissible profile.
    """

    value: Callable[[Vector], Vector]
    tangent: Callable[[Vector], Linear]


class Engine(Protocol):
    """The arithmetic of all sites at a fixed number of significant digits."""

    @property
    def name(self) -> str:
        """As it is asked for: "double", "integer", "ball" or "reference"."""
        ...

    @property
    def digits(self) -> int:
        """Significant decimal digits carried."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Sites along each axis."""
        ...

    @property
    def context(self) -> Context:
        """The mpmath context of the scalars."""
        ...

    def on(self, shape: tuple[int, ...]) -> Engine:
        """The same arithmetic, for a lattice of another shape."""
        ...

    def number(self, value: object) -> Scalar:
        """An exact SymPy number, a Python number or an mpmath number as a scalar, rounded once."""
        ...

    def vector(self, values: Iterable[object]) -> Vector:
        """The state with these values: a sequence or a flat array, one per site, of any numbers."""
        ...

    def values(self, vector: Vector) -> tuple[Scalar, ...]:
        """One `mpmath.mp.mpc` per site, with all the digits that the vector carries."""
        ...

    def array(self, vector: Vector) -> Array:
        """An array of the lattice's shape: complex128 in double precision, else `mpmath.mp.mpc` objects."""
        ...

    def doubles(self, vector: Vector) -> Doubles:
        """An array of the lattice's shape, each number rounded to a double."""
        ...

    def plane_wave(self, indices: Sequence[int]) -> Vector:
        """e^(i k.x) with k_j = 2 pi m_j / N_j for the whole numbers m = `indices`."""
        ...

    def convolution(self, stencil: Stencil) -> Linear:
        """Z -> exp_(*)(A) (*) Z for the stencil A wrapped onto the lattice, by discrete Fourier transform."""
        ...

    def multiplier(self, wavevector: Sequence[sp.Symbol], symbol: sp.Expr) -> Linear:
        """Z -> the inverse transform of `symbol`, a function of the wavevector, times the transform of Z.

        The wavenumbers of the lattice are k_j = 2 pi m_j / N_j, m_j from -N_j/2 on to N_j/2.
        """
        ...

    def pointwise(self, profile: sp.Expr, slope: sp.Expr) -> Pointwise:
        """The activation with rho = `profile` and rho' = `slope`, expressions in `analytics.expressions.notation.r`."""
        ...

    def driven(self, convolve: Linear, activation: Pointwise) -> Driven:
        """A step of the map, made of a convolution and an activation of this engine."""
        ...

    def combine(self, coefficients: Sequence[Operand], vectors: Sequence[Vector]) -> Vector:
        """sum_j c_j v_j."""
        ...

    def inner(self, left: Vector, right: Vector) -> Scalar:
        """<a, b> = sum over sites of conj(a) b."""
        ...


@dataclass(frozen=True, slots=True)
class Composed(Driven):
    """A step in three: the convolution, the sum, the activation."""

    engine: Engine
    convolve: Linear
    activation: Pointwise

    def __call__(self, state: Vector, drive: Vector, into: Array | None = None) -> Vector:
        return self.activation.value(self.engine.combine((1, 1), (self.convolve(state), drive)))
