"""Hysteresis

An activation whose slope exceeds one in between answers a resonant forcing weakly or strongly, as the past
would have it. The forcing of a lattice is raised and lowered again, and the response jumps at different
inputs. Points are the simulated map, followed from each forcing to the next. The lines are the exact law,
solid where its state is stable, dotted where it is not.

Run as

    python examples/gallery/hysteresis.py [PICTURE.svg]
"""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import sympy as sp

from nearcritical import Ramp, derive, load, ramp
from nearcritical.drawing.canvas import INK, SERIES, axes_in, one_figure, saved

FORCINGS = [f"{percent}/100" for percent in range(2, 61, 2)]
EXACT = FORCINGS[1::6]
"""Where all states of the exact law are asked for."""
MODEL = Path(__file__).parent.parent / "hysteresis.toml"


def demonstrate() -> tuple[Ramp, dict[str, list[tuple[float, bool]]]]:
    """The course of the lattice; forcing -> (amplitude, is it stable?) of every state of the exact law."""
    network = load(MODEL)
    law = derive(network)["forced_amplitude"]
    states = {F: [(float(s.amplitude), s.is_stable) for s in law.states({"F": F}, 15)] for F in EXACT}
    return ramp(network, FORCINGS), states


def curve() -> tuple[np.ndarray, np.ndarray]:
    """The exact law F = P - rho(P), R = rho(P), by the modulus P before the activation."""
    pre_activation = sp.Symbol("P", positive=True)
    rho = sp.lambdify(pre_activation, load(MODEL).activation.rho(pre_activation))
    moduli = np.linspace(0.01, 5.2, 2000)
    return moduli - rho(moduli), rho(moduli)


if __name__ == "__main__":
    course, states = found = demonstrate()
    print("   F    up      down    exact states (unstable in brackets)")
    for F, up, down in zip(FORCINGS, course.up, course.down, strict=True):
        exact = "  ".join(f"{R:.4f}" if stable else f"({R:.4f})" for R, stable in states.get(F, []))
        if exact:
            print(f"{float(Fraction(F)):.2f}  {up:.4f}  {down:.4f}  {exact}")
    with one_figure() as figure:
        axes = axes_in(figure, "forcing  $F$", "amplitude of the response  $R$")
        inputs, amplitudes = curve()
        rising = np.gradient(inputs) > 0
        for shown, style in ((rising, "-"), (~rising, ":")):
            axes.plot(np.where(shown, inputs, np.nan), amplitudes, style, color=INK, lw=1.2)
        axes.plot(course.forcings, course.up, "^", ms=5, color=SERIES[0], label="forcing raised")
        axes.plot(
            course.forcings, course.down, "v", ms=5, mfc="none", color=SERIES[1], label="forcing lowered"
        )
        axes.set(xlim=(0, 0.62))
        axes.legend(loc="center right")
        Path(sys.argv[1] if len(sys.argv) > 1 else "hysteresis.svg").write_bytes(saved(figure, "svg"))
