"""The tail that a weak real drive of one site leaves in a real network: its complex wavenumbers, and its length."""

from __future__ import annotations

from functools import partial

import sympy as sp

from analytics.expressions.notation import Omega
from analytics.network.network import Network
from numerics.lattice.real_lattice import require_real
from numerics.observables.ongoing import activity_at, uniform_with_probe
from numerics.observables.record import Observable, Request, Setting
from numerics.observables.tail import WAVES, length_of, tail_settings, wavenumbers_of
from numerics.perturbations.propagator import refuse_double
from numerics.tails.damped_waves import measured_waves
from numerics.tails.record import Tail
from numerics.tails.tail import linearized_tail


def _tail(request: Request, *, count: int, of_damping: bool) -> Tail:
    """The waves of the difference equation that one step of a real perturbation shows.

    Raises KernelError for a kernel that is not real, ConvergenceError where the waves are not resolved.
    """
    require_real("tail in a real network", request.network)
    refuse_double("tail in a real network", request.engine)
    waves = measured_waves(
        activity_at(request),
        request.point[Omega],
        digits=request.digits,
        count=count,
        of_damping=of_damping,
        real=True,
    )
    return linearized_tail(waves, request.digits, count)


def _settings(network: Network) -> tuple[Setting, ...]:
    """Those points of the complex lattice that have a uniform background."""
    return tuple(point for point in tail_settings(network) if "I0" in point)


OBSERVABLES = (
    Observable(
        name="real_complex_wavenumber",
        symbol=sp.Symbol("q"),
        meaning=(
            "the least damped wavenumbers, two or as many as waves says, Re q in (-pi, pi], of the response "
            "alpha(x) e^(i Omega n) + complex conjugate of a real network to a weak real drive of one site, or of a "
            "line across the first axis, towards larger x; of two damped equally the one of larger Re q first"
        ),
        unit="rad/site",
        parameters=lambda network: (*uniform_with_probe(network), WAVES),
        measure=partial(wavenumbers_of, _tail),
        settings=_settings,
    ),
    Observable(
        name="real_propagation_length",
        symbol=sp.Symbol("l", positive=True),
        meaning=(
            "sites over which the response of a real network to a weak real drive of one site at the frequency "
            "Omega falls by e"
        ),
        unit="sites",
        parameters=uniform_with_probe,
        measure=partial(length_of, _tail),
        settings=_settings,
    ),
)
