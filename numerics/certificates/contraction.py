"""A steady state proved by the contraction of the map itself, on a lattice of any size.

**Theorem** (a posteriori bound of the contraction principle). Let z be any state, r >= |T(z) - z|, s > 0, and K
the closed ball of radius s about z. If |T(a) - T(b)| <= L |a - b| for all a, b in K, with L < 1 and r + L s <= s,
then K contains exactly one fixed point Z* of T, and |Z* - z| <= r/(1 - L).

*Proof.* For a in K, |T(a) - z| <= |T(a) - T(z)| + |T(z) - z| <= L s + r <= s: T maps K into itself. K is complete
and T contracts it, so there is a fixed point; of two, |Z* - Z'| = |T(Z*) - T(Z')| <= L |Z* - Z'| leaves one. And
|Z* - z| <= |T(Z*) - T(z)| + |T(z) - z| <= L |Z* - z| + r.

**Its hypotheses** here, |.| being the 2-norm over the sites. U multiplies the Fourier transform by u(k), so its norm
is u = max |u(k)|: 1 for an anti-Hermitian stencil. So is the norm b of B. In K the pre-activation w = U (*) Z + I_0
of a site lies within u s of its value at z, as |v(x)| <= |v| for every site x. Where w is not 0, dphi(w) has the
singular values rho'(|w|), radial, and rho(|w|)/|w|, tangential. K is convex, so

    L = b u max rho'(|w|), rho(|w|)/|w|      over all sites x and |w| within u s of |w(x)|

At w = 0 the gain is 1, the unit gain of every activation, and rho' may exceed 1 elsewhere: a state with a node, or
one of several that coexist, may be stable while T is no contraction in this norm.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NoReturn

from flint import arb

from numerics.certificates.certificate import Certificate, at_least, short
from numerics.certificates.enclosed_step import EnclosedStep
from numerics.engines.axes import sites


def by_contraction(step: EnclosedStep) -> Certificate:
    """The certificate. Raises CertificationError, naming the hypothesis that fails."""
    steps = _Contraction(step)
    reach = (2 * step.residual / steps.margin(arb(0))[0]).upper()
    least = steps.distance_from_zero(reach)
    margin, tangential, radial = steps.margin(step.kernel * reach)
    return step.certificate(
        "map",
        step.residual,
        reach,
        margin,
        at_least("no node", "|w| >= {} at every site, over the ball", least),
        at_least("tangential gain", "rho(|w|)/|w| <= 1 - {} at every site, over the ball", tangential),
        at_least("radial gain", "rho'(|w|) <= 1 - {} at every site, over the ball", radial),
    )


class _Contraction:
    """The map itself near the state."""

    def __init__(self, step: EnclosedStep) -> None:
        self.step = step
        self.moduli = [abs(w) for w in step.preactivation]

    def distance_from_zero(self, reach: arb) -> arb:
        """A lower bound of |w| over all sites and the ball."""
        site = min(range(len(self.moduli)), key=lambda x: self.moduli[x].lower())
        least = (self.moduli[site].lower() - self.step.kernel * reach).lower()
        if not least > 0:
            self._refuse_node(site, f"which moves by up to {short(self.step.kernel * reach)}")
        return least

    def margin(self, reach: arb) -> tuple[arb, arb, arb]:
        """Lower bounds of 1 - L, and of 1 minus either gain, for pre-activations that move by up to `reach`."""
        gains, over = self.step.gains, arb(0, reach)
        across = (gains.tangential_about(modulus, reach) for modulus in self.moduli)
        along = (gains.radial(modulus + over) for modulus in self.moduli)
        tangential_margin, tangential = self._worst("tangential gain", across, reach)
        radial_margin, radial = self._worst("radial gain", along, reach)
        return min(tangential_margin, radial_margin), tangential, radial

    def _worst(self, name: str, gains: Iterable[arb], reach: arb) -> tuple[arb, arb]:
        """Lower bounds over all sites of 1 - b u gain, which is above 0, and of 1 - gain."""
        values = [abs(gain) for gain in gains]
        site = next((x for x, value in enumerate(values) if not value.is_finite()), None)
        if site is None:
            site = max(range(len(values)), key=lambda x: values[x].upper())
        norms = self.step.turn * self.step.kernel
        margin = (1 - norms * values[site]).lower()
        if not margin > 0:
            self._refuse_gain(name, site, values[site], norms, reach)
        return margin, (1 - values[site]).lower()

    def _refuse_gain(self, name: str, site: int, gain: arb, norms: arb, reach: arb) -> NoReturn:
        if not self.moduli[site] > 0:
            self._refuse_node(site, "where the gain is 1")
        if gain < 1:
            self.step.refuse(
                "kernel",
                "its norm times the gain must be below 1",
                f"a norm of {short(norms)} and a gain of 1 {_signed(gain - 1)}",
                "Use an anti-Hermitian stencil.",
            )
        found = f"1 {_signed(gain - 1)}" if gain.is_finite() else "one without bound"
        self.step.refuse(
            name,
            "it must be below 1 at every site, over the ball",
            f"{found} for |w| = {short(self.moduli[site])} +/- {short(reach)}, {self._place(site)}",
            "Find the state to more digits."
            if reach > 0
            else "A step is no contraction there in the 2-norm, though the state may be stable.",
        )

    def _refuse_node(self, site: int, reason: str) -> NoReturn:
        self.step.refuse(
            "no node",
            "|w| must be above 0 at every site, over the ball",
            f"|w| = {short(self.moduli[site])}, {self._place(site)}, {reason}",
            "Where the state has no node, find it to more digits.",
        )

    def _place(self, site: int) -> str:
        return f"at the site {next(islice(sites(self.step.state.lattice.shape), site, None))}"


def _signed(ball: arb) -> str:
    return f"+ {short(ball)}" if ball > 0 else f"- {short(-ball)}"
