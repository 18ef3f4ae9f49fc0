"""How every picture looks: its colours, axes, points and lines."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nearcritical.drawing.study import PowerLaw

INK, QUIET, GRID, PAPER = "#1d1c1a", "#6b675f", "#e4dfd4", "#fdfcf9"
SERIES = ("#0072b2", "#c2560a", "#00835f", "#99407c", "#7d6608", "#3a97cc", "#5c5850", "#b0304f")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
LIGHT, DEEP = "#ffffff", "#000000"
"""Of what is written on a map of colours, which is the same on a dark screen."""

DARK = dict(
    zip(
        (LIGHT, DEEP, INK, QUIET, GRID, PAPER, *SERIES),
        (
            *(LIGHT, DEEP, "#e5e2da", "#a8a398", "#34373c", "#16181b"),
            *("#5db8ee", "#f0954a", "#3fc79a", "#dd94c6", "#d9bd4a", "#9bd2f2", "#b9b3a6", "#f48fa6"),
        ),
    )
)
"""Colours as drawn -> on a dark screen. The colour-blind can tell the series apart, by marker as well."""
STYLE: dict[Any, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 11,
    "axes.labelsize": 12,
    "axes.titlesize": 12,
    "legend.fontsize": 11,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.facecolor": "none",
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.linewidth": 0.8,
    "lines.linewidth": 2,
    "lines.markersize": 5.5,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "svg.fonttype": "path",
    "svg.hashsalt": "nearcritical",
}
WIDTH = 5.0
"""Inches: letters of 11 points have 11 pixels on a screen that leaves 360 to a picture, and 10 points in a paper."""

PANEL = 4.0
"""Inches of a panel beside others."""

LABELS = 0.6
"""Inches that the ticks and the name of an axis take below it."""

STAR: Mapping[str, Any] = {
    "ls": "",
    "marker": "*",
    "ms": 13,
    "mfc": PAPER,
    "mec": INK,
    "zorder": 5,
}
DASHED, DOTTED = (0, (5, 2.5)), (0, (1, 1.6))


@contextmanager
def one_figure() -> Iterator[Figure]:
    """A new figure in the one style. The user's settings neither change it nor are changed."""
    chatter = logging.getLogger("matplotlib")  # of caches that it builds on first use
    level = chatter.level
    chatter.setLevel(logging.ERROR)
    try:
        from matplotlib import style
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        with style.context(STYLE, after_reset=True):
            yield Figure(figsize=(WIDTH, 4.2), layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))
    finally:
        chatter.setLevel(level)


def saved(figure: Figure, form: str) -> bytes:
    """A figure as svg, pdf or png; equal figures give equal bytes. Call it within `one_figure`."""
    dates: dict[str, dict[str, Any]] = {
        "svg": dict.fromkeys(("Date", "Creator", "Format", "Type")),
        "pdf": {"CreationDate": None},
    }
    written = BytesIO()
    ground = "none" if form == "pdf" else PAPER  # paper has a colour of its own
    figure.savefig(written, format=form, metadata=dates.get(form), dpi=200, facecolor=ground)
    return written.getvalue()


def side_by_side(figure: Figure) -> None:
    """Two or three panels in a row, four in two rows: a page is wide, and a screen in the hand is high."""
    panels = [axes for axes in figure.axes if axes.get_subplotspec()]
    rows = 2 if len(panels) > 3 else 1
    columns = math.ceil(len(panels) / rows)
    width, height = figure.get_size_inches()
    across = PANEL * columns if columns > 1 else width
    figure.set_size_inches(across, height * rows / len(panels))
    grid = figure.add_gridspec(rows, columns)
    for place, axes in enumerate(panels):
        axes.set_subplotspec(grid[place])
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(axes.get_xlabel() or panels[-1].get_xlabel())
    figure.draw_without_rendering()  # margins are settled in two passes


def axes_in(figure: Figure, across: str, up: str, *, log: bool = False) -> Axes:
    axes: Axes = figure.add_subplot()
    dress(axes, across, up, log=log)
    return axes


def dress(axes: Axes, across: str, up: str, *, log: bool = False, grid: bool = True) -> None:
    axes.set(xlabel=across, ylabel=up)
    if log:
        axes.set(xscale="log", yscale="log")
    axes.grid(grid)


def draw_points(
    axes: Axes, x: Any, y: Any, series: int, label: str = "", *, size: float | None = None
) -> None:
    """Simulated values; a label names the line through them as well."""
    style: dict[str, Any] = {
        "ls": "",
        "marker": MARKERS[series],
        "color": SERIES[series],
        "mec": PAPER,
        "mew": 0.7,
    }
    if size is None:
        axes.plot(x, y, **style, zorder=3, clip_on=False)
    else:
        axes.plot(x, y, **{**style, "mew": 0}, ms=size, zorder=3)
    if label:
        axes.plot([], [], **{**style, "ls": "-"}, label=label)


def draw_power(axes: Axes, x: Any, power: PowerLaw, symbol: str) -> None:
    label = rf"${symbol} \simeq {number_latex(power.coefficient)}\;I_0^{{\,{power.power}}}$"
    axes.plot(x, power(x), color=INK, lw=0.9, ls=DASHED, label=label)


def number_latex(value: float) -> str:
    """A number in a formula, to three digits, a small one by its power of ten."""
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    power = int(exponent)
    if value == 0 or -3 < power < 4:
        return f"{float(f'{value:.3g}'):g}"
    short = f"{float(mantissa):g}"
    return ("" if short == "1" else rf"{short}\times ") + f"10^{{{power}}}"


def tell_apart(axes: Axes, points: str = "simulation", line: str = "theory") -> None:
    """Two entries of a legend: what its lines are, and what its points."""
    axes.plot([], [], color=INK, label=line)
    axes.plot([], [], ls="", marker="o", color=INK, label=points)


def legend_below(axes: Axes, columns: int = 2) -> None:
    """The legend under the axes and what names them, at a distance that does not depend on their height."""
    from matplotlib.transforms import ScaledTranslation

    assert axes.figure is not None
    lower = ScaledTranslation(0, -LABELS, axes.figure.dpi_scale_trans)
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        bbox_transform=axes.transAxes + lower,
        ncols=columns,
        borderaxespad=0,
        columnspacing=1.2,
        handletextpad=0.5,
    )


def quarters(axes: Axes, up: bool = False) -> None:
    """Ticks at quarter turns from -pi to pi along the axis, and up it as well."""
    ticks = [part * math.pi / 2 for part in range(-2, 3)]
    names = [r"$-\pi$", r"$-\pi/2$", "0", r"$\pi/2$", r"$\pi$"]
    axes.set_xticks(ticks, names)
    if up:
        axes.set_yticks(ticks, names)
