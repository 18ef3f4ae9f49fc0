"""The periodic lattice and the map on it: what every experiment iterates.

    Z -> phi( U (*) Z + I )

U is known here by its stencil A alone: its Fourier symbol is exp of the discrete Fourier transform of A
wrapped onto the lattice. A kernel that is given by its band omega(k), its stencil being infinite, is applied by
its eigenvalues e^(i omega(k)) at the wavenumbers of the lattice, which wraps all of that stencil.
A frequency is the phase that a plane wave is seen to gain in a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod, tau
from operator import index
from typing import Protocol

import numpy as np
import sympy as sp

from analytics.errors import KernelError, ParameterError
from analytics.exclusive import in_turn, mpmath_kept
from analytics.expressions.notation import r
from analytics.expressions.parameter import exact_number
from analytics.network.kernel import Kernel
from analytics.network.network import Network, require_network
from numerics.engines.choice import create_engine
from numerics.engines.protocol import Array, Engine, Linear, Scalar, Stencil, Vector


class Frame(Protocol):
    """A moving frame. A lattice that is watched from it has another U, the exponential of another stencil."""

    def taps(self, engine: Engine) -> Stencil:
        """((offset, coefficient), ...) of that generator, on a lattice of the engine's shape."""
        ...


@dataclass(frozen=True, slots=True)
class Lattice:
    """A network on a periodic lattice of `shape` sites, watched from a moving `frame`, or at rest where that is None.

    The network is kept with its activation's constants at their values.

    Raises KernelError unless the lattice has the kernel's dimension and holds its stencil: 2 reach + 1 sites
    along each axis, so that no two offsets meet.
    """

    network: Network
    shape: tuple[int, ...]
    frame: Frame | None = None

    def __post_init__(self) -> None:
        require_network("lattice", self.network)
        object.__setattr__(self, "network", self.network.valued)
        kernel = self.network.kernel
        try:
            object.__setattr__(self, "shape", tuple(map(index, self.shape)))
        except TypeError:
            raise KernelError(
                "lattice",
                "the shape is one whole number of sites per axis",
                repr(self.shape),
                f"Write {(16,) * kernel.dimension}.",
            ) from None
        if len(self.shape) != kernel.dimension:
            raise KernelError(
                f"lattice of shape {self.shape}",
                f"the kernel '{kernel.name}' needs {kernel.dimension} axes",
                len(self.shape),
                "Give one length per dimension of the kernel.",
            )
        needed = smallest_shape(self.network)
        if any(length < least for length, least in zip(self.shape, needed)):
            raise KernelError(
                f"lattice of shape {self.shape}",
                f"the stencil of kernel '{kernel.name}' needs at least {needed} sites",
                self.shape,
                "Use a larger lattice.",
            )

    def __repr__(self) -> str:
        sites = " x ".join(map(str, self.shape))
        return f"<Lattice {self.network.name}, {sites} sites{'' if self.frame is None else ', in a frame'}>"

    @property
    def sites(self) -> int:
        """Number of sites."""
        return prod(self.shape)

    def indices(self, wavevector: Sequence[sp.Expr]) -> tuple[int, ...]:
        """The whole numbers m with k_j = 2 pi m_j / N_j, modulo N_j, for an exact wavevector in rad/site.

        Raises ParameterError, naming the nearest admissible wavenumber, where k is not such a multiple.
        """
        if len(wavevector) != len(self.shape):
            raise ParameterError(
                f"lattice of shape {self.shape}",
                f"a wavevector has {len(self.shape)} components here",
                tuple(wavevector),
                "Give one wavenumber per axis.",
            )
        return tuple(_index(k, length) for k, length in zip(wavevector, self.shape))

    def opposite(self, indices: Sequence[int]) -> tuple[int, ...]:
        """The indices of -k."""
        return tuple(-index % length for index, length in zip(indices, self.shape))

    def map(self, engine: str, digits: int, threads: int | None = None) -> LatticeMap:
        """The map in the arithmetic of that engine, carrying `digits` digits; in doubles by so many threads."""
        return LatticeMap(self, create_engine(engine, self.shape, digits, threads))


class LatticeMap:
    """Z -> phi(U (*) Z + I) and its tangent, in one arithmetic. Vectors are the engine's."""

    def __init__(self, lattice: Lattice, engine: Engine) -> None:
        network = lattice.network
        self.lattice = lattice
        self.engine = engine
        self.convolve: Linear = (
            convolution(network.kernel, engine)
            if lattice.frame is None
            else engine.convolution(lattice.frame.taps(engine))
        )
        activation = network.activation
        self.activation = engine.pointwise(activation.profile, activation.slope(r))
        self._driven = engine.driven(self.convolve, self.activation)

    def preactivation(self, state: Vector, drive: Vector) -> Vector:
        """w = U (*) Z + I."""
        return self.engine.combine((1, 1), (self.convolve(state), drive))

    def step(self, state: Vector, drive: Vector, into: Array | None = None) -> Vector:
        """phi(U (*) Z + I); in doubles it may be put `into` an array of the lattice's shape, no part of Z or I."""
        return self._driven(state, drive, into)

    def steps(self, states: Sequence[Vector], drives: Sequence[Vector]) -> list[Vector]:
        """A step of each state under its own drive, bit for bit that of `step`; where an engine can, they are taken
        together.
        """
        return self._driven.together(states, drives)

    def tangent(self, preactivation: Vector) -> Linear:
        """The derivative of a step at w, v -> dphi(w)[U (*) v]: linear over the reals."""
        differential = self.activation.tangent(preactivation)
        return lambda change: differential(self.convolve(change))

    def zero(self) -> Vector:
        """The state of rest."""
        return self.engine.vector(np.zeros(self.lattice.sites))

    def frequency(self, indices: Sequence[int]) -> Scalar:
        """Phase in rad/step, in (-pi, pi], that U gives the plane wave of these indices: arg <e, U (*) e>."""
        wave = self.engine.plane_wave(indices)
        return self.engine.context.arg(self.engine.inner(wave, self.convolve(wave)))


def convolution(kernel: Kernel, engine: Engine, turned: Sequence[Scalar] | None = None) -> Linear:
    """Z -> U (*) Z on the lattice of the engine.

    turned: a real wavevector p, numbers of the engine's context; then Z -> e^(-i p.x) U (*) (e^(i p.x) Z), the
    convolution of what repeats on the lattice up to the phases of p.
    """
    if kernel.band is not None:
        shifts = [0] * kernel.dimension if turned is None else map(exact_number, turned)
        with mpmath_kept():
            shifted = {k: k + shift for k, shift in zip(kernel.wavenumbers, shifts, strict=True)}
            symbol = sp.exp(sp.I * kernel.band.frequency.xreplace(dict(kernel.constants) | shifted))
        return engine.multiplier(kernel.wavenumbers, symbol)
    taps = stencil_taps(kernel)
    if turned is not None:
        angle = engine.context.fdot
        taps = [(x, engine.number(tap) * engine.context.expj(-angle(turned, x))) for x, tap in taps]
    return engine.convolution(taps)


@lru_cache(maxsize=64)
@in_turn
def stencil_taps(kernel: Kernel) -> Stencil:
    """The stencil A with the values of its constants."""
    values = dict(kernel.constants)
    return [(offset, coefficient.subs(values)) for offset, coefficient in kernel.stencil]


def smallest_shape(network: Network) -> tuple[int, ...]:
    """The fewest sites along each axis that hold the stencil; 3, as for neighbours, of an infinite one."""
    if network.kernel.band is not None:
        return (3,) * network.dimension
    offsets = [offset for offset, _ in network.kernel.stencil]
    return tuple(2 * max(abs(offset[axis]) for offset in offsets) + 1 for axis in range(network.dimension))


@in_turn
def turns(wavenumber: sp.Expr) -> sp.Rational | None:
    """k / (2 pi) where it is a rational number, else None."""
    ratio = sp.simplify(wavenumber / (2 * sp.pi))
    return ratio if ratio.is_Rational else None


@in_turn
def _index(wavenumber: sp.Expr, length: int) -> int:
    ratio = turns(wavenumber)
    if ratio is None or (ratio * length).q != 1:
        nearest = 2 * sp.pi * sp.Rational(round(float(wavenumber) * length / tau), length)
        raise ParameterError(
            "wavenumber on a lattice",
            f"a wave must fit the {length} sites, k = 2*pi*m/{length}",
            wavenumber,
            f"The nearest that does is {nearest}.",
        )
    return int(ratio * length) % length
