"""Trees of expressions: read back to the very same expression, and nothing else is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sympy as sp

from analytics.errors import GrammarError
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import Constant, F, R, Share, n, q, r
from analytics.expressions.tree import expression_of, tree_of

phi = sp.Function("phi")

EXPRESSIONS = [
    sp.Rational(-7, 3) * F ** sp.Rational(1, 3) - F / 2,
    sp.Add(R, R, evaluate=False),
    sp.Mul(2, sp.Add(R, F), evaluate=False),
    sp.Eq(phi(R * sp.exp(sp.I * q)), phi(R) * sp.exp(sp.I * q), evaluate=False),
    sp.Derivative(phi(r), r) / 2,
    sp.Eq(sp.UnevaluatedExpr(2 * (1 - sp.cos(q))), sp.Integer(2), evaluate=False),
    sp.ImmutableMatrix([[sp.exp(sp.I * q), 0], [n, sp.pi]]),
    InverseProfile(sp.Lambda(r, r * sp.tanh(r)), R),
    Constant("b", positive=True) ** 2 + Share("m", positive=True) + sp.Symbol("b", real=True),
    sp.Piecewise((R, R < 1), (sp.sqrt(R), True)),
    sp.Tuple(sp.oo, -sp.oo, sp.E, sp.true),
    sp.Integer(10) ** 3000,
    sp.Interval(0, sp.oo),
    sp.Union(sp.Interval.Ropen(-sp.pi, 0), sp.Interval.Lopen(0, sp.pi)),
    sp.ComplexRegion(sp.Interval.Lopen(-sp.pi, sp.pi) * sp.Interval(0, 5)),
    sp.S.Complexes,
    sp.S.Naturals0,
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_an_expression_is_read_back_as_it_is(expression: sp.Basic) -> None:
    back = expression_of(json.loads(json.dumps(tree_of(expression))))
    assert back == expression
    assert sp.srepr(back) == sp.srepr(expression)


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        "R",
        {"Add": 1},
        [["Add"]],
        ["eval", ["Symbol", "R", "real"]],
        ["Symbol", "__class__()", "real"],
        ["Symbol", "R", "imaginary"],
        ["Symbol", "R"],
        ["Rational", "1"],
        ["Rational", "1", "0"],
        ["Rational", "f" * 5000, "1"],
        ["Pow", ["Rational", "a", "1"], ["Rational", "3b9aca00", "1"]],
        ["exp", ["exp", ["exp", ["Rational", "3e8", "1"]]]],
        ["Matrix", "2", "2", ["pi"]],
        ["Mul", ["pi"], ["Reals"]],
        ["Pow", ["true"], ["pi"]],
        ["sin", ["Tuple", ["pi"]]],
        ["Interval", ["I"], ["pi"]],
        ["AppliedUndef", "os.system", ["pi"]],
        ["Derivative", ["pi"], ["pi"]],
    ],
    ids=lambda tree: str(tree)[:40],
)
def test_what_is_no_tree_is_refused(tree: Any) -> None:
    with pytest.raises(GrammarError):
        expression_of(tree)


def test_a_tree_of_any_depth_is_refused_at_once() -> None:
    tree: Any = ["pi"]
    for _ in range(5000):
        tree = ["UnevaluatedExpr", tree]
    with pytest.raises(GrammarError, match="too deeply"):
        expression_of(tree)


def test_an_expression_without_a_kind_is_not_written() -> None:
    with pytest.raises(GrammarError, match="known kind"):
        tree_of(sp.Integral(R, R))
