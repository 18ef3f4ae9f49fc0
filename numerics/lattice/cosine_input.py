"""A real cosine that drives a lattice at the frequency of its kernel, and the lattice in the order of its phase.

    I_n(x) = F cos(k.x + omega n),      omega = the phase that U is seen to give e^(i k.x) in a step

A response that moves along with it is a profile of one phase, X_n(x) = Y(k.x + omega n). On a ring of M sites
s that stand for the phases 2 pi s / M the stencil A reaches k.y M / (2 pi) sites for each of its offsets y: that
is several copies of the lattice, driven at phases in between, with their sites in the order of the phase. There
the input moves on by omega in every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

import sympy as sp

from analytics.errors import ParameterError
from analytics.expressions.notation import wavenumbers
from analytics.network.kernel import Kernel
from analytics.network.network import Network
from numerics.engines.protocol import Linear, Scalar, Vector
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Drive, smallness_of
from numerics.lattice.map import Lattice, LatticeMap


@dataclass(frozen=True, slots=True)
class Cosine:
    """I_n(x) = F cos(k.x + omega n), omega measured on the lattice.

    amplitude: F, exact. wavevector: k in rad/site, exact multiples of 2 pi / N.
    On a ring of an even number of sites that holds one period it can be moved back, by trigonometric interpolation.
    """

    amplitude: sp.Expr
    wavevector: tuple[sp.Expr, ...]

    @property
    def smallness(self) -> int:
        return smallness_of([self.amplitude])

    def drive(self, lattice_map: LatticeMap) -> Drive:
        engine, lattice = lattice_map.engine, lattice_map.lattice
        indices = lattice.indices(self.wavevector)
        wave, other = engine.plane_wave(indices), engine.plane_wave(lattice.opposite(indices))
        half, omega = engine.number(self.amplitude) / 2, lattice_map.frequency(indices)

        def at(n: int) -> Vector:
            turned = half * engine.context.expj(omega * n)
            return engine.combine([turned, engine.context.conj(turned)], [wave, other])

        back = _translation(lattice_map, -omega) if indices == (1,) and lattice.sites % 2 == 0 else None
        return Drive(at, None, back)


def phase_ordered(network: Network, wavevector: Sequence[sp.Expr], least: int) -> Lattice:
    """The ring of at least `least` phases, a multiple of 4, that holds whole copies of the lattice.

    Raises ParameterError for a wavenumber that is not 2 pi m / N, or of which no harmonic is turned: 0 and pi along
    every axis, pi/2 where omega = sin(2k).
    """
    ratios = turns_along(commensurate_lattice(network, (wavevector,)), wavevector)
    sites = lcm(4, *(ratio.q for ratio in ratios))
    while sites < least:
        sites *= 2
    by_phase = _stencil_by_phase if network.kernel.band is None else _band_by_phase
    kernel = by_phase(network.kernel, ratios, sites)
    if kernel is None:
        raise ParameterError(
            "a real cosine",
            "the kernel must turn its wave",
            f"k = {', '.join(map(str, wavevector))}",
            "Choose another wavenumber; for a uniform input measure real_background_amplitude.",
        )
    return Lattice(Network(network.activation, kernel), (sites,))


def _band_by_phase(kernel: Kernel, ratios: Sequence[sp.Rational], phases: int) -> Kernel | None:
    """omega at the h-th harmonic of k, which on the ring of phases has the wavenumber 2 pi h / phases.

    None where that is 0 for all of them.
    """
    assert kernel.band is not None
    (along,) = wavenumbers(1)
    wavevector = (sp.Integer(phases * ratio) * along for ratio in ratios)
    frequency = kernel.band.frequency.xreplace(dict(zip(kernel.wavenumbers, wavevector, strict=True)))
    if all(frequency.xreplace({along: 2 * sp.pi * h / phases}) == 0 for h in range(phases)):
        return None
    return Kernel.from_frequency(f"{kernel.name} by phase", frequency, constants=kernel.constants)


def _stencil_by_phase(kernel: Kernel, ratios: Sequence[sp.Rational], phases: int) -> Kernel | None:
    """The coefficients of A by the phase that their offsets reach; None where they cancel at every one."""
    stencil: dict[tuple[int, ...], sp.Expr] = {}
    for offset, coefficient in kernel.stencil:
        place = (phase_index(ratios, offset, phases),)
        stencil[place] = stencil.get(place, sp.S.Zero) + coefficient
    kept = {place: value for place, value in stencil.items() if value != 0}
    return Kernel(f"{kernel.name} by phase", tuple(sorted(kept.items())), kernel.constants) if kept else None


def turns_along(lattice: Lattice, wavevector: Sequence[sp.Expr]) -> list[sp.Rational]:
    """k / (2 pi) along each axis, modulo 1."""
    return [sp.Rational(m, length) for m, length in zip(lattice.indices(wavevector), lattice.shape)]


def phase_index(ratios: Sequence[sp.Rational], site: Sequence[int], phases: int) -> int:
    """Where the phase of a site stands on the ring of that many phases, from -phases/2 on."""
    index = int(phases * sp.Add(*(ratio * step for ratio, step in zip(ratios, site))))
    return (index + phases // 2) % phases - phases // 2


def _translation(lattice_map: LatticeMap, phase: Scalar) -> Linear:
    """Y(chi) -> Y(chi + phase) on a ring of an even number of phases, for harmonics below half of that number.

    The exponential of phase d/dchi, whose stencil on M sites is (-1)^y cot(pi y / M) / 2.
    """
    engine = lattice_map.engine
    context, (length,) = engine.context, engine.shape
    stencil = [((y,), phase * (-1) ** y * context.cot(context.pi * y / length) / 2) for y in range(1, length)]
    return engine.convolution(stencil)
