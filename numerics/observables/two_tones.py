"""The steady response to two oscillations, each resonant: amplitudes at both, and at their combination tones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import sympy as sp

from analytics.expressions.notation import F1, F2, C, R, tone_wavenumbers
from analytics.expressions.parameter import Parameter
from analytics.network.network import Network
from numerics.observables.record import Observable, Reading, Request, Setting, state_reading
from numerics.steady_states.two_tones import tones

CARRIERS = (sp.pi / 4, 5 * sp.pi / 8)
"""k1 and k2 unless given: of the named kernels, no combination of low order is resonant."""

SYMBOLS = (F1, F2, *tone_wavenumbers)


def _parameters(network: Network) -> tuple[Parameter, ...]:
    """F1, F2 and the wavenumbers k1, k2."""
    first, second, one, other = SYMBOLS
    positive = sp.Interval.open(0, sp.oo)
    wave = "wavenumber of the {} forcing, a fraction of 2 pi"
    return (
        Parameter(first, "amplitude of the first forcing", "", positive),
        Parameter(second, "amplitude of the second forcing", "", positive),
        Parameter(one, wave.format("first"), "rad/site", sp.S.Reals, CARRIERS[0]),
        Parameter(other, wave.format("second"), "rad/site", sp.S.Reals, CARRIERS[1]),
    )


def _settings(network: Network) -> tuple[Setting, ...]:
    """Forcings alike, and either of them the stronger; waves that run the same way, and against each other."""
    q = sp.Rational
    points = (
        (q(1, 10**6), q(1, 10**6), CARRIERS),
        (q(1, 10**4), q(3, 10**4), (-sp.pi / 4, 3 * sp.pi / 8)),
        (q(1, 10**9), q(1, 6 * 10**9), (2 * sp.pi / 3, sp.pi / 4)),
    )
    return tuple({"F1": one, "F2": two, "k1": waves[0], "k2": waves[1]} for one, two, waves in points)


def _tones(request: Request, orders: Sequence[int]) -> Reading:
    """The amplitudes of the tones of these orders, with the record of how the steady response was reached.

    The sites of the reading are relative phases of the two forcings.
    """
    first, second, one, other = (request.point[symbol] for symbol in SYMBOLS)
    found = tones(
        request.network, (first, second), (one, other), orders, digits=request.digits, engine=request.engine
    )
    state = found.state
    method = f"at every relative phase of the two forcings, on a ring of them: {state.method}"
    return state_reading(state, found.amplitudes, found.error, method, (found.check,))


OBSERVABLES = (
    Observable(
        name="two_tone_amplitudes",
        symbol=R,
        meaning=(
            "amplitudes, in the steady response to "
            "I_n = F1 e^(i (k1 x + omega(k1) n)) + F2 e^(i (k2 x + omega(k2) n)), "
            "of the waves of wavenumber and frequency k1, omega(k1) and k2, omega(k2)"
        ),
        parameters=_parameters,
        measure=partial(_tones, orders=(0, 1)),
        settings=_settings,
    ),
    Observable(
        name="combination_tone_amplitudes",
        symbol=C,
        meaning=(
            "amplitudes, in the steady response to "
            "I_n = F1 e^(i (k1 x + omega(k1) n)) + F2 e^(i (k2 x + omega(k2) n)), "
            "of the waves of wavenumber 2 k1 - k2, frequency 2 omega(k1) - omega(k2), and with 1 and 2 exchanged"
        ),
        parameters=_parameters,
        measure=partial(_tones, orders=(-1, 2)),
        settings=_settings,
    ),
)
