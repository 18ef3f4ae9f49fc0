"""Chapter 11: free relaxation, without input.

The modulus of a plane wave follows rho alone, R_{n+1} = rho(R_n), and dies out as a power of time.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from analytics.errors import DerivationError
from analytics.expressions import series
from analytics.expressions.notation import R0, R, n, r
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.statement import Curve
from analytics.law.step import Step, identity, truncation
from analytics.network.activation import Activation
from analytics.network.network import Network
from derivations.activation import RADIUS, phase_covariance
from derivations.chapter import PAPER, Chapter, Requirement, derived

SOURCE = f"iteration of the activation; {PAPER}"
START = Parameter(R0, "initial modulus of the wave", "", sp.Interval(0, sp.oo))
TIME = Parameter(n, "time", "steps", sp.S.Naturals0)
step = sp.Symbol("tau", positive=True)  # time, continuous


@derived(
    is_scaling=True,
    ends="R^(-p) = p c n + b ln n + K, where K sums up the whole way from R0 and has no formula in R0",
)
def free_relaxation(network: Network) -> Law:
    r"""Modulus after n steps without input, :math:`|Z_n| = \rho^n(R_0)`.

    Exact where rho^(-p) - r^(-p) is the constant p c, so that phi is the time-one map of dy/dt = -c y^(p+1):
    R_n = R_0 (1 + p c n R_0^p)^(-1/p). Otherwise R_n = (p c n)^(-1/p) [1 - b ln n / (p^2 c n)] for n -> oo,
    with rho^(-p) = r^(-p) + p c + (p c) b r^p + ...; the remainder is O(n^(-1/p - 1)), it depends on R_0.
    The term in b exceeds the remainder by a factor ln n alone, so a measured order confirms b to about 1e-3 only.
    """
    return _exact(network) if is_time_one_map(network) else _asymptotic(network)


def is_time_one_map(network: Network) -> bool:
    """Does rho^(-p) exceed r^(-p) by a constant?"""
    rho, p = network.activation.rho(r), network.activation.order
    if any(value != 0 for value in growth(network.activation)[1:]):
        return False
    return not sp.simplify(sp.expand(sp.simplify(rho**-p) - r**-p)).has(r)


@derived(
    Requirement(
        is_time_one_map,
        "an activation with an exact law of free relaxation beside it, r^(-p) growing "
        "by a constant in a step; elsewhere free_relaxation is the asymptotic law itself",
    ),
    is_scaling=True,
)
def free_relaxation_asymptotic(network: Network, *, terms: int = 1) -> Law:
    """The power law of late times beside the exact law, for networks that have one; further terms by its expansion."""
    law = _asymptotic(network)
    p, c = network.activation.order, network.activation.coefficient
    late, late_start = (p * c * n) ** sp.Rational(-1, p), p * c * n * R0**p
    kept = [sp.binomial(sp.Rational(-1, p), k) for k in range(terms + 1)]
    *values, dropped = (late * coefficient * late_start**-k for k, coefficient in enumerate(kept))
    small = sp.Symbol("epsilon", positive=True)  # 1 / (p c n R0^p)
    expansion = truncation(
        "The exact law is (p c n)^(-1/p) (1 + 1/(p c n R0^p))^(-1/p): expand the second factor.",
        (1 + small) ** sp.Rational(-1, p),
        series.polynomial(kept[:-1], small),
        small,
        terms,
        {},
    )
    return replace(
        law,
        equation=sp.Eq(R, sp.Add(*values)),
        remainder=n ** (-sp.Rational(1, p) - terms),
        dropped=(dropped,),
        steps=(*law.steps, expansion) if terms > 1 else law.steps,
    )


def _exact(network: Network) -> Law:
    activation = network.activation
    p, c = activation.order, activation.coefficient
    flow = R0 * (1 + p * c * step * R0**p) ** sp.Rational(-1, p)
    ranges = {R0: (sp.Rational(1, 10), 3), step: (0, 9)}
    steps = (
        phase_covariance(activation),
        identity(
            "rho^(-p) grows by the constant p c in a step.",
            activation.rho(r) ** -p,
            r**-p + p * c,
            RADIUS,
            shown=sp.Eq(sp.Function("rho")(r) ** -p, r**-p + p * c, evaluate=False),
        ),
        identity(
            "So does y^(-p) in a unit of time under dy/dt = -c y^(p+1), whose flow is this.",
            sp.diff(flow, step),
            -c * flow ** (p + 1),
            ranges,
            shown=sp.Eq(sp.Function("y")(step), flow, evaluate=False),
        ),
        identity(
            "One step of the map takes the flow at time n to the flow at time n + 1.",
            activation.rho(flow) ** -p,
            flow.xreplace({step: step + 1}) ** -p,
            ranges,
            shown=sp.Eq(sp.Function("rho")(sp.Function("y")(n)), sp.Function("y")(n + 1), evaluate=False),
        ),
    )
    return Law(
        meaning="modulus of a plane wave after n steps without input",
        observable="free_relaxation",
        network=network,
        subject=R,
        equation=sp.Eq(R, flow.xreplace({step: n})),
        parameters=(START, TIME),
        codomain=sp.Interval(0, sp.oo),
        validity="every initial modulus and time",
        source=SOURCE,
        steps=steps,
    )


def _asymptotic(network: Network) -> Law:
    activation = network.activation
    p, c = activation.order, activation.coefficient
    grown = growth(activation)
    if any(grown[1:p]):
        raise DerivationError(
            f"free relaxation of '{activation.name}'",
            f"rho^(-{p}) - r^(-{p}) must have no powers between r^0 and r^{p}",
            series.polynomial(grown[:p], r),
            "Use a profile whose nonlinearity has one leading power.",
        )
    drift = grown[p] / (p * c)  # b: rho^(-p) = r^(-p) + p c + (p c) b r^p + ...
    leading = (p * c * n) ** sp.Rational(-1, p)
    kept = p * c + grown[p] * r**p
    exact = None
    if is_time_one_map(network):
        inverse = sp.Symbol("x", positive=True)  # n**(-1/p)
        value = R0 * inverse * (inverse**p + p * c * R0**p) ** sp.Rational(-1, p)
        exact = Curve("free_relaxation", inverse, inverse**-p, (value,))
    steps = [phase_covariance(activation)]
    following = next((k for k in range(p + 1, len(grown)) if grown[k] != 0), None)
    if following is not None:
        steps.append(
            truncation(
                "Expand the growth of rho^(-p) in a step, times r^p; its first term is constant.",
                r**p * (activation.rho(r) ** -p - r**-p),
                sp.expand(r**p * kept),
                r,
                following + p,
                shown=sp.Eq(sp.Function("rho")(r) ** -p - r**-p, kept, evaluate=False),
                remainder=r**following,
            )
        )
    if drift != 0:
        steps.append(logarithm(grown[p] / (p * c * n), drift))
    return Law(
        meaning="modulus of a plane wave after many steps without input",
        observable="free_relaxation",
        network=network,
        subject=R,
        equation=sp.Eq(R, leading * (1 - drift * sp.log(n) / (p**2 * c * n))),
        parameters=(START, TIME),
        codomain=sp.Interval(0, sp.oo),
        remainder=n ** (-sp.Rational(1, p) - 1),
        limit=(n, sp.oo),
        exact=exact,
        validity="n -> oo, well beyond 1/(p c R0^p) steps",
        source=SOURCE,
        steps=(*steps, summed(p, c, drift)),
        condition=sp.Ge(p * c * n * R0**p, 100),
    )


def growth(activation: Activation) -> series.Series:
    """Coefficients of r^0, r^1, ... of rho^(-p) - r^(-p)."""
    p = activation.order
    order = 3 * p + 4
    ratio = tuple(activation.taylor(order + 1)[1:])  # rho / r
    return series.power(ratio, sp.Integer(-p))[p:]


def logarithm(excess: sp.Expr, drift: sp.Expr) -> Step:
    """What R^(-p) = p c n gains in a step beyond p c, (p c) b R^p = b/n, is the growth of b ln n."""
    small = sp.Symbol("epsilon", positive=True)  # 1/n
    return truncation(
        "With R^(-p) = p c n + ... the second term is b/n, by which b ln n grows in a step.",
        drift * sp.log(1 + small),
        excess.xreplace({n: 1 / small}),
        small,
        2,
        shown=sp.Eq(drift * sp.log(n + 1) - drift * sp.log(n), excess, evaluate=False),
        remainder=n**-2,
    )


def summed(p: sp.Expr, c: sp.Expr, drift: sp.Expr) -> Step:
    """x = R^(-p) obeys x' = x + p c + p c b / x: the sum of 1/x_n over n adds b ln n."""
    small = sp.Symbol("epsilon", positive=True)  # (b ln n + O(1)) / (p c n)
    return truncation(
        "Summed over n: R_n^(-p) = p c n + b ln n + O(1); take the root, the correction being small.",
        (1 + small) ** (-sp.S.One / p),
        1 - small / p,
        small,
        2,
        shown=sp.Eq(R**-p, p * c * n + drift * sp.log(n), evaluate=False),
        remainder=sp.S.One,
    )


CHAPTER = Chapter(
    number=11,
    title="Free relaxation",
    summary="Without input a critical network forgets as a power of time, not exponentially.",
    laws=(free_relaxation, free_relaxation_asymptotic),
)
