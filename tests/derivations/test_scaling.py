"""The exponents of the critical point, symbolic in p and m, beside every law that has one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp

from analytics.expressions.notation import r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations.lengths import band_edge_order
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
p, m = sp.symbols("p m", positive=True)

TABLE = {
    "resonant_amplitude": 1 / (p + 1),
    "relaxation_time_resonant": -p / (p + 1),
    "propagation_length": -p / (p + 1),
    "evanescent_length": -p / (m * (p + 1)),
    "resonance_bandwidth": p / (p + 1),
    "detuned_amplitude": sp.S.One,
    "relaxation_time_detuned": -p,
    "free_relaxation": -1 / p,
    "static_leak": -m / p,
}
"""The exponents on paper."""

SECOND_DIFFERENCE = Kernel("stiff", tuple(((x,), sp.I * Q(v, 20)) for x, v in ((2, 1), (1, -4), (0, 6), (-1, -4), (-2, 1))))  # fmt: skip
"""omega = (1 - cos q)^2 / 5: a band edge of order four."""


def own(order: int) -> Activation:
    return Activation(f"order{order}", r / (1 + r**order) ** Q(1, order))


@pytest.mark.parametrize("stencil", ["laplacian", "advection"])
@pytest.mark.parametrize("name", PROFILES)
def test_laws_have_the_exponents_of_the_table(name: str, stencil: str, theory_of: Derived) -> None:
    """The leading power of each law, every branch of it, on either background."""
    theory, seen = theory_of(name, stencil), 0
    orders = {p: theory.network.activation.order, m: band_edge_order(theory.network)}
    for law, exponent in TABLE.items():
        if law not in theory:
            continue
        for version in theory[law].versions:
            if version.is_exact:  # free relaxation of a time-one map
                version = theory["free_relaxation_asymptotic"]
            assert version.exponents[0] == exponent.subs(orders), law
            variable = version.limit[0]  # type: ignore[index]
            others = [each for each in version.parameters if each.symbol != variable]
            assert len(others) + 1 == len(version.parameters)
        seen += 1
    assert seen == (9 if stencil == "laplacian" else 8)  # an odd kernel has no band edge


@pytest.mark.parametrize("name", ["algebraic", "tanh", "quartic"])
def test_rates_have_the_inverse_exponents_of_times(name: str, theory_of: Derived) -> None:
    theory = theory_of(name)
    for rate in ("decay_rate_underdamped", "decay_rate_overdamped"):
        assert theory[rate].exponents[0] == -theory["relaxation_time_resonant"].exponents[0]
    assert theory["decay_rate_detuned"].exponents[0] == -theory["relaxation_time_detuned"].exponents[0]


@pytest.mark.parametrize("order", [2, 4, 6])
def test_a_stiffer_band_edge(order: int) -> None:
    """m = 4: evanescent lengths go as I0^(-p/(4(p+1)))."""
    network = Network(own(order), SECOND_DIFFERENCE)
    assert band_edge_order(network) == 4
    law = derive(network)["evanescent_length"]
    assert law.exponents[0] == -Q(order, 4 * (order + 1)) == TABLE["evanescent_length"].subs({p: order, m: 4})


def test_order_of_the_band_edge() -> None:
    for stencil, dimension, order in (("laplacian", 1, 2), ("laplacian", 2, 2), ("advection", 1, 1)):
        network = Network(activation("algebraic"), kernel(stencil, dimension=dimension))
        assert band_edge_order(network) == order


def test_scaling_laws_of_a_theory(theory_of: Derived) -> None:
    """What `exponents` measures: every law of the table that has an exponent of its own observable."""
    names = {law.name for law in theory_of("tanh").scaling}
    assert names >= TABLE.keys() - {"relaxation_time_detuned"}
    assert {law.name for law in theory_of("algebraic").scaling} >= {"free_relaxation_asymptotic"}
