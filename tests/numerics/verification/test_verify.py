"""Verification: every law holds on the simulated lattice, and a verdict keeps all that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import NoRootError, PrecisionError, UnknownNameError, VerificationError
from analytics.expressions.notation import F, r, wavenumbers, winding
from analytics.law.law import Law
from analytics.network.activation import Activation, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations.resonance import resonance_bandwidth, resonant_amplitude
from derivations.single_oscillation import forced_amplitude_taylor
from derivations.theory import Theory, derive
from nearcritical import network
from numerics.observables.discovery import observables
from numerics.observables.measure import measure
from numerics.observables.record import Approach
from numerics.verification import points
from numerics.verification.exact import GUARD
from numerics.verification.points import FURTHER, OF_TIMES, SEQUENCES, approach_of
from numerics.verification.verify import verify

Q = sp.Rational
Derived = Callable[..., Theory]


def _remembered(observable: str, network: Network, point: Any, digits: int) -> Any:
    return _measured(observable, network, tuple(point.items()), digits)


@cache
def _measured(observable: str, network: Network, point: tuple[tuple[str, sp.Expr], ...], digits: int) -> Any:
    return measure(observable, network, dict(point), digits)


def assert_holds(law: Any, digits: int) -> None:
    verdict = verify(law, digits)
    assert verdict.passed, verdict.reason
    if law.is_exact:
        assert verdict.digits_agreed >= digits
        assert verdict.observed_order is None
    else:
        assert verdict.remainder_order == law.remainder_order
        # the largest corrections to a slope are F^(2/3) at F = 1e-12
        assert float(verdict.observed_order) == pytest.approx(float(law.remainder_order), abs=1e-6)


@pytest.mark.parametrize("digits", [1, 2, 100])
def test_any_number_of_digits(digits: int, theory_of: Derived) -> None:
    assert_holds(theory_of("algebraic")["resonant_amplitude_exact"], digits)
    assert_holds(theory_of("algebraic")["resonant_amplitude"], digits)


# -- networks of one's own --


def test_a_kernel_of_both_parities_that_turns_uniform_states() -> None:
    stencil = (((0,), sp.I / 2), ((1,), Q(1, 7) + sp.I / 10), ((-1,), Q(-1, 7) + sp.I / 10))
    theory = derive(Network(activation("algebraic"), Kernel("own", stencil)))
    for name in ("kernel_frequency", "forced_phase", "background_amplitude"):
        assert_holds(theory[name], 20)


def test_an_activation_without_closed_inverse() -> None:
    mixed = Activation("mixed", (sp.tanh(r) + r / sp.sqrt(1 + r**2)) / 2)
    theory = derive(Network(mixed, kernel("laplacian")))
    for name in ("activation_inverse", "resonant_amplitude_exact", "resonant_amplitude"):
        assert_holds(theory[name], 20)


def test_an_activation_of_order_six() -> None:
    theory = derive(Network(Activation("sextic", r / (1 + r**6) ** Q(1, 6)), kernel("laplacian")))
    for name in ("activation_taylor", "resonant_amplitude", "detuned_amplitude"):
        assert_holds(theory[name], 20)


@pytest.mark.parametrize("terms", [1, 2, 4, 5])
def test_series_of_other_lengths(terms: int, default_network: Network) -> None:
    """With five terms the miss is F^(17/3) = 1e-102 of measurements that start with 30 digits."""
    assert_holds(resonant_amplitude(default_network, terms=terms), 20)


@pytest.mark.parametrize("terms", [1, 2, 4])
def test_expansions_of_other_lengths(terms: int, default_network: Network) -> None:
    assert_holds(forced_amplitude_taylor(default_network, terms=terms), 20)


def test_a_width_of_two_terms(default_network: Network) -> None:
    assert_holds(resonance_bandwidth(default_network, terms=2), 20)


@pytest.mark.parametrize("c", ["1/20", "1/100"])
def test_kernels_of_a_narrow_band(c: str) -> None:
    theory = derive(Network(activation("algebraic"), kernel("laplacian", constants={"c": Q(c)})))
    for name in ("complex_wavenumber", "propagation_length"):
        assert_holds(theory[name], 10)


# -- what a verdict keeps --


def test_an_exact_verdict_keeps_every_comparison(theory_of: Derived) -> None:
    law = theory_of("algebraic")["forced_amplitude"]
    verdict = verify(law, 30)
    assert (verdict.law, verdict.digits, verdict.remainder_order) == (law, 30, None)
    assert len(verdict.points) >= 4
    asked = [(one.measurement.network, *one.point.items()) for one in verdict.points]
    assert len(set(asked)) == len(asked)
    for comparison in verdict.points:
        assert set(comparison.point) == {"F", "delta"}
        assert comparison.measurement.observable == "forced_amplitude"
        assert comparison.measurement.value == comparison.measured
        again = measure("forced_amplitude", comparison.measurement.network, comparison.point, 30 + GUARD)
        with mpmath.workdps(60):
            assert comparison.measured == again.value
            assert abs(comparison.predicted - law.evaluate(comparison.point, 50)) < mpf(10) ** -34
            assert abs(comparison.difference) < mpf(10) ** -30
        assert comparison.digits >= verdict.digits_agreed
        assert comparison.proof is not None
        assert comparison.proof.confirms(30)
        assert not comparison.proof.confirms(200)
    assert (verdict.kind, verdict.reason) == (
        "certified",
        "consistent to 1e-30, proved, at 9 points, for 4 values of c",
    )


def test_a_law_that_nothing_encloses_on_both_sides_is_estimated(theory_of: Derived) -> None:
    verdict = verify(theory_of("algebraic")["tangential_gain"], 20, most=2)
    assert (verdict.passed, verdict.kind) == (True, "estimated")
    assert "agrees to" in verdict.reason
    assert all(comparison.proof is None for comparison in verdict.points)


@pytest.mark.parametrize("name", ["forced_amplitude", "background_amplitude", "resonant_amplitude_exact"])
def test_a_coefficient_off_by_a_millionth_is_refuted_with_proof(theory_of: Derived, name: str) -> None:
    law = theory_of("algebraic")[name]
    difference = law.equation.lhs - law.equation.rhs
    wrong = replace(law, equation=sp.Eq(difference, law.symbols[0] ** 2 / 10**6))
    verdict = verify(wrong, 20, most=1)
    assert (verdict.passed, verdict.kind) == (False, "certified")
    assert verdict.reason.startswith("refuted, proved: off by at least ")
    (comparison,) = verdict.points
    assert comparison.proof is not None
    with mpmath.workdps(40):
        seen = abs(comparison.predicted - comparison.measured) / comparison.predicted
        known_to = mpf(10) ** -(20 + GUARD)
        assert 0 < comparison.proof.apart <= seen + known_to
        assert comparison.proof.within >= seen - known_to


def test_what_a_refutation_states_is_rounded_downwards_and_counted_by_points(theory_of: Derived) -> None:
    law = theory_of("algebraic")["forced_amplitude"]
    wrong = replace(law, equation=sp.Eq(law.equation.lhs * (1 + sp.Rational(1, 10**6)), law.equation.rhs))
    verdict = verify(wrong, 20, most=3)
    proofs = [comparison.proof for comparison in verdict.points]
    stated = verdict.reason.removeprefix("refuted, proved: off by at least ").split(" ")[0]
    apart = [found.apart for found in proofs if found is not None and found.refutes]
    worst = max(apart)
    with mpmath.workdps(40):
        assert worst * (1 - mpf(10) ** -2) <= mpf(stated) <= worst
    assert verdict.reason.endswith(f"at the worst of {len(apart)} of 3 points")


def test_a_term_that_vanishes_at_reciprocals_of_integers_is_seen(theory_of: Derived) -> None:
    law = theory_of("algebraic")["resonant_amplitude"]
    wrong = replace(law, equation=sp.Eq(law.subject, law.predictions[0] + sp.sin(sp.pi / F), evaluate=False))
    verdict = verify(wrong, 20)
    assert not verdict.passed, verdict.reason


def test_an_asymptotic_verdict_keeps_every_comparison(theory_of: Derived) -> None:
    law = theory_of("algebraic")["detuned_amplitude"]
    verdict = verify(law, 20)
    inputs = {comparison.point["F"] for comparison in verdict.points}
    detunings = {comparison.point["delta"] for comparison in verdict.points}
    assert inputs == set(SEQUENCES[sp.S.Zero])
    assert len(detunings) >= 3
    own = [one for one in verdict.points if one.measurement.network == law.network]
    assert len(own) == len(inputs) * len(detunings)
    assert len(verdict.points) == len(own) + 3 * len(inputs)  # three further values of c
    for comparison in verdict.points:
        with mpmath.workdps(60):
            miss = law.discrepancy(comparison.point, comparison.measured, 20)
            assert abs(miss / comparison.difference - 1) < mpf(10) ** -8  # RESOLUTION
    assert "misses by the order" in verdict.reason


def test_a_verdict_is_the_same_every_time(theory_of: Derived) -> None:
    law = theory_of("algebraic")["forced_phase"]
    assert verify(law, 15) == verify(law, 15)


def test_phases_are_compared_modulo_their_period(theory_of: Derived) -> None:
    law = theory_of("algebraic")["forced_phase"]
    turned = replace(law, equation=sp.Eq(law.subject, law.equation.rhs + 6 * sp.pi), codomain=sp.Reals)
    assert verify(turned, 20).passed
    assert not verify(replace(turned, period=None), 20).passed


def test_the_precision_in_force_is_left_alone(theory_of: Derived) -> None:
    with mpmath.workdps(7):
        verdict = verify(theory_of("algebraic")["resonant_amplitude"], 30)
        assert mpmath.mp.dps == 7
    assert verdict.passed


def test_progress_counts_the_points(theory_of: Derived) -> None:
    for name in ("forced_amplitude", "detuned_amplitude"):
        seen: list[tuple[int, int]] = []
        verdict = verify(theory_of("algebraic")[name], 10, progress=lambda *at: seen.append(at))  # noqa: B023
        total = len(verdict.points)
        assert seen == [(done, total) for done in range(1, total + 1)]


# -- the measurement decides --


def test_a_measurement_off_by_a_little_is_noticed(theory_of: Derived) -> None:
    """The law is compared with what was measured, not with itself: c = 0.3 (1 + 1e-15) in the experiment."""
    altered = kernel("laplacian", constants={"c": Q(3, 10) * (1 + Q(1, 10**15))})

    def elsewhere(observable: str, network: Network, point: Any, digits: int) -> Any:
        return measure(observable, Network(network.activation, altered), point, digits)

    verdict = verify(theory_of("algebraic")["kernel_frequency"], 30, held=("c",), experiment=elsewhere)
    assert not verdict.passed
    assert 13 <= verdict.digits_agreed <= 16


# -- constants --


def a_law_of_one_value(theory_of: Derived) -> list[Law]:
    """omega = 20 c^2 (1 - cos k)/3 and 3 (1 - cos k)/5 are 2 c (1 - cos k) at c = 3/10 alone."""
    law = theory_of("algebraic")["kernel_frequency"]
    (c,), (k,) = law.network.constants, law.symbols
    sides = (20 * c**2 * (1 - sp.cos(k)) / 3, sp.Rational(3, 5) * (1 - sp.cos(k)))
    return [replace(law, equation=sp.Eq(law.subject, side, evaluate=False)) for side in sides]


@pytest.mark.parametrize("which", [0, 1])
def test_a_law_that_is_true_at_one_value_of_a_constant_fails(which: int, theory_of: Derived) -> None:
    law = a_law_of_one_value(theory_of)[which]
    verdict = verify(law, 30)
    assert verdict.passed is False
    apart = [one for one in verdict.points if one.digits < 30]
    assert len({one.measurement.network.constants[sp.Symbol("c", real=True)] for one in apart}) == 3
    assert all(one.constants(law.network) for one in apart)


@pytest.mark.parametrize("which", [0, 1])
def test_a_law_of_one_value_passes_where_the_constant_is_held(which: int, theory_of: Derived) -> None:
    verdict = verify(a_law_of_one_value(theory_of)[which], 30, held=("c",))
    assert verdict.passed
    assert "values of" not in verdict.reason


def test_a_coefficient_that_is_true_at_one_value_fails_along_a_limit(theory_of: Derived) -> None:
    law = theory_of("algebraic")["resonant_amplitude"]
    (c,) = law.network.constants
    wrong = law.equation.rhs.xreplace({F: F * 10 * c / 3})
    one_value = replace(law, equation=sp.Eq(law.subject, wrong, evaluate=False))
    assert verify(one_value, 20, held=("c",)).passed
    assert verify(one_value, 20).passed is False


# -- what a verdict can see --


def test_a_slip_as_small_as_the_verdict_says_is_seen_and_a_third_of_it_is_not() -> None:
    law = resonant_amplitude(Network(activation("algebraic"), kernel("laplacian")), terms=1)
    seen = verify(law, 20, most=3)
    assert "shows relative slips down to" in seen.reason
    assert (
        1e-17 < seen.slip < 1e-15
    )  # 1e-4 times the relative remainder at F = 1e-19, (2F)^(2/3)/2, and ln(F1/F2)
    slip = sp.Rational(str(mpmath.nstr(seen.slip, 10)))

    def slipped(factor: sp.Expr) -> Law:
        return replace(
            law, equation=sp.Eq(law.subject, law.equation.rhs * (1 + factor * slip), evaluate=False)
        )

    assert verify(slipped(sp.Rational(1, 3)), 20, most=3).passed
    assert verify(slipped(sp.Rational(3)), 20, most=3).passed is False


# -- orders that settle late --

STRONG = "r/(1 + r**4 + r**2/2)**(1/4)"
"""The coefficient of R^5 is much larger than the square of that of R^3, and so are corrections at late times."""

LATE: list[tuple[str, Network]] = [
    ("free_relaxation_asymptotic", network(STRONG)),
    (
        "combination_tone_amplitudes",  # of tones that nearly make a third wave of the network
        network(
            "beta*tanh(r) + (1 - beta)*r/sqrt(1 + r**2)",
            "2*kappa*(1 - cos(k - theta0))",
            beta="1/3",
            kappa="1/5",
            theta0="3/10",
        ),
    ),
]


@pytest.mark.parametrize(("name", "studied"), LATE, ids=[name for name, _ in LATE])
def test_an_order_that_settles_late_is_followed_further(name: str, studied: Network) -> None:
    theory = derive(studied)
    law = theory[name if name in theory else name.removesuffix("_asymptotic")]
    variable, target = law.limit or (None, None)
    assert target in FURTHER
    verdict = verify(law, 15)
    assert verdict.passed, verdict.reason
    inputs = {comparison.point[str(variable)] for comparison in verdict.points}
    assert inputs > set(SEQUENCES[target])
    assert inputs <= {*SEQUENCES[target], *FURTHER[target]}


def test_a_wrong_order_that_is_nearly_right_is_followed_and_stays_wrong() -> None:
    """A slip that moves the slope by some 1e-3 moves the next one by more."""
    law = resonant_amplitude(Network(activation("algebraic"), kernel("laplacian")), terms=1)
    for factor in (3, 10, 30):
        slip = factor * Q(str(mpmath.nstr(verify(law, 20, most=1).slip, 10)))
        wrong = sp.Eq(law.subject, law.equation.rhs * (1 + slip), evaluate=False)
        verdict = verify(replace(law, equation=wrong), 20, most=1)
        assert verdict.passed is False
        assert FURTHER[sp.S.Zero][0] in {comparison.point["F"] for comparison in verdict.points}


# -- nothing to compare --


def test_a_point_at_which_neither_has_a_value_is_no_failure() -> None:
    """At c = pi/2 the wave q = pi/3 takes a quarter turn a step: R^2/(2 - R^2) = |sin omega| = 1 at R = 1 alone."""
    turn = kernel("laplacian", constants={"c": sp.pi / 2})
    studied = Network(activation("algebraic"), turn)
    law = derive(studied)["exceptional_point"]
    point = {"q": sp.pi / 3}
    verdict = verify(law, 12, settings=[point], held=("c",))
    assert verdict.passed is None
    assert verdict.reason.startswith("nothing to compare")
    assert str(verdict).startswith("exceptional_point: undecided")
    both = verify(law, 12, settings=[point, {"q": sp.pi / 10}], held=("c",))
    assert both.passed
    assert "at 1 point neither law nor experiment has a value" in both.reason


def test_waves_beyond_the_domain_of_a_law_are_no_failure() -> None:
    """Couplings of six sites: roots are looked for up to Im q = 5/6, and both waves measured are damped more."""
    c, (k,) = sp.Symbol("c", real=True), wavenumbers(1)
    omega = 2 * c * sum((1 - sp.cos(n * k)) / n**3 for n in range(1, 7))
    studied = Network(activation("erf"), Kernel.from_frequency("dipolar", omega, constants=((c, Q(1, 7)),)))
    law = replace(derive(studied)["complex_wavenumber"], alternatives=())
    point = {"I0": Q(1), "Omega": Q(1, 4)}
    with pytest.raises(NoRootError):
        law.branches(point, 12)
    assert all(value.imag > 5 / 6 for value in measure("complex_wavenumber", studied, point, 12).values)
    assert verify(law, 12, settings=[point], held=("c",)).passed is None


def test_a_law_without_a_root_where_a_value_is_measured_fails(theory_of: Derived) -> None:
    law = theory_of("algebraic")["exceptional_point"]
    rootless = replace(law, equation=sp.Eq(law.equation.lhs + 1, law.equation.rhs, evaluate=False))
    assert verify(rootless, 12, most=1).passed is False


# -- all waves --


def with_families(law: Law, *families: sp.Expr) -> Law:
    return replace(law, equation=sp.Eq(law.equation.lhs, sp.Tuple(*families), evaluate=False))


def test_all_waves_of_a_law_are_compared(theory_of: Derived) -> None:
    """Both waves that are damped least are right in either wrong law, and are all that one point shows by itself."""
    law = theory_of("algebraic")["complex_wavenumber"]
    one, other = law.equation.rhs
    right = verify(law, 12, most=1, experiment=_remembered)
    assert right.passed
    assert [comparison.branch for comparison in right.points] == [0, 1, 2, 3, 4, 5]
    assert "no wave too many or too few up to Im q = 3.17" in right.reason
    turned = (family.xreplace({winding: 2 * winding}) for family in (one, other))
    for wrong in (with_families(law, one, other, one + sp.I), with_families(law, *turned)):
        assert wrong.branches(right.points[0].point, 12)[:2] == law.branches(right.points[0].point, 12)[:2]
        assert verify(wrong, 12, most=1, experiment=_remembered).passed is False


def test_as_many_waves_are_measured_as_are_asked_for(theory_of: Derived) -> None:
    law, point = theory_of("algebraic")["complex_wavenumber"], {"I0": "1/3", "Omega": "1/10"}
    found = measure("complex_wavenumber", law.network, {**point, "waves": 4}, 12)
    assert found.point["waves"] == 4
    with mpmath.workdps(20):
        for seen, right in zip(found.values, law.branches(point, 15)[:4], strict=True):
            assert abs(seen - right) < mpf(10) ** -12
    assert "waves" not in measure("complex_wavenumber", law.network, point, 12).point


# -- refusals --


def test_an_experiment_without_digits_is_no_excuse(theory_of: Derived) -> None:
    """What the law cannot deliver leaves the verdict open, what the experiment cannot does not."""

    def refusing(*asked: Any) -> Any:
        raise PrecisionError("measuring", "digits must be there", "none", "Wait.")

    for name in ("forced_amplitude", "resonant_amplitude"):
        verdict = verify(theory_of("algebraic")[name], 12, experiment=refusing)
        assert verdict.passed is False
        assert verdict.reason == "cannot be verified: measuring: digits must be there; got none. Wait."


def test_a_point_without_value_leaves_the_verdict_open_only_where_the_others_agree(
    theory_of: Derived,
) -> None:
    law = theory_of("algebraic")["kernel_frequency"]
    (k,) = law.symbols
    pole = (1 / (k - sp.pi / 4), sp.Eq(k, sp.pi / 4))
    for right, passed in ((law.equation.rhs, None), (2 * law.equation.rhs, False)):
        side = sp.Piecewise(pole, (right, True))
        verdict = verify(replace(law, equation=sp.Eq(law.subject, side, evaluate=False)), 12)
        assert verdict.passed is passed
        assert "it is not evaluated: evaluating an expression: it must have a finite value" in verdict.reason


def test_waves_that_are_not_looked_for_leave_the_verdict_open() -> None:
    """Of a stencil that reaches 41 sites not all waves are looked for: nothing speaks against the law."""
    far = (((0,), sp.I / 2), ((1,), -sp.I / 5), ((-1,), -sp.I / 5), ((41,), -sp.I / 20), ((-41,), -sp.I / 20))
    law = derive(Network(activation("algebraic"), Kernel("far", far)))["complex_wavenumber"]
    verdict = verify(law, 10, most=1)
    assert verdict.passed is None
    assert (
        "not evaluated: solving for complex wavenumbers: a frequency of at most 40 harmonics"
        in verdict.reason
    )


@pytest.mark.parametrize("digits", [0, -1, 2.5, True, "10"])
def test_digits_that_make_no_sense_are_refused(digits: Any, theory_of: Derived) -> None:
    with pytest.raises(PrecisionError, match="digits must be a whole number from 1"):
        verify(theory_of("algebraic")["forced_amplitude"], digits)


def test_an_observable_that_nobody_measures_is_refused(theory_of: Derived) -> None:
    law = replace(theory_of("algebraic")["forced_amplitude"], observable="forced_amplitud")
    with pytest.raises(UnknownNameError, match="Did you mean forced_amplitude"):
        verify(law, 10)


def test_a_law_towards_the_other_limit_fails(theory_of: Derived) -> None:
    """Under strong forcing the series of the weak one misses by far more than its remainder."""
    law = theory_of("algebraic")["resonant_amplitude"]
    assert not verify(replace(law, limit=(F, sp.oo)), 10).passed


def test_a_law_outside_of_every_setting_is_refused(theory_of: Derived) -> None:
    law = theory_of("algebraic")["forced_amplitude"]
    narrow = replace(law, parameters=tuple(replace(p, domain=sp.Interval(50, 60)) for p in law.parameters))
    with pytest.raises(VerificationError, match="must offer a point for F, delta"):
        verify(narrow, 10)


@pytest.mark.parametrize("period", [2 * sp.pi, sp.pi / 3])
def test_an_angle_is_compared_modulo_the_period_that_the_law_states(
    period: sp.Expr, theory_of: Derived
) -> None:
    """Moved by the period the prediction still agrees, by half of it no longer."""
    law = replace(theory_of("algebraic")["kernel_frequency"], period=period)
    moved, halfway = (
        replace(law, equation=sp.Eq(law.subject, law.equation.rhs + shift)) for shift in (period, period / 2)
    )
    assert verify(moved, 10).passed
    assert not verify(halfway, 10).passed


def test_a_law_of_another_approach_is_followed_along_it(
    theory_of: Derived, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = theory_of("algebraic")["free_relaxation_asymptotic"]
    assert approach_of(law) == Approach(SEQUENCES[sp.oo], OF_TIMES, further=FURTHER[sp.oo])
    later = Approach(tuple(sp.Integer(3) * 2**power for power in range(9, 14)), (1, 1, 1))
    known = dict(observables())
    known[law.observable] = replace(known[law.observable], approach=lambda network: later)
    monkeypatch.setattr(points, "observable_named", known.__getitem__)
    verdict = verify(law, 20, most=1)
    assert verdict.passed, verdict.reason
    assert {comparison.point["n"] for comparison in verdict.points} == set(later.inputs)
