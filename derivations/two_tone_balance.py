"""Two oscillations at once: the balance tone by tone, the amplitudes it determines, and its next order.

On the waves z = R_1 e^(i theta_1) + R_2 e^(i theta_2) the nonlinearity c |z|^p z acts by the coefficients T_j of the
phases (1 - j) theta_1 + j theta_2. The balance of the two forced tones determines their amplitudes, the others
answer off resonance; the next order of both gives the remainder.
"""

from __future__ import annotations

from functools import cache, lru_cache

import sympy as sp

from analytics.errors import DerivationError
from analytics.expressions import series
from analytics.expressions.notation import R, ratio, z, zbar
from analytics.law.step import Step, Steps, identity, truncation
from analytics.network.activation import Activation
from derivations.activation import phase_covariance, truncated
from derivations.single_oscillation import excess_series

a, b = sp.symbols("R_1 R_2", positive=True)  # the amplitudes of the two oscillations
scale = sp.Symbol("epsilon", positive=True)  # the order of both
first, second, turn = sp.symbols("theta_1 theta_2 omega_j", real=True)
detuning = sp.Symbol("Delta", real=True)
response, source = sp.symbols("r_j T_j")  # a tone, and the nonlinearity at it over c; complex

AT_RATIO = {a: sp.S.One, b: ratio}
RANGES = {
    a: (sp.Rational(1, 10), 2),
    b: (sp.Rational(1, 10), 2),
    ratio: (sp.Rational(1, 10), 3),
    first: (-3, 3),
    second: (-3, 3),
    detuning: (sp.Rational(1, 10), 3),
}


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


def scaled(p: int, order: int) -> sp.Expr:
    """T_j at R_1 = 1 and R_2 = eta; the whole is R_1^(p+1) times that."""
    return tone(p, order).subs(AT_RATIO)


def _unforced(p: int) -> tuple[int, ...]:
    """Orders of the tones that the nonlinearity makes beside the two oscillations."""
    return tuple(order for order in range(-p // 2, p // 2 + 2) if order not in (0, 1))


def tone_balance(activation: Activation) -> Steps:
    """From the ansatz to F1 = c T_0, F2 = c T_1 and r_j = i c T_j e^(i Delta_j/2) / (2 sin(Delta_j/2))."""
    p, c = activation.order, activation.coefficient
    tones = range(-p // 2, p // 2 + 2)
    wave = a * sp.exp(sp.I * first) + b * sp.exp(sp.I * second)
    mirror = a * sp.exp(-sp.I * first) + b * sp.exp(-sp.I * second)
    excess, next_power, _ = truncated(lambda order: excess_series(activation, order), 1)
    expansion = series.polynomial(excess, R)
    off = 1 - sp.exp(-sp.I * detuning)
    answer = sp.I * c * source * sp.exp(sp.I * detuning / 2) / (2 * sp.sin(detuning / 2))
    return (
        phase_covariance(activation),
        truncation(
            "At resonance the linear terms cancel: what is left of the pre-activation less the output.",
            activation.psi(R) - R,
            expansion,
            R,
            next_power,
            shown=sp.Eq(sp.Function("psi")(R) - R, expansion, evaluate=False),
        ),
        identity(
            "Insert both waves: only phases (1 - j) theta_1 + j theta_2 occur, with the coefficients T_j.",
            wave ** (p // 2 + 1) * mirror ** (p // 2),
            sp.Add(*(tone(p, j) * sp.exp(sp.I * ((1 - j) * first + j * second)) for j in tones)),
            {symbol: RANGES[symbol] for symbol in (a, b, first, second)},
            shown=sp.Eq(
                sp.Abs(sp.Symbol("z")) ** p * sp.Symbol("z"),
                sp.Add(*(tone(p, j) * sp.exp(sp.I * ((1 - j) * first + j * second)) for j in tones)),
                evaluate=False,
            ),
        ),
        identity(
            "In a step the tone of order j turns by its own frequency, and U turns it by omega_j, that of "
            "its wavenumber; Delta_j is the difference, 0 for the two oscillations.",
            response
            * (sp.exp(sp.I * (turn + detuning)) - sp.exp(sp.I * turn))
            * sp.exp(-sp.I * (turn + detuning)),
            response * off,
            {response: (-1, 1), turn: (-3, 3), detuning: RANGES[detuning]},
            shown=sp.Eq(sp.Symbol("F_j"), response * off + c * source, evaluate=False),
        ),
        identity(
            "The other tones have no forcing: each answers the nonlinearity.",
            off * answer,
            -c * source,
            {source: (-1, 1), detuning: RANGES[detuning]},
            shown=sp.Eq(response, answer, evaluate=False),
        ),
        identity(
            "The squared modulus of what divides.",
            off * (1 - sp.exp(sp.I * detuning)),
            4 * sp.sin(detuning / 2) ** 2,
            {detuning: RANGES[detuning]},
        ),
        identity(
            "The real part of its inverse: what the tones do to the amplitudes hangs on no detuning.",
            1 / off,
            sp.Rational(1, 2) - sp.I * sp.cot(detuning / 2) / 2,
            {detuning: RANGES[detuning]},
        ),
        _closed(p),
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


def unique_ratio(p: int) -> Step:
    """F2/F1 grows with R2/R1, so the ratio is unique."""
    quotient = scaled(p, 1) / scaled(p, 0)
    below = scaled(p, 0) ** 2
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


@lru_cache(maxsize=256)
def next_power(activation: Activation) -> int:
    """The power of the amplitudes at which the balance goes on: of psi, or by the tones, 2 p + 1."""
    following = truncated(lambda order: excess_series(activation, order), 1).power
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


@lru_cache(maxsize=256)
def correction(activation: Activation) -> tuple[sp.Expr, sp.Expr]:
    """What R1 and R2 gain at the order `next_power` - p, in units of R_1, at R_1 = 1 and R_2 = eta.

    Raises DerivationError where one of them vanishes: the remainder would be smaller than stated.
    """
    p, c = activation.order, activation.coefficient
    forces = sp.Matrix([c * tone(p, 0), c * tone(p, 1)])
    gained = sp.Matrix([next_order(activation, order) for order in (0, 1)])
    found = forces.jacobian([a, b]).subs(AT_RATIO).LUsolve(-gained.subs(AT_RATIO)).applyfunc(sp.cancel)
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
    following = truncated(lambda order: excess_series(activation, order), 2).power
    return min(following, 3 * activation.order + 1)


def combination_gain(activation: Activation, order: int) -> sp.Expr:
    """What |1 - e^(i Delta_j)| C_j gains at the power `next_power`, at R_1 = 1 and R_2 = eta, the forcings fixed.

    By the next order of its own balance, and by that of R1 and R2.
    """
    source = activation.coefficient * tone(activation.order, order)
    by_amplitudes = zip((a, b), correction(activation), strict=True)
    moved = sp.Add(*(sp.diff(source, symbol).subs(AT_RATIO) * gained for symbol, gained in by_amplitudes))
    return sp.cancel(moved + next_order(activation, order).subs(AT_RATIO))


def corrected(activation: Activation) -> Steps:
    """What both amplitudes gain at the next order; epsilon is R_1 to leading order."""
    c, rise = activation.coefficient, scale ** (next_power(activation) - activation.order)
    gained = correction(activation)

    def cancelled(order: int, amplitude: sp.Symbol, leading: sp.Expr) -> Step:
        force = c * tone(activation.order, order)
        moved = zip((a, b), gained, strict=True)
        return identity(
            "The next order of the balance, tones included, moves the amplitudes, so that it is cancelled in that "
            f"of {amplitude}: this is the remainder.",
            sp.Add(*(sp.diff(force, symbol).subs(AT_RATIO) * by for symbol, by in moved)),
            -next_order(activation, order).subs(AT_RATIO),
            {ratio: RANGES[ratio]},
            proof=sp.cancel,
            shown=sp.Eq(amplitude, leading + gained[order] * rise, evaluate=False),
        )

    return cancelled(0, a, scale), cancelled(1, b, ratio * scale)
