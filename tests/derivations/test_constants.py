"""Constants of an activation in the laws: set afterwards, they give the laws of the activation with the values."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.expressions.notation import r
from analytics.law.law import Law
from derivations.theory import Theory
from nearcritical import derive, network
from numerics.verification.verify import verify

SCALED, MIXED, ROOT = "tanh(b*r)/b", "(1-m)*tanh(r) + m*r/sqrt(1+r**2)", "r/(1+s*r**{p})**(1/{p})"
FAMILIES = {
    "scaled": (SCALED, "b", ("3/2", "1/3", "4")),
    "mixed": (MIXED, "m", ("1/3", "3/4", "1")),
    **{f"root {p}": (ROOT.format(p=p), "s", ("3", "1/4", "7/5")) for p in (2, 4, 6)},
}
"""Name -> profile, its constant, three values of that."""

QUICK = (
    "resonant_amplitude",
    "resonance_bandwidth",
    "decay_rate_underdamped",
    "evanescent_length",
    "free_relaxation",
)


SLOW = {"two_tone_amplitudes", "susceptibility", "dispersion_relation", "relaxation_time_detuned"}
"""Laws that take seconds to derive."""


@cache
def with_symbol(family: str, value: str) -> Theory:
    profile, constant, _ = FAMILIES[family]
    return derive(network(profile, **{constant: value}))


@cache
def with_value(family: str) -> Theory:
    profile, constant, values = FAMILIES[family]
    return derive(network(re.sub(rf"\b{constant}\b", f"({values[0]})", profile)))


def entries(law: Law) -> list[sp.Expr]:
    """Both sides, branch by branch."""
    return [part for side in law.equation.args for part in (side if isinstance(side, sp.Tuple) else (side,))]


def require_equal(law: Law, other: Law) -> None:
    assert len(law.versions) == len(other.versions)
    for one, two in zip(law.versions, other.versions, strict=True):
        assert (one.parameters, one.codomain, one.remainder) == (two.parameters, two.codomain, two.remainder)
        for left, right in zip(entries(one), entries(two), strict=True):
            assert left == right or sp.simplify(left - right) == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_law_with_its_constants_set_is_the_law_of_the_values(family: str) -> None:
    _, constant, values = FAMILIES[family]
    symbolic, numeric = with_symbol(family, values[0]), with_value(family)
    assert not numeric.network.activation.constants
    assert list(symbolic) == list(numeric)
    for name in QUICK if family != "scaled" else symbolic.keys() - SLOW:
        law = symbolic[name]
        if name not in (
            "kernel_frequency",
            "group_velocity",
            "detuned_amplitude",
            "combination_tone_amplitudes",
            "leak_phase_slope",
        ):
            assert constant in {str(symbol) for part in entries(law) for symbol in part.free_symbols}, name
        require_equal(law.valued, numeric[name])


def amplitude_of(profile: sp.Expr) -> Any:
    """R = rho(P) of P - rho(P) = 1/10, by findroot on the profile."""
    rho = sp.lambdify(r, profile, "mpmath")
    within = (mpf("0.3"), mpf("0.9"))
    pre = mpmath.findroot(lambda x: x - rho(x) - mpf(1) / 10, within, tol=mpf(10) ** -130)
    return rho(pre)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_amplitude_is_right_at_three_values(family: str) -> None:
    _, constant, values = FAMILIES[family]
    for value in values:
        law = with_symbol(family, value)["forced_amplitude"]
        ((symbol, number),) = law.network.activation.constants
        assert (str(symbol), number) == (constant, sp.Rational(value))
        ball = law.evaluate({"F": "1/10"}, 50, enclosure=True)
        with mpmath.workdps(70):
            amplitude = amplitude_of(law.network.activation.profile.subs(symbol, number))
            assert abs(law.evaluate({"F": "1/10"}, 50) - amplitude) < mpf(10) ** -50
            assert abs(law.compile()(0.1) - amplitude) < 1e-15
            assert abs(ball.midpoint - amplitude) <= ball.radius + mpf(10) ** -65


@pytest.mark.parametrize("value", FAMILIES["scaled"][2])
def test_a_law_in_a_constant_is_verified_at_50_digits(value: str) -> None:
    theory = with_symbol("scaled", value)
    for name in ("forced_amplitude", "resonant_amplitude"):
        verdict = verify(theory[name], 50, most=3)
        assert verdict.passed, verdict.reason


def test_a_law_that_is_true_at_one_value_of_the_constant_fails() -> None:
    law = with_symbol("scaled", "3/2")["resonant_amplitude"]
    ((b, _),) = law.network.activation.constants
    wrong = law.equation.rhs.xreplace({b: sp.Rational(3, 2)})
    one_value = replace(law, equation=sp.Eq(law.subject, wrong, evaluate=False))
    assert verify(one_value, 20, held=("b", "c")).passed
    assert verify(one_value, 20).passed is False


def test_a_law_says_for_which_values_it_holds() -> None:
    assert with_symbol("scaled", "3/2")["resonant_amplitude"].validity.endswith("for every b > 0")
    assert with_symbol("mixed", "1/3")["resonant_amplitude"].validity.endswith("for every m in (0, 1]")
    at_value = derive(network("asin(tanh(a*r))/a", a="3/2"))["activation_taylor"]
    assert at_value.validity.endswith("for a = 3/2")
