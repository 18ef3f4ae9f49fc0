"""Points in words: short, and read back to the very same numbers."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from analytics.expressions import grammar
from numerics.observables.point_text import point_text, value_text

Q = sp.Rational


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Q(1, 100), "1/100"),
        (Q(1, 10**28), "1e-28"),
        (Q(-123, 10**7), "-123e-7"),
        (Q(17, 71) ** 80, "(17/71)**80"),
        (3 * Q(17, 71) ** 80, "3*(17/71)**80"),
        (Q(71, 73) / 10**12, "71/73*1e-12"),
        (Q(1, 2**40), "(1/2)**40"),
        (Q(1, 10**9 + 7), "1/1000000007"),
        (sp.pi / 4, "pi/4"),
    ],
)
def test_a_value_in_words(value: sp.Expr, text: str) -> None:
    assert value_text(value) == text


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30), st.integers(1, 20))
def test_a_value_is_read_back(numerator: int, denominator: int, power: int) -> None:
    value = Q(numerator, denominator) ** power
    text = value_text(value)
    assert grammar.number(text) == value
    assert len(text) <= len(str(value))


def test_a_point_in_words() -> None:
    assert point_text({"F": Q(17, 71) ** 35, "delta": sp.S.Zero}) == "F = (17/71)**35, delta = 0"
