"""The response of a ring to a weak drive of one site; in more dimensions, of a line across the first axis.

In the frame of the ongoing activity the input of the site x = 0 is changed by s e^(i Omega n), s small, and
the state by s alpha(x) e^(i Omega n) + conj(s) conj(beta(x)) e^(-i Omega n). Two phases of s tell both parts
apart at any frequency, 0 included. Three ways to alpha:

- `simulated`: the full nonlinear map is iterated until nothing changes but the phase;
- `solved`: the linearized ring in the frequency domain, alpha = DFT of (e^(i Omega) - M_q)^(-1) D over all of
  its wavenumbers, the M_q being transforms of the taps of one simulated step;
- `solved_in_doubles`: the same in double precision, the taps from the tangent of the map.
"""

from __future__ import annotations

import cmath
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
import sympy as sp
from flint import acb
from numpy.typing import NDArray

from analytics.balls.arithmetic import flint_precision
from analytics.evaluation.contexts import bits_of, kept_bits
from analytics.evaluation.mpmath_types import Operand
from numerics.engines.double import doubles
from numerics.engines.numbers import phase_factor
from numerics.engines.precision import FIXED_DIGITS
from numerics.engines.protocol import Doubles, Linear, Scalar, Vector
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.real_linear import parts, turned, vector_parts
from numerics.tails.taps import (
    SPARE,
    Taps,
    along_first_axis,
    line_lattice,
    on_first_line,
    tap_reach,
)

DOUBLE_NOISE = 14
"""Digits of a tap in double precision."""


@dataclass(frozen=True, slots=True)
class Profile:
    """alpha(x), x = 0, 1, ... round the ring; unsettled: largest relative change in the last step simulated."""

    values: Sequence[Scalar]
    sites: tuple[int, ...]
    steps: int
    unsettled: Operand


def simulated(
    activity: Activity, frequency: sp.Expr, *, length: int, steps: int, digits: int
) -> tuple[Profile, PerturbedState]:
    """Two simulations of `steps` steps on a ring of at least `length` sites, the drive being 10^-(digits + 4)."""
    state = PerturbedState(activity, line_lattice(activity, length), digits, settled=True)
    arithmetic, context = state.engine, state.context
    spin = phase_factor(context, frequency)
    spot = on_first_line(state.wave((0,) * activity.network.dimension), state)
    one, other = (state.driven(change, spin, steps) for change in (spot, turned(arithmetic, spot)))
    changes = (vector_parts(arithmetic, *both)[0] for both in zip(one, other))
    before, after = (
        [alpha / turn for alpha in along_first_axis(state.in_frame(change), state)]
        for change, turn in zip(changes, (spin ** (steps - 1), spin**steps))
    )
    unsettled = max(abs(a - b) for a, b in zip(before, after)) / max(abs(a) for a in after)
    return Profile(after, state.lattice.shape, 2 * steps, unsettled), state


def solved(taps: Taps, frequency: sp.Expr, length: int) -> Profile:
    """The linearized ring of `length` sites, at least 2 reach + 1 of them, in the frame: any length fits."""
    context, bits = taps.context, bits_of(taps.digits + SPARE)
    with flint_precision(bits):
        turn = acb(phase_factor(context, frequency))
        linear, mixed = (_transformed(values, taps.reach, length) for values in (taps.linear, taps.mixed))
        a, b = (acb(value) for value in taps.answer)
        b_bar = b.conjugate()
        spectrum = []
        for m in range(length):
            mirrored, mixed_back = linear[-m].conjugate(), mixed[-m].conjugate()
            ahead, behind = turn - linear[m], turn - mirrored
            determinant = ahead * behind - mixed[m] * mixed_back
            spectrum.append(((behind * a + mixed[m] * b_bar) / determinant).mid())
        values = [value.mid() for value in acb.dft(spectrum, inverse=True)]
    return Profile([context.make_mpc(value._mpc_) for value in values], (length,), 0, 0)


def _transformed(values: Sequence[Scalar], reach: int, length: int) -> list[acb]:
    wrapped = [acb(0)] * length
    for place, value in zip(range(-reach, reach + 1), values):
        wrapped[place % length] += acb(value)
    return [value.mid() for value in acb.dft(wrapped)]


def taps_in_doubles(activity: Activity, digits: int) -> Taps:
    """The taps of one step by the tangent of the map, in double precision; the state right to `digits` digits."""
    reach = tap_reach(activity.network, FIXED_DIGITS)
    lattice = line_lattice(activity, 2 * reach + 1)
    found = activity.response(digits)
    step = lattice.map("double", FIXED_DIGITS)
    turning = activity.drive.drive(step)
    assert turning.frequency is not None
    phase = cmath.exp(1j * float(found.wave.phase))
    wave = phase * doubles(step.engine.plane_wave(lattice.indices(activity.carrier)))
    preactivation = step.preactivation(Vector(float(found.wave.amplitude) * wave), turning.at(0))
    spot = np.zeros(lattice.shape, dtype=np.complex128)
    spot[0] = wave[0]
    backward = complex(step.engine.context.expj(-turning.frequency))

    def seen(vector: Vector) -> Doubles:
        along = backward * doubles(vector) * np.conj(wave)
        return along.reshape(lattice.shape[0], -1)[:, 0]

    def parts_of(action: Linear, change: Doubles) -> tuple[Doubles, Doubles]:
        return parts(seen(action(Vector(change))), seen(action(Vector(1j * change))))

    linear, mixed = parts_of(step.tangent(preactivation), spot)
    answer = parts_of(step.activation.tangent(preactivation), spot / backward)
    context = kept_bits(53)
    places = np.arange(-reach, reach + 1)
    return Taps(
        linear=tuple(context.mpc(complex(value)) for value in linear[places]),
        mixed=tuple(context.mpc(complex(value)) for value in mixed[places]),
        answer=(context.mpc(complex(answer[0][0])), context.mpc(complex(answer[1][0]))),
        reach=reach,
        digits=DOUBLE_NOISE,
        carrier=activity.carrier,
        sites=lattice.shape,
        response=found,
        context=context,
    )


def solved_in_doubles(taps: Taps, frequency: sp.Expr, length: int) -> Doubles:
    """alpha of the linearized ring as a complex128 array."""
    linear, mixed, back = _spectra(taps, length)
    turn = np.exp(1j * float(frequency))
    a, b = (complex(value) for value in taps.answer)
    behind = turn - np.conj(linear[back])
    determinant = (turn - linear) * behind - mixed * np.conj(mixed[back])
    alpha: Doubles = scipy.fft.ifft((behind * a + mixed * np.conj(b)) / determinant)
    return alpha


def _spectra(taps: Taps, length: int) -> tuple[Doubles, Doubles, NDArray[np.int64]]:
    """Transforms of A and B at the wavenumbers 2 pi m / `length`, and where that of -m stands."""
    places = np.arange(-taps.reach, taps.reach + 1) % length
    wrapped = np.zeros((2, length), dtype=np.complex128)
    for row, values in zip(wrapped, (taps.linear, taps.mixed)):
        np.add.at(row, places, np.array([complex(value) for value in values]))
    linear, mixed = scipy.fft.fft(wrapped)
    return linear, mixed, -np.arange(length) % length


def slowest_rate(taps: Taps) -> float:
    """The smallest decay rate per step of any wavenumber, to a few digits: how long a simulation has to be."""
    linear, mixed, back = _spectra(taps, 512)
    matrices = np.array([[linear, mixed], [np.conj(mixed[back]), np.conj(linear[back])]])
    return float(-np.log(np.abs(np.linalg.eigvals(np.moveaxis(matrices, 2, 0))).max()))
