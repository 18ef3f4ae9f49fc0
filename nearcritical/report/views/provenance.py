"""Where a report comes from: when and by what command it was written, on what network, by which versions."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nearcritical.model.model import Model

PACKAGES = ("nearcritical", "sympy", "mpmath", "gmpy2", "python-flint", "numpy", "scipy", "matplotlib")
"""Distributions on which the numbers and the typesetting of a report rest."""

EPOCH = "SOURCE_DATE_EPOCH"
"""Environment variable that gives the date, in seconds since 1970, where a report has to be the same bytes again."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """date: UTC, to the minute. command: what was typed, "" where nothing was. model: the text of its file, "" without
    one; digits: of the verification; versions: (package, version)."""

    date: str
    command: str
    origin: str
    model: str
    digits: int
    versions: tuple[tuple[str, str], ...]


def provenance(model: Model, command: str, digits: int) -> Provenance:
    """That of a report which is written now. The text of a model file is read once more."""
    given = os.environ.get(EPOCH, "")
    now = datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.now(UTC)
    return Provenance(
        date=now.strftime("%Y-%m-%d %H:%M UTC"),
        command=command,
        origin=model.origin and Path(model.origin).name,
        model=_text_of(model),
        digits=digits,
        versions=(("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)),
    )


def _text_of(model: Model) -> str:
    """The text of the model file; "" where there is none, or it has gone meanwhile."""
    try:
        return Path(model.origin).read_text(encoding="utf-8").strip() if model.origin else ""
    except (OSError, UnicodeDecodeError):
        return ""
