"""A map that is linear over the reals, and its two parts, from what it makes of v and of i v.

    f(v) = A v + B conj v,      A v = (f(v) - i f(i v))/2,      B conj v = (f(v) + i f(i v))/2

phi is not analytic, so a step of the lattice conjugates: every response to a small change has both parts.
"""

from __future__ import annotations

from math import prod
from typing import TypeVar

from numerics.engines.protocol import Doubles, Engine, Linear, Scalar, Vector

Part = TypeVar("Part", Scalar, Doubles)

Matrix = tuple[Scalar, Scalar, Scalar, Scalar]
"""M11, M12, M21, M22."""


def parts(along: Part, across: Part) -> tuple[Part, Part]:
    """A v and B conj v from f(v) and f(i v): numbers, or arrays of them."""
    return (along - 1j * across) / 2, (along + 1j * across) / 2


def vector_parts(engine: Engine, along: Vector, across: Vector) -> tuple[Vector, Vector]:
    """The same of an engine's vectors."""
    half, quarter = engine.context.mpf(1) / 2, engine.context.mpc(0, 1) / 2
    return engine.combine([half, -quarter], [along, across]), engine.combine([half, quarter], [along, across])


def turned(engine: Engine, vector: Vector) -> Vector:
    """i v."""
    return engine.combine([engine.context.mpc(0, 1)], [vector])


def wave_matrix(engine: Engine, step: Linear, wave: Vector, mirrored: Vector | None) -> Matrix:
    """The matrix M of `step` on (alpha, beta), for changes alpha e + conj(beta) e', e and e' waves of modulus 1.

    wave, mirrored: e and e', orthogonal; with None they are the same wave, and alpha + conj(beta) is one number.
    """
    conjugate, sites = engine.context.conj, prod(engine.shape)

    def component(along: Vector, vector: Vector) -> Scalar:
        return engine.inner(along, vector) / sites

    if mirrored is None:
        linear, mixed = parts(*(component(wave, step(change)) for change in (wave, turned(engine, wave))))
        return linear, mixed, conjugate(mixed), conjugate(linear)
    first, second = step(wave), step(mirrored)
    return (
        component(wave, first),
        component(wave, second),
        conjugate(component(mirrored, first)),
        conjugate(component(mirrored, second)),
    )
