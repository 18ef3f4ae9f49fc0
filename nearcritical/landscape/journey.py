"""Where can a wave go? A landscape's steady state, the stationary wave of a source in it, its reach and its arrival."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.network.network import Network
from nearcritical.system.progress import Progress
from numerics.landscapes.arrival import Arrival, arrival
from numerics.landscapes.landscape import Landscape, Source
from numerics.landscapes.linearized import Linearized, linearized
from numerics.landscapes.reach import THRESHOLD, Reach, reach
from numerics.landscapes.wave_field import WaveField, wave_field
from numerics.lattice.map import Lattice
from numerics.steady_states.steady_state import SteadyState, steady_state

DIGITS = 12
"""Of the steady state, in doubles."""

NARROWEST_GAP = 0.05
"""An input whose frequency is nearer than this to one of the kernel's leaks far, in rad/step."""


@dataclass(frozen=True, slots=True, eq=False)
class Journey:
    """A wave in a landscape.

    state: the activity that the landscape keeps going. field: the stationary wave of the source, `reach`: where it is.
    arrival: when it comes there, None where that was not simulated. gap: distance of the landscape's frequency from the
    nearest one of the kernel, in rad/step; notes: what to know of the answer.
    """

    landscape: Landscape
    source: Source
    state: SteadyState
    at: Linearized
    field: WaveField
    reach: Reach
    arrival: Arrival | None
    gap: float
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Journey of {self.source}: {self.reach}>"


def journey(
    network: Network,
    landscape: Landscape,
    source: Source,
    *,
    threshold: float = THRESHOLD,
    steps: int = 0,
    frames: int = 0,
    progress: Progress | None = None,
) -> Journey:
    """Where the wave of `source` goes in `landscape`.

    threshold: part of its largest amplitude from which on the wave counts as there. steps: of a simulation that
    switches the source on; none for 0. frames: states of it that are kept for a film. Raises ParameterError for a
    source outside, a threshold out of range, or a landscape of another dimension than the kernel's; ConvergenceError
    where the steady state or the wave is not found.
    """
    told = progress or (lambda *_: None)
    source.inside(landscape.shape)
    landscape = landscape.silent
    reach(np.ones(1), np.zeros(1), threshold=threshold)  # refuses a threshold before the work
    lattice = Lattice(network, landscape.shape)
    told("finding the steady state", 0, 3)
    state = steady_state(lattice, landscape, digits=DIGITS)
    at = linearized(state)
    gap = frequency_gap(at)
    told("solving for the wave", 1, 3)
    field = wave_field(state, source, at=at)
    found = reach(field.amplitude, landscape.doubles, threshold=threshold)
    came = None
    if steps:
        came = arrival(
            field,
            steps,
            frames=frames,
            at=at,
            progress=lambda done, total: told("simulating the arrival", 2 + done / total, 3),
        )
    return Journey(
        landscape, source, state, at, field, found, came, gap, tuple(_notes(landscape, gap, found))
    )


def frequency_gap(at: Linearized) -> float:
    """Least distance of the landscape's frequency from those of the kernel on its lattice, in rad/step."""
    return float(np.abs(np.angle(at.symbol * np.exp(-1j * at.frequency))).min())


def _notes(landscape: Landscape, gap: float, found: Reach) -> list[str]:
    notes = []
    strengths = landscape.doubles
    if gap < NARROWEST_GAP and strengths.min() < strengths.max() / 2:
        notes.append(
            f"the landscape's frequency is within {gap:.2g} of one of the kernel's, so that activity leaks far into "
            "quiet places, as R = |A|/x for a static input and a quadratic band edge: the landscape does not stay in "
            "place. A kernel with a frequency gap, or a landscape that turns outside the kernel's band, keeps it."
        )
    if found.gap < 10:
        notes.append(
            f"the wave is at {found.strongest:.2g} of its largest amplitude where it counts as absent and at "
            f"{found.weakest:.2g} where it counts as there: the answer depends on the threshold."
        )
    return notes


def journey_record(found: Journey) -> dict[str, Any]:
    """What was found, as JSON has it."""
    strengths, amplitude = found.landscape.doubles, found.field.amplitude
    seen, came = found.reach, found.arrival
    return {
        "network": found.state.lattice.network.name,
        "shape": list(found.landscape.shape),
        "strengths": [float(strengths.min()), float(strengths.max())],
        "landscape_frequency": str(found.landscape.frequency),
        "wavevector": [str(k) for k in found.landscape.wavevector],
        "frequency_gap": found.gap,
        "steady_state": {
            "method": found.state.method,
            "error": float(found.state.error),
            "modulus": [float(np.abs(found.at.state).min()), float(np.abs(found.at.state).max())],
        },
        "source": {"site": list(found.source.site), "frequency": str(found.source.frequency)},
        "wave": {
            "residual": found.field.residual,
            "iterations": found.field.iterations,
            "largest_amplitude": float(amplitude.max()),
            "at_source": float(amplitude[found.source.site]),
        },
        "reach": {
            "threshold": seen.threshold,
            "sites": int(seen.reached.sum()),
            "share_of_quiet_sites": seen.share,
            "weakest_reached": seen.weakest,
            "strongest_not_reached": seen.strongest,
        },
        "arrival": came
        and {
            "steps": came.steps,
            "share_of_reached_sites": float((came.times[seen.reached] >= 0).mean()),
            "last": int(came.times.max()),
            "distance_from_stationary_wave": came.left,
        },
        "notes": list(found.notes),
    }


def journey_text(found: Journey) -> str:
    """What was found, for a terminal."""
    record = journey_record(found)
    low, high = record["strengths"]
    still, fast = record["steady_state"]["modulus"]
    seen = found.reach
    which = "all sites, none being quiet" if seen.quiet.all() and low > high / 2 else "the quiet sites"
    loudest = found.landscape.doubles[seen.quiet].max()
    sites = " x ".join(map(str, found.landscape.shape))
    kind = f"turning by {found.landscape.frequency} rad/step" if found.landscape.turns else "standing"
    rows = [
        ("landscape", f"{sites} sites, I_0 from {low:.3g} to {high:.3g}, {kind}"),
        (
            "steady state",
            f"|Z| from {still:.3g} to {fast:.3g}, right to {record['steady_state']['error']:.0e}",
        ),
        ("source", f"at {found.source.site}, Omega = {found.source.frequency} rad/step"),
        ("wave", f"residual {found.field.residual:.0e} after {found.field.iterations} iterations"),
        (
            "reach",
            f"{seen.share:.1%} of {which}, of I_0 up to {loudest:.3g}, by the threshold {seen.threshold:g}",
        ),
        ("", f"the same for every threshold from {seen.strongest:.1e} to {seen.weakest:.1e}"),
    ]
    if found.arrival is not None:
        came = record["arrival"]
        rows.append(
            (
                "arrival",
                f"at {came['share_of_reached_sites']:.1%} of the sites reached within {came['steps']} steps",
            )
        )
    lines = [f"{name:14}{value}" for name, value in rows]
    return "\n".join([*lines, *(f"note: {note}" for note in found.notes)])
