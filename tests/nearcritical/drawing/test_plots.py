"""The pictures: what they show agrees, and the SVG stands alone, the same every time."""

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy as sp

from nearcritical import Kernel, Network, Theory, derive, network
from nearcritical.drawing.canvas import DARK, SERIES
from nearcritical.drawing.pictures import Picture, pictures
from nearcritical.drawing.plots import DRAWINGS
from nearcritical.drawing.study import Study
from nearcritical.drawing.svg import standalone

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


def test_there_are_five_with_a_caption_each(drawn: tuple[Theory, tuple[Picture, ...]]) -> None:
    theory, found = drawn
    assert [picture.name for picture in found] == list(DRAWINGS)
    for picture in found:
        assert re.search(r"\bLines?: ", picture.caption)
        assert re.search(r"\bPoints( on the left)?: ", picture.caption)
        assert f"{theory.network.name} (kernel: c = 3/10)" in picture.caption
        assert "left out" not in picture.caption


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
    assert told[0] == ("drawing amplitude_against_forcing", 0, 5)
    assert max(done for _, done, _ in told) == 5


def test_a_point_that_cannot_be_measured_is_left_out_and_said(theory_of: Callable[..., Theory]) -> None:
    study = study_of(theory_of("algebraic", "laplacian"))
    seen = study.measured("forced_amplitude", [{"F": 0.01}, {"F": -1}])
    assert seen.shape == (1, 2)
    assert seen[0, 0] == pytest.approx(0.26650315177146507, rel=1e-14)
    assert math.isnan(seen[0, 1])
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
