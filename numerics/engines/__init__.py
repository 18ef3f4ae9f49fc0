"""Arithmetics of a lattice: double precision, mpmath, and python-flint, behind one protocol."""

from numerics.engines.choice import ENGINES, FIXED_DIGITS, carried_digits, create_engine
from numerics.engines.protocol import Engine, Pointwise, Scalar, Vector

__all__ = [
    "ENGINES",
    "FIXED_DIGITS",
    "Engine",
    "Pointwise",
    "Scalar",
    "Vector",
    "carried_digits",
    "create_engine",
]
