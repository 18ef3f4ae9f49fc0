"""A paper as files: the sources with their figures, and the pages that latexmk makes of them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from analytics.errors import NearCriticalError
from nearcritical.drawing.plots import DRAWINGS

TREE = "paper"
"""The directory of the sources, beside the pages."""

ARTICLE, REFERENCES, PAGES = f"{TREE}/paper.tex", f"{TREE}/references.bib", "paper.pdf"
FIGURES = {name: f"figures/{name}.pdf" for name in DRAWINGS}
"""Picture -> its file in the tree."""

FILES = (ARTICLE, REFERENCES, *(f"{TREE}/{file}" for file in FIGURES.values()), PAGES)
NEEDED = ("latexmk", "pdflatex", "bibtex")
MAKE = (
    "latexmk",
    "-norc",
    "-pdf",
    "-interaction=nonstopmode",
    "-halt-on-error",
    "-latexoption=-no-shell-escape",
)
PATIENCE = 300
"""Seconds in which the pages must be there."""


def missing_programs() -> list[str]:
    """The programs that make pages of the sources and are not installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


def pages(sources: Mapping[str, str | bytes]) -> bytes:
    """The paper as PDF; sources: name in the tree -> content. Raises NearCriticalError with what LaTeX says."""
    with TemporaryDirectory(prefix="nearcritical.") as room:
        for name, content in sources.items():
            place = Path(room) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        article = Path(ARTICLE).name
        try:
            run = subprocess.run(
                [*MAKE, article], cwd=room, capture_output=True, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            raise _failed(f"no pages in {PATIENCE} seconds") from None
        if run.returncode:
            raise _failed(_complaint(Path(room) / "paper.log"))
        return (Path(room) / PAGES).read_bytes()


def _complaint(log: Path) -> str:
    """The first error in a log of LaTeX."""
    text = log.read_text(encoding="latin-1") if log.exists() else ""
    return next((line for line in text.splitlines() if line.startswith("!")), "no error that it names")


def _failed(reason: str) -> NearCriticalError:
    return NearCriticalError(
        "typesetting the paper",
        "latexmk must make pages of it",
        reason,
        f"Mend {ARTICLE}, or take --format html.",
    )
