"""Laws as functions of doubles and of mpmath numbers, against their own values at many digits."""

from __future__ import annotations

import dataclasses
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import ParameterError, UnknownNameError
from analytics.expressions.notation import R
from analytics.network.activation import PROFILES, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations.theory import derive

THEORIES = {name: derive(Network(activation(name), kernel("laplacian"))) for name in PROFILES}
ALGEBRAIC = THEORIES["algebraic"]

five = pytest.mark.parametrize("name", PROFILES)

FORCINGS = np.array([0.0, 1e-40, 1e-24, 1e-12, 1e-6, 1e-3, 0.1, 1.0, 5.0])


def relative_error(found: Any, exact: Any) -> float:
    with mpmath.workdps(40):
        if exact == 0:
            return 0.0 if found == 0 else float("inf")
        return float(abs((mpf(float(found)) - exact) / exact))


@pytest.mark.parametrize("law", ["forced_amplitude", "background_amplitude", "resonant_amplitude_exact", "resonant_amplitude"])  # fmt: skip
@five
def test_compiled_amplitudes_keep_full_double_accuracy(name: str, law: str) -> None:
    """From 0 to saturation; eight units in the last place, a few of them from powers of F."""
    entry = THEORIES[name][law]
    found = entry.compile("numpy")(FORCINGS)
    assert found.shape == FORCINGS.shape
    assert found.dtype == np.float64
    parameter = entry.parameters[0].name
    for forcing, value in zip(FORCINGS, found, strict=True):
        assert (
            relative_error(value, entry.evaluate({parameter: sp.Rational(float(forcing))}, 30)) < 8 * 2**-52
        )


POINT = {"F": 0.01, "delta": 0.125, "k": 0.5, "r": 0.25, "R": 0.25, "I0": 0.01}
STEADY = [name for name, law in ALGEBRAIC.items() if {p.name for p in law.parameters} <= set(POINT)]


@pytest.mark.parametrize("law", STEADY)
@pytest.mark.parametrize("name", ["algebraic", "quartic"])
def test_every_compiled_law_agrees_with_its_value(name: str, law: str) -> None:
    """At one ordinary point, positional in the order of `parameters`."""
    entry, point = THEORIES[name][law], POINT
    values = [point[p.name] for p in entry.parameters]
    exact = entry.evaluate(dict(zip(entry.symbols, map(sp.Rational, values), strict=True)), 30)
    assert relative_error(entry.compile()(*values), exact) < 1e-14


def test_the_weakest_doubles_are_still_accurate() -> None:
    law = ALGEBRAIC["background_amplitude"]
    assert relative_error(law.compile()(1e-40), law.evaluate({"I0": sp.Rational(1e-40)}, 30)) < 8 * 2**-52


def test_arguments_come_in_the_order_of_parameters_and_broadcast() -> None:
    law = ALGEBRAIC["forced_amplitude"]
    forcings, detunings = np.geomspace(1e-6, 1, 4)[:, None], np.linspace(-1, 1, 5)[None, :]
    grid = law.compile("numpy")(forcings, detunings)
    assert grid.shape == (4, 5)
    one = law.evaluate({"F": sp.Rational(forcings[2, 0]), "delta": sp.Rational(detunings[0, 1])}, 30)
    assert relative_error(grid[2, 1], one) < 1e-14
    swapped = dataclasses.replace(law, parameters=law.parameters[::-1])
    assert (
        relative_error(
            swapped.compile()(0.25, 0.01), law.evaluate({"F": sp.Rational(0.01), "delta": "1/4"}, 30)
        )
        < 1e-14
    )


def test_trailing_defaults_may_be_left_out() -> None:
    law = ALGEBRAIC["forced_amplitude"]
    assert law.compile()(0.01) == law.compile()(0.01, 0.0)
    with pytest.raises(ParameterError, match=r"the arguments are F, delta; got 0 of them"):
        law.compile()()
    with pytest.raises(ParameterError, match=r"the arguments are F, delta; got 3 of them"):
        law.compile()(1, 2, 3)


def test_compiled_phase_lies_in_its_codomain() -> None:
    phases = ALGEBRAIC["forced_phase"].compile()(0.5, np.linspace(-3, 3, 13)[:, None], np.linspace(-3, 3, 7))
    assert phases.shape == (13, 7)
    assert np.all((phases > -np.pi) & (phases <= np.pi))


@pytest.mark.parametrize("name", ["algebraic", "arctan"])
def test_small_arguments_do_not_cancel(name: str) -> None:
    """psi(R) - R at R = 1e-8 is c 1e-24: all sixteen digits, where the difference of doubles has none."""
    inverse = THEORIES[name]["activation_inverse"]
    law = dataclasses.replace(inverse, equation=sp.Eq(inverse.subject, inverse.equation.rhs - R))
    function = law.compile()
    assert function(0.0) == 0
    for at in (1e-8, 1e-5, 0.01, 0.3):
        assert relative_error(function(at), law.evaluate({"R": sp.Rational(at)}, 40)) < 8 * 2**-52


def test_compiled_for_mpmath_at_the_precision_in_force() -> None:
    law = ALGEBRAIC["forced_amplitude"]
    function = law.compile("mpmath")
    with mpmath.workdps(80):
        value = function(mpf(1) / 100, mpf(1) / 8)
        exact = law.evaluate({"F": mpf(1) / 100, "delta": "1/8"}, 90)
        assert abs(value / exact - 1) < mpf(10) ** -79


@pytest.mark.parametrize("target", ["numpy", "mpmath"])
def test_surplus_arguments_are_refused(target: str) -> None:
    with pytest.raises(ParameterError, match="the arguments are F, delta; got 3 of them"):
        ALGEBRAIC["forced_amplitude"].compile(target)(mpf(1) / 100, mpf(1) / 8, mpf(7))


def test_compiled_functions_tell_what_they_are() -> None:
    function = ALGEBRAIC["forced_amplitude"].compile()
    assert function.__name__ == "forced_amplitude"
    assert "delta: detuning" in str(function.__doc__)


def test_unknown_target_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown target; got 'numba'"):
        ALGEBRAIC["forced_amplitude"].compile("numba")


@pytest.mark.parametrize("value", ["a", None, [0.1, "x"], 1j, [[1], [1, 2]], [None]])
def test_what_is_no_number_is_refused_in_one_line(value: object) -> None:
    with pytest.raises(ParameterError, match="F must be a real number, or an array of them"):
        THEORIES["algebraic"]["resonant_amplitude"].compile()(value)
