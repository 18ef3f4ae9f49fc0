"""Ongoing activity decides how far a signal comes

> Inputs to the network generate ongoing activity, which in turn controls how additional inputs or signals
> propagate spatially. (arXiv:2405.13854)

Three rings of the same network receive uniform inputs I0 of different strength, and in addition one and the
same weak signal at one site. The strong input makes much activity, and the signal ends after a few sites.
The weak input makes little, and the signal crosses the ring. The map is iterated in double precision; the
reach that is read off it is the one of the law of complex wavenumbers.

Run as

    python examples/gallery/ongoing_activity.py [PICTURE.svg]
"""

import sys
from dataclasses import dataclass
from fractions import Fraction
from math import pi
from pathlib import Path

import numpy as np

from nearcritical import Samples, Theory, derive, network, simulate
from nearcritical.drawing.canvas import SERIES, axes_in, draw_points, one_figure, saved

INPUTS = ("1/10000", "1/100", "1/10")
PERIOD, SITES, STEPS, SIGNAL = 10, 512, 400, 1e-7
NEAR, LEAST = 3, 1e-5
"""The reach is read off between this many sites from the drive, and where the wave has shrunk to this part."""


@dataclass(frozen=True)
class Reach:
    """profile: |response| / |signal| at the sites 0, 1, ... from the drive; lengths in sites."""

    activity: float
    profile: np.ndarray
    measured: float
    predicted: float


def demonstrate() -> dict[str, Reach]:
    """Background input -> what becomes of the signal."""
    laws = derive(network("algebraic", "laplacian"))
    return {I0: _reach(laws, I0) for I0 in INPUTS}


def _reach(laws: Theory, I0: str) -> Reach:
    activity = float(laws["background_amplitude"].evaluate({"I0": I0}, 20))
    turn = np.exp(2j * pi / PERIOD * np.arange(STEPS))
    drive = np.full((STEPS, SITES), float(Fraction(I0)), dtype=complex)
    drive[:, 0] += SIGNAL * turn
    last = range(STEPS - PERIOD + 1, STEPS + 1)
    course = simulate(
        laws.network, (SITES,), Samples(drive), STEPS, initial=np.full(SITES, activity), keep=last
    )
    answer = (course.states - activity) / SIGNAL
    wave = np.mean(answer * np.conj(turn[0] * np.exp(2j * pi / PERIOD * np.array(last)))[:, None], axis=0)
    profile = np.abs(wave[: SITES // 4])
    end = int(np.argmax(profile < LEAST * profile[NEAR])) or len(profile)
    slope = np.polyfit(np.arange(NEAR, end), np.log(profile[NEAR:end]), 1)[0]
    roots = laws["complex_wavenumber"].branches({"I0": I0, "Omega": f"2*pi/{PERIOD}"}, 20)
    return Reach(activity, profile, -1 / slope, 1 / min(abs(float(root.imag)) for root in roots))


if __name__ == "__main__":
    found = demonstrate()
    print("input     activity  reach of the signal in sites: measured, by the law")
    for I0, reach in found.items():
        print(f"{I0:8}  {reach.activity:.4f}    {reach.measured:.3f}, {reach.predicted:.3f}")
    with one_figure() as figure:
        axes = axes_in(figure, "distance from the drive  $x$  (sites)", "response to the signal")
        for series, (I0, reach) in enumerate(found.items()):
            places = np.arange(len(reach.profile))
            shown = reach.profile > LEAST
            law = reach.profile[NEAR] * np.exp((NEAR - places) / reach.predicted)
            axes.plot(places[law > LEAST], law[law > LEAST], color=SERIES[series], lw=1.2)
            draw_points(axes, places[shown][::3], reach.profile[shown][::3], series, f"$I_0 = {I0}$")
        axes.set(yscale="log", xlim=(0, places[-1]))
        axes.legend(loc="center right")
        Path(sys.argv[1] if len(sys.argv) > 1 else "ongoing_activity.svg").write_bytes(saved(figure, "svg"))
