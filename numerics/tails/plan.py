"""How long a ring, how far out a fit and how many digits the tail of one drive takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log

import numpy as np

from analytics.network.network import Network
from numerics.tails.damped_waves import DampedWaves
from numerics.tails.site_drive import slowest_rate
from numerics.tails.taps import tap_reach

LARGEST_ORDER = 8
"""Exponentials of a fit."""

LEAST_GAP = 0.05
"""Waves whose damping differs by a smaller fraction are not told apart by their distance."""

ENDLESS = 10**9
"""Steps that are not undertaken."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to measure one tail by a fit of `order` exponentials.

    first: site at which the fit begins. length: sites of the ring. digits: carried relative to the response at
    x = 0, so that the weakest exponential in the window still has the digits asked for. steps: of a simulation, until
    the response is periodic.
    """

    order: int
    first: int
    length: int
    digits: int
    steps: int

    def widened(self, slack: float) -> Plan:
        """The same with that much more distance, and the digits and sites that this takes."""
        first, digits = ceil(slack * self.first), ceil(slack * self.digits)
        return Plan(self.order, first, ceil(slack * self.length), digits, ceil(slack * self.steps))

    @property
    def last(self) -> int:
        """The last site of both windows."""
        return self.first + 2 * self.order


def planned(network: Network, waves: DampedWaves, digits: int, count: int) -> Plan | None:
    """The cheapest fit of at least `count` exponentials to `digits` digits.

    None where every wave that was found belongs to the fit, so that the decay of the rest is unknown.
    """
    damping = [float(wave.damping) for wave in waves.right]
    least = min(damping[0], float(waves.left[0].damping)) if waves.left else damping[0]
    decades = digits * log(10)
    rate = slowest_rate(waves.taps)
    plans = []
    for order in range(count, min(LARGEST_ORDER, len(damping) - 1) + 1):
        gap = damping[order] - damping[count - 1]
        if gap < LEAST_GAP * damping[order]:
            continue
        first = ceil(decades / gap)
        faint = damping[order - 1] * (first + 2 * order) + _closeness(waves, order)
        length = first + 2 * order + ceil((decades + faint) / least)
        needed = digits + ceil(faint / log(10))
        steps = ceil(1.1 * needed * log(10) / rate) + 10 if rate > 1e-6 else ENDLESS
        plans.append(Plan(order, first, max(length, 2 * tap_reach(network, needed) + 1), needed, steps))
    return min(plans, key=lambda plan: plan.length * plan.digits, default=None)


def _closeness(waves: DampedWaves, order: int) -> float:
    """ln of the factor by which exponentials close to each other magnify an error of the samples."""
    z = [np.exp(1j * complex(wave.wavenumber)) for wave in waves.right[:order]]
    distances = [abs(one / abs(one) - two / abs(two)) for place, one in enumerate(z) for two in z[:place]]
    return sum(max(0.0, -2 * log(max(distance, 1e-12))) for distance in distances)
