"""Compiled laws of several and of complex values say what `evaluate` says, to the last digits of a double."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from analytics.arrays.conditioning import excess, from_zero, gathered
from analytics.arrays.functions import numpy_function
from analytics.arrays.quadratic import numpy_quadratic
from analytics.errors import LawError
from analytics.law.law import Law

x, y, w = sp.symbols("x y w", real=True)
lam = sp.Symbol("lambda")
Q = sp.Rational


def test_every_law_agrees_with_its_evaluation(laws: list[Law], comparison: Any) -> None:
    for name, law in comparison.versions(laws):
        if law.count is None:
            continue
        chosen = comparison.points(law)
        assert chosen, name
        found = np.asarray(law.compile()(*np.array(chosen).T))
        assert found.shape == ((number_of_values(law),) if law.is_several_valued else ()) + (len(chosen),), (
            name
        )
        assert np.iscomplexobj(found) == (law.codomain == sp.S.Complexes), name
        for place, point in enumerate(chosen):
            error = comparison.worst_error(np.atleast_1d(found[..., place]), comparison.values(law, point))
            assert error <= comparison.tolerance(name), (name, point, error)


def number_of_values(law: Law) -> int:
    return len(law.predictions) if law.is_explicit else 2


def test_rates_of_1e12_steps_keep_their_digits(theory_of: Callable[..., Any], comparison: Any) -> None:
    """Underdamped, overdamped and at q = 0, on both backgrounds: sigma = O(1e-12), and below."""
    law = theory_of("algebraic", "laplacian")["decay_rate"]
    inputs, waves = np.array([1e-15, 1e-18, 1e-27]), (0.0, 1e-9, 1e-4, 2.0)
    for version, given in ((law, ()), (law.alternatives[0], (0.0, 0.8))):
        for q in waves:
            found = version.compile()(inputs, *given, q)
            assert found.shape == (2, 3)
            for place, strength in enumerate(inputs):
                truths = comparison.values(version, (float(strength), *given, q))
                assert comparison.worst_error(found[:, place], truths) < 2e-15


@pytest.mark.parametrize("name", ["algebraic", "tanh"])
@pytest.mark.parametrize("law", ["decay_rate", "relaxation_time"])
def test_regimes_are_told_apart_where_squares_vanish(
    name: str, law: str, theory_of: Callable[..., Any]
) -> None:
    entry = theory_of(name)[law]
    found = entry.compile()(np.array([1e-40, 1e-38, 1e-30, 1e-40]), np.array([0.0, 0.0, 0.0, 0.5]))
    for place, point in enumerate([("1e-40", "0"), ("1e-38", "0"), ("1e-30", "0"), ("1e-40", "1/2")]):
        exact = [float(branch) for branch in entry.branches(dict(zip(("I0", "q"), point, strict=True)), 20)]
        assert list(found[:, place]) == pytest.approx(exact, rel=1e-13, abs=0)


def test_beyond_what_doubles_hold_there_is_no_number(theory_of: Callable[..., Any]) -> None:
    """At 1e-40 and 1e18 the values have all their digits; past these, where powers vanish or overflow, they are NaN."""
    theory = theory_of("algebraic")
    relaxed = theory["free_relaxation"].compile()
    assert relaxed(1e18, 1) == pytest.approx(1.0, rel=1e-15)
    assert relaxed(np.array([1e18, 1e-40, 0.0]), 0) == pytest.approx([1e18, 1e-40, 0.0], rel=1e-15, abs=0)
    assert np.isnan(relaxed(np.array([np.nan, 1e-41, -1e-41, 1.1e18, np.inf]), 1)).all()
    rates = theory["decay_rate"].compile()(np.array([1e-41, 1e-3]), 0.5)
    assert np.isnan(rates[:, 0]).all()
    assert np.isfinite(rates[:, 1]).all()
    assert np.isnan(theory["forced_amplitude"].compile()(1e-200, 1e-200))  # sqrt(F**2 + ...) would be 0


def test_arrays_broadcast_behind_the_axis_of_values(theory_of: Callable[..., Any]) -> None:
    theory = theory_of("algebraic", "laplacian")
    inputs, waves = np.array([0.1, 0.2]), np.array([[0.1], [0.2], [0.3]])
    for name, count in (("decay_rate", 2), ("bloch_matrix", 4), ("characteristic_polynomial", 2)):
        found = theory[name].compile()(inputs, waves)
        assert found.shape == (count, 3, 2)
        np.testing.assert_array_equal(found[:, 2, 1], theory[name].compile()(0.2, 0.3))
    assert np.shape(theory["group_velocity"].compile()(0.3)) == ()


def test_the_polynomial_has_the_branches_of_the_dispersion_relation(theory_of: Callable[..., Any]) -> None:
    theory = theory_of("algebraic", "laplacian")
    inputs, waves = np.array([1e-18, 1e-6, 1e-2, 0.4]), np.array([[0.0], [1e-3], [0.05], [0.9], [3.0]])
    one = theory["characteristic_polynomial"].compile()(inputs, waves)
    other = theory["dispersion_relation"].compile()(inputs, waves)
    np.testing.assert_allclose(one, other, rtol=1e-14)


def test_quadratics_in_order() -> None:
    function = numpy_quadratic([x, y], sp.Eq(lam**2 - 2 * x * lam + y, 0), lam)
    np.testing.assert_allclose(function(1.5, 2.0), [2, 1])
    np.testing.assert_allclose(function(-1.5, 2.0), [-2, -1])
    np.testing.assert_allclose(function(1.0, 2.0), [1 + 1j, 1 - 1j])
    np.testing.assert_allclose(function(-1.0, 2.0), [-1 - 1j, -1 + 1j])
    np.testing.assert_allclose(function(0.0, 4.0), [2j, -2j])
    np.testing.assert_allclose(function(0.0, 0.0), [0, 0])
    with pytest.raises(LawError, match="quadratic"):
        numpy_quadratic([x], sp.Eq(lam**3, x), lam)


def test_all_roots_of_a_strip_are_left_to_evaluate(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic", "laplacian")["complex_wavenumber"]
    with pytest.raises(LawError, match="evaluate"):
        law.compile()
    with mpmath.workdps(20):
        found = law.compile("mpmath")(mpmath.mpf("0.001"), mpmath.mpf("0.05"))
    assert isinstance(found, tuple)
    assert len(found) > 1
    assert all(root.imag > 0 for root in found)


def test_mpmath_gives_a_tuple_where_there_are_several_values(theory_of: Callable[..., Any]) -> None:
    theory = theory_of("algebraic", "laplacian")
    with mpmath.workdps(40):
        slow, fast = theory["decay_rate"].compile("mpmath")(mpmath.mpf("0.001"), mpmath.mpf(0))
        assert abs(fast / slow - 3) < 1
        assert isinstance(theory["group_velocity"].compile("mpmath")(mpmath.mpf(1)), mpmath.mpf)
        assert len(theory["characteristic_polynomial"].compile("mpmath")(mpmath.mpf(1), mpmath.mpf(1))) == 2


def test_the_documentation_names_the_condition(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic", "laplacian")["decay_rate_underdamped"]
    assert "Holds where sin(" in (law.compile().__doc__ or "")


def test_a_root_of_a_negative_number_is_complex_where_the_codomain_is(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic", "laplacian")["dispersion_relation"]
    real = dataclasses.replace(law, codomain=sp.S.Reals)
    assert np.all(np.isnan(real.compile()(1e-3, 0.7)))
    assert law.compile()(1e-3, 0.7)[0].imag > 0


@pytest.mark.parametrize(
    ("angle", "together"),
    [
        (2 * sp.cos(x) * sp.cos(y) - 2 * sp.cos(x) + w, 2 * sp.cos(y) - 2),
        (sp.cos(x) + sp.cos(y) - 2, sp.cos(x) - 1),
        (sp.I * (sp.sin(x) * sp.cos(y) - sp.sin(x)), sp.cos(y) - 1),
        (3 * x, x),
    ],
    ids=str,
)
def test_what_cancels_in_an_angle_is_gathered(angle: sp.Expr, together: sp.Expr) -> None:
    found = gathered(angle)
    assert sp.expand(found - angle) == 0
    assert together in set(sp.preorder_traversal(found))


@pytest.mark.parametrize(
    "expression",
    [sp.cos(x) ** -2 * (1 - y**2), sp.Abs(sp.cos(x + y)), (1 - y) * sp.Abs(sp.cos(x)) + sp.sqrt(x * y)],
)
def test_the_excess_over_one(expression: sp.Expr) -> None:
    beyond = excess(expression)
    assert beyond is not None
    point = {x: Q(1, 3), y: Q(1, 5)}
    assert abs((beyond - expression + 1).subs(point).evalf(30)) < 1e-28


@pytest.mark.parametrize("letter", "abcdefgh")
def test_sums_less_their_values_at_0_keep_their_order(letter: str) -> None:
    """Whatever the symbols are called: exported source is the same in every process."""
    one, other = sp.symbols(f"{letter}1 {letter}2", real=True)
    found = from_zero([2 * sp.cos(other), -sp.cos(one), sp.S.NegativeOne])
    assert found == [2 * sp.cos(other) - 2, 1 - sp.cos(one)]


def test_there_is_no_excess_of_what_is_not_near_one() -> None:
    assert excess(x + y) is None
    assert excess(sp.exp(x * y)) is None


def test_a_logarithm_near_one_of_several_symbols() -> None:
    function = numpy_function([x, y], sp.log((1 - x**2) * sp.Abs(sp.cos(y))))
    exact = float(sp.log((1 - sp.Float("1e-12", 60)) * sp.cos(sp.Float("1e-7", 60))))
    assert function(1e-6, 1e-7) == pytest.approx(exact, rel=1e-15)
    assert function(0.9, 0.3) == pytest.approx(float(sp.log(0.19 * sp.cos(0.3))), rel=1e-15)
