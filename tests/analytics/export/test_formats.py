"""Exported laws say the same as the laws: C and Python text is compiled and run, JSON is read back."""

from __future__ import annotations

import ctypes
import dataclasses
import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sympy as sp

from analytics.errors import GrammarError, LawError, UnknownNameError
from analytics.export.c_source import CSource
from analytics.export.formats import FORMATS, export, law_from_record, law_record
from analytics.export.record import set_from_text, set_text
from analytics.expressions.notation import F, P, R, delta, r, theta, wavenumbers
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import definition
from analytics.network.activation import Activation, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network

ULP = 2.0**-52
Q = sp.Rational
NETWORKS = {
    name: Network(profile, kernel("laplacian"))
    for name, profile in {
        "algebraic": activation("algebraic"),
        "erf": activation("erf"),
        "quartic": activation("quartic"),
        "mixed": Activation("mixed", sp.tanh(r) / 2 + r / sp.sqrt(1 + r**2) / 2),  # no closed inverse
    }.items()
}
FORCING = Parameter(F, "amplitude of the forcing", "", sp.Interval(0, sp.oo))
DETUNING = Parameter(delta, "detuning", "rad/step", sp.S.Reals, sp.S.Zero)


def laws(network: Network) -> list[Law]:
    """An implicit law, one that uses it, an inverse, a series, a cancelling frequency and a choice."""
    psi, (k,) = network.activation.psi(R), network.kernel.wavenumbers

    def law(
        name: str, subject: sp.Symbol, equation: sp.Eq, parameters: list[Parameter], **others: Any
    ) -> Law:
        fields: dict[str, Any] = {
            "codomain": sp.S.Reals,
            "remainder": None,
            "limit": None,
            "steps": (definition("A name.", P, psi),),
            **others,
        }
        return Law(
            name=name,
            meaning=f"the law of {name}",
            observable=name,
            network=network,
            subject=subject,
            equation=equation,
            parameters=tuple(parameters),
            validity="everywhere",
            source="a test",
            **fields,
        )

    amplitude = law(
        "amplitude",
        R,
        sp.Eq(F**2, (psi - R) ** 2 + 4 * R * psi * sp.sin(delta / 2) ** 2),
        [FORCING, DETUNING],
        codomain=sp.Interval.Ropen(0, 1),
    )
    angle = sp.atan2((psi + R) * sp.sin(delta / 2), (psi - R) * sp.cos(delta / 2))
    output = Parameter(R, "output", "", sp.Interval.Ropen(0, 1))
    wavenumber = Parameter(k, "wavenumber", "rad/site", sp.S.Reals)
    return [
        amplitude,
        law(
            "phase",
            theta,
            sp.Eq(theta, -delta / 2 - angle),
            [FORCING, DETUNING],
            codomain=sp.Interval.Lopen(-sp.pi, sp.pi),
            where=(amplitude,),
            period=2 * sp.pi,
        ),
        law("inverse", P, sp.Eq(P, psi), [output]),
        law(
            "series",
            R,
            sp.Eq(R, (2 * F) ** Q(1, 3) - F / 2 + F ** Q(7, 5)),
            [FORCING],
            remainder=F**2,
            limit=(F, sp.S.Zero),
        ),
        law("frequency", theta, sp.Eq(theta, network.kernel.frequency((k,))), [wavenumber]),
        law(
            "chosen", theta, sp.Eq(theta, sp.Piecewise((sp.tanh(k) / k, k < 1), (1 / k, True))), [wavenumber]
        ),
    ]


POINTS: dict[str, list[tuple[float, ...]]] = {
    "amplitude": [(1e-30, 0.0), (1e-30, 1e-20), (1e-2, 0.1), (0.52, 2.0), (3.0, 0.0), (1e6, 0.3)],
    "phase": [(1e-30, 0.0), (1e-30, 1e-20), (1e-2, 0.1), (0.5, -2.0)],
    "inverse": [(1e-30,), (1e-5,), (0.4,), (0.9,)],
    "series": [(1e-30,), (1e-2,), (0.5,)],
    "frequency": [(1e-12,), (0.1,), (-2.0,)],
    "chosen": [(-0.3,), (1e-9,), (0.99,), (7.0,)],
}


def python_functions(network: Network, _: Path) -> Callable[[str, tuple[float, ...]], float]:
    """The exported module, run in an interpreter of its own, without this environment's packages."""
    text = export(laws(network), "python")

    def call(name: str, point: tuple[float, ...]) -> float:
        program = f"{text}\nprint(repr({name}(*{point!r})))\n"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-W", "error", "-c", program], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return float(done.stdout)

    return call


def c_functions(network: Network, folder: Path) -> Callable[[str, tuple[float, ...]], float]:
    """The exported source, compiled without a warning and loaded."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler here")
    (folder / "laws.c").write_text(export(laws(network), "c"))
    flags = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O2", "-shared", "-fPIC"]
    done = subprocess.run(
        [compiler, *flags, "-o", "laws.so", "laws.c", "-lm"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    library = ctypes.CDLL(str(folder / "laws.so"))

    def call(name: str, point: tuple[float, ...]) -> float:
        function = getattr(library, name)
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * len(point)
        return float(function(*point))

    return call


@pytest.mark.parametrize("language", [c_functions, python_functions])
@pytest.mark.parametrize("name", NETWORKS)
def test_source_text_agrees_with_the_law(name: str, language: Callable[..., Any], tmp_path: Path) -> None:
    call = language(NETWORKS[name], tmp_path)
    for law in laws(NETWORKS[name]):
        points = POINTS[law.name] if language is c_functions else POINTS[law.name][1:3]
        for point in points:
            at = {p.name: Q(number) for p, number in zip(law.parameters, point, strict=True)}
            truth = law.evaluate(at, digits=25)
            error = (
                abs(float((truth - call(law.name, point)) / truth)) if truth else abs(call(law.name, point))
            )
            assert error <= 6 * ULP, (law.name, point)


def test_no_input_gives_no_output_and_nowhere_is_nan(tmp_path: Path) -> None:
    call = c_functions(NETWORKS["algebraic"], tmp_path)
    assert call("amplitude", (0.0, 0.0)) == 0.0
    assert math.isnan(call("amplitude", (math.nan, 0.0)))


@pytest.mark.parametrize("language", [c_functions, python_functions])
@pytest.mark.parametrize("size", [1e-41, 1e19])
def test_beyond_what_doubles_can_raise_to_powers_is_nan(
    size: float, language: Callable[..., Any], tmp_path: Path
) -> None:
    """As of the compiled law."""
    call = language(NETWORKS["algebraic"], tmp_path)
    assert math.isnan(call("amplitude", (size, 0.0)))
    assert math.isnan(call("amplitude", (0.1, -size)))
    compiled = next(law for law in laws(NETWORKS["algebraic"]) if law.name == "amplitude").compile()
    assert math.isnan(compiled(size, 0.0))


def test_python_text_is_documented_and_has_the_laws_arguments() -> None:
    text = export(laws(NETWORKS["mixed"]), "python")
    assert "def amplitude(F, delta=0.0):" in text
    assert "F: amplitude of the forcing." in text
    assert "psi is the inverse of rho(r) = " in text
    assert "O(F**2)" in text
    imports = [line for line in text.splitlines() if "import " in line]
    assert imports == ["import functools", "import math", "            import numpy"]


def without_steps(law: Law) -> Law:
    return dataclasses.replace(
        law, steps=(), dropped=(), exact=None, where=tuple(map(without_steps, law.where))
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_json_is_read_back_to_equal_laws(name: str) -> None:
    given = laws(NETWORKS[name])
    records = json.loads(export(given, "json"))
    assert [law_from_record(record, NETWORKS[name]) for record in records] == list(map(without_steps, given))
    assert [law_from_record(record) for record in records] == list(map(without_steps, given)), (
        "it stands alone"
    )
    assert records[0]["steps"][0]["claim"] == "A name."
    assert records[0]["constants"] == {"c": "3/10"}
    assert records[3]["remainder"] == "F**2"


def test_a_broken_record_is_refused_in_words() -> None:
    network = NETWORKS["algebraic"]
    record = law_record(laws(network)[0])
    with pytest.raises(LawError, match="record"):
        law_from_record({key: entry for key, entry in record.items() if key != "equation"}, network)
    with pytest.raises(LawError, match="record"):
        law_from_record({**record, "parameters": 3}, network)
    wicked = {**record, "equation": {**record["equation"], "right": "__import__('os')"}}
    with pytest.raises(GrammarError):
        law_from_record(wicked, network)
    with pytest.raises(GrammarError):
        law_from_record({**record, "codomain": "(0, 9**9**9)"}, network)


@pytest.mark.parametrize(
    "domain",
    [
        sp.S.Reals,
        sp.Interval(0, sp.oo),
        sp.Interval.Lopen(-sp.pi, sp.pi),
        sp.Union(sp.Interval.Ropen(-sp.pi, 0), sp.Interval.Lopen(0, sp.pi)),
        sp.S.Naturals0,
    ],
    ids=str,
)
def test_domains_are_read_back(domain: sp.Set) -> None:
    assert set_from_text(set_text(domain)) == domain


def test_latex_is_a_complete_fragment() -> None:
    text = export(laws(NETWORKS["algebraic"]), "latex")
    assert text.count(r"\begin{equation}") == text.count(r"\end{equation}") == len(POINTS)
    assert r"\label{eq:amplitude}" in text
    assert r"R = (2F)^{1/3} - \tfrac{F}{2} + F^{7/5} + O(F^{2})" in text
    assert "% Remainder: O(F**2)" in text
    assert "% R from amplitude" in text


def test_formats_are_named() -> None:
    assert sorted(FORMATS) == ["c", "javascript", "json", "latex", "numpy", "python"]
    with pytest.raises(UnknownNameError, match="Did you mean json"):
        export([], "jsn")


def test_complex_laws_have_no_source_text() -> None:
    network = NETWORKS["algebraic"]
    (k,) = wavenumbers(1)
    wave = dataclasses.replace(laws(network)[4], equation=sp.Eq(theta, sp.exp(sp.I * k)))
    with pytest.raises(LawError, match="real"):
        export([wave], "c")
    assert "e^{i k}" in export([wave], "latex")


@pytest.mark.parametrize("constant", [sp.I, -sp.I, Q(3, 4) * sp.I - 2, sp.Integer(-2), Q(1, 3)], ids=str)
def test_a_constant_term_is_exported_as_it_is(constant: sp.Expr, tmp_path: Path) -> None:
    """e^(ik) + constant at k = 1/2, real, imaginary or both, in either language."""
    (k,) = wavenumbers(1)
    wave = dataclasses.replace(
        laws(NETWORKS["algebraic"])[4],
        equation=sp.Eq(theta, sp.exp(sp.I * k) + constant),
        codomain=sp.S.Complexes,
    )
    truth = complex(sp.exp(sp.I / 2) + constant)
    program = f"{export([wave], 'python')}\nprint(frequency(0.5))\n"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True)
    assert abs(complex(done.stdout) - truth) < 4 * ULP, done.stderr
    compiler = shutil.which("cc")
    if compiler is None:
        return
    shown = 'int main(void) { double complex z = frequency(0.5); printf("%.17g %.17g", creal(z), cimag(z)); }'
    (tmp_path / "laws.c").write_text(f"#include <stdio.h>\n{export([wave], 'c')}\n{shown}\n")
    binary = tmp_path / "laws"
    subprocess.run([compiler, "-std=c99", "-o", binary, tmp_path / "laws.c", "-lm"], check=True)
    done = subprocess.run([binary], capture_output=True, text=True)
    assert abs(complex(*map(float, done.stdout.split())) - truth) < 4 * ULP


def test_two_signs_never_meet() -> None:
    """Coefficients that are sums of roots, whose sign SymPy does not tell: -- is an operator of C."""
    random, x = Random(4), sp.Symbol("x", positive=True)
    for _ in range(40):
        number = sum(
            random.choice((-1, 1)) * random.randint(1, 99) * sp.sqrt(random.choice((1, 2, 3)))
            for _ in range(2)
        )
        formula = random.choice((1, -1)) * (1 + number * sp.log(x) / (7 * x) - number)
        text = CSource().write(formula)
        assert "--" not in text.replace(" ", "").replace("e-", "")
