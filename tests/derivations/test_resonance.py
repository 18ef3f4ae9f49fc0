"""Chapter 4: the response on and off resonance, term by term, and by the order in which each law misses.

The Puiseux coefficients are found a second time with no series at all: R as a function of the scale t,
psi(R) - R = c t^(p+1), is analytic at 0, so its coefficients are Cauchy integrals over roots that
mpmath.findroot finds on a circle.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.expressions.notation import F, R, delta, half_width, r
from analytics.network.activation import PROFILES, Activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations.resonance import detuned_amplitude, resonance_bandwidth, resonant_amplitude
from derivations.theory import Theory

Q = sp.Rational
Derived = Callable[..., Theory]
Exact = Callable[..., Any]
five = pytest.mark.parametrize("name", PROFILES)

PSI: dict[str, Callable[[Any], Any]] = {
    "algebraic": lambda y: y / mpmath.sqrt(1 - y**2),
    "tanh": mpmath.atanh,
    "arctan": lambda y: 2 / mpmath.pi * mpmath.tan(mpmath.pi * y / 2),
    "quartic": lambda y: y / mpmath.root(1 - y**4, 4),
}
"""Inverse profiles that mpmath knows in the complex plane; its erfinv is real."""

c, t = sp.symbols("c t", positive=True)


def in_scale(law: Any) -> sp.Expr:
    """An explicit law's right-hand side in t, F = c t^(p+1)."""
    entry = law.network.activation
    inserted = law.equation.rhs.subs(F, entry.coefficient * t ** (entry.order + 1))
    return sp.expand(sp.powdenest(sp.expand(inserted), force=True))


def observed_order(law: Any, exact: Callable[[Any], Any], decades: tuple[int, int]) -> float:
    """d ln |law - exact| / d ln F between two forcings, in 150 digits."""
    with mpmath.workdps(160):
        forcings = [mpf(10) ** -k for k in decades]
        misses = [abs(law.evaluate({"F": at}, digits=150) - exact(at)) for at in forcings]
        return float(mpmath.log(misses[0] / misses[1]) / mpmath.log(forcings[0] / forcings[1]))


# -- at resonance --


def test_algebraic_puiseux_series(default_network: Network) -> None:
    """s = (2F)^(1/3): R = s - s^3/4 + s^5/24 + 0 s^7 - s^9/768 + ..."""
    law = resonant_amplitude(default_network)
    assert sp.expand(in_scale(law) - (t - t**3 / 4 + t**5 / 24)) == 0
    assert law.equation.lhs == R
    longer = resonant_amplitude(default_network, terms=4)
    assert in_scale(longer).coeff(t, 7) == 0
    assert in_scale(longer).coeff(t, 9) == Q(-1, 768)


def test_vanishing_term_moves_the_remainder(default_network: Network) -> None:
    """The s^7 term being zero, three terms miss by s^9 = F^3 and not by F^(7/3)."""
    assert resonant_amplitude(default_network, terms=3).remainder == F**3
    assert resonant_amplitude(default_network, terms=2).remainder == F ** Q(5, 3)


def test_tanh_puiseux_series(theory_of: Derived) -> None:
    """s = (3F)^(1/3): R = s - s^3/5 + 3 s^5/175 + 2 s^7/1575 - ..."""
    law = resonant_amplitude(theory_of("tanh").network, terms=4)
    assert sp.expand(in_scale(law) - (t - t**3 / 5 + 3 * t**5 / 175 + 2 * t**7 / 1575)) == 0
    assert theory_of("tanh")["resonant_amplitude"].remainder == F ** Q(7, 3)
    assert law.remainder == F**3


@pytest.mark.parametrize("name", PSI)
def test_puiseux_coefficients_by_cauchy_integrals(name: str, theory_of: Derived) -> None:
    """Five terms to 30 digits. On |t| = 1/8 with 64 points the next aliases are below 8^-64 = 1e-57."""
    network = theory_of(name).network
    law, degree = resonant_amplitude(network, terms=5), network.activation.order + 1
    highest = sp.degree(in_scale(law), t)
    points = 64
    with mpmath.workdps(60):
        scale = mpf(sp.N(network.activation.coefficient, 60))
        circle = [mpmath.expj(2 * mpmath.pi * n / points) / 8 for n in range(points)]
        roots = [
            mpmath.findroot(lambda y, s=s: (PSI[name](y) - y) / scale - s**degree, s, tol=mpf(10) ** -100)
            for s in circle
        ]
        for power in range(highest + 1):
            integral = mpmath.fsum(y / s**power for y, s in zip(roots, circle, strict=True)) / points
            assert abs(integral - mpf(sp.N(in_scale(law).coeff(t, power), 60))) < mpf(10) ** -30


SERIES = [(name, terms) for name in PROFILES for terms in range(1, 3 if name in ("erf", "arctan") else 7)]
"""Powers of pi make the longer ones slow; the default of three terms is verified by `verify` as well."""


@pytest.mark.parametrize(("name", "terms"), SERIES)
def test_any_number_of_terms_misses_by_the_stated_order(
    name: str, terms: int, theory_of: Derived, exact_amplitude: Exact
) -> None:
    """At F = 1e-15 and 1e-18, where the next term is at most F^(2/3) = 1e-10 of the miss."""
    law = resonant_amplitude(theory_of(name).network, terms=terms)
    assert len(sp.Add.make_args(law.equation.rhs)) == terms
    found = observed_order(law, lambda at: exact_amplitude(name, at), (15, 18))
    assert found == pytest.approx(float(law.remainder_order), abs=1e-6)


def test_exact_quartic_of_the_algebraic_activation(theory_of: Derived) -> None:
    """R^4 + 2F R^3 + F^2 R^2 - 2F R - F^2 = 0."""
    law = theory_of("algebraic")["resonant_amplitude_exact"]
    assert law.equation.rhs == 0
    assert sp.expand(law.equation.lhs - (R**4 + 2 * F * R**3 + F**2 * R**2 - 2 * F * R - F**2)) == 0
    assert law.is_exact


def test_exact_polynomial_of_the_quartic_activation(theory_of: Derived) -> None:
    """R^4 = (F + R)^4 (1 - R^4): degree eight in R, and one positive root by Descartes' rule."""
    law = theory_of("quartic")["resonant_amplitude_exact"]
    assert sp.expand(law.equation.lhs - ((F + R) ** 4 * R**4 - (F + R) ** 4 + R**4)) == 0
    signs = [sp.sign(value) for value in sp.Poly(law.equation.lhs, R).all_coeffs() if value != 0]
    assert sum(one != other for one, other in pairwise(signs)) == 1


@pytest.mark.parametrize("name", ["tanh", "arctan", "erf"])
def test_transcendental_activations_keep_their_inverse(name: str, theory_of: Derived) -> None:
    law = theory_of(name)["resonant_amplitude_exact"]
    psi = theory_of(name).network.activation.psi(R)
    assert law.equation == sp.Eq(psi - R, F, evaluate=False)


def test_leading_power_of_any_order() -> None:
    """(F/c)^(1/(p+1)) for p = 6 and p = 8."""
    for p in (6, 8):
        entry = Activation("own", r / (1 + r**p) ** Q(1, p))
        law = resonant_amplitude(Network(entry, kernel("laplacian")), terms=1)
        assert sp.simplify(law.equation.rhs - (p * F) ** Q(1, p + 1)) == 0
        assert law.exponents == (Q(1, p + 1), 1)


# -- off resonance --


@five
def test_detuned_amplitude_is_linear(name: str, theory_of: Derived) -> None:
    """R = F / (2 |sin(delta/2)|) + O(F^(p+1))."""
    law = theory_of(name)["detuned_amplitude"]
    assert law.equation == sp.Eq(R, F / (2 * sp.Abs(sp.sin(delta / 2))))
    assert law.remainder == F ** (theory_of(name).network.activation.order + 1)
    assert law.parameters[1].default is None
    assert law.parameters[1].domain.contains(0) == sp.false


@pytest.mark.parametrize(
    ("name", "terms"), [("algebraic", 1), ("algebraic", 2), ("algebraic", 3), ("tanh", 2), ("quartic", 2)]
)
def test_detuned_amplitude_misses_by_the_stated_order(
    name: str, terms: int, theory_of: Derived, exact_amplitude: Exact
) -> None:
    """At F = 1e-6 and 1e-8; the next term is at most (F/delta)^2 = 1e-11 of the miss."""
    law = detuned_amplitude(theory_of(name).network, terms=terms)
    forcings = [mpf(10) ** -6, mpf(10) ** -8]
    for detuning in (Q(1, 2), sp.Integer(-3)):
        with mpmath.workdps(120):
            d = mpf(detuning.p) / detuning.q
            misses = [
                abs(law.evaluate({"F": at, "delta": detuning}, 110) - exact_amplitude(name, at, d))
                for at in forcings
            ]
            found = float(mpmath.log(misses[0] / misses[1], 100))
        assert found == pytest.approx(float(law.remainder_order), abs=1e-6)


def test_second_term_off_resonance(default_network: Network) -> None:
    """F^2 = 4 s^2 R^2 (1 + c R^2) gives R = y - c y^3 / 2, y = F / (2 |s|): c/2 = 1/4."""
    law = detuned_amplitude(default_network, terms=2)
    y = F / (2 * sp.Abs(sp.sin(delta / 2)))
    assert sp.simplify(law.equation.rhs - (y - y**3 / 4)) == 0


# -- the width --


def test_width_of_the_algebraic_resonance(theory_of: Derived) -> None:
    """sqrt(7)/4 (2F)^(2/3)."""
    law = theory_of("algebraic")["resonance_bandwidth"]
    assert sp.simplify(law.equation.rhs - sp.sqrt(7) / 4 * (2 * F) ** Q(2, 3)) == 0
    assert (law.subject, law.remainder, law.observable) == (half_width, F ** Q(4, 3), "resonance_bandwidth")


@five
def test_width_goes_as_the_general_formula(name: str, theory_of: Derived) -> None:
    """sqrt(2 - 2^-p) c (F/c)^(p/(p+1)), from c^2 R^(2p) (1 - 2^-(p+1)) = delta^2 / 2."""
    law, entry = theory_of(name)["resonance_bandwidth"], theory_of(name).network.activation
    p, scale = entry.order, entry.coefficient
    expected = sp.sqrt(2 - Q(1, 2**p)) * scale * (F / scale) ** Q(p, p + 1)
    assert sp.simplify((law.equation.rhs / expected) ** (p + 1) - 1) == 0
    assert law.exponents[0] == Q(p, p + 1)


@pytest.mark.parametrize("p", [8, 12, 16])
def test_width_of_high_order_goes_as_the_general_formula(p: int) -> None:
    law = resonance_bandwidth(Network(Activation("own", r / (1 + r**p) ** Q(1, p)), kernel("laplacian")))
    expected = sp.sqrt(2 - Q(1, 2**p)) / p * (p * F) ** Q(p, p + 1)
    assert sp.simplify((law.equation.rhs / expected) ** (p + 1) - 1) == 0
    assert law.remainder_order is not None
    assert law.remainder_order > Q(p, p + 1)


WIDTHS = [(name, terms) for name in PROFILES for terms in range(1, 4 if name == "algebraic" else 2)]


@pytest.mark.parametrize(("name", "terms"), WIDTHS)
def test_width_misses_by_the_stated_order(
    name: str, terms: int, theory_of: Derived, exact_amplitude: Exact
) -> None:
    """sin^2(delta/2) = (F^2 - (psi - R)^2) / (4 R psi) at R = (resonant amplitude) / sqrt 2, by hand."""
    law = resonance_bandwidth(theory_of(name).network, terms=terms)
    psi = PSI.get(name, lambda y: 2 / mpmath.sqrt(mpmath.pi) * mpmath.erfinv(y))

    def exact(forcing: Any) -> Any:
        half = exact_amplitude(name, forcing) / mpmath.sqrt(2)
        squared = (forcing**2 - (psi(half) - half) ** 2) / (4 * half * psi(half))
        return 2 * mpmath.asin(mpmath.sqrt(squared))

    assert observed_order(law, exact, (15, 18)) == pytest.approx(float(law.remainder_order), abs=1e-6)
