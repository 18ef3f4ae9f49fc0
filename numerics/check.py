"""A formula of one's own against measurements: exact, asymptotic with its leading error, or wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sympy as sp
from mpmath import mp

from analytics.errors import VerificationError
from analytics.evaluation import require_digits
from analytics.law import Law
from analytics.network import Network, require_network
from analytics.parameter import read_point, require_point
from numerics.compared import Asked, Compared, LeadingError, Limit, Unmeasurable
from numerics.formula import Formula, read_formula, read_power
from numerics.measure import measure, observable_named
from numerics.place import Point, place_text, value_text
from numerics.verify import GUARD, Experiment


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
    fixed: Point
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
    formula = read_formula(
        equation, observable_named(observable), network, at or {}, (limit[0],) if limit else ()
    )
    stated = None if remainder is None else read_power(remainder, formula)
    asked = Asked(formula.law, branch, experiment)
    settings = _settings(formula)
    places = [*settings, *_beside(settings, formula)]
    moving = _limit(formula, limit)
    points: list[Compared] = []
    left_out: list[str] = []
    for done, point in enumerate(places):
        try:
            points += asked.compared(point, digits + GUARD)
        except Unmeasurable as refusal:
            if done < len(settings):
                left_out.append(str(refusal))
        if progress:
            progress(done, len(places))
        if points and points[-1].digits < digits:
            break
    if not points:
        raise VerificationError(
            operation, "one setting at least must be measurable", "; ".join(left_out), "Fix parameters by at."
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
    for setting in _along(settings, moving):
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
            "; ".join(left_out),
            "Fix parameters by at, or name another limit.",
        )
    lasting = next((error.last for error in errors if not error.vanishing), None)
    if lasting is not None:
        reason = f"misses {_told(asked, lasting)}"
        if lasting.flaw is None:
            reason += f", an error that does not vanish for {moving}"
        return result.check("wrong", reason, errors=errors, shown=lasting, left_out=left_out)
    last = min((error.last for error in errors), key=lambda compared: compared.digits)
    seen, closest = int(last.digits), value_text(last.point[str(moving.variable)])
    reason = f"true for {moving}, seen to {seen} digits at {moving.variable} = {closest}"
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


def _settings(formula: Formula) -> list[dict[str, sp.Expr]]:
    """Points at which the parameters that are fixed have their values, and the others those of a setting."""
    law = formula.law
    operation = f"checking a formula of {law.observable}"
    needed = {parameter.name for parameter in law.parameters if parameter.default is None}
    known = {parameter.name for parameter in law.parameters}
    settings = observable_named(law.observable).settings(law.network) if formula.free else ()
    points: list[dict[str, sp.Expr]] = []
    for setting in (*settings, {}):
        point = {**setting, **formula.fixed}
        if not needed <= set(point) <= known or (not setting and points):
            continue
        exact = {str(symbol): value for symbol, value in read_point(operation, law.parameters, point).items()}
        if exact not in points:
            points.append(exact)
    if not points:
        missing = sorted(needed - set(formula.fixed))
        raise VerificationError(
            operation,
            f"the observable must offer a setting with {', '.join(missing)}",
            "none",
            f"Give {', '.join(missing)}.",
        )
    return points


def _beside(settings: Sequence[Point], formula: Formula) -> list[dict[str, sp.Expr]]:
    """The settings with their free rational parameters times 71/73, 79/83, ..., another ratio for each.

    Settings are round numbers: at them alone F and F + sin(pi/F) would be the same.
    """
    domains = {parameter.name: parameter.domain for parameter in formula.law.parameters}
    found: list[dict[str, sp.Expr]] = []
    for place, setting in enumerate(settings):
        ratio = sp.Rational(sp.prime(20 + 2 * place), sp.prime(21 + 2 * place))
        point = dict(setting)
        for name in formula.free:
            moved = point[name] * ratio if name in point and point[name].is_Rational else None
            if moved is not None and domains[name].contains(moved) == sp.true:
                point[name] = moved
        if point not in settings:
            found.append(point)
    return found


def _limit(formula: Formula, asked: tuple[str, str] | None) -> Limit | None:
    """The limit asked for; else n -> oo, or all positive inputs that are free -> 0; None where there is none."""
    symbols = {parameter.name: parameter.symbol for parameter in formula.law.parameters}
    operation = f"checking a formula of {formula.law.observable}"
    if asked is not None:
        name, end = asked
        if name not in formula.free or end not in ("0", "oo"):
            raise VerificationError(
                operation,
                f"the limit takes one of {', '.join(formula.free) or 'no parameter'} to 0 or oo",
                f"{name} -> {end}",
                "Choose F=0, or leave it out of the fixed ones.",
            )
        return Limit(symbols[name], sp.S.Zero if end == "0" else sp.oo)
    if "n" in formula.free:
        return Limit(symbols["n"], sp.oo)
    inputs = [name for name in formula.free if symbols[name].is_positive]
    return Limit(symbols[inputs[0]], sp.S.Zero, tuple(inputs[1:])) if inputs else None


def _along(settings: Sequence[Point], limit: Limit) -> list[dict[str, sp.Expr]]:
    """The settings without the limit variable, what goes along with it as multiples of it."""
    found: list[dict[str, sp.Expr]] = []
    for setting in settings:
        others = {name: value for name, value in setting.items() if name != str(limit.variable)}
        others |= {name: setting[name] / setting[str(limit.variable)] for name in limit.companions}
        if others not in found:
            found.append(others)
    return found


def _told(asked: Asked, compared: Compared) -> str:
    """``at F = 1/100, where R = 0.2665 is measured, and the formula gives 0.3107``, or what its sides are there."""
    place = f"at {place_text(compared.point)}" if compared.point else "everywhere"
    digits = min(int(compared.digits) + 6, 40)
    place += f", where {asked.law.subject} = {mp.nstr(compared.measured, digits)} is measured, and"
    if compared.flaw is not None:
        return f"{place} the formula has no value ({compared.flaw})"
    if asked.law.is_explicit:
        return f"{place} the formula gives {mp.nstr(compared.predicted, digits)}"
    sides = asked.sides(compared, 60)
    apart = next((count for count in range(6, 60) if len({mp.nstr(side, count) for side in sides}) == 2), 60)
    left, right = (mp.nstr(side, min(60, apart + 2)) for side in sides)
    return f"{place} the left side is {left}, the right side {right}"
