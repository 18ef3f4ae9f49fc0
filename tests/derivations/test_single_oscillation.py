"""Chapter 3: amplitude and phase of the response, against the formulas of the theory and the map itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.expressions.notation import F, R, delta, theta
from analytics.network.activation import PROFILES
from derivations.single_oscillation import forced_amplitude_taylor
from derivations.theory import Theory

Q = sp.Rational
five = pytest.mark.parametrize("name", PROFILES)
Derived = Callable[..., Theory]

RHO: dict[str, Callable[[Any], Any]] = {
    "algebraic": lambda x: x / mpmath.sqrt(1 + x**2),
    "tanh": mpmath.tanh,
    "arctan": lambda x: 2 / mpmath.pi * mpmath.atan(mpmath.pi * x / 2),
    "erf": lambda x: mpmath.erf(mpmath.sqrt(mpmath.pi) * x / 2),
    "quartic": lambda x: x / mpmath.root(1 + x**4, 4),
}


@five
def test_amplitude_law_is_that_of_the_theory(name: str, theory_of: Derived) -> None:
    """F^2 = psi^2 + R^2 - 2 psi R cos(delta), rearranged."""
    law = theory_of(name)["forced_amplitude"]
    psi = theory_of(name).network.activation.psi(R)
    written = psi**2 + R**2 - 2 * psi * R * sp.cos(delta)
    rest = sp.expand(law.equation.rhs - written).subs(sp.cos(delta), 1 - 2 * sp.sin(delta / 2) ** 2)
    assert law.equation.lhs == F**2
    assert sp.expand(rest) == 0
    assert (law.is_exact, law.symbols) == (True, (F, delta))
    assert law.codomain == sp.Interval.Ropen(0, 1)
    assert law.parameters[1].default == 0


@five
@pytest.mark.parametrize(("forcing", "detuning"), [("1/2", "1/3"), ("2", "-1"), ("3", "3")])
def test_amplitude_and_phase_are_what_the_map_does(
    name: str, forcing: str, detuning: str, theory_of: Derived
) -> None:
    """One site in the frame of the wave, W -> phi(e^(-i delta) W + F e^(-i omega)), iterated to its fixed point.

    With Z = e^(i (k x + omega n)) W: omega = omega(k) + delta, here at k = 1/2 on the laplacian, c = 3/10. The
    gain there stays below 0.9, so 700 steps leave less than 1e-30 of the start.
    """
    theory = theory_of(name)
    point = {"F": forcing, "delta": detuning}
    with mpmath.workdps(33):
        f, d = (mpf(sp.N(Q(text), 33)) for text in (forcing, detuning))
        turn = mpf(6) / 10 * (1 - mpmath.cos(mpf(1) / 2))
        state = mpmath.mpc(0)
        for _ in range(700):
            before = state
            arrived = mpmath.expj(-d) * state + f * mpmath.expj(-turn - d)
            state = RHO[name](abs(arrived)) * arrived / abs(arrived)
            if abs(state - before) < mpf(10) ** -31:
                break
        amplitude = theory["forced_amplitude"].evaluate(point, 30)
        phase = theory["forced_phase"].evaluate({**point, "k": "1/2"}, 30)
        # the last change times 1/(1 - gain) < 10 is what is still missing
        assert abs(state - amplitude * mpmath.expj(phase)) < mpf(10) ** -29


def test_phase_law_has_its_period_and_its_amplitude(theory_of: Derived) -> None:
    law = theory_of("tanh")["forced_phase"]
    assert (law.equation.lhs, law.period) == (theta, 2 * sp.pi)
    assert law.codomain == sp.Interval.Lopen(-sp.pi, sp.pi)
    assert [other.name for other in law.where] == ["forced_drive"]
    assert [(p.name, p.default) for p in law.parameters] == [("F", None), ("delta", 0), ("k", 0)]


def test_response_at_resonance_is_in_phase_with_what_arrives(theory_of: Derived) -> None:
    """At delta = 0 the balance is real: theta = -omega(k), whatever F."""
    law = theory_of("algebraic")["forced_phase"]
    with mpmath.workdps(50):
        expected = -mpf(6) / 10 * (1 - mpmath.cos(mpf(1)))
        for forcing in ("1e-20", "1/100", "3"):
            assert abs(law.evaluate({"F": forcing, "k": 1}, 40) - expected) < mpf(10) ** -40


# -- the expansion --


def test_expansion_of_the_algebraic_law(theory_of: Derived) -> None:
    """R^2 [(2 - 2 cos d) + (1 - cos d) R^2 + (1 - 3/4 cos d) R^4] + O(R^8)."""
    law = theory_of("algebraic")["forced_amplitude_taylor"]
    d = sp.cos(delta)
    written = R**2 * (2 - 2 * d + (1 - d) * R**2 + (1 - Q(3, 4) * d) * R**4)
    rest = sp.expand(law.equation.rhs - written).subs(d, 1 - 2 * sp.sin(delta / 2) ** 2)
    assert sp.expand(rest) == 0
    assert (law.equation.lhs, law.remainder, law.limit) == (F**2, R**8, (F, 0))


@five
def test_near_resonance_it_is_delta_squared_plus_c_squared(name: str, theory_of: Derived) -> None:
    """F^2 ~ R^2 (delta^2 + c^2 R^(2p)): a cubic in R^2 for p = 2."""
    law = theory_of(name)["forced_amplitude_taylor"]
    entry = theory_of(name).network.activation
    bracket = sp.expand(law.equation.rhs / R**2)
    far = bracket.subs(R, 0)
    assert sp.series(far, delta, 0, 4).removeO() == delta**2
    at_resonance = bracket.subs(delta, 0)
    assert sp.simplify(at_resonance - entry.coefficient**2 * R ** (2 * entry.order)) == 0


SIX_TERMS = [(name, terms) for name in PROFILES for terms in range(1, 4 if name in ("arctan", "erf") else 7)]


@pytest.mark.parametrize(("name", "terms"), SIX_TERMS)
def test_any_number_of_terms_misses_by_the_stated_order(name: str, terms: int, theory_of: Derived) -> None:
    """The polynomial against the exact law at R = 1e-5 and 1e-6 and delta = 1: the next term is 1e-10 of it."""
    network = theory_of(name).network
    law = forced_amplitude_taylor(network, terms=terms)
    assert len(sp.Poly(law.equation.rhs, R).terms()) == terms
    exact = theory_of(name)["forced_amplitude"].equation.rhs
    with mpmath.workdps(30):
        misses = [
            mpf(sp.N((law.equation.rhs - exact).subs({delta: 1, R: Q(1, 10**k)}), 30, maxn=2000))
            for k in (5, 6)
        ]
        order = float(mpmath.log10(misses[0] / misses[1]))
    assert order == pytest.approx(float(law.remainder_order), abs=1e-8)
    assert law.remainder_order % 2 == 0


@five
@pytest.mark.parametrize("terms", [1, 2, 3])
def test_too_few_terms_hold_off_resonance_only(name: str, terms: int, theory_of: Derived) -> None:
    """R^2 and R^(p+2) vanish at delta = 0, R^(2p+2) does not: the law must not offer what it cannot give."""
    law = forced_amplitude_taylor(theory_of(name).network, terms=terms)
    everywhere = terms == 3
    assert (law.equation.rhs.subs(delta, 0) != 0) == everywhere
    assert law.observable == ("forced_amplitude" if everywhere else "detuned_amplitude")
    assert law.parameters[1].domain.contains(0) == sp.sympify(everywhere)
    assert law.parameters[1].default == (0 if everywhere else None)


@pytest.mark.parametrize("terms", [3, 5])
def test_expanded_law_still_predicts_the_amplitude(
    terms: int, theory_of: Derived, exact_amplitude: Any
) -> None:
    """Solved for R at F = 1e-6: the miss is of order R^(2 terms - 2) relative, R = (2F)^(1/3) = 0.0126."""
    law = forced_amplitude_taylor(theory_of("algebraic").network, terms=terms)
    with mpmath.workdps(40):
        exact = exact_amplitude("algebraic", mpf(10) ** -6)
        miss = abs(law.evaluate({"F": "1e-6"}, 40) / exact - 1)
    assert 1e-3 < float(miss) / 0.0126 ** (2 * terms - 4) < 1


@pytest.mark.parametrize("distance", ["1e-20", "1e-60"])
def test_phase_keeps_its_digits_close_to_a_whole_turn(distance: str, theory_of: Derived) -> None:
    """A detuning of nearly 2 pi is a small one: theta is small, and what is left of an angle beside -2 pi."""
    law = theory_of("algebraic")["forced_phase"]
    turned, small = (
        law.evaluate({"F": "1/10", "delta": detuning}, 30)
        for detuning in (f"2*pi - {distance}", f"-{distance}")
    )
    assert 0 < small < 10 * mpf(distance)
    assert abs(turned / small - 1) < 1e-15
    with mpmath.workdps(40):
        assert abs(turned / small - 1) < mpf(10) ** -30


@pytest.mark.parametrize("detuning", ["pi", "-pi", "3*pi"])
def test_phase_at_its_cut_is_pi(detuning: str, theory_of: Derived) -> None:
    """(-pi, pi] is closed above."""
    with mpmath.workdps(40):
        found = theory_of("algebraic")["forced_phase"].evaluate({"F": "1/10", "delta": detuning}, 30)
        assert abs(found - mpmath.pi) < mpf(10) ** -30
