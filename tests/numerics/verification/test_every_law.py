"""Every law of every network of the library agrees with direct simulation, to 50 digits or by its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sympy as sp

from analytics.network.activation import PROFILES
from derivations.theory import Theory
from nearcritical import derive, network
from numerics.verification.verify import verify

NETWORKS = [
    *((profile, stencil, 1) for profile in PROFILES for stencil in ("laplacian", "advection")),
    ("algebraic", "laplacian", 2),
    ("algebraic", "advection", 2),
]
"""The default network first."""


def cases() -> Iterator[Any]:
    """Every law of every network. Those of the default network run always, and of each other network its share:
    the laws take turns, so that each is verified on more than one network; `make test-all` runs them all."""
    for turn, (profile, stencil, dimension) in enumerate(NETWORKS):
        for place, name in enumerate(derive(network(profile, stencil, dimension=dimension))):
            runs_always = turn == 0 or (place + turn) % SHARE == 0
            marks = () if runs_always else pytest.mark.exhaustive
            yield pytest.param(
                profile, stencil, dimension, name, id=f"{profile}-{stencil}-{dimension}-{name}", marks=marks
            )


SHARE = 5
"""One law in so many of a network other than the default one."""


@pytest.mark.parametrize(("profile", "stencil", "dimension", "name"), list(cases()))
def test_agrees_with_simulation(
    profile: str, stencil: str, dimension: int, name: str, theory_of: Callable[..., Theory]
) -> None:
    law = theory_of(profile, stencil, dimension)[name]
    verdict = verify(law, 50)
    assert verdict.passed, verdict.reason
    if law.is_exact:
        assert verdict.digits_agreed >= 50
        assert verdict.observed_order is None
    else:
        assert verdict.remainder_order == law.remainder_order
        # at F = 1e-12 the corrections to a slope are of order F^(2/3); in time they are ln(n)/n after elimination
        tolerance = 1e-4 if "n" in map(str, law.symbols) else 1e-6
        assert float(verdict.observed_order) == pytest.approx(float(law.remainder_order), abs=tolerance)


@pytest.mark.parametrize("name", ["dispersion_relation", "decay_rate", "bloch_matrix", "susceptibility"])
def test_in_two_dimensions_wavenumbers_lie_off_the_axes(name: str, theory_of: Callable[..., Theory]) -> None:
    points = [
        comparison.point for comparison in verify(theory_of("algebraic", "laplacian", 2)[name], 30).points
    ]
    assert any(0 not in (point["q1"], point["q2"]) for point in points)
    assert any(sp.Abs(point["q1"]) != sp.Abs(point["q2"]) for point in points)
