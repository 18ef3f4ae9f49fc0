"""A network on a torus: itself in two dimensions, and that of a ring with its stencil along both axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.expressions.notation import perturbation_wavenumbers, wavenumbers
from analytics.network.kernel import Kernel
from analytics.network.network import Network
from numerics.lattice.inputs import Samples
from numerics.lattice.map import smallest_shape
from numerics.lattice.simulation import simulate
from numerics.observables.measure import measure

if TYPE_CHECKING:
    import sympy as sp

    from nearcritical.drawing.study import Study

DIGITS = 15
"""Digits of a measurement."""

DRIVE = 0.1
"""Amplitude at which a site is driven: far below that at which the sigmoid saturates."""

REACH = 0.75
"""How far packets come, as a share of the way to the other side of the torus."""

FINE = 401
"""Wavenumbers along an axis where a curve of one frequency is sought."""


@dataclass(slots=True)
class Torus:
    """Waves of a study's network on a torus; a lattice of more axes is uniform along the third one."""

    study: Study
    drive: float = DRIVE
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        network = self.study.network
        self.network = network if network.dimension > 1 else along_both_axes(network)

    @property
    def words(self) -> str:
        """The network, and how it lives on a torus."""
        dimension = self.study.network.dimension
        if dimension == 1:
            return f"{self.study.named}, its stencil along both axes of a torus"
        return f"{self.study.named} on a torus" + (", uniform along the other axes" if dimension > 2 else "")

    @property
    def side(self) -> int:
        """Sites along an axis, an even number."""
        return max(self.study.sites // 4 * 2, 2 * max(smallest_shape(self.network)))

    def steps(self, frequency: float) -> int:
        """Steps until the fastest packets of that frequency have come `REACH` of the way round."""
        fastest = max((float(np.max(np.abs(front))) for front in self.fronts(frequency)), default=0.0)
        return math.ceil(REACH * self.side / 2 / max(fastest, 0.1))

    def frequencies(self, first: Any, second: Any) -> Any:
        """omega(k1, k2) in rad/step, by the law: of a ring's stencil along both axes the sum of two."""
        law = self.study.line("kernel_frequency")
        if self.study.network.dimension == 1:
            return law(first) + law(second)
        return law(first, second, *self._still(first))

    def motion(self, first: Any, second: Any) -> Any:
        """-d omega/dk along both axes, in sites/step, by the law of the group velocity."""
        along = self.study.line("group_velocity")
        if self.study.network.dimension == 1:
            return -np.array([along(first), along(second)])
        wavevector = (first, second, *self._still(first))
        return -np.array([along(*wavevector), self.study.line("group_velocity", 1)(*wavevector)])

    def _still(self, first: Any) -> list[Any]:
        """The components of wavevectors beyond the second."""
        return [np.zeros_like(first)] * (self.network.dimension - 2)

    def measured_motion(self, wavevectors: Sequence[tuple[sp.Expr, sp.Expr]]) -> Any:
        """The same seen on the simulated torus: an array of shape (2, wavevectors)."""
        names = [str(symbol) for symbol in perturbation_wavenumbers(self.network.dimension)]
        points = [dict.fromkeys(names, 0) | dict(zip(names, wave, strict=False)) for wave in wavevectors]
        seen = [measure("group_velocity", self.network, point, DIGITS) for point in points]
        return -np.array([[float(value) for value in reading.values[:2]] for reading in seen]).T

    def driven(self, frequency: float, steps: int) -> Any:
        """Z after `steps` steps from rest, the site in the middle driven by F e^(i Omega n) from n = 0 on."""
        others = smallest_shape(self.network)[2:]
        shape = (self.side, self.side, *others)
        inputs = np.zeros((steps, *shape), complex)
        middle = self.side // 2
        inputs[:, middle, middle] += (self.drive * np.exp(1j * frequency * np.arange(steps))).reshape(
            -1, *[1] * len(others)
        )
        run = simulate(self.network, shape, Samples(inputs), steps, engine="double", keep=[steps])
        return run.states[0].reshape(self.side, self.side, -1)[:, :, 0]

    def weak(self, frequency: float, steps: int) -> Any:
        """What `driven` is to first order in F: of a wave F times the sum of e^(i omega (n-1-m) + i Omega m), m < n.

        It is a geometric sum, n e^(i Omega (n-1)) where omega = Omega.
        """
        wavenumber = 2 * math.pi * np.fft.fftfreq(self.side)
        turned = np.exp(1j * self.frequencies(*np.meshgrid(wavenumber, wavenumber, indexing="ij")))
        driving = np.exp(1j * frequency)
        apart = driving - turned
        is_near = np.abs(apart) < 1e-12
        summed = (driving**steps - turned**steps) / np.where(is_near, 1, apart)
        waves = np.where(is_near, steps * driving ** (steps - 1), summed)
        return self.drive * np.fft.fftshift(np.fft.ifft2(waves))

    def fronts(self, frequency: float) -> list[Any]:
        """Velocities of all packets of that frequency: curves, arrays of shape (2, points)."""
        from matplotlib.figure import Figure

        grid = np.linspace(-math.pi, math.pi, FINE)
        omega = self.frequencies(*np.meshgrid(grid, grid, indexing="ij"))
        drawn = Figure().add_subplot().contour(grid, grid, omega.T, levels=[frequency])
        paths = drawn.get_paths()
        for path in paths:
            path.should_simplify = False
        curves = [curve for path in paths for curve in path.to_polygons(closed_only=False)]
        return [self.motion(*np.array(curve).T) for curve in curves]


def along_both_axes(network: Network) -> Network:
    """The network of a ring on a torus: omega(k1, k2) = omega(k1) + omega(k2), the stencil along both axes."""
    kernel = network.kernel
    omega = sum(kernel.frequency((wavenumber,)) for wavenumber in wavenumbers(2))
    constants = tuple((s, value) for s, value in kernel.constants if s in omega.free_symbols)
    both = Kernel.from_frequency(f"{kernel.name}, both axes", omega, dimension=2, constants=constants)
    return Network(network.activation, both)
