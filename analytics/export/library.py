"""Exported programs around their laws: head and helpers, from the files in `runtime`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from textwrap import fill

from analytics.export.program import Routine, left_out, routines
from analytics.law.law import Law

TITLE = "Laws of a network."
"""First line of the files in `runtime`; a program says there of which networks its laws are."""

IMPORTS = {
    "import cmath\n": r"\bcmath\.",
    "import math\n": r"\bmath\.",
    "#include <complex.h>\n": r"\bcomplex\b|\bcarg\(",
}
"""Line of a head that a program may do without -> what needs it."""


@dataclass(frozen=True, slots=True)
class Library:
    """A runtime file and its language.

    gap: the line breaks before a helper; remark: the texts before, between and after the lines of a comment.
    """

    file: str
    gap: str
    remark: tuple[str, str, str]


def module(laws: Sequence[Law], library: Library, routine: Callable[[Routine], str]) -> str:
    """The text of `laws`: one documented function each, which `routine` writes, and what they call.

    The arguments are in the order of the law's parameters. A law that has no such function is named in a remark.
    """
    body = "".join(map(routine, routines(laws)))
    before, between, after = library.remark
    missing = "".join(
        f"\n{before}{fill(line, 98, subsequent_indent=between)}{after}\n" for line in left_out(laws)
    )
    return program(laws, library.file, library.gap, missing, body)


def program(laws: Sequence[Law], file: str, gap: str, missing: str, body: str) -> str:
    """The head of a runtime file, the remark `missing`, the helpers that are called, and `body`.

    gap: the line breaks before a helper. Helpers are called by `body` or by helpers further down the file.
    """
    text = files("analytics.export.runtime").joinpath(file).read_text(encoding="utf-8").rstrip("\n")
    head, *helpers = re.split(rf"{gap}(?=def |typedef |/\*)", text)
    for helper in reversed(helpers):
        if re.search(rf"\b{_name(helper)}(\(| \*\w|$)", _code(body), flags=re.MULTILINE):
            body = f"{gap[1:]}{helper}\n{body}"
    networks = sorted({law.network.name for law in laws})
    head = head.replace(TITLE, f"Laws of the network{'s' * (len(networks) > 1)} {', '.join(networks)}.")
    for line, use in IMPORTS.items():
        if not re.search(use, body):
            head = head.replace(line, "")
    return f"{head}\n{missing}{body}"


def _name(helper: str) -> str:
    """The function, or type of function, that a helper defines."""
    return str(re.findall(r"(\w+)\(", _code(helper))[0])


def _code(text: str) -> str:
    """The text without comments and docstrings, where formulas call functions that the program may not."""
    return re.sub(r'/\*.*?\*/|""".*?"""', "", text, flags=re.DOTALL)
