"""The general network: which laws hold with coefficients for an activation, and what they look like."""

from __future__ import annotations

from functools import cache

import pytest
import sympy as sp

from analytics.errors import ActivationError, ParameterError, UnknownNameError
from analytics.network.activation import COEFFICIENTS
from derivations.general import OF_COEFFICIENTS, holds_in_general
from derivations.theory import Theory, derive
from nearcritical import network

LAWS = ("resonant_amplitude", "detuned_amplitude", "decay_rate_overdamped")


@cache
def in_general(order: int) -> Theory:
    return derive(network("general", p=order))


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
    with pytest.raises(ActivationError, match="p must be even"):
        network("general", p=3)
