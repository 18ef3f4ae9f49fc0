"""An exact law beside measurements: at every point both must agree to the digits asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sympy as sp

from analytics.errors import LawError, NoRootError, ParameterError
from analytics.evaluation.contexts import kept_context, matching_digits
from analytics.evaluation.decimals import lower
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import nearest_to_zero
from analytics.expressions.notation import waves
from analytics.law.law import Law
from analytics.law.statement import Kind as LawKind
from analytics.law.values import State, exact_value
from numerics.engines.numbers import number_out
from numerics.observables.discovery import observable_named
from numerics.observables.measure import Measurement
from numerics.observables.point_text import point_text
from numerics.observables.record import Setting
from numerics.verification.proof import Kind, proof
from numerics.verification.verdict import (
    UNEVALUATED,
    Comparison,
    Experiment,
    Progress,
    Verdict,
    breadth,
    unevaluated,
)

GUARD = 4
"""Digits measured beyond those asked for, so that the last one asked for can be compared."""

OFFSET = 0.01
"""Relative distance between one of several steady states and the wave from which its simulation starts."""

MOST_WAVES = 6
"""Waves that are read off where a law gives all of them: so many of the least damped are compared."""

STABILITY_DIGITS = 20
"""Digits of a steady state whose stability is tested by iterating the map."""


def exact_verdict(
    law: Law,
    tests: Sequence[tuple[Law, Setting]],
    digits: int,
    experiment: Experiment,
    progress: Progress | None,
) -> Verdict:
    """The verdict on an exact law. tests: (the law, on some network, and a point of it).

    Of a law of waves all are counted, at the first point of each version.
    """
    comparisons: list[Comparison] = []
    refusals: list[Exception] = []
    depths: dict[str, Number] = {}
    without = 0
    for done, (version, point) in enumerate(tests, start=1):
        counts = version.kind is LawKind.WAVES and version.signature not in depths
        try:
            found = _comparisons(version, point, digits + GUARD, experiment, counts=counts)
            comparisons += found
            without += not found
            if counts and found:
                depths[version.signature] = _depth(found)
        except UNEVALUATED as refusal:
            refusals.append(refusal)
        if progress:
            progress(done, len(tests))
    remarks = [f"at {_points(without)} neither law nor experiment has a value"] if without else []
    remarks += [unevaluated(refusals, "point")] if refusals else []
    if not comparisons:
        reason = "; ".join(remarks)
        return Verdict(
            law, None, digits, 0, None, None, (), reason if refusals else f"nothing to compare: {reason}"
        )
    agreed = int(min(comparison.digits for comparison in comparisons))
    agrees = agreed >= digits
    over = breadth(comparisons, len(tests) - without - len(refusals))
    reason = f"agrees to {agreed} digits at {over}"
    if depths and agrees:
        reason += f", with no wave too many or too few up to Im q = {lower(min(depths.values()))}"
    if observable_named(law.observable).lasting and any(
        comparison.state is not None for comparison in comparisons
    ):
        reason += "; on unstable states, where no response lasts, it is not compared"
    proofs = [comparison.proof for comparison in comparisons if comparison.proof]
    refuting = [found.apart for found in proofs if found.refutes]
    confirming = sum(found.confirms(digits) for found in proofs)
    kind: Kind = "estimated"
    if refuting:
        kind, agrees = "certified", False
        refuted = Counter(
            str((c.constants(law.network), c.point)) for c in comparisons if c.proof and c.proof.refutes
        )
        reason = (
            f"refuted, proved: off by at least {lower(max(refuting))} at the worst of {len(refuted)} "
            f"of {over}"
        )
    elif agrees and confirming == len(comparisons) and not refusals:
        kind, reason = "certified", f"consistent to 1e-{digits}, proved, at {over}"
    elif confirming:
        reason += f", to 1e-{digits} at {confirming} of them proved"
    passed = None if agrees and refusals else agrees
    reason = "; ".join([reason, *remarks])
    return Verdict(law, passed, digits, agreed, None, None, tuple(comparisons), reason, kind)


def _points(count: int) -> str:
    return f"{count} point{'s' * (count != 1)}"


def _depth(comparisons: Sequence[Comparison]) -> Number:
    """The damping per site up to which waves were compared, on that state where it is the least."""
    on_each: dict[int | None, list[Number]] = {}
    for one in comparisons:
        on_each.setdefault(one.state, []).append(one.measured.imag)
    return min(map(max, on_each.values()))


def _comparisons(
    law: Law, point: Setting, digits: int, experiment: Experiment, *, counts: bool
) -> list[Comparison]:
    """The law beside the measurement at one point, for each steady state and each value.

    Each of several steady states is measured from a start near it. An observable that is read off a lasting response
    is not measured at an unstable state, which has none. Where neither the law nor the experiment has a value there is
    nothing to compare. counts: are as many waves read off as the law has, up to `MOST_WAVES`?
    """
    try:
        states = law.states(point, digits)
    except NoRootError:
        if _measures_nothing(law, point, digits, experiment):
            return []
        raise
    found: list[Comparison] = []
    several = len(states) > 1
    for index, state in enumerate(states):
        start = _starting_near(state) if several else {}
        if several and state.is_stable is not None:
            _require_stability(law, point, state, start, experiment)
        if state.is_stable is False and observable_named(law.observable).lasting:
            continue
        measurement = experiment(law.observable, law.network, {**point, **start}, digits)
        seen = _compared(law, point, state.values, measurement, digits, index if several else None)
        count = min(len(state.values), MOST_WAVES)
        if counts and count > len(measurement.values):
            asked = {**point, **start, str(waves): sp.Integer(count)}
            measurement = experiment(law.observable, law.network, asked, digits)
            further = _compared(law, point, state.values, measurement, digits, index if several else None)
            seen += further[len(seen) :]
        found += seen
    return found


def _measures_nothing(law: Law, point: Setting, digits: int, experiment: Experiment) -> bool:
    """Does the experiment refuse the point as well, or find values only where the law does not look for any?"""
    try:
        measurement = experiment(law.observable, law.network, point, digits)
    except ParameterError:
        return True
    return not _sought(law, measurement)


def _sought(law: Law, measurement: Measurement) -> tuple[Number, ...]:
    """The measured values that lie in the domain of a law that finds all roots there; of other laws all of them."""
    codomain = law.codomain
    if law.kind is not LawKind.WAVES:
        return measurement.values
    return tuple(
        value
        for value in measurement.values
        if codomain.b_interval.contains(sp.im(exact_value(value))) == sp.true
    )


def _compared(
    law: Law,
    point: Setting,
    predictions: Sequence[Number],
    measurement: Measurement,
    digits: int,
    state: int | None,
) -> list[Comparison]:
    values = _sought(law, measurement)
    require_as_many(law, point, predictions, values, all_seen=len(values) < len(measurement.values))
    context = kept_context(digits + 10)
    found = []
    for branch, (predicted, measured) in enumerate(zip(predictions, values, strict=False)):
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
    law: Law, point: Setting, state: State, start: Setting, experiment: Experiment
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
            f"the state of amplitude {float(state.amplitude):.6g} at {point_text(point)} is said to be "
            f"{'stable' if state.is_stable else 'unstable'}, Lambda = {float(state.growth):.6g}",
            {None: "neither seen", True: "the map comes to it", False: "the map leaves it"}[seen],
            "Mend the law of the amplitude or of the growth.",
        )


def require_as_many(
    law: Law,
    point: Setting,
    predictions: Sequence[Number],
    values: Sequence[Number],
    *,
    all_seen: bool = False,
) -> None:
    """Raise LawError unless there are as many predictions as measured values.

    Two kinds of laws may predict more: one that gives all roots of its equation, since only the first waves are
    measured, unless these are `all_seen`, and an implicit one with a remainder, whose truncated equation has further
    roots elsewhere.
    """
    may_exceed = not all_seen and (law.kind is LawKind.WAVES or not (law.is_exact or law.is_explicit))
    if len(predictions) < len(values) or (len(predictions) > len(values) and not may_exceed):
        raise LawError(
            f"law '{law.name}'",
            f"values measured at {point_text(point)}: {len(values)}",
            f"{len(predictions)} predicted",
            "Give the law a branch for each.",
        )
