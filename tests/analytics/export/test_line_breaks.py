"""Long formulas in lines: none wider than it may be, and all say what the formula said."""

from __future__ import annotations

import re

import pytest

from analytics.export.line_breaks import LINE, Row, equation_body, lines, read, total

LONG = {
    "sum": "a_1 + " * 30 + "b",
    "powers": r"R^{12} + 6F R^{11} + 15F^{2} R^{10} + 20F^{3} R^{9} + 15F^{4} R^{8} - 6F^{5} R - F^{6}",
    "parentheses": r"\left(2i c + \tfrac{1}{2} w e^{2i k} + \left(-i c - \tfrac{v}{2}\right) e^{-i k} - \tfrac{w}{2}\right) e^{i k x_1}",
    "factors": r"\left(a + b \cos \omega_+\right) \left(c + d \sin \omega_-\right) \left(g_r + g_t\right) e^{i (\theta_1 - \theta_2)}",
    "arguments": r"\operatorname{atan2}\left(\left(P + R\right) \sin \tfrac{\delta}{2}, \left(P - R\right) \cos \tfrac{\delta}{2} + F\right)",
    "moduli": r"\left|2c_1 \cos k_1 + 2c_2 \cos k_2 - \delta - v \sin k_2 - \arcsin\left(\sin k_1\right)\right|",
}


def marks(latex: str) -> str:
    """A formula without what breaking adds: signs of a product, spaces, the size of parentheses."""
    for added in (r"\quad", r"\qquad", "{}", r"\times", r"\Bigl", r"\Bigr", r"\left", r"\right", "&", r"\\"):
        latex = latex.replace(added, "")
    return re.sub(r"[\s{}]", "", latex)


@pytest.mark.parametrize("name", LONG)
def test_broken_lines_fit_and_say_the_same(name: str) -> None:
    broken = lines(LONG[name], LINE)
    assert len(broken) > 1
    assert all(
        total(read(line.replace(r"\Bigl", "").replace(r"\Bigr", ""))) <= LINE for line in closed(broken)
    )
    assert marks(" ".join(broken)) == marks(LONG[name])


def closed(broken: list[str]) -> list[str]:
    """Lines in which every parenthesis has its partner, so that each is read by itself."""
    return [line for line in broken if line.count("(") == line.count(")") and line.count("|") % 2 == 0] or [
        ""
    ]


@pytest.mark.parametrize(
    ("wide", "written"),
    [
        (r"\frac{%s}{D}", r"\frac{1}{D}"),
        (r"\frac{F}{%s}", r"\Big/"),
        (r"\sqrt{%s}", "^{1/2}"),
        (r"e^{%s}", r"\exp"),
    ],
)  # fmt: skip
def test_what_is_wider_than_a_line_is_written_in_one(wide: str, written: str) -> None:
    inner = " + ".join(f"c_{place} \\cos k_{place}" for place in range(1, 9))
    broken = lines(wide % inner, LINE)
    assert len(broken) > 1 and written in " ".join(broken)
    assert all(f"c_{{{place}}}" in " ".join(broken) for place in range(1, 9))


def test_a_break_comes_before_a_sign() -> None:
    first, *others = lines(LONG["powers"], LINE)
    assert not first.rstrip().endswith(("+", "-"))
    assert all(line.lstrip().startswith((r"\quad {} +", r"\quad {} -")) for line in others)


def test_what_fits_stays_on_one_line() -> None:
    assert equation_body([Row("R", r"(2F)^{1/3} - \tfrac{F}{2}")]) == r"R = (2F)^{1/3} - \tfrac{F}{2}"


def test_a_short_left_side_stands_beside_and_a_long_one_above() -> None:
    beside = equation_body([Row("R", LONG["powers"])])
    above = equation_body([Row(LONG["powers"], LONG["powers"])])
    assert "R &= R^{12}" in beside
    assert above.splitlines()[1].strip().startswith("&R^{12}") and r"\quad = R^{12}" in above


def test_conditions_follow_their_line() -> None:
    rows = [Row("s", "1", r"\text{if } x > 0"), Row("s", LONG["powers"], r"\text{otherwise}")]
    body = equation_body(rows)
    assert r"s &= 1 \quad \text{if } x > 0" in body
    assert body.count(r"\text{otherwise}") == 1
