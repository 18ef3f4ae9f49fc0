"""One step from rest under a uniform input P > 0: every site shows phi(P)."""

from __future__ import annotations

from analytics.network.network import Network
from numerics.lattice.inputs import Background
from numerics.lattice.map import Lattice, smallest_shape
from numerics.steady_states.plane_wave import PlaneWave, read_plane_wave


class SingleStep:
    """The experiment P -> Z_1 on the smallest lattice of a network, carrying `digits` digits."""

    def __init__(self, network: Network, *, engine: str, digits: int) -> None:
        self.lattice = Lattice(network, smallest_shape(network))
        self.map = self.lattice.map(engine, digits)
        self.readable_digits = digits - 2

    def output(self, amplitude: object) -> PlaneWave:
        """Z_1 for the uniform input `amplitude`, an exact or mpmath number; a wave of k = 0.

        Raises ConvergenceError unless all sites agree, up to rounding.
        """
        drive = Background(amplitude).drive(self.map)
        state = self.map.step(self.map.zero(), drive.at(0))
        still = (0,) * len(self.lattice.shape)
        return read_plane_wave(self.map.engine, state, still, digits=self.readable_digits)
