"""Name of an engine -> engine."""

from __future__ import annotations

from analytics.errors import unknown_name
from analytics.evaluation.values import require_digits
from numerics.engines.protocol import Engine

ENGINES = ("double", "ball", "reference")


def create_engine(name: str, shape: tuple[int, ...], digits: int) -> Engine:
    """The engine of that name for lattices of this shape, carrying `digits` significant digits.

    Raises UnknownNameError; PrecisionError for digits < 1 or more than the engine can carry.
    """
    if name not in ENGINES:
        raise unknown_name("choosing an engine", "engine", name, ENGINES)
    require_digits(f"engine '{name}'", digits)
    if name == "double":
        from numerics.engines.double import DoubleEngine

        return DoubleEngine(shape, digits)
    if name == "ball":
        from numerics.engines.ball import BallEngine

        return BallEngine(shape, digits)
    from numerics.engines.reference import ReferenceEngine

    return ReferenceEngine(shape, digits)
