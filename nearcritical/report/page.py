"""The page of a report: network, chapters with their laws, exponents, agreement and pictures as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from analytics.expressions import printing
from analytics.expressions.notation import R, r
from analytics.expressions.prose import SIGMOID_COEFFICIENT
from nearcritical.report.compared_numbers import beside_exact, point_lines, side_by_side
from nearcritical.report.mathml import mathematics, sentence
from nearcritical.results.text import check_text, exponent_outcome

if TYPE_CHECKING:
    import sympy as sp

    from analytics.law.law import Law
    from analytics.law.step import Step
    from analytics.network.kernel import Kernel
    from analytics.network.network import Network
    from derivations.theory import Theory
    from nearcritical.drawing.pictures import Picture
    from nearcritical.results.written import Record

WAYS = {
    "sympy": "exact SymPy",
    "numpy": "NumPy",
    "python": "Python source",
    "c": "C source",
    "mpmath": "mpmath",
    "ball": "ball arithmetic",
    "simulation": "simulation",
}
"""Ways to a value, and their columns in the table of agreement."""

SHOWN_POINTS = 6
"""Points of a verification that are shown unfolded."""
MODEL = (
    r"Z_{n+1} = \varphi\left(U \circledast Z_n + I_n\right)",
    r"\varphi(z) = \rho\left(\left|z\right|\right)\frac{z}{\left|z\right|}",
    r"U = \exp_{\circledast}(A)",
)


def page(
    theory: Theory,
    verdicts: Sequence[Record],
    exponents: Sequence[Record],
    ways: Sequence[Record],
    drawn: Mapping[str, Picture],
    *,
    bounds: Mapping[str, Record],
    files: Sequence[str],
    verdict: str,
    passed: bool,
) -> str:
    """The page: network, verdict, chapters with their laws, exponents, agreement, pictures; it needs no other file.

    drawn: pictures by the names of their files. bounds: of errors, by law.
    files: names of the other files that the page offers. verdict: the
    outcome in one line. passed: did everything pass?
    """
    of_law = {record["law"]: record for record in verdicts}
    return _template().render(
        network=_network_view(theory.network),
        verdict=verdict,
        passed=passed,
        chapters=_chapter_views(theory, of_law, bounds),
        general=False,
        exponents=[
            {
                **record,
                "exact": mathematics(_fraction(record["predicted"])),
                "outcome": exponent_outcome(record).lower(),
                "measured": beside_exact(record["measured"], record["predicted"]),
            }
            for record in exponents
        ],
        pictures=[
            {
                "name": picture.name,
                "title": picture.title,
                "caption": sentence(picture.caption),
                "svg": Markup(picture.svg),
                "file": file,
            }
            for file, picture in drawn.items()
        ],
        files=files,
        ways=[_way_view(record, theory[record["law"]]) for record in ways],
        way_names=WAYS,
        version=version("nearcritical"),
    )


def general_page(
    theory: Theory,
    verdicts: Sequence[Record],
    exponents: Sequence[Record],
    *,
    files: Sequence[str],
    verdict: str,
    passed: bool,
) -> str:
    """The page of a general network: chapters with their laws, the verdicts of the instances of each, the exponents.

    verdicts: of instances, several of each law; exponents: as they are stated.
    """
    of_law = {name: _of_instances([one for one in verdicts if one["law"] == name]) for name in theory}
    return _template().render(
        network=_network_view(theory.network),
        verdict=verdict,
        passed=passed,
        chapters=_chapter_views(theory, of_law, {}),
        general=True,
        exponents=[{**record, "exact": mathematics(record["latex"])} for record in exponents],
        pictures=(),
        files=files,
        ways=(),
        way_names=WAYS,
        version=version("nearcritical"),
    )


def _of_instances(verdicts: Sequence[Record]) -> Record:
    """The verdict on a law by those on its instances."""
    return {"passed": all(one["passed"] for one in verdicts), "points": (), "kind": "", "instances": verdicts}


def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("nearcritical.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def _chapter_views(
    theory: Theory, of_law: Mapping[str, Record], bounds: Mapping[str, Record]
) -> list[Mapping[str, object]]:
    absent, shown = theory.absent, dict[tuple[str, str], str]()
    return [
        {
            "number": chapter.number,
            "title": chapter.title,
            "summary": _words(chapter.summary),
            "laws": [
                _law_view(theory[name], of_law[name], bounds.get(name), shown)
                for name in chapter.names
                if name in theory
            ],
            "absent": [
                {"name": name, "need": _words(absent[name])} for name in chapter.names if name in absent
            ],
        }
        for chapter in theory.chapters
    ]


def _law_view(
    law: Law, verdict: Record, bound: Record | None, shown: dict[tuple[str, str], str]
) -> Mapping[str, object]:
    """shown: claim and formula of each step that is already on the page -> the law under which it stands."""
    points = [_point_view(point, str(law.subject)) for point in verdict["points"]]
    steps = [_step_view(step) for step in law.steps]
    known = [shown.setdefault((str(step["claim"]), str(step["equation"])), law.name) for step in steps]
    repeated = next((place for place, name in enumerate(known) if name == law.name), len(known))
    return {
        "name": law.name,
        "meaning": _words(law.meaning),
        "observable": law.observable,
        "versions": [_version_view(version, law) for version in law.versions],
        "repeated": steps[:repeated],
        "repeated_from": list(dict.fromkeys(known[:repeated])),
        "steps": steps[repeated:],
        "kind": law.kind_text,
        "exact": law.is_exact,
        "remainder": _remainder(law),
        "bound": None if bound is None else _bound_view(law, bound),
        "order": None if law.remainder_order is None else mathematics(_order(law.remainder_order)),
        "validity": _words(law.validity),
        "source": law.source,
        "verdict": verdict,
        "points": points[:SHOWN_POINTS],
        "more_points": points[SHOWN_POINTS:],
    }


def _order(power: sp.Expr) -> str:
    return _fraction(str(power)) if power.is_Rational else printing.latex(power)


def _remainder(law: Law) -> Markup | None:
    return None if law.remainder is None else mathematics(f"O({printing.latex(law.remainder)})")


def _bound_view(law: Law, bound: Record) -> Mapping[str, object]:
    """The bounds of a law's error, a line for each value of which it differs, or why there is none."""
    if "reason" in bound:
        return {"lines": [], "setting": bound["reason"]}
    variable, remainder = printing.latex(law.remainder_variable), printing.latex(law.remainder)
    span = (
        rf"{variable} \geq {bound['up_to']}"
        if bound["limit"] == "oo"
        else rf"{variable} \leq {_fraction(bound['up_to'])}"
    )
    constants = dict.fromkeys(found["constant"] for found in bound["bounds"])
    return {
        "lines": [
            mathematics(rf"\left|\text{{error}}\right| \leq {constant}\, {remainder}, \quad {span}")
            for constant in constants
        ],
        "setting": ", ".join(point_lines(bound["setting"])),
    }


def _version_view(version: Law, law: Law) -> Mapping[str, object]:
    """One version of `law`: its equation, or None where `law` has the same, its parameters, its further unknowns."""
    latex = version.latex()
    return {
        "equation": None if version != law and latex == law.latex() else mathematics(latex, display=True),
        "given": [mathematics(printing.latex(symbol)) for symbol in version.symbols],
        "parameters": [
            {
                "symbol": mathematics(printing.latex(parameter.symbol)),
                "meaning": sentence(parameter.meaning),
                "unit": parameter.unit,
                "default": parameter.default,
            }
            for parameter in version.parameters
        ],
        "where": [
            {
                "symbol": mathematics(printing.latex(known.subject)),
                "meaning": sentence(known.meaning),
                "equation": mathematics(known.latex(), display=True),
            }
            for known in version.where
        ],
    }


def _words(text: str) -> Markup:
    """A sentence of the theory, with c_phi for the coefficient of the sigmoid, as c may be a constant of the kernel."""
    return sentence(SIGMOID_COEFFICIENT.sub("c_phi", text))


def _step_view(step: Step) -> Mapping[str, object]:
    return {
        "claim": _words(step.claim),
        "equation": mathematics(printing.latex(step.equation, remainder=step.remainder), display=True),
        "check": sentence(check_text(step)),
    }


def _point_view(point: Record, subject: str) -> Mapping[str, object]:
    """A point of a verification, both numbers split where they part."""
    return {
        "place": point_lines(point["constants"] | point["point"]),
        "label": "" if point["label"] == subject else sentence(point["label"]),
        "apart": point["difference"].lstrip("-"),
        "numbers": side_by_side(point["predicted"], point["measured"]),
    }


def _way_view(record: Record, law: Law) -> Mapping[str, object]:
    return {
        "law": record["law"],
        "place": point_lines(record["point"]),
        "remainder": _remainder(law),
        "digits": {name: record["digits"][way] for way, name in WAYS.items()},
    }


def _fraction(text: str) -> str:
    numerator, slash, denominator = text.partition("/")
    if not slash:
        return text
    sign = "-" if numerator.startswith("-") else ""
    return rf"{sign}\frac{{{numerator.lstrip('-')}}}{{{denominator}}}"


def _network_view(network: Network) -> Mapping[str, object]:
    """The definition of the network, as rows of a name and a formula."""
    activation, kernel = network.activation, network.kernel
    rows: list[tuple[str, str]] = [
        *(
            []
            if activation.is_general
            else [("radial profile", rf"\rho(r) = {printing.latex(activation.rho(r))}")]
        ),
        ("its inverse", rf"\psi(R) = {printing.latex(activation.psi(R))}"),
        (
            "order, coefficient of the sigmoid",
            r"\rho(r) = r - c_\varphi\,r^{p+1} + \dots"
            if activation.has_open_order
            else rf"p = {activation.order}, \quad c_\varphi = {printing.latex(activation.coefficient)} \quad "
            rf"\text{{in}} \quad \rho(r) = r - c_\varphi\,r^{{p+1}} + \dots",
        ),
        *_kernel_rows(kernel),
    ]
    if network.constants or network.relations:
        values = r",\quad ".join(
            f"{printing.latex(symbol)} = {printing.latex(value)}"
            for symbol, value in (
                *network.constants.items(),
                *(relation.args for relation in network.relations),
            )
        )
        rows.append(("constants", values))
    if network.open:
        rows.append(("left open", r",\quad ".join(map(printing.latex, network.open))))
    return {
        "name": network.name,
        "activation": activation.name,
        "kernel": kernel.name,
        "dimension": network.dimension,
        "rows": [(name, mathematics(latex, display=True)) for name, latex in rows],
        "model": [mathematics(latex, display=True) for latex in MODEL],
    }


def _kernel_rows(kernel: Kernel) -> list[tuple[str, str]]:
    wavevector = kernel.wavenumbers
    frequency = printing.latex(kernel.frequency(wavevector))
    if kernel.is_general:
        edge = r"-\omega(-k)" if kernel.is_real else r"\omega(-k),\quad |\omega(k)| = \kappa\,|k|^m + \dots"
        return [("frequency", rf"{frequency} = {edge}")]
    return [
        (
            "stencil",
            r",\quad ".join(_tap(offset, value) for offset, value in kernel.stencil)
            or r"\text{infinite, } A(x) = \frac{1}{2\pi} \int i\,\omega(k)\,e^{ikx}\,dk \text{ per axis}",
        ),
        ("frequency", rf"\omega({_joined(wavevector)}) = {frequency}"),
    ]


def _tap(offset: tuple[int, ...], value: sp.Expr) -> str:
    return f"A({', '.join(map(str, offset))}) = {printing.latex(value)}"


def _joined(symbols: Sequence[sp.Symbol]) -> str:
    return ", ".join(printing.latex(symbol) for symbol in symbols)
