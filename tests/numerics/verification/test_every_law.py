"""Every law of every network of the library agrees with direct simulation, to 50 digits or by its order."""

from __future__ import annotations

from collections.abc import Callable

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
CASES = [
    pytest.param(*case, name, id=f"{case[0]}-{case[1]}-{case[2]}-{name}")
    for case in NETWORKS
    for name in derive(network(case[0], case[1], dimension=case[2]))
]


@pytest.mark.parametrize(("profile", "stencil", "dimension", "name"), CASES)
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
