"""The values of every law in balls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mpmath
import pytest
import sympy as sp
from flint import acb, arb, fmpq

from analytics.balls.arithmetic import UndecidedError, flint_precision
from analytics.balls.enclosure import Enclosure
from analytics.balls.waves import positive_roots
from analytics.errors import ContradictionError, NoRootError, PrecisionError
from analytics.expressions.notation import R
from analytics.law import enclosed_values
from analytics.law.law import Law
from derivations.theory import Theory, derive
from nearcritical import network
from nearcritical.model.building import load

EXAMPLES = Path(__file__).parents[3] / "examples"

Q = sp.Rational
DIGITS = 20


def lies_in(value: Any, enclosure: Enclosure) -> bool:
    """`value`, right to 20 digits more than the ball, within it."""
    with mpmath.workdps(100):
        slack = abs(value) * mpmath.mpf(10) ** -(DIGITS + 18)
        return bool(abs(enclosure.midpoint - value) <= enclosure.radius + slack)


def test_every_law_is_enclosed(laws: list[Law], comparison: SimpleNamespace) -> None:
    """At an ordinary point of each version: as many values as without proof, each in its ball, the ball small."""
    for name, law in comparison.versions(laws):
        chosen = {s: Q(number) for s, number in zip(law.symbols, comparison.points(law)[0], strict=True)}
        enclosures = law.branches(chosen, DIGITS, enclosure=True)
        values = law.branches(chosen, DIGITS + 20)
        assert len(enclosures) == len(values), name
        for value, enclosure in zip(values, enclosures, strict=True):
            assert lies_in(value, enclosure), name
            with mpmath.workdps(30):
                size = abs(enclosure.midpoint) if law.period is None else 1
                assert enclosure.radius <= mpmath.mpf(10) ** -DIGITS * max(size, mpmath.mpf(10) ** -DIGITS), (
                    name
                )


def test_the_interval_arithmetic_of_another_library_agrees(theory_of: Any) -> None:
    """mpmath.iv on the closed form of a truncated law, and on both sides of the root of an exact one."""
    theory: Theory = theory_of("algebraic")
    iv = mpmath.iv
    before = iv.dps
    try:
        iv.dps = 120
        series = theory["resonant_amplitude"].evaluate({"F": Q(1, 7)}, 30, enclosure=True)
        s = (2 * iv.mpf(1) / 7) ** (iv.mpf(1) / 3)
        other = s - iv.mpf(1) / 14 + s**5 / 24
        low, high = map(mpmath.mp.make_mpf, other._mpi_)
        with mpmath.workdps(80):
            assert low <= series.midpoint + series.radius
            assert series.midpoint - series.radius <= high

        found = theory["background_amplitude"].evaluate({"I0": Q(1, 7)}, 30, enclosure=True)

        def excess(amplitude: Any) -> Any:
            return amplitude / iv.sqrt(1 - amplitude**2) - amplitude - iv.mpf(1) / 7

        middle, radius = iv.mpf(found.midpoint), iv.mpf(found.radius)
        assert excess(middle - radius).b < 0 < excess(middle + radius).a
    finally:
        iv.dps = before


def test_a_complex_value_has_a_disc(theory_of: Any) -> None:
    law = theory_of("algebraic")["characteristic_polynomial"]
    found = law.branches({"I0": Q(1, 1000), "q": Q(1, 3)}, 30, enclosure=True)
    assert all(isinstance(enclosure.midpoint, mpmath.mpc) for enclosure in found)
    assert found[0].midpoint.imag > 0 > found[1].midpoint.imag


def test_an_exact_value_has_no_radius(theory_of: Any) -> None:
    found = theory_of("algebraic")["forced_amplitude"].evaluate({"F": 0}, 30, enclosure=True)
    assert (found.midpoint, found.radius) == (0, 0)


def test_a_value_that_is_only_a_limit_is_refused(theory_of: Any) -> None:
    """R/atanh(R) at R = 0: `evaluate` takes the limit, which is no proof."""
    law = theory_of("tanh", "advection")["tangential_gain"]
    assert law.evaluate({"I0": 0}, 20) == 1
    with pytest.raises(PrecisionError, match="no finite value"):
        law.evaluate({"I0": 0}, 20, enclosure=True)


def test_where_two_cases_meet_nothing_is_proved() -> None:
    law = derive(network())["kernel_frequency"]
    (k,) = law.symbols
    split = sp.Piecewise((0, sp.sin(k) ** 2 + sp.cos(k) ** 2 < 1), (1, True))
    with pytest.raises(PrecisionError, match="which case of the law"):
        replace(law, equation=sp.Eq(law.subject, split), period=None).evaluate({"k": 1}, 20, enclosure=True)


def test_an_equation_in_psi_that_is_not_rational_is_refused_where_the_activation_expands() -> None:
    law = derive(load(EXAMPLES / "hysteresis.toml"))["exceptional_point"]
    psi = law.network.activation.psi(R)
    wrong = replace(law, equation=sp.Eq(sp.sin(psi) * R, sp.Rational(1, 2)))
    with pytest.raises(PrecisionError, match="steady states, or rational, where the activation expands"):
        wrong.branches({"q": "1/10"}, 20, enclosure=True)


@pytest.mark.parametrize("shift", [Q(0), Q(1, 10**40), Q(1)])
def test_positive_roots_of_a_polynomial(shift: sp.Rational) -> None:
    """(x - 2)(x + 1)((x - 3)^2 + s^2): 3 is twice a root, or none."""
    x = sp.Symbol("x")
    whole = sp.Poly((x - 2) * (x + 1) * ((x - 3) ** 2 + shift**2), x)
    with flint_precision(400):
        coefficients = [acb(fmpq(part.p, part.q)) for part in reversed(whole.all_coeffs())]
        if shift == 0:
            with pytest.raises(UndecidedError, match="real and positive"):
                positive_roots(coefficients)
            return
        (root,) = positive_roots(coefficients)
        assert root.contains(2)
        assert root.rad() < arb(10) ** -30


FLAT = {
    **{f"r/sqrt(1 + r**2/{n})": lambda P, n=n: P / mpmath.sqrt(1 + P**2 / n) for n in (8, 27, 125)},
    "r/(1 + r**4/32)**(1/4)": lambda P: P / mpmath.root(1 + P**4 / 32, 4),
    "r/(1 + r**6/128)**(1/6)": lambda P: P / mpmath.root(1 + P**6 / 128, 6),
}


@pytest.mark.parametrize("profile", FLAT)
def test_a_profile_with_a_coefficient_that_is_no_square(profile: str) -> None:
    """2 sqrt(2) has the base 2 twice. Independent: bisection of P - rho(P) = F at 70 digits."""
    law = derive(network(activation=profile))["forced_amplitude"]
    found = law.evaluate({"F": "1/100"}, DIGITS, enclosure=True)
    with mpmath.workdps(70):
        low, high = mpmath.mpf(0), mpmath.mpf(10) ** 6
        for _ in range(300):
            drive = (low + high) / 2
            is_below = drive - FLAT[profile](drive) < mpmath.mpf(1) / 100
            low, high = (drive, high) if is_below else (low, drive)
        assert lies_in(FLAT[profile](low), found)


def test_what_the_search_does_not_confirm_is_not_shown(
    theory_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = theory_of("algebraic")["forced_amplitude"]
    wrong = Enclosure(mpmath.mpf(1) / 50, mpmath.mpf(10) ** -20)
    monkeypatch.setattr(enclosed_values, "_enclosed", lambda *_: (wrong,))
    said = r"at c = 3/10, F = 1/100, delta = 0: .* 0\.02 proved, 0\.2665\d* found"
    with pytest.raises(ContradictionError, match=said) as caught:
        law.evaluate({"F": "1/100"}, 20, enclosure=True)
    assert len(str(caught.value).splitlines()) == 1


def test_no_root_is_not_proved_where_one_is_found(theory_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    law = theory_of("algebraic")["forced_amplitude"]

    def nothing(*_: Any) -> Any:
        raise NoRootError("enclosing", "a root is needed", "none, which is proved", "Check the point.")

    monkeypatch.setattr(enclosed_values, "_enclosed", nothing)
    with pytest.raises(ContradictionError, match="no value proved"):
        law.evaluate({"F": "1/100"}, 20, enclosure=True)


def test_an_angle_is_confirmed_modulo_its_period(theory_of: Any) -> None:
    law = theory_of("algebraic")["kernel_frequency"]
    near = law.evaluate({"k": 1}, 20)
    with mpmath.workdps(40):
        around = tuple(Enclosure(near + turns * 2 * mpmath.pi, mpmath.mpf(10) ** -25) for turns in (0, 1))
    assert law.period is not None
    assert all(enclosed_values._confirms(law, (ball,), (near,), 20) for ball in around)
    assert not enclosed_values._confirms(law, around[:1], (near + mpmath.mpf(10) ** -10,), 20)
