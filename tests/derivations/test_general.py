"""The general network: each law with the coefficients of an activation inserted is the law derived for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest
import sympy as sp

from analytics.errors import ActivationError, LawError, ParameterError, UnknownNameError
from analytics.law.law import Law
from analytics.network.activation import COEFFICIENTS
from derivations.general import OF_COEFFICIENTS, holds_in_general, instance
from derivations.theory import Theory, derive
from nearcritical import network
from numerics.verification.verify import verify

LAWS = ("resonant_amplitude", "detuned_amplitude", "decay_rate_overdamped")
SHARES = [str(sp.Rational(Random(seed).randrange(1, 100), 100)) for seed in range(3)]
PROFILES = {
    "algebraic": 2,
    "tanh": 2,
    "arctan": 2,
    "erf": 2,
    "asinh(tanh(r))": 2,
    **{f"{share}*tanh(r) + (1-{share})*r/sqrt(1+r**2)": 2 for share in SHARES},
    "quartic": 4,
    "r/(1+5*r**4/3)**(1/4)": 4,
    "r/(1+r**6)**(1/6)": 6,
}
"""Profile -> p; shares drawn by lot."""


@cache
def in_general(order: int) -> Theory:
    return derive(network("general", p=order))


def entries(law: Law) -> list[sp.Expr]:
    return [part for side in law.equation.args for part in (side if isinstance(side, sp.Tuple) else (side,))]


def agree(one: Law, other: Law) -> bool:
    pairs = zip(entries(one), entries(other), strict=True)
    return all(sp.simplify(left - right) == 0 for left, right in pairs)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_general_law_with_coefficients_is_the_law_derived_for_them(profile: str) -> None:
    theory, general = derive(network(profile)), in_general(PROFILES[profile])
    for name in LAWS:
        given, own = instance(general[name], theory.network), theory[name]
        assert given.parameters == own.parameters
        assert agree(given, own), name
        coefficient = COEFFICIENTS[0]
        slipped = general[name].equation.xreplace({coefficient: coefficient * (1 + sp.Rational(1, 10**6))})
        if general[name].equation.has(coefficient):
            assert not agree(instance(replace(general[name], equation=slipped), theory.network), own)


def test_laws_are_formulas_in_the_coefficients() -> None:
    c, d, *_ = COEFFICIENTS
    theory = in_general(2)
    law = theory["resonant_amplitude"]
    (F,) = law.symbols
    assert (F / c) ** sp.Rational(1, 3) in sp.Add.make_args(law.equation.rhs)
    assert law.equation.rhs.has(d)
    assert in_general(4)["decay_rate_overdamped"].remainder_order == sp.Rational(8, 5)


def test_an_instance_is_verified_by_simulation_and_a_wrong_one_is_not() -> None:
    general = in_general(2)["resonant_amplitude"]
    studied = network("asinh(tanh(r))")
    assert verify(instance(general, studied), 20, most=2).passed
    c = COEFFICIENTS[0]
    slipped = general.equation.xreplace({c: c * (1 + sp.Rational(1, 10**6))})
    assert verify(instance(replace(general, equation=slipped), studied), 20, most=2).passed is False


def test_the_laws_that_hold_in_general_are_those_for_weak_input_and_late_times() -> None:
    theory = derive(network("tanh"))
    assert all(holds_in_general(name) and not theory[name].is_exact for name in LAWS)
    assert set(in_general(2)) <= {*OF_COEFFICIENTS, "kernel_frequency", "group_velocity"}
    with pytest.raises(UnknownNameError):
        in_general(2)["forced_amplitude"]


def test_what_a_general_law_cannot_say_is_refused() -> None:
    general = in_general(2)
    with pytest.raises(ActivationError, match="c_phi must have a value"):
        general["resonant_amplitude"].evaluate({"F": "1/100"})
    with pytest.raises(ParameterError, match="goes to 3"):
        general.law("resonant_amplitude", terms=4)
    with pytest.raises(LawError, match="same order and kernel"):
        instance(general["resonant_amplitude"], network("quartic"))
    with pytest.raises(ActivationError, match="p must be even"):
        network("general", p=3)
