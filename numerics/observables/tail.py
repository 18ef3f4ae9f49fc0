"""The tail that a weak drive of one site leaves: its complex wavenumbers, and the length over which it falls."""

from __future__ import annotations

from functools import partial
from typing import Protocol

import sympy as sp

from analytics.evaluation.mpmath_types import Number
from analytics.expressions.notation import Omega, waves
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.engines.numbers import complex_out, real_out
from numerics.observables.kernel import wave_frequency
from numerics.observables.ongoing import (
    activity_at,
    forced_parameters,
    forced_with_probe,
    uniform_parameters,
    uniform_with_probe,
)
from numerics.observables.record import Observable, Reading, Request, Setting
from numerics.tails.record import Tail
from numerics.tails.tail import measured_tail

WAVES = Parameter(
    waves,
    "how many wavenumbers are read off, the least damped first",
    "",
    sp.FiniteSet(*range(1, 9)),
    sp.Integer(2),
)

USUAL = 0.3
"""A band that reaches this far, in rad/step, is not narrow."""

GRID = 16
"""Wavenumbers at which the reach of a band is looked up."""


class TailOf(Protocol):
    """The experiment: the tail of `count` waves, to the digits asked for of q, or of Im q if `of_damping`."""

    def __call__(self, request: Request, *, count: int, of_damping: bool) -> Tail: ...


def wavenumbers_of(measured: TailOf, request: Request) -> Reading:
    """The complex wavenumbers of a tail."""
    tail = measured(request, count=int(request.point[waves]), of_damping=False)
    return _reading(tail, [complex_out(tail.context.mpc(q)._mpc_) for q in tail.wavenumbers])


def length_of(measured: TailOf, request: Request) -> Reading:
    """1/|Im q| of the least damped wave of a tail."""
    tail = measured(request, count=1, of_damping=True)
    return _reading(tail, [real_out(1 / abs(tail.wavenumbers[0].imag))])


def _reading(tail: Tail, values: list[Number]) -> Reading:
    """`values` read off a tail, with the record of how that was measured."""
    return Reading(
        values=tuple(values),
        error=real_out(tail.error),
        sites=tail.sites,
        method=tail.method,
        iterations=tail.iterations,
        residual=real_out(tail.residual),
        tolerance=real_out(tail.tolerance),
        checks=tail.checks,
    )


def _tail(request: Request, *, count: int, of_damping: bool) -> Tail:
    """At the frequency of the probe, or at that of the carrier where the point names none."""
    frequency, digits = request.point.get(Omega, sp.S.Zero), request.digits
    return measured_tail(activity_at(request), frequency, digits=digits, count=count, of_damping=of_damping)


def tail_settings(network: Network) -> tuple[Setting, ...]:
    """Weak to strong backgrounds and oscillations; static, in the middle of a band and beyond its edge.

    On a kernel of a narrow band frequencies are scaled down with it, inputs with its square: else all waves
    would be damped within a site.
    """
    q, scale = sp.Rational, narrowness(network)
    uniform = (
        (q(1, 1000), q(3, 10)),
        (q(1, 10**9), q(1, 5)),
        (q(1, 3), q(0)),
        (q(1), q(1, 4)),
        (q(1, 50), q(3, 2)),
    )
    oscillations = ((q(1, 100), q(0), q(1, 4)), (q(1, 5), q(1, 10), q(0)))
    return (
        *({"I0": amplitude * scale**2, "Omega": frequency * scale} for amplitude, frequency in uniform),
        *(
            {"F": amplitude * scale**2, "delta": detuning * scale, "Omega": frequency * scale}
            for amplitude, detuning, frequency in oscillations
        ),
    )


def narrowness(network: Network) -> sp.Expr:
    """The highest frequency measured of waves along the first axis over `USUAL`, to two digits; 1 at most."""
    still = (sp.S.Zero,) * (network.dimension - 1)
    waves = ((2 * sp.pi * sp.Rational(m, GRID), *still) for m in range(GRID))
    highest = max(abs(wave_frequency(network, wave, 15, "ball").phase) for wave in waves)
    share = sp.Rational(f"{float(highest / USUAL):.2g}")
    return min(share, sp.S.One) if share > 0 else sp.S.One


def _static_settings(network: Network) -> tuple[Setting, ...]:
    q = sp.Rational
    return (
        *({"I0": amplitude} for amplitude in (q(1, 1000), q(1, 10**9), q(1, 3), q(1))),
        {"F": q(1, 100), "delta": q(0)},
        {"F": q(1, 5), "delta": q(1, 10)},
    )


OBSERVABLES = (
    Observable(
        name="complex_wavenumber",
        symbol=sp.Symbol("q"),
        meaning=(
            "the least damped wavenumbers, two or as many as waves says, Re q in (-pi, pi], of the response "
            "alpha(x) e^(i Omega n) + conj(beta(x)) e^(-i Omega n) to a weak drive of one site, or of a line across "
            "the first axis, towards larger x; of two damped equally the one of larger Re q first"
        ),
        unit="rad/site",
        parameters=lambda network: (*uniform_with_probe(network), WAVES),
        forced=lambda network: (*forced_with_probe(network), WAVES),
        measure=partial(wavenumbers_of, _tail),
        settings=tail_settings,
        lasting=True,
    ),
    Observable(
        name="propagation_length",
        symbol=sp.Symbol("l", positive=True),
        meaning="sites over which the response to a weak drive of one site at the frequency Omega falls by e",
        unit="sites",
        parameters=uniform_with_probe,
        forced=forced_with_probe,
        measure=partial(length_of, _tail),
        settings=tail_settings,
    ),
    Observable(
        name="evanescent_length",
        symbol=sp.Symbol("l", positive=True),
        meaning="sites over which the response to a weak drive of one site at the carrier's frequency falls by e",
        unit="sites",
        parameters=uniform_parameters,
        forced=forced_parameters,
        measure=partial(length_of, _tail),
        settings=_static_settings,
    ),
)
