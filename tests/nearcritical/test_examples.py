"""The networks in examples/: what they are, and that their laws hold.

`nearcritical verify --model examples/... --digits 50` passes for every law of each; here are those in which the
kernel has most to say.
"""

from pathlib import Path
from random import Random

import mpmath
import pytest
import sympy as sp

from analytics.errors import UnknownNameError
from analytics.network.network import Network
from derivations.theory import derive
from nearcritical.model.building import load
from numerics.trials.sampling import random_settings
from numerics.verification.verify import verify

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
MIXED, ANISOTROPIC, LONG = (load(EXAMPLES / f"{name}.toml") for name in ("mixed", "anisotropic", "frequency"))

DIGITS = 20


def frequency(network: Network) -> sp.Expr:
    return network.kernel.frequency(network.kernel.wavenumbers).subs(network.constants)


def test_the_kernels_are_what_their_comments_say() -> None:
    k, k1, k2 = sp.symbols("k k1 k2", real=True)
    mixed = sp.Rational(3, 5) * (1 - sp.cos(k)) + sp.sqrt(2) / 7 * sp.sin(k) + sp.sin(2 * k) / 20
    assert sp.expand(frequency(MIXED) - mixed) == 0
    two = (
        sp.Rational(3, 5) * (1 - sp.cos(k1))
        + sp.Rational(2, 7) * (1 - sp.cos(k2))
        + sp.sqrt(3) / 20 * sp.sin(k2)
    )
    assert sp.expand(frequency(ANISOTROPIC) - two) == 0


@pytest.mark.parametrize(
    "name",
    [
        "kernel_frequency",
        "forced_phase",
        "dispersion_relation",
        "decay_rate",
        "group_velocity",
        "susceptibility",
    ],
)
def test_laws_of_the_mixed_kernel_hold(name: str) -> None:
    verdict = verify(derive(MIXED)[name], digits=50)
    assert verdict.passed, verdict.reason


@pytest.mark.parametrize("name", ["kernel_frequency", "forced_phase", "decay_rate", "group_velocity"])
def test_laws_of_the_anisotropic_kernel_hold(name: str) -> None:
    verdict = verify(derive(ANISOTROPIC)[name], digits=50)
    assert verdict.passed, verdict.reason


def test_lengths_exist_where_waves_along_the_first_axis_have_a_mirror_image() -> None:
    spatial = {"complex_wavenumber", "propagation_length", "evanescent_length"}
    assert spatial <= set(derive(ANISOTROPIC))
    assert not spatial & set(derive(MIXED))
    assert not spatial & set(derive(LONG))


@pytest.mark.parametrize("name", ["kernel_frequency", "forced_phase", "decay_rate", "group_velocity"])
def test_laws_of_a_kernel_given_by_its_frequency_hold(name: str) -> None:
    assert LONG.kernel.band is not None
    verdict = verify(derive(LONG)[name], digits=50)
    assert verdict.passed, verdict.reason


def test_a_law_that_needs_a_finite_stencil_says_so() -> None:
    with pytest.raises(UnknownNameError, match=r"complex_wavenumber requires a kernel of finite stencil"):
        _ = derive(LONG)["complex_wavenumber"]


@pytest.mark.parametrize("name", ["anisotropic", "frequency", "hysteresis", "mixed", "p6"])
def test_every_law_is_enclosed_at_random_points(name: str) -> None:
    """Each version of a law at the first of forty points that it allows: as many balls as values, each in its ball."""
    theory = derive(load(EXAMPLES / f"{name}.toml"))
    points = random_settings(theory.network, Random(1), 40)
    enclosed = set()
    for law in map(theory.__getitem__, theory):
        for version in law.versions:
            symbols = version.symbols
            offered = (
                {s: point[str(s)] for s in symbols} for point in points if {*map(str, symbols)} <= set(point)
            )
            point = next(filter(version.allows, offered), None)
            if point is None:
                continue
            balls = version.branches(point, DIGITS, enclosure=True)
            values = version.branches(point, 2 * DIGITS)
            assert len(balls) == len(values), version.name
            for ball, value in zip(balls, values, strict=True):
                with mpmath.workdps(2 * DIGITS):
                    size = abs(value) if version.period is None else 1
                    rounding = abs(value) * mpmath.mpf(10) ** (5 - 2 * DIGITS)
                    assert abs(ball.midpoint - value) <= ball.radius + rounding, version.name
                    assert ball.radius <= mpmath.mpf(10) ** -DIGITS * max(size, mpmath.mpf(10) ** -DIGITS), (
                        version.name
                    )
            enclosed.add(law.name)
    assert {*theory} - enclosed <= {"free_relaxation_asymptotic"}
