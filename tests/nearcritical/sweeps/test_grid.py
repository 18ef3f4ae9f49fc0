"""Grids: exact values, in an order that is counted through."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import NearCriticalError
from analytics.expressions.parameter import exact_number
from nearcritical.sweeps.grid import axis, exact_text, grid


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("-0.2:0.2:5", ("-0.2", "-0.1", "0", "0.1", "0.2")),
        ("0:1:4", ("0", "1/3", "2/3", "1")),
        ("0:pi:3", ("0", "pi/2", "pi")),
        ("1:0:3", ("1", "0.5", "0")),
        ("1e-6:1e-4:3:log", ("0.000001", "0.00001", "0.0001")),
        ("1e-9:1e-7:3:log", ("1e-9", "1e-8", "1e-7")),
        ("0, 1/3 ,sqrt(2)", ("0", "1/3", "sqrt(2)")),
        ("1e400", ("1" + "0" * 400,)),
        ([0, Fraction(1, 3), "0.5", sp.pi], ("0", "1/3", "0.5", "pi")),
    ],
    ids=str,
)
def test_a_range_as_it_is_written(written: Any, values: tuple[str, ...]) -> None:
    assert axis("F", written).values == values


def test_equal_ratios_to_fifteen_digits() -> None:
    values = [exact_number(text) for text in axis("F", "1e-6:1e-1:50:log").values]
    assert len(values) == 50 and values[0] == sp.Rational(1, 10**6) and values[-1] == sp.Rational(1, 10)
    for place, value in enumerate(values):
        exact = sp.Rational(1, 10**6) * sp.Integer(10) ** sp.Rational(5 * place, 49)
        assert abs(sp.N(value / exact - 1, 30)) < sp.Rational(1, 10**14)


@given(st.fractions())
def test_a_value_is_read_back_from_its_text(value: Fraction) -> None:
    number = sp.Rational(value.numerator, value.denominator)
    assert exact_number(exact_text(number)) == number


def test_points_are_counted_with_the_last_axis_first() -> None:
    points = grid({"F": "1,2", "delta": "0,1/2,1"}, {"k": "pi/4"})
    assert points.shape == (2, 3) and points.size == 6 and points.names == ("F", "delta", "k")
    assert [tuple(points.point(place).values()) for place in range(6)] == [
        (F, delta, "pi/4") for F in ("1", "2") for delta in ("0", "0.5", "1")
    ]


@pytest.mark.parametrize(
    ("ranges", "at", "said"),
    [
        ({}, {}, "a parameter to go through is needed"),
        ({"F": "1:2"}, {}, "a range is NAME=FROM:TO:COUNT"),
        ({"F": "1:2:3:lin"}, {}, "a range is NAME=FROM:TO:COUNT"),
        ({"F": "1:2:"}, {}, "a range is NAME=FROM:TO:COUNT"),
        ({"F": "1:2:1"}, {}, "a range has 2 to 1000000 values"),
        ({"F": "1:2:99999999999999999999"}, {}, "a range has 2 to 1000000 values"),
        ({"F": "1:1:3"}, {}, "F goes between two real numbers"),
        ({"F": "0:I:3"}, {}, "F goes between two real numbers"),
        ({"F": "-1:1:3:log"}, {}, "F has equal ratios between positive ends"),
        ({"F": "1,1.0"}, {}, "F needs values, each of them once"),
        ({"F": []}, {}, "F needs values, each of them once"),
        ({"F": 3}, {}, "a range is NAME=FROM:TO:COUNT"),
        ({"F": [0.5]}, {}, "an exact number is needed, not a float"),
        ({"F": "x:1:3"}, {}, "unknown name"),
        ({"F": "1,2"}, {"F": 1}, "each parameter is given once"),
    ],
    ids=str,
)
def test_what_is_no_grid_is_refused(ranges: dict[str, Any], at: dict[str, Any], said: str) -> None:
    with pytest.raises(NearCriticalError) as refused:
        grid(ranges, at)
    assert said in str(refused.value)
