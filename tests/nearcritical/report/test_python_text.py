"""Python that is copied from an equation runs, and says what the equation says."""

from __future__ import annotations

import runpy
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sympy as sp
from sympy.core.function import AppliedUndef

from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.printing import EitherSign
from analytics.law.display import display
from analytics.law.law import Law
from nearcritical import Theory
from nearcritical.report.views.python_text import identifier, python_of, python_text


def run(text: str, place: Path) -> dict[str, Any]:
    (place / "copied.py").write_text(text)
    return runpy.run_path(str(place / "copied.py"))


def plain(expression: sp.Expr) -> sp.Expr:
    """With symbols that assume nothing."""
    return expression.xreplace({symbol: sp.Symbol(symbol.name) for symbol in expression.free_symbols})


def test_an_explicit_law_is_assigned(theory_of: Callable[..., Theory], tmp_path: Path) -> None:
    law = theory_of("algebraic")["resonant_amplitude"]
    text = python_of(display(law))
    assert text.splitlines()[:2] == ["from sympy import *", 'F = Symbol("F")']
    found = run(text, tmp_path)["R"]
    assert sp.simplify(found - plain(law.equation.rhs)) == 0


def test_names_are_defined_before_they_are_used(theory_of: Callable[..., Theory], tmp_path: Path) -> None:
    law = theory_of("algebraic")["dispersion_relation"]
    found = run(python_of(display(law)), tmp_path)["lambda_"]
    values = {"R": sp.Rational(1, 3), "q": 1, "c": sp.Rational(3, 10), "s": 1}
    wanted = [plain(entry).subs(values).evalf() for entry in law.equation.rhs]
    assert [complex(entry.subs(values).evalf()) for entry in found] == [
        pytest.approx(complex(one)) for one in wanted
    ]


def test_an_implicit_law_is_an_equation(theory_of: Callable[..., Theory], tmp_path: Path) -> None:
    law: Law = theory_of("algebraic")["forced_amplitude"]
    found = run(python_of(display(law)), tmp_path)["equation"]
    assert sp.simplify((found.lhs - found.rhs) - plain(law.equation.lhs - law.equation.rhs)) == 0


@pytest.mark.parametrize("names", [("algebraic", "laplacian"), ("tanh", "advection")])
def test_every_equation_of_a_report_runs_and_says_what_it_says(
    names: tuple[str, str], theory_of: Callable[..., Theory], tmp_path: Path
) -> None:
    """As numbers at random points, where no function is left open: of each law, and of most steps."""
    theory, random, compared = theory_of(*names), Random(str(names)), Counter[str]()
    for law in theory.values():
        for version in law.versions:
            shown = display(version)
            found = run(python_of(shown), tmp_path)
            compared["laws"] += says(
                found, shown.equation, {d.left: d.right for d in shown.definitions}, random
            )
        for step in law.steps:
            found = run(python_text(step.equation), tmp_path)
            compared["steps"] += says(found, step.equation, {}, random)
    steps = sum(len(law.steps) for law in theory.values())
    assert compared["laws"] >= len(theory) and compared["steps"] > steps / 2


def says(
    found: dict[str, Any], equation: sp.Eq, definitions: dict[sp.Basic, sp.Basic], random: Random
) -> bool:
    """Asserts that what was run has the values of the equation at a random point; False if these are no numbers."""
    left, right = equation.args
    if left.is_Symbol and not right.has(left):
        pairs = [(found[identifier(left.name)], right)]
    elif isinstance(found["equation"], sp.Eq):
        pairs = list(zip(found["equation"].args, equation.args, strict=True))
    else:  # both sides are one
        return bool(found["equation"])
    values = {}
    for one, other in pairs:
        for mine, its in zip(flat(one), flat(other), strict=True):
            while its.has(*definitions):
                its = its.xreplace(definitions)
            if any(side.has(AppliedUndef, InverseProfile, EitherSign, sp.Derivative) for side in (mine, its)):
                return False
            free = {identifier(symbol.name) for symbol in its.free_symbols}
            assert {symbol.name for symbol in mine.free_symbols} <= free
            for name in sorted(free - values.keys()):
                values[name] = sp.Rational(random.randint(1, 99), 199)
            numbers = [
                complex(side.xreplace({s: values[identifier(s.name)] for s in side.free_symbols}).evalf(30))
                for side in (mine, its)
            ]
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-12, abs=1e-25), (equation, values)
    return True


def flat(value: Any) -> list[sp.Basic]:
    """The entries of a tuple or matrix; else the value alone."""
    if isinstance(value, tuple | sp.Tuple | sp.MatrixBase):
        return [entry for part in value for entry in flat(part)]
    return [value if isinstance(value, sp.Basic) else sp.Rational(value)]
