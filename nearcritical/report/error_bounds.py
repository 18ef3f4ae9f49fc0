"""How far the laws with a remainder are from the exact ones, at one setting each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from analytics.errors import NearCriticalError
from nearcritical.results.laws import bound_record
from numerics.verification.points import settings_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.law.law import Law
    from nearcritical.results.written import Record
    from nearcritical.system.progress import Progress

ENDS: dict[sp.Expr, sp.Expr] = {sp.S.Zero: sp.Rational(1, 100), sp.oo: sp.Integer(1000)}
"""Limit -> how far from it a bound is to hold."""


def error_bound_records(laws: Sequence[Law], progress: Progress) -> dict[str, Record]:
    """Law -> its bound with the `setting`, or the `reason` why there is none; nothing of laws without exact partner."""
    found = {}
    for done, law in enumerate(laws):
        progress(f"bounding {law.name}", done, len(laws))
        if law.limit is None or law.exact is None:
            continue
        target = law.limit[1]
        chosen = settings_along(law)[0]
        setting = {name: value for name, value in chosen.items() if name != str(law.remainder_variable)}
        try:
            bound = law.error_bound({str(law.remainder_variable): ENDS[target]}, setting)
        except NearCriticalError as error:
            found[law.name] = {"reason": str(error)}
            continue
        found[law.name] = bound_record(law, bound) | {
            "setting": {name: str(value) for name, value in setting.items()}
        }
    return found
