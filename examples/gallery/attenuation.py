"""Ongoing activity decides how long a signal lasts

> Ongoing activity controls how additional inputs or signals attenuate in time. (arXiv:2405.13854)

The same small wave is written onto the ongoing activity of three rings, which differ in the uniform input
I0 alone, and is left to itself. It fades the sooner the more activity there is; without any, it would fade
as a power of time. The rate that is read off the simulation is the one of the law of decay rates.

Run as

    python examples/gallery/attenuation.py [PICTURE.svg]
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nearcritical import Background, derive, network, simulate
from nearcritical.drawing.canvas import SERIES, axes_in, draw_points, one_figure, saved

INPUTS = ("1/10000", "1/1000", "1/100")
SITES, STEPS, WAVE = 64, 300, 1e-6
LEAST = 1e-4
"""The rate is read off until the wave has shrunk to this part."""


@dataclass(frozen=True)
class Fading:
    """left: what is left of the wave after 0, 1, ... steps; rates per step."""

    activity: float
    left: np.ndarray
    measured: float
    predicted: float


def demonstrate() -> dict[str, Fading]:
    """Background input -> how the wave fades."""
    laws = derive(network("algebraic", "laplacian"))
    wavenumber = 2 * np.pi * 8 / SITES
    found = {}
    for I0 in INPUTS:
        activity = float(laws["background_amplitude"].evaluate({"I0": I0}, 20))
        start = activity + WAVE * np.exp(1j * wavenumber * np.arange(SITES))
        course = simulate(laws.network, (SITES,), Background(I0), STEPS, initial=start)
        left = np.linalg.norm(course.states - activity, axis=1) / (WAVE * np.sqrt(SITES))
        steps = np.arange(STEPS + 1)
        measured = -np.polyfit(steps[left > LEAST], np.log(left[left > LEAST]), 1)[0]
        predicted = laws["decay_rate"].branches({"I0": I0, "q": "pi/4"}, 20)[0]
        found[I0] = Fading(activity, left, measured, float(predicted))
    return found


if __name__ == "__main__":
    found = demonstrate()
    print("input     activity  rate of decay per step: measured, by the law")
    for I0, fading in found.items():
        print(f"{I0:8}  {fading.activity:.4f}    {fading.measured:.6f}, {fading.predicted:.6f}")
    with one_figure() as figure:
        axes = axes_in(figure, "time  $n$  (steps)", "what is left of the wave")
        for series, (I0, fading) in enumerate(found.items()):
            steps = np.flatnonzero(fading.left > LEAST)
            axes.plot(steps, np.exp(-fading.predicted * steps), color=SERIES[series])
            draw_points(axes, steps[::15], fading.left[steps[::15]], series, f"$I_0 = {I0}$")
        axes.set(yscale="log", xlim=(0, STEPS))
        axes.legend(loc="lower left")
        Path(sys.argv[1] if len(sys.argv) > 1 else "attenuation.svg").write_bytes(saved(figure, "svg"))
