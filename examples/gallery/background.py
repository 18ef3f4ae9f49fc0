"""Decay and reach as functions of the background

> We derive the relationships shaping the value of the temporal decay and spatial propagation length as a
> function of this background value. (arXiv:2405.13854)

The background is a uniform input I0. The rate at which a perturbation decays, and the wavenumber with which
a probe of a given frequency spreads, are exact laws of it. Both are measured on the simulated ring to 30
digits and compared.

Run as

    python examples/gallery/background.py [PICTURE.svg]
"""

import sys
from pathlib import Path

import mpmath
import numpy as np

from nearcritical import Theory, derive, measure, network
from nearcritical.drawing.canvas import SERIES, axes_in, draw_points, one_figure, saved

DIGITS = 30
INPUTS = ("1/1000", "1/50", "1/2")
CASES = {"decay_rate": {"q": "pi/4"}, "complex_wavenumber": {"Omega": "3/5"}}
"""Law -> the perturbation or probe that it is asked for."""


def demonstrate() -> dict[str, list[mpmath.mpf]]:
    """Law -> the greatest relative miss of its values at each of `INPUTS`; of wavenumbers the least damped."""
    theory = derive(network("algebraic", "laplacian"))
    return {name: [miss(theory, name, {"I0": I0, **probe}) for I0 in INPUTS] for name, probe in CASES.items()}


def miss(theory: Theory, name: str, point: dict[str, str]) -> mpmath.mpf:
    """How far the values of a law are from those measured, each from the nearest one."""
    predicted = theory[name].branches(point, DIGITS + 5)
    measured = measure(name, theory.network, point, DIGITS + 5).values
    with mpmath.workdps(DIGITS + 10):
        return max(min(abs(value - other) for other in predicted) / abs(value) for value in measured)


if __name__ == "__main__":
    found = demonstrate()
    for name, misses in found.items():
        print(f"{name:18} greatest relative miss at {len(misses)} inputs: {mpmath.nstr(max(misses), 2)}")
    theory = derive(network("algebraic", "laplacian"))
    inputs, drawn = np.logspace(-6, 0, 61), np.logspace(-5.5, -0.5, 5)
    with one_figure() as figure:
        axes = axes_in(figure, "background input  $I_0$", "rate of decay, per step or per site", log=True)
        rate = theory["decay_rate"].compile()
        axes.plot(inputs, rate(I0=inputs, q=np.pi / 4)[0], color=SERIES[0])
        seen = [
            float(measure("decay_rate", theory.network, {"I0": repr(I0), "q": "pi/4"}, 10).values[0])
            for I0 in drawn.tolist()
        ]
        draw_points(axes, drawn, seen, 0, r"$\sigma$ of a perturbation with $q = \pi/4$")
        wave = [
            theory["complex_wavenumber"].branches({"I0": repr(I0), "Omega": "3/5"}, 15)
            for I0 in inputs[::10].tolist()
        ]
        axes.plot(inputs[::10], [min(abs(float(q.imag)) for q in roots) for roots in wave], color=SERIES[1])
        seen = [
            float(
                abs(
                    measure("complex_wavenumber", theory.network, {"I0": repr(I0), "Omega": "3/5"}, 10)
                    .values[0]
                    .imag
                )
            )
            for I0 in drawn.tolist()
        ]
        draw_points(axes, drawn, seen, 1, r"$|\mathrm{Im}\,q|$ of a probe with $\Omega = 3/5$")
        axes.legend(loc="lower right")
        Path(sys.argv[1] if len(sys.argv) > 1 else "background.svg").write_bytes(saved(figure, "svg"))
