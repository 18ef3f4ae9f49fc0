"""Every function that the grammar reads is exported: compiled without a warning and run, in each language."""

from __future__ import annotations

import math
import shutil
from random import Random

import mpmath
import pytest
import sympy as sp

from analytics.errors import LawError
from analytics.export.formats import export
from analytics.expressions.grammar import FUNCTIONS, parse
from analytics.expressions.notation import theta
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.network.activation import activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from nearcritical.report.programs import c_functions, javascript_values, python_values

x = sp.Symbol("x", real=True)
NETWORK = Network(activation("algebraic"), kernel("laplacian"))
WITHIN = {
    **dict.fromkeys(("asin", "acos", "atanh", "erfinv"), "x/3"),
    **dict.fromkeys(("log", "ln", "sqrt"), "2 + x"),
    "acosh": "4 + x",
    "atan2": "x, 1/3",
}
"""Function -> an argument that lies in its domain for |x| < 2."""

COMPLEX = (
    "sqrt exp log sin cos tan cot asin acos atan sinh cosh tanh coth asinh acosh atanh",
    "Abs re im arg conjugate",
)
"""Functions of complex numbers, and those of their parts."""

READ = {
    **{name: f"{name}({WITHIN.get(name, 'x')})" for name in FUNCTIONS},
    **{f"{name}_of_i": f"I + {name}(1/3 + x*I)" for names in COMPLEX for name in names.split()},
    "powers": "I + (2 + I*x)**(1/3) + (2 + I*x)**(-3/2) + (2 + I*x)**(1/2) + (1 + I*x)**5",
    "cut": "abs(x)**(2/3) + abs(x)**(7/5)",
}


def law(name: str, text: str) -> Law:
    expression = parse(text, symbols={"x": x})
    return Law(
        name=f"f_{name}",
        meaning=f"the function {name}",
        observable=name,
        network=NETWORK,
        subject=theta,
        equation=sp.Eq(theta, expression, evaluate=False),
        parameters=(Parameter(x, "a number", "", sp.S.Reals),),
        codomain=sp.S.Complexes if expression.has(sp.I) else sp.S.Reals,
        remainder=None,
        limit=None,
        validity="everywhere",
        source="a test",
        steps=(),
    )


LAWS = [law(name, text) for name, text in READ.items()]
RANDOM = Random(20)
POINTS = [RANDOM.choice((-1, 1)) * 10 ** RANDOM.uniform(-3, 0.3) for _ in range(8)]


def assert_right(entry: Law, point: float, found: complex) -> None:
    with mpmath.workdps(30):
        truth = mpmath.mpmathify(sp.N(entry.predictions[0].xreplace({x: sp.Rational(point)}), 25))
        assert abs(found - truth) <= 1e-14 * abs(truth), (entry.name, point)


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_c_knows_every_function_of_the_grammar() -> None:
    with c_functions(export(LAWS, "c"), LAWS, strict=True) as functions:
        assert set(functions) == {entry.name for entry in LAWS}
        for entry in LAWS:
            for point in POINTS:
                assert_right(entry, point, functions[entry.name](point)[0])


def test_python_knows_every_function_of_the_grammar() -> None:
    calls = [(entry.name, (point,)) for entry in LAWS for point in POINTS]
    returned = python_values(export(LAWS, "python"), calls, strict=True)
    assert returned is not None
    for (entry, point), (found,) in zip(((e, p) for e in LAWS for p in POINTS), returned, strict=True):
        assert_right(entry, point, found)


def test_numpy_knows_every_function_of_the_grammar() -> None:
    calls = [(entry.name, (point,)) for entry in LAWS for point in POINTS]
    returned = python_values(export(LAWS, "numpy"), calls, strict=True, arrays=True)
    assert returned is not None
    for (entry, point), (found,) in zip(((e, p) for e in LAWS for p in POINTS), returned, strict=True):
        assert_right(entry, point, found)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
def test_javascript_knows_every_function_of_the_grammar() -> None:
    calls = [(entry.name, (point,)) for entry in LAWS for point in POINTS]
    returned = javascript_values(export(LAWS, "javascript"), calls)
    assert returned is not None
    for (entry, point), (found,) in zip(((e, p) for e in LAWS for p in POINTS), returned, strict=True):
        assert_right(entry, point, found)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
def test_the_error_function_of_javascript_is_known_far_out() -> None:
    """Where the square of its argument overflows too."""
    far = [sign * 10 ** RANDOM.uniform(0, 18) for sign in (-1, 1) for _ in range(30)]
    entries = [law("far", "erf(x)"), law("rest", "erfc(x)"), law("farther", "erf(10**200*x)")]
    calls = [(entry.name, (point,)) for entry in entries for point in far]
    returned = javascript_values(export(entries, "javascript"), calls)
    assert returned is not None
    signs = [math.copysign(1, point) for point in far]
    wanted = [*map(math.erf, far), *map(math.erfc, far), *signs]
    assert [one for (one,) in returned] == pytest.approx(wanted, rel=1e-14, abs=1e-300)


def test_of_two_laws_with_one_name_neither_is_dropped() -> None:
    others = [law("sin", "sin(x)"), law("sin", "cos(x)")]
    with pytest.raises(LawError, match="a name of its own"):
        export(others, "c")
