"""What is printed is what a person writes; plain text is read back; MathML can be made of the LaTeX."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from latex2mathml.converter import convert

from analytics.expressions.grammar import parse
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import I0, F, P, R, delta, omega, r, theta, wavenumbers, zbar
from analytics.expressions.printing import latex, text

Q = sp.Rational
c, k1 = sp.Symbol("c", positive=True), wavenumbers(2)[0]
ALGEBRAIC = R / sp.sqrt(1 - R**2)

WRITTEN = [
    (sp.Eq(R, (2 * F) ** Q(1, 3) - F / 2), F ** Q(5, 3), r"R = (2F)^{1/3} - \tfrac{F}{2} + O(F^{5/3})"),
    (
        sp.Eq(R, (2 * F) ** Q(1, 3) - F / 2 + (2 * F) ** Q(5, 3) / 24),
        F**3,
        r"R = (2F)^{1/3} - \tfrac{F}{2} + \tfrac{(2F)^{5/3}}{24} + O(F^{3})",
    ),
    (
        (3 * F) ** Q(1, 3) - 3 * F / 5 + 3 * (3 * F) ** Q(5, 3) / 175,
        F ** Q(7, 3),
        r"(3F)^{1/3} - \tfrac{3F}{5} + \tfrac{3}{175} (3F)^{5/3} + O(F^{7/3})",
    ),
    ((12 * F / sp.pi**2) ** Q(1, 3), F, r"\left(\tfrac{12F}{\pi^{2}}\right)^{1/3} + O(F)"),
    (sp.sqrt(7) * (2 * F) ** Q(2, 3) / 4, F ** Q(4, 3), r"\tfrac{\sqrt{7}}{4} (2F)^{2/3} + O(F^{4/3})"),
    (-((2 * F) ** Q(1, 3)) / 3, None, r"-\tfrac{(2F)^{1/3}}{3}"),
    (r - r**3 / 2 + 3 * r**5 / 8, r**7, r"r - \tfrac{r^{3}}{2} + \tfrac{3}{8} r^{5} + O(r^{7})"),
    (sp.Eq(I0, ALGEBRAIC - R), None, r"I_0 = \frac{R}{\sqrt{1 - R^{2}}} - R"),
    (2 * c * (1 - sp.cos(k1)), None, r"2c (1 - \cos k_1)"),
    (sp.Mul(-1, 1 + R, evaluate=False), None, "-(1 + R)"),
    (F / (2 * sp.Abs(sp.sin(delta / 2))), F**3, r"\frac{F}{2\left|\sin \tfrac{\delta}{2}\right|} + O(F^{3})"),
    (4 * R * P * sp.sin(delta / 2) ** 2, None, r"4P R \sin^{2} \tfrac{\delta}{2}"),
    (sp.atanh(R) - R, None, r"\operatorname{artanh} R - R"),
    (2 / sp.sqrt(sp.pi) * sp.erfinv(R), None, r"\tfrac{2}{\sqrt{\pi}} \operatorname{erf}^{-1}(R)"),
    (2 / sp.pi * sp.tan(sp.pi * R / 2), None, r"\tfrac{2}{\pi} \tan \tfrac{\pi R}{2}"),
    (InverseProfile(sp.Lambda(r, sp.tanh(r)), R) - R, None, r"\psi(R) - R"),
    (sp.Function("rho")(r), None, r"\rho(r)"),
    (F * sp.exp(-sp.I * theta), None, r"F e^{-i \theta}"),
    (zbar * omega, None, r"\omega \bar{z}"),
    (
        R**4 + 2 * F * R**3 + F**2 * R**2 - 2 * F * R - F**2,
        None,
        r"R^{4} + 2F R^{3} + F^{2} R^{2} - 2F R - F^{2}",
    ),
    (sp.Symbol("n") ** Q(-1, 2), sp.Symbol("n") ** Q(-3, 2), r"\frac{1}{\sqrt{n}} + O(\frac{1}{n^{3/2}})"),
]


@pytest.mark.parametrize(("expression", "remainder", "expected"), WRITTEN, ids=[row[2] for row in WRITTEN])
def test_latex_is_as_a_person_writes_it(
    expression: sp.Expr, remainder: sp.Expr | None, expected: str
) -> None:
    assert latex(expression, remainder) == expected


@pytest.mark.parametrize(
    ("expression", "remainder"), [row[:2] for row in WRITTEN], ids=[row[2] for row in WRITTEN]
)
def test_mathml_can_be_made_of_it(expression: sp.Expr, remainder: sp.Expr | None) -> None:
    markup = convert(latex(expression, remainder))
    assert markup.startswith("<math")
    assert "\\" not in markup


def test_the_plain_line() -> None:
    law = sp.Eq(R, (2 * F) ** Q(1, 3) - F / 2)
    assert text(law, F ** Q(5, 3)) == "R = (2*F)**(1/3) - F/2 + O(F**(5/3))"
    assert text(sp.Eq(I0, ALGEBRAIC - R)) == "I0 = R/sqrt(1 - R**2) - R"


@pytest.mark.parametrize("expression", [row[0] for row in WRITTEN], ids=[row[2] for row in WRITTEN])
def test_the_plain_line_is_read_back(expression: sp.Expr) -> None:
    symbols = {symbol.name: symbol for symbol in expression.free_symbols}
    functions = {
        "rho": sp.Function("rho"),
        "psi": lambda argument: InverseProfile(sp.Lambda(r, sp.tanh(r)), argument),
    }
    for side in expression.args if isinstance(expression, sp.Eq) else [expression]:
        read = parse(text(side), symbols=symbols, functions=functions)
        assert sp.simplify(read - side) == 0


EXPONENTS = st.fractions(min_value=Fraction(1, 5), max_value=4, max_denominator=5)
NUMBERS = st.fractions(min_value=-30, max_value=30, max_denominator=12).filter(bool)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(EXPONENTS, NUMBERS, min_size=1, max_size=4),
    st.sampled_from([sp.S.One, sp.Integer(2), sp.Integer(18), 12 / sp.pi, sp.pi**2 / 7]),
)
def test_any_puiseux_series_is_read_back_and_in_order(
    series: dict[Fraction, Fraction], factor: sp.Expr
) -> None:
    expression = sp.Add(*(Q(number) * (factor * F) ** Q(power) for power, number in series.items()))
    line = text(expression, F**5)
    assert line.endswith(" + O(F**5)")
    read = parse(line.removesuffix(" + O(F**5)"), symbols={"F": F})
    assert abs((read - expression).subs(F, Q(3, 7)).evalf(20)) < 1e-15
    assert latex(expression, F**5).endswith("+ O(F^{5})")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("xprime", r"\mathrm{xprime}"),
        ("imag", r"\mathrm{imag}"),
        ("physical", r"\mathrm{physical}"),
        ("BETA", r"\mathrm{BETA}"),
        ("slope2", r"\mathrm{slope}_2"),
        ("xhat", r"\hat{x}"),
        ("omegabar", r"\bar{\omega}"),
        ("kappa_1", r"\kappa_1"),
        ("v0", "v_0"),
        ("i", r"\mathsf{i}"),
    ],
)
def test_a_word_as_a_name_is_a_word(name: str, written: str) -> None:
    """No prime of xprime, no modulus of imag, no alphabet of physical, and no product of the letters."""
    assert latex(sp.Symbol(name)) == written
    assert convert(written)


def test_a_factor_of_either_writing_goes_under_the_roots() -> None:
    """A coefficient of which factors are negative as written: F/c of c = -(m - 3)/6 is 6F/(3 - m), (-1)^(1/3) never."""
    m = sp.Symbol("m", positive=True)
    draw = Random(7)
    for _ in range(60):
        # each positive at 0 < m < 1, in either writing
        c = sp.Integer(1)
        for _ in range(draw.randint(1, 2)):
            number, sign = draw.randint(2, 9), draw.choice([1, -1])
            away = sp.factor(m - number) if sign < 0 else m + number
            c = sp.Mul(c, sign, away, evaluate=False) ** draw.choice([1, -1])
        c, degree = sp.factor(c / draw.randint(1, 9)), draw.choice([3, 5, 7])
        series = sum(
            draw.choice([-1, 1]) * (m + power) * (F / c) ** Q(power, degree)
            for power in sorted(draw.sample(range(1, 2 * degree), 3))
        )
        law = sp.Eq(R, series, evaluate=False)
        line, written = text(law, F**3), latex(law, F**3)
        assert "(-1)" not in line and "--" not in line and "+ -" not in line, line
        assert "(-1)" not in written and "- -" not in written and "+ -" not in written, written
        read = parse(line.removeprefix("R = ").removesuffix(" + O(F**3)"), symbols={"F": F, "m": m})
        assert abs((read - series).subs({F: Q(3, 7), m: Q(2, 5)}).evalf(20)) < 1e-15


def test_a_minus_sign_goes_to_the_factor_that_begins_with_one() -> None:
    m = sp.Symbol("m", positive=True)
    assert text((-6 * F / (m - 3)) ** Q(1, 3)) == "(6*F/(3 - m))**(1/3)"
    assert latex(-F * (m - 3) / 6) == r"\tfrac{1}{6} F (3 - m)"
    assert text(1 - 1 / (m - 3)) == "1 + 1/(3 - m)"
    assert text(sp.Mul(-Q(1, 6), m - 3, evaluate=False)) == "(3 - m)/6"
    assert text((-1 / (m - 3)) ** Q(2, 3)) == "(1/(3 - m))**(2/3)"
    assert latex((-1 / (m - 3)) ** Q(2, 3)) == r"\left(\frac{1}{3 - m}\right)^{2/3}"
    assert text(-F * sp.sqrt(m - 3)) == "-F*sqrt(-3 + m)"


def test_roots_of_one_number_stand_on_one_side_of_a_fraction() -> None:
    """3**(11/12)/3 is 1/3**(1/12); the plain line is read back to the same value. Square roots stay above."""
    x = sp.Symbol("x", positive=True)
    draw = Random(3)
    for _ in range(200):
        bases = draw.sample([2, 3, 5, 6, 7], draw.randint(1, 3))
        roots = [
            sp.Integer(b) ** sp.Rational(draw.randint(-11, 11), draw.choice([3, 4, 5, 12])) for b in bases
        ]
        powers = x ** sp.Rational(draw.randint(-4, 4), draw.choice([1, 2, 3]))
        product = sp.Mul(
            draw.choice([-1, 1]), sp.Rational(draw.randint(1, 9), draw.randint(1, 9)), *roots, powers
        )
        line = text(product)
        assert sp.N(parse(line, symbols={"x": x}).subs(x, 2) / product.subs(x, 2), 20) == pytest.approx(
            1, abs=1e-15
        )
        for fraction in re.findall(r"frac\{(.*)\}\{(.*)\}", latex(product)):
            above, below = (set(re.findall(r"(\d+)\^\{", side)) for side in fraction)
            assert not above & below, latex(product)
    assert latex(sp.Integer(3) ** sp.Rational(11, 12) / (3 * x)) == r"\frac{1}{3^{1/12} x}"
    assert text(sp.Integer(3) ** sp.Rational(1, 3) / 3) == "3**(-2/3)"
    assert latex(sp.sqrt(3) * x / 3) == r"\tfrac{\sqrt{3} x}{3}"
