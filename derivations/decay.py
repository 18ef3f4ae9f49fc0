"""Chapter 8: decay on a weak background.

On resonance the amplitude is R = t + ..., t = (I0/c)^(1/(p+1)), and the gains fall below one by powers of R:
every rate vanishes as I0^(p/(p+1)). On a detuned background R is linear in the input, the rates go as its
p-th power.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace

import sympy as sp

from analytics.expressions import series
from analytics.expressions.notation import I0, F, P, R, decay, delta, perturbation_wavenumbers, relaxation
from analytics.law.law import Law
from analytics.law.statement import Curve
from analytics.law.step import NOTHING_ELSE, Ranges, Step, Steps, truncation
from analytics.network.activation import Activation, gains
from analytics.network.network import Network
from derivations.activation import truncated
from derivations.background import Background, drift, oscillation, uniform
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.linearization import perturbation_parameters
from derivations.resonance import detuned_drive, detuned_series, distance, resonant_series, t
from derivations.single_oscillation import OFF_RESONANCE

SOURCE = f"expansion of the exact rates; {PAPER}"
Rate = Callable[[Activation, int], series.Series]
"""(activation, order) -> a decay rate as a series in R."""


@derived(
    Requirement(
        lambda network: network.kernel.even_part(network.kernel.wavenumbers) != 0,
        "a kernel that is not odd, where the eigenvalues turn",
    )
)
def decay_rate_underdamped(network: Network, *, terms: int = 1) -> Law:
    r"""Both rates where the eigenvalues turn, :math:`\sigma = \frac{p+2}{2} c\,t^p + \dots` For I0 -> 0+."""
    return _resonant(network, decay, (mean_rate, mean_rate), terms=terms, turning=True)


@derived()
def decay_rate_overdamped(network: Network, *, terms: int = 1) -> Law:
    r"""The two rates where they do not, :math:`\sigma = c\,t^p + \dots` and :math:`(p+1) c\,t^p + \dots`"""
    return _resonant(network, decay, (tangential_rate, radial_rate), terms=terms, turning=False)


@derived(is_scaling=True)
def relaxation_time_resonant(network: Network, *, terms: int = 2) -> Law:
    r"""Relaxation times at :math:`\omega_+ = 0`, :math:`\tau = t^{-p}/c + \dots`"""
    return _resonant(network, relaxation, (tangential_rate, radial_rate), terms=terms, turning=False)


@derived()
def decay_rate_detuned(network: Network, *, terms: int = 1) -> Law:
    r"""Both rates on a detuned oscillation, :math:`\sigma = \frac{p+2}{2} c\,R^p`, R linear in F. For F -> 0+."""
    return _detuned(network, decay, terms=terms)


@derived()
def relaxation_time_detuned(network: Network, *, terms: int = 2) -> Law:
    """Both relaxation times on a detuned oscillation: they diverge as F**(-p)."""
    return _detuned(network, relaxation, terms=terms)


def mean_rate(activation: Activation, order: int) -> series.Series:
    """-ln(g_r g_t)/2 as a series in R."""
    pairs = zip(tangential_rate(activation, order), radial_rate(activation, order), strict=True)
    return tuple(sp.expand((one + other) / 2) for one, other in pairs)


def tangential_rate(activation: Activation, order: int) -> series.Series:
    """-ln g_t = ln(psi(R)/R) as a series in R."""
    return series.logarithm(activation.inverse_taylor(order + 1)[1:])


def radial_rate(activation: Activation, order: int) -> series.Series:
    """-ln g_r = ln psi'(R) as a series in R."""
    inverse = activation.inverse_taylor(order + 1)
    return series.logarithm(tuple(sp.expand(power * inverse[power]) for power in range(1, order + 2)))


def _resonant(
    network: Network, subject: sp.Symbol, branches: tuple[Rate, Rate], *, terms: int, turning: bool
) -> Law:
    """A law at resonance on a uniform background, the one on a resonant oscillation beside it."""
    activation = network.activation
    by_rate = {
        rate: Expansion(activation, rate, resonant_series, reciprocal=subject == relaxation, terms=terms)
        for rate in branches
    }
    remainder = min(one.remainder for one in by_rate.values())
    by_rate = {rate: one.until(remainder) for rate, one in by_rate.items()}
    steps = tuple(step for one in by_rate.values() for step in (one.in_amplitude(), one.in_scale(t)))
    order = sp.Rational(remainder, activation.order + 1)

    def law(background: Background, drive: sp.Symbol) -> Law:
        scale = (drive / activation.coefficient) ** sp.Rational(1, activation.order + 1)
        return _law_on(
            background,
            subject,
            sp.Tuple(*(by_rate[rate].value(scale) for rate in branches)),
            drive**order,
            tuple(by_rate[rate].dropped(scale) for rate in branches),
            exact_curve(activation, subject, branches, P - activation.rho(P)),
            steps,
            turning=turning,
            where=f"a weak resonant background, {'underdamped' if turning else 'overdamped'}",
            at="on resonance",
        )

    candidates = [law(on_resonance(network), F)]
    if drift(network) == 0:
        candidates.insert(0, law(uniform(network), I0))
    first, *others = (law for law in candidates if law.condition != sp.false)
    return replace(first, alternatives=tuple(others))


def _detuned(network: Network, subject: sp.Symbol, terms: int) -> Law:
    background = oscillation(network)
    expansion = Expansion(
        network.activation, mean_rate, detuned_series, reciprocal=subject == relaxation, terms=terms
    )
    scale = sp.Symbol("y", positive=True)
    value, dropped = (
        sp.Add(*(_in_lowest_terms(term) for term in sp.Add.make_args(sum_)))
        for sum_ in (expansion.value(F / distance), expansion.dropped(F / distance))
    )
    parameters = tuple(OFF_RESONANCE if p.symbol == delta else p for p in background.parameters)
    return _law_on(
        replace(background, parameters=parameters),
        subject,
        sp.Tuple(value, value),
        F**expansion.remainder,
        (dropped, dropped),
        exact_curve(network.activation, subject, (mean_rate, mean_rate), detuned_drive(network.activation)),
        (expansion.in_amplitude(), expansion.in_scale(scale, {distance: (sp.Rational(1, 2), 2)})),
        turning=True,
        where="a weak detuned oscillation",
        at="at a fixed detuning",
    )


def _in_lowest_terms(term: sp.Expr) -> sp.Expr:
    """A term in 2 |sin(delta/2)|, over one denominator where it is a rational function of that."""
    sine = sp.Dummy("sine", positive=True)
    written = term.xreplace({distance: 2 * sine})
    whole = sp.factor(written) if written.is_rational_function(sine) else written
    return whole.xreplace({sine: sp.Abs(sp.sin(delta / 2))})


def _law_on(
    background: Background,
    subject: sp.Symbol,
    values: sp.Tuple,
    remainder: sp.Expr,
    dropped: tuple[sp.Expr, ...],
    exact: Curve,
    steps: Steps,
    *,
    turning: bool,
    where: str,
    at: str,
) -> Law:
    """Both rates or times on a weak background, for what drives it -> 0+; turning: as eigenvalues that turn have them.

    where, at: the background, and how the limit is taken, in words.
    """
    plus, _ = background.frequencies(perturbation_wavenumbers(background.network.dimension))
    drive = remainder.as_base_exp()[0]
    if turning:
        along, across = gains_at(background.network.activation)
        positive = (along + across) ** 2 * sp.sin(plus) ** 2 - (along - across) ** 2
        exact = replace(
            exact, positive=positive, regime="a^2 sin^2 omega_+ > b^2, where the eigenvalues turn"
        )
    return Law(
        meaning=f"{'decay rates' if subject == decay else 'relaxation times'} on {where}",
        observable="decay_rate" if subject == decay else "relaxation_time",
        network=background.network,
        subject=subject,
        equation=sp.Eq(subject, values, evaluate=False),
        parameters=(*background.parameters, *perturbation_parameters(background.network)),
        codomain=sp.Interval(0, sp.oo),
        remainder=remainder,
        dropped=dropped,
        exact=exact,
        limit=(drive, sp.S.Zero),
        validity=f"{drive} -> 0+ {at}, where sin(omega_+) {'is not' if turning else '='} 0",
        source=SOURCE,
        steps=steps,
        condition=(sp.Ne if turning else sp.Eq)(sp.sin(plus), 0),
    )


def on_resonance(network: Network) -> Background:
    """The response to an oscillation at the kernel's own frequency."""
    tuned = oscillation(network)
    parameters = tuple(p for p in tuned.parameters if p.symbol != delta)
    return replace(tuned, frequency=tuned.frequency.xreplace({delta: sp.S.Zero}), parameters=parameters)


class Expansion:
    """A rate, or its reciprocal, as a series in the scale of the response."""

    def __init__(
        self,
        activation: Activation,
        rate: Rate,
        response: Callable[[Activation, int], series.Series],
        *,
        reciprocal: bool,
        terms: int,
    ) -> None:
        self.activation, self.rate, self.response = activation, rate, response
        self.subject = relaxation if reciprocal else decay
        self.shift = -activation.order if reciprocal else 0
        self.kept, next_power, self.coefficient = truncated(self._coefficients, terms)
        self.remainder = next_power + self.shift

    def until(self, remainder: int) -> Expansion:
        """The same without the terms from an earlier remainder on."""
        beyond = [n for n in series.nonzero_powers(self.kept) if n + self.shift >= remainder]
        if not beyond:
            return self
        shorter, place = copy(self), beyond[0]
        shorter.remainder, shorter.coefficient = place + self.shift, self.kept[place]
        shorter.kept = self.kept[:place]
        return shorter

    def _coefficients(self, order: int) -> series.Series:
        """Coefficients of scale**shift, scale**(shift + 1), ..."""
        p = self.activation.order
        length = order + p if self.shift else order
        response = self.response(self.activation, length)[: length + 1]
        composed = series.composition(self.rate(self.activation, length), response)
        if not self.shift:
            return composed
        return series.scaled_power(composed[p:], -sp.S.One)

    def value(self, scale: sp.Expr) -> sp.Expr:
        """The kept terms at a value of the scale."""
        return sp.Add(*(value * scale ** (n + self.shift) for n, value in enumerate(self.kept)))

    def dropped(self, scale: sp.Expr) -> sp.Expr:
        """The first term that is not kept."""
        return self.coefficient * scale**self.remainder

    def in_amplitude(self) -> Step:
        """The exact rate, expanded in R."""
        exact = _EXACT[self.rate](self.activation)
        kept, remainder, _ = truncated(lambda order: self.rate(self.activation, order), 2)
        expansion = series.polynomial(kept, R)
        return truncation(
            _CLAIMS[self.rate],
            exact,
            expansion,
            R,
            remainder,
            shown=sp.Eq(decay, expansion, evaluate=False),
        )

    def in_scale(self, scale: sp.Symbol, ranges: Ranges = NOTHING_ELSE) -> Step:
        """The exact rate at the expanded amplitude, expanded in the scale of the response."""
        order = self.remainder - 2 * self.shift if self.shift else self.remainder
        amplitude = series.polynomial(self.response(self.activation, order), scale)
        kept = series.polynomial(self.kept, scale)
        claim = f"Insert the amplitude as a series in its scale {scale}, to which R comes close."
        if self.shift:
            kept = scale**-self.shift / kept
            claim += " The time is the reciprocal of the rate."
        return truncation(
            claim,
            _EXACT[self.rate](self.activation),
            kept,
            scale,
            order,
            ranges,
            inner=(R, amplitude),
            shown=sp.Eq(self.subject, self.value(scale), evaluate=False),
            remainder=scale**self.remainder,
        )


def exact_curve(
    activation: Activation, subject: sp.Symbol, branches: tuple[Rate, ...], drive: sp.Expr
) -> Curve:
    """Rates or times by the pre-activation P, with the drive there."""
    along, across = gains_at(activation)
    rates: dict[Rate, sp.Expr] = {
        mean_rate: -sp.log(along * across) / 2,
        tangential_rate: -sp.log(across),
        radial_rate: -sp.log(along),
    }
    if subject == decay:
        return Curve("decay_rate", P, drive, tuple(rates[rate] for rate in branches))
    return Curve("relaxation_time", P, drive, tuple(1 / rates[rate] for rate in branches))


def gains_at(activation: Activation) -> tuple[sp.Expr, sp.Expr]:
    """g_r and g_t at a pre-activation P."""
    return activation.slope(P), activation.rho(P) / P


_EXACT: dict[Rate, Callable[[Activation], sp.Expr]] = {
    mean_rate: lambda activation: -sp.log(sp.Mul(*gains(activation))) / 2,
    tangential_rate: lambda activation: -sp.log(gains(activation)[1]),
    radial_rate: lambda activation: -sp.log(gains(activation)[0]),
}

_CLAIMS: dict[Rate, str] = {
    mean_rate: "Expand the rate of the underdamped regime, -ln(g_r g_t)/2, in the amplitude.",
    tangential_rate: "Expand the slower rate, -ln g_t, in the amplitude.",
    radial_rate: "Expand the faster rate, -ln g_r, in the amplitude.",
}


CHAPTER = Chapter(
    number=8,
    title="Decay on a weak background",
    summary="Relaxation times diverge as powers of the ongoing activity.",
    laws=(
        decay_rate_underdamped,
        decay_rate_overdamped,
        relaxation_time_resonant,
        decay_rate_detuned,
        relaxation_time_detuned,
    ),
)
