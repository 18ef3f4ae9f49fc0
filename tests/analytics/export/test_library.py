"""The runtime files: a compiler sees the C one, programs take along what they call and nothing else."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any

import numpy as np
import pytest

from analytics.export.library import TITLE, program
from analytics.export.runtime import laws, laws_of_arrays

RUNTIME = files("analytics.export.runtime")
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2", "-Wno-unused-function"]


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_a_compiler_has_nothing_to_say_of_the_helpers() -> None:
    with as_file(RUNTIME.joinpath("laws.c")) as path:
        done = subprocess.run(
            ["cc", *FLAGS, "-c", str(path), "-o", "/dev/null"], capture_output=True, text=True
        )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("y = 1\n", set()),
        ('"""y = _root(x, 5)."""\ny = 1\n', set()),
        ("y = _root(2.0, 5)\n", {"_root"}),
        ("y = _solve(residual, 0.0, 1.0, 1.0, False, 0)\n", {"_solve", "_between", "_is_positive"}),
        ("y = _quadratic(1, 2, 3)\n", {"_quadratic"}),
    ],
)
def test_a_python_program_takes_along_what_it_calls(
    body: str, names: set[str], theory_of: Callable[..., Any]
) -> None:
    text = program([theory_of("algebraic")["kernel_frequency"]], "laws.py", "\n\n\n", "", body)
    assert set(re.findall(r"^def (\w+)", text, re.MULTILINE)) == names
    assert ("import cmath" in text) == ("_quadratic" in names)
    assert TITLE not in text


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("y = 1\n", set()),
        ("y = _erfinv(x)\n", {"_erfinv", "_erf", "_erfc", "_each"}),
        ("y = _solve(f, 0.0, 1.0, 1.0, False, 0)\n", {"_solve", "_knots", "_between", "_side"}),
    ],
)
def test_a_program_of_arrays_takes_along_what_it_calls(
    body: str, names: set[str], theory_of: Callable[..., Any]
) -> None:
    text = program([theory_of("algebraic")["kernel_frequency"]], "laws_of_arrays.py", "\n\n\n", "", body)
    assert set(re.findall(r"^def (\w+)", text, re.MULTILINE)) == names
    assert ("import math" in text) == bool(names)


@pytest.mark.parametrize("width", [0.0, 1e-6])
@pytest.mark.parametrize("root", np.random.default_rng(3).uniform(0.02, 0.98, 8))
def test_no_root_is_looked_for_where_an_equation_has_no_value(root: float, width: float) -> None:
    """Signs differ on both sides of a gap around the root, which lies between two steps of the scan: NaN."""

    def one(x: float) -> float:
        return math.nan if abs(x - root) < width else (x - root) / (x + root)

    def several(x: Any) -> Any:
        return np.array([one(float(y)) for y in np.broadcast_to(x, (2,))])

    for high in (1.0, math.inf):
        found = laws._solve(one, 0.0, high, high, False, 0)
        with np.errstate(all="ignore"):
            rows = laws_of_arrays._solve(several, 0.0, high, high, False, 0)
        wanted = math.nan if width else root
        assert [found, *rows] == pytest.approx([wanted] * 3, rel=1e-15, nan_ok=True)


def test_a_helper_of_a_helper_is_taken_along(theory_of: Callable[..., Any]) -> None:
    text = program([theory_of("algebraic")["kernel_frequency"]], "laws.c", "\n\n", "", "x = solve(f);\n")
    assert "typedef double residual_function(" in text
    assert "static double knot(" in text
    assert "static double share(" not in text
    assert "complex" not in text


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
def test_node_accepts_the_helpers() -> None:
    with as_file(RUNTIME.joinpath("laws.mjs")) as path:
        done = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("const y = 1;\n", set()),
        ("const y = erf(x);\n", {"erf", "errorSeries", "errorTail", "gaussian"}),
        (
            "const P = lowest(f, g, 0, []);\n",
            {"lowest", "solve", "knots", "between", "isPositive"},
        ),
        ("const y = raised(z, 3);\n", {"raised", "times", "complex", "asComplex"}),
    ],
)
def test_a_javascript_program_takes_along_what_it_calls(
    body: str, names: set[str], theory_of: Callable[..., Any]
) -> None:
    text = program([theory_of("algebraic")["kernel_frequency"]], "laws.mjs", "\n\n", "", body)
    assert set(re.findall(r"^function (\w+)", text, re.MULTILINE)) == names
    assert TITLE not in text


def test_what_a_comment_calls_is_left_out(theory_of: Callable[..., Any]) -> None:
    """The inverse of erf stands in the formula, while the program carries the pre-activation."""
    text = program([theory_of("erf")["kernel_frequency"]], "laws.c", "\n\n", "", "/* erfinv(R) */\nx = 1;\n")
    assert "static double erfinv(" not in text
