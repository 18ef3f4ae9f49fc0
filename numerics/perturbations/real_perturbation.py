"""What one step of a real network makes of a small real perturbation of its steady state.

The perturbation is cos(q.x) = (e^(i q.x) + e^(-i q.x))/2, the state under a uniform background; its component at
q is read off before and after a step of the full map.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import sympy as sp

from analytics.evaluation.mpmath_types import Context
from numerics.engines.precision import GUARD, MARGIN, sharpened
from numerics.engines.protocol import Scalar
from numerics.lattice.real_lattice import reality_check, require_real
from numerics.perturbations.perturbed_state import Activity
from numerics.perturbations.propagator import perturbed_state
from numerics.steady_states.response import Response


@dataclass(frozen=True, slots=True)
class Growth:
    """factor: lambda, to an absolute 10^-digits, of `context`; check: that the perturbed state stayed real."""

    factor: Scalar
    digits: int
    sites: tuple[int, ...]
    response: Response
    check: str
    context: Context

    @property
    def rate(self) -> Scalar:
        """-ln|lambda|."""
        return -self.context.log(abs(self.factor))

    def lost(self, of_rate: bool) -> int:
        """Digits by which the relative error of the factor, or of its rate, exceeds 10^-digits."""
        size = abs(self.factor)
        wanted = size * abs(self.rate) if of_rate else size
        return max(0, ceil(-float(self.context.log10(wanted)))) if wanted else self.digits


def growth(activity: Activity, wavevector: tuple[sp.Expr, ...], *, digits: int, of_rate: bool) -> Growth:
    """The factor, or its rate where `of_rate`, right to `digits` digits.

    Raises KernelError for a kernel that is not real, ParameterError for a q that fits no lattice,
    PrecisionError for the engine "double".
    """
    require_real("perturbing a real network", activity.network)

    def compute(carried: int, before: Growth | None) -> Growth:
        return _measured(activity, wavevector, carried, before.response if before else None)

    def needed(found: Growth, carried: int) -> int:
        return digits + MARGIN + found.lost(of_rate)

    return sharpened("perturbation of a real network", compute, needed, digits + MARGIN + GUARD)


def _measured(
    activity: Activity, wavevector: tuple[sp.Expr, ...], digits: int, start: Response | None
) -> Growth:
    state = perturbed_state(activity, wavevector, digits=digits, start=start)
    indices = state.lattice.indices(wavevector)
    half = state.context.mpf(1) / 2
    waves = [state.wave(indices), state.wave(state.lattice.opposite(indices))]
    before = state.engine.combine([half, half], waves)
    after = state.change(before)
    return Growth(
        factor=state.component(after, indices) / state.component(before, indices),
        digits=digits,
        sites=state.lattice.shape,
        response=state.response,
        check="perturbation after a step " + reality_check(state.engine.values(after), digits),
        context=state.context,
    )
