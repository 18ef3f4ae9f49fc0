"""The laws of two oscillations hold on the simulated lattice, and a wrong one does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import mpmath
import pytest
import sympy as sp

from analytics.law.law import Law
from analytics.network.beside import networks_beside
from derivations.theory import Theory
from numerics.observables.measure import measure
from numerics.trials.mutants import equivalent, mutants
from numerics.verification.points import point_along, settings_along
from numerics.verification.verify import verify

NETWORKS = [("algebraic", "laplacian"), ("quartic", "laplacian"), ("algebraic", "advection")]
LAWS = ["two_tone_amplitudes", "combination_tone_amplitudes"]
Derived = Callable[..., Theory]


@pytest.fixture
def one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """One setting of three, with the network's constants and one other value: `verify` can but be stricter with all."""
    monkeypatch.setattr(
        "numerics.verification.points.networks_beside", lambda *held: networks_beside(*held)[:1]
    )
    monkeypatch.setattr(
        "numerics.verification.points.settings_along", lambda law, *_, **__: settings_along(law)[1:2]
    )


def remembered(observable: str, network: Any, point: Mapping[str, sp.Expr], digits: int) -> Any:
    return _measured(observable, network, tuple(point.items()), digits)


@cache
def _measured(observable: str, network: Any, point: tuple[tuple[str, sp.Expr], ...], digits: int) -> Any:
    return measure(observable, network, dict(point), digits)


def slips(law: Law) -> Iterator[tuple[str, Law]]:
    """Every slip in the law's own equation, and in that of the ratio, whose remainder the law does not use."""
    (inner,) = law.where
    yield from ((mutant.change, mutant.law) for mutant in mutants(law))
    for mutant in mutants(inner):
        if mutant.law.equation == inner.equation:
            continue
        yield f"ratio: {mutant.change}", replace(law, where=(mutant.law,))


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize(("activation", "kernel"), NETWORKS)
def test_the_laws_hold(
    activation: str, kernel: str, name: str, theory_of: Derived, one_setting: None
) -> None:
    verdict = verify(theory_of(activation, kernel)[name], 30)
    assert verdict.passed, verdict.reason
    assert len(verdict.points) == 12


def same(slip: Law, law: Law) -> bool:
    """Do both equations say the same? Slow over sines of sines: only what passes is asked."""
    return equivalent(slip, law) and equivalent(slip.where[0], law.where[0])


@pytest.mark.parametrize(("name", "every"), [("two_tone_amplitudes", 1), ("combination_tone_amplitudes", 4)])
def test_a_wrong_law_fails(name: str, every: int, theory_of: Derived, one_setting: None) -> None:
    """Of the longer law every fourth slip, to keep this within a minute of computing."""
    law = theory_of("algebraic")[name]
    tried = list(slips(law))[::every]
    assert len(tried) > 20
    assert [
        change
        for change, slip in tried
        if verify(slip, 20, experiment=remembered).passed and not same(slip, law)
    ] == []


def test_both_forcings_go_to_the_limit(theory_of: Derived) -> None:
    """Their ratio stays what the setting says."""
    law = theory_of("algebraic")["two_tone_amplitudes"]
    settings = settings_along(law)
    assert [setting["F2"] for setting in settings] == [1, 3, sp.Rational(1, 6)]
    point = point_along(law, settings[1], sp.Rational(1, 10**12))
    assert point == {"F1": sp.Rational(1, 10**12), "F2": sp.Rational(3, 10**12)}


@pytest.mark.parametrize(("name", "terms"), [("two_tone_amplitudes", 1), ("two_tone_amplitudes", 2)])
def test_what_the_law_leaves_out_is_its_next_term(name: str, terms: int, theory_of: Derived) -> None:
    """tanh: measured less predicted is the next term, to the order of the remainder's own remainder."""
    theory, point = theory_of("tanh"), {"F1": "1e-12", "F2": "3e-12"}
    waves = {"k1": "pi/4", "k2": "5*pi/8"}
    law = theory.law(name, terms=terms)
    given = point | (waves if terms > 1 else {})
    predicted, lacking = law.branches(given, 40), law.omitted(given)
    measured = measure(name, theory.network, point | waves, 40).values
    with mpmath.workdps(50):
        for found, leading, omitted in zip(measured, predicted, lacking, strict=True):
            assert float((found - leading) / omitted.next_term) == pytest.approx(1, rel=1e-6)


def test_the_next_term_of_the_combinations(theory_of: Derived) -> None:
    """algebraic: none of relative order 2, and of order 4 one that holds the cotangents of five detunings."""
    theory = theory_of("algebraic")
    point = {"F1": "1e-12", "F2": "3e-12", "k1": "pi/4", "k2": "5*pi/8"}
    law = theory["combination_tone_amplitudes"]
    predicted, lacking = law.branches(point, 40), law.omitted(point)
    measured = measure(law.observable, theory.network, point, 40).values
    with mpmath.workdps(50):
        for found, leading, omitted in zip(measured, predicted, lacking, strict=True):
            assert float((found - leading) / omitted.next_term) == pytest.approx(1, rel=1e-6)
