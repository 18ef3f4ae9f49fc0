"""The response to a single oscillation is known exactly

> We present analytical solutions for the steady states when the network is forced with a single
> oscillation. (arXiv:2405.13854)

A ring is forced by one travelling wave, on and off its resonance. Amplitude and phase of the response are
measured to 40 digits, from the map alone, and compared with the two exact laws.

Run as

    python examples/gallery/single_oscillation.py [PICTURE.svg]
"""

import sys
from pathlib import Path

import mpmath
import numpy as np

from nearcritical import Theory, derive, measure, network
from nearcritical.drawing.canvas import SERIES, axes_in, draw_points, legend_below, one_figure, saved

DIGITS = 40
LAWS = ("forced_amplitude", "forced_phase")
POINTS = [
    {"F": F, "delta": delta, "k": "pi/4"} for F in ("1/1000", "1/10") for delta in ("-3/10", "0", "1/50", "1")
]


def demonstrate() -> dict[str, list[mpmath.mpf]]:
    """Law -> |measured - predicted| over |predicted| at `POINTS`."""
    theory = derive(network("algebraic", "laplacian"))
    return {name: [miss(theory, name, point) for point in POINTS] for name in LAWS}


def miss(theory: Theory, name: str, point: dict[str, str]) -> mpmath.mpf:
    """The relative miss of a law at a point where it is asked for what it depends on."""
    known = {p.name: point[p.name] for p in theory[name].parameters}
    predicted = theory[name].evaluate(known, DIGITS + 5)
    measured = measure(name, theory.network, point, DIGITS + 5).value
    with mpmath.workdps(DIGITS + 10):
        return abs(measured - predicted) / abs(predicted)


if __name__ == "__main__":
    found = demonstrate()
    for name, misses in found.items():
        print(f"{name:16} greatest relative miss at {len(misses)} points: {mpmath.nstr(max(misses), 2)}")
    net = network("algebraic", "laplacian")
    law = derive(net)["forced_amplitude"].compile()
    detunings, drawn = np.linspace(-0.5, 0.5, 401), np.linspace(-0.475, 0.475, 21)
    with one_figure() as figure:
        axes = axes_in(figure, r"detuning  $\delta$  (rad/step)", "amplitude of the response  $R$")
        for series, F in enumerate((1e-3, 1e-2, 1e-1)):
            axes.plot(detunings, law(F=F, delta=detunings), color=SERIES[series])
            seen = [
                float(measure("forced_amplitude", net, {"F": repr(F), "delta": repr(d)}, 10).value)
                for d in drawn.tolist()
            ]
            draw_points(axes, drawn, seen, series, f"$F = {F}$")
        axes.set(yscale="log", xlim=(-0.5, 0.5))
        legend_below(axes, 3)
        Path(sys.argv[1] if len(sys.argv) > 1 else "single_oscillation.svg").write_bytes(saved(figure, "svg"))
