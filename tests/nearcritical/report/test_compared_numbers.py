"""Numbers side by side on the page of a report."""

import pytest

from nearcritical.report.compared_numbers import beside_exact, short_value, side_by_side


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("99999/100000", "0.99999"),
        ("1/1000000000000", "1e-12"),
        ("-3/2000000", "-3/2000000"),
        ("15/1000000", "1.5e-5"),
        ("1/3", "1/3"),
    ],
)
def test_exact_values_are_short(value: str, text: str) -> None:
    assert short_value(value) == text


def test_real_and_imaginary_parts_are_compared_apart() -> None:
    assert side_by_side("0.123 + 0.5 i", "0.124 + 0.5 i") == [
        [("0.12", "3 "), ("+ 0.5 i", "")],
        [("0.12", "4 "), ("+ 0.5 i", "")],
    ]


@pytest.mark.parametrize(
    ("measured", "exact", "shared"),
    [
        ("-0.6667", "-2/3", "-0.6667"),
        ("0.33334", "1/3", "0.3333"),
        ("1.0000", "1", "1.0000"),
        ("0.999", "1", ""),
    ],
)
def test_a_measured_exponent_is_split_where_it_leaves_the_exact_one(
    measured: str, exact: str, shared: str
) -> None:
    assert beside_exact(measured, exact) == (shared, measured.removeprefix(shared))
