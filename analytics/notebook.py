"""What a notebook shows of a result: HTML, with formulas in TeX that the notebook typesets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

LEFT = 'style="text-align: left"'


def words(text: object) -> str:
    """Plain text as HTML."""
    return escape(str(text), quote=False)


def formula(latex: str) -> str:
    """A displayed formula, from LaTeX."""
    return f"$\\displaystyle {words(latex)}$"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells of HTML."""
    head = "".join(f"<th {LEFT}>{cell}</th>" for cell in header)
    body = "".join(
        f"<tr>{''.join(f'<td {LEFT}>{cell}</td>' for cell in row)}</tr>" for row in rows if any(row)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def facts(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    """What is known of a thing: its title, then names in words and their values in HTML, those left out that are ""."""
    return table((title, ""), ((words(name), value) for name, value in pairs if value))


def folded(summary: str, content: str) -> str:
    """Content that is shown on demand."""
    return f"<details><summary>{words(summary)}</summary>{content}</details>"
