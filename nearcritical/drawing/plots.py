"""The drawings: the theory as lines, simulations of the lattice as points. Each returns its caption."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp
from scipy.interpolate import PchipInterpolator

from nearcritical.drawing.canvas import (
    DASHED,
    DOTTED,
    INK,
    SERIES,
    STAR,
    WIDTH,
    axes_in,
    draw_points,
    draw_power,
    dress,
    legend_beside,
    number_latex,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nearcritical.drawing.study import Study

DETUNINGS = (0.0, 1e-3, 1e-1)
FORCINGS = (1e-3, 1e-2, 1e-1)
BACKGROUNDS = (1e-4, 1e-3, 1e-2, 1e-1)
MEETING = (24, 12, 6, 3)
"""Exceptional points are drawn at the wavenumbers pi over these."""
LAUNCH = (("weak", 1e-5), ("medium", 1e-3), ("strong", 1e-1))
LEAST = 1e-3
"""The smallest part of a launched wave that is drawn."""
CHANGE = r"$|Z - Z_{\mathrm{background}}|\,/\,\varepsilon$"


def _named(study: Study) -> str:
    network = study.network
    constants = ", ".join(f"{symbol} = {value}" for symbol, value in network.constants.items())
    of = "" if network.activation.constants else "kernel: "
    return f"{network.name} ({of}{constants})" if constants else network.name


def _spot(study: Study) -> str:
    return "one site" if study.network.dimension == 1 else "a line of sites across the first axis"


def amplitude_against_forcing(study: Study, figure: Figure) -> str:
    """R against F, on and off resonance, with the root and the linear law."""
    axes = axes_in(figure, "forcing  $F$", "amplitude of the response  $R$", log=True)
    forcings = np.logspace(-9, 1, 301)
    drawn = [np.logspace(-8.9 + shift, 0.3 + shift, study.points) for shift in (0, 0.3, 0.6)]
    exact = study.line("forced_amplitude")
    points = [{"F": F, "delta": detuning} for detuning, inputs in zip(DETUNINGS, drawn) for F in inputs]
    seen = np.split(study.measured("forced_amplitude", points)[0], len(DETUNINGS))
    for series, detuning in enumerate(DETUNINGS):
        axes.plot(*study.amplitude_curve(forcings, detuning), color=SERIES[series])
        draw_points(
            axes, drawn[series], seen[series], series, rf"$\delta = {number_latex(detuning)}$ rad/step"
        )
    root = study.power_law("resonant_amplitude", {})
    axes.plot(
        forcings, root(forcings), color=INK, lw=0.9, ls=DASHED, label=rf"$(F/c_\varphi)^{{{root.power}}}$"
    )
    linear = study.line("detuned_amplitude")
    for place, detuning in enumerate(DETUNINGS[1:]):
        label = r"$F/(2\,|\mathrm{sin}(\delta/2)|)$" if place == 0 else None
        axes.plot(forcings, linear(forcings, detuning), color=INK, lw=0.9, ls=DOTTED, label=label)
    highest = 3 if study.network.activation.contracts else 3 * float(exact(forcings[-1], 0.0))
    axes.set(xlim=(forcings[0], forcings[-1]), ylim=(float(exact(forcings[0], DETUNINGS[-1])) / 3, highest))
    axes.legend(loc="lower right")
    several = (
        ""
        if study.network.activation.contracts
        else " Where a line turns back, there are several steady states. The lattice started from rest."
    )
    return (
        f"Lines: the exact law of {_named(study)}. Points: steady states of the simulated lattice, forced at "
        f"the detunings delta = {', '.join(f'{detuning:g}' for detuning in DETUNINGS)} rad/step. Dashed: the "
        f"root (F/c_phi)^({root.power}) at resonance, where c_phi = {study.network.activation.coefficient} is the "
        f"coefficient of the sigmoid. Dotted: the linear regime off resonance, up to the root.{several}"
    )


def response_against_detuning(study: Study, figure: Figure) -> str:
    """R against delta at several forcings, the half-power widths marked."""
    axes = axes_in(figure, r"detuning  $\delta$  (rad/step)", "amplitude of the response  $R$")
    exact, width = study.line("forced_amplitude"), study.line("resonance_bandwidth")
    farthest = min(2.5 * float(width(FORCINGS[-1])), math.pi)
    grid = farthest * np.linspace(-1, 1, 601) ** 3
    for series, F in enumerate(FORCINGS):
        ((half,),) = study.measured("resonance_bandwidth", [{"F": F}])
        leading = float(width(F))
        spread = math.asinh(0.92 * farthest / leading)
        drawn = leading * np.sinh(np.linspace(-spread, spread, 2 * study.points + 1))
        seen = study.measured("forced_amplitude", [{"F": F, "delta": delta} for delta in drawn])[0]
        level = float(exact(F, 0.0)) / math.sqrt(2)
        axes.hlines(level, -leading, leading, color=INK, lw=0.9, ls=DASHED)
        axes.plot(grid, exact(F, grid), color=SERIES[series])
        draw_points(axes, drawn, seen, series, rf"$F = {number_latex(F)}$")
        axes.plot([-half, half], [level, level], ls="", marker="|", ms=13, mew=1.4, color=INK, zorder=4)
    axes.plot([], [], ls=DASHED, lw=1, marker="|", ms=11, mew=1.4, color=INK, label="half power")
    axes.set(yscale="log", xlim=(-farthest, farthest))
    legend_beside(axes)
    return (
        f"Lines: the exact law of {_named(study)}. Points: steady states of the simulated lattice. A dashed line "
        "stands where R^2 is half of its value at resonance. Its width is that of the leading law, in proportion "
        f"to F^({study.theory['resonance_bandwidth'].exponents[0]}). Strokes mark the measured width."
    )


def decay_against_wavenumber(study: Study, figure: Figure) -> str:
    """Both decay rates against q on several backgrounds, and where they meet."""
    axes = axes_in(figure, "wavenumber  $q$  (rad/site)", r"decay rate  $\sigma$  (1/step)")
    meeting, levels = [], list(BACKGROUNDS)
    if study.has("exceptional_point", "exceptional point on a uniform background"):
        wavenumbers = [sp.pi / part for part in MEETING]
        moduli = study.measured("exceptional_point", [study.wave(q) for q in wavenumbers])[0]
        meeting = [q for q, modulus in zip(wavenumbers, moduli) if math.isfinite(modulus)]
        levels = [study.background_of(modulus) for modulus in moduli if math.isfinite(modulus)] or levels
    rates = [study.line("decay_rate", branch) for branch in (0, 1)]
    around = [float(q) + sign * np.linspace(0, 0.6, 80) ** 3 for q in meeting for sign in (1, -1)]
    grid = np.unique(np.concatenate([np.linspace(0, math.pi, 241), *around]))
    grid = grid[(grid >= 0) & (grid <= math.pi)]
    parts = 2 * study.points + 6
    drawn = [sp.pi * j / parts for j in [*range(parts // 3), *range(parts // 3, parts + 1, 2)]]
    for series, I0 in enumerate(levels):
        seen = study.measured(
            "decay_rate", [{"I0": I0, **study.wave(q)} for q in [*drawn, *meeting]], branches=2
        )
        for branch, rate in enumerate(rates):
            axes.plot(grid, rate(I0, grid, *study.across), color=SERIES[series])
            label = rf"$I_0 = {number_latex(I0)}$" if branch == 0 else ""
            draw_points(axes, [float(q) for q in drawn], seen[branch][: len(drawn)], series, label)
        if meeting:
            axes.plot(float(meeting[series]), seen[0][len(drawn) + series], **STAR)
    if meeting:
        axes.plot([], [], **STAR, label="exceptional point")
    axes.set(yscale="log", xlim=(0, math.pi))
    axes.set_xticks(
        [part * math.pi / 4 for part in range(5)], ["0", r"$\pi/4$", r"$\pi/2$", r"$3\pi/4$", r"$\pi$"]
    )
    legend_beside(axes)
    found = (
        " Stars: exceptional points, found by a search on the simulated lattice at the wavenumbers "
        f"{', '.join(map(str, meeting))}. The backgrounds drawn are those of these points."
    )
    return (
        f"Lines: the exact law of {_named(study)}, both branches. Points: perturbations of the simulated steady "
        f"state on uniform backgrounds I0.{found if meeting else ''}"
    )


def times_and_lengths_against_background(study: Study, figure: Figure) -> str:
    """tau at q = 0 and the lengths, in the band and at its edge, against I0."""
    left, right = figure.subplots(1, 2)
    dress(left, "background input  $I_0$", r"relaxation time  $\tau$  (steps)", log=True)
    dress(right, "background input  $I_0$", r"length  $\ell$  (sites)", log=True)
    frequency = study.probe_frequency
    backgrounds, coarse = np.logspace(-6, 1, 281), np.logspace(-6, 1, study.points + 2)
    drawn = np.logspace(-5, 0, max(2, 2 * study.points // 3))
    seen = study.measured("relaxation_time", [{"I0": I0, **study.wave(0)} for I0 in drawn])[0]
    left.plot(backgrounds, study.line("relaxation_time")(backgrounds, 0.0, *study.across), color=SERIES[0])
    draw_points(left, drawn, seen, 0, r"$\tau$ at $q = 0$")
    if study.has("relaxation_time_resonant", "power law of the relaxation time"):
        draw_power(left, backgrounds, study.power_law("relaxation_time_resonant", study.wave(0)), r"\tau")
    exact = study.has("complex_wavenumber", "exact law of the lengths")
    lengths: list[tuple[str, str, dict[str, float]]] = [("propagation_length", r"\ell", {"Omega": frequency})]
    if study.has("evanescent_length", "static length"):
        lengths.append(("evanescent_length", r"\ell_\mathrm{e}", {}))
    for series, (name, symbol, probe) in enumerate(lengths, 1):
        at = probe.get("Omega", 0)
        if exact:
            through = PchipInterpolator(np.log(coarse), np.log(study.lengths(coarse, at)))
            right.plot(backgrounds, np.exp(through(np.log(backgrounds))), color=SERIES[series])
        seen = study.measured(name, [{"I0": I0, **probe} for I0 in drawn])[0]
        draw_points(right, drawn, seen, series, rf"${symbol}$ at $\Omega = {at:g}$")
        if study.has(name, "power law of the length in a band"):
            draw_power(right, backgrounds, study.power_law(name, probe), symbol)
    for axes in (left, right):
        axes.set(xlim=(backgrounds[0], backgrounds[-1]))
        axes.legend(loc="upper right")
    return (
        f"Lines: the exact laws of {_named(study)}; lengths follow from its complex wavenumbers. Points on the left: "
        "the decay of perturbations on the simulated lattice. Points on the right: the tail of the response to a weak "
        f"drive of {_spot(study)} at Omega, {frequency:g} rad/step in the band. Dashed: the leading powers."
    )


def wave_on_backgrounds(study: Study, figure: Figure) -> str:
    """|Z - Z_background| in space and time, a wave launched at x = 0, on three backgrounds."""
    from matplotlib.colors import LogNorm

    figure.set_size_inches(WIDTH, 5.4)
    above, below = figure.subplots(2, 3, sharex=True, sharey="row", height_ratios=(3, 2))
    half, frequency = study.sites // 2, study.probe_frequency
    steps = math.ceil(0.9 * half / max(study.fastest(), 0.1))
    places = np.arange(study.sites) - half
    shown = places[:: max(1, study.sites // 128)]
    waves = []
    for _, I0 in LAUNCH:
        waves.append(study.launched(I0, frequency, steps))
        study.told(len(waves) / len(LAUNCH))
    scale = LogNorm(LEAST, max(float(wave.max()) for wave in waves))
    for place, (axes, profile, (name, I0), wave) in enumerate(zip(above, below, LAUNCH, waves)):
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
        dress(axes, "", "" if place else "time  $n$  (steps)", grid=False)
        dress(profile, "place  $x$  (sites)", "" if place else CHANGE)
        profile.plot(places, study.steady_wave(I0, frequency, steps, places), color=SERIES[1], lw=1.2)
        draw_points(profile, shown, wave[-1, shown + half], 0, size=2.6)
        profile.set(yscale="log", ylim=(LEAST, 10), xlim=(-half, half))
    figure.align_ylabels([above[0], below[0]])
    figure.colorbar(image, ax=above, pad=0.02, aspect=16, label=CHANGE).outline.set_visible(False)
    return (
        f"The simulated response of {_named(study)} on a ring of {study.sites} sites to a drive of {_spot(study)}. "
        f"The drive is ε e^(i Omega n) from n = 0 on, with Omega = {frequency:g} rad/step. Colour: the modulus of the "
        f"change of the state, over the amplitude of the drive. Points: the same at n = {steps}, at some sites. Line: "
        "the steady wave by the exact law of the susceptibility. Behind its front the simulation has reached this wave."
    )


DRAWINGS: Mapping[str, tuple[str, Callable[[Study, Figure], str]]] = {
    "amplitude_against_forcing": ("Amplitude against forcing", amplitude_against_forcing),
    "response_against_detuning": ("Response against detuning", response_against_detuning),
    "decay_against_wavenumber": ("Decay rates against wavenumber", decay_against_wavenumber),
    "times_and_lengths_against_background": (
        "Relaxation time and lengths against the background",
        times_and_lengths_against_background,
    ),
    "wave_on_backgrounds": ("A wave on weak, medium and strong background", wave_on_backgrounds),
}
