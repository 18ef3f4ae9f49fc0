"""The wave that a steady state of one period of a ring carries: its Floquet exponent, to any number of digits.

The linearized map of a steady state that repeats every L sites has waves of one frequency,

    v_n(x) = a(x) e^(i Omega n) + conj(b(x)) e^(-i Omega n),      (a, conj b)(x + L) = e^(i q L) (a, conj b)(x)

    e^(i Omega) a = e^(-i omega) (A U a + B conj(U) b),      e^(i Omega) b = e^(+i omega) (A conj(U) b + conj(B) U a)

as in `numerics.landscapes.linearized`. The wave falls by many decades over a period, so that it is written as
e^(i S(x)) y(x) with S(x + L) = S(x) + q L and y of one period: then U acts on y as the exponential of the stencil whose
coefficient from x - j to x has the factor e^(i (S(x - j) - S(x))). q and y are corrected by Newton's method, in doubles
first, and then by the same factored matrix on residuals of full precision. These are computed on e^(i q x) z(x), of
which z has one period too: U acts on z as the convolution with u_j e^(-i q j), a product of polynomials. z varies by
decades, which are carried as further digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, log, tau

import numpy as np
import sympy as sp
from flint import acb, acb_poly, arb, ctx

from analytics.balls.arithmetic import flint_precision
from analytics.errors import ParameterError
from analytics.evaluation.contexts import kept_context
from analytics.evaluation.mpmath_types import Context
from numerics.engines.numbers import complex_out, number_in
from numerics.engines.precision import GUARD, MARGIN
from numerics.engines.protocol import Doubles, Scalar, Vector
from numerics.landscapes.floquet_in_doubles import (
    OPERATION,
    SETTLED,
    InDoubles,
    exponential_sides,
    none_found,
)
from numerics.lattice.map import stencil_taps
from numerics.perturbations.real_linear import turned, vector_parts
from numerics.steady_states.fixed_point import steady_drive
from numerics.steady_states.steady_state import SteadyState

CORRECTIONS = 40
"""By the factored matrix of doubles, at most: each gains some ten digits."""

SPARE = 40
"""Bits beyond those of the digits carried, and of what is lost."""


@dataclass(frozen=True, slots=True)
class FloquetWave:
    """q in rad/site, Im q > 0, of the least damped wave towards larger x.

    Re q in (-pi, pi] is the mean phase that a gains from site to site, each gain less than half a turn from the one
    before: near pi some are above it and some below. error: of q, absolute. residual: of the equation, relative to the
    wave; iterations: Newton steps. Numbers are of `context`.
    """

    wavenumber: Scalar
    error: Scalar
    residual: Scalar
    tolerance: Scalar
    iterations: int
    state: SteadyState
    context: Context


def floquet_wave(state: SteadyState, frequency: sp.Expr, *, digits: int) -> FloquetWave:
    """The least damped wave of the frequency Omega, counted in the frame that turns along with the state.

    Raises ParameterError for a kernel without a stencil and a lattice that is no ring, ConvergenceError where no wave
    is found, or none that is damped.
    """
    lattice = state.lattice
    if lattice.network.kernel.band is not None or len(lattice.shape) > 1:
        raise ParameterError(
            OPERATION,
            "a ring is needed, and a kernel of finite stencil",
            f"the kernel '{lattice.network.kernel.name}' in dimension {len(lattice.shape)}",
            "Give the kernel by its stencil, on a ring.",
        )
    in_doubles = InDoubles.of(state, float(frequency))
    steps, shape = in_doubles.solved()
    context = kept_context(digits + GUARD + 2 * MARGIN)
    with flint_precision(context.prec + SPARE + _lost(in_doubles, steps)):
        exact = _Exact(state, frequency, in_doubles, context)
        wave, y, residual, corrections = exact.corrected(steps, shape, digits)
        size = (sum((abs(value) ** 2 for value in residual), start=arb(0)) / len(residual)).sqrt()
    found, miss = (context.convert(complex_out(acb(value).mid()._mpc_)) for value in (wave, size))
    return FloquetWave(
        _counted(found, steps, y, context),
        context.mpf(10) ** -(digits + MARGIN),
        miss.real,
        context.mpf(10) ** -(digits + MARGIN),
        corrections,
        state,
        context,
    )


def _lost(rough: InDoubles, steps: Doubles) -> int:
    """Bits by which z varies over the period, and those of the terms of U's series on it."""
    heights = np.cumsum(steps.imag - steps.imag.mean())
    decay = np.exp(np.abs(rough.offsets) * steps.imag.mean())
    return int((np.ptp(heights) + np.abs(rough.taps) @ decay) / log(2)) + 1


def _counted(wave: Scalar, steps: Doubles, y: Doubles, context: Context) -> Scalar:
    """q with the real part that the phases of a give, from step to step; they fix it modulo 2 pi / L."""
    sites = len(steps)
    phases = np.angle(y[:sites])
    total = float(np.unwrap(steps.real + np.roll(phases, -1) - phases).sum())
    rounds = round((total - float(wave.real) * sites) / tau)
    rounds -= sites * ceil((total / sites - tau / 2) / tau - SETTLED)
    return wave + 2 * context.pi * rounds / sites


class _Exact:
    """The same equation in flint's numbers, from what `context` carries; whoever uses one holds their precision."""

    def __init__(self, state: SteadyState, frequency: sp.Expr, rough: InDoubles, context: Context) -> None:
        self.rough, digits = rough, context.dps
        lattice_map = state.lattice.map("ball" if state.engine == "double" else state.engine, digits)
        engine = lattice_map.engine
        drive = steady_drive(state.drive, lattice_map)
        tangent = lattice_map.activation.tangent(
            lattice_map.preactivation(engine.vector(state.state), drive.at(0))
        )
        ones: Vector = engine.vector([1] * state.lattice.sites)
        direct, mixing = (
            [acb(context.convert(value)) for value in engine.values(part)]
            for part in vector_parts(engine, tangent(ones), tangent(turned(engine, ones)))
        )
        turn = acb(context.expj(-context.convert(state.frequency)))
        back = turn.conjugate()
        self.gains = [
            ((turn * a).mid(), (turn * b).mid(), (turn * b).conjugate().mid(), (back * a).mid())
            for a, b in zip(direct, mixing, strict=True)
        ]
        taps = [number_in(context, tap, digits) for _, tap in stencil_taps(state.lattice.network.kernel)]
        self.taps = [acb(context.mpc(tap)) for tap in taps]
        self.spin = acb(context.expj(number_in(context, frequency, digits)))

    def corrected(self, steps: Doubles, shape: Doubles, digits: int) -> tuple[acb, Doubles, list[acb], int]:
        """q, y in doubles, the residual N y and the corrections made, by the factored matrix of doubles, until q stays
        to `digits` digits and the margin."""
        factors, _ = self.rough.system(steps, shape)
        *phases, whole = accumulate((acb(complex(step)) for step in steps), initial=acb(0))
        wave = whole / len(steps)
        forth = [(1j * (phase - wave * x)).exp().mid() for x, phase in enumerate(phases)]
        around = forth, [(1 / value).mid() for value in forth]
        y = [acb(complex(value)) for value in shape]
        tolerance, before = arb(10) ** -(digits + MARGIN), arb.pos_inf()
        for count in range(1, CORRECTIONS):
            residual = self._residual(wave, around, y)
            largest = max(_size(value) for value in residual) or arb(1)
            scaled = np.array([complex(value / largest) for value in residual])
            change = factors.solve(-np.concatenate((scaled, [0])))
            moves = [acb(complex(value)) * largest for value in change]
            wave = (wave + moves[-1]).mid()
            y = [(value + move).mid() for value, move in zip(y, moves[:-1], strict=True)]
            moved = max(map(_size, moves))
            if moved < tolerance and max(abs(value).rad() for value in residual) < tolerance:
                return wave, np.array([complex(value) for value in y]), residual, count
            if not moved < before:
                break
            before = moved
        raise none_found(f"corrections of full precision stop at {moved.str(3, radius=False)}")

    def _residual(self, wave: acb, around: tuple[list[acb], list[acb]], y: list[acb]) -> list[acb]:
        """N y."""
        sites = self.rough.sites
        ahead = self._convolved(wave, self.taps, around, y[:sites])
        behind = self._convolved(wave, [tap.conjugate() for tap in self.taps], around, y[sites:])
        at = list(zip(self.gains, ahead, behind, strict=True))
        return [
            *(self.spin * value - a * u - b * v for value, ((a, b, _, _), u, v) in zip(y, at)),
            *(self.spin * value - c * u - d * v for value, ((_, _, c, d), u, v) in zip(y[sites:], at)),
        ]

    def _convolved(
        self, wave: acb, taps: Sequence[acb], around: tuple[list[acb], list[acb]], y: list[acb]
    ) -> list[acb]:
        """U on the wave e^(i S) y, e^(i S) put aside again."""
        sites, (forth, back) = self.rough.sites, around
        kernel, middle = _kernel(
            {j: tap * (-1j * j * wave).exp() for j, tap in zip(self.rough.offsets, taps)}
        )
        product = acb_poly([a * b for a, b in zip(forth, y, strict=True)]) * acb_poly(kernel)
        total = [acb(0)] * sites
        for place, value in enumerate(product.coeffs(), start=-middle):
            total[place % sites] += value
        return [a * b for a, b in zip(back, total, strict=True)]


def _size(value: acb) -> arb:
    return abs(value.mid()).mid()


def _kernel(taps: dict[int, acb]) -> tuple[list[acb], int]:
    """exp of a stencil: its coefficients down to the last bit of the precision, and the place of the one at 0."""
    ahead, behind = exponential_sides(taps, acb(1), arb(2) ** -ctx.prec)
    whole = acb_poly(behind[::-1]) * acb_poly(ahead)
    middle = taps.get(0, acb(0)).exp()
    count = len(ahead) + len(behind) - 1
    return [(middle * whole[place]).mid() for place in range(count)], len(behind) - 1
