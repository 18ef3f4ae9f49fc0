"""Chapter 12: two resonant oscillations at once.

I_n(x) = F1 e^(i theta_1) + F2 e^(i theta_2), theta_i = k_i x + omega(k_i) n, on a ring. phi commutes with
phases, so the response has the phases (1 - j) theta_1 + j theta_2 and no others:

    Z_n(x) = sum_j r_j e^(i theta_1 + i j alpha),  alpha = theta_2 - theta_1,  |r_0| = R1, |r_1| = R2

The tone of order j has the detuning Delta_j = (1 - j) omega(k_1) + j omega(k_2) - omega((1 - j) k_1 + j k_2):
none for the two oscillations, which suppress each other; for the others they act as an off-resonant input.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from analytics import series
from analytics.activation import Activation
from analytics.errors import DerivationError
from analytics.law import Law
from analytics.network import Network
from analytics.notation import F1, F2, C, R, ratio, tone_wavenumbers, z, zbar
from analytics.parameter import Parameter
from analytics.step import Derivation, Step, definition, identity, truncation
from derivations.activation import phase_covariance, truncated
from derivations.chapter import PAPER, Chapter
from derivations.kernel import wave_ranges, wavenumber_parameter
from derivations.single_oscillation import excess_series

SOURCE = f"harmonic balance at the order of the nonlinearity; {PAPER}"

a, b = sp.symbols("R_1 R_2", positive=True)  # the amplitudes of the two oscillations
scale = sp.Symbol("epsilon", positive=True)  # the order of both
first, second, turn = sp.symbols("theta_1 theta_2 omega_j", real=True)
detuning = sp.Symbol("Delta", real=True)
response, source = sp.symbols("r_j T_j")  # a tone, and the nonlinearity at it over c; complex

RANGES = {
    a: (sp.Rational(1, 10), 2),
    b: (sp.Rational(1, 10), 2),
    ratio: (sp.Rational(1, 10), 3),
    first: (-3, 3),
    second: (-3, 3),
    detuning: (sp.Rational(1, 10), 3),
}


# -- the two oscillations --


def two_tone_amplitudes(network: Network) -> Law:
    r"""Amplitudes R1, R2 of the response at the two forcings, to leading order.

    :math:`F_1 = c\,T_0(R_1, R_2)`, :math:`F_2 = c\,T_0(R_2, R_1)` with
    :math:`T_0 = \sum_l \binom{p/2+1}{l} \binom{p/2}{l} R_1^{p+1-2l} R_2^{2l}`; for p = 2,
    :math:`F_1 = c (R_1^3 + 2 R_1 R_2^2)`: each suppresses the other. Their ratio solves a polynomial with one
    positive root, for both sides of the balance are the gradient of a convex function of R1 and R2.

    Valid for F1, F2 -> 0+ in proportion, k1 != k2, while no tone of order -p/2 ... p/2 + 1 is resonant.
    Raises DerivationError where the ratio is not unique, or the remainder vanishes.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    order = next_power(activation)
    own = tone(p, 0).subs({a: 1, b: ratio})
    strongest = (F1 / (c * own)) ** sp.Rational(1, p + 1)
    derivation = (
        _balance(activation)
        .then(definition("What the two amplitudes have to one another.", ratio, b / a))
        .then(
            identity(
                "The balance is homogeneous: it determines the ratio of the amplitudes...",
                tone(p, 1).subs({b: ratio * a}) / tone(p, 0).subs({b: ratio * a}),
                _mirrored(p) / own,
                {a: RANGES[a], ratio: RANGES[ratio]},
                shown=sp.Eq(F1 * _mirrored(p), F2 * own, evaluate=False),
            )
        )
        .then(_monotonic(p))
        .then(
            identity(
                "...and with it the amplitudes.",
                c * tone(p, 0).subs({b: ratio * a}).subs({a: strongest}),
                F1,
                {F1: RANGES[a], ratio: RANGES[ratio]},
                shown=sp.Eq(a, strongest, evaluate=False),
            )
        )
        .then(_correction(activation))
    )
    return Law(
        name="two_tone_amplitudes",
        meaning="amplitudes of the steady response at two weak resonant forcings, eta = R2/R1",
        observable="two_tone_amplitudes",
        network=network,
        subject=R,
        equation=sp.Eq(R, sp.Tuple(strongest, ratio * strongest)),
        parameters=_forcings(),
        codomain=sp.Interval(0, sp.oo),
        remainder=F1 ** sp.Rational(order - p, p + 1),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p)}",
        source=SOURCE,
        steps=derivation.steps,
        where=(_amplitude_ratio(network),),
        companions=(F2,),
    )


def _amplitude_ratio(network: Network) -> Law:
    """R2/R1, to leading order."""
    p = network.activation.order
    return Law(
        name="two_tone_ratio",
        meaning="ratio R2/R1 of the amplitudes at two weak resonant forcings",
        observable="two_tone_amplitudes",
        network=network,
        subject=ratio,
        equation=sp.Eq(F1 * _mirrored(p), F2 * tone(p, 0).subs({a: 1, b: ratio}), evaluate=False),
        parameters=_forcings(),
        codomain=sp.Interval.open(0, sp.oo),
        remainder=F1 ** sp.Rational(next_power(network.activation) - p - 1, p + 1),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p)}",
        source=SOURCE,
        steps=(_monotonic(p),),
        companions=(F2,),
    )


# -- the combinations --


def combination_tone_amplitudes(network: Network) -> Law:
    r"""Amplitudes C of the waves at 2 k1 - k2 and at 2 k2 - k1, to leading order.

    The nonlinearity acts on them as an input :math:`c\,T_j` that is not resonant:
    :math:`C = c\,T_j(R_1, R_2) / (2 |\sin(\Delta_j/2)|)`, j = -1 and 2; for p = 2,
    :math:`T_{-1} = R_1^2 R_2`, :math:`T_2 = R_1 R_2^2`. With c R_1^(p+1) from the balance of the first tone
    the law is linear in the forcings at a fixed ratio, and knows of the activation its order p alone.

    Valid for F1, F2 -> 0+ in proportion, where no tone of order -p/2 ... p/2 + 1 but the two forced ones is
    resonant; the condition states it for the two measured here.
    The remainder is that of the next power of the amplitudes, from `next_power`; where its coefficient
    vanishes for every ratio, as it does for `algebraic` and `quartic`, that of the next power which can occur.

    Raises DerivationError as `two_tone_amplitudes` does.
    """
    activation = network.activation
    p, c = activation.order, activation.coefficient
    order = combination_power(activation)
    values, off = [], []
    unit = {a: 1, b: ratio}
    derivation = _balance(activation)
    for place in (-1, 2):
        angle = detuning_of(network, place)
        share = tone(p, place).subs(unit) / tone(p, 0).subs(unit)
        amplitude = c * tone(p, place) / (2 * sp.Abs(sp.sin(detuning / 2)))
        values.append(F1 * share / (2 * sp.Abs(sp.sin(angle / 2))))
        off.append(sp.sin(angle / 2))
        derivation = derivation.then(_detuning(network, place)).then(
            identity(
                f"The tone of order {place}; F1 = c T_0 takes the place of the amplitudes.",
                amplitude.subs({b: ratio * a}),
                c * tone(p, 0).subs({b: ratio * a}) * share / (2 * sp.Abs(sp.sin(detuning / 2))),
                {a: RANGES[a], ratio: RANGES[ratio], detuning: RANGES[detuning]},
                shown=sp.Eq(sp.Symbol(f"C_{place}"), amplitude, evaluate=False),
            )
        )
    return Law(
        name="combination_tone_amplitudes",
        meaning=(
            "amplitudes of the tones 2 k1 - k2 and 2 k2 - k1 under two weak resonant forcings, eta = R2/R1"
        ),
        observable="combination_tone_amplitudes",
        network=network,
        subject=C,
        equation=sp.Eq(C, sp.Tuple(*values)),
        parameters=(*_forcings(), *(wavenumber_parameter(symbol) for symbol in tone_wavenumbers)),
        codomain=sp.Interval(0, sp.oo),
        remainder=F1 ** sp.Rational(order, p + 1),
        limit=(F1, sp.S.Zero),
        validity=f"F1, F2 -> 0+ in proportion, k1 != k2, {_off_resonance(p)}",
        source=SOURCE,
        steps=derivation.steps,
        where=(_amplitude_ratio(network),),
        condition=sp.Ne(sp.Mul(*off), 0),
        companions=(F2,),
    )


def detuning_of(network: Network, order: int) -> sp.Expr:
    """Delta_j, the frequency of the tone of that order less that of the kernel at its wavenumber.

    By 1 - cos k = 2 sin^2 (k/2), which keeps its digits where k is small.
    """
    one, other = (network.kernel.frequency((wavenumber,)) for wavenumber in tone_wavenumbers)
    own = network.kernel.frequency((_wavenumber(order),))
    halved = ((1 - order) * one + order * other - own).replace(sp.cos, lambda k: 1 - 2 * sp.sin(k / 2) ** 2)
    return sp.factor_terms(sp.expand(halved))


def _wavenumber(order: int) -> sp.Expr:
    one, other = tone_wavenumbers
    return (1 - order) * one + order * other


def _detuning(network: Network, order: int) -> Step:
    """Delta_j from the Fourier symbols i omega(k) of the stencil."""
    symbol = network.kernel.symbol
    one, other = (symbol((wavenumber,)) for wavenumber in tone_wavenumbers)
    return identity(
        f"The detuning of the tone of order {order}: its wavenumber is {_wavenumber(order)}.",
        (1 - order) * one + order * other - symbol((_wavenumber(order),)),
        sp.I * detuning_of(network, order),
        wave_ranges(network.kernel, tone_wavenumbers),
        proof=lambda rest: sp.expand(sp.expand(rest.rewrite(sp.exp))),
        shown=sp.Eq(sp.Symbol(f"Delta_{order}"), detuning_of(network, order), evaluate=False),
    )


# -- the balance --


def tone(p: int, order: int) -> sp.Expr:
    """T_j: what |z|^p z contains of e^(i j alpha), for z = R_1 + R_2 e^(i alpha)."""
    return _mixed(p // 2 + 1, p // 2, order)


@cache
def _mixed(straight: int, conjugate: int, order: int) -> sp.Expr:
    """What z^straight conj(z)^conjugate contains of e^(i j alpha), for z = R_1 + R_2 e^(i alpha)."""
    return sp.Add(
        *(
            sp.binomial(straight, both)
            * sp.binomial(conjugate, both - order)
            * a ** (straight + conjugate - 2 * both + order)
            * b ** (2 * both - order)
            for both in range(max(0, order), min(straight, conjugate + order) + 1)
        )
    )


def _mirrored(p: int) -> sp.Expr:
    """T_1 at R_1 = 1 and R_2 = eta: T_0 with 1 and 2 exchanged."""
    return tone(p, 1).subs({a: 1, b: ratio})


def _unforced(p: int) -> tuple[int, ...]:
    """Orders of the tones that the nonlinearity makes beside the two oscillations."""
    return tuple(order for order in range(-p // 2, p // 2 + 2) if order not in (0, 1))


def _balance(activation: Activation) -> Derivation:
    """From the ansatz to F1 = c T_0, F2 = c T_1 and r_j = -c T_j / (1 - e^(-i Delta_j))."""
    p, c = activation.order, activation.coefficient
    tones = range(-p // 2, p // 2 + 2)
    wave = a * sp.exp(sp.I * first) + b * sp.exp(sp.I * second)
    mirror = a * sp.exp(-sp.I * first) + b * sp.exp(-sp.I * second)
    excess, next_power = truncated(lambda order: excess_series(activation, order), 1)
    expansion = series.polynomial(excess, R)
    off = 1 - sp.exp(-sp.I * detuning)
    return (
        Derivation("Two oscillations at once")
        .then(phase_covariance(activation))
        .then(
            truncation(
                "At resonance the linear terms cancel: what is left of the pre-activation less the output.",
                activation.psi(R) - R,
                expansion,
                R,
                next_power,
                {},
                shown=sp.Eq(sp.Function("psi")(R) - R, expansion, evaluate=False),
            )
        )
        .then(
            identity(
                "Insert both waves: only phases (1 - j) theta_1 + j theta_2 occur, with the coefficients T_j.",
                wave ** (p // 2 + 1) * mirror ** (p // 2),
                sp.Add(*(tone(p, j) * sp.exp(sp.I * ((1 - j) * first + j * second)) for j in tones)),
                {symbol: RANGES[symbol] for symbol in (a, b, first, second)},
                proof=lambda rest: sp.powsimp(sp.expand(rest)),
                shown=sp.Eq(
                    sp.Abs(sp.Symbol("z")) ** p * sp.Symbol("z"),
                    sp.Add(*(tone(p, j) * sp.exp(sp.I * ((1 - j) * first + j * second)) for j in tones)),
                    evaluate=False,
                ),
            )
        )
        .then(
            identity(
                "In a step the tone of order j turns by its own frequency, and U turns it by omega_j, that of "
                "its wavenumber; Delta_j is the difference, 0 for the two oscillations.",
                response
                * (sp.exp(sp.I * (turn + detuning)) - sp.exp(sp.I * turn))
                * sp.exp(-sp.I * (turn + detuning)),
                response * off,
                {response: (-1, 1), turn: (-3, 3), detuning: RANGES[detuning]},
                proof=lambda rest: sp.powsimp(sp.expand(rest)),
                shown=sp.Eq(sp.Symbol("F_j"), response * off + c * source, evaluate=False),
            )
        )
        .then(
            identity(
                "The other tones have no forcing: each answers the nonlinearity.",
                off * (-c * source / off) + c * source,
                sp.S.Zero,
                {source: (-1, 1), detuning: RANGES[detuning]},
                shown=sp.Eq(response, -c * source / off, evaluate=False),
            )
        )
        .then(
            identity(
                "The squared modulus of what divides.",
                off * (1 - sp.exp(sp.I * detuning)),
                4 * sp.sin(detuning / 2) ** 2,
                {detuning: RANGES[detuning]},
                proof=lambda rest: sp.expand(sp.expand(rest.rewrite(sp.exp))),
            )
        )
        .then(
            identity(
                "The real part of its inverse: what the tones do to the amplitudes hangs on no detuning.",
                1 / off,
                sp.Rational(1, 2) - sp.I * sp.cot(detuning / 2) / 2,
                {detuning: RANGES[detuning]},
                proof=lambda rest: sp.simplify(rest.rewrite(sp.exp)),
            )
        )
        .then(_closed(p))
    )


def _closed(p: int) -> Step:
    """|z|^p z for the two waves z with tones s of order epsilon^(p+1) beside them: independent of conjugates."""
    tones, conjugate = sp.symbols("s sbar")
    straight = scale * z + scale ** (p + 1) * tones
    mirrored = scale * zbar + scale ** (p + 1) * conjugate
    return truncation(
        "The tones are of the order p + 1 of the two waves; what they feed back is smaller by the order p.",
        straight ** (p // 2 + 1) * mirrored ** (p // 2),
        scale ** (p + 1) * z ** (p // 2 + 1) * zbar ** (p // 2),
        scale,
        2 * p + 1,
        dict.fromkeys((z, zbar, tones, conjugate), (sp.Rational(1, 2), 2)),
    )


# -- uniqueness and remainder --


def _monotonic(p: int) -> Step:
    """F2/F1 grows with R2/R1, so the ratio is unique."""
    quotient = _mirrored(p) / tone(p, 0).subs({a: 1, b: ratio})
    below = tone(p, 0).subs({a: 1, b: ratio}) ** 2
    slope = sp.cancel(sp.diff(quotient, ratio) * below)
    if slope.subs(ratio, 1) <= 0 or sp.Poly(slope, ratio).count_roots(0, sp.oo):
        raise DerivationError(
            "two oscillations",
            "F2/F1 must grow with R2/R1 for the ratio to be unique",
            f"the slope {slope}",
            "Check the balance.",
        )
    return identity(
        "F2/F1 grows with R2/R1, from 0 to infinity: this polynomial has no root at or above 0, by Sturm's "
        "theorem. So the amplitudes are unique.",
        sp.diff(quotient, ratio) * below,
        slope,
        {ratio: RANGES[ratio]},
        shown=sp.Eq(sp.Derivative(quotient, ratio) * below, slope, evaluate=False),
    )


@cache
def next_power(activation: Activation) -> int:
    """The power of the amplitudes at which the balance goes on: of psi, or by the tones, 2 p + 1."""
    _, following = truncated(lambda order: excess_series(activation, order), 1)
    return min(following, 2 * activation.order + 1)


def next_order(activation: Activation, order: int) -> sp.Expr:
    """B_j: what the balance of the modulus of a tone gains at the power `next_power`.

    From psi, its next coefficient times what |z|^(n-1) z contains of e^(i j alpha); from the tones s_i,
    c ((p/2 + 1) |z|^p s + (p/2) |z|^(p-2) z^2 conj s), with Re s_i = -c T_i / 2 whatever their detuning.
    """
    p, c, power = activation.order, activation.coefficient, next_power(activation)
    half = p // 2
    gained = excess_series(activation, power)[power] * tone(power - 1, order)
    if power < 2 * p + 1:
        return gained
    return gained - c**2 / 2 * sp.Add(
        *(
            tone(p, i)
            * ((half + 1) * _mixed(half, half, order - i) + half * _mixed(half + 1, half - 1, order + i))
            for i in _unforced(p)
        )
    )


@cache
def correction(activation: Activation) -> tuple[sp.Expr, sp.Expr]:
    """What R1 and R2 gain at the order `next_power` - p, in units of R_1, at R_1 = 1 and R_2 = eta.

    Raises DerivationError where one of them vanishes: the remainder would be smaller than stated.
    """
    p, c = activation.order, activation.coefficient
    forces = sp.Matrix([c * tone(p, 0), c * tone(p, 1)])
    gained = sp.Matrix([next_order(activation, order) for order in (0, 1)])
    at = {a: 1, b: ratio}
    found = forces.jacobian([a, b]).subs(at).LUsolve(-gained.subs(at)).applyfunc(sp.cancel)
    if 0 in found:
        raise DerivationError(
            "two oscillations", "the next order must not vanish", tuple(found), "Take the remainder further."
        )
    return found[0], found[1]


def combination_power(activation: Activation) -> int:
    """The power of the amplitudes at which the combination tones at -1 and 2 go on."""
    gains = [combination_gain(activation, order) for order in (-1, 2)]
    if 0 not in gains:
        return next_power(activation)
    if any(gains):
        raise DerivationError(
            "two oscillations",
            "both combination tones must go on at the same power",
            tuple(gains),
            "State them as two laws.",
        )
    _, following = truncated(lambda order: excess_series(activation, order), 2)
    return min(following, 3 * activation.order + 1)


def combination_gain(activation: Activation, order: int) -> sp.Expr:
    """What |1 - e^(i Delta_j)| C_j gains at the power `next_power`, at R_1 = 1 and R_2 = eta, the forcings fixed.

    By the next order of its own balance, and by that of R1 and R2.
    """
    source, at = activation.coefficient * tone(activation.order, order), {a: 1, b: ratio}
    by_amplitudes = zip((a, b), correction(activation), strict=True)
    moved = sp.Add(*(sp.diff(source, symbol).subs(at) * gained for symbol, gained in by_amplitudes))
    return sp.cancel(moved + next_order(activation, order).subs(at))


def _correction(activation: Activation) -> Step:
    """Insert the amplitudes with what they gain at the next order; epsilon is R_1 to leading order."""
    p, power = activation.order, next_power(activation)
    one, other = correction(activation)
    rise = scale ** (power - p)
    balance = activation.coefficient * tone(p, 0) + next_order(activation, 0)
    return truncation(
        "The next order of the balance, tones included, moves the amplitudes: this is the remainder.",
        balance.subs({a: scale + one * rise, b: ratio * scale + other * rise}, simultaneous=True),
        activation.coefficient * tone(p, 0).subs({a: scale, b: ratio * scale}, simultaneous=True),
        scale,
        2 * power - p - 1,
        {ratio: RANGES[ratio]},
        shown=sp.Eq(a, scale + one * rise, evaluate=False),
        remainder=scale ** (2 * power - 2 * p - 1),
    )


def _off_resonance(p: int) -> str:
    return f"no tone (1 - j) k1 + j k2 with j from {-p // 2} to {p // 2 + 1} resonant but the two forced ones"


def _forcings() -> tuple[Parameter, Parameter]:
    domain = sp.Interval.open(0, sp.oo)
    return (
        Parameter(F1, "amplitude of the first forcing", "", domain),
        Parameter(F2, "amplitude of the second forcing", "", domain),
    )


def _ring(network: Network) -> bool:
    return network.dimension == 1 and network.kernel.band is None


CHAPTER = Chapter(
    number=12,
    title="Two oscillations",
    summary="Two resonant oscillations suppress each other, and make the combination tones beside them.",
    laws={
        "two_tone_amplitudes": two_tone_amplitudes,
        "combination_tone_amplitudes": combination_tone_amplitudes,
    },
    applies={"two_tone_amplitudes": _ring, "combination_tone_amplitudes": _ring},
    requires=dict.fromkeys(
        ("two_tone_amplitudes", "combination_tone_amplitudes"), "a kernel of finite stencil on a ring"
    ),
)
