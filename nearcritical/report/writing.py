"""The report: everything about one network in one directory, with a page to read it on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.errors import ModelError
from analytics.export.formats import export
from nearcritical.drawing.pictures import picture_of_model
from nearcritical.drawing.plots import DRAWINGS
from nearcritical.model.building import laws_of, theory_of
from nearcritical.paper import binding
from nearcritical.paper.article import article, references, require_printable
from nearcritical.report.agreement import agreement_records
from nearcritical.report.error_bounds import bounded_laws, error_bound_record
from nearcritical.report.page import general_page, page
from nearcritical.report.views.provenance import Provenance, provenance
from nearcritical.results.instances import instance_records
from nearcritical.results.verification import begun_exponents, begun_verdicts, stated_exponents
from nearcritical.results.written import Record, json_text
from nearcritical.system.files import remove_file, require_directory, require_file, write_file
from nearcritical.system.processes import begun, kept_processes, processes
from nearcritical.system.progress import shown_progress

if TYPE_CHECKING:
    from analytics.law.law import Law
    from derivations.theory import Theory
    from nearcritical.drawing.pictures import Picture
    from nearcritical.model.model import Model

EXPORTS = {
    "latex": "laws.tex",
    "json": "laws.json",
    "python": "laws.py",
    "numpy": "laws_numpy.py",
    "c": "laws.c",
    "javascript": "laws.mjs",
}
VERDICTS, EXPONENTS, AGREEMENT, PAGE = "verification.json", "exponents.json", "agreement.json", "index.html"
FIGURES = {name: f"figures/{name}.svg" for name in DRAWINGS}
LONGEST_FIRST = tuple(reversed(list(DRAWINGS)))
"""Pictures in the order in which they are begun: the last ones measure most."""

TO_READ = (*EXPORTS.values(), VERDICTS, EXPONENTS, AGREEMENT)
"""Files that the page offers beside its figures."""

ALL_FILES = (*TO_READ, *FIGURES.values(), *binding.FILES, PAGE)
MARKS = {PAGE: "near its critical point</title>", ALL_FILES[0]: "% Needs amsmath."}
"""The page, and the file that is written first -> words near its beginning, by which a report is known."""

MARGIN = 50_000
"""Leading bytes of a file in which its mark is looked for."""

EXPONENT_DIGITS = 30


@dataclass(slots=True)
class Shelf:
    """The files of a report in `place`, written one by one.

    complete: names of the files that are whole, each with what tells the file from another one of its name.
    """

    place: Path
    complete: dict[str, object] = field(default_factory=dict)

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file, whole or not at all. Before the first one, the files of an earlier report are removed.

        Raises ModelError if meanwhile another report has begun to fill the place, or files were removed.
        """
        if not self.complete:
            for earlier in reversed(ALL_FILES):
                if earlier != name:
                    remove_file(self.place / earlier)
        elif any(_identity(self.place / done) != known for done, known in self.complete.items()):
            self.complete.clear()
            raise ModelError(
                "writing a report",
                "one report at a time goes into a directory",
                f"{self.place}, where another has begun or files were changed",
                "Choose another.",
            )
        write_file(self.place / name, text)
        self.complete[name] = _identity(self.place / name)

    @contextmanager
    def stage(self, doing: str) -> Iterator[None]:
        """Whatever ends the work inside gets a note: the stage, and the files that are complete."""
        try:
            yield
        except BaseException as error:
            files = (
                f"complete in {self.place}: {', '.join(self.complete)}"
                if self.complete
                else "no file is written"
            )
            error.add_note(f"The report ended while {doing}; {files}.")
            raise


def write_report(
    place: Path, model: Model, *, digits: int, jobs: int | None, command: str = "", with_paper: bool = False
) -> tuple[bool, str]:
    """Write the report of a network into `place`, each file as soon as its content is known, the page last.

    command: what was typed, which the page states. with_paper: write the paper as well, its sources alone where LaTeX
    is not installed, which the verdict then says. Returns whether every law and exponent passed, and the verdict in one
    line. An error or interrupt carries a note: the stage, and the files that are complete.

    Other processes verify, measure, bound and draw, while this one exports and compares.
    """
    shelf, theory, origin = Shelf(place), theory_of(model), provenance(model, command, digits)
    if with_paper:
        require_printable(theory.network)
    with shelf.stage("deriving laws"), shown_progress() as progress:
        laws = laws_of(model, (), progress)
    if theory.network.activation.is_general:
        return _write_general(shelf, model, laws, digits, origin)
    count = processes(len(laws), jobs)
    with kept_processes():
        verdicts_when_found = begun_verdicts(model, (), digits, jobs)
        exponents_when_found = begun_exponents(model, (), min(digits, EXPONENT_DIGITS), jobs=jobs)
        bounded = bounded_laws(laws)
        bounds_when_found = begun(partial(error_bound_record, model), bounded, count)
        texts: dict[str, str] = {}
        with shelf.stage("exporting laws"), shown_progress() as progress:
            for done, (form, name) in enumerate(EXPORTS.items()):
                progress(f"writing {name}", done, len(EXPORTS))
                texts[form] = export(laws, form)
                shelf.write(name, texts[form])
        with shelf.stage("verifying laws"):
            verdicts = verdicts_when_found()
            shelf.write(VERDICTS, json_text(verdicts))
        with shelf.stage("measuring exponents"):
            exponents = exponents_when_found()
            shelf.write(EXPONENTS, json_text(exponents))
        draw = partial(picture_of_model, model, exponents, as_pdf=with_paper)
        pictures_when_drawn = begun(draw, LONGEST_FIRST, count)
        with shelf.stage("comparing ways to values"), shown_progress() as progress:
            ways = agreement_records(theory, verdicts, digits, sources=texts, progress=progress)
            shelf.write(AGREEMENT, json_text(ways))
        bounds: dict[str, Record] = {}
        with shelf.stage("bounding errors"), shown_progress() as progress:
            for name, record in bounds_when_found:
                progress(f"bounded {name}", len(bounds), len(bounded))
                bounds[name] = record
        drawn: dict[str, Picture] = {}
        with shelf.stage("drawing"), shown_progress() as progress:
            for name, picture in pictures_when_drawn:
                progress(f"drew {name}", len(drawn), len(FIGURES))
                shelf.write(FIGURES[name], picture.svg)
                drawn[FIGURES[name]] = picture
    drawn = {file: drawn[file] for file in FIGURES.values() if file in drawn}
    note = ""
    if with_paper:
        with shelf.stage("typesetting the paper"), shown_progress() as progress:
            progress(f"writing {binding.PAGES}", 0, 1)
            note = _write_paper(shelf, theory, verdicts, exponents, bounds, list(drawn.values()), digits)
    with shelf.stage("typesetting the page"), shown_progress() as progress:
        progress(f"writing {PAGE}", 0, 1)
        passed = all(record["passed"] is not False for record in [*verdicts, *exponents])
        verdict = verdict_line(verdicts, exponents, digits)
        shelf.write(
            PAGE,
            page(
                theory,
                verdicts,
                exponents,
                ways,
                drawn,
                bounds=bounds,
                files=(
                    *TO_READ,
                    *(name for name in (binding.PAGES, binding.ARTICLE) if name in shelf.complete),
                ),
                verdict=verdict,
                passed=passed,
                provenance=origin,
            ),
        )
    return passed, verdict + lacking(tuple(theory.absent)) + note


def _write_paper(
    shelf: Shelf,
    theory: Theory,
    verdicts: Sequence[Record],
    exponents: Sequence[Record],
    bounds: Mapping[str, Record],
    drawn: Sequence[Picture],
    digits: int,
) -> str:
    """The sources of the paper, and its pages where LaTeX is installed; a sentence that says so where it is not."""
    figures = {binding.FIGURES[picture.name]: picture for picture in drawn}
    sources: dict[str, str | bytes] = {
        "paper.tex": article(theory, verdicts, exponents, bounds, figures, digits=digits),
        "references.bib": references(),
        **{file: picture.pdf for file, picture in figures.items()},
    }
    for name, content in sources.items():
        shelf.write(f"{binding.TREE}/{name}", content)
    if missing := binding.missing_programs():
        tree = shelf.place / binding.TREE
        return f" There is no {binding.PAGES}: install {', '.join(missing)}. Its sources are in {tree}."
    shelf.write(binding.PAGES, binding.pages(sources))
    return ""


def _write_general(
    shelf: Shelf, model: Model, laws: Sequence[Law], digits: int, origin: Provenance
) -> tuple[bool, str]:
    """The report of a general network: it has no number of its own, and its instances are verified."""
    theory, files = theory_of(model), (EXPORTS["latex"], EXPORTS["json"], VERDICTS, EXPONENTS)
    with shelf.stage("exporting laws"):
        for form in ("latex", "json"):
            shelf.write(EXPORTS[form], export(laws, form))
    with shelf.stage("verifying instances"), shown_progress() as progress:
        verdicts = instance_records(model, digits, progress)
        shelf.write(VERDICTS, json_text(verdicts))
    with shelf.stage("stating exponents"):
        exponents = stated_exponents(model, ()) or []
        shelf.write(EXPONENTS, json_text(exponents))
    failed = [f"{record['law']} at {record['instance']}" for record in verdicts if not record["passed"]]
    passed, places = not failed, dict.fromkeys(record["instance"] for record in verdicts)
    verdict = (
        f"All {len(laws)} laws agree with direct simulation at their instances: {', '.join(places)}."
        if passed
        else f"{len(failed)} of {len(verdicts)} checks failed: {', '.join(failed)}."
    )
    with shelf.stage("typesetting the page"):
        shelf.write(
            PAGE,
            general_page(
                theory, verdicts, exponents, files=files, verdict=verdict, passed=passed, provenance=origin
            ),
        )
    return passed, verdict


def require_shelf(place: Path) -> None:
    """Raise ModelError unless a report can be written into `place`, where it replaces an earlier report alone."""
    require_directory(place)
    for name in ALL_FILES:
        require_file(place / name)
    there = [name for name in ALL_FILES if (place / name).exists()]
    known_by = PAGE if PAGE in there else ALL_FILES[0]
    if there and not _has(place / known_by, MARKS[known_by]):
        raise ModelError(
            "writing a report",
            "only files of an earlier report are replaced",
            str(place / (known_by if known_by in there else there[0])),
            "Choose another directory, or move the file away.",
        )


def _has(path: Path, mark: str) -> bool:
    try:
        with path.open("rb") as file:
            return mark.encode() in file.read(MARGIN)
    except OSError:
        return False


def _identity(path: Path) -> object:
    """What tells a file from another one of its name; None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns


def lacking(absent: Sequence[str]) -> str:
    """The laws that a network does not have, as a sentence that follows a verdict; "" where it has all."""
    return f" This network does not have {', '.join(absent)}." if absent else ""


def verdict_line(verdicts: Sequence[Record], exponents: Sequence[Record], digits: int) -> str:
    """The outcome in one line."""
    failed = [record["law"] for record in verdicts if record["passed"] is False]
    failed += [f"exponent of {record['observable']}" for record in exponents if not record["passed"]]
    if failed:
        return f"{len(failed)} of {len(verdicts) + len(exponents)} checks failed: {', '.join(failed)}."
    exact = sum(record["remainder_order"] is None for record in verdicts)
    asymptotic = len(verdicts) - exact
    return (
        f"All {len(verdicts)} laws agree with direct simulation: {exact} exact ones to {digits} digits, and "
        f"{asymptotic} asymptotic ones by their order. The exponents agree as well, {len(exponents)} of them."
    )
