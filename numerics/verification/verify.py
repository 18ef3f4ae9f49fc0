"""The verdict on a law: its predictions against measurements on the simulated lattice.

An exact law must agree with the measurement to the digits asked for, at several points of its domain.
A law with a remainder must miss the measurement by exactly the order it states: the local slope of
ln|miss| against ln(variable) is taken over inputs so small that no other order could be mistaken for it.
A coefficient off by 1e-6 then shows in the order, but not where a term exceeds the remainder by a logarithm
alone, as at late times: there an error of about 1e-3 is seen, one of 1e-4 is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

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
from analytics.evaluation.values import nearest_to_zero, require_digits, value_at
from analytics.exclusive import in_turn
from analytics.law.law import Law
from analytics.law.values import State
from analytics.network.network import Network
from numerics.engines.numbers import number_out
from numerics.observables.measure import Measurement, measure, observable_named
from numerics.observables.record import Setting
from numerics.verification.proof import Kind, Proof, proof

GUARD = 4
"""Digits measured beyond those asked for, so that the last one asked for can be compared."""

SEQUENCES: dict[sp.Expr, tuple[sp.Expr, ...]] = {
    sp.S.Zero: tuple(sp.Rational(*digits) for digits in ((7, 10**13), (11, 10**16), (13, 10**19))),
    sp.oo: tuple(sp.Integer(2) ** power for power in range(11, 16)),
}
"""Inputs of asymptotic laws; those to 0 are no reciprocals of integers, at which a term sin(pi/F) would vanish. At
1e-12 a coefficient off by 1e-6 outweighs a remainder that is smaller by F^(2/3), the narrowest gap of these networks
(p = 2), and the slope shows the wrong order. Times are bounded by what can be simulated; the corrections ln(n)^k / n
of their slopes are eliminated for k = 0, 1, 2."""

ORDER_TOLERANCE = sp.Rational(1, 10**4)
"""Largest accepted |observed - stated| order. Corrections to the slope are of relative order 1e-8 or less."""

RESOLUTION = 8
"""Digits to which a miss must be resolved above the error of the measurement."""

OFFSET = 0.01
"""Share of its amplitude by which a simulation starts beside a steady state that is one of several."""

STABILITY_DIGITS = 20
"""Digits of the state at which it is looked whether the map stays there."""

MOST_DIGITS = 2000
"""A miss that is not resolved at this many digits counts as none."""


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
    predicted: Any
    measured: Any
    difference: Any
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
    observed_order: Any
    points: tuple[Comparison, ...]
    reason: str
    kind: Kind = "estimated"

    def __str__(self) -> str:
        return f"{self.law.name}: {'passed' if self.passed else 'FAILED'}, {self.reason}"


Experiment = Callable[[str, Network, Mapping[str, sp.Expr], int], Measurement]
"""What `measure` is: (observable, network, point, digits) to a measurement."""


def verify(
    law: Law,
    digits: int = 50,
    *,
    most: int | None = None,
    settings: Sequence[Setting] | None = None,
    experiment: Experiment = measure,
    progress: Callable[[int, int], None] | None = None,
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
        compare = _exact if law.is_exact else _asymptotic
        return compare(law, digits, most, settings, experiment, progress)
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
    most: int | None,
    settings: Sequence[Setting] | None,
    experiment: Experiment,
    progress: Callable[[int, int], None] | None,
) -> Verdict:
    points = points_of(law, settings)[:most]
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
    refuting = [(place, found.apart) for place, found in proofs if found.refutes]
    confirming = sum(found.confirms(digits) for _, found in proofs)
    kind: Kind = "estimated"
    if refuting:
        kind, passed = "certified", False
        off, places = lower(max(apart for _, apart in refuting)), dict(refuting)
        reason = f"refuted, proved: off by at least {off} at the worst of {len(places)} points out of {len(points)}"
    elif passed and confirming == len(comparisons):
        kind, reason = "certified", f"consistent to 1e-{digits}, proved, at {len(points)} points"
    elif confirming:
        reason += f", to 1e-{digits} at {confirming} of them proved"
    return Verdict(law, passed, digits, agreed, None, None, tuple(comparisons), reason, kind)


def _asymptotic(
    law: Law,
    digits: int,
    most: int | None,
    settings: Sequence[Setting] | None,
    experiment: Experiment,
    progress: Callable[[int, int], None] | None,
) -> Verdict:
    versions = (law, *law.alternatives)
    runs = [(version, other) for version in versions for other in settings_along(version, settings)]
    runs = runs[:most]
    comparisons: list[Comparison] = []
    misses: list[tuple[Any, sp.Expr]] = []  # observed less stated order, stated order
    context = new_context(15)
    for place, (version, other) in enumerate(runs):
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
                progress(place * len(SEQUENCES[target]) + step + 1, len(runs) * len(SEQUENCES[target]))
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


def settings_along(version: Law, settings: Sequence[Setting] | None = None) -> list[dict[str, sp.Expr]]:
    """Settings of the parameters beside the limit variable, at which the law holds all along its inputs.

    Those that go to the limit with it are given at its value 1: `point_along` makes points of them.
    """
    variable, target = version.limit or (None, sp.S.Zero)
    points = []
    for setting in _offered(version, settings):
        shares = {str(s): setting[str(s)] / setting[str(variable)] for s in version.companions}
        inputs = [_point(version, point_along(version, {**setting, **shares}, v)) for v in SEQUENCES[target]]
        if None not in inputs and inputs[0] is not None:
            others = {name: value for name, value in inputs[0].items() if name != str(variable)}
            points.append(others | shares)
    return _some(version, points)


def point_along(law: Law, setting: Mapping[str, sp.Expr], value: sp.Expr) -> dict[str, sp.Expr]:
    """The point of one of `settings_along` at which the limit variable has that value."""
    variable, _ = law.limit or (None, sp.S.Zero)
    companions = {str(symbol): setting[str(symbol)] * value for symbol in law.companions}
    return {**setting, **companions, str(variable): value}


def points_of(law: Law, settings: Sequence[Setting] | None = None) -> list[dict[str, sp.Expr]]:
    """The observable's own settings, or `settings`, that fit the law, and those that fit each of its alternatives."""
    offered = _offered(law, settings)
    fitting = ([_point(version, setting) for setting in offered] for version in (law, *law.alternatives))
    versions = zip((law, *law.alternatives), fitting, strict=True)
    return [point for version, points in versions for point in _some(version, [p for p in points if p])]


def _offered(law: Law, settings: Sequence[Setting] | None) -> Sequence[Setting]:
    return observable_named(law.observable).settings(law.network) if settings is None else settings


@in_turn
def _point(law: Law, setting: Mapping[str, sp.Expr]) -> dict[str, sp.Expr] | None:
    """A setting restricted to the law's parameters; None where it leaves their domains."""
    point = {p.name: setting.get(p.name, p.default) for p in law.parameters}
    for parameter in law.parameters:
        value = point[parameter.name]
        if value is None or parameter.domain.contains(value) != sp.true:
            return None
    return point if law.allows({p.symbol: point[p.name] for p in law.parameters}) else None


def _some(law: Law, points: list[dict[str, sp.Expr]]) -> list[dict[str, sp.Expr]]:
    if not points:
        raise VerificationError(
            f"verifying '{law.name}'",
            f"the observable '{law.observable}' must offer a point for {', '.join(map(str, law.symbols))}",
            "none",
            "Widen the domains or the observable's settings.",
        )
    return _distinct(points)


def _distinct(points: Sequence[dict[str, sp.Expr]]) -> list[dict[str, sp.Expr]]:
    return [point for place, point in enumerate(points) if point not in points[:place]]


def _comparisons(
    law: Law, point: dict[str, sp.Expr], digits: int, experiment: Experiment
) -> list[Comparison]:
    """Of several steady states each is measured from a start near it, but for what an unstable one does not have."""
    states = law.states(point, digits)
    found: list[Comparison] = []
    several = len(states) > 1
    for place, state in enumerate(states):
        start = starting_near(state) if several else {}
        if several and state.is_stable is not None:
            _require_stability(law, point, state, start, experiment)
        if state.is_stable is False and observable_named(law.observable).lasting:
            continue
        measurement = experiment(law.observable, law.network, {**point, **start}, digits)
        _require_as_many(law, point, state.values, measurement)
        found += _compared(law, point, state.values, measurement, digits, place if several else None)
    return found


def _compared(
    law: Law,
    point: dict[str, sp.Expr],
    predictions: Sequence[Any],
    measurement: Measurement,
    digits: int,
    state: int | None,
) -> list[Comparison]:
    context = new_context(digits + 10)
    found = []
    for branch, (predicted, measured) in enumerate(zip(predictions, measurement.values, strict=False)):
        difference = context.convert(predicted) - context.convert(measured)
        scale = abs(context.convert(predicted))
        if law.period is not None:
            difference = context.convert(nearest_to_zero(difference, law.period, digits))
            scale = max(scale, context.one)
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


def starting_near(state: State) -> dict[str, sp.Expr]:
    """A start of the simulation `OFFSET` away from a state, to three digits."""
    return {"start": sp.Rational(f"{float(state.amplitude) * (1 + OFFSET):.3g}")}


def _require_stability(
    law: Law, point: Mapping[str, sp.Expr], state: State, start: Mapping[str, sp.Expr], experiment: Experiment
) -> None:
    """Raise LawError unless the map itself comes to a state said to be stable from the start near it, and on
    resonance, where the fastest perturbation fits every lattice, leaves one that is not."""
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
    law: Law, point: Mapping[str, sp.Expr], predictions: Sequence[Any], measurement: Measurement
) -> None:
    """Raise LawError unless each value measured is predicted, and no other.

    A law of all roots predicts more waves than are read off, and a truncated equation has roots elsewhere.
    """
    version, measured = law.at(point), len(measurement.values)
    may_exceed = version.finds_all_roots or not (version.is_exact or version.is_explicit)
    if len(predictions) < measured or (len(predictions) > measured and not may_exceed):
        raise LawError(
            f"law '{law.name}'",
            f"{measured} values are measured at {point}",
            f"{len(predictions)} predicted",
            "Give the law a branch for each.",
        )


def _resolved(law: Law, point: dict[str, sp.Expr], digits: int, experiment: Experiment) -> list[Comparison]:
    """The misses of a law with a remainder, measured to enough digits to tell them from the measurement's error."""
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


def _slope(law: Law, one: Comparison, two: Comparison) -> Any:
    """d ln|miss| / d ln(variable) between two points. Raises LawError where the variable goes nowhere."""
    context = new_context(30)
    name = str(law.remainder_variable)

    def at(comparison: Comparison) -> Any:
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
