"""The report: every file of it, and a page that stands alone."""

import json
import re
import shutil
from functools import partial
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path
from traceback import format_exception

import pytest
from click.testing import CliRunner, Result

from analytics.errors import ModelError, VerificationError
from analytics.export.formats import export
from nearcritical import Picture
from nearcritical.cli.main import main
from nearcritical.model.model_file import read_model
from nearcritical.report import writing as making
from nearcritical.report.page import shown_ways
from nearcritical.report.views.provenance import provenance
from nearcritical.report.writing import Shelf, lacking, require_shelf, verdict_line

VOID = {"meta", "br", "link", "img", "input", "hr", "mspace", "wbr"}


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
    assert re.search(r"^drew digits_of_exponents \(\d of 9\)$", result.stderr, re.M)
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
        "laws_numpy.py",
        "laws.c",
        "laws.mjs",
        "verification.json",
        "exponents.json",
        "agreement.json",
        "figures",
    }
    assert {path.name for path in report.iterdir()} == expected


def test_exported_source_has_a_column_where_it_ran(report: Path) -> None:
    text = (report / "index.html").read_text(encoding="utf-8")
    ways = json.loads((report / "agreement.json").read_text(encoding="utf-8"))
    for way, program, column in (
        ("javascript_source", "node", "JavaScript source"),
        ("c_source", "cc", "C source"),
        ("numpy_source", "sh", "NumPy source"),
    ):
        is_here = shutil.which(program) is not None
        assert is_here == (f'<th scope="col">{column}</th>' in text)
        assert is_here != (f"{column} is left out" in text)
        told = [digits for record in ways if (digits := record["digits"][way]) is not None]
        assert min(told, default=0) > (14 if is_here else -1)
        without = [record | {"digits": record["digits"] | {way: None}} for record in ways]
        shown, missing = shown_ways(without)
        assert (way in shown, len(missing)) == ((True, 0) if program == "sh" else (False, 1))


def test_the_page_needs_no_other(report: Path, outline: Outline) -> None:
    """Links to publications apart, which are followed by a reader alone."""
    text = (report / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", text)
    assert not re.findall(r"(?:@import|url\((?!#)|fetch\(|XMLHttpRequest|import\()", text)
    for link in outline.links:
        if link.startswith("https://arxiv.org/abs/"):
            continue
        assert link.removeprefix("#") in outline.ids if link.startswith("#") else (report / link).is_file()


def test_every_law_has_its_place(report: Path, outline: Outline) -> None:
    verdicts = json.loads((report / "verification.json").read_text())
    assert len(set(outline.ids)) == len(outline.ids)
    assert {verdict["law"] for verdict in verdicts} <= set(outline.ids)
    assert all(verdict["passed"] for verdict in verdicts)
    assert outline.counts["article"] == len(verdicts)
    assert outline.counts["math"] > 4 * len(verdicts)


def test_no_latex_is_left_on_the_page(report: Path) -> None:
    """But in the sources that equations carry."""
    text = (report / "index.html").read_text(encoding="utf-8")
    body = re.sub(r"<style.*?</style>", "", text[text.index("<body>") : text.index("<script")], flags=re.S)
    assert "\\" not in re.sub(r"<annotation.*?</annotation>", "", body, flags=re.S)
    assert body.count("application/x-tex") == body.count('class="equation"')
    of_the_network = body[: body.index('id="laws"')].count('class="equation"')
    assert body.count("text/x-python") == body.count('class="equation"') - of_the_network


def test_the_exponents_are_exact_rationals(report: Path) -> None:
    exponents = {e["observable"]: e["predicted"] for e in json.loads((report / "exponents.json").read_text())}
    assert exponents["forced_amplitude"] == "1/3"
    assert exponents["resonance_bandwidth"] == "2/3"


def test_the_verdict_names_what_failed() -> None:
    verdicts = [{"law": "forced_phase", "passed": False}, {"law": "forced_amplitude", "passed": True}]
    exponents = [{"observable": "forced_amplitude", "passed": False}]
    line = verdict_line(verdicts, exponents, 50)
    assert line == "2 of 3 checks failed: forced_phase, exponent of forced_amplitude."


def article(report: Path, law: str) -> str:
    text = (report / "index.html").read_text(encoding="utf-8")
    return text.split(f'<article id="{law}">')[1].split("</article>")[0]


def test_a_card_shows_all_that_its_points_are_compared_with(report: Path) -> None:
    """Both versions of a law, where the amplitude comes from in each, and all parameters."""
    card = article(report, "decay_rate")
    assert card.count('<div class="equation" data-law="decay_rate">') == 2
    assert "amplitude of the steady state under a uniform constant input, from" in card
    assert "amplitude of the steady response to one oscillation, from" in card
    assert "<dt>parameters</dt>" in card and "<dt>or</dt>" in card
    assert "wavenumber of the undamped wave that has the frequency of the probe, from" in article(
        report, "propagation_length"
    )


def test_steps_that_are_on_the_page_already_are_folded(report: Path) -> None:
    card = article(report, "characteristic_polynomial")
    assert '<details class="repeated"><summary>Steps 1 to 4: as for <a href="#radial_gain">' in card
    assert '<ol class="steps" start="5">' in card
    assert "repeated" not in article(report, "radial_gain")


def test_the_coefficient_of_the_sigmoid_is_no_constant_of_the_kernel(report: Path) -> None:
    assert "<i>F</i> = <i>c</i><sub>φ</sub> <i>t</i><sup><i>p</i>+1</sup>" in article(
        report, "resonance_bandwidth"
    )
    assert "coefficient of the sigmoid" in (report / "index.html").read_text(encoding="utf-8")


def test_what_a_network_does_not_have_is_said() -> None:
    assert lacking(("evanescent_length",)) == " This network does not have evanescent_length."
    assert lacking(()) == ""


def test_the_first_thing_on_the_page_is_a_table_of_every_law(report: Path) -> None:
    """With its verdict, proved or not, and its agreement; the laws that the network lacks are folded into one line."""
    text = (report / "index.html").read_text(encoding="utf-8")
    (table,) = re.findall(r'<table class="laws">.*?</table>', text, re.S)
    rows = {
        name: " ".join(re.sub("<[^>]*>", " ", row).split())
        for row in re.findall(
            r"<tr>.*?</tr>", re.sub(r"<(math|annotation).*?</\1>", "", table, flags=re.S), re.S
        )
        for name in re.findall(r'href="#(\w+)"', row)
    }
    for verdict in json.loads((report / "verification.json").read_text()):
        kind = {"certified": "proved", "estimated": "estimated"}[verdict["kind"]]
        assert f"passed , {kind}" in rows[verdict["law"]], rows[verdict["law"]]
        exact, order = f"{verdict['digits_agreed']} digits", f"order {verdict['observed_order']}"
        assert rows[verdict["law"]].endswith(
            (order if verdict["remainder_order"] else exact).replace("-", "−")
        )
    assert ">agreement</th>" in table
    assert text.index('<table class="laws">') < text.index('id="pictures"') < text.index('class="steps"')
    assert "laws that this network does not have</summary>" in text


def test_derivations_and_points_are_folded(report: Path, outline: Outline) -> None:
    text = (report / "index.html").read_text(encoding="utf-8")
    main = text[text.index("<main") :]
    assert main.count("<details") > 2 * outline.counts["article"]
    assert not re.findall(r"<details[^>]* open", main)


def test_the_page_says_where_it_comes_from(report: Path) -> None:
    (part,) = re.findall(r'<section id="provenance">.*?</section>', (report / "index.html").read_text(), re.S)
    assert f"<code>nearcritical report --digits 15 --out {report}</code>" in part
    assert re.search(r"<dd>\d{4}-\d\d-\d\d \d\d:\d\d UTC</dd>", part)
    for name in ("nearcritical", "sympy", "python-flint"):
        assert f"{name} {version(name)}" in part
    assert 'href="https://arxiv.org/abs/2405.13854"' in part


def test_provenance_has_the_text_of_a_model_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    path = tmp_path / "own.toml"
    path.write_text('[kernel]\nname = "laplacian"\n')
    found = provenance(read_model(path), "typed", 20)
    assert (found.origin, found.model, found.date) == (
        "own.toml",
        path.read_text().strip(),
        "1970-01-02 00:00 UTC",
    )


EXPORTED = ["laws.tex", "laws.json", "laws.py", "laws_numpy.py", "laws.c", "laws.mjs"]


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The stages of a report, with quick results in place of measurements and pictures."""

    def records(name: str) -> list[dict[str, object]]:
        return [{"passed": True, "remainder_order": name}]

    def one_picture(*_: object, **__: object) -> Picture:
        return Picture("wave_on_backgrounds", "a title", "a caption", "<svg/>")

    for name in ("begun_verdicts", "begun_exponents"):
        monkeypatch.setattr(making, name, lambda *_, _name=name, **__: partial(records, _name))
    monkeypatch.setattr(making, "agreement_records", lambda *_, **__: records("agreement_records"))
    monkeypatch.setattr(making, "picture_of_model", one_picture)
    monkeypatch.setattr(making, "LONGEST_FIRST", ("wave_on_backgrounds",))
    monkeypatch.setattr(making, "error_bound_record", lambda *_: {})
    monkeypatch.setattr(making, "processes", lambda *_: 1)
    return monkeypatch


def ended(
    stages: pytest.MonkeyPatch, name: str, error: BaseException, place: Path
) -> tuple[Result, list[str]]:
    """A report, over the files of an earlier one, of which a stage raises; and the files that are there then."""

    def end(*_: object, **__: object) -> None:
        raise error

    begins = name.startswith("begun")
    stages.setattr(making, name, (lambda *_, **__: end) if begins else end)
    (place / "figures").mkdir()
    for earlier in (
        "index.html",
        "laws.c",
        "exponents.json",
        "figures/amplitude_against_forcing.svg",
        "notes",
    ):
        (place / earlier).write_text("<title>A network near its critical point</title>")
    result = CliRunner().invoke(main, ["report", "--digits", "15", "--out", str(place)])
    return result, sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())


def test_an_interrupt_leaves_what_is_complete(stages: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Verdicts of an hour are there when the exponents are interrupted; nothing of an earlier report is."""
    result, files = ended(stages, "begun_exponents", KeyboardInterrupt(), tmp_path)
    assert files == sorted([*EXPORTED, "verification.json", "notes"])
    assert json.loads((tmp_path / "verification.json").read_text()) == [
        {"passed": True, "remainder_order": "begun_verdicts"}
    ]
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.splitlines()[-1] == (
        "nearcritical: interrupted. The report ended while measuring exponents; "
        f"complete in {tmp_path}: {', '.join([*EXPORTED, 'verification.json'])}."
    )


def test_a_refusal_says_what_is_complete(stages: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result, files = ended(stages, "begun_verdicts", VerificationError("a", "b", "c", "D."), tmp_path)
    assert files == sorted([*EXPORTED, "notes"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        "nearcritical: a: b; got c. D. The report ended while verifying laws; "
        f"complete in {tmp_path}: {', '.join(EXPORTED)}."
    )


def test_an_error_of_the_program_itself_says_what_is_complete(
    stages: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Below its traceback."""
    result, files = ended(stages, "page", ZeroDivisionError("a slip"), tmp_path)
    complete = [*EXPORTED, "verification.json", "exponents.json", "agreement.json"]
    complete.append("figures/wave_on_backgrounds.svg")
    assert files == sorted([*complete, "notes"])
    assert isinstance(result.exception, ZeroDivisionError)
    assert format_exception(result.exception)[-1].strip() == (
        f"The report ended while typesetting the page; complete in {tmp_path}: {', '.join(complete)}."
    )


def test_a_report_that_ends_before_its_first_file_leaves_an_earlier_one(
    stages: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result, files = ended(stages, "export", KeyboardInterrupt(), tmp_path)
    assert "index.html" in files
    assert result.stderr.splitlines()[-1] == (
        "nearcritical: interrupted. The report ended while exporting laws; no file is written."
    )


@pytest.mark.parametrize("foreign", ["index.html", "laws.py", "figures/amplitude_against_forcing.svg"])
def test_a_file_that_no_report_wrote_stays(stages: pytest.MonkeyPatch, tmp_path: Path, foreign: str) -> None:
    """It is refused before the work."""
    stages.setattr(making, "write_report", None)
    (tmp_path / foreign).parent.mkdir(exist_ok=True)
    (tmp_path / foreign).write_text("mine")
    result = CliRunner().invoke(main, ["report", "--out", str(tmp_path)])
    assert (result.exit_code, (tmp_path / foreign).read_text()) == (2, "mine")
    assert result.stderr == (
        "nearcritical: writing a report: only files of an earlier report are replaced; "
        f"got {tmp_path / foreign}. Choose another directory, or move the file away.\n"
    )


def test_a_place_in_the_way_is_found_before_the_work(stages: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stages.setattr(making, "write_report", None)
    (tmp_path / "figures").write_text("mine")
    result = CliRunner().invoke(main, ["report", "--out", str(tmp_path)])
    assert (result.exit_code, (tmp_path / "figures").read_text()) == (2, "mine")
    assert "is no directory that can be written to" in result.stderr


def test_a_report_goes_on_over_one_that_ended_early(tmp_path: Path) -> None:
    Shelf(tmp_path).write("laws.tex", export([], "latex"))
    (tmp_path / "laws.c").write_text("a longer one, once")
    require_shelf(tmp_path)
    Shelf(tmp_path).write("laws.tex", export([], "latex"))
    assert [path.name for path in tmp_path.iterdir()] == ["laws.tex"]


def test_two_reports_do_not_mix(tmp_path: Path) -> None:
    """Another begins in the same directory: the first one ends, and touches nothing more."""
    one, other = Shelf(tmp_path), Shelf(tmp_path)
    one.write("laws.tex", "one")
    one.write("laws.c", "one")
    other.write("laws.tex", "other")
    with pytest.raises(ModelError, match="one report at a time") as caught, one.stage("verifying laws"):
        one.write("verification.json", "one")
    assert caught.value.__notes__ == ["The report ended while verifying laws; no file is written."]
    other.write("laws.c", "other")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "laws.tex": "other",
        "laws.c": "other",
    }


def test_the_page_shows_bounds_beside_remainders(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    laws = re.findall(r'<article[^>]*id="(\w+)".*?</article>', page, re.S)
    parts = dict(zip(laws, re.findall(r"<article.*?</article>", page, re.S), strict=True))
    bounded = {name for name, part in parts.items() if "<dt>proved</dt>" in part}
    assert "0.0105" in parts["resonant_amplitude"]
    assert {"evanescent_length", "propagation_length", "relaxation_time_detuned"} <= bounded
    assert not {"forced_amplitude", "two_tone_amplitudes"} & bounded


@pytest.fixture
def paper_stages(stages: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The stages of a report with a paper, of which article, page and verdict are a word each."""
    stages.setattr(making, "article", lambda *_, **__: "an article")
    stages.setattr(making, "page", lambda *_, **__: f"<title>A network {making.MARKS['index.html']}")
    stages.setattr(making, "verdict_line", lambda *_: "All laws agree.")
    return stages


TREE = ["paper/figures/wave_on_backgrounds.pdf", "paper/paper.tex", "paper/references.bib"]


def test_a_paper_is_sources_alone_where_latex_is_not_installed(
    paper_stages: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paper_stages.setattr(making.binding, "missing_programs", lambda: ["latexmk"])
    result = CliRunner().invoke(main, ["report", "--digits", "15", "--format", "pdf", "--out", str(tmp_path)])
    assert result.exit_code == 0
    verdict, page = result.stdout.splitlines()
    assert verdict.endswith(
        f"There is no paper.pdf: install latexmk. Its sources are in {tmp_path / 'paper'}."
    )
    assert page == str(tmp_path / "index.html")
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*") if path.is_file())
    assert [name for name in written if name.startswith("paper")] == TREE


def test_pages_of_a_paper_stand_beside_the_page_until_the_next_report(
    paper_stages: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paper_stages.setattr(making.binding, "missing_programs", list)
    paper_stages.setattr(making.binding, "pages", lambda sources: b"%PDF of " + sources["paper.tex"].encode())
    command = ["report", "--digits", "15", "--out", str(tmp_path)]
    result = CliRunner().invoke(main, [*command, "--format", "pdf"])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, str(tmp_path / "paper.pdf"))
    assert (tmp_path / "paper.pdf").read_bytes() == b"%PDF of an article"
    again = CliRunner().invoke(main, command)
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, str(tmp_path / "index.html"))
    assert not (tmp_path / "paper.pdf").exists() and not (tmp_path / "paper" / "paper.tex").exists()


def test_a_general_network_has_no_paper_and_no_file(tmp_path: Path) -> None:
    command = ["report", "--activation", "general", "--format", "pdf", "--out", str(tmp_path / "report")]
    result = CliRunner().invoke(main, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "nearcritical: writing a paper: an activation with numbers is needed; got general/"
    )
    assert not (tmp_path / "report").exists()
