"""How fast a pulse decays about a place: the linearized lattice, from a wave under a Gaussian."""

from __future__ import annotations

import numpy as np

from analytics.errors import ParameterError
from numerics.engines.protocol import Doubles
from numerics.landscapes.linearized import Linearized

STEPS = 24
"""Steps that a pulse is followed at most."""

FAR = 3.0
"""A pulse is followed until |v| has fallen by e^-3: what is left then has crept away to quieter places."""

FEWEST = 4
"""Steps that it is followed at least; the rate is the slope of ln |v| over the second half of all."""


def pulse_decay(at: Linearized, site: tuple[int, ...], wavenumber: float, *, width: float = 6) -> float:
    """The decay rate per step of e^(i q x_1) under a Gaussian of that `width` about `site`, |v| being the 2-norm.

    Of a wave whose two eigenvalues have different moduli the slower one is seen. The pulse moves by its group velocity,
    and spreads: the rate is that of the places it sees on its way. Raises ParameterError for a width that the lattice
    does not hold.
    """
    shape = at.map.lattice.shape
    if not 1 <= width <= min(shape) / 4:
        raise ParameterError(
            "decay of a pulse",
            f"a width from 1 to {min(shape) / 4:g} sites is needed",
            width,
            "Choose it smaller.",
        )
    change = np.exp(1j * wavenumber * np.arange(shape[0])).reshape([-1] + [1] * (len(shape) - 1))
    for axis, (place, length) in enumerate(zip(site, shape)):
        offset = (np.arange(length) - place + length // 2) % length - length // 2
        along = [length if other == axis else 1 for other in range(len(shape))]
        change = change * np.exp(-((offset / width) ** 2) / 2).reshape(along)
    norms = [float(np.log(np.linalg.norm(change)))]
    while len(norms) <= STEPS and (len(norms) <= FEWEST or norms[0] - norms[-1] < FAR):
        change = stepped(at, change)
        norms.append(float(np.log(np.linalg.norm(change))))
    late = norms[len(norms) // 2 :]
    return -float(np.polyfit(np.arange(len(late)), late, 1)[0])


def stepped(at: Linearized, change: Doubles) -> Doubles:
    """What a step makes of a small change, in the frame that turns along."""
    found: Doubles = at.step((change, np.conj(change)))[0]
    return found
