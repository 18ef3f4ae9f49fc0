"""Laws, verdicts and exponents as plain records of text, numbers and lists: what JSON and the tables show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.evaluation.decimals import brief, decimal, fraction, lower, upper

if TYPE_CHECKING:
    from analytics.balls.enclosure import Enclosure
    from analytics.law.law import Law
    from analytics.law.values import State
    from numerics.verification.check import Check
    from numerics.verification.comparison import Compared, LeadingError
    from numerics.verification.exponents import Exponent
    from numerics.verification.proof import Proof
    from numerics.verification.verify import Verdict

Record = dict[str, Any]

SPARE = 5
"""Digits shown of an elimination beyond those that its result vouches for."""


def json_text(record: object) -> str:
    """JSON with a line end, its letters as they are."""
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def law_summary(law: Law) -> Record:
    """What `laws` says of a law."""
    from analytics.expressions import printing

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
    from analytics.expressions import printing
    from analytics.expressions.parameter import describe

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
    from analytics.export.formats import export

    return {
        f"{law.name}.{suffix}": export([law], form)
        for law in laws
        for suffix, form in (("tex", "latex"), ("json", "json"))
    }


def evaluation_record(law: Law, states: Sequence[State], digits: int) -> Record:
    """The values of a law at a point, one per branch, to `digits` significant digits; of several steady states
    their amplitude, growth and stability as well."""
    several = len(states) > 1
    record: Record = {"law": law.name, "subject": str(law.subject), "digits": digits}
    if several:
        record["states"] = [
            {
                "label": f"R_{place}",
                "amplitude": decimal(state.amplitude, digits),
                "largest_growth": None if state.growth is None else decimal(state.growth, digits),
                "stable": state.is_stable,
            }
            for place, state in enumerate(states, start=1)
        ]
    record["values"] = [
        {
            "label": _label(law, len(state.values), branch, place if several else None),
            **({"state": f"R_{place + 1}"} if several else {}),
            **_complex(value, digits),
        }
        for place, state in enumerate(states)
        for branch, value in enumerate(state.values)
    ]
    return record


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


def _label(law: Law, count: int, branch: int, state: int | None) -> str:
    """What one of the `count` values on a steady state is called: R_2, or "sigma_1 on R_2"; state: None of one."""
    if state is None:
        return branch_labels(law, count)[branch]
    if law.gives_steady_states:
        return f"{law.subject}_{state + 1}"
    return f"{branch_labels(law, count)[branch]} on R_{state + 1}"


def verdict_record(verdict: Verdict, digits: int) -> Record:
    """A verdict with every point, prediction and measurement; branches are numbered from 1, as labels are."""
    law = verdict.law
    values_at = Counter((str(comparison.point), comparison.state) for comparison in verdict.points)
    return {
        "law": law.name,
        "observable": law.observable,
        "passed": verdict.passed,
        "kind": verdict.kind,
        "digits_agreed": verdict.digits_agreed,
        "remainder_order": None if law.remainder_order is None else str(law.remainder_order),
        "observed_order": None if verdict.observed_order is None else decimal(verdict.observed_order, 6),
        "reason": verdict.reason,
        "points": [
            {
                "point": {str(name): str(value) for name, value in comparison.point.items()},
                "branch": comparison.branch + 1,
                "label": _label(
                    law,
                    values_at[str(comparison.point), comparison.state],
                    comparison.branch,
                    comparison.state,
                ),
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
            for comparison in verdict.points
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


def exponent_record(name: str, exponent: Exponent) -> Record:
    """A measured exponent beside the exact one, under the name that it goes by, and the elimination behind it.

    error_bound: of the figure as it is written, upwards.
    inputs; local_exponents, one for each two neighbouring inputs; table: row j, T(j, 0) ... T(j, j).
    plot: the same as columns of JSON numbers, a row for each pair of inputs, for a picture of the convergence.
    """
    digits = max(1, exponent.digits_reached)
    shown = digits + SPARE
    measured = decimal(exponent.measured, digits)
    return {
        "observable": name,
        "parameter": exponent.parameter,
        "law": exponent.law.name,
        "against": None if exponent.against is None else exponent.against.name,
        "predicted": str(exponent.predicted),
        "measured": measured,
        "error_bound": _written_bound(exponent.bound_of(measured)),
        "input_error": brief(exponent.input_error),
        "bound_by": exponent.bound_by,
        "digits": exponent.digits,
        "digits_reached": exponent.digits_reached,
        "shortfall": exponent.shortfall,
        "passed": exponent.passed,
        "setting": {name: str(value) for name, value in exponent.setting.items()},
        "inputs": [str(value) for value in exponent.inputs],
        "local_exponents": [decimal(row[0], shown) for row in exponent.table],
        "table": [[decimal(value, shown) for value in row] for row in exponent.table],
        "plot": {
            "input": [float(value) for value in exponent.inputs[1:]],
            "local_exponent": [float(row[0]) for row in exponent.table],
            "eliminated": [float(row[-1]) for row in exponent.table],
            "log10_local_miss": [_log10_miss(exponent, row[0]) for row in exponent.table],
            "log10_eliminated_miss": [_log10_miss(exponent, row[-1]) for row in exponent.table],
        },
    }


def _written_bound(bound: Any) -> str:
    return upper(bound, 2) if bound < 1 else brief(bound)


def exponent_difference(first: Record, second: Record) -> Record:
    """The first of two exponents less the second, exact and measured, with the sum of their error bounds."""
    from analytics.evaluation.contexts import new_context

    digits = max(1, min(first["digits_reached"], second["digits_reached"]))
    exact = Fraction(first["predicted"]) - Fraction(second["predicted"])
    context = new_context(digits + 2 * SPARE)
    apart = context.mpf(first["measured"]) - context.mpf(second["measured"])
    bound = context.mpf(first["error_bound"]) + context.mpf(second["error_bound"])
    measured = context.nstr(apart, digits) if abs(apart) > bound else "0"
    return {
        "predicted": str(exact),
        "measured": measured,
        "error_bound": _written_bound(bound + abs(context.mpf(measured) - apart)),
    }


def _log10_miss(exponent: Exponent, value: Any) -> float | None:
    """log10 |value - exact exponent|, None where there is no difference."""
    from analytics.evaluation.contexts import new_context

    context = new_context(2 * exponent.digits + 2 * SPARE)
    miss = abs(context.convert(value) - context.mpf(int(exponent.predicted.p)) / int(exponent.predicted.q))
    return None if miss == 0 else float(context.log10(miss))


def check_record(check: Check) -> Record:
    """What became of a formula, with every comparison and the leading errors."""
    from analytics.expressions import printing

    law = check.law
    return {
        "equation": printing.text(law.equation),
        "observable": law.observable,
        "network": law.network.name,
        "kind": check.kind,
        "passed": check.passed,
        "reason": check.reason,
        "digits": check.digits,
        "digits_agreed": check.digits_agreed,
        "digits_seen": check.digits_seen,
        "fixed": {name: str(value) for name, value in check.fixed.items()},
        "limit": None
        if check.limit is None
        else {"parameter": str(check.limit[0]), "value": str(check.limit[1])},
        "errors": [_error_record(error, check) for error in check.errors],
        "remainder": None if check.remainder is None else str(check.remainder),
        "remainder_agrees": check.remainder_agrees,
        "shown": None if check.shown is None else _compared_record(check.shown),
        "points": [_compared_record(compared) for compared in check.points],
        "left_out": list(check.left_out),
    }


def _error_record(error: LeadingError, check: Check) -> Record:
    """C x^s, or C x^s ln x, of one setting; "0" where the formula is exact along the limit.

    Of a complex error it is that of its modulus.
    """
    record: Record = {
        "setting": {name: str(value) for name, value in error.setting.items()},
        "branch": error.branch + 1,
        "vanishing": error.vanishing,
        "modulus": hasattr(error.last.error, "_mpc_"),
        "leading": None,
    }
    if error.power is None:
        return record | {"text": "0" if error.vanishing else None}
    power = error.power
    coefficient = _settled(power.coefficient, power.coefficient_error)
    exponent = _settled(power.power, power.power_error) if power.rational is None else str(power.rational)
    variable = str(check.limit[0]) if check.limit else ""
    factors = [coefficient, *([f"ln({variable})"] if power.logarithm else [])]
    factors.append(
        variable if exponent == "1" else f"{variable}**{exponent if exponent.isdigit() else f'({exponent})'}"
    )
    return record | {
        "leading": {
            "coefficient": coefficient,
            "coefficient_error": brief(power.coefficient_error),
            "power": exponent,
            "recognised": power.rational is not None,
            "power_measured": None if power.logarithm else _settled(power.power, power.power_error),
            "power_error": None if power.logarithm else brief(power.power_error),
            "logarithm": power.logarithm,
        },
        "text": " * ".join(factors),
    }


def _settled(value: Any, error: Any) -> str:
    """A number to the digits that its error leaves, 12 at most."""
    from mpmath import mp

    digits = 12 if not error else int(mp.floor(-mp.log10(error / abs(value)))) if value else 1
    return decimal(value, max(1, min(12, digits)))


def _compared_record(compared: Compared) -> Record:
    digits = min(int(compared.digits) + SPARE + 1, 60)
    return {
        "point": {name: str(value) for name, value in compared.point.items()},
        "branch": compared.branch + 1,
        "measured": number_text(compared.measured, digits),
        "formula": None if compared.predicted is None else number_text(compared.predicted, digits),
        "flaw": compared.flaw,
        "digits": int(compared.digits),
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
        abs(Fraction(Decimal(text)) - fraction(part))  # Python reads no integer of more than 4300 digits
        for text, part in zip((shown["re"], shown["im"]), parts, strict=True)
    )
    return shown, upper(fraction(found.radius) + sum(misses, start=Fraction(0)), 2)


def _complex(value: Any, digits: int) -> Record:
    if hasattr(value, "_mpc_"):
        return {"re": decimal(value.real, digits), "im": decimal(value.imag, digits) if value.imag else "0"}
    return {"re": decimal(value, digits), "im": "0"}
