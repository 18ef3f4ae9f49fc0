"""A steady state proved by the contraction of Newton's map, on a small lattice, whatever the gains are.

**Theorem.** Let G(Z) = T(Z) - Z, A any real-linear map of states, z a state, r >= |A G(z)|, s > 0, and K the closed
ball of radius s about z. If |1 + A dG(a)| <= L for all a in K, with L < 1 and r + L s <= s, then K contains exactly
one zero Z* of G, a fixed point of T, and |Z* - z| <= r/(1 - L).

*Proof.* N(Z) = Z + A G(Z) has the derivative 1 + A dG, so it contracts the convex K by L, and |N(z) - z| <= r. By the
theorem of `contraction` N has exactly one fixed point in K, within r/(1 - L) of z. There A G = 0; and A is one to one,
for 1 + A dG having a norm below 1, -A dG is invertible, and so is A, the dimension being finite.

**Its hypotheses** here. In K the pre-activation of a site lies within u s of its value at z, u = max |u(k)|, and there
dphi(w)[v] = a v + b conj v with a and b in balls. Where the ball of w contains 0, the direction of b is unknown and
its ball is centred at 0. So dG = B dphi(w) U - 1 is a matrix of balls, of the real and the imaginary parts. A is the
inverse of -dG(z) rounded to numbers, exact as they stand. The norm of 1 + A dG is at most the square root of the sum
of the squares of its entries.
"""

from __future__ import annotations

from flint import acb, arb, arb_mat

from numerics.certificates.certificate import Certificate, at_most, short
from numerics.certificates.enclosed_step import EnclosedStep, norm
from numerics.engines.axes import along_axes, flat_index, sites
from numerics.engines.enclosure import inverse_transform

MOST_SITES = 64
"""Of a lattice whose matrix is inverted, in a second or two."""


def by_newton(step: EnclosedStep) -> Certificate:
    """The certificate. Raises CertificationError, naming the hypothesis that fails."""
    newton = _Newton(step)
    residual = newton.residual()
    reach = (2 * residual / newton.margin(arb(0))).upper()
    margin = newton.margin(step.kernel * reach)
    return step.certificate(
        "newton",
        residual,
        reach,
        margin,
        at_most("first step", "|A (T(Z) - Z)| <= {}", residual),
        at_most("derivative", "|1 + A dG| <= {} over the ball", 1 - margin),
    )


class _Newton:
    """The matrix A, with what it makes of G and dG."""

    def __init__(self, step: EnclosedStep) -> None:
        self.step = step
        shape = step.state.lattice.shape
        if step.state.lattice.sites > MOST_SITES or step.phase is None:
            step.refuse(
                "size",
                f"Newton's map needs at most {MOST_SITES} sites and an input that stands or turns",
                f"{shape} sites" if step.phase is not None else "one that moves along",
                "Use a smaller lattice.",
            )
        try:
            self.inverse = derivative(step, arb(0)).mid().inv().mid()
        except ZeroDivisionError:
            step.refuse(
                "derivative",
                "1 - dT must have an inverse at the state",
                "a matrix without one",
                "The state may not be isolated, or two meet: change the input.",
            )

    def residual(self) -> arb:
        """An upper bound of |A G(z)|, above 0."""
        change = self.step.change
        column = arb_mat(2 * len(change), 1, [part for v in change for part in (v.real, v.imag)])
        bound = norm((self.inverse * column).entries())
        return bound.max(self.step.size * arb(2) ** -self.step.bits).upper()

    def margin(self, reach: arb) -> arb:
        """A lower bound of 1 - |1 + A dG|, above 0, for pre-activations that move by up to `reach`."""
        jacobian = derivative(self.step, reach)
        size = jacobian.nrows()
        one = arb_mat(size, size, [int(i == k) for i in range(size) for k in range(size)])
        margin = (1 - norm((one - self.inverse * jacobian).entries())).lower()
        if not margin > 0:
            self.step.refuse(
                "derivative",
                "|1 + A dG| must be below 1 over the ball",
                f"1 - {short(margin)} for pre-activations that move by up to {short(reach)}",
                "Find the state to more digits.",
            )
        return margin


def derivative(step: EnclosedStep, reach: arb) -> arb_mat:
    """-dG = 1 - B dphi(w) U on the real and the imaginary part of every site, for w within `reach` of the state's."""
    shape = step.state.lattice.shape
    taps = along_axes(inverse_transform, step.symbol, shape)
    places, around = list(sites(shape)), acb(arb(0, reach), arb(0, reach))
    rows: list[list[arb]] = []
    assert step.phase is not None
    for x, w in zip(places, step.preactivation, strict=True):
        a, b = step.gains.linear_and_conjugating(w + around)
        plain, mirrored = step.phase * a, step.phase * b
        above, below = [], []
        for y in places:
            tap = taps[flat_index([i - k for i, k in zip(x, y)], shape)]
            with_v, with_conjugate = plain * tap, mirrored * tap.conjugate()
            here = int(x == y)
            above += [here - with_v.real - with_conjugate.real, with_v.imag - with_conjugate.imag]
            below += [-with_v.imag - with_conjugate.imag, here - with_v.real + with_conjugate.real]
        rows += [above, below]
    return arb_mat(rows)
