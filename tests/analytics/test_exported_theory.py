"""The laws of whole theories in every format: C and Python compiled and run, JSON read back, LaTeX looked at."""

from __future__ import annotations

import ctypes
import dataclasses
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from latex2mathml.converter import convert

from analytics.errors import LawError
from analytics.export import export, law_from_record, law_record
from analytics.grammar import parse, text_of
from analytics.law import Law
from analytics.record import set_from_text, set_text

RICH = ("decay_rate", "susceptibility", "complex_wavenumber", "free_relaxation", "relaxation_time_detuned")
STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O2", "-shared", "-fPIC"]


def without_steps(law: Law) -> Law:
    where, others = tuple(map(without_steps, law.where)), tuple(map(without_steps, law.alternatives))
    return dataclasses.replace(law, steps=(), where=where, alternatives=others)


def assert_read_back(laws: list[Law]) -> None:
    for law, record in zip(laws, json.loads(export(laws, "json")), strict=True):
        assert law_from_record(record, law.network) == without_steps(law), law.name


def test_json_is_read_back_to_equal_laws(laws: list[Law]) -> None:
    assert_read_back(laws)


@pytest.mark.parametrize("activation", ["arctan", "erf", "quartic"])
def test_json_is_read_back_for_the_other_activations(activation: str, theory_of: Callable[..., Any]) -> None:
    theory = theory_of(activation)
    assert_read_back([theory[name] for name in RICH])


def test_a_record_says_what_a_law_of_several_values_is(theory_of: Callable[..., Any]) -> None:
    theory = theory_of("algebraic")
    record = law_record(theory["characteristic_polynomial"])
    assert record["codomain"] == "complex"
    assert "lambda_**2" in record["equation"]["left"]
    assert [other["parameters"][0]["symbol"] for other in record["alternatives"]] == ["F"]
    strip = law_record(theory["complex_wavenumber"])
    assert strip["codomain"] == "(-pi, pi] + i [0, 5]"
    assert set_text(set_from_text(strip["codomain"])) == strip["codomain"]
    assert len(strip["equation"]["right"]) == 2
    condition = law_record(theory["decay_rate_underdamped"])["condition"]
    assert condition == {"left": "sin(2*c*(-cos(q) + 1))", "relation": "!=", "right": "0"}
    assert record["condition"] is None


def test_a_minus_sign_before_parentheses_is_read_back() -> None:
    x, y = sp.symbols("x y")
    product = sp.Mul(-1, x + y, sp.exp(x))
    assert parse(text_of(product), symbols={"x": x, "y": y}) == product


# -- source --


def test_python_source_says_what_the_laws_say(laws: list[Law], comparison: Any) -> None:
    """In an interpreter of its own, without this environment's packages, warnings as errors."""
    asked = [
        (name, point, law)
        for name, law in comparison.versions(laws)
        if not law.finds_all_roots
        for point in comparison.points(law)
    ]
    calls = [(name, point) for name, point, _ in asked]
    program = (
        f"{export(laws, 'python')}\n"
        f"for name, point in {calls!r}:\n"
        "    found = globals()[name](*point)\n"
        "    print([repr(complex(one)) for one in (found if isinstance(found, tuple) else (found,))])\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-"], input=program, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for (name, point, law), line in zip(asked, done.stdout.splitlines(), strict=True):
        found = [complex(one) for one in re.findall(r"'([^']*)'", line)]
        error = comparison.worst_error(found, comparison.values(law, point))
        assert error <= 4 * comparison.tolerance(name), (name, point, error)


def test_c_source_says_what_the_laws_say(laws: list[Law], comparison: Any, tmp_path: Path) -> None:
    """Compiled without a warning."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler here")
    wrappers = [parts_of(name, law) for name, law in comparison.versions(laws) if returns_complex(law)]
    (tmp_path / "laws.c").write_text("\n".join([export(laws, "c"), *wrappers]))
    done = subprocess.run(
        [compiler, *STRICT, "-o", "laws.so", "laws.c", "-lm"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    library = ctypes.CDLL(str(tmp_path / "laws.so"))
    for name, law in comparison.versions(laws):
        if law.finds_all_roots:
            assert not hasattr(library, name)
            continue
        for point in comparison.points(law):
            truths = comparison.values(law, point)
            function = getattr(library, f"{name}_parts" if returns_complex(law) else name)
            found = c_values(function, point, len(truths), law.codomain == sp.S.Complexes)
            error = comparison.worst_error(found, truths)
            assert error <= 4 * comparison.tolerance(name), (name, point, error)


def returns_complex(law: Law) -> bool:
    return law.codomain == sp.S.Complexes and not law.is_several_valued


def parts_of(name: str, law: Law) -> str:
    """A C function that writes real and imaginary part of a complex return value, which ctypes cannot read."""
    names = [symbol.name for symbol in law.symbols]
    head = f"void {name}_parts({', '.join(f'double {one}' for one in names)}, double out[2])"
    body = f"double complex value = {name}({', '.join(names)}); out[0] = creal(value); out[1] = cimag(value);"
    return f"{head};\n{head} {{ {body} }}"


def c_values(function: Any, point: tuple[float, ...], count: int, is_complex: bool) -> list[complex]:
    """A double is returned; several numbers are written behind the arguments, complex ones as two doubles."""
    given = [ctypes.c_double(number) for number in point]
    if count == 1 and not is_complex:
        function.restype = ctypes.c_double
        return [function(*given)]
    out = (ctypes.c_double * (2 * count))()
    function.restype = None
    function(*given, out)
    return [complex(*out[2 * n : 2 * n + 2]) if is_complex else complex(out[n]) for n in range(count)]


def test_what_is_left_out_says_why_and_what_to_do(theory_of: Callable[..., Any]) -> None:
    theory = theory_of("algebraic")
    for form, mark in (("python", "# "), ("c", "/* ")):
        text = export([theory["kernel_frequency"], theory["complex_wavenumber"]], form)
        with pytest.raises(
            LawError, match="a law with a fixed number of values is needed; got complex_wavenumber"
        ):
            export(theory["complex_wavenumber"], form)
        assert f"{mark}complex_wavenumber is left out" in text
        assert "Use evaluate" in " ".join(text.replace("\n#", "").replace("\n *", "").split())
        assert "complex_wavenumber(" not in text


def test_signatures_and_documentation(theory_of: Callable[..., Any]) -> None:
    theory = theory_of("algebraic")
    laws = [theory[name] for name in ("decay_rate", "dispersion_relation", "decay_rate_underdamped")]
    python, c = export(laws, "python"), export(laws, "c")
    assert "def decay_rate_for_F(F, delta, k, q):" in python  # no default where others without follow
    assert "void decay_rate(double I0, double q, double out[2])" in c
    assert "double complex out[2])" in c
    assert "g_t = sqrt(1 - R**2)" in python
    assert "Only where sin(2*c*(1 - cos(q))) != 0" in python
    assert "#include <complex.h>" in c
    assert "complex" not in export([theory["decay_rate"]], "c")
    assert "cmath" not in export([theory["decay_rate"]], "python")


# -- LaTeX --


DISPLAYED = {
    "decay_rate": [
        r"\sigma_{1,2} &= -\tfrac{\ln(g_r g_t)}{2} && \text{if } a^{2} \sin^{2} \omega_+ \ge b^{2}",
        r"\sigma_{\pm} &= -\ln\left(a \left|\cos \omega_+\right| \pm \sqrt{b^{2} - a^{2} \sin^{2} \omega_+}\right)"
        r" && \text{otherwise}",
        r"\text{with } a &= \tfrac{1}{2} (g_r + g_t)",
        r"g_r &= (1 - R^{2})^{3/2}",
        r"\omega_+ &= 2c (1 - \cos q)",
    ],
    "dispersion_relation": [
        r"\lambda_{\pm} &= a \cos \omega_+ \pm s \sqrt{b^{2} - a^{2} \sin^{2} \omega_+}",
        r"s &= -1 \text{ if } \cos \omega_+ < 0, \text{ else } 1",
    ],
    "characteristic_polynomial": [
        r"\lambda^{2} - a \lambda (e^{i \omega_q} + e^{-i \omega_q}) + g_r g_t &= 0"
    ],
    "bloch_matrix": [r"M_{11} &= a e^{i \omega_q}", r"M_{12} &= b e^{-i \omega_q}"],
    "decay_rate_underdamped": [r"\sigma_{1,2} = (2I_0)^{2/3} + O(I_0^{2})"],
    "complex_wavenumber": [r"2c (1 - \cos q) &= 2\pi j \pm \arccos"],
    "group_velocity": [r"v_g = 2c \sin q"],
}


@pytest.mark.parametrize("name", DISPLAYED)
def test_latex_of_several_values_is_as_a_person_writes_it(name: str, theory_of: Callable[..., Any]) -> None:
    text = theory_of("algebraic")[name].latex()
    for part in DISPLAYED[name]:
        assert part in text


def test_names_mean_the_frequencies_of_q_and_minus_q(theory_of: Callable[..., Any]) -> None:
    text = theory_of("algebraic")["bloch_matrix"].alternatives[0].latex()
    assert r"M_{11} &= a e^{i \omega_q}" in text
    assert r"M_{22} &= a e^{-i \omega_{-q}}" in text
    assert r"\omega_q &= 2c (1 - \cos q) \cos k + 2c \sin k \sin q - \delta" in text


def test_latex_of_every_law(laws: list[Law], comparison: Any) -> None:
    text = export(laws, "latex")
    assert text.count("{") == text.count("}")
    assert text.count(r"\begin{equation}") == text.count(r"\end{equation}") == text.count(r"\label{eq:")
    assert r"\label{eq:decay_rate_for_F}" in text
    assert "% j is any integer" in text
    assert "either" not in text
    labels = re.findall(r"\\label{(.*)}", text)
    assert len(labels) == len(set(labels))
    for _, law in comparison.versions(laws):
        assert "\\" not in convert(law.latex().replace("{aligned}", "{align*}"))


def test_an_alternative_with_the_same_equation_is_a_remark(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic")["radial_gain"]
    text = export([law], "latex")
    assert re.findall(r"\\label{(.*)}", text) == ["eq:radial_gain", "eq:radial_gain_R"]
    assert "radial_gain_R" not in export([law, *law.where], "latex")  # R has its equation there
    assert "% The same for F, delta, k, with R from forced_amplitude" in text


def test_the_condition_stands_in_the_comment(theory_of: Callable[..., Any]) -> None:
    text = export([theory_of("algebraic")["decay_rate_overdamped"]], "latex")
    assert "% Only where sin(2*c*(1 - cos(q))) = 0" in text
