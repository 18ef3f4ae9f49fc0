"""Chapter 16: the leak, against the equation it solves, iterated profiles, and coefficients found by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import sympy as sp
from mpmath import mp, mpf

from analytics.errors import UnknownNameError
from analytics.expressions.notation import distance, r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]

FURTHER = Kernel.from_frequency(
    "further",
    Q(2, 5) * (1 - sp.cos(sp.Symbol("k", real=True)))
    + Q(1, 20) * (1 - sp.cos(2 * sp.Symbol("k", real=True))),
)
"""Next-nearest neighbours too: kappa = 1/5 + 1/10."""

LOGARITHM = {
    "algebraic": Q(0),
    "tanh": Q(1, 10),
    "arctan": -(sp.pi**2) / 40,
    "erf": sp.pi / 20,
    "quartic": Q(0),
}
"""b of rho^(-p) = r^(-p) + p c + p c b r^p + ..., by hand."""


def test_the_amplitude_of_the_theory(theory_of: Derived) -> None:
    """|A|^2 = 3 sqrt(2) kappa/c = 9 sqrt(2)/5 for c = 3/10, to the digits that a person works out."""
    law = theory_of("algebraic")["static_leak"]
    assert str(mp.nstr(law.evaluate({"I0": 1, "x": 1}, 20), 12)) == "1.59548876908"
    assert law.exponents == (-1, -3)
    assert (
        sp.simplify(law.equation.rhs**2 * distance**2 - 6 * sp.sqrt(2) * sp.Abs(sp.Symbol("c", real=True)))
        == 0
    )


@pytest.mark.parametrize("studied", ["laplacian", "backwards", "further"])
@pytest.mark.parametrize("name", PROFILES)
def test_modulus_and_phase_solve_the_equation_of_the_edge(name: str, studied: str, model_of: Models) -> None:
    """kappa Z'' = i c |Z|^p Z at random distances, the derivatives taken numerically; c read off rho itself."""
    source = random.Random(f"{name} {studied}")
    if studied == "further":
        network, kappa = Network(activation(name), FURTHER), mpf(3) / 10
    else:
        size = Q(source.randrange(1, 40), 100) * (-1 if studied == "backwards" else 1)
        network = Network(activation(name), kernel("laplacian", constants={"c": size}))
        kappa = mpf(size.p) / size.q
    theory, p = derive(network), network.activation.order
    modulus, slope = theory["static_leak"].compile("mpmath"), theory["leak_phase_slope"].compile("mpmath")
    for _ in range(3):
        x = mpf(source.uniform(2, 300))
        with mp.workdps(60):
            rho = model_of(name).rho
            small = mpf(10) ** -8
            c = (small - rho(small)) / small ** (p + 1)
            turning = slope(1, x) * x

            def profile(y: Any, turning: Any = turning) -> Any:
                return modulus(1, y) * mp.expj(turning * mp.log(y))

            curvature = mp.diff(profile, x, 2)
            balance = 1j * c * abs(profile(x)) ** p * profile(x) / kappa
            assert abs(curvature / balance - 1) < mpf(10) ** -14  # of c, from one small radius


@pytest.mark.parametrize("name", PROFILES)
def test_downstream_the_iterated_profile_falls_off_like_that(
    name: str, theory_of: Derived, model_of: Models
) -> None:
    """R at x = n |v| is rho^n(R_0), its own origin taken from three neighbours: misses have the stated order.

    Only three neighbours in place of derivatives and the steps of the iteration are between this and the law.
    """
    law, p, speed = theory_of(name, "advection")["static_leak"], activation(name).order, Q(3, 10)
    with mp.workdps(60):
        rho, state, seen = model_of(name).rho, mpf(1) / 2, {}
        for n in range(1, 4098):
            state = rho(state)
            seen[n] = state
        misses = []
        for n in (512, 1024, 2048, 4096):
            before, here, after = (mp.log(seen[n + step]) for step in (-1, 0, 1))
            first, second = (after - before) / 2, after - 2 * here + before
            x = -first / second * mpf(speed.p) / speed.q
            value = law.evaluate({"I0": 1, "x": sp.Rational(mp.nstr(x, 50))}, 40)
            misses.append((mp.log(x), mp.log(abs(value - seen[n]))))
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(misses)]
        expected = -mpf(1) / p - 2
        assert abs(2 * slopes[-1] - slopes[-2] - expected) < 0.01
    assert law.remainder == distance ** (-Q(1, p) - 2)


@pytest.mark.parametrize("name", PROFILES)
def test_the_second_term_of_a_drift_is_the_logarithm_by_hand(name: str, theory_of: Derived) -> None:
    law = theory_of(name, "advection")["static_leak"]
    p, c = law.network.activation.order, law.network.activation.coefficient
    speed = sp.Abs(sp.Symbol("c", real=True))
    leading = (p * c * distance / speed) ** -Q(1, p)
    second = sp.simplify(law.equation.rhs / leading - 1)
    assert sp.simplify(second + 2 * LOGARITHM[name] * speed / (p**2 * c * distance)) == 0


def test_where_there_is_no_such_leak(theory_of: Derived) -> None:
    between = Activation("between", r / (1 + r**4 + r**6) ** Q(1, 6))
    stiff = Kernel.from_frequency("stiff", (1 - sp.cos(sp.Symbol("k", real=True))) ** 2 / 5)
    wide = kernel("laplacian", constants={"c": sp.Integer(2)})
    for network in (
        Network(activation("algebraic"), stiff),
        Network(activation("algebraic"), wide),
        Network(between, kernel("laplacian")),
        Network(activation("algebraic"), kernel("laplacian", dimension=2)),
    ):
        theory = derive(network)
        assert "static_leak" not in theory
        assert "leak_phase_slope" not in theory
        with pytest.raises(
            UnknownNameError, match="static_leak requires a ring with a kernel of finite stencil"
        ):
            theory["static_leak"]
    drifting = theory_of("tanh", "advection")
    assert "static_leak" in drifting
    assert "leak_phase_slope" not in drifting


@pytest.mark.parametrize("power", [3, 5])
def test_an_odd_kernel_without_a_drift_has_every_other_law(power: int) -> None:
    """omega ~ k^3 carries the long waves nowhere: no leak, and the theory is whole."""
    k, size = sp.Symbol("k", real=True), Q(random.Random(power).randint(1, 9), 30)
    theory = derive(
        Network(activation("tanh"), Kernel.from_frequency("driftless", size * sp.sin(k) ** power))
    )
    assert "static_leak" not in theory and "decay_rate" in theory
    assert all(theory[name].name == name for name in theory)
