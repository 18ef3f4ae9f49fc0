"""The general network: which laws hold with coefficients for an activation, and what they look like."""

from __future__ import annotations

from functools import cache

import pytest
import sympy as sp

from analytics.errors import ActivationError, ParameterError, UnknownNameError
from analytics.network.activation import COEFFICIENTS, ORDER
from derivations.general import OF_COEFFICIENTS, OF_NUMBERED_ORDER
from derivations.theory import Theory, derive
from nearcritical import network

LAWS = ("resonant_amplitude", "detuned_amplitude", "decay_rate_overdamped")


@cache
def in_general(order: int | None) -> Theory:
    """None: p is a symbol."""
    return derive(network("general") if order is None else network("general", p=order))


def test_laws_are_formulas_in_the_coefficients() -> None:
    c, d, *_ = COEFFICIENTS
    theory = in_general(2)
    law = theory["resonant_amplitude"]
    (F,) = law.symbols
    assert (F / c) ** sp.Rational(1, 3) in sp.Add.make_args(law.equation.rhs)
    assert law.equation.rhs.has(d)
    assert in_general(4)["decay_rate_overdamped"].remainder_order == sp.Rational(8, 5)


def test_the_laws_that_hold_in_general_are_those_for_weak_input_and_late_times() -> None:
    theory = derive(network("tanh"))
    assert all(not theory[name].is_exact for name in LAWS)
    assert set(in_general(2)) <= {*OF_COEFFICIENTS, "kernel_frequency", "group_velocity"}
    with pytest.raises(UnknownNameError):
        in_general(2)["forced_amplitude"]


def test_what_a_general_law_cannot_say_is_refused() -> None:
    general = in_general(2)
    with pytest.raises(ActivationError, match="c_phi must have a value"):
        general["resonant_amplitude"].evaluate({"F": "1/100"})
    with pytest.raises(ParameterError, match="goes to 3"):
        general.law("resonant_amplitude", terms=4)
    with pytest.raises(ActivationError, match="p must be even"):
        network("general", p=3)


def test_the_order_stays_a_symbol() -> None:
    theory = in_general(None)
    (F,), c, p = theory["resonant_amplitude"].symbols, COEFFICIENTS[0], ORDER
    assert (F / c) ** (1 / (p + 1)) in sp.Add.make_args(theory["resonant_amplitude"].equation.rhs)
    assert theory["resonant_amplitude"].exponents[0] == 1 / (p + 1)
    assert theory["detuned_amplitude"].remainder == F ** (p + 1)
    assert theory["decay_rate_overdamped"].remainder_order == 2 * p / (p + 1)
    with pytest.raises(ActivationError, match="the constant p must have a value"):
        theory["resonant_amplitude"].evaluate({"F": "1/100"})


@pytest.mark.parametrize("name", OF_NUMBERED_ORDER)
def test_laws_that_need_a_number_for_the_order_say_why(name: str) -> None:
    assert name not in derive(network("general", "advection"))
    with pytest.raises(UnknownNameError, match=f"{name} requires a number for p, for its"):
        derive(network("general", "advection"))[name]
    assert name in derive(network("general", "advection", p=4))
