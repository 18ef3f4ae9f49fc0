"""What a verification finds: comparisons at points, and the verdict that they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp
from mpmath import mp

from analytics.errors import OutOfReachError, PrecisionError
from analytics.evaluation.mpmath_types import Number
from analytics.law.law import Law
from analytics.network.beside import constants_beside, values_of
from analytics.network.network import Network
from analytics.notebook import facts, folded, formula, table, words
from numerics.observables.measure import Measurement
from numerics.observables.point_text import point_text
from numerics.observables.record import Setting
from numerics.verification.proof import Kind, Proof

Progress = Callable[[int, int], None]
"""Called with how many tests are done, and how many there are."""

Experiment = Callable[[str, Network, Mapping[str, sp.Expr], int], Measurement]
"""What `measure` is: (observable, network, point, digits) to a measurement."""


UNEVALUATED = (PrecisionError, OutOfReachError)
"""What a law raises whose values cannot be had. It may be right."""


class Unmeasured(Exception):  # noqa: N818 - an error of the experiment, told from one of the law
    """What an experiment raises that does not reach the digits asked for."""


def told_apart(experiment: Experiment) -> Experiment:
    """`experiment`, whose lack of digits is told from that of the law beside it."""

    def measured(observable: str, network: Network, point: Mapping[str, sp.Expr], digits: int) -> Measurement:
        try:
            return experiment(observable, network, point, digits)
        except PrecisionError as error:
            raise Unmeasured(error) from error

    return measured


@dataclass(frozen=True, slots=True)
class Comparison:
    """One point of a verification.

    point: exact values of the law's parameters; branch: index of one of several values;
    state: on which of several steady states, counted by their amplitude; None where there is one;
    predicted, measured: mpmath numbers; proof: what their enclosures prove, None where one has none;
    difference: left minus right side of a law with a remainder at the measured value, else predicted
    minus measured; digits: digits to which both agree.
    slip: of a law with a remainder, the relative change of the value that would account for the difference.
    """

    point: Setting
    branch: int
    predicted: Number
    measured: Number
    difference: Number
    digits: float
    measurement: Measurement
    proof: Proof | None = None
    state: int | None = None
    slip: Number | None = None

    def constants(self, network: Network) -> dict[str, sp.Expr]:
        """The constants whose values are not those of `network`, by name."""
        return constants_beside(self.measurement.network, network)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a law holds, and everything that it was compared with.

    digits: digits asked for; digits_agreed: the fewest over the points.
    passed: None where there was nothing to compare, or no value could be had.
    remainder_order, observed_order: of a law with a remainder, stated and found (the worst pair of
    neighbouring inputs); None for an exact law. reason: in one line, why it passed or failed.
    slip: of a law with a remainder, the smallest relative slip of its values that would have shown.
    kind: "certified" where enclosures prove it: one that refutes the law, or one at every point that confirms it.
    """

    law: Law
    passed: bool | None
    digits: int
    digits_agreed: int
    remainder_order: sp.Expr | None
    observed_order: Number | None
    points: tuple[Comparison, ...]
    reason: str
    kind: Kind = "estimated"
    slip: Number | None = None

    def __str__(self) -> str:
        outcome = {True: "passed", False: "FAILED", None: "undecided"}[self.passed]
        return f"{self.law.name}: {outcome}, {self.reason}"

    def __repr__(self) -> str:
        return f"<Verdict {self}>"

    def _repr_html_(self) -> str:
        """The verdict with the law's equation, and the comparisons on demand."""
        rows = [
            [words(point_text(compared.point) or "-")]
            + [words(mp.nstr(value, 12)) for value in (compared.predicted, compared.measured)]
            + [f"{compared.digits:.0f}"]
            for compared in self.points
        ]
        points = table(("at", "predicted", "measured", "digits"), rows)
        pairs = [
            ("equation", formula(self.law.latex())),
            ("points", folded(f"{len(rows)} comparisons", points)),
        ]
        return facts(words(self), pairs)


def unevaluated(refusals: Sequence[Exception], places: str) -> str:
    """``at 2 points it is not evaluated: ...``, the first refusal as the example."""
    return f"at {len(refusals)} {places}{'s' * (len(refusals) != 1)} it is not evaluated: {refusals[0]}"


def breadth(comparisons: Sequence[Comparison], points: int) -> str:
    """``12 points``, or ``12 points, for 4 values of c``: at how many, and how far the constants were varied."""
    varied = values_of([comparison.measurement.network for comparison in comparisons])
    told = ", ".join(f"{len(values)} values of {name}" for name, values in varied.items())
    return f"{points} point{'s' * (points != 1)}" + (f", for {told}" if told else "")
