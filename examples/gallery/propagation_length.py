"""Propagation lengths diverge

> The length-scales of signal propagation depend sensitively on the inputs as power laws, diverging as the
> input goes to 0. (arXiv:2405.13854)

One site of a ring is driven weakly, on top of the ongoing activity that a uniform input I0 makes, and the
distance is measured over which its wave shrinks by e. Within the band of the kernel the length grows as the
power -2/3 of the input. A static drive is at the edge of the band; its length grows as the power -1/3.

Run as

    python examples/gallery/propagation_length.py [PICTURE.svg]
"""

import sys
from pathlib import Path

import numpy as np

from nearcritical import measure, network
from nearcritical.drawing.canvas import SERIES, axes_in, draw_points, one_figure, saved

INPUTS = [10.0**exponent for exponent in range(-7, 1)]
CASES = {
    "within the band": ("propagation_length", {"Omega": "3/5"}),
    "static, at the edge of the band": ("evanescent_length", {}),
}


def demonstrate() -> dict[str, np.ndarray]:
    """Case -> the lengths measured at `INPUTS`, in sites."""
    net = network("algebraic", "laplacian")
    return {
        name: np.array([float(measure(what, net, {"I0": repr(I0), **probe}, 15).value) for I0 in INPUTS])
        for name, (what, probe) in CASES.items()
    }


def slopes(lengths: np.ndarray) -> np.ndarray:
    """d ln l / d ln I0 between neighbouring inputs."""
    return np.diff(np.log(lengths)) / np.diff(np.log(INPUTS))


if __name__ == "__main__":
    found = demonstrate()
    for name, lengths in found.items():
        print(
            f"{name:32} {lengths[0]:.4g} sites at I0 = {INPUTS[0]:.0e}, {lengths[-1]:.3g} at I0 = {INPUTS[-1]:.0f};",
            end=" ",
        )
        print(f"local exponent {slopes(lengths)[0]:.4f} at the weak end")
    with one_figure() as figure:
        axes = axes_in(figure, "background input  $I_0$", r"length  $\ell$  (sites)", log=True)
        for series, (name, lengths) in enumerate(found.items()):
            axes.plot(INPUTS, lengths, color=SERIES[series])
            draw_points(axes, INPUTS, lengths, series, name)
        axes.legend(loc="upper right")
        Path(sys.argv[1] if len(sys.argv) > 1 else "propagation_length.svg").write_bytes(saved(figure, "svg"))
