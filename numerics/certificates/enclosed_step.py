"""One step of the map from a state, in balls.

    w = U (*) Z + I_0,      T(Z) = B phi(w)

B undoes what the input does in a step: e^(-i omega) for one that turns, a move back for one that moves along.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from flint import acb, arb

from analytics.errors import CertificationError
from analytics.expressions.notation import r
from numerics.certificates.certificate import OPERATION, Certificate, Hypothesis, at_most, short, worth
from numerics.engines.enclosure import Ball, Diagonal, EnclosureEngine, Gains, balls, scalar
from numerics.engines.numbers import real_out
from numerics.engines.protocol import Linear
from numerics.lattice.map import LatticeMap
from numerics.steady_states.fixed_point import steady_drive
from numerics.steady_states.steady_state import SteadyState

SHARPNESS = 8
"""The residual has to be known to this part of itself, or to this part of the last digit that the state carries."""


class EnclosedStep:
    """The step and its norms, at the precision in force.

    preactivation: w. change: T(Z) - Z. residual: an upper bound of its norm. size: a lower bound of |Z|.
    symbol: u(k); kernel, turn: upper bounds of the norms of U and of B. phase: B where it is a number, else None.
    checked: the hypotheses that every proof uses.
    """

    def __init__(self, state: SteadyState, bits: int) -> None:
        self.state, self.bits = state, bits
        activation = state.lattice.network.activation
        self.gains = Gains(activation.profile, activation.slope(r))
        engine = EnclosureEngine(state.lattice.shape)
        lattice_map = LatticeMap(state.lattice, engine)
        drive = steady_drive(state.drive, lattice_map)
        vector, turning = engine.vector(state.state), drive.at(0)
        preactivation = lattice_map.preactivation(vector, turning)
        self.preactivation = balls(preactivation)
        image = lattice_map.activation.value(preactivation)
        self.phase: acb | None = None
        if drive.back is None:
            assert drive.frequency is not None
            self.phase = acb(engine.ball(engine.context.expj(-drive.frequency)))
            turns = [self.phase]
            image = engine.combine([scalar(self.phase)], [image])
        else:
            turns, image = _symbol(drive.back), drive.back(image)
        self.size = sum((value.abs_lower() ** 2 for value in balls(vector)), start=arb(0)).sqrt().lower()
        self.change = balls(engine.combine([1, -1], [image, vector]))
        self.symbol = _symbol(lattice_map.convolve)
        self.kernel = max(abs(u).upper() for u in self.symbol)
        self.turn = max(abs(b).upper() for b in turns)
        self.residual = self._residual()
        self.checked: tuple[Hypothesis, ...] = (
            at_most(
                "kernel",
                "| |u(k)| - 1 | <= {} at every wavenumber",
                max(abs(1 - abs(u)).upper() for u in self.symbol),
            ),
            at_most("input", "enclosed to {} at every site", max(value.rad() for value in balls(turning))),
            at_most("residual", "|T(Z) - Z| <= {}", self.residual),
        )

    def _residual(self) -> arb:
        """An upper bound of |T(Z) - Z| that is not made of its own width."""
        residual, width = norm(self.change), norm(value.rad() for value in self.change)
        last_digit = self.size * arb(10) ** -self.state.working_digits
        if not (residual.is_finite() and (SHARPNESS * width <= residual or SHARPNESS * width <= last_digit)):
            self.refuse(
                "residual",
                "it must be known better than to its own size",
                f"{short(residual)}, of which {short(width)} is the width of the balls",
                "Write the profile and the constants so that they can be enclosed.",
            )
        return residual.max(self.size * arb(2) ** -self.bits).upper()

    def certificate(
        self, method: str, first: arb, reach: arb, margin: arb, *hypotheses: Hypothesis
    ) -> Certificate:
        """By the contraction principle, see `contraction`, of a map that contracts the ball of radius `reach`.

        first: r, an upper bound of the first step from the state. margin: a lower bound of 1 - L over the ball.
        hypotheses: what was checked of the map. Raises CertificationError where r + L s <= s fails.
        """
        if not first + (1 - margin) * reach <= reach:
            self.refuse(
                "contraction of a ball into itself",
                "r + L s <= s must hold for the first step r and the radius s",
                f"r = {short(first)}, s = {short(reach)} and 1 - L = {short(margin)}",
                "Find the state to more digits.",
            )
        radius = (first / margin).upper()
        relative = (radius / (self.size - radius)).upper() if self.size > radius else arb("inf")
        return Certificate(
            state=self.state,
            method=method,
            radius=real_out(radius),
            uniqueness=real_out(reach),
            relative=real_out(relative),
            digits=worth(relative),
            residual=real_out(self.residual),
            margin=real_out(margin),
            hypotheses=(
                *self.checked,
                *hypotheses,
                at_most("contraction", "r + L s <= s for the ball of radius s = {}", reach),
            ),
            bits=self.bits,
        )

    def refuse(self, hypothesis: str, requirement: str, received: str, remedy: str) -> NoReturn:
        raise CertificationError(f"{OPERATION}, {hypothesis}", requirement, received, remedy)


def norm(numbers: Iterable[Ball]) -> arb:
    """An upper bound of the square root of the sum of the squared moduli."""
    return sum((value.abs_upper() ** 2 for value in numbers), start=arb(0)).sqrt().upper()


def _symbol(convolution: Linear) -> list[acb]:
    assert isinstance(convolution, Diagonal)
    return convolution.symbol
