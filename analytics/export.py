"""Laws as LaTeX, JSON, Python and C text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from analytics.c_source import c_source
from analytics.errors import unknown_name
from analytics.law import Law
from analytics.printing import text
from analytics.python_source import python_source
from analytics.record import law_from_record, law_record
from analytics.source import notes

__all__ = ["FORMATS", "export", "law_from_record", "law_record"]


def export(laws: Sequence[Law], format: str) -> str:  # noqa: A002 - the word users know
    """The text of `laws` in one of `FORMATS`.

    "latex": a fragment, one numbered equation per law, for amsmath; "json": a list of records, see
    `law_from_record`; "python", "c": one documented function per law in self-contained source, its
    arguments in the order of the law's parameters, implicit laws solved.

    Raises UnknownNameError for another format, LawError where a law has no such text.
    """
    if format not in FORMATS:
        raise unknown_name("exporting laws", "format", format, FORMATS)
    return FORMATS[format](laws)


def latex_source(laws: Sequence[Law]) -> str:
    """One equation environment per law, with a label; what the law says of itself stands in comments."""
    return "\n".join(["% Needs amsmath.", "", *(_equation(law) for law in laws)])


def _equation(law: Law) -> str:
    described = [
        f"{law.name} of {law.network.name}: {law.meaning}",
        *(f"{p.name}: {p.meaning}{f' [{p.unit}]' if p.unit else ''}" for p in law.parameters),
        "Exact" if law.remainder is None else f"Remainder: O({text(law.remainder)})",
        *notes(law),
    ]
    comments = "\n".join(f"% {' '.join(line.split())}" for line in described)
    return (
        f"{comments}\n\\begin{{equation}}\n  {law.latex()}\n  \\label{{eq:{law.name}}}\n\\end{{equation}}\n"
    )


def json_source(laws: Sequence[Law]) -> str:
    """A list of records, one per law."""
    return json.dumps([law_record(law) for law in laws], indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Sequence[Law]], str]] = {
    "latex": latex_source,
    "json": json_source,
    "python": python_source,
    "c": c_source,
}
"""Format -> the function that writes it."""
