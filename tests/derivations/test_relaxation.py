"""Chapter 11: free relaxation against the iterated profile, its logarithm extrapolated."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import DerivationError, ParameterError
from analytics.expressions.notation import R0, R, n, r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations import relaxation
from derivations.relaxation import free_relaxation, is_time_one_map
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]

LOGARITHM = {
    "tanh": Q(1, 10),
    "arctan": -(sp.pi**2) / 40,
    "erf": sp.pi / 20,
}
"""b of R^(-2) = 2c n + b ln n + ..., from rho^(-2) - r^(-2) = 2c (1 + b r^2 + ...) by hand: 2/3 + r^2/15 + ...,
pi^2/6 - pi^4 r^2/240 + ... and pi/6 + pi^2 r^2/120 + ..."""


def own(order: int) -> Network:
    return Network(Activation("own", r / (1 + r**order) ** Q(1, order)), kernel("laplacian"))


def iterated(model: Any, start: Any, times: list[int]) -> list[Any]:
    """rho applied over and over, read at some times."""
    state, found = start, []
    for step in range(1, times[-1] + 1):
        state = model.rho(state)
        if step in times:
            found.append(state)
    return found


# -- exact --


@pytest.mark.parametrize("name", ["algebraic", "quartic"])
@pytest.mark.parametrize("start", ["1/10", "1", "5"])
def test_exact_relaxation_is_the_iterated_profile(
    name: str, start: str, theory_of: Derived, model_of: Models
) -> None:
    law, times = theory_of(name)["free_relaxation"], [1, 2, 7, 100]
    assert law.is_exact
    assert law.evaluate({"R0": start, "n": 0}, 30) == law.evaluate({"R0": start, "n": 0}, 30)
    with mpmath.workdps(45):
        expected = iterated(model_of(name), mpmath.mpmathify(start), times)
        for time, value in zip(times, expected, strict=True):
            assert abs(law.evaluate({"R0": start, "n": time}, 30) - value) < mpf(10) ** -30
        assert abs(law.evaluate({"R0": start, "n": 0}, 30) - mpmath.mpmathify(start)) < mpf(10) ** -29


def test_algebraic_relaxation_on_paper(theory_of: Derived) -> None:
    """R_0 / sqrt(1 + n R_0^2)."""
    law = theory_of("algebraic")["free_relaxation"]
    assert sp.simplify(law.equation.rhs - R0 / sp.sqrt(1 + n * R0**2)) == 0


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_time_one_maps_of_any_order(order: int) -> None:
    """r / (1 + r^p)^(1/p): R_0 (1 + n R_0^p)^(-1/p)."""
    law = free_relaxation(own(order))
    assert law.is_exact
    assert sp.simplify(law.equation.rhs / (R0 * (1 + n * R0**order) ** -Q(1, order)) - 1) == 0


def test_which_profiles_are_time_one_maps() -> None:
    found = {name: is_time_one_map(Network(activation(name), kernel("laplacian"))) for name in PROFILES}
    assert found == {"algebraic": True, "tanh": False, "arctan": False, "erf": False, "quartic": True}


# -- late times --


DOUBLINGS = 13
"""Times 2^0 ... 2^13."""


@cache
def _late(model: Any, start: str) -> tuple[Any, ...]:
    """x_n = R_n^(-p) at n = 1, 2, 4, ... in 40 digits."""
    with mpmath.workdps(40):
        times = [2**k for k in range(DOUBLINGS + 1)]
        return tuple(value**-model.order for value in iterated(model, mpmath.mpmathify(start), times))


@pytest.mark.parametrize("start", ["1/2", "3"])
@pytest.mark.parametrize("name", LOGARITHM)
def test_coefficient_of_the_logarithm(name: str, start: str, model_of: Models) -> None:
    """x_(2n) - x_n - p c n = b ln 2 + O(ln n / n): three eliminations of 1/n with its logarithm."""
    model = model_of(name)
    late = _late(model, start)
    with mpmath.workdps(40):
        steps = [
            (after - before - 2 * model.coefficient * 2**k) / mpmath.log(2)
            for k, (before, after) in enumerate(pairwise(late))
        ]
        for weight in (2, 2, 4, 4, 4):  # 1/n and ln n/n; 1/n^2 with ln n, ln^2 n
            steps = [(weight * b - a) / (weight - 1) for a, b in pairwise(steps)]
        expected = mpmath.mpmathify(sp.N(LOGARITHM[name], 40))
        assert abs(steps[-1] / expected - 1) < mpf(10) ** -5


@pytest.mark.parametrize("name", LOGARITHM)
def test_late_law_on_paper(name: str, theory_of: Derived) -> None:
    """(p c n)^(-1/p) (1 - b ln n / (p^2 c n)), remainder n^(-1/p - 1)."""
    law = theory_of(name)["free_relaxation"]
    c, b = law.network.activation.coefficient, LOGARITHM[name]
    assert sp.simplify(law.equation.rhs - (2 * c * n) ** -Q(1, 2) * (1 - b * sp.log(n) / (4 * c * n))) == 0
    assert (law.remainder, law.limit, law.exponents) == (n ** -Q(3, 2), (n, sp.oo), (-Q(1, 2), -Q(3, 2)))


@pytest.mark.parametrize("start", ["1/2", "3"])
@pytest.mark.parametrize("name", LOGARITHM)
def test_what_is_left_of_late_laws(name: str, start: str, theory_of: Derived, model_of: Models) -> None:
    """(R_n - law) n^(3/2) tends to a constant, which depends on R_0: without the logarithm it would not."""
    law, model = theory_of(name)["free_relaxation"], model_of(name)
    late = _late(model, start)
    with mpmath.workdps(40):
        left = []
        for k in range(DOUBLINGS - 3, DOUBLINGS + 1):
            value = law.evaluate({"R0": start, "n": 2**k}, 30)
            left.append((late[k] ** (-mpf(1) / 2) - value) * mpf(2) ** (mpf(3) * k / 2))
        # corrections are of the order ln^2(n)/n = 1e-2, a missing logarithm would add 0.01 b/c at each doubling
        changes = [abs(b - a) for a, b in pairwise(left)]
        assert all(after < before * mpf("0.7") for before, after in pairwise(changes))


def test_asymptotic_law_beside_an_exact_one(theory_of: Derived) -> None:
    """n^(-1/2) and (n)^(-1/4): no logarithm, and a miss of (R_0^-p) / p n^(-1/p - 1)."""
    for name, p in (("algebraic", 2), ("quartic", 4)):
        theory = theory_of(name)
        law = theory["free_relaxation_asymptotic"]
        assert law.equation == sp.Eq(R, n ** -Q(1, p))
        with mpmath.workdps(40):
            time = mpf(10) ** 12
            miss = law.evaluate({"R0": 1, "n": 10**12}, 35) - theory["free_relaxation"].evaluate({"R0": 1, "n": 10**12}, 35)  # fmt: skip
            assert abs(miss * time ** (1 + mpf(1) / p) * p - 1) < mpf(10) ** -11
    assert "free_relaxation_asymptotic" not in theory_of("tanh")


def test_early_times_are_refused(theory_of: Derived) -> None:
    law = theory_of("tanh")["free_relaxation"]
    with pytest.raises(ParameterError, match="must hold"):
        law.evaluate({"R0": "1/10", "n": 100})
    with pytest.raises(ParameterError):
        law.evaluate({"R0": "1/10", "n": "1/2"})
    with pytest.raises(ParameterError):
        law.evaluate({"R0": "-1", "n": 10})


# -- what does not hold stops the chapter --


def test_a_profile_with_another_power_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """r - r^5/4 + r^7: rho^(-4) - r^(-4) has a power r^2 before r^4; the two-term law does not cover it."""
    entry = Activation("between", r / (1 + r**4 + r**6) ** Q(1, 6))
    assert entry.order == 4
    with pytest.raises(DerivationError, match="no powers between"):
        free_relaxation(Network(entry, kernel("laplacian")))


def test_a_wrong_growth_stops_the_chapter(theory_of: Derived, monkeypatch: pytest.MonkeyPatch) -> None:
    right = relaxation.growth

    def wrong(entry: Activation) -> tuple[sp.Expr, ...]:
        return tuple(v * (1 + Q(1, 10**6)) if k == 2 else v for k, v in enumerate(right(entry)))

    monkeypatch.setattr(relaxation, "growth", wrong)
    with pytest.raises(DerivationError, match="growth"):
        free_relaxation(theory_of("tanh").network)


def test_the_kernel_does_not_matter(theory_of: Derived) -> None:
    for name in ("algebraic", "tanh"):
        one = theory_of(name)["free_relaxation"]
        for other in (theory_of(name, "advection"), theory_of(name, "laplacian", 2)):
            assert other["free_relaxation"].equation == one.equation
    assert derive(own(6))["free_relaxation"].parameters[0].symbol == R0


def test_a_wrong_logarithm_stops_the_chapter() -> None:
    """b of tanh is 1/10: with b ln n off by one part in a million its growth in a step is not b/n."""
    assert relaxation.logarithm(Q(1, 10) / n, Q(1, 10)).remainder == n**-2
    with pytest.raises(DerivationError, match="b ln n grows"):
        relaxation.logarithm(Q(1, 10) / n, Q(1, 10) * (1 + Q(1, 10**6)))
