"""States counted and enclosed: against a count on a grid, and not at all after a wrong rewriting."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy as sp

from analytics.balls import steady_states
from analytics.balls.steady_states import enclosed_states, isolated_states
from analytics.errors import PrecisionError
from analytics.expressions.notation import F, P, R, r
from analytics.network.activation import Activation

BISTABLE = Activation("bistable", r * sp.sqrt((1 + 2 * r**4) / (1 + 6 * r**2 + r**4 + r**6 / 20)))
IN_R = sp.Eq(F, BISTABLE.psi(R) - R)
IN_P = sp.Eq(F, P - BISTABLE.rho(P))


def rho(x: Any) -> Any:
    return x * mpmath.sqrt((1 + 2 * x**4) / (1 + 6 * x**2 + x**4 + x**6 / 20))


@pytest.mark.parametrize("forcing", ["1/1000000", "1/20", "1/5", "2/5", "1/2", "30"])
def test_as_many_as_the_signs_on_a_grid_show(forcing: str) -> None:
    """Independent: P - rho(P) - F in mpmath, on 2,000 points from 1e-4 to 1e4."""
    value = sp.Rational(forcing)
    with mpmath.workdps(40):
        wanted = mpmath.mpf(value.p) / value.q
        grid = [mpmath.mpf(10) ** (mpmath.mpf(n) / 250 - 4) for n in range(2001)]
        signs = [x - rho(x) > wanted for x in grid]
    apart = isolated_states(IN_R, R, BISTABLE, {F: value}, 20)
    states = enclosed_states(IN_P, P, BISTABLE, {F: value}, 20)
    assert apart is not None
    assert states is not None
    assert len(apart) == len(states) == sum(one != two for one, two in pairwise(signs))
    with mpmath.workdps(40):
        for state in states:
            x = mpmath.mp.make_mpf(state.mid()._mpf_)
            assert abs(x - rho(x) - wanted) < mpmath.mpf(10) ** -15


@pytest.mark.parametrize("form", ["excess", "far"])
def test_a_wrong_form_of_the_profile_proves_nothing(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    right = steady_states._RegularProfile.of(BISTABLE)
    assert right is not None
    wrong = replace(right, **{form: getattr(right, form) * (1 + sp.Rational(1, 10**12))})
    monkeypatch.setattr(steady_states._RegularProfile, "of", lambda _: wrong)
    with pytest.raises(PrecisionError, match="must leave an expression equal"):
        isolated_states(IN_R, R, BISTABLE, {F: sp.Rational(1, 5)}, 20)


def test_a_wrong_form_of_the_equation_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    right = steady_states._in_excess
    monkeypatch.setattr(steady_states, "_in_excess", lambda *given: right(*given) + sp.Rational(1, 100))
    with pytest.raises(PrecisionError, match="must leave an expression equal"):
        enclosed_states(IN_R, R, BISTABLE, {F: sp.Rational(1, 5)}, 20)


@pytest.mark.parametrize("near", [1.2, 3.5])
@pytest.mark.parametrize("known", [35, 100])
def test_the_place_of_a_fold_is_printed_to_right_digits(near: float, known: int) -> None:
    """F at the extremum of P - rho(P), by mpmath.findroot, cut to so many digits: either R or the refusal is right."""
    with mpmath.workdps(120):
        drive = mpmath.findroot(lambda x: mpmath.diff(lambda y: y - rho(y), x), near)
        forcing, place = sp.Rational(mpmath.nstr(drive - rho(drive), known)), rho(drive)
    try:
        states = enclosed_states(IN_R, R, BISTABLE, {F: forcing}, 15)
    except PrecisionError as error:
        (printed,) = re.findall(r"meet, at R = ([\d.]+): a fold", str(error))
        assert len(printed) >= 8
        assert abs(mpmath.mpf(printed) - place) < 2 * mpmath.mpf(10) ** -(len(printed) - 2)
        return
    assert known < 100
    assert states is not None
    assert len(states) in (1, 3)
