"""Any law against one or two of its parameters: theory as lines or as a map, simulations as points."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from analytics.arrays.arithmetic import LARGEST, SMALLEST
from analytics.errors import NearCriticalError, ParameterError
from analytics.expressions import printing
from analytics.expressions.parameter import WHOLE_NUMBERS, Parameter, exact_number
from analytics.expressions.prose import typeset
from nearcritical.drawing.canvas import (
    DARK,
    DASHED,
    SERIES,
    axes_in,
    draw_points,
    legend_below,
    one_figure,
    saved,
)
from nearcritical.drawing.study import exactly
from nearcritical.drawing.svg import standalone
from nearcritical.results.laws import branch_labels
from numerics.observables.measure import measure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analytics.law.law import Law

LINE_POINTS, MAP_POINTS = 1201, 41
"""Values of a parameter along a line, two a pixel so that no corner of the drawing's own is seen, and along each side
of a map."""

FEW_POINTS = 25
"""The same of a law that is solved for all waves at each point, which takes longer."""

WAVES = 24
"""Measured wavenumbers are multiples of pi over this."""

DIGITS = 15
LEAST_DAMPED = 2
"""Waves that are drawn of a law that has many, those that are damped least."""

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Values of a parameter from `start` to `end`, evenly or by equal ratios."""

    name: str
    start: sp.Expr
    end: sp.Expr
    is_log: bool

    def values(self, count: int, parameter: Parameter) -> list[Any]:
        """So many values, doubles, or whole numbers where the parameter is one."""
        start, end = float(self.start), float(self.end)
        found = np.geomspace(start, end, count) if self.is_log else np.linspace(start, end, count)
        if parameter.domain in WHOLE_NUMBERS:
            return sorted({round(float(value)) for value in found})
        return [float(value) for value in found]

    def measured(self, count: int, parameter: Parameter) -> list[Any]:
        """The same for measurements: a wave must fit a lattice, so that wavenumbers are simple parts of pi."""
        values = self.values(count, parameter)
        if parameter.unit != "rad/site":
            return values
        parts = dict.fromkeys(round(value * WAVES / math.pi) for value in values)
        return [sp.pi * part / WAVES for part in parts]


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing of a law: a matplotlib figure, its caption, and the values drawn.

    rows: under `columns`; each says whether its values are of the law or were measured.
    """

    law: Law
    figure: Figure
    caption: str
    columns: tuple[str, ...]
    rows: Rows

    def __repr__(self) -> str:
        return f"<Plot of {self.law.name} of {self.law.network.name}: {len(self.rows)} values>"

    def saved(self, form: str) -> bytes:
        """The drawing as svg, pdf or png."""
        with one_figure():
            drawn = saved(self.figure, form)
        if form != "svg":
            return drawn
        return standalone(drawn.decode(), f"plot-{self.law.name}", self.caption, DARK).encode()

    @property
    def csv(self) -> str:
        """The values as comma-separated text with a header."""
        return "".join(",".join(row) + "\n" for row in (self.columns, *self.rows))

    def _repr_svg_(self) -> str:
        return self.saved("svg").decode()


def span(text: str) -> Span:
    """``F=1e-6:1:log`` or ``delta=-pi/8:pi/8``. Raises ParameterError, or GrammarError for a value."""
    name, equals, values = (part.strip() for part in text.partition("="))
    parts = [part.strip() for part in values.split(":")]
    is_log = len(parts) == 3 and parts[2] == "log"
    if not (name and equals and (len(parts) == 2 or is_log) and all(parts)):
        raise ParameterError(
            "plotting", "a span is NAME=FROM:TO or NAME=FROM:TO:log", repr(text), "Write F=1e-6:1:log."
        )
    start, end = (exact_number(part, f"plotting: {name}") for part in parts[:2])
    for part, bound in zip(parts, (start, end)):
        if bound != 0 and not SMALLEST <= abs(bound) <= LARGEST:
            need = f"{name} goes from and to 0 or numbers of a size between {SMALLEST:g} and {LARGEST:g}"
            raise ParameterError("plotting", need, part, "Change the ends.")
    is_right = start.is_real and end.is_real and bool(start < end) and (not is_log or bool(start > 0))
    if not is_right:
        need = "from a positive number to a larger one" if is_log else "from a real number to a larger one"
        raise ParameterError("plotting", f"{name} goes {need}", values, "Change the ends.")
    return Span(name, start, end, is_log)


def plot(
    law: Law,
    x: str | None = None,
    y: str | None = None,
    *,
    at: Mapping[str, object] | None = None,
    points: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Plot:
    """`law` against a parameter, or over two.

    x, y: spans as ``F=1e-6:1:log``; without x the first parameter that `at` does not fix, over a range that suits it.
    at: exact values of the other parameters. points: simulations along a line, or along each side of a map.
    Raises ParameterError for a span or a point, UnknownNameError for a parameter that the law does not have.
    """
    fixed = {str(name): value for name, value in (at or {}).items()}
    spans = [_default(law, fixed) if x is None else span(x), *([] if y is None else [span(y)])]
    names = [each.name for each in spans]
    if len({*names, *fixed}) < len(names) + len(fixed):
        raise ParameterError(
            "plotting",
            "a parameter is drawn along or fixed, once",
            ", ".join([*names, *fixed]),
            "Give it once.",
        )
    start = {**fixed, **{each.name: each.start for each in spans}}
    version = law.at(start)
    values = version.given(start)
    sides = [next(each for each in version.parameters if each.name == name) for name in names]
    count = FEW_POINTS if version.count is None else LINE_POINTS if y is None else MAP_POINTS
    grids = [each.values(count, side) for each, side in zip(spans, sides)]
    drawn = [each.measured(points, side) for each, side in zip(spans, sides)] if points else []
    theory = _predicted(version, values, names, list(product(*grids)))
    places = list(product(*drawn)) if points else []
    seen = []
    for done, place in enumerate(places):
        if progress:
            progress(done, len(places))
        seen.append(_measured(version, fixed | dict(zip(names, place))))
    table = _Table(
        tuple(names), _labels(version, theory.shape[1]), list(product(*grids)), theory, places, seen
    )
    with one_figure() as figure:
        draw = _draw_lines if y is None else _draw_map
        draw(figure, version, spans, sides, table)
    return Plot(law, figure, _caption(version, fixed, seen), table.columns, table.rows)


@dataclass(frozen=True, slots=True)
class _Table:
    """What is drawn: at each place along the spans the values of the law, and those measured."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    places: list[tuple[float, ...]]
    theory: Any
    drawn: list[tuple[float, ...]]
    seen: list[list[float]]

    @property
    def columns(self) -> tuple[str, ...]:
        return ("kind", *self.names, *self.labels)

    @property
    def rows(self) -> Rows:
        def row(kind: str, place: tuple[float, ...], values: Sequence[float]) -> tuple[str, ...]:
            padded = [*values, *[math.nan] * (len(self.labels) - len(values))]
            return (kind, *(repr(float(value)) for value in (*place, *padded)))

        return (
            *(row("law", place, values) for place, values in zip(self.places, self.theory)),
            *(row("measured", place, values) for place, values in zip(self.drawn, self.seen)),
        )


def _default(law: Law, fixed: Mapping[str, object]) -> Span:
    """The first parameter that is not fixed, over a range that suits it."""
    version = min(law.versions, key=lambda each: len(fixed.keys() - {p.name for p in each.parameters}))
    free = [each for each in version.valued.parameters if each.name not in fixed]
    if not free:
        raise ParameterError("plotting", "a parameter must be free", ", ".join(fixed), "Fix one less.")
    domain = free[0].domain
    small, large = sp.Rational(1, 10**6), sp.Integer(1)
    if domain in WHOLE_NUMBERS:
        return Span(free[0].name, sp.Integer(1), sp.Integer(1000), True)
    if domain.inf != 0:
        return Span(free[0].name, -sp.pi, sp.pi, False)
    if domain.sup != sp.oo:
        return Span(free[0].name, domain.sup / 100, domain.sup * sp.Rational(99, 100), False)
    return Span(free[0].name, small, large, True)


def _predicted(
    law: Law, values: Mapping[sp.Symbol, sp.Expr], names: Sequence[str], places: Sequence[tuple[float, ...]]
) -> Any:
    """The values of the law at each place: an array of shape (places, values), NaN where there is none.

    A complex value is two, its real and its imaginary part. Doubles, by the compiled law where there is one.
    """
    along = dict(zip(names, zip(*places)))
    columns = [np.array(along.get(each.name, float(values[each.symbol]))) for each in law.parameters]
    if law.count is not None:
        shape = np.broadcast_shapes(*(column.shape for column in columns))
        found = np.reshape(law.compile("numpy")(*columns), (law.count, *shape)).T
    else:
        point = {each.name: values[each.symbol] for each in law.parameters}
        rows = [_evaluated(law, point | dict(zip(names, place))) for place in places]
        width = max(map(len, rows))
        found = np.array([[*row, *[complex(math.nan, math.nan)] * (width - len(row))] for row in rows])
    if not law.is_complex:
        return found
    return np.stack([found.real, found.imag], axis=-1).reshape(len(found), -1)


def _evaluated(law: Law, point: Mapping[str, Any]) -> list[complex]:
    try:
        return [complex(value) for value in law.branches(exactly(point), DIGITS)[:LEAST_DAMPED]]
    except NearCriticalError:
        return []


def _measured(law: Law, point: Mapping[str, Any]) -> list[float]:
    """What the simulation says at a point, parts of complex values apart; nothing where it says nothing."""
    try:
        values = measure(law.observable, law.network, exactly(point), DIGITS).values
    except NearCriticalError:
        return []
    if not law.is_complex:
        return [float(value) for value in values]
    return [float(part) for value in values for part in (value.real, value.imag)]


def _labels(law: Law, count: int) -> tuple[str, ...]:
    if not law.is_complex:
        return tuple(branch_labels(law, count))
    return tuple(f"{part} {label}" for label in branch_labels(law, count // 2) for part in ("Re", "Im"))


def _label(label: str) -> str:
    """ "Re lambda_1" with its symbol in letters."""
    *part, name = label.split(" ")
    return " ".join([*part, f"${printing.latex(sp.Symbol(name))}$"])


def _draw_lines(
    figure: Figure, law: Law, spans: Sequence[Span], sides: Sequence[Parameter], table: _Table
) -> None:
    (across,), (side,) = spans, sides
    axes = axes_in(figure, _axis(side), _subject(law))
    inputs = [place[0] for place in table.places]
    for column, label in enumerate(table.labels):
        series = (column // 2 if law.is_complex else column) % len(SERIES)
        dashes = DASHED if law.is_complex and column % 2 else "-"
        axes.plot(
            inputs, table.theory[:, column], color=SERIES[series], ls=dashes, label=f"{_label(label)}, law"
        )
        points = [
            (float(place[0]), row[column]) for place, row in zip(table.drawn, table.seen) if column < len(row)
        ]
        if points:
            places, values = zip(*points)
            draw_points(axes, places, values, series)
            axes.lines[-1].set_label(f"{_label(label)}, simulation")
    finite = table.theory[np.isfinite(table.theory)]
    if across.is_log:
        axes.set(xscale="log")
        if finite.size and finite.min() > 0:
            axes.set(yscale="log")
    axes.set(xlim=(float(across.start), float(across.end)))
    if len(axes.lines) > 1:
        legend_below(axes)


def _draw_map(
    figure: Figure, law: Law, spans: Sequence[Span], sides: Sequence[Parameter], table: _Table
) -> None:
    """The first value in colour over two parameters; simulations are disks of their own colour."""
    from matplotlib.colors import Normalize

    axes = axes_in(figure, _axis(sides[0]), _axis(sides[1]))
    x, y = (sorted({place[axis] for place in table.places}) for axis in (0, 1))
    values = np.asarray(table.theory[:, 0], dtype=float).reshape(len(x), len(y)).T
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise ParameterError(
            "plotting", f"{law.name} must have a value somewhere", "none over both spans", "Change the spans."
        )
    scale = Normalize(float(finite.min()), float(finite.max()))
    image = axes.pcolormesh(x, y, values, cmap="cividis", norm=scale, shading="gouraud")
    found = [(*map(float, place), row[0]) for place, row in zip(table.drawn, table.seen) if row]
    if found:
        across, up, measured = zip(*found)
        axes.scatter(across, up, c=measured, norm=scale, cmap="cividis", edgecolors="white", zorder=3)
    for side, each in zip(("x", "y"), spans):
        if each.is_log:
            axes.set(**{f"{side}scale": "log"})
    figure.colorbar(image, ax=axes, label=_subject(law, _label(table.labels[0]))).outline.set_visible(False)


def _axis(parameter: Parameter) -> str:
    unit = f"  ({parameter.unit})" if parameter.unit else ""
    meaning = typeset(parameter.meaning, {}, str, "${}$".format)
    return f"{meaning}  ${printing.latex(parameter.symbol)}${unit}"


def _subject(law: Law, label: str | None = None) -> str:
    return f"{label or f'${printing.latex(law.subject)}$'}, {law.observable.replace('_', ' ')}"


def _caption(law: Law, fixed: Mapping[str, object], seen: Sequence[list[float]]) -> str:
    constants = {**{str(name): value for name, value in law.network.constants.items()}, **fixed}
    at = ", ".join(f"{name} = {value}" for name, value in constants.items())
    kind = "exact" if law.is_exact else f"true up to {law.kind_text}"
    missing = sum(not row for row in seen)
    points = " Points: the simulated lattice." if seen else ""
    left_out = f" {missing} points could not be measured." if missing else ""
    return f"The law {law.name} of {law.network.name}, {kind}{f', at {at}' if at else ''}.{points}{left_out}"
