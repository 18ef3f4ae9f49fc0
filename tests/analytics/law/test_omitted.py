"""What a law with a remainder leaves out: the next term is the leading part of the miss, and terms that grow are seen."""

from collections.abc import Callable
from fractions import Fraction as Q

import pytest
from mpmath import mpf

from analytics.evaluation.values import value_at
from analytics.expressions.notation import r
from analytics.expressions.parameter import exact_number
from nearcritical import Theory

WEAK = Q(1, 10**12)

POINTS = {
    "activation_taylor": ("activation_response", {"r": Q(1, 10**4)}),
    "forced_amplitude_taylor": ("forced_amplitude", {"F": WEAK}),
    "resonant_amplitude": ("forced_amplitude", {"F": WEAK}),
    "detuned_amplitude": ("forced_amplitude", {"F": Q(1, 10**5), "delta": Q(3, 10)}),
    "decay_rate_underdamped": ("decay_rate", {"I0": WEAK, "q": 1}),
    "decay_rate_overdamped": ("decay_rate", {"I0": WEAK, "q": 0}),
    "relaxation_time_resonant": ("relaxation_time", {"I0": WEAK, "q": 0}),
    "decay_rate_detuned": ("decay_rate", {"F": Q(1, 10**5), "delta": Q(3, 10), "q": 2}),
    "relaxation_time_detuned": ("relaxation_time", {"F": Q(1, 10**5), "delta": Q(3, 10), "q": 2}),
}
"""Law -> the exact law of the same quantity, and a point far inside the range of the expansion."""


@pytest.mark.parametrize("activation", ["algebraic", "tanh", "quartic"])
@pytest.mark.parametrize("name", POINTS)
def test_the_next_term_is_what_is_missing(
    name: str, activation: str, theory_of: Callable[..., Theory]
) -> None:
    theory = theory_of(activation)
    law, (exact, point) = theory[name], POINTS[name]
    if exact == "activation_response":
        values = (activation_value(theory, point["r"]),)
    else:
        values = theory[exact].branches(point, 90)
    found = law.omitted(point)
    assert len(found) == len(law.branches(point, 90))
    for lacking, value, truncated in zip(found, values, law.branches(point, 90), strict=False):
        assert abs((value - truncated) / lacking.next_term - 1) < mpf("0.05")
        assert lacking.decreases


def activation_value(theory: Theory, drive: Q) -> mpf:
    """rho(r), from psi(rho(r)) = r."""
    return value_at(theory.network.activation.rho(r), {r: exact_number(drive)}, 90)


@pytest.mark.parametrize(
    ("name", "near", "far"),
    [
        ("resonant_amplitude", {"F": Q(3, 100)}, {"F": 5}),
        ("activation_taylor", {"r": Q(1, 10)}, {"r": 2}),
        ("free_relaxation_asymptotic", {"R0": 1, "n": 10**4}, None),
        ("detuned_amplitude", {"F": Q(1, 100), "delta": Q(1, 2)}, {"F": 1, "delta": Q(1, 2)}),
        ("forced_amplitude_taylor", {"F": Q(1, 1000)}, {"F": 1}),
    ],
)
def test_terms_that_do_not_decrease_are_seen(
    name: str, near: dict[str, object], far: dict[str, object] | None, theory_of: Callable[..., Theory]
) -> None:
    law = theory_of("algebraic")[name]
    assert all(lacking.decreases for lacking in law.omitted(near))
    if far is not None:
        assert not any(lacking.decreases for lacking in law.omitted(far))


def test_an_exact_law_omits_nothing(theory_of: Callable[..., Theory]) -> None:
    assert theory_of("algebraic")["forced_amplitude"].omitted({"F": 1}) == ()
