"""Name of an engine -> engine."""

from __future__ import annotations

from analytics.errors import unknown_name
from analytics.evaluation.values import require_digits
from numerics.engines.ball import BallEngine
from numerics.engines.protocol import Engine
from numerics.engines.reference import ReferenceEngine

ENGINES = ("double", "ball", "reference")


def create_engine(name: str, shape: tuple[int, ...], digits: int) -> Engine:
    """The engine of that name for lattices of this shape, carrying `digits` significant digits.

    Raises UnknownNameError; PrecisionError for digits < 1 or more than the engine can carry.
    """
    if name not in ENGINES:
        raise unknown_name("choosing an engine", "engine", name, ENGINES)
    require_digits(f"engine '{name}'", digits)
    if name == "double":
        from numerics.engines.double import DoubleEngine  # loads scipy

        return DoubleEngine(shape, digits)
    return BallEngine(shape, digits) if name == "ball" else ReferenceEngine(shape, digits)
