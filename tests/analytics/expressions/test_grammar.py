"""Text to expression and back: exact, quick, and never anything but an expression or a GrammarError."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import GrammarError
from analytics.expressions.grammar import FUNCTIONS, number, parse, text_of

x = sp.Symbol("x", real=True)
F, R = sp.symbols("F R", positive=True)
SYMBOLS = {"x": x, "F": F, "R": R}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.01", sp.Rational(1, 100)),
        ("1e-40", sp.Rational(1, 10**40)),
        ("1.5E+3", sp.Integer(1500)),
        (".5", sp.Rational(1, 2)),
        ("0.1234567890123456789", sp.Rational(1234567890123456789, 10**19)),
        ("1/3", sp.Rational(1, 3)),
        ("pi/8", sp.pi / 8),
        ("sqrt(2)/7", sp.sqrt(2) / 7),
        ("-2**2", sp.Integer(-4)),
        ("2**-3", sp.Rational(1, 8)),
        (" 1\n + 2 ", sp.Integer(3)),
        ("9007199254740993", sp.Integer(9007199254740993)),
    ],
)
def test_numbers_are_exact(text: str, value: sp.Expr) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["exp(exp(9))**100", "1/exp(exp(9))**100", "exp(9000)*exp(9000)", "exp(exp(10))"]
)
def test_numbers_whose_digits_nobody_can_work_with_are_refused_at_once(
    text: str, at_once: Callable[[], AbstractContextManager[None]]
) -> None:
    with at_once(), pytest.raises(GrammarError, match="digits"):
        number(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("9**9**9**9", "exponents"),
        ("10**10**10", "exponents"),
        ("1e999999999", "digits"),
        ("(" * 500 + "1" + ")" * 500, "nested"),
        ("sin(" * 59 + "(((1)))" + ")" * 59, "nest"),
        ("-" * 3000 + "1", "size"),
        ("1+" * 9000 + "1", "size"),
        ("x" * 30_000, "characters"),
        ("exp(exp(exp(25)))", "digits"),
        ("exp(10**9*log(2))", "digits"),
        ("exp(99999*log(F/1e-30))", "exponents"),
        ("exp(x + 9999*log(F/1e-30))", "exponents"),
        ("exp(log(F/1e-30)/99999)", "short denominator"),
        ("pi**10**9", "exponents"),
        ("((2*F)**100)**1000", "exponents"),
        ("sqrt(10**3000 + 1)", "Round"),
        ("Abs((1 + I*x)**1000)", "power above"),
        ("2^3", r"\*\*"),
        ("2x", r"2\*x"),
        ("1_000", "operator"),
        ("0x10", "operator"),
        ("xx", "Did you mean x"),
        ("arctan(x)", "atan"),
        ("sine(x)", "Did you mean"),
        ("x(2)", r"x\*"),
        ("sin", r"sin\(x\)"),
        ("sin x", "operand"),
        ("1/0", "division by zero"),
        ("1/(x - x)", "division by zero"),
        ("0**-1", "division by zero"),
        ("log(0)", "finite"),
        ("tan(pi/2)", "finite"),
        ("atanh(1)", "finite"),
        ("x.real", "no parts"),
        ("x[0]", "parentheses"),
        ("'x'", "grammar"),
        ("exp(x=2)", "without ="),
        ("atan2(x)", "2 arguments"),
        ("atan2(acos(7), acos(7))", "between -1 and 1"),
        ("x, F", "only"),
        ("x if x else 1", "only"),
        ("lambda: 1", "grammar"),
        ("x < 1", "condition"),
        ("where(x, 1, 2)", "where"),
        ("where(I < 1, 1, 2)", "real"),
        ("__import__('os')", "grammar"),
        ("True", "only"),
        ("", "needed"),
        ("(x", "parenthesis"),
        ("é", "grammar"),
    ],
)
def test_refusals_come_at_once_and_say_why(
    text: str, hint: str, at_once: Callable[[], AbstractContextManager[None]]
) -> None:
    with at_once(), pytest.raises(GrammarError, match=hint) as caught:
        parse(text, symbols=SYMBOLS)
    assert len(str(caught.value)) < 500


EXPRESSIONS = [
    F**2 - (R / sp.sqrt(1 - R**2) - R) ** 2 - 4 * R**2 / sp.sqrt(1 - R**2) * sp.sin(x / 2) ** 2,
    (2 * F) ** sp.Rational(1, 3) - F / 2 + (2 * F) ** sp.Rational(5, 3) / 24,
    2 * sp.erfinv(R) / sp.sqrt(sp.pi) + sp.atan2(F, x) + sp.log(F) * sp.exp(-x),
    sp.Piecewise((x, x < 1), (F, x <= 2), (R, True)),
    sp.exp(sp.I * x) * sp.Abs(x) - sp.Rational(-7, 3) * sp.E,
    x ** sp.Rational(-5, 3) + sp.cot(x) * sp.coth(x) * sp.sign(x),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_text_reads_back_to_the_same_expression(expression: sp.Expr) -> None:
    assert parse(text_of(expression), symbols=SYMBOLS) == expression


def test_a_function_of_the_callers_is_read() -> None:
    assert parse("psi(R) - R", symbols=SYMBOLS, functions={"psi": sp.atanh}) == sp.atanh(R) - R


@pytest.mark.parametrize("expression", [sp.Float("0.1"), sp.gamma(x), sp.oo, sp.Integral(x, x), x + sp.zoo])
def test_what_the_grammar_has_no_words_for_is_not_written(expression: sp.Expr) -> None:
    with pytest.raises(GrammarError):
        text_of(expression)


def outcome(text: str) -> str:
    """ "expression" or "refusal"; anything else that `parse` does fails the test."""
    try:
        result = parse(text, symbols=SYMBOLS)
    except GrammarError:
        kind = "refusal"
    else:
        assert isinstance(result, sp.Expr)
        assert not result.has(sp.zoo, sp.oo, sp.nan)
        assert result.free_symbols <= {x, F, R}
        kind = "expression"
    return kind


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789.eE+-*/() ,<xFRIpiE_sqrtexplogsincos^'\"[]=:", max_size=40))
def test_any_text_is_an_expression_or_a_refusal(
    at_once: Callable[[], AbstractContextManager[None]], text: str
) -> None:
    with at_once():
        assert outcome(text) in ("expression", "refusal")


LEAVES = st.sampled_from(["x", "F", "R", "I", "pi", "E", "0", "1", "2", "7", "0.3", "1e-30", "1e30", "99999"])


def compose(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    unary = st.builds("{}({})".format, st.sampled_from(sorted(set(FUNCTIONS) - {"atan2"})), inner)
    binary = st.builds("({}{}{})".format, inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner)
    choice = st.builds("where({} < {}, {}, {})".format, inner, inner, inner, inner)
    return st.one_of(unary, binary, choice, st.builds("atan2({}, {})".format, inner, inner))


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, compose, max_leaves=8))
def test_any_sentence_of_the_grammar_is_an_expression_or_a_refusal(
    at_once: Callable[[], AbstractContextManager[None]], text: str
) -> None:
    with at_once():
        assert outcome(text) in ("expression", "refusal")
