"""Constants of an activation: which of them stay symbols, for which values, and which are inserted."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import mpmath
import pytest
import sympy as sp

from analytics.errors import ActivationError, ModelError
from analytics.expressions.notation import Constant, R, Share, is_positive, r
from analytics.network.activation import Activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network

Q = sp.Rational
a, b, m, s = sp.symbols("a b m s", real=True)
B, M, S = Constant("b", positive=True), Share("m", positive=True), Constant("s", positive=True)
MIXED = (1 - m) * sp.tanh(r) + m * r / sp.sqrt(1 + r**2)


def own(profile: sp.Expr, **values: object) -> Activation:
    constants = tuple(
        (symbol, None if values[symbol.name] is None else sp.sympify(values[symbol.name]))
        for symbol in (a, b, m, s)
        if symbol.name in values
    )
    return Activation("own", profile, constants=constants)


def test_a_scale_stays_a_symbol_in_everything_that_is_found() -> None:
    found = own(sp.tanh(b * r) / b, b=Q(3, 2))
    assert (found.constants, found.relations) == (((B, Q(3, 2)),), ())
    assert (found.profile, found.psi(R)) == (sp.tanh(B * r) / B, sp.atanh(B * R) / B)
    assert (found.order, found.coefficient, found.saturation) == (2, B**2 / 3, 1 / B)
    assert found.valued == Activation("own", 2 * sp.tanh(3 * r / 2) / 3)


@pytest.mark.parametrize("p", [2, 4, 6])
def test_a_constant_under_a_root_stays_a_symbol(p: int) -> None:
    found = own(r / (1 + s * r**p) ** Q(1, p), s=Q(1, 3))
    assert found.psi(R) == R / (1 - S * R**p) ** Q(1, p)
    assert (found.order, found.coefficient, found.saturation) == (p, S / p, S ** Q(-1, p))


def test_a_share_is_between_0_and_1() -> None:
    found = own(MIXED, m=Q(1, 4))
    assert found.constants == ((M, Q(1, 4)),)
    assert sp.expand(found.coefficient - (2 + M) / 6) == 0
    assert own(MIXED, m=1).constants == ((M, 1),)
    beyond = own(MIXED, m=Q(11, 10))
    assert [relation.rhs for relation in beyond.relations] == [Q(11, 10)] and beyond.constants == ()


SCALED = (
    (sp.tanh(b * r) / b, {"b": Q(3, 2)}, {B: 1}),
    (s * sp.atan(r / s), {"s": Q(2)}, {S: -1}),
    (r / (1 + s * r**6) ** Q(1, 6), {"s": Q(1, 3)}, {S: Q(1, 6)}),
    (sp.erf(sp.sqrt(sp.pi) * s * b * r / 2) / (s * b), {"b": Q(1, 2), "s": Q(3)}, {B: 1, S: 1}),
    (MIXED.xreplace({r: b * r}) / b, {"b": Q(2), "m": Q(1, 4)}, {B: 1}),
)


@pytest.mark.parametrize(("profile", "values", "powers"), SCALED, ids=[str(each[0]) for each in SCALED])
def test_a_constant_may_set_the_unit_of_amplitudes(
    profile: sp.Expr, values: dict[str, sp.Expr], powers: dict[sp.Symbol, sp.Expr]
) -> None:
    """rho(r; t b) = rho(u r; b)/u with u = t^a, at places drawn by lot."""
    found, random = own(profile, **values), Random(str(profile))
    assert found.scales == powers
    for symbol, power in powers.items():
        x, t = (Q(random.randint(1, 400), 97) for _ in range(2))
        u = t**power
        moved = found.profile.subs({symbol: t * symbol, r: x}) - found.profile.subs(r, u * x) / u
        assert abs(moved.subs(dict(found.constants)).evalf(60)) < 1e-50


def test_a_constant_of_the_shape_sets_no_unit() -> None:
    assert own(MIXED, m=Q(1, 4)).scales == {}
    assert own(m * sp.tanh(a * r) / a + (1 - m) * sp.tanh(b * r) / b, a=Q(2), b=Q(3), m=Q(1, 4)).scales == {}


@pytest.mark.parametrize("seed", range(4))
def test_a_family_is_a_sigmoid_wherever_it_is_said_to_be(seed: int) -> None:
    """By values: rho < r rises with a slope below 1, at constants drawn from the whole range."""
    profile = (1 - m) * sp.tanh(b * r) / b + m * r / (1 + s * r**2) ** Q(1, 2)
    found = own(profile, m=Q(1, 2), b=2, s=3)
    assert {symbol for symbol, _ in found.constants} == {B, M, S}
    random = Random(seed).random
    values = {M: random(), B: 10 ** (4 * random() - 2), S: 10 ** (4 * random() - 2)}
    rho = sp.lambdify(r, found.profile.subs(values), "mpmath")
    with mpmath.workdps(40):
        radii = [mpmath.mpf(10) ** (mpmath.mpf(n) / 8 - 2) for n in range(33)]
        pairs = pairwise(radii)
        assert all(0 < rho(y) - rho(x) < y - x for x, y in pairs)


def test_what_is_not_proved_for_all_values_has_its_value_and_says_so() -> None:
    found = own(sp.asin(sp.tanh(a * r)) / a, a=Q(3, 2))
    assert (found.constants, found.profile) == ((), 2 * sp.asin(sp.tanh(3 * r / 2)) / 3)
    assert [str(relation.lhs) for relation in found.relations] == ["a"]
    assert [relation.rhs for relation in found.relations] == [Q(3, 2)]


def test_a_gain_that_is_1_at_the_values_alone_is_a_relation() -> None:
    found = own(a * sp.tanh(b * r), a=2, b=Q(1, 2))
    A = Constant("a", positive=True)
    assert found.profile == A * sp.tanh(r / A)
    assert found.relations == (sp.Eq(B, 1 / A, evaluate=False),)


def test_an_order_that_holds_at_the_value_alone_is_a_relation() -> None:
    """At m = 1 the cubic term of the sum is 0."""
    profile = (1 - m) * sp.tanh(r) + m * r / (1 + r**4) ** Q(1, 4)
    found = own(profile, m=1)
    assert (found.order, found.relations) == (4, (sp.Eq(Constant("m", positive=True), 1, evaluate=False),))
    assert own(profile, m=Q(1, 2)).order == 2


def test_an_exponent_is_at_its_value_and_leaves_the_others() -> None:
    found = own(r / (1 + s * r**a) ** (1 / a), s=Q(1, 3), a=4)
    assert found.profile == r / (1 + S * r**4) ** Q(1, 4)
    assert [relation.rhs for relation in found.relations] == [4]


def test_a_constant_may_be_left_open_where_its_value_does_not_matter() -> None:
    found = own(sp.tanh(b * r) / b, b=None)
    assert found.constants == ((B, None),)
    with pytest.raises(ActivationError, match=r"the constant b must have a value.*got none"):
        _ = found.valued
    with pytest.raises(ActivationError, match="the constant a must have a value"):
        own(sp.asin(sp.tanh(a * r)) / a, a=None)


def test_an_own_inverse_that_is_right_at_one_value_alone_takes_the_value_along() -> None:
    at = Q(3, 2)
    given = Activation("own", sp.tanh(b * r) / b, sp.atanh(at * R) / at, ((b, at),))
    assert (given.constants, given.psi(R)) == ((), sp.atanh(at * R) / at)
    kept = Activation("own", sp.tanh(b * r) / b, sp.atanh(b * R) / b, ((b, at),))
    assert kept.psi(R) == sp.atanh(B * R) / B


def test_other_values_are_another_activation_with_the_same_symbols() -> None:
    found = own(sp.tanh(b * r) / b, b=Q(3, 2))
    other = replace(found, constants=((B, Q(2)),))
    assert other.profile == found.profile and other.valued.profile == sp.tanh(2 * r) / 2


def test_a_constant_is_no_symbol_of_the_theory_or_of_a_derivation() -> None:
    assert Constant("s", positive=True) != sp.Symbol("s", positive=True)
    assert is_positive(4 - M) and is_positive((2 + M) / 6) and not is_positive(1 - 2 * M)
    with pytest.raises(ActivationError, match="one of the theory or the grammar"):
        Activation("own", sp.tanh(R * r) / R, constants=((R, Q(2)),))


def test_a_constant_of_both_is_one_symbol_with_one_value() -> None:
    found = own(sp.tanh(b * r) / b, b=Q(3, 2))
    stencil = (((1,), -B / 2), ((-1,), B / 2))
    both = Network(found, Kernel("own", stencil, ((B, Q(3, 2)),)))
    assert both.constants == {B: Q(3, 2)}
    with pytest.raises(ModelError, match="one symbol with one value"):
        Network(found, Kernel("own", stencil, ((B, Q(2)),)))
    assert Network(found, kernel("laplacian")).constants.keys() == {B, sp.Symbol("c", real=True)}
