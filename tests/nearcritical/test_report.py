"""The report: every file of it, and a page that stands alone."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from nearcritical.cli import main
from nearcritical.report import verdict_line

VOID = {"meta", "br", "link", "img", "input", "hr", "mspace"}


class Outline(HTMLParser):
    """Elements of a page, checked to nest; ids and links on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.counts: dict[str, int] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)
        if name := given.get("id"):
            self.ids.append(name)
        self.links += [link for key in ("href", "src") if (link := given.get(key))]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("main") / "report"
    result = CliRunner().invoke(main, ["report", "--digits", "15", "--out", str(place)])
    assert result.exit_code == 0
    assert "drawing wave_on_backgrounds (5 of 5)" in result.stderr.splitlines()
    verdict, page = result.stdout.splitlines()
    assert verdict.startswith("All ")
    assert page == str(place / "index.html")
    return place


@pytest.fixture(scope="module")
def outline(report: Path) -> Outline:
    parser = Outline()
    parser.feed((report / "index.html").read_text(encoding="utf-8"))
    assert parser.open == []
    return parser


def test_every_file_is_there(report: Path) -> None:
    expected = {
        "index.html",
        "laws.tex",
        "laws.json",
        "laws.py",
        "laws.c",
        "verification.json",
        "exponents.json",
        "figures",
    }
    assert {path.name for path in report.iterdir()} == expected


def test_the_page_needs_no_other(report: Path, outline: Outline) -> None:
    text = (report / "index.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.findall(r"(?:@import|url\((?!#))", text)
    for link in outline.links:
        assert link.removeprefix("#") in outline.ids if link.startswith("#") else (report / link).is_file()


def test_every_law_has_its_place(report: Path, outline: Outline) -> None:
    verdicts = json.loads((report / "verification.json").read_text())
    assert len(set(outline.ids)) == len(outline.ids)
    assert {verdict["law"] for verdict in verdicts} <= set(outline.ids)
    assert all(verdict["passed"] for verdict in verdicts)
    assert outline.counts["article"] == len(verdicts)
    assert outline.counts["math"] > 4 * len(verdicts)


def test_no_latex_is_left_on_the_page(report: Path) -> None:
    body = (report / "index.html").read_text(encoding="utf-8").split("</style>")[1]
    assert "\\" not in body


def test_the_exponents_are_exact_rationals(report: Path) -> None:
    exponents = {e["observable"]: e["predicted"] for e in json.loads((report / "exponents.json").read_text())}
    assert exponents["forced_amplitude"] == "1/3"
    assert exponents["resonance_bandwidth"] == "2/3"


def test_the_verdict_names_what_failed() -> None:
    verdicts = [{"law": "forced_phase", "passed": False}, {"law": "forced_amplitude", "passed": True}]
    exponents = [{"observable": "forced_amplitude", "passed": False}]
    line = verdict_line(verdicts, exponents, 50)
    assert line == "2 of 3 checks failed: forced_phase, exponent of forced_amplitude."
