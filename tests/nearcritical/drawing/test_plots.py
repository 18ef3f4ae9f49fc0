"""The pictures: what they show agrees, and the SVG stands alone, the same every time."""

import math
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy as sp

from nearcritical import Kernel, Network, Theory, derive, network
from nearcritical.drawing.canvas import (
    DARK,
    SERIES,
    STYLE,
    WIDTH,
    number_latex,
    one_figure,
    saved,
    side_by_side,
)
from nearcritical.drawing.evidence import seen, unknown_terms
from nearcritical.drawing.pictures import Picture, pictures
from nearcritical.drawing.plots import DRAWINGS
from nearcritical.drawing.study import Study
from nearcritical.drawing.svg import standalone
from nearcritical.drawing.torus import Torus, along_both_axes
from nearcritical.report.mathml import sentence
from numerics.verification.points import point_along, settings_along

SVG = "{http://www.w3.org/2000/svg}"
POINTS, SITES = 3, 48


@pytest.fixture(scope="module", params=["laplacian", "advection"])
def drawn(
    request: pytest.FixtureRequest, theory_of: Callable[..., Theory]
) -> tuple[Theory, tuple[Picture, ...]]:
    theory = theory_of("algebraic", request.param)
    return theory, pictures(theory.network, theory=theory, points=POINTS, sites=SITES)


def study_of(theory: Theory) -> Study:
    return Study(theory, POINTS, SITES)


def test_captions_have_the_letters_of_the_axes_and_one_sentence_on_unknown_terms(
    drawn: tuple[Theory, tuple[Picture, ...]],
) -> None:
    for picture in drawn[1]:
        page = re.sub(r"<[^>]*>", "", str(sentence(picture.caption)))
        assert not re.search(r"epsilon|omega|Omega|tau|\\bd ω", page), page
        assert page.count("not known") <= 1
        for letter in ("ℓ", "ϵ"):
            assert letter not in picture.svg
    assert unknown_terms(["a"]) == "The term that a drops is not known."
    assert unknown_terms(["a", "b", "c"]) == "The terms that a, b and c drop are not known."


def test_every_picture_has_a_caption_that_tells_theory_from_simulation(
    drawn: tuple[Theory, tuple[Picture, ...]],
) -> None:
    theory, found = drawn
    assert [picture.name for picture in found] == list(DRAWINGS)
    for picture in found:
        assert re.search(r"\bLines?: |by theory|the theory", picture.caption)
        assert re.search(r"simulat", picture.caption)
        assert f"{theory.network.name} (kernel: c = 3/10)" in picture.caption
        assert "left out" not in picture.caption


@pytest.mark.parametrize(
    ("name", "panels"),
    [
        ("times_and_lengths_against_background", 2),
        ("residuals_of_laws", 3),
        ("wave_on_backgrounds", 4),
        ("wave_on_torus", 2),
    ],
)
def test_on_paper_panels_stand_side_by_side(name: str, panels: int, theory_of: Callable[..., Theory]) -> None:
    """No panel is left behind, none overlaps another, each has its axis named; on a screen they stand in one column."""
    with one_figure() as figure:
        DRAWINGS[name][1](study_of(theory_of("algebraic")), figure)
        high = figure.get_size_inches()
        saved(figure, "svg")
        side_by_side(figure)
        saved(figure, "pdf")
        wide = figure.get_size_inches()
        found = [axes for axes in figure.axes if axes.get_subplotspec()]
        boxes = [axes.get_tightbbox() for axes in found]
    assert len(found) == panels
    assert high[1] > high[0] and wide[0] > 1.5 * wide[1]
    room = figure.bbox.padded(figure.dpi * 0.01)
    assert all(axes.get_xlabel() for axes in found)
    assert all(box is not None and room.count_contains(box.corners()) == 4 for box in boxes)
    for one, other in combinations(boxes, 2):
        assert one is not None and other is not None and not one.overlaps(other)


def test_what_an_odd_kernel_has_none_of_is_said(drawn: tuple[Theory, tuple[Picture, ...]]) -> None:
    theory, found = drawn
    captions = " ".join(picture.caption for picture in found)
    odd = theory.network.kernel.name == "advection"
    assert ("There is no exceptional point" in captions) is odd
    assert ("There is no static length" in captions) is odd
    assert ("Stars: exceptional points" in captions) is not odd


def test_the_svg_stands_alone(drawn: tuple[Theory, tuple[Picture, ...]]) -> None:
    ids: list[str] = []
    for picture in drawn[1]:
        root = ElementTree.fromstring(picture.svg)
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title") == picture.title
        own = [found for element in root.iter() if (found := element.get("id"))]
        ids += own
        assert f"picture-{picture.name}" in own
        for element in root.iter():
            for name, value in element.items():
                if name.endswith("href"):
                    assert value.startswith("data:image/png;base64,") or value.removeprefix("#") in own
                for target in re.findall(r"url\((.*?)\)", value):
                    assert target.removeprefix("#") in own
        addresses = set(re.findall(r'"(https?://[^"]*)"', picture.svg))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert not re.search(r"<!--|<!DOCTYPE|<metadata|<script|@import|\\", picture.svg)
        assert "<path " in picture.svg and "<text" not in picture.svg
    assert len(set(ids)) == len(ids)


def test_every_colour_drawn_has_its_like_for_dark_screens(drawn: tuple[Theory, tuple[Picture, ...]]) -> None:
    for picture in drawn[1]:
        elements = re.sub(r"<style>.*?</style>", "", picture.svg, flags=re.DOTALL)
        assert set(re.findall(r"(?:fill|stroke): (#\w+)", elements)) <= set(DARK)
        assert f'[style*="fill: {SERIES[0]}"]{{fill:{DARK[SERIES[0]]} !important}}' in picture.svg


@pytest.mark.parametrize("drawn", ["laplacian"], indirect=True)
def test_equal_arguments_give_equal_bytes_whatever_the_users_style(
    drawn: tuple[Theory, tuple[Picture, ...]],
) -> None:
    from matplotlib import rc_context, rcParams

    theory, once = drawn
    told: list[tuple[str, float, int]] = []
    with rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "none"}):
        before = dict(rcParams)
        again = pictures(
            theory.network,
            theory=theory,
            points=POINTS,
            sites=SITES,
            progress=lambda *part: told.append(part),
        )
        assert dict(rcParams) == before
    assert once == again
    assert told[0] == ("drawing amplitude_against_forcing", 0, 9)
    assert max(done for _, done, _ in told) == 9


def test_a_point_that_cannot_be_measured_is_left_out_and_said(theory_of: Callable[..., Theory]) -> None:
    study = study_of(theory_of("algebraic", "laplacian"))
    found = study.measured("forced_amplitude", [{"F": 0.01}, {"F": -1}])
    assert found.shape == (1, 2)
    assert found[0, 0] == pytest.approx(0.26650315177146507, rel=1e-14)
    assert math.isnan(found[0, 1])
    assert study.missing[0].startswith("A point is left out: measuring forced_amplitude")


def test_the_leading_power_is_the_cubic_root(theory_of: Callable[..., Theory]) -> None:
    root = study_of(theory_of("algebraic", "laplacian")).power_law("resonant_amplitude", {})
    assert str(root.power) == "1/3"
    assert root.coefficient == pytest.approx(2 ** (1 / 3), rel=1e-14)
    assert root(1e-9) == pytest.approx(0.0012599210498948732, rel=1e-14)


@pytest.mark.parametrize("kernel", ["laplacian", "advection"])
def test_a_launched_wave_settles_on_the_line_through_it(
    theory_of: Callable[..., Theory], kernel: str
) -> None:
    """Once its transients have decayed, to the size of the probe: the response is linear in it."""
    study = Study(theory_of("algebraic", kernel), POINTS, 64)
    steps, places = 120, np.arange(-20, 21)
    frequency = study.probe_frequency
    wave = study.launched(0.1, frequency, steps)
    assert wave.shape == (steps + 1, 64)
    assert wave[0].max() == 0
    line = study.steady_wave(0.1, frequency, steps, places)
    np.testing.assert_allclose(wave[-1, places + 32], line, rtol=2e-3, atol=1e-5)


def test_a_detuned_background_has_no_power_law_and_a_wave_too_long_no_line() -> None:
    turning = Kernel("turning", (((-1,), -sp.I / 3), ((0,), sp.I), ((1,), -sp.I / 3)))
    study = Study(derive(Network(network("tanh", "laplacian").activation, turning)), POINTS, SITES)
    assert not study.has("exceptional_point", "exceptional point")
    assert not study.has("relaxation_time_resonant", "power law of the relaxation time")
    assert study.missing[1] == (
        "There is no power law of the relaxation time: a uniform background is off resonance with omega(0)."
    )
    assert np.isnan(study.steady_wave(1e-5, study.probe_frequency, 10, np.arange(3))).all()
    assert "longer than" in study.missing[2]


def test_the_background_of_an_amplitude(theory_of: Callable[..., Theory]) -> None:
    found = study_of(theory_of("algebraic", "laplacian")).background_of(0.12549342781328079)
    assert found == pytest.approx(1e-3, rel=1e-12)


def test_references_within_a_drawing_keep_their_targets() -> None:
    drawing = (
        '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="x"><metadata>m</metadata>\n'
        '<defs><style type="text/css">*{a: b}</style></defs>\n<!-- $x$ -->\n'
        '<g id="a" clip-path="url(#p)"/><use xlink:href="#m"/></svg>'
    )
    text = standalone(drawing, "one", "Of & all", {"#111111": "#eeeeee"})
    assert text.startswith('<svg id="one" role="img" aria-label="Of &amp; all" xmlns="x">')
    assert '<g id="one-a" clip-path="url(#one-p)"/><use xlink:href="#one-m"/>' in text
    assert "#one *{a: b}" in text
    assert "<title>Of &amp; all</title>" in text
    assert not re.search("xml version|DOCTYPE|metadata|<!--", text)


def test_letters_of_a_picture_have_eleven_pixels_on_a_screen_of_390(theory_of: Callable[..., Theory]) -> None:
    """A picture is scaled to the 360 pixels that are left between margins, where a point of it is one pixel."""
    assert WIDTH * 72 <= 360
    sizes = [value for name, value in STYLE.items() if name.endswith("size") and name != "lines.markersize"]
    assert min(sizes) >= 11


@pytest.fixture(scope="module")
def torus(theory_of: Callable[..., Theory]) -> Torus:
    return Torus(Study(theory_of("algebraic", "laplacian"), POINTS, 64))


def test_a_ring_on_a_torus_has_its_stencil_along_both_axes(torus: Torus) -> None:
    ring, both = network("algebraic", "laplacian"), along_both_axes(network("algebraic", "laplacian"))
    k1, k2 = both.kernel.wavenumbers
    apart = both.kernel.frequency((k1, k2)) - ring.kernel.frequency((k1,)) - ring.kernel.frequency((k2,))
    assert sp.simplify(apart) == 0
    assert both.kernel.stencil == network("algebraic", "laplacian", dimension=2).kernel.stencil
    assert torus.network == both


def test_packets_move_on_the_simulated_torus_as_the_law_says(torus: Torus) -> None:
    moved = torus.measured_motion([(sp.pi / 4, -sp.pi / 2), (sp.pi / 3, sp.pi / 5)])
    law = torus.motion(np.array([np.pi / 4, np.pi / 3]), np.array([-np.pi / 2, np.pi / 5]))
    np.testing.assert_allclose(moved, law, rtol=1e-12)
    assert moved[0, 0] < 0 < moved[1, 0]


def test_a_weak_wave_on_a_torus_is_the_sum_of_the_waves_of_the_kernel(torus: Torus) -> None:
    """The sigmoid takes from it what is of third order in the drive."""
    misses = []
    for drive in (0.1, 0.01):
        driven = Torus(torus.study, drive=drive)
        misses.append(np.max(np.abs(driven.driven(0.15, 20) - driven.weak(0.15, 20))))
    assert misses[0] / misses[1] == pytest.approx(1000, rel=0.1)


def test_packets_of_a_frequency_stand_where_the_kernel_has_it(torus: Torus) -> None:
    """On the laplacian v_j = 2 c sin k_j, with 2 c (2 - cos k_1 - cos k_2) = Omega."""
    (front,) = torus.fronts(0.15)
    wavevectors = np.arcsin(front / -0.6)
    np.testing.assert_allclose(torus.frequencies(*wavevectors), 0.15, atol=1e-4)


def test_what_a_law_leaves_is_the_term_that_it_drops(theory_of: Callable[..., Theory]) -> None:
    law = theory_of("algebraic", "laplacian")["resonant_amplitude"]
    ((x, left, dropped),) = seen(law, {"F": sp.Rational(1, 10**6)})
    assert x == 1e-6
    assert left == pytest.approx(1e-18 / 96, rel=1e-3)
    assert dropped == pytest.approx(1e-18 / 96, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("decay_rate_overdamped", (Fraction(1, 24), Fraction(1, 8))),
        ("relaxation_time_resonant", (Fraction(1, 160), Fraction(1, 480))),
        ("decay_rate_underdamped", (Fraction(1, 12),)),
    ],
)
def test_each_value_of_a_law_leaves_the_term_that_it_drops(
    name: str, terms: tuple[Fraction, ...], theory_of: Callable[..., Theory]
) -> None:
    """c I0**2 for the algebraic activation; both rates are one where the waves are underdamped."""
    law = theory_of("algebraic", "laplacian")[name]
    I0 = sp.Rational(7, 10**6)
    found = seen(law, point_along(law, settings_along(law)[0], I0))
    assert len(found) == len(terms)
    for (x, left, dropped), term in zip(found, terms, strict=True):
        assert x == float(I0)
        assert dropped == pytest.approx(float(term * Fraction(7, 10**6) ** 2), rel=1e-12)
        assert left == pytest.approx(dropped, rel=1e-2)


@pytest.mark.parametrize(
    ("value", "written"),
    [(1289.7, "1290"), (9994.0, "9990"), (56.71, "56.7"), (0.0123, "0.0123"), (1.5e-5, r"1.5\times 10^{-5}")],
)
def test_numbers_in_a_legend_have_three_digits(value: float, written: str) -> None:
    assert number_latex(value) == written
