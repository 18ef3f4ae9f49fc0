"""Agreement of the ways to a law's value: what agrees is counted, what does not is seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from analytics.export.formats import export
from analytics.expressions.parameter import read_point
from analytics.law.law import Law
from nearcritical import Theory, derive, network
from nearcritical.report.agreement import LANGUAGES, agreement, agreement_records
from nearcritical.report.exact_values import exact_digits
from nearcritical.report.programs import c_functions, function_name, javascript_values, python_values

DIGITS = 25
NEEDED = {"c": "cc", "javascript": "node"}
"""Language -> the program that runs it."""

SAMPLE = {
    "activation_inverse": {"R": "1/3"},
    "forced_amplitude": {"F": "1/7", "delta": "1/5"},
    "forced_phase": {"F": "1/7", "delta": "-1/5", "k": "pi/4"},
    "characteristic_polynomial": {"I0": "1/50", "q": "1/2"},
    "decay_rate": {"F": "1/50", "delta": "1/9", "k": "pi/4", "q": "1/2"},
    "complex_wavenumber": {"I0": "1/100", "Omega": "1/4"},
    "resonant_amplitude": {"F": "1/1000"},
}
"""Explicit and implicit, of one value and of several, real and complex, angles, all roots, with a remainder."""


def placed(law: Law, place: dict[str, str]) -> tuple[Law, dict[sp.Symbol, sp.Expr]]:
    version = law.at(place)
    return version, read_point("test", version.parameters, place)


@pytest.mark.parametrize("name", SAMPLE)
def test_sympy_bears_the_values_out(name: str, theory_of: Callable[..., Theory]) -> None:
    law, point = placed(theory_of("algebraic")[name], SAMPLE[name])
    assert exact_digits(law, point, DIGITS) == DIGITS


def test_a_profile_without_closed_inverse_is_inverted_by_sympy_too(theory_of: Callable[..., Theory]) -> None:
    from nearcritical import derive, network

    law, point = placed(
        derive(network("(tanh(r) + erf(sqrt(pi)*r/2))/2"))["background_amplitude"], {"I0": "1/9"}
    )
    assert exact_digits(law, point, DIGITS) == DIGITS


@pytest.mark.parametrize("name", ["forced_amplitude", "characteristic_polynomial", "complex_wavenumber"])
def test_another_equation_does_not_bear_them_out(
    name: str, theory_of: Callable[..., Theory], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The values of a law under an equation that is off by 1e-6."""
    law, point = placed(theory_of("algebraic")[name], SAMPLE[name])
    found = {asked: getattr(law, asked)(point, 60) for asked in ("branches", "states")}
    equation = sp.Eq(law.equation.lhs + law.subject / 10**6, law.equation.rhs, evaluate=False)
    wrong = replace(law, equation=equation)
    for asked, values in found.items():
        right = getattr(Law, asked)
        monkeypatch.setattr(
            Law,
            asked,
            lambda it, *given, _values=values, _right=right: _values if it is wrong else _right(it, *given),
        )
    assert 3 < exact_digits(wrong, point, DIGITS) < 9


def test_a_program_that_says_something_else_is_seen(theory_of: Callable[..., Theory]) -> None:
    law, point = placed(theory_of("algebraic")["forced_amplitude"], SAMPLE["forced_amplitude"])
    right = law.compile()

    def off(*given: float) -> Any:
        return right(*given) * (1 + 1e-9)

    programs = {"python": {law.name: off}, "javascript": {law.name: lambda *_: [float("nan")]}}
    digits = agreement(law, point, DIGITS, programs=programs)["digits"]
    assert digits["numpy"] > 15
    assert digits["python_source"] == pytest.approx(9, abs=0.1)
    assert (digits["javascript_source"], digits["c_source"], digits["simulation"]) == (0, None, None)


def test_exported_programs_agree(theory_of: Callable[..., Theory]) -> None:
    laws = [theory_of("algebraic")[name] for name in SAMPLE]
    computed = [law for law in laws if law.count is not None]
    with c_functions(export(computed, "c"), computed) as c:
        for law in computed:
            version, point = placed(law, SAMPLE[law.name])
            name = function_name(law, version)
            doubles = tuple(float(value) for value in point.values())
            call = [(name, doubles)]
            returned = {
                "python": python_values(export(law, "python"), call),
                "numpy": python_values(export(law, "numpy"), call, arrays=True),
                "javascript": javascript_values(export(law, "javascript"), call),
            }
            programs = {
                language: {name: lambda *_, values=values[0]: values}
                for language, values in returned.items()
                if values is not None
            }
            found = agreement(law, point, DIGITS, programs=programs | ({"c": c} if c else {}))
            ways = {way for way, digits in found["digits"].items() if digits is not None}
            sources = {
                f"{language}_source" for language in LANGUAGES if shutil.which(NEEDED.get(language, "sh"))
            }
            assert sources <= ways
            assert min(found["digits"][way] for way in {"numpy", *sources}) > 14.5


def test_a_mean_over_a_period_has_no_way_but_mpmath() -> None:
    law = derive(network("tanh", modulation="1 + cos(2*pi*s)/5"))["modulated_attenuation"]
    version, point = placed(law, {"I0": "2", "Omega": "1/5", "L": "64"})
    found = agreement(version, point, 10, simulation=4.5)["digits"]
    assert found.pop("mpmath") >= 10 and found.pop("simulation") == 4.5
    assert set(found.values()) == {None}


def test_source_that_does_not_compile_gives_no_function(theory_of: Callable[..., Theory]) -> None:
    with c_functions("no C at all", [theory_of("algebraic")["forced_amplitude"]]) as c:
        assert c == {}
    assert python_values("no Python", [("f", (1.0,))]) is None


def test_a_domain_that_a_constant_ends_is_read_at_its_value() -> None:
    """0 <= R < 1/b"""
    theory = derive(network("tanh(b*r)/b", b="3/2"))
    points = [{"constants": {}, "point": {"R": "1/5"}, "predicted": "0.206", "digits_agreed": 24.5}]
    sources = {form: export(theory["activation_inverse"], form) for form in LANGUAGES}
    verdicts = [{"law": "activation_inverse", "points": points}]
    (record,) = agreement_records(theory, verdicts, DIGITS, sources=sources)
    assert record["point"] == {"R": "1/5"}
    assert [record["digits"][way] for way in ("sympy", "mpmath", "ball")] == [DIGITS] * 3
    assert min(record["digits"][way] for way in ("numpy", "python_source", "numpy_source")) > 15


def test_the_records_of_a_report(theory_of: Callable[..., Theory]) -> None:
    """Where a value is 0 digits say nothing: the next point is taken, of those at the network's own constants."""
    theory = theory_of("algebraic")
    points = [
        {"constants": {"c": "2/5"}, "point": {"k": "pi/4"}, "predicted": "0.234", "digits_agreed": 11.5},
        {"constants": {}, "point": {"k": "0"}, "predicted": "0.000", "digits_agreed": 25.0},
        {"constants": {}, "point": {"k": "pi/4"}, "predicted": "0.176", "digits_agreed": 24.5},
    ]
    sources = {form: export(theory["kernel_frequency"], form) for form in LANGUAGES}
    (record,) = agreement_records(
        theory, [{"law": "kernel_frequency", "points": points}], DIGITS, sources=sources
    )
    assert record["point"] == {"k": "pi/4"}
    assert record["digits"]["simulation"] == 24.5
    assert [record["digits"][way] for way in ("sympy", "mpmath", "ball")] == [DIGITS] * 3
    assert min(record["digits"][way] for way in ("numpy", "python_source", "numpy_source")) > 15
    assert (record["digits"]["javascript_source"] or 0) > (15 if shutil.which("node") else -1)
    assert (
        agreement_records(theory, [{"law": "kernel_frequency", "points": []}], DIGITS, sources=sources) == []
    )
