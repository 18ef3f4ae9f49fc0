"""What a verification finds: comparisons at points, and the verdict that they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy as sp

from analytics.evaluation.mpmath_types import Number
from analytics.law.law import Law
from analytics.network.network import Network
from numerics.observables.measure import Measurement
from numerics.verification.proof import Kind, Proof

Experiment = Callable[[str, Network, Mapping[str, sp.Expr], int], Measurement]
"""What `measure` is: (observable, network, point, digits) to a measurement."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One point of a verification.

    point: exact values of the law's parameters; branch: index of one of several values;
    state: on which of several steady states, counted by their amplitude; None where there is one;
    predicted, measured: mpmath numbers; proof: what their enclosures prove, None where one has none;
    difference: left minus right side of a law with a remainder at the measured value, else predicted
    minus measured; digits: digits to which both agree.
    """

    point: dict[str, sp.Expr]
    branch: int
    predicted: Number
    measured: Number
    difference: Number
    digits: float
    measurement: Measurement
    proof: Proof | None = None
    state: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a law holds, and everything that it was compared with.

    digits: digits asked for; digits_agreed: the fewest over the points.
    remainder_order, observed_order: of a law with a remainder, stated and found (the worst pair of
    neighbouring inputs); None for an exact law. reason: in one line, why it passed or failed.
    kind: "certified" where enclosures prove it: one that refutes the law, or one at every point that confirms it.
    """

    law: Law
    passed: bool
    digits: int
    digits_agreed: int
    remainder_order: sp.Expr | None
    observed_order: Number | None
    points: tuple[Comparison, ...]
    reason: str
    kind: Kind = "estimated"

    def __str__(self) -> str:
        return f"{self.law.name}: {'passed' if self.passed else 'FAILED'}, {self.reason}"
