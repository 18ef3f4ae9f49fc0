"""Chapter 2: the law of the kernel's frequencies."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.expressions.notation import omega, wavenumbers
from analytics.network.activation import activation
from analytics.network.kernel import Kernel, c
from analytics.network.network import Network
from derivations.kernel import kernel_frequency
from derivations.theory import Theory

Q = sp.Rational

CLOSED: dict[tuple[str, int], Callable[..., sp.Expr]] = {
    ("laplacian", 1): lambda k: 2 * c * (1 - sp.cos(k)),
    ("laplacian", 2): lambda k1, k2: 2 * c * (2 - sp.cos(k1) - sp.cos(k2)),
    ("advection", 1): lambda k: c * sp.sin(k),
    ("advection", 2): lambda k1, k2: c * sp.sin(k1),
}


@pytest.mark.parametrize(("name", "dimension"), CLOSED, ids=lambda value: str(value))
def test_closed_forms(name: str, dimension: int, theory_of: Callable[..., Theory]) -> None:
    law = theory_of("algebraic", name, dimension)["kernel_frequency"]
    k = wavenumbers(dimension)
    assert sp.expand(law.equation.rhs - CLOSED[name, dimension](*k)) == 0
    assert (law.equation.lhs, law.symbols, law.is_exact, law.period) == (omega, k, True, 2 * sp.pi)


@pytest.mark.parametrize(("name", "dimension"), CLOSED, ids=lambda value: str(value))
def test_constants_are_inserted_when_it_is_evaluated(
    name: str, dimension: int, theory_of: Callable[..., Theory]
) -> None:
    law = theory_of("algebraic", name, dimension)["kernel_frequency"]
    point = {str(symbol): Q(axis + 1, 3) for axis, symbol in enumerate(law.symbols)}
    closed = CLOSED[name, dimension](*point.values()).subs(c, Q(3, 10))
    with mpmath.workdps(60):
        assert abs(law.evaluate(point, 50) - mpf(sp.N(closed, 60))) < mpf(10) ** -50


def test_own_kernel_of_both_parities() -> None:
    """omega = 2 + (2/5) cos k - (2/3) sin 2k, from i times it on the stencil."""
    stencil = (
        ((0,), 2 * sp.I),
        ((1,), sp.I / 5),
        ((-1,), sp.I / 5),
        ((2,), Q(1, 3)),
        ((-2,), Q(-1, 3)),
    )
    law = kernel_frequency(Network(activation("tanh"), Kernel("own", stencil)))
    (k,) = law.symbols
    assert sp.simplify(law.equation.rhs - (2 + 2 * sp.cos(k) / 5 - 2 * sp.sin(2 * k) / 3)) == 0
    assert len(law.steps) == 4
