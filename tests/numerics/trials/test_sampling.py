"""No false alarm: true laws pass on networks and at points that nobody chose; and these are of every kind."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
import sympy as sp

from analytics.errors import VerificationError
from nearcritical import derive
from numerics.trials.sampling import random_network, random_settings
from numerics.verification.verify import verify

DIGITS = 20
QUICK = ("activation_inverse", "kernel_frequency", "forced_amplitude")


@pytest.mark.parametrize("seed", range(10))
def test_no_false_alarm(seed: int) -> None:
    """A few laws of ten networks at one point each; `make false-alarms` takes all laws of fifty, at four."""
    random = Random(seed)
    studied = random_network(random)
    settings = random_settings(studied, random, 1)
    theory = derive(studied)
    for name in (*QUICK, "decay_rate") if seed == 0 else QUICK:
        for version in (theory[name], *theory[name].alternatives):
            verdict = verify(replace(version, alternatives=()), DIGITS, settings=settings)
            assert verdict.passed, (studied.name, studied.activation.profile, verdict.reason)
            assert verdict.digits_agreed >= DIGITS


def test_a_wrong_law_is_caught_at_drawn_points_too() -> None:
    random = Random(3)
    law = derive(random_network(random))["forced_amplitude"]
    settings = random_settings(law.network, random, 1)
    equation = law.equation.func(
        law.equation.lhs, law.equation.rhs * (1 + sp.Rational(1, 10**6)), evaluate=False
    )
    assert verify(law, DIGITS, settings=settings).passed
    assert not verify(replace(law, equation=equation), DIGITS, settings=settings).passed


def test_a_setting_that_fits_no_version_is_refused() -> None:
    random = Random(3)
    law = derive(random_network(random))["forced_amplitude"]
    with pytest.raises(VerificationError, match="must offer a point"):
        verify(law, DIGITS, settings=[{"I0": law.network.activation.saturation}])


def test_networks_of_every_kind_are_drawn() -> None:
    drawn = [random_network(Random(seed)) for seed in range(40)]
    assert {"mixture", "root", "function"} <= {one.activation.name for one in drawn}
    assert {"laplacian", "advection", "ring", "torus", "band"} == {one.kernel.name for one in drawn}
    assert {one.dimension for one in drawn} == {1, 2}
    assert random_network(Random(1)) == random_network(Random(1))
