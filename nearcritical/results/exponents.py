"""Measured exponents as records."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.evaluation.decimals import brief, decimal
from nearcritical.results.written import SPARE, Record, bound_text, texts

if TYPE_CHECKING:
    from analytics.law.law import Law
    from numerics.verification.exponents import Exponent


def exponent_record(name: str, exponent: Exponent) -> Record:
    """A measured exponent beside the exact one, and the elimination behind it. name: what the exponent goes by.

    error_bound: of the figure as it is written, rounded upwards. local_exponents: one for each pair of neighbouring
    inputs. table: row j is T(j, 0) ... T(j, j). plot: columns of JSON numbers, an entry for each pair of inputs, for a
    picture of the convergence.
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
        "error_bound": bound_text(exponent.bound_of(measured)),
        "input_error": brief(exponent.input_error),
        "bound_by": exponent.bound_by,
        "digits": exponent.digits,
        "digits_reached": exponent.digits_reached,
        "shortfall": exponent.shortfall,
        "passed": exponent.passed,
        "setting": texts(exponent.setting),
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


def stated_exponent(name: str, law: Law) -> Record:
    """The exponent of a law that has no number to be measured, a formula in the order p, and m of a band edge."""
    from analytics.expressions import printing

    return {
        "observable": name,
        "parameter": str(law.remainder_variable),
        "law": law.name,
        "predicted": printing.text(law.exponents[0]),
        "latex": printing.latex(law.exponents[0]),
    }


def exponent_difference(first: Record, second: Record) -> Record:
    """The first of two exponents less the second, exact and measured, with the sum of their error bounds."""
    from analytics.evaluation.contexts import kept_context

    digits = max(1, min(first["digits_reached"], second["digits_reached"]))
    exact = Fraction(first["predicted"]) - Fraction(second["predicted"])
    context = kept_context(digits + 2 * SPARE)
    apart = context.mpf(first["measured"]) - context.mpf(second["measured"])
    bound = context.mpf(first["error_bound"]) + context.mpf(second["error_bound"])
    measured = context.nstr(apart, digits) if abs(apart) > bound else "0"
    return {
        "predicted": str(exact),
        "measured": measured,
        "error_bound": bound_text(bound + abs(context.mpf(measured) - apart)),
    }


def _log10_miss(exponent: Exponent, value: Any) -> float | None:
    """log10 |value - exact exponent|, None where there is no difference."""
    from analytics.evaluation.contexts import kept_context

    context = kept_context(2 * exponent.digits + 2 * SPARE)
    miss = abs(context.convert(value) - context.mpf(int(exponent.predicted.p)) / int(exponent.predicted.q))
    return None if miss == 0 else float(context.log10(miss))
