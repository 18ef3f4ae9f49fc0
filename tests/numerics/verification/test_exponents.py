"""Measured exponents against the exact rationals, and the elimination against an independent extrapolation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import ConvergenceError, PrecisionError, VerificationError
from analytics.expressions.notation import F, R, delta, distance, r
from analytics.network.activation import PROFILES, Activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations.resonance import resonant_amplitude
from derivations.theory import Theory
from numerics.observables.measure import measure
from numerics.verification import exponents
from numerics.verification.exponents import exponent

Q = sp.Rational
Derived = Callable[..., Theory]


def as_mpf(value: sp.Rational) -> Any:
    return mpf(value.p) / value.q


@pytest.mark.parametrize("name", PROFILES)
def test_amplitude_at_resonance_to_thirty_digits(name: str, theory_of: Derived) -> None:
    """1/3, and 1/5 for quartic: within the error bound, and the bound below 1e-30."""
    found = exponent(theory_of(name)["resonant_amplitude"], 30)
    assert found.predicted == (Q(1, 5) if name == "quartic" else Q(1, 3))
    assert found.passed
    with mpmath.workdps(50):
        assert abs(found.measured - as_mpf(found.predicted)) <= found.error_bound <= mpf(10) ** -30
    assert (found.observable, found.parameter, found.digits) == ("forced_amplitude", "F", 30)


@pytest.mark.parametrize("name", ["algebraic", "quartic"])
@pytest.mark.parametrize("kernel_name", ["laplacian", "advection"])
def test_scaling_laws_of_a_single_oscillation(name: str, kernel_name: str, theory_of: Derived) -> None:
    """The table of exponents: 1/(p+1), 1 and p/(p+1)."""
    p = 4 if name == "quartic" else 2
    theory = theory_of(name, kernel_name)
    laws = [theory[law] for law in ("resonant_amplitude", "detuned_amplitude", "resonance_bandwidth")]
    found = {law.name: exponent(law, 20) for law in laws}
    assert {law: value.predicted for law, value in found.items()} == {
        "resonant_amplitude": Q(1, p + 1),
        "detuned_amplitude": 1,
        "resonance_bandwidth": Q(p, p + 1),
    }
    assert all(value.passed for value in found.values())


@pytest.mark.parametrize("name", ["algebraic", "quartic"])
def test_every_exponent_of_the_table(name: str, theory_of: Derived) -> None:
    """p = 2 and p = 4: the measured exponents are those of dominant balance, relaxation time to 30 digits."""
    theory = theory_of(name)
    p = theory.network.activation.order
    for law, rational, digits in (
        ("relaxation_time_resonant", -Q(p, p + 1), 30),
        ("propagation_length", -Q(p, p + 1), 12),
        ("evanescent_length", -Q(p, 2 * (p + 1)), 12),
        ("relaxation_time_detuned", -p, 12),
    ):
        measured = exponent(theory[law], digits)
        assert measured.predicted == rational
        assert measured.passed


def test_own_activation_of_order_six() -> None:
    network = Network(Activation("sextic", r / (1 + r**6) ** Q(1, 6)), kernel("laplacian"))
    found = exponent(resonant_amplitude(network, terms=2), 20)
    assert (found.predicted, found.passed) == (Q(1, 7), True)


@pytest.mark.parametrize("digits", [5, 15, 60, 200])
def test_as_many_digits_as_asked_for(digits: int, theory_of: Derived) -> None:
    found = exponent(theory_of("algebraic")["resonant_amplitude"], digits)
    assert found.passed
    with mpmath.workdps(digits + 20):
        assert abs(found.measured - mpf(1) / 3) <= mpf(10) ** -digits


def test_elimination_is_the_extrapolation_of_a_polynomial(theory_of: Derived) -> None:
    """T(j, m) is the value at h = 0 of the polynomial in h = F^(2/3) through m + 1 local slopes.

    Here by Lagrange's formula: sum_i slope_i prod_k h_k / (h_k - h_i).
    """
    found = exponent(theory_of("algebraic")["resonant_amplitude"], 20)
    slopes = [row[0] for row in found.table]
    with mpmath.workdps(60):
        # each slope belongs to a pair of inputs; a common factor of all h drops out
        steps = [mpf(1) / 4**j for j in range(len(slopes))]
        for j, row in enumerate(found.table):
            assert len(row) == j + 1
            for m, value in enumerate(row):
                chosen = range(j - m, j + 1)
                total = mpmath.fsum(
                    slopes[i] * mpmath.fprod(steps[k] / (steps[k] - steps[i]) for k in chosen if k != i)
                    for i in chosen
                )
                # the measurements carry 32 digits, and extrapolation magnifies their error a few times
                assert abs(total - value) < mpf(10) ** -30


def test_inputs_are_a_geometric_sequence_and_local_exponents_approach_one_third(theory_of: Derived) -> None:
    found = exponent(theory_of("algebraic")["resonant_amplitude"], 15)
    assert len(found.inputs) == len(found.table) + 1
    assert {after / before for before, after in pairwise(found.inputs)} == {Q(1, 8)}
    misses = [abs(float(row[0]) - 1 / 3) for row in found.table]
    # corrections of the order F^(2/3): each further input divides them by 8^(2/3) = 4
    assert misses[-2] / misses[-1] == pytest.approx(4, rel=0.01)


def test_digits_grow_faster_than_linearly(theory_of: Derived) -> None:
    """Every elimination removes a further power, so the digits gained per input grow."""
    found = exponent(theory_of("algebraic")["resonant_amplitude"], 30)
    with mpmath.workdps(45):
        digits = [float(-mpmath.log10(abs(row[-1] - mpf(1) / 3))) for row in found.table]
    gains = [after - before for before, after in pairwise(digits)]
    assert gains[-1] > gains[1] > 0
    assert len(found.inputs) < 15


@pytest.mark.parametrize(
    "wrong", [Q(1, 3) + Q(1, 10**20), Q(1, 3) * (1 + Q(1, 10**6)), Q(1, 2), Q(1, 5)], ids=str
)
def test_a_wrong_exponent_fails(wrong: sp.Rational, theory_of: Derived) -> None:
    law = theory_of("algebraic")["resonant_amplitude"]
    changed = law.equation.rhs.subs(F ** Q(1, 3), F**wrong)
    found = exponent(replace(law, equation=sp.Eq(law.subject, changed)), 30)
    assert found.predicted == wrong
    assert not found.passed


def test_a_wrong_measurement_fails(theory_of: Derived, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law of quartic stated of the algebraic network: measured 1/3 against 1/5."""
    law = replace(theory_of("quartic")["resonant_amplitude"], network=theory_of("algebraic").network)
    monkeypatch.setattr(exponents, "MOST", 12)
    found = exponent(law, 10)
    assert not found.passed
    assert found.digits_reached < 10
    assert found.shortfall is not None and "12 inputs are the most that are tried" in found.shortfall


@pytest.mark.parametrize("name", ["forced_amplitude", "forced_amplitude_taylor", "kernel_frequency"])
def test_laws_without_a_leading_power_are_refused(name: str, theory_of: Derived) -> None:
    with pytest.raises(VerificationError, match="an explicit law with a leading power is needed"):
        exponent(theory_of("algebraic")[name])


@pytest.mark.parametrize("digits", [0, -3, 2.5, True])
def test_digits_that_make_no_sense_are_refused(digits: Any, theory_of: Derived) -> None:
    with pytest.raises(PrecisionError, match="digits must be a whole number from 1"):
        exponent(theory_of("algebraic")["resonant_amplitude"], digits)


def test_progress_ends_with_all_digits(theory_of: Derived) -> None:
    seen: list[tuple[int, int]] = []
    exponent(theory_of("algebraic")["resonant_amplitude"], 10, progress=lambda *at: seen.append(at))
    assert seen[-1] == (10, 10)
    assert all(0 <= done <= total == 10 for done, total in seen)


@pytest.mark.parametrize(
    ("name", "law", "rational", "digits"),
    [
        ("algebraic", "free_relaxation_asymptotic", Q(-1, 2), 60),
        ("quartic", "free_relaxation_asymptotic", Q(-1, 4), 30),
        ("tanh", "free_relaxation", Q(-1, 2), 20),
        ("erf", "free_relaxation", Q(-1, 2), 12),
    ],
)
def test_exponents_in_time(
    name: str, law: str, rational: sp.Rational, digits: int, theory_of: Derived
) -> None:
    """With logarithms, those of tanh and erf, and without: as many digits as asked for."""
    found = exponent(theory_of(name)[law], digits)
    assert found.passed and found.shortfall is None
    assert found.digits_reached == digits
    with mpmath.workdps(2 * digits):
        assert abs(found.measured - as_mpf(rational)) <= found.error_bound <= mpf(10) ** -digits


@pytest.mark.parametrize(
    ("name", "kernel", "rational"),
    [
        ("tanh", "advection", Q(-1, 2)),
        ("algebraic", "laplacian", Q(-1)),
        pytest.param("quartic", "advection", Q(-1, 4), marks=pytest.mark.exhaustive),
        pytest.param("quartic", "laplacian", Q(-1, 2), marks=pytest.mark.exhaustive),
    ],
)
def test_exponents_in_space(name: str, kernel: str, rational: sp.Rational, theory_of: Derived) -> None:
    """From distances that a ring has, with corrections that its observable knows; its far side is in the bound."""
    law = theory_of(name, kernel)["static_leak"]
    found, least = exponent(law, 10), 10 if kernel == "advection" else 8
    assert found.passed and least <= found.digits_reached <= 10
    assert abs(found.measured - as_mpf(rational)) <= found.error_bound <= mpf(10) ** -least
    assert (
        ("far side" in found.bound_by) == ("far side" in (found.shortfall or "")) == (kernel == "laplacian")
    )
    assert not exponent(
        replace(law, equation=sp.Eq(R, law.equation.rhs * distance ** Q(1, 10**7))), 10
    ).passed


def test_digits_that_cannot_be_had_are_told(theory_of: Derived, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exponents, "MOST_TIMES", 24)
    found = exponent(theory_of("tanh")["free_relaxation"], 100)
    assert found.passed and 10 <= found.digits_reached < 100
    assert found.shortfall == (
        f"{found.digits_reached} of 100 digits: 24 inputs are the most that are tried, up to n = 8600"
    )
    assert found.shortfall in str(found)


def test_a_value_that_cannot_be_measured_ends_the_sequence(
    theory_of: Derived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six inputs measured, the seventh refused: the exponent has the digits of six."""

    def limited(observable: str, network: Network, point: Any, digits: int) -> Any:
        if point["F"] < exponents.FIRST * exponents.RATIO**5:
            raise ConvergenceError("measuring", "Wait.", residual=1, tolerance=0, iterations=3)
        return measure(observable, network, point, digits)

    monkeypatch.setattr(exponents, "measure", limited)
    found = exponent(theory_of("algebraic")["resonant_amplitude"], 30)
    assert len(found.inputs) == 6
    assert found.passed and 10 <= found.digits_reached < 30
    assert found.shortfall is not None
    assert f"there is no value at F = 1/{8**8}, measuring: the residual must fall below 0" in found.shortfall


def test_a_law_against_a_law(theory_of: Derived) -> None:
    """The implicit exact law in place of the experiment: the same exponent, and the same elimination."""
    theory = theory_of("algebraic")
    evaluated = exponent(theory["resonant_amplitude"], 25, against=theory["forced_amplitude"])
    measured = exponent(theory["resonant_amplitude"], 25)
    assert evaluated.passed and evaluated.against is theory["forced_amplitude"]
    assert "values of forced_amplitude" in evaluated.bound_by
    assert evaluated.inputs == measured.inputs
    with mpmath.workdps(40):
        for one, other in zip(evaluated.table, measured.table, strict=True):
            assert all(abs(a - b) < mpf(10) ** -30 for a, b in zip(one, other, strict=True))


def test_a_law_against_a_law_off_resonance_is_seen_to_differ(theory_of: Derived) -> None:
    """The resonant law's 1/3 against the values of the detuned response, which is linear."""
    theory = theory_of("algebraic")
    exact = theory["forced_amplitude"]
    detuned = replace(exact, equation=exact.equation.subs(delta, Q(1, 10)))
    found = exponent(theory["resonant_amplitude"], 10, against=detuned)
    assert not found.passed


@pytest.mark.parametrize(
    ("against", "message"),
    [
        ("relaxation_time", "got observable relaxation_time against forced_amplitude"),
        ("forced_amplitude_taylor", "an exact law is needed in place of measurements"),
    ],
)
def test_laws_that_cannot_be_compared_are_refused(against: str, message: str, theory_of: Derived) -> None:
    theory = theory_of("algebraic")
    with pytest.raises(VerificationError, match=message):
        exponent(theory["resonant_amplitude"], against=theory[against])


def test_laws_of_two_networks_are_not_compared(theory_of: Derived) -> None:
    law, other = theory_of("algebraic")["resonant_amplitude"], theory_of("tanh")["forced_amplitude"]
    with pytest.raises(VerificationError, match="network tanh/laplacian against algebraic/laplacian"):
        exponent(law, against=other)


def test_the_errors_of_the_values_are_carried_through(
    theory_of: Derived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values with an error of 1e-6 leave no more than about six digits, and that part of the bound is proved."""

    def rough(observable: str, network: Network, point: Any, digits: int) -> Any:
        seen = measure(observable, network, point, digits)
        with mpmath.workdps(digits):
            nudged = seen.value * (1 + mpf(10) ** -6 * (-1) ** int(mpmath.log(point["F"], 8)))
        return replace(seen, reading=replace(seen.reading, values=(nudged,), error=mpf(10) ** -6))

    monkeypatch.setattr(exponents, "measure", rough)
    monkeypatch.setattr(exponents, "MOST", 20)
    found = exponent(theory_of("algebraic")["resonant_amplitude"], 30)
    assert found.digits_reached <= 6
    assert 1e-7 < found.input_error < found.error_bound
    assert abs(found.measured - mpf(1) / 3) <= found.error_bound


def test_a_bound_below_the_errors_of_the_inputs_lets_the_exact_exponent_pass(theory_of: Derived) -> None:
    """At 60 digits the last columns differ by less than their balls are wide."""
    found = exponent(theory_of("algebraic")["relaxation_time_resonant"], 60)
    with mpmath.workdps(90):
        assert abs(found.measured - as_mpf(found.predicted)) <= found.error_bound < mpf(10) ** -60
    assert found.input_error > found.error_bound / 4
    assert found.passed
