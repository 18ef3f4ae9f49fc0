"""The verdict on a law: its predictions against measurements on the simulated lattice.

An exact law must agree with the measurement to the digits asked for, at several points of its domain.
A law with a remainder must miss the measurement by exactly the order it states: the local slope of
ln|miss| against ln(variable) is taken over inputs so small that no other order could be mistaken for it. Where it
is nearly the stated one, further inputs are taken, nearer the limit, until it is, or stays what it was.
A coefficient off by 1e-6 then shows in the order, but not where a term exceeds the remainder by a logarithm
alone, as at late times: there an error of about 1e-3 is seen, one of 1e-4 is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

import sympy as sp
from mpmath import mp

from analytics.errors import (
    ConvergenceError,
    LawError,
    ParameterError,
    VerificationError,
)
from analytics.evaluation.contexts import kept_context, matching_digits
from analytics.evaluation.decimals import upper
from analytics.evaluation.mpmath_types import Context, Number
from analytics.evaluation.values import require_digits, value_at
from analytics.law.law import Law, each_law
from numerics.engines.numbers import number_out
from numerics.observables.measure import measure
from numerics.observables.record import Approach, Setting
from numerics.verification.exact import exact_verdict, require_as_many
from numerics.verification.points import approach_of, point_along, points_everywhere, settings_everywhere
from numerics.verification.verdict import (
    UNEVALUATED,
    Comparison,
    Experiment,
    Progress,
    Unmeasured,
    Verdict,
    breadth,
    told_apart,
    unevaluated,
)

ORDER_TOLERANCE = sp.Rational(1, 10**4)
"""Largest accepted |observed - stated| order. Corrections to the slope are of relative order 1e-8 or less."""

NEARLY = 1e-2
"""An order that misses by less may still settle at the stated one, and is followed further."""

RESOLUTION = 8
"""Digits to which a miss must be resolved above the error of the measurement."""

MOST_DIGITS = 2000
"""A miss that is not resolved at this many digits counts as none."""


@overload
def verify(
    law: Law,
    digits: int = 50,
    *,
    most: int | None = None,
    settings: Sequence[Setting] | None = None,
    held: Collection[str] = (),
    experiment: Experiment = measure,
    progress: Progress | None = None,
) -> Verdict: ...


@overload
def verify(
    law: Mapping[str, Law] | Iterable[Law],
    digits: int = 50,
    *,
    most: int | None = None,
    settings: Sequence[Setting] | None = None,
    held: Collection[str] = (),
    experiment: Experiment = measure,
    progress: Progress | None = None,
) -> tuple[Verdict, ...]: ...


def verify(
    law: Law | Mapping[str, Law] | Iterable[Law],
    digits: int = 50,
    *,
    most: int | None = None,
    settings: Sequence[Setting] | None = None,
    held: Collection[str] = (),
    experiment: Experiment = measure,
    progress: Progress | None = None,
) -> Verdict | tuple[Verdict, ...]:
    """Compare `law` with measurements of its observable on its network, and on networks with other constants.

    Of several laws, or of a theory, each is compared in turn, and has its own verdict, in their order.
    digits: of agreement asked of an exact law; the slopes of an asymptotic law are found to about 1e-8
    whatever they are. most: how many points, or settings beside the limit variable, to compare at; all by
    default. settings: exact values of parameters by name, in place of the observable's own; those that do not fit
    a version of the law are left out. held: names of constants that keep their values; every other one has three
    further values. experiment: who measures, e.g. one that remembers. progress(done, total) is called after each point.
    A law fails that has no solution where a value is measured, has one only at the wrong place, or whose observable
    cannot be measured at the law's points. The verdict is open where neither has a value at any point, and where the
    law agrees but has a value at some point that cannot be had to the digits asked for; and where the inputs of an
    observable's `Approach` do not go far enough on a network to settle. None of this raises.
    Raises LawError for what is no law, VerificationError for a law of which a version fits no setting, PrecisionError
    for digits that are no whole number from 1 on, UnknownNameError for an observable that nobody measures.
    """
    if not isinstance(law, Law):
        return tuple(
            verify(
                each,
                digits,
                most=most,
                settings=settings,
                held=held,
                experiment=experiment,
                progress=progress,
            )
            for each in each_law("verifying", law)
        )
    require_digits(f"verifying '{law.name}'", digits)
    asked = told_apart(experiment)
    try:
        if law.is_exact:
            return exact_verdict(law, points_everywhere(law, settings, held)[:most], digits, asked, progress)
        return _asymptotic(law, settings_everywhere(law, settings, held)[:most], digits, asked, progress)
    except (ParameterError, ConvergenceError, Unmeasured) as error:
        return unverified(law, digits, error)
    except UNEVALUATED as error:
        return _without_points(law, digits, None, f"not evaluated: {error}")
    except LawError as error:
        return _without_points(law, digits, False, str(error))


def unverified(law: Law, digits: int, error: Exception) -> Verdict:
    """The verdict on a law that cannot be put to the test: failed, since nothing speaks for it."""
    return _without_points(law, digits, False, f"cannot be verified: {error}")


def _without_points(law: Law, digits: int, passed: bool | None, reason: str) -> Verdict:
    return Verdict(law, passed, digits, 0, law.remainder_order, None, (), reason)


@dataclass(frozen=True, slots=True)
class _Miss:
    """miss: observed less stated order; change: the largest of that on the way to it, 0 where it does not matter."""

    miss: Number
    order: sp.Expr
    change: Number


def _asymptotic(
    law: Law,
    runs: Sequence[tuple[Law, Setting]],
    digits: int,
    experiment: Experiment,
    progress: Progress | None,
) -> Verdict:
    """The verdict on a law with a remainder. runs: (version of the law on some network, setting along its limit)."""
    comparisons: list[Comparison] = []
    refusals: list[Exception] = []
    misses: list[_Miss] = []
    seen: dict[tuple[str, int], list[Number]] = {}  # version's parameters and branch -> slips that would show
    context = kept_context(15)
    allowed = _order_tolerance(context)
    for index, (version, other) in enumerate(runs):
        variable, target = version.limit or (None, None)
        order = version.remainder_order
        approach = approach_of(version)
        if variable is None or order is None or approach is None:
            raise VerificationError(
                f"verifying '{law.name}'", "a limit 0 or oo is needed", target, "Rewrite it."
            )
        rows: list[list[Comparison]] = []
        for step, value in enumerate(approach.inputs):
            try:
                rows.append(_resolved(version, point_along(version, other, value), digits, experiment))
            except UNEVALUATED as refusal:
                refusals.append(refusal)
            except (ParameterError, ConvergenceError) as refusal:
                if approach.settles:
                    raise
                refusals.append(refusal)
            if progress:
                progress(index * len(approach.inputs) + step + 1, len(runs) * len(approach.inputs))
        if len(rows) < len(approach.inputs):
            continue
        found = _misses(version, rows, approach, order)
        used = list(rows)
        for value in approach.further:
            if not any(allowed < abs(miss.miss) < NEARLY for miss in found):
                break
            try:
                used.append(_resolved(version, point_along(version, other, value), digits, experiment))
            except (*UNEVALUATED, ParameterError, ConvergenceError):
                break
            found = _misses(version, used[-len(rows) :], approach, order)
        misses += found
        for branch in zip(*used, strict=True):
            comparisons += branch
            slips = [_visible_slip(version, one, two) for one, two in pairwise(branch)]
            seen.setdefault((version.signature, branch[0].branch), []).extend(slips)
    if not misses:
        return _without_points(law, digits, None, unevaluated(refusals, "input"))
    wrong = [miss for miss in misses if abs(miss.miss) > allowed]
    settled = [miss for miss in wrong if abs(miss.miss) >= miss.change]
    worst = max(settled or misses, key=lambda miss: abs(miss.miss))
    order, observed = worst.order, worst.miss + context.mpf(worst.order.p) / worst.order.q
    agreed = int(min(comparison.digits for comparison in comparisons))
    passed = False if settled else None if wrong or refusals else True
    slip = max(min(slips) for slips in seen.values())
    reason = (
        f"misses by the order {context.nstr(observed, 8)}, stated {order}, over "
        f"{breadth(comparisons, len(comparisons))}; shows relative slips down to {upper(slip)}"
    )
    if wrong and not settled:
        reason += f"; the order still changes by {upper(worst.change)}, so that it is open"
    if refusals:
        reason += f"; {unevaluated(refusals, 'input')}"
    return Verdict(
        law,
        passed,
        digits,
        agreed,
        order,
        mp.mpf(observed),
        tuple(comparisons),
        reason,
        slip=number_out(slip),
    )


def _misses(
    law: Law, rows: Sequence[Sequence[Comparison]], approach: Approach, order: sp.Expr
) -> list[_Miss]:
    """By how much the slopes along each branch miss the stated order. rows: the branches, input by input."""
    context, found = kept_context(15), []
    for branch in zip(*rows, strict=True):
        slopes = [_slope(law, one, two) for one, two in pairwise(branch)]
        last = slopes[
            -2:
        ]  # the two local slopes farthest on, and what the last one becomes by each elimination
        for power in approach.corrections:
            share = 2**power
            slopes = [(share * later - earlier) / (share - 1) for earlier, later in pairwise(slopes)]
            last.append(slopes[-1])
        change = context.zero if approach.settles else max(abs(b - a) for a, b in pairwise(last))
        found += [_Miss(slope - context.mpf(order.p) / order.q, order, change) for slope in slopes]
    return found


def _resolved(law: Law, point: Setting, digits: int, experiment: Experiment) -> list[Comparison]:
    """The misses of a law with a remainder, with so many digits that each exceeds the error of its measurement."""
    needed = max(digits, 30)
    while True:
        measurement = experiment(law.observable, law.network, point, needed)
        predictions = law.branches(point, needed)
        require_as_many(law, point, predictions, measurement.values)
        context = kept_context(needed + 10)
        misses, slips, resolved = [], [], True
        for branch, measured in enumerate(measurement.values):
            value = context.convert(measured)
            nudged = number_out(value * (1 + context.mpf(10) ** -needed))
            miss, moved = (
                context.convert(law.discrepancy(point, at, needed, branch=branch))
                for at in (measured, nudged)
            )
            misses.append(miss)
            slips.append(
                abs(miss / (moved - miss)) * context.mpf(10) ** -needed if moved != miss else context.inf
            )
            resolved = resolved and abs(miss) > abs(moved - miss) * context.mpf(10) ** RESOLUTION
        if resolved:
            break
        if needed >= MOST_DIGITS:
            raise LawError(
                f"law '{law.name}'",
                f"a remainder of order {law.remainder} must be seen at {point}",
                f"none to {needed} digits",
                "State the law as exact.",
            )
        needed = 2 * needed
    found = []
    for branch, (predicted, measured, miss, slip) in enumerate(
        zip(predictions, measurement.values, misses, slips, strict=False)
    ):
        value = context.convert(measured)
        agreed = matching_digits(context, context.convert(predicted) - value, abs(value), needed)
        found.append(
            Comparison(
                point,
                branch,
                predicted,
                measured,
                number_out(miss),
                agreed,
                measurement,
                slip=number_out(slip),
            )
        )
    return found


def _slope(law: Law, one: Comparison, two: Comparison) -> Number:
    """d ln|miss| / d ln(variable) between two points."""
    context = kept_context(30)
    ratio = context.convert(two.difference) / context.convert(one.difference)
    return context.log(abs(ratio)) / _stretch(law, one, two)


def _visible_slip(law: Law, one: Comparison, two: Comparison) -> Number:
    """The least relative slip e of the law's values that moves the slope between two points by `ORDER_TOLERANCE`.

    A slip turns misses s1, s2, relative to the value, into s1 + e, s2 + e, and the slope moves by
    e (1/s2 - 1/s1) / ln(x2/x1) to first order.
    """
    context = kept_context(30)
    lever = abs(1 / context.convert(two.slip) - 1 / context.convert(one.slip))
    return _order_tolerance(context) * abs(_stretch(law, one, two)) / lever if lever else context.inf


def _order_tolerance(context: Context) -> Number:
    return context.mpf(int(ORDER_TOLERANCE.p)) / int(ORDER_TOLERANCE.q)


def _stretch(law: Law, one: Comparison, two: Comparison) -> Number:
    """ln(x2/x1) of the variable of the remainder. Raises LawError where it goes nowhere."""
    context = kept_context(30)
    name = str(law.remainder_variable)

    def at(comparison: Comparison) -> Number:
        if law.remainder_variable == law.subject:
            return context.convert(comparison.measured)
        return context.convert(value_at(comparison.point[name], {}, 30))

    start, end = at(one), at(two)
    if abs(start) == abs(end) or 0 in (start, end):
        raise LawError(
            f"law '{law.name}'",
            f"the remainder must be a power of what goes to a limit, as {law.limit} states",
            f"{law.remainder}, and {name} = {context.nstr(start, 8)} all the way",
            "State it in the limit's symbol or in the subject.",
        )
    return context.log(abs(end / start))
