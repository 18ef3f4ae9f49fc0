"""The report: everything about one network in one directory, with a page to read it on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from analytics import printing
from analytics.export import export
from nearcritical.mathml import mathematics, sentence
from nearcritical.model_file import Model
from nearcritical.plots import Picture, pictures
from nearcritical.records import Record, json_text
from nearcritical.text import check_text, kind_text
from nearcritical.verification import exponent_records, shown_progress, verdict_records

if TYPE_CHECKING:
    import sympy as sp

    from analytics.law import Law
    from analytics.network import Network
    from analytics.step import Step
    from derivations.theory import Theory

EXPORTS = {"laws.tex": "latex", "laws.json": "json", "laws.py": "python", "laws.c": "c"}
EXPONENT_DIGITS = 30
SHOWN_POINTS = 6
"""Points of a verification that are shown unfolded."""
SMALL_POWER_OF_TEN = re.compile(r"(-?\d+)/1(0{4,})")
MODEL = (
    r"Z_{n+1} = \varphi\left(U \circledast Z_n + I_n\right)",
    r"\varphi(z) = \rho\left(\left|z\right|\right)\frac{z}{\left|z\right|}",
    r"U = \exp_{\circledast}(A)",
)


def report_files(model: Model, digits: int, jobs: int) -> tuple[dict[str, str], bool, str]:
    """The report's files by name, whether every law and exponent passed, and the verdict in one line."""
    theory = model.theory()
    laws = []
    with shown_progress() as progress:
        for done, name in enumerate(theory):
            progress(f"deriving {name}", done, len(theory))
            laws.append(theory[name])
    verdicts = verdict_records(model, (), digits, jobs)
    exponents = exponent_records(model, (), min(digits, EXPONENT_DIGITS))
    with shown_progress() as progress:
        drawn = pictures(theory.network, theory=theory, progress=progress)
    passed = all(record["passed"] for record in [*verdicts, *exponents])
    verdict = verdict_line(verdicts, exponents, digits)
    files = {name: export(laws, form) for name, form in EXPORTS.items()}
    files["verification.json"] = json_text(verdicts)
    files["exponents.json"] = json_text(exponents)
    files |= {f"figures/{picture.name}.svg": picture.svg for picture in drawn}
    files["index.html"] = page(theory, verdicts, exponents, drawn, verdict, passed)
    return files, passed, verdict


def verdict_line(verdicts: Sequence[Record], exponents: Sequence[Record], digits: int) -> str:
    """What came out, in one line."""
    failed = [record["law"] for record in verdicts if not record["passed"]]
    failed += [f"exponent of {record['observable']}" for record in exponents if not record["passed"]]
    if failed:
        return f"{len(failed)} of {len(verdicts) + len(exponents)} checks failed: {', '.join(failed)}."
    exact = sum(record["remainder_order"] is None for record in verdicts)
    asymptotic = len(verdicts) - exact
    return (
        f"All {len(verdicts)} laws agree with direct simulation: {exact} exact ones to {digits} digits, "
        f"{asymptotic} asymptotic ones by their order; so {_do(len(exponents), 'exponent')}."
    )


def _do(count: int, noun: str) -> str:
    return f"does {count} {noun}" if count == 1 else f"do {count} {noun}s"


def page(
    theory: Theory,
    verdicts: Sequence[Record],
    exponents: Sequence[Record],
    drawn: Sequence[Picture],
    verdict: str,
    passed: bool,
) -> str:
    """The page: network, verdict, chapters with their laws, exponents, pictures; it needs no other file."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("nearcritical"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    of_law = {record["law"]: record for record in verdicts}
    chapters = [
        {
            "number": chapter.number,
            "title": chapter.title,
            "summary": sentence(chapter.summary),
            "laws": [_law_view(theory[name], of_law[name]) for name in chapter.names(theory.network)],
        }
        for chapter in theory.chapters
    ]
    return environment.get_template("report.html").render(
        network=_network_view(theory.network),
        verdict=verdict,
        passed=passed,
        chapters=chapters,
        exponents=[
            {**record, "exact": mathematics(_fraction(record["predicted"])), **_agreement_of_exponent(record)}
            for record in exponents
        ],
        pictures=[
            {
                "name": picture.name,
                "title": picture.title,
                "caption": sentence(picture.caption),
                "svg": Markup(picture.svg),
                "file": f"figures/{picture.name}.svg",
            }
            for picture in drawn
        ],
        files=[*EXPORTS, "verification.json", "exponents.json"],
        version=version("nearcritical"),
    )


def _law_view(law: Law, verdict: Record) -> Mapping[str, object]:
    points = [_point_view(point) for point in verdict["points"]]
    return {
        "name": law.name,
        "meaning": sentence(law.meaning),
        "observable": law.observable,
        "equation": mathematics(law.latex(), display=True),
        "steps": [_step_view(step) for step in law.steps],
        "kind": kind_text(law),
        "exact": law.is_exact,
        "remainder": None if law.remainder is None else mathematics(f"O({printing.latex(law.remainder)})"),
        "order": None if law.remainder_order is None else mathematics(_fraction(str(law.remainder_order))),
        "parameters": [
            {
                "symbol": mathematics(printing.latex(parameter.symbol)),
                "meaning": sentence(parameter.meaning),
                "unit": parameter.unit,
                "default": parameter.default,
            }
            for parameter in law.parameters
        ],
        "signature": law.signature,
        "validity": sentence(law.validity),
        "source": law.source,
        "verdict": verdict,
        "points": points[:SHOWN_POINTS],
        "more_points": points[SHOWN_POINTS:],
    }


def _step_view(step: Step) -> Mapping[str, object]:
    return {
        "claim": sentence(step.claim),
        "equation": mathematics(printing.latex(step.equation, remainder=step.remainder), display=True),
        "check": sentence(check_text(step)),
    }


def _point_view(point: Record) -> Mapping[str, object]:
    """A point of a verification, each number split where prediction and measurement part."""
    shared = _shared_length(point["predicted"], point["measured"])
    return {
        **point,
        "place": [f"{name} = {_short(value)}" for name, value in point["point"].items()],
        "apart": point["difference"].lstrip("-"),
        "agreed": point["predicted"][:shared],
        "predicted_rest": point["predicted"][shared:],
        "measured_rest": point["measured"][shared:],
    }


def _short(value: str) -> str:
    """An exact value, a small power of ten with its exponent."""
    fraction = SMALL_POWER_OF_TEN.fullmatch(value)
    return f"{fraction[1]}e-{len(fraction[2])}" if fraction else value


def _agreement_of_exponent(record: Record) -> Mapping[str, str]:
    """The measured exponent, split where it leaves the exact one."""
    from fractions import Fraction

    from mpmath import mp
    from mpmath.libmp import from_rational

    from nearcritical.output import decimal

    exact = Fraction(record["predicted"])
    figures = len(record["measured"].partition("e")[0].replace(".", "").lstrip("-0"))
    precision = 4 * (figures + 5)
    expected = decimal(mp.make_mpf(from_rational(exact.numerator, exact.denominator, precision)), figures)
    shared = _shared_length(expected, record["measured"])
    return {"agreed": record["measured"][:shared], "rest": record["measured"][shared:]}


def _shared_length(one: str, other: str) -> int:
    """How many leading characters two decimal texts share."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _fraction(text: str) -> str:
    numerator, slash, denominator = text.partition("/")
    if not slash:
        return text
    sign = "-" if numerator.startswith("-") else ""
    return rf"{sign}\frac{{{numerator.lstrip('-')}}}{{{denominator}}}"


def _network_view(network: Network) -> Mapping[str, object]:
    """The definition of the network, as rows of a name and a formula."""
    from analytics.notation import R, r

    activation, kernel = network.activation, network.kernel
    wavevector = kernel.wavenumbers
    rows: list[tuple[str, str]] = [
        ("radial profile", rf"\rho(r) = {printing.latex(activation.rho(r))}"),
        ("its inverse", rf"\psi(R) = {printing.latex(activation.psi(R))}"),
        (
            "order of the nonlinearity",
            rf"p = {activation.order}, \quad c = {printing.latex(activation.coefficient)} \quad "
            rf"\text{{in}} \quad \rho(r) = r - c\,r^{{p+1}} + \dots",
        ),
        ("stencil", r",\quad ".join(_tap(offset, value) for offset, value in kernel.stencil)),
        (
            "frequency",
            rf"\omega({_joined(wavevector)}) = {printing.latex(kernel.frequency(wavevector))}",
        ),
    ]
    if network.constants:
        values = r",\quad ".join(
            f"{printing.latex(symbol)} = {printing.latex(value)}"
            for symbol, value in network.constants.items()
        )
        rows.append(("constants", values))
    return {
        "name": network.name,
        "activation": activation.name,
        "kernel": kernel.name,
        "dimension": network.dimension,
        "rows": [(name, mathematics(latex, display=True)) for name, latex in rows],
        "model": [mathematics(latex, display=True) for latex in MODEL],
    }


def _tap(offset: tuple[int, ...], value: sp.Expr) -> str:
    return f"A({', '.join(map(str, offset))}) = {printing.latex(value)}"


def _joined(symbols: Sequence[sp.Symbol]) -> str:
    return ", ".join(printing.latex(symbol) for symbol in symbols)
