"""What a notebook shows: a short line, HTML that is well formed, formulas in TeX, drawings."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import sympy as sp

from nearcritical import (
    Background,
    Lattice,
    Law,
    Network,
    Oscillation,
    Picture,
    Theory,
    certify,
    certify_kernel,
    check,
    convolutional_exponential,
    exponent,
    measure,
    plot,
    simulate,
    steady_state,
    verify,
)
from nearcritical.report.mathml import mathematics

LONGEST = 200


def results(theory: Theory) -> dict[str, object]:
    net = theory.network
    lattice, drive = Lattice(net, (16,)), Oscillation("1/100", ("pi/4",), detuning=0)
    state = steady_state(lattice, drive, digits=20)
    return {
        "network": net,
        "theory": theory,
        "law": theory["radial_gain"],
        "susceptibility": theory["susceptibility"],
        "derivation": theory["radial_gain"].derivation,
        "step": theory["forced_phase"].steps[0],
        "verdict": verify(theory["resonant_amplitude"], 10, most=1),
        "measurement": measure("forced_amplitude", net, {"F": "1/100"}, digits=40),
        "exponent": exponent(theory["resonant_amplitude"], 8),
        "check": check("psi(R) - R = F", "forced_amplitude", net, at={"delta": 0}, digits=10),
        "lattice": lattice,
        "state": state,
        "certificate": certify(state),
        "kernel certificate": certify_kernel(net.kernel, (64,), 20),
        "exponential": convolutional_exponential(net.kernel, (32,)),
        "trajectory": simulate(net, (8,), Background("1/10"), 3),
        "plot": plot(theory["group_velocity"]),
        "picture": Picture("name", "title", "a < b & c", '<svg id="name"/>'),
    }


@pytest.fixture(scope="module")
def shown(theory_of: Callable[..., Theory]) -> dict[str, object]:
    return results(theory_of("algebraic"))


def test_every_result_is_a_short_line(shown: dict[str, object]) -> None:
    lines = {name: repr(result) for name, result in shown.items()}
    assert {name: line for name, line in lines.items() if len(line) > LONGEST or "\n" in line} == {}


def html(result: object) -> ElementTree.Element:
    text = result._repr_html_()  # type: ignore[attr-defined]
    return ElementTree.fromstring(f"<div>{text}</div>")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("law", "radial_gain of algebraic/laplacian"),
        ("law", "R from background_amplitude"),
        ("law", "c = 3/10"),
        (
            "derivation",
            r"radial_gainequationcheck1Differentiate \phi by z, \bar{z} held; at z = \bar{z} = r the",
        ),
        ("derivation", r"\rho'(r)"),
        ("verdict", "resonant_amplitude: passed, misses by the order"),
        ("verdict", "3 comparisons"),
        ("measurement", "forced_amplitude = 0.2665031517714650040582918342302619184131 at F = 1/100"),
        ("exponent", "forced_amplitude ~ F**(1/3): passed, measured 0.33333333 ±"),
        ("certificate", "no node"),
        ("picture", "a < b & c"),
    ],
)
def test_html_says_what_matters(shown: dict[str, object], name: str, words: str) -> None:
    said = "".join(html(shown[name]).itertext()).replace("$\\displaystyle ", "").replace("$", "")
    assert words in said


def formulas(element: ElementTree.Element) -> list[str]:
    return re.findall(r"\$\\displaystyle (.*?)\$", "".join(element.itertext()), re.DOTALL)


def test_a_theory_is_a_table_of_its_equations(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("algebraic", "advection")
    rows = [["".join(cell.itertext()) for cell in row] for row in html(theory).iter("tr")][1:]
    assert [row[1] for row in rows] == list(theory)
    assert [row[2] for row in rows] == [law._repr_latex_() for law in theory.values()]
    assert [row[3] for row in rows] == [law.kind_text for law in theory.values()]
    said = "".join(html(theory).itertext())
    assert theory.absent and all(f"{name} requires {need}." in said for name, need in theory.absent.items())


def test_formulas_are_tex(shown: dict[str, object]) -> None:
    for name in ("law", "derivation", "susceptibility", "verdict", "exponent"):
        found = formulas(html(shown[name]))
        assert found and all(str(mathematics(formula)).startswith("<math") for formula in found), name
    for name in ("law", "derivation", "step", "exponent"):
        assert re.fullmatch(r"\$.+\$", shown[name]._repr_latex_(), re.DOTALL), name  # type: ignore[attr-defined]


def test_a_cell_with_a_formula_is_wide(shown: dict[str, object]) -> None:
    """A notebook breaks a formula to the width that its cell has before: too narrow a one gives a line a term."""
    cells = list(html(shown["law"]).iter("td"))
    assert any(formulas(cell) for cell in cells)
    for cell in cells:
        assert bool(formulas(cell)) == ("min-width" in cell.attrib["style"])


def test_a_picture_is_drawn(shown: dict[str, object]) -> None:
    picture = shown["picture"]
    assert isinstance(picture, Picture) and picture._repr_svg_() == picture.svg
    assert html(picture).find("figure/svg") is not None


def test_keys_are_completed(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("algebraic")
    assert theory._ipython_key_completions_() == list(theory)


def test_several_laws_are_verified_in_turn(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("algebraic")
    chosen = {name: theory[name] for name in ("kernel_frequency", "activation_inverse")}
    alone = tuple(verify(law, 10, most=2) for law in chosen.values())
    assert [str(each) for each in verify(chosen, 10, most=2)] == [str(each) for each in alone]
    assert [each.law.name for each in verify(chosen.values(), 10, most=1)] == list(chosen)
    assert verify([], 10) == ()


def test_symbols_are_substituted_by_name(theory_of: Callable[..., Theory]) -> None:
    """A symbol of one's own has other assumptions than the one in the equation, and SymPy would pass over it."""
    law: Law = theory_of("algebraic")["resonant_amplitude"]
    own = sp.Symbol("F")
    assert law.equation.subs(own, 4) == law.equation
    assert law.subs({own: 4}) == law.subs({"F": "4"}) == law.subs({law.symbols[0]: 4})
    value = law.evaluate({"F": 4}, 20)
    assert abs(law.subs({own: 4}).rhs.evalf(20) - sp.Float(value, 20)) < sp.Float("1e-18")


def test_a_network_says_its_constants(default_network: Network) -> None:
    assert repr(default_network) == "<Network algebraic/laplacian, dimension 1, c = 3/10>"
