"""What a notebook shows of a result: HTML, with formulas in TeX that the notebook typesets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

LEFT = 'style="text-align: left"'
WIDE = 'style="text-align: left; min-width: 48em"'
"""Of a cell with formulas: a notebook breaks formulas to the width of the cell before they are typeset."""

FORMULA = r"$\displaystyle "
"""What a displayed formula begins with."""


def words(text: object) -> str:
    """Plain text as HTML."""
    return escape(str(text), quote=False)


def formula(latex: str) -> str:
    """A displayed formula, from LaTeX."""
    return f"{FORMULA}{words(latex)}$"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells of HTML."""
    return _table("".join(f"<th {LEFT}>{cell}</th>" for cell in header), rows)


def facts(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    """What is known of a thing: its title, then names in words and their values in HTML, those left out that are ""."""
    head = f'<th colspan="2" {LEFT}>{title}</th>'
    return _table(head, ((words(name), value) for name, value in pairs if value))


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    body = "".join(
        f"<tr>{''.join(f'<td {WIDE if FORMULA in cell else LEFT}>{cell}</td>' for cell in row)}</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def folded(summary: str, content: str) -> str:
    """Content that is shown on demand."""
    return f"<details><summary>{words(summary)}</summary>{content}</details>"
