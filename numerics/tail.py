"""The tail that a weak drive of one site leaves: its complex wavenumbers, by whatever can be afforded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from analytics.network import Network
from numerics.activity import Activity
from numerics.damped_waves import MARGIN, DampedWaves, measured_waves
from numerics.engines import Scalar


@dataclass(frozen=True, slots=True)
class Tail:
    """wavenumbers: q of the waves e^(i q x) of the tail towards larger x, the least damped first.

    error: their estimated relative error, which had to fall below tolerance; residual: what was left of the
    equation or the fit. Numbers are of `context`.
    """

    wavenumbers: tuple[Scalar, ...]
    error: Scalar
    residual: Scalar
    tolerance: Scalar
    sites: tuple[int, ...]
    method: str
    iterations: int
    checks: tuple[str, ...]
    context: Any


def measured_tail(
    network: Network,
    activity: Activity,
    frequency: sp.Expr,
    *,
    digits: int,
    engine: str,
    count: int,
    of_damping: bool,
) -> Tail:
    """The first `count` wavenumbers with `digits` digits of q, or of Im q if `of_damping`."""
    waves = measured_waves(
        network, activity, frequency, digits=digits, engine=engine, count=count, of_damping=of_damping
    )
    return linearized_tail(waves, digits, count)


def linearized_tail(waves: DampedWaves, digits: int, count: int) -> Tail:
    """The waves of the linearized lattice, with the record of what was simulated for them."""
    taps, chosen = waves.taps, waves.right[:count]
    state = taps.response.state
    context = taps.context
    return Tail(
        wavenumbers=tuple(wave.wavenumber for wave in chosen),
        error=max(wave.error / wave.damping for wave in chosen),
        residual=context.mpf(10) ** -taps.digits,
        tolerance=context.mpf(10) ** -(digits + MARGIN),
        sites=taps.sites,
        method=(
            f"linearized: steady state by {state.method}; one site perturbed by 10^-{taps.digits + 4}, one "
            "step of the full map; wavenumbers at which the difference equation of these taps has the frequency"
        ),
        iterations=state.iterations,
        checks=(taps.response.wave.check, f"taps beyond {taps.reach} sites are below 10^-{taps.digits}"),
        context=context,
    )
