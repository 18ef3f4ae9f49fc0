"""Chapter 5: a uniform background, against the uniform map of one site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.expressions.notation import I0, R
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import STENCILS, Kernel
from analytics.network.network import Network
from derivations.background import background_amplitude
from derivations.theory import Theory

Q = sp.Rational


@pytest.mark.parametrize("kernel_name", STENCILS)
@pytest.mark.parametrize("name", PROFILES)
def test_kernels_that_leave_uniform_states_alone(
    name: str, kernel_name: str, theory_of: Callable[..., Theory]
) -> None:
    """psi(R) - R = I0, the balance of forcing at resonance."""
    theory = theory_of(name, kernel_name)
    law = theory["background_amplitude"]
    psi = theory.network.activation.psi(R)
    assert law.equation == sp.Eq(psi - R, I0, evaluate=False)
    assert (law.is_exact, law.symbols, law.observable) == (True, (I0,), "background_amplitude")
    resonant = theory["forced_amplitude"].evaluate({"F": "1/7"}, 40)
    assert law.evaluate({"I0": "1/7"}, 40) == resonant


@pytest.mark.parametrize("drift", [Q(1, 2), Q(-2, 3), sp.Integer(3)], ids=str)
def test_a_kernel_that_turns_uniform_states_is_detuned(drift: sp.Rational) -> None:
    """Z -> phi(e^(i omega(0)) Z + I0) iterated: omega(0) = 3 drift for A(0) = A(1) = A(-1) = i drift."""
    stencil = tuple(((offset,), sp.I * drift) for offset in (-1, 0, 1))
    law = background_amplitude(Network(activation("algebraic"), Kernel("own", stencil)))
    found = law.evaluate({"I0": "1/2"}, 30)
    with mpmath.workdps(40):
        turn = mpmath.expj(3 * mpf(drift.p) / drift.q)
        state: Any = mpmath.mpc(0)
        for _ in range(2000):
            before = state
            arrived = turn * state + mpf(1) / 2
            state = arrived / mpmath.sqrt(1 + abs(arrived) ** 2)
            if abs(state - before) < mpf(10) ** -38:
                break
        assert abs(abs(state) - found) < mpf(10) ** -29


def test_the_gauge_is_a_step_of_its_own(theory_of: Callable[..., Theory]) -> None:
    claims = [step.claim for step in theory_of("algebraic")["background_amplitude"].steps]
    assert any("frame of the wave" in claim for claim in claims)
    assert any("k = 0, omega = 0" in claim for claim in claims)
