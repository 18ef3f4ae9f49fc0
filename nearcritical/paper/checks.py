"""How each equation was checked, in a few words for the margin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.expressions import printing
from analytics.expressions.letters import escaped
from nearcritical.paper.words import power_of_ten

if TYPE_CHECKING:
    from analytics.law.law import Law
    from analytics.law.step import Step
    from nearcritical.results.written import Record


@dataclass(frozen=True, slots=True)
class Checks:
    """Notes on the checks of steps, which ran when they were derived, and of laws, by their verdicts.

    verdicts, bounds: records by the name of the law.
    """

    verdicts: Mapping[str, Record]
    bounds: Mapping[str, Record]

    def of_step(self, step: Step) -> str:
        """The kind of a step, and what the independent numeric route saw."""
        check = step.check
        seen = {
            "identity": f": {check.points} points to {check.digits} digits",
            "truncation": f": {check.numeric}",
        }
        return _note([f"{check.kind}{seen.get(check.kind, '')}"])

    def of_law(self, law: Law) -> str:
        """What the simulation says of a law, whether that is proved, and the bound of its error where there is one."""
        verdict = self.verdicts[law.name]
        points = len(verdict["points"])
        if not verdict["passed"]:
            return rf"\checked{{\textbf{{not confirmed}}: {escaped(verdict['reason'])}}}"
        proof = "proved" if verdict["kind"] == "certified" else "estimated"
        if law.remainder is None:
            return _note(["exact", f"{verdict['digits_agreed']} digits at {points} points", proof])
        remainder = printing.latex(law.remainder)
        lines = [
            rf"asymptotic, remainder \(O({remainder})\)",
            f"order {verdict['observed_order']} seen at {points} points, {proof}",
        ]
        return _note([*lines, *self._bound(law)])

    def _bound(self, law: Law) -> list[str]:
        bound = self.bounds.get(law.name, {})
        constants = dict.fromkeys(found["constant"] for found in bound.get("bounds", ()))
        if not constants:
            return []
        variable, remainder = printing.latex(law.remainder_variable), printing.latex(law.remainder)
        sign = r"\ge" if bound["limit"] == "oo" else r"\le"
        most = rf"\({power_of_ten(max(constants, key=float))}\,{remainder}\)"
        return [rf"error at most {most} for \({variable} {sign} {bound['up_to']}\), proved"]


def _note(lines: list[str]) -> str:
    return rf"\checked{{{'; '.join(lines)}}}"
