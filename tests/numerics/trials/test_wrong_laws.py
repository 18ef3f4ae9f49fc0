"""A wrong law fails: every law of the default theory, changed in every way that a slip of the pen can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import sympy as sp

from analytics.errors import LawError, VerificationError
from analytics.expressions.notation import I0, F, R
from analytics.law.law import Law
from derivations.activation import activation_taylor
from derivations.resonance import resonant_amplitude
from derivations.theory import Theory
from nearcritical import derive, network
from numerics.observables.measure import measure
from numerics.trials.mutants import SLIGHTLY
from numerics.trials.mutation import score
from numerics.verification.verdict import Verdict
from numerics.verification.verify import verify

DIGITS = 20
"""Enough to see one part in a million; a right law passes at 20 digits as well as at 50."""

SAMPLE = 6
"""Mutants of each law here."""

LONGER: dict[str, Callable[..., Law]] = {
    "activation_taylor": activation_taylor,
    "resonant_amplitude": resonant_amplitude,
}
Derived = Callable[..., Theory]
Q = sp.Rational


def remembered(observable: str, network: Any, point: Mapping[str, sp.Expr], digits: int) -> Any:
    """A measurement does not depend on the law, so it is made once."""
    return _measured(observable, network, tuple(point.items()), digits)


@cache
def _measured(observable: str, network: Any, point: tuple[tuple[str, sp.Expr], ...], digits: int) -> Any:
    return measure(observable, network, dict(point), digits)


def verdict_on(law: Law) -> Verdict:
    """At two points only: with all of them `verify` can but be stricter."""
    return verify(law, DIGITS, most=2, experiment=remembered)


WIDE = network("algebraic", "laplacian", c="19/4")
"""A band of 6 pi: here the least damped waves have wound round, and waves of false windings, of pi, are damped less."""


@pytest.mark.parametrize("name", derive(network("algebraic", "laplacian")))
def test_no_slip_of_the_pen_passes(name: str, theory_of: Derived) -> None:
    """A sample of the mutants of every law, and of the same law on other backgrounds; `make mutants` takes all."""
    theory = theory_of("algebraic")
    names = list(theory)
    neighbour = theory[names[names.index(name) - 1]]
    also = (WIDE,) if name == "complex_wavenumber" else ()
    for law in (theory[name], *theory[name].alternatives):
        result = score(law, DIGITS, neighbour=neighbour, also=also, sample=SAMPLE)
        assert [mutant.change for mutant in result.survivors] == []
        assert result.killed >= SAMPLE // 2 - len(result.equivalent)


@pytest.mark.parametrize("activation", ["tanh", "quartic"])
@pytest.mark.parametrize("name", ["resonant_amplitude", "resonance_bandwidth", "activation_inverse"])
def test_no_slip_of_the_pen_passes_elsewhere(name: str, activation: str, theory_of: Derived) -> None:
    result = score(theory_of(activation)[name], DIGITS)
    assert result.killed >= 7  # psi(R) = atanh R has few places to slip at
    assert result.survivors == ()


def test_a_law_that_does_not_pass_has_no_score(theory_of: Derived) -> None:
    law = theory_of("algebraic")["background_amplitude"]
    wrong = replace(law, equation=sp.Eq(2 * law.equation.lhs, law.equation.rhs, evaluate=False))
    with pytest.raises(VerificationError, match="the law itself must pass"):
        score(wrong, DIGITS)


ASYMPTOTIC = ["activation_taylor", "forced_amplitude_taylor", "resonant_amplitude", "detuned_amplitude", "resonance_bandwidth"]  # fmt: skip


@pytest.mark.parametrize(
    "shift", [Q(1, 1000), Q(-1, 1000), Q(2, 3), Q(-2, 3), sp.Integer(-2), sp.Integer(2)], ids=str
)
@pytest.mark.parametrize("name", ASYMPTOTIC)
def test_a_wrong_remainder_fails(name: str, shift: sp.Rational, theory_of: Derived) -> None:
    """Too modest or too proud, by a little or by the distance of two terms."""
    law = theory_of("algebraic")[name]
    assert law.remainder is not None
    verdict = verdict_on(replace(law, remainder=law.remainder * law.remainder_variable**shift))
    assert not verdict.passed
    assert abs(float(verdict.observed_order - law.remainder_order)) < 1e-4


@pytest.mark.parametrize("name", ASYMPTOTIC)
def test_a_series_is_not_exact(name: str, theory_of: Derived) -> None:
    law = theory_of("algebraic")[name]
    assert not verdict_on(replace(law, remainder=None, limit=None)).passed


@pytest.mark.parametrize("name", LONGER)
def test_a_right_term_too_many_belies_the_remainder(name: str, theory_of: Derived) -> None:
    """A longer series under the remainder of the shorter one misses by less than it says."""
    law = theory_of("algebraic")[name]
    longer = LONGER[name](law.network, terms=4)
    assert verdict_on(longer).passed
    assert not verdict_on(replace(longer, remainder=law.remainder)).passed


def test_an_exact_law_has_no_remainder(theory_of: Derived) -> None:
    law = theory_of("algebraic")["resonant_amplitude_exact"]
    verdict = verdict_on(replace(law, remainder=F**3, limit=(F, sp.S.Zero)))
    assert not verdict.passed
    assert "State the law as exact" in verdict.reason


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("forced_amplitude", "tanh"),
        ("resonant_amplitude", "tanh"),
        ("activation_inverse", "erf"),
        ("resonance_bandwidth", "quartic"),
        ("background_amplitude", "arctan"),
    ],
)
def test_the_law_of_another_activation_fails(name: str, of: str, theory_of: Derived) -> None:
    assert not verdict_on(replace(theory_of(of)[name], network=theory_of("algebraic").network)).passed


@pytest.mark.parametrize("name", ["kernel_frequency", "forced_phase"])
def test_the_law_of_another_kernel_fails(name: str, theory_of: Derived) -> None:
    law = theory_of("algebraic", "advection")[name]
    carrier = {"k": sp.pi / 4}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numerics.verification.points.points_of", lambda law, *_, **__: [{"F": Q(1, 9), "delta": Q(1, 9)} | carrier if name == "forced_phase" else carrier])  # fmt: skip
        assert verdict_on(law).passed
        assert not verdict_on(replace(law, network=theory_of("algebraic").network)).passed


@pytest.mark.parametrize("factor", [SLIGHTLY, -sp.S.One, sp.I, sp.S.Zero], ids=str)
def test_a_wrong_amplitude_inside_the_phase_fails(factor: sp.Expr, theory_of: Derived) -> None:
    """The law that gives R to `forced_phase` scaled, negative, complex, or 0."""
    law = theory_of("algebraic")["forced_phase"]
    amplitude = law.where[0]
    wrong = replace(
        amplitude, equation=sp.Eq(amplitude.equation.lhs, amplitude.equation.rhs * factor, evaluate=False)
    )
    assert not verdict_on(replace(law, where=(wrong,))).passed


SINGULAR = {
    "complex": sp.sqrt(-1 - R**2),
    "infinite at a point": 1 / (R - Q(1, 3)) / (R - Q(1, 10)),
    "nowhere real": sp.acosh(R / 2),
    "constant": Q(1, 3),
}


@pytest.mark.parametrize("right", SINGULAR.values(), ids=SINGULAR.keys())
def test_a_law_without_a_real_value_fails_and_does_not_raise(right: sp.Expr, theory_of: Derived) -> None:
    law = theory_of("algebraic")["activation_inverse"]
    verdict = verdict_on(replace(law, equation=sp.Eq(law.subject, right, evaluate=False)))
    assert not verdict.passed
    assert verdict.reason


@pytest.mark.parametrize("right", [sp.zoo, sp.nan, sp.oo], ids=str)
def test_a_law_that_is_nowhere_finite_cannot_be_stated(right: sp.Expr, theory_of: Derived) -> None:
    law = theory_of("algebraic")["activation_inverse"]
    with pytest.raises(LawError, match="both sides must be finite"):
        replace(law, equation=sp.Eq(law.subject, right, evaluate=False))


# -- the number of values --


def with_branches(law: Law, *branches: sp.Expr) -> Law:
    return replace(law, equation=sp.Eq(law.subject, sp.Tuple(*branches), evaluate=False))


@pytest.mark.parametrize("name", ["decay_rate", "bloch_matrix", "decay_rate_underdamped", "group_velocity"])
def test_as_many_values_must_be_predicted_as_are_measured(name: str, theory_of: Derived) -> None:
    law = theory_of("algebraic")[name]
    more = with_branches(law, *law.predictions, sp.Integer(17))
    assert verdict_on(law).passed
    assert "predicted" in verdict_on(more).reason
    assert not verdict_on(more).passed
    if len(law.predictions) > 1:
        fewer = with_branches(law, *law.predictions[:-1])
        assert "predicted" in verdict_on(fewer).reason
        assert not verdict_on(fewer).passed


# -- remainders that cannot be seen --


@pytest.mark.parametrize(
    ("name", "symbol"), [("decay_rate_underdamped", "q"), ("decay_rate_detuned", "k"), ("detuned_amplitude", "delta")]
)  # fmt: skip
def test_a_remainder_in_what_stays_put_fails(name: str, symbol: str, theory_of: Derived) -> None:
    law = theory_of("algebraic")[name]
    (still,) = (s for version in law.versions[:1] for s in version.symbols if str(s) == symbol)
    verdict = verdict_on(replace(law, remainder=still**2))
    assert not verdict.passed
    assert "a power of what goes to a limit" in verdict.reason


@pytest.mark.parametrize("name", ["dispersion_relation", "complex_wavenumber"])
def test_a_complex_law_with_a_remainder_fails(
    name: str, theory_of: Derived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numerics.verification.verify.MOST_DIGITS", 50)
    law = theory_of("algebraic")[name]
    verdict = verdict_on(replace(law, remainder=I0**2, limit=(I0, sp.S.Zero)))
    assert not verdict.passed
    assert "State the law as exact" in verdict.reason or "one right side is needed" in verdict.reason


def test_a_limit_at_which_nothing_can_be_measured_fails(theory_of: Derived) -> None:
    law = theory_of("algebraic")["kernel_frequency"]
    (wavenumber,) = law.symbols
    verdict = verdict_on(replace(law, remainder=wavenumber**2, limit=(wavenumber, sp.S.Zero)))
    assert not verdict.passed
    assert "periodic lattice" in verdict.reason


# -- the two regimes of the decay rates --


def with_pieces(law: Law, change: Callable[[sp.Expr, sp.Basic, sp.Expr], sp.Expr]) -> Law:
    """A law of two branches, each rebuilt from the rate and the condition of its first piece and the other rate."""
    pieces = [(*branch.args[0], branch.args[1][0]) for branch in law.predictions]
    return with_branches(law, *(change(*piece) for piece in pieces))


def test_the_overdamped_rate_on_an_oscillation_needs_its_angle(theory_of: Derived) -> None:
    law = theory_of("algebraic")["decay_rate"].alternatives[0]

    def without_angle(both: sp.Expr, condition: sp.Basic, other: sp.Expr) -> sp.Expr:
        turned = other.replace(sp.sin, lambda angle: sp.S.Zero).replace(sp.Abs, lambda cosine: sp.S.One)
        assert turned != other
        return sp.Piecewise((both, condition), (turned, True))

    assert verify(law, DIGITS, experiment=remembered).passed
    assert not verify(with_pieces(law, without_angle), DIGITS, experiment=remembered).passed


@pytest.mark.parametrize("factor", [Q(1, 2), 1 + Q(1, 10**6), 1 - Q(1, 10**6)])
def test_the_regimes_meet_where_the_law_says(factor: sp.Rational, theory_of: Derived) -> None:
    law = theory_of("algebraic")["decay_rate"]
    (constant,) = law.network.constants

    def moved(both: sp.Expr, condition: sp.Basic, other: sp.Expr) -> sp.Expr:
        return sp.Piecewise((both, condition.xreplace({constant: constant * factor})), (other, True))

    assert not verify(with_pieces(law, moved), DIGITS, experiment=remembered).passed


def test_every_version_of_a_law_is_put_to_the_test(theory_of: Derived) -> None:
    law = theory_of("algebraic")["decay_rate"]
    nowhere = replace(law.alternatives[0], condition=sp.false)
    for narrowed in (replace(law, condition=sp.false), replace(law, alternatives=(nowhere,))):
        with pytest.raises(VerificationError, match="must offer a point"):
            verify(narrowed, DIGITS)
