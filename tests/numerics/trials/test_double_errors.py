"""Compiled laws are as accurate as doubles allow: a few units in the last place per unit of their condition."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from numerics.trials.double_errors import double_error, points_over_the_domain

FEW = 8
SAMPLE = (
    "activation_inverse",
    "kernel_frequency",
    "forced_amplitude",
    "forced_phase",
    "resonant_amplitude",
    "decay_rate",
    "relaxation_time",
    "dispersion_relation",
    "group_velocity",
    "propagation_length",
    "free_relaxation",
    "two_tone_amplitudes",
)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_few_units_over_the_domain(name: str, theory_of: Callable[..., Any]) -> None:
    """Down to 1e-39; `make doubles` takes every law, and more points."""
    law = theory_of("algebraic")[name]
    function = law.compile()
    points = points_over_the_domain(law, Random(7), per_parameter=3, drawn=2)
    found = [error for point in points if (error := double_error(law, function, point)) is not None]
    assert len(found) >= 5
    for error in found:
        assert error.unexplained <= FEW, error


def test_a_condition_that_is_known(theory_of: Callable[..., Any]) -> None:
    """psi(R) = R / sqrt(1 - R^2): |R psi'/psi| = 1/(1 - R^2), 50.25 at R = 0.99; an ulp there moves psi by 50."""
    law = theory_of("algebraic")["activation_inverse"]
    error = double_error(law, law.compile(), (0.99,))
    assert error is not None
    assert error.condition == pytest.approx(1 / (1 - 0.99**2), rel=1e-12)


def test_an_error_of_its_own_is_not_explained(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic")["forced_amplitude"]
    right = law.compile()
    error = double_error(law, lambda *given: right(*given) * (1 + 1e-13), (1e-8, 0.1))
    assert error is not None
    assert error.ulps == pytest.approx(1e-13 * 2**52, rel=0.01)
    assert error.unexplained > FEW


def test_no_error_where_there_is_no_point(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic")["forced_amplitude"]
    assert double_error(law, law.compile(), (-1.0, 0.0)) is None


@pytest.mark.parametrize("point", [(1e-6, 0.0, 0.0), (1e-30, 0.0, 0.0), (1e-9, 0.1, 0.00299750083)])
def test_a_susceptibility_close_to_resonance(point: tuple[float, ...], theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic")["susceptibility"]
    error = double_error(law, law.compile(), point)
    assert error is not None
    assert error.unexplained <= FEW
