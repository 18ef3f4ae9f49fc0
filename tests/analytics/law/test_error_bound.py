"""Bounds of the error of a truncated law: they hold at 10,000 inputs, none is loose, and none can be made smaller."""

from collections.abc import Callable
from fractions import Fraction as Q
from typing import Any

import numpy as np
import pytest

from analytics.errors import LawError, ParameterError
from nearcritical import Theory

Values = Callable[[Theory, Any], Any]
"""(theory, inputs) -> values of the exact law, along a new first axis where there are several."""


def amplitude(detuning: float = 0.0) -> Values:
    return lambda theory, F: theory["forced_amplitude"].compile()(F, detuning)


def of_law(name: str, *others: float) -> Values:
    """A law on a uniform background with further arguments."""
    return lambda theory, I0: theory[name].compile()(I0, *others)


def on_oscillation(name: str, delta: float, k: float, q: float) -> Values:
    return lambda theory, F: theory[name].alternatives[0].compile()(F, delta, k, q)


def half_width(theory: Theory, F: Any) -> Any:
    """Of F^2 = (psi - R)^2 + 4 psi R sin^2(delta/2) at R / sqrt 2."""
    half = theory["forced_amplitude"].compile()(F, 0.0) / np.sqrt(2)
    drive = theory["activation_inverse"].compile()(half)
    return 2 * np.arcsin(np.sqrt((F**2 - (drive - half) ** 2) / (4 * drive * half)))


def length(frequency: float) -> Values:
    """1 / Im q from 2 c (1 - cos q) = omega, cos omega = (e^(i Omega) + g_r g_t e^(-i Omega)) / (2a), c = 3/10."""

    def values(theory: Theory, I0: Any) -> Any:
        along, across = (theory[name].compile()(I0) for name in ("radial_gain", "tangential_gain"))
        turn = np.exp(1j * frequency)
        omega = np.arccos((turn + along * across / turn) / (along + across) + 0j)
        return 1 / np.abs(np.arccos(1 - omega / 0.6).imag)

    return values


CASES: list[tuple[str, str, str, dict[str, object], Values]] = [
    ("activation_taylor", "r", "1/2", {}, lambda theory, r: _inverted(theory, r)),
    ("resonant_amplitude", "F", "1/10", {}, amplitude()),
    ("detuned_amplitude", "F", "1/10", {"delta": "1/5"}, amplitude(0.2)),
    ("resonance_bandwidth", "F", "1/10", {}, half_width),
    ("decay_rate_underdamped", "I0", "1/50", {"q": 1}, of_law("decay_rate", 1.0)),
    ("decay_rate_overdamped", "I0", "1/10", {"q": 0}, of_law("decay_rate", 0.0)),
    ("relaxation_time_resonant", "I0", "1/10", {"q": 0}, of_law("relaxation_time", 0.0)),
    (
        "decay_rate_detuned",
        "F",
        "1/10",
        {"delta": "1/2", "k": 0, "q": 1},
        on_oscillation("decay_rate", 0.5, 0.0, 1.0),
    ),
    (
        "relaxation_time_detuned",
        "F",
        "1/10",
        {"delta": "1/2", "k": 0, "q": 1},
        on_oscillation("relaxation_time", 0.5, 0.0, 1.0),
    ),
    ("propagation_length", "I0", "1/10", {"Omega": "1/2"}, length(0.5)),
    ("evanescent_length", "I0", "1/10", {}, length(0.0)),
]
"""Law, variable, end of its range, other parameters, and the exact law by another route."""


def _inverted(theory: Theory, r: Any) -> Any:
    """rho(r), by bisection of the exact law of psi."""
    low, high = np.zeros_like(r), np.full_like(r, float(theory.network.activation.saturation))
    psi = theory["activation_inverse"].compile()
    for _ in range(60):
        middle = (low + high) / 2
        below = psi(middle) < r
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low


@pytest.mark.parametrize(("name", "variable", "end", "at", "exact"), CASES, ids=[case[0] for case in CASES])
def test_a_bound_holds_and_is_close(
    name: str,
    variable: str,
    end: str,
    at: dict[str, object],
    exact: Values,
    theory_of: Callable[..., Theory],
) -> None:
    theory = theory_of("algebraic")
    law = theory[name]
    bound = law.error_bound({variable: end}, at)
    inputs = np.geomspace(float(Q(end)) / 30, float(Q(end)), 10_000)
    truncated = law.compile()(inputs, *(float(Q(at[p.name])) for p in law.parameters if p.name in at))
    truncated, values = (np.reshape(found, (-1, inputs.size)) for found in (truncated, exact(theory, inputs)))
    size = inputs ** float(law.remainder_order)
    assert len(bound.branches) == len(truncated) == len(values)
    for branch, formula, value in zip(bound.branches, truncated, values, strict=True):
        missed, rounding = np.abs(value - formula), 1e-13 * np.abs(value)
        constant = float(branch.constant)
        assert np.all(missed <= constant * size + rounding)
        assert constant <= 1.001 * float(branch.least)
        assert np.max((missed - rounding) / size) >= constant / 1.2
        assert np.any(missed - rounding > 0.7 * constant * size)  # a bound made smaller is seen to be wrong


@pytest.mark.parametrize("activation", ["tanh", "arctan", "erf", "quartic"])
def test_bounds_of_other_activations(activation: str, theory_of: Callable[..., Theory]) -> None:
    theory = theory_of(activation)
    law = theory["resonant_amplitude"]
    bound = law.error_bound({"F": "1/20"})
    inputs = np.geomspace(1 / 600, 1 / 20, 10_000)
    missed = np.abs(amplitude()(theory, inputs) - law.compile()(inputs)) / inputs ** float(
        law.remainder_order
    )
    assert float(bound.constant) / 1.2 <= np.max(missed) <= float(bound.constant)


def test_a_bound_of_an_expansion_in_the_amplitude(theory_of: Callable[..., Theory]) -> None:
    """F^2 = (psi - R)^2 + 4 psi R sin^2(delta/2) against its Taylor polynomial, in the remainder's variable R."""
    law = theory_of("algebraic")["forced_amplitude_taylor"]
    bound = law.error_bound({"R": "1/2"}, {"delta": "1/5"})
    R = np.linspace(0.1, 0.5, 10_000)
    drive, sine = R / np.sqrt(1 - R**2), np.sin(0.1) ** 2
    series = 4 * R**2 * sine + 2 * R**4 * sine + R**6 * (1.5 * sine + 0.25)
    missed = np.abs((drive - R) ** 2 + 4 * drive * R * sine - series)
    assert np.all(missed <= float(bound.constant) * R**8 + 1e-16)
    assert np.max(missed / R**8) >= 0.99 * float(bound.constant)


def test_a_bound_towards_infinity(theory_of: Callable[..., Theory]) -> None:
    """R0 / sqrt(1 + n R0^2) against 1/sqrt(n) from n = 100 on: half the next term's coefficient, 1/(2 R0^2)."""
    bound = theory_of("algebraic")["free_relaxation_asymptotic"].error_bound({"n": 100}, {"R0": 1})
    times = np.arange(100, 10_100, dtype=float)
    missed = np.abs(1 / np.sqrt(1 + times) - 1 / np.sqrt(times)) * times**1.5
    assert np.max(missed) <= float(bound.constant) <= 1.01 * np.max(missed)


def test_what_is_not_bounded_says_why(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("algebraic")
    with pytest.raises(LawError, match="a law with a remainder is needed"):
        theory["forced_amplitude"].error_bound({"F": "1/10"})
    with pytest.raises(LawError, match="exact law of the same quantity"):
        theory["two_tone_amplitudes"].error_bound({"F1": "1/10"}, {"F2": "1/10"})
    with pytest.raises(ParameterError, match="where the eigenvalues turn"):
        theory["decay_rate_underdamped"].error_bound({"I0": 1}, {"q": 1})
    with pytest.raises(ParameterError, match="one that the exact law is seen to reach"):
        theory["forced_amplitude_taylor"].error_bound({"R": 2})
    with pytest.raises(ParameterError, match="must be above 0"):
        theory["resonant_amplitude"].error_bound({"F": "-1"})
