"""How every picture looks: its colours, axes, points and lines."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nearcritical.drawing.study import PowerLaw

INK, QUIET, GRID, PAPER = "#1d1c1a", "#6b675f", "#e4dfd4", "#fdfcf9"
SERIES = ("#0072b2", "#c2560a", "#00835f", "#99407c")
MARKERS = ("o", "s", "^", "D")
DARK = dict(
    zip(
        (INK, QUIET, GRID, PAPER, *SERIES),
        ("#e5e2da", "#a8a398", "#34373c", "#16181b", "#5db8ee", "#f0954a", "#3fc79a", "#dd94c6"),
    )
)
"""Colours as drawn -> on a dark screen. The colour-blind can tell the series apart, by marker as well."""
STYLE: dict[Any, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 11,
    "axes.labelsize": 12,
    "axes.titlesize": 11.5,
    "legend.fontsize": 10,
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
WIDTH = 7.4
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
            yield Figure(figsize=(WIDTH, 4.4), layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))
    finally:
        chatter.setLevel(level)


def saved(figure: Figure, form: str) -> bytes:
    """A figure as svg, pdf or png; equal figures give equal bytes. Call it within `one_figure`."""
    dates: dict[str, dict[str, Any]] = {
        "svg": dict.fromkeys(("Date", "Creator", "Format", "Type")),
        "pdf": {"CreationDate": None},
    }
    written = BytesIO()
    figure.savefig(written, format=form, metadata=dates.get(form), dpi=200)
    return written.getvalue()


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
        return f"{value:.3g}"
    short = f"{float(mantissa):g}"
    return ("" if short == "1" else rf"{short}\times ") + f"10^{{{power}}}"


def legend_beside(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), borderaxespad=0.4)
