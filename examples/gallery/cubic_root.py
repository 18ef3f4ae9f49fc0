"""A cubic root

> The outputs depend on the inputs via compressive nonlinearities such as cubic roots. (arXiv:2405.13854)

A ring is forced by one oscillation that is resonant with its kernel, and its steady amplitude R is measured
for forcings F over nine decades. The local exponent d ln R / d ln F goes to 1/3 as the forcing becomes
weak. An activation of order p = 4 takes a fifth root instead. A little off resonance the response is
linear: it is the resonance that compresses.

Run as

    python examples/gallery/cubic_root.py [PICTURE.svg]
"""

import sys
from pathlib import Path

import numpy as np

from nearcritical import measure, network
from nearcritical.drawing.canvas import SERIES, axes_in, draw_points, one_figure, saved

FORCINGS = [10.0 ** (exponent / 2) for exponent in range(-18, 1)]
CASES = {
    "algebraic, on resonance": ("algebraic", "0"),
    "quartic, on resonance": ("quartic", "0"),
    "algebraic, off by 1/10": ("algebraic", "1/10"),
}


def demonstrate() -> dict[str, np.ndarray]:
    """Case -> the amplitudes measured at `FORCINGS`."""
    return {
        name: np.array(
            [
                float(
                    measure("forced_amplitude", network(activation), {"F": repr(F), "delta": delta}, 15).value
                )
                for F in FORCINGS
            ]
        )
        for name, (activation, delta) in CASES.items()
    }


def slopes(amplitudes: np.ndarray) -> np.ndarray:
    """d ln R / d ln F between neighbouring forcings."""
    return np.diff(np.log(amplitudes)) / np.diff(np.log(FORCINGS))


if __name__ == "__main__":
    found = demonstrate()
    for name, amplitudes in found.items():
        first, last = slopes(amplitudes)[[0, -1]]
        print(
            f"{name:24} local exponent {first:.5f} at F = {FORCINGS[0]:.0e}, {last:.5f} at F = {FORCINGS[-1]:.0f}"
        )
    with one_figure() as figure:
        axes = axes_in(figure, "forcing  $F$", "amplitude of the response  $R$", log=True)
        for series, (name, amplitudes) in enumerate(found.items()):
            draw_points(axes, FORCINGS, amplitudes, series, name)
            axes.plot(FORCINGS, amplitudes, color=SERIES[series])
        axes.legend(loc="lower right")
        Path(sys.argv[1] if len(sys.argv) > 1 else "cubic_root.svg").write_bytes(saved(figure, "svg"))
