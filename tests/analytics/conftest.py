"""The laws of three theories, points at which they are compared with their own values, and these values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

import mpmath
import pytest
import sympy as sp

from analytics.law.law import Law
from derivations.theory import Theory

Q = sp.Rational
NETWORKS = [("algebraic", "laplacian", 1), ("tanh", "advection", 1), ("algebraic", "laplacian", 2)]
IN_THE_PLANE = (
    "kernel_frequency",
    "bloch_matrix",
    "characteristic_polynomial",
    "decay_rate",
    "exceptional_point",
    "group_velocity",
    "complex_wavenumber",
    "susceptibility",
)
CHOICES = (
    {"I0": 1e-3, "F": 1e-3, "delta": 0.1, "k": 0.8, "k1": 0.8, "k2": -0.5, "q": 0.7, "q1": 0.7, "q2": -0.4}
    | {"Omega": 0.05, "n": 1e5, "R0": 0.3, "r": 0.1, "R": 0.3, "F1": 1e-3, "F2": 2e-3, "x": 40.0},
    {"I0": 0.3, "F": 0.3, "delta": -0.2, "k": 0.0, "k1": 0.0, "k2": 0.3, "q": 0.0, "q1": 0.0, "q2": 0.0}
    | {"Omega": 0.2, "n": 3e6, "R0": 0.05, "r": 1e-8, "R": 1e-8, "F1": 0.3, "F2": 1e-9, "x": 3e5},
    {"I0": 1e-18, "F": 1e-18, "delta": 0.0, "k": 0.8, "k1": 0.1, "k2": 0.0, "q": 0.0, "q1": 0.0, "q2": 0.0}
    | {"Omega": 0.25, "n": 1e6, "R0": 0.9, "r": 1.0, "R": 0.9, "F1": 1e-18, "F2": 1e-18, "x": 7.5},
    {"I0": 1e-18, "F": 1e-18, "delta": 0.0, "k": 0.8, "k1": 0.8, "k2": -0.5, "q": 1e-6, "q1": 1e-6, "q2": 0.0}
    | {"Omega": 0.25, "n": 1e6, "R0": 0.9, "r": 1.0, "R": 0.9, "F1": 1e-18, "F2": 1e-18, "x": 7.5},
)
"""Ordinary, strong and weak activity, where rates go down to 1e-12; on weak activity waves of either regime."""


def versions(laws: list[Law]) -> Iterator[tuple[str, Law]]:
    """Every law under the name of its function in exported source, on either background."""
    for law in laws:
        yield law.name, law
        for other in law.alternatives:
            yield f"{law.name}_for_F", other


def points(law: Law) -> list[tuple[float, ...]]:
    """The choices that lie in the law's domain and satisfy its condition."""
    chosen = [tuple(choice[symbol.name] for symbol in law.symbols) for choice in CHOICES]
    return [point for point in dict.fromkeys(chosen) if _is_allowed(law, point)]


def _is_allowed(law: Law, point: tuple[float, ...]) -> bool:
    exact = [Q(number) for number in point]
    inside = all(
        p.domain.contains(number) == sp.true for p, number in zip(law.parameters, exact, strict=True)
    )
    return inside and law.allows(dict(zip(law.symbols, exact, strict=True)))


@cache
def values(law: Law, point: tuple[float, ...]) -> tuple[Any, ...]:
    """What `evaluate` says at these very doubles, to 25 digits; of a real implicit law its first root."""
    found = law.branches({s: Q(number) for s, number in zip(law.symbols, point, strict=True)}, digits=25)
    return found if law.is_several_valued else found[:1]


def worst_error(found: Any, truths: tuple[Any, ...]) -> float:
    """The largest relative error of the numbers `found`."""
    assert len(found) == len(truths)
    with mpmath.workdps(30):
        pairs = [(mpmath.mpmathify(complex(one)), truth) for one, truth in zip(found, truths, strict=True)]
        return max(float(abs(one - truth) / (abs(truth) or 1)) for one, truth in pairs)


def tolerance(name: str) -> float:
    """Rounding of a few operations, and what a susceptibility at moderate points makes of that of its parameters."""
    return 3e-14 if name.startswith("susceptibility") else 3e-15


@pytest.fixture(scope="session", params=NETWORKS, ids=lambda network: "-".join(map(str, network)))
def laws(request: Any, theory_of: Callable[..., Theory]) -> list[Law]:
    """The laws of each of the three networks; in two dimensions those that know it."""
    theory = theory_of(*request.param)
    return [theory[name] for name in (theory if request.param[2] == 1 else IN_THE_PLANE)]


@pytest.fixture(scope="session")
def comparison() -> SimpleNamespace:
    """The functions of this file."""
    functions = (versions, points, values, worst_error, tolerance)
    return SimpleNamespace(**{function.__name__: function for function in functions})
