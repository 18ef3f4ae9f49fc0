"""What became of a formula, as a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.evaluation.decimals import brief
from nearcritical.results.written import SPARE, Record, number_text, settled_text, text_or_none, texts

if TYPE_CHECKING:
    from numerics.verification.check import Check
    from numerics.verification.comparison import Compared, LeadingError


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
        "fixed": texts(check.fixed),
        "varied": {name: [str(value) for value in values] for name, values in check.varied.items()},
        "stray_roots": [number_text(root, 6) for root in check.stray],
        "limit": None
        if check.limit is None
        else {"parameter": str(check.limit[0]), "value": str(check.limit[1])},
        "errors": [_error_record(error, check) for error in check.errors],
        "remainder": text_or_none(check.remainder),
        "remainder_agrees": check.remainder_agrees,
        "shown": None if check.shown is None else _compared_record(check.shown, check),
        "points": [_compared_record(compared, check) for compared in check.points],
        "left_out": list(check.left_out),
    }


def _error_record(error: LeadingError, check: Check) -> Record:
    """The leading error of one setting, C x^s or C x^s ln x; "0" where the formula is exact along the limit.

    The leading error of a complex quantity is that of its modulus.
    """
    record: Record = {
        "setting": texts(error.where(check.law.network)),
        "branch": error.branch + 1,
        "vanishing": error.vanishing,
        "modulus": hasattr(error.last.error, "_mpc_"),
        "leading": None,
    }
    if error.power is None:
        return record | {"text": "0" if error.vanishing else None}
    power = error.power
    coefficient = settled_text(power.coefficient, power.coefficient_error)
    exponent = settled_text(power.power, power.power_error) if power.rational is None else str(power.rational)
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
            "power_measured": None if power.logarithm else settled_text(power.power, power.power_error),
            "power_error": None if power.logarithm else brief(power.power_error),
            "logarithm": power.logarithm,
        },
        "text": " * ".join(factors),
    }


def _compared_record(compared: Compared, check: Check) -> Record:
    digits = min(int(compared.digits) + SPARE + 1, 60)
    return {
        "point": texts(compared.where(check.law.network)),
        "branch": compared.branch + 1,
        "measured": number_text(compared.measured, digits),
        "formula": None if compared.predicted is None else number_text(compared.predicted, digits),
        "flaw": compared.flaw,
        "digits": int(compared.digits),
    }
