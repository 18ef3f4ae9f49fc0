"""Verdicts as records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from analytics.evaluation.decimals import brief, decimal, lower, upper
from nearcritical.results.laws import label_of
from nearcritical.results.written import Record, number_text, text_or_none, texts

if TYPE_CHECKING:
    from numerics.verification.proof import Proof
    from numerics.verification.verdict import Verdict


def verdict_record(verdict: Verdict, digits: int) -> Record:
    """A verdict with every point, prediction and measurement; branches are numbered from 1, as labels are.

    constants: those whose values at a point are not the network's own.
    """
    law = verdict.law
    groups = [(str(one.constants(law.network)), str(one.point), one.state) for one in verdict.points]
    values_at = Counter(groups)
    return {
        "law": law.name,
        "observable": law.observable,
        "passed": verdict.passed,
        "kind": verdict.kind,
        "digits_agreed": verdict.digits_agreed,
        "remainder_order": text_or_none(law.remainder_order),
        "slip": brief(verdict.slip) if verdict.slip is not None else None,
        "observed_order": None if verdict.observed_order is None else decimal(verdict.observed_order, 6),
        "reason": verdict.reason,
        "points": [
            {
                "constants": texts(comparison.constants(law.network)),
                "point": texts(comparison.point),
                "branch": comparison.branch + 1,
                "label": label_of(law, values_at[group], comparison.branch, comparison.state),
                "predicted": number_text(comparison.predicted, digits),
                "measured": number_text(comparison.measured, digits),
                "difference": brief(_size(comparison.difference)),
                "digits_agreed": int(10 * comparison.digits) / 10,
                "sites": list(comparison.measurement.sites),
                "engine": comparison.measurement.engine,
                "method": comparison.measurement.method,
                "iterations": comparison.measurement.iterations,
                "residual": brief(comparison.measurement.residual),
                "proof": None if comparison.proof is None else _proof(comparison.proof),
            }
            for group, comparison in zip(groups, verdict.points, strict=True)
        ],
    }


def _proof(proof: Proof) -> Record:
    """What two enclosures prove: |predicted - measured| is at least `apart` and at most `within`."""
    return {
        "predicted_radius": upper(proof.predicted.radius),
        "measured_radius": upper(proof.measured.radius),
        "apart": lower(proof.apart),
        "within": upper(proof.within),
    }


def _size(value: Any) -> Any:
    """The modulus of a complex number, a real one as it is."""
    return abs(value) if hasattr(value, "_mpc_") else value
