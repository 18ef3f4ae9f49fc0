"""A formula of one's own against measurements: exact, asymptotic with its leading error, or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import sympy as sp
from mpmath import mp

from analytics.errors import VerificationError
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import require_digits
from analytics.expressions.parameter import exact_number, require_point
from analytics.law.law import Law
from analytics.network.beside import network_at, networks_beside, values_of
from analytics.network.network import Network, require_network
from numerics.observables.discovery import observable_named
from numerics.observables.measure import measure
from numerics.observables.point_text import point_text, value_text
from numerics.observables.record import Setting
from numerics.verification.comparison import Asked, Compared, LeadingError, Unevaluated, Unmeasurable
from numerics.verification.exact import GUARD
from numerics.verification.formula import read_formula, read_power
from numerics.verification.formula_points import along_limit, beside, limit_of, setting_on, settings_of
from numerics.verification.leading_error import Limit
from numerics.verification.verdict import Experiment, Progress

Kind = Literal["exact", "asymptotic", "wrong", "not evaluated"]


@dataclass(frozen=True, slots=True)
class Check:
    """What became of a formula.

    kind: "exact", to `digits_agreed` digits at all `points`; "asymptotic", with an error that vanishes relative to
    the value towards `limit`, given by `errors` for each setting of the other parameters; "wrong", of which
    `shown` is the first point that shows it.
    digits_seen: to so many digits value and formula agree at the input closest to the limit, the fewest of all
    settings: a coefficient off by less does not show. None unless asymptotic.
    fixed: the parameters and constants that were given values. varied: constants that were not, with the values at
    which the formula was compared, the network's own first. remainder: as stated, or None; remainder_agrees: whether
    every leading error is of just that order; None where none is stated or the formula is exact.
    left_out: settings that could not be measured, or at which the formula could not be evaluated. The formula is "not
    evaluated" where that holds at all of them. stray: roots of an implicit formula beside the measured value, at the
    first point. passed: exact, or asymptotic with no other remainder than stated. reason: in one line.
    """

    law: Law
    kind: Kind
    digits: int
    digits_agreed: int
    digits_seen: int | None
    fixed: Setting
    varied: Mapping[str, tuple[sp.Expr, ...]]
    points: tuple[Compared, ...]
    limit: tuple[sp.Symbol, sp.Expr] | None
    errors: tuple[LeadingError, ...]
    remainder: sp.Expr | None
    remainder_agrees: bool | None
    shown: Compared | None
    left_out: tuple[str, ...]
    stray: tuple[Number, ...]
    passed: bool
    reason: str

    def __str__(self) -> str:
        return f"{self.law.observable}: {self.kind}, {self.reason}"

    def __repr__(self) -> str:
        return f"<Check {self}>"


def check(
    equation: str,
    observable: str,
    network: Network,
    *,
    at: Mapping[str, object] | None = None,
    remainder: str | None = None,
    limit: tuple[str, str] | None = None,
    branch: int | None = None,
    digits: int = 50,
    experiment: Experiment = measure,
    progress: Progress | None = None,
) -> Check:
    """Compare a formula, such as ``R = (2*F)**(1/3)``, with measurements of an observable.

    equation: ``left = right`` in the observable's symbol, its parameters, the network's constants, psi and rho,
    read by the grammar; explicit or implicit.
    at: exact values of parameters and constants. All other parameters are varied over the settings of the observable,
    all other constants over three further values.
    remainder: a power that the leading error is said to have, ``F`` or ``R**5``.
    limit: (name, "0" or "oo"); by itself n -> oo, or the amplitudes F, I0, ... that are not fixed -> 0 in proportion.
    branch: which value of an observable that has several is meant, from 1; an implicit formula is asked of all.
    digits: to which an exact formula must agree.

    Exact and asymptotic are evidence of measurements at finitely many points, no proof: a formula that is right
    just there, such as one with a term of the period ln(71/17) in ln F, is not told from one that holds. No simple
    multiple of F or 1/F is whole at all of them.
    Raises GrammarError, UnknownNameError or ParameterError for what cannot be read or lies outside its domain,
    VerificationError for a formula that cannot be decided upon, and what the experiment raises.
    """
    asked = _question(
        equation, observable, network, {} if at is None else at, remainder, limit, branch, digits, experiment
    )
    points, refusals = _compared(asked.tests, digits, progress)
    left_out = tuple(str(refusal) for refusal in refusals if refusal.point in asked.chosen)
    result = _Result(asked, tuple(points), left_out)
    if not points:
        if any(isinstance(refusal, Unevaluated) for refusal in refusals):
            return result.check("not evaluated", _first_of(left_out))
        raise asked.unmeasurable("measurable", left_out, "Fix other parameters, or none, by at.")
    first = next((point for point in points if point.digits < digits), None)
    if first is None:
        reason = f"agrees to {result.agreed} digits at {len(points)} point{'s' * (len(points) > 1)}"
        return result.check("exact", reason, stray=asked.own.stray_roots(points[0]))
    if asked.limit is None:
        return result.check("wrong", f"misses {_told(first, asked.law.network)}", shown=first)
    return _towards(asked.limit, result, first)


def _towards(limit: Limit, result: _Result, first: Compared) -> Check:
    """The answer along a limit for a formula that misses at the point `first`: asymptotic, or wrong."""
    asked = result.asked
    errors, left_out = _errors(limit, asked, first)
    if not errors:
        remedy = "Fix other parameters by at, or name another limit."
        raise asked.unmeasurable(f"measurable towards {limit}", (*result.left_out, *left_out), remedy)
    result = replace(result, left_out=(*result.left_out, *left_out))
    lasting = next((error.last for error in errors if not error.vanishing), None)
    if lasting is not None:
        reason = f"misses {_told(lasting, asked.law.network)}"
        if lasting.flaw is None:
            reason += f", an error that does not vanish for {limit}"
        return result.check("wrong", reason, errors=errors, shown=lasting)
    last = min((error.last for error in errors), key=lambda compared: compared.digits)
    seen, closest = int(last.digits), value_text(last.point[str(limit.variable)])
    reason = f"true for {limit}, seen to {seen} digit{'s' * (seen != 1)} at {limit.variable} = {closest}"
    stray = asked.own.stray_roots(result.points[0])
    return result.check("asymptotic", reason, seen=seen, errors=errors, stray=stray)


def _errors(limit: Limit, asked: _Question, first: Compared) -> tuple[list[LeadingError], list[str]]:
    """The leading errors along a limit, up to the first that does not vanish, and the settings left out on the way."""
    known = [*asked.settings, first.point] if first.law == asked.law else asked.settings
    runs = [(asked.own, setting) for setting in along_limit(known, limit)]
    runs += [(other, setting) for other, point in asked.elsewhere for setting in along_limit([point], limit)]
    errors: list[LeadingError] = []
    left_out: list[str] = []
    for one, setting in runs:
        try:
            errors += one.errors_along(setting, limit)
        except Unmeasurable as refusal:
            left_out.append(str(refusal))
            continue
        if not errors[-1].vanishing:
            break
    return errors, left_out


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: the formula on its network, where it is compared, and towards what.

    fixed: the parameters and constants that were given values. own: the formula on its own network, at `settings`
    and at points beside them; elsewhere: on networks with other constants, each at one setting. stated: base and power
    of the remainder.
    """

    law: Law
    digits: int
    fixed: Setting
    own: Asked
    settings: Sequence[Setting]
    further: Sequence[Setting]
    elsewhere: Sequence[tuple[Asked, Setting]]
    limit: Limit | None
    stated: tuple[sp.Symbol, sp.Expr] | None

    @property
    def tests(self) -> list[tuple[Asked, Setting]]:
        return [*((self.own, point) for point in (*self.settings, *self.further)), *self.elsewhere]

    @property
    def chosen(self) -> tuple[Setting, ...]:
        """The points whose refusal is told; those beside the settings come for good measure."""
        return (*self.settings, *(point for _, point in self.elsewhere))

    def unmeasurable(self, what: str, left_out: Sequence[str], remedy: str) -> VerificationError:
        return VerificationError(
            f"checking a formula of {self.law.observable}",
            f"one setting at least must be {what}",
            _first_of(left_out),
            remedy,
        )


def _question(
    equation: str,
    observable: str,
    network: Network,
    at: Mapping[str, object],
    remainder: str | None,
    limit: tuple[str, str] | None,
    branch: int | None,
    digits: int,
    experiment: Experiment,
) -> _Question:
    """What `check` is asked, read and found to make sense."""
    operation = f"checking a formula of {observable}"
    require_digits(operation, digits)
    if branch is not None and (type(branch) is not int or branch < 1):
        raise VerificationError(
            operation, "a branch is a whole number from 1 on", repr(branch), "Leave it out, or choose 1."
        )
    require_network(operation, network)
    require_point(operation, at)
    if limit is not None and not (
        isinstance(limit, tuple) and len(limit) == 2 and all(isinstance(part, str) for part in limit)
    ):
        raise VerificationError(operation, "a limit is a pair of texts", repr(limit), 'Give ("F", "0").')
    given = {str(name): value for name, value in at.items()}
    constants = {
        symbol: exact_number(given.pop(str(symbol)), f"{operation}: {symbol}")
        for symbol in network.constants
        if str(symbol) in given
    }
    studied = network_at(network, constants) if constants else network
    formula = read_formula(equation, observable_named(observable), studied, given, limit[:1] if limit else ())
    settings = settings_of(formula)
    networks = networks_beside(studied, frozenset(map(str, constants)))
    return _Question(
        law=formula.law,
        digits=digits,
        fixed={str(symbol): value for symbol, value in constants.items()} | dict(formula.fixed),
        own=Asked(formula.law, branch, experiment),
        settings=settings,
        further=beside(settings, formula),
        elsewhere=[
            (Asked(formula.law.on(other), branch, experiment), setting_on(formula, other, index))
            for index, other in enumerate(networks, start=1)
        ],
        limit=limit_of(formula, limit),
        stated=None if remainder is None else read_power(remainder, formula),
    )


def _compared(
    tests: Sequence[tuple[Asked, Setting]], digits: int, progress: Progress | None
) -> tuple[list[Compared], list[Unmeasurable]]:
    """The comparisons, up to the first that shows a difference within `digits`, and the refusals on the way."""
    points: list[Compared] = []
    refusals: list[Unmeasurable] = []
    for done, (asked, point) in enumerate(tests):
        try:
            points += asked.compared(point, digits + GUARD)
        except Unmeasurable as refusal:
            refusals.append(refusal)
        if progress:
            progress(done, len(tests))
        if points and points[-1].digits < digits:
            break
    return points, refusals


@dataclass(frozen=True, slots=True)
class _Result:
    """What every answer says: the comparisons, and the settings that were left out."""

    asked: _Question
    points: tuple[Compared, ...]
    left_out: tuple[str, ...]

    @property
    def agreed(self) -> int:
        return int(min((point.digits for point in self.points), default=0))

    def check(
        self,
        kind: Kind,
        reason: str,
        *,
        errors: Sequence[LeadingError] = (),
        shown: Compared | None = None,
        seen: int | None = None,
        stray: Sequence[Number] = (),
    ) -> Check:
        law, limit = self.asked.law, self.asked.limit
        remainder = None if self.asked.stated is None else self.asked.stated[0] ** self.asked.stated[1]
        agrees = self.remainder_agrees(errors) if kind == "asymptotic" else None
        if agrees is not None:
            reason += f", {'with' if agrees else 'but without'} the stated order {remainder}"
        compared = (*self.points, *(error.last for error in errors))
        varied = values_of([law.network, *(each.law.network for each in compared)])
        if varied and kind in ("exact", "asymptotic"):
            reason += ", for " + ", ".join(
                f"{len(values)} values of {name}" for name, values in varied.items()
            )
        if stray:
            roots = ", ".join(mp.nstr(root, 6) for root in stray)
            reason += f"; the equation has other roots, {law.subject} = {roots} {_at(self.points[0].point)}"
        return Check(
            law=law,
            kind=kind,
            digits=self.asked.digits,
            digits_agreed=self.agreed,
            digits_seen=seen,
            fixed=self.asked.fixed,
            varied=varied,
            points=self.points,
            limit=None if limit is None else (limit.variable, limit.target),
            errors=tuple(errors),
            remainder=remainder,
            remainder_agrees=agrees,
            shown=shown,
            left_out=self.left_out,
            stray=tuple(stray),
            passed=kind in ("exact", "asymptotic") and agrees is not False,
            reason=reason,
        )

    def remainder_agrees(self, errors: Sequence[LeadingError]) -> bool | None:
        """Is every leading error of the stated order? None where none is stated."""
        law, limit, stated = self.asked.law, self.asked.limit, self.asked.stated
        if stated is None or limit is None:
            return None
        base, order = stated
        moving = {str(limit.variable), *limit.companions}
        if base != law.subject and str(base) not in moving:
            raise VerificationError(
                f"checking a formula of {law.observable}",
                f"the remainder must be a power of {law.subject} or of what goes to a limit, {limit}",
                base**order,
                "State it so.",
            )
        for error in errors:
            value = error.value if base == law.subject else None
            if error.power is None:
                continue
            if error.power.logarithm or error.power.rational is None:
                return False
            if base == law.subject and (value is None or value.rational is None or value.logarithm):
                return False
            if error.power.rational != (order if value is None else order * value.rational):
                return False
        return True


def _first_of(left_out: Sequence[str]) -> str:
    """The first refusal, and how many more there are."""
    others = len(left_out) - 1
    told = left_out[0].rstrip(".")
    return f"{told}; {others} more {'settings are' if others > 1 else 'setting is'}, too" if others else told


def _told(compared: Compared, network: Network) -> str:
    """``at F = 1/100, where R = 0.2665 is measured, and the formula gives 0.3107``, or what its sides are there."""
    law, digits = compared.law, int(compared.digits) + 6
    measured = f"where {law.subject} = {mp.nstr(compared.measured, digits)} is measured"
    found = f"{_at(compared.where(network))}, {measured}, and"
    if compared.flaw is not None:
        return f"{found} the formula has no value ({compared.flaw})"
    if law.is_explicit:
        return f"{found} the formula gives {mp.nstr(compared.predicted, digits)}"
    sides = compared.sides(60)
    apart = next((count for count in range(6, 60) if len({mp.nstr(side, count) for side in sides}) == 2), 60)
    left, right = (mp.nstr(side, min(60, apart + 2)) for side in sides)
    return f"{found} the left side is {left}, the right side {right}"


def _at(point: Setting) -> str:
    return f"at {point_text(point)}" if point else "everywhere"
