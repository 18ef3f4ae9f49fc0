"""Name of an engine -> engine."""

from __future__ import annotations

from importlib import import_module

from analytics.errors import PrecisionError, unknown_name
from analytics.evaluation.values import require_digits
from numerics.engines.protocol import Engine

ENGINES: dict[str, tuple[str, str]] = {
    "double": ("numerics.engines.double", "DoubleEngine"),
    "ball": ("numerics.engines.ball", "BallEngine"),
    "reference": ("numerics.engines.reference", "ReferenceEngine"),
}
"""Name -> module and class; a module is imported when its engine is first asked for."""


FIXED_DIGITS = 15
"""Digits that the engine "double" carries, no more and no fewer."""


def create_engine(name: str, shape: tuple[int, ...], digits: int) -> Engine:
    """The engine of that name for lattices of this shape, carrying `digits` significant digits.

    Raises UnknownNameError; PrecisionError for digits < 1 or more than the engine can carry.
    """
    if name not in ENGINES:
        raise unknown_name("choosing an engine", "engine", name, ENGINES)
    require_digits(f"engine '{name}'", digits)
    module, kind = ENGINES[name]
    engine: Engine = getattr(import_module(module), kind)(shape, digits)
    return engine


def carried_digits(name: str, digits: int, guard: int) -> int:
    """Digits to compute in for `digits` of the result: `guard` more, but always 15 in double precision.

    Raises PrecisionError where these leave none to guard with.
    """
    if name != "double":
        return digits + guard
    if digits > FIXED_DIGITS - 2:
        raise PrecisionError(
            "engine 'double'",
            f"at most {FIXED_DIGITS - 2} digits of a result can be asked for",
            digits,
            "Use the engine 'ball'.",
        )
    return FIXED_DIGITS
