"""A formula of one's own against measurements: exact, asymptotic with its leading error, or wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sympy as sp
from mpmath import mp

from analytics.errors import VerificationError
from analytics.evaluation.values import require_digits
from analytics.expressions.parameter import require_point
from analytics.law.law import Law
from analytics.network.network import Network, require_network
from numerics.observables.discovery import observable_named
from numerics.observables.measure import measure
from numerics.observables.point_text import point_text, value_text
from numerics.observables.record import Setting
from numerics.verification.comparison import Asked, Compared, LeadingError, Unmeasurable
from numerics.verification.formula import Formula, read_formula, read_power
from numerics.verification.formula_points import along_limit, beside, limit_of, settings_of
from numerics.verification.limit import Limit
from numerics.verification.verdict import Experiment
from numerics.verification.verify import GUARD


@dataclass(frozen=True, slots=True)
class Check:
    """What became of a formula.

    kind: "exact", to `digits_agreed` digits at all `points`; "asymptotic", with an error that vanishes relative to
    the value towards `limit`, given by `errors` for each setting of the other parameters; "wrong", of which
    `shown` is the first point that shows it.
    digits_seen: to so many digits value and formula agree at the input closest to the limit, the fewest of all
    settings: a coefficient off by less does not show. None unless asymptotic.
    fixed: the parameters that were given values. remainder: as stated, or None; remainder_agrees: whether every
    leading error is of just that order; None where none is stated or the formula is exact.
    left_out: settings that could not be measured. passed: not wrong, and no other remainder than stated.
    reason: in one line.
    """

    law: Law
    kind: Literal["exact", "asymptotic", "wrong"]
    digits: int
    digits_agreed: int
    digits_seen: int | None
    fixed: Setting
    points: tuple[Compared, ...]
    limit: tuple[sp.Symbol, sp.Expr] | None
    errors: tuple[LeadingError, ...]
    remainder: sp.Expr | None
    remainder_agrees: bool | None
    shown: Compared | None
    left_out: tuple[str, ...]
    passed: bool
    reason: str

    def __str__(self) -> str:
        return f"{self.law.observable}: {self.kind}, {self.reason}"


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
    progress: Callable[[int, int], None] | None = None,
) -> Check:
    """Compare a formula, such as ``R = (2*F)**(1/3)``, with measurements of an observable.

    equation: ``left = right`` in the observable's symbol, its parameters, the network's constants, psi and rho,
    read by the grammar; explicit or implicit.
    at: exact values of parameters; all others are varied over the settings of the observable.
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
    operation = f"checking a formula of {observable}"
    require_digits(operation, digits)
    if branch is not None and (type(branch) is not int or branch < 1):
        raise VerificationError(
            operation, "a branch is a whole number from 1 on", repr(branch), "Leave it out, or choose 1."
        )
    require_network(operation, network)
    require_point(operation, at if at is not None else {})
    if limit is not None and not (
        isinstance(limit, tuple) and len(limit) == 2 and all(isinstance(part, str) for part in limit)
    ):
        raise VerificationError(operation, "a limit is a pair of texts", repr(limit), 'Give ("F", "0").')
    formula = read_formula(
        equation, observable_named(observable), network, at or {}, (limit[0],) if limit else ()
    )
    stated = None if remainder is None else read_power(remainder, formula)
    asked = Asked(formula.law, branch, experiment)
    settings = settings_of(formula)
    asked_at = [*settings, *beside(settings, formula)]
    moving = limit_of(formula, limit)
    points: list[Compared] = []
    left_out: list[str] = []
    for done, point in enumerate(asked_at):
        try:
            points += asked.compared(point, digits + GUARD)
        except Unmeasurable as refusal:
            if done < len(settings):
                left_out.append(str(refusal))
        if progress:
            progress(done, len(asked_at))
        if points and points[-1].digits < digits:
            break
    if not points:
        raise VerificationError(
            operation,
            "one setting at least must be measurable",
            _first_of(left_out),
            "Fix other parameters, or none, by at.",
        )
    first = next((point for point in points if point.digits < digits), None)
    agreed = int(min(point.digits for point in points))
    result = _Result(formula, digits, agreed, tuple(points), moving, stated)
    if first is None:
        reason = f"agrees to {agreed} digits at {len(points)} point{'s' * (len(points) > 1)}"
        return result.check("exact", reason, left_out=left_out)
    if moving is None:
        return result.check("wrong", f"misses {_told(asked, first)}", shown=first, left_out=left_out)
    errors: list[LeadingError] = []
    for setting in along_limit([*settings, first.point], moving):
        try:
            errors += asked.errors_along(setting, moving)
        except Unmeasurable as refusal:
            left_out.append(str(refusal))
            continue
        if not errors[-1].vanishing:
            break
    if not errors:
        raise VerificationError(
            operation,
            f"one setting at least must be measurable towards {moving}",
            _first_of(left_out),
            "Fix other parameters by at, or name another limit.",
        )
    lasting = next((error.last for error in errors if not error.vanishing), None)
    if lasting is not None:
        reason = f"misses {_told(asked, lasting)}"
        if lasting.flaw is None:
            reason += f", an error that does not vanish for {moving}"
        return result.check("wrong", reason, errors=errors, shown=lasting, left_out=left_out)
    last = min((error.last for error in errors), key=lambda compared: compared.digits)
    seen, closest = int(last.digits), value_text(last.point[str(moving.variable)])
    reason = f"true for {moving}, seen to {seen} digit{'s' * (seen != 1)} at {moving.variable} = {closest}"
    return result.check("asymptotic", reason, seen=seen, errors=errors, left_out=left_out)


@dataclass(frozen=True, slots=True)
class _Result:
    """What every answer says."""

    formula: Formula
    digits: int
    agreed: int
    points: tuple[Compared, ...]
    limit: Limit | None
    stated: tuple[sp.Symbol, sp.Expr] | None

    def check(
        self,
        kind: Literal["exact", "asymptotic", "wrong"],
        reason: str,
        *,
        left_out: Sequence[str],
        errors: Sequence[LeadingError] = (),
        shown: Compared | None = None,
        seen: int | None = None,
    ) -> Check:
        agrees = self.remainder_agrees(errors) if kind == "asymptotic" else None
        if agrees is not None and self.stated is not None:
            reason += (
                f", {'with' if agrees else 'but without'} the stated order {self.stated[0] ** self.stated[1]}"
            )
        return Check(
            law=self.formula.law,
            kind=kind,
            digits=self.digits,
            digits_agreed=self.agreed,
            digits_seen=seen,
            fixed=self.formula.fixed,
            points=self.points,
            limit=None if self.limit is None else (self.limit.variable, self.limit.target),
            errors=tuple(errors),
            remainder=None if self.stated is None else self.stated[0] ** self.stated[1],
            remainder_agrees=agrees,
            shown=shown,
            left_out=tuple(left_out),
            passed=kind != "wrong" and agrees is not False,
            reason=reason,
        )

    def remainder_agrees(self, errors: Sequence[LeadingError]) -> bool | None:
        """Is every leading error of the stated order? None where none is stated."""
        if self.stated is None or self.limit is None:
            return None
        base, order = self.stated
        moving = {str(self.limit.variable), *self.limit.companions}
        law = self.formula.law
        if base != law.subject and str(base) not in moving:
            raise VerificationError(
                f"checking a formula of {law.observable}",
                f"the remainder must be a power of {law.subject} or of what goes to a limit, {self.limit}",
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


def _told(asked: Asked, compared: Compared) -> str:
    """``at F = 1/100, where R = 0.2665 is measured, and the formula gives 0.3107``, or what its sides are there."""
    where = f"at {point_text(compared.point)}" if compared.point else "everywhere"
    digits = int(compared.digits) + 6
    where += f", where {asked.law.subject} = {mp.nstr(compared.measured, digits)} is measured, and"
    if compared.flaw is not None:
        return f"{where} the formula has no value ({compared.flaw})"
    if asked.law.is_explicit:
        return f"{where} the formula gives {mp.nstr(compared.predicted, digits)}"
    sides = asked.sides(compared, 60)
    apart = next((count for count in range(6, 60) if len({mp.nstr(side, count) for side in sides}) == 2), 60)
    left, right = (mp.nstr(side, min(60, apart + 2)) for side in sides)
    return f"{where} the left side is {left}, the right side {right}"
