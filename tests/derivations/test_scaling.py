"""Chapter 12: the table of exponents, symbolic, for many p and m, and beside every law that has one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp

from analytics.errors import DerivationError
from analytics.expressions.notation import r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations import scaling
from derivations.scaling import band_edge_order, exponent_table, m, p
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]

TABLE = {
    "resonant_amplitude": 1 / (p + 1),
    "relaxation_time_resonant": -p / (p + 1),
    "propagation_length": -p / (p + 1),
    "evanescent_length": -p / (m * (p + 1)),
    "resonance_bandwidth": p / (p + 1),
    "detuned_amplitude": sp.S.One,
    "relaxation_time_detuned": -p,
    "free_relaxation": -1 / p,
}
"""The exponents on paper."""

NUMBERS = {  # p -> what they are, m = 2
    2: (Q(1, 3), -Q(2, 3), -Q(2, 3), -Q(1, 3), Q(2, 3), 1, -2, -Q(1, 2)),
    4: (Q(1, 5), -Q(4, 5), -Q(4, 5), -Q(2, 5), Q(4, 5), 1, -4, -Q(1, 4)),
    6: (Q(1, 7), -Q(6, 7), -Q(6, 7), -Q(3, 7), Q(6, 7), 1, -6, -Q(1, 6)),
}

SECOND_DIFFERENCE = Kernel("stiff", tuple(((x,), sp.I * Q(v, 20)) for x, v in ((2, 1), (1, -4), (0, 6), (-1, -4), (-2, 1))))  # fmt: skip
"""omega = (1 - cos q)^2 / 5: a band edge of order four."""


def own(order: int) -> Activation:
    return Activation(f"order{order}", r / (1 + r**order) ** Q(1, order))


def test_the_table_is_the_one_on_paper() -> None:
    found = {entry.law: entry.exponent for entry in exponent_table()}
    assert found.keys() == TABLE.keys()
    for law, exponent in TABLE.items():
        assert sp.simplify(found[law] - exponent) == 0, law


@pytest.mark.parametrize("order", NUMBERS)
def test_numbers(order: int) -> None:
    network = Network(own(order), kernel("laplacian"))
    assert tuple(entry.of(network) for entry in exponent_table()) == NUMBERS[order]


def test_every_balance_is_checked() -> None:
    for entry in exponent_table():
        assert entry.step.check.kind == "identity"
        assert entry.step.check.points > 0
        assert entry.quantity
        assert entry.parameter in ("F", "I0", "n")


@pytest.mark.parametrize("stencil", ["laplacian", "advection"])
@pytest.mark.parametrize("name", PROFILES)
def test_laws_have_the_exponents_of_the_table(name: str, stencil: str, theory_of: Derived) -> None:
    """The leading power of each law, every branch of it, on either background."""
    theory, seen = theory_of(name, stencil), 0
    for entry in exponent_table():
        if entry.law not in theory:
            continue
        law = theory[entry.law]
        for version in law.versions:
            if version.is_exact:  # free relaxation of a time-one map
                version = theory["free_relaxation_asymptotic"]
            assert version.exponents[0] == entry.of(theory.network), entry.law
            variable = version.limit[0]  # type: ignore[index]
            others = [p.default or Q(1, 3) for p in version.parameters if p.symbol != variable]
            assert len(others) + 1 == len(version.parameters)
        seen += 1
    assert seen == (8 if stencil == "laplacian" else 7)  # an odd kernel has no band edge


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


def test_an_exponent_that_does_not_balance_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DerivationError, match="one exponent must solve it"):
        scaling._balance("nothing", "c = F", p, sp.S.One)
    monkeypatch.setattr(scaling.sp, "factor", lambda value: value + Q(1, 10**9))
    with pytest.raises(DerivationError, match="Balance"):
        scaling.exponent_table()


def test_scaling_laws_of_a_theory(theory_of: Derived) -> None:
    """What `exponents` measures: every law of the table that has an exponent of its own observable."""
    names = {law.name for law in theory_of("tanh").scaling}
    assert names >= TABLE.keys() - {"relaxation_time_detuned"}
    assert {law.name for law in theory_of("algebraic").scaling} >= {"free_relaxation_asymptotic"}
