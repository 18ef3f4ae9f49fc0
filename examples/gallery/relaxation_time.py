"""Relaxation times diverge

> The timescales of relaxation depend sensitively on the inputs as power laws, diverging as the input goes
> to 0. (arXiv:2405.13854)

A uniform input I0 makes ongoing activity on a ring. A small uniform perturbation of it is left to itself,
and the time in which it shrinks by e is measured. The time grows as the power -2/3 of the input, and as the
power -4/5 for an activation of order p = 4: the weaker the input, the longer the network remembers.

Run as

    python examples/gallery/relaxation_time.py [PICTURE.svg]
"""

import sys
from pathlib import Path

import numpy as np

from nearcritical import derive, measure, network
from nearcritical.drawing.canvas import SERIES, axes_in, draw_points, one_figure, saved

INPUTS = [10.0**exponent for exponent in range(-8, 1)]
CASES = ("algebraic", "quartic")


def demonstrate() -> dict[str, np.ndarray]:
    """Activation -> the relaxation times measured at `INPUTS`, in steps."""
    return {
        name: np.array(
            [
                float(measure("relaxation_time", network(name), {"I0": repr(I0), "q": 0}, 15).values[0])
                for I0 in INPUTS
            ]
        )
        for name in CASES
    }


def slopes(times: np.ndarray) -> np.ndarray:
    """d ln tau / d ln I0 between neighbouring inputs."""
    return np.diff(np.log(times)) / np.diff(np.log(INPUTS))


if __name__ == "__main__":
    found = demonstrate()
    for name, times in found.items():
        print(
            f"{name:10} {times[0]:.4g} steps at I0 = {INPUTS[0]:.0e}, {times[-1]:.3g} at I0 = {INPUTS[-1]:.0f};",
            end=" ",
        )
        print(f"local exponent {slopes(times)[0]:.5f} at the weak end")
    with one_figure() as figure:
        axes = axes_in(figure, "background input  $I_0$", r"relaxation time  $\tau$  (steps)", log=True)
        for series, (name, times) in enumerate(found.items()):
            law = derive(network(name))["relaxation_time"].compile()
            axes.plot(INPUTS, law(I0=np.array(INPUTS), q=0.0)[0], color=SERIES[series])
            draw_points(axes, INPUTS, times, series, name)
        axes.legend(loc="upper right")
        Path(sys.argv[1] if len(sys.argv) > 1 else "relaxation_time.svg").write_bytes(saved(figure, "svg"))
