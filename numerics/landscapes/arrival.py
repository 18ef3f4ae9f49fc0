"""When a wave arrives: the source is switched on in the steady state, and the lattice is simulated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from analytics.errors import ParameterError, require_kind
from numerics.engines.double import doubles
from numerics.engines.protocol import Vector
from numerics.landscapes.linearized import Linearized, linearized
from numerics.landscapes.wave_field import WaveField

STRENGTH = 1e-5
"""f of the source, so weak that the wave is linear in it to about this part of itself."""

FRACTION = 0.5
"""A wave has arrived where its envelope first comes to this part of the stationary one."""

LOOKS = 600
"""The envelope is looked at about so many times."""

Reals = NDArray[np.float64]

Told = Callable[[int, int], None]
"""(steps done, steps in all)."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """The wave of a source that is switched on at n = 0, per f.

    times: the first n at which the envelope of v_n is `FRACTION` of that of the stationary wave, -1 where it is not
    within `steps`; right to `resolution` steps. The envelope is the largest modulus within `radius` sites, a quarter
    of a wavelength, so that nodes are no gaps. kept: numbers n of the frames, frames: v_n there, complex64, of shape
    (len(kept), *lattice.shape). left: root mean square of v_n minus the stationary wave after the last step, relative
    to the stationary wave: 0 once the field has built up.
    """

    field: WaveField
    steps: int
    times: NDArray[np.int64]
    resolution: int
    radius: int
    kept: tuple[int, ...]
    frames: NDArray[np.complex64]
    left: float

    def __repr__(self) -> str:
        return f"<Arrival within {self.steps} steps at {(self.times >= 0).mean():.1%} of the sites>"


def arrival(
    field: WaveField,
    steps: int,
    *,
    frames: int = 0,
    at: Linearized | None = None,
    progress: Told | None = None,
) -> Arrival:
    """The full map, from the steady state on, with the source of that field switched on, for so many steps.

    frames: how many states are kept, at equal distances, the last one among them. Raises ParameterError for fewer
    than one step, or more frames than steps.
    """
    require_kind("arrival of a wave", field, WaveField, "a wave", "Give wave_field(state, source).")
    if type(steps) is not int or type(frames) is not int or steps < 1 or not 0 <= frames <= steps:
        raise ParameterError(
            "arrival of a wave",
            "one step or more are needed, and at most as many frames",
            f"{steps} steps, {frames} frames",
            "Give 4000 steps.",
        )
    if at is None:
        at = linearized(field.state)
    require_kind("arrival of a wave", at, Linearized, "a linearized map", "Leave `at` out.")
    source, lattice = field.source, field.state.lattice
    radius, resolution = quarter_wavelength(at, float(source.frequency)), max(1, steps // LOOKS)
    awaited = FRACTION * STRENGTH * envelope(field.amplitude, radius)
    kept = tuple(round(steps * (frame + 1) / frames) for frame in range(frames))
    places = {n: place for place, n in enumerate(kept)}
    pictures = np.empty((frames, *lattice.shape), dtype=np.complex64)
    times = np.full(lattice.shape, -1, dtype=np.int64)
    waiting = np.ones(lattice.shape, dtype=np.bool_)
    state, spare = at.state.copy(), np.empty_like(at.state)
    spin = at.frequency + float(source.frequency)
    wave = np.zeros_like(state)
    for n in range(1, steps + 1):
        inputs = at.drive * np.exp(1j * at.frequency * (n - 1))
        inputs[source.site] += STRENGTH * np.exp(1j * spin * (n - 1))
        found = doubles(at.map.step(Vector(state), Vector(inputs), spare))
        state, spare = found, state
        if n % resolution == 0 or n in places or n == steps:
            wave = state * np.exp(-1j * at.frequency * n) - at.state
            new = waiting & (envelope(np.abs(wave), radius) >= awaited)
            times[new] = n
            waiting &= ~new
        if n in places:
            pictures[places[n]] = wave / STRENGTH
        if progress is not None and n % 100 == 0:
            progress(n, steps)
    final = field.at(steps)
    left = float(np.linalg.norm(wave / STRENGTH - final) / np.linalg.norm(final))
    return Arrival(field, steps, times, resolution, radius, kept, pictures, left)


def envelope(modulus: Reals, radius: int) -> Reals:
    """The largest value within `radius` sites along each axis, around the lattice."""
    found: Reals = maximum_filter(modulus, size=2 * radius + 1, mode="wrap")
    return found


def resonant_wavenumber(at: Linearized, frequency: float) -> float:
    """The k along the first axis, from 0 to pi, at which the kernel's frequency is nearest to that of the wave."""
    symbol = at.symbol
    phases = np.angle(symbol.reshape(len(symbol), -1)[:, 0])
    distance = np.abs(np.angle(np.exp(1j * (phases - at.frequency - frequency))))
    index = int(distance.argmin())
    return 2 * np.pi * min(index, len(phases) - index) / len(phases)


def quarter_wavelength(at: Linearized, frequency: float) -> int:
    """pi/(2 k) in sites for the `resonant_wavenumber`, from 1 to a quarter of the lattice."""
    wavenumber = resonant_wavenumber(at, frequency)
    longest = at.map.lattice.shape[0] // 4
    return max(1, min(longest, round(np.pi / (2 * wavenumber)))) if wavenumber else max(1, longest)
