"""Laws as they are displayed: short by the names of the theory, and the same when these are spelled out."""

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from analytics.expressions.notation import R
from analytics.law.display import Display, display
from analytics.law.law import Law

PROFILES = {
    "algebraic": ("dispersion_relation", "decay_rate", "bloch_matrix", "susceptibility", "largest_growth"),
    "arctan": ("dispersion_relation", "susceptibility", "largest_growth"),
    "tanh": ("dispersion_relation", "susceptibility", "largest_growth"),
    "r/(1 + r**2/2 + r**4)**(1/4)": ("susceptibility", "largest_growth"),
    "(tanh(r) + erf(sqrt(pi)*r/2))/2": ("susceptibility",),
    "(tanh(r) + r/sqrt(1 + r**2))/2": ("largest_growth",),
}
"""Gains that are powers, products with a number, sums with and without one; laws of several values."""


def displayed(profile: str, theory_of: Callable[..., Any]) -> list[Law]:
    laws = [theory_of(profile)[name] for name in PROFILES[profile]]
    return [version for law in laws for version in law.versions]


def spelled_out(shown: Display) -> sp.Basic:
    """The right side, with what they stand for in place of the names."""
    meant, right = {name.left: name.right for name in shown.definitions}, shown.equation.rhs
    while right.free_symbols & meant.keys():
        right = right.xreplace(meant)
    return right


def numbers(right: sp.Basic, shift: int) -> list[Any]:
    """The entries at some point, where psi is any number: it is no matter which."""
    inverses = [node for node in right.atoms(sp.Function) if type(node).__name__ == "InverseProfile"]
    fixed = right.xreplace(dict.fromkeys(inverses, sp.Rational(7, 10)))
    symbols = sorted(fixed.free_symbols, key=str)
    point = {symbol: sp.Rational(3, 4 + (place + shift) % 9) for place, symbol in enumerate(symbols)}
    at = fixed.xreplace(point)
    return [entry.evalf(30) for entry in (at if isinstance(at, sp.Tuple) else (at,))]


@pytest.mark.parametrize("profile", PROFILES)
def test_names_spelled_out_give_the_law(profile: str, theory_of: Callable[..., Any]) -> None:
    for law in displayed(profile, theory_of):
        right = spelled_out(display(law))
        assert right.free_symbols == law.equation.rhs.free_symbols
        for shift in range(4):
            pairs = zip(numbers(right, shift), numbers(law.equation.rhs, shift), strict=True)
            assert all(abs(found - meant) < 1e-25 for found, meant in pairs), (law.name, shift)


@pytest.mark.parametrize("profile", PROFILES)
def test_gains_go_by_their_names(profile: str, theory_of: Callable[..., Any]) -> None:
    """The state is in the gains alone; beside them tanh has 1 - g_r = R**2."""
    for law in displayed(profile, theory_of):
        shown = display(law)
        names = {name.left.name: name.right for name in shown.definitions}
        gains = {names.pop(gain) for gain in ("g_r", "g_t")}
        rest = sp.Tuple(shown.equation.rhs, *names.values())
        assert all(gain.has(R) for gain in gains)
        assert not any(type(node).__name__ == "InverseProfile" for node in rest.atoms(sp.Function))
        assert profile == "tanh" or not rest.has(R)
