"""What an observable is, what its experiment is asked, and what it reads off."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import sympy as sp

from analytics.evaluation.mpmath_types import Number
from analytics.expressions.parameter import Parameter, Point
from analytics.network.network import Network
from numerics.certificates.evidence import Evidence
from numerics.steady_states.steady_state import SteadyState

Setting = Mapping[str, sp.Expr]
"""Exact values of parameters, by name."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an experiment is asked: a network, exact values of all parameters, the digits and the arithmetic."""

    network: Network
    point: Point
    digits: int
    engine: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of one experiment.

    values: `mpmath.mp.mpf` or `mpc`, right to the digits asked for and a few more, whatever `mpmath.mp.prec`
    is; one, or as many as the observable has.
    error: estimate of their error, relative; absolute, in rad or rad/step, for a phase or a frequency.
    sites: shape of the lattice. method: what was done, in words; iterations: of the map and of Newton's
    method, or simulations of a root search. residual had to fall below tolerance; both are relative.
    checks: what was seen to hold of the simulated state, each in words.
    stays: whether the map itself comes to a steady state that was found from a start near it, so that the state is
    stable on that lattice. None where that was not looked at.
    evidence: what a proof of the values can start from, where there is one.
    """

    values: tuple[Number, ...]
    error: Number
    sites: tuple[int, ...]
    method: str
    iterations: int
    residual: Number
    tolerance: Number
    checks: tuple[str, ...]
    stays: bool | None = None
    evidence: Evidence | None = None

    @property
    def value(self) -> Number:
        """The first of the values."""
        return self.values[0]


def state_reading(
    state: SteadyState, values: Sequence[Number], error: Number, method: str, checks: tuple[str, ...]
) -> Reading:
    """`values` read off a steady state, with the record of how that was reached."""
    return Reading(
        values=tuple(values),
        error=error,
        sites=state.lattice.shape,
        method=method,
        iterations=state.iterations,
        residual=state.residual,
        tolerance=state.tolerance,
        checks=checks,
    )


@dataclass(frozen=True, slots=True)
class Approach:
    """How a law of an observable is followed to infinity, where other inputs than those of times are needed.

    inputs: values of the variable, each twice the one before. further: those to go on with where a slope is nearly the
    stated order. corrections: the local slope of ln|miss| against ln(variable) is the order plus terms variable^-s;
    those of these s are eliminated, one after the other.
    close: further values, close to each other, from which an exponent is found by eliminating as many powers, all the
    multiples of the first s; setting: of what only an experiment is told, for these. Empty where times are.
    nearer: the same setting with what limits the experiment closer by; how much that changes an exponent is part of
    its error bound. least: digits to which an exponent is known if it is to pass, where no fewer are asked for.
    variable: the parameter that goes to infinity.
    settles: are the inputs far enough on every network? Where they need not be, a verdict stays open if a slope
    changes by more than it misses, or if an input cannot be measured.
    """

    inputs: tuple[sp.Expr, ...]
    corrections: tuple[int, ...]
    close: tuple[sp.Expr, ...] = ()
    setting: Setting = field(default_factory=dict)
    nearer: Setting = field(default_factory=dict)
    least: int = 10
    variable: str = "n"
    settles: bool = True
    further: tuple[sp.Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Observable:
    """Something that can be measured on a simulated lattice, by its own definition and by no law.

    meaning: the definition in words; unit: "" for a pure number.
    parameters: network -> what the experimenter sets; forced: the same where the ongoing activity is the
    response to one oscillation in place of a uniform background, for observables that allow both.
    settings: network -> points spread over the domain, of both kinds, for testing exact laws.
    lasting: is it read off a response that lasts, which an unstable steady state does not have?
    period: what the value is defined modulo, 2 pi for the phase of something that turns; None otherwise.
    approach: network -> how its laws are followed to infinity; None where by times, or where they have no such limit.
    """

    name: str
    symbol: sp.Symbol
    meaning: str
    parameters: Callable[[Network], tuple[Parameter, ...]]
    measure: Callable[[Request], Reading]
    settings: Callable[[Network], tuple[Setting, ...]]
    unit: str = ""
    forced: Callable[[Network], tuple[Parameter, ...]] | None = None
    lasting: bool = False
    period: sp.Expr | None = None
    approach: Callable[[Network], Approach] | None = None

    def parameters_at(self, network: Network, names: Collection[str]) -> tuple[Parameter, ...]:
        """The set of parameters that a point with these names means: the one on an oscillation where a name
        occurs in that set alone."""
        usual = self.parameters(network)
        if self.forced is None:
            return usual
        other = self.forced(network)
        own = {parameter.name for parameter in other} - {parameter.name for parameter in usual}
        return other if own & set(names) else usual
