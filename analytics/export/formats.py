"""Laws as LaTeX, JSON, Python, NumPy, C and JavaScript text."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from analytics.errors import LawError, unknown_name
from analytics.exclusive import in_turn
from analytics.export.c_source import c_source
from analytics.export.derivation import derivation_source, require_prefix
from analytics.export.javascript_source import javascript_source
from analytics.export.program import alternative_name, notes
from analytics.export.python_source import numpy_source, python_source
from analytics.export.record import law_from_record, law_record
from analytics.expressions.printing import text
from analytics.law.display import display
from analytics.law.law import Law, each_law
from analytics.law.statement import Kind

__all__ = ["FORMATS", "export", "law_from_record", "law_record"]


@in_turn
def export(
    laws: Law | Mapping[str, Law] | Iterable[Law],
    format: str,  # noqa: A002 - the word users know
    *,
    steps: bool = False,
    standalone: bool = False,
    prefix: str = "",
) -> str:
    """The text of `laws`, one law, several, or a theory, in one of `FORMATS`.

    "latex": a fragment, one numbered equation per law, for amsmath; with `steps` the derivations, every step a
    numbered equation, in an article of its own if `standalone`; prefix: of the labels. "json": a list of records, see
    `law_from_record`; "python", "numpy", "c", "javascript": one documented function per law in source that stands
    alone, its arguments in the order of the law's parameters, implicit laws solved; "numpy" is of arrays.

    Raises UnknownNameError for another format, LawError where a law has no such text.
    """
    if format not in FORMATS:
        raise unknown_name("exporting laws", "format", format, FORMATS)
    chosen = each_law("exporting laws", laws)
    if format in PROGRAMS and chosen and all(law.count is None for law in chosen):
        need, why = "a law with a fixed number of values is needed", "with as many as there are roots"
        if all(law.kind is Kind.MEAN for law in chosen):
            need, why = "a law is needed whose values follow from the point alone", "a mean over a period"
        raise LawError(
            f"exporting as {format}",
            need,
            f"{', '.join(law.name for law in chosen)}, {why}",
            "Use evaluate or branches of the law itself.",
        )
    if format != "latex" and (steps or standalone or prefix):
        raise LawError("exporting laws", "steps, labels and articles are LaTeX", format, "Choose latex.")
    if standalone and not steps:
        raise LawError("exporting laws", "an article has the steps", "standalone alone", "Ask for steps too.")
    if format == "latex":
        require_prefix(prefix)
        return derivation_source(chosen, prefix, standalone) if steps else latex_source(chosen, prefix)
    return FORMATS[format](chosen)


def latex_source(laws: Sequence[Law], prefix: str = "") -> str:
    """One equation environment per law, with a label; what the law says of itself stands in comments.

    An alternative that has the equation of its law is a remark there, another one an equation of its own, as is
    the law of a further unknown that is not among `laws`.
    """
    names = {law.name for law in laws}
    return "\n".join(["% Needs amsmath.", "", *(_equations(law, names, prefix) for law in laws)])


def _equations(law: Law, names: Collection[str], prefix: str) -> str:
    shown = display(law).definitions, law.latex()
    alike = [other for other in law.alternatives if (display(other).definitions, other.latex()) == shown]
    others = [other for other in law.alternatives if other not in alike]
    remarks = [f"The same for {_given(other)}" for other in alike]
    return "\n".join(
        [
            _equation(law, law.name, remarks, prefix),
            *(
                _equation(it, f"{law.name}_{it.subject}", [], prefix)
                for it in law.where
                if it.name not in names
            ),
            *(_equation(other, alternative_name(law, other), [], prefix) for other in others),
        ]
    )


def _given(law: Law) -> str:
    """ "F, delta, k, with R from forced_amplitude"."""
    sources = [f"with {other.subject} from {other.name}" for other in law.where]
    return ", ".join([*(parameter.name for parameter in law.parameters), *sources])


def _equation(law: Law, label: str, remarks: Sequence[str], prefix: str) -> str:
    described = [
        f"{label} of {law.network.name}: {law.meaning}",
        *(f"{p.name}: {p.meaning}{f' [{p.unit}]' if p.unit else ''}" for p in law.parameters),
        "Exact" if law.remainder is None else f"Remainder: O({text(law.remainder)})",
        *notes(law),
        *remarks,
    ]
    comments = "\n".join(f"% {' '.join(line.split())}" for line in described)
    labelled = rf"\label{{eq:{prefix}{label}}}"
    return f"{comments}\n\\begin{{equation}}\n  {_broken(law.latex())}\n  {labelled}\n\\end{{equation}}\n"


def _broken(formula: str) -> str:
    """Each line of an aligned formula on a line of its own."""
    for mark in (r"\begin{aligned} ", r", \\ "):
        formula = formula.replace(mark, f"{mark.rstrip()}\n    ")
    return formula.replace(r" \end{aligned}", "\n  \\end{aligned}")


def json_source(laws: Sequence[Law]) -> str:
    """A list of records, one per law."""
    return json.dumps([law_record(law) for law in laws], indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Sequence[Law]], str]] = {
    "latex": latex_source,
    "json": json_source,
    "python": python_source,
    "numpy": numpy_source,
    "c": c_source,
    "javascript": javascript_source,
}
"""Format -> the function that writes it."""

PROGRAMS = ("python", "numpy", "c", "javascript")
"""Formats that are source of functions, which a law of a varying number of values has none of."""
