"""Hysteresis: the forcing of a lattice is raised and lowered again, and the response jumps at different inputs.

Points: the simulated map, followed from each forcing to the next. Lines: the exact law, solid where its state is
stable, dotted where it is not. Run as

    python examples/hysteresis.py [PICTURE.svg]
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt

from nearcritical import derive, load, ramp

FORCINGS = [f"{percent}/100" for percent in range(2, 61, 2)]

network = load(Path(__file__).with_name("hysteresis.toml"))
law = derive(network)["forced_amplitude"]
loop = ramp(network, FORCINGS)

branches = {"stable": [], "unstable": []}
for forcing in loop.forcings:
    for state in law.states({"F": forcing}, digits=15):
        branches["stable" if state.is_stable else "unstable"].append((float(forcing), float(state.amplitude)))

print("   F    up      down    exact states (unstable in brackets)")
for forcing, up, down in zip(loop.forcings, loop.up, loop.down, strict=True):
    states = law.states({"F": forcing}, digits=15)
    exact = "  ".join(
        f"{float(s.amplitude):.4f}" if s.is_stable else f"({float(s.amplitude):.4f})" for s in states
    )
    print(f"{float(forcing):.2f}  {up:.4f}  {down:.4f}  {exact}")

figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
lower = sorted(p for p in branches["stable"] if p[1] < 1)
upper = sorted(p for p in branches["stable"] if p[1] > 1)
for points, style in ((lower, "-"), (upper, "-"), (sorted(branches["unstable"]), ":")):
    axes.plot(*zip(*points, strict=True), style, color="black", lw=1.2)
axes.plot(loop.forcings, loop.up, "^", ms=5, color="tab:blue", label="forcing raised")
axes.plot(loop.forcings, loop.down, "v", ms=5, mfc="none", color="tab:red", label="forcing lowered")
axes.set(xlabel="forcing $F$", ylabel="amplitude of the response $R$")
axes.legend(loc="center right")
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "hysteresis.svg")
