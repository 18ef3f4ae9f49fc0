"""What a law says: the frozen record of a statement about one observable, and what can be read off it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from typing import Self, TypeVar

import sympy as sp

from analytics.errors import LawError, ParameterError, unknown_name
from analytics.evaluation.values import value_at
from analytics.exclusive import in_turn
from analytics.expressions.mean import Mean
from analytics.expressions.notation import winding
from analytics.expressions.parameter import Parameter, Value, point_text, read_point, require_point
from analytics.expressions.printing import text
from analytics.law.step import Steps
from analytics.network.modulation import place
from analytics.network.network import Network

STEADY_STATES = ("forced_amplitude", "background_amplitude", "real_background_amplitude")
"""Observables that are the amplitude of a steady state."""

GivenPoint = Mapping[str, Value] | Mapping[sp.Symbol, Value]
"""Values of a law's parameters by name or by symbol."""


class Kind(Enum):
    """How a law gives its values."""

    EXPLICIT = auto()
    """The subject stands alone on the left: evaluate the right side, a branch for each entry."""

    MEAN = auto()
    """The subject stands alone on the left, and the right side holds a mean over a period, taken at places in it."""

    REAL_ROOTS = auto()
    """Solve for the roots in an interval."""

    STEADY_STATES = auto()
    """Solve for the amplitudes of steady states, each root a state of its own."""

    COMPLEX_ROOTS = auto()
    """Solve a polynomial for all its complex roots."""

    WAVES = auto()
    """Solve for all roots in a strip of the complex plane, as many as there are."""


@dataclass(frozen=True, slots=True)
class Curve:
    """An exact law of the theory, explicit along a parameter u > 0 that goes to 0 in the limit of a truncated one.

    law: its name. drive: at u, the variable of the truncated law's remainder. values: of the exact law, in the order
    of the truncated one's branches. positive: what must be above 0 for the exact law to read so; regime: in words.
    """

    law: str
    parameter: sp.Symbol
    drive: sp.Expr
    values: tuple[sp.Expr, ...]
    positive: sp.Expr = sp.S.One
    regime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of the theory about one observable, exact or with a stated remainder.

    name, meaning: what it is called, and what it says in one line; a chapter names it after its function.
    observable: what it predicts, the name of an experiment.
    network: the network it was derived for; its constants stand in the equation by their symbols.
    subject: the quantity predicted; codomain: the values it can take.
    equation: relates `subject` to the parameters; implicit when `subject` is not alone on the left,
        and then solved in `codomain`. A right side that is a sympy.Tuple has a branch for each entry.
    parameters: what the experimenter sets, in the argument order of compiled functions.
    remainder: order of what the equation drops, a power of a parameter or of the subject, e.g. F**(5/3);
        None when the law is exact.
    dropped: the first term that the equation drops, an entry for each branch; of an implicit law, of its right side.
        Empty when the law is exact, and where the term is not known.
    exact: of a law with a remainder, the exact law of the same quantity along its states; None where the theory has
        none that is explicit.
    limit: (symbol, value) that a law with a remainder is valid towards, e.g. (F, 0); None when exact.
    companions: parameters that go to the limit in proportion to its symbol, e.g. F2 with F1.
    validity, source: in words.
    steps: the derivation, each step checked.
    where: laws for further unknowns of the equation, e.g. the amplitude R in the law of the phase.
    period: prediction and measurement are compared modulo this, 2 pi for an angle.
    condition: what a point must satisfy beyond the domains of the parameters: an equation or inequation.
    growth: of a law of steady states where there can be several, the law of the largest factor by which a
        perturbation of such a state grows in a step, for the same parameters.
    alternatives: the same law for other parameters, e.g. on an oscillation in place of a uniform
        background; a point is given to the law whose parameters it names.

    Raises LawError if the equation has unknowns that nothing gives, or remainder and limit do not fit.
    """

    name: str = ""
    meaning: str
    observable: str
    network: Network
    subject: sp.Symbol
    equation: sp.Eq
    parameters: tuple[Parameter, ...]
    codomain: sp.Set
    remainder: sp.Expr | None = None
    dropped: tuple[sp.Expr, ...] = ()
    exact: Curve | None = None
    limit: tuple[sp.Symbol, sp.Expr] | None = None
    validity: str
    source: str
    steps: Steps = ()
    where: tuple[Self, ...] = ()
    period: sp.Expr | None = None
    condition: sp.Basic = sp.true
    alternatives: tuple[Self, ...] = ()
    companions: tuple[sp.Symbol, ...] = ()
    growth: Self | None = None

    def __post_init__(self) -> None:
        operation = f"law '{self.name or self.meaning}'"
        if not isinstance(self.equation, sp.Eq):
            raise LawError(operation, "an equation is needed", self.equation, "Use sympy.Eq(left, right).")
        if self.equation.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise LawError(
                operation, "both sides must be finite", self.equation, "Divide by nothing that is always 0."
            )
        constants = {*self.network.constants, *self.network.open}
        known = {self.subject, *self.symbols, *constants, *(law.subject for law in self.where)}
        strangers = self.equation.free_symbols - known - {winding}
        if strangers:
            raise LawError(
                operation,
                "every symbol must be the subject, a parameter or given by another law",
                ", ".join(sorted(map(str, strangers))),
                "Add a parameter or a law to `where`.",
            )
        given = {*self.symbols, *((place,) if self.kind is Kind.MEAN else ())}
        if unasked := {symbol for law in self.where for symbol in law.symbols} - given:
            raise LawError(
                operation,
                "what the laws of `where` are asked must be a parameter, or the place in a mean",
                ", ".join(sorted(map(str, unasked))),
                "Add a parameter.",
            )
        if isinstance(self.equation.rhs, sp.Tuple) and self.kind not in (Kind.EXPLICIT, Kind.WAVES):
            raise LawError(
                operation,
                "the subject must stand alone on the left of several branches",
                self.equation.lhs,
                "Solve for it.",
            )
        if self.kind is Kind.MEAN and (self.equation.lhs != self.subject or len(self.predictions) > 1):
            raise LawError(
                operation, "a mean must stand on the right of its subject", self.equation, "Solve for it."
            )
        if (self.remainder is None) != (self.limit is None):
            raise LawError(
                operation, "a remainder goes with a limit", self.remainder, "Give both or neither."
            )
        if strange := set(self.companions) - set(self.symbols):
            raise LawError(
                operation, "only parameters go to a limit together", sorted(map(str, strange)), "Add them."
            )
        if self.remainder is None or self.limit is None:
            return
        base, order = self.remainder.as_base_exp()
        if base not in (self.subject, *self.symbols) or not (
            order.is_Rational or order.free_symbols <= {*self.network.open}
        ):
            raise LawError(
                operation,
                "the remainder must be a rational power of the subject or of a parameter",
                self.remainder,
                "Use F**s.",
            )
        if self.limit[0] not in self.symbols or self.limit[1] not in (sp.S.Zero, sp.oo):
            raise LawError(
                operation,
                "the limit must take a parameter to 0 or to oo",
                f"{self.limit[0]} -> {self.limit[1]}",
                "Use (F, 0).",
            )

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The parameters' symbols, in argument order."""
        return tuple(parameter.symbol for parameter in self.parameters)

    @property
    def is_exact(self) -> bool:
        return self.remainder is None

    @property
    def kind_text(self) -> str:
        """``exact`` or ``O(F**(5/3))``."""
        return "exact" if self.remainder is None else f"O({self.remainder})"

    @property
    def kind(self) -> Kind:
        """How the law gives its values; decided here alone."""
        if self.equation.has(Mean):
            return Kind.MEAN
        if self.equation.lhs == self.subject and not self.equation.rhs.has(self.subject):
            return Kind.EXPLICIT
        if self.is_complex:
            return Kind.COMPLEX_ROOTS if self.codomain == sp.S.Complexes else Kind.WAVES
        is_state = self.is_exact and self.observable in STEADY_STATES
        return Kind.STEADY_STATES if is_state else Kind.REAL_ROOTS

    @property
    def is_explicit(self) -> bool:
        """Does the equation read `subject` = an expression without it?"""
        return self.kind is Kind.EXPLICIT

    @property
    def is_complex(self) -> bool:
        """Are the values complex numbers?"""
        return isinstance(self.codomain, sp.ComplexRegion)

    @property
    def remainder_variable(self) -> sp.Symbol | None:
        """The symbol whose power the remainder is."""
        return None if self.remainder is None else self.remainder.as_base_exp()[0]

    @property
    def remainder_order(self) -> sp.Expr | None:
        """The power of the remainder, an exact rational; where the order p is open, a quotient in it."""
        return None if self.remainder is None else self.remainder.as_base_exp()[1]

    @property
    def exponents(self) -> tuple[sp.Expr, ...]:
        """Powers of the limit variable in an explicit law, leading one first, the remainder's last.

        A logarithm counts as a constant. Empty where the law has no limit, is implicit, or is not a sum of powers.
        """
        if self.remainder is None or self.limit is None or not self.is_explicit:
            return ()
        (variable, target), (base, dropped) = self.limit, self.remainder.as_base_exp()
        if base != variable:
            return ()
        without_logarithms = self.predictions[0].xreplace({sp.log(variable): sp.S.One})
        powers = [term.as_coeff_exponent(variable) for term in _multiplied_out(without_logarithms)]
        if any(coefficient.has(variable) for coefficient, _ in powers):
            return ()
        found = {sp.factor(power) for power in (*(power for _, power in powers), dropped)}
        return tuple(sorted(found, key=_at_an_order, reverse=target == sp.oo))

    @property
    def predictions(self) -> tuple[sp.Expr, ...]:
        """The right side of an explicit law, branch by branch."""
        right = self.equation.rhs
        return tuple(right) if isinstance(right, sp.Tuple) else (right,)

    @property
    def background(self) -> Self | None:
        """The law of the steady states that this one speaks of: itself, or one of `where`."""
        return next((law for law in (self, *self.where) if law.kind is Kind.STEADY_STATES), None)

    @property
    def principal(self) -> sp.Interval | None:
        """The half-open interval, one period long, into which values are brought; None where they are left as found."""
        is_bounded = isinstance(self.codomain, sp.Interval) and self.codomain.measure.is_finite
        return self.codomain if self.period is not None and is_bounded else None

    @property
    def count(self) -> int | None:
        """How many values a function for arrays, or an exported one, gives.

        None where there is no such function: each point has a number of values of its own, or the value is a mean over
        a period.
        """
        match self.kind:
            case Kind.EXPLICIT:
                return len(self.predictions)
            case Kind.REAL_ROOTS | Kind.STEADY_STATES:
                return 1
            case Kind.COMPLEX_ROOTS:
                return 2  # of a quadratic: no other is compiled
            case Kind.WAVES | Kind.MEAN:
                return None

    @property
    def is_several_valued(self) -> bool:
        """Does the law give several values at a point: branches, entries, or all roots of its equation?"""
        return self.count != 1 and self.kind is not Kind.MEAN

    @property
    def versions(self) -> tuple[Self, ...]:
        """The law, and the same for other parameters."""
        return (self, *self.alternatives)

    def on(self, network: Network) -> Self:
        """The law, with every law that it is made of, on a network with other values of the constants."""
        return replace(
            self,
            network=network,
            where=tuple(law.on(network) for law in self.where),
            alternatives=tuple(law.on(network) for law in self.alternatives),
            growth=self.growth and self.growth.on(network),
        )

    @property
    def valued(self) -> Self:
        """The law, with every law that it is made of, with the constants of its activation at their values.

        Raises ActivationError where one has none.
        """
        return _valued(self) if self.network.activation.constants else self

    @property
    def signature(self) -> str:
        """``F, delta = 0``; of a law on either background ``I0, q or F, delta = 0, k = 0, q``."""
        return " or ".join(
            ", ".join(p.name if p.default is None else f"{p.name} = {p.default}" for p in version.parameters)
            for version in self.versions
        )

    def at(self, point: GivenPoint) -> Self:
        """This law, or the one of its alternatives whose parameters `point` names.

        Raises UnknownNameError for a name that none of them has, ParameterError where none fits the names.
        """
        if not self.alternatives:
            return self
        require_point(f"law '{self.name}'", point)
        names = {str(name): None for name in point}
        known = {p.name: None for version in self.versions for p in version.parameters}
        for name in names:
            if name not in known:
                raise unknown_name(f"law '{self.name}'", "parameter", name, known)
        wide = [v for v in self.versions if names.keys() <= {p.name for p in v.parameters}]
        lacking = [[p.name for p in v.parameters if p.default is None and p.name not in names] for v in wide]
        for version, missing in zip(wide, lacking, strict=True):
            if not missing:
                return version
        additions = [" ".join(f"{name}=VALUE" for name in missing) for missing in lacking]
        raise ParameterError(
            f"law '{self.name}'",
            f"the parameters are {self.signature}" if wide else f"the parameters are either {self.signature}",
            f"values for {', '.join(names)}" if names else "no value",
            f"Add {' or '.join(additions)}." if wide else "Give those of one set and none of the other.",
        )

    @in_turn
    def allows(self, point: Mapping[sp.Symbol, sp.Expr]) -> bool:
        """Does an exact `point` satisfy the law's condition?"""
        if not isinstance(self.condition, sp.Rel):
            return bool(self.condition)
        used = self.condition.free_symbols
        given = self.network.constants | dict(point)
        return _holds(
            self.condition, tuple((symbol, value) for symbol, value in given.items() if symbol in used)
        )

    def given(self, point: GivenPoint) -> dict[sp.Symbol, sp.Expr]:
        """The exact values of the constants and of the parameters at `point`. Raises ParameterError."""
        values = read_point(f"law '{self.name}'", self.valued.parameters, point)
        if not self.allows(values):
            raise ParameterError(
                f"law '{self.name}'",
                f"{self.condition_text} must hold",
                point_text(values),
                f"Choose another point: the law is valid for {self.validity}.",
            )
        return self.network.constants | values

    @property
    def condition_text(self) -> str:
        """The condition as a person writes it, ``sin(2*c*(1 - cos(q))) != 0``."""
        condition = self.condition
        if condition.is_Relational and condition.rhs == 0 and condition.lhs.could_extract_minus_sign():
            condition = condition.reversedsign
        return text(condition)


@lru_cache(maxsize=256)
def _holds(condition: sp.Rel, point: tuple[tuple[sp.Symbol, sp.Expr], ...]) -> bool:
    # the sides, not the relation: of that SymPy has an opinion by itself, wrong where sines of sines cancel
    apart = (condition.lhs - condition.rhs).xreplace(dict(point))
    return bool(condition.func(value_at(apart, {}, 30), 0))


def _multiplied_out(whole: sp.Expr) -> Iterator[sp.Expr]:
    """The terms of a sum of products; powers stay whole, so that none of p + 1 is split in two."""
    for part in sp.Add.make_args(whole):
        terms = sp.Add.make_args(sp.expand_power_base(sp.expand_mul(part, deep=False)))
        yield from (sp.powsimp(term, combine="exp") for term in terms)


def _at_an_order(power: sp.Expr) -> sp.Expr:
    """A power with 2 for each order that is left open: powers of p, as (p + 1)/p, stand in one order for all p >= 2."""
    return power.xreplace(dict.fromkeys(power.free_symbols, sp.Integer(2)))


AnyStatement = TypeVar("AnyStatement", bound=Statement)


@lru_cache(maxsize=256)
def _valued(law: AnyStatement) -> AnyStatement:
    network = law.network.valued
    values = {s: value for s, value in law.network.activation.constants if value is not None}

    def within(domain: sp.Set) -> sp.Set:
        return domain.xreplace(values) if domain.free_symbols & values.keys() else domain

    return replace(
        law,
        network=network,
        equation=sp.Eq(*(side.xreplace(values) for side in law.equation.args), evaluate=False),
        parameters=tuple(replace(p, domain=within(p.domain)) for p in law.parameters),
        codomain=within(law.codomain),
        condition=law.condition.xreplace(values),
        where=tuple(map(_valued, law.where)),
        alternatives=tuple(map(_valued, law.alternatives)),
        growth=law.growth and _valued(law.growth),
    )
