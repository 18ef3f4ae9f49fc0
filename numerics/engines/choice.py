"""Name of an engine -> engine, and the name of the quickest."""

from __future__ import annotations

from math import inf, prod

import sympy as sp

from analytics.errors import unknown_name
from analytics.evaluation.values import require_digits
from numerics.engines.ball import BallEngine
from numerics.engines.precision import FIXED_DIGITS
from numerics.engines.protocol import Engine
from numerics.engines.reference import ReferenceEngine

ENGINES = ("double", "integer", "ball", "reference")

MANY_SITES = 64
"""From so many sites on, of all states, the engine of integers is the quicker one, where it has the activation on
arrays."""

SOME_STEPS = 5
"""To make its kernel takes that engine as long as some three steps of flint."""


def create_engine(name: str, shape: tuple[int, ...], digits: int, threads: int | None = None) -> Engine:
    """The engine of that name for lattices of this shape, carrying `digits` significant digits.

    threads: of the engine of doubles, which alone has several; as many as there are cores where it is None.

    Raises UnknownNameError; PrecisionError for digits < 1 or more than the engine can carry.
    """
    if name not in ENGINES:
        raise unknown_name("choosing an engine", "engine", name, ENGINES)
    require_digits(f"engine '{name}'", digits)
    if name == "double":
        from numerics.engines.double import DoubleEngine  # loads numpy

        return DoubleEngine(shape, digits, threads)
    if name == "integer":
        from numerics.engines.integer import IntegerEngine  # loads scipy

        return IntegerEngine(shape, digits)
    return BallEngine(shape, digits) if name == "ball" else ReferenceEngine(shape, digits)


def quickest(shape: tuple[int, ...], digits: int, profile: sp.Expr, steps: int, states: int = 1) -> str:
    """The engine that takes least time for so many steps of so many states of `digits` digits, rho being `profile`."""
    if digits <= FIXED_DIGITS:
        return "double"
    if states * prod(shape) < MANY_SITES or states * steps < SOME_STEPS:
        return "ball"
    from numerics.engines.integer import ALGEBRAIC  # loads scipy
    from numerics.fixed_point.convolution import error_of_passes

    return "integer" if profile == ALGEBRAIC and error_of_passes(shape) < inf else "ball"
