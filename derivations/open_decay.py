"""With the order p as a symbol: rates, times and lengths on a weak background, and late times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from analytics.expressions import series
from analytics.expressions.notation import R0, F, R, decay, delta, length, n, q, r, relaxation
from analytics.law.law import Law
from analytics.law.step import NOTHING_ELSE, Ranges, Step, definition, identity, truncation
from analytics.network.kernel import EDGE, EDGE_ORDER, VELOCITY
from analytics.network.network import Network
from derivations.background import BACKGROUND
from derivations.general import of_kernel
from derivations.lengths import (
    band_edge,
    even_wave,
    lengths_by,
    odd_wave,
    reciprocal_damping,
    stiffness,
    turn,
)
from derivations.open_order import (
    A,
    Powers,
    at_response,
    c,
    composed,
    detuned,
    explicit,
    in_distance,
    inverted,
    off_resonance,
    p,
    raised,
    resonant,
    reverted,
    rho,
    root,
    scale_of,
    u,
    v,
    w,
    y,
)
from derivations.relaxation import logarithm, summed
from derivations.resonance import distance, t


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as a function of A and of its slope B(u) = psi'(R), each in powers of u."""

    claim: str
    series: series.Series
    exact: Callable[[sp.Expr, sp.Expr], sp.Expr]


MOST_IN_BAND = 2
"""Terms of a length in the band."""

SLOPE: series.Series = tuple((1 + p * k) * value for k, value in enumerate(A))
ACROSS = Rate(
    "The slower rate, -ln g_t = ln(psi/R), at the response", series.logarithm(A), lambda a, b: sp.log(a)
)
ALONG = Rate(
    "The faster rate, -ln g_r = ln psi', at the response", series.logarithm(SLOPE), lambda a, b: sp.log(b)
)
MEAN = Rate(
    "The rate where the eigenvalues turn, -ln(g_r g_t)/2, at the response",
    tuple((one + other) / 2 for one, other in zip(ACROSS.series, ALONG.series, strict=True)),
    lambda a, b: sp.log(a * b) / 2,
)


def _rate(rate: Rate, response: Powers, terms: int, *, reciprocal: bool) -> Powers:
    found = composed(rate.series, response)
    if not reciprocal:
        return Powers(p, tuple(map(sp.factor, found[1 : terms + 1])), sp.factor(found[terms + 1]))
    times = [sp.factor(value) for value in series.scaled_power(found[1:], -sp.S.One)]
    return Powers(-p, tuple(times[:terms]), times[terms])


def _expanded(
    rate: Rate, response: Powers, found: Powers, scale: sp.Symbol, ranges: Ranges = NOTHING_ELSE
) -> Step:
    """The exact rate, or u over it, at the response."""
    exact = rate.exact(series.polynomial(A, u), series.polynomial(SLOPE, u))
    is_time, terms = found.first == -p, len(found.kept)
    return at_response(
        f"{rate.claim}, with {scale}^p = v^2" + (": the time is its reciprocal." if is_time else "."),
        u / exact if is_time else exact,
        response,
        (response.factor(terms + 1) ** p if is_time else w) * series.polynomial(found.kept, w),
        terms if is_time else terms + 1,
        sp.Eq(relaxation if is_time else decay, found.value(scale), evaluate=False),
        raised(scale, found.beyond),
        ranges,
    )


def on_resonance(*rates: Rate) -> Callable[[Network, Law, int], Law]:
    def law(_: Network, like: Law, terms: int) -> Law:
        response = resonant(terms)
        found = {
            rate: _rate(rate, response, terms, reciprocal=like.subject == relaxation)
            for rate in dict.fromkeys(rates)
        }
        steps = (*reverted(response), *(_expanded(rate, response, one, t) for rate, one in found.items()))

        def version(of: Law) -> Law:
            variable = of.remainder_variable
            return explicit(of, [found[rate] for rate in rates], scale_of(variable), root, steps)

        first, *others = map(version, like.versions)
        return replace(first, alternatives=tuple(others))

    return law


def off_resonance_rates(_: Network, like: Law, terms: int) -> Law:
    response = detuned(terms)
    found = _rate(MEAN, response, terms, reciprocal=like.subject == relaxation)
    off = 2 * sp.Abs(sp.sin(delta / 2))
    steps = (
        definition("The distance from resonance.", distance, off),
        in_distance(response),
        _expanded(MEAN, response, found, y, {distance: (sp.Rational(1, 2), 2)}),
    )
    return explicit(like, [off_resonance(found)] * 2, F / off, sp.S.One, steps)


def in_band(rate: Callable[[Network], Rate]) -> Callable[[Network, Law, int | None], Law]:
    def law(network: Network, like: Law, terms: int | None) -> Law:
        terms = MOST_IN_BAND if terms is None else terms
        chosen, response = rate(network), resonant(terms)
        times = _rate(chosen, response, terms, reciprocal=True)
        velocity = VELOCITY if network.kernel.is_general else of_kernel(network)[VELOCITY]
        found = explicit(like, [times], scale_of(like.remainder_variable), root, ())
        steps = (
            *reverted(response),
            *((even_wave(),) if chosen is MEAN else (odd_wave(),) if chosen is ACROSS else ()),
            *reciprocal_damping(),
            _expanded(chosen, response, times, t),
        )
        return replace(
            found,
            equation=sp.Eq(like.subject, velocity * found.equation.rhs, evaluate=False),
            dropped=(),
            steps=steps,
            parameters=(BACKGROUND,) if network.kernel.is_general else like.parameters,
        )

    return law


def evanescent_length(network: Network, like: Law, terms: int) -> Law:
    if network.kernel.is_general:
        return _of_general_edge(like)
    curvature, edge, branch = band_edge(network)
    turned = composed(_static_turn(terms + 2), resonant(terms))[1:]
    lengths = lengths_by(turned, 1, edge, branch, terms * edge)
    *kept, beyond = series.nonzero_powers(lengths)[: terms + 1]
    scale, variable = scale_of(like.remainder_variable), like.remainder_variable

    def term(power: int) -> sp.Expr:
        return lengths[power].xreplace({stiffness: sp.Abs(curvature)}) * raised(scale, p * (power - 1) / edge)

    return replace(
        like,
        equation=sp.Eq(like.subject, sp.Add(*map(term, kept)), evaluate=False),
        remainder=raised(variable, p * (beyond - 1) * root / edge),
        dropped=(term(beyond),),
        steps=(*_static_wave(), like.steps[-1]),
    )


def _of_general_edge(like: Law) -> Law:
    """To leading order, 1/Im q of kappa q^m = i W: what follows is smaller by Y^2, for an even frequency."""
    wave = (turn / EDGE) ** (1 / EDGE_ORDER) * sp.sin(sp.pi / (2 * EDGE_ORDER))
    scale, variable = scale_of(like.remainder_variable), like.remainder_variable
    value = (sp.sqrt(p + 1) * c / EDGE) ** (-1 / EDGE_ORDER) / sp.sin(sp.pi / (2 * EDGE_ORDER))
    root_of_edge = (turn / EDGE) ** (1 / EDGE_ORDER) * sp.exp(sp.I * sp.pi / (2 * EDGE_ORDER))
    steps = (
        *_static_wave(),
        identity(
            "At the edge omega = kappa q^m: the least damped root of kappa q^m = i W has this q.",
            EDGE * root_of_edge**EDGE_ORDER,
            sp.I * turn,
            {turn: (sp.Rational(1, 10), 1), EDGE_ORDER: (2, 6)},
            proof=_turned,
            shown=sp.Eq(q, root_of_edge, evaluate=False),
        ),
        definition("The length is the reciprocal of its imaginary part.", length, 1 / wave),
    )
    return replace(
        like,
        equation=sp.Eq(like.subject, value * raised(scale, -p / EDGE_ORDER), evaluate=False),
        remainder=raised(variable, p * root / EDGE_ORDER),
        dropped=(),
        steps=steps,
    )


def _turned(rest: sp.Expr) -> sp.Expr:
    """Simplified, with (e^(i pi/(2m)))^m = i, as the phase is below pi."""
    return sp.simplify(
        sp.expand_power_base(rest, force=True).replace(
            lambda node: node.is_Pow and isinstance(node.base, sp.exp),
            lambda node: sp.exp(node.base.args[0] * node.exp),
        )
    )


def _static_wave() -> tuple[Step, ...]:
    """W = sqrt(p+1) c R^p at the resonant response."""
    lost, stilled = (1 - 1 / series.polynomial(one, v**2) for one in (SLOPE, A))
    return (
        *reverted(resonant(1)),
        truncation(
            "A static probe has cosh W - 1 = (1 - g_r)(1 - g_t)/(g_r + g_t) with omega(q) = +- i W; R^p = v^2.",
            2 * lost * stilled / (2 - lost - stilled),
            (p + 1) * c**2 * v**4,
            v,
            6,
            shown=sp.Eq(turn, sp.sqrt(p + 1) * c * R**p, evaluate=False),
            remainder=R ** (2 * p),
        ),
    )


def _static_turn(length: int) -> series.Series:
    """W in powers of u, so many."""
    along, across = (series.power(one[:length], -sp.S.One) for one in (SLOPE, A))
    below = series.power(tuple((a + b) / 2 for a, b in zip(along, across, strict=True)), -sp.S.One)
    losses = series.multiply([-value for value in along[1:]], [-value for value in across[1:]])
    squared = tuple(value / 4 for value in series.multiply(losses, below))  # sinh(W/2)^2 over u^2
    leading = c * sp.sqrt(p + 1) / 2
    half = (
        sp.S.Zero,
        *(leading * value for value in series.power(series.relative(squared), sp.Rational(1, 2))),
    )
    x = sp.Symbol("x", positive=True)
    return series.composition(series.taylor(2 * sp.asinh(x), x, len(half) - 1), half)


def free_relaxation(_: Network, like: Law, terms: int) -> Law:
    output = inverted(A, 2)
    _, constant, following, _ = series.power((*output.whole, sp.S.Zero), -p)
    drift = sp.factor(following / constant)
    steps = (
        truncation(
            "Expand the growth of rho^(-p) in a step, times r^p, r^p = v^2; its first term is constant.",
            output.factor(3).xreplace({w: v**2}) ** -p - 1,
            constant * v**2 + following * v**4,
            v,
            6,
            shown=sp.Eq(rho(r) ** -p - r**-p, constant + following * r**p, evaluate=False),
            remainder=r ** (2 * p),
        ),
        logarithm(following / (constant * n), drift),
        summed(p, c, drift),
    )
    late = (p * c * n) ** (-1 / p)
    return replace(
        like,
        equation=sp.Eq(R, late * (1 - drift * sp.log(n) / (p**2 * c * n)), evaluate=False),
        remainder=n ** (-1 / p - 1),
        condition=sp.Ge(p * c * n * R0**p, 100),
        steps=steps,
    )
