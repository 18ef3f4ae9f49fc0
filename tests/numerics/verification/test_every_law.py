"""Every law of every network of the library agrees with direct simulation, to 50 digits or by its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sympy as sp

from analytics.network.activation import PROFILES
from derivations.theory import Theory, chapters
from nearcritical import derive, network
from numerics.verification.verify import verify

NETWORKS = [
    *((profile, kernel, 1) for profile in PROFILES for kernel in ("laplacian", "advection")),
    ("algebraic", "laplacian", 2),
    ("algebraic", "advection", 2),
]
"""The default network first."""


def cases() -> Iterator[Any]:
    """Every law of every network. Those of the default network run always, and each law on one of the others too:
    the networks that have it take turns. `make test-all` runs them all."""
    default, *others = [
        derive(network(profile, kernel, dimension=size)) for profile, kernel, size in NETWORKS
    ]
    laws = [name for chapter in chapters() for name in chapter.names]
    chosen = {
        name: having[place % len(having)]
        for place, name in enumerate(laws)
        if (having := [theory for theory in others if name in theory])
    }
    for theory, (profile, kernel, size) in zip((default, *others), NETWORKS, strict=True):
        for name in theory:
            marks = () if theory is default or theory is chosen[name] else pytest.mark.exhaustive
            yield pytest.param(
                profile, kernel, size, name, id=f"{profile}-{kernel}-{size}-{name}", marks=marks
            )


@pytest.mark.parametrize(("profile", "kernel", "dimension", "name"), list(cases()))
def test_agrees_with_simulation(
    profile: str, kernel: str, dimension: int, name: str, theory_of: Callable[..., Theory]
) -> None:
    law = theory_of(profile, kernel, dimension)[name]
    is_default = (profile, kernel, dimension) == NETWORKS[0]  # there the constants are varied too
    in_space = "x" in map(str, law.symbols)  # some seconds for each value of c, which `make test-all` varies
    verdict = verify(law, 50, held=() if is_default and not in_space else ("c",))
    assert verdict.passed, verdict.reason
    if law.is_exact:
        assert verdict.digits_agreed >= 50
        assert verdict.observed_order is None
    else:
        assert verdict.remainder_order == law.remainder_order
        # at F = 1e-12 the corrections to a slope are of order F^(2/3); in time they are ln(n)/n after elimination, and in
        # space the trace that the far side of a ring leaves
        tolerance = 1e-4 if in_space or "n" in map(str, law.symbols) else 1e-6
        assert float(verdict.observed_order) == pytest.approx(float(law.remainder_order), abs=tolerance)


@pytest.mark.parametrize("name", ["dispersion_relation", "decay_rate", "bloch_matrix", "susceptibility"])
def test_in_two_dimensions_wavenumbers_lie_off_the_axes(name: str, theory_of: Callable[..., Theory]) -> None:
    points = [
        comparison.point for comparison in verify(theory_of("algebraic", "laplacian", 2)[name], 30).points
    ]
    assert any(0 not in (point["q1"], point["q2"]) for point in points)
    assert any(sp.Abs(point["q1"]) != sp.Abs(point["q2"]) for point in points)
