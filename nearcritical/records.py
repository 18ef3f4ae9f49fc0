"""Laws, verdicts and exponents as plain records of text, numbers and lists: what JSON and the tables show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from nearcritical.output import brief, decimal, upper

if TYPE_CHECKING:
    from analytics.enclosure import Enclosure
    from analytics.law import Law
    from numerics.exponents import Exponent
    from numerics.verify import Verdict

Record = dict[str, Any]


def json_text(record: object) -> str:
    """JSON with a line end, its letters as they are."""
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def law_summary(law: Law) -> Record:
    """What `laws` says of a law."""
    from analytics import printing

    return {
        "name": law.name,
        "observable": law.observable,
        "meaning": law.meaning,
        "subject": str(law.subject),
        "equation": printing.text(law.equation),
        "latex": law.latex(),
        "exact": law.is_exact,
        "remainder": None if law.remainder is None else str(law.remainder),
        **_given(law),
        "alternatives": [
            {"equation": printing.text(version.equation), "latex": version.latex(), **_given(version)}
            for version in law.alternatives
        ],
        "validity": law.validity,
        "source": law.source,
    }


def _given(version: Law) -> Record:
    """The parameters of one version of a law, and the laws of its further unknowns."""
    from analytics import printing
    from analytics.parameter import describe

    return {
        "parameters": [
            {
                "name": parameter.name,
                "meaning": parameter.meaning,
                "unit": parameter.unit,
                "domain": describe(parameter.domain),
                "default": None if parameter.default is None else str(parameter.default),
            }
            for parameter in version.parameters
        ],
        "where": [
            {"name": known.name, "subject": str(known.subject), "equation": printing.text(known.equation)}
            for known in version.where
        ],
    }


def law_files(laws: Sequence[Law]) -> dict[str, str]:
    """One .tex and one .json per law."""
    from analytics.export import export

    return {
        f"{law.name}.{suffix}": export([law], form)
        for law in laws
        for suffix, form in (("tex", "latex"), ("json", "json"))
    }


def evaluation_record(law: Law, branches: Sequence[Any], digits: int) -> Record:
    """The values of a law at a point, one per branch, to `digits` significant digits."""
    return {
        "law": law.name,
        "subject": str(law.subject),
        "digits": digits,
        "values": [
            {"label": label, **_complex(value, digits)}
            for label, value in zip(branch_labels(law, len(branches)), branches, strict=True)
        ],
    }


def enclosure_record(law: Law, branches: Sequence[Enclosure], digits: int) -> Record:
    """The values of a law at a point in balls: |value - midpoint| <= radius, proved.

    The midpoint is rounded to a digit more than the radius shows, and the radius holds for what is written.
    """
    values = []
    for label, found in zip(branch_labels(law, len(branches)), branches, strict=True):
        midpoint, radius = rounded_enclosure(found, digits)
        values.append({"label": label, "midpoint": midpoint, "radius": radius})
    return {"law": law.name, "subject": str(law.subject), "digits": digits, "proved": True, "values": values}


def branch_labels(law: Law, count: int) -> list[str]:
    """What `count` values of a law are called: M11, M12, M21, M22 of a matrix, else sigma_1, sigma_2, ..."""
    name = str(law.subject)
    if count == 1:
        return [name]
    if count == len(law.predictions) == 4:
        return [f"{name}{place}" for place in ("11", "12", "21", "22")]
    return [f"{name}_{place}" for place in range(1, count + 1)]


def verdict_record(verdict: Verdict, digits: int) -> Record:
    """A verdict with every point, prediction and measurement."""
    law = verdict.law
    values_at = Counter(str(comparison.point) for comparison in verdict.points)
    return {
        "law": law.name,
        "observable": law.observable,
        "passed": verdict.passed,
        "digits_agreed": verdict.digits_agreed,
        "remainder_order": None if law.remainder_order is None else str(law.remainder_order),
        "observed_order": None if verdict.observed_order is None else decimal(verdict.observed_order, 6),
        "reason": verdict.reason,
        "points": [
            {
                "point": {str(name): str(value) for name, value in comparison.point.items()},
                "branch": comparison.branch,
                "label": branch_labels(law, values_at[str(comparison.point)])[comparison.branch],
                "predicted": number_text(comparison.predicted, digits),
                "measured": number_text(comparison.measured, digits),
                "difference": brief(_size(comparison.difference)),
                "digits_agreed": int(10 * comparison.digits) / 10,
                "sites": list(comparison.measurement.sites),
                "engine": comparison.measurement.engine,
                "method": comparison.measurement.method,
                "iterations": comparison.measurement.iterations,
                "residual": brief(comparison.measurement.residual),
            }
            for comparison in verdict.points
        ],
    }


def exponent_record(name: str, exponent: Exponent) -> Record:
    """A measured exponent beside the exact one, under the name that it goes by."""
    return {
        "observable": name,
        "parameter": str(exponent.parameter),
        "predicted": str(exponent.predicted),
        "measured": decimal(exponent.measured, exponent.digits),
        "error_bound": brief(exponent.error_bound),
        "passed": exponent.passed,
    }


def number_text(value: Any, digits: int) -> str:
    """A real number, or a complex one as "a + b i", to `digits` significant digits.

    A part of a complex number that is smaller than its modulus by more than these digits counts as 0.
    """
    if not hasattr(value, "_mpc_"):
        return decimal(value, digits)
    least = abs(value) / 10**digits
    real, imaginary = (
        decimal(part, digits) if abs(part) > least else "0" for part in (value.real, value.imag)
    )
    if imaginary == "0":
        return real
    return f"{real} {'-' if imaginary.startswith('-') else '+'} {imaginary.lstrip('-')} i"


def _size(value: Any) -> Any:
    """The modulus of a complex number, a real one as it is."""
    return abs(value) if hasattr(value, "_mpc_") else value


def rounded_enclosure(found: Enclosure, digits: int) -> tuple[Record, str]:
    """The midpoint as written, to a few digits more than asked for, and a radius around it rounded upwards."""
    shown = _complex(found.midpoint, digits + 2)
    parts = (found.midpoint.real, found.midpoint.imag)
    misses = (
        abs(Fraction(text) - _fraction(part))
        for text, part in zip((shown["re"], shown["im"]), parts, strict=True)
    )
    return shown, upper(_fraction(found.radius) + sum(misses, start=Fraction(0)))


def _fraction(number: Any) -> Fraction:
    sign, mantissa, exponent, _ = number._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def _complex(value: Any, digits: int) -> Record:
    if hasattr(value, "_mpc_"):
        return {"re": decimal(value.real, digits), "im": decimal(value.imag, digits) if value.imag else "0"}
    return {"re": decimal(value, digits), "im": "0"}
