"""Drawings of waves: on backgrounds, the frequencies of a torus, and a wave on it. Each returns its caption."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from nearcritical.drawing.canvas import (
    DASHED,
    DEEP,
    INK,
    LIGHT,
    PAPER,
    QUIET,
    SERIES,
    WIDTH,
    draw_points,
    dress,
    legend_below,
    number_latex,
    quarters,
    tell_apart,
)
from nearcritical.drawing.torus import Torus

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nearcritical.drawing.study import Study

LAUNCH = (("weak", 1e-5), ("medium", 1e-3), ("strong", 1e-1))
LEAST = 1e-3
"""The smallest part of a launched wave that is drawn."""
CHANGE = r"$|Z - Z_{\mathrm{background}}|\,/\,\varepsilon$"

ARROWS = 11
"""Arrows along an axis of wavenumbers."""
SEEN = (-2, -1, 0, 1)
"""Measured velocities are at these quarter turns and an eighth along both axes."""
SLOW = 4
"""A wave on a torus has the frequency of a probe over this: it is long enough to be seen."""


def wave_on_backgrounds(study: Study, figure: Figure) -> str:
    """|Z - Z_background| in space and time, a wave launched at x = 0, on three backgrounds."""
    from matplotlib.colors import LogNorm

    figure.set_size_inches(WIDTH, 9.4)
    *maps, profile = figure.subplots(4, 1, sharex=True, height_ratios=(3, 3, 3, 4))
    half, frequency = study.sites // 2, study.probe_frequency
    fronts = study.fronts()
    steps = math.ceil(0.9 * half / max(*map(abs, fronts), 0.1))
    places = np.arange(study.sites) - half
    shown = places[:: max(1, study.sites // 64)]
    waves = []
    for _, I0 in LAUNCH:
        waves.append(study.launched(I0, frequency, steps))
        study.told(len(waves) / len(LAUNCH))
    scale = LogNorm(LEAST, max(float(wave.max()) for wave in waves))
    for series, (axes, (name, I0), wave) in enumerate(zip(maps, LAUNCH, waves)):
        image = axes.imshow(
            np.maximum(wave, LEAST),
            origin="lower",
            aspect="auto",
            extent=(-half - 0.5, half - 0.5, -0.5, steps + 0.5),
            norm=scale,
            cmap="cividis",
            interpolation="none",
        )
        axes.set_title(rf"{name},  $I_0 = {number_latex(I0)}$")
        dress(axes, "", "time  $n$  (steps)", grid=False)
        for front in fronts:
            axes.plot([0, front * steps], [0, steps], color=LIGHT, lw=0.9, ls=DASHED)
        profile.plot(places, study.steady_wave(I0, frequency, steps, places), color=SERIES[series], lw=1.4)
        label = rf"{name}{_length(study, I0, frequency)}"
        draw_points(profile, shown, wave[-1, shown + half], series, size=3.2)
        profile.plot([], [], color=SERIES[series], marker="os^"[series], label=label)
    _name_front(maps[0], max(fronts, key=abs), steps)
    for front in fronts:
        profile.axvline(front * steps, color=INK, lw=0.9, ls=DASHED)
    profile.plot([], [], color=INK, lw=0.9, ls=DASHED, label="front, theory")
    tell_apart(profile)
    dress(profile, f"place  $x{study.axis}$  (sites)", CHANGE)
    profile.set(yscale="log", ylim=(LEAST, 10), xlim=(-half, half))
    legend_below(profile)
    figure.colorbar(image, ax=maps, pad=0.02, aspect=30, label=CHANGE).outline.set_visible(False)
    falls = (
        " By the exact law of complex wavenumbers the wave falls by a factor of e over the length l."
        if "complex_wavenumber" in study.theory
        else ""
    )
    return (
        f"The simulated response of {study.named} on {study.ring_of(study.sites)} to a drive of {study.spot}. "
        f"The drive is epsilon e^(i Omega n) from n = 0 on, with Omega = {frequency:g} rad/step. Colour: the modulus "
        "of the change of the state, over the amplitude of the drive. Points: the same at "
        f"n = {steps}, at some sites. Line: "
        "the steady wave by the exact law of the susceptibility. Dashed: the front, which moves as the fastest wave "
        f"packets. Behind it the simulation reaches the steady wave.{falls}"
    )


def _length(study: Study, background: float, frequency: float) -> str:
    """The length of a wave on a background, for a legend; "" where there is no law of it."""
    if not study.has("complex_wavenumber", "exact law of the lengths"):
        return ""
    (length,) = study.lengths([background], frequency)
    return f",  $l = {number_latex(length)}$ sites"


def _name_front(axes: Axes, velocity: float, steps: int) -> None:
    axes.annotate(
        "front, theory",
        (0.35 * velocity * steps, 0.35 * steps),
        xytext=(6 if velocity > 0 else -6, 0),
        textcoords="offset points",
        ha="left" if velocity > 0 else "right",
        va="center",
        color=LIGHT,
    )


def frequencies_of_waves(study: Study, figure: Figure) -> str:
    """omega(k1, k2) of a torus, with the velocities of wave packets."""
    torus = Torus(study)
    figure.set_size_inches(WIDTH, 5.4)
    axes = figure.add_subplot()
    grid = np.linspace(-math.pi, math.pi, 241)
    omega = torus.frequencies(*np.meshgrid(grid, grid, indexing="ij"))
    turn = (-math.pi, math.pi)
    image = axes.imshow(
        omega.T, origin="lower", extent=(*turn, *turn), cmap="cividis", interpolation="bilinear"
    )
    frequency = study.probe_frequency
    axes.contour(grid, grid, omega.T, levels=[frequency], colors=[LIGHT], linewidths=1.6)
    places = np.linspace(-math.pi, math.pi, ARROWS + 1)[:-1] + math.pi / ARROWS
    first, second = np.meshgrid(places, places, indexing="ij")
    moved = torus.motion(first, second)
    longest = float(np.max(np.hypot(*moved))) or 1.0
    scale: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": longest / 0.55, "pivot": "tail"}
    axes.quiver(first, second, *moved, color=LIGHT, width=0.005, **scale)
    at = [(sp.pi * (2 * i + 1) / 4, sp.pi * (2 * j + 1) / 4) for i in SEEN for j in SEEN]
    seen = torus.measured_motion(at)
    axes.quiver(*np.array(at, float).T, *seen, color=SERIES[1], ec=PAPER, lw=0.6, width=0.011, **scale)
    axes.plot([], [], color=QUIET, lw=1.6, label=rf"$\omega = {number_latex(frequency)}$, theory")
    axes.plot([], [], ls="", marker=r"$\rightarrow$", ms=13, color=QUIET, label="packets, theory")
    axes.plot([], [], ls="", marker=r"$\rightarrow$", ms=15, color=SERIES[1], label="packets, simulation")
    dress(axes, "wavenumber  $k_1$  (rad/site)", "wavenumber  $k_2$  (rad/site)", grid=False)
    quarters(axes, up=True)
    legend_below(axes)
    figure.colorbar(image, ax=axes, pad=0.02, shrink=0.9, label=r"$\omega$  (rad/step)").outline.set_visible(
        False
    )
    return (
        f"Colour: the frequency omega(k1, k2) of {torus.words}, by theory. Thin arrows: the motion of a wave packet in "
        "a step, -d omega/dk, by the law of the group velocity. Thick arrows: the same from the simulated torus. The "
        f"longest one is {longest:.3g} sites/step. Curve: waves of the frequency {frequency:g} rad/step, half the way "
        "up the band along the first axis."
    )


def wave_on_torus(study: Study, figure: Figure) -> str:
    """Re Z on a torus, from one site that is driven; below, a cut through it."""
    torus = Torus(study)
    figure.set_size_inches(WIDTH, 7.6)
    plane, cut = figure.subplots(2, 1, height_ratios=(5, 2))
    frequency, side = float(f"{study.probe_frequency / SLOW:.2g}"), torus.side
    steps = torus.steps(frequency)
    state = torus.driven(frequency, steps)
    study.told(0.9)
    half = side // 2
    most = float(np.quantile(np.abs(state.real), 0.995))
    image = plane.imshow(
        state.real.T,
        origin="lower",
        extent=(-half - 0.5, side - half - 0.5, -half - 0.5, side - half - 0.5),
        vmin=-most,
        vmax=most,
        cmap="RdBu_r",
        interpolation="none",
    )
    for velocity in torus.fronts(frequency):
        plane.plot(*(steps * velocity), color=DEEP, lw=1.1, ls=DASHED)
    plane.plot([], [], color=QUIET, lw=1.1, ls=DASHED, label="front, theory")
    plane.set(xlim=(-half, half), ylim=(-half, half))
    dress(plane, "place  $x_1$  (sites)", "place  $x_2$  (sites)", grid=False)
    legend_below(plane)
    figure.colorbar(image, ax=plane, pad=0.02, label=r"$\mathrm{Re}\,Z$").outline.set_visible(False)
    places = np.arange(side) - half
    weak = torus.weak(frequency, steps)[:, half].real
    cut.plot(places, weak, color=SERIES[0], lw=1.2)
    draw_points(cut, places, state[:, half].real, 0, size=3)
    tell_apart(cut, line="theory, weak drive")
    dress(cut, "place  $x_1$  (sites),  $x_2 = 0$", r"$\mathrm{Re}\,Z$")
    cut.set(xlim=(-half, half))
    legend_below(cut)
    return (
        f"Colour and points: the real part of the state of {torus.words}, simulated on {side} by {side} sites for "
        f"{steps} steps from rest. The site in the middle is driven by F e^(i Omega n) with F = {torus.drive:g} and "
        f"Omega = {frequency:g} rad/step. Dashed: the front, where wave packets of this frequency have come to, "
        "-n d omega/dk along the curve omega(k) = Omega. Line: the response to a weak drive, the sum of all waves of "
        "the kernel. There is no background, so the wave spreads undamped but for its own amplitude."
    )
