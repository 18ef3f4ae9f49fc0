"""How far the laws with a remainder are from the exact ones, at one setting each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from analytics.errors import NearCriticalError
from nearcritical.model.building import theory_of
from nearcritical.results.laws import bound_record
from numerics.verification.points import settings_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.law.law import Law
    from nearcritical.model.model import Model
    from nearcritical.results.written import Record

ENDS: dict[sp.Expr, sp.Expr] = {sp.S.Zero: sp.Rational(1, 100), sp.oo: sp.Integer(1000)}
"""Limit -> how far from it a bound is to hold."""


def bounded_laws(laws: Sequence[Law]) -> list[str]:
    """The names of those that have an exact partner, of which there is a bound, or a reason why not."""
    return [law.name for law in laws if law.limit is not None and law.exact is not None]


def error_bound_record(model: Model, name: str) -> Record:
    """The bound of a law with the `setting`, or the `reason` why there is none; runs in any process."""
    law = theory_of(model)[name]
    assert law.limit is not None
    chosen = settings_along(law)[0]
    setting = {name: value for name, value in chosen.items() if name != str(law.remainder_variable)}
    try:
        bound = law.error_bound({str(law.remainder_variable): ENDS[law.limit[1]]}, setting)
    except NearCriticalError as error:
        return {"reason": str(error)}
    return bound_record(law, bound) | {"setting": {name: str(value) for name, value in setting.items()}}
