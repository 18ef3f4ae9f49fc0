"""Chapter 1: the expansion of the profile and its inverse, against the known series and mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.expressions.notation import P, R, r
from analytics.network.activation import PROFILES
from derivations.activation import activation_taylor, truncated
from derivations.theory import Theory

Q = sp.Rational

KNOWN = {
    "algebraic": (r - r**3 / 2 + 3 * r**5 / 8, r**7),
    "tanh": (r - r**3 / 3 + 2 * r**5 / 15, r**7),
    "arctan": (r - sp.pi**2 * r**3 / 12 + sp.pi**4 * r**5 / 80, r**7),
    "erf": (r - sp.pi * r**3 / 12 + sp.pi**2 * r**5 / 160, r**7),
    "quartic": (r - r**5 / 4 + 5 * r**9 / 32, r**13),
}
INVERSE = {
    "algebraic": R / sp.sqrt(1 - R**2),
    "tanh": sp.atanh(R),
    "arctan": 2 / sp.pi * sp.tan(sp.pi * R / 2),
    "erf": 2 / sp.sqrt(sp.pi) * sp.erfinv(R),
    "quartic": R / (1 - R**4) ** Q(1, 4),
}


@pytest.mark.parametrize("name", PROFILES)
def test_three_terms_and_their_remainder(name: str, theory_of: Callable[..., Theory]) -> None:
    law = theory_of(name)["activation_taylor"]
    assert sp.simplify(law.equation.rhs - KNOWN[name][0]) == 0
    assert (law.equation.lhs, law.subject, law.remainder, law.limit) == (R, R, KNOWN[name][1], (r, 0))
    assert law.observable == "activation_response"


@pytest.mark.parametrize("terms", range(1, 7))
@pytest.mark.parametrize("name", PROFILES)
def test_any_number_of_terms_misses_by_the_stated_order(
    name: str, terms: int, theory_of: Callable[..., Theory]
) -> None:
    """Against the profile itself, at r = 1e-4 and 1e-5: the next term but one shifts the slope by r^2 = 1e-8."""
    network = theory_of(name).network
    law = activation_taylor(network, terms=terms)
    assert len(sp.Add.make_args(law.equation.rhs)) == terms
    rho = sp.lambdify(r, network.activation.rho(r), "mpmath")
    with mpmath.workdps(200):
        radii = [mpf(10) ** -4, mpf(10) ** -5]
        misses = [abs(law.evaluate({"r": at}, digits=180) - rho(at)) for at in radii]
        order = float(mpmath.log10(misses[0] / misses[1]))
    assert order == pytest.approx(float(law.remainder_order), abs=1e-6)


@pytest.mark.parametrize("name", PROFILES)
def test_inverse_is_that_of_the_table(name: str, theory_of: Callable[..., Theory]) -> None:
    law = theory_of(name)["activation_inverse"]
    assert (law.equation.lhs, law.is_exact, law.observable) == (P, True, "activation_drive")
    with mpmath.workdps(60):
        for at in (Q(1, 1000), Q(1, 3), Q(99, 100)):
            expected = mpf(sp.N(INVERSE[name].subs(R, at), 60))
            assert abs(law.evaluate({"R": at}, 50) / expected - 1) < mpf(10) ** -50


def test_vanishing_terms_do_not_count() -> None:
    """1 + x^4 + x^10: two terms, and the remainder is x^10 although x^5 ... x^9 were tried first."""

    def expand(order: int) -> tuple[Any, ...]:
        return tuple(sp.Integer(n in (0, 4, 10)) for n in range(order + 1))

    kept, remainder, _ = truncated(expand, 2)
    assert kept == (1, 0, 0, 0, 1)
    assert remainder == 10


def test_expansion_in_z_keeps_the_conjugate(theory_of: Callable[..., Theory]) -> None:
    """phi(z) = z - z (z zbar)/2 + ...: where SymPy's own series would write z^3."""
    z, zbar = sp.Symbol("z"), sp.Symbol("zbar")
    shown = [
        step.equation.rhs
        for step in theory_of("algebraic")["activation_taylor"].steps
        if step.equation.rhs.has(zbar)
    ]
    assert len(shown) == 1
    assert sp.expand(shown[0] - (z - z**2 * zbar / 2 + 3 * z**3 * zbar**2 / 8)) == 0
