"""Chapter 1: the activation, its expansion at the origin and its inverse.

phi(z) = rho(|z|) z / |z|,      rho(r) = r - c r^(p+1) + ...,      psi = rho^(-1)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import sympy as sp

from analytics.expressions import series
from analytics.expressions.notation import P, R, r
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.statement import Curve
from analytics.law.step import Step, definition, identity, truncation
from analytics.network.activation import Activation
from analytics.network.network import Network
from derivations.chapter import PAPER, Chapter, derived

x, y = sp.symbols("x y", real=True)
alpha, beta = sp.symbols("alpha beta", real=True)
RADIUS = {r: (sp.Rational(1, 10), 3)}


@derived()
def activation_taylor(network: Network, *, terms: int = 3) -> Law:
    r"""Output of one step from rest, :math:`\rho(r) = r - c\,r^{p+1} + \dots`, to `terms` terms.

    Valid for r -> 0+; the remainder is the next term that is not zero.
    """
    activation = network.activation
    kept, remainder, dropped = truncated(activation.taylor, terms)
    expansion = series.polynomial(kept, r)
    steps = (
        phase_covariance(activation),
        truncation(
            "Expand the radial profile at r = 0: unit gain, then a term of order p + 1.",
            activation.rho(r),
            expansion,
            r,
            remainder,
            shown=sp.Eq(sp.Function("rho")(r), expansion, evaluate=False),
        ),
        _expansion_in_z(kept),
    )
    return Law(
        meaning="output of one step from rest under a uniform input r",
        observable="activation_response",
        network=network,
        subject=R,
        equation=sp.Eq(R, expansion),
        parameters=(Parameter(r, "modulus of the pre-activation", "", sp.Interval(0, sp.oo)),),
        codomain=sp.Reals,
        remainder=r**remainder,
        dropped=(dropped * r**remainder,),
        exact=Curve("activation_inverse", P, P, (activation.rho(P),)),
        limit=(r, sp.S.Zero),
        validity="r -> 0+",
        source=f"definition of the activation; {PAPER}",
        steps=steps,
    )


@derived()
def activation_inverse(network: Network) -> Law:
    r"""Input that takes the network from rest to the output R in one step, :math:`P = \psi(R)`. Exact."""
    activation = network.activation
    kept, remainder, _ = truncated(activation.inverse_taylor, 3)
    expansion = series.polynomial(kept, R)
    steps = (
        _inverse(activation),
        truncation(
            "Revert the series of rho: psi = R + c R^(p+1) + ..., the same c.",
            activation.psi(R),
            expansion,
            R,
            remainder,
            shown=sp.Eq(sp.Function("psi")(R), expansion, evaluate=False),
        ),
    )
    return Law(
        meaning="uniform input that takes the network from rest to the output R in one step",
        observable="activation_drive",
        network=network,
        subject=P,
        equation=sp.Eq(P, activation.psi(R)),
        parameters=(Parameter(R, "modulus of the output", "", sp.Interval.Ropen(0, activation.saturation)),),
        codomain=sp.Interval(0, sp.oo),
        validity="0 <= R < the saturation of rho",
        source=f"definition of the activation; {PAPER}",
        steps=steps,
    )


def phase_covariance(activation: Activation) -> Step:
    """phi(e^(i alpha) z) = e^(i alpha) phi(z): the step that every gauge argument rests on."""
    value = r * sp.exp(sp.I * beta)
    return identity(
        "phi commutes with phases, so the phase of the input is the phase of the output.",
        activation.phi(sp.exp(sp.I * alpha) * value),
        sp.exp(sp.I * alpha) * activation.phi(value),
        RADIUS | {alpha: (-3, 3), beta: (-3, 3)},
        shown=sp.Eq(
            sp.Function("phi")(sp.exp(sp.I * alpha) * sp.Symbol("z")),
            sp.exp(sp.I * alpha) * sp.Function("phi")(sp.Symbol("z")),
        ),
    )


class Truncated(NamedTuple):
    """The terms of a series that are kept, and power and coefficient of the first one that is not."""

    kept: series.Series
    power: int
    coefficient: sp.Expr


def truncated(expand: Callable[[int], series.Series], terms: int, *, order: int | None = None) -> Truncated:
    """The first `terms` terms that are not zero, none where that is 0, and the next one.

    expand: gives the coefficients up to an order. order: the one that is tried first; as a rule it is enough for
    powers that are p = 2 apart, and a lower one saves time where the expansion takes long.
    """
    order = 2 * terms + 3 if order is None else order
    while len(powers := series.nonzero_powers(coefficients := expand(order))) <= terms:
        order += 2 * terms + 2
    following = powers[terms]
    kept = coefficients[: powers[terms - 1] + 1] if terms else ()
    return Truncated(kept, following, coefficients[following])


def _expansion_in_z(kept: series.Series) -> Step:
    """phi(z) = z - c z (z conj z)^(p/2) + ...: expanded in rho, never by `series` in a complex z."""
    value = x + sp.I * y
    modulus = sp.sqrt(x**2 + y**2)
    squared = (x + sp.I * y) * (x - sp.I * y)
    left = series.polynomial(kept, modulus) * value / modulus
    right = value * sp.Add(*(kept[power] * squared ** ((power - 1) // 2) for power in range(1, len(kept), 2)))
    z, zbar = sp.Symbol("z"), sp.Symbol("zbar")
    return identity(
        "Multiply by the phase z/|z| with |z|^2 = z zbar: odd powers only, so phi is smooth in z and zbar.",
        left,
        right,
        {x: (-1, 1), y: (-1, 1)},
        shown=sp.Eq(
            sp.Function("phi")(z),
            sp.Add(*(kept[power] * z * (z * zbar) ** ((power - 1) // 2) for power in range(1, len(kept), 2))),
        ),
    )


def _inverse(activation: Activation) -> Step:
    psi = sp.Function("psi")
    if not activation.has_closed_inverse:
        return definition(
            "rho increases, so it has an inverse psi; no closed form is known, and it is found as a root.",
            psi(R),
            activation.psi(R),
        )
    return identity(
        "rho increases, so it has an inverse psi: psi(rho(r)) = r.",
        activation.psi(activation.rho(r)),
        r,
        RADIUS,
        proof=reduced,
        shown=sp.Eq(psi(R), activation.psi(R)),
    )


def reduced(rest: sp.Expr) -> sp.Expr:
    """Simplified, with atanh(tanh(x)) = x, which holds for real x and which SymPy leaves as it is."""
    return sp.simplify(
        rest.replace(
            lambda node: isinstance(node, sp.atanh) and isinstance(node.args[0], sp.tanh),
            lambda node: node.args[0].args[0],
        )
    )


CHAPTER = Chapter(
    number=1,
    title="The activation",
    summary="A smooth sigmoid of unit gain that preserves phases, its expansion and its inverse.",
    laws=(activation_taylor, activation_inverse),
)
