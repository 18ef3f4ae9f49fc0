"""Chapter 4: on and off resonance.

At delta = 0 the amplitude law reads psi(R) - R = F: the linear terms cancel, and the response is a root
of the forcing. Off resonance it is linear. The detuning at which one goes over into the other is the
width of the resonance.
"""

from __future__ import annotations

import sympy as sp

from analytics.expressions import series
from analytics.expressions.notation import F, P, R, delta, half_width
from analytics.law.law import Law
from analytics.law.statement import Curve
from analytics.law.step import Steps, definition, identity, truncation
from analytics.network.activation import Activation
from analytics.network.network import Network
from derivations.activation import truncated
from derivations.chapter import Chapter, derived
from derivations.single_oscillation import (
    FORCING,
    OFF_RESONANCE,
    SOURCE,
    amplitudes,
    excess_series,
    insert_inverse,
    outputs,
    psi,
    sampled,
    squared_forcing,
    squared_series,
)

t = sp.Symbol("t", positive=True)  # (F/c)^(1/(p+1)), the scale of the resonant response
distance = sp.Symbol("s", positive=True)  # 2 |sin(delta/2)|, the distance from resonance


@derived()
def resonant_amplitude_exact(network: Network) -> Law:
    r"""Amplitude at resonance, :math:`\psi(R) - R = F`: a polynomial where psi is algebraic. Exact."""
    activation = network.activation
    steps = _at_resonance(activation)
    equation = sp.Eq(activation.psi(R) - R, F, evaluate=False)
    if (algebraic := _algebraic_equation(activation)) is not None:
        power, factor, polynomial = algebraic
        equation = sp.Eq(polynomial, 0, evaluate=False)
        steps = (
            *steps,
            identity(
                f"Raise psi(R) = F + R to the power {power}, both sides positive; clear the denominator.",
                (activation.psi(R) ** power - (F + R) ** power) * factor,
                polynomial,
                outputs(activation) | sampled(F),
                shown=equation,
            ),
        )
    return Law(
        meaning="amplitude of the steady response to resonant forcing",
        observable="forced_amplitude",
        network=network,
        subject=R,
        equation=equation,
        parameters=(FORCING,),
        codomain=amplitudes(activation),
        validity="every forcing, at delta = 0",
        source=SOURCE,
        steps=steps,
    )


@derived(is_scaling=True)
def resonant_amplitude(network: Network, *, terms: int = 3) -> Law:
    r"""Amplitude at resonance as a Puiseux series, :math:`R = t + \dots`, :math:`t = (F/c)^{1/(p+1)}`.

    With psi(R) - R = c R^(p+1) + ... the balance c R^(p+1) = F gives the cubic root for p = 2; further
    terms by reversion. Valid for F -> 0+; the remainder is the next term that is not zero.
    """
    activation = network.activation
    scale, degree = activation.coefficient, activation.order + 1
    kept, remainder, dropped = truncated(lambda order: resonant_series(activation, order), terms)
    response = series.polynomial(kept, t)
    excess, next_power, _ = truncated(lambda order: excess_series(activation, order), terms)
    steps = (
        *_at_resonance(activation),
        truncation(
            "Expand at small R: the linear terms cancel, that is what critical means.",
            activation.psi(R) - R,
            series.polynomial(excess, R),
            R,
            next_power,
            shown=sp.Eq(F, series.polynomial(excess, R)),
        ),
        definition(
            f"Dominant balance: c R^{degree} = F sets the scale t of the response.",
            t,
            (F / scale) ** sp.Rational(1, degree),
        ),
        truncation(
            "Revert the series for R in powers of t; inserted back, psi(R) - R = c t^(p+1) holds.",
            activation.psi(response) - response,
            scale * t**degree,
            t,
            remainder + activation.order,
            shown=sp.Eq(R, response, evaluate=False),
            remainder=t**remainder,
        ),
    )
    return Law(
        meaning="amplitude of the response to weak resonant forcing",
        observable="forced_amplitude",
        network=network,
        subject=R,
        equation=sp.Eq(R, _in_forcing(kept, activation)),
        parameters=(FORCING,),
        codomain=sp.Reals,
        remainder=F ** sp.Rational(remainder, degree),
        dropped=(dropped * (F / activation.coefficient) ** sp.Rational(remainder, degree),),
        limit=(F, sp.S.Zero),
        exact=Curve("resonant_amplitude_exact", P, P - activation.rho(P), (activation.rho(P),)),
        validity="F -> 0+ at delta = 0",
        source=SOURCE,
        steps=steps,
    )


@derived(is_scaling=True)
def detuned_amplitude(network: Network, *, terms: int = 1) -> Law:
    r"""Amplitude off resonance, linear in the forcing, :math:`R = F / (2 |\sin(\delta/2)|) + \dots`

    Valid for F << |delta|^((p+1)/p); the remainder is O(F^(p+1)) for one term.
    """
    activation = network.activation
    y = sp.Symbol("y", positive=True)  # F / distance

    kept, remainder, dropped = truncated(lambda order: detuned_series(activation, order), terms)
    response = series.polynomial(kept, y)
    inserted = (activation.psi(R) - R) ** 2 + distance**2 * R * activation.psi(R)
    off = 2 * sp.Abs(sp.sin(delta / 2))

    def in_forcing(coefficient: sp.Expr, power: int) -> sp.Expr:
        """A term in F: the distance stands there to odd powers, one factor as |sin|, the others as the sine squared."""
        even = sp.cancel((coefficient * distance ** (1 - power)).xreplace({distance: 2 * distance}))
        return even.xreplace({distance: sp.sin(delta / 2)}) * F**power / off

    value = sp.Add(*(in_forcing(coefficient, power) for power, coefficient in enumerate(kept)))
    steps = (
        insert_inverse(activation),
        definition("The distance from resonance.", distance, off),
        truncation(
            "At a fixed distance the response is linear in F; insert it back into the amplitude law.",
            inserted.xreplace({R: response}),
            distance**2 * y**2,
            y,
            remainder + 1,
            {distance: (sp.Rational(1, 10), 2)},
            shown=sp.Eq(R, response.xreplace({y: F / distance}), evaluate=False),
            remainder=F**remainder,
        ),
    )
    return Law(
        meaning="amplitude of the response to weak forcing off resonance",
        observable="detuned_amplitude",
        network=network,
        subject=R,
        equation=sp.Eq(R, value),
        parameters=(FORCING, OFF_RESONANCE),
        codomain=sp.Interval(0, sp.oo),
        remainder=F**remainder,
        dropped=(in_forcing(dropped, remainder),),
        exact=Curve("forced_amplitude", P, detuned_drive(activation), (activation.rho(P),)),
        limit=(F, sp.S.Zero),
        validity="F -> 0+ at a fixed detuning that is not 0",
        source=SOURCE,
        steps=steps,
    )


@derived(is_scaling=True)
def resonance_bandwidth(network: Network, *, terms: int = 1) -> Law:
    r"""Half-power detuning, :math:`|\delta| = \sqrt{2 - 2^{-p}}\, c\,(F/c)^{p/(p+1)} + \dots`

    The detuning at which R^2 is half of its resonant value. Valid for F -> 0+.
    """
    activation = network.activation
    degree = activation.order + 1
    kept, remainder, dropped = truncated(lambda order: _bandwidth_series(activation, order), terms)
    width = series.polynomial(kept, t)
    at_peak = series.polynomial(
        truncated(lambda order: resonant_series(activation, order), terms + 1).kept, t
    )
    at_half = at_peak / sp.sqrt(2)
    halved = ((activation.psi(R) - R) ** 2 + 4 * R * activation.psi(R) * sp.sin(width / 2) ** 2).xreplace(
        {R: at_half}
    )
    steps = (
        insert_inverse(activation),
        definition(
            "Half power: the response at this detuning is the resonant one over sqrt 2.",
            half_width,
            width,
        ),
        truncation(
            "Insert both into the amplitude law: it holds, up to the remainder, with F = c t^(p+1).",
            halved,
            activation.coefficient**2 * t ** (2 * degree),
            t,
            remainder + activation.order + 2,
            shown=sp.Eq(half_width, width, evaluate=False),
            remainder=t**remainder,
        ),
    )
    return Law(
        meaning="detuning at which the squared response is half of its resonant value",
        observable="resonance_bandwidth",
        network=network,
        subject=half_width,
        equation=sp.Eq(half_width, _in_forcing(kept, activation)),
        parameters=(FORCING,),
        codomain=sp.Interval(0, sp.oo),
        remainder=F ** sp.Rational(remainder, degree),
        dropped=(dropped * (F / activation.coefficient) ** sp.Rational(remainder, degree),),
        limit=(F, sp.S.Zero),
        exact=Curve("forced_amplitude", R, activation.psi(R) - R, (_half_width(activation),)),
        validity="F -> 0+",
        source=SOURCE,
        steps=steps,
    )


def detuned_drive(activation: Activation) -> sp.Expr:
    """F at a pre-activation P off resonance."""
    output = activation.rho(P)
    return sp.sqrt((P - output) ** 2 + 4 * output * P * sp.sin(delta / 2) ** 2)


def _half_width(activation: Activation) -> sp.Expr:
    """The detuning at which the forcing psi(R) - R, on resonance that of the amplitude R, gives R / sqrt 2."""
    peak, half = (activation.psi(output) - output for output in (R, R / sp.sqrt(2)))
    off = (peak**2 - half**2) / (4 * (R / sp.sqrt(2)) * activation.psi(R / sp.sqrt(2)))
    return 2 * sp.asin(sp.sqrt(off))


def _at_resonance(activation: Activation) -> Steps:
    return (
        insert_inverse(activation),
        identity(
            "At resonance the sine vanishes; psi lies above the identity, so the root is psi - R.",
            squared_forcing(activation).subs(delta, 0),
            (activation.psi(R) - R) ** 2,
            outputs(activation),
            shown=sp.Eq(F, psi(R) - R, evaluate=False),
        ),
    )


def _algebraic_equation(activation: Activation) -> tuple[int, sp.Expr, sp.Expr] | None:
    """(n, factor, polynomial) with (psi^n - (F + R)^n) factor = polynomial, where psi is algebraic."""
    inverse = activation.psi(R)
    for power in range(1, activation.order + 1):
        raised = sp.powdenest(inverse**power)
        if raised.is_rational_function(R):
            numerator, denominator = sp.fraction(sp.together(raised))
            polynomial = sp.Poly(numerator - (F + R) ** power * denominator, R, F)
            sign = sp.sign(polynomial.LC())
            return power, sign * denominator, sp.expand(sign * polynomial.as_expr())
    return None


def resonant_series(activation: Activation, order: int) -> series.Series:
    """R as a series in t = (F/c)^(1/(p+1)): the coefficients up to t**order."""
    _, _, coefficients = series.puiseux_inverse(excess_series(activation, order + activation.order))
    return coefficients


def detuned_series(activation: Activation, order: int) -> series.Series:
    """R as a series in F/s at a fixed distance s from resonance: the coefficients up to (F/s)**order."""
    squared = squared_series(activation, order + 1, distance**2)
    return series.reversion((sp.S.Zero, *series.power(series.relative(squared[2:]), sp.Rational(1, 2))))


def _bandwidth_series(activation: Activation, order: int) -> series.Series:
    """The half-power detuning as a series in t, by way of the resonant amplitude S.

    sin^2(delta/2) = (g(S)^2 - g(R)^2) / (4 R psi(R)) with R = S / sqrt 2 and g = psi - identity.
    """
    p = activation.order
    length = max(order, p) + p + 3  # the squared excess begins at 2 p + 2
    excess = excess_series(activation, length)
    squared = series.multiply(excess, excess)
    halves = tuple(sp.sqrt(2) ** -n for n in range(length + 1))
    numerator = tuple(value * (1 - half) for value, half in zip(squared, halves, strict=True))[2 * p + 2 :]
    inverse = activation.inverse_taylor(length)
    denominator = tuple(value * half for value, half in zip(inverse, halves, strict=True))[1:]
    denominator = tuple(value / denominator[0] for value in denominator)
    leading = numerator[0] / 2
    relative = series.multiply(
        tuple(value / numerator[0] for value in numerator),
        series.power(denominator[: len(numerator)], -sp.S.One),
    )
    sine = (sp.S.Zero,) * p + tuple(
        sp.sqrt(leading) * value for value in series.power(relative, sp.Rational(1, 2))
    )
    sine = (sine + (sp.S.Zero,) * order)[: order + 1]
    argument = sp.Symbol("x", positive=True)
    width = series.composition(series.taylor(2 * sp.asin(argument), argument, order), sine)
    return series.composition(width, resonant_series(activation, order)[: order + 1])


def _in_forcing(coefficients: series.Series, activation: Activation) -> sp.Expr:
    """A series in t as an expression in F."""
    root = sp.Rational(1, activation.order + 1)
    return sp.Add(
        *(value * (F / activation.coefficient) ** (power * root) for power, value in enumerate(coefficients))
    )


CHAPTER = Chapter(
    number=4,
    title="On and off resonance",
    summary="At resonance the amplitude is a root of the forcing, off resonance it is linear.",
    laws=(resonant_amplitude_exact, resonant_amplitude, detuned_amplitude, resonance_bandwidth),
)
