"""Pictures of a wave in a landscape, and a film of its arrival."""

from __future__ import annotations

from io import BytesIO
from math import ceil, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from nearcritical.drawing.canvas import GRID, INK, QUIET, one_figure, saved

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nearcritical.landscape.journey import Journey
    from nearcritical.landscape.maps import Maps

DECADES = 6
"""Of the wave's amplitude that a picture shows at least; it shows those down to the threshold."""

LEVELS = 250
"""Colours of a film's waves; one more is a quiet site's, one a wall's."""

LEAST_PIXELS, MOST_PIXELS = 384, 4096
"""Along the shorter side of a film, unless the longer one had more than so many then."""

STRIP = 3
"""A lattice with a side so many times as long as the other is a strip."""

MILLISECONDS = 60
"""A frame of a film stays."""


def picture(found: Journey, form: str = "png") -> bytes:
    """The input, the activity, the stationary wave and its arrival, side by side; of a ring one above the other."""
    with one_figure() as figure:
        if len(found.landscape.shape) == 1:
            _draw_ring(figure, found)
        else:
            _draw_torus(figure, found)
        return saved(figure, form)


def _draw_torus(figure: Figure, found: Journey) -> None:
    panels = 4 if found.arrival is not None else 3
    axes = _panels(figure, found.landscape.shape, panels, 2, (3.1, 2.75))
    strengths = found.landscape.doubles
    _panel(figure, axes[0], strengths, "input $I_0$", cmap="gray", vmin=0)
    _panel(figure, axes[1], np.abs(found.at.state), "steady activity $|Z|$", cmap="cividis", vmin=0)
    decades = _decades(found)
    wave = np.log10(_cut(found.field.amplitude / found.field.amplitude.max(), decades))
    title = r"wave of the source, $\log_{10}$ of its amplitude"
    _panel(figure, axes[2], wave, title, cmap="inferno", vmin=-decades, vmax=0)
    axes[2].contour(found.reach.reached, levels=[0.5], colors=[GRID], linewidths=0.7)
    if found.arrival is not None:
        times = np.where(
            (found.arrival.times >= 0) & found.reach.quiet & found.reach.reached, found.arrival.times, np.nan
        )
        _panel(figure, axes[3], times, "arrival, in steps", cmap="viridis", vmin=0)
    for each in axes:
        each.plot(*found.source.site[::-1], marker="*", ms=8, mfc="white", mec=INK, mew=0.7)


def _panels(
    figure: Figure, shape: tuple[int, ...], panels: int, columns: int, size: tuple[float, float]
) -> list[Axes]:
    """Axes in so many columns, each of that size in inches; for a long strip one below the other, or twice as high."""
    ratio, (wide, high) = shape[1] / shape[0], size
    if ratio > STRIP:
        columns, wide, high = 1, 2 * wide, max(0.9, 2 * wide / ratio)
    elif ratio < 1 / STRIP:
        high *= 2
    rows = ceil(panels / columns)
    figure.set_size_inches(wide * columns, high * rows)
    return [figure.add_subplot(rows, columns, place + 1) for place in range(panels)]


def _panel(figure: Figure, axes: Axes, values: Any, title: str, **look: Any) -> None:
    image = axes.imshow(values, interpolation="nearest", **look)
    axes.set_title(title, fontsize=10)
    axes.set(xticks=[], yticks=[])
    bar = figure.colorbar(image, ax=axes, fraction=0.046, pad=0.03)
    bar.ax.tick_params(labelsize=8)
    bar.outline.set_edgecolor(QUIET)


def _draw_ring(figure: Figure, found: Journey) -> None:
    rows = 3 if found.arrival is not None else 2
    figure.set_size_inches(7.4, 2.1 * rows)
    axes = [figure.add_subplot(rows, 1, place + 1) for place in range(rows)]
    places = np.arange(found.landscape.shape[0])
    axes[0].fill_between(places, found.landscape.doubles, step="mid", color=GRID, label="input $I_0$")
    axes[0].plot(places, np.abs(found.at.state), color=INK, lw=1.2, label="steady activity $|Z|$")
    axes[0].legend(loc="upper right")
    axes[1].semilogy(places, found.field.amplitude / found.field.amplitude.max(), color=INK, lw=1.2)
    axes[1].axhline(found.reach.threshold, color=QUIET, lw=0.8, ls="--")
    axes[1].set_ylabel("wave, relative")
    if found.arrival is not None:
        came = np.where(found.arrival.times >= 0, found.arrival.times, np.nan)
        axes[2].plot(places, came, ".", ms=3, color=INK)
        axes[2].set_ylabel("arrival, in steps")
    for each in axes:
        each.axvline(found.source.site[0], color=QUIET, lw=0.8, ls=":")
        each.set_xlim(0, len(places) - 1)
    axes[-1].set_xlabel("site")


def maps_picture(found: Journey, maps: Maps, form: str = "png") -> bytes:
    """Laws at the local strength: amplitude and gain with their difference to the simulation, decay rate and length."""
    length = maps.propagation_length
    shown: list[tuple[str, Any]] = [
        ("amplitude $R$ by the law", maps.amplitude.law),
        ("gain $g_r$ by the law", maps.radial_gain.law),
        (rf"decay rate $\sigma$ at $q = {maps.wavenumber:.2f}$", maps.decay_rate),
        ("simulated $|Z|$ - law", maps.amplitude.difference),
        ("simulated $g_r$ - law", maps.radial_gain.difference),
    ]
    if length is not None:
        shown.append(
            (
                r"$\log_{10}$ of the length of propagation",
                np.log10(np.where(np.isfinite(length), length, np.nan)),
            )
        )
    with one_figure() as figure:
        is_ring = len(found.landscape.shape) == 1
        shape = (1, 1) if is_ring else found.landscape.shape
        every = _panels(figure, shape, len(shown), 3, (3.2, 2.6))
        for place, (axes, (title, values)) in enumerate(zip(every, shown, strict=True)):
            if is_ring:
                axes.plot(values, color=INK, lw=1.2)
                axes.set_title(title, fontsize=10)
                axes.set_xlim(0, len(values) - 1)
                if place >= 3:
                    axes.set_xlabel("site")
            else:
                most = float(np.nanmax(np.abs(values), initial=0)) or 1.0
                look = (
                    {"cmap": "RdBu_r", "vmin": -most, "vmax": most}
                    if "- law" in title
                    else {"cmap": "viridis"}
                )
                _panel(figure, axes, values, title, **look)
        return saved(figure, form)


def _decades(found: Journey) -> int:
    """How many are shown: down to the threshold, or to the weakest wave if that is stronger."""
    weakest = float((found.field.amplitude / found.field.amplitude.max()).min())
    return max(DECADES, ceil(-log10(max(weakest, found.reach.threshold))))


def _cut(part: Any, decades: int) -> Any:
    """Parts of the largest amplitude, cut at the bottom of the scale."""
    return np.maximum(part, 10.0**-decades)


def _shrunk(values: Any, block: int) -> Any:
    """The largest value in each block of so many sites along every axis."""
    for axis, length in enumerate(values.shape):
        values = np.maximum.reduceat(values, np.arange(0, length, block), axis)
    return values


def film(found: Journey) -> bytes:
    """|v_n| from the frames that `Journey.arrival` kept, on a logarithmic scale, as an animated GIF.

    Walls, the sites of more than half the largest input, are grey where no wave is seen. A site is a square of some
    pixels; of a lattice with more sites along an axis than a film has pixels, a pixel is a block of them.
    """
    from matplotlib import colormaps
    from PIL import Image

    assert found.arrival is not None and found.arrival.kept
    colours = (255 * colormaps["inferno"](np.linspace(0.12, 1, LEVELS))[:, :3]).astype(np.uint8)
    palette = np.concatenate([colours, [[16, 15, 20], [122, 118, 110]]]).astype(np.uint8)
    block = ceil(max(found.landscape.shape) / MOST_PIXELS)
    walls = _shrunk(np.where(found.reach.quiet, LEVELS, LEVELS + 1), block)
    times = max(1, min(ceil(LEAST_PIXELS / min(walls.shape)), MOST_PIXELS // max(walls.shape)))
    largest, decades = found.field.amplitude.max(), _decades(found)
    images = []
    for frame in np.abs(found.arrival.frames):
        part = 1 + np.log10(_cut(_shrunk(frame, block) / largest, decades)) / decades
        shown = np.where(part > 0, np.minimum(part * LEVELS, LEVELS - 1), walls).astype(np.uint8)
        image = Image.fromarray(np.kron(shown, np.ones((times, times), dtype=np.uint8)), mode="P")
        image.putpalette(palette.tobytes())
        images.append(image)
    written = BytesIO()
    images[0].save(
        written,
        format="GIF",
        save_all=True,
        append_images=images[1:],
        duration=[MILLISECONDS] * (len(images) - 1) + [1500],
        loop=0,
        optimize=False,
    )
    return written.getvalue()
