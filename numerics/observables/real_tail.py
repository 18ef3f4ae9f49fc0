"""The complex wavenumber of the tail that a weak real drive of one site leaves in a real network."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from analytics.expressions.notation import Omega
from analytics.network.network import Network
from numerics.engines.numbers import complex_out
from numerics.lattice.real_lattice import require_real
from numerics.observables import tail as complex_wavenumber
from numerics.observables.ongoing import activity_at
from numerics.observables.record import Observable, Reading, Setting
from numerics.observables.tail import tail_reading
from numerics.perturbations.propagator import refuse_double
from numerics.tails.damped_waves import measured_waves
from numerics.tails.record import Tail
from numerics.tails.tail import linearized_tail

WAVES = 2
"""Wavenumbers that are read off."""


def real_tail(
    network: Network,
    point: Mapping[sp.Symbol, sp.Expr],
    *,
    digits: int,
    engine: str,
    count: int,
    of_damping: bool,
) -> Tail:
    """The waves of the difference equation that one step of a real perturbation shows.

    Raises KernelError for a kernel that is not real, ConvergenceError where the waves are not resolved.
    """
    require_real("tail in a real network", network)
    refuse_double("tail in a real network", engine)
    waves = measured_waves(
        network,
        activity_at(network, point),
        point[Omega],
        digits=digits,
        engine=engine,
        count=count,
        of_damping=of_damping,
        real=True,
    )
    return linearized_tail(waves, digits, count)


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    tail = real_tail(network, point, digits=digits, engine=engine, count=WAVES, of_damping=False)
    return tail_reading(
        [complex_out(tail.context.mpc(wavenumber)._mpc_) for wavenumber in tail.wavenumbers], tail
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    """Those points of the complex lattice that have a uniform background."""
    return tuple(point for point in complex_wavenumber.tail_settings(network) if "I0" in point)


OBSERVABLE = Observable(
    name="real_complex_wavenumber",
    symbol=sp.Symbol("q"),
    meaning=(
        "the two least damped wavenumbers, Re q in (-pi, pi], of the response alpha(x) e^(i Omega n) + complex "
        "conjugate of a real network to a weak real drive of one site, or of a line across the first axis, "
        "towards larger x; of two damped equally the one of larger Re q first"
    ),
    unit="rad/site",
    parameters=complex_wavenumber.OBSERVABLE.parameters,
    measure=_measure,
    settings=_settings,
)
