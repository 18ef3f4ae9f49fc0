"""The page of a report in a browser: `make page` writes one, and runs this file.

PAGE: its directory. MODEL: the model file that it was written for. CHROMIUM: the browser's executable. The folder of Playwright is
on the path; the file has no name by which `make test` would collect it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from mpmath import arg
from playwright.sync_api import Browser, Page, sync_playwright
from sympy import Rational

from analytics.law.display import display
from analytics.law.law import Law
from analytics.network.beside import network_at
from analytics.network.network import Network
from nearcritical import Theory, derive, load, network
from nearcritical.model.model import Model
from nearcritical.report.page import general_page
from nearcritical.report.views.live_laws import movable
from nearcritical.report.views.provenance import provenance
from nearcritical.report.views.python_text import python_of
from nearcritical.report.views.stops import stops

INDEX = Path(os.environ["PAGE"]).resolve() / "index.html"
DESKTOP, PHONE = (1280, 900), (390, 844)
TALLEST = 17_000
"""Pixels of the folded page at 1280 pixels of width; before its derivations were folded it had 50,541, with
five pictures in place of nine."""

MOST_PAGES = 15
SEED = 4


@pytest.fixture(scope="module")
def theory() -> Theory:
    return derive(load(os.environ["MODEL"]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield found
        found.close()


class Visit:
    """A page, with what it says on the console and what it asks for."""

    def __init__(self, browser: Browser, size: tuple[int, int], index: Path = INDEX, **options: Any) -> None:
        width, height = size
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(index.as_uri())
        self.page.wait_for_selector("#live:not([hidden])")


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Visit]:
    visit = Visit(
        browser, DESKTOP, permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce"
    )
    yield visit
    assert visit.said == []
    assert visit.asked == [INDEX.as_uri()]
    visit.context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser, PHONE, reduced_motion="reduce", has_touch=True, is_mobile=True)
    yield visit
    assert visit.said == []
    assert visit.asked == [INDEX.as_uri()]
    visit.context.close()


def open_all(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


EMPTY = """selector => [...document.querySelectorAll(selector)].filter(one => {
  const box = one.getBoundingClientRect();
  return !(box.width > 1 && box.height > 1);
}).map(one => one.textContent.slice(0, 60))"""


def test_every_equation_and_every_picture_is_seen(desktop: Visit, theory: Theory) -> None:
    open_all(desktop.page)
    count = desktop.page.locator("main math").count()
    assert count > 8 * len(theory)
    assert desktop.page.evaluate(EMPTY, "main math") == []
    assert desktop.page.locator("figure svg").count() > 5
    assert desktop.page.evaluate(EMPTY, "figure svg") == []


WRAPPED = """() => [...document.querySelectorAll(".laws thead th")].filter(one => {
  const words = document.createRange();
  words.selectNodeContents(one);
  const right = words.getBoundingClientRect().right;
  return words.getClientRects().length > 1 || right > one.getBoundingClientRect().right;
}).map(one => one.textContent)"""


def test_the_heads_of_the_table_of_laws_stand_on_one_line(desktop: Visit) -> None:
    assert desktop.page.locator(".laws thead th").count() == 6
    assert desktop.page.evaluate(WRAPPED) == []


def test_what_is_copied_is_the_law(desktop: Visit, theory: Theory) -> None:
    """LaTeX and Python at every equation of the table of laws, then at a step of a derivation."""
    page = desktop.page
    for name, law in theory.items():
        for form, text in (("LaTeX", law.latex()), ("Python", python_of(display(law)))):
            page.locator(f'#laws [data-law="{name}"] button[aria-label="Copy {form} of {name}"]').click()
            assert page.evaluate("navigator.clipboard.readText()") == text
    step = page.locator("#resonant_amplitude > details > .steps .equation").first
    page.locator("#resonant_amplitude > details > summary").click()
    step.hover()
    step.locator("button").last.click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("from sympy import *\n")
    buttons, equations = page.locator(".copy button").count(), page.locator(".equation").count()
    of_the_network = page.locator("#network .equation").count()
    assert of_the_network >= 6
    assert buttons == 2 * equations - of_the_network


MOVE = """places => {
  for (const [name, place] of Object.entries(places)) document.getElementById(`set-${name}`).value = place;
  document.querySelector("#live input").dispatchEvent(new Event("input"));
  const exact = nodes => [...nodes].map(node => node.dataset.exact);
  const values = {};
  for (const input of document.querySelectorAll("#live input")) values[input.dataset.name] = input.nextElementSibling.dataset.exact;
  const found = {};
  for (const output of document.querySelectorAll("#live output[data-law]")) (found[output.dataset.law] ??= []).push(output.dataset.exact);
  return [values, found];
}"""


def expected(law: Law, point: dict[str, Fraction]) -> list[float]:
    """The values that the page shows of a law at the sliders: of a multiplier, its angle."""
    given = {str(s): point[re.sub(r"^k(\d?)$", r"q\1", str(s))] for s in law.symbols}
    values = law.branches(given, 30)
    return [float(arg(value) if law.name == "dispersion_relation" else value) for value in values]


def sliders_give_what_evaluate_gives(page: Page, net: Network) -> None:
    """At places drawn by lot, constants too; to 1e-13 relative, of an angle to 1e-13 of a radian."""
    random = Random(SEED)
    names = page.eval_on_selector_all("#live input", "all => all.map(one => one.dataset.name)")
    constants = {f"constant_{symbol}": symbol for symbol in (*movable(net), *stops(net))}
    axes = range(1, net.dimension + 1)
    always = {"F", "delta", "I0", "Omega", *(f"q{axis}" if net.dimension > 1 else "q" for axis in axes)}
    assert always <= set(names) <= always | constants.keys()
    compared = 0
    for _ in range(6):
        places = {name: random.uniform(0.05, 0.95) for name in names}
        values, found = page.evaluate(MOVE, places)
        point = {name: Fraction(float(value)) for name, value in values.items()}
        moved = {constants[name]: Rational(value) for name, value in point.items() if name in constants}
        other = derive(network_at(net, moved))
        assert set(found) >= {"forced_amplitude", "dispersion_relation", "decay_rate"}
        for name, shown in found.items():
            if name == "propagation_length" and "NaN" in shown:
                continue  # the probe's frequency lies outside the band
            for text, truth in zip(shown, expected(other[name], point), strict=True):
                scale = 1.0 if name == "dispersion_relation" else abs(truth)
                assert abs(float(text) - truth) <= 1e-13 * scale, (name, values, text, truth)
                compared += 1
    assert compared >= 6 * 5


def test_sliders_give_what_evaluate_gives(desktop: Visit, theory: Theory) -> None:
    sliders_give_what_evaluate_gives(desktop.page, theory.network)


NETWORKS = {
    "own activation": network("tanh(b*r)/b", "laplacian", b="3/2"),
    "shape": network("m*tanh(r) + (1 - m)*r/sqrt(1 + r**2)", "laplacian", m="1/2"),
    "torus": network("tanh(b*r)/b", "laplacian", dimension=2, b="1/2"),
    "three axes": network("algebraic", "laplacian", dimension=3),
}
"""Networks whose pages have other sliders."""


@pytest.fixture(scope="module", params=NETWORKS)
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Network, Path]:
    """A network, and a page of it without verdicts and pictures."""
    net, index = NETWORKS[request.param], tmp_path_factory.mktemp("bare") / "index.html"
    index.write_text(bare_page(derive(net)), encoding="utf-8")
    return net, index


@pytest.fixture
def other(bare: tuple[Network, Path], browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser, DESKTOP, bare[1], reduced_motion="reduce")
    yield visit
    assert visit.said == []
    assert visit.asked == [bare[1].as_uri()]
    visit.context.close()


def bare_page(theory: Theory) -> str:
    origin = provenance(Model(), "", 15)
    return general_page(theory, [], [], files=(), verdict="None.", passed=True, provenance=origin)


def test_sliders_of_other_networks(other: Visit, bare: tuple[Network, Path]) -> None:
    net, _ = bare
    assert other.page.locator("#live input").count() == 4 + net.dimension + len(net.constants)
    sliders_give_what_evaluate_gives(other.page, net)


def test_no_length_is_negative(browser: Browser, tmp_path: Path) -> None:
    """On strong backgrounds, where the series of this length says less than 0, it has no value."""
    theory = derive(network("r/(1 + r**4 + r**2/2)**(1/4)", "laplacian"))
    assert theory["propagation_length"].compile()(I0=1.0, Omega=0.6) < 0
    index = tmp_path / "index.html"
    index.write_text(bare_page(theory), encoding="utf-8")
    visit = Visit(browser, DESKTOP, index, reduced_motion="reduce")
    _, found = visit.page.evaluate(MOVE, {"I0": 0.1})
    assert float(found["propagation_length"][0]) > 0
    _, found = visit.page.evaluate(MOVE, {"I0": 1.0})
    assert found["propagation_length"] == ["NaN"]
    assert visit.said == []
    visit.context.close()


def test_lattices_of_other_networks(other: Visit, bare: tuple[Network, Path]) -> None:
    net, _ = bare
    for place in (0.1, 0.8):
        constants = {f"constant_{symbol}": place for symbol in (*movable(net), *stops(net))}
        lattice_comes_to_the_law(other.page, {"F": 0.9, "delta": 0.55, **constants})
    drawn = other.page.eval_on_selector_all("#live image", "all => all.map(one => one.getAttribute('href'))")
    assert len(set(drawn)) == (0 if net.dimension == 1 else 2)
    assert all(picture.startswith("data:image/png;base64,") for picture in drawn)
    assert other.page.evaluate(EMPTY, "#live svg") == []


def lattice_comes_to_the_law(page: Page, places: dict[str, float]) -> None:
    """It steps the map, and knows no law; a strong forcing is followed within some hundred steps."""
    page.evaluate(MOVE, places)
    for _ in range(4):
        page.evaluate(MOVE, {})
    mean, law = page.eval_on_selector_all(
        "[data-panel=wave] output", "all => all.map(one => Number(one.dataset.exact))"
    )
    assert mean == pytest.approx(law, rel=1e-9)


def test_the_lattice_comes_to_the_amplitude_of_the_law(desktop: Visit) -> None:
    page = desktop.page
    lattice_comes_to_the_law(page, {"F": 0.9, "delta": 0.55})
    before = page.locator("#steps").inner_text()
    page.locator("#run").click()
    page.wait_for_function(f"document.getElementById('steps').textContent !== '{before}'")
    page.locator("#run").click()
    assert page.locator("#run").get_attribute("aria-pressed") == "false"


SIDEWAYS = """() => [...document.querySelectorAll("body *")].filter(one => {
  const overflow = getComputedStyle(one).overflowX;
  return one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && ["auto", "scroll"].includes(overflow)
    && !one.matches(".scroll, pre");
}).map(one => one.tagName + "." + one.className)"""


@pytest.mark.parametrize("folded", [True, False])
def test_on_a_telephone_nothing_scrolls_sideways_but_equations(phone: Visit, folded: bool) -> None:
    if not folded:
        open_all(phone.page)
    width = phone.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert width == [PHONE[0], PHONE[0]]
    assert phone.page.evaluate(SIDEWAYS) == []
    boxes = phone.page.eval_on_selector_all(
        ".scroll", "all => all.filter(one => one.querySelector('math')).length"
    )
    assert boxes == phone.page.locator(".scroll").count()


def test_the_page_of_a_general_network_fits_too(browser: Browser, tmp_path: Path) -> None:
    """Its formulas are wider; two of its laws, with no verdict on any instance."""
    theory = Theory(network("general", "general"), names=("resonant_amplitude", "detuned_amplitude"))
    (tmp_path / "index.html").write_text(bare_page(theory), encoding="utf-8")
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    view, said = context.new_page(), list[str]()
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.goto((tmp_path / "index.html").as_uri())
    open_all(view)
    assert view.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]
    assert view.evaluate(SIDEWAYS) == []
    assert view.evaluate(EMPTY, "main math") == []
    assert said == []
    context.close()


def test_the_page_is_short_on_a_screen_and_on_paper(desktop: Visit) -> None:
    assert 3000 < desktop.page.evaluate("document.documentElement.scrollHeight") < TALLEST
    pages = len(re.findall(rb"/Type\s*/Page\b", desktop.page.pdf(prefer_css_page_size=True)))
    assert 4 < pages <= MOST_PAGES


def test_a_link_opens_the_derivation_it_leads_to(desktop: Visit) -> None:
    page = desktop.page
    page.locator('#laws a[href="#decay_rate"]').click()
    page.wait_for_function("document.querySelector('#decay_rate > details').open")
    assert page.locator("#decay_rate > details > .steps").is_visible()
    page.locator("#unfold").click()
    assert page.locator("details.law:not([open])").count() == 0


def test_the_keyboard_is_enough(desktop: Visit) -> None:
    page = desktop.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#forced_amplitude > details > summary").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#forced_amplitude > details').open")
    slider = page.locator("#set-F")
    slider.focus()
    before = slider.evaluate("one => one.value")
    page.keyboard.press("ArrowRight")
    assert slider.evaluate("one => one.value") != before
    named = "all => all.every(one => (one.getAttribute('aria-label') || one.textContent).trim())"
    assert page.eval_on_selector_all("button", named)
    assert page.eval_on_selector_all(
        "svg[role=img]", "all => all.every(one => one.querySelector('title') || one.ariaLabel)"
    )


CONTRAST = """() => {
  const style = getComputedStyle(document.documentElement);
  const light = name => {
    const hex = style.getPropertyValue(name).trim().slice(1);
    const full = hex.length === 3 ? [...hex].map(one => one + one).join("") : hex;
    const parts = [0, 2, 4].map(place => parseInt(full.slice(place, place + 2), 16) / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const paper = light("--paper");
  return ["--ink", "--quiet", "--accent", "--bad"].map(name => {
    const [low, high] = [paper, light(name)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(browser: Browser, scheme: str) -> None:
    """By 4.5, the ratio that accessibility guidelines (WCAG 2.2, level AA) ask for."""
    visit = Visit(browser, DESKTOP, color_scheme=scheme, reduced_motion="reduce")
    assert min(visit.page.evaluate(CONTRAST)) >= 4.5
    paper = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper))) > 384) == (scheme == "light")
    visit.context.close()
