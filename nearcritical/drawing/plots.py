"""Drawings of steady states and decay: the theory as lines, simulations as points. Each returns its caption."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp
from scipy.interpolate import PchipInterpolator

from analytics.expressions.printing import text
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
    legend_below,
    number_latex,
    tell_apart,
)
from nearcritical.drawing.evidence import digits_of_exponents, residuals_of_laws
from nearcritical.drawing.waves import frequencies_of_waves, wave_on_backgrounds, wave_on_torus

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nearcritical.drawing.study import Study

DETUNINGS = (0.0, 1e-3, 1e-1)
FORCINGS = (1e-3, 1e-2, 1e-1)
BACKGROUNDS = (1e-4, 1e-3, 1e-2, 1e-1)
MEETING = (24, 12, 6, 3)
"""Exceptional points are drawn at the wavenumbers pi over these."""


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
    figure.set_size_inches(WIDTH, 5.0)
    highest = 3 if study.network.activation.contracts else 3 * float(exact(forcings[-1], 0.0))
    axes.set(xlim=(forcings[0], forcings[-1]), ylim=(float(exact(forcings[0], DETUNINGS[-1])) / 3, highest))
    tell_apart(axes)
    legend_below(axes)
    several = (
        ""
        if study.network.activation.contracts
        else " Where a line turns back, there are several steady states. The lattice started from rest."
    )
    coefficient = text(study.network.activation.coefficient)
    return (
        f"Lines: the exact law of {study.named}. Points: steady states of {study.lattice}, simulated, forced at "
        f"the detunings delta = {', '.join(f'{detuning:g}' for detuning in DETUNINGS)} rad/step. Dashed: the "
        f"root (F/c_phi)^({root.power}) at resonance, where c_phi = {coefficient} is the "
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
        axes.plot(grid, exact(F, grid), color=SERIES[series])
        draw_points(axes, drawn, seen, series, rf"$F = {number_latex(F)}$")
        axes.hlines(level, -leading, leading, color=INK, lw=0.9, ls=DASHED)
        axes.plot([-half, half], [level, level], ls="", marker="|", ms=13, mew=1.4, color=INK, zorder=4)
    tell_apart(axes)
    axes.plot([], [], ls=DASHED, lw=0.9, color=INK, label="half power, leading law")
    axes.plot([], [], ls="", marker="|", ms=11, mew=1.4, color=INK, label="half power, simulation")
    figure.set_size_inches(WIDTH, 5.0)
    axes.set(yscale="log", xlim=(-farthest, farthest))
    legend_below(axes)
    return (
        f"Lines: the exact law of {study.named}. Points: steady states of {study.lattice}, simulated. At half power "
        "R^2 is half of its value at resonance. Strokes mark the detunings at which the simulation has half power. A "
        "dashed line is as long as the leading law says, in proportion to "
        f"F^({study.theory['resonance_bandwidth'].exponents[0]})."
    )


def decay_against_wavenumber(study: Study, figure: Figure) -> str:
    """Both decay rates against q on several backgrounds, and where they meet."""
    axes = axes_in(figure, f"wavenumber  $q{study.axis}$  (rad/site)", r"decay rate  $\sigma$  (1/step)")
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
    tell_apart(axes)
    if meeting:
        axes.plot([], [], **STAR, label="exceptional point, simulation")
    figure.set_size_inches(WIDTH, 5.2)
    axes.set(yscale="log", xlim=(0, math.pi))
    axes.set_xticks(
        [part * math.pi / 4 for part in range(5)], ["0", r"$\pi/4$", r"$\pi/2$", r"$3\pi/4$", r"$\pi$"]
    )
    legend_below(axes)
    found = (
        " Stars: exceptional points, found by a search on the simulated lattice at the wavenumbers "
        f"{', '.join(map(str, meeting))}. The backgrounds drawn are those of these points."
    )
    return (
        f"Lines: the exact law of {study.named}, both branches. Points: perturbations of the steady state of "
        f"{study.lattice}, simulated, on uniform backgrounds I0.{study.along_first}{found if meeting else ''}"
    )


def times_and_lengths_against_background(study: Study, figure: Figure) -> str:
    """tau at q = 0 and the lengths, in the band and at its edge, against I0."""
    figure.set_size_inches(WIDTH, 8.2)
    upper, lower = figure.subplots(2, 1, sharex=True)
    dress(upper, "", r"relaxation time  $\tau$  (steps)", log=True)
    dress(lower, "background input  $I_0$", "length  $l$  (sites)", log=True)
    frequency = study.probe_frequency
    backgrounds, coarse = np.logspace(-6, 1, 281), np.logspace(-6, 1, study.points + 2)
    drawn = np.logspace(-5, 0, max(2, 2 * study.points // 3))
    seen = study.measured("relaxation_time", [{"I0": I0, **study.wave(0)} for I0 in drawn])[0]
    upper.plot(backgrounds, study.line("relaxation_time")(backgrounds, 0.0, *study.across), color=SERIES[0])
    draw_points(upper, drawn, seen, 0, r"$\tau$ at $q = 0$")
    if study.has("relaxation_time_resonant", "power law of the relaxation time"):
        draw_power(upper, backgrounds, study.power_law("relaxation_time_resonant", study.wave(0)), r"\tau")
    exact = study.has("complex_wavenumber", "exact law of the lengths")
    lengths: list[tuple[str, str, dict[str, float]]] = [("propagation_length", "l", {"Omega": frequency})]
    if study.has("evanescent_length", "static length"):
        lengths.append(("evanescent_length", r"l_\mathrm{e}", {}))
    for series, (name, symbol, probe) in enumerate(lengths, 1):
        at = probe.get("Omega", 0)
        if exact:
            through = PchipInterpolator(np.log(coarse), np.log(study.lengths(coarse, at)))
            lower.plot(backgrounds, np.exp(through(np.log(backgrounds))), color=SERIES[series])
        seen = study.measured(name, [{"I0": I0, **probe} for I0 in drawn])[0]
        draw_points(lower, drawn, seen, series, rf"${symbol}$ at $\Omega = {number_latex(at)}$")
        if study.has(name, "power law of the length in a band"):
            draw_power(lower, backgrounds, study.power_law(name, probe), symbol)
    for axes in (upper, lower):
        axes.set(xlim=(backgrounds[0], backgrounds[-1]))
        tell_apart(axes)
        axes.legend(loc="upper right")
    return (
        f"Lines: the exact laws of {study.named}; lengths follow from its complex wavenumbers. Points of "
        f"tau: the decay of perturbations of {study.lattice}, simulated. Points of lengths: the tail of the simulated "
        f"response to a weak drive of {study.spot} at Omega, {frequency:g} rad/step in the band. Dashed: the leading "
        "powers."
        f"{study.along_first}"
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
    "frequencies_of_waves": ("Frequencies of waves, and how packets move", frequencies_of_waves),
    "wave_on_torus": ("A wave on a torus", wave_on_torus),
    "residuals_of_laws": ("What the asymptotic laws drop", residuals_of_laws),
    "digits_of_exponents": ("Digits that an elimination gains", digits_of_exponents),
}
"""Name -> title, and the function that draws it and returns the caption."""
