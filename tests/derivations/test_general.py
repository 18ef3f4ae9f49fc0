"""The general network: which laws hold with coefficients for an activation, and what they look like."""

from __future__ import annotations

import json
from functools import cache

import pytest
import sympy as sp

from analytics.errors import (
    ActivationError,
    KernelError,
    LawError,
    ModelError,
    ParameterError,
    UnknownNameError,
)
from analytics.export.record import law_from_record, law_record
from analytics.network.activation import COEFFICIENTS, ORDER
from analytics.network.kernel import EDGE, EDGE_ORDER, GENERAL, TURN
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


def test_a_general_kernel_enters_by_its_edge_and_velocity() -> None:
    theory = derive(network("general", "general"))
    c, p = COEFFICIENTS[0], ORDER
    law = theory["evanescent_length"]
    (drive,) = law.symbols
    own = (EDGE / (sp.sqrt(p + 1) * c)) ** (1 / EDGE_ORDER) / sp.sin(sp.pi / (2 * EDGE_ORDER))
    scale = (drive / c) ** (-p / (EDGE_ORDER * (p + 1)))
    point = {c: 2, p: 4, EDGE: 3, EDGE_ORDER: 6, drive: sp.Rational(1, 7)}
    assert abs((law.equation.rhs / (own * scale)).subs(point).n(50) - 1) < sp.Float("1e-48")
    assert law.exponents[0] == -p / (EDGE_ORDER * (p + 1))
    assert "kernel_frequency" not in theory
    assert theory["decay_rate_overdamped"].condition == sp.Eq(sp.sin(TURN), 0)


def test_a_general_kernel_goes_with_the_general_activation_on_a_ring() -> None:
    with pytest.raises(ModelError, match="goes with the general activation"):
        network("tanh", "general")
    with pytest.raises(KernelError, match="lives on a ring"):
        network("general", "general", dimension=2)
    with pytest.raises(LawError, match="there is one term"):
        derive(network("general", "general")).law("evanescent_length", terms=2)


def test_the_table_of_exponents_in_the_orders() -> None:
    """Theory of scaling: 1/(p+1), -p/(p+1), -p/(m(p+1)), p/(p+1), 1 and -1/p."""
    p, m = ORDER, EDGE_ORDER
    theory = derive(network("general", "general"))
    stated = {law.observable: law.exponents[0] for law in theory.scaling}
    expected = {
        "forced_amplitude": 1 / (p + 1),
        "detuned_amplitude": sp.S.One,
        "resonance_bandwidth": p / (p + 1),
        "relaxation_time": -p / (p + 1),
        "propagation_length": -p / (p + 1),
        "evanescent_length": -p / (m * (p + 1)),
        "free_relaxation": -1 / p,
    }
    assert stated.keys() == expected.keys()
    assert all(sp.simplify(stated[name] - expected[name]) == 0 for name in expected)


def test_an_order_is_inserted_beside_a_general_kernel() -> None:
    theory = derive(network("general", "general", p=4))
    law = theory["decay_rate_overdamped"]
    assert law.remainder_order == sp.Rational(8, 5)
    assert not law.equation.has(ORDER)
    assert "two_tone_amplitudes" in theory
    assert "combination_tone_amplitudes" not in theory


@pytest.mark.parametrize("kernel", GENERAL)
def test_a_law_of_a_general_kernel_is_written_and_read(kernel: str) -> None:
    theory = derive(network("general", kernel))
    for name in ("decay_rate_overdamped", "detuned_amplitude"):
        law = theory[name]
        again = law_from_record(json.loads(json.dumps(law_record(law))))
        assert (again.network, again.equation, again.condition) == (law.network, law.equation, law.condition)
        assert again.remainder == law.remainder
