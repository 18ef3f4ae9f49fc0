"""Any law against its parameters: the values drawn are those of the law, points are measured."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from io import StringIO
from xml.etree import ElementTree

import pytest

from nearcritical import NearCriticalError, Plot, Theory, derive, measure, network, plot


def rows_of(drawn: Plot, kind: str) -> list[dict[str, float]]:
    rows = csv.DictReader(StringIO(drawn.csv))
    return [
        {name: float(value) for name, value in row.items() if name != "kind"}
        for row in rows
        if row["kind"] == kind
    ]


@pytest.fixture(scope="module")
def theory(theory_of: Callable[..., Theory]) -> Theory:
    return theory_of("algebraic")


def test_a_line_has_the_values_of_the_law_and_of_the_simulation(theory: Theory) -> None:
    law = theory["forced_amplitude"]
    drawn = plot(law, "F=1e-6:1:log", points=3)
    assert drawn.columns == ("kind", "F", "R")
    line, points = rows_of(drawn, "law"), rows_of(drawn, "measured")
    assert [row["F"] for row in points] == pytest.approx([1e-6, 1e-3, 1], rel=1e-12)
    assert line[0]["F"] == pytest.approx(1e-6) and line[-1]["F"] == pytest.approx(1)
    for row in line[::40]:
        assert row["R"] == pytest.approx(float(law.evaluate({"F": repr(row["F"])}, 20)), rel=1e-12)
    for row in points:
        seen = measure("forced_amplitude", theory.network, {"F": repr(row["F"])}, 15).value
        assert row["R"] == pytest.approx(float(seen), rel=1e-12)
    assert drawn.caption == (
        "The law forced_amplitude of algebraic/laplacian, exact, at c = 3/10. Points: the simulated lattice."
    )


def test_measured_wavenumbers_fit_a_lattice_and_meet_the_line(theory: Theory) -> None:
    drawn = plot(theory["decay_rate"], "q=0:3", at={"I0": "1/100"}, points=4)
    points = rows_of(drawn, "measured")
    assert len(points) == 4
    for row in points:
        assert row["q"] * 24 / math.pi == pytest.approx(round(row["q"] * 24 / math.pi), abs=1e-9)
        exact = theory["decay_rate"].branches(
            {"I0": "1/100", "q": f"pi*{round(row['q'] * 24 / math.pi)}/24"}, 20
        )
        assert [row["sigma_1"], row["sigma_2"]] == pytest.approx([float(value) for value in exact], rel=1e-10)


def test_complex_values_are_drawn_in_parts(theory: Theory) -> None:
    drawn = plot(theory["dispersion_relation"], "q=-pi:pi", at={"I0": "1/100"})
    assert drawn.columns[2:] == ("Re lambda_1", "Im lambda_1", "Re lambda_2", "Im lambda_2")
    row = rows_of(drawn, "law")[-1]
    first = complex(theory["dispersion_relation"].evaluate({"I0": "1/100", "q": "pi"}, 20))
    assert complex(row["Re lambda_1"], row["Im lambda_1"]) == pytest.approx(first, rel=1e-12)


def test_a_law_that_is_solved_for_waves_is_drawn(theory: Theory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nearcritical.drawing.curve.FEW_POINTS", 2)
    drawn = plot(theory["complex_wavenumber"], "Omega=1/2:3/5", at={"I0": "1/10"})
    first = complex(theory["complex_wavenumber"].evaluate({"I0": "1/10", "Omega": "1/2"}, 20))
    row = rows_of(drawn, "law")[0]
    assert complex(row["Re q_1"], row["Im q_1"]) == pytest.approx(first, rel=1e-12)


def test_two_parameters_are_a_map(theory: Theory) -> None:
    drawn = plot(theory["decay_rate"], "q=0:pi", "I0=1e-3:1:log", points=2)
    line, points = rows_of(drawn, "law"), rows_of(drawn, "measured")
    assert len(line) == 41**2 and len(points) == 4
    assert {(row["q"], round(row["I0"], 9)) for row in points} == {
        (q, I0) for q in (0, math.pi) for I0 in (1e-3, 1)
    }
    corner = next(row for row in line if row["q"] == 0 and row["I0"] == pytest.approx(1))
    seen = next(row for row in points if row["q"] == 0 and row["I0"] == pytest.approx(1))
    assert corner["sigma_1"] == pytest.approx(seen["sigma_1"], rel=1e-12)


def test_a_map_says_what_its_colour_is(theory: Theory) -> None:
    """The first of several values, and of a complex one its real part; words of an axis with their letters."""
    drawn = plot(theory["dispersion_relation"], "q=0:pi", "I0=1e-3:1:log").figure
    assert drawn.axes[1].get_ylabel() == r"Re $\lambda_1$, eigenvalues"
    drawn = plot(theory["forced_amplitude"], "F=1e-3:1:log", "delta=-1:1").figure
    assert drawn.axes[0].get_ylabel().startswith(r"detuning, $\omega - \omega (k)$")
    assert drawn.axes[1].get_ylabel() == "$R$, forced amplitude"


@pytest.mark.parametrize(
    ("name", "at", "first", "last"),
    [
        ("resonant_amplitude", {}, 1e-6, 1),
        ("kernel_frequency", {}, -math.pi, math.pi),
        ("activation_inverse", {}, 0.01, 0.99),
        ("free_relaxation", {"R0": "1/2"}, 1, 1000),
        ("decay_rate", {"q": 0}, 1e-6, 1),
    ],
)
def test_without_a_span_the_first_free_parameter_is_drawn(
    name: str, at: dict[str, object], first: float, last: float, theory: Theory
) -> None:
    drawn = plot(theory[name], at=at)
    column = [float(row[1]) for row in drawn.rows]
    assert (column[0], column[-1]) == pytest.approx((first, last))


def test_a_range_that_a_constant_ends_is_drawn_at_its_value() -> None:
    drawn = plot(derive(network("tanh(b*r)/b", b="3/2"))["activation_inverse"])
    column = [float(row[1]) for row in drawn.rows]
    assert (column[0], column[-1]) == pytest.approx((0.01 / 1.5, 0.99 / 1.5))


def test_it_is_saved_in_three_formats(theory: Theory) -> None:
    drawn = plot(theory["resonant_amplitude"])
    assert drawn.saved("pdf").startswith(b"%PDF") and drawn.saved("png").startswith(b"\x89PNG")
    root = ElementTree.fromstring(drawn._repr_svg_())
    assert root.get("id") == "plot-resonant_amplitude"
    assert drawn.saved("svg") == plot(theory["resonant_amplitude"]).saved("svg")
    assert repr(drawn) == "<Plot of resonant_amplitude of algebraic/laplacian: 1201 values>"


@pytest.mark.parametrize(
    ("name", "x", "y", "at", "message"),
    [
        ("forced_amplitude", "F", None, {}, "a span is NAME=FROM:TO or NAME=FROM:TO:log; got 'F'. Write F=1e-6:1:log."),
        ("forced_amplitude", "F=1:2:lin", None, {}, "a span is NAME=FROM:TO"),
        ("forced_amplitude", "F=0:1:log", None, {}, "F goes from a positive number to a larger one; got 0:1:log"),
        ("forced_amplitude", "F=2:1", None, {}, "F goes from a real number to a larger one; got 2:1"),
        ("forced_amplitude", "F=1e-300:1:log", None, {}, "0 or numbers of a size between 1e-40 and 1e+18; got 1e-300"),
        ("forced_amplitude", "F=1:1e300", None, {}, "0 or numbers of a size between 1e-40 and 1e+18; got 1e300"),
        ("forced_amplitude", "G=1:2", None, {}, "unknown parameter; got 'G'"),
        ("forced_amplitude", "F=1:2", None, {"F": 1}, "drawn along or fixed, once; got F, F"),
        ("forced_amplitude", "F=1:2", "F=1:2", {}, "drawn along or fixed, once; got F, F"),
        ("decay_rate", "q=0:1", None, {}, "the parameters are"),
        ("forced_amplitude", None, None, {"F": 1, "delta": 0}, "a parameter must be free"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(
    name: str, x: str | None, y: str | None, at: dict[str, object], message: str, theory: Theory
) -> None:
    with pytest.raises(NearCriticalError) as caught:
        plot(theory[name], x, y, at=at)
    assert message in str(caught.value)
