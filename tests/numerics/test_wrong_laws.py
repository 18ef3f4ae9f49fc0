"""A wrong law fails: every law of the default theory, changed in every way that a slip of the pen can.

`mutants` walks the expression tree of an equation and changes one place at a time:

- a number, a term, or an argument of a function is multiplied by 1 + 1e-6;
- a term of a sum, a factor of a product, or a whole side is dropped;
- an exponent is raised by one, and multiplied by 1 + 1e-6.

None of them may pass, unless it is shown to say the same as the law it came from: a whole polynomial = 0
may be scaled. Each is verified at two points only; with all of its points `verify` can but be stricter, since
it asks for agreement, or the stated order, at every one. The measurements do not depend on the law, so they
are made once and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import sympy as sp

from analytics.errors import LawError
from analytics.law import Law
from analytics.notation import F, R
from derivations.activation import activation_taylor
from derivations.resonance import resonant_amplitude
from derivations.theory import Theory
from numerics import verify as verification
from numerics.measure import measure
from numerics.verify import verify

DIGITS = 20
"""Enough to see one part in a million; a right law passes at 20 digits as well as at 50."""

SLIGHTLY = 1 + sp.Rational(1, 10**6)

LAWS = [
    "activation_taylor",
    "activation_inverse",
    "kernel_frequency",
    "forced_amplitude",
    "forced_phase",
    "forced_amplitude_taylor",
    "resonant_amplitude_exact",
    "resonant_amplitude",
    "detuned_amplitude",
    "resonance_bandwidth",
    "background_amplitude",
]
every = pytest.mark.parametrize("name", LAWS)

LONGER: dict[str, Callable[..., Law]] = {
    "activation_taylor": activation_taylor,
    "resonant_amplitude": resonant_amplitude,
}
Derived = Callable[..., Theory]
Q = sp.Rational


@pytest.fixture(autouse=True)
def two_points_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    every_point, every_run = verification.points_of, verification.settings_along
    monkeypatch.setattr(verification, "points_of", lambda law: every_point(law)[:2])
    monkeypatch.setattr(verification, "settings_along", lambda law: every_run(law)[:2])
    monkeypatch.setattr(verification, "measure", _remembered)


def _remembered(observable: str, network: Any, point: dict[str, sp.Expr], digits: int) -> Any:
    return _measured(observable, network, tuple(point.items()), digits)


@cache
def _measured(observable: str, network: Any, point: tuple[tuple[str, sp.Expr], ...], digits: int) -> Any:
    return measure(observable, network, dict(point), digits)


# -- the mutants --


def mutants(equation: sp.Eq, subject: sp.Symbol) -> Iterator[tuple[str, sp.Eq]]:
    """(what was changed, the changed equation) for every place of both sides."""
    left, right = equation.args
    for what, changed in changes(left):
        if not (left == subject and changed == 0):  # 0 = ... would be no statement about the subject
            yield f"left: {what}", sp.Eq(changed, right, evaluate=False)
    for what, changed in changes(right):
        yield f"right: {what}", sp.Eq(left, changed, evaluate=False)


def changes(side: sp.Expr) -> Iterator[tuple[str, sp.Expr]]:
    if side == 0:
        return
    yield "all of it scaled", side * SLIGHTLY
    yield "all of it dropped", sp.S.Zero
    yield from inner(side)


def inner(node: sp.Expr) -> Iterator[tuple[str, sp.Expr]]:
    """Every change of one place inside `node`."""
    for place, argument in enumerate(node.args):

        def rebuilt(new: sp.Expr, place: int = place) -> sp.Expr:
            return node.func(*node.args[:place], new, *node.args[place + 1 :])

        where = f"{argument} in {node}"
        if node.is_Pow and place == 1:
            yield f"exponent raised, {where}", rebuilt(argument + 1)
            yield f"exponent scaled, {where}", rebuilt(argument * SLIGHTLY)
        elif argument.is_Number or node.is_Add or node.is_Function:
            yield f"scaled, {where}", rebuilt(argument * SLIGHTLY)
        if node.is_Add or (node.is_Mul and argument.is_Number):
            yield f"dropped, {where}", rebuilt(sp.S.Zero if node.is_Add else sp.S.One)
        elif node.is_Mul:
            yield f"factor dropped, {where}", rebuilt(sp.S.One)
        for what, changed in inner(argument):
            yield what, rebuilt(changed)


def equivalent(one: sp.Eq, other: sp.Eq) -> bool:
    """Do both say the same: are the differences of their sides proportional by a number that is not 0?"""
    first, second = (sp.expand(equation.lhs - equation.rhs) for equation in (one, other))
    ratio = sp.simplify(first / second)
    return bool(ratio.is_number and ratio != 0)


def accepted(law: Law, equation: sp.Eq) -> bool:
    """Does `verify` pass the law with another equation? One that cannot even be stated does not."""
    try:
        changed = replace(law, equation=equation)
    except LawError:
        return False
    return verify(changed, DIGITS).passed


@every
def test_the_right_law_passes(name: str, theory_of: Derived) -> None:
    """The control: the same digits, points and remembered measurements accept what is right."""
    law = theory_of("algebraic")[name]
    assert accepted(law, law.equation)


@every
def test_no_slip_of_the_pen_passes(name: str, theory_of: Derived) -> None:
    law = theory_of("algebraic")[name]
    tried = list(mutants(law.equation, law.subject))
    assert len(tried) >= 10
    passed = [(what, equation) for what, equation in tried if accepted(law, equation)]
    assert [what for what, equation in passed if not equivalent(equation, law.equation)] == []
    assert len(passed) <= (name == "resonant_amplitude_exact")  # the polynomial = 0, scaled


@pytest.mark.parametrize("activation", ["tanh", "quartic"])
@pytest.mark.parametrize("name", ["resonant_amplitude", "resonance_bandwidth", "activation_inverse"])
def test_no_slip_of_the_pen_passes_elsewhere(name: str, activation: str, theory_of: Derived) -> None:
    law = theory_of(activation)[name]
    passed = [what for what, equation in mutants(law.equation, law.subject) if accepted(law, equation)]
    assert passed == []


ASYMPTOTIC = ["activation_taylor", "forced_amplitude_taylor", "resonant_amplitude", "detuned_amplitude", "resonance_bandwidth"]  # fmt: skip


@pytest.mark.parametrize(
    "shift", [Q(1, 1000), Q(-1, 1000), Q(2, 3), Q(-2, 3), sp.Integer(-2), sp.Integer(2)], ids=str
)
@pytest.mark.parametrize("name", ASYMPTOTIC)
def test_a_wrong_remainder_fails(name: str, shift: sp.Rational, theory_of: Derived) -> None:
    """Too modest or too proud, by a little or by the distance of two terms."""
    law = theory_of("algebraic")[name]
    assert law.remainder is not None
    verdict = verify(replace(law, remainder=law.remainder * law.remainder_variable**shift), DIGITS)
    assert not verdict.passed
    assert abs(float(verdict.observed_order - law.remainder_order)) < 1e-4


@pytest.mark.parametrize("name", ASYMPTOTIC)
def test_a_series_is_not_exact(name: str, theory_of: Derived) -> None:
    law = theory_of("algebraic")[name]
    assert not verify(replace(law, remainder=None, limit=None), DIGITS).passed


@pytest.mark.parametrize("name", LONGER)
def test_a_right_term_too_many_belies_the_remainder(name: str, theory_of: Derived) -> None:
    """A longer series under the remainder of the shorter one misses by less than it says."""
    law = theory_of("algebraic")[name]
    longer = LONGER[name](law.network, terms=4)
    assert verify(longer, DIGITS).passed
    assert not verify(replace(longer, remainder=law.remainder), DIGITS).passed


def test_an_exact_law_has_no_remainder(theory_of: Derived) -> None:
    law = theory_of("algebraic")["resonant_amplitude_exact"]
    verdict = verify(replace(law, remainder=F**3, limit=(F, sp.S.Zero)), DIGITS)
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
    assert not verify(replace(theory_of(of)[name], network=theory_of("algebraic").network), DIGITS).passed


@pytest.mark.parametrize("name", ["kernel_frequency", "forced_phase"])
def test_the_law_of_another_kernel_fails(name: str, theory_of: Derived) -> None:
    law = theory_of("algebraic", "advection")[name]
    carrier = {"k": sp.pi / 4}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verification, "points_of", lambda law: [{"F": Q(1, 9), "delta": Q(1, 9)} | carrier if name == "forced_phase" else carrier])  # fmt: skip
        assert verify(law, DIGITS).passed
        assert not verify(replace(law, network=theory_of("algebraic").network), DIGITS).passed


@pytest.mark.parametrize("factor", [SLIGHTLY, -sp.S.One, sp.I, sp.S.Zero], ids=str)
def test_a_wrong_amplitude_inside_the_phase_fails(factor: sp.Expr, theory_of: Derived) -> None:
    """The law that gives R to `forced_phase` scaled, negative, complex, or 0."""
    law = theory_of("algebraic")["forced_phase"]
    amplitude = law.where[0]
    wrong = replace(
        amplitude, equation=sp.Eq(amplitude.equation.lhs, amplitude.equation.rhs * factor, evaluate=False)
    )
    assert not verify(replace(law, where=(wrong,)), DIGITS).passed


SINGULAR = {
    "complex": sp.sqrt(-1 - R**2),
    "infinite at a point": 1 / (R - Q(1, 3)) / (R - Q(1, 10)),
    "nowhere real": sp.acosh(R / 2),
    "constant": Q(1, 3),
}


@pytest.mark.parametrize("right", SINGULAR.values(), ids=SINGULAR.keys())
def test_a_law_without_a_real_value_fails_and_does_not_raise(right: sp.Expr, theory_of: Derived) -> None:
    law = theory_of("algebraic")["activation_inverse"]
    verdict = verify(replace(law, equation=sp.Eq(law.subject, right, evaluate=False)), DIGITS)
    assert not verdict.passed
    assert verdict.reason


@pytest.mark.parametrize("right", [sp.zoo, sp.nan, sp.oo], ids=str)
def test_a_law_that_is_nowhere_finite_cannot_be_stated(right: sp.Expr, theory_of: Derived) -> None:
    law = theory_of("algebraic")["activation_inverse"]
    with pytest.raises(LawError, match="both sides must be finite"):
        replace(law, equation=sp.Eq(law.subject, right, evaluate=False))


# -- the mutator itself --


def test_the_mutator_reaches_every_number_term_and_exponent() -> None:
    """R = F^(1/3)/2 - sin(2F): both terms, the numbers 1/2, -1 and 2, the exponent, the argument."""
    equation = sp.Eq(R, F ** Q(1, 3) / 2 - sp.sin(2 * F))
    found = {changed.rhs for what, changed in mutants(equation, R)}
    root, sine = F ** Q(1, 3) / 2, sp.sin(2 * F)
    for expected in (
        SLIGHTLY * root - sine,
        root - SLIGHTLY * sine,
        root,
        -sine,
        F ** Q(4, 3) / 2 - sine,
        F ** (SLIGHTLY / 3) / 2 - sine,
        root - sp.sin(2 * SLIGHTLY * F),
        root - sp.sin(F),
        sp.S.Zero,
    ):
        assert expected in found, expected


def test_equivalence_is_shown_not_assumed() -> None:
    equation = sp.Eq(R**2 - F, 0, evaluate=False)
    assert equivalent(sp.Eq(2 * R**2, 2 * F), equation)
    assert equivalent(sp.Eq((R + 1) ** 2 - 2 * R - 1, F), equation)
    assert not equivalent(sp.Eq(R**2, SLIGHTLY * F), equation)
    assert not equivalent(sp.Eq(R**3, F * R), equation)
