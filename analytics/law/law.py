"""A law: a statement of the theory about one observable, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, overload

import sympy as sp

from analytics.balls.enclosure import Enclosure
from analytics.errors import LawError, unknown_name
from analytics.exclusive import in_turn
from analytics.expressions import printing
from analytics.expressions.parameter import exact_number, require_point
from analytics.expressions.prose import scope
from analytics.law import values
from analytics.law.derivation import Derivation, prose
from analytics.law.display import display
from analytics.law.enclosed_values import enclosed_branches
from analytics.law.error_bound import ErrorBound, error_bound
from analytics.law.lines import lines_latex
from analytics.law.omitted import Omitted, omitted
from analytics.law.statement import GivenPoint, Statement
from analytics.law.values import State
from analytics.notebook import facts, formula, words


@dataclass(frozen=True, slots=True)
class Law(Statement):
    """A statement, which can be evaluated, compiled and written."""

    @overload
    def evaluate(self, point: GivenPoint, digits: int = 50, *, enclosure: Literal[True]) -> Enclosure: ...

    @overload
    def evaluate(self, point: GivenPoint, digits: int = 50, *, enclosure: Literal[False] = False) -> Any: ...

    def evaluate(self, point: GivenPoint, digits: int = 50, *, enclosure: bool = False) -> Any:
        """The subject's value at `point`, an mpmath number right to `digits` digits.

        An implicit law is solved for its subject in the codomain; of several branches the first, and of several
        steady states the one of lowest amplitude, stable, which a lattice at rest goes to.
        enclosure: see `branches`.
        Raises ParameterError for the point, PrecisionError for digits < 1, LawError without a solution.
        """
        found = self.branches(point, digits, enclosure=True) if enclosure else self.branches(point, digits)
        return found[0]

    @overload
    def branches(
        self, point: GivenPoint, digits: int = 50, *, enclosure: Literal[True]
    ) -> tuple[Enclosure, ...]: ...

    @overload
    def branches(
        self, point: GivenPoint, digits: int = 50, *, enclosure: Literal[False] = False
    ) -> tuple[Any, ...]: ...

    def branches(self, point: GivenPoint, digits: int = 50, *, enclosure: bool = False) -> tuple[Any, ...]:
        """All values of the subject at `point`, in increasing order for an implicit law.

        On several steady states those of each in turn, by increasing amplitude: `states` keeps them apart.
        enclosure: each as an `Enclosure`, midpoint and radius, proved by ball arithmetic; of an implicit law all
        roots, which is proved too. Of a law with a remainder it is the value of the formula without it. The
        radius is at most 10**-digits of the value, of 1 where that may be 0 or has a period.
        Raises PrecisionError where nothing is proved: where two roots or two cases of a law meet, or at a value
        that is only a limit.
        """
        if enclosure:
            return enclosed_branches(self.valued.at(point), point, digits)
        return values.branches(self.valued.at(point), point, digits)

    def states(self, point: GivenPoint, digits: int = 50) -> tuple[State, ...]:
        """The steady states at `point` by increasing amplitude, with the values of the subject on each.

        Of a law that speaks of no steady state one entry, without an amplitude.
        """
        return values.states(self.valued.at(point), point, digits)

    def omitted(self, point: GivenPoint) -> tuple[Omitted, ...]:
        """What each value at `point` lacks, in the order of `branches`; empty for an exact law."""
        return () if self.is_exact else omitted(self.at(point), point)

    def error_bound(self, up_to: GivenPoint, at: GivenPoint | None = None) -> ErrorBound:
        """A constant K with |exact - truncated| <= K F^s for every F up to that of ``{"F": "1/10"}``. Proved.

        F^s is the remainder; of one at late times, every n from ``{"n": 100}`` on. at: the other parameters. The exact
        law is that of the theory, on the state of lowest amplitude. K is at most a thousandth above the least one.
        Raises LawError for an exact law and where the theory has no exact one that is explicit along its states,
        ParameterError where the exact law leaves its regime on the way, PrecisionError where nothing is proved.
        """
        return error_bound(self, up_to, at or {})

    def discrepancy(self, point: GivenPoint, value: Any, digits: int = 50, *, branch: int = 0) -> Any:
        """Left side minus right side of the equation with the subject at `value`, an mpmath number.

        For an explicit law: `value` minus the prediction of that branch. Zero, up to the remainder, where
        the law is true. Raises LawError for a law of all roots, whose right side counts them.
        """
        return values.discrepancy(self.valued.at(point), point, value, digits, branch=branch)

    @in_turn
    def compile(self, target: str = "numpy") -> Callable[..., Any]:
        """A function of the parameters, in the order of `parameters`, for arrays or mpmath numbers.

        target "numpy": arrays of doubles, broadcast, the values of a law that has several along a new first
        axis, all complex where the codomain is; "mpmath": numbers, to the precision in force, of a law that
        has several values a tuple. Trailing parameters that have a default may be left out; domains and
        condition are not checked by "numpy". For one of the `alternatives`, compile that. Of several steady states
        a compiled law, or an exported one, is on that of lowest amplitude, as `evaluate` is; at a fold it is NaN.

        Doubles keep all but their last digits, at small parameters, decay rates of 1e-12 included, and far in
        saturation. Lost is what the rounding of a parameter changes, close to an exceptional point or a fold: there
        use `evaluate`. The values are NaN where a formula loses more, and where a parameter other than 0 is smaller
        than 1e-40 or larger than 1e18.

        Raises UnknownNameError for another target, LawError where there is no such function.
        """
        from analytics.law import compiled

        if target == "mpmath":
            return compiled.mpmath_function(self)
        if target == "numpy":
            return compiled.numpy_function(self)
        raise unknown_name(f"compiling '{self.name}'", "target", target, ("numpy", "mpmath"))

    @in_turn
    def latex(self) -> str:
        """The equation as LaTeX, its remainder included; of several lines in an ``aligned`` environment."""
        text = lines_latex(display(self), remainder=self.remainder)
        if self.period is not None:
            text += rf" \pmod{{{printing.latex(self.period)}}}"
        return text

    @property
    def derivation(self) -> Derivation:
        """The steps of the law, as a notebook shows them."""
        return Derivation(self.name, self.network.name, self.steps)

    @in_turn
    def subs(self, values: GivenPoint) -> sp.Eq:
        """The equation with exact values in place of symbols, given by name or symbol.

        A symbol counts by its name. SymPy's own `subs` of the equation passes over a symbol of your own, which has
        other assumptions. Raises UnknownNameError for a name that is not in the equation, ParameterError for a value.
        """
        operation = f"law '{self.name}'"
        require_point(operation, values)
        there = {str(symbol): symbol for symbol in self.equation.free_symbols}
        for name in map(str, values):
            if name not in there:
                raise unknown_name(operation, "symbol of the equation", name, sorted(there))
        read = {
            there[str(name)]: exact_number(value, f"{operation}: {name}") for name, value in values.items()
        }
        return sp.Eq(self.equation.lhs.xreplace(read), self.equation.rhs.xreplace(read), evaluate=False)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def _repr_html_(self) -> str:
        """The equation, what fixes its unknowns, its parameters and its validity."""
        unknowns = [
            f"{formula(printing.latex(known.subject))} from {words(known.name)}: {formula(known.latex())}"
            for known in self.where
        ]
        names = [
            f"{formula(printing.latex(parameter.symbol))}: {words(parameter.meaning)}"
            for parameter in self.parameters
        ]
        constants = ", ".join(f"{symbol} = {value}" for symbol, value in self.network.constants.items())
        kind = "exact" if self.remainder is None else formula(f"O({printing.latex(self.remainder)})")
        return facts(
            f"{words(self.name)} of {words(self.network.name)}",
            [
                ("equation", formula(self.latex())),
                ("with", "<br/>".join(unknowns)),
                ("meaning", prose(self.meaning)),
                ("parameters", "<br/>".join(names)),
                ("constants", words(constants)),
                ("kind", kind),
                ("valid for", self._validity()),
            ],
        )

    def _validity(self) -> str:
        """What the law is valid for, as HTML."""
        names = {symbol.name: printing.latex(symbol) for symbol in self.network.constants}
        where, among, values = scope(self.validity)
        return f"{prose(where)}{among}{prose(values, names)}"

    def __repr__(self) -> str:
        arguments = ", ".join(parameter.name for parameter in self.parameters)
        return f"<Law {self.name} of {self.network.name}: {self.subject}({arguments}), {self.kind_text}>"

    def __str__(self) -> str:
        return f"{self.name}: {printing.text(self.equation, remainder=self.remainder)}"


def each_law(operation: str, given: Law | Mapping[str, Law] | Iterable[Law]) -> list[Law]:
    """One law, several, or those of a theory, as a list. Raises LawError for anything else."""
    if isinstance(given, Law):
        return [given]
    several = given.values() if isinstance(given, Mapping) else given
    found: list[Any] = (
        list(several) if isinstance(several, Iterable) and not isinstance(several, str) else [several]
    )
    for law in found:
        if not isinstance(law, Law):
            raise LawError(operation, "laws are needed", repr(law), "Give derive(network), or laws of it.")
    return found
