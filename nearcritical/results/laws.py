"""Laws, and their values at a point, as records."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from analytics.evaluation.decimals import brief, decimal, lower, upper
from nearcritical.results.written import (
    Record,
    kept_digits,
    number_parts,
    rounded_enclosure,
    sum_text,
    text_or_none,
)

if TYPE_CHECKING:
    from analytics.balls.enclosure import Enclosure
    from analytics.law.error_bound import ErrorBound
    from analytics.law.law import Law
    from analytics.law.omitted import Omitted
    from analytics.law.values import State


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
        "remainder": text_or_none(law.remainder),
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
                "default": text_or_none(parameter.default),
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


def evaluation_record(law: Law, states: Sequence[State], omitted: Sequence[Omitted], digits: int) -> Record:
    """The values of a law at a point, one per branch, to `digits` significant digits.

    Where there are several steady states, the record has their amplitude, growth and stability as well. Of a law with
    a remainder it has what was `omitted`: beside each value the next term, where it is known, and the value to the
    digits of which that term, or else the remainder as stated, changes the last one by a tenth at most.
    """
    several = len(states) > 1
    record: Record = {
        "law": law.name,
        "subject": str(law.subject),
        "digits": digits,
        **_truncation(law, omitted),
    }
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
            "label": label_of(law, len(state.values), branch, place if several else None),
            **({"state": f"R_{place + 1}"} if several else {}),
            **number_parts(value, digits),
        }
        for place, state in enumerate(states)
        for branch, value in enumerate(state.values)
    ]
    values = chain.from_iterable(state.values for state in states)
    for entry, value, lacking in zip(record["values"], values, omitted, strict=False):
        if lacking.next_term is not None:
            entry["next_term"] = brief(lacking.next_term)
        leading = number_parts(value, kept_digits(value, lacking.size, digits))
        entry["leading"] = sum_text(leading["re"], leading["im"])
    return record


def _truncation(law: Law, omitted: Sequence[Omitted]) -> Record:
    """What a record says of a law with a remainder; nothing of an exact one."""
    if law.remainder is None:
        return {}
    return {"remainder": str(law.remainder), "terms_decrease": all(lacking.decreases for lacking in omitted)}


def enclosure_record(
    law: Law, branches: Sequence[Enclosure], omitted: Sequence[Omitted], digits: int
) -> Record:
    """The values of a law at a point in balls: |value - midpoint| <= radius, proved.

    The midpoint is rounded to a digit more than the radius shows, and the radius holds for what is written. Of a law
    with a remainder the formula alone is enclosed; the record has what was `omitted`.
    """
    values = []
    for label, found in zip(branch_labels(law, len(branches)), branches, strict=True):
        midpoint, radius = rounded_enclosure(found, digits)
        values.append({"label": label, "midpoint": midpoint, "radius": radius})
    for entry, lacking in zip(values, omitted, strict=False):
        if lacking.next_term is not None:
            entry["next_term"] = brief(lacking.next_term)
    return {
        "law": law.name,
        "subject": str(law.subject),
        "digits": digits,
        "proved": True,
        **_truncation(law, omitted),
        "values": values,
    }


def bound_record(law: Law, bound: ErrorBound) -> Record:
    """How far a law is from the exact one: |exact - formula| <= constant * remainder, proved.

    The constant is rounded upwards; `least` is what no constant can be smaller than, rounded downwards.
    """
    labels = branch_labels(law, len(bound.branches))
    target = None if law.limit is None else str(law.limit[1])
    return {
        "law": law.name,
        "exact": bound.exact,
        "variable": str(bound.variable),
        "limit": target,
        "up_to": str(bound.up_to),
        "remainder": str(bound.remainder),
        "proved": True,
        "bounds": [
            {
                "label": label,
                "constant": upper(branch.constant),
                "least": lower(branch.least),
                "reached_at": None if branch.place is None else brief(branch.place),
            }
            for label, branch in zip(labels, bound.branches, strict=True)
        ],
    }


def branch_labels(law: Law, count: int) -> list[str]:
    """What `count` values of a law are called: M11, M12, M21, M22 of a matrix, else sigma_1, sigma_2, ..."""
    name = str(law.subject)
    if count == 1:
        return [name]
    if count == len(law.predictions) == 4:
        return [f"{name}{place}" for place in ("11", "12", "21", "22")]
    return [f"{name}_{place}" for place in range(1, count + 1)]


def label_of(law: Law, count: int, branch: int, state: int | None) -> str:
    """What one of `count` values is called: R_2, or "sigma_1 on R_2"; state: None where there is one steady state."""
    if state is None:
        return branch_labels(law, count)[branch]
    if law.background is law:
        return f"{law.subject}_{state + 1}"
    return f"{branch_labels(law, count)[branch]} on R_{state + 1}"
