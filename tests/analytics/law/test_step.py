"""Steps: a right line passes both of its checks, and a wrong one stops at whichever check sees it."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import DerivationError
from analytics.expressions.inverse_profile import InverseProfile
from analytics.law.step import DIGITS, POINTS, definition, identity, sample, truncation

x, y = sp.symbols("x y", real=True)
z = sp.Symbol("z")  # complex
e = sp.Symbol("e", positive=True)
t = sp.Symbol("t", positive=True)
Q = sp.Rational
RANGES = {x: (-1, 1), y: (-1, 1)}


# -- what is right --


def test_identity_carries_its_claim_its_equation_and_its_check() -> None:
    step = identity("Double angle.", sp.sin(2 * x), 2 * sp.sin(x) * sp.cos(x), RANGES)
    assert step.claim == "Double angle."
    assert step.equation == sp.Eq(sp.sin(2 * x), 2 * sp.sin(x) * sp.cos(x), evaluate=False)
    assert (step.check.kind, step.check.points, step.check.digits) == ("identity", POINTS, DIGITS)
    assert step.remainder is None
    assert POINTS >= 3
    assert DIGITS == 50


def test_what_is_shown_may_differ_from_what_is_compared() -> None:
    shown = sp.Eq(sp.Symbol("S"), sp.Symbol("T"))
    assert identity("Shown.", x + x, 2 * x, RANGES, shown=shown).equation == shown
    step = truncation("Shown.", sp.cos(t), 1 - t**2 / 2, t, 4, {}, shown=shown, remainder=e**2)
    assert (step.equation, step.remainder) == (shown, e**2)


def test_identity_in_a_complex_symbol_is_tried_off_the_real_axis() -> None:
    both = z + sp.conjugate(z)
    step = identity("Square.", both**2, z**2 + 2 * z * sp.conjugate(z) + sp.conjugate(z) ** 2, {z: (-1, 1)})
    assert step.check.digits == DIGITS
    with pytest.raises(DerivationError, match="on the left"):
        identity("Only real.", sp.conjugate(z), z, {z: (-1, 1)}, proof=lambda rest: sp.S.Zero)


def test_sides_that_are_one_expression_are_not_said_to_agree_in_numbers() -> None:
    step = identity("A modulus.", sp.Abs(z * sp.exp(sp.I * x)), sp.Abs(z), {z: (-1, 1), x: (-1, 1)})
    assert (step.check.kind, step.check.points, step.check.digits) == ("evident", 0, 0)
    assert step.check.numeric == "nothing is left to compare"


def test_truncation_carries_its_order() -> None:
    step = truncation("Cosine.", sp.cos(t), 1 - t**2 / 2, t, 4, {})
    assert step.remainder == t**4
    assert step.check.kind == "truncation"
    assert "4.0000" in step.check.numeric
    assert step.equation == sp.Eq(sp.cos(t), 1 - t**2 / 2, evaluate=False)


def test_truncation_with_a_parameter_and_a_root() -> None:
    step = truncation("In y.", sp.exp(y * t), 1 + y * t, t, 2, RANGES)
    assert step.remainder == t**2
    psi = InverseProfile(sp.Lambda(e, sp.tanh(e)), t)
    assert truncation("A root.", psi, t + t**3 / 3, t, 5, {}).remainder == t**5


def test_definition_needs_no_numbers() -> None:
    step = definition("A name.", t, sp.Abs(sp.sin(x)))
    assert (step.check.kind, step.check.points) == ("definition", 0)
    assert definition("A function.", sp.Function("psi")(x), x**2).equation.rhs == x**2


# -- what is wrong --


def test_wrong_identity_stops_with_both_sides_shown() -> None:
    with pytest.raises(DerivationError) as caught:
        identity("Double angle.", sp.sin(2 * x), sp.sin(x) * sp.cos(x), RANGES)
    message = str(caught.value)
    assert message.startswith("step 'Double angle.': sin(2*x) must equal sin(x)*cos(x) at {x: ")
    assert message.endswith(" on the right. Mend the step.")


def test_symbolic_check_that_lets_a_wrong_identity_pass_is_caught_by_numbers() -> None:
    """powdenest(force=True) takes sqrt(z^2) for z: true for half of the plane only."""
    left, right = sp.sqrt(z**2), z

    def forced(rest: sp.Expr) -> sp.Expr:
        return sp.powdenest(rest, force=True)

    assert forced(left - right) == 0
    with pytest.raises(
        DerivationError, match=r"sqrt\(z\*\*2\) must equal z at .* on the left, .* on the right"
    ):
        identity("A root of a square.", left, right, {z: (-1, 1)}, proof=forced)


def test_a_proof_under_an_assumption_that_the_range_breaks_is_caught_by_numbers() -> None:
    """|x| = x where x > 0 is taken for granted, and x is then sampled below zero."""

    def assuming_positive(rest: sp.Expr) -> sp.Expr:
        return sp.simplify(rest.subs(x, t))

    assert assuming_positive(sp.Abs(x) - x) == 0
    with pytest.raises(DerivationError, match=r"on the left, .* on the right"):
        identity("Positive.", sp.Abs(x), x, {x: (-2, -1)}, proof=assuming_positive)


def test_identity_wrong_in_the_fortieth_digit_is_caught_by_numbers() -> None:
    """A proof that rounds finds no difference where there is one of 1e-40."""
    nearly = (1 + Q(1, 10**40)) * sp.exp(x)

    def rounded(rest: sp.Expr) -> sp.Expr:
        return sp.S.Zero if abs(rest.subs(x, 1).evalf(5)) < 1e-30 else rest

    with pytest.raises(DerivationError, match=r"on the left, .* on the right"):
        identity("Nearly.", sp.exp(x), nearly, RANGES, proof=rounded)


def test_identity_that_numbers_cannot_tell_needs_its_proof() -> None:
    """A difference of 1e-80 is invisible at 50 digits: the symbolic check sees it."""
    with pytest.raises(DerivationError, match="symbolic difference"):
        identity("Very nearly.", sp.exp(x), (1 + Q(1, 10**80)) * sp.exp(x), RANGES)


ORDERS = {
    "order too high": (sp.cos(t), 1 - t**2 / 2, 6),
    "order too low": (sp.cos(t), 1 - t**2 / 2, 2),
    "between two terms": (sp.cos(t), 1 - t**2 / 2, 3),
    "wrong coefficient": (sp.cos(t), 1 - t**2 / 3, 4),
    "dropped term": (sp.cos(t), sp.S.One, 4),
    "a term too many": (sp.cos(t), 1 - t**2 / 2 + t**4 / 24, 4),
    "exact after all": ((1 + t) ** 2, 1 + 2 * t + t**2, 3),
    "off by 1e-40": (sp.cos(t), 1 - t**2 * (1 + Q(1, 10**40)) / 2, 4),
}


@pytest.mark.parametrize(("exact", "truncated", "order"), ORDERS.values(), ids=ORDERS.keys())
def test_wrong_truncation_stops_with_both_sides_shown(exact: sp.Expr, truncated: sp.Expr, order: int) -> None:
    with pytest.raises(DerivationError) as caught:
        truncation("Cut.", exact, truncated, t, order, {})
    message = str(caught.value)
    assert message.startswith("step 'Cut.': ")
    assert f"{exact} - ({truncated}) must be of order t**{order}" in message


def test_sympy_s_wrong_complex_series_is_caught_by_numbers() -> None:
    """SymPy 1.14 expands e z/sqrt(1 + e^2 |z|^2) as e z - e^3 z^3/2, and the expansion here does not follow it.

    The truth is -e^3 z |z|^2/2: the difference is of order 3 and not 5.
    """
    exact = e * z / sp.sqrt(1 + e**2 * sp.Abs(z) ** 2)
    wrong = e * z - e**3 * z**3 / 2
    with pytest.raises(DerivationError, match=r"must be of order e\*\*5"):
        truncation("SymPy's.", exact, wrong, e, 5, {z: (-1, 1)})


@pytest.mark.parametrize("left", [x + y, 2 * x, sp.Integer(1)], ids=str)
def test_definition_needs_a_name_on_the_left(left: sp.Expr) -> None:
    with pytest.raises(DerivationError, match="a new name must stand alone on the left"):
        definition("Not a name.", left, t)


def test_definition_of_a_name_by_itself_is_refused() -> None:
    with pytest.raises(DerivationError, match="a new name must stand alone"):
        definition("A circle.", t, t**2)


# -- the points --


@settings(max_examples=30)
@given(st.text(max_size=20), st.integers(-5, 5), st.integers(1, 5), st.integers(1, 6))
def test_points_are_exact_inside_their_range_and_the_same_every_time(
    seed: str, low: int, width: int, count: int
) -> None:
    ranges = {x: (low, low + width), z: (low, low + width)}
    points = sample(seed, ranges, count)
    assert points == sample(seed, ranges, count)
    assert len(points) == count
    for point in points:
        assert point[x].is_Rational
        assert low < point[x] < low + width
        assert all(low < part < low + width for part in point[z].as_real_imag())


def test_points_differ_from_claim_to_claim_and_from_one_another() -> None:
    one, other = sample("one", RANGES, 4), sample("other", RANGES, 4)
    assert len({point[x] for point in (*one, *other)}) == 8
