"""The article about a network: chapters in reading order, each equation with its check in the margin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from analytics.errors import ModelError
from analytics.export.derivation import Book, set_apart
from analytics.expressions.letters import escaped
from analytics.expressions.printing import latex
from analytics.expressions.prose import caption, prose
from nearcritical.paper.checks import Checks
from nearcritical.paper.words import code, listed, power_of_ten

if TYPE_CHECKING:
    from analytics.network.network import Network
    from derivations.chapter import Chapter
    from derivations.theory import Theory
    from nearcritical.drawing.pictures import Picture
    from nearcritical.results.written import Record

WIDTH = 31.0
"""Of an equation, in em at ten points: the text is 126 mm wide, and the number of the equation stands beside it."""

CHAPTERS = {
    "frequencies_of_waves": 2,
    "amplitude_against_forcing": 3,
    "response_against_detuning": 4,
    "decay_against_wavenumber": 7,
    "wave_on_torus": 9,
    "wave_on_backgrounds": 9,
    "times_and_lengths_against_background": 10,
}
"""Picture -> the number of the chapter in which it stands; any other stands with the exponents."""

SHOWN = 20
"""Characters of a measured exponent that are shown."""


def article(
    theory: Theory,
    verdicts: Sequence[Record],
    exponents: Sequence[Record],
    bounds: Mapping[str, Record],
    figures: Mapping[str, Picture],
    *,
    digits: int,
) -> str:
    """The article as LaTeX, to be typeset beside `references` and the figures.

    verdicts: one of every law; bounds: of the errors of asymptotic laws, by law; figures: pictures by the names of
    their files, relative to the article. digits: to which exact laws were verified.
    """
    laws = list(theory.values())
    checks = Checks({record["law"]: record for record in verdicts}, bounds)
    full = {law.name for law in theory.scaling}
    book = Book(set(theory), set_apart(laws), width=WIDTH, notes=checks)
    chapters = [chapter for chapter in theory.chapters if any(name in theory for name in chapter.names)]
    places = {name: number for name, number in CHAPTERS.items() if number in {c.number for c in chapters}}
    return _environment().get_template("paper.tex").render(
        version=version("nearcritical"),
        name=escaped(theory.network.name),
        abstract=_abstract(theory, verdicts, exponents, digits),
        model="\n".join(book.model(theory.network)),
        full=listed([code(law.name) for law in theory.scaling]),
        digits=digits,
        chapters=[_chapter_view(chapter, theory, book, full, figures, places) for chapter in chapters],
        exponents=[_exponent_line(record) for record in exponents],
        further=[
            _figure_view(theory, file, picture)
            for file, picture in figures.items()
            if picture.name not in places
        ],
        absent=_absent(theory),
    )  # fmt: skip


def require_printable(network: Network) -> None:
    """Raise ModelError for a general network, of which there is no number to be measured or drawn.

    Raises GrammarError for one whose name has a letter that LaTeX has not.
    """
    escaped(network.name)
    if network.activation.is_general:
        raise ModelError(
            "writing a paper",
            "an activation with numbers is needed",
            network.name,
            "Name one with --activation, or take --format html.",
        )


def references() -> str:
    """The bibliography of the article, for BibTeX."""
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, "references.bib")[0]


def _environment() -> Environment:
    """LaTeX has braces and percent signs of its own, so that the marks of the template are others."""
    return Environment(
        loader=PackageLoader("nearcritical.paper"),
        undefined=StrictUndefined,
        autoescape=False,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _abstract(theory: Theory, verdicts: Sequence[Record], exponents: Sequence[Record], digits: int) -> str:
    """What was derived, and what the checks found, whatever that is."""
    exact = [record for record in verdicts if record["remainder_order"] is None]
    confirmed = [record for record in verdicts if record["passed"]]
    proved = [record for record in confirmed if record["kind"] == "certified"]
    steps = {(step.claim, str(step.equation)) for law in theory.values() for step in law.steps}
    left = [code(record["law"]) for record in verdicts if not record["passed"]]
    outcome = (
        f"All of them are confirmed, {len(proved)} by proof."
        if not left
        else f"{len(confirmed)} of them are confirmed, {len(proved)} by proof; not confirmed: {listed(left)}."
    )
    fewest = min((record["digits_reached"] for record in exponents), default=0)
    failed = [code(record["observable"]) for record in exponents if not record["passed"]]
    measured = (
        f"Their {len(exponents)} exponents at the critical point are measured to {fewest} digits or more."
        if not failed
        else f"Of their {len(exponents)} exponents at the critical point those of {listed(failed)} disagree."
    )
    return (
        f"The network {escaped(theory.network.name)} has {len(theory)} laws near its critical point. They are derived "
        f"from its definition in {len(steps)} steps, each of which is checked by computer algebra and by numbers. "
        f"Direct simulation of the network puts every law to the test: {len(exact)} exact ones to {digits} digits, "
        f"{len(verdicts) - len(exact)} asymptotic ones by the order of what they drop. {outcome} {measured}"
    )


def _chapter_view(
    chapter: Chapter,
    theory: Theory,
    book: Book,
    full: Iterable[str],
    figures: Mapping[str, Picture],
    places: Mapping[str, int],
) -> Mapping[str, object]:
    """A section: the laws of `full` with every equation of their steps, the others under their claims."""
    begin = len(book.lines)
    book.lines += [""]  # the network stands in the first section
    for name in chapter.names:
        if name in theory:
            (book.add if name in full else book.state)(theory[name])
    here = [
        (file, picture) for file, picture in figures.items() if places.get(picture.name) == chapter.number
    ]
    return {
        "number": chapter.number,
        "title": escaped(chapter.title),
        "summary": prose(chapter.summary),
        "figures": [_figure_view(theory, file, picture) for file, picture in here],
        "body": "\n".join(book.lines[begin:]),
    }


def _figure_view(theory: Theory, file: str, picture: Picture) -> Mapping[str, str]:
    words = {symbol.name: latex(symbol) for symbol in theory.network.constants if len(symbol.name) > 1}
    below = caption(
        picture.caption, {"epsilon": r"\varepsilon", **words}, theory.network.name
    )  # as on the axes
    return {
        "name": picture.name,
        "says": picture.title[:1].lower() + escaped(picture.title[1:]),
        "latex": "\n".join(
            [
                r"\begin{figure}[tbp]",
                r"\centering",
                rf"\pictured{{{file}}}",
                rf"\caption{{\textit{{{escaped(picture.title)}.}} {below}}}",
                rf"\label{{fig:{picture.name}}}",
                r"\end{figure}",
            ]
        ),
    }


def _exponent_line(record: Record) -> str:
    measured = record["measured"]
    shown = measured if len(measured) <= SHOWN else rf"{measured[:SHOWN]}\dots"
    outcome = "" if record["passed"] else r" (\textbf{disagrees})"
    return " & ".join(
        [
            code(record["observable"]),
            prose(record["parameter"], {}),
            rf"\({record['predicted']}\)",
            rf"\({shown}\){outcome}",
            rf"\({power_of_ten(record['error_bound'])}\)",
        ]
    )


def _absent(theory: Theory) -> list[tuple[str, str]]:
    """What laws require that the network has not, and the names of these laws."""
    needs: dict[str, list[str]] = {}
    for name, need in theory.absent.items():
        needs.setdefault(need, []).append(code(name))
    return [(prose(need), listed(names)) for need, names in needs.items()]
