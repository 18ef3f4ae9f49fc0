"""The runtime files: a compiler sees the C one, programs take along what they call and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any

import pytest

from analytics.export.library import TITLE, program

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


def test_a_helper_of_a_helper_is_taken_along(theory_of: Callable[..., Any]) -> None:
    text = program([theory_of("algebraic")["kernel_frequency"]], "laws.c", "\n\n", "", "x = solve(f);\n")
    assert "typedef double residual_function(" in text
    assert "static double knot(" in text
    assert "static double share(" not in text
    assert "complex" not in text


def test_what_a_comment_calls_is_left_out(theory_of: Callable[..., Any]) -> None:
    """The inverse of erf stands in the formula, while the program carries the pre-activation."""
    text = program([theory_of("erf")["kernel_frequency"]], "laws.c", "\n\n", "", "/* erfinv(R) */\nx = 1;\n")
    assert "static double erfinv(" not in text
