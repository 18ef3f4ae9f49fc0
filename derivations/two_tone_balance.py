"""Two oscillations at once: the balance tone by tone, the amplitudes it determines, and the checks of further orders.

On the waves z = R_1 e^(i theta_1) + R_2 e^(i theta_2) the nonlinearity c |z|^p z acts by the coefficients T_j of the
phases (1 - j) theta_1 + j theta_2. The balance of the two forced tones determines their amplitudes, the others
answer off resonance; `balances.tones` has further orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import sympy as sp
from sympy.polys.rings import PolyElement

from analytics.errors import DerivationError
from analytics.expressions import series
from analytics.expressions.notation import R, ratio, z, zbar
from analytics.law.step import WITHIN, Step, Steps, identity, truncation
from analytics.network.activation import Activation
from derivations.activation import phase_covariance, truncated
from derivations.balances.tones import LEADING, TwoTones, eta
from derivations.single_oscillation import excess_series

a, b = sp.symbols("R_1 R_2", positive=True)  # the amplitudes of the two oscillations
scale = sp.Symbol("epsilon", positive=True)  # the order of both
first, second, turn = sp.symbols("theta_1 theta_2 omega_j", real=True)
detuning = sp.Symbol("Delta", real=True)
swing = sp.Symbol("w", positive=True)  # e^(i alpha)
response, source = sp.symbols("r_j T_j")  # a tone, and the nonlinearity at it over c; complex

AT_RATIO = {a: sp.S.One, b: ratio}
CHECKED = ", checked at fractions in place of eta and of the cotangents"
"""The check of a long step: symbols stand for the coefficients of psi alone."""
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


def tone_balance(activation: Activation) -> Steps:
    """From the ansatz to F1 = c T_0, F2 = c T_1 and r_j = i c T_j e^(i Delta_j/2) / (2 sin(Delta_j/2))."""
    p, c = activation.order, activation.coefficient
    tones = range(-p // 2, p // 2 + 2)
    one, other = sp.symbols("w_1 w_2")  # e^(i theta_1), e^(i theta_2)
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
            (a * one + b * other) ** (p // 2 + 1) * (a / one + b / other) ** (p // 2),
            sp.Add(*(tone(p, j) * one ** (1 - j) * other**j for j in tones)),
            {a: RANGES[a], b: RANGES[b], one: (sp.Rational(1, 2), 2), other: (sp.Rational(1, 2), 2)},
            proof=sp.expand,
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


def balanced(found: TwoTones) -> Step:
    """Every tone up to the order of what is found."""
    p, detuned = found.p, [eta(j) for j in found.cotangents]
    point = fractions(ratio, swing, *detuned)
    mirrored = {**point, swing: 1 / point[swing], **{symbol: -point[symbol] for symbol in detuned}}

    def wave(values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
        return scale * sp.Add(
            *(_polynomial(terms, values) * swing.xreplace(values) ** j for j, terms in found.profile.items())
        )

    output, conjugate = wave(point), wave(mirrored)
    exact = LEADING * sp.Add(
        *(
            weight * output ** ((n + 1) // 2) * conjugate ** ((n - 1) // 2)
            for n, weight in found.weights.items()
        )
    )
    forced = (
        LEADING
        * scale ** (p + 1)
        * (_polynomial(found.bent[0], point) + point[swing] * _polynomial(found.bent[1], point))
    )
    lost = sp.Add(
        *(
            2 / (1 + point[eta(j)]) * scale * point[swing] ** j * _polynomial(terms, point)
            for j, terms in found.profile.items()
            if j not in (0, 1)
        )
    )
    right = sp.expand(forced - lost)
    return truncation(
        "Balance tone by tone, eta_j = -i cot(Delta_j/2): the nonlinearity N is the forcing of the two, and of the "
        f"others what they lose in a step{CHECKED}.",
        exact,
        right,
        scale,
        _first_difference(exact - right, found.coefficients),
        dict.fromkeys(found.coefficients, WITHIN),
        shown=sp.Eq(
            sp.Symbol("F_j"), sp.Symbol("N_j") + 2 * response / (1 + sp.Symbol("eta_j")), evaluate=False
        ),
    )


def reverted(found: TwoTones, kept: int, following: int) -> Step:
    """Insert the amplitudes, up to the relative power `kept`, into the forcing of the first wave."""
    p, point = found.p, fractions(ratio, *found.cotangents.values())
    shown = [value.as_expr() for value in found.first[: kept + 1]]
    return truncation(
        "The moduli of both forcings in the amplitudes, reverted about the leading amplitude s and inserted back, "
        f"tau_j = cot(Delta_j/2){CHECKED}.",
        _inserted(found, 0, kept, point),
        (scaled(p, 0) ** 2).xreplace(point) * scale ** (2 * p + 2),
        scale,
        2 * p + 2 + following,
        dict.fromkeys(found.coefficients, WITHIN),
        shown=sp.Eq(a, sp.Symbol("s") * series.polynomial(shown, sp.Symbol("s")), evaluate=False),
        remainder=sp.Symbol("s") ** (following + 1),
    )


def read_off(found: TwoTones, order: int, values: Sequence[sp.Expr], kept: int, following: int) -> Step:
    """The tone of that order at the amplitudes; values: |N_j| over c s^(p+1), in the symbols of what is found."""
    point = fractions(ratio, *found.cotangents.values())
    modulus = series.polynomial([value.xreplace(point) for value in values[: kept + 1]], scale)
    return truncation(
        f"The modulus of what drives the tone of order {order}, at the reverted amplitudes{CHECKED}.",
        _inserted(found, order, max(kept, following - 1), point),
        sp.expand(modulus**2 * scale ** (2 * found.p + 2)),
        scale,
        2 * found.p + 2 + following,
        dict.fromkeys(found.coefficients, WITHIN),
        shown=sp.Eq(
            sp.Abs(sp.Symbol(f"N_{order}")),
            LEADING * sp.Symbol("s") ** (found.p + 1) * series.polynomial(values[: kept + 1], sp.Symbol("s")),
            evaluate=False,
        ),
        remainder=sp.Symbol("s") ** (found.p + 1 + following),
    )


def fractions(*symbols: sp.Symbol) -> dict[sp.Symbol, sp.Expr]:
    """A fraction for each, no two of them alike."""
    return {symbol: sp.Rational(7 + 2 * place, 10 + place) for place, symbol in enumerate(symbols)}


def _inserted(found: TwoTones, order: int, kept: int, point: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """|N_j|^2 over c^2 at the amplitudes up to that relative power."""
    one = scale * _polynomial(found.first[: kept + 1], point)
    quotient = point[ratio] + _polynomial(found.slips[: kept + 1], point)
    others = {symbol: value for symbol, value in point.items() if symbol != ratio}
    return sp.Add(
        *(
            value.as_expr().xreplace(others).xreplace({ratio: quotient}) * one ** (2 * found.p + 2 + n)
            for n, value in enumerate(found.moduli[order])
        )
    )


def _polynomial(terms: Iterable[PolyElement], point: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """A series as a polynomial in epsilon, with fractions inserted."""
    return series.polynomial([sp.expand(value.as_expr().xreplace(point)) for value in terms], scale)


def _first_difference(difference: sp.Expr, coefficients: Sequence[sp.Symbol]) -> int:
    """The power of epsilon with which a polynomial begins, found with fractions for the coefficients too."""
    return int(
        min(power for (power,) in sp.Poly(difference.xreplace(fractions(*coefficients)), scale).monoms())
    )
