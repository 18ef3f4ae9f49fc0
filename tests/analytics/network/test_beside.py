"""Networks that differ in the values of their constants alone."""

from __future__ import annotations

import sympy as sp

from analytics.expressions.notation import wavenumbers
from analytics.network.activation import activation
from analytics.network.beside import constants_beside, network_at, networks_beside, values_of
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network

Q = sp.Rational
(k,) = wavenumbers(1)
c, t1, t2, phi = sp.symbols("c t1 t2 phi", real=True)


def network_of(frequency: sp.Expr, **values: sp.Expr) -> Network:
    constants = tuple((sp.Symbol(name, real=True), value) for name, value in values.items())
    return Network(activation("tanh"), Kernel.from_frequency("own", frequency, constants=constants))


def test_every_constant_has_three_further_values_a_few_percent_off() -> None:
    studied = network_of(2 * t1 * (1 - sp.cos(k)) + t2 * sp.sin(k), t1=Q(2, 5), t2=-Q(1, 7))
    others = networks_beside(studied)
    assert len(others) == 3
    for name, values in values_of([studied, *others]).items():
        own, *moved = values
        assert len(set(values)) == 4, name
        assert all(0 < abs(value / own - 1) < Q(1, 10) for value in moved)
    ratios = [other.constants[t1] / other.constants[t2] for other in (studied, *others)]
    assert len(set(ratios)) == 4  # a law in t1/t2 alone is told from one in numbers


def test_a_constant_that_is_held_keeps_its_value() -> None:
    studied = network_of(2 * t1 * (1 - sp.cos(k)) + t2 * sp.sin(k), t1=Q(2, 5), t2=Q(1, 7))
    assert all(other.constants[t1] == Q(2, 5) for other in networks_beside(studied, frozenset({"t1"})))
    assert networks_beside(studied, frozenset({"t1", "t2"})) == ()
    plain = Network(activation("tanh"), Kernel("numbers", (((-1,), -sp.I / 5), ((1,), -sp.I / 5))))
    assert networks_beside(plain) == ()


def test_what_holds_at_single_values_holds_beside_them() -> None:
    """A flat edge, t1 + 4 t2 = 0, and a flux of pi/2, at which the frequency is odd."""
    flat = network_of(t1 * (1 - sp.cos(k)) + t2 * (1 - sp.cos(2 * k)), t1=Q(2, 5), t2=-Q(1, 10))
    for other in networks_beside(flat):
        assert sp.diff(other.kernel.frequency((k,)), k, 2).subs(k, 0).expand() == 0
    flux = network_of(t1 * sp.cos(k + phi), t1=Q(2, 5), phi=sp.pi / 2)
    assert len(networks_beside(flux)) == 3
    assert all(other.kernel.is_real for other in networks_beside(flux))


def test_constants_are_named_where_they_differ() -> None:
    studied = Network(activation("tanh"), kernel("laplacian"))
    other = network_at(studied, {c: Q(2, 5)})
    assert constants_beside(other, studied) == {"c": Q(2, 5)}
    assert constants_beside(studied, studied) == {}
