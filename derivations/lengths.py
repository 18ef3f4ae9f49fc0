"""Chapter 10: propagation lengths on a weak background.

In the band a wave decays over |v_g| / sigma sites; at the band edge the length is the m-th root of that of
the rate. Both diverge as powers of the ongoing activity.
"""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from analytics.expressions import series
from analytics.expressions.intervals import decimal, has_no_root, vanishes
from analytics.expressions.notation import I0, Omega, P, R, crest, decay, length, q, radial, tangential
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.law.statement import Curve
from analytics.law.step import Step, Steps, definition, identity, truncation
from analytics.network.activation import Activation, gains
from analytics.network.network import Network
from derivations.activation import truncated
from derivations.background import BACKGROUND, drift
from derivations.balances.waves import bends, by_bends, cotangent, damping, turned, turning
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.decay import Expansion, Rate, gains_at, mean_rate, radial_rate, tangential_rate
from derivations.linearization import GAINS
from derivations.propagation import along_axis, damped, is_separable
from derivations.resonance import resonant_series, t

SOURCE = f"expansion of the complex wavenumbers; {PAPER}"

first, second = sp.symbols("v_1 v_2", positive=True)  # omega'(q0), omega''(q0)
stiffness = sp.Symbol("kappa", positive=True)  # of the band edge, omega = kappa |q|^m
turn = sp.Symbol("W", positive=True)  # |omega(q)| of the static wave
width = sp.Symbol("y", positive=True)  # of Y in its scale
x = sp.Symbol("x", positive=True)


def _parity(network: Network) -> sp.Expr:
    """The odd part of the frequency along the first axis: 0 for an even kernel."""
    return network.kernel.odd_part(along_axis(network))


def is_even(network: Network) -> bool:
    """Is the frequency along the first axis even?"""
    return bool(_parity(network) == 0)


def _band_top(network: Network) -> sp.Expr:
    """omega at the far end of the band, at q = pi for an even kernel and q = pi/2 for an odd one."""
    wave = network.kernel.frequency(along_axis(network)).xreplace(network.constants)
    return wave.xreplace({q: sp.pi if is_even(network) else sp.pi / 2})


def has_simple_band(network: Network) -> bool:
    """Does omega rise or fall all the way from 0 to its far end, which is less than a turn away?

    Only then does a frequency belong to one wave, and to its mirror image, and the frequency 0 to the edge.
    """
    if not is_separable(network) or drift(network) != 0:
        return False
    wave, y = network.kernel.frequency(along_axis(network)).xreplace(network.constants), sp.Symbol("y")
    even = is_even(network)
    slope = sp.diff(_in_cosine(wave, y), y) if even else _in_cosine(sp.diff(wave, q), y)
    if slope == 0 or not 0 < abs(decimal(_band_top(network), 15)) < (2 * sp.pi).evalf():
        return False
    if not even and sp.expand(slope + slope.subs(y, -y)) != 0:  # the two waves of a frequency differ
        return False
    turning = sp.Poly(slope, y)
    for end in (1, -1) if even else (1, -1, 0):
        while vanishes(turning(end)):
            turning = turning.quo(sp.Poly(y - end, y))
    return has_no_root(turning.all_coeffs(), -1, 1)


def _in_cosine(wave: sp.Expr, cosine: sp.Symbol) -> sp.Expr:
    """A sum of cos(n q) as a polynomial in cos q; cosines of constants stay."""
    terms = {
        wave_at: sp.chebyshevt(wave_at.args[0] / q, cosine)
        for wave_at in wave.atoms(sp.cos)
        if wave_at.has(q)
    }
    return sp.expand(wave.xreplace(terms))


SIMPLE_BAND = (
    "a kernel of finite stencil whose frequency along the first axis rises or falls from omega(0) = 0 to its far end, "
    "less than a turn away"
)


@derived(Requirement(has_simple_band, f"{SIMPLE_BAND}, and is even or odd"), is_scaling=True)
def propagation_length(network: Network, *, terms: int | None = None) -> Law:
    r"""Length over which a probe in the band decays, :math:`\ell = |v_g|\,\tau + O(t^p)`.

    v_g = d omega/dq at the undamped wave of frequency Omega; tau is the resonant relaxation time, with
    sigma = (p+2)/2 c t^p for an even kernel and c t^p for an odd one. From t^p on the terms hold higher derivatives
    of omega there and, for an even kernel, the cotangent of Omega; those below t^p are given unless asked.
    Valid for I0 -> 0+ at a frequency inside the band that belongs to one wave and its mirror image alone.
    """
    even = is_even(network)
    return length_in_band(
        network,
        mean_rate if even else tangential_rate,
        meaning="length over which a probe inside the band decays, on a weak uniform background",
        observable="propagation_length",
        source=SOURCE,
        steps=(even_wave() if even else odd_wave(),),
        terms=terms,
    )


def length_in_band(
    network: Network,
    rate: Rate,
    *,
    meaning: str,
    observable: str,
    source: str,
    steps: Steps,
    terms: int | None,
) -> Law:
    """1/|Im q| as |v_g| times a series in t.

    terms: those below t^p unless given. steps: up to omega(q) = Omega - i sigma.
    """
    activation = network.activation
    p = activation.order
    if terms is None:
        terms = sum(
            power < 2 * p for power in series.nonzero_powers(_series_in_band(activation, rate, 2 * p))
        )
    kept, next_power, dropped = truncated(
        lambda order: _series_in_band(activation, rate, order), terms, order=2 * p
    )
    root = (I0 / activation.coefficient) ** sp.Rational(1, p + 1)
    wave = undamped_wave(network)
    velocity = sp.diff(wave.equation.lhs, crest)
    bent = {
        symbol for value in (*kept, dropped) for symbol in value.free_symbols if symbol.name.startswith("b_")
    }
    highest = max((int(symbol.name[2:]) for symbol in bent), default=1)
    slopes = [sp.diff(wave.equation.lhs, crest, n) for n in range(1, highest + 1)]
    insert = {**bends(slopes), cotangent: sp.cot(Omega)}
    values = [
        coefficient.xreplace(insert) * root ** (power - p)
        for power, coefficient in (*enumerate(kept), (next_power, dropped))
        if coefficient != 0
    ]
    return Law(
        meaning=meaning,
        observable=observable,
        network=network,
        subject=length,
        equation=sp.Eq(length, sp.Abs(velocity) * sp.Add(*values[:-1])),
        parameters=(BACKGROUND, *wave.parameters),
        codomain=sp.Interval(0, sp.oo),
        remainder=I0 ** sp.Rational(next_power - p, p + 1),
        dropped=(sp.Abs(velocity) * values[-1],),
        exact=_wave_in_band(network, rate),
        limit=(I0, sp.S.Zero),
        validity="I0 -> 0+ at a frequency inside the band",
        source=source,
        steps=(*steps, *reciprocal_damping(), *_damped(activation, rate, kept, next_power)),
        where=(wave,),
    )


def _series_in_band(activation: Activation, rate: Rate, order: int) -> series.Series:
    """Coefficients of t^-p, t^(1-p), ... of 1/(v_1 |Im q|)."""
    p = activation.order
    whole = damping(_shift(activation, rate, order + p))[p:]
    return tuple(map(by_bends, series.scaled_power(whole, -sp.S.One)))


@lru_cache(maxsize=256)
def _shift(activation: Activation, rate: Rate, order: int) -> series.Series:
    """omega(q) - Omega as a series in t: -i times the rate, of an even kernel with what turns the wave beside it."""
    response = resonant_series(activation, order)[: order + 1]
    if rate != mean_rate:
        return tuple(-sp.I * value for value in series.composition(rate(activation, order), response))
    real, imaginary = (series.composition(part, response) for part in turning(activation, order))
    return turned(real, imaginary)


def _damped(activation: Activation, rate: Rate, kept: series.Series, next_power: int) -> Steps:
    """From the gains to the length, in powers of t."""
    p = activation.order
    expansion = Expansion(
        activation, rate, resonant_series, reciprocal=True, terms=len(series.nonzero_powers(kept))
    )
    expansion = expansion.until(p)
    steps = (expansion.in_amplitude(), expansion.in_scale(t))
    if next_power <= 2 * p:
        return steps
    shift = _shift(activation, rate, next_power + p)
    value = series.polynomial(kept, t)
    inserted = series.polynomial(damping(shift), t)
    return (
        *steps,
        truncation(
            "Beyond that the shift e of omega(q) = Omega + e is no longer the rate alone, and q - q0 = sum_n b_n "
            "(e/v_1)^n; here b_n stands for b_n / v_1^(n-1) and K for cot(Omega).",
            inserted * value,
            t**p,
            t,
            next_power + p,
            {
                symbol: (sp.Rational(1, 2), 1)
                for symbol in inserted.free_symbols | value.free_symbols
                if symbol != t
            },
            shown=sp.Eq(length / sp.Symbol("v_1"), value / t**p, evaluate=False),
            remainder=t ** (next_power - p),
        ),
    )


@derived(
    Requirement(lambda network: is_even(network) and has_simple_band(network), f"{SIMPLE_BAND}, and is even"),
    is_scaling=True,
)
def evanescent_length(network: Network, *, terms: int = 1) -> Law:
    r"""Length over which a static probe decays at the band edge :math:`\omega \sim \kappa q^m`, kernel even.

    omega(q) = +- i sqrt(p+1) c R^p, so l = 1 / [sin(pi/(2m)) (sqrt(p+1) c t^p / kappa)^(1/m)]. For I0 -> 0+.
    """
    activation = network.activation
    p = activation.order
    curvature, edge, branch = band_edge(network)
    kept, next_power, dropped = truncated(lambda order: _static_series(network, edge, branch, order), terms)
    root = (I0 / activation.coefficient) ** sp.Rational(1, (p + 1) * edge)
    value = sp.Add(*(coefficient * root ** (power - p) for power, coefficient in enumerate(kept)))
    following = dropped * root ** (next_power - p)
    along, across = gains(activation)
    excess = (1 - along) * (1 - across) / (along + across)
    leading = sp.sqrt(p + 1) * activation.coefficient * R**p
    beyond = _next_power(2 * excess, leading**2)
    steps = (
        identity(
            "A static probe, Omega = 0: cos omega(q) = (1 + g_r g_t)/(g_r + g_t) exceeds one by a product.",
            (1 + radial * tangential) / (radial + tangential) - 1,
            (1 - radial) * (1 - tangential) / (radial + tangential),
            GAINS,
        ),
        truncation(
            "So omega(q) = +- i W is imaginary, cosh W - 1 = W^2/2 + ..., and W = sqrt(p+1) c R^p + ...",
            2 * excess,
            sp.expand(leading**2),
            R,
            beyond,
            shown=sp.Eq(turn, leading, evaluate=False),
            remainder=R ** (beyond - p),
        ),
        identity(
            f"At the edge omega = kappa q^{edge}: the least damped root of kappa q^{edge} = i W has this q.",
            stiffness
            * ((turn / stiffness) ** sp.Rational(1, edge) * sp.exp(sp.I * sp.pi / (2 * edge))) ** edge,
            sp.I * turn,
            {stiffness: (sp.Rational(1, 10), 1), turn: (sp.Rational(1, 10), 1)},
            shown=sp.Eq(
                q,
                (turn / stiffness) ** sp.Rational(1, edge)
                * sp.exp(sp.I * sp.pi / (2 * edge), evaluate=False),
                evaluate=False,
            ),
        ),
    )
    return Law(
        meaning="length over which a static probe decays, on a weak uniform background",
        observable="evanescent_length",
        network=network,
        subject=length,
        equation=sp.Eq(length, value.xreplace({stiffness: sp.Abs(curvature)})),
        parameters=(BACKGROUND,),
        codomain=sp.Interval(0, sp.oo),
        remainder=I0 ** sp.Rational(next_power - p, (p + 1) * edge),
        dropped=(following.xreplace({stiffness: sp.Abs(curvature)}),),
        exact=_evanescent_wave(network, edge),
        limit=(I0, sp.S.Zero),
        validity="I0 -> 0+ at Omega = 0",
        source=SOURCE,
        steps=steps,
    )


@derived()
def undamped_wave(network: Network) -> Law:
    """q0 with |omega(q0)| = Omega inside the band, the wave that a probe excites.

    Frequencies are defined modulo 2 pi: where 2 pi - Omega lies in the band too, a second wave has the frequency of
    the probe. So Omega stays below 2 pi less the far end of the band.
    """
    wave = network.kernel.frequency(along_axis(network)).xreplace({q: crest})
    far = sp.pi if is_even(network) else sp.pi / 2
    top = _band_top(network)
    narrow = sp.Min(sp.Abs(top), 2 * sp.pi - sp.Abs(top))
    return Law(
        meaning="wavenumber of the undamped wave that has the frequency of the probe",
        observable="",
        network=network,
        subject=crest,
        equation=sp.Eq(wave if top > 0 else -wave, Omega, evaluate=False),
        parameters=(
            Parameter(
                Omega, "frequency of the probe, inside the band", "rad/step", sp.Interval.open(0, narrow)
            ),
        ),
        codomain=sp.Interval.open(0, far),
        validity="a frequency inside the band",
        source=SOURCE,
    )


def even_wave() -> Step:
    """omega(q) = Omega - i sigma for the wave of an even kernel."""
    product = sp.Symbol("h", positive=True)  # g_r g_t
    return identity(
        "With g_r g_t = e^(-2 sigma) the law cos omega(q) = (e^(i Omega) + g_r g_t e^(-i Omega))/(2a) has "
        "cos(Omega - i sigma) on the right, times sqrt(g_r g_t)/a = 1 + O(R^(2p)).",
        sp.exp(sp.I * Omega) + product * sp.exp(-sp.I * Omega),
        2 * sp.sqrt(product) * sp.cos(Omega + sp.I * sp.log(product) / 2),
        {product: GAINS[radial], Omega: (-1, 1)},
        shown=sp.Eq(sp.Function("omega")(q), Omega - sp.I * decay, evaluate=False),
    )


def odd_wave() -> Step:
    """omega(q) = Omega - i sigma for the least damped wave of an odd kernel."""
    return identity(
        "The least damped wave has g_t e^(i omega(q)) = e^(i Omega): omega(q) = Omega + i ln g_t, "
        "that is Omega - i sigma.",
        tangential * sp.exp(sp.I * damped(tangential)),
        sp.exp(sp.I * Omega),
        {tangential: GAINS[tangential], Omega: (-1, 1)},
        shown=sp.Eq(sp.Function("omega")(q), Omega - sp.I * decay, evaluate=False),
    )


def reciprocal_damping() -> Steps:
    """From omega(q) = Omega - i sigma near an undamped wave to the length |v_g|/sigma."""
    slip = sp.Symbol("s", positive=True)  # the rate
    shift = -sp.I * slip / first + second * slip**2 / (2 * first**3)
    return (
        truncation(
            "Invert omega near q0: the second-order shift is real, so Im q = -sigma/v_g up to the third order.",
            first * shift + second * shift**2 / 2,
            -sp.I * slip,
            slip,
            3,
            {first: (sp.Rational(1, 2), 1), second: (sp.Rational(1, 2), 1)},
            shown=sp.Eq(sp.im(sp.Symbol("q")), -decay / sp.Symbol("v_g"), evaluate=False),
            remainder=decay**3,
        ),
        definition("The length is the reciprocal.", length, sp.Abs(sp.Symbol("v_g")) / decay),
    )


def _wave_in_band(network: Network, rate: Rate) -> Curve | None:
    """1/|Im q| by the pre-activation; None where the kernel couples more than nearest neighbours along the axis."""
    height = _height(network)
    if height is None:
        return None
    activation = network.activation
    along, across = gains_at(activation)
    if rate == mean_rate:
        both = along * across
        turning, decaying = (1 + both) * sp.cos(Omega), (1 - both) * sp.sin(Omega)
        cosine = (turning + sp.I * decaying) / (along + across)
        turned = sp.Piecewise((sp.acos(cosine), Omega <= sp.pi), (2 * sp.pi - sp.acos(cosine), True))
        wave = 2 * sp.asin(sp.sqrt(turned / (2 * height)))
    else:
        wave = sp.asin((Omega + sp.I * sp.log(along if rate == radial_rate else across)) / height)
    name = "real_complex_wavenumber" if rate == radial_rate else "complex_wavenumber"
    return Curve(name, P, P - activation.rho(P), (1 / sp.Abs(sp.im(wave)),))


def _evanescent_wave(network: Network, edge: int) -> Curve | None:
    """1/Im q of the static wave by v = P^(1/m); None as for `_wave_in_band`."""
    height = _height(network)
    if height is None:
        return None
    root = sp.Symbol("v", positive=True)
    activation = network.activation
    along, across = gains_at(activation)
    excess = (1 - along) * (1 - across) / (along + across)
    wave = 2 * sp.asin(sp.sqrt(sp.I * sp.asinh(sp.sqrt(excess / 2)) / height))
    drive = {P: root**edge}
    value = 1 / sp.Abs(sp.im(wave))
    return Curve(
        "complex_wavenumber", root, (P - activation.rho(P)).xreplace(drive), (value.xreplace(drive),)
    )


def _height(network: Network) -> sp.Expr | None:
    """A > 0 where |omega| along the axis is A (1 - cos q), or A sin q; None where it is neither."""
    wave = network.kernel.frequency(along_axis(network))
    shape = 1 - sp.cos(q) if is_even(network) else sp.sin(q)
    height = sp.simplify(wave / shape)
    return None if height.has(q) else sp.Abs(height)


def band_edge(network: Network) -> tuple[sp.Expr, int, series.Series]:
    """(kappa, m, b), |omega| = kappa q^m + ... near q = 0, and q = b_1 y + b_2 y^2 + ..., y = (|omega|/kappa)^(1/m)."""
    wave = network.kernel.even_part(along_axis(network))
    coefficients = series.taylor(wave.xreplace({q: x}), x, 10 + band_edge_order(network))
    if next(value for value in coefficients if value != 0).is_negative:
        coefficients = tuple(-value for value in coefficients)
    return series.puiseux_inverse(coefficients)


def band_edge_order(network: Network) -> int:
    """m > 0 with omega_+(q) - omega_+(0) ~ kappa q^m along the first axis; 1 where that does not depend on q."""
    wave = network.kernel.even_part(along_axis(network)).xreplace({q: x})
    if not wave.has(x):
        return 1
    return truncated(lambda order: series.taylor(sp.diff(wave, x), x, order), 0, order=11).power + 1


def _static_series(network: Network, edge: int, branch: series.Series, order: int) -> series.Series:
    """Coefficients of r^-p, r^(1-p), ... of 1/Im q for r = t^(1/m)."""
    p = network.activation.order
    span = order + 2 * p
    response = resonant_series(network.activation, span)[: span + 1]
    leading, turn_by_leading = _static_turn(network, span)
    turned = series.composition(turn_by_leading, response)[p:]
    return lengths_by(tuple(leading * value for value in turned), p, edge, branch, order)


def lengths_by(
    turned: series.Series, first: int, edge: int, branch: series.Series, order: int
) -> series.Series:
    """Coefficients of r^-first, r^(1-first), ... of 1/Im q; q = sum b_n (e^(i pi/(2m)) Y)^n, Y^m = W/kappa.

    turned: W over r^(m first), in powers of r^m. branch: the b_n.
    What b_n contributes to Im q and the leading factor of Y are symbols on the way: all is a polynomial in them.
    """
    root = sp.Rational(1, edge)
    spread = [sp.S.Zero] * (order + first + 1)  # Y in powers of r
    for n, value in enumerate(series.power(series.relative(turned), root)):
        if first + edge * n < len(spread):
            spread[first + edge * n] = width * value
    rising = {sp.Symbol(f"b_{n}"): value * sp.sin(sp.pi * n / (2 * edge)) for n, value in enumerate(branch)}
    heights = [symbol if value != 0 else sp.S.Zero for symbol, value in rising.items()][: len(spread)]
    heights += [sp.S.Zero] * (len(spread) - len(heights))
    imaginary = series.composition(heights, spread)[first:]
    scale = (turned[0] / stiffness) ** root

    def inserted(coefficient: sp.Expr) -> sp.Expr:
        """By powers of the width, each with a rational function of the kernel's constants."""
        by_power = sp.collect(sp.expand(coefficient), width, evaluate=False)
        terms = (
            sp.factor(value.xreplace({**rising, width: scale})) * power.xreplace({width: scale})
            for power, value in by_power.items()
        )
        return sp.Add(*(sp.factor_terms(sp.powsimp(term)) for term in terms))

    return tuple(map(inserted, series.scaled_power(imaginary, -sp.S.One)))


def _static_turn(network: Network, order: int) -> tuple[sp.Expr, series.Series]:
    """W = arccosh[(1 + g_r g_t)/(g_r + g_t)] in R: its leading coefficient, often a root, and the series over that."""
    activation = network.activation
    p = activation.order
    inverse = activation.inverse_taylor(order + p + 1)
    across = series.power(inverse[1:], -sp.S.One)
    along = series.power(tuple(n * inverse[n] for n in range(1, len(inverse))), -sp.S.One)
    below = series.power(tuple((a + b) / 2 for a, b in zip(along, across, strict=True)), -sp.S.One)
    losses = series.multiply((sp.S.Zero, *(-v for v in along[1:])), (sp.S.Zero, *(-v for v in across[1:])))
    excess = series.multiply(losses, below)[2 * p :]  # 2 (cosh W - 1) = 4 sinh^2 (W/2), from R^(2p) on
    root = series.power(series.relative(excess), sp.Rational(1, 2))
    half = ((sp.S.Zero,) * p + root)[: order + 1]  # sinh(W/2) over half the root of excess[0]
    half = (*half, *(sp.S.Zero,) * (order + 1 - len(half)))
    odd = series.taylor(2 * sp.asinh(x), x, order)
    arcs = [value * excess[0] ** sp.Rational(n - 1, 2) / 2**n for n, value in enumerate(odd)]
    return sp.sqrt(excess[0]), series.composition(arcs, half)


def _next_power(exact: sp.Expr, leading: sp.Expr) -> int:
    """The power of R of the first term of `exact` beyond `leading`."""

    def apart(order: int) -> series.Series:
        pairs = zip(series.taylor(exact, R, order), series.taylor(leading, R, order), strict=True)
        return tuple(sp.simplify(one - other) for one, other in pairs)

    return truncated(apart, 0, order=8).power


CHAPTER = Chapter(
    number=10,
    title="Propagation on a weak background",
    summary="Propagation lengths diverge as powers of the ongoing activity.",
    laws=(propagation_length, evanescent_length),
)
