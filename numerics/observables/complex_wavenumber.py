"""The complex wavenumbers of the tail that a weak drive of one site leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from analytics.network import Network
from analytics.notation import Omega
from analytics.parameter import Parameter
from numerics.engines.numbers import complex_out, real_out
from numerics.observables.ongoing import activity_at, forced_parameters, uniform_parameters
from numerics.observables.record import Observable, Reading, Setting
from numerics.tail import measured_tail
from numerics.tail_record import Tail

PROBE = Parameter(Omega, "frequency of the probe, relative to the carrier", "rad/step", sp.S.Reals)

WAVES = 2
"""Wavenumbers that are read off."""


def _uniform(network: Network) -> tuple[Parameter, ...]:
    return (*uniform_parameters(network), PROBE)


def _forced(network: Network) -> tuple[Parameter, ...]:
    return (*forced_parameters(network), PROBE)


def tail_reading(values: list[Any], tail: Tail) -> Reading:
    """`values` read off a tail, with the record of how that was measured."""
    return Reading(
        value=values[0],
        others=tuple(values[1:]),
        error=real_out(tail.error),
        sites=tail.sites,
        method=tail.method,
        iterations=tail.iterations,
        residual=real_out(tail.residual),
        tolerance=real_out(tail.tolerance),
        checks=tail.checks,
    )


def _measure(network: Network, point: Mapping[sp.Symbol, sp.Expr], digits: int, engine: str) -> Reading:
    tail = measured_tail(
        network,
        activity_at(network, point),
        point[Omega],
        digits=digits,
        engine=engine,
        count=WAVES,
        of_damping=False,
    )
    values = [complex_out(tail.context.mpc(wavenumber)._mpc_) for wavenumber in tail.wavenumbers]
    return tail_reading(values, tail)


def tail_settings(network: Network) -> tuple[Setting, ...]:
    """Weak to strong backgrounds and oscillations; static, in the middle of a band and beyond its edge."""
    q = sp.Rational
    uniform = (
        (q(1, 1000), q(3, 10)),
        (q(1, 10**9), q(1, 5)),
        (q(1, 3), q(0)),
        (q(1), q(1, 4)),
        (q(1, 50), q(3, 2)),
    )
    oscillations = ((q(1, 100), q(0), q(1, 4)), (q(1, 5), q(1, 10), q(0)))
    return (
        *({"I0": amplitude, "Omega": frequency} for amplitude, frequency in uniform),
        *(
            {"F": amplitude, "delta": detuning, "Omega": frequency}
            for amplitude, detuning, frequency in oscillations
        ),
    )


OBSERVABLE = Observable(
    name="complex_wavenumber",
    symbol=sp.Symbol("q"),
    meaning=(
        "the two least damped wavenumbers, Re q in (-pi, pi], of the response alpha(x) e^(i Omega n) + "
        "conj(beta(x)) e^(-i Omega n) to a weak drive of one site, or of a line across the first axis, towards "
        "larger x; of two damped equally the one of larger Re q first"
    ),
    unit="rad/site",
    parameters=_uniform,
    forced=_forced,
    measure=_measure,
    settings=tail_settings,
)
