"""Ongoing activity: the steady response to a uniform background or to one oscillation, and its frame.

The state turns along with its input, Z_n(x) = R e^(i (k.x + omega n + theta)). In the frame that turns along
it is the constant R > 0, and a step is

    W -> e^(-i (k.x + omega n + omega + theta)) phi( U (*) Z + I ),      Z = e^(i (k.x + omega n + theta)) W

so that the pre-activation is real and positive there too. Perturbations are counted in this frame: their
wavenumbers and frequencies are relative to the carrier, k and omega, which are 0 for a uniform background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from analytics.exclusive import KeptProperty
from analytics.network.network import Network
from numerics.engines.krylov import norm
from numerics.engines.precision import require_small
from numerics.engines.protocol import Linear, Scalar, Vector
from numerics.lattice.commensurate import commensurate_lattice
from numerics.lattice.inputs import Input
from numerics.lattice.map import Lattice
from numerics.perturbations.real_linear import turned, vector_parts
from numerics.steady_states.response import Response, response

STATE_GUARD = 12
"""Digits carried beyond those that a derivative and the perturbation take."""


@dataclass(frozen=True, slots=True)
class Activity:
    """A network kept going by an input, and the engine that it is simulated in.

    carrier: k of the state, in rad/site. near: of several steady states the one next to a wave of this modulus is
    meant; 0: the one reached from rest.
    """

    network: Network
    drive: Input
    carrier: tuple[sp.Expr, ...]
    engine: str
    near: sp.Expr = sp.S.Zero

    def lattice(self, *wavevectors: tuple[sp.Expr, ...], least: Sequence[int] | None = None) -> Lattice:
        """The smallest lattice on which the carrier and these waves are periodic, see `commensurate_lattice`."""
        return commensurate_lattice(self.network, (self.carrier, *wavevectors), least=least)

    def response(self, digits: int, *, start: Response | None = None, watched: bool = False) -> Response:
        """The steady state on the smallest lattice that fits it, see `response`."""
        return response(
            self.lattice(),
            self.drive,
            self.carrier,
            digits=digits,
            engine=self.engine,
            start=start.state if start else None,
            near=self.near,
            watched=watched,
        )


class PerturbedState:
    """The steady state of a lattice, and what one step of the full map makes of a small change.

    The derivative of a step is taken by a change of 10^-(digits + 4): the state is right to `digits` digits
    and more, the arithmetic carries twice as many, and what is left is an error of about 10^-digits.
    Nothing but the map itself is used.

    The state is found on the smallest lattice that holds its wave, and continued periodically to `lattice`;
    start: such a response, of fewer digits or a neighbouring input, to begin from. settled: find it to all
    the digits carried, for perturbations that are followed over many steps.
    Raises ConvergenceError where the continued wave is not at rest in its frame.
    """

    def __init__(
        self,
        activity: Activity,
        lattice: Lattice,
        digits: int,
        *,
        start: Response | None = None,
        settled: bool = False,
    ) -> None:
        self.digits = digits
        self.lattice = lattice
        self.response = activity.response(2 * digits + STATE_GUARD if settled else digits + 2, start=start)
        self.map = lattice.map(activity.engine, 2 * digits + STATE_GUARD)
        self.engine = self.map.engine
        self.context = self.engine.context
        self.carrier = lattice.indices(activity.carrier)
        self.weakness = self.context.mpf(10) ** -(digits + 4)
        turning = activity.drive.drive(self.map)
        assert turning.frequency is not None  # an activity stands or turns
        self._input = turning.at(0)
        self._forward = self.context.expj(turning.frequency)
        self._phase = self.context.expj(self.context.convert(self.response.wave.phase))
        still = (0,) * len(self.carrier)
        self._state = self.engine.combine(
            [self.context.convert(self.response.wave.amplitude)], [self.wave(still)]
        )
        self._preactivation = self.map.preactivation(self._state, self._input)
        self._image = self.map.activation.value(self._preactivation)
        self._examine_rest()

    @property
    def amplitude(self) -> Scalar:
        """R, an `mpmath.mp.mpf`."""
        return self.response.wave.amplitude

    def wave(self, indices: tuple[int, ...]) -> Vector:
        """e^(i q.x) of the frame, as it stands on the lattice: e^(i (k.x + q.x + theta))."""
        shifted = [k + q for k, q in zip(self.carrier, indices)]
        return self.engine.combine([self._phase], [self.engine.plane_wave(shifted)])

    def pulse(self) -> Vector:
        """1 in the frame at the first site, 0 elsewhere."""
        alone = self.engine.vector([1] + [0] * (self.lattice.sites - 1))
        return self.engine.combine([self._phase], [alone])

    def change(self, of_state: Vector) -> Vector:
        """What one step makes of a small change of the state at n = 0, in the frame, per size."""
        moved = self.engine.combine([1, self.weakness], [self._state, of_state])
        return self._difference(self.map.step(moved, self._input))

    def reaction(self, of_preactivation: Vector) -> Vector:
        """What phi makes of a small change of the pre-activation, in the frame, per size."""
        moved = self.engine.combine([1, self.weakness], [self._preactivation, of_preactivation])
        return self._difference(self.map.activation.value(moved))

    def answer(self, of_input: Vector) -> Vector:
        """What a small change of the input makes of the next state; its phase is the pre-activation's."""
        moved = self.engine.combine([1, self.weakness * self._forward], [self._input, of_input])
        return self._difference(self.map.step(self._state, moved))

    def driven(self, pattern: Vector, spin: Scalar, steps: int) -> tuple[Vector, Vector]:
        """The change of the state, per size, after steps n = 0, 1, ... with the input changed by spin^n `pattern`:
        after the last step but one, and after the last.

        In the frame; of `settled` states only, as the change is taken against the state at rest.
        """
        before = state = self._state
        turned, forward = (
            self.weakness * self._forward,
            self.context.one,
        )  # the state turns along, and is turned back
        for _ in range(steps):
            before = state
            drive = self.engine.combine([forward, turned], [self._input, pattern])
            state = self.map.step(state, drive)
            forward *= self._forward
            turned *= spin * self._forward
        scale = 1 / self.weakness
        turns = (forward / self._forward, forward) if steps else (forward, forward)
        earlier, last = (
            self.engine.combine([scale / turn, -scale], [reached, self._state])
            for reached, turn in zip((before, state), turns, strict=True)
        )
        return earlier, last

    def component(self, vector: Vector, indices: tuple[int, ...]) -> Scalar:
        """The coefficient of e^(i q.x) in the frame."""
        return self.engine.inner(self.wave(indices), vector) / self.lattice.sites

    def in_frame(self, vector: Vector) -> list[Scalar]:
        """The values at all sites, counted in the frame."""
        convert = self.context.convert
        return [
            convert(value) * back for value, back in zip(self.engine.values(vector), self._backs, strict=True)
        ]

    @KeptProperty
    def _backs(self) -> list[Scalar]:
        """e^(-i (k.x + theta)) at all sites."""
        carrier = self.engine.values(self.wave((0,) * len(self.carrier)))
        return [self.context.conj(self.context.convert(unit)) for unit in carrier]

    def in_parts(self, step: Linear, spot: Vector) -> tuple[list[Scalar], list[Scalar]]:
        """What `step` makes of a small change of some sites, in the frame at all sites: the part that is linear in
        the change, and the part that is linear in its conjugate."""
        along, across = (step(change) for change in (spot, turned(self.engine, spot)))
        linear, mixed = vector_parts(self.engine, along, across)
        return self.in_frame(linear), self.in_frame(mixed)

    def _examine_rest(self) -> None:
        moved = self.engine.combine([1 / self._forward, -1], [self._image, self._state])
        left = norm(self.engine, moved) / norm(self.engine, self._state)
        operation = "continuing a steady state to a larger lattice"
        require_small(operation, "Carry more digits.", left, 100 * self.weakness)

    def _difference(self, image: Vector) -> Vector:
        scale = 1 / (self.weakness * self._forward)
        return self.engine.combine([scale, -scale], [image, self._image])
