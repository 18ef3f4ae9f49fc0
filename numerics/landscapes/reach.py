"""Which sites a wave reaches, and whether the answer depends on where the line is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from analytics.errors import ParameterError
from numerics.landscapes.landscape import require_part

OPERATION = "reach of a wave"

THRESHOLD = 1e-6
"""A wave counts as there above this part of its largest amplitude.

In power it is 10^-12. It stands between two scales. Along a corridor of the demonstration the amplitude falls to
10^-5 at most by the far end, from reflection and absorption at the walls. Through a wall it falls by e^(-q t), q
being the law's `complex_wavenumber` at the wall's input: to 10^-9 across six sites. `Reach.gap` says how far the line
could be moved.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The sites where the amplitude is at least `threshold` of the largest one.

    reached: at every site. weakest, strongest: the least relative amplitude of a quiet site that counts as reached, 1
    where none does, and the largest of one that does not, 0 where all do. The answer is the same for every threshold in
    between. quiet: the sites that are looked at for this, those of a low input, where a wave can travel.
    """

    threshold: float
    reached: NDArray[np.bool_]
    quiet: NDArray[np.bool_]
    weakest: float
    strongest: float

    def __repr__(self) -> str:
        return f"<Reach of {self.share:.1%} of the quiet sites, gap {self.gap:.1e}>"

    @property
    def share(self) -> float:
        """Part of the quiet sites that are reached."""
        return float(self.reached[self.quiet].mean())

    @property
    def gap(self) -> float:
        """weakest/strongest; infinite where every quiet site is reached."""
        return self.weakest / self.strongest if self.strongest else inf


def _at_sites(name: str, values: object) -> NDArray[np.float64]:
    """Values as doubles, one per site. Raises ParameterError unless they are finite real numbers, 0 or above."""
    try:
        given = np.asarray(values)
    except ValueError:  # rows of unequal length
        given = np.empty(0)
    if given.dtype.kind not in "iuf" or not given.size or not (np.isfinite(given) & (given >= 0)).all():
        raise ParameterError(
            OPERATION,
            f"{name} are finite real numbers, 0 or above, one per site",
            repr(values),
            "Replace others.",
        )
    return given.astype(np.float64, copy=False)


def reach(
    amplitude: NDArray[np.float64], strengths: NDArray[np.float64], *, threshold: float = THRESHOLD
) -> Reach:
    """Where a wave of that `amplitude` goes in the landscape of those `strengths`.

    Quiet is a site of at most half the largest strength, or every site where none is below that. Raises
    ParameterError for a threshold that is not between 0 and 1, and for arrays that are no amplitudes and strengths.
    """
    require_part(OPERATION, "threshold", threshold, f"Give {THRESHOLD:g}.")
    amplitude, strengths = _at_sites("amplitudes", amplitude), _at_sites("strengths", strengths)
    if amplitude.shape != strengths.shape or not amplitude.any():
        raise ParameterError(
            OPERATION,
            "amplitudes, some above 0, and strengths are of the same sites",
            f"shapes {amplitude.shape} and {strengths.shape}" if amplitude.any() else "no amplitude above 0",
            "Give field.amplitude and landscape.doubles.",
        )
    relative = amplitude / amplitude.max()
    reached = relative >= threshold
    quiet = strengths <= strengths.max() / 2
    quiet |= not quiet.any()
    return Reach(
        threshold=threshold,
        reached=reached,
        quiet=quiet,
        weakest=float(relative[quiet & reached].min(initial=1.0)),
        strongest=float(relative[quiet & ~reached].max(initial=0.0)),
    )
