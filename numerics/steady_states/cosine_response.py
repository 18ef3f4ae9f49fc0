"""The steady response of a real lattice to a resonant cosine: a moving profile, harmonic by harmonic.

X_n(x) = Y(k.x + omega n) is the fixed point of one step of the map followed by the move back by omega, on the
ring of `numerics.lattice.cosine_input`; `numerics.steady_states.steady_state` finds it.
Then the lattice itself is started from it and simulated, to see that its state moves along unchanged.
The response contracts to one moving profile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import sympy as sp

from analytics.errors import ConvergenceError
from analytics.evaluation.mpmath_types import Context, Number
from analytics.network.network import Network
from numerics.engines.axes import sites
from numerics.engines.choice import create_engine
from numerics.engines.numbers import complex_out, decades_of, raw_parts
from numerics.engines.precision import GUARD, carried_digits, require_small
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.cosine_input import Cosine, phase_index, phase_ordered, turns_along
from numerics.lattice.map import Lattice
from numerics.lattice.real_lattice import reality_check, require_real
from numerics.lattice.simulation import simulate
from numerics.steady_states.steady_state import SteadyState, steady_state

FEWEST_PHASES = 32
MOST_PHASES = 4096

STEPS = 3
"""Steps of the lattice itself, from the profile found."""

MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class CosineResponse:
    """coefficients: Y_0 ... Y_(M/2 - 1) of Y(chi) = sum_m Y_m e^(i m chi) + complex conjugate, of `context`.

    state: Y at the M phases. sites: of the lattice that was simulated. checks: what was seen to hold.
    """

    state: SteadyState
    coefficients: tuple[Number, ...]
    sites: tuple[int, ...]
    checks: tuple[str, ...]
    context: Context

    def amplitude(self, harmonic: int) -> Number:
        """2 |Y_m|."""
        return 2 * abs(self.coefficients[harmonic])


def cosine_response(
    network: Network,
    amplitude: sp.Expr,
    wavevector: tuple[sp.Expr, ...],
    *,
    harmonic: int,
    digits: int,
    engine: str,
) -> CosineResponse:
    """The response in which the amplitude of the harmonic m = `harmonic` is right to `digits` digits.

    Raises KernelError for a kernel that is not real, ParameterError for a wavenumber that fits no lattice,
    PrecisionError, ConvergenceError where the digits are not reached or the profile does not move unchanged.
    """
    require_real("response to a cosine", network)
    guard = 0 if engine == "double" else GUARD
    carried = digits + guard
    lattice, start = phase_ordered(network, wavevector, max(FEWEST_PHASES, 8 * harmonic)), None
    for _ in range(MOST_ROUNDS):
        drive = Cosine(amplitude, (2 * sp.pi / lattice.sites,))
        state = steady_state(lattice, drive, digits=carried, engine=engine, start=start)
        found = _read(state)
        wanted = found.amplitude(harmonic)
        unresolved = max(abs(value) for value in found.coefficients[-4:]) / (wanted or found.amplitude(1))
        lost = max(0, ceil(decades_of(found.amplitude(1) / wanted))) if wanted else carried
        carried_digits(engine, digits + lost, guard)  # refuses what double precision cannot give
        if digits + lost + guard > carried:
            carried, start = digits + lost + guard, state
            continue
        if unresolved <= found.context.mpf(10) ** -(digits + 1):
            return _moved(found, network, Cosine(amplitude, wavevector), wanted, digits)
        if 2 * lattice.sites > MOST_PHASES:
            break
        lattice = phase_ordered(network, wavevector, 2 * lattice.sites)
        start = _refined(found, lattice)
    raise ConvergenceError(
        "response to a cosine",
        "Ask for fewer digits, or choose a weaker input.",
        residual=unresolved,
        tolerance=f"10^-{digits + 1} of the amplitude, in the last harmonics of {lattice.sites} phases",
        iterations=state.iterations,
    )


def _read(state: SteadyState) -> CosineResponse:
    engine = create_engine(state.engine, state.lattice.shape, state.working_digits)
    profile, sites = engine.vector(state.state), state.lattice.sites
    coefficients = tuple(engine.inner(engine.plane_wave((m,)), profile) / sites for m in range(sites // 2))
    return CosineResponse(state, coefficients, (), (), engine.context)


def _refined(found: CosineResponse, lattice: Lattice) -> SteadyState:
    """The profile at the phases of a longer ring, to begin from."""
    engine = create_engine(found.state.engine, lattice.shape, found.state.working_digits)
    odd = range(1, len(found.coefficients), 2)
    waves = [engine.plane_wave((sign * m,)) for sign in (1, -1) for m in odd]
    values = [found.coefficients[m] for m in odd]
    values += [found.context.conj(value) for value in values]
    return replace(found.state, lattice=lattice, state=engine.values(engine.combine(values, waves)))


def _moved(
    found: CosineResponse, network: Network, drive: Cosine, wanted: Number, digits: int
) -> CosineResponse:
    """The same, after the lattice itself has been seen to carry the profile along."""
    state, context = found.state, found.context
    lattice = commensurate_lattice(network, (drive.wavevector,))
    real = reality_check(state.state, digits)
    ratios = turns_along(lattice, drive.wavevector)
    places = [phase_index(ratios, site, state.lattice.sites) for site in sites(lattice.shape)]
    initial = np.array([state.state[place] for place in places], dtype=object)
    run = simulate(
        network,
        lattice.shape,
        drive,
        STEPS,
        digits=state.working_digits,
        engine=state.engine,
        initial=initial.reshape(lattice.shape),
    )
    lattice_map = lattice.map(state.engine, state.working_digits)
    turned = STEPS * context.convert(lattice_map.frequency(lattice.indices(drive.wavevector)))
    miss = max(
        abs(context.convert(complex_out(raw_parts(value, digits))) - _profile(found, place, turned))
        for value, place in zip(run.states[-1].ravel(), places)
    )
    left = miss / wanted
    remedy = "The lattice does not carry the profile along; choose another wavenumber or input."
    require_small("response to a cosine", remedy, left, context.mpf(10) ** -digits, state.iterations)
    moved = f"{STEPS} steps of the lattice itself move the profile along, to {context.nstr(left, 2)} of the amplitude"
    return replace(found, sites=lattice.shape, checks=(real, moved))


def _profile(found: CosineResponse, place: int, turned: Number) -> Number:
    """Y at a phase of the ring plus `turned`."""
    phase = 2 * found.context.pi * place / found.state.lattice.sites + turned
    odd = range(1, len(found.coefficients), 2)
    terms = ((found.coefficients[m] * found.context.expj(m * phase)).real for m in odd)
    return 2 * sum(terms, start=found.context.zero)
