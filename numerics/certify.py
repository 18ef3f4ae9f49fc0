"""A proof, by ball arithmetic, that a steady state lies where a simulation says.

    T(Z) = B phi(U (*) Z + I_0),      T(Z*) = Z*

B undoes what the input does in a step: e^(-i omega) for one that turns, a move back for one that moves along.

**Theorem** (a posteriori bound of the contraction principle). Let z be any state, r >= |T(z) - z|, s > 0, and K
the closed ball of radius s about z. If |T(a) - T(b)| <= L |a - b| for all a, b in K, with L < 1 and r + L s <= s,
then K contains exactly one fixed point Z* of T, and |Z* - z| <= r/(1 - L).

*Proof.* For a in K, |T(a) - z| <= |T(a) - T(z)| + |T(z) - z| <= L s + r <= s: T maps K into itself. K is complete
and T contracts it, so there is a fixed point; of two, |Z* - Z'| = |T(Z*) - T(Z')| <= L |Z* - Z'| leaves one. And
|Z* - z| <= |T(Z*) - T(z)| + |T(z) - z| <= L |Z* - z| + r.

**Its hypotheses** here, |.| being the 2-norm over the sites. U multiplies the Fourier transform by u(k), so its norm
is u = max |u(k)|: 1 for an anti-Hermitian stencil. So is the norm b of B. In K the pre-activation w = U (*) Z + I_0
of a site lies within u s of its value at z, as |v(x)| <= |v| for every site x. Where w is not 0, phi is
differentiable and dphi(w) has the singular values rho'(|w|), radial, and rho(|w|)/|w|, tangential. K is convex, so

    L = b u max rho'(|w|), rho(|w|)/|w|      over all sites x and |w| within u s of |w(x)|

All numbers are balls that contain the exact ones: constants of the model, Fourier transforms, the input with its
frequency. Only z is what it is, the binary fractions of the simulation. So this is a theorem about the network on
its lattice, up to the correctness of FLINT, whatever the simulation did.

At w = 0 the gain is 1, the unit gain of every activation, and rho' may exceed 1 elsewhere. So a state with a node,
or one of several that coexist, may be stable while T is no contraction in this norm: then nothing is certified.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

import mpmath
from flint import acb, arb

from analytics.balls import flint_precision
from analytics.errors import CertificationError, ParameterError
from analytics.notation import r
from numerics.engines.axes import sites
from numerics.engines.enclosure import Diagonal, EnclosureEngine, Gains
from numerics.engines.numbers import bits_of, real_out
from numerics.engines.protocol import Linear
from numerics.fixed_point import steady_drive
from numerics.lattice import LatticeMap
from numerics.steady_state import SteadyState

OPERATION = "certificate of a steady state"

GUARD_BITS = 64
"""Bits carried beyond those of the state and the logarithm of the number of sites."""

MOST_DOUBLINGS = 2
"""Of the bits, where a hypothesis fails: more bits may show it."""

SHARPNESS = 8
"""The residual has to be known to this part of itself, or to this part of the last digit that the state carries."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A claim about the exact numbers that the proof uses, and the bound in it, rounded to the safe side."""

    name: str
    claim: str
    bound: Any

    def __str__(self) -> str:
        return f"{self.name}: {self.claim.format(mpmath.nstr(self.bound, 3))}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Proved: within `radius` of `state` there is a steady state, and it is the only one within `uniqueness`.

    radius, uniqueness: in the 2-norm over all sites, so that |Z*(x) - Z(x)| <= radius at every site as well.
    relative: radius/|Z*|, infinite where Z* may be 0; digits: how many that is worth, rounded down.
    residual: |T(Z) - Z| is at most this. margin: 1 - L is at least this. hypotheses: all that was checked.
    bits: the working precision that was enough. Numbers are `mpmath.mp.mpf`, rounded to the safe side.
    """

    state: SteadyState
    radius: Any
    uniqueness: Any
    relative: Any
    digits: int
    residual: Any
    margin: Any
    hypotheses: tuple[Hypothesis, ...]
    bits: int

    def __str__(self) -> str:
        near, alone = (mpmath.nstr(value, 3) for value in (self.radius, self.uniqueness))
        claim = f"proved to {self.digits} digits: a steady state within {near} of this one, no other within {alone}"
        return "\n".join([claim, *(f"  {hypothesis}" for hypothesis in self.hypotheses)])


def certify(state: SteadyState) -> Certificate:
    """A proof that there is a steady state close to `state`: the theorem above, every hypothesis checked.

    Of a lattice in a moving frame, or an input that moves along, the map is that on the ring of phases it is given on.

    Raises CertificationError, naming the hypothesis that fails; ParameterError for what is no steady state.
    """
    if not isinstance(state, SteadyState) or len(state.state) != state.lattice.sites:
        raise ParameterError(
            OPERATION,
            "a state found by steady_state is needed",
            type(state).__name__,
            "Call steady_state(lattice, drive) first.",
        )
    bits = bits_of(state.working_digits) + GUARD_BITS + state.lattice.sites.bit_length()
    most = bits << MOST_DOUBLINGS
    while True:
        with flint_precision(bits):
            try:
                return _Proof(state, bits).certificate()
            except CertificationError:
                if bits >= most:
                    raise
        bits *= 2


class _Proof:
    """One step from the state in balls of the precision in force, and what follows from it."""

    def __init__(self, state: SteadyState, bits: int) -> None:
        self.state, self.bits = state, bits
        activation = state.lattice.network.activation
        self.gains = Gains(activation.profile, activation.slope(r))
        engine = EnclosureEngine(state.lattice.shape)
        lattice_map = LatticeMap(state.lattice, engine)
        drive = steady_drive(state.drive, lattice_map)
        vector, turning = engine.vector(state.state), drive.at(0)
        w = lattice_map.preactivation(vector, turning)
        image = lattice_map.activation.value(w)
        if drive.back is None:
            assert drive.frequency is not None
            turns: Sequence[Any] = [engine.context.expj(-drive.frequency)]
            image = engine.combine(turns, [image])
        else:
            turns, image = _symbol(drive.back), drive.back(image)
        self.moduli = [abs(value) for value in w]
        self.size = _norm(vector)
        self.change = engine.combine([1, -1], [image, vector])
        self.input_width = max(value.rad() for value in turning)
        self.kernel, self.unitarity = _norm_of(_symbol(lattice_map.convolve))
        self.turn, _ = _norm_of(turns)

    def certificate(self) -> Certificate:
        """The proof, hypothesis by hypothesis."""
        residual = self._residual()
        reach = (2 * residual / self._margin(arb(0))[0]).upper()
        least = self._distance_from_zero(reach)
        margin, tangential, radial = self._margin(self.kernel * reach)
        if not residual + (1 - margin) * reach <= reach:
            self._refuse(
                "contraction of a ball into itself",
                "r + L s <= s must hold for the residual r and the radius s",
                f"r = {_short(residual)}, s = {_short(reach)} and 1 - L = {_short(margin)}",
                "Find the state to more digits.",
            )
        radius = (residual / margin).upper()
        relative = (radius / (self.size - radius)).upper() if self.size > radius else arb("inf")
        return Certificate(
            state=self.state,
            radius=real_out(radius),
            uniqueness=real_out(reach),
            relative=real_out(relative),
            digits=max(0, int((-relative.log() / arb(10).log()).lower().floor().fmpz()))
            if relative < 1
            else 0,
            residual=real_out(residual),
            margin=real_out(margin),
            hypotheses=(
                _hypothesis("kernel", "| |u(k)| - 1 | <= {} at every wavenumber", self.unitarity),
                _hypothesis("input", "enclosed to {} at every site", self.input_width),
                _hypothesis("residual", "|T(Z) - Z| <= {}", residual),
                _hypothesis("no node", "|w| >= {} at every site, over the ball", least),
                _hypothesis(
                    "tangential gain", "rho(|w|)/|w| <= 1 - {} at every site, over the ball", tangential
                ),
                _hypothesis("radial gain", "rho'(|w|) <= 1 - {} at every site, over the ball", radial),
                _hypothesis("contraction", "r + L s <= s for the ball of radius s = {}", reach),
            ),
            bits=self.bits,
        )

    def _residual(self) -> Any:
        """An upper bound of |T(Z) - Z| that is not made of its own width."""
        residual, width = (
            _norm(self.change).upper(),
            _norm([acb(value.rad()) for value in self.change]).upper(),
        )
        last_digit = self.size * arb(10) ** -self.state.working_digits
        if not (residual.is_finite() and (SHARPNESS * width <= residual or SHARPNESS * width <= last_digit)):
            self._refuse(
                "residual",
                "it must be known better than to its own size",
                f"{_short(residual)}, of which {_short(width)} is the width of the balls",
                "Write the profile and the constants so that they can be enclosed.",
            )
        return residual.max(self.size.upper() * arb(2) ** -self.bits)

    def _distance_from_zero(self, reach: Any) -> Any:
        """A lower bound of |w| over all sites and the ball."""
        site = min(range(len(self.moduli)), key=lambda x: self.moduli[x].lower())
        least = self.moduli[site].lower() - self.kernel * reach
        if not least > 0:
            self._refuse_node(site, f"which moves by up to {_short(self.kernel * reach)}")
        return least.lower()

    def _margin(self, reach: Any) -> tuple[Any, Any, Any]:
        """Lower bounds of 1 - L, and of 1 minus either gain, for pre-activations that move by up to `reach`."""
        about, over = self.gains.tangential_about, arb(0, reach)
        across, tangential = self._worst("tangential gain", (about(m, reach) for m in self.moduli), reach)
        along, radial = self._worst("radial gain", (self.gains.radial(m + over) for m in self.moduli), reach)
        return min(across, along), tangential, radial

    def _worst(self, name: str, gains: Iterable[Any], reach: Any) -> tuple[Any, Any]:
        """Lower bounds over all sites of 1 - b u gain, which is above 0, and of 1 - gain."""
        values = [abs(gain) for gain in gains]
        site = next((x for x, value in enumerate(values) if not value.is_finite()), None)
        if site is None:
            site = max(range(len(values)), key=lambda x: values[x].upper())
        margin = (1 - self.turn * self.kernel * values[site]).lower()
        if not margin > 0:
            if not self.moduli[site] > 0:
                self._refuse_node(site, "where the gain is 1")
            if values[site] < 1:
                self._refuse(
                    "kernel",
                    "its norm times the gain must be below 1",
                    f"a norm of {_short(self.turn * self.kernel)} and a gain of 1 {_signed(values[site] - 1)}",
                    "Use an anti-Hermitian stencil.",
                )
            found = f"1 {_signed(values[site] - 1)}" if values[site].is_finite() else "one without bound"
            self._refuse(
                name,
                "it must be below 1 at every site, over the ball",
                f"{found} for |w| = {_short(self.moduli[site])} +/- {_short(reach)}, {self._place(site)}",
                "Find the state to more digits."
                if reach
                else "The step is no contraction there in the 2-norm, though the state may be stable.",
            )
        return margin, (1 - values[site]).lower()

    def _refuse_node(self, site: int, reason: str) -> NoReturn:
        self._refuse(
            "no node",
            "|w| must be above 0 at every site, over the ball",
            f"|w| = {_short(self.moduli[site])}, {self._place(site)}, {reason}",
            "A state with a node cannot be certified by contraction; where it has none, find it to more digits.",
        )

    def _place(self, site: int) -> str:
        return f"at the site {next(islice(sites(self.state.lattice.shape), site, None))}"

    def _refuse(self, hypothesis: str, requirement: str, received: str, remedy: str) -> NoReturn:
        raise CertificationError(f"{OPERATION}, {hypothesis}", requirement, received, remedy)


def _symbol(convolution: Linear) -> Sequence[Any]:
    assert isinstance(convolution, Diagonal)
    return convolution.symbol


def _norm(vector: Sequence[Any]) -> Any:
    """|v|, a ball."""
    return sum((abs(value) ** 2 for value in vector), start=arb(0)).nonnegative_part().sqrt()


def _norm_of(symbol: Sequence[Any]) -> tuple[Any, Any]:
    """Upper bounds of the norm of the convolution with that symbol, and of its deviation from being unitary."""
    moduli = [abs(value) for value in symbol]
    return max(modulus.upper() for modulus in moduli), max(abs(1 - modulus).upper() for modulus in moduli)


def _hypothesis(name: str, claim: str, bound: Any) -> Hypothesis:
    return Hypothesis(name, claim, real_out(bound))


def _signed(ball: Any) -> str:
    return f"+ {_short(ball)}" if ball > 0 else f"- {_short(-ball)}"


def _short(ball: Any) -> str:
    return str(ball.str(4))
