"""What one step makes of a change at a single site: the propagator of the perturbed lattice in space.

In the frame of the ongoing activity a small change v of the state becomes, in a step of the full map,

    v'(x) = sum_y  A(y) v(x - y) + B(y) conj v(x - y)

Changing one site by a small number, and by i times it, shows the taps A and B: nothing but the map is asked.
They fall off faster than exponentially, since the kernel is the exponential of a finite stencil: beyond
`reach` sites they are below the error. In more dimensions than one a whole line x_1 = 0 is changed, and the
taps are along the first axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import mpmath
import sympy as sp

from analytics.errors import ConvergenceError, KernelError
from analytics.evaluation.mpmath_types import Context
from analytics.exclusive import mpmath_kept
from analytics.network.network import Network
from numerics.engines.choice import create_engine
from numerics.engines.precision import GUARD
from numerics.engines.protocol import Linear, Scalar, Vector
from numerics.lattice.map import Lattice, smallest_shape
from numerics.perturbations.perturbed_state import Activity, PerturbedState
from numerics.perturbations.propagator import refuse_double
from numerics.steady_states.response import Response

LONGEST_RING = 4096
"""Sites of the longest ring on which the reach of an infinite stencil is looked for."""

FARTHEST = 20_000
"""Sites that the taps of a finite stencil may reach."""

SPARE = 20
"""Digits of what is computed from taps beyond those of the taps."""

ACROSS = (sp.S.Zero, sp.S.One, sp.Integer(2), sp.Integer(3))
"""Wavenumbers across the axis at which it is looked for."""


@dataclass(frozen=True, slots=True)
class Taps:
    """linear, mixed: the taps A(y), B(y) for y = -reach ... reach, each to an absolute 10^-digits.

    answer: (a, b) of a change s of the input at a site, which changes the next state there by a s + b conj s.
    real: only real changes were made, as in a real network; `linear` are their taps, A + B, and `mixed` 0.
    carrier: k. sites: of the lattice on which the step was made. Numbers are of `context`.
    """

    linear: tuple[Scalar, ...]
    mixed: tuple[Scalar, ...]
    answer: tuple[Scalar, Scalar]
    reach: int
    digits: int
    carrier: tuple[sp.Expr, ...]
    sites: tuple[int, ...]
    response: Response
    context: Context
    real: bool = False


def measured_taps(
    activity: Activity, *, digits: int, start: Response | None = None, real: bool = False
) -> Taps:
    """The taps of one step on the steady state, to an absolute 10^-digits.

    start: a response to begin from, as in `PerturbedState`. real: change a site by a real number alone.
    Raises PrecisionError for the engine "double".
    """
    refuse_double("perturbing one site", activity.engine)
    reach = tap_reach(activity.network, digits)
    still = (0,) * activity.network.dimension
    lattice = line_lattice(activity, 2 * reach + 1)
    state = PerturbedState(activity, lattice, digits, start=start)
    wave = state.engine.values(state.wave(still))
    spot = on_first_line(state.engine.vector(wave), state)
    linear, mixed = _parts(state, state.change, spot, real)
    a, b = _parts(state, state.answer, spot, real)
    places = range(-reach, reach + 1)
    return Taps(
        linear=tuple(linear[y % lattice.shape[0]] for y in places),
        mixed=tuple(mixed[y % lattice.shape[0]] for y in places),
        answer=(a[0], b[0]),
        reach=reach,
        digits=digits,
        carrier=activity.carrier,
        sites=lattice.shape,
        response=state.response,
        context=state.context,
        real=real,
    )


def tap_reach(network: Network, digits: int, axis: int = 0) -> int:
    """Sites beyond which every tap of U along an axis is below 10^-digits.

    U = sum_n A^(*n) / n!, and A reaches `reach` sites: a tap m reach away is at most sum_{n >= m} S^n / n!
    with S = sum |A(x)| over x not 0; A(0) is imaginary and contributes a phase alone. Of an infinite stencil the
    taps are looked at; whoever uses the reach sees what they leave halfway round.
    """
    if network.kernel.band is not None:
        return _seen_reach(network, digits, axis)
    values = dict(network.kernel.constants)
    with mpmath_kept():
        size = sum(
            abs(complex(coefficient.subs(values)))
            for offset, coefficient in network.kernel.stencil
            if any(offset)
        )
    far = max(abs(offset[axis]) for offset, _ in network.kernel.stencil)
    order, term = 0, 0.0  # term: log10 of S^n / n!
    while order < 2 * size or term > -digits - 1:
        order += 1
        term += log10(size / order)
        if order * far > FARTHEST:
            raise KernelError(
                "looking for the reach of a kernel",
                f"its taps must fall below 10^-{digits} within {FARTHEST} sites",
                f"couplings of size {size:.3g} over {far} sites",
                "Couple nearer or weaker, or ask for fewer digits.",
            )
    return order * far


def _seen_reach(network: Network, digits: int, axis: int) -> int:
    """Sites beyond which the taps of U along an axis are seen to stay below 10^-digits, on a ring twice as long.

    Across the axis at some wavenumbers of no symmetry; the taps of a smooth band fall off exponentially.
    """
    kernel, bound = network.kernel, mpmath.mp.mpf(10) ** -(digits + 1)
    along = kernel.wavenumbers[axis]
    with mpmath_kept():
        omega = kernel.frequency(kernel.wavenumbers).xreplace(dict(kernel.constants))
        lines = [
            sp.exp(sp.I * omega.xreplace({k: across for k in kernel.wavenumbers if k != along}))
            for across in ACROSS
        ]
    for sites in (1 << power for power in range(5, LONGEST_RING.bit_length())):
        engine = create_engine("ball", (sites,), digits + GUARD)
        reach = 0
        for symbol in lines:
            spot = engine.vector([1] + [0] * (sites - 1))
            taps = engine.values(engine.multiplier((along,), symbol)(spot))
            seen = [min(x, sites - x) for x, tap in enumerate(taps) if abs(tap) > bound]
            reach = max([reach, *seen])
        if 2 * reach < sites // 2:
            return max(reach, 1)
    raise ConvergenceError(
        "looking for the reach of a kernel",
        "Ask for fewer digits, or smooth its frequency.",
        residual=f"more than 10^-{digits}",
        tolerance=f"10^-{digits} beyond {LONGEST_RING // 4} sites",
    )


def line_lattice(activity: Activity, length: int) -> Lattice:
    """A lattice at least `length` sites long that fits the carrier, and the smallest across."""
    return activity.lattice(least=(length, *smallest_shape(activity.network)[1:]))


def on_first_line(vector: Vector, state: PerturbedState) -> Vector:
    """`vector` at the sites x_1 = 0, and 0 elsewhere."""
    values = state.engine.values(vector)
    width = len(values) // state.lattice.shape[0]
    return state.engine.vector([*values[:width], *([0] * (len(values) - width))])


def along_first_axis(values: Sequence[Scalar], state: PerturbedState) -> Sequence[Scalar]:
    """Those of `values`, one per site, that belong to the sites (x_1, 0, ..., 0), x_1 = 0, 1, ..."""
    return values[:: state.lattice.sites // state.lattice.shape[0]]


def _parts(
    state: PerturbedState, step: Linear, spot: Vector, real: bool
) -> tuple[Sequence[Scalar], Sequence[Scalar]]:
    """What `step` makes of a change along `spot`, and of its conjugate; of a `real` change, beside zeros."""
    if real:
        linear = state.in_frame(step(spot))
        mixed = [state.context.zero] * len(linear)
    else:
        linear, mixed = state.in_parts(step, spot)
    return along_first_axis(linear, state), along_first_axis(mixed, state)
