"""Sums of waves keep their digits at the edge of the band."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import mpmath
import pytest
import sympy as sp

from analytics.arrays.edge import from_edge
from analytics.arrays.functions import numpy_function
from nearcritical import derive, network

k = sp.Symbol("k", real=True)
Q = sp.Rational


def third(random: Random) -> sp.Expr:
    """3 omega(k) - omega(3k), which vanishes as the third power of pi - k, for a drawn odd band."""
    band = [Q(random.randint(1, 9), random.randint(2, 9)) for _ in range(random.randint(1, 4))]
    return sp.Add(*(b * (3 * sp.sin(n * k) - sp.sin(3 * n * k)) for n, b in enumerate(band, start=1)))


def even(random: Random) -> sp.Expr:
    """A drawn polynomial in cos k with the factor (1 + cos k)^m, as a sum of harmonics."""
    c = sp.Symbol("c")
    drawn = sp.Poly([random.randint(-9, 9) or 1 for _ in range(3)], c)
    coefficients = (drawn * sp.Poly(1 + c, c) ** random.randint(1, 3)).all_coeffs()[::-1]
    total = sp.Add(*(a * sp.cos(k) ** n for n, a in enumerate(coefficients)))
    return sp.expand(sp.fourier_series(total, (k, -sp.pi, sp.pi)).truncate(8))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("drawn", [third, even])
def test_digits_stay_at_pi(drawn: Callable[[Random], sp.Expr], seed: int) -> None:
    random = Random(seed)
    total = drawn(random)
    product = from_edge(total)
    assert product is not None
    function, exact = numpy_function((k,), total), sp.lambdify(k, total, "mpmath")
    with mpmath.workdps(120):
        for power in range(1, 13):
            at = float(mpmath.pi) - random.uniform(1, 9) * 10.0**-power
            truth = exact(mpmath.mpf(at))
            parts = sum(abs(term.subs(k, at)) for term in sp.Add.make_args(product.args[-1]))
            slack = 64 * 2.0**-52 * float(max(1, parts / abs(product.args[-1].subs(k, at).evalf())))
            assert abs(function(at) / truth - 1) < slack


@pytest.mark.parametrize(
    "total",
    [
        sp.sin(k) + sp.sin(2 * k),  # a simple zero, of every term
        1 - sp.cos(k),
        sp.cos(k) + sp.sin(k),
        sp.sin(k) + k,
        sp.sin(k / 2) + sp.sin(k),
        2 * sp.cos(k) ** 2 - 1 - sp.cos(2 * k),  # 0
        k**2 + 1,
    ],
    ids=str,
)
def test_other_sums_stay_as_they_are(total: sp.Expr) -> None:
    assert from_edge(total) is None


@pytest.mark.parametrize("seed", range(3))
def test_harmonics_of_a_real_network_keep_their_digits_at_pi(seed: int) -> None:
    """3 omega(k) - omega(3k) of a real kernel with two couplings drawn."""
    random = Random(seed)
    near, far = (Q(random.randint(1, 9), 40) for _ in range(2))
    law = derive(network("algebraic", str(near * sp.sin(k) + far * sp.sin(2 * k))))["real_cosine_harmonics"]
    function = law.compile("numpy")
    for power in range(1, 8):
        point = {"F": 1e-3, "k": float(mpmath.pi) - random.uniform(1, 9) * 10.0**-power}
        truth = law.evaluate({name: Q(*value.as_integer_ratio()) for name, value in point.items()}, 20)
        assert abs(float(function(**point)) / truth - 1) < 256 * 2.0**-52
