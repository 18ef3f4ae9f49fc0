"""What a proof about a steady state leaves: its claim, and every hypothesis with the bound that was checked."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from analytics.evaluation.decimals import lower, upper
from analytics.evaluation.mpmath_types import Number
from analytics.notebook import facts, words
from numerics.engines.enclosure import Ball
from numerics.engines.numbers import real_out
from numerics.steady_states.steady_state import SteadyState

OPERATION = "certificate of a steady state"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A claim about the exact numbers that the proof uses, and the bound in it, an `mpmath.mp.mpf`."""

    name: str
    claim: str
    bound: Number

    def __str__(self) -> str:
        return f"{self.name}: {self.claim}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Proved: within `radius` of `state` there is a steady state, and it is the only one within `uniqueness`.

    radius, uniqueness: in the 2-norm over all sites, so that |Z*(x) - Z(x)| <= radius at every site as well.
    relative: radius/|Z*|, infinite where Z* may be 0; digits: how many that is worth, rounded down.
    method: what contracts by L: "map", the step itself, or "newton", Newton's map. margin: 1 - L is at least this.
    residual: |T(Z) - Z| is at most this. hypotheses: all that was checked. bits: the working precision that was enough.
    Numbers are `mpmath.mp.mpf`, rounded to the safe side.
    """

    state: SteadyState
    method: str
    radius: Number
    uniqueness: Number
    relative: Number
    digits: int
    residual: Number
    margin: Number
    hypotheses: tuple[Hypothesis, ...]
    bits: int

    def __str__(self) -> str:
        near, alone = upper(self.radius), lower(self.uniqueness)
        claim = f"proved to {self.digits} digits: a steady state within {near} of this one, no other within {alone}"
        return "\n".join([claim, *(f"  {hypothesis}" for hypothesis in self.hypotheses)])

    def __repr__(self) -> str:
        return f"<Certificate {str(self).partition(chr(10))[0]}>"

    def _repr_html_(self) -> str:
        rows = [(hypothesis.name, words(hypothesis.claim)) for hypothesis in self.hypotheses]
        return facts(words(str(self).partition("\n")[0]), rows)


def at_most(name: str, claim: str, bound: arb) -> Hypothesis:
    """A claim that an exact number is at most `bound`, a ball, which stands in its text as {}."""
    value = real_out(bound.upper())
    return Hypothesis(name, claim.format(upper(value)), value)


def at_least(name: str, claim: str, bound: arb) -> Hypothesis:
    """A claim that an exact number is at least `bound`."""
    value = real_out(bound.lower())
    return Hypothesis(name, claim.format(lower(value)), value)


def worth(relative: arb) -> int:
    """Whole digits of a relative error that is at most `relative`."""
    return max(0, int(float((-relative.log() / arb(10).log()).lower().floor()))) if relative < 1 else 0


def short(ball: Ball) -> str:
    """A ball in a message."""
    return str(ball.str(4))
