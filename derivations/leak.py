"""Chapter 16: activity that leaks into undriven territory.

Beside a driven stretch, where nothing comes in, the static activity falls off as a power of the distance. The length
of a static probe has no scale once the input is 0.
"""

from __future__ import annotations

import sympy as sp

from analytics.expressions import series
from analytics.expressions.intervals import decimal
from analytics.expressions.notation import I0, P, R, distance, q, r
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.step import Ranges, Step, Steps, identity, truncation
from analytics.network.activation import Activation
from analytics.network.network import Network
from derivations.activation import truncated
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.lengths import SIMPLE_BAND, band_edge_order, has_simple_band, is_even
from derivations.propagation import along_axis
from derivations.relaxation import growth

SOURCE = f"static balance where nothing comes in, to leading order; the model: {PAPER}"
PARAMETERS = (
    Parameter(I0, "uniform input of the driven stretch", "", sp.Interval.open(0, sp.oo)),
    Parameter(distance, "distance from the origin of the profile", "sites", sp.Interval.open(0, sp.oo)),
)
VALIDITY = "x -> oo outside the driven stretch, the far side of the ring much farther away than x"

phase_slope = sp.Symbol("theta_x", real=True)
decline = sp.Symbol("s", positive=True)  # 2/p
mode = sp.Symbol("lambda_x", real=True)  # power of x by which a change of the profile grows, relative to it
small = sp.Symbol("epsilon", positive=True)  # 1/x
x = distance
w = sp.Symbol("w")
velocity = sp.Symbol("v", positive=True)
Z = sp.Function("Z")


def leaks_as_power(network: Network) -> bool:
    """Has omega an edge of order 2 or a drift on a ring, and psi no powers between R^(p+1) and R^(2p+1)?"""
    if network.kernel.dimension != 1 or not has_simple_band(network):
        return False
    if is_even(network):
        if band_edge_order(network) != 2:
            return False
    elif sp.simplify(_velocity(network).xreplace(network.constants)) == 0:
        return False
    return _next_power(network.activation) >= 2 * network.activation.order + 1


def spirals(network: Network) -> bool:
    """Is it a logarithmic spiral?"""
    return leaks_as_power(network) and is_even(network)


ON_A_RING = (
    f"a ring with {SIMPLE_BAND}, and is even with an edge of order 2, or odd with a drift omega'(0) other than 0; "
    "an activation without powers between r^(p+1) and r^(2p+1)"
)


@derived(
    Requirement(leaks_as_power, ON_A_RING),
    is_scaling=True,
    ends="the next term holds how omega bends at the edge, and where the profile is touched",
)
def static_leak(network: Network) -> Law:
    r"""Modulus at the distance x outside a driven stretch, :math:`|A|\,x^{-2/p}`, or :math:`(p c x/v)^{-1/p}`.

    Even kernel, omega ~ kappa k^2: kappa Z'' = i c |Z|^p Z, and Z = A x^(-s + i beta) with s = 2/p,
    beta^2 = s (s + 1), |A|^p = (|kappa|/c) (2s + 1) sqrt(s (s + 1)). Odd kernel, omega ~ v k: downstream the activity
    relaxes freely, over x/v steps; with rho^(-p) = r^(-p) + p c + (p c) b r^p + ... a relative correction
    -2 b v/(p^2 c x) follows.
    The origin of x is no parameter of the equation. It is eliminated: x is counted from the origin of the power that
    touches the profile where it is read, and then corrections are smaller by x^(-2), without logarithms; remainder
    O(x^(-s - 2)), or O(x^(-1/p - 2)). What the far side of a ring adds grows as (x/D)^((4s + 3)/2) with its distance D.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    if is_even(network):
        kappa, power = sp.Abs(_stiffness(network)), sp.Rational(2, p)
        share = (2 * power + 1) * sp.sqrt(power * (power + 1))
        value = (kappa * share / c) ** sp.Rational(1, p) * distance**-power
        steps = _spiral(network)
    else:
        power, speed, drift = sp.Rational(1, p), sp.Abs(_velocity(network)), _drift(activation)
        value = (speed / (p * c * distance)) ** power * (1 - 2 * drift * speed / (p**2 * c * distance))
        steps = _relaxing(network, drift)
    return Law(
        meaning="modulus of the activity that leaks out of a driven stretch into sites without input",
        observable="static_leak",
        network=network,
        subject=R,
        equation=sp.Eq(R, value),
        parameters=PARAMETERS,
        codomain=sp.Interval(0, sp.oo),
        remainder=distance ** (-power - 2),
        limit=(distance, sp.oo),
        validity=VALIDITY,
        source=SOURCE,
        steps=steps,
    )


@derived(Requirement(spirals, f"{ON_A_RING}; here an even kernel"), ends="as for static_leak")
def leak_phase_slope(network: Network) -> Law:
    r"""Slope of the phase at the distance x, :math:`\mp\sqrt{s(s+1)}/x`, s = 2/p: the spiral is logarithmic.

    The sign is that of -kappa. For x -> oo, with x counted as in `static_leak`; remainder O(x^(-3)).
    """
    power, upward = sp.Rational(2, network.activation.order), _bends_upward(network)
    value = sp.sqrt(power * (power + 1)) / distance * (-1 if upward else 1)
    return Law(
        meaning="slope of the phase of the activity that leaks out of a driven stretch",
        observable="leak_phase_slope",
        network=network,
        subject=phase_slope,
        equation=sp.Eq(phase_slope, value),
        parameters=PARAMETERS,
        codomain=sp.S.Reals,
        remainder=distance**-3,
        limit=(distance, sp.oo),
        validity=f"{VALIDITY}; omega = kappa q^2 + ... with kappa {'>' if upward else '<'} 0",
        source=SOURCE,
        steps=_spiral(network),
    )


def _stiffness(network: Network) -> sp.Expr:
    """kappa of omega = kappa q^2 + ..., with its sign."""
    return sp.factor(series.taylor(network.kernel.frequency(along_axis(network)), q, 2)[2])


def _bends_upward(network: Network) -> bool:
    """Is kappa above 0, for the constants that the network has?"""
    return bool(decimal(_stiffness(network).xreplace(network.constants), 15) > 0)


def _velocity(network: Network) -> sp.Expr:
    """v of omega = v q + ..."""
    return sp.factor(series.taylor(network.kernel.frequency(along_axis(network)), q, 1)[1])


def _next_power(activation: Activation) -> int:
    """The power of R after R^(p+1) in psi."""
    p = activation.order
    coefficients = activation.inverse_taylor(2 * p + 1)
    return next((k for k in range(p + 2, 2 * p + 1) if coefficients[k] != 0), 2 * p + 1)


def _drift(activation: Activation) -> sp.Expr:
    """b of rho^(-p) = r^(-p) + p c + (p c) b r^p + ..."""
    p, c = activation.order, activation.coefficient
    return sp.factor(growth(activation)[p] / (p * c))


def _balance(network: Network, symbol: sp.Expr, leading: sp.Expr, claim: str, shown: sp.Eq) -> Steps:
    """Z = phi(U (*) Z) where nothing comes in, and what is left of U far out.

    symbol: of U, in q; leading: the beginning of it. claim, shown: what the balance comes to with that.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    coefficients = activation.taylor(3 * p + 4)
    following = next(k for k in range(p + 2, len(coefficients)) if coefficients[k] != 0)
    _, next_power, _ = truncated(lambda order: series.taylor(symbol - leading, q, order), 0, order=6)
    return (
        truncation(
            "Where nothing comes in a steady state is Z = rho(|w|) w/|w|, w = U (*) Z: expand rho.",
            activation.rho(r),
            r - c * r ** (p + 1),
            r,
            following,
            shown=sp.Eq(Z(x), w - c * sp.Abs(w) ** p * w, evaluate=False),
            remainder=sp.Abs(w) ** following,
        ),
        truncation(
            claim,
            symbol,
            leading,
            q,
            next_power,
            _ranges(network),
            shown=shown,
            remainder=q**next_power,
        ),
    )


def _edge(network: Network, claim: str) -> Step:
    """The frequency at its edge."""
    frequency, leading = network.kernel.frequency(along_axis(network)), _stiffness(network) * q**2
    _, next_power, _ = truncated(lambda order: series.taylor(frequency - leading, q, order), 0, order=6)
    return truncation(
        claim,
        frequency,
        leading,
        q,
        next_power,
        _ranges(network),
        shown=sp.Eq(sp.Function("omega")(q), leading, evaluate=False),
    )


def _ranges(network: Network) -> Ranges:
    """Where the constants of the kernel are taken from in a check."""
    return {symbol: (sp.Rational(1, 10), 1) for symbol, _ in network.kernel.constants}


def _spiral(network: Network) -> Steps:
    """The spiral that solves kappa Z'' = i c |Z|^p Z, what disturbs it, and the origin of x."""
    p, c = network.activation.order, network.activation.coefficient
    kappa, power, slope = _stiffness(network), sp.Rational(2, p), sp.Symbol("beta", real=True)
    sign, side = (1, "above") if _bends_upward(network) else (-1, "below")
    turn = -sign * sp.sqrt(decline * (decline + 1))  # beta
    spiral = -decline + sp.I * turn
    size = sp.Symbol("A", positive=True)
    share = (2 * decline + 1) * sp.sqrt(decline * (decline + 1))
    stiff = sp.Abs(kappa) * share.xreplace({decline: power}) / c
    ranges = {decline: (sp.Rational(1, 10), 2)}
    growth = (spiral + mode) * (spiral + mode - 1) - spiral * (spiral - 1) * (1 + 1 / decline)
    mirrored = _conjugate(growth)
    growing = mode**2 - (4 * decline + 3) * mode + 4 * (decline + 1) * (2 * decline + 1)
    polynomial = mode * (mode + 1) * growing
    frequency = network.kernel.frequency(along_axis(network))
    return (
        _edge(network, f"At the edge omega(q) = kappa q^2 + ..., with a kappa {side} 0."),
        *_balance(
            network,
            sp.exp(sp.I * frequency) - 1,
            sp.I * kappa * q**2,
            "Far out Z varies slowly: q = -i d/dx in U - 1 = e^(i omega(q)) - 1, and U (*) Z - Z = c |Z|^p Z reads so.",
            sp.Eq(kappa * sp.diff(Z(x), x, 2), sp.I * c * sp.Abs(Z(x)) ** p * Z(x), evaluate=False),
        ),
        identity(
            "A power of x solves it, Z = A x^(-s + i beta), where both sides fall off alike: s + 2 = s (p + 1).",
            power + 2,
            power * (p + 1),
            {},
            shown=sp.Eq(decline, power, evaluate=False),
        ),
        identity(
            "Two derivatives give (-s + i beta)(-s + i beta - 1) x^(-2), which is imaginary for beta^2 = s (s + 1); "
            f"as kappa is {side} 0, this sign of beta makes kappa times it i times a positive number.",
            spiral * (spiral - 1),
            sp.I * sign * share,
            ranges,
            proof=sp.expand,
            shown=sp.Eq(slope, turn, evaluate=False),
        ),
        identity(
            "What is left is the balance of the moduli.",
            sp.Abs(kappa) * share.xreplace({decline: power}),
            c * (stiff ** sp.Rational(1, p)) ** p,
            _ranges(network),
            shown=sp.Eq(size**p, stiff, evaluate=False),
        ),
        identity(
            "A relative change x^(lambda_x) of it obeys a polynomial: lambda_x = -1 moves the origin, 0 turns the "
            "phase, the other two grow, and come from the far side. What was dropped is smaller by x^(-2), where the "
            "polynomial is not 0, so that no logarithm comes in.",
            growth * mirrored - (spiral * (spiral - 1) * _conjugate(spiral * (spiral - 1))) / decline**2,
            polynomial,
            {**ranges, mode: (-3, 3)},
            shown=sp.Eq(polynomial, 0, evaluate=False),
            proof=sp.expand,
        ),
        _origin(power),
    )


def _conjugate(value: sp.Expr) -> sp.Expr:
    return value.xreplace({sp.I: -sp.I})


def _origin(power: sp.Expr) -> Step:
    """x, where R = |A| x^(-s) (1 + a x^(-2) + ...) is touched by a power of a distance X of its own."""
    bend = sp.Symbol("a", positive=True)
    logarithm = -power * sp.log(x) + bend / x**2
    touching = sp.cancel(_touching_distance(logarithm) / x).xreplace({x: 1 / small})
    return truncation(
        "The power of a distance X that touches R has X = -L'/L'', L = ln R: that is x but for a relative x^(-2). "
        "Three neighbouring sites in place of derivatives change no more. So no origin is left to be chosen.",
        touching,
        sp.S.One,
        small,
        2,
        {bend: (sp.Rational(1, 2), 2)},
        shown=sp.Eq(sp.Symbol("X"), x, evaluate=False),
        remainder=1 / x,
    )


def _touching_distance(logarithm: sp.Expr) -> sp.Expr:
    """-L'/L'' of L = ln R in x."""
    first, second = (sp.diff(logarithm, x, n) for n in (1, 2))
    return -first / second


def _relaxing(network: Network, drift: sp.Expr) -> Steps:
    """Free relaxation along the drift, and the distance X of the touching power in it."""
    activation = network.activation
    p, c, speed = activation.order, activation.coefficient, _velocity(network)
    excess = sp.Symbol("u", positive=True)  # R^p
    kept = p * c * (1 + drift * r**p)
    grown = growth(activation)
    following = next((k for k in range(p + 1, len(grown)) if grown[k] != 0), None)
    rate = p * c * (1 + drift * excess) / velocity  # (R^(-p))'
    bending = -p * c * drift / velocity * excess**2 * rate  # (R^(-p))''
    touching = sp.cancel(p * c / velocity * rate / (rate**2 - bending / excess))
    steps = [
        *_balance(
            network,
            network.kernel.frequency(along_axis(network)),
            speed * q,
            "Far out Z varies slowly: U = e^(i omega(q)) with q = -i d/dx moves it by omega'(0) sites, to lower x "
            "where that is positive. Downstream Z takes one step of free relaxation over v = |omega'(0)| sites.",
            sp.Eq(w, Z(x + speed), evaluate=False),
        )
    ]
    ranges = {velocity: (sp.Rational(1, 10), 1)}
    if following is not None:
        steps.append(
            truncation(
                "Over v sites R^(-p) grows as in a step of free relaxation, from P = |w| to R = |Z|.",
                r**p * (activation.rho(r) ** -p - r**-p),
                sp.expand(r**p * kept),
                r,
                following + p,
                shown=sp.Eq(R**-p - P**-p, kept.xreplace({r: P}), evaluate=False),
                remainder=P**following,
            )
        )
    if drift != 0:
        steps.append(
            truncation(
                "So downstream R^(-p) has the slope (p c/v)(1 + b u), u = R^p: its own growth over v sites is that.",
                velocity * rate + velocity**2 * bending / 2,
                p * c * (1 + drift * excess),
                excess,
                2,
                ranges,
                shown=sp.Eq(sp.Derivative(R**-p, x), p * c / velocity * (1 + drift * R**p), evaluate=False),
                remainder=R ** (2 * p),
            )
        )
        steps.append(
            truncation(
                "The power of a distance X that touches R has X = -L'/L'', L = ln R, in terms of u = R^p.",
                touching,
                1 - 2 * drift * excess,
                excess,
                2,
                ranges,
                shown=sp.Eq(p * c * R**p * sp.Symbol("X") / velocity, 1 - 2 * drift * R**p, evaluate=False),
                remainder=R ** (2 * p),
            )
        )
        steps.append(
            truncation(
                "So R^(-p) = (p c/v)(X + 2 b v/(p c)), and x is X: take the root, the correction being small.",
                (1 + small) ** (-sp.S.One / p),
                1 - small / p,
                small,
                2,
                shown=sp.Eq(R**-p, p * c / velocity * (x + 2 * drift * velocity / (p * c)), evaluate=False),
                remainder=1 / x,
            )
        )
    else:
        steps.append(
            identity(
                "R^(-p) grows by the same from site to site, and the power of a distance that touches R is R itself.",
                touching,
                sp.S.One,
                ranges,
                shown=sp.Eq(R**-p, p * c * x / velocity, evaluate=False),
            )
        )
    return tuple(steps)


CHAPTER = Chapter(
    number=16,
    title="Leak into undriven territory",
    summary="Where nothing comes in, activity falls off as a power of the distance and reaches everywhere.",
    laws=(static_leak, leak_phase_slope),
)
