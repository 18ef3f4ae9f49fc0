"""The steps of a law as a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.expressions import printing
from analytics.expressions.prose import SIGMOID_COEFFICIENT, typeset
from analytics.law.step import Step, Steps
from analytics.notebook import formula, table, words


def prose(text: str, names: Mapping[str, str] | None = None) -> str:
    """A sentence as HTML, what it has of formulas in TeX. names: letters that are written otherwise, and their TeX."""
    return typeset(text, names or {}, words, lambda inner: f"${words(inner)}$")


@dataclass(frozen=True, slots=True)
class Derivation:
    """The steps that lead to the law of that name, on the network of that name."""

    law: str
    network: str
    steps: Steps

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __repr__(self) -> str:
        return f"<Derivation of {self.law} of {self.network}: {len(self)} steps>"

    def _repr_html_(self) -> str:
        rows = [
            (
                str(number),
                prose(SIGMOID_COEFFICIENT.sub("c_phi", step.claim)),
                formula(printing.latex(step.equation, step.remainder)),
                words(f"{step.check.kind}: {step.check.symbolic}; {step.check.numeric}"),
            )
            for number, step in enumerate(self, start=1)
        ]
        return table(("", words(self.law), "equation", "check"), rows)

    def _repr_latex_(self) -> str:
        lines = r" \\ ".join(printing.latex(step.equation, step.remainder) for step in self)
        return rf"$\begin{{gathered}} {lines} \end{{gathered}}$"
