"""A network as a person wrote it."""

from __future__ import annotations

from dataclasses import dataclass

Texts = tuple[tuple[str, str], ...]
"""Names and their values, as written."""

LARGEST_DIMENSION = 3


@dataclass(frozen=True, slots=True)
class Model:
    """A network as a person wrote it: text only, and therefore cheap to hand to another process.

    origin: the path of the file, "" for a model given by options or from Python; it opens every message.
    activation: a name, or the label of an own `profile` in r, perhaps with its `inverse` in R.
    kernel: a name, or the label of an own `stencil`, offset -> coefficient, or `frequency` in k (k1, k2, ...).
    constants: values of the symbols in profile and stencil, and of a named kernel's.
    modulation: the shape p of a slowly varying background, an expression in s.
    digits: of a verification, when none are asked for.
    terms: of each series that goes as far as asked for; as many as its law states where None.
    """

    origin: str = ""
    activation: str = "algebraic"
    profile: str | None = None
    inverse: str | None = None
    kernel: str = "laplacian"
    dimension: int = 1
    stencil: Texts | None = None
    frequency: str | None = None
    constants: Texts = ()
    modulation: str | None = None
    digits: int | None = None
    terms: int | None = None
