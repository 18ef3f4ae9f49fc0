"""Values to any number of digits."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from mpmath import MPContext, mp

from analytics.errors import PrecisionError
from analytics.evaluation.arithmetic import inverse_profile
from analytics.evaluation.contexts import agreed
from analytics.evaluation.values import nearest_to_zero, reduced, require_digits, settled, value_at
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import R, r

x = sp.Symbol("x", real=True)
Q = sp.Rational
PSI = {
    "algebraic": R / sp.sqrt(1 - R**2),
    "tanh": sp.atanh(R),
    "arctan": 2 / sp.pi * sp.tan(sp.pi * R / 2),
    "erf": 2 / sp.sqrt(sp.pi) * sp.erfinv(R),
    "quartic": R / (1 - R**4) ** Q(1, 4),
    "numeric": InverseProfile(sp.Lambda(r, r / sp.sqrt(1 + r**2)), R),
}


def miss(found: Any, expected: str, digits: int) -> Any:
    """Relative difference, in units of the last of `digits` digits."""
    own = MPContext()
    own.dps = digits + 30
    return abs(own.convert(found) / own.mpf(expected) - 1) * own.mpf(10) ** digits


@pytest.mark.parametrize("digits", [5, 50, 1000])
@pytest.mark.parametrize(
    ("name", "leading"),
    [
        ("algebraic", Q(1, 2)),
        ("tanh", Q(1, 3)),
        ("arctan", sp.pi**2 / 12),
        ("erf", sp.pi / 12),
        ("numeric", Q(1, 2)),
    ],
)
def test_cancellation_is_overcome(name: str, leading: sp.Expr, digits: int) -> None:
    tiny = Q(1, 10**600)
    found = value_at((PSI[name] - R) / R**3, {R: tiny}, digits)
    assert miss(found, str(leading.evalf(digits + 20)), digits) < 1


@pytest.mark.parametrize(
    ("expression", "at", "limit"),
    [
        (sp.tanh(x) / x, 0, 1),
        ((1 - sp.cos(x)) / x**2, 0, Q(1, 2)),
        (x * sp.log(sp.Abs(x)), 0, 0),
        (sp.sin(x) / (x - sp.pi), sp.pi, -1),
        (x / x, 0, 1),
    ],
    ids=str,
)
def test_removable_singularities_have_their_limit(expression: sp.Expr, at: sp.Expr, limit: sp.Expr) -> None:
    found = value_at(expression, {x: sp.sympify(at)}, 30)
    assert abs(found - mp.mpf(limit.p) / limit.q if isinstance(limit, Q) else found - limit) < 1e-30


def test_values_that_vanish_are_zero_and_poles_are_refused() -> None:
    assert value_at(sp.sin(sp.pi * x), {x: sp.Integer(3)}, 50) == 0
    assert value_at(sp.sqrt(x + 1) ** 2 - x - 1, {x: Q(1, 7)}, 50) == 0
    with pytest.raises(PrecisionError, match="finite"):
        value_at(1 / x, {x: sp.Integer(0)}, 50)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (R / (1 - R**12) ** Q(1, 12) - R, "8.333333333333333333333333333333333333333e-262"),
        (R / (1 - R**12) ** Q(1, 12) - R + R**20, "8.333333333333333333333333333333333333333e-262"),
        (R**20, "1e-400"),
    ],
    ids=str,
)
def test_what_two_precisions_lose_alike_is_found(expression: sp.Expr, expected: str) -> None:
    assert miss(value_at(expression, {R: Q(1, 10**20)}, 20), expected, 20) < 1


def test_complex_values_are_right_in_both_parts() -> None:
    found = value_at(sp.exp(sp.I * x) + sp.I, {x: Q(1, 10**30)}, 40)
    assert miss(found.imag, "1.000000000000000000000000000001", 40) < 1
    assert miss(found.real - 1, "-5e-61", 15) > 1  # 1 - 5e-61 is 1 to 40 digits
    assert value_at(sp.exp(sp.I * sp.pi * x), {x: sp.Integer(1)}, 30) == -1


@pytest.mark.parametrize("digits", [0, -1, 2.5, True, 10**9])
def test_digits_must_make_sense(digits: Any) -> None:
    with pytest.raises(PrecisionError, match="digits"):
        require_digits("evaluating", digits)


def test_angles_are_brought_home() -> None:
    half_open = sp.Interval.Lopen(-sp.pi, sp.pi)
    assert abs(reduced(mp.mpf(7), half_open, 2 * sp.pi, 30) - (7 - 2 * mp.pi)) < 1e-14
    assert float(nearest_to_zero(mp.mpf(7), 2 * sp.pi, 30)) == pytest.approx(7 - 6.283185307179586)


def test_settled_raises_the_precision_until_digits_stay() -> None:
    asked: list[int] = []

    def rough(working: int) -> tuple[Any, ...]:
        asked.append(working)
        return (mp.mpf(1) + mp.mpf(10) ** -(working // 4),)

    assert settled(rough, 12) == (1 + mp.mpf(10) ** -(asked[-1] // 4),)
    assert asked == [22, 44, 88, 176]
    with pytest.raises(PrecisionError, match="stay"):
        settled(lambda working: (mp.mpf(working),), 12)


@pytest.mark.parametrize("power", [1, 3, 5])
def test_psi_of_a_flat_profile_is_infinite_from_its_saturation_on(power: int) -> None:
    """rho = tanh(r**n)**(1/n) rounds to 1 at a small radius; psi(1 - 10^-64) = atanh((1 - 10^-64)^n)^(1/n) does not."""
    profile = sp.tanh(r**power) ** sp.Rational(1, power)
    context = MPContext()
    context.dps = 80
    psi = inverse_profile(sp.Lambda(r, profile), context)
    assert context.isinf(psi(context.one)) and context.isinf(psi(context.mpf(2)))
    below = 1 - context.mpf(10) ** -64
    expected = context.root(context.atanh(below**power), power)
    assert abs(psi(below) / expected - 1) < context.mpf(10) ** -15


@pytest.mark.parametrize("digits", [15, 30, 60])
def test_a_part_that_is_rounding_costs_the_other_no_digits(digits: int) -> None:
    """Numbers of mpmath's own context, whose precision is the caller's."""
    third, noise = value_at(sp.sqrt(2) / 3, {}, digits + 20), mp.mpf(10) ** -(digits + 30)
    one, other = (mp.make_mpc(((factor * noise)._mpf_, third._mpf_)) for factor in (1, 3))
    found = agreed(one, other, digits)
    assert found.real == 0
    assert miss(found.imag, str(sp.N(sp.sqrt(2) / 3, digits + 20)), digits) < 1
