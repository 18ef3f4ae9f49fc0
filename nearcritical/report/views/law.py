"""A law on the page: its line in the table of laws, and what is folded below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from analytics.expressions import printing
from analytics.expressions.prose import SIGMOID_COEFFICIENT, scope
from analytics.law.display import display
from nearcritical.report.compared_numbers import point_lines, side_by_side
from nearcritical.report.mathml import equation, mathematics, sentence
from nearcritical.report.views.python_text import python_of, python_text
from nearcritical.results.text import check_text

if TYPE_CHECKING:
    import sympy as sp

    from analytics.law.law import Law
    from analytics.law.step import Step
    from derivations.theory import Theory
    from nearcritical.results.written import Record

ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})")
MARKS = {True: "passed", False: "failed", None: "undecided"}
"""What `passed` of a verdict says."""

KINDS = {"certified": "proved", "estimated": "estimated"}
"""Kinds of a verdict, in words."""


def chapter_views(
    theory: Theory, of_law: Mapping[str, Record], bounds: Mapping[str, Record]
) -> list[Mapping[str, object]]:
    """The chapters that have laws, each with the views of them."""
    shown = dict[tuple[str, str], str]()
    chapters = (
        {
            "number": chapter.number,
            "title": chapter.title,
            "summary": words(chapter.summary),
            "laws": [
                _law_view(theory[name], of_law[name], bounds.get(name), shown)
                for name in chapter.names
                if name in theory
            ],
        }
        for chapter in theory.chapters
    )
    return [chapter for chapter in chapters if chapter["laws"]]


def absent_views(theory: Theory) -> list[Mapping[str, object]]:
    """The laws that the network does not have, each with what it requires."""
    return [{"name": name, "need": words(need)} for name, need in theory.absent.items()]


def source_views(theory: Theory) -> list[Markup]:
    """The publications on which laws rest, linked, each once."""
    sources = (source for law in theory.values() for source in law.source.split("; "))
    return [linked(source) for source in dict.fromkeys(sources) if ARXIV.search(source)]


def linked(source: str) -> Markup:
    """A source, its arXiv numbers as links."""
    return Markup(ARXIV.sub(r'<a href="https://arxiv.org/abs/\1">arXiv:\1</a>', str(escape(source))))


def words(text: str) -> Markup:
    """A sentence of the theory, with c_phi for the coefficient of the sigmoid, as c may be a constant of the kernel."""
    return sentence(SIGMOID_COEFFICIENT.sub("c_phi", text))


def _law_view(
    law: Law, verdict: Record, bound: Record | None, shown: dict[tuple[str, str], str]
) -> Mapping[str, object]:
    """shown: claim and formula of each step that is already on the page -> the law under which it stands."""
    steps = [_step_view(step) for step in law.steps]
    known = [shown.setdefault((str(step["claim"]), str(step["equation"])), law.name) for step in steps]
    repeated = next((place for place, name in enumerate(known) if name == law.name), len(known))
    return {
        "name": law.name,
        "meaning": words(f"{law.meaning[:1].upper()}{law.meaning[1:]}"),
        "observable": law.observable,
        "versions": [_version_view(version, law) for version in law.versions],
        "repeated": steps[:repeated],
        "repeated_from": list(dict.fromkeys(known[:repeated])),
        "steps": steps[repeated:],
        "exact": law.is_exact,
        "remainder": remainder(law),
        "bound": None if bound is None else _bound_view(law, bound),
        "order": None if law.remainder_order is None else mathematics(_order(law.remainder_order)),
        "validity": validity_words(law),
        "source": linked(law.source),
        "verdict": verdict,
        "outcome": MARKS[verdict["passed"]],
        "evidence": KINDS.get(verdict["kind"], ""),
        "agreement": _agreement(law, verdict),
        "points": [_point_view(point, str(law.subject)) for point in verdict["points"]],
    }


def validity_words(law: Law) -> Markup:
    """What a law is valid for, its constants in italics."""
    where, among, values = scope(law.validity)
    return words(where) + among + sentence(values, [symbol.name for symbol in law.network.constants])


def _agreement(law: Law, verdict: Record) -> str:
    """To how many digits an exact law agrees; of one with a remainder the order of its miss, as it was observed."""
    if law.is_exact:
        agreed = verdict.get("digits_agreed")
        return "" if agreed is None else f"{agreed} digits"
    observed = verdict.get("observed_order")
    return "" if observed is None else f"order {observed.replace('-', '−')}"


def _order(power: sp.Expr) -> str:
    return fraction(str(power)) if power.is_Rational else printing.latex(power)


def remainder(law: Law) -> Markup | None:
    """What a law drops, O(F^3); None of an exact one."""
    return None if law.remainder is None else mathematics(f"O({printing.latex(law.remainder)})")


def _bound_view(law: Law, bound: Record) -> Mapping[str, object]:
    """The bounds of a law's error, a line for each value of which it differs, or why there is none."""
    if "reason" in bound:
        return {"lines": [], "setting": sentence(bound["reason"])}
    variable, dropped = printing.latex(law.remainder_variable), printing.latex(law.remainder)
    span = (
        rf"{variable} \geq {bound['up_to']}"
        if bound["limit"] == "oo"
        else rf"{variable} \leq {fraction(bound['up_to'])}"
    )
    constants = dict.fromkeys(found["constant"] for found in bound["bounds"])
    return {
        "lines": [
            mathematics(rf"\left|\text{{error}}\right| \leq {constant}\, {dropped}, \quad {span}")
            for constant in constants
        ],
        "setting": sentence(", ".join(point_lines(bound["setting"]))),
    }


def _version_view(version: Law, law: Law) -> Mapping[str, object]:
    """One version of `law`: its equation, or None where `law` has the same, its parameters, its further unknowns."""
    latex = version.latex()
    is_repeated = version != law and latex == law.latex()
    return {
        "equation": None if is_repeated else equation(latex, python_of(display(version))),
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
                "equation": equation(known.latex(), python_of(display(known))),
            }
            for known in version.where
        ],
    }


def _step_view(step: Step) -> Mapping[str, object]:
    latex = printing.latex(step.equation, remainder=step.remainder)
    return {
        "claim": words(step.claim),
        "equation": equation(latex, python_text(step.equation)),
        "check": sentence(check_text(step)),
    }


def _point_view(point: Record, subject: str) -> Mapping[str, object]:
    """A point of a verification, both numbers split where they part."""
    return {
        "place": places(point["constants"] | point["point"]),
        "label": "" if point["label"] == subject else sentence(point["label"]),
        "apart": point["difference"].lstrip("-"),
        "numbers": side_by_side(point["predicted"], point["measured"]),
    }


def places(point: Mapping[str, str]) -> Sequence[Markup]:
    """A point, an entry for each value."""
    return [sentence(line) for line in point_lines(point)]


def fraction(text: str) -> str:
    """LaTeX of an exact rational."""
    numerator, slash, denominator = text.partition("/")
    if not slash:
        return text
    sign = "-" if numerator.startswith("-") else ""
    return rf"{sign}\frac{{{numerator.lstrip('-')}}}{{{denominator}}}"
