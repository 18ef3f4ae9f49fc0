"""Where a wave goes, proved: of every quiet site that its amplitude lies above the threshold, or below."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.evaluation.decimals import fraction, lower, upper
from analytics.network.network import Network
from nearcritical.system.progress import Progress
from numerics.landscapes.enclosed_wave import EnclosedWave, enclosed_wave
from numerics.landscapes.landscape import Landscape, Source
from numerics.landscapes.reach import THRESHOLD, reach
from numerics.lattice.map import Lattice
from numerics.steady_states.steady_state import steady_state

DIGITS = 60
"""Of the steady state: in a corridor of 96 x 96 sites, where little activity leaks to, 1 - L is as small as 10^-19."""


@dataclass(frozen=True, slots=True, eq=False)
class ProvedReach:
    """Proved, about the network on its lattice and not about a simulation.

    wave: the amplitudes in balls, with the certificate of the steady state. reached, absent: quiet sites that are
    proved to have at least `threshold` of the largest amplitude, or less; a site in neither is undecided. weakest: a
    lower bound of the relative amplitude of those reached, strongest: an upper one of those absent, 0 for none.
    """

    wave: EnclosedWave
    threshold: float
    quiet: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    absent: NDArray[np.bool_]
    weakest: float
    strongest: float

    def __repr__(self) -> str:
        return f"<ProvedReach {proof_text(self)}>"

    @property
    def undecided(self) -> int:
        """Quiet sites of which nothing is proved."""
        return int((self.quiet & ~self.reached & ~self.absent).sum())


def proved_reach(
    network: Network,
    landscape: Landscape,
    source: Source,
    *,
    threshold: float = THRESHOLD,
    digits: int = DIGITS,
    progress: Progress | None = None,
) -> ProvedReach:
    """Which quiet sites the wave of `source` reaches, by ball arithmetic.

    digits: of the steady state. Quiet is a site of at most half the largest strength, as in `reach`.
    Raises CertificationError where the steady state is not proved, or has too few digits for the wave.
    """
    told = progress or (lambda *_: None)
    quiet = reach(np.ones(landscape.shape), landscape.doubles, threshold=threshold).quiet
    told(f"finding the steady state to {digits} digits", 0, 2)
    state = steady_state(Lattice(network, landscape.shape), landscape.silent, digits=digits)
    told("enclosing the wave", 1, 2)
    wave = enclosed_wave(state, source)
    middle = np.array([fraction(value) for value in wave.amplitude], dtype=object).reshape(landscape.shape)
    radius = fraction(wave.radius)
    largest = middle.max()
    low = _doubles((middle - radius) / (largest + radius), -np.inf)
    high = _doubles((middle + radius) / (largest - radius), np.inf)
    reached, absent = quiet & (low >= threshold), quiet & (high < threshold)
    return ProvedReach(
        wave=wave,
        threshold=threshold,
        quiet=quiet,
        reached=reached,
        absent=absent,
        weakest=float(low[reached].min()) if reached.any() else 0.0,
        strongest=float(high[absent].max(initial=0.0)),
    )


def _doubles(fractions: Any, towards: float) -> NDArray[np.float64]:
    """Fractions as doubles, rounded to the safe side."""
    nearest = np.array([float(value) for value in fractions.flat]).reshape(fractions.shape)
    found: NDArray[np.float64] = np.nextafter(nearest, towards)
    return found


def proof_text(found: ProvedReach) -> str:
    """What is proved, in a line or two."""
    least, most = lower(Fraction(found.weakest)), upper(Fraction(found.strongest))
    parts = []
    if found.reached.any():
        parts.append(f"{int(found.reached.sum())} have at least {least} of the largest amplitude")
    if found.absent.any():
        parts.append(f"{int(found.absent.sum())} at most {most} of it")
    lines = [f"proved        of {int(found.quiet.sum())} quiet sites {', '.join(parts) or 'none is decided'}"]
    if found.undecided:
        lines.append(f"              {found.undecided} are not decided by the threshold {found.threshold:g}")
    return "\n".join(lines)


def proof_record(found: ProvedReach) -> dict[str, Any]:
    """What is proved, as JSON has it."""
    return {
        "reached": int(found.reached.sum()),
        "absent": int(found.absent.sum()),
        "undecided": found.undecided,
        "weakest_reached_at_least": found.weakest,
        "strongest_absent_at_most": found.strongest,
        "certificate": str(found.wave.certificate).splitlines(),
    }
