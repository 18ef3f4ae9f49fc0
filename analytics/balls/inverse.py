"""The inverse of a radial profile in balls, where no closed form is known."""

from __future__ import annotations

from typing import Any

import flint
import sympy as sp
from flint import arb

from analytics.balls.span import Rising
from analytics.balls.trees import REAL, Tree
from analytics.evaluation.arithmetic import inverse_profile
from analytics.evaluation.contexts import new_context
from analytics.evaluation.mpmath_types import Context
from analytics.evaluation.translation import Function
from analytics.network.scan import limit

WIDENINGS = 4
"""Times that the interval around an approximate psi is widened by a factor 2**16 until it is proved to hold it."""


class EnclosedInverse:
    """psi: R -> the P >= 0 with rho(P) = R, for a rho that increases, as every activation's does.

    rho(P1) < R < rho(P2) in balls proves that psi(R) lies between P1 and P2. Of a ball that reaches the
    saturation, and where nothing is proved at the precision in force, the value is not finite.
    saturation: the least upper bound of rho, rounded upwards.
    """

    def __init__(self, profile: sp.Lambda) -> None:
        self.profile = profile
        self.tree = Tree(REAL)
        self.saturation = arb(self.tree.value(limit(profile.expr))).upper()
        self.domain = Rising(-self.saturation, self.saturation)
        self.drives: dict[int, tuple[Context, Function]] = {}  # psi by the precision

    def __call__(self, output: Any) -> arb:
        output = output if isinstance(output, arb) else output.real
        if output.is_exact():
            return self.at(output)
        return self.at(output.lower()).union(self.at(output.upper()))

    def at(self, output: arb) -> arb:
        """psi of an exact number."""
        if output == 0:
            return arb(0)
        if output < 0:
            return -self.at(-output)
        if not output < self.saturation:
            return arb.nan()
        context, psi = self.drive_at(flint.ctx.prec + 20)
        found = psi(context.make_mpf(output._mpf_))
        if not context.isfinite(found):
            return arb.nan()
        middle = arb(found)
        for widening in range(WIDENINGS):
            margin = middle * arb(2) ** (16 * widening - flint.ctx.prec)
            low, high = (middle - margin).lower(), (middle + margin).upper()
            if self.rho(low) < output and self.rho(high) > output:
                return low.union(high)
        return arb.nan()

    def drive_at(self, precision: int) -> tuple[Context, Function]:
        if precision not in self.drives:
            context = new_context(15)
            context.prec = precision
            self.drives[precision] = context, inverse_profile(self.profile, context)
        return self.drives[precision]

    def rho(self, drive: arb) -> arb:
        return arb(self.tree.at(dict.fromkeys(self.profile.variables, drive)).value(self.profile.expr))
