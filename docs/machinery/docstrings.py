"""Sphinx: docstrings are prose with formulas as one types them, and nothing of that is markup."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import fields, is_dataclass
from inspect import signature

from sphinx.application import Sphinx

LITERAL = re.compile(r"(``.+?``|:\w+:`[^`]+`|`[^`]+`)", re.DOTALL)


def rewritten(lines: list[str], known: Collection[str] = ()) -> list[str]:
    """A docstring, paragraph by paragraph: an indented one is a literal block, "name: ..." an entry of a list.

    known: the names of parameters and fields; they are entries within a line too. A sentence that begins a line after
    one that ended goes on as prose.
    """
    found = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines).strip("\n")):
        rows = paragraph.splitlines()
        if rows and rows[0].lstrip().startswith(".. "):
            found += [*rows, ""]
        elif rows and all(row.startswith("    ") for row in rows):
            found += ["::", "", *rows, ""]
        else:
            for part in _parts(rows, known):
                found += [part, ""]
    return found


def _parts(rows: list[str], known: Collection[str]) -> list[str]:
    """The paragraphs and the entries, in their order."""
    word = "|".join(map(re.escape, known)) or r"[a-z]\w*"
    names = rf'(?:"?(?:{word})"?)(?:, "?(?:{word})"?)*'
    begun = re.compile(rf"(?:^|(?<=[.;] ))({names}): ") if known else re.compile(rf"^({names}): ")
    blocks: list[str] = []
    for row in map(str.strip, rows):
        goes_on = blocks and not (blocks[-1].endswith(".") and row[:1].isupper() and begun.match(blocks[-1]))
        if goes_on and not begun.match(row) and not row.startswith("Raises "):
            blocks[-1] += f" {row}"
        else:
            blocks.append(row)
    found = []
    for block in blocks:
        before, *pairs = begun.split(block)
        if before.strip():
            found.append(_escaped(before.strip()))
        found += [f"* **{name}**: {_escaped(text.strip())}" for name, text in zip(pairs[::2], pairs[1::2])]
    return found


def _escaped(text: str) -> str:
    parts = LITERAL.split(text)
    return "".join(
        part if place % 2 else re.sub(r"([*|\\`]|_(?=\W|$))", r"\\\1", part)
        for place, part in enumerate(parts)
    )


def _known(thing: object) -> list[str]:
    """The parameters of a function, the fields of a record."""
    if is_dataclass(thing):
        return [field.name for field in fields(thing)]
    try:
        return [name for name in signature(thing).parameters if name != "self"]  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []


def setup(app: Sphinx) -> dict[str, bool]:
    """Rewrite every docstring that autodoc reads."""

    def process(
        _app: Sphinx, _what: str, _name: str, thing: object, _options: object, lines: list[str]
    ) -> None:
        lines[:] = rewritten(lines, _known(thing))

    app.connect("autodoc-process-docstring", process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
