"""The verdict on a law: its predictions against measurements on the simulated lattice.

An exact law must agree with the measurement to the digits asked for, at several points of its domain.
A law with a remainder must miss the measurement by exactly the order it states: the local slope of
ln|miss| against ln(variable) is taken over inputs so small that no other order could be mistaken for it.
A coefficient off by 1e-6 then shows in the order, but not where a term exceeds the remainder by a logarithm
alone, as at late times: there an error of about 1e-3 is seen, one of 1e-4 is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import sympy as sp
from mpmath import mp

from analytics.errors import (
    ConvergenceError,
    LawError,
    NearCriticalError,
    ParameterError,
    PrecisionError,
    VerificationError,
)
from analytics.evaluation.contexts import matching_digits, new_context
from analytics.evaluation.decimals import lower
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import nearest_to_zero, require_digits, value_at
from analytics.law.law import Law
from analytics.law.values import State
from numerics.engines.numbers import number_out
from numerics.observables.discovery import observable_named
from numerics.observables.measure import Measurement, measure
from numerics.observables.record import Setting
from numerics.verification.points import SEQUENCES, point_along, points_of, settings_along
from numerics.verification.proof import Kind, proof
from numerics.verification.verdict import Comparison, Experiment, Verdict

GUARD = 4
"""Digits measured beyond those asked for, so that the last one asked for can be compared."""

ORDER_TOLERANCE = sp.Rational(1, 10**4)
"""Largest accepted |observed - stated| order. Corrections to the slope are of relative order 1e-8 or less."""

RESOLUTION = 8
"""Digits to which a miss must be resolved above the error of the measurement."""

OFFSET = 0.01
"""Relative distance between one of several steady states and the wave from which its simulation starts."""

STABILITY_DIGITS = 20
"""Digits of a steady state whose stability is tested by iterating the map."""

MOST_DIGITS = 2000
"""A miss that is not resolved at this many digits counts as none."""

Progress = Callable[[int, int], None]


def verify(
    law: Law,
    digits: int = 50,
    *,
    most: int | None = None,
    settings: Sequence[Setting] | None = None,
    experiment: Experiment = measure,
    progress: Progress | None = None,
) -> Verdict:
    """Compare `law` with measurements of its observable on its network.

    digits: of agreement asked of an exact law; the slopes of an asymptotic law are found to about 1e-8
    whatever they are. most: how many points, or settings beside the limit variable, to compare at; all by
    default. settings: exact values of parameters by name, in place of the observable's own; those that do not fit
    a version of the law are left out. experiment: who measures, e.g. one that remembers. progress(done, total)
    is called after each point.
    A law that has no solution, or has one only at the wrong place, fails, as does one whose observable
    cannot be measured to the digits asked for, or at the law's points; neither raises.
    Raises VerificationError for what is no law, or has a version that fits no setting, PrecisionError for digits
    that are no whole number from 1 on, UnknownNameError for an observable that nobody measures.
    """
    if not isinstance(law, Law):
        raise VerificationError(
            "verifying", "a law is needed", repr(law), "Give derive(network)['forced_amplitude']."
        )
    require_digits(f"verifying '{law.name}'", digits)
    try:
        if law.is_exact:
            return _exact(law, digits, points_of(law, settings)[:most], experiment, progress)
        runs = [(version, other) for version in law.versions for other in settings_along(version, settings)]
        return _asymptotic(law, digits, runs[:most], experiment, progress)
    except ParameterError as error:
        return unverified(law, digits, error)
    except (LawError, ConvergenceError, PrecisionError) as error:
        return _failed(law, digits, str(error))


def unverified(law: Law, digits: int, error: NearCriticalError) -> Verdict:
    """The verdict on a law that cannot be put to the test: failed, since nothing speaks for it."""
    return _failed(law, digits, f"cannot be verified: {error}")


def _failed(law: Law, digits: int, reason: str) -> Verdict:
    return Verdict(law, False, digits, 0, law.remainder_order, None, (), reason)


def _exact(
    law: Law,
    digits: int,
    points: Sequence[dict[str, sp.Expr]],
    experiment: Experiment,
    progress: Progress | None,
) -> Verdict:
    comparisons: list[Comparison] = []
    for done, point in enumerate(points, start=1):
        comparisons += _comparisons(law, point, digits + GUARD, experiment)
        if progress:
            progress(done, len(points))
    agreed = int(min(comparison.digits for comparison in comparisons))
    passed = agreed >= digits
    reason = f"agrees to {agreed} digits at {len(points)} points"
    if observable_named(law.observable).lasting and any(
        comparison.state is not None for comparison in comparisons
    ):
        reason += "; on unstable states, where no response lasts, it is not compared"
    proofs = [(str(comparison.point), comparison.proof) for comparison in comparisons if comparison.proof]
    refuting = [(point, found.apart) for point, found in proofs if found.refutes]
    confirming = sum(found.confirms(digits) for _, found in proofs)
    kind: Kind = "estimated"
    if refuting:
        kind, passed = "certified", False
        off, refuted = lower(max(apart for _, apart in refuting)), dict(refuting)
        reason = f"refuted, proved: off by at least {off} at the worst of {len(refuted)} points out of {len(points)}"
    elif passed and confirming == len(comparisons):
        kind, reason = "certified", f"consistent to 1e-{digits}, proved, at {len(points)} points"
    elif confirming:
        reason += f", to 1e-{digits} at {confirming} of them proved"
    return Verdict(law, passed, digits, agreed, None, None, tuple(comparisons), reason, kind)


def _asymptotic(
    law: Law,
    digits: int,
    runs: Sequence[tuple[Law, Setting]],
    experiment: Experiment,
    progress: Progress | None,
) -> Verdict:
    comparisons: list[Comparison] = []
    misses: list[tuple[Number, sp.Expr]] = []  # observed less stated order, stated order
    context = new_context(15)
    for index, (version, other) in enumerate(runs):
        variable, target = version.limit or (None, None)
        order = version.remainder_order
        if variable is None or order is None or target not in SEQUENCES:
            raise VerificationError(
                f"verifying '{law.name}'", "a limit 0 or oo is needed", target, "Rewrite it."
            )
        rows: list[list[Comparison]] = []
        for step, value in enumerate(SEQUENCES[target]):
            rows.append(_resolved(version, point_along(version, other, value), digits, experiment))
            if progress:
                progress(index * len(SEQUENCES[target]) + step + 1, len(runs) * len(SEQUENCES[target]))
        for branch in zip(*rows, strict=True):
            comparisons += branch
            slopes = [_slope(version, one, two) for one, two in pairwise(branch)]
            while target == sp.oo and len(slopes) > 1:
                slopes = [2 * later - earlier for earlier, later in pairwise(slopes)]
            misses += [(slope - context.mpf(order.p) / order.q, order) for slope in slopes]
    worst, order = max(misses, key=lambda miss: abs(miss[0]))
    observed = worst + context.mpf(order.p) / order.q
    agreed = int(min(comparison.digits for comparison in comparisons))
    passed = bool(abs(worst) <= context.mpf(ORDER_TOLERANCE.p) / ORDER_TOLERANCE.q)
    reason = (
        f"misses by the order {context.nstr(observed, 8)}, stated {order}, over {len(comparisons)} points"
    )
    return Verdict(law, passed, digits, agreed, order, mp.mpf(observed), tuple(comparisons), reason)


def _comparisons(
    law: Law, point: dict[str, sp.Expr], digits: int, experiment: Experiment
) -> list[Comparison]:
    """The law beside the measurement at one point, for each steady state and each value.

    Each of several steady states is measured from a start near it. An observable that is read off a lasting response
    is not measured at an unstable state, which has none.
    """
    states = law.states(point, digits)
    found: list[Comparison] = []
    several = len(states) > 1
    for index, state in enumerate(states):
        start = _starting_near(state) if several else {}
        if several and state.is_stable is not None:
            _require_stability(law, point, state, start, experiment)
        if state.is_stable is False and observable_named(law.observable).lasting:
            continue
        measurement = experiment(law.observable, law.network, {**point, **start}, digits)
        _require_as_many(law, point, state.values, measurement)
        found += _compared(law, point, state.values, measurement, digits, index if several else None)
    return found


def _compared(
    law: Law,
    point: dict[str, sp.Expr],
    predictions: Sequence[Number],
    measurement: Measurement,
    digits: int,
    state: int | None,
) -> list[Comparison]:
    context = new_context(digits + 10)
    found = []
    for branch, (predicted, measured) in enumerate(zip(predictions, measurement.values, strict=False)):
        difference = context.convert(predicted) - context.convert(measured)
        difference = context.convert(nearest_to_zero(difference, law.period, digits))
        scale = max(abs(context.convert(predicted)), context.zero if law.period is None else context.one)
        agreed = matching_digits(context, difference, scale, digits)
        found.append(
            Comparison(
                point,
                branch,
                predicted,
                measured,
                number_out(difference),
                agreed,
                measurement,
                proof(law, point, predicted, measurement, digits),
                state,
            )
        )
    return found


def _starting_near(state: State) -> dict[str, sp.Expr]:
    """A start of the simulation `OFFSET` away from a state, to three digits."""
    return {"start": sp.Rational(f"{float(state.amplitude) * (1 + OFFSET):.3g}")}


def _require_stability(
    law: Law, point: Mapping[str, sp.Expr], state: State, start: Mapping[str, sp.Expr], experiment: Experiment
) -> None:
    """Raise LawError where iterating the map from `start` contradicts what a law says of the stability of a state.

    The map must come to a stable state. It must leave an unstable one on resonance, where the fastest perturbation
    fits every lattice.
    """
    known = law.at(point).background
    assert known is not None
    names = {*map(str, known.symbols), *map(str, law.network.kernel.wavenumbers)}
    at = {name: value for name, value in point.items() if name in names} | dict(start)
    seen = experiment(known.observable, law.network, at, STABILITY_DIGITS).reading.stays
    if seen is not True if state.is_stable else seen is True and point.get("delta", 0) == 0:
        raise LawError(
            f"law '{law.name}'",
            f"the state of amplitude {float(state.amplitude):.6g} at {point} is said to be "
            f"{'stable' if state.is_stable else 'unstable'}, Lambda = {float(state.growth):.6g}",
            {None: "neither seen", True: "the map comes to it", False: "the map leaves it"}[seen],
            "Mend the law of the amplitude or of the growth.",
        )


def _require_as_many(
    law: Law, point: Mapping[str, sp.Expr], predictions: Sequence[Number], measurement: Measurement
) -> None:
    """Raise LawError unless there are as many predictions as measured values.

    Two kinds of laws may predict more: one that gives all roots of its equation, since only the first waves are
    measured, and an implicit one with a remainder, whose truncated equation has further roots elsewhere.
    """
    version, measured = law.at(point), len(measurement.values)
    may_exceed = version.count is None or not (version.is_exact or version.is_explicit)
    if len(predictions) < measured or (len(predictions) > measured and not may_exceed):
        raise LawError(
            f"law '{law.name}'",
            f"{measured} values are measured at {point}",
            f"{len(predictions)} predicted",
            "Give the law a branch for each.",
        )


def _resolved(law: Law, point: dict[str, sp.Expr], digits: int, experiment: Experiment) -> list[Comparison]:
    """The misses of a law with a remainder, with so many digits that each exceeds the error of its measurement."""
    needed = max(digits, 30)
    while True:
        measurement = experiment(law.observable, law.network, point, needed)
        predictions = law.branches(point, needed)
        _require_as_many(law, point, predictions, measurement)
        context = new_context(needed + 10)
        misses, resolved = [], True
        for branch, measured in enumerate(measurement.values):
            value = context.convert(measured)
            nudged = number_out(value * (1 + context.mpf(10) ** -needed))
            miss, moved = (
                context.convert(law.discrepancy(point, at, needed, branch=branch))
                for at in (measured, nudged)
            )
            misses.append(miss)
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
    for branch, (predicted, measured, miss) in enumerate(
        zip(predictions, measurement.values, misses, strict=False)
    ):
        value = context.convert(measured)
        agreed = matching_digits(context, context.convert(predicted) - value, abs(value), needed)
        found.append(Comparison(point, branch, predicted, measured, number_out(miss), agreed, measurement))
    return found


def _slope(law: Law, one: Comparison, two: Comparison) -> Number:
    """d ln|miss| / d ln(variable) between two points. Raises LawError where the variable goes nowhere."""
    context = new_context(30)
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
    return context.log(abs(context.convert(two.difference) / context.convert(one.difference))) / context.log(
        abs(end / start)
    )
