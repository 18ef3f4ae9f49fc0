"""Drawings of the evidence: what asymptotic laws drop, and the digits of exponents. Each returns its caption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from analytics.errors import NearCriticalError
from analytics.evaluation.contexts import kept_context
from analytics.evaluation.values import value_at
from analytics.expressions import printing
from analytics.expressions.parameter import exact_number
from nearcritical.drawing.canvas import INK, MARKERS, PAPER, SERIES, WIDTH, dress, legend_below, tell_apart
from nearcritical.results.exponents import exponent_record
from numerics.observables.discovery import observable_named
from numerics.observables.measure import measure
from numerics.verification.exponents import exponent
from numerics.verification.points import point_along, settings_along

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analytics.law.law import Law
    from nearcritical.drawing.study import Study
    from nearcritical.results.written import Record

NEAREST, FARTHEST = -6, -1
"""Inputs go from 10**NEAREST to 10**FARTHEST."""
FIRST, LAST = 10, 14
"""Times go from 2**FIRST to 2**LAST."""
FEW = 5
"""Inputs of a law, at most."""
SPARE = 12
"""Digits of a measurement beyond those at which the dropped term begins."""
MOST_LAWS = len(SERIES)
"""Laws in one panel."""
EXPONENT_DIGITS = 15


def residuals_of_laws(study: Study, figure: Figure) -> str:
    """|simulation - law| of every asymptotic law against its input, on the line of the term that the law drops."""
    laws = sorted((law for law in study.theory.values() if law.limit is not None), key=_steepness)
    panels = math.ceil(len(laws) / MOST_LAWS)
    share = math.ceil(len(laws) / panels)
    figure.set_size_inches(WIDTH, panels * (2.7 + 0.24 * (share + 2)))
    drawn, unknown = 0, []
    for axes in np.atleast_1d(figure.subplots(panels, 1)):
        for series, law in enumerate(laws[drawn : drawn + share]):
            if not _residual(study, axes, law, series):
                unknown.append(law.name)
            study.told((drawn + series + 1) / len(laws))
        drawn += share
        tell_apart(axes, "simulation less law", "the term that the law drops")
        dress(axes, "input, or 1 over the time", "what is left", log=True)
        legend_below(axes, 1)
    if unknown:
        study.note(unknown_terms(unknown))
    several = " Open points and dotted lines: the second value of a law that has two which differ."
    return (
        f"Points: what the simulated value of {study.named} leaves of each law with a remainder; of an implicit law, "
        "what its two sides leave. Lines: the first term that the law drops, by theory. Their slope is the order of "
        "the remainder, which the legend states. The input is that in which the remainder is stated."
        f"{several if any(len(_branches(law)) > 1 for law in laws) else ''}"
    )


def unknown_terms(names: Sequence[str]) -> str:
    """A sentence about laws of which the term that they drop is not known."""
    if len(names) == 1:
        return f"The term that {names[0]} drops is not known."
    return f"The terms that {', '.join(names[:-1])} and {names[-1]} drop are not known."


def _residual(study: Study, axes: Axes, law: Law, series: int) -> bool:
    """Draw a law. Is the term that it drops known?"""
    assert law.limit is not None and law.remainder is not None
    setting = settings_along(law)[0]
    rows = []
    for value in _inputs(law, study.points):
        point = point_along(law, setting, value)
        try:
            rows.append(seen(law, point))
        except NearCriticalError as error:
            study.note(f"A point of {law.name} is left out: {error}")
    power = "" if law.remainder_order == 1 else rf"^{{\,{law.remainder_order}}}"
    order = f"$O({_variable(law)}{power})$"
    colour: dict[str, Any] = {"color": SERIES[series], "marker": MARKERS[series]}
    is_known = True
    looks: tuple[dict[str, Any], ...] = ({"mec": PAPER, "mew": 0.7}, {"mfc": PAPER, "mew": 1.0})
    for place, branch in enumerate(zip(*rows, strict=True)):
        x, left, dropped = zip(*branch, strict=True)
        axes.plot(x, left, ls="", **colour, **looks[min(place, 1)], zorder=3)
        if any(map(math.isfinite, dropped)):
            axes.plot(x, dropped, color=SERIES[series], lw=1.2, ls=":" if place else "-")
        else:
            is_known = False
    axes.plot([], [], **colour, ls="-", lw=1.2, label=f"{law.name}, {order}")
    return is_known


def _steepness(law: Law) -> sp.Expr:
    """The order of the remainder in what goes to 0, 1 over the time where time goes on."""
    assert law.remainder_order is not None
    return abs(law.remainder_order)


def _inputs(law: Law, points: int) -> list[sp.Expr]:
    """Exact inputs on the way to the limit of a law, the farthest ones first."""
    count = min(points, FEW)
    if own := observable_named(law.observable).approach:
        return list(own(law.network.valued).inputs[:count])
    if law.limit is not None and law.limit[1] == sp.oo:
        return [sp.Integer(2) ** round(power) for power in np.linspace(FIRST, LAST, count)]
    return [
        sp.Rational(10) ** round(power) * sp.Rational(7, 10)
        for power in np.linspace(FARTHEST, NEAREST, count)
    ]


def _branches(law: Law) -> list[int]:
    """Values of a law that differ, or differ in what is dropped, by their places."""
    if not law.is_explicit:
        return [0]
    several = list(zip(law.predictions, law.dropped or law.predictions, strict=True))
    return [place for place, branch in enumerate(several) if branch not in several[:place]]


def seen(law: Law, point: dict[str, sp.Expr]) -> list[tuple[float, float, float]]:
    """(input, what is left, the dropped term) in moduli at a point; NaN for a term that is not known.

    One after the other for the values of the law that differ.
    """
    assert law.limit is not None and law.remainder_order is not None
    variable, target = law.limit
    distance = (
        -math.log10(float(point[str(variable)])) if target == 0 else math.log10(float(point[str(variable)]))
    )
    digits = SPARE + math.ceil(abs(float(law.remainder_order)) * distance) + 5
    reading = measure(law.observable, law.network, point, digits)
    context = kept_context(digits + 5)
    found = []
    for branch in _branches(law):
        measured = reading.values[branch]
        miss = abs(context.convert(law.discrepancy(point, measured, digits, branch=branch)))
        if law.remainder_variable == law.subject:
            x = float(measured)
        else:
            x = float(value_at(point[str(law.remainder_variable)], {}, 15))
        left = 1 / x if target == sp.oo else x, float(miss), _dropped(law, point, measured, branch)
        found.append(left)
    return found


def _dropped(law: Law, point: dict[str, sp.Expr], measured: Any, branch: int) -> float:
    if not law.dropped:
        return math.nan
    if law.is_explicit:
        term = law.omitted(point)[branch].next_term
    else:
        given = {**law.given(point), law.subject: exact_number(measured)}
        term = value_at(law.dropped[0], given, 15)
    return math.nan if term is None else abs(float(term))


def digits_of_exponents(study: Study, figure: Figure) -> str:
    """Digits of every measured exponent against the terms eliminated, and those of the plain slopes."""
    axes = figure.add_subplot()
    records = study.exponents if study.exponents is not None else _measured(study)
    figure.set_size_inches(WIDTH, 3.6 + 0.22 * (len(records) + 2))
    for series, record in enumerate(records):
        colour, marker = SERIES[series % len(SERIES)], MARKERS[series % len(MARKERS)]
        styles: dict[str, dict[str, Any]] = {
            "local": {"ls": ":", "mfc": PAPER},
            "eliminated": {"ls": "-", "mfc": colour},
        }
        for name, style in styles.items():
            misses = record["plot"][f"log10_{name}_miss"]
            digits = [math.nan if miss is None else -miss for miss in misses]
            axes.plot(range(len(digits)), digits, color=colour, marker=marker, ms=4, lw=1.2, **style)
        law = study.theory[record["law"]]
        power = rf"${printing.latex(law.subject)} \sim {_variable(law)}^{{\,{record['predicted']}}}$"
        axes.plot([], [], color=colour, marker=marker, label=f"{record['observable']}, {power}")
    axes.plot([], [], color=INK, marker="o", ms=4, lw=1.2, label="terms eliminated, simulation")
    axes.plot(
        [], [], color=INK, marker="o", ms=4, lw=1.2, ls=":", mfc=PAPER, label="slopes alone, simulation"
    )
    dress(axes, "terms eliminated", "digits of the exponent")
    legend_below(axes, 1)
    return (
        f"Exponents of {study.named}, all from simulated values. Open: slopes between neighbouring inputs. Filled: the "
        "same when one term after the other of the series that the theory gives is eliminated. Digits are counted from "
        "the exact exponent of the theory, which the legend states."
    )


def _variable(law: Law) -> str:
    return printing.latex(law.remainder_variable)


def _measured(study: Study) -> Sequence[Record]:
    """The exponents of the network, measured."""
    laws, records = study.theory.scaling, []
    for done, law in enumerate(laws):
        records.append(exponent_record(law.observable, exponent(law, EXPONENT_DIGITS)))
        study.told((done + 1) / len(laws))
    return records
