"""Verdicts that say "proved", on profiles with drawn constants: the right law is never refuted, a wrong one always."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from analytics.expressions.notation import F
from derivations.theory import derive
from nearcritical import network
from numerics.verification.verify import verify

PROFILES = ("r/sqrt(1 + r**2/8)", "r/(1 + r**6/128)**(1/6)", "sqrt(27)*tanh(r/sqrt(27))", "7/50*atan(50*r/7)")
PLACES = (
    {"F": sp.Rational(1, 100), "delta": sp.S.Zero},
    {"F": sp.Rational(3, 7), "delta": sp.Rational(1, 5)},
)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_right_law_is_proved_and_a_wrong_one_refuted(profile: str) -> None:
    law = derive(network(activation=profile))["forced_amplitude"]
    verdict = verify(law, 15, settings=PLACES)
    assert (verdict.passed, verdict.kind) == (True, "certified"), verdict.reason
    wrong = replace(law, equation=law.equation.xreplace({F: F * (1 + sp.Rational(1, 10**9))}))
    verdict = verify(wrong, 15, settings=PLACES)
    assert (verdict.passed, verdict.kind) == (False, "certified"), verdict.reason
