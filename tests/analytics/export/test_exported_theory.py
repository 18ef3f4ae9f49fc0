"""The laws of whole theories in every format: C, Python and JavaScript compiled and run, JSON read back, LaTeX looked at."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import runpy
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import sympy as sp
from latex2mathml.converter import convert

from analytics.errors import LawError
from analytics.evaluation.values import value_at
from analytics.export.formats import export, law_from_record, law_record
from analytics.export.record import set_from_text, set_text
from analytics.expressions.grammar import parse, text_of
from analytics.law.law import Law
from nearcritical.report.programs import c_functions, javascript_values, python_values

RICH = ("decay_rate", "susceptibility", "complex_wavenumber", "free_relaxation", "relaxation_time_detuned")


RANDOM_POINTS = {
    "forced_amplitude": {"F": (0.01, 2), "delta": (-3, 3)},
    "background_amplitude": {"I0": (0.01, 2)},
    "forced_phase": {"F": (0.01, 2), "delta": (0.1, 1), "k": (-0.2, 0.2)},
    "resonant_amplitude": {"F": (0.001, 0.1)},
    "decay_rate": {"I0": (0.01, 1), "q": (0.3, 3)},
    "dispersion_relation": {"I0": (0.01, 1), "q": (0.3, 1.2)},
    "characteristic_polynomial": {"I0": (0.01, 1), "q": (0.3, 1.2)},
    "susceptibility": {"I0": (0.01, 1), "q": (0.3, 3), "Omega": (-1, 1)},
    "propagation_length": {"I0": (0.001, 0.1), "Omega": (0.1, 1)},
}
"""Law -> parameters, in order, and where each is drawn."""


def without_steps(law: Law) -> Law:
    where, others = tuple(map(without_steps, law.where)), tuple(map(without_steps, law.alternatives))
    return dataclasses.replace(law, steps=(), dropped=(), exact=None, where=where, alternatives=others)


def assert_same_values(found: Sequence[sp.Expr], given: Sequence[sp.Expr]) -> None:
    """At a point drawn at random, to thirty digits: a text is read back as an expression of another form."""
    random = Random(1)
    for one, other in zip(found, given, strict=True):
        symbols = sorted(one.free_symbols | other.free_symbols, key=str)
        point = {symbol: sp.Rational(random.randint(1, 99), 700) for symbol in symbols}
        values = [value_at(each, point, 30) for each in (one, other)]
        assert abs(values[0] - values[1]) <= abs(values[1]) * sp.Rational(1, 10**28)


def assert_read_back(laws: list[Law]) -> None:
    for law, record in zip(laws, json.loads(export(laws, "json")), strict=True):
        back = law_from_record(record, law.network)
        assert without_steps(back) == without_steps(law), law.name
        for one, other in zip((back, *back.alternatives), (law, *law.alternatives), strict=True):
            assert_same_values(one.dropped, other.dropped)
            assert (one.exact is None) == (other.exact is None)
            if one.exact is not None and other.exact is not None:
                assert (one.exact.law, one.exact.parameter) == (other.exact.law, other.exact.parameter)
                assert_same_values(
                    (one.exact.drive, *one.exact.values), (other.exact.drive, *other.exact.values)
                )


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
        if law.count is not None
        for point in comparison.points(law)
    ]
    calls = [(name, point) for name, point, _ in asked]
    returned = python_values(export(laws, "python"), calls, strict=True)
    assert returned is not None
    for (name, point, law), found in zip(asked, returned, strict=True):
        error = comparison.worst_error(found, comparison.values(law, point))
        assert error <= 4 * comparison.tolerance(name), (name, point, error)


def test_numpy_source_says_what_the_laws_say(laws: list[Law], comparison: Any) -> None:
    """In an interpreter that has NumPy alone, the points of a law at once, warnings as errors."""
    asked = [
        (name, point, law)
        for name, law in comparison.versions(laws)
        if law.count is not None
        for point in comparison.points(law)
    ]
    calls = [(name, point) for name, point, _ in asked]
    returned = python_values(export(laws, "numpy"), calls, strict=True, arrays=True)
    assert returned is not None
    for (name, point, law), found in zip(asked, returned, strict=True):
        error = comparison.worst_error(found, comparison.values(law, point))
        assert error <= 4 * comparison.tolerance(name), (name, point, error)


@pytest.mark.parametrize("activation", ["algebraic", "erf"])
def test_numpy_source_broadcasts(activation: str, theory_of: Callable[..., Any], tmp_path: Path) -> None:
    """Against exported Python point by point; numbers give numbers, and what is no ordinary argument gives NaN."""
    theory, random = theory_of(activation), Random(f"numpy {activation}")
    laws = [theory[name] for name in RANDOM_POINTS]
    for form in ("python", "numpy"):
        (tmp_path / f"{form}.py").write_text(export(laws, form), encoding="utf-8")
    python, numpy = (runpy.run_path(str(tmp_path / f"{form}.py")) for form in ("python", "numpy"))
    for name, spans in RANDOM_POINTS.items():
        columns = [np.array([random.uniform(*span) for _ in range(3)]) for span in spans.values()]
        columns[0] = columns[0].reshape(-1, 1)
        found, wanted = numpy[name](*columns), python[name](*columns)
        assert found.shape == wanted.shape
        assert np.allclose(found, wanted, rtol=1e-13, atol=0)
        point = [column.ravel()[0] for column in columns]
        one = numpy[name](*point)
        assert np.ndim(one) == theory[name].is_several_valued
        assert np.allclose(one, python[name](*point), rtol=1e-13, atol=0)
        for strange in (1e-41, 1e19, np.nan):
            assert np.isnan(numpy[name](strange, *point[1:])).all()
        empty = numpy[name](np.empty((0, 2)), *point[1:])
        assert empty.shape == ((theory[name].count, 0, 2) if theory[name].is_several_valued else (0, 2))


def test_numpy_source_imports_numpy_alone(laws: list[Law]) -> None:
    imported = re.findall(r"^(?:import|from) (\w+)", export(laws, "numpy"), re.MULTILINE)
    assert set(imported) - sys.stdlib_module_names == {"numpy"}


def test_python_source_takes_arrays(laws: list[Law], comparison: Any, tmp_path: Path) -> None:
    """The points of each law at once, in rows of two, against the values one by one; NaN where there is no value."""
    (tmp_path / "laws.py").write_text(export(laws, "python"), encoding="utf-8")
    module = runpy.run_path(str(tmp_path / "laws.py"))
    for name, law in comparison.versions(laws):
        if law.count is None:
            continue
        points = [*comparison.points(law), (float("nan"),) * len(law.parameters)]
        points = points[: len(points) // 2 * 2]
        columns = [np.reshape(column, (2, -1)) for column in zip(*points, strict=True)]
        found = module[name](*columns)
        shape = columns[0].shape
        assert found.shape == ((law.count, *shape) if law.is_several_valued else shape)
        for index, point in enumerate(points):
            expected = module[name](*point)
            assert np.array_equal(found[..., *np.unravel_index(index, shape)], expected, equal_nan=True)
        by_name = module[name](**dict(zip([p.name for p in law.parameters], columns, strict=True)))
        assert np.array_equal(found, by_name, equal_nan=True)


def test_python_source_has_its_values_wherever_it_is_asked(laws: list[Law], tmp_path: Path) -> None:
    """At poles, beyond domains, for empty arrays: NaN in place of an error, and as many values as anywhere."""
    random = Random("anywhere")
    values = [0.0, -0.0, 1e-300, 1e-40, 1e-12, 0.1, 1.0, -0.1, -3.0, math.pi, 1e18, 1e300, math.inf, math.nan]
    (tmp_path / "laws.py").write_text(export(laws, "python"), encoding="utf-8")
    module = runpy.run_path(str(tmp_path / "laws.py"))
    for law in laws:
        if law.count is None:
            continue
        several = (law.count,) if law.is_several_valued else ()
        for _ in range(8):
            assert np.shape(module[law.name](*random.choices(values, k=len(law.parameters)))) == several
        nothing = [np.full((2, 1), math.nan)] * len(law.parameters)
        assert module[law.name](*nothing).shape == (*several, 2, 1)
        assert module[law.name](*(array[:0] for array in nothing)).shape == (*several, 0, 1)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
def test_javascript_says_what_the_laws_say(laws: list[Law], comparison: Any) -> None:
    asked = [
        (name, point, law)
        for name, law in comparison.versions(laws)
        if law.count is not None
        for point in comparison.points(law)
    ]
    returned = javascript_values(export(laws, "javascript"), [(name, point) for name, point, _ in asked])
    assert returned is not None
    for (name, point, law), found in zip(asked, returned, strict=True):
        error = comparison.worst_error(found, comparison.values(law, point))
        assert error <= 4 * comparison.tolerance(name), (name, point, error)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
@pytest.mark.parametrize("activation", ["algebraic", "erf", "quartic"])
def test_javascript_agrees_with_evaluate_at_random_points(
    activation: str, theory_of: Callable[..., Any]
) -> None:
    """To 1e-13 at the doubles themselves; explicit and implicit, real and complex, of one value and of several."""
    theory, random = theory_of(activation), Random(f"javascript {activation}")
    asked = []
    for name, spans in RANDOM_POINTS.items():
        for _ in range(4):
            point = {symbol: random.uniform(*span) for symbol, span in spans.items()}
            asked.append((name, point))
    laws = [theory[name] for name in RANDOM_POINTS]
    calls = [(name, tuple(point.values())) for name, point in asked]
    returned = javascript_values(export(laws, "javascript"), calls)
    assert returned is not None
    for (name, point), found in zip(asked, returned, strict=True):
        exact = {symbol: sp.Rational(value) for symbol, value in point.items()}
        for value, truth in zip(found, theory[name].branches(exact, 25), strict=True):
            assert abs(complex(truth) - value) <= 1e-13 * abs(complex(truth)), (name, point)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js here")
def test_javascript_has_no_value_or_says_what_is_no_argument(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic")["forced_amplitude"]
    calls: list[Any] = [(law.name, given) for given in ((1e-41, 0), (1e19,), ("0.1",), ())]
    small, large, text, nothing = javascript_values(export(law, "javascript"), calls) or []
    assert all(np.isnan(value) for value in (*small, *large))
    assert text == "TypeError: forced_amplitude: F must be a number; got the string 0.1. Give one."
    assert nothing == "TypeError: forced_amplitude: F must be a number; got nothing. Give one."


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_c_source_says_what_the_laws_say(laws: list[Law], comparison: Any) -> None:
    """Compiled without a warning."""
    with c_functions(export(laws, "c"), laws, strict=True) as functions:
        assert functions
        for name, law in comparison.versions(laws):
            if law.count is None:
                assert name not in functions
                continue
            for point in comparison.points(law):
                error = comparison.worst_error(functions[name](*point), comparison.values(law, point))
                assert error <= 4 * comparison.tolerance(name), (name, point, error)


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here")
def test_a_warning_of_the_compiler_is_seen(theory_of: Callable[..., Any]) -> None:
    law = theory_of("algebraic")["kernel_frequency"]
    source = export(law, "c") + "\nstatic int unused;\n"
    with c_functions(source, [law]) as functions, c_functions(source, [law], strict=True) as strictly:
        assert (set(functions), set(strictly)) == ({"kernel_frequency"}, set())


def test_what_is_left_out_says_why_and_what_to_do(theory_of: Callable[..., Any]) -> None:
    theory = theory_of("algebraic")
    for form, mark in (("python", "# "), ("numpy", "# "), ("c", "/* "), ("javascript", "// ")):
        text = export([theory["kernel_frequency"], theory["complex_wavenumber"]], form)
        with pytest.raises(
            LawError, match="a law with a fixed number of values is needed; got complex_wavenumber"
        ):
            export(theory["complex_wavenumber"], form)
        assert f"{mark}complex_wavenumber is left out" in text
        assert "Use evaluate" in " ".join(
            text.replace("\n#", "").replace("\n *", "").replace("\n//", "").split()
        )
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
